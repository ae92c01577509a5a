/// Weights of the emitted network, with what could be worked out beforehand already in them (batch normalisation).
struct Tensor: Hashable, Sendable {
  /// `conv1.weight`: the name in a file of weights.
  var name: String
  /// As the numbers lie: the last axis is the channels that come out.
  var shape: [Int]
  var values: [Float]

  var columns: Int { shape.last ?? 1 }
  var rows: Int { values.count / max(1, columns) }

  /// Each column by its factor.
  mutating func multiply(by factors: [Float]) {
    for place in values.indices { values[place] *= factors[place % factors.count] }
  }
}

/// How a tensor lies in memory when the emitted code works with it.
enum Packing: Hashable, Sendable {
  /// Panels of `width` columns one after the other, each row by row; missing columns are zero.
  case panels(width: Int)
  /// Windows of 3x3 transformed after Winograd into 6x6, each of the 36 in panels.
  case winograd(width: Int)

  func count(_ tensor: Tensor) -> Int {
    switch self {
    case .panels(let width): tensor.rows * roundedUp(tensor.columns, to: width)
    case .winograd(let width): tensor.rows / 9 * 36 * roundedUp(tensor.columns, to: width)
    }
  }
}

func roundedUp(_ count: Int, to step: Int) -> Int { (count + step - 1) / step * step }
