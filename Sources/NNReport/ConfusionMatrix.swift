/// How often a class (row) was taken for another (column).
public struct ConfusionMatrix: Sendable, Equatable {
  public let classes: [String]
  /// `counts[actual][predicted]`, as many rows and columns as there are classes.
  public let counts: [[Int]]

  /// nil where the table is not square, or not of as many rows as there are classes.
  public init?(classes: [String], counts: [[Int]]) {
    guard !classes.isEmpty, counts.count == classes.count, counts.allSatisfy({ $0.count == classes.count }) else { return nil }
    self.classes = classes
    self.counts = counts
  }

  /// Examples in all.
  public var total: Int { counts.reduce(0) { $0 + $1.reduce(0, +) } }

  /// The share on the diagonal; nil without examples.
  public var accuracy: Double? { total == 0 ? nil : Double(counts.indices.reduce(0) { $0 + counts[$1][$1] }) / Double(total) }

  /// Of the examples of this class, the share that was recognised; nil where there are none.
  public func recall(_ index: Int) -> Double? {
    let all = counts[index].reduce(0, +)
    return all == 0 ? nil : Double(counts[index][index]) / Double(all)
  }

  /// Of the examples taken for this class, the share that is of it; nil where there are none.
  public func precision(_ index: Int) -> Double? {
    let all = counts.reduce(0) { $0 + $1[index] }
    return all == 0 ? nil : Double(counts[index][index]) / Double(all)
  }

  /// 2 x right / (examples of the class + examples taken for it); nil where both are none.
  public func f1(_ index: Int) -> Double? {
    let all = counts[index].reduce(0, +) + counts.reduce(0) { $0 + $1[index] }
    return all == 0 ? nil : 2 * Double(counts[index][index]) / Double(all)
  }

  /// Examples of this class.
  public func support(_ index: Int) -> Int { counts[index].reduce(0, +) }

  /// The mean of a measure over the classes, each counting the same; as in scikit-learn's report, one that does not apply is 0, and classes that neither
  /// occur nor are predicted are left out.
  public func macro(_ measure: (Int) -> Double?) -> Double {
    let seen = counts.indices.filter { f1($0) != nil }
    return seen.isEmpty ? 0 : seen.reduce(0) { $0 + (measure($1) ?? 0) } / Double(seen.count)
  }

  /// The mean of a measure over the classes, each counting by its examples.
  public func weighted(_ measure: (Int) -> Double?) -> Double {
    total == 0 ? 0 : counts.indices.reduce(0) { $0 + (measure($1) ?? 0) * Double(support($1)) } / Double(total)
  }

  /// The first column names the actual class, the first row the predicted ones.
  public func csv() -> String {
    let header = (["actual"] + classes.map(csvCell)).joined(separator: ",")
    let rows = zip(classes, counts).map { name, row in ([csvCell(name)] + row.map(String.init)).joined(separator: ",") }
    return ([header] + rows).joined(separator: "\n") + "\n"
  }
}
