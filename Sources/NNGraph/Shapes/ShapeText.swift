import NNDiagnostics
import NNLayers

/// Shapes in the words of messages.
extension Shape {
  /// `a vector of 10 numbers`, `an image 84x84x1`
  var phrase: String {
    switch self {
    case .vector(let count): "a vector of \(counted(count, "number"))"
    case .image: "an image \(self)"
    case .sequence(let steps, let features): "a sequence of \(steps) steps of \(features) numbers"
    case .tokens(let steps, _): "\(steps) tokens"
    }
  }
}

extension Shape.Kind {
  /// How a shape of this kind is written.
  var form: String {
    switch self {
    case .vector: "D"
    case .image: "HxWxC"
    case .sequence: "TxD"
    case .tokens: "T"
    }
  }

  /// `height x width x channels`
  var meaning: String {
    switch self {
    case .vector: "a list of numbers"
    case .image: "height x width x channels"
    case .sequence: "steps x numbers per step"
    case .tokens: "whole numbers"
    }
  }
}

extension Trail {
  /// What a layer does to the size of an image, where it is worth a word: `loses 2`, `drops the last row and column`.
  static func note(_ bound: BoundLayer, from: Shape, to: Shape) -> String {
    if let pool = bound.layer as? any WindowedPool {
      let leftOut = pool.leftOut(for: [from])
      return leftOut == (0, 0) ? "" : "drops \(LeftOut.phrase(leftOut, of: from))"
    }
    let strideIsOne = bound.bound.arguments.integer("stride") == 1
    guard strideIsOne, case .image(let height, let width, _) = from, case .image(let outHeight, let outWidth, _) = to else { return "" }
    let (rows, columns) = (height - outHeight, width - outWidth)
    guard rows > 0 || columns > 0 else { return "" }
    if rows == columns { return "loses \(rows)" }
    if columns == 0 { return "loses \(counted(rows, "row"))" }
    return rows == 0 ? "loses \(counted(columns, "column"))" : "loses \(rows)x\(columns)"
  }
}

/// Rows and columns that no window of a pool covers.
enum LeftOut {
  /// `the last row and column`, `the last 2 steps`
  static func phrase(_ leftOut: (rows: Int, columns: Int), of shape: Shape) -> String {
    if shape.kind == .sequence { return leftOut.rows == 1 ? "the last step" : "the last \(leftOut.rows) steps" }
    let rows = leftOut.rows == 1 ? "row" : "\(leftOut.rows) rows"
    let columns = leftOut.columns == 1 ? "column" : "\(leftOut.columns) columns"
    if leftOut.rows == leftOut.columns, leftOut.rows > 1 { return "the last \(leftOut.rows) rows and columns" }
    if leftOut.columns == 0 { return "the last \(rows)" }
    return leftOut.rows == 0 ? "the last \(columns)" : "the last \(rows) and \(columns)"
  }
}
