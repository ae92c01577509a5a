import NNDiagnostics
import NNLayers

extension CheckResult {
  /// What is known of the stage at a place of the file, a line each: its shape, then parameters and MACs. A stage that is written out several times
  /// (in a block, in a `repeat`) has a line for each shape it gives. Empty where no stage stands there.
  public func notes(at offset: Int) -> [String] {
    let here = rows.indices.filter { index in
      let span = rows[index].span
      return span.file === file && span.start <= offset && offset <= span.end && !rows[index].isImplicit
    }
    guard let smallest = here.map({ rows[$0].span.end - rows[$0].span.start }).min() else { return [] }
    var lines: [String] = []
    for index in here where rows[index].span.end - rows[index].span.start == smallest {
      let line = note(rows[index], index)
      if !lines.contains(line) { lines.append(line) }
    }
    return lines.count > 4 ? lines.prefix(3) + ["and \(lines.count - 3) other shapes"] : lines
  }

  private func note(_ row: Row, _ index: Int) -> String {
    let shape = row.output.map { "\($0)" } ?? condition?.outputs[index] ?? "not known"
    var parts = ["\(Markdown.code(row.text)) → **\(shape)**"]
    if let parameters = row.parameters, parameters > 0 { parts.append("\(parameters.grouped) parameters") }
    if let macs = row.macs, macs > 0 { parts.append("\(macs.grouped) MACs per example") }
    return parts.joined(separator: ", ")
  }
}
