import NNKernels

/// The passes by a layer's definition alone: `reference` forward, its central differences backward. Exact to about 1e-9, and slow.
extension Layer {
  public func memory(for inputs: [Shape], batch: Int, pass: Pass.Mode) -> LayerMemory { LayerMemory() }

  public func forward(_ call: ForwardCall) {
    let specs = weights(for: call.inputs)
    let weights = zip(call.weights, specs).map { pointer, spec in (0..<spec.count).map { Double(pointer[$0]) } }
    let x = zip(call.x, call.inputs).map { pointer, shape in (0..<shape.count * call.pass.batch).map { Double(pointer[$0]) } }
    let y = reference(ReferenceCall(inputs: call.inputs, x: x, weights: weights, pass: call.pass, layer: call.layer))
    for (index, value) in y.enumerated() { call.y[index] = Float(value) }
  }

  public func backward(_ call: BackwardCall) {
    let specs = weights(for: call.inputs)
    let weights = zip(call.weights, specs).map { pointer, spec in (0..<spec.count).map { Double(pointer[$0]) } }
    let x = zip(call.x, call.inputs).map { pointer, shape in (0..<shape.count * call.pass.batch).map { Double(pointer[$0]) } }
    let definition = ReferenceCall(inputs: call.inputs, x: x, weights: weights, pass: call.pass, layer: call.layer)
    for (index, dx) in call.dx.enumerated() {
      guard let dx else { continue }
      for element in x[index].indices { dx[element] = slope(definition, \.x[index][element], dy: call.dy) }
    }
    for (index, dw) in call.dweights.enumerated() {
      guard let dw else { continue }
      for element in weights[index].indices { dw[element] = slope(definition, \.weights[index][element], dy: call.dy) }
    }
  }

  private func slope(_ call: ReferenceCall, _ number: WritableKeyPath<ReferenceCall, Double>, dy: UnsafePointer<Float>) -> Float {
    let step = 1e-5
    var (above, below) = (call, call)
    above[keyPath: number] += step
    below[keyPath: number] -= step
    let (high, low) = (reference(above), reference(below))
    return Float(high.indices.reduce(0) { $0 + Double(dy[$1]) * (high[$1] - low[$1]) } / (2 * step))
  }
}
