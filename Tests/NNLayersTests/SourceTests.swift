import NNKernels
import Testing

@testable import NNLayers

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The rules for a layer's file, and the template that new ones are copied from.
@Suite("layer files")
struct SourceTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private static func text(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: root.appending(path: path)), as: UTF8.self)
  }

  /// The requirements of the protocol in its order, as each is written down in a file.
  static func requirements() throws -> [String] {
    let protocolText = try text("Sources/NNLayers/Layer.swift").split(separator: "package protocol Layer: Sendable {")[1].split(
      separator: "\n}")[0]
    return protocolText.split(separator: "\n").compactMap { line in
      let line = line.drop { $0 == " " }
      if line.hasPrefix("static var ") { return "static let " + line.dropFirst(11).prefix { $0.isLetter } }
      guard line.hasPrefix("func ") || line.hasPrefix("init(") else { return nil }
      return String(line.prefix { $0 != "(" }) + "(_ arguments:".prefix(line.hasPrefix("init") ? 13 : 1)
    }
  }

  private static let layerFiles: [String] = {
    let folder = root.appending(path: "Sources/NNLayers").path
    let paths = (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
    return paths.filter { path in
      guard path.hasSuffix(".swift"), let text = try? text("Sources/NNLayers/\(path)") else { return false }
      return text.contains("package static let signature")
    }.sorted()
  }()

  @Test func everyLayerHasItsFile() throws {
    #expect(Self.layerFiles.count == AllLayers.types.count)
    let requirements = try Self.requirements()
    #expect(requirements.first == "static let signature")
    #expect(requirements.count == 9, "\(requirements)")
  }

  /// Families of layers that answer requirements together, and where they do.
  private static let families = [
    "ElementwiseJoin": "Joins/Join.swift", "GlobalPool": "Pooling/GlobalPool.swift", "Pointwise": "Activations/Pointwise.swift",
    "RecurrentLayer": "Recurrent/Recurrent.swift", "WindowedPool": "Pooling/PoolWindows.swift",
  ]

  /// What a layer's own file has to answer: all that its family leaves open.
  private static func parts(of text: String) throws -> [String] {
    guard let (family, path) = families.first(where: { text.contains(": \($0.key)") }) else { return try requirements() }
    let shared = try Self.text("Sources/NNLayers/\(path)").split(separator: "extension \(family) {")[1]
    let own = family == "Pointwise" ? ["func value(", "func slope(", "var kernel:", "var isRectifier:"] : []
    return try requirements().filter { !shared.contains("package \($0)") } + own
  }

  /// Those a file has stand in the order of the protocol.
  @Test("the parts stand in the order of the contract", arguments: layerFiles + ["LAYER.template"])
  func order(_ path: String) throws {
    let text = try Self.text("Sources/NNLayers/\(path)")
    let parts = try Self.parts(of: text)
    #expect(parts.count >= 2)
    var rest = text[...]
    for part in parts {
      let found = rest.firstRange(of: "package " + part)
      #expect(found != nil, "\(part) is missing or out of order")
      if let found { rest = rest[found.upperBound...] }
    }
    #expect(text.contains("\n/// "), "no doc comment")
    #expect(text.contains("ource: ") || text.contains("radient is"), "neither the source of its definition nor its gradient is named")
  }

  /// `Template.swift` here is the template, compiled; the suite below runs it.
  @Test func templateCompiles() throws {
    let copy = try Self.text("Tests/NNLayersTests/Template.swift").replacing("\n@testable import NNLayers\n", with: "")
    #expect(copy == (try Self.text("Sources/NNLayers/LAYER.template")))
  }

  @Test func templateKeepsTheContract() throws {
    let shape = Shape.sequence(steps: 3, features: 5)
    let layer = try Template(Arguments(values: ["factor": .number(-1.5)]))
    let run = try LayerRun(layer, on: [shape], pass: Pass(mode: .training, batch: 3))
    let result = try run.run(ContractTests.oneThread)
    #expect(result.overruns == [] && result.unwritten == [])
    #expect(difference(result.y, layer.reference(run.referenceCall)) < ContractTests.tolerance)
    let findings = GradientCheck(layer, inputs: [shape], weights: []).findings(ContractTests.oneThread)
    #expect(findings.allSatisfy { $0.error < ContractTests.tolerance })
  }
}
