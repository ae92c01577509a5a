import Testing

@testable import NNLayers

/// The word table: what every entry must be, whatever the word.
@Suite("signatures")
struct SignatureTests {
  static let words = AllLayers.words.sorted()

  private func signature(_ word: String) throws -> Signature { try #require(AllLayers.type(named: word)).signature }

  @Test func noWordTwice() {
    #expect(AllLayers.words.count == AllLayers.types.count)
  }

  @Test("names and doc lines are well formed", arguments: words)
  func wellFormed(_ word: String) throws {
    let signature = try signature(word)
    let names = (signature.positional + signature.named).map(\.name) + signature.flags.map(\.name)
    #expect(Set(names).count == names.count, "a name is given twice")
    for name in names {
      #expect(!AllLayers.words.contains(name) || ["linear", "dropout"].contains(name), "`\(name)` shadows a layer")
      // The price of a support vector machine has been C since Cortes and Vapnik.
      #expect(name == "C" || name.allSatisfy { $0.isLetter && $0.isLowercase || $0 == "_" || $0.isNumber })
    }
    let lines = [signature.summary] + (signature.positional + signature.named).map(\.summary) + signature.flags.map(\.summary)
    for line in lines {
      #expect(line.count > 8 && line.count <= 120, "\(line)")
      #expect(line.first?.isUppercase == false && line.last != ".", "\(line)")
    }
    #expect(!signature.takes.isEmpty)
    #expect(!signature.takesActivation || !signature.isActivation)
  }

  @Test("forms and defaults fit together", arguments: words)
  func forms(_ word: String) throws {
    let signature = try signature(word)
    var optional = false
    for parameter in signature.positional {
      #expect(!parameter.forms.isEmpty)
      #expect(parameter.isOptional || !optional, "`\(parameter.name)` must be given, but one before it need not")
      optional = optional || parameter.isOptional
    }
    for parameter in signature.named { #expect(parameter.isOptional, "`\(parameter.name)` is known by name and must be given") }
    for parameter in signature.positional + signature.named {
      if let value = parameter.defaultValue { #expect(parameter.forms.contains { $0.admits(value) }, "\(parameter.name) = \(value)") }
    }
  }

  @Test("the example checks and gives the stated shape", arguments: words)
  func example(_ word: String) throws {
    let example = try signature(word).example
    let line = try Line(example.line)
    #expect(line.word == word)
    let isJoin = line.type is any Join.Type
    let inputs = isJoin ? [example.input, example.input] : [example.input]
    #expect(try line.layer().output(for: inputs) == example.output)
  }

  /// Every kind of shape is taken or refused as the table says.
  @Test("kinds are refused as facts", arguments: words)
  func kinds(_ word: String) throws {
    let signature = try signature(word)
    let shapes: [Shape] = [
      .vector(8), .image(height: 8, width: 8, channels: 8), .sequence(steps: 8, features: 8), .tokens(steps: 8, vocabulary: 5),
    ]
    let layer = try Line(signature.example.line).layer()
    for shape in shapes where !signature.takes.contains(shape.kind) {
      let inputs = layer is any Join ? [shape, shape] : [shape]
      #expect(throws: LayerProblem.self) { try layer.output(for: inputs) }
    }
  }
}

extension Parameter.Form {
  func admits(_ value: ArgumentValue) -> Bool {
    switch (self, value) {
    case (.size(let parts, let least), .size(let sizes)): parts.contains(sizes.count) && sizes.allSatisfy { $0 >= least }
    case (.integer(let range), .integer(let number)): range.contains(number)
    case (.number(let range, _), .number(let number)): range.contains(number)
    case (.word(let words), .word(let word)): words.contains(word)
    case (.string, .string), (.label, .label), (.name, .string), (.names, .names): true
    default: false
    }
  }
}
