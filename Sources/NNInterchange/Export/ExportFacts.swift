import NNGraph
import NNLayers

/// What the formats of others want to know of a network besides its model.
public struct ExportFacts: Sendable {
  /// By name, in the order and shape of files: `conv1.weight`.
  public var weights: [String: [Float]]
  /// Of the raw input: x scale + shift, one number each, one per channel or one per number. nil: the model gets what is normalised already.
  public var scale: [Float]?
  /// See `scale`.
  public var shift: [Float]?
  /// Of a regression: the network gives `y scale + shift`, one number each or one per output. nil: left as it is.
  public var targetScale: [Float]?
  /// See `targetScale`.
  public var targetShift: [Float]?
  /// Their names, in the order of the outputs; empty where there are none.
  public var classes: [String]
  /// Entries of an ONNX model's metadata besides the classes.
  public var metadata: [(key: String, value: String)]
  /// Of nnc, for the file.
  public var version: String

  /// - Parameters:
  ///   - weights: by name, in the order and shape of files. Programs of PyTorch read a file of their own: they need none.
  ///   - scale: of the raw input, with `shift`: x scale + shift.
  ///   - shift: what is added then.
  ///   - targetScale: of a regression, with `targetShift`: the network gives y scale + shift.
  ///   - targetShift: what has been added.
  ///   - classes: names, in the order of the outputs.
  ///   - metadata: further entries of an ONNX model.
  ///   - version: of nnc.
  public init(
    weights: [String: [Float]], scale: [Float]? = nil, shift: [Float]? = nil, targetScale: [Float]? = nil, targetShift: [Float]? = nil,
    classes: [String] = [], metadata: [(key: String, value: String)] = [], version: String = ""
  ) {
    self.weights = weights
    self.scale = scale
    self.shift = shift
    self.targetScale = targetScale
    self.targetShift = targetShift
    self.classes = classes
    self.metadata = metadata
    self.version = version
  }
}

/// What cannot be written in another format, in words for a user.
public struct ExportProblem: Error, Equatable, Sendable, CustomStringConvertible {
  /// A clause, without a full stop.
  public var message: String

  public var description: String { message }

  init(_ message: String) { self.message = message }
}

extension ExportFacts {
  func checkWeights(of model: Model) throws(ExportProblem) {
    for node in model.nodes {
      for spec in node.weights {
        let name = "\(node.name).\(spec.name)"
        guard let values = weights[name] else { throw ExportProblem("the weights of `\(name)` are missing") }
        guard values.count == spec.count else {
          throw ExportProblem("`\(name)` takes \(spec.count) numbers, and \(values.count) are given")
        }
      }
    }
  }

  func checkNormalization(of model: Model) throws(ExportProblem) {
    try Self.check(scale, shift, model.input, "an input")
    try Self.check(targetScale, targetShift, model.output, "an output")
  }

  /// Factors and summands go together, and are one, one per channel or one per number.
  private static func check(_ scale: [Float]?, _ shift: [Float]?, _ shape: Shape, _ what: String) throws(ExportProblem) {
    guard (scale == nil) == (shift == nil) else { throw ExportProblem("\(what) has factors without summands, or summands without factors") }
    for values in [scale, shift].compactMap(\.self) where ![1, shape.channels, shape.count].contains(values.count) {
      throw ExportProblem("\(what) of \(shape) cannot be normalised by \(values.count) numbers")
    }
  }
}
