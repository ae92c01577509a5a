import NNDiagnostics

/// A zip archive as NumPy writes it (PKWARE's APPNOTE 6.3): stored or deflated entries, read by the directory at its end.
struct ZipArchive {
  struct Entry: Equatable {
    var name: String
    var method: Int
    var packed: Int
    var size: Int
    /// Of its local header.
    var offset: Int
    var checksum: Int
  }

  let entries: [Entry]
  private let bytes: UnsafeRawBufferPointer
  private let name: String

  static func isZip(_ bytes: UnsafeRawBufferPointer) -> Bool { bytes.prefix(4).elementsEqual([0x50, 0x4B, 3, 4]) }

  /// - Parameter name: of the file, for messages.
  /// - Throws: NN513 where it is no whole archive.
  init(_ bytes: UnsafeRawBufferPointer, name: String) throws(Diagnostic) {
    self.bytes = bytes
    self.name = name
    let problem = Diagnostic(.badArray, .error, "`\(name)` is not a whole zip archive")
    // The end record has 22 bytes and a comment of at most 65,535.
    let first = max(0, bytes.count - 22 - 65_535)
    guard bytes.count >= 22,
      let end = stride(from: bytes.count - 22, through: first, by: -1).first(where: { ZipArchive.number(bytes, $0, 4) == 0x0605_4B50 })
    else { throw problem }
    var position = ZipArchive.number(bytes, end + 16, 4)
    var entries: [Entry] = []
    for _ in 0..<ZipArchive.number(bytes, end + 10, 2) {
      guard position <= bytes.count - 46, ZipArchive.number(bytes, position, 4) == 0x0201_4B50 else { throw problem }
      func field(_ offset: Int, _ count: Int) -> Int { ZipArchive.number(bytes, position + offset, count) }
      let (nameLength, rest) = (field(28, 2), field(30, 2) + field(32, 2))
      guard position + 46 + nameLength + rest <= bytes.count else { throw problem }
      let text = String(decoding: bytes[(position + 46)..<(position + 46 + nameLength)], as: UTF8.self)
      guard field(20, 4) != 0xFFFF_FFFF, field(24, 4) != 0xFFFF_FFFF, field(42, 4) != 0xFFFF_FFFF else {
        throw Diagnostic(
          .badArray, .error, "`\(text)` in `\(name)` has more than 4 GiB, which is not read", fixes: [.init("save it as .npy")])
      }
      entries.append(
        Entry(name: text, method: field(10, 2), packed: field(20, 4), size: field(24, 4), offset: field(42, 4), checksum: field(16, 4)))
      position += 46 + nameLength + rest
    }
    self.entries = entries
  }

  /// Calls with the bytes of an entry.
  func withBytes<R>(of entry: Entry, _ body: (UnsafeRawBufferPointer) throws(Diagnostic) -> R) throws(Diagnostic) -> R {
    let damaged = Diagnostic(.badArray, .error, "`\(entry.name)` in `\(name)` is damaged")
    guard entry.offset <= bytes.count - 30, ZipArchive.number(bytes, entry.offset, 4) == 0x0403_4B50 else { throw damaged }
    let start = entry.offset + 30 + ZipArchive.number(bytes, entry.offset + 26, 2) + ZipArchive.number(bytes, entry.offset + 28, 2)
    guard start <= bytes.count, entry.packed <= bytes.count - start else { throw damaged }
    let packed = UnsafeRawBufferPointer(rebasing: bytes[start..<start + entry.packed])
    switch entry.method {
    case 0: return try body(packed)
    case 8:
      try Memory.check(entry.size, of: 1, "`\(entry.name)` of `\(name)`")
      let contents: [UInt8]
      do throws(Inflate.Problem) { contents = try Inflate.bytes(of: packed, expected: entry.size, limit: entry.size).bytes } catch {
        throw Diagnostic(.badArray, .error, "`\(entry.name)` in `\(name)` \(error.message)")
      }
      guard contents.count == entry.size, Int(Gzip.crc32(contents)) == entry.checksum else { throw damaged }
      var result: Result<R, Diagnostic>?
      contents.withUnsafeBytes { raw in
        do throws(Diagnostic) { result = .success(try body(raw)) } catch { result = .failure(error) }
      }
      guard let result else { throw damaged }
      return try result.get()
    default:
      throw Diagnostic(
        .badArray, .error, "`\(entry.name)` in `\(name)` is compressed by method \(entry.method); stored and deflated entries are read")
    }
  }

  private static func number(_ bytes: UnsafeRawBufferPointer, _ start: Int, _ count: Int) -> Int {
    guard start >= 0, start <= bytes.count - count else { return -1 }
    return (0..<count).reduce(0) { $0 | Int(bytes[start + $1]) << (8 * $1) }
  }
}
