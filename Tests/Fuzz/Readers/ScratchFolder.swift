import Foundation

/// A folder of this process for files that are read once.
public final class ScratchFolder: Sendable {
  public let path: String

  /// In memory where the system has such a place: a fuzzer writes thousands of files a second.
  public init() throws {
    let memory = "/dev/shm"
    let parent = FileManager.default.isWritableFile(atPath: memory) ? URL(filePath: memory) : FileManager.default.temporaryDirectory
    let folder = parent.appending(path: "nnc-readers-\(UUID().uuidString)")
    for name in ["idx", "cifar", "images/a", "images/b"] {
      try FileManager.default.createDirectory(at: folder.appending(path: name), withIntermediateDirectories: true)
    }
    path = folder.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// - Returns: the path of the file.
  @discardableResult
  func write(_ name: String, _ bytes: [UInt8]) -> String {
    let place = path + "/" + name
    guard let file = fopen(place, "wb") else { preconditionFailure("\(place) cannot be written") }
    precondition(fwrite(bytes, 1, bytes.count, file) == bytes.count, "\(place) cannot be written")
    fclose(file)
    return place
  }
}
