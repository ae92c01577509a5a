import NNDiagnostics
import NNLayers

/// What the network is: its name, its input, its classes.
extension Statement {
  static let model = Statement(
    "model", "the model's name, and a title for people", standard: "the file's name",
    forms: [
      StatementForm(
        nil, "a name and a title",
        positional: [
          Parameter("name", "the model's name: the run folder begins with it", .name),
          Parameter("title", "a title in quotes", .string, optional: true),
        ])
    ],
    examples: ["model mri \"Brain MRI classifier\""]
  ) { forms, settings, report in
    settings.name = forms.first?.arguments.string("name")
    settings.title = forms.first?.arguments.string("title")
    guard let name = settings.name, let form = forms.first else { return }
    if !isModelName(name) {
      report.refuse(
        "`\(name)` cannot name a model", at: form.span(of: "name"), "becomes part of a folder's name",
        notes: ["a name is not empty, does not begin with a point and holds no `/`"])
    }
  }

  static func isModelName(_ name: String) -> Bool {
    !name.isEmpty && !name.hasPrefix(".") && !name.utf8.contains { $0 == UInt8(ascii: "/") || $0 < 32 }
  }

  static let input = Statement(
    "input", "the shape of one example", standard: "from the data",
    forms: [
      StatementForm(
        nil, "a vector or an image",
        positional: [Parameter("shape", "`4` numbers, or an image as height x width x channels", .size(parts: 1...3))]),
      StatementForm(
        "seq", "a sequence", positional: [Parameter("shape", "steps x numbers per step", .size(parts: 2...2))]),
      StatementForm(
        "text", "characters",
        positional: [Parameter("steps", "characters the network sees at once", .integer(1...1 << 30))],
        named: [
          Parameter("vocab", "number of distinct characters; from the data where it is left out", .integer(1...1 << 24), optional: true)
        ]),
    ],
    examples: ["input 84x84x1", "input 4", "input seq 100x1", "input text 30", "input text 30 vocab 37"]
  ) { forms, settings, report in
    guard let form = forms.first else { return }
    settings.input = inputShape(form, report)
  }

  private static func inputShape(_ form: BoundForm, _ report: StatementReport) -> InputStatement? {
    if form.word == "text" {
      return form.arguments.integer("steps").map { .tokens(steps: $0, vocabulary: form.arguments.integer("vocab")) }
    }
    guard let sizes = form.arguments.size("shape") else { return nil }
    let shape: Shape
    switch (form.word, sizes.count) {
    case ("seq", 2): shape = .sequence(steps: sizes[0], features: sizes[1])
    case (_, 1): shape = .vector(sizes[0])
    case (_, 3): shape = .image(height: sizes[0], width: sizes[1], channels: sizes[2])
    case (_, _):
      let span = form.span(of: "shape")
      report.refuse(
        "`\(span.text)` is neither an image nor a vector", at: span, "two sizes", code: .unknownArgument,
        notes: ["an image is height x width x channels, a grey one `\(span.text)x1`"],
        fixes: [
          .init("a sequence of steps says so", .probable, edits: [.init(span.atStart, "seq ")]),
          .init("a grey image has one channel", .probable, edits: [.init(span.atEnd, "x1")]),
        ])
      return nil
    }
    guard (try? shape.checked()) != nil else {
      report.refuse("an input of \(shape) is more than any machine holds", at: form.span(of: "shape"), code: .memory)
      return nil
    }
    return .shape(shape)
  }

  static let classes = Statement(
    "classes", "how many classes there are, or their names", standard: "from folders or labels",
    forms: [
      StatementForm(
        nil, "a number, names, or a file with a name per line",
        positional: [Parameter("classes", "a number; two or more names; or one text in quotes, a file with a name per line", .names)])
    ],
    examples: ["classes glioma, meningioma, notumor, pituitary", "classes 10", "classes \"T-shirt/top\", Trouser"]
  ) { forms, settings, report in
    guard let form = forms.first, let names = form.arguments.names("classes") else { return }
    settings.classes = classNames(names, form.span(of: "classes"), report)
  }

  private static func classNames(_ names: [String], _ span: SourceSpan, _ report: StatementReport) -> ClassesStatement? {
    var names = names
    if names.count == 1, let name = names.first {
      if let count = Int(name), !span.text.hasPrefix("\"") { return classCount(count, span, report) }
      guard span.text.hasPrefix("\"") else {
        report.refuse("one class cannot be told from another", at: span, "needs at least 2", notes: ["names have commas between them"])
        return nil
      }
      guard let file = report.readFile(name, span) else { return nil }
      names = file.lineStarts.indices.map { file.text(ofLine: $0 + 1).trimmed() }.filter { !$0.isEmpty }
      guard names.count >= 2 else {
        report.refuse("`\(name)` names \(names.count) classes", at: span, "needs at least 2, one per line")
        return nil
      }
    }
    guard let twice = firstRepeated(names) else { return .names(names) }
    report.refuse("class `\(twice)` is named twice", at: span, code: .definedTwice)
    return nil
  }

  private static func classCount(_ count: Int, _ span: SourceSpan, _ report: StatementReport) -> ClassesStatement? {
    if (2...1 << 24).contains(count) { return .count(count) }
    report.refuse("`classes` must be 2 to \((1 << 24).grouped), not \(count)", at: span, "out of range")
    return nil
  }
}
