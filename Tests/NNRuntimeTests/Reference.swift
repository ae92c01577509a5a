import Foundation

/// Numbers made by a script in `Tests/Reference`.
func reference<T: Decodable>(_ name: String, as type: T.Type, file: StaticString = #filePath) throws -> T {
  let tests = URL(fileURLWithPath: "\(file)").deletingLastPathComponent().deletingLastPathComponent()
  return try JSONDecoder().decode(type, from: Data(contentsOf: tests.appendingPathComponent("Reference/\(name).json")))
}

/// A folder that is removed when the body ends.
func withTemporaryFolder<T>(_ body: (String) throws -> T) throws -> T {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("nnc-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder.path)
}
