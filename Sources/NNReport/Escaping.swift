/// Text for XML, in an element or an attribute. Characters that XML 1.0 does not allow are replaced.
func xmlEscaped(_ text: String) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    case "'": result += "&#39;"
    case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF: result += "\u{FFFD}"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}

/// A cell of a CSV file (RFC 4180) that holds text.
///
/// A text that a spreadsheet would take for a formula (it begins with `=`, `+`, `-`, `@`, a tab or a carriage return) gets a `'` in front,
/// which spreadsheets show as text: names of classes and files come from folders that somebody else may have filled. A number with a sign is none.
public func csvCell(_ text: String) -> String {
  let opensFormula = text.unicodeScalars.first.map { ["=", "+", "-", "@", "\t", "\r"].contains($0) } ?? false && !isDecimal(text)
  let safe = opensFormula ? "'" + text : text
  let needsQuotes = safe.unicodeScalars.contains { [",", "\"", "\n", "\r"].contains($0) }
  guard needsQuotes else { return safe }
  var quoted = "\""
  for scalar in safe.unicodeScalars {
    if scalar == "\"" { quoted += "\"" }
    quoted.unicodeScalars.append(scalar)
  }
  return quoted + "\""
}

/// `-46.5`, `+1e-7`
private func isDecimal(_ text: String) -> Bool {
  Double(text) != nil && text.unicodeScalars.allSatisfy { ("0"..."9").contains($0) || ["+", "-", ".", "e", "E"].contains($0) }
}

/// Text for a terminal: control characters are written out, so that a name cannot move the cursor or end a line.
public func printable(_ text: String) -> String {
  guard text.unicodeScalars.contains(where: isControl) else { return text }
  var result = ""
  for scalar in text.unicodeScalars {
    if isControl(scalar) { result += "\\u{\(String(scalar.value, radix: 16))}" } else { result.unicodeScalars.append(scalar) }
  }
  return result
}

/// C0, DEL, C1, and the marks that turn the direction of text.
private func isControl(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0..<0x20, 0x7F..<0xA0, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069: true
  default: false
  }
}
