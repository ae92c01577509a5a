import Foundation
import Testing

@testable import NNRuntime

@Suite("Safetensors")
struct SafetensorsTests {
  private let file = Safetensors(
    metadata: ["nnc.model": "a \"quoted\" naïve\u{1}name", "format": "pt"],
    tensors: [
      .init(name: "conv1.weight", shape: [2, 1, 1, 1], values: [1.5, -0.0]), .init(name: "fc1.bias", shape: [], values: [.infinity]),
      .init(name: "none", shape: [0, 3], values: []),
    ])

  /// A file from a header's text and as many bytes of numbers.
  private func bytes(_ header: String, data: Int = 0, length: UInt64? = nil) -> [UInt8] {
    let size = length ?? UInt64(header.utf8.count)
    return (0..<8).map { UInt8(truncatingIfNeeded: size >> UInt64(8 * $0)) } + Array(header.utf8) + [UInt8](repeating: 0, count: data)
  }

  @Test func roundTrip() throws {
    let encoded = file.encoded()
    #expect(try Safetensors(decoding: encoded) == file)
    #expect(encoded.count % 8 == 4)
    #expect(encoded == file.encoded())
  }

  /// Bytes written by hand from the format's description: little-endian length, JSON, little-endian numbers.
  @Test func layout() throws {
    let one = Safetensors(tensors: [.init(name: "w", shape: [1], values: [1])])
    let header = "{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}"
    let blanks = String(repeating: " ", count: 56 - header.utf8.count)
    let number: [UInt8] = [0, 0, 0x80, 0x3F]
    let expected = bytes(header + blanks) + number
    #expect(one.encoded() == expected)
  }

  @Test func otherTypes() throws {
    let header =
      "{\"h\":{\"dtype\":\"F16\",\"shape\":[3],\"data_offsets\":[0,6]},\"b\":{\"dtype\":\"BF16\",\"shape\":[1],\"data_offsets\":[6,8]},"
      + " \"d\" : { \"dtype\":\"F64\", \"data_offsets\":[8,16], \"shape\":[1]},\"i\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[16,24]}}\n"
    // 1.5, the smallest subnormal 2^-24 and -inf; 1.0; -2.5; 7.
    let numbers: [UInt8] = [0x00, 0x3E, 0x01, 0x00, 0x00, 0xFC, 0x80, 0x3F, 0, 0, 0, 0, 0, 0, 0x04, 0xC0, 7, 0, 0, 0, 0, 0, 0, 0]
    let read = try Safetensors(decoding: bytes(header) + numbers)
    #expect(read.tensors.map(\.name) == ["h", "b", "d", "i"])
    #expect(read.tensors.map(\.values) == [[1.5, 0x1p-24, -.infinity], [1], [-2.5], [7]])
  }

  @Test(
    "Broken files are refused",
    arguments: [
      ("{", 0), ("", 0), ("[]", 0), ("{} x", 0), ("{}", 4), ("{\"a\":{}}", 0), ("{\"a\":1}", 0),
      (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 3),
      (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 5),
      (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8),
      (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, 8),
      (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, 4),
      (#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, 4),
      (#"{"a":{"dtype":"Q4","shape":[1],"data_offsets":[0,4]}}"#, 4),
      (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}}"#, 4),
      (#"{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 4),
      (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8),
      (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 4),
      (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8),
      (#"{"a":{"dtype":"F32","shape":[4611686018427387904,4611686018427387904],"data_offsets":[0,4]}}"#, 4),
      (#"{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]}}"#, 4),
      (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,9223372036854775807]}}"#, 4),
      (#"{"a":{"dtype":"F32","shape":[01],"data_offsets":[0,4]}}"#, 4),
      (#"{"__metadata__":{"a":"b","a":"c"}}"#, 0), (#"{"__metadata__":{"a":1}}"#, 0), (#"{"\ud800":{}}"#, 0), ("{\"\u{1}\":{}}", 0),
    ] as [(String, Int)])
  func broken(header: String, data: Int) {
    #expect(throws: SafetensorsProblem.self) { try Safetensors(decoding: bytes(header, data: data)) }
  }

  @Test(arguments: [0, 3, 100, 100_000_001, UInt64.max, UInt64(Int64.max)])
  func wrongHeaderLength(length: UInt64) {
    #expect(throws: SafetensorsProblem.self) { try Safetensors(decoding: bytes("{}", length: length)) }
  }

  /// Every file that is cut short, or has one byte changed, is either refused or read; it never ends the program.
  @Test func mutations() {
    let whole = file.encoded()
    for end in whole.indices { #expect(throws: SafetensorsProblem.self) { try Safetensors(decoding: Array(whole[..<end])) } }
    for place in whole.indices {
      for byte: UInt8 in [0, 0x22, 0x2C, 0x39, 0x7B, 0xFF] {
        var changed = whole
        changed[place] = byte
        _ = try? Safetensors(decoding: changed)
      }
    }
  }

  @Test func filesAreReplacedWhole() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/weights"
      try AtomicFile.write("old", to: path)
      try AtomicFile.write([1, 2, 3], to: path)
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data([1, 2, 3]))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["weights"])
      #expect(throws: FileError.self) { try AtomicFile.write("x", to: folder + "/missing/weights") }
      #expect(throws: FileError(path: folder, action: "write", reason: "Is a directory")) { try AtomicFile.write("x", to: folder) }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["weights"])
    }
  }
}
