import NNLayers

/// A network over sequences, step by step, and characters as numbers.
extension SwiftFile {
  func writeStream(_ text: inout SwiftText) {
    let (steps, width): (Int, Int)
    switch model.input {
    case .vector, .image: return
    case .sequence(let count, let features): (steps, width) = (count, features)
    case .tokens(let count, _): (steps, width) = (count, 1)
    }
    let hasCharacters = isText && request.characters.count == vocabulary
    text.block("extension \(type)") { text in
      if hasCharacters {
        writeCharacters(&text)
        text.line()
      }
      let start = hasCharacters ? filler : "zeros"
      text.line(
        isCarrying
          ? "/// The network step by step: its state goes on from each step to the next, and begins with zeros."
          : "/// The network step by step: each time it sees the last \(steps) steps, in front of the first ones \(start).")
      text.block("public final class Stream") { text in
        text.line("private let network: \(type)")
        if isCarrying {
          writeCarriedMemory(&text)
        } else {
          writeWindow(&text)
        }
        text.line()
        writeStep(&text, width)
        if hasCharacters {
          text.line()
          text.line(SwiftFile.characterStep)
        }
      }
    }
    text.line()
  }

  /// The state of recurrent layers is carried on.
  private var isCarrying: Bool { stepProgram != nil }

  private func writeWindow(_ text: inout SwiftText) {
    text.line("private let scratch = Scratch()")
    text.line("private var window: [Float]")
    text.line()
    text.block("public init(_ network: \(type))") { text in
      text.line("self.network = network")
      text.line("window = Stream.start")
    }
    text.line()
    let start = isText && request.characters.count == vocabulary ? Float(fillerNumber) : 0
    text.line("private static var start: [Float] { [Float](repeating: \(start), count: inputCount) }")
    text.line()
    text.line("/// Forgets what it has seen.")
    text.line("public func reset() { window = Stream.start }")
  }

  private func writeCarriedMemory(_ text: inout SwiftText) {
    guard let program = stepProgram else { return }
    text.line("private let memory = allocate(\(program.valueCount + program.stageScratch))")
    text.line()
    text.line("public init(_ network: \(type)) { self.network = network }")
    text.line()
    text.line("deinit { memory.deallocate() }")
    text.line()
    text.line("/// Forgets what it has seen.")
    let state = Index(plus: program.carried.lowerBound).added(to: "memory")
    text.line("public func reset() { (\(state)).update(repeating: 0, count: \(program.carried.count)) }")
  }

  private var fillerNumber: Int {
    request.characters.firstIndex(of: "\n") ?? request.characters.firstIndex(of: " ") ?? 0
  }

  private var filler: String {
    switch request.characters[fillerNumber] {
    case "\n": "line ends"
    case " ": "blanks"
    case _: "the first character"
    }
  }

  private func writeStep(_ text: inout SwiftText, _ width: Int) {
    let last =
      model.output.kind == .sequence && !isCarrying ? "; the last \(model.output.channels) numbers are those of the last step" : ""
    text.line("/// One more step, \(width == 1 ? "one number" : "\(width) numbers"): what the network says then\(last).")
    text.line("///")
    text.line("/// - Throws: for a number that cannot be; the stream is then as it was before.")
    let parameter = width == 1 ? "_ number: Float" : "_ numbers: [Float]"
    text.block("public func step(\(parameter)) throws(Problem) -> Prediction") { text in
      if width > 1 { text.line("guard numbers.count == \(width) else { throw .inputCount(numbers.count) }") }
      let numbers = width == 1 ? "[number]" : "numbers"
      if isCarrying {
        if isText {
          text.block("guard number >= 0, number < \(vocabulary), number == number.rounded() else") {
            $0.line("throw number.isFinite ? .notToken(number, place: 0) : .notFinite(number, place: 0)")
          }
        } else {
          text.block("if let place = \(numbers).firstIndex(where: { !$0.isFinite })") {
            $0.line("throw .notFinite(\(numbers)[place], place: place)")
          }
        }
        text.line("_ = \(type).writeStepInput(\(numbers), memory)")
        text.line("\(type).runStep(network.weights.memory, memory)")
        text.line("return \(type).stepPrediction(memory)")
      } else {
        text.line("let next = Array(window.dropFirst(\(width))) + \(numbers)")
        text.line("let prediction = try network.predict(next, using: scratch)")
        text.line("window = next")
        text.line("return prediction")
      }
    }
  }

  private func writeCharacters(_ text: inout SwiftText) {
    let characters = request.characters.map { SwiftLiteral.string(String(Character($0))) }.joined(separator: ", ")
    text.line("/// What each number of the input stands for.")
    text.line("public static let characters: [Unicode.Scalar] = [\(characters)]")
    text.line()
    text.line(SwiftFile.coding)
  }

  private static let coding = """
    /// The number of a character, or of its lower case; nil for one that the network does not know.
    public static func encode(_ character: Unicode.Scalar) -> Int? {
      if let number = characters.firstIndex(of: character) { return number }
      return character.properties.lowercaseMapping.unicodeScalars.first.flatMap { characters.firstIndex(of: $0) }
    }

    /// The numbers of a text's characters.
    public static func encode(_ text: String) -> [Int?] { text.unicodeScalars.map(encode) }

    /// The text of some numbers; U+FFFD for one that is no character's.
    public static func decode(_ numbers: [Int]) -> String {
      String(String.UnicodeScalarView(numbers.map { characters.indices.contains($0) ? characters[$0] : "\\u{FFFD}" }))
    }
    """

  private static let characterStep = """
    /// One more character; nil for one that the network does not know.
    public func step(_ character: Unicode.Scalar) throws(Problem) -> Prediction? {
      guard let number = encode(character) else { return nil }
      return try step(Float(number))
    }
    """
}
