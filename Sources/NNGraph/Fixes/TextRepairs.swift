import NNDiagnostics

/// What a line that is not in the grammar was most likely meant as, in the habits of other languages: `a -> b` and `a; b` for `a | b`, `//` for `#`,
/// `(28, 28, 1)` for `28x28x1`. Each is tried on a copy, and shown only where all is well with it.
struct TextRepairs {
  private let file: SourceFile
  /// The line of the problem, without its comment.
  private let line: SourceSpan
  private let text: String
  /// Where the problem begins in the line.
  private let place: Int

  static func candidates(for problem: Diagnostic) -> [Diagnostic.Fix] {
    guard problem.code == .syntax, let span = problem.primary?.span, let repairs = TextRepairs(span) else { return [] }
    return repairs.all
  }

  private static let longestLine = 400

  private init?(_ span: SourceSpan) {
    file = span.file
    let number = file.line(at: span.start)
    let range = file.range(ofLine: number)
    guard range.count <= TextRepairs.longestLine, let whole = file.exactText(ofLine: number) else { return nil }
    text = TextRepairs.withoutComment(whole).trimmedAtEnd(of: " \t\r")
    line = SourceSpan(file, range.lowerBound, range.lowerBound + text.utf8.count)
    place = span.start - range.lowerBound
  }

  /// A sign between quotes begins no comment, unless the quote is never closed.
  private static func withoutComment(_ line: String) -> Substring {
    var isQuoted = false
    let start = line.firstIndex { character in
      if character == "\"" { isQuoted.toggle() }
      return character == "#" && !isQuoted
    }
    return start.map { line[..<$0] } ?? (isQuoted ? line.prefix { $0 != "#" } : line[...])
  }

  private var all: [Diagnostic.Fix] {
    [
      joined, lines, comment, separators, bullet, braces, turns, closing, size, dollars, parts, arithmetic, shares, scale, quotedName,
      brackets, percent, named, quotedData, doubled, joinedGroups, layers,
    ]
    .compactMap { $0 }
  }

  private func replaced(_ title: String, with new: String) -> Diagnostic.Fix? {
    guard new != text else { return nil }
    // The words that differ, so that the change is seen.
    let (old, changed) = (Array(text.utf8), Array(new.utf8))
    var start = zip(old, changed).prefix { $0 == $1 }.count
    while start > 0, !isBlank(old[start - 1]) { start -= 1 }
    var end = zip(old.reversed(), changed.reversed()).prefix { $0 == $1 }.count
    end = min(end, old.count - start, changed.count - start)
    while end > 0, !isBlank(old[old.count - end]) { end -= 1 }
    let span = SourceSpan(file, line.start + start, line.end - end)
    return .replacing(title, span, with: String(decoding: changed[start..<(changed.count - end)], as: UTF8.self))
  }

  /// For a statement that is in the grammar, but does not say what it should.
  static func candidates(forStatementAt span: SourceSpan) -> [Diagnostic.Fix] {
    guard let repairs = TextRepairs(span) else { return [] }
    return [repairs.shares, repairs.scale].compactMap { $0 }
  }

  // MARK: Lines

  private var comment: Diagnostic.Fix? {
    let title = "a comment begins with `#`"
    for sign in ["//", "/*", "--", "%", "\"\"\"", "!", "'''"] {
      guard let start = text.firstRange(of: sign) else { continue }
      let isFirst = text[..<start.lowerBound].allSatisfy { $0 == " " || $0 == "\t" }
      guard isFirst || sign.hasPrefix("/") else { continue }
      let words = text[start.upperBound...].replacing("*/", with: "").replacing("\"\"\"", with: "").replacing("'''", with: "")
      return replaced(title, with: text[..<start.lowerBound] + "#" + (words.hasPrefix(" ") ? "" : " ") + words)
    }
    return nil
  }

  /// Signs that join stages in other languages.
  private var separators: Diagnostic.Fix? {
    var new = text
    for sign in ["|>", "->", "\u{2192}", "=>", ">>", "||", "&&", ";", " > ", " & ", " + "] {
      new = new.replacing(sign, with: " | ")
    }
    guard new != text else { return nil }
    while new.contains("|  |") || new.contains("| |") { new = new.replacing("|  |", with: "|").replacing("| |", with: "|") }
    let indent = new.prefix { $0 == " " || $0 == "\t" }
    let words = new.split(whereSeparator: { $0 == " " || $0 == "\t" }).joined(separator: " ")
    let trimmed = words.hasSuffix(" |") ? String(words.dropLast(2)) : words
    return replaced(trimmed.contains("|") ? "stages are joined by `|`" : "remove it", with: indent + trimmed)
  }

  private var bullet: Diagnostic.Fix? {
    guard let sign = text.firstIndex(where: { $0 != " " && $0 != "\t" }), "-*+".contains(text[sign]) else { return nil }
    return replaced("a line begins with its word", with: "\(text[..<sign])\(text[sign...].dropFirst().drop { $0 == " " })")
  }

  // MARK: Groups

  /// `branch { … } { … }`, and commas between its groups.
  private var joined: Diagnostic.Fix? {
    let apart = text.replacing("},", with: "}")
    if apart != text { return replaced("groups stand side by side", with: apart) }
    return replaced("say how they are joined", with: text.replacing("branch {", with: "branch concat {"))
  }

  /// `let a = 3 let b = 4` and `let a = 3, b = 4`
  private var lines: Diagnostic.Fix? {
    guard text.hasPrefix("let ") else { return nil }
    let parts = text.dropFirst(4).replacing(" let ", with: ",").split(separator: ",").map { "let \($0.trimmed(of: " "))" }
    return parts.count > 1 ? replaced("each on a line of its own", with: parts.joined(separator: "\n")) : nil
  }

  /// `res ( … )`, `res [ … ]`, `repeat 3: …` and `res …` for `res { … }`.
  private var braces: Diagnostic.Fix? {
    let words = text.split(separator: " ", maxSplits: 1).map(String.init)
    guard words.count == 2, ["res", "repeat", "branch"].contains(words[0]), !text.contains("{") else { return nil }
    var head = words[0]
    var body = words[1]
    if head == "repeat" {
      let count = body.prefix { $0.isNumber || $0 == "$" || $0.isLetter || $0 == "_" }
      head += " \(count)"
      body = String(body.dropFirst(count.count))
    }
    let inside = body.drop { ": ([".contains($0) }.trimmedAtEnd(of: " )]")
    return replaced("a group stands in braces", with: "\(head) { \(inside) }")
  }

  /// `for i in 1..3 { … }`, `3 * { … }` and `repeat { … } 3` for `repeat 3 { … }`.
  private var turns: Diagnostic.Fix? {
    guard let open = text.firstIndex(of: "{"), let close = text.lastIndex(of: "}"), open < close else { return nil }
    let outside = text[..<open] + " " + text[text.index(after: close)...]
    let numbers = outside.split { !$0.isNumber }
    let isLoop = ["for", "loop", "times", "repeat", "while"].contains { outside.hasPrefix($0) } || outside.first?.isNumber == true
    guard isLoop, let count = numbers.last else { return nil }
    return replaced("`repeat` says how often", with: "repeat \(count) \(text[open...close])")
  }

  /// A brace or quote that the line does not close.
  private var closing: Diagnostic.Fix? {
    if text.count(where: { $0 == "\"" }) % 2 == 1 { return replaced("close it", with: text + "\"") }
    let missing = text.count(where: { $0 == "{" }) - text.count(where: { $0 == "}" })
    guard missing > 0 else { return nil }
    return replaced("close it", with: text + String(repeating: " }", count: missing))
  }

  // MARK: Sizes and numbers

  /// `(28, 28, 1)`, `[28, 28, 1]` and `3*3*32` for a size.
  private var size: Diagnostic.Fix? {
    guard let digit = text.indices.first(where: { text.utf8.distance(from: text.startIndex, to: $0) >= opening && text[$0].isNumber })
    else {
      return nil
    }
    let tail = text[digit...]
    let run = tail.prefix { $0.isNumber || ", *\u{D7}xX".contains($0) }
    let numbers = run.split { !$0.isNumber }
    guard numbers.count > 1 else { return nil }
    let before = text[..<digit].trimmedAtEnd(of: "([ ")
    let after = tail.dropFirst(run.count).drop { ")] ".contains($0) }
    let rest: String = after.isEmpty ? "" : " \(after)"
    return replaced("a size is written with `x`, without blanks", with: "\(before) \(numbers.joined(separator: "x"))\(rest)")
  }

  /// Where the parenthesis or number begins that the problem stands in.
  private var opening: Int {
    let head = text.utf8.prefix(place + 1)
    guard let open = head.lastIndex(where: { [UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "|")].contains($0) }) else { return 0 }
    return text.utf8.distance(from: text.startIndex, to: open)
  }

  /// `3x3xc` for `3x3x$c`.
  private var dollars: Diagnostic.Fix? {
    var new = ""
    var last: Character = " "
    var rest = text[...]
    while let character = rest.first {
      let name = rest.dropFirst().prefix { $0.isLetter || $0 == "_" || $0.isNumber }
      if character == "x", last.isNumber || last == ")", let first = name.first, first.isLetter {
        // `$kx` would be the constant `kx`.
        let isLast = !name.contains("x")
        let pieces = name.split(separator: "x").map(String.init)
        new += isLast ? "x$\(name)" : "x" + pieces.map { Int($0) == nil ? "${\($0)}" : $0 }.joined(separator: "x")
        rest = rest.dropFirst(1 + name.count)
        last = name.last ?? " "
        continue
      }
      new.append(character)
      last = character
      rest = rest.dropFirst()
    }
    return replaced("a constant is written with `$`", with: new)
  }

  /// `3x3x$n/2` for `3x3x($n/2)`.
  private var parts: Diagnostic.Fix? {
    let words = text.split(separator: " ", omittingEmptySubsequences: false).map { word -> String in
      guard let sign = word.firstIndex(where: { "+-*/".contains($0) }), let times = word[..<sign].lastIndex(of: "x") else {
        return String(word)
      }
      let start = word.index(after: times)
      return "\(word[..<start])(\(word[start...]))"
    }
    return replaced("put the part in parentheses", with: words.joined(separator: " "))
  }

  /// `(2*n)` for `(2*$n)`.
  private var arithmetic: Diagnostic.Fix? {
    guard let open = text.firstIndex(of: "("), let close = text[open...].firstIndex(of: ")"),
      !text[open...close].contains(where: { ",='\"".contains($0) })
    else { return nil }
    var new = ""
    var last: Character = "("
    for character in text[open...close] {
      if character.isLetter, !last.isLetter, !last.isNumber, last != "$", last != "_", last != "{" { new += "$" }
      new.append(character)
      last = character
    }
    return replaced("a constant is written with `$`", with: text[..<open] + new + text[text.index(after: close)...])
  }

  /// `split 80/10/10` for `split train 80%, validation 10%, test 10%`.
  private var shares: Diagnostic.Fix? {
    let words = text.split(separator: " ", maxSplits: 1)
    guard words.count == 2, words[0] == "split" else { return nil }
    let numbers = words[1].split { !$0.isNumber && $0 != "." }.compactMap { Double(String($0)) }
    let names = numbers.count == 2 ? ["train", "test"] : ["train", "validation", "test"]
    guard numbers.count == names.count else { return nil }
    let scale = numbers.reduce(0, +) <= 1.01 ? 100.0 : 1
    let parts = zip(names, numbers).map { "\($0) \(($1 * scale).plain)%" }
    return replaced("each part has its name", with: "split \(parts.joined(separator: ", "))")
  }

  /// `normalize 1/255` for `normalize scale (1/255)`.
  private var scale: Diagnostic.Fix? {
    let words = text.split(separator: " ")
    guard words.count == 2, words[0] == "normalize", words[1].contains("/") else { return nil }
    return replaced("times a number is `scale`", with: "normalize scale (\(words[1]))")
  }

  /// `x = conv 3x3x16`: stages have no names in front.
  private var named: Diagnostic.Fix? {
    guard let sign = text.firstIndex(of: "=") else { return nil }
    let stage = text[text.index(after: sign)...].drop { $0 == " " }
    let word = stage.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
    guard text[..<sign].split(separator: " ").count == 1, Words.isLayer(String(word)) else { return nil }
    return replaced("a stage has no name in front; `as x` behind it labels it", with: "\(text.prefix { $0 == " " })\(stage)")
  }

  /// `data fashion-mnist`
  private var quotedData: Diagnostic.Fix? {
    let words = text.split(separator: " ")
    guard words.count == 2, words[0] == "data", words[1].contains("-") else { return nil }
    return replaced("a name with other characters stands in quotes", with: "data \"\(words[1])\"")
  }

  /// `a | | b`
  private var doubled: Diagnostic.Fix? {
    let stages = text.split(separator: "|").map { $0.split(separator: " ").joined(separator: " ") }.filter { !$0.isEmpty }
    guard text.count(where: { $0 == "|" }) >= stages.count, !stages.isEmpty else { return nil }
    return replaced("one `|` stands between two stages", with: stages.joined(separator: " | "))
  }

  /// `concat { … } { … }`
  private var joinedGroups: Diagnostic.Fix? {
    let words = text.split(separator: " ", maxSplits: 1)
    guard words.count == 2, ["concat", "add", "mul"].contains(words[0]), words[1].hasPrefix("{") else { return nil }
    return replaced("groups are joined by `branch`", with: "branch \(words[0]) \(words[1])")
  }

  /// `128 relu`: a number alone is a fully connected layer.
  private var layers: Diagnostic.Fix? {
    let indent = text.prefix { $0 == " " || $0 == "\t" }
    guard let first = text.dropFirst(indent.count).split(separator: " ").first, Int(first) != nil else { return nil }
    return replaced("a fully connected layer is called `fc`", with: "\(indent)fc \(text.dropFirst(indent.count))")
  }

  private var percent: Diagnostic.Fix? { replaced("without a blank", with: text.replacing(" %", with: "%")) }

  // MARK: Names

  /// `classes T-shirt, Trouser`: other characters stand in quotes.
  private var quotedName: Diagnostic.Fix? {
    let words = text.split(separator: " ", maxSplits: 1)
    guard words.count == 2, words[0] == "classes" else { return nil }
    let names = words[1].split(separator: ",").map { name in
      let name = name.trimmed(of: " ")
      return name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" } || name.hasPrefix("\"") ? name : "\"\(name)\""
    }
    return replaced("a name with other characters stands in quotes", with: "classes \(names.joined(separator: ", "))")
  }

  private var brackets: Diagnostic.Fix? { replaced("a list has no brackets", with: text.filter { !"[]()".contains($0) }) }
}
