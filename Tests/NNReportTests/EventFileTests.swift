import Testing

@testable import NNReport

@Suite struct EventFileTests {
  /// Reads the frames as TensorFlow's `record_reader.cc` does; nil where a checksum is wrong.
  private func records(_ bytes: [UInt8]) -> [[UInt8]]? {
    var (rest, result) = (bytes[...], [[UInt8]]())
    func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) } }
    while !rest.isEmpty {
      guard rest.count >= 12 else { return nil }
      let head = Array(rest.prefix(8))
      let length = Int(number(head[...]))
      guard UInt64(EventFile.masked(head)) == number(rest.dropFirst(8).prefix(4)), rest.count >= 16 + length else { return nil }
      let record = Array(rest.dropFirst(12).prefix(length))
      guard UInt64(EventFile.masked(record)) == number(rest.dropFirst(12 + length).prefix(4)) else { return nil }
      result.append(record)
      rest = rest.dropFirst(16 + length)
    }
    return result
  }

  @Test func frames() throws {
    var file = EventFile(time: 1.5)
    file.add(step: 300, time: 2, [("loss/train", 0.25)])
    let found = try #require(records(file.bytes))
    // Field 1 is the time as a double, field 3 the version.
    #expect(found[0] == [9, 0, 0, 0, 0, 0, 0, 0xF8, 0x3F, 0x1A, 13] + Array("brain.Event:2".utf8))
    // Field 2 is the step as a varint (300 is 0xAC 0x02), field 5 the summary: a value with a tag and a float.
    let value: [UInt8] = [0x0A, 10] + Array("loss/train".utf8) + [0x15, 0, 0, 0x80, 0x3E]
    #expect(found[1] == [9, 0, 0, 0, 0, 0, 0, 0, 0x40, 0x10, 0xAC, 0x02, 0x2A, UInt8(value.count + 2), 0x0A, UInt8(value.count)] + value)
    var broken = file.bytes
    broken[20] ^= 1
    #expect(records(broken) == nil)
  }
}
