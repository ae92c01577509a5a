import NNDiagnostics
import NNRecipe

/// Data that can be read: from a place that was found, or made.
struct FoundData {
  let reader: any DataReader
  /// `mri`, or the last part of the path.
  let name: String
  /// In words: what was recognised, and where it lies.
  let layout: String
  /// It is read as characters.
  var isText = false
  /// Which parts the data brings along, which `split` leaves as they are; of arrays the file itself says it.
  var ownParts = (validation: false, test: false)
  /// The set that was not found, in whose place this is made.
  var standsInFor: KnownData?

  init(_ reader: any DataReader, _ name: String, layout: String) {
    self.reader = reader
    self.name = name
    self.layout = layout
  }

  /// What is made because a well-known name was not found.
  init(_ reader: any DataReader, _ known: KnownData, isText: Bool = false) {
    self.init(reader, known.rawValue, layout: "generated in place of \(known.realLayout)")
    self.isText = isText
    standsInFor = known
  }
}

/// Finds what a source means.
extension DataLoader {
  func find(_ source: DataSource, _ request: DataRequest) throws(Diagnostic) -> FoundData {
    switch source {
    case .named(let name): return try find(name, search.places(named: name), request)
    case .path(let path): return try find(path, search.places(of: path), request)
    case .csv(let csv): return try find(csv.path, search.places(of: csv.path), csv: csv, request)
    case .folder(let path, let train, let test): return try find(path, search.places(of: path), parts: (train, test), request)
    case .idx(let path), .cifar(let path): return try find(path, search.places(of: path), request)
    case .text(let path, let lower, let keep): return try findText(path, lower: lower, keep: keep, request)
    case .sine(let steps, let samples): return waves(steps: steps, samples: samples, request)
    case .npz(let path, let x, let y):
      let places = search.places(of: path)
      guard let place = search.first(places) else { throw missing(path, places, at: request.statements["data"]) }
      return arrays(place, names: (x, y), request)
    }
  }

  private func find(
    _ path: String, _ places: [String], csv: CSVSource? = nil, parts: (train: String?, test: String?) = (nil, nil), _ request: DataRequest
  ) throws(Diagnostic) -> FoundData {
    // `--data` may have named the path; then no line of the model file is to blame.
    let statement = request.statements["data"].flatMap { $0.text.contains("\"\(path)\"") ? $0 : nil }
    if let place = search.first(places) {
      if DataSearch.kind(of: place) == .folder {
        return try find(inFolder: place, known: KnownData(path: path), parts, request, at: statement)
      }
      if csv == nil, KnownData(path: path) == .macbeth { return text(place, lower: true, keep: TextLoader.usualCharacters, request) }
      if csv == nil, request.takesText { return text(place, lower: false, keep: nil, request) }
      if csv == nil, place.hasSuffix(".npz") { return arrays(place, names: nil, request) }
      let usual = csv ?? KnownData(path: path)?.usualTable(place)
      let hasHeader = usual?.target == nil && csv == nil ? nil : usual?.header
      let table = FileReader(path: place) {
        TableLoader(text: $0, source: usual ?? CSVSource(path: place), hasHeader: hasHeader, request: request)
      }
      return FoundData(table, stem(place), layout: "a table, \(place)")
    }
    if let known = KnownData(path: path) { return made(known, csv ?? CSVSource(path: path), request, isStated: csv != nil) }
    throw missing(path, places, at: statement)
  }

  private func findText(_ path: String, lower: Bool, keep: String?, _ request: DataRequest) throws(Diagnostic) -> FoundData {
    let places = search.places(of: path)
    if let place = search.first(places) {
      guard DataSearch.kind(of: place) == .file else {
        throw Diagnostic(.dataLayout, .error, "`\(place)` is a folder, not a text", at: request.statements["data"])
      }
      return text(place, lower: lower, keep: keep, request)
    }
    if let known = KnownData(path: path), case .text(let make) = known.generated {
      return FoundData(MadeText(known: known, make: make, lower: lower, keep: keep, request: request), known, isText: true)
    }
    throw missing(path, places, at: request.statements["data"])
  }

  private func missing(_ path: String, _ places: [String], at statement: SourceSpan?) -> Diagnostic {
    let names = KnownData.allCases.map(\.rawValue)
    return Diagnostic(
      .dataMissing, .error, "there is no data at `\(path)`", at: statement,
      notes: [search.note(on: path, places), "known by name: \(names.joined(separator: ", "))"], fixes: [.init(KnownData.advice(for: path))]
    )
  }

  private func find(
    inFolder folder: String, known: KnownData?, _ parts: (train: String?, test: String?), _ request: DataRequest, at place: SourceSpan?
  ) throws(Diagnostic) -> FoundData {
    var usual: GeneratedImages?
    if case .images(let images) = known?.generated { usual = images }
    if let layout = PackedImages.recognise(try DataSearch.names(in: folder)) {
      let packed = PackedImages(path: folder, layout: layout, request: request, knownClasses: usual?.classes)
      var found = FoundData(
        packed, lastComponent(folder), layout: layout == .idx ? "IDX files, \(folder)" : "CIFAR-10's binary files, \(folder)")
      found.ownParts.test = true
      return found
    }
    let images = try ImageFolder(folder, train: parts.train, test: parts.test, at: place)
    let loader = ImageLoader(folder: images, request: request, usualShape: usual?.shape)
    var found = FoundData(loader, lastComponent(folder), layout: "a folder of images by class, \(folder)")
    found.ownParts = (images.validation != nil, images.test != nil)
    return found
  }

  // MARK: - One kind each

  private func arrays(_ path: String, names: (x: String, y: String)?, _ request: DataRequest) -> FoundData {
    FoundData(ArrayFile(path: path, names: names, request: request), stem(path), layout: "NumPy arrays, \(path)")
  }

  private func text(_ path: String, lower: Bool, keep: String?, _ request: DataRequest) -> FoundData {
    let reader = FileReader(path: path) { TextLoader(text: $0, lower: lower, keep: keep, request: request) }
    var found = FoundData(reader, stem(path), layout: "a text, \(path)")
    found.isText = true
    return found
  }

  private func waves(steps: Int, samples: Int, _ request: DataRequest) -> FoundData {
    FoundData(Waves(steps: steps, samples: samples, request: request), "sine", layout: "generated by definition")
  }

  /// - Parameter isStated: a statement says whether a table has a header.
  private func made(_ known: KnownData, _ csv: CSVSource, _ request: DataRequest, isStated: Bool) -> FoundData {
    switch known.generated {
    case .collisions: return FoundData(Collisions(request: request), known)
    case .table(let make, let isReal):
      let table = MadeTable(known: known, make: make, isReal: isReal, source: csv, hasHeader: isStated ? csv.header : nil, request: request)
      return isReal ? FoundData(table, known.rawValue, layout: "built in") : FoundData(table, known)
    case .images(let images):
      var found = FoundData(MadeImages(known: known, images: images, request: request), known)
      found.ownParts.test = true
      return found
    case .text(let make):
      let text = MadeText(known: known, make: make, lower: true, keep: TextLoader.usualCharacters, request: request)
      return FoundData(text, known, isText: true)
    case .waves: return waves(steps: request.shape?.first ?? 100, samples: 1000, request)
    }
  }

  /// `iris` of `data/iris.csv`.
  private func stem(_ path: String) -> String {
    let name = lastComponent(path)
    return name.split(separator: ".").first.map(String.init) ?? name
  }
}
