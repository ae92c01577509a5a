/// A model of the Open Neural Network Exchange format (onnx/onnx.proto): as much of it as inference in single precision needs.
///
/// `ONNXExport` makes one of a network, and `ONNXImport` a network of one; from and to the bytes of a file it comes here.
public struct ONNXModel: Sendable {
  package var irVersion = 8
  /// By domain; the operators of ONNX itself have the empty one.
  package var opsets: [(domain: String, version: Int)] = []
  package var producer = ""
  package var producerVersion = ""
  package var documentation = ""
  package var graph = ONNXGraph()
  package var metadata: [(key: String, value: String)] = []

  /// The domain of its operators for trees, support vector machines and the like.
  package static let machineLearning = "ai.onnx.ml"

  package init() {}
}

/// Nodes in an order in which each comes after what it reads, and the constants and values that they name.
package struct ONNXGraph: Sendable, Equatable {
  package var name = ""
  package var nodes: [ONNXNode] = []
  package var initializers: [ONNXTensor] = []
  package var inputs: [ONNXValue] = []
  package var outputs: [ONNXValue] = []
  /// Shapes of what flows between the nodes.
  package var values: [ONNXValue] = []
}

/// One operation.
package struct ONNXNode: Sendable, Equatable {
  package var name = ""
  package var operation = ""
  package var domain = ""
  /// Names of values; empty for an optional input that is not given.
  package var inputs: [String] = []
  package var outputs: [String] = []
  package var attributes: [(name: String, value: ONNXAttribute)] = []

  package static func == (a: ONNXNode, b: ONNXNode) -> Bool {
    var (first, second) = (ProtobufWriter(), ProtobufWriter())
    a.encode(&first)
    b.encode(&second)
    return first.bytes == second.bytes
  }
}

/// A setting of a node.
package enum ONNXAttribute: Sendable, Equatable {
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
package struct ONNXValue: Sendable, Equatable {
  package var name = ""
  package var type = ONNXElement.float
  /// nil: of any rank.
  package var shape: [ONNXDimension]?
}

/// The size of an axis.
package enum ONNXDimension: Sendable, Equatable {
  case size(Int)
  /// `N`: known when the model is run.
  case named(String)
}

/// `TensorProto.DataType`, as far as it is read; the numbers of others are kept for messages.
package enum ONNXElement: Sendable, Equatable {
  case float
  case int64
  case other(Int)

  package init(code: Int) {
    switch code {
    case 1: self = .float
    case 7: self = .int64
    case let code: self = .other(code)
    }
  }

  package var code: Int {
    switch self {
    case .float: 1
    case .int64: 7
    case .other(let code): code
    }
  }
}

/// A constant: weights, or sizes.
package struct ONNXTensor: Sendable, Equatable {
  package var name = ""
  package var shape: [Int] = []
  package var values = Values.floats([])
  /// Where the numbers are, if not here.
  var location: ONNXLocation?

  package enum Values: Sendable, Equatable {
    /// Row-major. Half and double precision are read as single.
    case floats([Float])
    case integers([Int])
  }

  package init(name: String = "", shape: [Int] = [], values: Values = .floats([])) {
    self.name = name
    self.shape = shape
    self.values = values
  }

  package var count: Int {
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
