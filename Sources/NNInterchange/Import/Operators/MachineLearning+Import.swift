import NNLayers

/// The operators of `ai.onnx.ml` that scikit-learn's networks, scalers and linear models are written with.
extension ONNXImporter {
  func machineLearning(_ node: ImportedNode) throws(Unsayable) -> [ImportedValue] {
    switch node.operation {
    case "Scaler": return [.flow(try scaler(node))]
    case "Normalizer": return [.flow(try normalizer(node))]
    case "LinearRegressor": return [.flow(try linearModel(node, outputs: node.integer("targets", 1)))]
    case "LinearClassifier":
      readClasses(node)
      return [.unknown, .flow(try linearModel(node, outputs: nil))]
    case "ZipMap":
      readClasses(node)
      return [.flow(try node.flow())]
    case _: throw Unsayable("no word of the language says it")
    }
  }

  func readClasses(_ node: ImportedNode) {
    for name in ["classlabels_strings", "classlabels_int64s", "classlabels_ints"] {
      if case .texts(let names)? = node.attribute(name), !names.isEmpty { classes = names }
      if case .integers(let numbers)? = node.attribute(name), !numbers.isEmpty { classes = numbers.map(String.init) }
    }
  }

  private func floats(_ node: ImportedNode, _ name: String) -> [Float] {
    if case .floats(let values)? = node.attribute(name) { values } else { [] }
  }

  /// (x - offset) scale
  private func scaler(_ node: ImportedNode) throws(Unsayable) -> Flow {
    let x = try node.flow()
    let (offset, scale) = (floats(node, "offset"), floats(node, "scale"))
    guard !offset.isEmpty, !scale.isEmpty else { throw Unsayable("its offset or scale is missing") }
    let shifted = try arithmetic(ImportedNode.made("Sub", x, ONNXTensor(shape: [offset.count], values: .floats(offset)), node.version))
    return try arithmetic(ImportedNode.made("Mul", shifted, ONNXTensor(shape: [scale.count], values: .floats(scale)), node.version))
  }

  /// Behind the outputs of a classifier it makes probabilities of what are some already.
  private func normalizer(_ node: ImportedNode) throws(Unsayable) -> Flow {
    let x = try node.flow()
    guard let before = stage(x.source), before.word == "softmax", node.text("norm", "MAX") == "L1" else {
      throw Unsayable("no word of the language says it")
    }
    return x
  }

  private func linearModel(_ node: ImportedNode, outputs: Int?) throws(Unsayable) -> Flow {
    let x = try node.flow()
    let (coefficients, intercepts) = (floats(node, "coefficients"), floats(node, "intercepts"))
    let inputs = x.dimensions.last ?? 0
    guard inputs > 0, coefficients.count % inputs == 0, let count = outputs ?? Optional(coefficients.count / inputs), count > 0,
      coefficients.count / inputs == count, intercepts.isEmpty || intercepts.count == count
    else { throw Unsayable("its coefficients do not fit \(inputs) inputs") }
    let result = try linear(x, ONNXTensor(shape: [count, inputs], values: .floats(coefficients)), 1, intercepts.isEmpty ? nil : intercepts)
    switch node.text("post_transform", "NONE") {
    case "NONE": return result
    case "SOFTMAX": return try addKeeping("softmax", result)
    case "LOGISTIC": return try addKeeping("sigmoid", result)
    case let other: throw Unsayable("its outputs go through \(other)")
    }
  }
}

extension ImportedNode {
  /// A node of two inputs that stands for a part of another.
  static func made(_ operation: String, _ x: Flow, _ constant: ONNXTensor, _ version: Int) -> ImportedNode {
    ImportedNode(node: ONNXNode(operation: operation, inputs: ["", ""]), inputs: [.flow(x), .constant(constant)], version: version)
  }
}
