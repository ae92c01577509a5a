/// What a run came to, as one page: everything in it is a plain value, ready to be shown.
public struct Report: Sendable {
  /// A number with its name, at the head of the page.
  public struct Tile: Sendable {
    public var value: String
    public var name: String
    public init(_ value: String, _ name: String) {
      self.value = value
      self.name = name
    }
  }

  /// An example that the network got wrong.
  public struct Mistake: Sendable {
    /// nil where examples are no pictures.
    public var picture: Thumbnail?
    /// A file, or a line of a table.
    public var place: String
    public var actual: String
    public var predicted: String
    /// What the network gives the wrong class, 0...1.
    public var probability: Double
    /// What it gives the right one.
    public var right: Double

    public init(picture: Thumbnail?, place: String, actual: String, predicted: String, probability: Double, right: Double) {
      self.picture = picture
      self.place = place
      self.actual = actual
      self.predicted = predicted
      self.probability = probability
      self.right = right
    }
  }

  /// A row of the table of the network.
  public struct Stage: Sendable {
    public var text: String
    public var output: String
    public var parameters: Int
    /// Multiply-accumulates per example.
    public var macs: Int
    public init(text: String, output: String, parameters: Int, macs: Int) {
      self.text = text
      self.output = output
      self.parameters = parameters
      self.macs = macs
    }
  }

  public var title: String
  /// Below the title: the model, the data, when.
  public var subtitle: String
  /// What must not be overlooked: that the data is a stand-in.
  public var notice: String?
  public var tiles: [Tile] = []
  /// `underfitting`, `generalizing` or `overfitting`, and the sentences it rests on.
  public var verdict: (word: String, reasons: [String])?
  public var curves: LearningCurves?
  /// Of a machine with two inputs.
  public var map: DecisionMap?
  /// The machines of a kernel machine, a row each.
  public var parts: (header: [String], rows: [[String]])?
  public var confusion: ConfusionMatrix?
  /// Which part was judged, and by which weights.
  public var judged = ""
  /// Names and numbers of measures of that part.
  public var measures: [(name: String, value: String)] = []
  public var scatter: ScatterChart?
  /// The most confident one first.
  public var mistakes: [Mistake] = []
  public var network: NetworkDrawing?
  /// In the order of the file.
  public var stages: [Stage] = []
  /// What the run was made with, a row each.
  public var settings: [(name: String, value: String)] = []
  /// The model with every default written out.
  public var resolved: String?
  /// Sentences about what the run used; empty where the machine does not say.
  public var energy: [String] = []

  public init(title: String, subtitle: String) {
    self.title = title
    self.subtitle = subtitle
  }

  /// The page, whole: styles and pictures are in it.
  public func html() -> String {
    var page = Page()
    page.add(head)
    if let curves, !curves.epochs.isEmpty {
      page.section("Learning curves", Page.scrolling(curves.element()))
    }
    page.section("Machines", partsSection)
    if let map { page.section("Decision boundary", Page.scrolling(map.element())) }
    page.section("Result", result)
    page.section("Confusion matrix", confusionSection)
    page.section("Classes", classesSection)
    page.section("Most confident mistakes", mistakesSection)
    page.section("Network", networkSection)
    page.section("Settings", settingsSection)
    page.section("Energy", energy.map { Page.paragraph($0) }.joined())
    return page.html(title: title)
  }

  private var head: String {
    var html = "<header>\n<h1>\(xmlEscaped(title))</h1>\n" + Page.paragraph(subtitle, class: "under") + "</header>\n"
    if let notice { html += Page.paragraph(notice, class: "notice") }
    if !tiles.isEmpty {
      html += "<div class=\"tiles\">\n"
      for tile in tiles { html += "<div class=\"tile\"><b>\(xmlEscaped(tile.value))</b><span>\(xmlEscaped(tile.name))</span></div>\n" }
      html += "</div>\n"
    }
    if let verdict {
      html += "<div class=\"verdict \(xmlEscaped(verdict.word))\"><b>\(xmlEscaped(verdict.word))</b>\n"
      html += verdict.reasons.map { Page.paragraph($0) }.joined() + "</div>\n"
    }
    return html
  }

  private var result: String {
    var html = judged.isEmpty ? "" : Page.paragraph(judged)
    if !measures.isEmpty { html += Page.table(["measure", "value"], measures.map { [$0.name, $0.value] }, numbers: [1]) }
    if let scatter, !scatter.points.isEmpty { html += Page.scrolling(scatter.element()) }
    return html
  }

  private var partsSection: String {
    guard let parts else { return "" }
    return Page.table(parts.header, parts.rows, numbers: Set(parts.header.indices.dropFirst()))
  }

  private var confusionSection: String {
    guard let confusion, confusion.total > 0 else { return "" }
    let note = "Rows are the actual classes, columns the predicted ones. Normalised: shares of the row, so that the diagonal is the recall."
    return Page.paragraph(note, class: "under") + "<div class=\"side\">\n" + Page.scrolling(confusion.element(title: "counts", .counts))
      + Page.scrolling(confusion.element(title: "normalised", .shares)) + "</div>\n"
  }

  private var classesSection: String {
    guard let confusion, confusion.total > 0 else { return "" }
    func share(_ value: Double?) -> String { value.map { fixed($0, 4) } ?? "-" }
    let indices = Array(confusion.classes.indices)
    var rows = indices.map {
      [
        confusion.classes[$0], share(confusion.precision($0)), share(confusion.recall($0)), share(confusion.f1($0)),
        grouped(confusion.support($0)),
      ]
    }
    for (name, mean) in [("macro average", confusion.macro), ("weighted average", confusion.weighted)] {
      rows.append(
        [
          name, fixed(mean(confusion.precision), 4), fixed(mean(confusion.recall), 4), fixed(mean(confusion.f1), 4),
          grouped(confusion.total),
        ])
    }
    return Page.table(
      ["class", "precision", "recall", "f1", "examples"], rows, numbers: [1, 2, 3, 4], emphasised: [indices.count, indices.count + 1])
  }

  private var mistakesSection: String {
    guard !mistakes.isEmpty else { return "" }
    guard mistakes.contains(where: { $0.picture != nil }) else {
      return Page.table(
        ["example", "actual", "predicted", "probability", "of the actual class"],
        mistakes.map { [$0.place, $0.actual, $0.predicted, fixed($0.probability, 4), fixed($0.right, 4)] }, numbers: [3, 4])
    }
    var html = "<div class=\"pictures\">\n"
    for mistake in mistakes {
      let picture = mistake.picture.map { "<img src=\"\($0.dataURL)\" alt=\"\(xmlEscaped(mistake.place))\">" } ?? ""
      let name = mistake.place.split(separator: "/").last.map(String.init) ?? mistake.place
      html += """
        <figure title="\(xmlEscaped(mistake.place))">\(picture)<figcaption><b>\(xmlEscaped(mistake.predicted))</b> \(fixed(mistake.probability * 100, 1)) %\
        <span>is \(xmlEscaped(mistake.actual)) (\(fixed(mistake.right * 100, 1)) %)</span>\
        <span>\(xmlEscaped(name))</span></figcaption></figure>

        """
    }
    return html + "</div>\n"
  }

  private var networkSection: String {
    guard !stages.isEmpty else { return "" }
    var rows = stages.enumerated().map { number, stage in
      [
        String(number + 1), stage.text, stage.output, stage.parameters == 0 ? "-" : grouped(stage.parameters),
        stage.macs == 0 ? "-" : grouped(stage.macs),
      ]
    }
    let (parameters, macs) = stages.reduce((0, 0)) { ($0.0 + $1.parameters, $0.1 + $1.macs) }
    rows.append(["", "in all", "", grouped(parameters), grouped(macs)])
    var html = Page.table(
      ["#", "stage", "output", "parameters", "MACs per example"], rows, numbers: [0, 3, 4], emphasised: [stages.count])
    if let network {
      html +=
        "<details\(stages.count <= 30 ? " open" : "")><summary>Drawing</summary>\n" + Page.scrolling(network.element()) + "</details>\n"
    }
    return html
  }

  private var settingsSection: String {
    let table = settings.isEmpty ? "" : Page.table(["setting", "value"], settings.map { [$0.name, $0.value] }, numbers: [])
    return table + Page.resolved(resolved)
  }
}
