import NNKernels
import NNRecipe

/// The backward pass of one layer against central differences of its definition in `Double`.
///
/// For s = sum of dy · y(x, w), `backward` gives ds/dx and ds/dw in `Float`; here some elements of each tensor are moved by a small step either way and
/// `reference` is worked out again. Which elements, and the numbers where none are given, follow from the seed.
package struct GradientCheck {
  /// What was found for one tensor.
  package struct Finding: Sendable, Equatable {
    /// `x` (`x2` for a second input), or the weight's name: `weight`, `bias`.
    package var tensor: String
    /// Elements of the tensor, and how many of them were compared.
    package var count: Int
    package var compared: Int
    /// Elements that were left out because the definition has a kink there (relu at 0, a tie in a max pool): it has no derivative.
    package var kinks: Int
    /// The largest difference over the largest gradient of the tensor (at least over a ten-thousandth of dy).
    package var error: Double

    init(_ tensor: String, count: Int) {
      (self.tensor, self.count, compared, kinks, error) = (tensor, count, 0, 0, 0)
    }

    /// Adds one element to what was found: a gradient that is no number is infinitely wrong.
    ///
    /// - Parameter slope: of the definition, by the step it is worked out with.
    mutating func compare(_ gradient: Float, scale: Double, _ slope: (_ step: Double) -> Slope) {
      guard let expected = smoothSlope(scale, slope) else { return kinks += 1 }
      compared += 1
      let difference = abs(Double(gradient) - expected) / scale
      error = difference.isNaN ? .infinity : max(error, difference)
    }
  }

  private let layer: any Layer
  private let inputs: [Shape]
  private let pass: Pass
  private let number: Int
  private let x: [[Float]]
  private let weights: [[Float]]
  private let dy: [Float]
  private let seed: UInt64

  /// - Parameters:
  ///   - inputs: shapes that the layer accepts.
  ///   - weights: in memory order, as `Layer.weights(for:)` lists them.
  ///   - x: one array per input, batch x count; nil for normal random numbers.
  ///   - batch: nil for a small one, of 16 rows of channels or more where that costs little: over two rows a batch norm gives ±1 whatever x is.
  ///   - number: the layer's number in its network; it decides the mask of a dropout.
  package init(
    _ layer: any Layer, inputs: [Shape], weights: [[Float]], x: [[Float]]? = nil, batch: Int? = nil, number: Int = 0, seed: UInt64 = 0
  ) {
    self.layer = layer
    self.inputs = inputs
    self.weights = weights
    self.number = number
    self.seed = seed
    let rows = max(1, inputs.first.map { $0.count / $0.channels } ?? 1)
    let batch = batch ?? (layer.macs(for: inputs) == 0 ? max(2, 16 / rows) : 2)
    pass = Pass(mode: .training, batch: batch, seed: seed)
    var random = Random(seed: seed, .check, UInt64(truncatingIfNeeded: number))
    self.x = x ?? inputs.map { $0.randomExamples(batch, &random) }
    let outputs = (try? layer.output(for: inputs).count) ?? 0
    dy = (0..<outputs * batch).map { _ in Float(random.normal()) }
  }

  /// - Parameter work: multiply-accumulates to spend on the definition, per tensor and about; it bounds how many elements are compared.
  package func findings(_ kernels: Kernels, work: Int = 1_000_000_000) -> [Finding] {
    let gradients = LayerPasses(layer, inputs: inputs, pass: pass, number: number).run(x: x, weights: weights, dy: dy, kernels)
    let specs = layer.weights(for: inputs)
    let definition = Definition(
      layer: layer, dy: dy.map(Double.init),
      call: ReferenceCall(
        inputs: inputs, x: x.map { $0.map(Double.init) }, weights: weights.map { $0.map(Double.init) }, pass: pass, layer: number))
    let macs = layer is any LocallyDefined ? 0 : layer.macs(for: inputs)
    let cost = pass.batch * (macs + inputs.reduce(0) { $0 + $1.count }) + dy.count
    let samples = min(100, max(10, work / (2 * cost)))
    let dx = gradients.dx.enumerated().map { index, dx in
      finding(index == 0 ? "x" : "x\(index + 1)", dx, samples) { definition.slope(.x(index, $0), step: $1) }
    }
    let dw = zip(specs, gradients.dweights).enumerated().compactMap { index, tensor in
      tensor.0.isTrained ? finding(tensor.0.name, tensor.1, samples) { definition.slope(.weight(index, $0), step: $1) } : nil
    }
    return dx + dw
  }

  /// Compares some elements of a gradient with their slopes: all where they are few, the largest and random ones otherwise.
  private func finding(_ tensor: String, _ gradient: [Float], _ samples: Int, _ slope: (Int, Double) -> Slope) -> Finding {
    let largest = gradient.indices.max { abs(gradient[$0]) < abs(gradient[$1]) } ?? 0
    var elements = Array(gradient.indices)
    if elements.count > samples {
      var random = Random(seed: seed, .check, UInt64(truncatingIfNeeded: number), UInt64(gradient.count))
      elements = [largest] + (1..<samples).map { _ in random.below(gradient.count) }
    }
    // Where a gradient vanishes (a norm of a single number) only rounding is left, which is not to be compared with itself.
    let floor = dy.reduce(0) { max($0, abs($1)) } * 1e-4
    let scale = Double(max(gradient.isEmpty ? 0 : abs(gradient[largest]), floor, .leastNormalMagnitude))
    var finding = Finding(tensor, count: gradient.count)
    for element in elements { finding.compare(gradient[element], scale: scale) { slope(element, $0) } }
    return finding
  }
}

extension Shape {
  /// Numbers that a network may get: normal ones, or tokens.
  package func randomExamples(_ batch: Int, _ random: inout Random) -> [Float] {
    if case .tokens(_, let vocabulary) = self { return (0..<count * batch).map { _ in Float(random.below(vocabulary)) } }
    return (0..<count * batch).map { _ in Float(random.normal()) }
  }
}

/// The slopes to both sides of a point.
struct Slope {
  var below: Double
  var above: Double
  var central: Double { (below + above) / 2 }
  var bend: Double { abs(above - below) }
}

/// The slope at a point, or nil at a kink: where the function is smooth the bend halves with the step, at a kink it stays.
func smoothSlope(_ scale: Double, _ slope: (_ step: Double) -> Slope) -> Double? {
  let step = 1e-5
  let first = slope(step)
  guard first.bend > 1e-6 * scale else { return first.central }
  let second = slope(step / 2)
  return (0.3...0.7).contains(second.bend / first.bend) ? first.central : nil
}

/// The sum of dy · y as a function of one number at a time.
private struct Definition {
  private let layer: any Layer
  private let dy: [Double]
  private let call: ReferenceCall
  /// Empty where the outputs that a number touches are worked out alone.
  private let y: [Double]

  init(layer: any Layer, dy: [Double], call: ReferenceCall) {
    self.layer = layer
    self.dy = dy
    self.call = call
    y = layer is any LocallyDefined ? [] : layer.reference(call)
  }

  func slope(_ element: CallElement, step: Double) -> Slope {
    if let layer = layer as? any LocallyDefined {
      let touched = layer.outputs(touchedBy: element, of: call)
      let y = layer.reference(call, outputs: touched)
      return slope(element, step, touched.map { dy[$0] }, y) { layer.reference($0, outputs: touched) }
    }
    return slope(element, step, dy, y, layer.reference)
  }

  private func slope(
    _ element: CallElement, _ step: Double, _ dy: [Double], _ y: [Double], _ reference: (ReferenceCall) -> [Double]
  ) -> Slope {
    func change(by step: Double) -> Double {
      let changed = reference(element.moved(call, by: step))
      var sum = 0.0
      for index in y.indices { sum += dy[index] * (changed[index] - y[index]) }
      return sum
    }
    return Slope(below: -change(by: -step) / step, above: change(by: step) / step)
  }
}
