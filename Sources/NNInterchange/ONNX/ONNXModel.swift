/// A model of the Open Neural Network Exchange format (onnx/onnx.proto): as much of it as inference in single precision needs.
public struct ONNXModel: Sendable, Equatable {
  public var irVersion = 8
  /// By domain; the operators of ONNX itself have the empty one.
  public var opsets: [(domain: String, version: Int)] = []
  public var producer = ""
  public var producerVersion = ""
  public var documentation = ""
  public var graph = ONNXGraph()
  public var metadata: [(key: String, value: String)] = []

  /// The domain of its operators for trees, support vector machines and the like.
  public static let machineLearning = "ai.onnx.ml"

  public init() {}

  public static func == (a: ONNXModel, b: ONNXModel) -> Bool { a.encoded() == b.encoded() }
}

public struct ONNXGraph: Sendable, Equatable {
  public var name = ""
  public var nodes: [ONNXNode] = []
  public var initializers: [ONNXTensor] = []
  public var inputs: [ONNXValue] = []
  public var outputs: [ONNXValue] = []
  /// Shapes of what flows between the nodes.
  public var values: [ONNXValue] = []
}

/// One operation.
public struct ONNXNode: Sendable, Equatable {
  public var name = ""
  public var operation = ""
  public var domain = ""
  /// Names of values; empty for an optional input that is not given.
  public var inputs: [String] = []
  public var outputs: [String] = []
  public var attributes: [(name: String, value: ONNXAttribute)] = []

  public static func == (a: ONNXNode, b: ONNXNode) -> Bool {
    var (first, second) = (ProtobufWriter(), ProtobufWriter())
    a.encode(&first)
    b.encode(&second)
    return first.bytes == second.bytes
  }
}

public enum ONNXAttribute: Sendable, Equatable {
  case float(Float)
  case integer(Int)
  case text(String)
  case tensor(ONNXTensor)
  case floats([Float])
  case integers([Int])
  case texts([String])
  /// A graph, a type, or another kind that no operator read here has.
  case other
}

/// The shape and element type of a value.
public struct ONNXValue: Sendable, Equatable {
  public var name = ""
  public var type = ONNXElement.float
  /// nil: of any rank.
  public var shape: [ONNXDimension]?
}

public enum ONNXDimension: Sendable, Equatable {
  case size(Int)
  /// `N`: known when the model is run.
  case named(String)
}

/// `TensorProto.DataType`, as far as it is read; the numbers of others are kept for messages.
public enum ONNXElement: Sendable, Equatable {
  case float
  case int64
  case other(Int)

  public init(code: Int) {
    switch code {
    case 1: self = .float
    case 7: self = .int64
    case let code: self = .other(code)
    }
  }

  public var code: Int {
    switch self {
    case .float: 1
    case .int64: 7
    case .other(let code): code
    }
  }
}

/// A constant: weights, or sizes.
public struct ONNXTensor: Sendable, Equatable {
  public var name = ""
  public var shape: [Int] = []
  public var values = Values.floats([])
  /// Where the numbers are, if not here.
  var location: ONNXLocation?

  public enum Values: Sendable, Equatable {
    /// Row-major. Half and double precision are read as single.
    case floats([Float])
    case integers([Int])
  }

  public init(name: String = "", shape: [Int] = [], values: Values = .floats([])) {
    self.name = name
    self.shape = shape
    self.values = values
  }

  public var count: Int {
    switch values {
    case .floats(let values): values.count
    case .integers(let values): values.count
    }
  }
}

/// Numbers of a tensor in a file beside the model.
struct ONNXLocation: Sendable, Equatable {
  var file: String
  var offset: Int
  var length: Int?
  var type: Int
}
