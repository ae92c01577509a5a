import NNDiagnostics

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Sine waves of two periods with a random shift, and the value that follows each of them.
struct Waves: DataReader {
  let steps: Int
  let samples: Int
  let request: DataRequest

  /// Steps of a period: two of them fit into the usual 100.
  static let period = 50.0

  func load(name: String) throws(Diagnostic) -> Dataset {
    let shape = request.shape ?? [steps, 1]
    guard shape.reduce(1, { $0.multipliedReportingOverflow(by: $1).partialValue }) == steps else {
      throw Diagnostic(
        .dataShape, .error, "the model takes \(sizeText(shape)), the waves have \(counted(steps, "step"))", at: request.statements["input"],
        fixes: [.init("`input seq \(steps)x1`")])
    }
    try Memory.check(samples, of: 8 * (steps + 1), "\(counted(samples, "wave")) of \(number(steps)) steps", at: request.statements["data"])
    let isPerStep = try hasTargetPerStep()
    var x: [Float] = []
    var targets: [Float] = []
    for sample in 0..<samples {
      var random = Random(seed: request.seed, 0x51, UInt64(sample))
      let shift = random.uniform(0, 2 * .pi)
      let wave = (0...steps).map { Float(sin(2 * .pi * Double($0) / Waves.period + shift)) }
      x += wave.dropLast()
      targets += isPerStep ? wave.dropFirst() : wave.suffix(1)
    }
    return try Dataset(
      name: name,
      train: Examples(
        shape: shape, storage: .floats(Stretch(x)), targets: .values(targets, width: isPerStep ? steps : 1), count: samples,
        origin: .generated("sine")), request)
  }

  func inspect(name: String) throws(Diagnostic) -> DataFacts {
    var facts = DataFacts(name: name, shape: request.shape ?? [steps, 1], classes: [], count: samples)
    facts.mayHaveTargetPerStep = true
    return facts
  }

  private func hasTargetPerStep() throws(Diagnostic) -> Bool {
    guard let wanted = request.targetSteps else { return false }
    guard wanted == steps else {
      throw Diagnostic(
        .stepsAndLabels, .error, "the network gives \(counted(wanted, "prediction")), the waves have \(counted(steps, "step"))",
        fixes: [.init("take the last step only: `last` before the last layer")])
    }
    return true
  }
}
