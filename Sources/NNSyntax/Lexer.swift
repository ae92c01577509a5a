import NNDiagnostics

/// Cuts the text into tokens, in one pass. Never fails: what cannot be part of the language becomes a `broken` token and
/// a diagnostic.
struct Lexer {
  let file: SourceFile
  let bytes: [UInt8]
  var position = 0
  var tokens: [Token] = []
  var comments: [CommentSyntax] = []
  let reports: Reports
  /// A stray character of the stage is reported: one report is enough.
  private var isStrayReported = false

  init(_ file: SourceFile, _ reports: Reports) {
    self.file = file
    self.bytes = file.bytes
    self.reports = reports
    tokens.reserveCapacity(min(bytes.count / 3, Limits.tokens) + 2)
  }

  /// Reads the whole file. The last token is `end`.
  mutating func run() {
    if file.hasByteOrderMark { position = 3 }
    while let character = peek(), !reports.isFull {
      token(character)
      guard tokens.count > Limits.tokens else { continue }
      reports.stop("the file has more than \(Limits.tokens.grouped) words and signs", at: span(position, position))
    }
    append(.end, from: bytes.count, to: bytes.count)
  }

  private mutating func token(_ character: Unicode.Scalar) {
    switch character {
    case " ", "\t": position += 1
    case "\n": newline(1)
    case "\r" where peek(1) == "\n": newline(2)
    case "#": comment()
    case "a"..."z", "A"..."Z": word()
    case "0"..."9": number()
    case "." where isDigit(peek(1)): number()
    case "$": reference()
    case "\"", "'": string(quote: character)
    case "-" where peek(1) == ">": single(.arrow, 2)
    case "|": single(.pipe)
    case ",": single(.comma)
    case "=": single(.equals)
    case ":": single(.colon)
    case "{": single(.leftBrace)
    case "}": single(.rightBrace)
    case "(": single(.leftParenthesis)
    case ")": single(.rightParenthesis)
    case "+": single(.plus)
    case "-": single(.minus)
    case "*": single(.star)
    case "/": single(.slash)
    default: strayCharacter()
    }
  }

  // MARK: Kinds of tokens

  private mutating func single(_ kind: Token.Kind, _ length: Int = 1) {
    append(kind, from: position, to: position + length)
    position += length
    if kind == .rightParenthesis { timesSign() }
    if kind == .pipe { isStrayReported = false }
  }

  private mutating func newline(_ length: Int) {
    if tokens.last?.kind != .newline { append(.newline, from: position, to: position + length) }
    position += length
    isStrayReported = false
  }

  private mutating func comment() {
    let start = position
    while let character = peek(), character != "\n" { position += 1 }
    let endsWithReturn = bytes[position - 1] == UInt8(ascii: "\r")
    comments.append(CommentSyntax(span: span(start, endsWithReturn ? position - 1 : position)))
  }

  /// `relu`, `validation.loss`
  private mutating func word() {
    let start = position
    skipName()
    while peek() == ".", isLetter(peek(1)) {
      position += 1
      skipName()
    }
    finish(.word, start)
  }

  /// Ends a word, number or text that may be too long.
  private mutating func finish(_ kind: Token.Kind, _ start: Int) {
    guard position - start > Limits.word else { return append(kind, from: start, to: position) }
    append(.broken, from: start, to: position)
    let place = span(start, min(position, start + 20))
    reports.add(
      .limit, "a word, number or text of \(position - start) characters is longer than the \(Limits.word) that are read", place,
      "begins here")
  }

  /// A number, a percentage, or a part of a size with the sign behind it.
  private mutating func number() {
    let start = position
    skipDigits()
    if timesSignFollows {
      append(.integer, from: start, to: position)
      return timesSign()
    }
    var kind = Token.Kind.integer
    if peek() == "." {
      kind = .decimal
      position += 1
      skipDigits()
    }
    if peek() == "e" || peek() == "E" {
      let signLength = peek(1) == "+" || peek(1) == "-" ? 1 : 0
      if isDigit(peek(1 + signLength)) {
        kind = .decimal
        position += 1 + signLength
        skipDigits()
      }
    }
    if peek() == "%" {
      kind = .percent
      position += 1
    }
    if isNamePart(peek()) || (peek() == "." && kind != .integer) { return malformedNumber(start) }
    finish(kind, start)
  }

  /// `$name` or `${name}`, with the sign of a size behind it.
  private mutating func reference() {
    let start = position
    position += 1
    let isBraced = peek() == "{"
    if isBraced { position += 1 }
    let nameStart = position
    if isLetter(peek()) { skipName() }
    guard position > nameStart, !isBraced || peek() == "}" else {
      let hasName = position > nameStart
      skipName()
      if isBraced, peek() == "}" { position += 1 }
      let label = hasName ? "`}` is missing after the name" : "a name is missing after `$`"
      return broken(start, "`\(brief(text(start, position)))` is not a constant", label)
    }
    if isBraced { position += 1 }
    finish(.reference, start)
    timesSign()
  }

  private mutating func string(quote: Unicode.Scalar) {
    let start = position
    position += 1
    while let character = peek(), character != quote, character != "\n" { position += 1 }
    guard peek() == quote else {
      if bytes[position - 1] == UInt8(ascii: "\r") { position -= 1 }
      return broken(start, "this text has no closing quote", "it ends with the line")
    }
    position += 1
    finish(.string, start)
    if quote == "'", position - start <= Limits.word {
      let fixed = "\"" + text(start + 1, position - 1) + "\""
      let fix = Diagnostic.Fix.replacing("write double quotes", span(start, position), with: fixed, .certain)
      reports.add(.syntax, "a text stands in double quotes", span(start, position), "single quotes", [fix])
    }
  }

  /// The `x` or `×` after a part of a size that has just been read.
  private mutating func timesSign() {
    guard timesSignFollows else { return }
    let start = position
    position += peek() == "x" ? 1 : 2
    append(.times, from: start, to: position)
  }

  /// Whether `x` and another part follow without a blank; `3x` alone is no size.
  private var timesSignFollows: Bool {
    let length = peek() == "x" ? 1 : isTimesSign(at: position) ? 2 : 0
    guard length > 0, let next = peek(length) else { return false }
    return next == "$" || next == "(" || isDigit(next)
  }

  private func isTimesSign(at offset: Int) -> Bool {
    offset + 1 < bytes.count && bytes[offset] == 0xC3 && bytes[offset + 1] == 0x97
  }

  // MARK: What is not part of the language

  /// Reports `12abc`, `3x`, `1.2.3`, `1e`, after the part that is a number.
  private mutating func malformedNumber(_ start: Int) {
    let digitsEnd = position
    while isNamePart(peek()) || peek() == "." { position += 1 }
    let rest = text(digitsEnd, position)
    if rest.lowercased().hasSuffix("e"), peek() == "-" || peek() == "+" { position += 1 }
    let whole = text(sizeStart(start), position)
    let size = span(sizeStart(start), position)
    switch rest {
    case "x", "X":
      broken(start, "`\(brief(whole))` is not a size", "a number or `$name` is missing after the last `x`", from: size.start)
    case "e", "E":
      broken(start, "`\(brief(whole))` is not a number", "digits are missing after `\(brief(rest))`")
    case _ where rest.first == "X" && isDigit(rest.unicodeScalars.dropFirst().first):
      let fix = Diagnostic.Fix.replacing("write it small", size, with: whole.lowercased(), .certain)
      broken(start, "`\(brief(whole))` is not a size", "the `x` between the parts is a small one", [fix], from: size.start)
    case _ where rest.first == "x" && isDigit(rest.unicodeScalars.dropFirst().first):
      broken(start, "`\(brief(whole))` is not a size", "the parts of a size are whole numbers", from: size.start)
    case _ where rest.allSatisfy { $0 == "_" || ("0"..."9").contains($0) }:
      let fix = Diagnostic.Fix.replacing("leave it out", size, with: whole.filter { $0 != "_" }, .certain)
      broken(start, "`\(brief(whole))` is not a number", "digits stand without `_`", [fix], from: size.start)
    case _ where Lexer.units.contains(rest.lowercased()):
      let zeros = ["k": "000", "m": "000000"][rest.lowercased()]
      let number = text(start, digitsEnd)
      let isWhole = size.start == start && number.allSatisfy { ("0"..."9").contains($0) }
      let fix = zeros.map { Diagnostic.Fix.replacing("write it out", size, with: number + $0) }
      broken(start, "`\(brief(whole))` is not a number", "numbers have no unit", isWhole ? fix.map { [$0] } ?? [] : [], from: size.start)
    case _ where isLetter(rest.unicodeScalars.first):
      let fix = Diagnostic.Fix.inserting("put it in", " ", at: digitsEnd, in: file, .certain)
      broken(
        start, "a blank is missing between `\(brief(text(start, digitsEnd)))` and `\(brief(rest))`", "neither a number nor a word", [fix])
    default:
      broken(start, "`\(brief(whole))` is not a number", "")
    }
  }

  /// What people write behind numbers.
  private static let units: Set<String> = ["k", "m", "kb", "mb", "gb", "kib", "mib", "gib", "px", "ms", "s", "sec", "min"]

  /// Where the size begins whose last part begins at `start`.
  private func sizeStart(_ start: Int) -> Int {
    var first = start
    for token in tokens.reversed() {
      guard Int(token.end) == first, token.kind == .times || token.kind == .integer || token.kind == .reference else { break }
      first = Int(token.start)
    }
    return first
  }

  private mutating func strayCharacter() {
    let start = position
    let scalar = file.scalar(at: start)
    if let scalar, LookAlike.letter(scalar) != nil { return strayWord(scalar) }
    position += scalar.map { UTF8.width($0) } ?? 1
    var alike = scalar.flatMap { LookAlike.table[$0] }
    if alike?.kind == .arrow, isBeforeWord { alike = LookAlike.arrowBetweenStages }
    if alike?.wanted != "a blank" { append(alike?.kind ?? .broken, from: start, to: position) }
    // Broken UTF-8 and NUL are reported for the file as a whole.
    guard let scalar, scalar.value != 0, !isStrayReported else { return }
    isStrayReported = true
    let place = span(start, position)
    if let alike {
      let fix = Diagnostic.Fix("replace it", .certain, edits: alikes(of: alike, from: start))
      reports.add(.syntax, "\(alike.name) (\(codePoint(scalar))) instead of \(alike.wanted)", place, "looks like \(alike.wanted)", [fix])
    } else {
      let isVisible = scalar.value > 0x20 && !(0x7F..<0xA0).contains(scalar.value)
      let name = isVisible ? "`\(scalar)`" : "the control character \(codePoint(scalar))"
      reports.add(.syntax, "\(name) is not part of the language", place, LookAlike.advice[scalar] ?? "")
    }
  }

  /// A word or number with letters of another alphabet in it, which look the same.
  private mutating func strayWord(_ first: Unicode.Scalar) {
    let start = position
    var meant = ""
    while position - start < Limits.word, let scalar = position < bytes.count ? file.scalar(at: position) : nil {
      if let letter = LookAlike.letter(scalar) {
        meant.append(letter)
      } else if isNamePart(scalar) {
        meant.unicodeScalars.append(scalar)
      } else {
        break
      }
      position += UTF8.width(scalar)
    }
    append(.broken, from: start, to: position)
    guard !isStrayReported else { return }
    isStrayReported = true
    // What stands right before it is a part of the same word or size.
    var from = start
    for token in tokens.dropLast().reversed() {
      guard Int(token.end) == from, [.word, .integer, .times, .reference].contains(token.kind) else { break }
      from = Int(token.start)
    }
    let letter = LookAlike.letter(first).map(String.init) ?? ""
    let fix = Diagnostic.Fix.replacing(
      "write it with the letters of the language", span(from, position), with: text(from, start) + meant, .certain)
    reports.add(
      .syntax, "\(LookAlike.alphabet(first)) (\(codePoint(first))) instead of `\(letter)`", span(start, start + UTF8.width(first)),
      "looks like `\(letter)`", [fix])
  }

  /// Blanks and a letter follow.
  private var isBeforeWord: Bool {
    var ahead = 0
    while peek(ahead) == " " { ahead += 1 }
    return isLetter(peek(ahead))
  }

  /// The same change for all characters of the line that stand for the same: a quote has a second one.
  private func alikes(of first: LookAlike, from start: Int) -> [Diagnostic.Edit] {
    var edits: [Diagnostic.Edit] = []
    var place = start
    while place < bytes.count, bytes[place] != UInt8(ascii: "\n"), place - start < Limits.word, let scalar = file.scalar(at: place) {
      if let alike = LookAlike.table[scalar], alike.wanted == first.wanted || (alike.kind == .arrow && first.kind == .pipe) {
        edits.append(Diagnostic.Edit(span(place, place + UTF8.width(scalar)), first.replacement))
      }
      place += UTF8.width(scalar)
    }
    return edits
  }

  /// `U+00A0`
  private func codePoint(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return "U+" + String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
  }

  /// Ends a token that is wrong and reports it.
  private mutating func broken(
    _ start: Int, _ message: String, _ label: String, _ fixes: [Diagnostic.Fix] = [], from reportStart: Int? = nil
  ) {
    append(.broken, from: start, to: position)
    reports.add(.syntax, message, span(reportStart ?? start, position), label, fixes)
  }

  // MARK: Bytes

  /// The byte ahead as a character; the bytes of other than ASCII characters come as U+0080 to U+00FF.
  private func peek(_ ahead: Int = 0) -> Unicode.Scalar? {
    position + ahead < bytes.count ? Unicode.Scalar(bytes[position + ahead]) : nil
  }
  private mutating func skipName() { while isNamePart(peek()) { position += 1 } }
  private mutating func skipDigits() { while isDigit(peek()) { position += 1 } }
  private func text(_ start: Int, _ end: Int) -> String { String(decoding: bytes[start..<end], as: UTF8.self) }
  /// For a message: of more than a line's worth the beginning alone, which is enough to find it by.
  private func brief(_ text: String) -> String { text.utf8.count <= 60 ? text : "\(text.prefix(60))…" }
  private func span(_ start: Int, _ end: Int) -> SourceSpan { SourceSpan(file, start, end) }

  private mutating func append(_ kind: Token.Kind, from start: Int, to end: Int) {
    let touches = tokens.last.map { Int($0.end) == start } ?? false
    tokens.append(Token(kind: kind, touchesPrevious: touches, start: Int32(start), end: Int32(end)))
  }
}

private func isDigit(_ character: Unicode.Scalar?) -> Bool { character.map(NameRule.isDigit) ?? false }

private func isLetter(_ character: Unicode.Scalar?) -> Bool { character.map(NameRule.isLetter) ?? false }

private func isNamePart(_ character: Unicode.Scalar?) -> Bool { character.map(NameRule.isPart) ?? false }
