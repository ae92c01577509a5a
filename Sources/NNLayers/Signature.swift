/// The entry of a word in the one table that binding, "did you mean", `explain`, completion, the reference page and the
/// tests are made from. Layers, activations and header statements all have one.
package struct Signature: Sendable {
  package let word: String
  /// One line: what it does.
  package let summary: String
  /// Arguments known by their place, in order.
  package let positional: [Parameter]
  /// `pad 1`
  package let named: [Parameter]
  /// `nobias`
  package let flags: [Flag]
  /// The word may end with an activation (`fc 4 softmax`), which becomes a stage of its own.
  package let takesActivation: Bool
  /// The word is an activation: it may also stand last in a layer that takes one.
  package let isActivation: Bool
  /// The kinds of shape it takes.
  package let takes: [Shape.Kind]
  /// A whole line that checks, with the input it checks on: the tests run it.
  package let example: Example

  package struct Example: Sendable {
    package let line: String
    package let input: Shape
    package let output: Shape
    package init(_ line: String, on input: Shape, gives output: Shape) {
      self.line = line
      self.input = input
      self.output = output
    }
  }

  package init(
    _ word: String, _ summary: String, positional: [Parameter] = [], named: [Parameter] = [], flags: [Flag] = [],
    takesActivation: Bool = false, isActivation: Bool = false, takes: [Shape.Kind], example: Example
  ) {
    self.word = word
    self.summary = summary
    self.positional = positional
    self.named = named
    self.flags = flags
    self.takesActivation = takesActivation
    self.isActivation = isActivation
    self.takes = takes
    self.example = example
  }
}

/// One argument of a word.
package struct Parameter: Sendable {
  package let name: String
  /// The forms it may take; the first is the usual one.
  package let forms: [Form]
  /// nil: it must be given, unless `isOptional`.
  package let defaultValue: ArgumentValue?
  package let isOptional: Bool
  package let summary: String

  package enum Form: Sendable, Equatable {
    /// `3x3x32` with as many parts as the range says; each part at least `least` (padding may be 0).
    case size(parts: ClosedRange<Int>, least: Int = 1)
    case integer(ClosedRange<Int>)
    /// Bounds included unless said in the summary. `20%` is read as 0.2 where `percent`.
    case number(ClosedRange<Double>, percent: Bool)
    case word([String])
    case string
    /// A stage's label (`add skip`).
    case label
    /// What the user named: a class, a column, a model. A word, a string or a whole number.
    case name
    /// Names with commas between them, to the end of the statement.
    case names
  }

  package init(
    _ name: String, _ summary: String, _ forms: Form..., default value: ArgumentValue? = nil, optional: Bool = false
  ) {
    self.name = name
    self.forms = forms
    self.defaultValue = value
    self.isOptional = optional || value != nil
    self.summary = summary
  }
}

package struct Flag: Sendable {
  package let name: String
  package let summary: String
  package init(_ name: String, _ summary: String) {
    self.name = name
    self.summary = summary
  }
}

/// An argument after binding: constants put in, arithmetic done, range checked.
package enum ArgumentValue: Sendable, Equatable {
  case size([Int])
  case integer(Int)
  case number(Double)
  case word(String)
  case string(String)
  case label(String)
  case names([String])
}

/// The bound arguments of one use of a word: what was given, and the defaults of what was not.
package struct Arguments: Sendable, Equatable {
  package private(set) var values: [String: ArgumentValue]
  package private(set) var flags: Set<String>

  package init(values: [String: ArgumentValue] = [:], flags: Set<String> = []) {
    self.values = values
    self.flags = flags
  }

  package subscript(name: String) -> ArgumentValue? { values[name] }

  package func has(_ flag: String) -> Bool { flags.contains(flag) }

  package func integer(_ name: String) -> Int? { if case .integer(let n)? = values[name] { n } else { nil } }

  /// A number; a whole one counts too.
  package func number(_ name: String) -> Double? {
    switch values[name] {
    case .number(let x)?: x
    case .integer(let n)?: Double(n)
    case .size?, .word?, .string?, .label?, .names?, nil: nil
    }
  }

  package func size(_ name: String) -> [Int]? { if case .size(let parts)? = values[name] { parts } else { nil } }

  package func word(_ name: String) -> String? { if case .word(let word)? = values[name] { word } else { nil } }

  package func string(_ name: String) -> String? { if case .string(let text)? = values[name] { text } else { nil } }

  package func label(_ name: String) -> String? { if case .label(let text)? = values[name] { text } else { nil } }

  package func names(_ name: String) -> [String]? { if case .names(let names)? = values[name] { names } else { nil } }
}
