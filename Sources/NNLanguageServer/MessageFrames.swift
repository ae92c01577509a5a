import NNDiagnostics

/// Cuts the bytes of a stream into messages, each behind a header with its length: the base protocol of the Language Server Protocol, 3.17.
package struct MessageFrames {
  private var bytes: [UInt8] = []

  /// A message of more than this is no edit of a model file.
  package static let longest = 1 << 26

  /// The stream makes no sense any more: where the next message begins is not known.
  package struct Broken: Error, Equatable {
    package let reason: String
  }

  package init() {}

  package mutating func append(_ more: some Sequence<UInt8>) { bytes += more }

  /// The next whole message; nil where more bytes must come first.
  package mutating func next() throws(Broken) -> [UInt8]? {
    guard let end = headerEnd else {
      guard bytes.count < 1 << 14 else { throw Broken(reason: "a header without end") }
      return nil
    }
    let header = String(decoding: bytes[..<end], as: UTF8.self)
    let fields = header.split(whereSeparator: \.isNewline).map { $0.split(separator: ":", maxSplits: 1).map { $0.trimmed(of: " ") } }
    let length = fields.first { $0.count == 2 && $0[0].lowercased() == "content-length" }.flatMap { Int($0[1]) }
    guard let length, (0...MessageFrames.longest).contains(length) else { throw Broken(reason: "a header without a length") }
    let start = end + 4
    guard bytes.count >= start + length else { return nil }
    let message = Array(bytes[start..<(start + length)])
    bytes.removeFirst(start + length)
    return message
  }

  /// Whether a whole message may be waiting.
  package var isEmpty: Bool { bytes.isEmpty }

  package static func framed(_ message: String) -> [UInt8] { Array("Content-Length: \(message.utf8.count)\r\n\r\n\(message)".utf8) }

  private var headerEnd: Int? {
    let mark: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A]
    guard bytes.count >= mark.count else { return nil }
    for start in 0...min(bytes.count - mark.count, 1 << 14) where bytes[start] == mark[0] && bytes[start..<(start + 4)].elementsEqual(mark)
    {
      return start
    }
    return nil
  }
}
