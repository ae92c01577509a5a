import NNGraph

/// Why a network cannot be written as code.
public enum EmitProblem: Error, Sendable, CustomStringConvertible {
  /// No code can be written for this node's layer: one of nnc's own that somebody forgot (a test looks for those).
  case layer(Node)
  /// What the request holds does not belong to its model, or an option is none, in words.
  case request(String)

  public var description: String {
    switch self {
    case .layer(let node): "no code can be written for `\(node.word)`"
    case .request(let reason): reason
    }
  }
}

extension EmitRequest {
  /// Code is written from these numbers by their places: all of them have to be there.
  ///
  /// - Throws: `EmitProblem.request` with the first that does not fit the model.
  func check() throws(EmitProblem) {
    guard weights.count == model.nodes.count else {
      throw .request("the network has \(model.nodes.count) layers, and there are weights for \(weights.count)")
    }
    for (node, tensors) in zip(model.nodes, weights) {
      guard tensors.count == node.weights.count else {
        throw .request("`\(node.name)` has \(node.weights.count) tensors, and \(tensors.count) are given")
      }
      for (spec, values) in zip(node.weights, tensors) where values.count != spec.count {
        throw .request("`\(node.name).\(spec.name)` takes \(spec.count) numbers, and \(values.count) are given")
      }
    }
    guard Self.divide(preparation.scale, preparation.shift, model.input.channels) else {
      throw .request(
        "an input has \(model.input.channels) channels, and is prepared by \(preparation.scale.count) factors and \(preparation.shift.count) summands"
      )
    }
    if case .values(let scale, let shift) = meaning, !Self.divide(scale, shift, model.output.count) {
      throw .request("there are \(model.output.count) outputs, and \(scale.count) factors and \(shift.count) summands for them")
    }
    for example in examples where example.input.count != model.input.count || example.output.count != model.output.count {
      throw .request(
        "an example takes \(model.input.count) numbers and gives \(model.output.count), and one of \(example.input.count) and \(example.output.count) is given"
      )
    }
  }

  /// Whether there is at least one factor and one summand, and both come out even: they are taken in turn.
  private static func divide(_ scale: [Float], _ shift: [Float], _ count: Int) -> Bool {
    [scale.count, shift.count].allSatisfy { $0 > 0 && count % $0 == 0 }
  }
}

extension EmitOptions {
  /// - Throws: `EmitProblem.request` for a type that Swift would not compile.
  func check() throws(EmitProblem) {
    let isName =
      typeName.unicodeScalars.first.map { $0.properties.isXIDStart || $0 == "_" } == true
      && typeName.unicodeScalars.allSatisfy(\.properties.isXIDContinue)
    guard isName else { throw .request("`\(typeName)` is no name of a type") }
    guard !EmitOptions.isReserved(typeName) else { throw .request("`\(typeName)` is a name that the code itself uses") }
  }
}
