import NNRecipe

extension DataLoader {
  /// What to read where `--data` is given.
  ///
  /// A path in its place keeps what the statement says about target, header and bins (or the names of the two parts of an image
  /// folder, where they are there); another well-known name brings its own.
  /// - Parameters:
  ///   - statement: the `data` statement; nil where there is none.
  ///   - argument: of `--data`, a path or a name.
  public func source(overriding statement: DataSource?, with argument: String) -> DataSource {
    let known = KnownData(path: argument).flatMap { $0.rawValue == argument ? $0 : nil }
    switch statement {
    case .csv(var csv):
      if let known, known != KnownData(path: csv.path) { return .named(argument) }
      let isFolder = search.first(search.places(of: argument)).map { DataSearch.kind(of: $0) == .folder } ?? false
      if isFolder { return .path(argument) }
      csv.path = argument
      return .csv(csv)
    case .folder(_, let train?, let test):
      guard let folder = search.first(search.places(of: argument)), DataSearch.kind(of: join(folder, train)) == .folder else { break }
      if let test, DataSearch.kind(of: join(folder, test)) != .folder { break }
      return .folder(path: argument, train: train, test: test)
    case .text(_, let lower, let keep):
      // Another text is read as the file says; a name that means something else brings its own.
      if known == nil || known == .macbeth { return .text(path: known == nil ? argument : "\(argument).txt", lower: lower, keep: keep) }
    case .folder, .idx, .cifar, .npz, .sine, .named, .path, nil: break
    }
    return known == nil ? .path(argument) : .named(argument)
  }
}
