import Foundation
import Testing

@Suite struct DataCommandTests {
  /// Numbers of numpy for the table below: mean, deviation (divided by n) and range of the four training rows.
  @Test func table() throws {
    let here = try Workshop()
    try here.write("a,b,kind\n1,10,x\n2,20,y\n3,30,x\n4,40,y\n1,10,x\n", to: "t.csv")
    let run = try here.nnc("data", "t.csv", "--format", "json")
    #expect(run.code == 0, "\(run.errors)")
    let view = try JSON(run.output)
    #expect(view["classes"]?.array?.compactMap(\.string) == ["x", "y"] && view["layout"]?.string == "a table, t.csv")
    let parts = try #require(view["parts"]?.array)
    #expect(parts.compactMap { $0["examples"]?.number } == [4, 1])
    let counts: [Double] = parts.flatMap { part -> [Double] in part["per_class"]?.array?.compactMap(\.number) ?? [] }
    #expect(counts.reduce(0, +) == 5)
    #expect(view["columns"]?.array?.compactMap { $0["name"]?.string } == ["a", "b"])
    let text = try here.nnc("data", "t.csv")
    #expect(text.output.contains("deviation") && text.output.contains("share"))
  }

  @Test func names() throws {
    let here = try Workshop()
    let iris = try here.nnc("data", "iris")
    #expect(iris.code == 0 && iris.output.contains("built in") && iris.output.contains("virginica"), "\(iris)")
    let play = try here.nnc("data", "macbeth")
    #expect(play.code == 0 && play.output.contains("different characters") && play.errors.contains("stand-in"), "\(play)")
    let nowhere = try here.nnc("data", "nowhere")
    #expect(nowhere.code == 1 && nowhere.errors.contains("error[NN505]"))
    #expect(try here.nnc("data", "iris", "--sheet", "s.png").code == 2)
    #expect(try here.nnc("data", "iris", "--input", "4x").code == 2)
  }

  @Test func contactSheet() throws {
    let here = try Workshop()
    for (name, value) in [("cats", 10), ("dogs", 200)] {
      try FileManager.default.createDirectory(at: here.folder.appendingPathComponent("p/\(name)"), withIntermediateDirectories: true)
      for number in 0..<4 {
        try Data(Array("P5 3 2 255\n".utf8) + [UInt8](repeating: UInt8(value + number), count: 6)).write(
          to: here.folder.appendingPathComponent("p/\(name)/\(number).pgm"))
      }
    }
    let run = try here.nnc("data", "p", "--sheet", "s.png")
    #expect(run.code == 0 && run.output.contains("3") && run.output.contains("cats"), "\(run)")
    let bytes = try Data(contentsOf: here.folder.appendingPathComponent("s.png"))
    // The signature, and 12 columns of 84 pixels with gaps of 4.
    let (signature, size): ([UInt8], [UInt8]) = (Array(bytes.prefix(4)), Array(bytes[16..<24]))
    #expect(signature == [0x89, 0x50, 0x4E, 0x47])
    #expect(size == [0, 0, 4, 36, 0, 0, 0, 180])
    #expect(try here.nnc("data", "p", "--sheet", "s.html").code == 0)
    #expect(try here.read("s.html").contains("<h2>dogs</h2>"))
  }
}
