import NNDiagnostics

/// Reads a text as windows of characters, one from every character on, each with the character that follows.
struct TextLoader: DataReader {
  let text: TableText
  let lower: Bool
  /// Only these characters and line ends; nil for all.
  let keep: String?
  let request: DataRequest

  /// What `data macbeth` keeps: letters, the blank and basic punctuation.
  static let usualCharacters = "abcdefghijklmnopqrstuvwxyz !&',-.:;?"

  /// - Throws: NN511, NN514.
  func load(name: String) throws(Diagnostic) -> Dataset {
    let scalars = try scalars()
    let codec = codec(of: scalars)
    let steps = try windowSteps(scalars.count)
    // A number of four bytes per character, and a start of four where windows overlap.
    try Memory.check(scalars.count, of: 12, "the characters of \(text.name)", at: request.statements["data"])
    let values = scalars.map { Float(codec.token($0) ?? 0) }
    let following = try following(steps)
    let starts = (0..<values.count - steps).map { Int32(clamping: $0) }
    var dataset = try Dataset(
      name: name,
      train: Examples(
        shape: [steps], storage: .windows(Windows(values: values, features: 1, steps: steps, starts: starts, isText: true)),
        targets: .following(following), count: starts.count, origin: .generated(text.name)), request)
    // With a target per step each character of these parts is judged once.
    dataset.validation = dataset.validation?.thinned(by: following.steps)
    dataset.test = dataset.test?.thinned(by: following.steps)
    dataset.classes = codec.names
    dataset.codec = codec
    return dataset
  }

  func inspect(name: String) throws(Diagnostic) -> DataFacts {
    let codec = codec(of: try scalars())
    var facts = DataFacts(name: name, classes: codec.names)
    facts.vocabulary = codec.count
    facts.mayHaveTargetPerStep = true
    return facts
  }

  private func codec(of scalars: [Unicode.Scalar]) -> TextCodec {
    TextCodec(characters: Set(scalars).sorted { $0.value < $1.value }, lower: lower)
  }

  private func following(_ steps: Int) throws(Diagnostic) -> Following {
    guard let wanted = request.targetSteps else { return Following(steps: 1) }
    guard wanted == steps else {
      throw Diagnostic(
        .stepsAndLabels, .error,
        "the network gives \(counted(wanted, "prediction")), a window of the text has \(number(steps)) steps with a next character each",
        at: request.statements["input"], fixes: [.init("keep all steps, or take one with `last`")])
    }
    return Following(steps: steps)
  }

  private func windowSteps(_ count: Int) throws(Diagnostic) -> Int {
    guard let shape = request.shape, shape.count == 1, let steps = shape.first else {
      throw Diagnostic(
        .dataShape, .error, "the data is a text, but the model does not take characters", at: request.statements["input"],
        fixes: [.init("say how many characters the network sees at once: `input text 30`")])
    }
    guard count > steps, count < Int(Int32.max) else {
      let needed = "a window of \(number(steps)) and the character behind it need \(number(steps + 1))"
      throw Diagnostic(
        .badText, .error, "\(text.name) has \(counted(count, "character")): \(count > steps ? "too many" : needed)",
        at: request.statements["input"])
    }
    return steps
  }

  // MARK: Characters

  /// The characters that are kept.
  func scalars() throws(Diagnostic) -> [Unicode.Scalar] {
    let kept = keep.map { Set(TextCodec.prepared($0.unicodeScalars, lower: lower)).union(["\n"]) }
    let scalars = try text.withBytes { (start, limit) throws(Diagnostic) -> [Unicode.Scalar] in
      try decoded(UnsafeBufferPointer(start: start, count: limit - start))
    }
    let prepared = TextCodec.prepared(scalars, lower: lower)
    let result = kept.map { kept in prepared.filter(kept.contains) } ?? prepared
    guard !result.isEmpty else {
      throw Diagnostic(
        .badText, .error, "\(text.name) holds none of the characters to keep", at: request.statements["data"])
    }
    return result
  }

  private func decoded(_ bytes: UnsafeBufferPointer<UInt8>) throws(Diagnostic) -> [Unicode.Scalar] {
    var scalars: [Unicode.Scalar] = []
    scalars.reserveCapacity(bytes.count)
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    var line = 1
    while true {
      switch decoder.decode(&iterator) {
      case .scalarValue("\0"):
        throw Diagnostic(.badText, .error, "\(text.name) holds a NUL in line \(number(line)): it is no UTF-8 text")
      case .scalarValue(let scalar):
        scalars.append(scalar)
        if scalar == "\n" { line += 1 }
      case .error:
        throw Diagnostic(
          .badText, .error, "\(text.name) is no UTF-8 text: line \(number(line)) holds bytes that are no character",
          fixes: [.init("convert it first, for instance: iconv -f latin1 -t utf-8 \(text.name)")])
      case .emptyInput: return scalars
      }
    }
  }
}

extension Examples {
  /// Every so many windows, the first one included.
  fileprivate func thinned(by step: Int) -> Examples {
    step == 1 ? self : copied(stride(from: 0, to: Int32(clamping: count), by: step).map { $0 })
  }

  /// The windows that follow on one another without a gap, as a network reads them that carries its state on; nil for what is no windows. Of windows that
  /// do already, all.
  public var consecutive: Examples? {
    guard case .windows(let windows) = storage else { return nil }
    var chosen: [Int32] = []
    var end = Int.min
    for (index, start) in windows.starts.enumerated() where Int(start) >= end {
      chosen.append(Int32(clamping: index))
      end = Int(start) + windows.steps
    }
    return chosen.count == count ? self : copied(chosen)
  }
}
