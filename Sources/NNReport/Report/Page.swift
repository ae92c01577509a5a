/// A page that holds all it shows: no script, no font, no picture from elsewhere.
struct Page {
  private var body = ""

  /// A section under a heading.
  mutating func section(_ heading: String, _ content: String) {
    guard !content.isEmpty else { return }
    body += "<section>\n<h2>\(xmlEscaped(heading))</h2>\n\(content)</section>\n"
  }

  mutating func add(_ html: String) { body += html }

  /// A wide thing that may be moved to the side on a narrow screen.
  static func scrolling(_ html: String) -> String { "<div class=\"scroll\">\(html)</div>\n" }

  /// What stands between two backquotes in the text is set as code.
  static func paragraph(_ text: String, class name: String = "") -> String {
    let pieces = text.split(separator: "`", omittingEmptySubsequences: false).map { xmlEscaped(String($0)) }
    // An odd backquote stands for itself.
    let isPaired = pieces.count % 2 == 1
    let html = isPaired ? pieces.enumerated().map { $0 % 2 == 1 ? "<code>\($1)</code>" : $1 }.joined() : pieces.joined(separator: "`")
    return "<p\(name.isEmpty ? "" : " class=\"\(name)\"")>\(html)</p>\n"
  }

  /// - Parameters:
  ///   - numbers: columns that are numbers, and stand to the right.
  ///   - emphasised: rows.
  ///   - links: of rows, where their last cell leads to.
  static func table(
    _ header: [String], _ rows: [[String]], numbers: Set<Int>, emphasised: Set<Int> = [], links: [Int: String] = [:]
  ) -> String {
    func row(_ cells: [String], _ tag: String, class name: String = "", link: String? = nil) -> String {
      let inner = cells.enumerated().map { column, cell in
        let isLink = link != nil && column == cells.count - 1
        let text = isLink ? "<a href=\"\(xmlEscaped(link ?? ""))\">\(xmlEscaped(cell))</a>" : xmlEscaped(cell)
        return "<\(tag)\(numbers.contains(column) ? " class=\"number\"" : "")>\(text)</\(tag)>"
      }.joined()
      return "<tr\(name.isEmpty ? "" : " class=\"\(name)\"")>\(inner)</tr>\n"
    }
    let body = rows.enumerated().map { row($1, "td", class: emphasised.contains($0) ? "strong" : "", link: links[$0]) }.joined()
    return scrolling("<table>\n<thead>\(row(header, "th"))</thead>\n<tbody>\n\(body)</tbody>\n</table>")
  }

  /// A model file with every default, to be opened.
  static func resolved(_ text: String?) -> String {
    text.map { "<details><summary>The model with every default written out</summary>\n<pre>\(xmlEscaped($0))</pre></details>\n" } ?? ""
  }

  func html(title: String) -> String {
    """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>\(xmlEscaped(title))</title>
    <style>
    \(SVG.style)\(Page.style)</style>
    </head>
    <body>
    <main>
    \(body)</main>
    </body>
    </html>

    """
  }

  private static let style = """
    :root { --ink: #24292f; --faint: #57606a; --page: #ffffff; --card: #f6f8fa; --line: #d8dee4; --good: #1a7f37; --warn: #9a6700; --bad: #b3261e; --link: #0550ae; }
    @media (prefers-color-scheme: dark) {
    :root { --ink: #e6edf3; --faint: #9da7b1; --page: #0d1117; --card: #161b22; --line: #30363d; --good: #56d364; --warn: #d9b83a; --bad: #ff7b72; --link: #79c0ff; }
    }
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, "Segoe UI", Helvetica, Arial, sans-serif; }
    main { max-width: 1080px; margin: 0 auto; padding: 32px 20px 64px; }
    h1 { font-size: 26px; line-height: 1.25; margin: 0; }
    h2 { font-size: 18px; margin: 40px 0 12px; padding-bottom: 6px; border-bottom: 1px solid var(--line); }
    h3 { font-size: 15px; margin: 20px 0 8px; }
    p { margin: 8px 0; max-width: 75ch; }
    .under { color: var(--faint); }
    .notice { border-left: 4px solid var(--warn); background: var(--card); padding: 8px 12px; }
    .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin: 24px 0; }
    .tile { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 12px 14px; }
    .tile b { display: block; font-size: 22px; font-weight: 600; line-height: 1.3; font-variant-numeric: tabular-nums; }
    .tile span { display: block; color: var(--faint); font-size: 13px; }
    .verdict { border: 1px solid var(--line); border-left: 5px solid var(--faint); border-radius: 8px; background: var(--card); padding: 12px 16px; }
    .verdict.generalizing { border-left-color: var(--good); }
    .verdict.underfitting { border-left-color: var(--warn); }
    .verdict.overfitting { border-left-color: var(--bad); }
    .verdict b { font-size: 17px; text-transform: capitalize; }
    .scroll { overflow-x: auto; }
    .side { display: flex; flex-wrap: wrap; gap: 24px; }
    .side > * { flex: 1 1 400px; min-width: 0; max-width: 560px; }
    svg { max-width: 100%; height: auto; display: block; }
    .scroll svg { max-width: none; }
    .side .scroll svg { max-width: 100%; }
    table { border-collapse: collapse; font-size: 13.5px; }
    th, td { padding: 5px 12px 5px 0; text-align: left; border-bottom: 1px solid var(--line); white-space: nowrap; }
    th { color: var(--faint); font-weight: 600; white-space: normal; vertical-align: bottom; }
    a { color: var(--link); }
    td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
    tr.strong td { font-weight: 600; }
    .pictures { display: grid; grid-template-columns: repeat(auto-fill, minmax(140px, 1fr)); gap: 16px; }
    .pictures.small { grid-template-columns: repeat(auto-fill, minmax(84px, 1fr)); gap: 8px; }
    figure { margin: 0; }
    figure img { width: 100%; max-width: 160px; image-rendering: pixelated; border: 1px solid var(--line); border-radius: 4px; display: block; }
    figcaption { font-size: 13px; line-height: 1.4; margin-top: 6px; overflow-wrap: anywhere; }
    figcaption span { color: var(--faint); display: block; }
    pre { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 12px 14px; overflow-x: auto; font: 13px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
    details summary { cursor: pointer; }
    @media print { main { max-width: none; } section { break-inside: avoid-page; } }

    """
}
