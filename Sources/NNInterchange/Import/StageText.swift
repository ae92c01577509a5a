/// The network as a file writes it.
struct StageText {
  private let stages: [ImportedStage]

  init(_ stages: [ImportedStage]) { self.stages = stages }

  /// Lines of stages: a line begins where a layer with weights does, or a group.
  func lines(_ trees: [StageTree]) -> [String] {
    var lines: [String] = []
    for item in repeated(items(trees)) {
      if let last = lines.last, !item.beginsLine, last.count + item.text.count + 3 <= 120 {
        lines[lines.count - 1] = last + (item.isLabel ? " " : " | ") + item.text
      } else {
        lines.append(item.text)
      }
    }
    return lines
  }

  /// A stage of a pipeline, or the label behind one.
  private struct Item: Hashable {
    var text: String
    var beginsLine: Bool
    var isLabel = false
    /// How many stages it stands for.
    var weight = 1
  }

  private static let beginners: Set<String> = [
    "conv", "dwconv", "deconv", "fc", "embed", "onehot", "rnn", "lstm", "gru", "attention", "poly",
  ]

  private func items(_ trees: [StageTree]) -> [Item] {
    trees.map { tree in
      switch tree {
      case .stage(let index): return Item(text: stages[index].text, beginsLine: Self.beginners.contains(stages[index].word))
      case .residual(let body, let via):
        let projection = via.map { " via \(group($0))" } ?? ""
        return Item(text: "res \(group(body))\(projection)", beginsLine: true, weight: 4)
      case .branch(let join, let groups):
        return Item(text: "branch \(join) \(groups.map(group).joined(separator: " "))", beginsLine: true, weight: 4)
      case .label(let number): return Item(text: "as skip\(number)", beginsLine: false, isLabel: true)
      case .join(let word, let label): return Item(text: "\(word) skip\(label)", beginsLine: false)
      }
    }
  }

  private func group(_ trees: [StageTree]) -> String { trees.isEmpty ? "{}" : "{ \(pipeline(repeated(items(trees)))) }" }

  private func pipeline(_ items: [Item]) -> String {
    items.reduce("") { $0.isEmpty ? $1.text : $0 + ($1.isLabel ? " " : " | ") + $1.text }
  }

  /// Runs that are written twice or more one behind the other become a `repeat`, the longest saving first.
  private func repeated(_ items: [Item]) -> [Item] {
    guard let best = Repetition(in: items) else { return items }
    let pattern = Array(items[best.start..<best.start + best.period])
    let inner = pipeline(repeated(pattern))
    // A label behind it would stand for its last turn.
    let item = Item(text: "repeat \(best.count) { \(inner) }", beginsLine: true, weight: best.saved)
    return repeated(Array(items[..<best.start])) + [item] + repeated(Array(items[(best.start + best.period * best.count)...]))
  }

  /// The stretch of a pipeline that is worth most as a `repeat`.
  private struct Repetition {
    var start: Int
    var period: Int
    var count: Int
    /// Stages that need not be written.
    var saved: Int

    /// No network has a turn of more stages than this; a pipeline of n stages takes n times as many steps at most.
    private static let longestPeriod = 1000

    init?(in items: [Item]) {
      var numbers: [Item: Int] = [:]
      for item in items where numbers[item] == nil { numbers[item] = numbers.count }
      let kinds = items.map { numbers[$0] }
      // Sums up to each item: what a stretch weighs, and how many items in it cannot be repeated, since others name them.
      var (weights, named) = ([0], [0])
      for item in items {
        weights.append(weights[weights.count - 1] + item.weight)
        named.append(named[named.count - 1] + (item.isLabel || item.text.contains("skip") ? 1 : 0))
      }
      var best: Repetition?
      for period in 1...max(1, min(Repetition.longestPeriod, items.count / 2)) where items.count >= 2 {
        // From each item on, how many are what stands a period behind them.
        var alike = [Int](repeating: 0, count: items.count + 1)
        for start in (0..<items.count - period).reversed() where kinds[start] == kinds[start + period] {
          alike[start] = alike[start + 1] + 1
        }
        for start in 0...items.count - 2 * period where alike[start] >= period && named[start] == named[start + period] {
          let count = 1 + alike[start] / period
          let saved = (count - 1) * (weights[start + period] - weights[start])
          guard saved > 1 else { continue }
          // Of two that save as much, the one that begins with a layer and not in the middle of a line.
          let isBetter = saved == best?.saved && items[start].beginsLine && best.map { !items[$0.start].beginsLine } == true
          if saved > best?.saved ?? 0 || isBetter { best = Repetition(start: start, period: period, count: count, saved: saved) }
        }
      }
      guard let best else { return nil }
      self = best
    }

    private init(start: Int, period: Int, count: Int, saved: Int) {
      (self.start, self.period, self.count, self.saved) = (start, period, count, saved)
    }
  }
}
