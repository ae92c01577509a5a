import NNDiagnostics
import NNLayers
import NNRecipe

/// What happens to the examples and the weights before training.
extension Statement {
  static let normalize = Statement(
    "normalize", "how inputs (and targets) are scaled; computed on the training part only", standard: "not at all", isList: true,
    forms: [
      StatementForm("standard", "mean 0 and deviation 1, per column or channel"),
      StatementForm("minmax", "from 0 to 1, per column or channel"),
      StatementForm("scale", "times a number", positional: [.positive("factor", "every number is multiplied by it")]),
      StatementForm("mean", "minus a mean, over a deviation", positional: [statistic("mean")], named: [deviation]),
      StatementForm(
        "target", "the same for the target of a regression",
        positional: [
          Parameter("rule", "`standard`, `minmax`, `scale N` or `mean N std N`", .word(["standard", "minmax", "scale", "mean"])),
          Parameter(
            "number", "for `scale` and `mean`", .number(-Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude, percent: false),
            optional: true),
        ], named: [Parameter("std", "for `mean`", .number(Ranges.positive, percent: false), optional: true)]),
    ],
    examples: [
      "normalize standard", "normalize scale (1/255)", "normalize minmax", "normalize mean 0.5 std 0.25",
      "normalize mean channel std channel", "normalize standard, target standard",
    ]
  ) { forms, settings, report in
    settings.recipe.normalization = normalization(forms, report)
  }

  private static func statistic(_ name: String) -> Parameter {
    Parameter(
      name, "a number, or `channel` for one per channel",
      .number(-Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude, percent: false), .word(["channel"]))
  }

  private static let deviation = Parameter(
    "std", "the deviation: a number, or `channel` for one per channel", .number(Ranges.positive, percent: false), .word(["channel"]))

  private static func normalization(_ forms: [BoundForm], _ report: StatementReport) -> Normalization {
    var result = Normalization()
    var first: (input: SourceSpan?, target: SourceSpan?) = (nil, nil)
    for form in forms {
      let isTarget = form.word == "target"
      if let earlier = isTarget ? first.target : first.input {
        report.refuse(
          isTarget ? "the target is scaled twice" : "the input is scaled twice", at: form.span, "second", code: .unknownArgument,
          labels: [.init(earlier, "first")])
      }
      if isTarget {
        first.target = form.span
        result.target = targetRule(form, report)
      } else {
        first.input = form.span
        result.input = inputRule(form)
      }
    }
    return result
  }

  private static func inputRule(_ form: BoundForm) -> Normalization.Rule? {
    switch form.word {
    case "standard": .standard
    case "minmax": .minmax
    case "scale": form.arguments.number("factor").map { .scale($0) }
    case _: .mean(statistic("mean", of: form), deviation: statistic("std", of: form))
    }
  }

  private static func statistic(_ name: String, of form: BoundForm) -> Normalization.Statistic {
    form.arguments.number(name).map { .value($0) } ?? .channel
  }

  private static func targetRule(_ form: BoundForm, _ report: StatementReport) -> Normalization.Rule? {
    let (number, deviation) = (form.arguments.number("number"), form.arguments.number("std"))
    let rule = form.arguments.word("rule") ?? ""
    let wanted: (number: Bool, deviation: Bool) = (rule == "scale" || rule == "mean", rule == "mean")
    guard (number != nil) == wanted.number, (deviation != nil) == wanted.deviation, rule != "scale" || number ?? 0 > 0 else {
      report.refuse(
        "`target \(rule)` has the wrong numbers", at: form.span(of: "rule"), code: .unknownArgument,
        notes: ["`target standard`, `target minmax`, `target scale (1/100)` or `target mean 0.5 std 0.25`"])
      return nil
    }
    switch rule {
    case "standard": return .standard
    case "minmax": return .minmax
    case "scale": return number.map { .scale($0) }
    case _: return number.flatMap { mean in deviation.map { .mean(.value(mean), deviation: .value($0)) } }
    }
  }

  static let augment = Statement(
    "augment", "random changes of the training examples, drawn anew each time", standard: "none", isList: true,
    forms: [
      StatementForm(
        "flip", "mirrored, every second time",
        positional: [Parameter("direction", "`horizontal` or `vertical`", .word(["horizontal", "vertical"]))]),
      StatementForm(
        "rotate", "turned",
        positional: [Parameter("degrees", "up to so many degrees either way", .number(Double.leastNonzeroMagnitude...180, percent: false))]),
      StatementForm(
        "shift", "moved",
        positional: [Parameter("share", "up to this share of height and width either way", .number(Ranges.share, percent: true))]),
      StatementForm(
        "crop", "padded with zeros, then cut to the original size",
        named: [Parameter("pad", "rows of zeros on every side", .integer(1...1 << 20))]),
      StatementForm("noise", "Gaussian noise on the normalised input", positional: [.positive("deviation", "its standard deviation")]),
    ],
    examples: ["augment flip horizontal, rotate 10, shift 5%, crop pad 4, noise 0.01"]
  ) { forms, settings, report in
    settings.recipe.augmentations = forms.compactMap(augmentation)
    refuseRepeated(forms, report) { form in augmentation(form).map { "\($0)" } ?? "" }
  }

  private static func augmentation(_ form: BoundForm) -> Augmentation? {
    let arguments = form.arguments
    switch form.word {
    case "flip": return arguments.word("direction") == "vertical" ? .flipVertical : .flipHorizontal
    case "rotate": return arguments.number("degrees").map { .rotate(degrees: $0) }
    case "shift": return arguments.number("share").map { .shift(fraction: $0) }
    case "crop": return arguments.integer("pad").map { .crop(pad: $0) }
    case _: return arguments.number("deviation").map { .noise(deviation: $0) }
    }
  }

  static let initializer = Statement(
    "init", "how the first weights are drawn",
    standard: "he before relu-like activations, xavier otherwise, orthogonal for recurrent matrices",
    forms: [
      StatementForm("xavier", "variance 2/(n_in + n_out)", flags: [normalFlag]),
      StatementForm("he", "variance 2/n_in", flags: [normalFlag]),
      StatementForm("lecun", "normal, variance 1/n_in"),
      StatementForm("normal", "normal", positional: [.positive("deviation", "standard deviation")]),
      StatementForm("uniform", "uniform", positional: [.positive("bound", "from -bound to bound")]),
      StatementForm("orthogonal", "orthogonal matrices"),
      StatementForm("zeros", "all zero"),
    ],
    examples: ["init xavier", "init he normal", "init lecun", "init normal 0.01", "init uniform 0.05", "init orthogonal", "init zeros"]
  ) { forms, settings, _ in
    guard let form = forms.first else { return }
    let distribution: Initializer.Distribution = form.arguments.has("normal") ? .normal : .uniform
    switch form.word {
    case "xavier": settings.recipe.initializer = .xavier(distribution)
    case "he": settings.recipe.initializer = .he(distribution)
    case "lecun": settings.recipe.initializer = .lecun
    case "normal": settings.recipe.initializer = form.arguments.number("deviation").map { .normal(deviation: $0) }
    case "uniform": settings.recipe.initializer = form.arguments.number("bound").map { .uniform(bound: $0) }
    case "orthogonal": settings.recipe.initializer = .orthogonal
    case _: settings.recipe.initializer = .zeros
    }
  }

  private static let normalFlag = Flag("normal", "drawn from a normal distribution instead of a uniform one")
}
