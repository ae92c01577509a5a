import NNEmit
import Testing

/// The emitted network step by step, against whole windows.
struct StreamTests {
  private static let program = """
    func agree(_ a: [Float], _ b: [Float]) -> Bool { zip(a, b).allSatisfy { abs($0 - $1) < 1e-6 } && a.count == b.count }
    let numbers: [Float] = [0.5, -1, 2, 0.25, 1, -0.75]
    let series = try Series()
    let stream = Series.Stream(series)
    for number in numbers { print(try stream.step(number).values.count, terminator: " ") }
    print(agree(try stream.step(3).values, try series.predict([2, 0.25, 1, -0.75, 3]).values))
    stream.reset()
    print(agree(try stream.step(3).values, try series.predict([0, 0, 0, 0, 3]).values))
    let letters = try Letters()
    let text = Letters.Stream(letters)
    _ = try text.step("b")
    let prediction = try text.step("C")
    print(agree(prediction?.probabilities ?? [], try letters.predict([0, 0, 2, 3]).probabilities), try text.step("?") == nil)
    print(Letters.encode("aX") == [1, nil], Letters.decode([3, 9, 1]) == "c\\u{FFFD}a")
    do { _ = try text.step(4) } catch { print(error) }

    """

  @Test func stepsAgreeWithWindows() throws {
    var letters = try Sample("Letters", "input text 4 vocab 4\nembed 8 | gru 8 | last | fc 4 softmax").request
    letters.characters = ["\n", "a", "b", "c"]
    var options = EmitOptions(typeName: "Letters", fileName: "Letters.swift")
    options.processor = .portable
    let files = [
      "Letters.swift": try SwiftFile(letters, options).text, "main.swift": Self.program,
      "Series.swift": try Sample("Series", "input seq 5x1\nrnn 6 | last | fc 2").source(),
    ]
    let output = try Compiled(files, optimization: "-Onone").run()
    #expect(
      output == "2 2 2 2 2 2 true\ntrue\ntrue true\ntrue true\nnumber 3 of the input is 4.0, no token below 4\n")
  }
}
