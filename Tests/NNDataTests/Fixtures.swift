import Foundation
import NNDiagnostics
import NNRecipe
import Testing

@testable import NNData

/// `Tests/Reference/data.txt`: numbers from Pillow, PyTorch and numpy; `data.py` beside it made them.
enum ReferenceNumbers {
  private static let entries: [String: [UInt8]] = {
    let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let text = (try? String(contentsOf: tests.appending(path: "Reference/data.txt"), encoding: .utf8)) ?? ""
    var entries: [String: [UInt8]] = [:]
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      let words = line.split(separator: " ")
      if words.count == 2, let data = Data(base64Encoded: String(words[1])) { entries[String(words[0])] = Array(data) }
    }
    return entries
  }()

  static func bytes(_ name: String) throws -> [UInt8] { try #require(entries[name], "data.txt lacks \(name)") }

  static func floats(_ name: String) throws -> [Float] {
    let bytes = try bytes(name)
    return bytes.withUnsafeBytes { raw in (0..<bytes.count / 4).map { raw.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) } }
  }
}

/// A folder that lives as long as the test.
final class TemporaryFolder {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "nnc-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  @discardableResult
  func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    let url = URL(filePath: path).appending(path: name)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
    return url.path
  }

  @discardableResult
  func write(_ name: String, text: String) throws -> String { try write(name, Array(text.utf8)) }
}

extension DataLoader {
  /// Finds nothing by name.
  static let bare = DataLoader(environment: ["NNC_DATA": "/nonexistent", "XDG_DATA_HOME": "/nonexistent"], modelFolder: nil)
}

extension Examples {
  var floats: [Float] {
    switch storage {
    case .floats(let floats): Array(floats)
    case .bytes(let bytes): bytes.map { Float($0) }
    case .files: (0..<count).flatMap { numbers(of: $0) ?? [] }
    case .windows(let windows): windows.values
    }
  }

  var values: [Float] {
    switch targets {
    case .values(let values, _): values
    case .none, .classes, .following: []
    }
  }
}

/// The diagnostic that `body` throws.
func diagnostic(of body: () throws -> Void, sourceLocation: SourceLocation = #_sourceLocation) throws -> Diagnostic {
  let error = #expect(throws: Diagnostic.self, sourceLocation: sourceLocation, performing: body)
  return try #require(error, sourceLocation: sourceLocation)
}

/// A PGM of one level.
func pgm(_ height: Int, _ width: Int, _ level: UInt8) -> [UInt8] {
  Array("P5\n\(width) \(height)\n255\n".utf8) + [UInt8](repeating: level, count: height * width)
}
