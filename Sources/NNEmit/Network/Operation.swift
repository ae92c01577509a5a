import NNKernelTypes

/// What one function of the emitted code does, before what is fused onto its end.
///
/// A layer becomes operations (`Emittable`); to add one, write a type that conforms to this, in a file of its own.
protocol Operation: Sendable {
  /// The first word of the function's name: `convolution`.
  var name: String { get }

  /// One sentence for the function's comment: `3x3 convolution, stride 2`.
  var summary: String { get }

  /// The zeros it reads around an input, whose layout has no halo yet.
  func halo(of input: Layout, processor: Processor) -> Halo

  /// Whether it reads whole vectors of an input's channels; if not, pixels can lie as close as their channels allow.
  var readsVectors: Bool { get }

  /// Whether it leaves zeros between the numbers it writes, so that nobody else may write there.
  var leavesGaps: Bool { get }

  /// Whether it can do this to its results, after `steps`, before it writes them.
  func fuses(_ step: EpilogueStep, after steps: [EpilogueStep]) -> Bool

  /// Takes a factor per channel into its weights; false where it has none, and nothing is changed.
  mutating func absorb(scale: [Float]) -> Bool

  /// The function's body. Every operation works on a range of units, which threads share out: the writer sets how many there are.
  func write(_ function: inout StageFunction)
}

/// What most operations answer.
extension Operation {
  var readsVectors: Bool { false }
  var leavesGaps: Bool { false }
  func halo(of input: Layout, processor: Processor) -> Halo { .none }
  func fuses(_ step: EpilogueStep, after steps: [EpilogueStep]) -> Bool { false }
  mutating func absorb(scale: [Float]) -> Bool { false }
}

/// Done to results before they are written, number by number, in order.
enum EpilogueStep: Hashable, Sendable {
  /// Plus a number per channel.
  case shift(Tensor)
  /// Times a number per channel.
  case scale(Tensor)
  case activation(Activation)
  /// Plus, or times, another value of the same shape.
  case add(value: Int)
  case multiply(value: Int)
  /// The largest of each 2x2 pixels.
  case pool

  /// Whether the largest of several numbers keeps its place.
  var isMonotonic: Bool {
    switch self {
    case .shift: true
    case .activation(let activation): activation.kind.emitted.isMonotonic
    case .scale, .add, .multiply, .pool: false
    }
  }
}

extension EpilogueStep {
  /// The other value it reads.
  var value: Int? {
    switch self {
    case .add(let value), .multiply(let value): value
    case .shift, .scale, .activation, .pool: nil
    }
  }
}

/// An operation in its place in the network.
struct Stage: Sendable {
  var operation: any Operation
  /// Values, numbered from 0 for the network's input as it comes.
  var inputs: [Int]
  var epilogue: [EpilogueStep] = []
  var output: Int
  /// Nodes of the model that it does the work of.
  var nodes: [Int]

  /// All values it reads.
  var reads: [Int] { inputs + epilogue.compactMap(\.value) }
}
