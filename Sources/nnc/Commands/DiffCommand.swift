import NNDiagnostics
import NNGraph
import NNReport
import NNRuntime
import NNSyntax

/// `nnc diff`: what is different between two models, or a model and a run.
enum DiffCommand {
  static let command = Command(
    name: "diff",
    summary: "show what has changed between two models, or since a run",
    details: [
      """
      Both sides are compared as they are understood, with every default, constant and shape written out (as `nnc render` prints them), so that a \
      changed comment or layout is no difference, and a changed constant is one wherever it is used. A run is compared by the model it was \
      trained with.
      """
    ],
    positionals: [
      .init(name: "BEFORE", summary: "a .nn file, or the folder of a run"),
      .init(name: "AFTER", summary: "a .nn file, or the folder of a run"),
    ],
    options: [.input, .data, .color],
    examples: [
      ("nnc diff runs/mri-001 mri.nn", "what has changed in the file since the run"),
      ("nnc diff runs/mri-001 runs/mri-002", "what two runs do not have in common"),
    ],
    run: run)

  private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
    let (before, after) = (invocation.positionals[0], invocation.positionals[1])
    for option in [CommandOption.input, .data] where invocation.has(option) && isResolved(before) && isResolved(after) {
      throw UsageError("`--\(option.name)` has no effect: what two runs were trained with is known")
    }
    let changes = LineChanges(from: try lines(of: before, invocation), to: try lines(of: after, invocation))
    guard !changes.isEmpty else {
      console.write("no difference\n")
      return .fine
    }
    console.write("--- \(printable(before))\n+++ \(printable(after))\n")
    for (sign, line) in changes.lines { console.write("\(sign) \(printable(line))\n") }
    return .fine
  }

  private static func isRun(_ path: String) -> Bool { ModelFile.exists(path + "/model.nn") }

  /// The folder of a run whose model could be written out.
  private static func isResolved(_ path: String) -> Bool { isRun(path) && ModelFile.exists(path + "/resolved.nn") }

  /// The statements and stages of a model, written out.
  private static func lines(of path: String, _ invocation: Invocation) throws -> [String] {
    if isResolved(path) { return text(of: try ModelFile.read(path + "/resolved.nn")) }
    let file = isRun(path) ? path + "/model.nn" : path
    let result = try ModelInput(file, invocation).checkWithData()
    guard result.isOK else { throw FoundProblems(diagnostics: result.diagnostics) }
    guard let rendered = NNGraph.render(result) else { return text(of: result.file) }
    return text(of: SourceFile(name: file, text: rendered))
  }

  /// Without comments: what begins one inside of quotes is text.
  private static func text(of file: SourceFile) -> [String] {
    let comments = parse(file).0.comments.map { Diagnostic.Edit($0.span, "") }
    let bare = file.applying(comments)
    return (1...bare.lineStarts.count).map { bare.text(ofLine: $0).trimmedAtEnd(of: " \t\r") }.filter { !$0.isEmpty }
  }
}

/// The lines that two texts do not have in common, in their order: where they part, first what was there, then what is.
struct LineChanges {
  private(set) var lines: [(sign: String, line: String)] = []

  var isEmpty: Bool { lines.isEmpty }

  init(from old: [String], to new: [String]) {
    let same = zip(old, new).prefix { $0 == $1 }.count
    let tail = min(zip(old.reversed(), new.reversed()).prefix { $0 == $1 }.count, old.count - same, new.count - same)
    let (before, after) = (Array(old[same..<(old.count - tail)]), Array(new[same..<(new.count - tail)]))
    // The memory of a comparison grows with the square of what differs: larger texts are compared from both ends only.
    guard before.count + after.count <= LineChanges.mostLines else {
      lines = before.map { ("-", $0) } + after.map { ("+", $0) }
      return
    }
    let changes = after.difference(from: before)
    let (removed, inserted) = (LineChanges.offsets(changes.removals), LineChanges.offsets(changes.insertions))
    var (i, j) = (0, 0)
    while i < before.count || j < after.count {
      if removed.contains(i) {
        lines.append(("-", before[i]))
        i += 1
      } else if inserted.contains(j) {
        lines.append(("+", after[j]))
        j += 1
      } else {
        (i, j) = (i + 1, j + 1)
      }
    }
  }

  private static let mostLines = 8192

  private static func offsets(_ changes: [CollectionDifference<String>.Change]) -> Set<Int> {
    Set(
      changes.map {
        switch $0 {
        case .remove(let offset, _, _), .insert(let offset, _, _): offset
        }
      })
  }
}
