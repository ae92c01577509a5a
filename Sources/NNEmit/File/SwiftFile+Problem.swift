/// The errors of the emitted code.
extension SwiftFile {
  /// A case of the emitted `Problem`.
  private struct ProblemCase {
    /// What it means.
    var comment: String
    var declaration: String
    /// That it is matched with, and the expression of what is said of it then.
    var pattern: String
    var message: String

    init(_ declaration: String, _ comment: String, _ pattern: String, says message: String) {
      (self.declaration, self.comment, self.pattern, self.message) = (declaration, comment, pattern, message)
    }
  }

  private var problemCases: [ProblemCase] {
    var cases = [
      ProblemCase(
        "inputCount(Int)", "So many numbers were given.", "inputCount(let count)",
        says: "\"\(type) takes \(inputCount) numbers, not \\(count)\""),
      ProblemCase(
        "outputCount(Int)", "There is room for so many numbers.", "outputCount(let count)",
        says: "\"\(type) gives \(outputCount) numbers, there is room for \\(count)\""),
      ProblemCase(
        "notFinite(Float, place: Int)", "A number that is infinite or none at all, and its place.", "notFinite(let number, let place)",
        says: "\"number \\(place) of the input is \\(number)\""),
    ]
    if isText {
      cases.append(
        ProblemCase(
          "notToken(Float, place: Int)", "A number that is no token: not whole, or not below the size of the vocabulary.",
          "notToken(let number, let place)", says: "\"number \\(place) of the input is \\(number), no token below \(vocabulary)\""))
    }
    cases.append(
      ProblemCase(
        "selfTest(difference: Float)",
        "The self-test gave other numbers than the network they come from; the difference is relative to the largest.",
        "selfTest(let difference)", says: "\"the self-test of \(type) differs by \\(difference)\""))
    if options.weightsFile != nil {
      cases.append(ProblemCase("weights(String)", "The weights cannot be read.", "weights(let reason)", says: "reason"))
    }
    if !options.processor.requiredFlags.isEmpty {
      cases.append(
        ProblemCase(
          "processor(lacks: String)", "Instructions that this file is compiled for and the processor lacks.", "processor(let flag)",
          says: "\"\(type) is compiled for \(options.processor.rawValue), and this processor lacks \\(flag)\""))
    }
    return cases
  }

  func writeProblem(_ text: inout SwiftText) {
    text.line("/// Why there is no prediction.")
    text.block("public enum Problem: Error, Equatable, CustomStringConvertible") { text in
      for problem in problemCases {
        text.line("/// \(problem.comment)")
        text.line("case \(problem.declaration)")
      }
      text.line()
      text.block("public var description: String") { text in
        text.line("switch self {")
        for problem in problemCases { text.line("case .\(problem.pattern): \(problem.message)") }
        text.line("}")
      }
    }
  }
}
