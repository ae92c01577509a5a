#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What follows `name` in the first line of a /proc file that starts with it; empty where there is no such file or line.
func systemFileLine(_ path: String, startingWith name: String) -> String {
  let file = open(path, O_RDONLY)
  guard file >= 0 else { return "" }
  defer { close(file) }
  var text: [UInt8] = []
  var piece = [UInt8](repeating: 0, count: 4096)
  // The line of the first processor comes well before this; with hundreds of processors the end of the file does not.
  while text.count < 65536 {
    let count = piece.withUnsafeMutableBytes { read(file, $0.baseAddress, $0.count) }
    guard count > 0 else { break }
    text += piece[..<count]
  }
  for line in text.split(separator: UInt8(ascii: "\n")) where line.starts(with: name.utf8) {
    return String(decoding: line.dropFirst(name.utf8.count), as: UTF8.self)
  }
  return ""
}
