import NNDiagnostics
import NNGraph
import NNLayers
import Testing

/// What is printed of an input that is not given must be what concrete inputs show: the condition, and the formula of the parameters.
@Suite struct ConditionTests {
  /// Networks over images, drawn by a generator of their own.
  struct Drawing {
    var state: UInt64

    mutating func next(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(limit))
    }

    mutating func pick(_ words: [String]) -> String { words[next(words.count)] }

    mutating func stage() -> String {
      switch next(7) {
      case 0, 1: "conv \(pick(["1x1", "3x3", "5x5", "3x1"]))x\(pick(["4", "8"]))\(pick(["", " stride 2", " pad 1", " stride 2 pad 1"]))"
      case 2: "maxpool \(pick(["2", "3", "2 pad 1", "3 stride 2", "2 ceil"]))  # nnc: allow NN353"
      case 3: "res { conv 3x3x8 pad 1 } via { conv 1x1x8 }"
      case 4: "branch concat { conv 1x1x4 } { \(pick(["maxpool 3 stride 1 pad 1", "conv 3x3x4 pad 1", "relu"])) }"
      case 5: "branch add { maxpool 2 } { conv 2x2x3 stride 2 }"
      case _: pick(["relu", "avgpool 2", "bn", "conv 3x3x8 groups 2 pad 1"])
      }
    }

    mutating func network() -> String {
      let stages = (0...next(3)).map { _ in stage() }
      return (["conv 3x3x6 pad 1"] + stages + [pick(["gap | fc 10 softmax", "fc 10 softmax", "relu"])]).joined(separator: "\n") + "\n"
    }
  }

  @Test(arguments: 0..<30) func whatIsPrintedIsSo(_ seed: Int) throws {
    var drawing = Drawing(state: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15)
    let text = drawing.network()
    let file = SourceFile(name: "net.nn", text: text)
    guard let condition = check(file).condition else { return try contradicts(file, &drawing) }
    guard let accepts = Predicate(condition.text) else { return }
    let formula = condition.parameters.map(Formula.init)
    for _ in 0..<12 {
      let sizes = [1 + drawing.next(26), 1 + drawing.next(26), 1 + drawing.next(9)]
      let result = checked(file, sizes)
      #expect(result.isOK == accepts(sizes), "\(text)\(condition.text): \(sizes)")
      guard result.isOK, let formula else { continue }
      #expect(formula.value(sizes) == result.rows.reduce(0) { $0 + ($1.parameters ?? 0) }, "\(text)\(condition.parameters ?? ""): \(sizes)")
    }
  }

  /// Where nothing fits, nothing that is tried does.
  private func contradicts(_ file: SourceFile, _ drawing: inout Drawing) throws {
    for _ in 0..<12 {
      let sizes = [1 + drawing.next(60), 1 + drawing.next(60), 1 + drawing.next(9)]
      #expect(!checked(file, sizes).isOK, "\(file.name) \(sizes)")
    }
  }

  private func checked(_ file: SourceFile, _ sizes: [Int]) -> CheckResult {
    var options = CheckOptions()
    options.input = sizes.map(String.init).joined(separator: "x")
    options.provesFixes = false
    return check(file, options: options)
  }

  /// The design's example, to the letter.
  @Test func theConditionOfTheDesign() throws {
    let line = "conv 3x3x32 pad 1 | relu | maxpool 2 | dropout 0.2 | fc 4 softmax\n"
    let condition = try #require(check(SourceFile(name: "net.nn", text: line)).condition)
    #expect(condition.text == "any HxWxC with H and W at least 2")
    #expect(condition.parameters == "288*C + 128*(H/2)*(W/2) + 36")
  }

  /// `any HxWxC with H and W at least 8 and divisible by 4, C equal to 3`; nil for forms that say less than all.
  struct Predicate {
    private var rules: [(axes: [Int], holds: @Sendable (Int) -> Bool)] = []

    init?(_ text: String) {
      guard text.hasPrefix("any HxWxC"), !text.contains("one of"), !text.contains("so on"), !text.contains(", as ") else { return nil }
      guard let start = text.firstRange(of: " with ") else {
        if text != "any HxWxC" { return nil }
        return
      }
      for rule in text[start.upperBound...].split(separator: ", ") {
        let words = rule.split(separator: " ").map(String.init)
        let names = words.prefix { ["H", "W", "C", "and"].contains($0) }.filter { $0 != "and" }
        let numbers = words.compactMap { Int($0) }
        guard let first = numbers.first, !names.isEmpty else { return nil }
        let holds: @Sendable (Int) -> Bool
        if rule.contains("divisible") {
          let step = numbers[numbers.count - 1]
          holds = { $0 >= first && $0 % step == 0 }
        } else if rule.contains("multiple") {
          holds = { $0 % first == 0 }
        } else if rule.contains("equal") {
          holds = { $0 == first }
        } else {
          holds = { $0 >= first }
        }
        rules.append((names.compactMap { ["H", "W", "C"].firstIndex(of: $0) }, holds))
      }
    }

    func callAsFunction(_ sizes: [Int]) -> Bool { rules.allSatisfy { rule in rule.axes.allSatisfy { rule.holds(sizes[$0]) } } }
  }

  /// `288*C + 128*(H/2)*(W/2) + 36`, divisions rounded down.
  struct Formula {
    private let signs: [Character]

    init(_ text: String) { signs = Array(text.filter { $0 != " " && $0 != "," }) }

    func value(_ sizes: [Int]) -> Int {
      var place = 0
      return sum(&place, sizes)
    }

    private func sum(_ place: inout Int, _ sizes: [Int]) -> Int { chain(&place, ["+": (+), "-": (-)]) { product(&$0, sizes) } }

    private func product(_ place: inout Int, _ sizes: [Int]) -> Int { chain(&place, ["*": (*), "/": (/)]) { factor(&$0, sizes) } }

    private func chain(_ place: inout Int, _ operations: [Character: (Int, Int) -> Int], of part: (inout Int) -> Int) -> Int {
      var value = part(&place)
      while place < signs.count, let operation = operations[signs[place]] {
        place += 1
        value = operation(value, part(&place))
      }
      return value
    }

    private func factor(_ place: inout Int, _ sizes: [Int]) -> Int {
      let sign = signs[place]
      if sign == "(" {
        place += 1
        let value = sum(&place, sizes)
        place += 1
        return value
      }
      if let axis = ["H", "W", "C"].firstIndex(of: String(sign)) {
        place += 1
        return sizes[axis]
      }
      var digits = ""
      while place < signs.count, signs[place].isNumber {
        digits.append(signs[place])
        place += 1
      }
      return Int(digits) ?? 0
    }
  }
}
