import NNRecipe

extension WeightSpec {
  /// The values a tensor starts with, in memory order.
  ///
  /// Numbers are drawn in the order of files, so that the same network gets the same weights however a kernel wants them laid out.
  /// - Parameters:
  ///   - initializer: the file's `init`; nil for the default: he before relu and its like, xavier otherwise, orthogonal for recurrent matrices.
  ///   - beforeRectifier: whether the layer's output goes into an activation with `Pointwise.isRectifier`.
  package func initialValues(_ initializer: Initializer?, beforeRectifier: Bool, random: inout Random) -> [Float] {
    switch role {
    case .bias: return [Float](repeating: 0, count: count)
    case .scale: return [Float](repeating: 1, count: count)
    case .running(let value): return [Float](repeating: value, count: count)
    case .embedding: return toMemory(drawn { Float(random.normal()) })
    case .kernel: return toMemory(kernel(initializer ?? (beforeRectifier ? .he(.uniform) : .xavier(.uniform)), blocks: 1, random: &random))
    case .recurrent(let gates): return toMemory(kernel(initializer ?? .orthogonal, blocks: gates, random: &random))
    }
  }

  /// - Parameter blocks: matrices that lie one after the other along the first axis, each orthogonal by itself.
  private func kernel(_ initializer: Initializer, blocks: Int, random: inout Random) -> [Float] {
    switch initializer {
    case .xavier(let distribution): return scaled(2 / Double(fanIn + fanOut), distribution, random: &random)
    case .he(let distribution): return scaled(2 / Double(fanIn), distribution, random: &random)
    case .lecun: return scaled(1 / Double(fanIn), .normal, random: &random)
    case .normal(let deviation): return drawn { Float(deviation * random.normal()) }
    case .uniform(let bound): return drawn { Float(random.uniform(-bound, bound)) }
    case .zeros: return [Float](repeating: 0, count: count)
    case .orthogonal:
      let rows = shape[0] / blocks
      return (0..<blocks).flatMap { _ in orthogonalMatrix(rows: rows, columns: count / blocks / rows, random: &random) }
    }
  }

  /// Numbers of a variance; a uniform distribution over -b ... b has variance b²/3.
  private func scaled(_ variance: Double, _ distribution: Initializer.Distribution, random: inout Random) -> [Float] {
    switch distribution {
    case .normal: return drawn { Float(variance.squareRoot() * random.normal()) }
    case .uniform:
      let bound = (3 * variance).squareRoot()
      return drawn { Float(random.uniform(-bound, bound)) }
    }
  }

  private func drawn(_ number: () -> Float) -> [Float] { (0..<count).map { _ in number() } }
}

/// A matrix, row by row, whose rows (or columns, where they are fewer) are orthonormal: a random normal matrix made orthogonal, evenly distributed
/// (Saxe, McClelland and Ganguli 2013, as `torch.nn.init.orthogonal_`).
///
/// Gram and Schmidt, each vector twice against those before it: the second time takes off what rounding left.
func orthogonalMatrix(rows: Int, columns: Int, random: inout Random) -> [Float] {
  let (vectors, length) = (min(rows, columns), max(rows, columns))
  var basis: [[Double]] = []
  while basis.count < vectors {
    var vector = (0..<length).map { _ in random.normal() }
    for _ in 0..<2 {
      for earlier in basis {
        var dot = 0.0
        for i in 0..<length { dot += vector[i] * earlier[i] }
        for i in 0..<length { vector[i] -= dot * earlier[i] }
      }
    }
    var square = 0.0
    for value in vector { square += value * value }
    guard square > 1e-12 else { continue }
    let scale = 1 / square.squareRoot()
    basis.append(vector.map { $0 * scale })
  }
  guard rows > columns else { return basis.flatMap { $0.map(Float.init) } }
  return (0..<rows).flatMap { row in basis.map { Float($0[row]) } }
}
