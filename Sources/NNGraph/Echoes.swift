import NNDiagnostics

/// One message per cause: what only follows from another problem is left out.
enum Echoes {
  static func removed(from problems: [Diagnostic]) -> [Diagnostic] {
    let errors = problems.filter { $0.severity == .error }
    let texts = errors.filter { $0.code == .syntax }.compactMap(\.primary?.span)
    let shapes: Set<Code> = [.windowTooLarge, .residualShapes, .branchShapes]
    let hasShapeError = errors.contains { shapes.contains($0.code) }
    return problems.filter { problem in
      // The list of shapes, or the two shapes, of that error say which rows are lost.
      if problem.code == .droppedRow, hasShapeError { return false }
      if problem.code == .syntax, isAnswered(problem, by: errors) || isInsideCall(problem, of: errors) { return false }
      if problem.code == .unknownLayer, isName(problem, of: errors) || mayBeOfLibrary(problem, in: errors) { return false }
      if problem.code == .secondNetwork, errors.contains(where: { isMisread($0, before: problem) }) { return false }
      if problem.code == .unknownConstant, texts.contains(where: { isHeadOfBlock($0, with: problem) }) { return false }
      guard problem.code.family == 2, let span = problem.primary?.span else { return true }
      return !texts.contains(span)
    }
  }

  /// `inplace=True`, where `inplace` is the question.
  private static func isAnswered(_ problem: Diagnostic, by errors: [Diagnostic]) -> Bool {
    guard let span = problem.primary?.span else { return false }
    return errors.contains { error in
      guard error.code == .unknownArgument, let other = error.primary?.span else { return false }
      return other.file === span.file && other.end == span.start
    }
  }

  /// Quotes and signs between the parentheses of a call, which is reported.
  private static func isInsideCall(_ problem: Diagnostic, of errors: [Diagnostic]) -> Bool {
    guard let span = problem.primary?.span else { return false }
    return errors.contains { error in
      guard error.code == .syntax, let call = error.primary, call.span.file === span.file,
        call.span.end <= span.start, call.span.file.line(at: call.span.start) == span.file.line(at: span.start)
      else { return false }
      let between = span.file.bytes[call.span.end..<span.start]
      let isCall = call.text == "a call" || call.span.text == "=" && between.contains(UInt8(ascii: "("))
      return isCall && !between.contains(UInt8(ascii: "|"))
    }
  }

  /// `x = conv 3x3x16`, where the sign is reported.
  private static func isName(_ problem: Diagnostic, of errors: [Diagnostic]) -> Bool {
    guard let span = problem.primary?.span else { return false }
    return errors.contains { error in
      guard error.code == .syntax, let sign = error.primary?.span, sign.file === span.file, sign.text == "=", sign.start >= span.end else {
        return false
      }
      return span.file.bytes[span.end..<sign.start].allSatisfy { $0 == UInt8(ascii: " ") }
    }
  }

  /// A word that nothing is near to may be a block of a file that could not be read.
  private static func mayBeOfLibrary(_ problem: Diagnostic, in errors: [Diagnostic]) -> Bool {
    problem.fixes.isEmpty
      && errors.contains { $0.code == .use && $0.primary?.text.hasPrefix("looked for") == true }
  }

  /// A line above a second network that is no stage at all, or a block that stands below its use.
  private static func isMisread(_ error: Diagnostic, before problem: Diagnostic) -> Bool {
    guard error.code == .unknownLayer, let place = error.primary?.span, let span = problem.primary?.span else { return false }
    return place.file === span.file && place.start < span.start && LinePosition.beginsLine(place)
  }

  /// A problem in the first line of a block that has the unknown name as a parameter, or in a `let` that has it: it was not read as such.
  private static func isHeadOfBlock(_ place: SourceSpan, with problem: Diagnostic) -> Bool {
    guard let span = problem.primary?.span, span.file === place.file, place.start < span.start else { return false }
    let line = place.file.text(ofLine: place.file.line(at: place.start))
    let name = span.text.filter { !"${}".contains($0) }
    return (line.hasPrefix("block ") || line.hasPrefix("let "))
      && line.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.contains { $0 == name }
  }
}
