/// Two sizes, along height and width.
struct Extent: Sendable, Equatable {
  var height: Int
  var width: Int
  static let one = Extent(height: 1, width: 1)
}

extension Arguments {
  /// Windows, strides, paddings and dilations are at most this, so that sums and products of two of them fit an `Int`.
  static let largestStep = 1 << 20

  /// `stride 2` or `stride 2x1`.
  func extent(_ name: String) throws(LayerProblem) -> Extent? {
    guard let value = self[name] else { return nil }
    switch value {
    case .integer(let n): return try Extent(height: n, width: n).bounded(name)
    case .size(let parts) where parts.count == 2: return try Extent(height: parts[0], width: parts[1]).bounded(name)
    case .size, .number, .word, .string, .label, .names: throw .value(argument: name, message: "`\(name)` is one or two sizes")
    }
  }

  /// An argument that the signature says is always there.
  func required<Value>(_ name: String, _ value: Value?) throws(LayerProblem) -> Value {
    guard let value else { throw .value(argument: name, message: "`\(name)` is missing") }
    return value
  }
}

extension Extent {
  /// The extent itself where both sizes are small enough to calculate with.
  func bounded(_ name: String) throws(LayerProblem) -> Extent {
    guard (0...Arguments.largestStep).contains(height), (0...Arguments.largestStep).contains(width) else { throw .tooLarge }
    return self
  }
}
