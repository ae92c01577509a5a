import NNDiagnostics

/// The bytes of a table, from a file or made here, and the way from a place in them to a message.
final class TableText: Sendable {
  /// As in messages.
  let name: String
  private let file: MappedFile?
  private let made: [UInt8]

  init(file: MappedFile) {
    name = file.path
    self.file = file
    made = []
  }

  init(name: String, bytes: [UInt8]) {
    self.name = name
    file = nil
    made = bytes
  }

  /// Calls with the first byte and the one behind the last; a byte order mark is left out.
  func withBytes<R>(_ body: (UnsafePointer<UInt8>, UnsafePointer<UInt8>) throws(Diagnostic) -> R) throws(Diagnostic) -> R {
    guard let file else { return try made.withUnsafeBytes { attempt(body, $0) }.get() }
    return try file.reading { bytes throws(Diagnostic) in try attempt(body, bytes).get() }
  }

  private func attempt<R>(
    _ body: (UnsafePointer<UInt8>, UnsafePointer<UInt8>) throws(Diagnostic) -> R, _ raw: UnsafeRawBufferPointer
  ) -> Result<R, Diagnostic> {
    let bytes = raw.assumingMemoryBound(to: UInt8.self)
    guard var start = bytes.baseAddress else {
      return .failure(Diagnostic(.badTable, .error, "\(name) is empty"))
    }
    let limit = start + bytes.count
    if bytes.count >= 3, start[0] == 0xEF, start[1] == 0xBB, start[2] == 0xBF { start += 3 }
    do { return .success(try body(start, limit)) } catch { return .failure(error) }
  }

  /// How much of a table may stay in memory while it is read.
  static let stretch = 1 << 23

  /// Says that these bytes have been read, and will hardly be needed again.
  func release(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) { file?.release(start, end) }

  /// A span from `start` to `end`, with the whole lines around it as its text: at most a few kilobytes of a large file.
  /// - Parameter line: of `start`, from 1.
  func span(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, line: Int, in text: ClosedRange<UnsafePointer<UInt8>>) -> SourceSpan
  {
    let reach = 2000
    var first = start
    while first > text.lowerBound, first[-1] != 10, start - first < reach { first -= 1 }
    var last = max(start, min(end, start + reach))
    while last < text.upperBound, last.pointee != 10, last - start < 2 * reach { last += 1 }
    let bytes = Array(UnsafeBufferPointer(start: first, count: last - first))
    let file = SourceFile(name: name, bytes: bytes, firstLine: line, firstOffset: first - text.lowerBound)
    return SourceSpan(file, start - first, max(start - first, min(end, last) - first))
  }
}
