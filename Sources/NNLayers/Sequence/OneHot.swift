import NNKernels

/// Each token as a vector with a 1 in its place and 0 elsewhere: T tokens become `TxV`.
///
/// Tokens have no gradient. Source: torch.nn.functional.one_hot.
package struct OneHot: TokenVectorSource {
  package static let signature = Signature(
    "onehot", "each token as a vector with a 1 in its place", takes: [.tokens],
    example: .init("onehot", on: .tokens(steps: 30, vocabulary: 37), gives: .sequence(steps: 30, features: 37)))

  package var hasVectors: Bool { false }

  package init(_ arguments: Arguments) throws(LayerProblem) {}

  package func output(for inputs: [Shape]) throws(LayerProblem) -> Shape {
    guard case .tokens(let steps, let vocabulary) = inputs[0] else { throw .kind(needs: [.tokens], input: inputs[0]) }
    return try Shape.sequence(steps: steps, features: vocabulary).checked()
  }

  package func weights(for inputs: [Shape]) -> [WeightSpec] { [] }

  package func macs(for inputs: [Shape]) -> Int { 0 }

  /// 1 where the column is the token.
  package func reference(_ call: ReferenceCall) -> [Double] {
    call.x[0].flatMap { token in (0..<call.inputs[0].vocabulary).map { $0 == Int(token.rounded()) ? 1 : 0 } }
  }

  package func memory(for inputs: [Shape], batch: Int, pass: Pass.Mode) -> LayerMemory { LayerMemory(readsX: false, readsY: false) }

  package func forward(_ call: ForwardCall) {
    call.kernels.oneHot(count: call.pass.batch * call.inputs[0].count, columns: call.inputs[0].vocabulary, x: call.x[0], y: call.y)
  }

  package func backward(_ call: BackwardCall) {
    if let dx = call.dx[0] { call.kernels.fill(count: call.pass.batch * call.inputs[0].count, y: dx) }
  }
}
