/// Several problems at once: all that is wrong in a file, and its warnings.
public struct FoundProblems: Error, Sendable {
  /// In the order in which they are shown.
  public let diagnostics: [Diagnostic]

  /// - Parameter diagnostics: at least one error, and whatever else there is to say.
  public init(diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }
}

extension FoundProblems: CustomStringConvertible {
  /// As they are shown, one behind the other.
  public var description: String { diagnostics.map(\.description).joined(separator: "\n") }
}

extension Diagnostic: CustomStringConvertible {
  /// As it is shown, without colours.
  public var description: String { TextRenderer().render(self) }
}
