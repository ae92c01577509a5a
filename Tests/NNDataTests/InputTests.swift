import NNDiagnostics
import NNRecipe
import Testing

@testable import NNData

/// Tables to predict for.
@Suite struct InputTests {
  private func rows(_ text: String, inputs: Int, target: CSVSource.Target? = nil) throws -> Examples {
    let folder = try TemporaryFolder()
    return try DataLoader.bare.inputs(try folder.write("rows.csv", text: text), shape: [inputs], target: target, threads: 1)
  }

  @Test func oneColumnIsEnoughForOneInput() throws {
    #expect(try rows("x\n1.5\n2.5\n", inputs: 1).floats == [1.5, 2.5])
    #expect(try rows("1.5\n2.5\n", inputs: 1).floats == [1.5, 2.5])
    let few = try diagnostic { _ = try rows("x\n1.5\n", inputs: 2) }
    #expect(few.code == .dataShape && few.message.contains("has 1 column"), "\(few)")
  }

  /// Nothing is learned from the target: it may be there, or be what is asked for.
  @Test(arguments: ["a,b,y\n1,2,yes\n3,4,\n", "a,b,y\n1,2,\n3,4,?\n", "y,a,b\n,1,2\n?,3,4\n"]) func theTargetIsPassedOver(_ text: String)
    throws
  {
    #expect(try rows(text, inputs: 2, target: .name("y")).floats == [1, 2, 3, 4])
  }

  @Test func namesOfRowsAreKept() throws {
    let named = try rows("Id,a,b\n7,1,2\nx,3,4\n", inputs: 2)
    #expect(named.floats == [1, 2, 3, 4] && (0..<2).map(named.place) == ["7", "x"])
    let missing = try diagnostic { _ = try rows("Id,a,b\n,1,2\n", inputs: 2) }
    #expect(missing.message.contains("no value in column `Id`"), "\(missing)")
  }
}
