import NNKernels

extension Shape {
  /// The size of the last axis: channels, features, or all numbers of a vector; 1 for tokens.
  public var channels: Int {
    switch self {
    case .vector(let n): n
    case .image(_, _, let channels): channels
    case .sequence(_, let features): features
    case .tokens: 1
    }
  }

  /// The shape itself, or the problem that it is of another kind.
  func of(_ kinds: [Shape.Kind]) throws(LayerProblem) -> Shape {
    guard kinds.contains(kind) else { throw .kind(needs: kinds, input: self) }
    return self
  }

  /// Where the numbers of an example lie, in PyTorch's order: an image channel by channel, all else as it lies.
  package func placesInFileOrder() -> [Int] {
    guard case .image(let height, let width, let channels) = self else { return Array(0..<count) }
    let pixels = height * width
    return (0..<channels).flatMap { c in (0..<pixels).map { $0 * channels + c } }
  }
}

extension Shape {
  /// The shape with another last axis.
  func with(channels: Int) -> Shape {
    switch self {
    case .vector: .vector(channels)
    case .image(let height, let width, _): .image(height: height, width: width, channels: channels)
    case .sequence(let steps, _): .sequence(steps: steps, features: channels)
    case .tokens: self
    }
  }

  /// Whether memory and PyTorch have the same order: all but images of several channels and pixels.
  var isInFileOrder: Bool {
    guard case .image(let height, let width, let channels) = self else { return true }
    return channels == 1 || height * width == 1
  }

  /// y, in PyTorch's order, from x as it lies.
  func toFileOrder(batch: Int, x: Floats, y: MutableFloats) {
    transpose(batch: batch, rows: count / channels, columns: channels, x, y)
  }

  /// y as it lies from x, in PyTorch's order.
  func fromFileOrder(batch: Int, x: Floats, y: MutableFloats) {
    transpose(batch: batch, rows: channels, columns: count / channels, x, y)
  }

  /// y `[columns][rows]` of every example from x `[rows][columns]`.
  private func transpose(batch: Int, rows: Int, columns: Int, _ x: Floats, _ y: MutableFloats) {
    guard !isInFileOrder else { return y.update(from: x, count: batch * count) }
    for n in 0..<batch {
      let (x, y) = (x + n * count, y + n * count)
      for row in 0..<rows {
        for column in 0..<columns { y[column * rows + row] = x[row * columns + column] }
      }
    }
  }
}
