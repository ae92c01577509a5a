import Testing

@testable import NNData

@Suite struct ImageReading {
  private static let sizes = [[13, 17], [5, 6], [13, 4], [20, 31]]

  private func read(_ bytes: [UInt8], _ shape: [Int], name: String = "picture") throws -> [UInt8] {
    let folder = try TemporaryFolder()
    let path = try folder.write(name, bytes)
    var out = [UInt8](repeating: 0, count: shape.reduce(1, *))
    try out.withUnsafeMutableBufferPointer { try ImageReader().read(path, shape: shape, into: #require($0.baseAddress)) }
    return out
  }

  /// The same bytes as Pillow: its filter is followed to the bit, and libturbojpeg decodes with the transform that Pillow's own
  /// libjpeg-turbo takes.
  private func compare(_ name: String) throws {
    let file = try ReferenceNumbers.bytes(name)
    for (mode, channels) in [("L", 1), ("RGB", 3)] {
      for size in ImageReading.sizes {
        let expected = try ReferenceNumbers.bytes("\(name).\(mode).\(size[0])x\(size[1])")
        #expect(try read(file, size + [channels]) == expected, "\(name) as \(mode) at \(size)")
      }
    }
  }

  @Test(.enabled(if: TurboJPEG.shared != nil, "libturbojpeg is not installed"), arguments: ["grey.jpg", "rgb.jpg", "progressive.jpg"])
  func jpegAsPillow(_ name: String) throws { try compare(name) }

  @Test(.enabled(if: PNGDecoder.shared != nil, "libpng is not installed"), arguments: ["grey.png", "rgb.png", "rgba.png", "palette.png"])
  func pngAsPillow(_ name: String) throws { try compare(name) }

  @Test(arguments: ["grey.pgm", "rgb.ppm"]) func portableMapsAsPillow(_ name: String) throws { try compare(name) }

  @Test func textMapsAndOtherRanges() throws {
    #expect(try read(Array("P2 # levels\n3 1\n4\n0 2 4\n".utf8), [1, 3, 1]) == [0, 128, 255])
    #expect(try read(Array("P3 1 1 255 10 20 30".utf8), [1, 1, 3]) == [10, 20, 30])
    #expect(try read(Array("P5 2 1 65535\n".utf8) + [0xFF, 0xFF, 0x80, 0], [1, 2, 1]) == [255, 128])
  }

  @Test(.enabled(if: PNGDecoder.shared != nil, "libpng is not installed"))
  func theContentDecidesNotTheName() throws {
    let bytes = try read(ReferenceNumbers.bytes("grey.png"), [13, 17, 1], name: "wrong.jpg")
    #expect(try bytes == ReferenceNumbers.bytes("grey.png.L.13x17"))
  }

  @Test func headersGiveTheSize() throws {
    for (name, size) in [
      ("grey.jpg", [13, 17, 1]), ("rgb.jpg", [13, 17, 3]), ("progressive.jpg", [13, 17, 3]), ("rgba.png", [13, 17, 3]),
    ] {
      #expect(try ReferenceNumbers.bytes(name).withUnsafeBufferPointer { ImageHeader.size($0) } == size, "\(name)")
    }
  }

  private func reason(_ bytes: [UInt8]) throws -> String {
    let problem = #expect(throws: ImageProblem.self) { try read(bytes, [4, 4, 1]) }
    guard case .broken(let reason) = try #require(problem) else { throw NotThere() }
    return reason
  }

  @Test func whatIsNoImageIsSaid() throws {
    #expect(try reason([]) == "it is empty")
    #expect(try reason(Array("hello".utf8)) == "it is not an image")
    #expect(try reason(ReferenceNumbers.bytes("picture.gif")) == "it is a GIF file; nnc reads JPEG, PNG, PGM and PPM")
    #expect(try reason(Array("P5 4 4 255\nab".utf8)) == "it is truncated")
    #expect(try reason(Array("P5 4".utf8)) == "it is truncated")
    #expect(try reason(Array("P2 1 1 10 11".utf8)) == "it holds 11, more than its largest value 10")
    #expect(try reason(Array("P5 99999999 99999999 255\n".utf8)).contains("more than 100,000,000 pixels"))
    #expect(try reason(Array("P5 0 3 255\n".utf8)) == "its size is 3x0")
  }

  @Test(.enabled(if: TurboJPEG.shared != nil, "libturbojpeg is not installed")) func brokenJPEGs() throws {
    let whole = try ReferenceNumbers.bytes("rgb.jpg")
    #expect(try reason(Array(whole.prefix(whole.count - 60))) == "it is truncated")
    #expect(try reason(Array(whole.prefix(40))) == "its header is incomplete")
    #expect(try reason(ReferenceNumbers.bytes("cmyk.jpg")) == "its colours are CMYK; save it as RGB or grey")
  }

  @Test(.enabled(if: PNGDecoder.shared != nil, "libpng is not installed")) func brokenPNGs() throws {
    let whole = try ReferenceNumbers.bytes("rgb.png")
    #expect(try reason(Array(whole.prefix(whole.count - 60))) == "it is truncated")
    var damaged = whole
    damaged[60] ^= 0xFF
    #expect(try reason(damaged).hasPrefix("it cannot be decoded"))
  }

  /// What a header claims becomes the input of a network without one: no such memory is taken. Found by libFuzzer.
  @Test func claimedSizesAreBounded() throws {
    let folder = try TemporaryFolder()
    var bytes = try ReferenceNumbers.bytes("grey.png")
    bytes.replaceSubrange(16..<20, with: [0x7F, 0xFF, 0xFF, 0xFF])
    let path = try folder.write("a/huge.png", bytes)
    try folder.write("b/small.pgm", pgm(2, 2, 0))
    let problem = #expect(throws: ImageProblem.self) { try ImageReader().size(of: path) }
    guard case .broken(let reason) = try #require(problem) else { throw NotThere() }
    #expect(reason == "it claims to be 13x2147483647, more than 100,000,000 pixels")
    let error = try diagnostic { _ = try DataLoader.bare.load(.path(folder.path), DataRequest()) }
    #expect(error.message.hasSuffix("a/huge.png: \(reason)"), "\(error)")
  }

  /// Every truncation and every changed byte gives a picture or a reason, and never a trap.
  @Test(arguments: ["rgb.jpg", "progressive.jpg", "palette.png", "rgb.ppm"]) func damagedFilesDoNotTrap(_ name: String) throws {
    let whole = try ReferenceNumbers.bytes(name)
    let folder = try TemporaryFolder()
    let reader = ImageReader()
    var out = [UInt8](repeating: 0, count: 16)
    var random = Random(seed: 1)
    var problems = 0
    for round in 0..<200 {
      var bytes = round.isMultiple(of: 4) ? Array(whole.prefix(random.below(whole.count))) : whole
      for _ in 0..<3 where !bytes.isEmpty { bytes[random.below(bytes.count)] = UInt8(random.below(256)) }
      let path = try folder.write("damaged", bytes)
      do { try out.withUnsafeMutableBufferPointer { try reader.read(path, shape: [4, 4, 1], into: #require($0.baseAddress)) } } catch {
        problems += 1
      }
    }
    #expect(problems >= 25)
  }
}
