import NNDiagnostics
import NNLayers

/// What `nnc check` prints: a row per stage, totals, settings.
public struct SummaryTable {
  let result: CheckResult

  /// - Parameter result: of a file without errors, or with some: what is not known is shown as `?`.
  public init(_ result: CheckResult) { self.result = result }

  /// Ends with a new line.
  public var text: String {
    var lines: [String] = []
    let table = rows
    let width = max(table.first?.count ?? 0, 80)
    lines.append(title(width))
    if !table.isEmpty { lines += [""] + table }
    lines += totals + [verdict]
    return lines.map { visibleLine($0.trimmedAtEnd()) + "\n" }.joined()
  }

  private func title(_ width: Int) -> String {
    let left = result.title.map { "\(result.file.name)  \($0)" } ?? result.file.name
    if let library = result.library {
      return library.isEmpty ? left : "\(left)  a library: \(library.joined(separator: ", "))"
    }
    let right: String
    if let input = result.input {
      right = "input \(input.statementText)"
    } else if let condition = result.condition {
      right = "input: \(condition.text)"
    } else {
      return left
    }
    return left + "  " + right.leftPadded(to: width - left.count - 2)
  }

  // MARK: Rows

  private var rows: [String] {
    guard !result.rows.isEmpty else { return [] }
    let cells = numberedCells
    let header = ["#", "line", "stage", "output", "parameters", "MACs", "activations"]
    let least = [2, 4, 18, 12, 10, 11, 11]
    let gaps = ["", "  ", "  ", "  ", "  ", "   ", "   "]
    let widths = header.indices.map { column in
      cells.reduce(max(least[column], header[column].count)) { max($0, $1[column].count) }
    }
    return ([header] + cells).map { row in
      row.indices.map { column in
        let isText = column == 2 || column == 3
        return gaps[column] + (isText ? row[column].padded(to: widths[column]) : row[column].leftPadded(to: widths[column]))
      }.joined()
    }
  }

  private var numberedCells: [[String]] {
    var number = 0
    return result.rows.enumerated().map { index, row in
      if !row.isImplicit { number += 1 }
      return [
        row.isImplicit ? "·" : "\(number)", "\(row.place(in: result.file).line)", row.text,
        row.output.map { "\($0)" } ?? result.condition?.outputs[index] ?? "?", count(row.parameters), count(row.macs), activations(row),
      ]
    }
  }

  private func count(_ number: Int?) -> String {
    guard let number else { return "?" }
    return number == 0 ? "-" : number.grouped
  }

  private func activations(_ row: Row) -> String {
    if row.isFused { return "fused" }
    if row.op == "flatten", row.isImplicit { return "-" }
    return row.output.map { ($0.count * 4).bytesText } ?? "?"
  }

  // MARK: Totals

  private var totals: [String] {
    guard result.library == nil else { return [] }
    var lines: [String] = []
    if let parameters = result.parameters, let macs = result.macs {
      lines.append("parameters \(parameters.grouped) (\((parameters * 4).bytesText))   MACs per example \(macs.grouped)")
    } else if let formula = result.condition?.parameters {
      // A formula with a letter in it depends on the size that the letter stands for.
      let letters = result.condition?.names.filter { formula.contains($0) } ?? []
      let subject = letters.isEmpty ? "parameters" : "parameters depend on \(letters.joined(separator: " and ")):"
      lines.append("\(subject) \(formula)")
    }
    let loss = result.loss.map { "loss \($0.text)   " } ?? ""
    let recipe = result.recipe
    let training = result.rows.last?.op == "svm" ? "solved by SMO" : "optimizer \(recipe.optimizer.text)   \(recipe.length.text)"
    lines.append("\(loss)\(training)   seed \(recipe.seed)")
    return lines
  }

  private var verdict: String {
    let errors = result.diagnostics.filter { $0.severity == .error }.count
    let warnings = result.diagnostics.count - errors
    let parts = [(errors, "error"), (warnings, "warning")].filter { $0.0 > 0 }.map { counted($0.0, $0.1) }
    return parts.isEmpty ? "no problems" : parts.joined(separator: ", ")
  }
}

extension Row {
  /// Where the row stands in the file that is checked: of a stage from another file, where the block is used.
  func place(in file: SourceFile) -> SourcePosition {
    let span = span.file === file ? span : expansion.last { $0.file === file } ?? span
    return span.startPosition
  }
}

extension CheckResult {
  /// Trained numbers in all; nil where a stage is not known.
  public var parameters: Int? { total(\.parameters) }

  /// Multiply-accumulates per example in all; nil where a stage is not known.
  public var macs: Int? { total(\.macs) }

  private func total(_ count: (Row) -> Int?) -> Int? {
    guard !rows.isEmpty || (library == nil && model != nil) else { return nil }
    var sum = 0
    for row in rows {
      guard let number = count(row) else { return nil }
      let (next, overflow) = sum.addingReportingOverflow(number)
      if overflow { return nil }
      sum = next
    }
    return sum
  }
}
