/// One problem, as facts; the renderers turn it into text, JSON or SARIF.
///
/// The first line (`message`) says what is wrong in the user's words: lower case, no full stop, names in back-quotes.
public struct Diagnostic: Error, Sendable {
  /// Only an error makes a file unusable.
  public enum Severity: String, Sendable { case error, warning }

  /// `NN201`; `Codes.swift` lists all.
  public var code: Code
  /// Warnings leave the file usable.
  public var severity: Severity
  /// What is wrong, with its numbers; several lines are never needed.
  public var message: String
  /// The place to change, marked `^`. A problem of a flag or a whole data folder has none.
  public var primary: Label?
  /// Causes, marked `-`.
  public var labels: [Label]
  /// Facts, printed behind `=`; a note may have several lines.
  public var notes: [String]
  /// What would help, the best first; shown behind `help:`.
  public var fixes: [Fix]
  /// Repairs to try before the message is shown, the likeliest first: one that makes the whole file pass joins `fixes`. Never shown as they are.
  public var candidates: [Fix] = []

  /// - Parameters:
  ///   - span: the place to change; nil for a problem of a flag or a whole folder.
  ///   - label: a few words behind its marks.
  ///   - labels: the causes, at other places.
  public init(
    _ code: Code, _ severity: Severity, _ message: String, at span: SourceSpan? = nil, _ label: String = "",
    labels: [Label] = [], notes: [String] = [], fixes: [Fix] = []
  ) {
    self.code = code
    self.severity = severity
    self.message = message
    self.primary = span.map { Label($0, label) }
    self.labels = labels
    self.notes = notes
    self.fixes = fixes
  }

  /// An error.
  public init(
    _ code: Code, _ message: String, at span: SourceSpan? = nil, _ label: String = "", labels: [Label] = [], notes: [String] = [],
    fixes: [Fix] = []
  ) {
    self.init(code, .error, message, at: span, label, labels: labels, notes: notes, fixes: fixes)
  }

  /// A marked span with a few words behind its marks.
  public struct Label: Sendable {
    /// In whichever file takes part.
    public var span: SourceSpan
    /// Empty where the marks say enough.
    public var text: String

    /// - Parameter text: empty for marks alone.
    public init(_ span: SourceSpan, _ text: String) {
      self.span = span
      self.text = text
    }
  }

  /// A change that would help. `certain` ones are what `check --fix` applies.
  public struct Fix: Sendable {
    /// How sure it is that the change is what was meant: `certain` ones are made by `check --fix`, `manual` is advice.
    public enum Applicability: String, Sendable { case certain, probable, manual }
    /// What is printed behind `help:`.
    public var title: String
    /// `manual` for advice without edits.
    public var applicability: Applicability
    /// Replacements in one file; empty where the help is advice only.
    public var edits: [Edit]
    /// As many edits are shown as text; the same change in many lines need not be.
    public var shownEdits: Int
    /// The title is worth reading where the change does not work by itself: `it is called `lr` here`.
    public var isFact: Bool

    /// Advice, or a change where there are edits: all of them together make it.
    public init(
      _ title: String, _ applicability: Applicability = .manual, edits: [Edit] = [], shownEdits: Int = .max, isFact: Bool = false
    ) {
      self.title = title
      self.applicability = applicability
      self.edits = edits
      self.shownEdits = shownEdits
      self.isFact = isFact
    }
  }

  /// One replacement in the text of a file; an insertion has an empty span.
  public struct Edit: Sendable {
    /// What is replaced; it knows its file.
    public var span: SourceSpan
    /// Empty to take the span out.
    public var replacement: String
    /// The words of the replacement that are the point, where the others only go along.
    public var emphasis: String?

    /// - Parameter emphasis: of the replacement; nil where all of it is the point.
    public init(_ span: SourceSpan, _ replacement: String, emphasis: String? = nil) {
      self.span = span
      self.replacement = replacement
      self.emphasis = emphasis
    }
  }
}

extension Diagnostic.Fix {
  /// A help with one replacement.
  public static func replacing(
    _ title: String, _ span: SourceSpan, with text: String, _ applicability: Applicability = .probable
  ) -> Diagnostic.Fix {
    Diagnostic.Fix(title, applicability, edits: [Diagnostic.Edit(span, text)])
  }

  /// A help with text put in at one place.
  public static func inserting(
    _ title: String, _ text: String, at offset: Int, in file: SourceFile, _ applicability: Applicability = .probable
  ) -> Diagnostic.Fix {
    replacing(title, SourceSpan(file, offset, offset), with: text, applicability)
  }
}
