import NNGraph
import NNLayers

/// What a caller of the emitted code sees.
extension SwiftFile {
  func writeInterface(_ text: inout SwiftText) {
    for line in typeComment { text.line(line) }
    text.block("public struct \(type): Sendable") { text in
      writeFacts(&text)
      text.line()
      writeInitializer(&text)
      text.line()
      text.line("typealias Floats = UnsafePointer<Float>")
      text.line("typealias MutableFloats = UnsafeMutablePointer<Float>")
    }
    text.line()
    writePrediction(&text)
    text.line()
    writePredict(&text)
    text.line()
    writePreparation(&text)
    text.line()
    writeStream(&text)
    writeSupport(&text)
  }

  private var typeComment: [String] {
    let title = SwiftLiteral.comment(model.title ?? "The network `\(model.name)`")
    return [
      "/// \(title): \(model.input) numbers in, \(gives) out; \(SwiftLiteral.integer(parameterCount)) parameters.",
      "///",
      "///     let network = try \(type)(\(options.weightsFile.map { "weights: \(SwiftLiteral.string($0))" } ?? ""))",
      "///     let prediction = try network.predict(numbers)",
    ] + stateComment
  }

  private var stateComment: [String] {
    guard model.isStateful else { return [] }
    let goesOn = stepProgram == nil ? "" : "; a `Stream` carries it on from step to step"
    return ["///", "/// A window begins with a state of zeros\(goesOn)."]
  }

  private var gives: String {
    switch request.meaning {
    case .classes: (rowWidth == 1 ? "one of two classes" : "one of \(rowWidth) classes") + (rows > 1 ? " for each step" : "")
    case .values: outputCount == 1 ? "one number" : "\(model.output) numbers"
    }
  }

  /// Rows of the output: steps of a sequence, each with a result of its own.
  private var rows: Int { if case .sequence(let steps, _) = model.output { steps } else { 1 } }
  private var rowWidth: Int { outputCount / rows }

  var parameterCount: Int { model.nodes.flatMap(\.weights).reduce(0) { $0 + ($1.isTrained ? $1.count : 0) } }

  private var inputMeaning: String {
    switch model.input.kind {
    case .vector: "The numbers of one row of the table, as the data holds them."
    case .image: "Height, width and channels: row by row, the channels of a pixel together; raw, as the data holds them."
    case .sequence: "Steps, and numbers per step; as the data holds them."
    case .tokens: "Steps, each a whole number below the size of the vocabulary."
    }
  }

  private func writeFacts(_ text: inout SwiftText) {
    text.line("/// \(inputMeaning)")
    text.line("public static let inputShape = [\(dimensions(model.input))]")
    text.line("public static let inputCount = \(SwiftLiteral.integer(inputCount))")
    text.line("public static let outputShape = [\(dimensions(model.output))]")
    text.line("public static let outputCount = \(SwiftLiteral.integer(outputCount))")
    text.line("public static let parameterCount = \(SwiftLiteral.integer(parameterCount))")
    if case .classes = request.meaning {
      text.line("/// The names of the classes, by number.")
      let names = classNames.map(SwiftLiteral.string)
      let line = "public static let classes = [\(names.joined(separator: ", "))]"
      if line.count <= 130 {
        text.line(line)
      } else {
        text.open("public static let classes = [")
        for name in names { text.line("\(name),") }
        text.close("]")
      }
    }
  }

  private func dimensions(_ shape: Shape) -> String { shape.dimensions.map(String.init).joined(separator: ", ") }

  /// Those of the data, or numbers.
  private var classNames: [String] {
    guard case .classes(let names, _, _) = request.meaning else { return [] }
    let count = max(2, rowWidth)
    return names.count == count ? names : (0..<count).map(String.init)
  }

  private func writeInitializer(_ text: inout SwiftText) {
    text.line("let weights: Weights")
    text.line()
    if let file = options.weightsFile {
      text.line("/// Reads the weights from a safetensors file.")
      text.line("///")
      text.line("/// - Parameter path: of the file written beside this one: \(SwiftLiteral.comment(file)).")
      text.line("/// - Throws: where the file cannot be read, or holds other tensors\(processorClause).")
      text.block("public init(weights path: String) throws(Problem)") { text in
        writeCallOfCheck(&text)
        text.line("weights = try Weights(path)")
      }
    } else {
      text.line("/// Takes the weights from this file; all networks of this type share them.")
      if !options.processor.requiredFlags.isEmpty {
        text.line("///")
        text.line("/// - Throws: where the processor lacks the instructions this file is compiled for.")
      }
      text.block("public init() throws(Problem)") { text in
        writeCallOfCheck(&text)
        text.line("weights = Weights.embedded")
      }
    }
  }

  private var processorClause: String {
    options.processor.requiredFlags.isEmpty ? "" : ", or where the processor lacks the instructions this file is compiled for"
  }

  private func writeCallOfCheck(_ text: inout SwiftText) {
    if !options.processor.requiredFlags.isEmpty { text.line("try \(type).checkProcessor()") }
  }

  // MARK: Prediction

  private func writePrediction(_ text: inout SwiftText) {
    text.block("extension \(type)") { text in
      text.line("/// What the network says of one input.")
      text.block("public struct Prediction: Sendable, Equatable") { text in
        switch request.meaning {
        case .classes(_, let isProbability, _):
          text.line(rows > 1 ? "/// The number of each step's class." : "/// The number of the class.")
          text.line(rows > 1 ? "public let classIndices: [Int]" : "public let classIndex: Int")
          text.line("/// \(outputsMeaning(isProbability))\(rows > 1 ? " Step by step." : "")")
          text.line("public let \(outputsName): [Float]")
          text.line()
          text.line(
            rows > 1
              ? "public var classNames: [String] { classIndices.map { \(type).classes[$0] } }"
              : "public var className: String { \(type).classes[classIndex] }")
        case .values:
          text.line("/// In the unit of the data.")
          text.line("public let values: [Float]")
        }
      }
      text.line()
      writeProblem(&text)
    }
  }

  var vocabulary: Int { model.input.vocabulary }
  var isText: Bool { model.input.kind == .tokens }

  private func outputsMeaning(_ isProbability: Bool) -> String {
    if rowWidth == 1 { return isProbability ? "The probability of the second class." : "Large for the second class." }
    return isProbability ? "Of each class; they sum to 1." : "Of each class; the largest decides."
  }

  var outputsName: String {
    switch request.meaning {
    case .classes(_, let isProbability, _): isProbability ? "probabilities" : "scores"
    case .values: "values"
    }
  }

  private func writePredict(_ text: inout SwiftText) {
    text.block("extension \(type)") { text in
      text.line("/// Memory to work in, for one thread at a time; made once and used for any number of predictions.")
      text.block("public final class Scratch") { text in
        if options.isThreaded {
          text.line("let memory: MutableFloats")
          text.line("let team: Team")
          text.line()
          text.line(
            "/// - Parameter threads: that share the work of a prediction, the caller's among them; as many as there are cores unless said otherwise."
          )
          text.block("public init(threads: Int? = nil)") { text in
            text.line("team = Team(threads ?? Team.cores)")
            text.line("memory = allocate(\(program.valueCount) + team.count * \(program.stageScratch))")
          }
        } else {
          text.line("let memory = allocate(\(program.valueCount + program.stageScratch))")
          text.line()
          text.line("public init() {}")
        }
        text.line()
        text.line("deinit { memory.deallocate() }")
      }
      text.line()
      text.line(SwiftFile.predictArrays)
      text.line()
      writePredictInPlace(&text)
      text.line()
      writeMeaning(&text)
    }
  }

  private static let predictArrays = """
    /// - Throws: `inputCount` or `notFinite`.
    public func predict(_ input: [Float]) throws(Problem) -> Prediction { try predict(input, using: Scratch()) }

    /// The same with memory that is there already.
    public func predict(_ input: [Float], using scratch: Scratch) throws(Problem) -> Prediction {
      try input.withUnsafeBufferPointer { input throws(Problem) in
        try prepare(input, scratch)
        return prediction(scratch)
      }
    }

    /// Of several inputs, in their order.
    public func predict(batch inputs: [[Float]]) throws(Problem) -> [Prediction] {
      let scratch = Scratch()
      var predictions: [Prediction] = []
      predictions.reserveCapacity(inputs.count)
      for input in inputs { predictions.append(try predict(input, using: scratch)) }
      return predictions
    }
    """

  /// The overload that allocates nothing.
  private func writePredictInPlace(_ text: inout SwiftText) {
    let isClasses = if case .classes = request.meaning { rows == 1 } else { false }
    text.line(
      "/// Writes the \(outputsName) into memory of the caller\(isClasses ? " and returns the number of the class" : ""); allocates nothing."
    )
    text.line("///")
    text.line("/// - Throws: `inputCount`, `outputCount` or `notFinite`.")
    if isClasses { text.line("@discardableResult") }
    text.open("public func predict(")
    text.line("_ input: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>, using scratch: Scratch")
    text.close(") throws(Problem)\(isClasses ? " -> Int" : "") {")
    text.indented { text in
      text.line("guard let y = output.baseAddress, output.count == \(outputCount) else { throw .outputCount(output.count) }")
      text.line("try prepare(input, scratch)")
      text.line("\(type).writeOutput(scratch.memory, y)")
      if isClasses { text.line("return \(type).decision(y)") }
    }
    text.line("}")
  }

  private func writeMeaning(_ text: inout SwiftText) {
    writePredictionFunction(&text, "func prediction(_ scratch: Scratch)", "writeOutput(scratch.memory, y)", rows: rows)
    text.line()
    writeOutput(&text, program, count: outputCount, as: "writeOutput")
    if let stepProgram {
      text.line()
      writePredictionFunction(&text, "static func stepPrediction(_ memory: MutableFloats)", "writeStepOutput(memory, y)", rows: 1)
      text.line()
      writeOutput(&text, stepProgram, count: rowWidth, as: "writeStepOutput")
    }
    if case .classes(_, _, let middle) = request.meaning {
      text.line()
      writeDecision(&text, middle)
    }
  }

  /// - Parameters:
  ///   - write: the call that writes the outputs to `y`.
  ///   - count: results in them, of `rowWidth` numbers each.
  private func writePredictionFunction(_ text: inout SwiftText, _ head: String, _ write: String, rows count: Int) {
    text.block("\(head) -> Prediction") { text in
      text.open("let output = [Float](unsafeUninitializedCapacity: \(count * rowWidth)) { buffer, count in")
      text.line("guard let y = buffer.baseAddress else { return }")
      text.line("\(type).\(write)")
      text.line("count = \(count * rowWidth)")
      text.close()
      if case .classes = request.meaning {
        if rows > 1 {
          text.open("let classIndices = output.withUnsafeBufferPointer { output in")
          text.line("(0..<\(count)).map { step in output.baseAddress.map { \(type).decision($0 + step * \(rowWidth)) } ?? 0 }")
          text.close()
          text.line("return Prediction(classIndices: classIndices, \(outputsName): output)")
        } else {
          text.line("let classIndex = output.withUnsafeBufferPointer { $0.baseAddress.map(\(type).decision) ?? 0 }")
          text.line("return Prediction(classIndex: classIndex, \(outputsName): output)")
        }
      } else {
        text.line("return Prediction(values: output)")
      }
    }
  }

  private func writeOutput(_ text: inout SwiftText, _ program: Program, count: Int, as name: String) {
    let layout = program.layouts[program.network.output]
    let memory = Index(plus: program.places[program.network.output]).added(to: "memory")
    text.line("/// The results of the last stage\(program.network.carriesStates ? " of a step" : ""), as the caller wants them.")
    text.block("static func \(name)(_ memory: MutableFloats, _ y: MutableFloats)") { text in
      text.line("let x = \(memory)")
      let place =
        layout.height * layout.width == 1
        ? "i"
        : Index(
          ("(i / \(layout.width * layout.channels))", layout.rowStep), ("(i / \(layout.channels) % \(layout.width))", layout.pixelStep),
          ("i % \(layout.channels)", 1)
        )
        .description
      text.line("for i in 0..<\(count) { y[i] = \(originalUnit("x[\(place)]")) }")
    }
  }

  /// Back from what the network was trained on to the unit of the data.
  private func originalUnit(_ value: String) -> String {
    guard case .values(let scale, let shift) = request.meaning, scale != [1] || shift != [0] else { return value }
    if scale.count == 1, shift.count == 1 { return "Float((Double(\(value)) - \(Double(shift[0]))) / \(Double(scale[0])))" }
    let arrays = (scale.map { "\(Double($0))" }.joined(separator: ", "), shift.map { "\(Double($0))" }.joined(separator: ", "))
    return "Float((Double(\(value)) - [\(arrays.1)][i % \(shift.count)]) / [\(arrays.0)][i % \(scale.count)])"
  }

  private func writeDecision(_ text: inout SwiftText, _ middle: Float) {
    if rowWidth == 1 {
      text.line("/// The second class above \(middle).")
      text.line("static func decision(_ y: Floats) -> Int { y[0] > \(middle) ? 1 : 0 }")
    } else {
      text.line("/// The largest output; of equal ones the first.")
      text.block("static func decision(_ y: Floats) -> Int") { text in
        text.line("var best = 0")
        text.line("for i in 1..<\(rowWidth) where y[i] > y[best] { best = i }")
        text.line("return best")
      }
    }
  }
}
