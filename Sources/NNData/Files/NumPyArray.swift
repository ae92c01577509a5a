import NNDiagnostics

/// An array of NumPy's `.npy` format, versions 1 to 3
/// (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html), as floats in C order.
public struct NumPyArray: Sendable, Equatable {
  /// Empty for a single number.
  public var shape: [Int]
  /// Row-major, as many as the shape says.
  public var values: [Float]

  /// The numbers were whole ones by their type.
  public private(set) var isWhole = false
  /// They were bytes without a sign.
  public private(set) var isBytes = false

  public init(shape: [Int], values: [Float]) {
    self.shape = shape
    self.values = values
  }

  /// Reads a file's bytes; whole numbers and doubles become floats.
  ///
  /// - Parameter name: of the file, for messages.
  /// - Throws: NN513 for anything that is not a complete array of numbers in C order.
  public init(_ bytes: UnsafeRawBufferPointer, name: String) throws(Diagnostic) {
    func problem(_ what: String) -> Diagnostic { Diagnostic(.badArray, .error, "`\(name)` \(what)") }
    let header = try NumPyHeader(bytes, problem: problem)
    guard header.dataStart <= bytes.count else { throw problem("ends inside its header") }
    guard let type = Element(header.type) else {
      throw problem("holds elements of type `\(header.type)`; float32, float64 and whole numbers of 8 to 64 bits are read")
    }
    guard !header.isFortranOrder else { throw problem("is in Fortran order; save `numpy.ascontiguousarray(x)`") }
    var count = 1
    for size in header.shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard !overflow else { throw problem("has a shape that no machine could hold: \(sizes(header.shape))") }
      count = product
    }
    let available = bytes.count - header.dataStart
    guard count <= available / type.size, count * type.size == available else {
      throw problem("has \(available) bytes of data, but its shape \(sizes(header.shape)) of `\(header.type)` needs another number")
    }
    shape = header.shape
    isWhole = type.kind != "f"
    isBytes = type.kind == "u" && type.size == 1
    values = (0..<count).map { type.value(bytes, at: header.dataStart + $0 * type.size) }
  }

  /// A version 1 file of float32, little-endian; what `numpy.load` reads.
  public func encoded() -> [UInt8] { NumPyFile(shape: shape, floats: values).encoded }

  /// `<f4`: byte order, kind, bytes.
  private struct Element {
    let kind: Character
    let size: Int
    let isBigEndian: Bool

    init?(_ text: String) {
      let letters = Array(text)
      guard letters.count == 3, "<>|=".contains(letters[0]), "fiu".contains(letters[1]), let size = letters[2].wholeNumberValue else {
        return nil
      }
      guard letters[1] == "f" ? [4, 8].contains(size) : [1, 2, 4, 8].contains(size) else { return nil }
      kind = letters[1]
      self.size = size
      isBigEndian = letters[0] == ">"
    }

    func value(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Float {
      var bits: UInt64 = 0
      for i in 0..<size { bits |= UInt64(bytes[offset + (isBigEndian ? size - 1 - i : i)]) << UInt64(8 * i) }
      switch (kind, size) {
      case ("f", 4): return Float(bitPattern: UInt32(truncatingIfNeeded: bits))
      case ("f", _): return Float(Double(bitPattern: bits))
      case ("u", _): return Float(bits)
      default:
        let unused = UInt64(64 - 8 * size)
        return Float(Int64(bitPattern: bits << unused) >> Int64(unused))
      }
    }
  }
}

/// `(2, 84, 84, 1)`
private func sizes(_ shape: [Int]) -> String { "(" + shape.map(String.init).joined(separator: ", ") + ")" }
