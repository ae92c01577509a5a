/// One line of text as a terminal shows it: tabs take four columns, wide characters two, and nothing that a file holds
/// can move the cursor or change colours.
struct DisplayLine {
  private struct Cell {
    let text: String
    let column: Int
    let offset: Int
  }

  private var cells: [Cell] = []
  private var width = 0
  /// The offset behind the last character.
  private let end: Int
  /// The columns that are shown, with `…` where something is left out.
  private var shown: Range<Int> = 0..<0

  /// Lines up to this many columns are shown in full.
  static let longest = 200
  private static let windowBefore = 60
  private static let windowWidth = 160

  /// - Parameters:
  ///   - bytes: the whole array; `range` is the line.
  ///   - focus: the offset that must be seen when the line is too long.
  init(_ bytes: [UInt8], _ range: Range<Int>, focus: Int) {
    // A line of megabytes is not looked at as a whole.
    var start = max(range.lowerBound, min(focus, range.upperBound) - 1000)
    while start > range.lowerBound, bytes[start] & 0xC0 == 0x80 { start -= 1 }
    end = min(range.upperBound, start + 4000)
    var decoder = UTF8()
    var iterator = bytes[start..<end].makeIterator()
    var offset = start
    decoding: while true {
      let scalar: Unicode.Scalar
      switch decoder.decode(&iterator) {
      case .scalarValue(let value): scalar = value
      case .error: scalar = "\u{FFFD}"
      case .emptyInput: break decoding
      }
      let text = visibleText(scalar)
      cells.append(Cell(text: text, column: width, offset: offset))
      width += scalar == "\t" ? 4 : terminalWidth(of: scalar)
      offset += max(1, decodedLength(bytes, offset, end))
    }
    shown = 0..<width
    if width > Self.longest || start > range.lowerBound || end < range.upperBound {
      let first = max(0, rawColumn(of: focus) - Self.windowBefore)
      shown = first..<min(width, first + Self.windowWidth)
    }
  }

  var text: String {
    var text = shown.lowerBound > 0 ? "…" : ""
    for cell in cells where shown.contains(cell.column) { text += cell.text }
    return shown.upperBound < width ? text + "…" : text
  }

  /// Columns `start..<end` of the shown text that a range of bytes takes; at least one.
  func columns(from start: Int, to end: Int) -> Range<Int> {
    let shift = shown.lowerBound > 0 ? shown.lowerBound - 1 : 0
    let limit = shown.upperBound + (shown.upperBound < width ? 1 : 0)
    let first = min(max(rawColumn(of: start), shown.lowerBound), limit)
    let last = min(max(rawColumn(of: end), shown.lowerBound), limit)
    return (first - shift)..<max(last - shift, first - shift + 1)
  }

  private func rawColumn(of offset: Int) -> Int {
    var low = 0
    var high = cells.count
    while low < high {
      let middle = (low + high) / 2
      if cells[middle].offset < offset { low = middle + 1 } else { high = middle }
    }
    return low < cells.count ? cells[low].column : width
  }
}

/// How many bytes the character at an offset takes; 1 for a byte that begins none.
private func decodedLength(_ bytes: [UInt8], _ offset: Int, _ end: Int) -> Int {
  guard offset < end else { return 1 }
  var decoder = UTF8()
  var iterator = bytes[offset..<min(offset + 4, end)].makeIterator()
  guard case .scalarValue(let value) = decoder.decode(&iterator) else { return 1 }
  return UTF8.width(value)
}

/// What stands for a character on a terminal: control characters become their pictures (U+2400 and on).
func visibleText(_ scalar: Unicode.Scalar) -> String {
  switch scalar.value {
  case 0x09: "    "
  case 0..<0x20: String(Unicode.Scalar(0x2400 + scalar.value) ?? "\u{FFFD}")
  case 0x7F..<0xA0, 0x200B, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: "\u{FFFD}"
  default: String(scalar)
  }
}

/// Text of a user inside a message, without anything that a terminal would obey; it may have several lines.
func visibleText(_ text: String) -> String {
  guard text.unicodeScalars.contains(where: isUnusual) else { return text }
  return text.unicodeScalars.map { $0 == "\n" ? "\n" : visibleText($0) }.joined()
}

/// A name or title of a user: what would end the line is shown, too.
package func visibleLine(_ text: String) -> String {
  text.unicodeScalars.contains(where: isUnusual) ? text.unicodeScalars.map { visibleText($0) }.joined() : text
}

/// Most texts have no character that needs another look.
private func isUnusual(_ scalar: Unicode.Scalar) -> Bool {
  scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value) || scalar.value > 0x2000
}

/// Columns that a character takes: none for combining marks, two for East Asian wide ones and emoji (Unicode, UAX #11; the
/// large ranges only).
private func terminalWidth(of scalar: Unicode.Scalar) -> Int {
  switch scalar.value {
  case 0..<0x300: 1
  case 0x300...0x36F, 0x200C...0x200D, 0x20D0...0x20FF, 0xFE00...0xFE0F: 0
  case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
    0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
    2
  default: 1
  }
}
