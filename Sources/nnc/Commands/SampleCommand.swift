import NNData
import NNDiagnostics
import NNGraph
import NNKernels
import NNReport
import NNRuntime

/// `nnc sample`: text from a network that was trained on text.
enum SampleCommand {
  private static let weights = CommandOption(
    name: "weights", value: .text("FILE"), summary: "the weights, which also say what the characters are: runs/NAME-001/best.safetensors")
  private static let prompt = CommandOption(name: "prompt", value: .text("TEXT"), summary: "what the text goes on from")
  private static let length = CommandOption(
    name: "length", value: .integer("N", 1...1 << 30), summary: "characters to write behind the prompt (default: 500)")
  private static let temperature = CommandOption(
    name: "temperature", value: .text("T"),
    summary: "below 1 the likely characters become more likely; 0 always takes the likeliest (default: 1)")
  private static let topK = CommandOption(
    name: "top-k", value: .integer("K", 1...1 << 24), summary: "draw from the K likeliest characters only (default: from all)")
  private static let seed = CommandOption(
    name: "seed", value: .integer("N", 0...Int.max), summary: "the same seed gives the same text (default: 0)")

  static let command = Command(
    name: "sample",
    summary: "write text with a trained network, character by character",
    details: [
      """
      The network sees the last characters, as many as its `input text` says, and gives a probability for each that may follow; one is drawn, \
      written at once, and seen from then on. In front of a prompt that is shorter than its window it sees line ends.
      """
    ],
    positionals: [.init(name: "MODEL", summary: "a .nn file; - reads standard input")],
    options: [weights, prompt, length, temperature, topK, seed, .data, .set, .format, .color],
    examples: [
      ("nnc sample examples/macbeth.nn --weights runs/macbeth-001/best.safetensors --prompt \"macbeth. \"", "500 characters in its manner"),
      ("nnc sample net.nn --weights w.safetensors --prompt \"the \" --temperature 0 --length 80", "the likeliest text"),
    ],
    run: run)

  private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
    let prompt = try required(prompt, invocation)
    var settings = TextSampler.Settings()
    settings.temperature = try temperature(invocation)
    settings.topK = invocation.integer(topK)
    settings.seed = UInt64(invocation.integer(seed) ?? 0)
    let (network, codec) = try network(invocation, console)
    let sampler = try TextSampler(network, codec: codec, prompt: prompt, settings: settings)
    let count = invocation.integer(length) ?? 500
    if console.isJSON {
      let text = String(String.UnicodeScalarView((0..<count).map { _ in sampler.next() }))
      let object: JSONValue = [
        "event": "sample", "prompt": .string(prompt), "text": .string(text), "temperature": JSONValue(settings.temperature),
        "seed": .unsigned(settings.seed),
      ]
      console.write(object.text + "\n")
      return .fine
    }
    console.write(prompt)
    var last: Unicode.Scalar = "\n"
    for _ in 0..<count {
      last = sampler.next()
      console.write(String(Character(last)))
      console.flush()
    }
    if last != "\n" { console.write("\n") }
    return .fine
  }

  /// The weights say what the characters are; where they do not, data has to.
  private static func network(_ invocation: Invocation, _ console: Console) throws -> (TrainedNetwork, TextCodec) {
    let file = try WeightsFile(try required(weights, invocation))
    let input = try ModelInput(invocation.positionals[0], invocation)
    let kernels = try Kernels(threads: 1)
    if let codec = file.info.codec {
      if invocation.text(.data) != nil { throw UsageError("`--data` has no effect: the weights say what the characters are") }
      let result = input.check(isForRun: true, facts: file.facts)
      guard let model = result.model else { throw FoundProblems(diagnostics: result.diagnostics) }
      return (try file.network(model, train: nil, kernels: kernels), codec)
    }
    let checked = input.check()
    guard !checked.isOK || checked.takesText else {
      throw Diagnostic(
        .dataShape, .error, "`\(input.file.name)` takes no text: there are no characters to write", at: checked.statements["input"],
        fixes: [.init("a network of characters begins with `input text 30` and ends with `fc $vocab softmax`")])
    }
    let problem = try Problem(input, threads: 1, console: console)
    guard let codec = problem.dataset.codec else {
      throw Diagnostic(
        .dataShape, .error, "neither `\(file.path)` nor the data says what the network's characters are",
        at: problem.model.statements["data"], fixes: [.init("give the text it was trained on: `--data FILE`")])
    }
    return (try file.network(problem.model, train: problem.dataset.train, kernels: kernels), codec)
  }

  private static func required(_ option: CommandOption, _ invocation: Invocation) throws(UsageError) -> String {
    if let value = invocation.text(option) { return value }
    throw UsageError("`nnc sample` needs `--\(option.name)`", help: "for example: \(command.examples[0].line)")
  }

  private static func temperature(_ invocation: Invocation) throws(UsageError) -> Double {
    guard let text = invocation.text(temperature) else { return 1 }
    guard let value = Double(text), value.isFinite, value >= 0 else {
      throw UsageError("`--temperature` needs a number of 0 or more, not `\(text)`")
    }
    return value
  }
}
