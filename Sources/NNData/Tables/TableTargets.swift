import NNDiagnostics
import NNRecipe

/// Makes classes or values of a table's target column.
struct TableTargets {
  let text: TableText
  let layout: CSVLayout
  let source: CSVSource
  let request: DataRequest
  /// Of each row, from 1.
  let lines: RowLines

  private var name: String { layout.columnName(layout.target) }
  private var place: SourceSpan? { request.statements["data"] }

  /// - Returns: a target per row, and the names of the classes (empty for values).
  func make(from column: TargetColumn) throws(Diagnostic) -> (targets: Examples.Targets, classes: [String]) {
    if !column.codes.isEmpty { return try named(column) }
    let values = column.values
    if !source.bins.isEmpty { return (.classes(try binned(values)), source.bins) }
    guard isClasses(values) else {
      if request.target != .values, request.declaredClassCount != nil {
        throw notWhole(values, because: "the model declares classes")
      }
      return (.values(values, width: 1), [])
    }
    return try numbered(values)
  }

  private func isClasses(_ values: [Float]) -> Bool {
    if source.firstClass != nil { return true }
    switch request.target {
    case .classes: return true
    case .values: return false
    case nil:
      guard values.allSatisfy({ $0 == $0.rounded() && abs($0) < 1e6 }) else { return false }
      if request.declaredClassCount != nil { return true }
      var distinct = Set<Float>()
      for value in values where distinct.insert(value).inserted && distinct.count > 32 { return false }
      return distinct.count * 2 <= values.count
    }
  }

  // MARK: - Names

  private func named(_ column: TargetColumn) throws(Diagnostic) -> (Examples.Targets, [String]) {
    let classes = request.classes.isEmpty ? column.names.sorted() : request.classes
    var numberOfName: [String: Int32] = [:]
    for (number, name) in classes.enumerated() { numberOfName[name] = Int32(clamping: number) }
    try checkNames(column, classes)
    let numberOfCode = column.names.map { numberOfName[$0] ?? 0 }
    return (.classes(column.codes.map { numberOfCode[Int($0)] }), classes)
  }

  private func checkNames(_ column: TargetColumn, _ classes: [String]) throws(Diagnostic) {
    let found = Set(column.names)
    let declared = Set(classes)
    if let stray = column.names.firstIndex(where: { !declared.contains($0) }), let row = column.codes.firstIndex(of: Int32(stray)) {
      throw Diagnostic(
        .classNames, .error, "`\(column.names[stray])` in column `\(name)` is not one of the declared classes", at: span(ofRow: row),
        "column `\(name)`",
        labels: declaration("declared here"), notes: ["declared: \(listed(classes))", "in the data: \(listed(column.names.sorted()))"])
    }
    if let missing = classes.first(where: { !found.contains($0) }) {
      throw Diagnostic(
        .classNames, .error, "class `\(missing)` is declared, but no row of \(text.name) has it", at: request.statements["classes"],
        notes: ["in the data: \(listed(column.names.sorted()))"])
    }
    if request.classes.isEmpty, let count = request.classCount, count != classes.count {
      throw Diagnostic(
        .classNames, .error, "the model has \(counted(count, "class", plural: "classes")), the data has \(number(classes.count))",
        at: request.statements["classes"], notes: ["in the data: \(listed(classes))"])
    }
  }

  private func declaration(_ label: String) -> [Diagnostic.Label] {
    request.statements["classes"].map { [Diagnostic.Label($0, label)] } ?? []
  }

  // MARK: - Numbers

  private func numbered(_ values: [Float]) throws(Diagnostic) -> (Examples.Targets, [String]) {
    guard values.allSatisfy({ $0 == $0.rounded() && abs($0) < 1e6 }) else { throw notWhole(values, because: nil) }
    var counts: [Int: Int] = [:]
    for value in values { counts[Int(value), default: 0] += 1 }
    if let byName = numbersAsNames(values, counts) { return (.classes(byName), request.classes) }
    let first = source.firstClass ?? 0
    let classCount = request.declaredClassCount ?? counts.count
    guard let row = values.firstIndex(where: { Int($0) < first || Int($0) - first >= classCount }) else {
      let names = request.classes.isEmpty ? (0..<classCount).map { String($0 + first) } : request.classes
      return (.classes(values.map { Int32(Int($0) - first) }), names)
    }
    throw outOfRange(row, Int(values[row]), first, classCount, counts)
  }

  /// `classes "3", "5", "7"` names the numbers of the column.
  private func numbersAsNames(_ values: [Float], _ counts: [Int: Int]) -> [Int32]? {
    let numbers = request.classes.map { Int($0) }
    guard source.firstClass == nil, !numbers.isEmpty, Set(numbers) == Set(counts.keys.map { Optional($0) }) else { return nil }
    var numberOfLabel: [Int: Int32] = [:]
    for (number, label) in numbers.enumerated() { if let label { numberOfLabel[label] = Int32(number) } }
    return values.map { numberOfLabel[Int($0)] ?? 0 }
  }

  private func outOfRange(_ row: Int, _ label: Int, _ first: Int, _ classCount: Int, _ counts: [Int: Int]) -> Diagnostic {
    let numbers = (0..<classCount).map { $0 + first }
    let range = classCount <= 10 ? numbers.map(String.init).joined(separator: ", ") : "\(first) to \(first + classCount - 1)"
    let plural = classCount == 1 ? "1 class is numbered" : "\(number(classCount)) classes are numbered"
    let unused = numbers.filter { counts[$0] == nil }.map(String.init)
    let more = (counts[label] ?? 1) - 1
    var facts = more == 0 ? "no other row has label \(label)" : "\(number(more)) more \(more == 1 ? "row has" : "rows have") label \(label)"
    if !unused.isEmpty { facts += "; no row has label \(listed(unused))" }
    var problem = Diagnostic(
      .labelRange, .error, "label \(label) is out of range: \(plural) \(range)", at: span(ofRow: row), "column `\(name)`", notes: [facts])
    let smallest = counts.keys.min() ?? 0
    let largest = counts.keys.max() ?? 0
    if source.firstClass == nil, smallest != 0, largest - smallest < classCount {
      problem.notes.append("the labels look numbered from \(smallest)")
      problem.fixes = [fromFix(smallest)]
    }
    return problem
  }

  private func fromFix(_ first: Int) -> Diagnostic.Fix {
    guard let place else { return Diagnostic.Fix("say so in the model file: `data csv \"\(source.path)\" target \(name) from \(first)`") }
    let end = SourceSpan(place.file, place.end, place.end)
    return Diagnostic.Fix("say so in the model file", .probable, edits: [.init(end, " from \(first)")])
  }

  private func notWhole(_ values: [Float], because reason: String?) -> Diagnostic {
    let row = values.firstIndex { $0 != $0.rounded() || abs($0) >= 1e6 } ?? 0
    var problem = Diagnostic(
      .labelRange, .error, "\(values[row]) in column `\(name)` is not a class: classes are whole numbers or names", at: span(ofRow: row),
      "column `\(name)`", notes: reason.map { [$0] } ?? [])
    let low = values.min() ?? 0
    let high = values.max() ?? 0
    problem.notes.append("the column runs from \(low) to \(high)")
    problem.fixes = [.init("to make classes of a number: `bins low, med, high` behind the target")]
    return problem
  }

  // MARK: - Bins

  /// Bins of equal counts: the borders are the quantiles of the whole column (linear between neighbours, as numpy's `quantile`);
  /// a value on a border belongs to the upper bin.
  private func binned(_ values: [Float]) throws(Diagnostic) -> [Int32] {
    let sorted = values.sorted()
    let borders = (1..<max(2, source.bins.count)).map { k -> Double in
      let rank = Double(k) / Double(source.bins.count) * Double(sorted.count - 1)
      let below = Int(rank)
      let above = min(below + 1, sorted.count - 1)
      return Double(sorted[below]) + (rank - Double(below)) * (Double(sorted[above]) - Double(sorted[below]))
    }
    let bins = values.map { value in Int32(borders.filter { $0 <= Double(value) }.count) }
    for (number, bin) in source.bins.enumerated() where !bins.contains(Int32(number)) {
      throw Diagnostic(
        .badTable, .error, "bin `\(bin)` of column `\(name)` would be empty", at: place,
        notes: ["too many rows share one value; borders: \(borders.map { String(Float($0)) }.joined(separator: ", "))"])
    }
    return bins
  }

  // MARK: - Places

  /// The target of a row, found by its line; only for messages.
  private func span(ofRow row: Int) -> SourceSpan? {
    let line = Int(lines[row])
    let found = try? text.withBytes { (start, limit) throws(Diagnostic) -> SourceSpan? in
      var cursor = CSVCursor(delimiter: layout.delimiter, from: start, to: limit)
      while cursor.line < line, !cursor.isAtEnd {
        if cursor.position.pointee == 10 { cursor.line += 1 }
        cursor.position += 1
      }
      for column in 0..<layout.columns {
        let fieldLine = cursor.line
        guard let field = try? cursor.field() else { return nil }
        if column == layout.target { return text.span(field.start, field.end, line: fieldLine, in: start...limit) }
        if !cursor.isAtEnd { cursor.position += 1 }
      }
      return nil
    }
    return found ?? nil
  }
}
