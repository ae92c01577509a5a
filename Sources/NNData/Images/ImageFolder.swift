import NNDiagnostics

/// A folder of pictures in a folder per class, as `Training/<class>/*.jpg`.
struct ImageFolder {
  /// One part: its folder, and the class folders in it.
  struct Part {
    var path: String
    /// In the order of their names; empty where the pictures lie in the folder itself and have no class.
    var classes: [String]
  }

  var path: String
  var train: Part
  /// nil where the folder has no such set of its own.
  var test: Part?
  var validation: Part?

  /// Names of parts that are recognised, in any case of letters.
  private static let trainNames = ["training", "train"]
  private static let testNames = ["testing", "test"]
  private static let validationNames = ["validation", "valid", "val"]

  /// - Parameters:
  ///   - train: as in `data folder "x" train "A" test "B"`; nil to recognise the parts by their names.
  /// - Throws: NN503 with what was found.
  init(_ path: String, train trainName: String?, test testName: String?, at place: SourceSpan?) throws(Diagnostic) {
    self.path = path
    let folders = try ImageFolder.subfolders(path)
    for name in [trainName, testName].compactMap({ $0 }) where DataSearch.kind(of: join(path, name)) != .folder {
      throw ImageFolder.noImages(path, "\(join(path, name))/<class>/*.jpg", folders, place)
    }
    func named(_ names: [String]) -> String? { folders.first { names.contains($0.lowercased()) } }
    let isStated = trainName != nil || testName != nil
    let trainFolder = trainName ?? named(ImageFolder.trainNames)
    guard let trainFolder else {
      let others = ImageFolder.testNames + ImageFolder.validationNames
      guard isStated || !folders.contains(where: { others.contains($0.lowercased()) }) || folders.count > 2 else {
        throw ImageFolder.noImages(path, "\(path)/train/<class>/*.jpg", folders, place)
      }
      train = Part(path: path, classes: folders)
      guard !folders.isEmpty, !isStated else { throw ImageFolder.noImages(path, "\(path)/<class>/*.jpg", folders, place) }
      return
    }
    train = try ImageFolder.part(join(path, trainFolder))
    guard !train.classes.isEmpty else {
      throw ImageFolder.noImages(path, "\(train.path)/<class>/*.jpg", folders, place)
    }
    if let name = isStated ? testName : named(ImageFolder.testNames) { test = try ImageFolder.part(join(path, name)) }
    if !isStated, let name = named(ImageFolder.validationNames) { validation = try ImageFolder.part(join(path, name)) }
    for part in [test, validation].compactMap({ $0 }) where !part.classes.isEmpty { try checkClasses(of: part, place) }
  }

  private static func part(_ path: String) throws(Diagnostic) -> Part { Part(path: path, classes: try subfolders(path)) }

  private static func subfolders(_ path: String) throws(Diagnostic) -> [String] {
    try DataSearch.names(in: path).filter { !isIgnored($0) && DataSearch.kind(of: join(path, $0)) == .folder }
  }

  /// What systems and archivers leave behind.
  static func isIgnored(_ name: String) -> Bool { name.hasPrefix(".") || ["__MACOSX", "Thumbs.db", "desktop.ini"].contains(name) }

  private func checkClasses(of part: Part, _ place: SourceSpan?) throws(Diagnostic) {
    for (has, lacks) in [(train, part), (part, train)] {
      let others = Set(lacks.classes)
      if let name = has.classes.first(where: { !others.contains($0) }) {
        throw Diagnostic(
          .classNames, .error, "\(has.path) has a class `\(name)`, \(lacks.path) has not", at: place,
          notes: [has, lacks].map { "\($0.path): \(listed($0.classes))" })
      }
    }
  }

  private static func noImages(_ path: String, _ expected: String, _ folders: [String], _ place: SourceSpan?) -> Diagnostic {
    // The training part first, as it is written.
    let ordered = folders.filter { trainNames.contains($0.lowercased()) } + folders.filter { !trainNames.contains($0.lowercased()) }
    let here = path.hasPrefix("/") || path.hasPrefix(".") ? path : "./\(path)"
    let found = folders.isEmpty ? "no folders" : ordered.prefix(8).map { "\(path)/\($0)/" }.joined(separator: ", ")
    var problem = Diagnostic(.dataLayout, .error, "no images in \(here): expected \(expected)", at: place, notes: ["found \(found)"])
    let train = folders.first { trainNames.contains($0.lowercased()) }
    let test = folders.first { testNames.contains($0.lowercased()) }
    if let train, let test {
      problem.fixes = [.init("`data folder \"\(lastComponent(path))\" train \"\(train)\" test \"\(test)\"`")]
    }
    return problem
  }

  /// The files of a part with the numbers of their classes, in the order of classes and names.
  /// - Parameter order: the classes in the order of their numbers.
  static func files(_ part: Part, order: [String]) throws(Diagnostic) -> (paths: [String], labels: [Int32]) {
    if part.classes.isEmpty { return (try pictures(part.path), []) }
    var (paths, labels): ([String], [Int32]) = ([], [])
    let numbers = Dictionary(zip(order, 0...), uniquingKeysWith: { first, _ in first })
    for name in part.classes {
      let found = try pictures(join(part.path, name))
      guard !found.isEmpty else { throw Diagnostic(.dataLayout, .error, "the class folder \(join(part.path, name)) holds no images") }
      paths += found
      labels += [Int32](repeating: Int32(clamping: numbers[name] ?? 0), count: found.count)
    }
    return (paths, labels)
  }

  private static func pictures(_ folder: String) throws(Diagnostic) -> [String] {
    try DataSearch.names(in: folder).filter { !isIgnored($0) }.map { join(folder, $0) }
  }
}
