import NNDiagnostics
import Testing

@testable import NNGraph

/// `flatten | fc` is `fc` alone, node by node; only where somebody else sees the vector it stays.
@Suite("an explicit flatten")
struct FlattenTests {
  private func model(_ pipeline: String) throws -> Model {
    let result = check(SourceFile(name: "test.nn", text: "input 6x5x3\n" + pipeline))
    #expect(result.diagnostics.map(\.message) == [])
    return try #require(result.model)
  }

  private func nodes(_ pipeline: String) throws -> [String] {
    try model(pipeline).nodes.map { "\($0.name) \($0.inputs) \($0.inputShapes) \($0.weights)" }
  }

  @Test func goesBeforeFullyConnected() throws {
    let alone = try nodes("conv 3x3x4 | dropout 0.1 | fc 7 relu | fc 2")
    #expect(try nodes("conv 3x3x4 | dropout 0.1 | flatten | fc 7 relu | fc 2") == alone)
    #expect(try nodes("flatten | fc 2") == nodes("fc 2"))
  }

  @Test func hasOneRow() throws {
    let stages = try model("conv 3x3x4 | flatten | fc 7").stages
    #expect(stages.map(\.op) == ["conv", "flatten", "fc"])
    #expect(stages.map(\.output.description) == ["4x3x4", "48", "7"])
  }

  @Test func staysWhereTheVectorIsSeen() throws {
    for pipeline in [
      "flatten as v | fc 90 | add v", "flatten | res { fc 90 }", "flatten | dropout 0.5 | fc 2", "flatten",
      "flatten | branch add { fc 2 } { fc 2 }",
    ] {
      let nodes = try nodes(pipeline)
      #expect(nodes.first?.hasPrefix("flatten") == true, "\(pipeline)")
    }
  }
}
