import NNDiagnostics

/// A number of a model file after arithmetic: exact wherever it can be, so that a size is never off by a rounding.
struct Quantity: Sendable {
  /// nil where the exact number does not fit (`1e-30`).
  let exact: Fraction?
  let value: Double
  /// Written `20%`; `value` is then 0.2.
  let isPercent: Bool
  /// Where an option of the command line gives it, or a number that it was worked out from.
  var option: SourceSpan?

  init(_ exact: Fraction, isPercent: Bool = false) {
    self.exact = exact
    self.value = exact.value
    self.isPercent = isPercent
  }

  init(approximately value: Double, isPercent: Bool = false) {
    exact = nil
    self.value = value
    self.isPercent = isPercent
  }

  /// A literal with the parser's value: `text` gives the exact number, the parser's `Double` is kept where it is not exact.
  init(literal text: String, value: Double, isPercent: Bool) {
    let digits = isPercent ? String(text.drop { $0 == "+" }.prefix { $0 != "%" }) : text
    var exact = Fraction(literal: digits)
    if isPercent { exact = exact?.divided(by: Fraction(100)) }
    self.exact = exact
    self.value = isPercent ? value / 100 : value
    self.isPercent = isPercent
  }

  var whole: Int? { exact?.whole }

  func plus(_ other: Quantity) -> Quantity { combined(other, { $0.plus($1) }, +) }
  func minus(_ other: Quantity) -> Quantity { combined(other, { $0.minus($1) }, -) }
  func times(_ other: Quantity) -> Quantity { combined(other, { $0.times($1) }, *) }
  func divided(by other: Quantity) -> Quantity { combined(other, { $0.divided(by: $1) }, /) }

  var negated: Quantity {
    var result = exact.flatMap { Fraction(0).minus($0) }.map { Quantity($0) } ?? Quantity(approximately: -value)
    result.option = option
    return result
  }

  /// For a message at another place: what is wrong there was said by the option.
  func labels(besides span: SourceSpan) -> [Diagnostic.Label] {
    option.flatMap { $0.file === span.file ? nil : [.init($0, "given here")] } ?? []
  }

  private func combined(
    _ other: Quantity, _ exactly: (Fraction, Fraction) -> Fraction?, _ roughly: (Double, Double) -> Double
  ) -> Quantity {
    var result = Quantity(approximately: roughly(value, other.value))
    if let a = exact, let b = other.exact, let known = exactly(a, b) { result = Quantity(known) }
    result.option = option ?? other.option
    return result
  }
}
