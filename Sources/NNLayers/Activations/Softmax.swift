import NNKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// softmax over the last axis: y = exp(x) / sum of exp(x), so that a row is positive and sums to 1.
///
/// The row's maximum is taken off first, which changes nothing but overflow. dx = y (dy - sum of y dy). Last before cross entropy, both are
/// computed at once from the logits. Source: torch.nn.Softmax(dim=-1).
package struct Softmax: Layer {
  package static let signature = Signature(
    "softmax", "positive numbers that sum to 1 along the last axis", isActivation: true, takes: [.vector, .image, .sequence],
    example: .init("softmax", on: .vector(10), gives: .vector(10)))

  package init(_ arguments: Arguments) throws(LayerProblem) {}

  package func output(for inputs: [Shape]) throws(LayerProblem) -> Shape { try inputs[0].of(Self.signature.takes) }

  package func weights(for inputs: [Shape]) -> [WeightSpec] { [] }

  package func macs(for inputs: [Shape]) -> Int { 0 }

  /// exp(x - maximum) over its sum, row by row.
  package func reference(_ call: ReferenceCall) -> [Double] {
    let channels = call.inputs[0].channels
    return stride(from: 0, to: call.x[0].count, by: channels).flatMap { first in
      let row = call.x[0][first..<first + channels]
      let maximum = row.max() ?? 0
      let powers = row.map { exp($0 - maximum) }
      let sum = powers.reduce(0, +)
      return powers.map { $0 / sum }
    }
  }

  package func memory(for inputs: [Shape], batch: Int, pass: Pass.Mode) -> LayerMemory { LayerMemory(readsX: false, inPlace: true) }

  package func forward(_ call: ForwardCall) {
    let channels = call.inputs[0].channels
    call.kernels.softmaxForward(
      rows: call.pass.batch * (call.inputs[0].count / channels), columns: channels, x: call.x[0], y: call.y)
  }

  package func backward(_ call: BackwardCall) {
    guard let dx = call.dx[0] else { return }
    let channels = call.inputs[0].channels
    call.kernels.softmaxBackward(
      rows: call.pass.batch * (call.inputs[0].count / channels), columns: channels, y: call.y, dy: call.dy, dx: dx)
  }
}
