import NNLayers

extension ONNXImporter {
  /// The word of an activation, with its number; nil for another operator.
  func activation(_ node: ImportedNode) throws(Unsayable) -> String? {
    switch node.operation {
    case "Relu": return "relu"
    case "LeakyRelu": return "leaky_relu \(node.number("alpha", 0.01).plain)"
    case "PRelu":
      let slope = try node.weights(1)
      guard let first = slope.values.first, slope.values.allSatisfy({ $0 == first }) else { throw Unsayable("it has several slopes") }
      return "leaky_relu \(first.plain)"
    case "Clip":
      let (low, high) = (try node.optionalConstant(1)?.doubles.first, try node.optionalConstant(2)?.doubles.first)
      guard (low ?? Double(node.number("min", -.infinity))) == 0, (high ?? Double(node.number("max", .infinity))) > 1e30 else {
        throw Unsayable("no word of the language says it; from 0 up it is `relu`")
      }
      return "relu"
    case "Elu": return "elu \(node.number("alpha", 1).plain)"
    case "Gelu":
      guard node.text("approximate", "none") == "none" else { throw Unsayable("`gelu` is the exact one, not the approximation by tanh") }
      return "gelu"
    case "Swish":
      guard node.number("alpha", 1) == 1 else { throw Unsayable("`silu` has the factor 1") }
      return "silu"
    case "Silu": return "silu"
    case "Sigmoid": return "sigmoid"
    case "Tanh": return "tanh"
    case "Softsign": return "softsign"
    case "Softplus": return "softplus"
    case "Softmax": return "softmax"
    case _: return nil
    }
  }

  func activated(_ node: ImportedNode, _ text: String) throws(Unsayable) -> Flow {
    let x = try node.flow()
    guard node.operation == "Softmax" else { return try addKeeping(text, x) }
    let axis = try node.axis(node.integer("axis", node.version < 13 ? 1 : -1), of: x.axes.count)
    if let scores = x.scores { return try softmax(of: scores, x, axis: axis) }
    // Before version 13 everything from the axis on was one row.
    let isRow = node.version >= 13 || axis == x.axes.count - 1 || x.dimensions[(axis + 1)...].allSatisfy { $0 == 1 }
    let x2 = x.channelAxis == nil && x.isFlatInFileOrder ? try vector(x) : x
    guard x2.channelAxis == axis, isRow else {
      throw Unsayable("`softmax` goes over channels or features; this one goes over axis \(axis) of \(x.layoutText)")
    }
    return try addKeeping(text, x2)
  }

  func dropout(_ node: ImportedNode) throws(Unsayable) -> Flow {
    let x = try node.flow()
    let ratio = try node.optionalConstant(1)?.doubles.first ?? Double(node.number("ratio", 0.5))
    if case .integers(let flags)? = try node.optionalConstant(2)?.values, flags.first == 1 { throw Unsayable("it drops in inference, too") }
    guard ratio > 0 else { return x }
    return try addKeeping("dropout \(Float(ratio).plain)", x)
  }
}

extension Float {
  /// The shortest text that reads back as the same number.
  var plain: String {
    if self == rounded(), magnitude < 1e7 { return String(Int(self)) }
    return "\(self)"
  }
}
