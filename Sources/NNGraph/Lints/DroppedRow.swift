import NNDiagnostics
import NNLayers

/// NN353: a pool that leaves rows out. Looked at while shapes are worked out, since the list of shapes shows it as well.
struct DroppedRow {
  let bound: BoundLayer
  let inputs: [Flow]
  let problems: Problems

  func lint() {
    guard let pool = bound.layer as? any WindowedPool else { return }
    let shape = inputs[0].shape
    let leftOut = pool.leftOut(for: [shape])
    guard leftOut != (0, 0) else { return }
    let size = shape.kind == .image ? "\(shape.dimensions[0])x\(shape.dimensions[1])" : "\(shape.dimensions[0]) steps"
    problems.warn(
      .droppedRow, "`\(bound.text)` on \(size) leaves out \(LeftOut.phrase(leftOut, of: shape))", at: bound.span, "gets \(shape)",
      fixes: [help(shape)])
  }

  private func help(_ shape: Shape) -> Diagnostic.Fix {
    let arguments = bound.bound.arguments
    let stride = arguments.integer("stride") ?? arguments.integer("size") ?? 2
    let even = stride == 2 ? "an even size" : "a size that is a multiple of \(stride)"
    let padded = withPadding(shape).map { "`pad \($0)`, " } ?? ""
    return .init("\(padded)`ceil`, or \(even)")
  }

  /// The least padding with which nothing is left out.
  private func withPadding(_ shape: Shape) -> Int? {
    guard let window = bound.bound.arguments.integer("size"), window >= 2, bound.bound.arguments.integer("pad") == 0 else { return nil }
    return (1...min(window / 2, 64)).first { pad in
      var values = bound.bound.values
      values["pad"] = .integer(pad)
      guard let layer = try? type(of: bound.layer).init(Arguments(values: values, flags: bound.bound.flags)),
        let pool = layer as? any WindowedPool, (try? layer.output(for: [shape])) != nil
      else { return false }
      return pool.leftOut(for: [shape]) == (0, 0)
    }
  }
}
