import NNDiagnostics
import NNSyntax

/// Files that `use` names: each is read and collected once.
final class Library {
  private let readFile: FileReader
  private let facts: DataConstants
  private var loaded: [String: Definitions] = [:]
  /// All files that were read, for their comments.
  private(set) var files: [FileSyntax] = []
  /// In an order in which every file comes after those it uses.
  private var read: [Definitions] = []
  /// The chain of files that are being read, for circles.
  private var open: [String]

  init(main: SourceFile, facts: DataConstants, readFile: @escaping FileReader) {
    self.readFile = readFile
    self.facts = facts
    open = [FilePath.normal(main.name)]
  }

  /// What a `use` brings in, as seen from the file it stands in; nil where it was refused.
  func load(_ use: UseSyntax, from file: SourceFile, _ problems: Problems) -> UsedFile? {
    guard FilePath.isInside(use.path.text) else {
      problems.add(
        .use, "`\(use.path.text)` lies outside of the folder of this file", at: use.path.span,
        notes: ["a file shows what it uses when something is wrong with it, and must not show others of your machine"],
        fixes: [.init("put the library beside `\(file.name)`, or into a folder there")])
      return nil
    }
    let path = FilePath.joined(FilePath.folder(of: file.name), use.path.text)
    if open.contains(path) {
      let circle = (open.drop { $0 != path } + [path]).map { "`\($0)`" }.joined(separator: " → ")
      problems.add(.use, "`use` goes in a circle: \(circle)", at: use.path.span, "leads back")
      return nil
    }
    guard let definitions = loaded[path] ?? collect(path, use, problems) else { return nil }
    loaded[path] = definitions
    return UsedFile(
      syntax: use,
      constants: definitions.ownConstants.map { Constant($0, use: use.span) },
      blocks: definitions.ownBlocks.map { block in
        let copy = BlockDefinition(
          name: block.name, syntax: block.syntax, home: definitions, span: use.span, visibleFrom: use.span.end)
        copy.isCyclic = block.isCyclic
        return copy
      })
  }

  func computeConstants(_ problems: Problems) {
    for definitions in read { definitions.computeConstants(problems) }
  }

  private func collect(_ path: String, _ use: UseSyntax, _ problems: Problems) -> Definitions? {
    guard open.count < 32 else {
      problems.add(.limit, "`use` inside `use` goes deeper than 32 files", at: use.path.span)
      return nil
    }
    let file: SourceFile
    switch readFile(path) {
    case .success(let text): file = text
    case .failure(let problem):
      problems.add(
        .use, "cannot read `\(use.path.text)`: \(problem.reason)", at: use.path.span, "looked for as `\(path)`",
        notes: ["the path is relative to the file that names it"])
      return nil
    }
    open.append(path)
    defer { open.removeLast() }
    let (syntax, syntaxProblems) = parse(file)
    files.append(syntax)
    for problem in syntaxProblems { problems.add(problem) }
    let definitions = Definitions(file: file, facts: facts)
    var collector = Collector(definitions, problems, self)
    collector.collect(syntax, overrides: .none)
    read.append(definitions)
    return isLibrary(collector, use, problems) ? definitions : nil
  }

  private func isLibrary(_ collector: Collector, _ use: UseSyntax, _ problems: Problems) -> Bool {
    let reason: String
    let place: SourceSpan
    if let stage = collector.stages.first {
      (reason, place) = ("it has a network", stage.span)
    } else if let header = collector.headerOrder.first {
      (reason, place) = ("it has the statement `\(header.word.text)`", header.span)
    } else {
      return true
    }
    problems.add(
      .use, "`\(use.path.text)` is not a library: \(reason) (line \(place.startPosition.line))", at: use.path.span,
      notes: ["a library holds nothing but `let`, `block` and `use`"], fixes: [.init("move its blocks to a file of their own")])
    return false
  }
}

/// Reads a file by its path; the caller opens files, this module never does.
public typealias FileReader = (_ path: String) -> Result<SourceFile, FileProblem>

/// Why a file cannot be read, in a few words: `no such file`.
public struct FileProblem: Error, Sendable {
  /// Lower case, without a full stop; it stands behind `cannot read …:`.
  public let reason: String

  /// - Parameter reason: in a few words.
  public init(_ reason: String) { self.reason = reason }
}

/// Paths as text.
package enum FilePath {
  /// With its `/`; empty for a path without one.
  package static func folder(of path: String) -> String { path.lastIndex(of: "/").map { String(path[...$0]) } ?? "" }

  /// A path that is meant relative to a folder.
  package static func joined(_ folder: String, _ path: String) -> String { path.hasPrefix("/") ? normal(path) : normal(folder + path) }

  /// A path that does not lead out of the folder it is relative to.
  package static func isInside(_ path: String) -> Bool {
    !path.hasPrefix("/") && normal(path).split(separator: "/").first != ".."
  }

  /// Without `.` and, where a folder stands before it, `..`.
  static func normal(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != ".." { parts.removeLast() } else { parts.append(part) }
    }
    return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
  }

  /// `mri` of `examples/mri.nn`
  static func stem(of path: String) -> String {
    let name = path.lastIndex(of: "/").map { path[path.index(after: $0)...] } ?? path[...]
    guard let point = name.lastIndex(of: "."), point > name.startIndex else { return String(name) }
    return String(name[..<point])
  }
}
