import NNDiagnostics
import NNRecipe
import Testing

@testable import NNData

/// Arrays of NumPy in an archive: what their sizes claim is checked before anything is made of it.
@Suite struct ArrayFileTests {
  /// An archive with stored entries.
  private func archive(_ files: [(name: String, bytes: [UInt8])]) -> [UInt8] {
    func number(_ value: Int, _ size: Int) -> [UInt8] { (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
    var (entries, directory): ([UInt8], [UInt8]) = ([], [])
    for file in files {
      let sizes = number(file.bytes.count, 4) + number(file.bytes.count, 4) + number(file.name.utf8.count, 2)
      let before = entries.count
      entries += [0x50, 0x4B, 3, 4] + number(0, 14) + sizes + number(0, 2) + Array(file.name.utf8) + file.bytes
      directory += [0x50, 0x4B, 1, 2] + number(0, 16) + sizes + number(0, 12) + number(before, 4) + Array(file.name.utf8)
    }
    return entries + directory + [0x50, 0x4B, 5, 6] + number(0, 4) + number(files.count, 2) + number(files.count, 2)
      + number(directory.count, 4) + number(entries.count, 4) + number(0, 2)
  }

  /// An array with any shape, whose numbers are missing.
  private func hollow(_ shape: String, _ type: String = "<f4") -> [UInt8] {
    let header = "{'descr': '\(type)', 'fortran_order': False, 'shape': \(shape), }\n"
    return NumPyHeader.magic + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8)
  }

  private func problem(x: [UInt8], y: [UInt8], shape: [Int]? = nil) throws -> Diagnostic {
    let folder = try TemporaryFolder()
    let path = try folder.write("d.npz", archive([("x.npy", x), ("y.npy", y)]))
    var request = DataRequest()
    request.shape = shape
    let loaded = try diagnostic { _ = try DataLoader.bare.load(.path(path), request) }
    let inspected = try diagnostic { _ = try DataLoader.bare.inspect(.path(path), request) }
    #expect(loaded.message == inspected.message)
    return loaded
  }

  /// 2^62 x 2^62 is more than can be counted, and with no examples such an array is a file of a hundred bytes.
  @Test(arguments: ["(0, 4611686018427387904, 4611686018427387904)", "(0, 4)", "(3, 0)", "(0, 4611686018427387904, 4)"])
  func arraysWithoutNumbers(_ shape: String) throws {
    let count = shape.hasPrefix("(3") ? 3 : 0
    let y = NumPyFile(shape: [count], integers: (0..<count).map { Int64($0) }).encoded
    for type in ["<f4", "|u1"] {
      let found = try problem(x: hollow(shape, type), y: y)
      #expect(found.code == .dataShape && found.message.contains("`x` of ") && found.message.hasSuffix("it holds no numbers"), "\(found)")
      #expect(try problem(x: hollow(shape, type), y: y, shape: [1 << 40, 1 << 40, 3]).code == .dataShape)
    }
    let x = NumPyFile(shape: [3, 2], floats: [1, 2, 3, 4, 5, 6]).encoded
    #expect(try problem(x: x, y: hollow("(3, 0)")).message.contains("`y` of "))
  }

  /// Larger than any whole number that the machine counts with.
  @Test func labelsThatAreNoNumbersOfClasses() throws {
    let x = NumPyFile(shape: [3, 2], floats: [1, 2, 3, 4, 5, 6]).encoded
    let folder = try TemporaryFolder()
    for label: Float in [1e30, 100_000, -1, 0.5, .nan, .infinity] {
      let path = try folder.write("d.npz", archive([("x.npy", x), ("y.npy", NumPyFile(shape: [3], floats: [0, 1, label]).encoded)]))
      var request = DataRequest()
      request.target = .classes
      let found = try diagnostic { _ = try DataLoader.bare.load(.path(path), request) }
      #expect(found.code == .labelRange && found.message.contains("of example 2 in `y`"), "\(found)")
    }
  }
}
