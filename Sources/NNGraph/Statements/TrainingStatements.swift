import NNDiagnostics
import NNLayers
import NNRecipe

/// How long, in what portions and to what end the network is trained.
extension Statement {
  static let loss = Statement(
    "loss", "what training makes small", standard: "by the last layer: softmax cross_entropy, sigmoid binary_cross_entropy, otherwise mse",
    forms: [
      StatementForm(
        "cross_entropy", "for classes, with softmax",
        named: [.belowOne("smooth", default: 0, "share of the probability spread over all classes"), balanced]),
      StatementForm("binary_cross_entropy", "for yes or no, with sigmoid", named: [balanced]),
      StatementForm("mse", "mean squared error"),
      StatementForm("mae", "mean absolute error"),
      StatementForm(
        "huber", "squared below delta, absolute above", named: [.positive("delta", default: 1, "where it changes")]),
      StatementForm("hinge", "the margin of a support vector machine", named: [balanced]),
      StatementForm(nil, "the derived loss, with class weights", named: [balanced]),
    ],
    examples: ["loss cross_entropy smooth 0.1", "loss huber delta 1", "loss cross_entropy weights balanced", "loss weights balanced"]
  ) { forms, settings, _ in
    guard let form = forms.first else { return }
    settings.recipe.balancedClasses = form.arguments.word("weights") != nil
    switch form.word {
    case "cross_entropy": settings.recipe.loss = .crossEntropy(smooth: form.arguments.number("smooth") ?? 0)
    case "binary_cross_entropy": settings.recipe.loss = .binaryCrossEntropy
    case "mse": settings.recipe.loss = .meanSquaredError
    case "mae": settings.recipe.loss = .meanAbsoluteError
    case "huber": settings.recipe.loss = .huber(delta: form.arguments.number("delta") ?? 1)
    case "hinge": settings.recipe.loss = .hinge
    case _: settings.recipe.loss = nil
    }
  }

  private static let balanced = Parameter(
    "weights", "each class counts the same however many examples it has", .word(["balanced"]), optional: true)

  static let metric = Statement(
    "metric", "what is measured besides the loss", standard: "by the loss", isList: true,
    forms: Metric.allCases.map { StatementForm($0.rawValue, "the \($0.rawValue)") },
    examples: ["metric accuracy, f1, confusion", "metric mae, rmse, r2", "metric perplexity"]
  ) { forms, settings, report in
    settings.recipe.metrics = forms.compactMap { $0.word.flatMap(Metric.init) }
    refuseRepeated(forms, report) { $0.word ?? "" }
  }

  static let epochs = Statement(
    "epochs", "passes over the training part", standard: "10",
    forms: [StatementForm(nil, "a number", positional: [Parameter("epochs", "number of passes", .integer(Ranges.count))])],
    examples: ["epochs 7"]
  ) { forms, settings, _ in
    if let epochs = forms.first?.arguments.integer("epochs") { settings.recipe.length = .epochs(epochs) }
  }

  static let steps = Statement(
    "steps", "updates of the weights, instead of `epochs`", standard: "10 epochs",
    forms: [StatementForm(nil, "a number", positional: [Parameter("steps", "number of updates", .integer(Ranges.count))])],
    examples: ["steps 60000"]
  ) { forms, settings, _ in
    if let steps = forms.first?.arguments.integer("steps") { settings.recipe.length = .steps(steps) }
  }

  static let batch = Statement(
    "batch", "examples per update", standard: "32",
    forms: [
      StatementForm(
        nil, "a number, or `all`",
        positional: [Parameter("examples", "a number, or `all` for the whole training part at once", .integer(1...1 << 30), .word(["all"]))]
      )
    ],
    examples: ["batch 64", "batch all"]
  ) { forms, settings, _ in
    settings.recipe.batch = forms.first?.arguments.integer("examples").map { .examples($0) } ?? .all
  }

  static let clip = Statement(
    "clip", "a limit for the gradients", standard: "none",
    forms: [
      StatementForm("norm", "the norm over all gradients together", positional: [.positive("norm", "the largest norm")]),
      StatementForm("value", "every number by itself", positional: [.positive("value", "the largest magnitude")]),
    ],
    examples: ["clip norm 1.0", "clip value 0.5"]
  ) { forms, settings, _ in
    let arguments = forms.first?.arguments
    settings.recipe.clip = arguments?.number("norm").map { .norm($0) } ?? arguments?.number("value").map { .value($0) }
  }

  static let freeze = Statement(
    "freeze", "weights of a trained network in front of `svm`, which stay as they are", standard: "none",
    forms: [
      StatementForm(nil, "a file of weights", positional: [Parameter("weights", "a safetensors file, relative to the model file", .string)])
    ],
    examples: ["freeze \"runs/mri-001/best.safetensors\""]
  ) { forms, settings, _ in
    settings.recipe.frozenWeights = forms.first?.arguments.string("weights")
  }

  static let stop = Statement(
    "stop", "ends training before its length", standard: "none", isList: true,
    forms: [
      StatementForm(
        "patience", "no progress for some epochs", positional: [Parameter("epochs", "epochs to wait", .integer(1...1 << 30))],
        named: [measured(default: "validation.loss")]),
      StatementForm(
        "below", "good enough",
        positional: [
          Parameter("value", "the value to reach", .number(-Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude, percent: true))
        ],
        named: [measured(default: "train.loss")]),
      StatementForm(
        "after", "long enough",
        positional: [
          .positive("time", "a number"), Parameter("unit", "`seconds`, `minutes` or `hours`", .word(["seconds", "minutes", "hours"])),
        ]),
    ],
    examples: ["stop patience 5 on validation.loss", "stop below 0.01 on train.loss", "stop after 10 minutes"]
  ) { forms, settings, _ in
    settings.recipe.stops = forms.compactMap(stopRule)
  }

  private static func measured(default word: String) -> Parameter {
    let measures = ["loss"] + Metric.allCases.filter { $0 != .confusion }.map(\.rawValue)
    let words = ["train", "validation", "test"].flatMap { part in measures.map { "\(part).\($0)" } }
    return Parameter("on", "a part and what is measured on it, like `validation.loss`", .word(words), default: .word(word))
  }

  private static func stopRule(_ form: BoundForm) -> StopRule? {
    let arguments = form.arguments
    if form.word == "after" {
      let seconds = ["seconds": 1.0, "minutes": 60, "hours": 3600][arguments.word("unit") ?? ""]
      return arguments.number("time").flatMap { time in seconds.map { .after(seconds: time * $0) } }
    }
    let words = (arguments.word("on") ?? "").split(separator: ".").map(String.init)
    guard words.count == 2, let part = MeasuredQuantity.Part(rawValue: words[0]) else { return nil }
    let quantity = MeasuredQuantity(part: part, measure: words[1])
    if form.word == "below" { return arguments.number("value").map { .below($0, on: quantity) } }
    return arguments.integer("epochs").map { .patience(epochs: $0, on: quantity) }
  }

  static let seed = Statement(
    "seed", "the start of all random numbers", standard: "0; always printed",
    forms: [StatementForm(nil, "a number", positional: [Parameter("seed", "a whole number", .integer(0...Int.max))])],
    examples: ["seed 7"]
  ) { forms, settings, _ in
    if let seed = forms.first?.arguments.integer("seed") { settings.recipe.seed = UInt64(seed) }
  }
}
