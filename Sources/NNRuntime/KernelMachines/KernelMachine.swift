import NNKernels
import NNLayers

/// A support vector machine that was solved for a set of examples. Source: Cortes and Vapnik 1995; scikit-learn's SVC.
public struct KernelMachine: Sendable {
  /// Bytes for rows of the kernel matrix, where nothing else is said.
  public static let usualMemory = 256 << 20

  /// How it is solved.
  public struct Settings: Sendable {
    /// Bytes for rows of the kernel matrix, which the machines that are solved at the same time share.
    public var memory = KernelMachine.usualMemory
    /// Steps of each machine at most; nil for libsvm's limit, which only hopeless settings reach.
    public var mostIterations: Int?
    /// Asked from time to time.
    public var isCancelled: @Sendable () -> Bool = { false }

    public init() {}
  }

  /// What became of one of the machines.
  public struct Part: Sendable, Equatable {
    /// The class on the side above 0.
    public var positive: Int
    /// The class on the other side; nil for all others.
    public var negative: Int?
    /// ½ αᵀ Q α - Σ α, which was made as small as could be.
    public var objective: Double
    /// Between the two sides where the decision is 1 and -1: 2 / |w|.
    public var margin: Double
    /// By how much the worst pair of examples violates the conditions of an optimum.
    public var gap: Double
    /// Examples with α above 0.
    public var supports: Int
    /// Supports at C: inside the margin, or on the wrong side.
    public var bounded: Int
    /// Steps that were made.
    public var iterations: Int
    /// The gap is below the tolerance of the layer.
    public var isConverged: Bool
    /// Examples on their own side of it, of so many.
    public var right: Int
    public var count: Int

    /// Whether it leaves every example on its side.
    public var separates: Bool { right == count }
  }

  /// With the number of its support vectors.
  package let layer: Svm
  /// With `gamma` as it was worked out.
  public let function: KernelFunction
  /// Numbers per example.
  public let features: Int
  /// In the order of `Svm.parts`: one for two classes, else one for each class or pair.
  public let parts: [Part]
  /// The examples that are support vectors of any part, ascending.
  public let supportIndices: [Int]
  /// `[parts][supports]`: α y.
  public let coefficients: [Float]
  /// `[parts]`: -rho.
  public let offsets: [Float]
  /// The layer's tensors, in memory order.
  public let weights: [[Float]]

  /// Trains on x `[count][features]` with a class below `layer.classes` each.
  package init(
    _ layer: Svm, _ x: [Float], features: Int, labels: [Int32], settings: Settings = Settings(), kernels: Kernels
  ) {
    let function = KernelMachine.function(layer, x, features: features)
    let pairs = layer.parts
    let solved = SolvedPair.all(pairs, settings, kernels) { pair, settings, kernels in
      SolvedPair(pair, labels, x, features: features, function, layer, settings, kernels)
    }
    var isSupport = [Bool](repeating: false, count: labels.count)
    for part in solved {
      for (place, member) in part.members.enumerated() where part.solution.alpha[place] > 0 { isSupport[member] = true }
    }
    var indices = isSupport.indices.filter { isSupport[$0] }
    // Where nothing has to be decided, an example without a say stands for the tensors.
    if indices.isEmpty, !labels.isEmpty { indices = [0] }
    var number = [Int](repeating: 0, count: labels.count)
    for (place, index) in indices.enumerated() { number[index] = place }
    var coefficients = [Float](repeating: 0, count: pairs.count * indices.count)
    for (row, part) in solved.enumerated() {
      for (place, member) in part.members.enumerated() where part.solution.alpha[place] > 0 {
        coefficients[row * indices.count + number[member]] = Float(part.solution.alpha[place] * part.y[place])
      }
    }
    self.layer = layer.with(supports: indices.count)
    self.function = function
    self.features = features
    self.coefficients = coefficients
    supportIndices = indices
    offsets = solved.map { Float(-$0.solution.rho) }
    parts = zip(pairs, solved).map { $1.part($0, cost: layer.cost) }
    let transposed = (0..<features).flatMap { feature in indices.map { x[$0 * features + feature] } }
    weights = [transposed, coefficients, offsets] + (function.kind == .linear ? [] : [[Float(function.gamma)]])
  }

  /// With `gamma` worked out from the examples.
  private static func function(_ layer: Svm, _ x: [Float], features: Int) -> KernelFunction {
    let gamma: Double
    switch layer.gamma {
    case .value(let value): gamma = value
    case .scale: gamma = KernelFunction.scaleGamma(x, features: features)
    case .auto: gamma = 1 / Double(max(1, features))
    }
    // As it is stored.
    return KernelFunction(layer.kind, gamma: Double(Float(gamma)), coef0: layer.coef0)
  }
}

/// One machine: the examples that are its concern, and its solution.
private struct SolvedPair {
  let members: [Int]
  let y: [Double]
  let solution: MinimalOptimization.Solution

  /// Each by itself, as many at a time as there are threads: what one comes to depends neither on the others nor on the memory it has.
  static func all(
    _ pairs: [(positive: Int, negative: Int?)], _ settings: KernelMachine.Settings, _ kernels: Kernels,
    _ solve: (_ pair: (positive: Int, negative: Int?), _ settings: KernelMachine.Settings, _ kernels: Kernels) -> SolvedPair
  ) -> [SolvedPair] {
    let workers = min(kernels.threads, pairs.count)
    let own = (0..<workers).compactMap { _ in try? Kernels(threads: 1, cpu: kernels.instructionSet.rawValue) }
    guard workers > 1, own.count == workers else { return pairs.map { solve($0, settings, kernels) } }
    var settings = settings
    settings.memory /= workers
    var solved = [SolvedPair?](repeating: nil, count: pairs.count)
    solved.withUnsafeMutableBufferPointer { solved in
      ThreadPool(threads: workers).run(chunks: pairs.count) { number, worker in
        solved[number] = solve(pairs[number], settings, own[worker])
      }
    }
    return solved.compactMap { $0 }
  }

  init(
    _ pair: (positive: Int, negative: Int?), _ labels: [Int32], _ x: [Float], features: Int, _ function: KernelFunction, _ layer: Svm,
    _ settings: KernelMachine.Settings, _ kernels: Kernels
  ) {
    members = labels.indices.filter { Int(labels[$0]) == pair.positive || pair.negative == nil || Int(labels[$0]) == pair.negative }
    y = members.map { Int(labels[$0]) == pair.positive ? 1.0 : -1.0 }
    let own = members.count == labels.count ? x : members.flatMap { x[$0 * features..<($0 + 1) * features] }
    let rows = KernelRows(function, own, features: features, memory: settings.memory, kernels: kernels)
    var optimization = MinimalOptimization(
      rows, y: y, limit: [Double](repeating: layer.cost, count: y.count), tolerance: layer.tolerance)
    solution = optimization.solve(
      atMost: settings.mostIterations ?? max(10_000_000, 100 * y.count), isCancelled: settings.isCancelled)
  }

  func part(_ pair: (positive: Int, negative: Int?), cost: Double) -> KernelMachine.Part {
    // The objective is ½ |w|² - Σ α.
    let square = 2 * (solution.objective + solution.alpha.reduce(0, +))
    let right = zip(y, solution.decisions).count { $0 > 0 ? $1 > 0 : $1 < 0 }
    return KernelMachine.Part(
      positive: pair.positive, negative: pair.negative, objective: solution.objective,
      margin: square > 0 ? 2 / square.squareRoot() : .infinity, gap: solution.gap, supports: solution.alpha.count { $0 > 0 },
      bounded: solution.alpha.count { $0 >= cost }, iterations: solution.iterations, isConverged: solution.isConverged, right: right,
      count: y.count)
  }
}
