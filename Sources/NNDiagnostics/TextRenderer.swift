/// Shows a diagnostic in the way of rustc: what is wrong, the source lines with marks, facts, and what to type.
public struct TextRenderer: Sendable {
  /// Whether ANSI colours are used.
  public var isColoured: Bool

  /// - Parameter isColoured: for a terminal; without it the text has no control characters at all.
  public init(isColoured: Bool = false) { self.isColoured = isColoured }

  /// The whole message; every line, the last one too, ends with a new line.
  public func render(_ diagnostic: Diagnostic) -> String {
    let snippets = Snippet.snippets(of: diagnostic)
    let previews = diagnostic.fixes.map { EditPreview.lines(of: $0) }
    let numbers = snippets.flatMap(\.lines).map(\.number) + previews.flatMap { $0 }.map(\.number)
    var page = Page(gutter: String(numbers.max() ?? 1).utf8.count, isColoured: isColoured)
    header(diagnostic, &page)
    let mark: Page.Style = diagnostic.severity == .error ? .mark : .warningMark
    for (index, snippet) in snippets.enumerated() { show(snippet, arrow: index == 0 ? "-->" : ":::", mark, &page) }
    if !snippets.isEmpty, !diagnostic.notes.isEmpty || !diagnostic.fixes.isEmpty { page.gutterLine() }
    for note in diagnostic.notes { show(note: note, &page) }
    for (fix, preview) in zip(diagnostic.fixes, previews) { show(fix, preview, &page) }
    return page.text
  }

  private func header(_ diagnostic: Diagnostic, _ page: inout Page) {
    let style: Page.Style = diagnostic.severity == .error ? .error : .warning
    let kind = page.paint("\(diagnostic.severity.rawValue)[\(diagnostic.code.rawValue)]", style)
    page.add(kind + page.paint(": " + visibleText(diagnostic.message), .strong))
  }

  private func show(_ snippet: Snippet, arrow: String, _ markStyle: Page.Style, _ page: inout Page) {
    let place = "\(visibleLine(snippet.fileName)):\(snippet.position.line):\(snippet.position.column)"
    page.add(page.blankGutter + page.paint(arrow, .gutter) + " " + place)
    page.gutterLine()
    var shownUpTo: Int?
    for line in snippet.lines {
      if let last = shownUpTo, line.number > last + 1 { page.add("...") }
      shownUpTo = line.number
      page.sourceLine(line.number, line.text)
      for mark in line.marks {
        let sign = String(repeating: mark.isPrimary ? "^" : "-", count: mark.columns.count)
        let words = mark.text.isEmpty ? sign : sign + " " + visibleText(mark.text)
        page.gutterLine(String(repeating: " ", count: mark.columns.lowerBound) + page.paint(words, mark.isPrimary ? markStyle : .gutter))
      }
    }
  }

  private func show(note: String, _ page: inout Page) {
    let lines = visibleText(note).split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      page.add(page.blankGutter + (index == 0 ? " " + page.paint("=", .gutter) + " " : "   ") + line)
    }
  }

  private func show(_ fix: Diagnostic.Fix, _ preview: [EditPreview], _ page: inout Page) {
    page.add(page.paint("help", .help) + ": " + visibleText(fix.title))
    guard !preview.isEmpty else { return }
    page.gutterLine()
    var shownUpTo: Int?
    for line in preview {
      if let last = shownUpTo, line.number > last + 1 { page.add("...") }
      shownUpTo = line.number
      page.sourceLine(line.number, line.text)
      if !line.marks.isEmpty { page.gutterLine(page.paint(line.marks, .inserted)) }
    }
  }
}

/// The text that is being made, with a gutter for line numbers.
struct Page {
  enum Style: String {
    case error = "1;31"
    case warning = "1;33"
    case strong = "1"
    case gutter = "1;34"
    case mark = "31"
    case warningMark = "33"
    case help = "1;36"
    case inserted = "32"
  }

  let gutter: Int
  let isColoured: Bool
  private(set) var text = ""

  init(gutter: Int, isColoured: Bool) {
    self.gutter = gutter
    self.isColoured = isColoured
  }

  var blankGutter: String { String(repeating: " ", count: gutter) }

  func paint(_ text: String, _ style: Style) -> String { isColoured ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text }

  mutating func add(_ line: String) { text += line + "\n" }

  mutating func gutterLine(_ content: String = "") {
    add(blankGutter + " " + paint("|", .gutter) + (content.isEmpty ? "" : " " + content))
  }

  mutating func sourceLine(_ number: Int, _ content: String) {
    let digits = String(number)
    let padded = String(repeating: " ", count: max(0, gutter - digits.utf8.count)) + digits
    add(paint(padded + " |", .gutter) + (content.isEmpty ? "" : " " + content))
  }
}
