import NNDiagnostics

/// `20,640`
func number(_ n: Int) -> String { n.grouped }

/// `84x84x1`
func sizeText(_ shape: [Int]) -> String { shape.map(String.init).joined(separator: "x") }

/// The first few of a list, and how many more there are.
func listed(_ items: [String], limit: Int = 10) -> String {
  let shown = items.prefix(limit).joined(separator: ", ")
  return items.count > limit ? "\(shown) and \(number(items.count - limit)) more" : shown
}
