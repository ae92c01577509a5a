/// A line as it would read after the edits of a fix, with `+` under what is new.
///
/// Marked is the text that an edit puts in. Where it only adds letters to what was there (`rlu` to `relu`), the added ones are
/// marked, and where it only takes signs away nothing is; where it is added at the end of a line, its leading blank is not.
struct EditPreview {
  let number: Int
  let text: String
  /// Blanks and `+`; empty where text was only removed.
  let marks: String

  /// Lines of more bytes than this are no lines that a person edits, and are not shown.
  private static let longest = 20_000

  /// The lines that the edits touch. Edits in another file than the first, and overlapping ones, are left out.
  static func lines(of fix: Diagnostic.Fix) -> [EditPreview] {
    guard let file = fix.edits.first?.span.file else { return [] }
    var edits: [Diagnostic.Edit] = []
    for edit in fix.edits.prefix(fix.shownEdits).sorted(by: { $0.span.start < $1.span.start }) where edit.span.file === file {
      let isSound = edit.span.start <= edit.span.end && edit.span.end <= file.bytes.count
      if isSound, edit.span.start >= edits.last?.span.end ?? 0 { edits.append(edit) }
    }
    var previews: [EditPreview] = []
    var addedLines = 0
    var index = 0
    while index < edits.count {
      let firstLine = file.line(at: edits[index].span.start)
      var lastLine = file.line(at: edits[index].span.end)
      var end = index + 1
      while end < edits.count, file.line(at: edits[end].span.start) <= lastLine {
        lastLine = max(lastLine, file.line(at: edits[end].span.end))
        end += 1
      }
      let length = file.range(ofLine: lastLine).upperBound - file.range(ofLine: firstLine).lowerBound
      guard length <= longest else { return previews }
      let hunk = Hunk(file, firstLine, lastLine, edits[index..<end])
      previews += hunk.previews(from: firstLine + addedLines)
      addedLines += hunk.lines.count - (lastLine - firstLine + 1)
      index = end
    }
    return previews
  }
}

/// Neighbouring lines with the edits made.
private struct Hunk {
  private(set) var bytes: [UInt8] = []
  private var marks: [Range<Int>] = []
  private var removedFrom = 0

  init(_ file: SourceFile, _ firstLine: Int, _ lastLine: Int, _ edits: ArraySlice<Diagnostic.Edit>) {
    var offset = file.range(ofLine: firstLine).lowerBound
    let end = max(offset, file.range(ofLine: lastLine).upperBound)
    for edit in edits {
      bytes += file.bytes[min(offset, edit.span.start)..<edit.span.start]
      if bytes.isEmpty || marks.isEmpty { removedFrom = bytes.count }
      let start = bytes.count
      bytes += edit.replacement.utf8
      let isLast = edit.span.end >= end
      if let words = edit.emphasis.map({ Array($0.utf8) }), let place = Hunk.place(of: words, in: bytes[start...]) {
        marks.append(place)
      } else {
        mark(Array(file.bytes[edit.span.start..<edit.span.end]), start, isAtLineEnd: isLast)
      }
      offset = edit.span.end
    }
    if offset < end { bytes += file.bytes[offset..<end] }
  }

  private static func place(of words: [UInt8], in text: ArraySlice<UInt8>) -> Range<Int>? {
    guard !words.isEmpty else { return nil }
    return text.indices.first { text[$0...].starts(with: words) }.map { $0..<($0 + words.count) }
  }

  /// Marks what is new in `bytes` from `start` on, which stands for `old`.
  private mutating func mark(_ old: [UInt8], _ start: Int, isAtLineEnd: Bool) {
    var first = start
    var last = bytes.count
    let prefix = zip(old, bytes[start...]).prefix { $0 == $1 }.count
    let suffix = zip(old.dropFirst(prefix).reversed(), bytes[(start + prefix)...].reversed()).prefix { $0 == $1 }.count
    let removed = old.dropFirst(prefix).dropLast(min(suffix, old.count - prefix))
    let isOfSigns = !removed.contains { ($0 | 0x20) >= UInt8(ascii: "a") && ($0 | 0x20) <= UInt8(ascii: "z") || $0 > 0x7F }
    if prefix + suffix >= last - start, isOfSigns { return }
    if prefix + suffix == old.count {
      first += prefix
      last -= suffix
    }
    if isAtLineEnd, old.isEmpty { while first < last, bytes[first] == UInt8(ascii: " ") { first += 1 } }
    if first < last { marks.append(first..<last) }
  }

  /// Ranges of `bytes`, one for each line, without line ends.
  var lines: [Range<Int>] {
    var lines: [Range<Int>] = []
    var start = 0
    for (offset, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") {
      lines.append(start..<offset)
      start = offset + 1
    }
    return lines + [start..<bytes.count]
  }

  func previews(from firstNumber: Int) -> [EditPreview] {
    let numbered = lines.enumerated().map { (number: firstNumber + $0.offset, range: $0.element) }
    let marked = numbered.filter { line in marks.contains { $0.overlaps(line.range) } }
    // Where text is only removed, the line it was removed from is shown.
    let shown = marked.isEmpty ? Array(numbered.filter { $0.range.upperBound >= removedFrom }.prefix(1)) : marked
    return shown.map { preview($0.number, $0.range) }
  }

  private func preview(_ number: Int, _ range: Range<Int>) -> EditPreview {
    let (text, marks) = shortened(range, marks.filter { $0.overlaps(range) }.map { $0.clamped(to: range) })
    let display = DisplayLine(text, 0..<text.count, focus: marks.first?.lowerBound ?? 0)
    var signs = ""
    for mark in marks {
      let columns = display.columns(from: mark.lowerBound, to: mark.upperBound)
      signs += String(repeating: " ", count: max(0, columns.lowerBound - signs.utf8.count))
      signs += String(repeating: "+", count: max(0, columns.upperBound - signs.utf8.count))
    }
    return EditPreview(number: number, text: display.text, marks: signs)
  }

  /// A long line with its untouched groups as `{ … }`, and the marks moved along.
  private func shortened(_ range: Range<Int>, _ marks: [Range<Int>]) -> ([UInt8], [Range<Int>]) {
    var text: [UInt8] = []
    /// For each byte of the line where it went; the last entry is the end.
    var moved: [Int] = []
    let groups = range.count > 100 ? untouchedGroups(range, marks) : []
    var offset = range.lowerBound
    while offset < range.upperBound {
      if let group = groups.first(where: { $0.lowerBound == offset }) {
        moved += [Int](repeating: text.count, count: group.count)
        text += "{ … }".utf8
        offset = group.upperBound
      } else {
        moved.append(text.count)
        text.append(bytes[offset])
        offset += 1
      }
    }
    moved.append(text.count)
    return (text, marks.map { moved[$0.lowerBound - range.lowerBound]..<moved[$0.upperBound - range.lowerBound] })
  }

  /// Outermost `{ … }` of a line in which nothing changes.
  private func untouchedGroups(_ range: Range<Int>, _ marks: [Range<Int>]) -> [Range<Int>] {
    var open: [Int] = []
    var groups: [Range<Int>] = []
    for offset in range {
      if bytes[offset] == UInt8(ascii: "{") { open.append(offset) }
      if bytes[offset] == UInt8(ascii: "}"), let start = open.popLast(), open.isEmpty {
        let group = start..<(offset + 1)
        if group.count > 8, !marks.contains(where: { $0.overlaps(group) }) { groups.append(group) }
      }
    }
    return groups
  }
}
