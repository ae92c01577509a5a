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

  /// Windows of three steps whose state goes on, against a network of nine steps with the same weights.
  private static let carrying = """
    func agree(_ a: [Float], _ b: [Float]) -> Bool { zip(a, b).allSatisfy { abs($0 - $1) < 1e-5 } && a.count == b.count }
    let numbers: [[Float]] = [[0.5, -1], [2, 0.25], [1, -0.75], [0, 3], [-2, 1], [0.125, 0.5], [1, 1], [-1, 2], [0.25, -0.5]]
    let (series, long) = (try Series(), try Long())
    let stream = Series.Stream(series)
    var all: [Float] = []
    for pair in numbers { all += try stream.step(pair).values }
    print(agree(all, try long.predict(numbers.flatMap { $0 }).values))
    print(agree(Array(all[..<6]), try series.predict(numbers[..<3].flatMap { $0 }).values))
    do { _ = try stream.step([.infinity, 1]) } catch { print(error) }
    do { _ = try stream.step([1]) } catch { print(error) }
    stream.reset()
    print(agree(try stream.step(numbers[0]).values, Array(all[..<2])))
    let letters = Letters.Stream(try Letters())
    for character in "abcab".unicodeScalars.dropLast() { _ = try letters.step(character) }
    print(agree(try letters.step("b")?.probabilities ?? [], try Text().predict([1, 2, 3, 1, 2]).probabilities))
    do { _ = try letters.step(1.5) } catch { print(error) }
    do { _ = try letters.step(.nan) } catch { print(error) }

    """

  @Test func stateGoesOnFromStepToStep() throws {
    var letters = try Sample("Letters", "input text 2 vocab 4\nembed 8 | gru 8 stateful | rnn 5 relu stateful | last | fc 4 softmax")
      .request
    letters.characters = ["\n", "a", "b", "c"]
    var options = EmitOptions(typeName: "Letters", fileName: "Letters.swift")
    options.isThreaded = true
    let layers = "lstm 17 stateful | layernorm | fc 2"
    let files = [
      "Letters.swift": try SwiftFile(letters, options).text, "main.swift": Self.carrying,
      "Series.swift": try Sample("Series", "input seq 3x2\n\(layers)").source(),
      "Long.swift": try Sample("Long", "input seq 9x2\n\(layers)").source(),
      "Text.swift": try Sample("Text", "input text 5 vocab 4\nembed 8 | gru 8 | rnn 5 relu | last | fc 4 softmax").source(),
    ]
    let output = try Compiled(files, optimization: "-Onone").run()
    #expect(
      output == """
        true
        true
        number 0 of the input is inf
        Series takes 6 numbers, not 1
        true
        true
        number 0 of the input is 1.5, no token below 4
        number 0 of the input is nan

        """)
  }

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
