// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "rings",
  dependencies: [.package(name: "nn-compiler", path: "../..")],
  targets: [
    .executableTarget(name: "rings", dependencies: [.product(name: "NeuralNetworkCompiler", package: "nn-compiler")])
  ],
  swiftLanguageModes: [.v6]
)
