import Testing

@testable import NNReport

@Suite struct PictureTests {
  /// The check values of the two polynomials in the catalogue of parametrised CRC algorithms.
  @Test func checksums() {
    let digits = Array("123456789".utf8)
    #expect(CRC32.ieee.checksum(digits) == 0xCBF4_3926)
    #expect(CRC32.castagnoli.checksum(digits) == 0xE306_9283)
  }

  /// RFC 4648, section 10.
  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
  ])
  func base64Vectors(_ plain: String, _ encoded: String) { #expect(base64(Array(plain.utf8)) == encoded) }

  /// One white pixel: the bytes that Python's zlib and struct give for it (`zlib.crc32`, `zlib.adler32`, stored blocks).
  @Test func onePixel() throws {
    let bytes = try #require(PNGFile.encoded(width: 1, height: 1, channels: 1, pixels: [255]))
    let hex = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    #expect(
      hex == "89504e470d0a1a0a" + "0000000d49484452" + "00000001000000010800000000" + "3a7e9b55"
        + "0000000d49444154" + "7801" + "010200fdff00ff" + "01010100" + "608712b5" + "0000000049454e44ae426082")
  }

  @Test func wrongSizes() {
    #expect(PNGFile.encoded(width: 2, height: 1, channels: 1, pixels: [0]) == nil)
    #expect(PNGFile.encoded(width: 0, height: 1, channels: 1, pixels: []) == nil)
    #expect(PNGFile.encoded(width: 1, height: 1, channels: 2, pixels: [0, 0]) == nil)
  }

  /// More than one stored block: 300 rows of 301 bytes are 90,300.
  @Test func longPictures() throws {
    let bytes = try #require(PNGFile.encoded(width: 100, height: 300, channels: 3, pixels: [UInt8](repeating: 7, count: 90_000)))
    #expect(bytes.count == 8 + 25 + 12 + (2 + 5 + 5 + 90_300 + 4) + 12)
  }

  @Test func thumbnailsAreMeansOfBoxes() throws {
    let small = try #require(Thumbnail(width: 4, height: 2, channels: 1, pixels: [0, 10, 20, 30, 4, 14, 24, 34], limit: 2))
    #expect((small.width, small.height) == (2, 1))
    #expect(small.pixels == [7, 27])
    #expect(Thumbnail(width: 4, height: 2, channels: 1, pixels: [0]) == nil)
    #expect(try #require(Thumbnail(width: 1, height: 1, channels: 1, pixels: [255])).dataURL.hasPrefix("data:image/png;base64,iVBORw0KGgo"))
  }
}
