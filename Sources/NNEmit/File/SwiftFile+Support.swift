import NNLayers

/// What stands between the interface and the stages: the input's preparation, memory and weights, the self-test.
extension SwiftFile {
  func writePreparation(_ text: inout SwiftText) {
    text.block("extension \(type)") { text in
      text.line("/// Checks and prepares an input, and runs the network on it.")
      text.block("func prepare(_ input: UnsafeBufferPointer<Float>, _ scratch: Scratch) throws(Problem)") { text in
        text.line("guard let x = input.baseAddress, input.count == \(inputCount) else { throw .inputCount(input.count) }")
        text.block("guard \(type).writeInput(x, scratch.memory) else") { text in
          text.line("let place = input.firstIndex { !$0.isFinite } ?? 0")
          text.line("throw .notFinite(input[place], place: place)")
        }
        text.line("\(type).runStages(weights.memory, scratch.memory)")
      }
      text.line()
      writeInput(&text)
    }
  }

  private var scales: Bool { request.preparation.scale != [1] || request.preparation.shift != [0] }

  private func writeInput(_ text: inout SwiftText) {
    let layout = program.layouts[0]
    let start = Index(plus: program.places[0]).added(to: "memory")
    text.line("/// \(scales ? "Normalises an input as the network was trained" : "Copies an input"); false where a number is not finite.")
    text.block("static func writeInput(_ x: Floats, _ memory: MutableFloats) -> Bool") { text in
      text.line("let y = \(start)")
      text.line("// Numbers that are not finite have the largest exponent.")
      text.line("var largest: UInt32 = 0")
      let isPerChannel = max(request.preparation.scale.count, request.preparation.shift.count) > 1
      let isFlat = !isPerChannel && layout.pixelStep == layout.channels
      let (rows, pixels, run) = isFlat ? (layout.height, 1, layout.width * layout.channels) : (layout.height, layout.width, layout.channels)
      writeLoop(&text, "row", rows) { text, row in
        writeLoop(&text, "column", pixels) { text, column in
          text.block("for i in 0..<\(run)") { text in
            let from = Index((row, layout.width * layout.channels), (column, layout.channels), ("i", 1))
            text.line("let value = x[\(from)]")
            text.line("largest = max(largest, value.bitPattern & 0x7FFF_FFFF)")
            text.line("y[\(Index((row, layout.rowStep), (column, layout.pixelStep), ("i", 1)))] = \(normalized("value"))")
          }
        }
      }
      text.line("return largest < 0x7F80_0000")
    }
    if max(request.preparation.scale.count, request.preparation.shift.count) > 1 {
      text.line()
      text.line("/// Of each channel: what it is multiplied by, and what is added then.")
      writeNumbers(&text, "inputScale", request.preparation.scale)
      writeNumbers(&text, "inputShift", request.preparation.shift)
    }
  }

  private func writeLoop(_ text: inout SwiftText, _ variable: String, _ count: Int, _ write: (inout SwiftText, String) -> Void) {
    guard count > 1 else { return write(&text, "0") }
    text.block("for \(variable) in 0..<\(count)") { write(&$0, variable) }
  }

  private func normalized(_ value: String) -> String {
    guard scales else { return value }
    let (scale, shift) = (request.preparation.scale, request.preparation.shift)
    if scale.count == 1, shift.count == 1 { return shift[0] == 0 ? "\(value) * \(scale[0])" : "\(value) * \(scale[0]) + \(shift[0])" }
    let place = { (count: Int) in count == 1 ? "0" : count == model.input.channels ? "i" : "i % \(count)" }
    return "\(value) * inputScale[\(place(scale.count))] + inputShift[\(place(shift.count))]"
  }

  private func writeNumbers(_ text: inout SwiftText, _ name: String, _ values: [Float]) {
    let line = "static let \(name): [Float] = [\(values.map { "\($0)" }.joined(separator: ", "))]"
    guard line.count > 130 else { return text.line(line) }
    text.open("static let \(name): [Float] = [")
    for value in values { text.line("\(value),") }
    text.close("]")
  }

  // MARK: Memory and weights

  func writeSupport(_ text: inout SwiftText) {
    text.block("extension \(type)") { text in
      text.line(SwiftFile.allocate)
      text.line()
      if !options.processor.requiredFlags.isEmpty {
        writeProcessorCheck(&text)
        text.line()
      }
      text.line("/// The weights as the stages read them.")
      text.block("final class Weights: @unchecked Sendable") { text in
        text.line("/// Not written after `init`.")
        text.line("let memory: MutableFloats")
        text.line()
        writeWeightsInit(&text)
        text.line()
        text.line("deinit { memory.deallocate() }")
      }
      text.line()
      text.line(SwiftFile.pack)
      if program.tensors.contains(where: { if case .winograd = $0.packing { true } else { false } }) {
        text.line()
        text.line(SwiftFile.packWindows)
      }
      if options.weightsFile == nil || !request.examples.isEmpty {
        text.line()
        text.line(SwiftFile.decode)
      }
    }
  }

  private func writeWeightsInit(_ text: inout SwiftText) {
    text.line("static let embedded = Weights()")
    text.line()
    text.block("private init()") { text in
      text.line("memory = allocate(\(SwiftLiteral.integer(program.weightCount)))")
      text.line("let tensors = allocate(\(SwiftLiteral.integer(tensorCount)))")
      text.line("defer { tensors.deallocate() }")
      text.line("decode(Weights.text, to: tensors, count: \(SwiftLiteral.integer(tensorCount)))")
      writePacking(&text)
    }
  }

  var tensorCount: Int { program.tensors.reduce(0) { $0 + $1.tensor.values.count } }

  private func writePacking(_ text: inout SwiftText) {
    var start = 0
    for packed in program.tensors {
      let from = Index(plus: start).added(to: "tensors")
      let to = Index(plus: packed.place).added(to: "memory")
      text.line("// \(packed.tensor.name) [\(packed.tensor.shape.map(String.init).joined(separator: ", "))]")
      switch packed.packing {
      case .panels(let width):
        text.line("pack(\(from), rows: \(packed.tensor.rows), columns: \(packed.tensor.columns), width: \(width), to: \(to))")
      case .winograd(let width):
        text.line(
          "packWindows(\(from), inputs: \(packed.tensor.rows / 9), columns: \(packed.tensor.columns), width: \(width), to: \(to))")
      }
      start += packed.tensor.values.count
    }
  }

  private static let allocate = """
    /// Memory of zeros for so many numbers, at the start of a cache line.
    static func allocate(_ count: Int) -> MutableFloats {
      let bytes = UnsafeMutableRawPointer.allocate(byteCount: max(1, count) * MemoryLayout<Float>.stride, alignment: 64)
      let memory = bytes.bindMemory(to: Float.self, capacity: max(1, count))
      memory.initialize(repeating: 0, count: max(1, count))
      return memory
    }
    """

  private static let pack = """
    /// A matrix as panels of `width` columns, each row by row; missing columns stay zero.
    static func pack(_ x: Floats, rows: Int, columns: Int, width: Int, to y: MutableFloats) {
      for row in 0..<rows {
        for column in 0..<columns {
          y[(column / width &* rows &+ row) &* width &+ column % width] = x[row &* columns &+ column]
        }
      }
    }
    """

  private static let packWindows = """
    /// Windows of 3x3 weights as G g Gᵀ of Winograd's F(4x4, 3x3), each of the 36 as panels of `width` columns.
    static func packWindows(_ x: Floats, inputs: Int, columns: Int, width: Int, to y: MutableFloats) {
      let count = inputs &* columns
      let step = inputs &* ((columns &+ width &- 1) / width &* width)
      for place in 0..<count {
        let (input, column) = (place / columns, place % columns)
        let to = y + ((column / width &* inputs &+ input) &* width &+ column % width)
        let top = sixOfThree(x[place], x[3 &* count &+ place], x[6 &* count &+ place])
        let middle = sixOfThree(x[count &+ place], x[4 &* count &+ place], x[7 &* count &+ place])
        let bottom = sixOfThree(x[2 &* count &+ place], x[5 &* count &+ place], x[8 &* count &+ place])
        for row in 0..<6 {
          let values = sixOfThree(Float(top[row]), Float(middle[row]), Float(bottom[row]))
          for column in 0..<6 { to[(row &* 6 &+ column) &* step] = Float(values[column]) }
        }
      }
    }

    /// G g, in double precision; the last two of eight numbers are unused.
    static func sixOfThree(_ g0: Float, _ g1: Float, _ g2: Float) -> SIMD8<Double> {
      let (g0, g1, g2) = (Double(g0), Double(g1), Double(g2))
      let outer = g0 + g2
      let far = g0 / 24 + g2 / 6
      return SIMD8(g0 / 4, -(outer + g1) / 6, (g1 - outer) / 6, far + g1 / 12, far - g1 / 12, g2, 0, 0)
    }
    """

  private static let decode = """
    /// The bytes of `count` numbers from base64 (RFC 4648), line ends skipped.
    static func decode(_ text: StaticString, to y: MutableFloats, count: Int) {
      var table = [UInt8](repeating: 0xFF, count: 256)
      let alphabet: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
      for value in 0..<64 { table[Int(alphabet.utf8Start[value])] = UInt8(value) }
      let characters = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
      let bytes = UnsafeMutableRawPointer(y).assumingMemoryBound(to: UInt8.self)
      table.withUnsafeBufferPointer { table in
        var word: UInt32 = 0
        var digits = 0
        var place = 0
        for character in characters {
          let value = table[Int(character)]
          guard value < 64 else { continue }
          word = word &<< 6 | UInt32(value)
          digits &+= 1
          guard digits & 3 == 0 else { continue }
          for shift: UInt32 in [16, 8, 0] where place < count &* 4 {
            bytes[place] = UInt8(truncatingIfNeeded: word &>> shift)
            place &+= 1
          }
        }
        // One or two bytes are left where the numbers do not come in threes.
        let rest = digits & 3
        if rest > 1 { bytes[place] = UInt8(truncatingIfNeeded: word &>> (rest == 2 ? 4 : 10)) }
        if rest > 2 { bytes[place &+ 1] = UInt8(truncatingIfNeeded: word &>> 2) }
      }
    }
    """

  func writeWeights(_ text: inout SwiftText) {
    guard options.weightsFile == nil else { return }
    text.line()
    text.line("// MARK: Weights")
    text.line()
    text.block("extension \(type).Weights") { text in
      text.line("/// All tensors, one after the other: their numbers as base64 of little-endian bytes.")
      writeBase64(&text, "text", program.tensors.flatMap(\.tensor.values))
    }
  }

  func writeBase64(_ text: inout SwiftText, _ name: String, _ values: [Float]) {
    text.open("static let \(name): StaticString = \"\"\"")
    for line in SwiftLiteral.base64(values) { text.line(line) }
    text.line("\"\"\"")
    text.unindent()
  }

  // MARK: Self-test

  func writeSelfTest(_ text: inout SwiftText) {
    let examples = request.examples
    let width = inputCount + outputCount
    text.line()
    text.line("// MARK: Self-test")
    text.line()
    text.block("extension \(type)") { text in
      text.line("/// Runs the network on inputs whose outputs are known.")
      text.line("///")
      text.line("/// - Throws: `selfTest` where an output differs by more than 1e-4 of the largest.")
      text.block("public func selfTest() throws(Problem)") { text in
        text.line("let numbers = \(type).allocate(\(examples.count * width))")
        text.line("defer { numbers.deallocate() }")
        text.line("\(type).decode(\(type).selfTestText, to: numbers, count: \(examples.count * width))")
        text.line("let scratch = Scratch()")
        text.block("for example in 0..<\(examples.count)") { text in
          text.line("let input = UnsafeBufferPointer(start: numbers + example * \(width), count: \(inputCount))")
          text.line("let expected = UnsafeBufferPointer(start: numbers + (example * \(width) + \(inputCount)), count: \(outputCount))")
          text.line("try prepare(input, scratch)")
          text.line("let output = prediction(scratch).\(outputsName)")
          text.line("let largest = expected.reduce(0) { max($0, abs($1)) }")
          text.line("let difference = zip(output, expected).reduce(0) { max($0, abs($1.0 - $1.1)) }")
          text.line("guard difference <= 1e-4 * largest else { throw .selfTest(difference: difference / largest) }")
        }
      }
      text.line()
      text.line("/// Raw inputs, each followed by the outputs of the network that this file was made from.")
      writeBase64(&text, "selfTestText", examples.flatMap { $0.input + $0.output })
    }
  }
}
