/// Decodes PNG through the simplified interface of libpng 1.6, opened when the first picture needs it.
struct PNGDecoder: @unchecked Sendable {
  /// `png_image` of `png.h`: a pointer, six words of 32 bits, the kind of error, and 64 characters of message.
  private struct Image {
    static let size = 104
    static let version = 8
    static let width = 12
    static let height = 16
    static let format = 20
    static let message = 36
  }

  /// Flags of `format`.
  private enum Format {
    static let alpha: UInt32 = 1
    static let colour: UInt32 = 2
  }

  private let begin: @convention(c) (UnsafeMutableRawPointer, UnsafePointer<UInt8>, Int) -> Int32
  private let finish:
    @convention(c) (UnsafeMutableRawPointer, UnsafeRawPointer?, UnsafeMutablePointer<UInt8>, Int32, UnsafeRawPointer?) -> Int32
  private let free: @convention(c) (UnsafeMutableRawPointer) -> Void

  /// nil where the library is not installed.
  static let shared = PNGDecoder()

  private init?() {
    let names = [
      "libpng16.so.16", "libpng16.so", "libpng16.dylib", "/opt/homebrew/opt/libpng/lib/libpng16.dylib",
      "/usr/local/opt/libpng/lib/libpng16.dylib",
    ]
    guard let library = DynamicLibrary(names),
      let begin = library.function(
        "png_image_begin_read_from_memory",
        as: (@convention(c) (UnsafeMutableRawPointer, UnsafePointer<UInt8>, Int) -> Int32).self),
      let finish = library.function(
        "png_image_finish_read",
        as: (@convention(c) (UnsafeMutableRawPointer, UnsafeRawPointer?, UnsafeMutablePointer<UInt8>, Int32, UnsafeRawPointer?) -> Int32)
          .self),
      let free = library.function("png_image_free", as: (@convention(c) (UnsafeMutableRawPointer) -> Void).self)
    else { return nil }
    self.begin = begin
    self.finish = finish
    self.free = free
  }

  /// Grey stays grey, colours and palettes become RGB, transparency is dropped (as Pillow's `convert` does).
  func decode(_ bytes: UnsafeBufferPointer<UInt8>, into picture: inout Picture) throws(ImageProblem) {
    guard let start = bytes.baseAddress else { throw .broken("it is empty") }
    let result: Result<Void, ImageProblem> = withUnsafeTemporaryAllocation(byteCount: Image.size, alignment: 16) { memory in
      guard let image = memory.baseAddress else { return .failure(.broken("it cannot be decoded")) }
      memory.initializeMemory(as: UInt8.self, repeating: 0)
      image.storeBytes(of: 1, toByteOffset: Image.version, as: UInt32.self)
      defer { free(image) }
      do throws(ImageProblem) { return .success(try decode(image, start, bytes.count, &picture)) } catch { return .failure(error) }
    }
    try result.get()
  }

  private func decode(
    _ image: UnsafeMutableRawPointer, _ start: UnsafePointer<UInt8>, _ count: Int, _ picture: inout Picture
  ) throws(ImageProblem) {
    guard begin(image, start, count) != 0 else { throw .broken(reason(image)) }
    let format = image.load(fromByteOffset: Image.format, as: UInt32.self) & (Format.alpha | Format.colour)
    image.storeBytes(of: format, toByteOffset: Image.format, as: UInt32.self)
    let kept = format & Format.colour == 0 ? 1 : 3
    let channels = kept + Int(format & Format.alpha)
    try picture.resize(
      height: Int(image.load(fromByteOffset: Image.height, as: UInt32.self)),
      width: Int(image.load(fromByteOffset: Image.width, as: UInt32.self)), channels: channels)
    let status = picture.bytes.withUnsafeMutableBufferPointer { out in
      out.baseAddress.map { finish(image, nil, $0, 0, nil) } ?? 0
    }
    guard status != 0 else { throw .broken(reason(image)) }
    if channels > kept { picture.dropChannels(to: kept) }
  }

  private func reason(_ image: UnsafeMutableRawPointer) -> String {
    let text = String(cString: (image + Image.message).assumingMemoryBound(to: CChar.self))
    return text.contains("read beyond end") || text.contains("Not enough") ? "it is truncated" : "it cannot be decoded: \(text)"
  }
}
