import NNKernelTypes

/// A function or type that several stages of the emitted code share; written once, where one of them needs it.
enum Helper: Hashable {
  case vector(Int)
  case load(Int)
  case store(Int)
  case multiplyAdd(Int)
  case choose(Int)
  case larger(Int)
  case mathematics(MathFunction, Int)
  case activation(Activation.Kind, Int)
  /// The sums of a block of pixels by some vectors of channels.
  case sums(Vectors)
  case tile(pixels: Int, Vectors)
  /// The sums of one pixel, in several chains.
  case dot(chains: Int, Vectors)
  case winogradInput(Int)
  case winogradOutput(Int)
  case winogradPooled(Int)
  case winogradSums(Int)
  case rowLargest(Int)
  case rowSum(Int)
  case rowSquares(Int)
  case rowProduct(Int)
  case rowAddProduct(Int)
  case rowExp(Int)
  case reciprocalRoot

  /// Several vector registers side by side.
  struct Vectors: Hashable {
    var count: Int
    var lanes: Int
    var channels: Int { count * lanes }
  }

  /// What this one calls.
  func needs(_ processor: Processor) -> [Helper] {
    switch self {
    case .vector, .reciprocalRoot: []
    case .load(let lanes), .store(let lanes), .multiplyAdd(let lanes), .choose(let lanes): [.vector(lanes)]
    case .larger(let lanes): [.choose(lanes)]
    case .mathematics(let function, let lanes): [.choose(lanes)] + function.needs(lanes)
    case .activation(let kind, let lanes): [.choose(lanes)] + kind.emitted.needs.map { .mathematics($0, lanes) }
    case .sums(let vectors): [.load(vectors.lanes), .multiplyAdd(vectors.lanes)]
    case .tile(_, let vectors), .dot(_, let vectors): [.sums(vectors)]
    case .winogradSums(let lanes): [.multiplyAdd(lanes)]
    case .winogradInput(let lanes): [.load(lanes), .store(lanes), .multiplyAdd(lanes)]
    case .winogradOutput(let lanes): [.load(lanes), .winogradSums(lanes)]
    case .winogradPooled(let lanes): [.load(lanes), .winogradSums(lanes), .larger(lanes)]
    case .rowLargest(let lanes): [.load(lanes), .larger(lanes)]
    case .rowSum(let lanes), .rowSquares(let lanes): [.load(lanes)]
    case .rowProduct(let lanes): [.load(lanes), .multiplyAdd(lanes)]
    case .rowAddProduct(let lanes): [.load(lanes), .store(lanes), .multiplyAdd(lanes)]
    case .rowExp(let lanes): [.load(lanes), .store(lanes), .mathematics(.exp, lanes)]
    }
  }

  /// Its Swift, a static member of the emitted type.
  func text(_ processor: Processor) -> String {
    switch self {
    case .vector(let lanes): "typealias Vector\(lanes) = SIMD\(lanes)<Float>"
    case .load(let lanes): Helper.fill(VectorHelpers.load, lanes)
    case .store(let lanes): Helper.fill(VectorHelpers.store, lanes)
    case .multiplyAdd(let lanes): Helper.fill(VectorHelpers.multiplyAdd(processor), lanes)
    case .choose(let lanes): Helper.fill(VectorHelpers.choose, lanes)
    case .larger(let lanes): Helper.fill(VectorHelpers.larger, lanes)
    case .mathematics(let function, let lanes): Helper.fill(function.text, lanes)
    case .activation(let kind, let lanes): Helper.fill(kind.emitted.text, lanes)
    case .sums(let vectors): TileHelpers.sums(vectors)
    case .tile(let pixels, let vectors): TileHelpers.tile(pixels, vectors)
    case .dot(let chains, let vectors): TileHelpers.dot(chains, vectors)
    case .winogradInput(let lanes): Helper.fill(WinogradHelpers.input, lanes)
    case .winogradSums(let lanes): Helper.fill(WinogradHelpers.sums, lanes)
    case .winogradOutput(let lanes): Helper.fill(WinogradHelpers.output, lanes)
    case .winogradPooled(let lanes): Helper.fill(WinogradHelpers.pooled, lanes)
    case .rowLargest(let lanes): Helper.fill(VectorHelpers.rowLargest, lanes)
    case .rowSum(let lanes): Helper.fill(VectorHelpers.rowSum, lanes)
    case .rowProduct(let lanes): Helper.fill(VectorHelpers.rowProduct, lanes)
    case .rowAddProduct(let lanes): Helper.fill(VectorHelpers.rowAddProduct, lanes)
    case .rowExp(let lanes): Helper.fill(VectorHelpers.rowExp, lanes)
    case .reciprocalRoot: VectorHelpers.reciprocalRoot
    case .rowSquares(let lanes): Helper.fill(VectorHelpers.rowSquares, lanes)
    }
  }

  /// A text written for `Vector§` and its integers, for one width.
  private static func fill(_ text: String, _ lanes: Int) -> String {
    text.split(separator: "§", omittingEmptySubsequences: false).joined(separator: "\(lanes)")
  }

  /// Where it stands in a file: what is called before what calls it.
  var order: [Int] {
    switch self {
    case .vector(let lanes): [0, lanes]
    case .load(let lanes): [1, lanes]
    case .store(let lanes): [2, lanes]
    case .multiplyAdd(let lanes): [3, lanes]
    case .choose(let lanes): [4, lanes]
    case .larger(let lanes): [5, lanes]
    case .rowLargest(let lanes): [16, lanes]
    case .rowSum(let lanes): [17, lanes]
    case .rowSquares(let lanes): [18, lanes]
    case .rowProduct(let lanes): [19, lanes]
    case .rowAddProduct(let lanes): [20, lanes]
    case .rowExp(let lanes): [21, lanes]
    case .reciprocalRoot: [22]
    case .mathematics(let function, let lanes): [7, function.rawValue, lanes]
    case .activation(let kind, let lanes): [8, Int(kind.rawValue), lanes]
    case .sums(let vectors): [9, vectors.lanes, vectors.count]
    case .tile(let pixels, let vectors): [10, vectors.lanes, vectors.count, pixels]
    case .dot(let chains, let vectors): [11, vectors.lanes, vectors.count, chains]
    case .winogradSums(let lanes): [12, lanes]
    case .winogradInput(let lanes): [13, lanes]
    case .winogradOutput(let lanes): [14, lanes]
    case .winogradPooled(let lanes): [15, lanes]
    }
  }
}
