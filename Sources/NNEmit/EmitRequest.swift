import NNGraph

/// All that a file of emitted code is made from, besides the options.
public struct EmitRequest: Sendable {
  public var model: Model
  /// Of each node, in the order of its layer's weights, as they lie in memory.
  public var weights: [[[Float]]]
  public var preparation: Preparation
  /// What the outputs stand for.
  public var meaning: Meaning
  public var provenance: Provenance
  /// Raw inputs, and what the network gives for them: for the self-test.
  public var examples: [(input: [Float], output: [Float])]
  /// Of a network that takes characters: each of them, by its number.
  public var characters: [Unicode.Scalar] = []

  public init(
    model: Model, weights: [[[Float]]], preparation: Preparation, meaning: Meaning, provenance: Provenance,
    examples: [(input: [Float], output: [Float])]
  ) {
    self.model = model
    self.weights = weights
    self.preparation = preparation
    self.meaning = meaning
    self.provenance = provenance
    self.examples = examples
  }

  /// Raw numbers become inputs as `x * scale + shift`: one entry, or one per channel.
  public struct Preparation: Sendable {
    public var scale: [Float]
    public var shift: [Float]

    public init(scale: [Float], shift: [Float]) {
      self.scale = scale
      self.shift = shift
    }
  }

  public enum Meaning: Sendable {
    /// One output per class, of which the largest counts; or a single one, which counts as the second class above `middle`.
    /// Names may be missing. `isProbability`: after softmax or sigmoid.
    case classes(names: [String], isProbability: Bool, middle: Float)
    /// Numbers: `(output - shift) / scale` in the data's own unit, one entry or one per output.
    case values(scale: [Float], shift: [Float])
  }

  /// What the header says of where the file comes from.
  public struct Provenance: Sendable {
    public var version: String
    /// As given on the command line.
    public var modelPath: String
    public var modelDigest: String
    public var weightsPath: String
    public var weightsDigest: String
    public var command: String

    public init(
      version: String, modelPath: String, modelDigest: String, weightsPath: String, weightsDigest: String, command: String
    ) {
      self.version = version
      self.modelPath = modelPath
      self.modelDigest = modelDigest
      self.weightsPath = weightsPath
      self.weightsDigest = weightsDigest
      self.command = command
    }
  }
}

/// How the code is to be written.
public struct EmitOptions: Sendable {
  public var processor = Processor.portable
  /// The name of the type.
  public var typeName: String
  /// The name of the file itself, for its header.
  public var fileName: String
  /// Weights in a file beside the code, in place of inside it; its name, for messages.
  public var weightsFile: String?
  /// The work is shared out over the cores.
  public var isThreaded = false

  public init(typeName: String, fileName: String) {
    self.typeName = typeName
    self.fileName = fileName
  }
}
