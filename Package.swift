// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

/// A target of the package's own code; `Sources/README.md` says what each is for.
func module(_ name: String, _ dependencies: [String] = [], exclude: [String] = []) -> Target {
  .target(name: name, dependencies: dependencies.map { .byName(name: $0) }, exclude: exclude, swiftSettings: strict)
}

/// The numeric loops, compiled for one instruction set. They are optimised in debug builds too: a convolution in
/// `-Onone` is a hundred times slower, and the tests would be as well. All files of such a target become one module of
/// LLVM's: only there is inlined what the vector operations are made of. `VectorInstructions.swift` uses the experimental feature.
func loops(_ name: String, _ flags: [String], define: String? = nil) -> Target {
  let whole = ["-Ounchecked", "-wmo", "-disable-batch-mode", "-num-threads", "2", "-Xfrontend", "-enable-single-module-llvm-emission"]
  return .target(
    name: name, dependencies: ["NNKernelTypes"],
    swiftSettings: strict + [.enableExperimentalFeature("BuiltinModule")] + (define.map { [.define($0)] } ?? []) + [
      .unsafeFlags(whole + flags.flatMap { ["-Xcc", $0] })
    ])
}

func tests(_ name: String, _ dependencies: [String]) -> Target {
  .testTarget(name: name, dependencies: dependencies.map { .byName(name: $0) }, swiftSettings: strict)
}

#if arch(x86_64)
  let instructionSets = [
    loops("NNKernelsBaseline", []),
    loops("NNKernelsV3", ["-march=x86-64-v3"], define: "NNC_V3"),
    loops("NNKernelsV4", ["-march=x86-64-v4"], define: "NNC_V4"),
  ]
#else
  let instructionSets = [loops("NNKernelsBaseline", [])]
#endif

let package = Package(
  name: "nn-compiler",
  products: [
    .executable(name: "nnc", targets: ["nnc"]),
    .library(
      name: "NeuralNetworkCompiler",
      targets: [
        "NNDiagnostics", "NNSyntax", "NNRecipe", "NNKernels", "NNLayers", "NNGraph", "NNData", "NNRuntime", "NNReport", "NNEmit",
        "NNInterchange",
      ]),
  ],
  targets: instructionSets + [
    module("NNDiagnostics"),
    module("NNSyntax", ["NNDiagnostics"]),
    module("NNRecipe"),
    module("NNKernelTypes"),
    module("NNKernels", ["NNKernelTypes"] + instructionSets.map(\.name)),
    module("NNLayers", ["NNKernels", "NNRecipe"], exclude: ["LAYER.template"]),
    module("NNGraph", ["NNDiagnostics", "NNSyntax", "NNRecipe", "NNKernelTypes", "NNLayers"]),
    // Reading tables and decoding images pixel by pixel: unbearable in `-Onone`, as the kernels are.
    .target(name: "NNData", dependencies: ["NNDiagnostics", "NNRecipe"], swiftSettings: strict + [.unsafeFlags(["-O"])]),
    module("NNRuntime", ["NNGraph", "NNData"]),
    module("NNReport"),
    module("NNEmit", ["NNGraph"]),
    module("NNInterchange", ["NNGraph"]),
    module("NNLanguageServer", ["NNGraph"]),
    .executableTarget(
      name: "nnc", dependencies: ["NNGraph", "NNLanguageServer", "NNRuntime", "NNData", "NNReport", "NNEmit", "NNInterchange"],
      swiftSettings: strict),
    tests("NNDiagnosticsTests", ["NNDiagnostics"]),
    tests("NNSyntaxTests", ["NNSyntax"]),
    tests("NNKernelsTests", ["NNKernels", "Programs"]),
    tests("NNLayersTests", ["NNLayers"]),
    tests("NNGraphTests", ["NNGraph"]),
    tests("NNLanguageServerTests", ["NNLanguageServer"]),
    tests("NNDataTests", ["NNData"]),
    tests("NNRuntimeTests", ["NNRuntime"]),
    tests("NNReportTests", ["NNReport"]),
    tests("NNEmitTests", ["NNEmit", "NNRuntime", "Programs"]),
    tests("NNInterchangeTests", ["NNInterchange"]),
    tests("CommandTests", ["nnc", "NNDiagnostics", "NNLanguageServer", "NNSyntax", "Programs"]),
    .target(name: "Programs", path: "Tests/Programs", swiftSettings: strict),
    .target(
      name: "FuzzedReaders", dependencies: ["NNGraph", "NNData", "NNRuntime", "NNInterchange", "NNLanguageServer"],
      path: "Tests/Fuzz/Readers", swiftSettings: strict),
    tests("FuzzTests", ["FuzzedReaders"]),
  ],
  swiftLanguageModes: [.v6]
)

// Only where it is asked for: libFuzzer brings a `main` of its own, and instruments every module (Tests/Fuzz).
if Context.environment["NNC_FUZZ"] != nil {
  package.products.append(.executable(name: "nnc-fuzz", targets: ["nnc-fuzz"]))
  package.targets.append(
    .executableTarget(
      name: "nnc-fuzz", dependencies: ["FuzzedReaders"], path: "Tests/Fuzz/Target",
      swiftSettings: strict + [.unsafeFlags(["-parse-as-library", "-sanitize=fuzzer"])],
      linkerSettings: [.unsafeFlags(["-sanitize=fuzzer"])]))
}
