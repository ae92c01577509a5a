import NNDiagnostics

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Finds data on disk.
struct DataSearch: Sendable {
  /// Folders that hold data by name, in order.
  var folders: [String]
  /// Where the model file lies; nil where there is none.
  var modelFolder: String?

  enum Kind { case file, folder }

  /// Follows links; nil where there is nothing.
  static func kind(of path: String) -> Kind? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return status.st_mode & S_IFMT == S_IFDIR ? .folder : .file
  }

  /// Names in a folder, in the order of their bytes.
  static func names(in folder: String) throws(Diagnostic) -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    } catch {
      throw Diagnostic(.dataMissing, .error, "the folder \(folder) cannot be read: \(String(cString: strerror(errno)))")
    }
  }

  private static let endings = [".csv", ".txt", ".npz", ".csv.gz", ".txt.gz"]

  /// The places of `--data NAME`, in order: in each folder the folder NAME, then the files NAME.csv, NAME.txt, NAME.npz, and the first two
  /// compressed.
  /// A name that has an ending is taken as it is.
  func places(named name: String) -> [String] {
    let endings = lastComponent(name).contains(".") ? [""] : [""] + DataSearch.endings
    return folders.flatMap { folder in endings.map { join(folder, name + $0) } }
  }

  /// The places of a path in a `data` statement or behind `--data`: as it is, beside the model file, and as a name.
  func places(of path: String) -> [String] {
    if path.hasPrefix("/") { return [path] }
    var places = [path]
    if let modelFolder, !modelFolder.isEmpty, modelFolder != "." { places.append(join(modelFolder, path)) }
    return places + self.places(named: path)
  }

  /// Where a path was looked for, in few words: the endings once.
  func note(on path: String, _ places: [String]) -> String {
    let folders = places.filter { $0.hasSuffix(path) }
    let hasOthers = places.contains { $0.hasSuffix(path + DataSearch.endings[0]) }
    let endings = DataSearch.endings.dropLast().joined(separator: ", ") + " and " + (DataSearch.endings.last ?? "")
    return "looked for \(folders.joined(separator: ", "))" + (hasOthers ? ", also with \(endings)" : "")
  }

  func first(_ places: [String]) -> String? { places.first { DataSearch.kind(of: $0) != nil } }
}

func join(_ folder: String, _ name: String) -> String { folder.hasSuffix("/") ? folder + name : folder + "/" + name }
