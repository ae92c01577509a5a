/// `20,640`
func number(_ n: Int) -> String {
  let digits = Array(String(n.magnitude))
  var text = n < 0 ? "-" : ""
  for (i, digit) in digits.enumerated() {
    if i > 0, (digits.count - i) % 3 == 0 { text.append(",") }
    text.append(digit)
  }
  return text
}

/// `1 example`, `20,640 examples`
func counted(_ n: Int, _ noun: String, plural: String? = nil) -> String { "\(number(n)) \(n == 1 ? noun : plural ?? noun + "s")" }

/// `84x84x1`
func sizeText(_ shape: [Int]) -> String { shape.map(String.init).joined(separator: "x") }

/// The first few of a list, and how many more there are.
func listed(_ items: [String], limit: Int = 10) -> String {
  let shown = items.prefix(limit).joined(separator: ", ")
  return items.count > limit ? "\(shown) and \(number(items.count - limit)) more" : shown
}
