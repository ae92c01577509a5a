import NNKernelTypes

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// One step of a recurrent cell in `Double`, as PyTorch's documentation writes it.
struct RecurrentDefinition {
  let r: Recurrence
  /// `[inputs][gates][units]`, `[units][gates][units]`, and the two biases.
  let weights: [[Double]]

  struct State {
    var h: [Double]
    /// lstm's.
    var c: [Double]
    init(units: Int) {
      h = [Double](repeating: 0, count: units)
      c = h
    }
  }

  init(_ r: Recurrence, weights: [[Double]]) {
    self.r = r
    self.weights = weights
  }

  func step(_ x: ArraySlice<Double>, _ state: inout State) {
    // W x + b and U h + b', apart.
    var input = weights[2]
    for (i, value) in x.enumerated() { addProducts(r.gates * r.units, value, weights[0], i * r.gates * r.units, &input, 0) }
    var hidden = weights[3]
    for i in 0..<r.units { addProducts(r.gates * r.units, state.h[i], weights[1], i * r.gates * r.units, &hidden, 0) }
    for u in 0..<r.units {
      func sum(_ gate: Int) -> Double { input[gate * r.units + u] + hidden[gate * r.units + u] }
      switch r.cell {
      case .tanh: state.h[u] = tanh(sum(0))
      case .relu: state.h[u] = max(0, sum(0))
      case .lstm:
        state.c[u] = sigmoid(sum(1)) * state.c[u] + sigmoid(sum(0)) * tanh(sum(2))
        state.h[u] = sigmoid(sum(3)) * tanh(state.c[u])
      case .gru:
        let n = tanh(input[2 * r.units + u] + sigmoid(sum(0)) * hidden[2 * r.units + u])
        let z = sigmoid(sum(1))
        state.h[u] = (1 - z) * n + z * state.h[u]
      }
    }
  }

  private func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
}
