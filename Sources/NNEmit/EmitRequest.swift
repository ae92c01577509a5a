import NNGraph

/// All that a file of emitted code is made from, besides the options.
public struct EmitRequest: Sendable {
  /// The network, with its shapes proved.
  public var model: Model
  /// Of each node, in the order of its layer's weights, as they lie in memory (`WeightSpec.order`).
  public var weights: [[[Float]]]
  /// What is done to an input before the first layer.
  public var preparation: Preparation
  /// What the outputs stand for.
  public var meaning: Meaning
  /// For the header of the file.
  public var provenance: Provenance
  /// Raw inputs, and what the network gives for them: for the self-test.
  public var examples: [(input: [Float], output: [Float])]
  /// Of a network that takes characters: each of them, by its number. Where they are not as many as the vocabulary, the file knows numbers alone.
  public var characters: [Unicode.Scalar] = []

  /// - Parameters:
  ///   - model: the network; one that ends in a support vector machine has to be trained.
  ///   - weights: of each node, in the order of its layer's weights, as they lie in memory.
  ///   - preparation: one factor and summand for all numbers of an input, or one per channel.
  ///   - meaning: what the outputs stand for.
  ///   - provenance: for the header of the file.
  ///   - examples: raw inputs of `model.input.count` numbers, and the `model.output.count` that the network gives for them.
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

  /// Raw numbers become inputs as `x * scale + shift`.
  public struct Preparation: Sendable {
    /// One factor, or one per channel; `[1]` where the raw numbers are what the network takes.
    public var scale: [Float]
    /// One summand, or one per channel.
    public var shift: [Float]

    /// x * scale + shift; `[1]` and `[0]` change nothing.
    public init(scale: [Float], shift: [Float]) {
      self.scale = scale
      self.shift = shift
    }
  }

  /// What the numbers that a network gives are.
  public enum Meaning: Sendable {
    /// One output per class, of which the largest counts; or a single one, which counts as the second class above `middle`.
    /// Names may be missing. `isProbability`: after softmax or sigmoid.
    case classes(names: [String], isProbability: Bool, middle: Float)
    /// Numbers: `(output - shift) / scale` in the data's own unit, one entry or one per output.
    case values(scale: [Float], shift: [Float])
  }

  /// What the header says of where the file comes from; any texts.
  public struct Provenance: Sendable {
    /// Of nnc.
    public var version: String
    /// As given on the command line.
    public var modelPath: String
    /// SHA-256 of the model's file, in hexadecimal digits.
    public var modelDigest: String
    /// Of the file that the weights are from.
    public var weightsPath: String
    /// SHA-256 of the weights.
    public var weightsDigest: String
    /// That made the file.
    public var command: String

    /// - Parameters:
    ///   - version: of nnc.
    ///   - modelPath: where the network is written down.
    ///   - modelDigest: SHA-256 of that file.
    ///   - weightsPath: where the weights are from.
    ///   - weightsDigest: SHA-256 of the weights.
    ///   - command: what made the file.
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
  /// What the code may use; the file refuses to run on less.
  public var processor = Processor.portable
  /// The name of the type, an identifier of Swift.
  public var typeName: String
  /// The name of the file itself, for its header.
  public var fileName: String
  /// Weights in a file beside the code, in place of inside it; its name, for messages.
  public var weightsFile: String?
  /// The work is shared out over the cores.
  public var isThreaded = false

  /// For any processor, on one thread, with the weights in the code.
  public init(typeName: String, fileName: String) {
    self.typeName = typeName
    self.fileName = fileName
  }
}
