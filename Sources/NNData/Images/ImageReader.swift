#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Reads image files to the size and channels that a model takes. One thread at a time; its memory is used again and again.
final class ImageReader {
  private var file: [UInt8] = []
  private var picture = Picture()
  private var resizer = Resizer()
  private var jpeg: JPEGDecoder?

  /// The largest file.
  private static let largestFile = 1 << 28

  /// Decodes by what the file holds, whatever its name says; makes it grey or copies grey to RGB; resizes.
  /// - Parameter out: shape[0] x shape[1] x shape[2].
  func read(_ path: String, shape: [Int], into out: UnsafeMutablePointer<UInt8>) throws(ImageProblem) {
    let count = try readFile(path)
    try decode(count)
    fit(shape, out)
  }

  /// The same from bytes in memory.
  func read(_ bytes: UnsafeBufferPointer<UInt8>, shape: [Int], into out: UnsafeMutablePointer<UInt8>) throws(ImageProblem) {
    try decode(bytes)
    fit(shape, out)
  }

  /// Height, width and channels.
  func size(of path: String) throws(ImageProblem) -> [Int] {
    let count = try readFile(path)
    if let size = file.withUnsafeBufferPointer({ ImageHeader.size(UnsafeBufferPointer(rebasing: $0[..<count])) }) {
      // A header may claim anything, and what it claims becomes the input of the network.
      try Picture.checked(height: size[0], width: size[1])
      return size
    }
    try decode(count)
    return [picture.height, picture.width, picture.channels]
  }

  private func decode(_ count: Int) throws(ImageProblem) {
    let result: Result<Void, ImageProblem> = file.withUnsafeBufferPointer { all in
      do throws(ImageProblem) { return .success(try decode(UnsafeBufferPointer(rebasing: all[..<count]))) } catch { return .failure(error) }
    }
    try result.get()
  }

  private func decode(_ bytes: UnsafeBufferPointer<UInt8>) throws(ImageProblem) {
    switch try ImageFormat.recognise(bytes) {
    case .jpeg:
      let decoder = if let jpeg { jpeg } else { try JPEGDecoder() }
      jpeg = decoder
      try decoder.decode(bytes, into: &picture)
    case .png:
      guard let decoder = PNGDecoder.shared else { throw .missingLibrary(.png) }
      try decoder.decode(bytes, into: &picture)
    case .portableMap: try PortableMap.decode(bytes, into: &picture)
    }
  }

  private func fit(_ shape: [Int], _ out: UnsafeMutablePointer<UInt8>) {
    if shape[2] == 1 { picture.makeGrey() }
    let channels = picture.channels
    picture.bytes.withUnsafeBufferPointer { bytes in
      guard let start = bytes.baseAddress else { return }
      resizer.resize(start, height: picture.height, width: picture.width, channels: channels, to: out, shape)
    }
    if channels < shape[2] {
      // From the end, so that no grey value is overwritten before it is copied.
      for pixel in stride(from: shape[0] * shape[1] - 1, through: 0, by: -1) {
        let grey = out[pixel]
        for c in 0..<shape[2] { out[pixel * shape[2] + c] = grey }
      }
    }
  }

  /// - Returns: how many bytes of `file` belong to this one.
  private func readFile(_ path: String) throws(ImageProblem) -> Int {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .broken("it cannot be opened: \(String(cString: strerror(errno)))") }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .broken("it cannot be read: \(String(cString: strerror(errno)))") }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw .broken(status.st_mode & S_IFMT == S_IFDIR ? "it is a folder" : "it is no regular file")
    }
    let size = Int(status.st_size)
    guard size <= ImageReader.largestFile else { throw .broken("it has \(number(size)) bytes, more than any image should") }
    if file.count < size { file = [UInt8](repeating: 0, count: size) }
    var filled = 0
    while filled < size {
      let n = file.withUnsafeMutableBytes { readBytes(descriptor, $0.baseAddress.map { $0 + filled }, size - filled) }
      guard n >= 0 else { throw .broken("it cannot be read: \(String(cString: strerror(errno)))") }
      if n == 0 { break }
      filled += n
    }
    return filled
  }
}

/// The system's `read`, which the method of the same name hides.
private func readBytes(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int { read(descriptor, buffer, count) }
