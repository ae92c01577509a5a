@testable import NNLayers

/// A line of the language made into a layer, for tests: the forms that layers use, by their signatures, without the language's messages.
struct Line: CustomStringConvertible {
  struct Problem: Error, Equatable {
    var text: String
  }

  let description: String
  let type: any Layer.Type
  let arguments: Arguments

  init(_ text: String) throws {
    var words = text.split(separator: " ").map(String.init)
    guard let word = words.first, let type = AllLayers.type(named: word) else { throw Problem(text: "no layer in `\(text)`") }
    words.removeFirst()
    let signature = type.signature
    var values: [String: ArgumentValue] = [:]
    var flags: Set<String> = []
    var positional = signature.positional[...]
    while !words.isEmpty {
      let word = words.removeFirst()
      if signature.flags.contains(where: { $0.name == word }) {
        flags.insert(word)
      } else if let named = signature.named.first(where: { $0.name == word }), !words.isEmpty {
        values[named.name] = try Line.read(words.removeFirst(), as: named)
      } else if let parameter = positional.popFirst() {
        values[parameter.name] = try Line.read(word, as: parameter)
      } else {
        throw Problem(text: "`\(word)` has no place in `\(text)`")
      }
    }
    for parameter in signature.positional + signature.named where values[parameter.name] == nil {
      guard parameter.isOptional else { throw Problem(text: "`\(parameter.name)` is missing in `\(text)`") }
      if let value = parameter.defaultValue { values[parameter.name] = value }
    }
    description = text
    self.type = type
    arguments = Arguments(values: values, flags: flags)
  }

  var word: String { type.signature.word }

  /// A machine with a few support vectors, as if it were trained.
  func layer() throws -> any Layer {
    let layer = try type.init(arguments)
    return (layer as? Svm)?.with(supports: 37) ?? layer
  }

  private static func read(_ text: String, as parameter: Parameter) throws -> ArgumentValue {
    for form in parameter.forms {
      switch form {
      case .size(let parts, let least):
        let sizes = text.split(separator: "x").compactMap { Int($0) }
        guard text.contains("x"), parts.contains(sizes.count), sizes.allSatisfy({ $0 >= least }) else { continue }
        return .size(sizes)
      case .integer(let range):
        if let number = Int(text), range.contains(number) { return .integer(number) }
      case .number(let range, let percent):
        let scale = percent && text.hasSuffix("%") ? 0.01 : 1
        if let number = Double(text.hasSuffix("%") ? String(text.dropLast()) : text), range.contains(number * scale) {
          return .number(number * scale)
        }
      case .word(let words):
        if words.contains(text) { return .word(text) }
      case .label: return .label(text)
      case .string, .name: return .string(text)
      case .names: return .names([text])
      }
    }
    throw Problem(text: "`\(text)` is no `\(parameter.name)`")
  }
}
