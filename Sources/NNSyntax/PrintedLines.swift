import NNDiagnostics

/// A line of the layout and the place of the source that it stands for.
struct PrintedLine {
  let indent: Int
  var text: String
  let start: Int
  var end: Int
  /// Begins with the `}` of a group.
  let closes: Bool
}

/// Puts comments and empty lines between the lines.
struct PrintedLines {
  private let file: SourceFile
  private var comments: ArraySlice<CommentSyntax>
  private var text = ""
  /// The end of what has been printed, in the source.
  private var end: Int?
  private var opensGroup = false

  init(_ tree: FileSyntax) {
    file = tree.file
    comments = tree.comments[...]
  }

  func text(of lines: [PrintedLine]) -> String {
    var copy = self
    for line in lines { copy.add(line) }
    while let comment = copy.comments.popFirst() { copy.add(comment, indent: 0, closes: false) }
    return copy.text
  }

  private mutating func add(_ line: PrintedLine) {
    var movedComments: [CommentSyntax] = []
    while let comment = comments.first, comment.span.start < line.end {
      comments.removeFirst()
      if comment.span.start < line.start {
        add(comment, indent: line.indent, closes: line.closes)
      } else {
        movedComments.append(comment)
      }
    }
    emptyLine(before: line.start, closes: line.closes)
    for comment in movedComments { put(comment.span.text.trimmedAtEnd(), line.indent + (line.closes ? 1 : 0)) }
    put(line.text, line.indent)
    end = line.end
    opensGroup = line.text.hasSuffix("{")
    guard let comment = comments.first, file.line(at: comment.span.start) == file.line(at: max(0, line.end - 1)) else { return }
    comments.removeFirst()
    let width = 2 * line.indent + line.text.unicodeScalars.count
    text.removeLast()
    text += String(repeating: " ", count: max(2, comment.span.startPosition.column - 1 - width)) + comment.span.text.trimmedAtEnd() + "\n"
    end = comment.span.end
  }

  private mutating func add(_ comment: CommentSyntax, indent: Int, closes: Bool) {
    emptyLine(before: comment.span.start, closes: false)
    put(comment.span.text.trimmedAtEnd(), indent + (closes ? 1 : 0))
    end = comment.span.end
    opensGroup = false
  }

  private mutating func put(_ line: String, _ indent: Int) {
    text += String(repeating: "  ", count: indent) + line + "\n"
  }

  /// Keeps one empty line where the source has some, but not at the edges of a group or file.
  private mutating func emptyLine(before start: Int, closes: Bool) {
    guard let end, start > end, !closes, !opensGroup else { return }
    let first = file.line(at: end)
    let last = file.line(at: start)
    guard last > first + 1 else { return }
    let hasEmptyLine = ((first + 1)..<last).contains { line in
      file.range(ofLine: line).allSatisfy { isBlank(file.bytes[$0]) }
    }
    if hasEmptyLine { text += "\n" }
  }
}
