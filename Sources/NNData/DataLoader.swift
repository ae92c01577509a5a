import NNDiagnostics
import NNRecipe

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Finds data, recognises its layout and reads it.
public struct DataLoader: Sendable {
  let search: DataSearch

  /// - Parameters:
  ///   - environment: `NNC_DATA`, `XDG_DATA_HOME` and `HOME` are looked at.
  ///   - modelFolder: relative paths are tried there after the working directory; nil where there is no model file.
  public init(environment: [String: String] = DataLoader.environment, modelFolder: String? = nil) {
    var folders: [String] = []
    if let folder = environment["NNC_DATA"], !folder.isEmpty { folders.append(folder) }
    folders.append("./data")
    if let folder = environment["XDG_DATA_HOME"], !folder.isEmpty {
      folders.append(join(folder, "nnc"))
    } else if let home = environment["HOME"], !home.isEmpty {
      folders.append(join(home, ".local/share/nnc"))
    }
    search = DataSearch(folders: folders, modelFolder: modelFolder)
  }

  /// What the process's own environment says of where data is.
  public static var environment: [String: String] {
    var values: [String: String] = [:]
    for name in ["NNC_DATA", "XDG_DATA_HOME", "HOME"] { values[name] = getenv(name).map { String(cString: $0) } }
    return values
  }

  /// Reads a data set and divides it.
  ///
  /// A well-known name that is nowhere found is replaced by a generated set, which `Dataset.standIn` then announces.
  /// - Throws: NN501...NN512 with the place in the table, the file, or the statement of the model file.
  public func load(_ source: DataSource, _ request: DataRequest) throws(Diagnostic) -> Dataset {
    let found = try find(source, request)
    var dataset = try found.reader.load(name: found.name)
    if let known = found.standsInFor {
      dataset.standIn = dataset.standIn.map { standInLine(known, $0) }
    }
    return dataset
  }

  /// What can be said without loading: for `check`. nil where the data is not there, or would take long to read.
  /// - Throws: what `load` would, as far as a look shows it.
  public func inspect(_ source: DataSource, _ request: DataRequest, mustExist: Bool = false) throws(Diagnostic) -> DataFacts? {
    let found: FoundData
    do throws(Diagnostic) { found = try find(source, request) } catch {
      if error.code == .dataMissing, !mustExist { return nil }
      throw error
    }
    var facts = try found.reader.inspect(name: found.name)
    facts.isStandIn = found.standsInFor != nil
    let own = found.ownParts
    facts.hasValidation = facts.hasValidation ?? Splitter(request, hasValidation: own.validation, hasTest: own.test).leavesValidation
    return facts
  }

  /// In words: what was recognised, and where it lies.
  public func layout(_ source: DataSource, _ request: DataRequest) throws(Diagnostic) -> String {
    try find(source, request).layout
  }

  /// Whether a source is read as characters.
  public func isText(_ source: DataSource, _ request: DataRequest) throws(Diagnostic) -> Bool {
    try find(source, request).isText
  }

  private func standInLine(_ known: KnownData, _ what: String) -> String {
    let places = search.folders.joined(separator: ", ")
    return "`\(known.rawValue)` was not found in \(places); using a stand-in: \(what) (put the real data there as \(known.realLayout))"
  }
}
