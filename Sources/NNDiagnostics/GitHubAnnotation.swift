/// A problem as a workflow command of GitHub Actions, which shows it beside the line it is about.
///
/// `::error file=net.nn,line=2,endLine=2,col=14,endColumn=17,title=NN201::unknown layer …`; `%`, line ends and, among the properties, `:` and `,`
/// are written as `%XX`.
public enum GitHubAnnotation {
  /// One line, without its end.
  public static func text(_ diagnostic: Diagnostic) -> String {
    var properties: [String] = []
    if let span = diagnostic.primary?.span {
      let (start, end) = (span.startPosition, span.endPosition)
      properties = ["file=\(escaped(span.file.name, isProperty: true))", "line=\(start.line)", "endLine=\(end.line)"]
      // Columns are allowed within one line only.
      if start.line == end.line { properties += ["col=\(start.column)", "endColumn=\(end.column)"] }
    }
    properties.append("title=\(diagnostic.code.rawValue)")
    let label = diagnostic.primary.map(\.text) ?? ""
    let lines = [diagnostic.message, label] + diagnostic.notes + diagnostic.fixes.map { "help: \($0.title)" }
    let message = escaped(lines.filter { !$0.isEmpty }.joined(separator: "\n"), isProperty: false)
    return "::\(diagnostic.severity.rawValue) \(properties.joined(separator: ","))::\(message)"
  }

  private static func escaped(_ text: String, isProperty: Bool) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "%": result += "%25"
      case "\r": result += "%0D"
      case "\n": result += "%0A"
      case ":" where isProperty: result += "%3A"
      case "," where isProperty: result += "%2C"
      case _: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
