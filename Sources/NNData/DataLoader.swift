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
    switch try find(source, request) {
    case .table(let path, let csv, let hasHeader):
      let text = TableText(file: try MappedFile(path))
      return try TableLoader(text: text, source: csv, hasHeader: hasHeader, request: request).load(name: stem(path))
    case .arrays(let file): return try file.load(name: stem(file.file.path))
    case .collisions:
      var dataset = try Dataset(
        name: KnownData.higgs.rawValue, train: try Collisions.examples(rows: Collisions.rows, threads: request.threads), request)
      dataset.classes = try agreedClasses(found: ["0", "1"], request, in: KnownData.higgs.rawValue)
      dataset.standIn = standInLine(.higgs, "\(number(Collisions.rows)) generated rows of \(Collisions.columns) numbers in two classes")
      return dataset
    case .pictures(let folder, let usualShape):
      return try ImageLoader(folder: folder, request: request, usualShape: usualShape).load(name: lastComponent(folder.path))
    case .packed(let images): return try images.load(name: lastComponent(images.path))
    case .madeTable(let known, let make, let isReal, let csv, let hasHeader):
      let text = TableText(name: "\(known.rawValue).csv", bytes: make(nil))
      var dataset = try TableLoader(text: text, source: csv, hasHeader: hasHeader, request: request).load(name: known.rawValue)
      if !isReal { dataset.standIn = standInLine(known, "a generated table of 20,640 rows with the same columns") }
      return dataset
    case .madeImages(let known, let images):
      return try generate(images, known, request)
    case .text(let path, let lower, let keep):
      let text = TableText(file: try MappedFile(path))
      return try TextLoader(text: text, lower: lower, keep: keep, request: request).load(name: stem(path))
    case .madeText(let known, let make, let lower, let keep):
      let text = TableText(name: "\(known.rawValue).txt", bytes: make())
      var dataset = try TextLoader(text: text, lower: lower, keep: keep, request: request).load(name: known.rawValue)
      dataset.standIn = standInLine(known, "\(number(Play.length)) characters of a generated play")
      return dataset
    case .waves(let steps, let samples): return try Waves(steps: steps, samples: samples, request: request).load()
    }
  }

  /// What can be said without loading: for `check`. nil where the data is not there, or would take long to read.
  /// - Throws: what `load` would, as far as a look shows it.
  public func inspect(_ source: DataSource, _ request: DataRequest, mustExist: Bool = false) throws(Diagnostic) -> DataFacts? {
    let found: Found
    do throws(Diagnostic) { found = try find(source, request) } catch {
      if error.code == .dataMissing, !mustExist { return nil }
      throw error
    }
    var facts = try look(at: found, request)
    let own = found.ownParts
    facts.hasValidation = facts.hasValidation ?? Splitter(request, hasValidation: own.validation, hasTest: own.test).leavesValidation
    return facts
  }

  private func look(at found: Found, _ request: DataRequest) throws(Diagnostic) -> DataFacts {
    switch found {
    case .table(let path, let csv, let hasHeader):
      let text = TableText(file: try MappedFile(path))
      return try TableLoader(text: text, source: csv, hasHeader: hasHeader, request: request).inspect(name: stem(path))
    case .arrays(let file): return try file.inspect(name: stem(file.file.path))
    case .collisions:
      var facts = DataFacts(
        name: KnownData.higgs.rawValue, shape: [Collisions.columns],
        classes: try agreedClasses(found: ["0", "1"], request, in: KnownData.higgs.rawValue))
      facts.features = (1...Collisions.columns).map(String.init)
      facts.count = Collisions.rows
      facts.isStandIn = true
      return facts
    case .pictures(let folder, let usualShape):
      return try ImageLoader(folder: folder, request: request, usualShape: usualShape).inspect(name: lastComponent(folder.path))
    case .packed(let images): return try images.inspect(name: lastComponent(images.path))
    case .madeTable(let known, let make, let isReal, let csv, let hasHeader):
      let text = TableText(name: "\(known.rawValue).csv", bytes: make(isReal ? nil : 64))
      var facts = try TableLoader(text: text, source: csv, hasHeader: hasHeader, request: request).inspect(name: known.rawValue)
      if !isReal { (facts.isStandIn, facts.count) = (true, nil) }
      return facts
    case .madeImages(let known, let images):
      var facts = DataFacts(
        name: known.rawValue, shape: request.shape ?? images.shape,
        classes: try agreedClasses(found: images.classes, request, in: known.rawValue))
      facts.count = images.train.reduce(0, +) + images.test.reduce(0, +)
      facts.isStandIn = true
      return facts
    case .text(let path, let lower, let keep):
      let text = TableText(file: try MappedFile(path))
      return try TextLoader(text: text, lower: lower, keep: keep, request: request).inspect(name: stem(path))
    case .madeText(let known, let make, let lower, let keep):
      let text = TableText(name: "\(known.rawValue).txt", bytes: make())
      var facts = try TextLoader(text: text, lower: lower, keep: keep, request: request).inspect(name: known.rawValue)
      facts.isStandIn = true
      return facts
    case .waves(let steps, let samples): return Waves(steps: steps, samples: samples, request: request).inspect()
    }
  }

  /// In words: what was recognised, and where it lies.
  public func layout(_ source: DataSource, _ request: DataRequest) throws(Diagnostic) -> String {
    switch try find(source, request) {
    case .table(let path, _, _): "a table, \(path)"
    case .pictures(let folder, _): "a folder of images by class, \(folder.path)"
    case .packed(let images): images.layout == .idx ? "IDX files, \(images.path)" : "CIFAR-10's binary files, \(images.path)"
    case .madeTable(let known, _, let isReal, _, _): isReal ? "built in" : "generated in place of \(known.realLayout)"
    case .madeImages(let known, _): "generated in place of \(known.realLayout)"
    case .text(let path, _, _): "a text, \(path)"
    case .madeText(let known, _, _, _): "generated in place of \(known.realLayout)"
    case .waves: "generated by definition"
    case .arrays(let file): "NumPy arrays, \(file.file.path)"
    case .collisions: "generated in place of \(KnownData.higgs.realLayout)"
    }
  }

  /// Whether a source is read as characters.
  public func isText(_ source: DataSource, _ request: DataRequest) throws(Diagnostic) -> Bool {
    switch try find(source, request) {
    case .text, .madeText: true
    case .table, .pictures, .packed, .madeTable, .madeImages, .waves, .arrays, .collisions: false
    }
  }

  // MARK: - What a source means

  /// Data that can be read.
  private enum Found {
    /// `hasHeader`: nil to recognise it.
    case table(path: String, CSVSource, hasHeader: Bool?)
    /// `usualShape`: what a well-known name brings with it.
    case pictures(ImageFolder, usualShape: [Int]?)
    case packed(PackedImages)
    case madeTable(KnownData, @Sendable (_ rows: Int?) -> [UInt8], isReal: Bool, CSVSource, hasHeader: Bool?)
    case madeImages(KnownData, GeneratedImages)
    case text(path: String, lower: Bool, keep: String?)
    case madeText(KnownData, @Sendable () -> [UInt8], lower: Bool, keep: String?)
    case waves(steps: Int, samples: Int)
    case arrays(ArrayFile)
    case collisions

    /// Which parts the data brings along, which `split` leaves as they are; of arrays the file itself says it.
    var ownParts: (validation: Bool, test: Bool) {
      switch self {
      case .pictures(let folder, _): (folder.validation != nil, folder.test != nil)
      case .packed, .madeImages: (false, true)
      case .table, .madeTable, .text, .madeText, .waves, .arrays, .collisions: (false, false)
      }
    }
  }

  private func find(_ source: DataSource, _ request: DataRequest) throws(Diagnostic) -> Found {
    switch source {
    case .named(let name): return try find(name, search.places(named: name), request)
    case .path(let path): return try find(path, search.places(of: path), request)
    case .csv(let csv):
      return try find(csv.path, search.places(of: csv.path), csv: csv, request)
    case .folder(let path, let train, let test): return try find(path, search.places(of: path), parts: (train, test), request)
    case .idx(let path), .cifar(let path): return try find(path, search.places(of: path), request)
    case .text(let path, let lower, let keep): return try findText(path, lower: lower, keep: keep, request)
    case .sine(let steps, let samples): return .waves(steps: steps, samples: samples)
    case .npz(let path, let x, let y):
      let places = search.places(of: path)
      guard let place = search.first(places) else { throw missing(path, places, at: request.statements["data"]) }
      return .arrays(ArrayFile(file: try MappedFile(place), names: (x, y), request: request))
    }
  }

  private func find(
    _ path: String, _ places: [String], csv: CSVSource? = nil, parts: (train: String?, test: String?) = (nil, nil), _ request: DataRequest
  ) throws(Diagnostic) -> Found {
    // `--data` may have named the path; then no line of the model file is to blame.
    let statement = request.statements["data"].flatMap { $0.text.contains("\"\(path)\"") ? $0 : nil }
    if let place = search.first(places) {
      if DataSearch.kind(of: place) == .folder {
        return try find(inFolder: place, known: KnownData(path: path), parts, request, at: statement)
      }
      if csv == nil, KnownData(path: path) == .macbeth { return .text(path: place, lower: true, keep: TextLoader.usualCharacters) }
      if csv == nil, request.takesText { return .text(path: place, lower: false, keep: nil) }
      if csv == nil, place.hasSuffix(".npz") { return .arrays(ArrayFile(file: try MappedFile(place), names: nil, request: request)) }
      let usual = csv ?? KnownData(path: path)?.usualTable(place)
      return .table(path: place, usual ?? CSVSource(path: place), hasHeader: usual?.target == nil && csv == nil ? nil : usual?.header)
    }
    if let known = KnownData(path: path) {
      switch known.generated {
      case .collisions: return .collisions
      case .table(let make, let isReal):
        return .madeTable(known, make, isReal: isReal, csv ?? CSVSource(path: path), hasHeader: csv?.header)
      case .images(let images): return .madeImages(known, images)
      case .text(let make): return .madeText(known, make, lower: true, keep: TextLoader.usualCharacters)
      case .waves: return .waves(steps: request.shape?.first ?? 100, samples: 1000)
      }
    }
    throw missing(path, places, at: statement)
  }

  private func findText(_ path: String, lower: Bool, keep: String?, _ request: DataRequest) throws(Diagnostic) -> Found {
    let places = search.places(of: path)
    if let place = search.first(places) {
      guard DataSearch.kind(of: place) == .file else {
        throw Diagnostic(.dataLayout, .error, "`\(place)` is a folder, not a text", at: request.statements["data"])
      }
      return .text(path: place, lower: lower, keep: keep)
    }
    if let known = KnownData(path: path), case .text(let make) = known.generated {
      return .madeText(known, make, lower: lower, keep: keep)
    }
    throw missing(path, places, at: request.statements["data"])
  }

  private func missing(_ path: String, _ places: [String], at statement: SourceSpan?) -> Diagnostic {
    let names = KnownData.allCases.map(\.rawValue)
    return Diagnostic(
      .dataMissing, .error, "there is no data at `\(path)`", at: statement,
      notes: [search.note(on: path, places), "known by name: \(names.joined(separator: ", "))"],
      fixes: [.init(KnownData.advice(for: path))])
  }

  private func find(
    inFolder folder: String, known: KnownData?, _ parts: (train: String?, test: String?), _ request: DataRequest, at place: SourceSpan?
  ) throws(Diagnostic) -> Found {
    var usual: GeneratedImages?
    if case .images(let images) = known?.generated { usual = images }
    if let layout = PackedImages.recognise(try DataSearch.names(in: folder)) {
      return .packed(PackedImages(path: folder, layout: layout, request: request, knownClasses: usual?.classes))
    }
    let images = try ImageFolder(folder, train: parts.train, test: parts.test, at: place)
    return .pictures(images, usualShape: usual?.shape)
  }

  // MARK: - Generated sets

  private func generate(_ images: GeneratedImages, _ known: KnownData, _ request: DataRequest) throws(Diagnostic) -> Dataset {
    let shape = request.shape ?? images.shape
    guard shape.count == 3, shape[2] == images.shape[2] || (images.shape[2] == 1 && shape[2] == 3),
      shape.allSatisfy({ $0 > 0 && $0 <= 4096 })
    else {
      throw Diagnostic(
        .dataShape, .error, "the model takes \(sizeText(shape)), \(known.rawValue) has images of \(sizeText(images.shape))",
        at: request.statements["input"])
    }
    let classes = try agreedClasses(found: images.classes, request, in: known.rawValue)
    let total = (images.train + images.test).reduce(0, +)
    try Memory.check(total, of: shape.reduce(1, *), "\(counted(total, "image")) of \(sizeText(shape))", at: request.statements["input"])
    let seed = Random.mixed(UInt64(images.name.utf8.reduce(0) { $0 &* 31 &+ Int($1) }))
    let test = images.examples(of: images.test, seed: seed &+ 1, shape: shape, order: classes, threads: request.threads)
    let counts = "\(number(images.train.reduce(0, +))) training and \(number(test.count)) test images of \(sizeText(shape))"
    var dataset = try Dataset(
      name: known.rawValue, train: images.examples(of: images.train, seed: seed, shape: shape, order: classes, threads: request.threads),
      test: test, request)
    dataset.classes = classes
    dataset.standIn = standInLine(known, "\(counts), generated, in the same \(classes.count) classes")
    return dataset
  }

  private func standInLine(_ known: KnownData, _ what: String) -> String {
    let places = search.folders.joined(separator: ", ")
    return "`\(known.rawValue)` was not found in \(places); using a stand-in: \(what) (put the real data there as \(known.realLayout))"
  }

  /// `iris` of `data/iris.csv`.
  private func stem(_ path: String) -> String {
    let name = lastComponent(path)
    return name.split(separator: ".").first.map(String.init) ?? name
  }
}
