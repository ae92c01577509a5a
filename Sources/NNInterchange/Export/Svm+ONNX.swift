import NNLayers

extension Svm: ONNXWritable {
  /// Machines for every two classes are one `SVMClassifier`, machines against the rest a `SVMRegressor` each.
  func write(_ stage: ONNXStage) -> String {
    let weights = stage.weights.map(\.values)
    guard weights.count >= 3 else { return stage.add("Mul", [stage.x, stage.builder.constant("zero", [0], shape: [1])]) }
    let machine = StoredMachine(layer: self, features: stage.input.count, weights: weights)
    if isAgainstRest {
      let decisions = parts.indices.map { stage.addMachine("SVMRegressor", machine.regressor($0), outputs: 1, width: 1) }
      guard classes == 2 else { return stage.add("Concat", decisions, [("axis", .integer(1))]) }
      return stage.add("Concat", [stage.add("Neg", decisions), decisions[0]], [("axis", .integer(1))])
    }
    let scores = stage.addMachine("SVMClassifier", machine.classifier, outputs: 2, width: classes == 2 ? 2 : parts.count)
    // Of two classes ONNX Runtime gives the decision for the second, after that against it.
    guard classes > 2 else { return stage.add("Neg", [scores]) }
    // Votes: a machine's first class where it is above 0, else its second.
    let above = stage.add("Cast", [stage.add("Greater", [scores, stage.builder.constant("zero", [0], shape: [1])])], [("to", .integer(1))])
    var (difference, base) = ([Float](repeating: 0, count: parts.count * classes), [Float](repeating: 0, count: classes))
    for (row, part) in parts.enumerated() {
      difference[row * classes + part.positive] += 1
      guard let negative = part.negative else { continue }
      difference[row * classes + negative] -= 1
      base[negative] += 1
    }
    let votes = stage.add("MatMul", [above, stage.builder.constant("sides", difference, shape: [parts.count, classes])])
    return stage.add("Add", [votes, stage.builder.constant("second", base, shape: [classes])])
  }
}

/// The tensors of a machine in the order that ONNX's operators want.
private struct StoredMachine {
  let layer: Svm
  let features: Int
  /// As in files.
  let weights: [[Float]]

  private var supports: [Float] { weights[0] }
  private var count: Int { weights[0].count / max(1, features) }
  private func coefficient(_ part: Int, _ support: Int) -> Float { weights[1][part * count + support] }

  private var kernel: [(name: String, value: ONNXAttribute)] {
    let (name, degree): (String, Int) =
      switch layer.kind {
      case .linear: ("LINEAR", 1)
      case .poly(let degree): ("POLY", degree)
      case .rbf: ("RBF", 1)
      case .sigmoid: ("SIGMOID", 1)
      }
    let gamma = weights.count > 3 ? weights[3].first ?? 1 : 1
    return [
      ("kernel_type", .text(name)), ("kernel_params", .floats([gamma, Float(layer.coef0), Float(degree)])),
      ("post_transform", .text("NONE")),
    ]
  }

  func regressor(_ part: Int) -> [(name: String, value: ONNXAttribute)] {
    kernel + [
      ("coefficients", .floats((0..<count).map { coefficient(part, $0) })), ("support_vectors", .floats(supports)),
      ("n_supports", .integer(count)), ("rho", .floats([weights[2][part]])), ("one_class", .integer(0)),
    ]
  }

  /// The class of a support vector, by the side that it is on.
  private func group(_ support: Int) -> Int {
    for (part, sides) in layer.parts.enumerated() {
      let value = coefficient(part, support)
      if value != 0 { return value > 0 ? sides.positive : sides.negative ?? sides.positive }
    }
    return 0
  }

  /// libsvm's order: support vectors by class, and for each of them a row of coefficients per other class.
  var classifier: [(name: String, value: ONNXAttribute)] {
    let groups = (0..<count).map(group)
    let order = (0..<layer.classes).flatMap { number in (0..<count).filter { groups[$0] == number } }
    var coefficients = [Float](repeating: 0, count: (layer.classes - 1) * count)
    for (part, sides) in layer.parts.enumerated() {
      guard let negative = sides.negative else { continue }
      for (place, support) in order.enumerated() {
        if groups[support] == sides.positive { coefficients[(negative - 1) * count + place] = coefficient(part, support) }
        if groups[support] == negative { coefficients[sides.positive * count + place] = coefficient(part, support) }
      }
    }
    return kernel + [
      ("classlabels_ints", .integers(Array(0..<layer.classes))), ("coefficients", .floats(coefficients)),
      ("support_vectors", .floats(order.flatMap { supports[$0 * features..<($0 + 1) * features] })),
      ("vectors_per_class", .integers((0..<layer.classes).map { number in groups.count { $0 == number } })), ("rho", .floats(weights[2])),
    ]
  }
}

extension ONNXStage {
  /// Adds an operator of ONNX's domain for machine learning and returns its last output, `[N][width]`. Nobody infers shapes there, so they are said.
  fileprivate func addMachine(_ operation: String, _ attributes: [(name: String, value: ONNXAttribute)], outputs: Int, width: Int) -> String
  {
    let names = builder.add(operation, [x], attributes, outputs: outputs)
    builder.graph.nodes[builder.graph.nodes.count - 1].domain = ONNXModel.machineLearning
    builder.describe(names[outputs - 1], .vector(width))
    return names[outputs - 1]
  }
}
