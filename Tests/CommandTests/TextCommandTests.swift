import Testing

@Suite("texts and series on the command line") struct TextCommandTests {
  private static let model = """
    data text "t.txt" chars lower
    input text 4
    split train 90%, test 10%
    optimizer adam lr 0.02
    epochs 20
    batch 16

    embed 8 | gru 16 | last | fc $vocab softmax
    """

  /// A text that goes round in a circle leaves nothing to guess.
  @Test func learnsAndSamples() throws {
    let workshop = try Workshop()
    try workshop.write(String(repeating: "Abcd\n", count: 60), to: "t.txt")
    try workshop.write(Self.model, to: "net.nn")
    let run = try workshop.nnc("run", "net.nn", "--out", "run")
    #expect(run.code == 0, "\(run.errors)")
    #expect(run.output.contains("text      5 characters: \\nabcd\n"))
    #expect(run.output.contains("accuracy 1.0000"))
    let weights = "run/last.safetensors"
    let greedy = try workshop.nnc(
      "sample", "net.nn", "--weights", weights, "--prompt", "ABCD", "--length", "11", "--temperature", "0")
    #expect(greedy.output == "ABCD\nabcd\nabcd\n")
    let drawn = ["sample", "net.nn", "--weights", weights, "--prompt", "bcd", "--length", "40", "--temperature", "2", "--seed", "3"]
    let (once, again) = (try workshop.start(drawn).finish(), try workshop.start(drawn).finish())
    #expect(once.code == 0 && once.output == again.output && once.output.count == 44)
    let likeliest = try workshop.start(drawn + ["--top-k", "1"]).finish()
    #expect(likeliest.output == "bcd" + String(repeating: "\nabcd", count: 8) + "\n")
    let json = try workshop.start(drawn + ["--format", "json"]).finish()
    #expect(try JSON(json.output)["text"]?.string?.count == 40)
    let known = try workshop.nnc("sample", "net.nn", "--weights", weights, "--prompt", "ab", "--data", "other.txt")
    #expect(known.code == 2 && known.errors.contains("`--data` has no effect: the weights say what the characters are"))
    let unknown = try workshop.nnc("sample", "net.nn", "--weights", weights, "--prompt", "abx", "--length", "5")
    #expect(unknown.code == 1)
    #expect(unknown.errors.contains("the network does not know the character `x` (U+0078), number 3 of the prompt"))
    let evaluation = try workshop.nnc("run", "net.nn", "--weights", weights)
    #expect(evaluation.code == 0 && evaluation.output.contains("accuracy 1.0000"))
  }

  @Test func aTargetPerStep() throws {
    let workshop = try Workshop()
    try workshop.write(String(repeating: "abcd", count: 100), to: "t.txt")
    try workshop.write(
      "data text \"t.txt\" chars\ninput text 8\nepochs 30\nbatch 8\noptimizer adam lr 0.01\n"
        + "embed 16 | positions | attention heads 2 causal | fc $vocab softmax", to: "net.nn")
    let run = try workshop.nnc("run", "net.nn", "--out", "run")
    #expect(run.code == 0 && run.output.contains("accuracy 1.0000"), "\(run.errors)")
    #expect(try workshop.read("run/predictions.csv").hasPrefix("row,step,actual,predicted,a,b,c,d\n1,1,d,d,"))
    let sample = try workshop.nnc(
      "sample", "net.nn", "--weights", "run/last.safetensors", "--prompt", "abcdabcd", "--length", "4", "--temperature", "0")
    #expect(sample.output == "abcdabcdabcd\n")
  }

  /// A state of zeros does not know which `a` it was: only one that is carried through the windows of two characters does.
  @Test func aStateIsCarried() throws {
    let workshop = try Workshop()
    try workshop.write(String(repeating: "abacad", count: 100), to: "t.txt")
    try workshop.write(
      "data text \"t.txt\" chars\ninput text 2\nsplit train 90%, test 10%\nepochs 20\nbatch 2\noptimizer adam lr 0.01\n"
        + "embed 8 | lstm 16 stateful | fc $vocab softmax", to: "net.nn")
    let run = try workshop.nnc("run", "net.nn", "--out", "run")
    #expect(run.code == 0 && run.output.contains("269 train"), "\(run.output)\(run.errors)")
    let weights = "run/last.safetensors"
    let sample = try workshop.nnc("sample", "net.nn", "--weights", weights, "--prompt", "abacad", "--length", "12", "--temperature", "0")
    #expect(sample.output == "abacadabacadabacad\n")
    let emitted = try workshop.nnc("emit", "net.nn", "--weights", weights, "--target", "onnx", "-o", "net.onnx")
    #expect(emitted.code == 0 && emitted.errors.contains("begins with a state of zeros"), "\(emitted.errors)")
    try workshop.write("abacadab\n", to: "new.txt")
    let unknown = try workshop.nnc("run", "net.nn", "--weights", weights, "--predict", "new.txt", "--out", "p1")
    #expect(unknown.code == 1 && unknown.errors.contains("new.txt holds a character in line 1 that the network does not know: U+000A"))
    try workshop.write("abacadab", to: "new.txt")
    let predicted = try workshop.nnc("run", "net.nn", "--weights", weights, "--predict", "new.txt", "--out", "p2")
    #expect(predicted.code == 0, "\(predicted.errors)")
    let lines = try workshop.read("p2/predictions.csv").split(separator: "\n")
    // By the place of a window's first character.
    #expect(lines[0] == "Id,Step,Category")
    #expect(lines.suffix(4) == ["4,1,d", "4,2,a", "6,1,b", "6,2,a"])
  }

  @Test func aSeriesIsForecast() throws {
    let workshop = try Workshop()
    let rows = (0..<200).map { "day \($0),\([1, 3, 2, 5][$0 % 4])" }
    try workshop.write("day,y\n" + rows.joined(separator: "\n") + "\n", to: "s.csv")
    try workshop.write(
      "data csv \"s.csv\" column y window 6 predict 2\nnormalize standard, target standard\noptimizer adam lr 0.02\nepochs 60\nbatch 16\n"
        + "rnn 8 | last | fc 2", to: "net.nn")
    let run = try workshop.nnc("run", "net.nn", "--out", "run")
    #expect(run.code == 0, "\(run.errors)")
    let lines = try workshop.read("run/predictions.csv").split(separator: "\n")
    #expect(lines[0] == "line,actual_1,actual_2,predicted_1,predicted_2")
    let last = lines[lines.count - 1].split(separator: ",").compactMap { Double($0) }
    #expect(last.count == 5 && abs(last[1] - last[3]) < 0.2 && abs(last[2] - last[4]) < 0.2)
  }

  @Test func sampleNeedsACharacterNetwork() throws {
    let workshop = try Workshop()
    let usage = try workshop.nnc("sample", "net.nn", "--weights", "w.safetensors")
    #expect(usage.code == 2 && usage.errors.contains("`nnc sample` needs `--prompt`"))
    let number = try workshop.nnc("sample", "net.nn", "--weights", "w", "--prompt", "a", "--temperature=-1")
    #expect(number.code == 2 && number.errors.contains("`--temperature` needs a number of 0 or more, not `-1`"))
    try workshop.write("fc 4 relu | fc $classes softmax", to: "iris.nn")
    #expect(try workshop.nnc("run", "iris.nn", "--data", "iris", "--epochs", "1", "--out", "run").code == 0)
    let result = try workshop.nnc("sample", "iris.nn", "--data", "iris", "--weights", "run/last.safetensors", "--prompt", "a")
    #expect(result.code == 1 && result.errors.contains("takes no text: there are no characters to write"), "\(result)")
  }
}
