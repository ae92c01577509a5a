import NNDiagnostics

/// Tries every fix on a copy of the file, which is then checked again: only what works is offered.
///
/// A fix works where its problem is gone and no new one stands on a line that it has changed; what was hidden behind the problem may
/// show. One that makes the whole file pass is better: where no fix of a problem does, its candidates are tried, and the first that does comes first.
struct FixProof {
  let file: SourceFile
  /// Files that the checked one uses.
  let used: [SourceFile]
  let options: CheckOptions
  let problems: [Diagnostic]

  /// Checks that one file may take: the smaller it is, the more. The text of further fixes stays, without the change.
  private static func mostTries(_ bytes: Int) -> Int { min(400, max(64, (1 << 20) / max(1, bytes))) }
  /// Larger files and networks are not checked over and over.
  static let largestFile = 1 << 17
  static let largestNetwork = 3000

  func proved() -> [Diagnostic] {
    var tries = FixProof.mostTries(file.bytes.count)
    return problems.map { problem in
      var problem = problem
      prove(&problem, &tries)
      problem.candidates = []
      return problem
    }
  }

  /// Without a proof there is advice, but nothing to apply.
  static func unproved(_ problems: [Diagnostic]) -> [Diagnostic] {
    problems.map { problem in
      var problem = problem
      problem.candidates = []
      for index in problem.fixes.indices {
        problem.fixes[index].edits = []
        problem.fixes[index].applicability = .manual
      }
      return problem
    }
  }

  private enum Verdict { case passes, helps, fails, unknown }

  private func prove(_ problem: inout Diagnostic, _ tries: inout Int) {
    var kept: [Diagnostic.Fix] = []
    var passes = false
    for var fix in problem.fixes {
      guard !fix.edits.isEmpty else {
        kept.append(fix)
        continue
      }
      let verdict = tries > 0 ? verdict(on: fix, of: problem) : .unknown
      switch verdict {
      case .passes:
        passes = true
        kept.append(fix)
      case .helps: kept.append(fix)
      case .fails, .unknown:
        guard fix.isFact || verdict == .unknown else { break }
        (fix.edits, fix.applicability) = ([], .manual)
        kept.append(fix)
      }
      tries -= 1
    }
    var helping: Diagnostic.Fix?
    for candidate in problem.candidates where !passes && tries > 0 {
      tries -= 1
      switch verdict(on: candidate, of: problem) {
      case .passes:
        passes = true
        // A change that makes all well takes the place of advice, and of what only helps.
        kept = [candidate]
      case .helps: helping = helping ?? candidate
      case .fails, .unknown: continue
      }
    }
    // What is read at last may have problems of its own, which do not speak against the reading.
    if !passes, kept.isEmpty, problem.code == .syntax, let helping { kept = [helping] }
    problem.fixes = kept
  }

  // MARK: One fix

  private func verdict(on fix: Diagnostic.Fix, of problem: Diagnostic) -> Verdict {
    guard let target = fix.edits.first?.span.file, fix.edits.allSatisfy({ $0.span.file === target }) else { return .unknown }
    // What stands in `--set` or `--input` is no file that could be changed.
    guard target === file || used.contains(where: { $0 === target }) else { return .helps }
    let changed = target.applying(fix.edits)
    var options = options
    options.provesFixes = false
    let readFile = options.readFile
    if target !== file {
      options.readFile = { path in path == target.name ? .success(changed) : readFile(path) }
    }
    let after = check(target === file ? changed : file, options: options).diagnostics
    let map = OffsetMap(edits: fix.edits)
    guard !after.contains(where: { isSame($0, problem, target, map) }) else { return .fails }
    let lines = Set(fix.edits.flatMap { edit in changedLines(edit, map, changed) })
    let errors = after.filter { $0.severity == .error }
    let onChangedLines = errors.filter { error in
      guard let span = error.primary?.span, span.file.name == target.name else { return false }
      return lines.contains(span.file.line(at: span.start))
    }
    if onChangedLines.isEmpty, errors.allSatisfy(isKnown) { return .passes }
    return onChangedLines.allSatisfy { isKnown($0) || isUncovered($0, by: problem) } ? .helps : .fails
  }

  /// The problem itself, at the place where it stands after the change.
  private func isSame(_ found: Diagnostic, _ problem: Diagnostic, _ target: SourceFile, _ map: OffsetMap) -> Bool {
    guard found.code == problem.code else { return false }
    // Another shape error at the same place is the same one; another word is not.
    if problem.code.family < 3, found.message != problem.message { return false }
    guard let span = problem.primary?.span, let place = found.primary?.span else { return problem.primary == nil && found.primary == nil }
    guard span.file.name == place.file.name else { return false }
    return place.start == (span.file === target ? map.moved(span.start) : span.start)
  }

  /// An error that was there before, wherever it stands now.
  private func isKnown(_ found: Diagnostic) -> Bool { problems.contains { $0.code == found.code && $0.message == found.message } }

  /// Arguments come up once a word is right, shapes and what follows from them once the arguments are. A change of the text alone must
  /// leave a line whose words are right.
  private func isUncovered(_ found: Diagnostic, by problem: Diagnostic) -> Bool {
    let (later, earlier) = (found.code.family, problem.code.family)
    if earlier == 1 { return later > 2 || found.code == .use }
    // Of two unknown words in a line, each is a problem of its own.
    let isNextWord = found.code == .unknownLayer && found.message != problem.message
    return later > earlier || (problem.code == .unknownLayer && (found.code == .unknownArgument || isNextWord))
  }

  private func changedLines(_ edit: Diagnostic.Edit, _ map: OffsetMap, _ changed: SourceFile) -> ClosedRange<Int> {
    let start = changed.line(at: map.moved(edit.span.start))
    return start...max(start, changed.line(at: max(0, map.moved(edit.span.start) + edit.replacement.utf8.count - 1)))
  }
}

/// Where the places of a text are after some edits.
private struct OffsetMap {
  private let edits: [(start: Int, end: Int, grows: Int)]

  init(edits: [Diagnostic.Edit]) {
    self.edits = edits.map { ($0.span.start, $0.span.end, $0.replacement.utf8.count - ($0.span.end - $0.span.start)) }
  }

  /// A place inside of what is replaced goes to the start of the replacement.
  func moved(_ offset: Int) -> Int {
    var result = offset
    for edit in edits {
      if edit.end <= offset, edit.start < offset { result += edit.grows } else if edit.start < offset { result -= offset - edit.start }
    }
    return result
  }
}
