/// Why bytes are no safetensors file, in words for a user.
public struct SafetensorsProblem: Error, Equatable, Sendable {
  public var message: String
  public init(_ message: String) { self.message = message }
}

/// The JSON of a safetensors header, read strictly: exactly the grammar of the format, no key twice, no number that does not fit.
struct SafetensorsHeader {
  struct Entry: Equatable {
    var name: String
    var type: String
    var shape: [Int]
    var start: Int
    var end: Int
  }

  let metadata: [String: String]
  let entries: [Entry]

  init(_ bytes: ArraySlice<UInt8>) throws(SafetensorsProblem) {
    var scanner = JSONScanner(bytes)
    var names: Set<String> = []
    var metadata: [String: String] = [:]
    var entries: [Entry] = []
    try scanner.object { scanner, name throws(SafetensorsProblem) in
      guard names.insert(name).inserted else { throw SafetensorsProblem("the name `\(name)` stands twice in the header") }
      if name == "__metadata__" { metadata = try Self.metadata(&scanner) } else { entries.append(try Self.entry(name, &scanner)) }
    }
    guard scanner.isAtEnd else { throw SafetensorsProblem("something follows the object in the header") }
    self.metadata = metadata
    self.entries = entries
  }

  private static func metadata(_ scanner: inout JSONScanner) throws(SafetensorsProblem) -> [String: String] {
    var result: [String: String] = [:]
    try scanner.object { scanner, key throws(SafetensorsProblem) in
      let value = try scanner.string()
      guard result.updateValue(value, forKey: key) == nil else {
        throw SafetensorsProblem("the key `\(key)` stands twice in `__metadata__`")
      }
    }
    return result
  }

  private static func entry(_ name: String, _ scanner: inout JSONScanner) throws(SafetensorsProblem) -> Entry {
    var type: String?
    var shape: [Int]?
    var offsets: [Int]?
    try scanner.object { scanner, key throws(SafetensorsProblem) in
      switch key {
      case "dtype" where type == nil: type = try scanner.string()
      case "shape" where shape == nil: shape = try scanner.numbers()
      case "data_offsets" where offsets == nil: offsets = try scanner.numbers()
      default: throw SafetensorsProblem("unexpected key `\(key)` in the entry of `\(name)`")
      }
    }
    guard let type, let shape, let offsets, offsets.count == 2 else {
      throw SafetensorsProblem("the entry of `\(name)` needs `dtype`, `shape` and two `data_offsets`")
    }
    return Entry(name: name, type: type, shape: shape, start: offsets[0], end: offsets[1])
  }
}
