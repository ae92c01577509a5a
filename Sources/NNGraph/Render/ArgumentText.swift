import NNLayers

/// A bound argument as a file would say it.
enum ArgumentText {
  static func of(_ value: ArgumentValue) -> String {
    switch value {
    case .size(let parts): parts.map(String.init).joined(separator: "x")
    case .integer(let number): "\(number)"
    case .number(let number): number.plain
    case .word(let word), .label(let word): word
    case .string(let text): "\"\(text)\""
    case .names(let names): names.map(RecipeText.name).joined(separator: ", ")
    }
  }
}
