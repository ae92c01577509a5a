import NNDiagnostics
import NNGraph
import NNReport
import NNRuntime

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
    let changes = LineChanges(from: try lines(of: before, invocation), to: try lines(of: after, invocation))
    guard !changes.isEmpty else {
      console.write("no difference\n")
      return .fine
    }
    console.write("--- \(printable(before))\n+++ \(printable(after))\n")
    for (sign, line) in changes.lines { console.write("\(sign) \(line)\n") }
    return .fine
  }

  /// The statements and stages of a model, written out.
  private static func lines(of path: String, _ invocation: Invocation) throws -> [String] {
    let isRun = ModelFile.exists(path + "/model.nn")
    let resolved = path + "/resolved.nn"
    if isRun, ModelFile.exists(resolved) { return text(of: try ModelFile.read(resolved)) }
    let file = isRun ? path + "/model.nn" : path
    let result = try ModelInput(file, invocation).checkWithData()
    guard result.isOK else { throw FoundProblems(diagnostics: result.diagnostics) }
    guard let rendered = NNGraph.render(result) else { return text(of: result.file) }
    return text(of: SourceFile(name: file, text: rendered))
  }

  private static func text(of file: SourceFile) -> [String] {
    (1...file.lineStarts.count).map { number in
      let line = file.text(ofLine: number).prefix { $0 != "#" }
      return String(line.reversed().drop { $0.isWhitespace }.reversed())
    }.filter { !$0.isEmpty }
  }
}

/// The lines that two texts do not have in common, by their longest common subsequence.
struct LineChanges {
  private(set) var lines: [(sign: String, line: String)] = []

  var isEmpty: Bool { lines.isEmpty }

  init(from old: [String], to new: [String]) {
    // Larger texts are compared from both ends only.
    let same = zip(old, new).prefix { $0 == $1 }.count
    let tail = min(zip(old.reversed(), new.reversed()).prefix { $0 == $1 }.count, old.count - same, new.count - same)
    let (a, b) = (Array(old[same..<(old.count - tail)]), Array(new[same..<(new.count - tail)]))
    guard a.count * b.count <= LineChanges.largestTable else {
      lines = a.map { ("-", $0) } + b.map { ("+", $0) }
      return
    }
    compare(a, b)
  }

  private static let largestTable = 1 << 24

  private mutating func compare(_ a: [String], _ b: [String]) {
    var lengths = [[Int]](repeating: [Int](repeating: 0, count: b.count + 1), count: a.count + 1)
    for i in a.indices.reversed() {
      for j in b.indices.reversed() {
        lengths[i][j] = a[i] == b[j] ? lengths[i + 1][j + 1] + 1 : max(lengths[i + 1][j], lengths[i][j + 1])
      }
    }
    var (i, j) = (0, 0)
    while i < a.count || j < b.count {
      if i < a.count, j < b.count, a[i] == b[j] {
        (i, j) = (i + 1, j + 1)
      } else if i < a.count, j == b.count || lengths[i + 1][j] >= lengths[i][j + 1] {
        lines.append(("-", a[i]))
        i += 1
      } else {
        lines.append(("+", b[j]))
        j += 1
      }
    }
  }
}
