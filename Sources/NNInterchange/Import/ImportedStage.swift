import NNLayers

/// A stage of the network that is being read, with its weights as files hold them.
struct ImportedStage {
  /// `conv 3x3x32 pad 1`; of a join `add`, `mul` or `concat`.
  var text: String
  var inputs: [Flow.Source]
  var shape: Shape
  /// By the names of the layer's tensors, in PyTorch's order: `weight`, `bias`.
  var weights: [(name: String, values: [Float])] = []

  /// The layer's word.
  var word: String { String(text.prefix { $0 != " " }) }
  var isJoin: Bool { ["add", "mul", "concat"].contains(text) }
}

/// What a name in the graph stands for.
enum ImportedValue {
  case constant(ONNXTensor)
  case flow(Flow)
  /// It hangs on a node that cannot be said, which is listed already.
  case unknown
}

/// A node of a graph that the language cannot say.
public struct ONNXImportProblem: Sendable, Equatable {
  /// The node's name, or the name of what it gives.
  public var node: String
  /// `Conv`
  public var operation: String
  /// A clause, without a full stop.
  public var reason: String
}

/// Why a node cannot be said; the importer adds which one.
struct Unsayable: Error {
  var reason: String
  init(_ reason: String) { self.reason = reason }
}
