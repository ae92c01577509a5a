extension Int {
  /// `866,644`
  package var grouped: String {
    let digits = String(magnitude)
    var result = self < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { result.append(",") }
      result.append(digit)
    }
    return result
  }
}

/// `1 example`, `20,640 examples`
package func counted(_ count: Int, _ noun: String, plural: String? = nil) -> String {
  "\(count.grouped) \(count == 1 ? noun : plural ?? noun + "s")"
}

/// `a, b or c`
package func listed(_ items: [String], before last: String) -> String {
  guard let end = items.last, items.count > 1 else { return items.joined() }
  return items.dropLast().joined(separator: ", ") + " \(last) " + end
}

extension Double {
  /// The shortest text that reads back as the same number, without a needless `.0`: `0.002`, `7`, `1e-05` becomes `1e-5`.
  package var plain: String {
    if self == rounded(), magnitude < 1e15 { return String(Int(self)) }
    let text = "\(self)"
    guard let mark = text.firstIndex(of: "e") else { return text }
    var mantissa = text[..<mark]
    if mantissa.hasSuffix(".0") { mantissa = mantissa.dropLast(2) }
    guard let exponent = Int(text[text.index(after: mark)...].drop { $0 == "+" }) else { return text }
    return "\(mantissa)e\(exponent)"
  }
}

extension StringProtocol {
  /// Without the characters of `blanks` at both ends.
  package func trimmed(of blanks: String = " \t") -> String { drop { blanks.contains($0) }.trimmedAtEnd(of: blanks) }

  package func trimmedAtEnd(of blanks: String = " \t") -> String {
    lastIndex { !blanks.contains($0) }.map { String(self[...$0]) } ?? ""
  }
}

/// `c.csv` of `a/b/c.csv`; the last folder's name for `a/b/`.
package func lastComponent(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }
