/// A layer of two or more inputs. The resolver makes it without arguments for `res` and `branch`, and from its word with a label.
package protocol Join: Layer {
  init()
}

/// A join number by number: all inputs have one shape, which is that of the output. Nothing broadcasts.
package protocol ElementwiseJoin: Join {}

extension ElementwiseJoin {
  package func output(for inputs: [Shape]) throws(LayerProblem) -> Shape {
    let first = try inputs[0].of(Self.signature.takes)
    guard inputs.allSatisfy({ $0 == first }) else { throw .join(inputs: inputs) }
    return first
  }

  package func weights(for inputs: [Shape]) -> [WeightSpec] { [] }

  package func macs(for inputs: [Shape]) -> Int { 0 }
}
