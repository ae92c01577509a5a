/// Decodes JPEG through libturbojpeg, opened when the first picture needs it.
///
/// Version 3 of the library has its own functions (`tj3…`); version 2, as in Debian 12, has only the older ones.
struct TurboJPEG: @unchecked Sendable {
  typealias Handle = UnsafeMutableRawPointer
  typealias Bytes = UnsafePointer<UInt8>

  /// nil where the library is not installed.
  static let shared = TurboJPEG()

  fileprivate enum Interface {
    case version3(Version3)
    case version2(Version2)
  }

  fileprivate struct Version3 {
    var initialize: @convention(c) (Int32) -> Handle?
    var readHeader: @convention(c) (Handle, Bytes, Int) -> Int32
    var get: @convention(c) (Handle, Int32) -> Int32
    var decompress: @convention(c) (Handle, Bytes, Int, UnsafeMutablePointer<UInt8>, Int32, Int32) -> Int32
    var message: @convention(c) (Handle?) -> UnsafePointer<CChar>?
    var destroy: @convention(c) (Handle) -> Void
  }

  /// Sizes are an `unsigned long`: as wide as `UInt` on the systems that nnc runs on.
  fileprivate struct Version2 {
    var initialize: @convention(c) () -> Handle?
    /// Width, height, subsampling, colour space.
    var readHeader:
      @convention(c) (
        Handle, Bytes, UInt, UnsafeMutablePointer<Int32>, UnsafeMutablePointer<Int32>, UnsafeMutablePointer<Int32>,
        UnsafeMutablePointer<Int32>
      ) -> Int32
    /// Out, width, bytes per row (0: packed), height, pixel format, flags.
    var decompress: @convention(c) (Handle, Bytes, UInt, UnsafeMutablePointer<UInt8>, Int32, Int32, Int32, Int32, Int32) -> Int32
    var message: @convention(c) (Handle?) -> UnsafePointer<CChar>?
    var destroy: @convention(c) (Handle) -> Int32
  }

  fileprivate let interface: Interface

  private init?() {
    let names = [
      "libturbojpeg.so.0", "libturbojpeg.so", "libturbojpeg.dylib", "/opt/homebrew/opt/jpeg-turbo/lib/libturbojpeg.dylib",
      "/usr/local/opt/jpeg-turbo/lib/libturbojpeg.dylib",
    ]
    guard let library = DynamicLibrary(names) else { return nil }
    if let functions = Version3(library) {
      interface = .version3(functions)
    } else if let functions = Version2(library) {
      interface = .version2(functions)
    } else {
      return nil
    }
  }
}

extension TurboJPEG.Version3 {
  fileprivate init?(_ library: DynamicLibrary) {
    guard let initialize = library.function("tj3Init", as: (@convention(c) (Int32) -> TurboJPEG.Handle?).self),
      let readHeader = library.function(
        "tj3DecompressHeader", as: (@convention(c) (TurboJPEG.Handle, TurboJPEG.Bytes, Int) -> Int32).self),
      let get = library.function("tj3Get", as: (@convention(c) (TurboJPEG.Handle, Int32) -> Int32).self),
      let decompress = library.function(
        "tj3Decompress8",
        as: (@convention(c) (TurboJPEG.Handle, TurboJPEG.Bytes, Int, UnsafeMutablePointer<UInt8>, Int32, Int32) -> Int32).self),
      let message = library.function("tj3GetErrorStr", as: (@convention(c) (TurboJPEG.Handle?) -> UnsafePointer<CChar>?).self),
      let destroy = library.function("tj3Destroy", as: (@convention(c) (TurboJPEG.Handle) -> Void).self)
    else { return nil }
    self.init(initialize: initialize, readHeader: readHeader, get: get, decompress: decompress, message: message, destroy: destroy)
  }
}

extension TurboJPEG.Version2 {
  fileprivate init?(_ library: DynamicLibrary) {
    typealias Size = UnsafeMutablePointer<Int32>
    typealias Out = UnsafeMutablePointer<UInt8>
    guard let initialize = library.function("tjInitDecompress", as: (@convention(c) () -> TurboJPEG.Handle?).self),
      let readHeader = library.function(
        "tjDecompressHeader3", as: (@convention(c) (TurboJPEG.Handle, TurboJPEG.Bytes, UInt, Size, Size, Size, Size) -> Int32).self),
      let decompress = library.function(
        "tjDecompress2",
        as: (@convention(c) (TurboJPEG.Handle, TurboJPEG.Bytes, UInt, Out, Int32, Int32, Int32, Int32, Int32) -> Int32).self),
      let message = library.function("tjGetErrorStr2", as: (@convention(c) (TurboJPEG.Handle?) -> UnsafePointer<CChar>?).self),
      let destroy = library.function("tjDestroy", as: (@convention(c) (TurboJPEG.Handle) -> Int32).self)
    else { return nil }
    self.init(initialize: initialize, readHeader: readHeader, decompress: decompress, message: message, destroy: destroy)
  }
}

/// One decoder of the library; one thread at a time.
final class JPEGDecoder {
  private let library: TurboJPEG
  private let handle: TurboJPEG.Handle

  /// Constants of `turbojpeg.h`.
  private enum Constant {
    static let decompressor: Int32 = 1
    static let width: Int32 = 5
    static let height: Int32 = 6
    static let colours: Int32 = 8
    static let grey: Int32 = 2
    static let cmyk: Int32 = 3
    static let pixelsRGB: Int32 = 0
    static let pixelsGrey: Int32 = 6
    static let accurateDCT: Int32 = 4096
  }

  /// - Throws: `missingLibrary`.
  init() throws(ImageProblem) {
    guard let library = TurboJPEG.shared else { throw .missingLibrary(.jpeg) }
    let handle: TurboJPEG.Handle?
    switch library.interface {
    case .version3(let functions): handle = functions.initialize(Constant.decompressor)
    case .version2(let functions): handle = functions.initialize()
    }
    guard let handle else { throw .missingLibrary(.jpeg) }
    self.library = library
    self.handle = handle
  }

  deinit {
    switch library.interface {
    case .version3(let functions): functions.destroy(handle)
    case .version2(let functions): _ = functions.destroy(handle)
    }
  }

  /// Grey pictures stay grey, all others become RGB.
  func decode(_ bytes: UnsafeBufferPointer<UInt8>, into picture: inout Picture) throws(ImageProblem) {
    guard let start = bytes.baseAddress else { throw .broken("it is empty") }
    let (width, height, colours) = try header(start, bytes.count)
    guard width > 0, height > 0 else { throw .broken("its header is incomplete") }
    guard colours < Constant.cmyk else { throw .broken("its colours are CMYK; save it as RGB or grey") }
    let isGrey = colours == Constant.grey
    try picture.resize(height: Int(height), width: Int(width), channels: isGrey ? 1 : 3)
    let pixels = isGrey ? Constant.pixelsGrey : Constant.pixelsRGB
    let status = picture.bytes.withUnsafeMutableBufferPointer { out -> Int32 in
      guard let out = out.baseAddress else { return -1 }
      return switch library.interface {
      case .version3(let functions): functions.decompress(handle, start, bytes.count, out, 0, pixels)
      case .version2(let functions):
        functions.decompress(handle, start, UInt(bytes.count), out, width, 0, height, pixels, Constant.accurateDCT)
      }
    }
    let message = status == 0 ? "" : message()
    // Stray bytes between markers do no harm; every other complaint means that pixels are missing or wrong.
    guard status == 0 || message.contains("extraneous bytes") else {
      throw .broken(message.contains("Premature end") ? "it is truncated" : "it cannot be decoded: \(message)")
    }
  }

  private func header(_ start: TurboJPEG.Bytes, _ count: Int) throws(ImageProblem) -> (width: Int32, height: Int32, colours: Int32) {
    switch library.interface {
    case .version3(let functions):
      if functions.readHeader(handle, start, count) == 0 {
        return (functions.get(handle, Constant.width), functions.get(handle, Constant.height), functions.get(handle, Constant.colours))
      }
    case .version2(let functions):
      var (width, height, sampling, colours): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
      if functions.readHeader(handle, start, UInt(count), &width, &height, &sampling, &colours) == 0 { return (width, height, colours) }
    }
    throw .broken("its header cannot be read: \(message())")
  }

  private func message() -> String {
    let text =
      switch library.interface {
      case .version3(let functions): functions.message(handle)
      case .version2(let functions): functions.message(handle)
      }
    return text.map { String(cString: $0) } ?? "no reason given"
  }
}
