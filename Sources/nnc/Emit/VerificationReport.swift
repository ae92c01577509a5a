import NNDiagnostics
import NNGraph
import NNReport

/// What a verification found, for people and for scripts.
struct VerificationReport {
  private let console: Console
  private let isQuiet: Bool

  init(_ console: Console, isQuiet: Bool) {
    self.console = console
    self.isQuiet = isQuiet
  }

  /// Exit code 3 where the code differs from the engine.
  func show(_ result: Verification.Result, of model: Model) -> ExitCode {
    let isFine = result.relative <= Verification.tolerance && result.worst.relative <= Verification.tolerance
    if console.isJSON {
      console.write(json(result, isFine).text + "\n")
    } else if !isQuiet {
      console.write(
        """
        verified with \(result.compiler), its self-test, and \(result.examples) \(result.source)
          largest difference  \(exponent(result.absolute)) absolute, \(exponent(result.relative)) of the largest output
          worst stage         \(exponent(result.worst.relative)) at \(printable(result.worst.text))

        """)
    }
    guard !isFine else { return .fine }
    let place = result.worst.relative > Verification.tolerance ? " after `\(result.worst.text)`" : ""
    let largest = max(result.relative, result.worst.relative)
    console.report([
      Diagnostic(
        .emitDiffers, .error,
        "emitted code differs from the engine: largest difference \(exponent(largest))\(place), allowed \(exponent(Verification.tolerance))"
      )
    ])
    return .failed
  }

  private func json(_ result: Verification.Result, _ isFine: Bool) -> JSONValue {
    [
      "event": "verified", "ok": .bool(isFine), "examples": .integer(result.examples), "absolute": .number(result.absolute),
      "relative": .number(result.relative), "worst_stage": .string(result.worst.text), "worst_relative": .number(result.worst.relative),
    ]
  }

  /// `3.1e-7`
  private func exponent(_ value: Double) -> String {
    guard value > 0, value.isFinite else { return value == 0 ? "0" : "\(value)" }
    var (digits, power) = (value, 0)
    while digits < 0.995 { (digits, power) = (digits * 10, power - 1) }
    while digits >= 9.95 { (digits, power) = (digits / 10, power + 1) }
    let tenths = Int((digits * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)e\(power)"
  }
}
