/// A pool with one window over the whole image, which becomes a vector of its channels.
package protocol GlobalPool: Layer {}

extension GlobalPool {
  package func output(for inputs: [Shape]) throws(LayerProblem) -> Shape {
    .vector(try Grid(inputs[0], takes: Self.signature.takes).channels)
  }

  package func weights(for inputs: [Shape]) -> [WeightSpec] { [] }

  package func macs(for inputs: [Shape]) -> Int { 0 }
}
