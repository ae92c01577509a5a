import Foundation
import NNDiagnostics
import NNRecipe
import Testing

@testable import NNData

@Suite struct MappedFileTests {
  /// The pages that are gone read as zeros, and the reader's own complaint about them is not what is wrong.
  @Test func aFileThatBecomesShorterIsNoTrap() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("long.bin", [UInt8](repeating: 1, count: 1 << 20))
    let file = try MappedFile(path)
    #expect(try file.reading { $0.count } == 1 << 20)
    var sum = 0
    let error = try diagnostic {
      try file.reading { bytes throws(Diagnostic) in
        truncate(path, 100)
        for byte in bytes { sum += Int(byte) }
        throw Diagnostic(.badTable, .error, "zeros")
      }
    }
    #expect(error.code == .dataLayout && error.message == "\(path) became shorter while it was read")
    // The rest of the page that is left is zeros too (POSIX, mmap).
    #expect(sum == 100)
    // Another mapping is not concerned.
    let other = try MappedFile(try folder.write("other.bin", [1, 2, 3]))
    #expect(try other.reading { $0.count } == 3)
  }

  /// Whoever reads keeps the mapping, even where nobody else holds the file.
  @Test func theMappingLastsWhileItIsRead() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("ones.bin", [UInt8](repeating: 1, count: 3 << 16))
    #expect(try MappedFile(path).reading { bytes in bytes.reduce(0) { $0 + Int($1) } } == 3 << 16)
  }

  @Test func tablesSayIt() throws {
    let folder = try TemporaryFolder()
    let rows = String(repeating: "1,2,0\n3,4,1\n", count: 50_000)
    let path = try folder.write("t.csv", text: "a,b,y\n" + rows)
    let text = TableText(file: try MappedFile(path))
    truncate(path, 40)
    let error = try diagnostic {
      _ = try TableLoader(text: text, source: CSVSource(path: path), hasHeader: true, request: DataRequest()).load(name: "t")
    }
    #expect(error.message == "\(path) became shorter while it was read", "\(error)")
  }
}
