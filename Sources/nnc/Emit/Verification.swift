import NNData
import NNDiagnostics
import NNEmit
import NNGraph
import NNKernels
import NNReport
import NNRuntime

/// `--verify`: the emitted code, compiled as its header says, against the engine on the same inputs.
struct Verification {
  let file: SwiftFile
  let weighted: WeightedModel
  let network: TrainedNetwork

  /// Largest differences, relative to the largest number of an example's results.
  struct Result {
    var examples = 0
    var source = ""
    var absolute = 0.0
    var relative = 0.0
    /// The stage with the largest difference.
    var worst = (relative: 0.0, text: "")
    var compiler = ""
  }

  /// What a difference may be, relative to the largest number.
  static let tolerance = 1e-4

  private static let exampleCount = 16

  /// - Throws: where the compiler cannot be run, or refuses the code, or the code fails its self-test.
  func run() throws -> Result {
    let folder = try TemporaryFolder()
    var result = Result()
    let (examples, source) = examples()
    (result.examples, result.source) = (examples.count, source)
    try AtomicFile.write(file.text, to: "\(folder.path)/\(file.options.typeName).swift")
    if let name = file.options.weightsFile { try AtomicFile.write(file.safetensors, to: "\(folder.path)/\(name)") }
    try AtomicFile.write(file.verifier, to: "\(folder.path)/main.swift")
    let inputs = (0..<examples.count).flatMap { examples.numbers(of: $0) ?? [] }
    try AtomicFile.write(inputs.withUnsafeBytes { Array($0) }, to: "\(folder.path)/inputs.bin")
    let sources = ["\(file.options.typeName).swift", "main.swift"].map { "\(folder.path)/\($0)" }
    let command = file.compilerArguments + sources + ["-o", "\(folder.path)/verify"]
    result.compiler = (["swiftc"] + file.compilerArguments).joined(separator: " ")
    try call("swiftc", command, in: folder.path, doing: "compile the emitted code")
    try call("\(folder.path)/verify", [folder.path], in: folder.path, doing: "run the emitted code")
    try compareOutputs(floats(of: "\(folder.path)/outputs.bin"), examples, &result)
    try compareStages(floats(of: "\(folder.path)/stages.bin"), examples, &result)
    if file.carriesState { try compareStream(floats(of: "\(folder.path)/stream.bin"), examples, &result) }
    return result
  }

  private func call(_ program: String, _ arguments: [String], in folder: String, doing what: String) throws {
    let (status, output) = try Subprocess.run(program, arguments, log: "\(folder)/output.log")
    guard status == 0 else {
      let lines = output.prefix(4000).split(whereSeparator: \.isNewline)
      throw VerificationFailure(
        "cannot \(what): \(program) ended with status \(status)\n\(lines.map { printable(String($0)) }.joined(separator: "\n"))")
    }
  }

  private func floats(of path: String) throws(FileError) -> [Float] {
    let bytes = try AtomicFile.read(path, limit: Int.max)
    return bytes.withUnsafeBytes { raw in
      (0..<bytes.count / 4).map { raw.loadUnaligned(fromByteOffset: $0 * 4, as: Float.self) }
    }
  }

  // MARK: Examples

  /// Some of the data where it was given, else made-up ones.
  private func examples() -> (Examples, String) {
    if let dataset = weighted.dataset,
      let part = [dataset.test, dataset.validation, dataset.train].compactMap({ $0 }).first(where: { $0.count > 0 }),
      let chosen = part.spread(over: Verification.exampleCount)
    {
      return (chosen, "examples of \(dataset.name)")
    }
    let inputs = ExampleInputs(weighted.model, network.normalization)
    return (inputs.numbers(count: Verification.exampleCount), "made-up examples")
  }

  // MARK: Comparison

  private func compareOutputs(_ emitted: [Float], _ examples: Examples, _ result: inout Result) throws {
    let expected = try network.predict(examples, beginsAnew: true).outputs
    guard emitted.count == expected.count else {
      throw VerificationFailure("the emitted code gave \(emitted.count) numbers, not \(expected.count)")
    }
    let difference = Difference(emitted, expected, width: expected.count / max(1, examples.count))
    (result.absolute, result.relative) = (difference.absolute, difference.relative)
  }

  /// Window by window with the state going on, against step by step.
  private func compareStream(_ emitted: [Float], _ examples: Examples, _ result: inout Result) throws {
    let expected = try network.predict(examples).outputs
    guard emitted.count == expected.count else { throw VerificationFailure("the emitted stream lacks results") }
    let difference = Difference(emitted, expected, width: expected.count / max(1, examples.count))
    result.absolute = max(result.absolute, difference.absolute)
    result.relative = max(result.relative, difference.relative)
  }

  /// The engine's results after each stage come from a network that ends there.
  private func compareStages(_ emitted: [Float], _ examples: Examples, _ result: inout Result) throws {
    let stages = file.stageResults
    let perExample = stages.reduce(0) { $0 + $1.count }
    guard emitted.count == perExample * examples.count else { throw VerificationFailure("the emitted code lacks results of stages") }
    var start = 0
    for stage in stages {
      let numbers = (0..<examples.count).flatMap { emitted[$0 * perExample + start..<$0 * perExample + start + stage.count] }
      let difference = Difference(numbers, try network.results(of: stage.node, for: examples), width: stage.count)
      if difference.relative > result.worst.relative { result.worst = (difference.relative, stage.text) }
      start += stage.count
    }
  }
}

/// The code could not be compared.
struct VerificationFailure: Error {
  let message: String
  init(_ message: String) { self.message = message }
}

/// How far numbers are from those expected, example by example; NaN counts as infinitely far.
private struct Difference {
  var absolute = 0.0
  var relative = 0.0

  init(_ values: [Float], _ expected: [Float], width: Int) {
    for start in stride(from: 0, to: min(values.count, expected.count), by: max(1, width)) {
      var (largest, distance) = (0.0, 0.0)
      for place in start..<min(start + width, expected.count) {
        largest = max(largest, abs(Double(expected[place])))
        let difference = abs(Double(values[place]) - Double(expected[place]))
        distance = difference.isNaN ? .infinity : max(distance, difference)
      }
      absolute = max(absolute, distance)
      relative = max(relative, largest > 0 ? distance / largest : distance)
    }
  }
}

extension Examples {
  /// Some examples, evenly from first to last, as numbers without targets; nil where they are not stored one by one.
  fileprivate func spread(over limit: Int) -> Examples? {
    let chosen = (0..<min(count, limit)).map { $0 * count / min(count, limit) }
    let numbers = chosen.compactMap { self.numbers(of: $0) }
    guard numbers.count == chosen.count, !numbers.isEmpty else { return nil }
    return Examples(
      shape: shape, storage: .floats(Stretch(numbers.flatMap { $0 })), targets: .none, count: chosen.count, origin: origin)
  }
}
