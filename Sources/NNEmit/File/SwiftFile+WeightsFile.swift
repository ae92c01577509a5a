/// Weights in a file beside the code: what is in it, and the code that reads it.
extension SwiftFile {
  /// The tensors of the safetensors file that code with `EmitOptions.weightsFile` reads, by their names there; the last axis is that of the outputs.
  public var tensors: [(name: String, shape: [Int], values: [Float])] {
    parts.tensors.map { ($0.tensor.name, $0.tensor.shape, $0.tensor.values) }
  }

  func writeWeightsFile(_ text: inout SwiftText) {
    text.line()
    text.line("// MARK: The file of weights")
    text.line()
    text.block("extension \(type)") { text in
      text.line("/// A safetensors file: the length of a header, the header, then the numbers.")
      text.block("enum WeightsFile") { text in
        text.line("/// Names and shapes of the tensors, in the order in which their numbers are wanted.")
        text.open("static let tensors: [(name: String, shape: [Int])] = [")
        for packed in parts.tensors {
          text.line("(\(SwiftLiteral.string(packed.tensor.name)), [\(packed.tensor.shape.map(String.init).joined(separator: ", "))]),")
        }
        text.close("]")
        text.line()
        text.line(SwiftFile.read)
      }
    }
  }

  private static let read = """
    /// The numbers of all tensors, one after the other.
    static func read(_ path: String, to y: MutableFloats) throws(Problem) {
      guard let file = fopen(path, "rb") else { throw .weights("cannot open \\(path): \\(String(cString: strerror(errno)))") }
      defer { fclose(file) }
      var length: UInt64 = 0
      guard fread(&length, 8, 1, file) == 1, UInt64(littleEndian: length) < 1 << 24 else {
        throw .weights("\\(path) is no safetensors file")
      }
      let headerLength = Int(UInt64(littleEndian: length))
      var header = [UInt8](repeating: 0, count: headerLength)
      guard fread(&header, 1, headerLength, file) == headerLength else { throw .weights("\\(path) ends within its header") }
      let text = String(decoding: header.filter { $0 != UInt8(ascii: " ") }, as: UTF8.self)
      var to = y
      for tensor in tensors {
        let start = try place(of: tensor, in: text, path)
        let count = tensor.shape.reduce(1, *)
        guard fseek(file, 8 + headerLength + start, SEEK_SET) == 0, fread(to, 4, count, file) == count else {
          throw .weights("\\(path) ends within `\\(tensor.name)`")
        }
        to += count
      }
    }

    /// Where the numbers of a tensor begin, its type and shape checked.
    private static func place(of tensor: (name: String, shape: [Int]), in header: String, _ path: String) throws(Problem) -> Int {
      guard let entry = part(of: header[...], from: "\\"\\(tensor.name)\\":", to: "}") else {
        throw .weights("\\(path) has no tensor `\\(tensor.name)`")
      }
      let type = part(of: entry, from: "\\"dtype\\":\\"", to: "\\"")
      let shape = part(of: entry, from: "\\"shape\\":[", to: "]").map(numbers)
      guard type == "F32", shape == tensor.shape else {
        throw .weights("`\\(tensor.name)` in \\(path) is \\(type ?? "?") \\(shape ?? []), F32 \\(tensor.shape) is needed")
      }
      guard let offsets = part(of: entry, from: "\\"data_offsets\\":[", to: "]").map(numbers), offsets.count == 2, offsets[0] >= 0,
        offsets[0] <= 1 << 48, offsets[1] - offsets[0] == 4 * tensor.shape.reduce(1, *)
      else { throw .weights("the numbers of `\\(tensor.name)` in \\(path) are not where its shape says") }
      return offsets[0]
    }

    /// What stands between two texts.
    private static func part(of text: Substring, from start: String, to end: Character) -> Substring? {
      guard let range = text.firstRange(of: start) else { return nil }
      return text[range.upperBound...].prefix { $0 != end }
    }

    private static func numbers(_ text: Substring) -> [Int] { text.split(separator: ",").map { Int($0) ?? -1 } }
    """
}
