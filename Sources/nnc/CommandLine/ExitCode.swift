import NNDiagnostics

/// What a script can tell from the status of `nnc`.
enum ExitCode: Int32, CaseIterable, Sendable {
  case fine = 0
  /// The model, the data or the weights are wrong.
  case wrongInput = 1
  /// The command line is wrong, or an internal error.
  case wrongUsage = 2
  /// Training diverged, or a verification failed.
  case failed = 3
  /// Interrupted, after saving.
  case interrupted = 130

  /// For `--help`.
  var meaning: String {
    switch self {
    case .fine: "fine"
    case .wrongInput: "the model, the data or the weights are wrong"
    case .wrongUsage: "the command line is wrong, or an internal error"
    case .failed: "training diverged, or a verification failed"
    case .interrupted: "interrupted, after saving"
    }
  }
}

extension ExitCode: Comparable {
  /// Of what went wrong with several files, the greater status says more.
  static func < (a: ExitCode, b: ExitCode) -> Bool { a.rawValue < b.rawValue }
}

extension [Diagnostic] {
  /// What a command ends with that has found these: what an option says is wrong use, whatever the file holds.
  var exitCode: ExitCode {
    let errors = filter { $0.severity == .error }
    if errors.isEmpty { return .fine }
    return errors.contains(where: \.isOfOption) ? .wrongUsage : .wrongInput
  }
}

extension Diagnostic {
  /// An option is wrong: what it says, or a number that it gives to a constant of the file.
  fileprivate var isOfOption: Bool {
    if let primary, primary.span.file.isOption { return true }
    let isOfNumber = [Code.outOfRange, .notWhole, .dropEverything, .limit].contains(code)
    return isOfNumber && labels.contains { $0.span.file.isOption }
  }
}
