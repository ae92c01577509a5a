/// Works out nodes that depend on constants alone: shapes, tables, and weights that are turned.
struct ConstantFolding {
  private let node: ImportedNode

  init(_ node: ImportedNode) { self.node = node }

  /// What the node gives; nil where it does not depend on constants alone, or is no operation on constants.
  var results: [ImportedValue]? {
    get throws(Unsayable) {
      if node.operation == "Shape" { return try shape }
      if node.operation == "Constant" { return try constant }
      var tensors: [ONNXTensor?] = []
      for input in node.inputs {
        switch input {
        case nil: tensors.append(nil)
        case .constant(let tensor)?: tensors.append(tensor)
        case .flow?, .unknown?: return nil
        }
      }
      guard !tensors.isEmpty, let result = try folded(tensors) else { return nil }
      return result.map { .constant($0) }
    }
  }

  private var shape: [ImportedValue]? {
    get throws(Unsayable) {
      let sizes: [Int]
      switch node.inputs.first {
      case .flow(let flow)??: sizes = flow.dimensions
      case .constant(let tensor)??: sizes = tensor.shape
      case nil, nil?, .unknown??: return nil
      }
      func bound(_ name: String, _ otherwise: Int) -> Int {
        let value = node.integer(name, otherwise)
        return min(max(value < 0 ? value + sizes.count : value, 0), sizes.count)
      }
      let (start, end) = (bound("start", 0), bound("end", sizes.count))
      return [.constant(ONNXTensor(integers: Array(sizes[start..<max(start, end)])))]
    }
  }

  private var constant: [ImportedValue] {
    get throws(Unsayable) {
      for (name, value) in node.node.attributes {
        switch (name, value) {
        case ("value", .tensor(let tensor)): return [.constant(tensor)]
        case ("value_int", .integer(let number)): return [.constant(ONNXTensor(values: .integers([number])))]
        case ("value_ints", .integers(let numbers)): return [.constant(ONNXTensor(integers: numbers))]
        case ("value_float", .float(let number)): return [.constant(ONNXTensor(values: .floats([number])))]
        case ("value_floats", .floats(let numbers)): return [.constant(ONNXTensor(shape: [numbers.count], values: .floats(numbers)))]
        case (_, _): continue
        }
      }
      throw Unsayable("its value is of a kind that is not read")
    }
  }

  private func second(_ tensors: [ONNXTensor]) throws(Unsayable) -> ONNXTensor {
    guard tensors.count > 1 else { throw Unsayable("its second input is missing") }
    return tensors[1]
  }

  private func folded(_ tensors: [ONNXTensor?]) throws(Unsayable) -> [ONNXTensor]? {
    guard let x = tensors[0] else { return nil }
    let given = tensors.compactMap(\.self)
    if let operation = PairOperation(rawValue: node.operation) { return [try operation.result(x, try second(given))] }
    switch node.operation {
    case "Identity", "Dropout": return [x]
    case "Cast": return [try x.cast(to: node.integer("to", 1))]
    case "Sqrt": return [try x.mapped { $0.squareRoot() }]
    case "Neg": return [try x.mapped { -$0 }]
    case "Concat": return [try ONNXTensor.joined(given, axis: try node.axis(node.integer("axis", 0), of: max(1, x.shape.count)))]
    case "Gather":
      return [
        try x.gathered(try node.integers(1) ?? [], try second(given).shape, try node.axis(node.integer("axis", 0), of: x.shape.count))
      ]
    case "Transpose":
      let order = node.integers(named: "perm") ?? Array(x.shape.indices.reversed())
      guard order.sorted() == Array(x.shape.indices) else { throw Unsayable("`perm` does not fit the axes") }
      return [x.transposed(order)]
    case "Unsqueeze": return [x.reshaped(try AxisList(node, rank: x.shape.count, isAdding: true).applied(to: x.shape))]
    case "Squeeze": return [x.reshaped(try AxisList(node, rank: x.shape.count, isAdding: false).applied(to: x.shape))]
    case "Reshape": return [x.reshaped(try ReshapeSizes(node, x.shape).sizes)]
    case "Flatten":
      let axis = try node.axis(node.integer("axis", 1), of: x.shape.count + 1)
      return [x.reshaped([x.shape[..<axis].reduce(1, *), x.shape[axis...].reduce(1, *)])]
    case "ConstantOfShape", "Expand": return [try x.filled(node)]
    case "Slice": return [try x.sliced(node)]
    case "ReduceProd": return [try x.product(node)]
    case _: return nil
    }
  }
}

/// Arithmetic on two constants, number by number.
private enum PairOperation: String {
  case add = "Add"
  case sub = "Sub"
  case mul = "Mul"
  case div = "Div"
  case mod = "Mod"
  case min = "Min"
  case max = "Max"
  case less = "Less"
  case greater = "Greater"
  case and = "And"

  func result(_ x: ONNXTensor, _ y: ONNXTensor) throws(Unsayable) -> ONNXTensor { try x.combined(with: y, ofFloats, ofIntegers) }

  private func ofFloats(_ x: Float, _ y: Float) -> Float {
    switch self {
    case .add: x + y
    case .sub: x - y
    case .mul, .and: x * y
    case .div: x / y
    case .mod: x.truncatingRemainder(dividingBy: y)
    case .min: Swift.min(x, y)
    case .max: Swift.max(x, y)
    case .less: x < y ? 1 : 0
    case .greater: x > y ? 1 : 0
    }
  }

  private func ofIntegers(_ x: Int, _ y: Int) -> (partialValue: Int, overflow: Bool) {
    switch self {
    case .add: x.addingReportingOverflow(y)
    case .sub: x.subtractingReportingOverflow(y)
    case .mul: x.multipliedReportingOverflow(by: y)
    case .div: x.dividedReportingOverflow(by: y)
    case .mod: PairOperation.remainder(x, y)
    case .min: (Swift.min(x, y), false)
    case .max: (Swift.max(x, y), false)
    case .less: (x < y ? 1 : 0, false)
    case .greater: (x > y ? 1 : 0, false)
    case .and: (x & y, false)
    }
  }

  /// With the sign of the divisor.
  private static func remainder(_ x: Int, _ y: Int) -> (partialValue: Int, overflow: Bool) {
    // What no number fits, -2^63 / -1, leaves nothing over.
    let rest = y == -1 ? (partialValue: 0, overflow: false) : x.remainderReportingOverflow(dividingBy: y)
    return rest.partialValue != 0 && (rest.partialValue < 0) != (y < 0) ? (rest.partialValue + y, rest.overflow) : rest
  }
}
