import NNData
import NNDiagnostics
import Testing

/// The headers and the data are what `numpy.save` of NumPy 2 writes.
@Suite struct NumPyArrayTests {
  /// A file with this header, padded to 128 bytes as NumPy does.
  private func file(_ header: String, _ data: [UInt8], version: UInt8 = 1) -> [UInt8] {
    let length = 128 - (version == 1 ? 10 : 12)
    let padded = header + String(repeating: " ", count: length - header.utf8.count - 1) + "\n"
    let size: [UInt8] = version == 1 ? [UInt8(length), 0] : [UInt8(length), 0, 0, 0]
    return [0x93] + Array("NUMPY".utf8) + [version, 0] + size + Array(padded.utf8) + data
  }

  private func read(_ bytes: [UInt8]) throws(Diagnostic) -> NumPyArray {
    do { return try bytes.withUnsafeBytes { try NumPyArray($0, name: "x.npy") } } catch let problem as Diagnostic { throw problem } catch {
      throw Diagnostic(.syntax, .error, "\(error)")
    }
  }

  @Test func floats() throws {
    // numpy.array([[1.5, -2, 3.25], [0, 1e-3, 7]], dtype="<f4")
    let data: [UInt8] = [0, 0, 0xC0, 0x3F, 0, 0, 0, 0xC0, 0, 0, 0x50, 0x40, 0, 0, 0, 0, 0x6F, 0x12, 0x83, 0x3A, 0, 0, 0xE0, 0x40]
    let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }"
    for version: UInt8 in [1, 2, 3] {
      #expect(try read(file(header, data, version: version)) == NumPyArray(shape: [2, 3], values: [1.5, -2, 3.25, 0, 1e-3, 7]))
    }
    #expect(NumPyArray(shape: [2, 3], values: [1.5, -2, 3.25, 0, 1e-3, 7]).encoded() == file(header, data))
  }

  @Test func otherTypes() throws {
    func header(_ type: String, _ shape: String) -> String { "{'descr': '\(type)', 'fortran_order': False, 'shape': \(shape), }" }
    let doubles: [UInt8] = [0x3F, 0xF8, 0, 0, 0, 0, 0, 0, 0xC0, 0x02, 0, 0, 0, 0, 0, 0]
    #expect(try read(file(header(">f8", "(2,)"), doubles)).values == [1.5, -2.25])
    #expect(try read(file(header("|u1", "(2, 2)"), [0, 255, 7, 128])).values == [0, 255, 7, 128])
    #expect(try read(file(header("<i2", "(2,)"), [0xFD, 0xFF, 0x2C, 0x01])).values == [-3, 300])
    #expect(try read(file(header("<f4", "()"), [0, 0, 0x80, 0x40])) == NumPyArray(shape: [], values: [4]))
    #expect(try read(file(header("<f4", "(0, 3)"), [])) == NumPyArray(shape: [0, 3], values: []))
  }

  @Test(arguments: [
    ("{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }", "elements of type `<c8`"),
    ("{'descr': '<f4', 'fortran_order': True, 'shape': (2,), }", "Fortran order"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", "8 bytes of data"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296), }", "no machine could hold"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904,), }", "8 bytes of data"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", "size `-1`"),
    ("{'descr': '<f4', 'fortran_order': Maybe, 'shape': (2,), }", "`Maybe`"),
    ("{'descr': '<f4', 'shape': (2,), }", "without"), ("{'descr': '<f4', 'descr': '<f4', 'shape': (2,), }", "twice"),
    ("{'descr': '<f4', 'extra': 1, 'shape': (2,), }", "`extra`"), ("{'descr': '<f4", "open string"), ("[]", "`{` is missing"),
    ("", "`{` is missing"),
  ])
  func refusals(_ header: String, _ words: String) {
    let problem = #expect(throws: Diagnostic.self) { try read(file(header, [0, 0, 0, 0, 0, 0, 0, 0])) }
    #expect(problem?.code == .badArray)
    #expect(problem?.message.contains(words) == true, "\(problem?.message ?? "")")
  }

  @Test func anyCutOrChangedByteIsReadOrRefused() throws {
    let whole = NumPyArray(shape: [2], values: [1, 2]).encoded()
    for count in 0..<whole.count { #expect(throws: Diagnostic.self) { try read(Array(whole.prefix(count))) } }
    for position in whole.indices {
      for bit in [0x01, 0x20, 0x80] as [UInt8] {
        var changed = whole
        changed[position] ^= bit
        if let array = try? read(changed) { #expect(array.values.count == 2) }
      }
    }
  }
}
