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
        if isText {
          text.block(
            "for place in 0..<\(inputCount) where !(x[place] >= 0 && x[place] < \(vocabulary) && x[place] == Float(Int(x[place])))"
          ) {
            $0.line("throw .notToken(x[place], place: place)")
          }
        }
        text.line("\(type).runStages(weights.memory, scratch.memory\(options.isThreaded ? ", scratch.team" : ""))")
      }
      text.line()
      writeInput(&text, program, as: "writeInput")
      if let stepProgram {
        text.line()
        writeInput(&text, stepProgram, as: "writeStepInput")
      }
      writeScales(&text)
    }
  }

  private var scales: Bool { request.preparation.scale != [1] || request.preparation.shift != [0] }

  private func writeInput(_ text: inout SwiftText, _ program: Program, as name: String) {
    let layout = program.layouts[0]
    let start = Index(plus: program.places[0]).added(to: "memory")
    let what = program.network.carriesStates ? "a step's input" : "an input"
    text.line("/// \(scales ? "Normalises \(what) as the network was trained" : "Copies \(what)"); false where a number is not finite.")
    text.block("static func \(name)(_ x: Floats, _ memory: MutableFloats) -> Bool") { text in
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
  }

  private func writeScales(_ text: inout SwiftText) {
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
      if parts.tensors.contains(where: { if case .winograd = $0.packing { true } else { false } }) {
        text.line()
        text.line(SwiftFile.packWindows)
      }
      text.line()
      text.line(SwiftFile.decode)
    }
  }

  private func writeWeightsInit(_ text: inout SwiftText) {
    if options.weightsFile != nil { return writeReadingInit(&text) }
    text.line("static let embedded = Weights()")
    text.line()
    text.block("private init()") { text in
      text.line("memory = allocate(\(SwiftLiteral.integer(parts.weightCount)))")
      text.line("let tensors = allocate(\(SwiftLiteral.integer(tensorCount)))")
      text.line("defer { tensors.deallocate() }")
      text.line("decode(Weights.text, to: tensors, count: \(SwiftLiteral.integer(tensorCount)))")
      writePacking(&text)
    }
  }

  private func writeReadingInit(_ text: inout SwiftText) {
    text.block("init(_ path: String) throws(Problem)") { text in
      text.line("let tensors = allocate(\(SwiftLiteral.integer(tensorCount)))")
      text.line("defer { tensors.deallocate() }")
      text.line("try WeightsFile.read(path, to: tensors)")
      text.line("memory = allocate(\(SwiftLiteral.integer(parts.weightCount)))")
      writePacking(&text)
    }
  }

  var tensorCount: Int { parts.tensors.reduce(0) { $0 + $1.tensor.values.count } }

  private func writePacking(_ text: inout SwiftText) {
    var start = 0
    for packed in parts.tensors {
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
      for first in stride(from: 0, to: columns, by: width) {
        for row in 0..<rows {
          let to = y + (first &* rows &+ row &* width)
          to.update(from: x + (row &* columns &+ first), count: min(width, columns &- first))
        }
      }
    }
    """

  private static let packWindows = """
    typealias SixDoubles = (Double, Double, Double, Double, Double, Double)

    /// Windows of 3x3 weights as G g Gᵀ of Winograd's F(4x4, 3x3), each of the 36 as panels of `width` columns.
    static func packWindows(_ x: Floats, inputs: Int, columns: Int, width: Int, to y: MutableFloats) {
      let count = inputs &* columns
      let step = inputs &* ((columns &+ width &- 1) / width &* width)
      for input in 0..<inputs {
        for column in 0..<columns {
          let g = x + (input &* columns &+ column)
          let left = sixOfThree(Double(g[0]), Double(g[3 &* count]), Double(g[6 &* count]))
          let middle = sixOfThree(Double(g[count]), Double(g[4 &* count]), Double(g[7 &* count]))
          let right = sixOfThree(Double(g[2 &* count]), Double(g[5 &* count]), Double(g[8 &* count]))
          let to = y + ((column / width &* inputs &+ input) &* width &+ column % width)
          store(sixOfThree(left.0, middle.0, right.0), to, step)
          store(sixOfThree(left.1, middle.1, right.1), to + 6 &* step, step)
          store(sixOfThree(left.2, middle.2, right.2), to + 12 &* step, step)
          store(sixOfThree(left.3, middle.3, right.3), to + 18 &* step, step)
          store(sixOfThree(left.4, middle.4, right.4), to + 24 &* step, step)
          store(sixOfThree(left.5, middle.5, right.5), to + 30 &* step, step)
        }
      }
    }

    /// G g, in double precision.
    @inline(__always)
    static func sixOfThree(_ g0: Double, _ g1: Double, _ g2: Double) -> SixDoubles {
      let outer = g0 + g2
      let far = g0 / 24 + g2 / 6
      return (g0 / 4, -(outer + g1) / 6, (g1 - outer) / 6, far + g1 / 12, far - g1 / 12, g2)
    }

    @inline(__always)
    static func store(_ v: SixDoubles, _ p: MutableFloats, _ step: Int) {
      p[0] = Float(v.0)
      p[step] = Float(v.1)
      p[2 &* step] = Float(v.2)
      p[3 &* step] = Float(v.3)
      p[4 &* step] = Float(v.4)
      p[5 &* step] = Float(v.5)
    }
    """

  private static let decode = """
    /// The bytes of `count` numbers from base64 (RFC 4648) in lines of 120 digits, which are 90 bytes.
    static func decode(_ text: StaticString, to y: MutableFloats, count: Int) {
      let alphabet: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
      withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 256) { digits in
        digits.initialize(repeating: 0)
        for value in 0..<64 { digits[Int(alphabet.utf8Start[value])] = UInt32(value) }
        let bytes = UnsafeMutableRawPointer(y).assumingMemoryBound(to: UInt8.self)
        let (whole, rest) = (count &* 4 / 3, count &* 4 % 3)
        let word = { (group: Int) in
          let p = text.utf8Start + (group &* 4 &+ group / 30)
          return digits[Int(p[0])] &<< 18 | digits[Int(p[1])] &<< 12 | digits[Int(p[2])] &<< 6 | digits[Int(p[3])]
        }
        for group in 0..<whole {
          let value = word(group)
          let to = bytes + group &* 3
          to[0] = UInt8(truncatingIfNeeded: value &>> 16)
          to[1] = UInt8(truncatingIfNeeded: value &>> 8)
          to[2] = UInt8(truncatingIfNeeded: value)
        }
        // One or two bytes are left where the numbers do not come in threes; `=` counts as 0.
        if rest > 0 { bytes[whole &* 3] = UInt8(truncatingIfNeeded: word(whole) &>> 16) }
        if rest > 1 { bytes[whole &* 3 &+ 1] = UInt8(truncatingIfNeeded: word(whole) &>> 8) }
      }
    }
    """

  func writeWeights(_ text: inout SwiftText) {
    guard options.weightsFile == nil else { return writeWeightsFile(&text) }
    text.line()
    text.line("// MARK: Weights")
    text.line()
    text.block("extension \(type).Weights") { text in
      text.line("/// All tensors, one after the other: their numbers as base64 of little-endian bytes.")
      writeBase64(&text, "text", parts.tensors.flatMap(\.tensor.values))
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
