import NNRecipe

/// A recipe as header statements, defaults written out.
struct RecipeText {
  let recipe: Recipe
  /// By gradient descent.
  var isTrainedBySteps = true

  var statements: [String] {
    var lines = [data, split, normalize, augment, initializer, loss].compactMap { $0 }
    if !recipe.metrics.isEmpty { lines.append("metric \(recipe.metrics.map(\.rawValue).joined(separator: ", "))") }
    if let path = recipe.frozenWeights { lines.append("freeze \"\(path)\"") }
    guard isTrainedBySteps else { return lines + ["seed \(recipe.seed)"] }
    lines.append("optimizer \(optimizer)")
    if let schedule { lines.append("schedule \(schedule)") }
    lines += [length, batch]
    if let clip { lines.append("clip \(clip)") }
    if !recipe.stops.isEmpty { lines.append("stop \(recipe.stops.map(stop).joined(separator: ", "))") }
    return lines + ["seed \(recipe.seed)"]
  }

  // MARK: Names

  /// As a word where it is one, otherwise in quotes.
  static func name(_ text: String) -> String {
    let bytes = Array(text.utf8)
    let isLetter: (UInt8) -> Bool = { (65...90).contains($0) || (97...122).contains($0) }
    let isWord = bytes.first.map(isLetter) ?? false && bytes.allSatisfy { isLetter($0) || (48...57).contains($0) || $0 == 95 }
    return isWord ? text : "\"\(text)\""
  }

  /// The name of a model: what no text in quotes can hold becomes `_`.
  static func model(_ text: String) -> String {
    if isSayable(text), Statement.isModelName(text) { return name(text) }
    let kept = text.unicodeScalars.map { isSayable(String($0)) && $0 != "/" && $0.value >= 32 ? Character($0) : "_" }
    return name(String((kept.first.map { $0 == "." } ?? true ? ["_"] : []) + kept))
  }

  /// By their number where a name is one that the language cannot say.
  static func classes(names: [String], count: Int?) -> String? {
    guard names.count >= 2 else { return count.map { "classes \($0)" } }
    return "classes " + (names.allSatisfy(isSayable) ? names.map(name).joined(separator: ", ") : "\(names.count)")
  }

  private static func isSayable(_ text: String) -> Bool { !text.unicodeScalars.contains { ["\"", "\n", "\0"].contains($0) } }

  // MARK: Data

  private var data: String? {
    guard let source = recipe.data else { return nil }
    switch source {
    case .named(let name): return "data \(Self.name(name))"
    case .path(let path): return "data \"\(path)\""
    case .folder(let path, let train, let test):
      return "data folder \"\(path)\"" + (train.map { " train \"\($0)\"" } ?? "") + (test.map { " test \"\($0)\"" } ?? "")
    case .csv(let table): return "data " + csv(table)
    case .idx(let path): return "data idx \"\(path)\""
    case .cifar(let path): return "data cifar \"\(path)\""
    case .npz(let path, let x, let y): return "data npz \"\(path)\" x \"\(x)\" y \"\(y)\""
    case .text(let path, let lower, let keep):
      return "data text \"\(path)\" chars" + (keep.map { " keep \"\($0)\"" } ?? "") + (lower ? " lower" : "")
    case .sine(let steps, let samples): return "data sine steps \(steps) samples \(samples)"
    }
  }

  private func csv(_ table: CSVSource) -> String {
    var text = "csv \"\(table.path)\" header \(table.header ? "on" : "off")"
    switch table.target {
    case .name(let name)?: text += " target \(Self.name(name))"
    case .column(let number)?: text += " target \(number)"
    case .series(let column, let window, let predict)?: text += " column \(Self.name(column)) window \(window) predict \(predict)"
    case nil: break
    }
    if let first = table.firstClass { text += " from \(first)" }
    if !table.bins.isEmpty { text += " bins \(table.bins.map(Self.name).joined(separator: ", "))" }
    return text
  }

  private var split: String? {
    let split = recipe.split
    let parts = [("train", split.train), ("validation", split.validation), ("test", split.test)]
    var items = parts.compactMap { name, part in part.map { "\(name) \(Self.text($0))" } }
    if let folds = split.folds { items.append("fold \(folds)") }
    guard !items.isEmpty else { return nil }
    return "split \(items.joined(separator: ", "))\(split.stratified ? " stratified" : "")"
  }

  private static func text(_ part: Split.Part) -> String {
    switch part {
    case .fraction(let share): "\(((share * 1e12).rounded() / 1e10).plain)%"
    case .count(let count): "\(count)"
    }
  }

  // MARK: Preparation

  private var normalize: String? {
    let rules = [recipe.normalization.input.map(Self.text), recipe.normalization.target.map { "target \(Self.text($0))" }]
    let items = rules.compactMap { $0 }
    return items.isEmpty ? nil : "normalize \(items.joined(separator: ", "))"
  }

  private static func text(_ rule: Normalization.Rule) -> String {
    switch rule {
    case .standard: "standard"
    case .minmax: "minmax"
    case .scale(let factor): "scale \(factor.plain)"
    case .mean(let mean, let deviation): "mean \(text(mean)) std \(text(deviation))"
    }
  }

  private static func text(_ statistic: Normalization.Statistic) -> String {
    switch statistic {
    case .value(let value): value.plain
    case .channel: "channel"
    }
  }

  private var augment: String? {
    let items = recipe.augmentations.map { change in
      switch change {
      case .flipHorizontal: "flip horizontal"
      case .flipVertical: "flip vertical"
      case .rotate(let degrees): "rotate \(degrees.plain)"
      case .shift(let fraction): "shift \(fraction.plain)"
      case .crop(let pad): "crop pad \(pad)"
      case .noise(let deviation): "noise \(deviation.plain)"
      }
    }
    return items.isEmpty ? nil : "augment \(items.joined(separator: ", "))"
  }

  private var initializer: String? {
    guard let initializer = recipe.initializer else { return nil }
    switch initializer {
    case .xavier(let distribution): return "init xavier\(distribution == .normal ? " normal" : "")"
    case .he(let distribution): return "init he\(distribution == .normal ? " normal" : "")"
    case .lecun: return "init lecun"
    case .normal(let deviation): return "init normal \(deviation.plain)"
    case .uniform(let bound): return "init uniform \(bound.plain)"
    case .orthogonal: return "init orthogonal"
    case .zeros: return "init zeros"
    }
  }

  // MARK: Training

  private var loss: String? {
    let words = [recipe.loss?.text, recipe.balancedClasses ? "weights balanced" : nil].compactMap { $0 }
    return words.isEmpty ? nil : "loss \(words.joined(separator: " "))"
  }

  private var optimizer: String {
    let head = "\(recipe.optimizer.word) lr \(recipe.optimizer.learningRate.plain)"
    switch recipe.optimizer {
    case .sgd(let s): return "\(head) momentum \(s.momentum.plain) decay \(s.decay.plain)\(s.nesterov ? " nesterov" : "")"
    case .adam(let s), .adamw(let s), .adamax(let s):
      return "\(head) beta1 \(s.beta1.plain) beta2 \(s.beta2.plain) eps \(s.epsilon.plain) decay \(s.decay.plain)"
    case .rmsprop(let s):
      return "\(head) alpha \(s.alpha.plain) eps \(s.epsilon.plain) momentum \(s.momentum.plain) decay \(s.decay.plain)"
    case .adagrad(let s): return "\(head) eps \(s.epsilon.plain) decay \(s.decay.plain)"
    }
  }

  private var schedule: String? {
    switch recipe.schedule {
    case .constant: nil
    case .exponential(let factor): "exponential \(factor.plain)"
    case .step(let epochs, let factor): "step \(epochs) by \(factor.plain)"
    case .phases(let phases):
      phases.map { phase in "\(phase.rate.plain)\(phase.epochs.map { " for \($0)" } ?? "")" }.joined(separator: ", ")
    case .cosine(let end, let warmup): "cosine to \(end.plain) warmup \(warmup)"
    case .plateau(let patience, let factor): "plateau patience \(patience) by \(factor.plain)"
    }
  }

  private var length: String {
    switch recipe.length {
    case .epochs(let count): "epochs \(count)"
    case .steps(let count): "steps \(count)"
    }
  }

  private var batch: String {
    switch recipe.batch {
    case .examples(let count): "batch \(count)"
    case .all: "batch all"
    }
  }

  private var clip: String? {
    switch recipe.clip {
    case .norm(let norm)?: "norm \(norm.plain)"
    case .value(let value)?: "value \(value.plain)"
    case nil: nil
    }
  }

  private func stop(_ rule: StopRule) -> String {
    switch rule {
    case .patience(let epochs, let quantity): "patience \(epochs) on \(quantity.part.rawValue).\(quantity.measure)"
    case .below(let value, let quantity): "below \(value.plain) on \(quantity.part.rawValue).\(quantity.measure)"
    case .after(let seconds): "after \(seconds.plain) seconds"
    }
  }
}
