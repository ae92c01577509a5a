import NNLayers

/// Softmax over the channels of every pixel.
struct SoftmaxRows: Operation {
  var name: String { "softmax" }
  var summary: String { "Positive numbers that sum to 1" }
  var readsVectors: Bool { true }

  func write(_ function: inout StageFunction) {
    let lanes = function.lanes
    let count = function.output.channels
    for helper in [Helper.load(lanes), .store(lanes), .rowLargest(lanes), .rowSum(lanes), .mathematics(.exp, lanes)] {
      function.use(helper)
    }
    function.forEachPixel { function in
      function.line("// The largest is taken off first, so that no power overflows.")
      function.line("let top = largest\(lanes)(x, count: \(count))")
      function.loop("vector", function.output.pixelStep / lanes) { function, vector in
        let (from, to) = (Index((vector, lanes)).added(to: "x"), Index((vector, lanes)).added(to: "y"))
        function.line("store(exp(load\(lanes)(\(from)) - top), \(to))")
      }
      function.line("let factor = 1 / sum\(lanes)(y, count: \(count))")
      function.loop("vector", function.output.pixelStep / lanes) { function, vector in
        let place = Index((vector, lanes)).added(to: "y")
        function.line("store(load\(lanes)(\(place)) * factor, \(place))")
      }
    }
  }
}

/// Layer normalisation over the channels of every pixel, then a scale and a shift.
struct NormalizedRows: Operation {
  var epsilon: Float

  var name: String { "layerNorm" }
  var summary: String { "Mean 0 and variance 1 over the channels" }
  var readsVectors: Bool { true }

  func fuses(_ step: EpilogueStep, after steps: [EpilogueStep]) -> Bool { step != .pool }

  func write(_ function: inout StageFunction) {
    let lanes = function.lanes
    let count = function.output.channels
    for helper in [Helper.load(lanes), .rowSum(lanes), .rowSquares(lanes), .reciprocalRoot] { function.use(helper) }
    function.prepareEpilogue()
    function.forEachPixel { function in
      function.line("let mean = sum\(lanes)(x, count: \(count)) / \(count)")
      function.line("let variance = sumOfSquares\(lanes)(x, count: \(count), around: mean) / \(count)")
      function.line("let factor = reciprocalRoot(variance + \(epsilon))")
      function.vectorLoop(function.output.pixelStep, lanes: lanes) { function, lane in
        function.line("let normalized = (load\(lanes)(\(Index((lane, 1)).added(to: "x"))) - mean) * factor")
        function.store("normalized", lane: lane, lanes: lanes)
      }
    }
  }
}

extension StageFunction {
  /// Loops over all pixels, with pointers to them.
  mutating func forEachPixel(_ write: (inout StageFunction) -> Void) {
    let y = output
    unitLoop(y.height > 1 ? "row" : "column", y.height > 1 ? y.height : y.width) { function, unit in
      guard y.height > 1 else { return function.onPixel("0", unit, write) }
      function.loop("column", y.width) { $0.onPixel(unit, $1, write) }
    }
  }

  private mutating func onPixel(_ row: String, _ column: String, _ write: (inout StageFunction) -> Void) {
    pointers(row: row, column: column)
    move("x", by: Index((row, inputs[0].rowStep), (column, inputs[0].pixelStep)))
    write(&self)
  }
}

// MARK: Layers

extension Softmax: Emittable {
  func emit(_ node: EmittedNode, into network: inout EmittedNetwork) -> Int { network.add(SoftmaxRows(), node) }
}

extension LayerNorm: Emittable {
  func emit(_ node: EmittedNode, into network: inout EmittedNetwork) -> Int {
    let value = network.add(NormalizedRows(epsilon: Float(epsilon)), node)
    let channels = node.shape.channels
    let steps: [EpilogueStep] = [
      .scale(node.tensor("weight", shape: [channels], node.weights[0])), .shift(node.tensor("bias", shape: [channels], node.weights[1])),
    ]
    return network.apply(steps, to: value, node)
  }
}
