import NNDiagnostics

/// A line of Python, as Keras and PyTorch users write layers, in the words of nnc: `Conv2D(32, (3, 3), padding="same", activation="relu")` is
/// `conv 3x3x32 pad same relu`. For help only; what comes out is proved like any other repair.
struct CallTranslation {
  private let name: String
  private let arguments: [String]
  private let named: [String: String]

  /// The repair for a call or an assignment that is refused; nil where it is not understood.
  static func fix(for problem: Diagnostic) -> Diagnostic.Fix? {
    guard let span = problem.primary?.span, span.end > span.start,
      [UInt8(ascii: "("), UInt8(ascii: "=")].contains(span.file.bytes[span.start])
    else { return nil }
    return fix(forLineOf: span)
  }

  static func fix(forLineOf span: SourceSpan) -> Diagnostic.Fix? {
    let line = span.file.line(at: span.start)
    guard span.file.exactText(ofLine: line) != nil else { return nil }
    let stage = stage(of: span, in: span.file.range(ofLine: line))
    guard stage.end - stage.start < 400, let text = statement(stage.text) ?? sequence(stage.text) ?? innermost(in: stage.text)?.text
    else { return nil }
    return .init("as nnc writes it", .probable, edits: [.init(stage, text)])
  }

  /// The stage or statement that a place of a line stands in, without the blanks around it.
  private static func stage(of span: SourceSpan, in line: Range<Int>) -> SourceSpan {
    let bytes = span.file.bytes
    var start = min(max(span.start, line.lowerBound), line.upperBound)
    while start > line.lowerBound, bytes[start - 1] != UInt8(ascii: "|") { start -= 1 }
    var end = start
    while end < line.upperBound, bytes[end] != UInt8(ascii: "|"), bytes[end] != UInt8(ascii: "#") { end += 1 }
    while start < end, isBlank(bytes[start]) { start += 1 }
    while end > start, isBlank(bytes[end - 1]) { end -= 1 }
    return SourceSpan(span.file, start, end)
  }

  // MARK: Statements

  /// `optimizer Adam(lr=0.001, betas=(0.9, 0.99))` and `loss nn.CrossEntropyLoss()`
  private static func statement(_ code: String) -> String? {
    let words = code.split(separator: " ", maxSplits: 1).map(String.init)
    guard words.count == 2, let statement = Statements.byWord[words[0]], let open = words[1].firstIndex(of: "("),
      let close = words[1].lastIndex(of: ")"), open < close, let form = form(String(words[1][..<open]), of: statement)
    else { return nil }
    let inside = String(words[1][words[1].index(after: open)..<close])
    return ([words[0], form] + split(inside).compactMap(argument)).joined(separator: " ")
  }

  private static func form(_ name: String, of statement: Statement) -> String? {
    let word = name.split(separator: ".").last.map { $0.lowercased() } ?? ""
    return statement.forms.compactMap(\.word).first { $0 == word } ?? ForeignForms.form(of: statement.word, for: name)
  }

  /// `lr 0.001` of `lr=0.001`; nil for what nnc does without, such as `model.parameters()`.
  private static func argument(_ part: String) -> String? {
    let sides = part.split(separator: "=", maxSplits: 1).map(String.init)
    guard sides.count == 2 else { return Double(part) == nil ? nil : part }
    let numbers = sides[1].filter { !"()[]".contains($0) }.split(separator: ",").map(String.init)
    if sides[0] == "betas", numbers.count == 2 { return "beta1 \(numbers[0]) beta2 \(numbers[1])" }
    let name = OtherFrameworks.argument(for: sides[0])?.name ?? sides[0]
    return sides[1] == "True" ? name : ["False", "None"].contains(sides[1]) ? nil : "\(name) \(sides[1])"
  }

  // MARK: Layers

  /// All layers of `model = Sequential([Conv2D(8, 3), Flatten(), Dense(10)])`; nil where one of them is not understood.
  private static func sequence(_ code: String) -> String? {
    guard let open = code.firstRange(of: "Sequential(")?.upperBound, let close = code.lastIndex(of: ")"), open <= close else { return nil }
    var calls = split(String(code[open..<close]))
    if let list = calls.first, list.hasPrefix("["), list.hasSuffix("]") { calls = split(String(list.dropFirst().dropLast())) }
    calls.removeAll(where: \.isEmpty)
    let texts = calls.compactMap { call -> String? in
      guard let open = call.firstIndex(of: "("), call.last == ")" else { return nil }
      return CallTranslation(String(call[..<open]), String(call[call.index(after: open)...].dropLast())).text
    }
    guard let first = texts.first, texts.count == calls.count else { return nil }
    return first.hasPrefix("input ") ? "\(first)\n\(texts.dropFirst().joined(separator: " | "))" : texts.joined(separator: " | ")
  }

  /// `Dense(10)` of `model.add(Dense(10))`: the last name before a parenthesis that stands for a layer.
  private static func innermost(in code: String) -> CallTranslation? {
    let characters = Array(code)
    var found: CallTranslation?
    for open in characters.indices where characters[open] == "(" {
      var start = open
      while start > 0, characters[start - 1].isLetter || characters[start - 1].isNumber || "._".contains(characters[start - 1]) {
        start -= 1
      }
      let name = String(characters[start..<open])
      guard OtherFrameworks.layer(for: name) != nil || Words.isLayer(name) || inputs.contains(name.lowercased()) else { continue }
      var depth = 0
      let close = characters[open...].firstIndex { character in
        depth += character == "(" ? 1 : character == ")" ? -1 : 0
        return depth == 0
      }
      if let close { found = CallTranslation(name, String(characters[(open + 1)..<close])) }
    }
    return found
  }

  private init(_ name: String, _ inside: String) {
    self.name = name.split(separator: ".").last.map(String.init) ?? name
    var arguments: [String] = []
    var named: [String: String] = [:]
    for part in CallTranslation.split(inside) {
      let sides = part.split(separator: "=", maxSplits: 1).map(String.init)
      if sides.count == 2 { named[sides[0]] = sides[1] } else if !part.isEmpty { arguments.append(part) }
    }
    (self.arguments, self.named) = (arguments, named)
  }

  /// At commas outside of parentheses, without blanks and quotes.
  private static func split(_ text: String) -> [String] {
    var parts = [""]
    var depth = 0
    for character in text where !" \t\"'".contains(character) {
      if "([".contains(character) { depth += 1 }
      if ")]".contains(character) { depth -= 1 }
      if character == ",", depth == 0 { parts.append("") } else { parts[parts.count - 1].append(character) }
    }
    return parts
  }

  // MARK: Words

  private var text: String? {
    if CallTranslation.inputs.contains(name.lowercased()) { return input }
    let word = Words.isLayer(name) ? name : OtherFrameworks.layer(for: name)
    guard let word, Words.isLayer(word) else { return nil }
    switch word {
    case "conv", "deconv": return convolution(word)
    case "fc": return number(isTorch ? 1 : 0, "units", "out_features").map { "fc \($0)\(bias)\(activation)" }
    case "maxpool", "avgpool": return pool(word)
    case "dropout": return (value(0, "rate", "p")).map { "dropout \($0)" } ?? "dropout 0.5"
    case "lstm", "gru", "rnn":
      let reduces = !isTorch && named["return_sequences"] != "True"
      return number(isTorch && arguments.count > 1 ? 1 : 0, "units", "hidden_size").map { "\(word) \($0)\(reduces ? " | last" : "")" }
    case "embed": return number(1, "output_dim", "embedding_dim").map { "embed \($0)" }
    case "leaky_relu": return "leaky_relu" + (value(0, "negative_slope", "alpha").map { " \($0)" } ?? "")
    case _: return word
    }
  }

  private static let inputs: Set<String> = ["input", "inputlayer", "keras.input"]

  /// `Input(28, 28, 1)` and `Input(shape=(28, 28, 1))`
  private var input: String? {
    let given = named["shape"] ?? named["input_shape"] ?? arguments.joined(separator: ",")
    let numbers = given.filter { !"()[]".contains($0) }.split(separator: ",").map { Int($0) }
    let sizes = numbers.compactMap { $0 }
    guard !sizes.isEmpty, sizes.count == numbers.count, sizes.count <= 3, sizes.count != 2 else { return nil }
    return "input \(sizes.map(String.init).joined(separator: "x"))"
  }

  /// PyTorch's classes say what comes in first; Keras' do not.
  private var isTorch: Bool {
    name.hasSuffix("2d") || name.hasSuffix("1d") || name == "Linear" || (arguments.count > 1 && ["LSTM", "GRU", "RNN"].contains(name))
  }

  private func convolution(_ word: String) -> String? {
    let isLine = name.lowercased().contains("1d")
    guard let channels = number(isTorch ? 1 : 0, "filters", "out_channels"),
      let window = sizes(isTorch ? 2 : 1, "kernel_size", "kernel_size", isLine: isLine)
    else { return nil }
    let stride = sizes(isTorch ? 3 : 2, "strides", "stride", isLine: true).flatMap { $0 == "1" ? nil : " stride \($0)" } ?? ""
    let padding = value(isTorch ? 4 : 9, "padding", "padding")
    let pad = padding == "same" ? " pad same" : padding.flatMap { Int($0) }.flatMap { $0 > 0 ? " pad \($0)" : nil } ?? ""
    return "\(word) \(window)x\(channels)\(stride)\(pad)\(option("groups", "groups"))\(option("dilation", "dilate"))\(bias)\(activation)"
  }

  private func pool(_ word: String) -> String? {
    if name.hasPrefix("Adaptive") {
      guard let size = sizes(0, "output_size", "output_size", isLine: false) else { return nil }
      return size == "1x1" && Words.isLayer("gap") && word == "avgpool" ? "gap" : "\(word) to \(size)"
    }
    guard let window = sizes(0, "pool_size", "kernel_size", isLine: true) else { return "\(word) 2" }
    let stride = sizes(1, "strides", "stride", isLine: true).flatMap { $0 == window ? nil : " stride \($0)" } ?? ""
    return "\(word) \(window)\(stride)\(option("padding", "pad"))"
  }

  private var bias: String { named["use_bias"] == "False" || named["bias"] == "False" ? " nobias" : "" }

  private var activation: String {
    guard let given = named["activation"], let word = Words.isActivation(given) ? given : OtherFrameworks.layer(for: given),
      Words.isActivation(word)
    else { return "" }
    return " \(word)"
  }

  private func option(_ name: String, _ word: String) -> String { named[name].flatMap { Int($0) }.map { " \(word) \($0)" } ?? "" }

  // MARK: Values

  private func value(_ place: Int, _ names: String...) -> String? {
    for name in names { if let value = named[name] { return value } }
    return arguments.indices.contains(place) ? arguments[place] : nil
  }

  private func number(_ place: Int, _ first: String, _ second: String) -> Int? { value(place, first, second).flatMap { Int($0) } }

  /// `3` and `(3,3)` are `3x3`; where one number says it all, `3`.
  private func sizes(_ place: Int, _ first: String, _ second: String, isLine: Bool) -> String? {
    guard let value = value(place, first, second) else { return nil }
    let numbers = value.filter { !"()[]".contains($0) }.split(separator: ",").map { Int($0) }
    let known = numbers.compactMap { $0 }
    guard !known.isEmpty, known.count == numbers.count, known.count <= 2 else { return nil }
    if isLine, Set(known).count == 1 { return "\(known[0])" }
    return "\(known[0])x\(known.count == 2 ? known[1] : known[0])"
  }
}
