import NNDiagnostics
import NNLayers
import NNRecipe

/// The rule of the updates and its rate over time. Defaults are those of torch.optim.
extension Statement {
  static let optimizer = Statement(
    "optimizer", "the rule that updates the weights", standard: "adam lr 1e-3",
    forms: [
      StatementForm(
        "sgd", "stochastic gradient descent",
        named: [rate(1e-3), .belowOne("momentum", default: 0, "share of the last update that is kept"), decay(0)],
        flags: [Flag("nesterov", "looks ahead along the momentum")]),
      StatementForm("adam", "Adam (Kingma and Ba 2015)", named: [rate(1e-3)] + moments + [epsilon(1e-8), decay(0)]),
      StatementForm(
        "adamw", "Adam with decay taken off the weights (Loshchilov and Hutter 2019)",
        named: [rate(1e-3)] + moments + [epsilon(1e-8), decay(0.01)]),
      StatementForm("adamax", "Adam with the maximum norm", named: [rate(2e-3)] + moments + [epsilon(1e-8), decay(0)]),
      StatementForm(
        "rmsprop", "RMSprop",
        named: [
          rate(1e-2), .belowOne("alpha", default: 0.99, "how slowly the mean square changes"), epsilon(1e-8),
          .belowOne("momentum", default: 0, "share of the last update that is kept"), decay(0),
        ]),
      StatementForm("adagrad", "Adagrad (Duchi et al. 2011)", named: [rate(1e-2), epsilon(1e-10), decay(0)]),
    ],
    examples: [
      "optimizer sgd lr 0.1 momentum 0.9 nesterov decay 1e-4", "optimizer adam lr 1e-3 beta1 0.9 beta2 0.999 eps 1e-8", "optimizer adamw",
      "optimizer adamax lr 2e-3", "optimizer rmsprop lr 1e-3", "optimizer adagrad",
    ]
  ) { forms, settings, report in
    guard let form = forms.first, let optimizer = optimizer(form, report) else { return }
    settings.recipe.optimizer = optimizer
  }

  private static func rate(_ value: Double) -> Parameter { .positive("lr", default: value, "learning rate") }
  private static func epsilon(_ value: Double) -> Parameter { .positive("eps", default: value, "keeps the division finite") }
  private static func decay(_ value: Double) -> Parameter { .notNegative("decay", default: value, "weight decay") }
  private static let moments: [Parameter] = [
    .belowOne("beta1", default: 0.9, "how slowly the mean of the gradients changes"),
    .belowOne("beta2", default: 0.999, "how slowly their mean square changes"),
  ]

  private static func optimizer(_ form: BoundForm, _ report: StatementReport) -> Optimizer? {
    switch form.word {
    case "sgd": return sgd(form, report).map { .sgd($0) }
    case "adam": return adam(form).map { .adam($0) }
    case "adamw": return adam(form).map { .adamw($0) }
    case "adamax": return adam(form).map { .adamax($0) }
    case "rmsprop":
      guard let lr = form.arguments.number("lr") else { return nil }
      var settings = RMSpropSettings(learningRate: lr)
      settings.alpha = form.arguments.number("alpha") ?? settings.alpha
      settings.epsilon = form.arguments.number("eps") ?? settings.epsilon
      settings.momentum = form.arguments.number("momentum") ?? settings.momentum
      settings.decay = form.arguments.number("decay") ?? settings.decay
      return .rmsprop(settings)
    case _:
      guard let lr = form.arguments.number("lr") else { return nil }
      var settings = AdagradSettings(learningRate: lr)
      settings.epsilon = form.arguments.number("eps") ?? settings.epsilon
      settings.decay = form.arguments.number("decay") ?? settings.decay
      return .adagrad(settings)
    }
  }

  private static func sgd(_ form: BoundForm, _ report: StatementReport) -> SGDSettings? {
    guard let lr = form.arguments.number("lr") else { return nil }
    var settings = SGDSettings(learningRate: lr)
    settings.momentum = form.arguments.number("momentum") ?? settings.momentum
    settings.nesterov = form.arguments.has("nesterov")
    settings.decay = form.arguments.number("decay") ?? settings.decay
    guard settings.nesterov, settings.momentum == 0 else { return settings }
    report.refuse(
      "`nesterov` has no meaning without momentum", at: form.span(of: "nesterov"), code: .unknownArgument,
      fixes: [.init("add `momentum 0.9`", .probable, edits: [.init(form.span(of: "nesterov"), "momentum 0.9 nesterov")])])
    return nil
  }

  private static func adam(_ form: BoundForm) -> AdamSettings? {
    guard let lr = form.arguments.number("lr") else { return nil }
    var settings = AdamSettings(learningRate: lr)
    settings.beta1 = form.arguments.number("beta1") ?? settings.beta1
    settings.beta2 = form.arguments.number("beta2") ?? settings.beta2
    settings.epsilon = form.arguments.number("eps") ?? settings.epsilon
    settings.decay = form.arguments.number("decay") ?? settings.decay
    return settings
  }

  static let schedule = Statement(
    "schedule", "the learning rate over time", standard: "constant", isList: true,
    forms: [
      StatementForm(
        "exponential", "falls with every epoch",
        positional: [
          Parameter("factor", "the rate is multiplied by it after each epoch", .number(Double.leastNonzeroMagnitude...10, percent: false))
        ]),
      StatementForm(
        "step", "falls every few epochs", positional: [Parameter("epochs", "epochs between two falls", .integer(1...1 << 30))],
        named: [
          Parameter("by", "the rate is multiplied by it", .number(Double.leastNonzeroMagnitude...10, percent: false), default: .number(0.1))
        ]),
      StatementForm(
        "cosine", "falls along half a cosine",
        named: [
          .notNegative("to", default: 0, "the rate at the end"),
          Parameter("warmup", "epochs of rising from 0", .integer(0...1 << 30), default: .integer(0)),
        ]),
      StatementForm(
        "plateau", "falls when the validation loss no longer does",
        named: [
          Parameter("patience", "epochs to wait", .integer(0...1 << 30), default: .integer(10)),
          Parameter(
            "by", "the rate is multiplied by it", .number(Double.leastNonzeroMagnitude...1.0.nextDown, percent: false),
            default: .number(0.1)),
        ]),
      StatementForm(
        nil, "a rate for some epochs, then the next",
        positional: [.positive("rate", "learning rate")],
        named: [Parameter("for", "epochs; the last may go on to the end", .integer(1...1 << 30), optional: true)]),
    ],
    examples: [
      "schedule exponential 0.95", "schedule step 30 by 0.1", "schedule 0.1 for 80, 0.01 for 40, 0.001", "schedule cosine to 1e-5 warmup 1",
      "schedule plateau patience 5 by 0.5",
    ]
  ) { forms, settings, report in
    if let schedule = schedule(forms, report) { settings.recipe.schedule = schedule }
  }

  private static func schedule(_ forms: [BoundForm], _ report: StatementReport) -> Schedule? {
    guard let first = forms.first else { return nil }
    if forms.contains(where: { $0.word == nil }) { return phases(forms, report) }
    if forms.count > 1 {
      report.refuse("only one schedule can hold", at: forms[1].span, "second", code: .unknownArgument, labels: [.init(first.span, "first")])
      return nil
    }
    let arguments = first.arguments
    switch first.word {
    case "exponential": return arguments.number("factor").map { .exponential($0) }
    case "step": return arguments.integer("epochs").map { .step(epochs: $0, factor: arguments.number("by") ?? 0.1) }
    case "cosine": return .cosine(to: arguments.number("to") ?? 0, warmup: arguments.integer("warmup") ?? 0)
    case _: return .plateau(patience: arguments.integer("patience") ?? 10, factor: arguments.number("by") ?? 0.1)
    }
  }

  private static func phases(_ forms: [BoundForm], _ report: StatementReport) -> Schedule? {
    var phases: [Schedule.Phase] = []
    for (index, form) in forms.enumerated() {
      guard form.word == nil, let rate = form.arguments.number("rate") else {
        report.refuse("`\(form.word ?? "")` cannot stand among phases", at: form.span, code: .unknownArgument)
        return nil
      }
      let epochs = form.arguments.integer("for")
      if epochs == nil, index + 1 < forms.count {
        let span = form.span(of: "rate")
        report.refuse(
          "the phase `\(span.text)` does not say how long", at: span, "only the last may go on to the end", code: .unknownArgument,
          fixes: [.init("say for how many epochs: `\(span.text) for 80`")])
        return nil
      }
      phases.append(.init(rate: rate, epochs: epochs))
    }
    return .phases(phases)
  }
}
