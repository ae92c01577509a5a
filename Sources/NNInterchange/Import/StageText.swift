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
  private struct Item: Equatable {
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
    var best: (start: Int, period: Int, count: Int, saved: Int, beginsLine: Bool)?
    for period in 1...max(1, items.count / 2) where items.count >= 2 {
      for start in items.indices where start + 2 * period <= items.count {
        let pattern = items[start..<start + period]
        guard !pattern.contains(where: { $0.isLabel || $0.text.contains("skip") }) else { continue }
        var count = 1
        while start + (count + 1) * period <= items.count,
          items[start + count * period..<start + (count + 1) * period].elementsEqual(pattern)
        { count += 1 }
        let saved = (count - 1) * pattern.reduce(0) { $0 + $1.weight }
        guard count > 1, saved > 1 else { continue }
        // Of two that save as much, the one that begins with a layer and not in the middle of a line.
        let beginsLine = items[start].beginsLine
        if saved > best?.saved ?? 0 || saved == best?.saved && beginsLine && best?.beginsLine == false {
          best = (start, period, count, saved, beginsLine)
        }
      }
    }
    guard let best else { return items }
    let pattern = Array(items[best.start..<best.start + best.period])
    let inner = pipeline(repeated(pattern))
    // A label behind it would stand for its last turn.
    let item = Item(text: "repeat \(best.count) { \(inner) }", beginsLine: true, weight: best.saved)
    return repeated(Array(items[..<best.start])) + [item] + repeated(Array(items[(best.start + best.period * best.count)...]))
  }
}
