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
      text.line(
        "/// The network step by step: each time it sees the last \(steps) steps, in front of the first ones \(hasCharacters ? filler : "zeros")."
      )
      text.block("public final class Stream") { text in
        text.line("private let network: \(type)")
        text.line("private let scratch = Scratch()")
        text.line("private var window: [Float]")
        text.line()
        text.block("public init(_ network: \(type))") { text in
          text.line("self.network = network")
          text.line("window = Stream.start")
        }
        text.line()
        let start = hasCharacters ? Float(fillerNumber) : 0
        text.line("private static var start: [Float] { [Float](repeating: \(start), count: inputCount) }")
        text.line()
        text.line("/// Forgets what it has seen.")
        text.line("public func reset() { window = Stream.start }")
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
    let last = model.output.kind == .sequence ? "; the last \(model.output.channels) numbers are those of the last step" : ""
    text.line("/// One more step, \(width == 1 ? "one number" : "\(width) numbers"): what the network says then\(last).")
    text.line("///")
    text.line("/// - Throws: for a number that cannot be; the stream is then as it was before.")
    let parameter = width == 1 ? "_ number: Float" : "_ numbers: [Float]"
    text.block("public func step(\(parameter)) throws(Problem) -> Prediction") { text in
      if width > 1 { text.line("guard numbers.count == \(width) else { throw .inputCount(numbers.count) }") }
      text.line("let next = Array(window.dropFirst(\(width))) + \(width == 1 ? "[number]" : "numbers")")
      text.line("let prediction = try network.predict(next, using: scratch)")
      text.line("window = next")
      text.line("return prediction")
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

    public static func encode(_ text: String) -> [Int?] { text.unicodeScalars.map(encode) }

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
