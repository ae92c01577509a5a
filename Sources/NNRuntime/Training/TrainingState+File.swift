/// A state as a safetensors file: the numbers as tensors in memory order, everything else as text in `__metadata__`. Decimals are the shortest
/// that read back to the same bits.
extension TrainingState {
  /// - Parameter metadata: what the caller wants to find again beside the state.
  public func safetensors(_ metadata: [String: String] = [:]) -> Safetensors {
    var tensors = [
      tensor("weights.trained", weights.trained), tensor("weights.running", weights.running),
      tensor("optimizer.first", optimizer.first), tensor("optimizer.second", optimizer.second),
    ]
    if !carried.isEmpty { tensors.append(tensor("carried", carried)) }
    if let best { tensors += [tensor("best.trained", best.weights.trained), tensor("best.running", best.weights.running)] }
    var fields = StateFields()
    fields["position"] = [steps, epoch, stepInEpoch, examples].map(String.init)
    fields["seconds"] = ["\(trainingSeconds)", "\(seconds)"]
    fields["optimizer"] = [String(optimizer.steps)]
    fields["plateau"] = ["\(plateau.factor)", "\(plateau.best)", String(plateau.badEpochs)]
    fields["stops.best"] = stops.best.map { $0.map { "\($0)" } ?? "-" }
    fields["stops.waited"] = stops.waited.map(String.init)
    fields["totals"] = ["\(totals.loss.total)", "\(totals.loss.weight)", String(totals.correct), String(totals.rows)]
    if let best { fields["best"] = ["\(best.loss)", String(best.epoch)] }
    fields["rows"] = rows.flatMap(\.stateFields)
    return Safetensors(metadata: metadata.merging(fields.metadata) { $1 }, tensors: tensors)
  }

  private func tensor(_ name: String, _ values: [Float]) -> Safetensors.Tensor { .init(name: name, shape: [values.count], values: values) }

  /// - Throws: where the file is no state, or one of a version that this nnc does not know.
  public init(_ file: Safetensors) throws(SafetensorsProblem) {
    let fields = try StateFields(file.metadata)
    func numbers(_ name: String) throws(SafetensorsProblem) -> [Float] {
      guard let tensor = file.tensors.first(where: { $0.name == name }) else { throw SafetensorsProblem("the tensor `\(name)` is missing") }
      return tensor.values
    }
    let position = try fields.integers("position", count: 4)
    let seconds = try fields.doubles("seconds", count: 2)
    // Clocks are set back by it; three thousand years are far from what they hold.
    guard seconds.allSatisfy((0...1e11).contains) else { throw SafetensorsProblem("`seconds` holds a time that no run takes") }
    let plateau = try fields.doubles("plateau", count: 3)
    let totals = try fields.doubles("totals", count: 4)
    (steps, epoch, stepInEpoch, examples) = (position[0], position[1], position[2], position[3])
    (trainingSeconds, self.seconds) = (seconds[0], seconds[1])
    weights = Weights(trained: try numbers("weights.trained"), running: try numbers("weights.running"))
    optimizer = OptimizerMemory(
      steps: try fields.integers("optimizer", count: 1)[0], first: try numbers("optimizer.first"), second: try numbers("optimizer.second"))
    carried = file.tensors.first { $0.name == "carried" }?.values ?? []
    self.plateau = .init(factor: plateau[0], best: plateau[1], badEpochs: try StateFields.whole(plateau[2]))
    stops = .init(best: try fields.optionals("stops.best"), waited: try fields.integers("stops.waited"))
    self.totals = .init(
      loss: .init(total: totals[0], weight: totals[1]), correct: try StateFields.whole(totals[2]), rows: try StateFields.whole(totals[3]))
    if fields["best"] != nil {
      let best = try fields.doubles("best", count: 2)
      self.best = Best(
        loss: best[0], epoch: try StateFields.whole(best[1]),
        weights: Weights(trained: try numbers("best.trained"), running: try numbers("best.running")))
    }
    rows = try EpochReport.rows(try fields.optionals("rows"))
  }
}

/// Lists of words under names, as they lie in the metadata.
struct StateFields {
  private static let prefix = "nnc.state."
  private static let version = "1"
  private(set) var metadata: [String: String] = [prefix + "version": version]

  init() {}

  init(_ metadata: [String: String]) throws(SafetensorsProblem) {
    guard let version = metadata[StateFields.prefix + "version"] else { throw SafetensorsProblem("it holds no state of a run") }
    guard version == StateFields.version else {
      throw SafetensorsProblem("its state is of version \(version), which this nnc does not know")
    }
    self.metadata = metadata
  }

  subscript(name: String) -> [String]? {
    get { metadata[StateFields.prefix + name].map { $0.split(separator: " ").map(String.init) } }
    set { metadata[StateFields.prefix + name] = newValue?.joined(separator: " ") }
  }

  /// Numbers, or `-` where there is none.
  func optionals(_ name: String) throws(SafetensorsProblem) -> [Double?] {
    guard let words = self[name] else { throw SafetensorsProblem("`\(name)` is missing in its state") }
    var result: [Double?] = []
    for word in words {
      let value = Double(word)
      guard value != nil || word == "-" else { throw SafetensorsProblem("`\(name)` holds `\(word)` in place of a number") }
      result.append(value)
    }
    return result
  }

  func doubles(_ name: String, count: Int) throws(SafetensorsProblem) -> [Double] {
    let values = try optionals(name).compactMap(\.self)
    guard values.count == count else { throw SafetensorsProblem("`\(name)` has \(values.count) numbers in place of \(count)") }
    return values
  }

  func integers(_ name: String, count: Int? = nil) throws(SafetensorsProblem) -> [Int] {
    var result: [Int] = []
    for value in try optionals(name) { result.append(try StateFields.whole(value)) }
    guard count == nil || result.count == count else {
      throw SafetensorsProblem("`\(name)` has \(result.count) numbers in place of \(count ?? 0)")
    }
    return result
  }

  /// A count: not below 0, without a fraction, and far enough from where counting ends to go on from it.
  static func whole(_ value: Double?) throws(SafetensorsProblem) -> Int {
    guard let value, let whole = Int(exactly: value), (0...1 << 53).contains(whole) else {
      throw SafetensorsProblem("a count of its state is no whole number")
    }
    return whole
  }
}

extension EpochReport {
  private static let fieldCount = 16

  fileprivate var stateFields: [String] {
    let train = [Double(epoch), Double(steps), seconds, samplesPerSecond, learningRate, trainLoss, trainAccuracy, isBest ? 1 : 0]
    let held = [
      validation.map { Double($0.count) }, validation?.loss, validation?.accuracy, validation?.f1, validation?.perplexity, validation?.mae,
      validation?.rmse, validation?.r2,
    ]
    return (train + held).map { $0.map { "\($0)" } ?? "-" }
  }

  fileprivate static func rows(_ values: [Double?]) throws(SafetensorsProblem) -> [EpochReport] {
    guard values.count % fieldCount == 0 else { throw SafetensorsProblem("the rows of its epochs are not whole") }
    var rows: [EpochReport] = []
    for start in stride(from: 0, to: values.count, by: fieldCount) {
      rows.append(try EpochReport(Array(values[start..<start + fieldCount])))
    }
    return rows
  }

  private init(_ values: [Double?]) throws(SafetensorsProblem) {
    guard let seconds = values[2], let rate = values[3], let learningRate = values[4], let loss = values[5] else {
      throw SafetensorsProblem("a row of its epochs is not whole")
    }
    var validation: Scores?
    if let count = values[8], let loss = values[9] {
      var scores = Scores(count: try StateFields.whole(count), loss: loss)
      (scores.accuracy, scores.f1, scores.perplexity) = (values[10], values[11], values[12])
      (scores.mae, scores.rmse, scores.r2) = (values[13], values[14], values[15])
      validation = scores
    }
    self.init(
      epoch: try StateFields.whole(values[0]), steps: try StateFields.whole(values[1]), seconds: seconds, samplesPerSecond: rate,
      learningRate: learningRate, trainLoss: loss, trainAccuracy: values[6], validation: validation, isBest: values[7] == 1)
  }
}
