import NNData

/// What a weights file says about itself in `__metadata__`; all of it may be absent in files of others.
public struct CheckpointInfo: Sendable, Equatable {
  /// Of the nnc that wrote it.
  public var version: String?
  /// The name of the model file.
  public var model: String?
  /// SHA-256 of the model file.
  public var modelDigest: String?
  /// After which the weights were these, from 1.
  public var epoch: Int?
  /// Of the run.
  public var seed: UInt64?
  /// In the order of their numbers.
  public var classes: [String] = []
  /// What inputs and targets were normalised with; nil where the file does not say.
  public var normalization: NormalizationValues?
  /// Of a network that takes characters: how they become numbers.
  public var codec: TextCodec?
  /// The shape of one example: `[84, 84, 1]`.
  public var input: [Int]?

  public init() {}

  var metadata: [String: String] {
    var pairs: [String: String] = ["format": "pt"]
    pairs["nnc.version"] = version
    pairs["nnc.model"] = model
    pairs["nnc.model_sha256"] = modelDigest
    pairs["nnc.epoch"] = epoch.map(String.init)
    pairs["nnc.seed"] = seed.map(String.init)
    if !classes.isEmpty { pairs["nnc.classes"] = "[\(classes.map(Safetensors.quoted).joined(separator: ","))]" }
    if let codec {
      pairs["nnc.vocabulary"] = String(String.UnicodeScalarView(codec.characters))
      pairs["nnc.lower"] = codec.lower ? "true" : "false"
    }
    pairs["nnc.input"] = input.map { $0.map(String.init).joined(separator: "x") }
    if let normalization {
      pairs["nnc.normalize.scale"] = Self.text(normalization.scale)
      pairs["nnc.normalize.shift"] = Self.text(normalization.shift)
      pairs["nnc.normalize.target_scale"] = Self.text(normalization.targetScale)
      pairs["nnc.normalize.target_shift"] = Self.text(normalization.targetShift)
    }
    return pairs
  }

  /// As entries of a file's metadata.
  public var fields: [String: String] { metadata }

  /// From entries of a file's metadata; others are passed over.
  public init(fields: [String: String]) throws(SafetensorsProblem) { try self.init(fields) }

  init(_ metadata: [String: String]) throws(SafetensorsProblem) {
    version = metadata["nnc.version"]
    model = metadata["nnc.model"]
    modelDigest = metadata["nnc.model_sha256"]
    epoch = metadata["nnc.epoch"].flatMap { Int($0) }
    seed = metadata["nnc.seed"].flatMap { UInt64($0) }
    if let text = metadata["nnc.input"] {
      let sizes = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
      guard sizes.count <= 3, sizes.allSatisfy({ ($0 ?? 0) > 0 }) else { throw SafetensorsProblem("`\(text)` is no shape of an input") }
      input = sizes.compactMap(\.self)
    }
    if let text = metadata["nnc.classes"] {
      var scanner = JSONScanner(Array(text.utf8)[...])
      classes = try scanner.strings()
    }
    if let text = metadata["nnc.vocabulary"] {
      let characters = Array(text.unicodeScalars)
      guard Set(characters).count == characters.count else { throw SafetensorsProblem("a character stands twice in the vocabulary") }
      codec = TextCodec(characters: characters, lower: metadata["nnc.lower"] == "true")
    }
    if let scale = metadata["nnc.normalize.scale"], let shift = metadata["nnc.normalize.shift"] {
      normalization = NormalizationValues(
        scale: try Self.numbers(scale), shift: try Self.numbers(shift),
        targetScale: try Self.numbers(metadata["nnc.normalize.target_scale"] ?? "1"),
        targetShift: try Self.numbers(metadata["nnc.normalize.target_shift"] ?? "0"))
      guard normalization?.isWhole == true else { throw SafetensorsProblem("the normalisation numbers do not belong together") }
    }
  }

  /// The shortest decimal that reads back to the same bits.
  private static func text(_ values: [Float]) -> String { values.map { "\($0)" }.joined(separator: " ") }

  private static func numbers(_ text: String) throws(SafetensorsProblem) -> [Float] {
    var result: [Float] = []
    for part in text.split(separator: " ") {
      guard let value = Float(part), value.isFinite else { throw SafetensorsProblem("`\(part)` is no number to normalise with") }
      result.append(value)
    }
    return result
  }
}

extension NormalizationValues {
  /// A scale for every shift, and none of them missing or zero.
  fileprivate var isWhole: Bool {
    !scale.isEmpty && scale.count == shift.count && !targetScale.isEmpty && targetScale.count == targetShift.count
      && !targetScale.contains(0)
  }
}
