import Foundation

/// Commands and what they print, as a document shows them: `$ nnc check net.nn`, and the lines below.
struct Transcript {
  let command: String
  /// A line `…` stands for any number of lines.
  let output: [String]

  static func all(of block: Document.Block) -> [Transcript] {
    var transcripts: [(command: String, output: [String])] = []
    for line in block.lines {
      if line.hasPrefix("$ ") {
        transcripts.append((String(line.dropFirst(2)), []))
      } else if !transcripts.isEmpty {
        transcripts[transcripts.count - 1].output.append(line)
      }
    }
    return transcripts.map { Transcript(command: $0.command, output: $0.output) }
  }

  /// Whether a command has printed what is shown.
  /// - Parameters:
  ///   - isMeasured: numbers, the processor and the verdict on a training may be others.
  ///   - isSmall: on small data that the reader does not have: there is no word of a stand-in.
  func isMet(by printed: String, isMeasured: Bool, isSmall: Bool) -> Bool {
    func form(_ lines: [String]) -> [String] {
      var lines = isMeasured ? Transcript.forms(lines) : lines
      if isSmall { lines = lines.filter { !$0.hasPrefix("note: ") }.map { $0.replacingOccurrences(of: " (stand-in)", with: "") } }
      while lines.last?.isEmpty == true { lines.removeLast() }
      return lines
    }
    return Transcript.match(form(output)[...], form(printed.components(separatedBy: "\n"))[...])
  }

  private static func match(_ expected: ArraySlice<String>, _ found: ArraySlice<String>) -> Bool {
    guard let first = expected.first else { return found.isEmpty }
    if first == "…" { return (found.startIndex...found.endIndex).contains { match(expected.dropFirst(), found[$0...]) } }
    return first == found.first && match(expected.dropFirst(), found.dropFirst())
  }

  /// The lines without what differs: numbers, the widths of columns, the processor, and the verdict, which is a paragraph of its own.
  private static func forms(_ lines: [String]) -> [String] {
    var isVerdict = false
    return lines.compactMap { line in
      isVerdict = !line.isEmpty && (isVerdict || ["generalizing: ", "underfitting: ", "overfitting: "].contains { line.hasPrefix($0) })
      if isVerdict { return nil }
      let words = line.split(separator: " ").map { $0 == "-" ? "#" : String($0) }.joined(separator: " ")
      return words.replacing(/threads, \S+/, with: "threads, …").replacing(/[0-9][0-9,.]*(e-?[0-9]+)?/, with: "#")
        .replacing(/# min # s|# ms/, with: "# s")
    }
  }

  /// The accuracy on the test part: the last number behind `accuracy`.
  static func accuracy(in lines: [String]) -> Double? {
    lines.last { $0.hasPrefix("test ") }?.firstMatch(of: /accuracy ([0-9.]+)/).flatMap { Double($0.1) }
  }
}
