import NNDiagnostics

extension Examples {
  /// Examples that a program has in memory.
  ///
  /// - Parameters:
  ///   - rows: the numbers of each example, row-major, channels last.
  ///   - shape: of one example, as `[28, 28, 1]`; nil: a vector.
  ///   - targets: as many as there are examples; `none` to predict for.
  ///   - name: for messages.
  /// - Throws: NN511 where there are none, where they differ in length or do not fill the shape, or where there are more or fewer targets; NN513 for a number that is not finite.
  public init(_ rows: [[Float]], shape: [Int]? = nil, targets: Targets = .none, name: String = "data") throws(Diagnostic) {
    guard let first = rows.first else { throw Diagnostic(.dataShape, .error, "`\(name)` has no examples") }
    let shape = shape ?? [first.count]
    let size = shape.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
    if let row = rows.firstIndex(where: { $0.count != size || $0.isEmpty }) {
      throw Diagnostic(
        .dataShape, .error,
        "example \(number(row)) of `\(name)` has \(counted(rows[row].count, "number")), \(sizeText(shape)) are \(number(size))")
    }
    if let row = rows.firstIndex(where: { !$0.allSatisfy(\.isFinite) }) {
      throw Diagnostic(.badArray, .error, "example \(number(row)) of `\(name)` holds \(rows[row].first { !$0.isFinite } ?? 0)")
    }
    if let found = targets.count, found != rows.count {
      throw Diagnostic(.dataShape, .error, "`\(name)` has \(counted(rows.count, "example")) and \(counted(found, "target"))")
    }
    self.init(
      shape: shape, storage: .floats(Stretch(rows.flatMap(\.self))), targets: targets, count: rows.count, origin: .generated(name))
  }
}

extension Examples.Targets {
  /// Of how many examples; nil where the examples decide. A rest that is no whole target counts as one.
  fileprivate var count: Int? {
    switch self {
    case .none, .following: nil
    case .classes(let labels): labels.count
    case .values(let values, let width): width > 0 ? (values.count + width - 1) / width : -1
    }
  }
}
