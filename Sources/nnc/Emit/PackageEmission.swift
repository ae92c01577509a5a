import NNEmit
import NNRuntime

/// `--package DIR`: a Swift package around the emitted file, with the compiler's flags set: a library, a small command line and tests.
struct PackageEmission {
  let file: SwiftFile
  let path: String

  private var name: String { file.options.typeName }
  private var command: String { name.lowercased() + "-predict" }

  /// - Throws: where the folder holds anything, or cannot be written into.
  func write() throws(FileError) {
    let folder = try EmptyFolder(path, for: "a package")
    for name in ["Sources", "Sources/\(name)", "Sources/\(command)", "Tests", "Tests/\(name)Tests"] { try folder.makeFolder(name) }
    if let weights = file.options.weightsFile { try AtomicFile.write(file.safetensors, to: "\(path)/\(weights)") }
    for (place, text) in texts { try AtomicFile.write(text, to: "\(path)/\(place)") }
  }

  private var texts: [(String, String)] {
    [
      ("Sources/\(name)/\(name).swift", file.text), ("Sources/\(command)/main.swift", main),
      ("Tests/\(name)Tests/\(name)Tests.swift", tests), ("Package.swift", manifest),
    ]
  }

  private var manifest: String {
    let flags = file.compilerArguments.dropFirst().map { "\"\($0)\"" }.joined(separator: ", ")
    let settings = flags.isEmpty ? "" : ", swiftSettings: [.unsafeFlags([\(flags)])]"
    return """
      // swift-tools-version: 6.0
      import PackageDescription

      let package = Package(
        name: "\(name)",
        products: [.library(name: "\(name)", targets: ["\(name)"]), .executable(name: "\(command)", targets: ["\(command)"])],
        targets: [
          .target(name: "\(name)"\(settings)),
          .executableTarget(name: "\(command)", dependencies: ["\(name)"]),
          .testTarget(name: "\(name)Tests", dependencies: ["\(name)"]),
        ])

      """
  }

  /// Weights beside the code lie in the package's folder.
  private func network(_ path: String) -> String { file.options.weightsFile == nil ? "\(name)()" : "\(name)(weights: \(path))" }

  private var main: String {
    let weights = file.options.weightsFile
    let arguments = weights.map { "CommandLine.arguments.dropFirst().first ?? \(SwiftLiteral.string($0))" } ?? ""
    return """
      // \(command)\(weights == nil ? "" : " [WEIGHTS]"): reads an input per line, numbers with commas or blanks between them, and prints what the network says of it.
      import \(name)

      let network = try \(network(arguments))
      let scratch = \(name).Scratch()
      while let line = readLine() {
        let words = line.split { $0 == "," || $0 == " " || $0 == "\\t" }
        let numbers = words.compactMap { Float($0) }
        guard !words.isEmpty else { continue }
        guard numbers.count == words.count else {
          print("not numbers: \\(line)")
          continue
        }
        do {
          print(try network.predict(numbers, using: scratch))
        } catch {
          print(error)
        }
      }

      """
  }

  private var tests: String {
    let folder = file.options.weightsFile.map { "path(\(SwiftLiteral.string($0)))" } ?? ""
    let path =
      file.options.weightsFile == nil
      ? ""
      : """


      /// Of a file in the package's folder.
      private func path(_ name: String) -> String {
        (#filePath.split(separator: "/").dropLast(3).map(String.init) + [name]).reduce("") { $0 + "/" + $1 }
      }
      """
    return """
      import Testing

      @testable import \(name)

      struct \(name)Tests {
        /// Inputs whose outputs are known from the network that the code was made from.
        @Test func outputsAreThoseOfTheNetwork() throws { try \(network(folder)).selfTest() }

        @Test func anInputOfAnotherSizeIsRefused() throws {
          let network = try \(network(folder))
          #expect(throws: \(name).Problem.inputCount(0)) { try network.predict([]) }
        }
      }\(path)

      """
  }
}
