/// Lines of Swift, indented as they are written.
struct SwiftText {
  private(set) var lines: [String] = []
  private var depth = 0

  /// A line, or several; each is indented to where the text stands.
  mutating func line(_ text: String = "") {
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      lines.append(line.isEmpty ? "" : String(repeating: "  ", count: depth) + line)
    }
  }

  /// `head {`, what `body` writes, `}`.
  mutating func block(_ head: String, _ body: (inout SwiftText) -> Void) {
    open(head + " {")
    body(&self)
    close()
  }

  mutating func open(_ head: String) {
    line(head)
    depth += 1
  }

  mutating func unindent() { depth -= 1 }

  mutating func indented(_ body: (inout SwiftText) -> Void) {
    depth += 1
    body(&self)
    depth -= 1
  }

  mutating func close(_ tail: String = "}") {
    depth -= 1
    line(tail)
  }

  /// The lines without a line end behind the last: a part of a file.
  var fragment: String { lines.joined(separator: "\n") }

  /// The lines as a file.
  var text: String { fragment + "\n" }
}

/// A sum of products as an index: `row &* 688 &+ lane &- 87`, with wrapping operators, since the sizes behind it are proved.
struct Index: CustomStringConvertible {
  private var terms: [String] = []
  private var constant = 0

  /// Terms are names or bracketed expressions, each times a number.
  init(_ terms: (String, Int)..., plus constant: Int = 0) {
    for (name, factor) in terms where factor != 0 {
      // A number in place of a name is worked out here.
      if let number = Int(name) { self.constant += number * factor } else { self.terms.append(factor == 1 ? name : "\(name) &* \(factor)") }
    }
    self.constant += constant
  }

  var isZero: Bool { terms.isEmpty && constant == 0 }

  var description: String {
    guard let first = terms.first else { return "\(constant)" }
    let sum = terms.dropFirst().reduce(first) { "\($0) &+ \($1)" }
    return constant == 0 ? sum : constant > 0 ? "\(sum) &+ \(constant)" : "\(sum) &- \(-constant)"
  }

  /// As a factor: in brackets where it is more than one name or number.
  var bracketed: String { description.contains(" ") ? "(\(self))" : description }

  /// A pointer moved by this index.
  func added(to pointer: String) -> String {
    if isZero { return pointer }
    if terms.isEmpty { return constant < 0 ? "\(pointer) - \(-constant)" : "\(pointer) + \(constant)" }
    let isName = terms.count == 1 && constant == 0 && !terms[0].contains(" ")
    return isName ? "\(pointer) + \(terms[0])" : "\(pointer) + (\(self))"
  }
}
