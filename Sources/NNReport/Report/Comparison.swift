/// Several runs side by side: a sweep, the folds of a cross-validation, or training sets of growing size.
public struct Comparison: Sendable {
  /// One run: a row of the table and a line in each picture.
  public struct Run: Sendable {
    public var name: String
    /// As many as `Comparison.columns`.
    public var cells: [String]
    /// Epoch and loss of the part it is judged by.
    public var loss: [(x: Double, y: Double)]
    /// Epoch and accuracy; empty for regression.
    public var accuracy: [(x: Double, y: Double)]
    /// Its own page, from this one; the last cell leads there.
    public var page: String?

    public init(name: String, cells: [String], loss: [(x: Double, y: Double)], accuracy: [(x: Double, y: Double)]) {
      self.name = name
      self.cells = cells
      self.loss = loss
      self.accuracy = accuracy
    }
  }

  public var title: String
  public var subtitle: String
  /// What the best of them is, or the mean over them.
  public var findings: [String] = []
  /// Of the table, behind the names; those of `texts` stand to the left.
  public var columns: [String]
  /// Columns that hold no numbers.
  public var texts: Set<Int> = []
  /// In the order of the table.
  public var runs: [Run]
  /// The table is sorted by how good they are.
  public var firstIsBest = false
  /// Further charts: a measure by the size of the training part.
  public var charts: [LineChart] = []
  /// `validation` or `train`: what the curves show.
  public var part: String
  /// What all runs have in common.
  public var settings: [(name: String, value: String)] = []
  /// The model of the first run with every default.
  public var resolved: String?

  public init(title: String, subtitle: String, columns: [String], runs: [Run], part: String) {
    self.title = title
    self.subtitle = subtitle
    self.columns = columns
    self.runs = runs
    self.part = part
  }

  /// The page, whole: styles and pictures are in it.
  public func html() -> String {
    var page = Page()
    page.add("<header>\n<h1>\(xmlEscaped(title))</h1>\n" + Page.paragraph(subtitle, class: "under") + "</header>\n")
    page.add(findings.map { Page.paragraph($0) }.joined())
    let numbers = Set(columns.indices.filter { !texts.contains($0) })
    var links: [Int: String] = [:]
    for (row, run) in runs.enumerated() { links[row] = run.page }
    page.section("Runs", Page.table(columns, runs.map(\.cells), numbers: numbers, emphasised: firstIsBest ? [0] : [], links: links))
    page.section("By size", charts.isEmpty ? "" : side(charts))
    page.section("Learning curves", side(curves))
    let table = settings.isEmpty ? "" : Page.table(["setting", "value"], settings.map { [$0.name, $0.value] }, numbers: [])
    page.section("Settings", table + Page.resolved(resolved))
    return page.html(title: title)
  }

  private func side(_ charts: [LineChart]) -> String {
    "<div class=\"side\">\n" + charts.map { Page.scrolling($0.element()) }.joined() + "</div>\n"
  }

  /// Loss and accuracy over the epochs, a line for each run.
  public var curves: [LineChart] {
    let loss = LineChart(title: "\(part) loss", below: "epoch", lines: runs.map { .init($0.name, $0.loss) }, isShare: false)
    let accuracy = LineChart(title: "\(part) accuracy", below: "epoch", lines: runs.map { .init($0.name, $0.accuracy) }, isShare: true)
    return [loss, accuracy].filter { !$0.lines.isEmpty }
  }
}
