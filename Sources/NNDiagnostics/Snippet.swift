/// The lines of one file that a diagnostic shows, with their marks.
struct Snippet {
  struct Line {
    let number: Int
    let text: String
    let marks: [Mark]
  }

  /// Signs under a line. Columns count from 0.
  struct Mark {
    let columns: Range<Int>
    let text: String
    let isPrimary: Bool
  }

  let fileName: String
  /// Of the leftmost mark on the line of the primary label, or of the first label in another file.
  let position: SourcePosition
  let lines: [Line]

  /// One snippet for each file, that of the primary label first.
  static func snippets(of diagnostic: Diagnostic) -> [Snippet] {
    var places = diagnostic.labels.flatMap { Place.places(of: $0, isPrimary: false) }
    if let primary = diagnostic.primary {
      // Causes that begin before the place to change are shown before it, as one reads.
      let own = Place.places(of: primary, isPrimary: true)
      let before = places.filter { $0.file === primary.span.file && $0.start < primary.span.start }
      let after = places.filter { !($0.file === primary.span.file && $0.start < primary.span.start) }
      places = before + own + after
    }
    var files: [SourceFile] = diagnostic.primary.map { [$0.span.file] } ?? []
    for place in places where !files.contains(where: { $0 === place.file }) { files.append(place.file) }
    return files.map { file in
      let here = places.filter { $0.file === file }
      let first = here.first { $0.isPrimary } ?? here.first
      let start = here.filter { $0.line == first?.line }.map(\.start).min() ?? 0
      return Snippet(fileName: file.name, position: file.position(at: start), lines: lines(of: file, here))
    }
  }

  private static func lines(of file: SourceFile, _ places: [Place]) -> [Line] {
    var numbers = Set(places.map(\.line))
    // A single line between two others is shown, not left out.
    for number in numbers where numbers.contains(number + 2) { numbers.insert(number + 1) }
    return numbers.sorted().map { number in
      let here = places.filter { $0.line == number }
      let range = file.range(ofLine: number)
      let display = DisplayLine(file.bytes, range, focus: (here.first { $0.isPrimary } ?? here.first)?.start ?? range.lowerBound)
      let marks = here.map { Mark(columns: display.columns(from: $0.start, to: $0.end), text: $0.text, isPrimary: $0.isPrimary) }
      return Line(number: number, text: display.text, marks: marks)
    }
  }
}

/// The part of a label that stands on one line.
private struct Place {
  let file: SourceFile
  let line: Int
  let start: Int
  let end: Int
  let text: String
  let isPrimary: Bool

  /// One place for a label on one line; the first and the last line for a longer one, the words at the first.
  static func places(of label: Diagnostic.Label, isPrimary: Bool) -> [Place] {
    let file = label.span.file
    let start = min(max(0, label.span.start), file.bytes.count)
    let end = min(max(start, label.span.end), file.bytes.count)
    let firstLine = file.line(at: start)
    let lastLine = file.line(at: max(start, end - 1))
    guard lastLine > firstLine else {
      return [Place(file: file, line: firstLine, start: start, end: end, text: label.text, isPrimary: isPrimary)]
    }
    let last = file.range(ofLine: lastLine)
    let lastStart = last.first { !isBlank(file.bytes[$0]) } ?? last.lowerBound
    let firstEnd = max(start, file.range(ofLine: firstLine).upperBound)
    return [
      Place(file: file, line: firstLine, start: start, end: firstEnd, text: label.text, isPrimary: isPrimary),
      Place(file: file, line: lastLine, start: min(lastStart, end), end: end, text: "", isPrimary: isPrimary),
    ]
  }
}
