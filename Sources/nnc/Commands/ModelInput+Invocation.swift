import NNData
import NNDiagnostics
import NNGraph
import NNRecipe
import NNRuntime

extension ModelInput {
  /// The model file that a command line names, with what it says besides.
  init(_ path: String, _ invocation: Invocation) throws(Diagnostic) {
    self.init(try ModelFile.read(path), path, invocation)
  }

  /// A file that is read already, from `path`.
  init(_ file: SourceFile, _ path: String, _ invocation: Invocation) {
    let folder = path == "-" ? nil : path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    var options = CheckOptions()
    options.input = invocation.text(.input)
    options.memory = Memory.available
    options.settings = ModelInput.settings(invocation)
    options.readFile = { path in
      do throws(FileProblem) { return .success(try ModelFile.contents(of: path)) } catch { return .failure(error) }
    }
    self.init(file, data: invocation.text(.data), loader: DataLoader(modelFolder: folder), options: options)
  }

  /// `--set`, then the options that are short for one.
  private static func settings(_ invocation: Invocation) -> [(name: String, value: String)] {
    invocation.assignments(.set) + [CommandOption.epochs, .seed].compactMap { option in invocation.text(option).map { (option.name, $0) } }
  }
}

extension Problem {
  /// - Parameters:
  ///   - console: nil where what is noteworthy has been told already.
  ///   - store: data sets that others have loaded, and will need.
  init(_ input: ModelInput, threads: Int?, console: Console?, store: DatasetStore? = nil) throws {
    func load(_ source: DataSource, _ request: DataRequest) throws(Diagnostic) -> Dataset {
      guard let store else { return try input.loader.load(source, request) }
      return try store.dataset(source, request) { () throws(Diagnostic) in try input.loader.load(source, request) }
    }
    try self.init(input, threads: threads, load: load) { notice in
      switch notice {
      case .standIn(let line): console?.note(line)
      case .warnings(let warnings): console?.report(warnings)
      }
    }
  }
}

extension ModelInput {
  /// Why there is no model to work with, where a check has found one or left something open.
  /// - Parameter purpose: `to check`
  func problems(of result: CheckResult, for purpose: String) -> [Diagnostic] {
    guard result.isOK else { return result.diagnostics }
    guard result.library == nil else { return [Diagnostic(.syntax, .error, "`\(file.name)` has no network \(purpose)")] }
    // What a check leaves open, a run has to know.
    return check(isForRun: true).diagnostics
  }
}
