import NNKernels

/// A vector of weights for each token: T tokens become `TxD`.
///
/// The gradient of a row of weights is the sum of dy over the steps that named it; tokens have none. Source: torch.nn.Embedding.
package struct Embed: TokenVectorSource {
  package static let signature = Signature(
    "embed", "a vector of weights for each token",
    positional: [Parameter("features", "numbers per token", .integer(1...1 << 24))], takes: [.tokens],
    example: .init("embed 64", on: .tokens(steps: 30, vocabulary: 37), gives: .sequence(steps: 30, features: 64)))

  let features: Int

  package var hasVectors: Bool { true }

  package init(_ arguments: Arguments) throws(LayerProblem) {
    features = try arguments.required("features", arguments.integer("features"))
  }

  package func output(for inputs: [Shape]) throws(LayerProblem) -> Shape {
    guard case .tokens(let steps, let vocabulary) = inputs[0] else { throw .kind(needs: [.tokens], input: inputs[0]) }
    _ = try product([vocabulary, features], limit: Shape.largestCount)
    return try Shape.sequence(steps: steps, features: features).checked()
  }

  /// PyTorch: weight [vocabulary, features].
  package func weights(for inputs: [Shape]) -> [WeightSpec] {
    [WeightSpec("weight", shape: [inputs[0].vocabulary, features], role: .embedding, fanIn: inputs[0].vocabulary, fanOut: features)]
  }

  package func macs(for inputs: [Shape]) -> Int { 0 }

  /// The token's row.
  package func reference(_ call: ReferenceCall) -> [Double] {
    call.x[0].flatMap { token -> ArraySlice<Double> in
      let row = Int(token.rounded())
      return call.weights[0][row * features..<(row + 1) * features]
    }
  }

  package func memory(for inputs: [Shape], batch: Int, pass: Pass.Mode) -> LayerMemory { LayerMemory(readsY: false) }

  package func forward(_ call: ForwardCall) {
    call.kernels.lookUp(
      count: call.pass.batch * call.inputs[0].count, columns: features, x: call.x[0], table: call.weights[0], y: call.y)
  }

  package func backward(_ call: BackwardCall) {
    let count = call.pass.batch * call.inputs[0].count
    if let dw = call.dweights[0] {
      call.kernels.lookUpGradient(
        count: count, rows: call.inputs[0].vocabulary, columns: features, x: call.x[0], dy: call.dy, dtable: dw)
    }
    if let dx = call.dx[0] { call.kernels.fill(count: count, y: dx) }
  }
}

extension Shape {
  /// How many different tokens there are; 0 of what is no text.
  public var vocabulary: Int { if case .tokens(_, let vocabulary) = self { vocabulary } else { 0 } }
}
