import NNLayers

/// A node of the graph with its inputs looked up, on its way into stages.
struct ImportedNode {
  let node: ONNXNode
  /// nil for an optional input that is not given.
  let inputs: [ImportedValue?]
  /// Of the operators of its domain.
  let version: Int

  var operation: String { node.operation }

  // MARK: Inputs

  func flow(_ index: Int = 0) throws(Unsayable) -> Flow {
    guard index < inputs.count, case .flow(let flow)? = inputs[index] else {
      throw Unsayable("input \(index + 1) does not come from the network's input")
    }
    return flow
  }

  /// nil where it is not given.
  func optionalConstant(_ index: Int) throws(Unsayable) -> ONNXTensor? {
    guard index < inputs.count, let input = inputs[index] else { return nil }
    guard case .constant(let tensor) = input else { throw Unsayable("input \(index + 1) is not constant") }
    return tensor
  }

  func constant(_ index: Int) throws(Unsayable) -> ONNXTensor {
    guard let tensor = try optionalConstant(index) else { throw Unsayable("input \(index + 1) is missing") }
    return tensor
  }

  func weights(_ index: Int, rank: Int? = nil) throws(Unsayable) -> (shape: [Int], values: [Float]) {
    let tensor = try constant(index)
    guard case .floats(let values) = tensor.values else { throw Unsayable("input \(index + 1) holds whole numbers") }
    if let rank, tensor.shape.count != rank { throw Unsayable("input \(index + 1) has \(tensor.shape.count) axes, not \(rank)") }
    return (tensor.shape, values)
  }

  /// A vector, or nil where it is not given.
  func vector(_ index: Int, count: Int) throws(Unsayable) -> [Float]? {
    guard let tensor = try optionalConstant(index) else { return nil }
    guard case .floats(let values) = tensor.values, values.count == count else {
      throw Unsayable("input \(index + 1) has \(tensor.count) numbers, not \(count)")
    }
    return values
  }

  func integers(_ index: Int) throws(Unsayable) -> [Int]? {
    guard let tensor = try optionalConstant(index) else { return nil }
    guard case .integers(let values) = tensor.values else { throw Unsayable("input \(index + 1) is not of whole numbers") }
    return values
  }

  // MARK: Attributes

  func attribute(_ name: String) -> ONNXAttribute? { node.attributes.first { $0.name == name }?.value }

  func integer(_ name: String, _ otherwise: Int) -> Int {
    if case .integer(let value)? = attribute(name) { value } else { otherwise }
  }

  func number(_ name: String, _ otherwise: Float) -> Float {
    if case .float(let value)? = attribute(name) { value } else { otherwise }
  }

  func text(_ name: String, _ otherwise: String) -> String {
    if case .text(let value)? = attribute(name) { value } else { otherwise }
  }

  func integers(named name: String) -> [Int]? {
    if case .integers(let values)? = attribute(name) { values } else { nil }
  }

  /// Of an operator that took them as an attribute once and takes them as an input now.
  func integers(_ index: Int, orNamed name: String) throws(Unsayable) -> [Int]? {
    if let values = integers(named: name) { return values }
    return try integers(index)
  }

  /// An axis counted from the end is counted from the front.
  func axis(_ value: Int, of rank: Int) throws(Unsayable) -> Int {
    guard (-rank..<rank).contains(value) else { throw Unsayable("there is no axis \(value) in \(rank)") }
    return value < 0 ? value + rank : value
  }
}
