import Foundation
import NNDiagnostics
import NNRecipe
import Testing

@testable import NNData

/// Streams of Python's zlib, gzip and numpy (`compressobj(9, 8, -15)`, with `Z_FIXED` and level 0, `gzip.compress`, `savez_compressed`).
@Suite struct InflateTests {
  private func bytes(_ hex: String) -> [UInt8] {
    let digits = Array(hex)
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(String(digits[$0...$0 + 1]), radix: 16) ?? 0 }
  }

  private func inflated(_ input: [UInt8], limit: Int = 1 << 20) throws -> String {
    String(decoding: try input.withUnsafeBytes { try Inflate.bytes(of: $0, expected: 0, limit: limit).bytes }, as: UTF8.self)
  }

  private let dynamic =
    "1d8ec10100200802ff6c09b8ff0c713d3244402dc76d63d7893c0465df6a565b107cce70b77fca1eea21184fe44b0a2329f8f78ea1d29cb0d32f4943e366bd9bb6422a020648f03f"
    + "82eeef6ada410cff0afd09526eb96ed703"
  private let plain =
    "a\nabacccbaacabb\nacba\nabaaadababadaccdabaacbabdaababdbdabb\ncdb\nacabbabdbacdaadbbcacab\n\n\nbaadaaaddabdb\nbcbd\nabdaddabacb\ndadbcbbbadd\n\nbc\n"
    + "aaad\naadbaaaacababa\nabbaaabdabbcbccaabbbbababda\nbaaabaaacdbdadcada"

  @Test func kindsOfBlocks() throws {
    #expect(try inflated(bytes("010600f9ff73746f726564")) == "stored")
    #expect(try inflated(bytes("cb48cdc9c957c8402701")) == "hello hello hello hello")
    #expect(try inflated(bytes(dynamic)) == plain)
  }

  /// Cut off, changed or too long: an error, and never a trap.
  @Test func damage() {
    let whole = bytes(dynamic)
    for end in 0..<whole.count - 1 { #expect(throws: Inflate.Problem.self) { try inflated(Array(whole[..<end])) } }
    for place in whole.indices {
      for bit in 0..<8 {
        var damaged = whole
        damaged[place] ^= 1 << bit
        _ = try? inflated(damaged)
      }
    }
    #expect(throws: Inflate.Problem("would be more than 0 MiB")) { try inflated(whole, limit: 100) }
    #expect(throws: Inflate.Problem("has a block of a kind that does not exist")) { try inflated([7]) }
  }

  @Test func gzipMembers() throws {
    let two = bytes("1f8b08000000000002034b4c4a0600c241243503000000" + "1f8b08000000000002034b494d030061e1c40c03000000")
    #expect(try two.withUnsafeBytes { try Gzip.contents($0, limit: 100) } == Array("abcdef".utf8))
    var damaged = two
    damaged[15] ^= 1
    #expect(throws: Inflate.Problem.self) { try damaged.withUnsafeBytes { try Gzip.contents($0, limit: 100) } }
  }

  /// A compressed table is read as the table it holds.
  @Test func compressedTable() throws {
    let folder = try TemporaryFolder()
    // gzip.compress(b"a,b,c\n1,2,0\n3,4,1\n5,6,0\n7,8,1\n")
    let packed = bytes("1f8b08000000000002034bd449d249e632d431d231e032d631d131e432d53103b2cd752c806c0065d8075b1e000000")
    let path = try folder.write("t.csv.gz", packed)
    var request = DataRequest()
    request.split.train = .count(4)
    let set = try DataLoader.bare.load(.path(path), request)
    #expect(set.train.floats == [1, 2, 3, 4, 5, 6, 7, 8] && set.train.labels == [0, 1, 0, 1])
  }

  @Test func arrays() throws {
    let folder = try TemporaryFolder()
    let archive =
      "UEsDBC0AAAAIAAAAIQAb+n1h//////////8FABQAeC5ucHkBABAAhgAAAAAAAABMAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loF5Taqiuo6Cell9UUpSYF59flJIKEndLzClO"
      + "BYoXZyQWpAL5GsY6CkaaOgq1CmQDLgZGJmYWVgBQSwMELQAAAAgAAAAhABRHnWT//////////wUAFAB5Lm5weQEAEACYAAAAAAAAAEkAAAAAAAAAm+wX6hsQychQxlCtnpJanFykbqWg"
      + "bpNpoa6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkaxjqaOgq1ChQALgYoYESjAVBLAQItAy0AAAAIAAAAIQAb+n1hTAAAAIYAAAAFAAAAAAAAAAAAAACAAQAAAAB4Lm5weVBL"
      + "AQItAy0AAAAIAAAAIQAUR51kSQAAAJgAAAAFAAAAAAAAAAAAAACAAYMAAAB5Lm5weVBLBQYAAAAAAgACAGYAAAADAQAAAAA="
    let whole = Array(try #require(Data(base64Encoded: archive)))
    let path = try folder.write("d.npz", whole)
    var request = DataRequest()
    request.split.train = .count(3)
    request.split.test = nil
    let set = try DataLoader.bare.load(.npz(path: path, x: "x", y: "y"), request)
    #expect(
      set.train.shape == [2] && set.train.floats == [0, 1, 2, 3, 4, 5] && set.train.labels == [0, 1, 1] && set.classes == ["0", "1"])
    #expect(try DataLoader.bare.load(.path(path), request).train.floats == set.train.floats)
    let missing = try diagnostic { _ = try DataLoader.bare.load(.npz(path: path, x: "u", y: "v"), request) }
    #expect(missing.message.contains("no arrays `u` and `v`") && missing.notes == ["arrays in it: x, y"])
    request.classCount = 1
    let range = try diagnostic { _ = try DataLoader.bare.load(.path(path), request) }
    #expect(range.code == .labelRange && range.message.contains("label 1 of example 1 in `y`"))
    for end in stride(from: 0, to: whole.count - 1, by: 7) {
      let short = try folder.write("short.npz", Array(whole[..<end]))
      #expect(throws: (any Error).self) { try DataLoader.bare.load(.npz(path: short, x: "x", y: "y"), DataRequest()) }
    }
  }
}
