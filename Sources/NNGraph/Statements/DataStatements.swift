import NNDiagnostics
import NNLayers
import NNRecipe

/// Where the examples come from and how they are divided.
extension Statement {
  static let data = Statement(
    "data", "where the examples come from", standard: "`--data NAME|PATH`",
    forms: [
      StatementForm(
        "folder", "a folder of images with a folder per class", positional: [path],
        named: [
          Parameter("train", "the folder of the training part", .string, optional: true),
          Parameter("test", "the folder of the test part", .string, optional: true),
        ]),
      csvForm,
      StatementForm("idx", "a folder of IDX files, as MNIST has", positional: [path]),
      StatementForm("cifar", "a folder of CIFAR's binary batches", positional: [path]),
      StatementForm(
        "npz", "arrays of NumPy", positional: [path],
        named: [
          Parameter("x", "the array of inputs", .string, default: .string("x")),
          Parameter("y", "the array of targets", .string, default: .string("y")),
        ]),
      StatementForm(
        "text", "a text, character by character", positional: [path],
        named: [Parameter("keep", "only these characters", .string, optional: true)],
        flags: [Flag("chars", "the unit is a character"), Flag("lower", "letters become lower case")]),
      StatementForm(
        "sine", "generated: randomly shifted sine waves",
        named: [
          Parameter("steps", "steps of a wave", .integer(2...1 << 20), default: .integer(100)),
          Parameter("samples", "number of waves", .integer(1...1 << 24), default: .integer(1000)),
        ]),
      StatementForm(
        nil, "a data set by its name, or a file or folder whose layout is recognised",
        positional: [Parameter("source", "`moons`, or a path in quotes", .name)]),
    ],
    examples: [
      "data folder \"mri\" train \"Training\" test \"Testing\"", "data csv \"iris.csv\" target species from 1",
      "data csv \"housing.csv\" target MedHouseVal bins low, med, high", "data csv \"x.data\" header off target 9",
      "data csv \"s.csv\" column y window 40 predict 1", "data idx \"fashion-mnist\"", "data cifar \"cifar-10-batches-bin\"",
      "data npz \"d.npz\" x \"X\" y \"Y\"", "data text \"macbeth.txt\" chars keep \"abc\" lower", "data sine steps 100 samples 1000",
      "data moons",
    ]
  ) { forms, settings, report in
    guard let form = forms.first else { return }
    settings.recipe.data = source(form, report)
  }

  /// Data sets that `data` may name without quotes.
  static let knownData = KnownData.allCases.map(\.rawValue)

  private static let path = Parameter("path", "in quotes, relative to the model file", .string)

  private static let csvForm = StatementForm(
    "csv", "a table", positional: [path],
    named: [
      Parameter("target", "the column to learn: its name, or its number from 1", .name, optional: true),
      Parameter("from", "the number of the first class, where classes are numbers", .integer(0...1 << 24), optional: true),
      Parameter("bins", "names of equal-count bins that turn a number into a class", .names, optional: true),
      Parameter("header", "whether the first row names the columns", .word(["on", "off"]), default: .word("on")),
      Parameter("column", "the column of a series to cut into windows", .name, optional: true),
      Parameter("window", "rows that the network sees at once", .integer(1...1 << 24), optional: true),
      Parameter("predict", "rows after the window to learn", .integer(1...1 << 24), optional: true),
    ])

  private static func source(_ form: BoundForm, _ report: StatementReport) -> DataSource? {
    let arguments = form.arguments
    let path = arguments.string("path") ?? ""
    switch form.word {
    case "folder": return .folder(path: path, train: arguments.string("train"), test: arguments.string("test"))
    case "csv": return table(form, path, report).map { .csv($0) }
    case "idx": return .idx(path: path)
    case "cifar": return .cifar(path: path)
    case "npz": return .npz(path: path, x: arguments.string("x") ?? "x", y: arguments.string("y") ?? "y")
    case "text": return .text(path: path, lower: arguments.has("lower"), keep: arguments.string("keep"))
    case "sine": return .sine(steps: arguments.integer("steps") ?? 100, samples: arguments.integer("samples") ?? 1000)
    case _: return named(form, report)
    }
  }

  private static func named(_ form: BoundForm, _ report: StatementReport) -> DataSource? {
    guard let name = form.arguments.string("source") else { return nil }
    let span = form.span(of: "source")
    if knownData.contains(name) { return .named(name) }
    if span.text.hasPrefix("\"") { return .path(name) }
    report.refuse(
      "unknown data `\(name)`", at: span, "neither a kind of data nor a data set's name", code: .unknownArgument,
      notes: [
        "kinds: folder, csv, idx, cifar, npz, text, sine", "names: \(knownData.joined(separator: ", "))", "a path stands in quotes",
      ],
      fixes: fix(forUnknown: name, at: span).map { [$0] } ?? [])
    return nil
  }

  /// `mnist` for `fashion-mnist`, and `table.csv` for `csv "table.csv"`.
  private static func fix(forUnknown name: String, at span: SourceSpan) -> Diagnostic.Fix? {
    let kinds = ["csv": "csv", "tsv": "csv", "txt": "text", "npz": "npz"]
    if let ending = name.split(separator: ".").last, name.contains("."), let kind = kinds[String(ending)] {
      return .replacing("a path stands in quotes", span, with: "\(kind) \"\(name)\"")
    }
    let names = knownData + ["folder", "csv", "idx", "cifar", "npz", "text"]
    let near = KnownData.similar(to: name)?.rawValue ?? Suggestion.nearest(to: name, among: names)
    return near.map { .replacing("did you mean `\($0)`?", span, with: $0.contains("-") ? "\"\($0)\"" : $0) }
  }

  private static func table(_ form: BoundForm, _ path: String, _ report: StatementReport) -> CSVSource? {
    let arguments = form.arguments
    var source = CSVSource(path: path)
    source.header = arguments.word("header") != "off"
    source.firstClass = arguments.integer("from")
    source.bins = arguments.names("bins") ?? []
    guard tableArgumentsAgree(form, report) else { return nil }
    if let column = arguments.string("column"), let window = arguments.integer("window") {
      source.target = .series(column: column, window: window, predict: arguments.integer("predict") ?? 1)
    } else if let target = arguments.string("target") {
      source.target =
        target.allSatisfy(\.isNumber) && !form.span(of: "target").text.hasPrefix("\"") ? Int(target).map { .column($0) } : .name(target)
    }
    return tableTargetFits(source, form, report) ? source : nil
  }

  private static func tableTargetFits(_ source: CSVSource, _ form: BoundForm, _ report: StatementReport) -> Bool {
    if case .name(let name)? = source.target, !source.header {
      report.refuse(
        "without a header there is no column `\(name)`", at: form.span(of: "target"), "a name", code: .unknownArgument,
        labels: [.init(form.span(of: "header"), "no names")], fixes: [.init("give the column's number, from 1: `target 9`")])
      return false
    }
    if case .column(let number)? = source.target, number < 1 {
      report.refuse("columns are numbered from 1, not \(number)", at: form.span(of: "target"), "out of range")
      return false
    }
    if source.bins.count == 1 {
      let isCount = source.bins.allSatisfy { Int($0) != nil }
      report.refuse(
        isCount ? "`bins` takes the names of the bins, not how many" : "one bin holds everything", at: form.span(of: "bins"),
        "needs at least 2 names", fixes: isCount ? [.init("name them: `bins low, medium, high`")] : [])
      return false
    }
    guard let twice = firstRepeated(source.bins) else { return true }
    report.refuse("bin `\(twice)` is named twice", at: form.span(of: "bins"), code: .definedTwice)
    return false
  }

  /// Arguments that need or exclude each other.
  private static func tableArgumentsAgree(_ form: BoundForm, _ report: StatementReport) -> Bool {
    let given = form.bound.wholeSpans
    for (argument, needed) in [("from", "target"), ("bins", "target"), ("window", "column"), ("predict", "window"), ("column", "window")] {
      guard let span = given[argument], given[needed] == nil else { continue }
      report.refuse("`\(argument)` has no meaning without `\(needed)`", at: span, code: .unknownArgument)
      return false
    }
    for (argument, other) in [("column", "target"), ("from", "bins")] {
      guard let span = given[argument], let first = given[other] else { continue }
      report.refuse(
        "`\(argument)` and `\(other)` exclude each other", at: span, code: .unknownArgument, labels: [.init(first, "`\(other)`")])
      return false
    }
    return true
  }

  static let split = Statement(
    "split", "how the examples are divided; a given test set is never touched", standard: "by the data", isList: true,
    forms: [
      StatementForm("train", "the part to learn from", positional: [part], flags: [stratified]),
      StatementForm("validation", "the part that chooses the best weights", positional: [part], flags: [stratified]),
      StatementForm("test", "the part to judge by", positional: [part], flags: [stratified]),
      StatementForm(
        "fold", "cross-validation", positional: [Parameter("folds", "number of folds", .integer(2...1000))], flags: [stratified]),
    ],
    examples: ["split train 80%, validation 10%, test 10% stratified", "split validation 5000", "split fold 5"]
  ) { forms, settings, report in
    settings.recipe.split = division(forms, report)
  }

  private static let part = Parameter(
    "part", "a share like `80%`, or a number of examples", .integer(1...1 << 40), .number(Ranges.share, percent: true))
  private static let stratified = Flag("stratified", "every part gets the same share of each class")

  private static func division(_ forms: [BoundForm], _ report: StatementReport) -> Split {
    var split = Split()
    var first: [String: SourceSpan] = [:]
    for form in forms {
      guard let word = form.word else { continue }
      if let earlier = first.updateValue(form.span, forKey: word) {
        report.refuse("`\(word)` is given twice", at: form.span, "second", code: .unknownArgument, labels: [.init(earlier, "first")])
      }
      if form.arguments.has("stratified") { split.stratified = true }
      split.folds = form.arguments.integer("folds") ?? split.folds
      guard word != "fold", let part = share(form, report) else { continue }
      switch word {
      case "train": split.train = part
      case "validation": split.validation = part
      case _: split.test = part
      }
    }
    checkSum(split, report)
    if let fold = first["fold"], let other = first["train"] ?? first["validation"] {
      report.refuse(
        "`fold` divides train and validation by itself", at: other, "has no meaning here", code: .unknownArgument,
        labels: [.init(fold, "cross-validation")])
    }
    return split
  }

  private static func share(_ form: BoundForm, _ report: StatementReport) -> Split.Part? {
    if let count = form.arguments.integer("part"), form.arguments["part"] == .integer(count) { return .count(count) }
    guard let fraction = form.arguments.number("part") else { return nil }
    guard form.bound.percents.contains("part") else {
      let span = form.span(of: "part")
      let percent = "\((fraction * 100).plain)%"
      report.refuse(
        "\(span.text) is not a number of examples", at: span, "a share is written with %", code: .notWhole,
        fixes: [.init("write `\(percent)`", .probable, edits: [.init(span, percent)])])
      return nil
    }
    return .fraction(fraction)
  }

  private static func checkSum(_ split: Split, _ report: StatementReport) {
    let shares = [split.train, split.validation, split.test].map { part in if case .fraction(let share)? = part { share } else { 0.0 } }
    let sum = shares.reduce(0, +)
    // Three shares of a hundred are each off by at most half a unit in the last place.
    guard sum > 1 + 1e-9 else { return }
    report.refuse("the parts add up to \((sum * 100).fixed(0))%", at: report.span, "more than there is")
  }
}
