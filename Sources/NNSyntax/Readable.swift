import NNDiagnostics

/// Checks size and encoding. False where the file is no text at all, so that its lines would give nothing but noise.
func isReadable(_ file: SourceFile, _ reports: Reports) -> Bool {
  let start = SourceSpan(file, 0, 0)
  guard file.bytes.count <= Limits.fileSize else {
    reports.add(.limit, "a file of \(file.bytes.count.grouped) bytes is larger than the \(Limits.fileSize.grouped) that are read", start)
    return false
  }
  if file.bytes.starts(with: [0xFF, 0xFE]) || file.bytes.starts(with: [0xFE, 0xFF]) {
    reports.add(.syntax, "the file is UTF-16, not UTF-8", start, "save it as UTF-8")
    return false
  }
  var broken = Places()
  var zeros = Places()
  var offset = 0
  while offset < file.bytes.count {
    let byte = file.bytes[offset]
    if byte == 0 { zeros.add(offset) }
    if byte < 0x80 {
      offset += 1
    } else if let scalar = file.scalar(at: offset) {
      offset += UTF8.width(scalar)
    } else {
      broken.add(offset)
      offset += 1
    }
  }
  zeros.report("a NUL byte in the text", file, reports)
  broken.report("bytes that are not UTF-8", file, reports)
  return zeros.count + broken.count <= 8
}

/// Bytes of one kind that no text has.
private struct Places {
  var first = 0
  var count = 0

  mutating func add(_ offset: Int) {
    if count == 0 { first = offset }
    count += 1
  }

  func report(_ message: String, _ file: SourceFile, _ reports: Reports) {
    guard count > 0 else { return }
    let notes = count > 1 ? ["\(count - 1) more of them in this file"] : []
    let hexadecimal = String(file.bytes[first], radix: 16, uppercase: true)
    let label = file.bytes[first] == 0 ? "" : "the byte 0x\(hexadecimal)"
    reports.add(Diagnostic(.syntax, message, at: SourceSpan(file, first, first + 1), label, notes: notes))
  }
}
