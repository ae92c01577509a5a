import NNDiagnostics
import NNGraph
import Testing

/// What a value of a SARIF document must be, after the JSON schema of version 2.1.0 (OASIS, `sarif-schema-2.1.0.json`): all that nnc writes, and nothing
/// else. Members that the schema knows and nnc does not write are left out, so that they are found as unknown.
private indirect enum Form: Sendable {
  case text
  /// A URI reference (RFC 3986) in ASCII.
  case address
  case integer(least: Int)
  case choice([String])
  case object([String: Form], needs: [String])
  case list(Form, least: Int = 0, isUnique: Bool = false)

  /// Each problem with its place.
  func problems(_ value: JSONValue, _ path: String = "") -> [String] {
    switch (self, value) {
    case (.text, .string): return []
    case (.address, .string(let text)): return text.utf8.allSatisfy { (0x21...0x7E).contains($0) } ? [] : ["\(path): \(text)"]
    case (.integer(let least), .integer(let number)): return number >= least ? [] : ["\(path): \(number)"]
    case (.choice(let words), .string(let word)): return words.contains(word) ? [] : ["\(path): \(word)"]
    case (.object(let members, let needs), .object(let found)):
      let keys = found.map(\.key)
      let missing = needs.filter { !keys.contains($0) }.map { "\(path): no \($0)" }
      let twice = Set(keys).count == keys.count ? [] : ["\(path): a member twice"]
      return missing + twice
        + found.flatMap { members[$0.key]?.problems($0.value, "\(path).\($0.key)") ?? ["\(path): \($0.key) is unknown"] }
    case (.list(let form, let least, let isUnique), .array(let values)):
      let few = values.count < least ? ["\(path): \(values.count) elements"] : []
      let twice = isUnique && Set(values.map(\.text)).count < values.count ? ["\(path): an element twice"] : []
      return few + twice + values.enumerated().flatMap { form.problems($0.element, "\(path)[\($0.offset)]") }
    case (.text, _), (.address, _), (.integer, _), (.choice, _), (.object, _), (.list, _): return ["\(path): \(value.text)"]
    }
  }

  static let message = Form.object(["text": .text], needs: ["text"])
  static let place = Form.object(["uri": .address], needs: [])
  static let region = Form.object(
    [
      "startLine": .integer(least: 1), "startColumn": .integer(least: 1), "endLine": .integer(least: 1), "endColumn": .integer(least: 1),
    ], needs: ["startLine"])
  static let location = Form.object(
    [
      "id": .integer(least: -1), "message": message,
      "physicalLocation": .object(["artifactLocation": place, "region": region], needs: ["artifactLocation"]),
    ], needs: [])
  static let replacement = Form.object(
    ["deletedRegion": region, "insertedContent": .object(["text": .text], needs: [])], needs: ["deletedRegion"])
  static let change = Form.object(
    ["artifactLocation": place, "replacements": .list(replacement, least: 1)], needs: ["artifactLocation", "replacements"])
  static let fix = Form.object(
    ["description": message, "artifactChanges": .list(change, least: 1, isUnique: true)], needs: ["artifactChanges"])
  static let result = Form.object(
    [
      "ruleId": .text, "ruleIndex": .integer(least: -1), "level": .choice(["none", "note", "warning", "error"]), "message": message,
      "locations": .list(location), "relatedLocations": .list(location, isUnique: true), "fixes": .list(fix, isUnique: true),
    ], needs: ["message"])
  static let rule = Form.object(["id": .text, "shortDescription": message, "help": message], needs: ["id"])
  static let driver = Form.object(["name": .text, "version": .text, "rules": .list(rule, isUnique: true)], needs: ["name"])
  static let run = Form.object(
    [
      "tool": .object(["driver": driver], needs: ["driver"]), "columnKind": .choice(["utf16CodeUnits", "unicodeCodePoints"]),
      "results": .list(result),
    ], needs: ["tool", "results"])
  static let document = Form.object(["$schema": .address, "version": .choice(["2.1.0"]), "runs": .list(run)], needs: ["version", "runs"])
}

@Suite struct SARIFTests {
  private func problems(_ diagnostics: [Diagnostic]) -> [String] {
    Form.document.problems(SARIF.document(diagnostics, version: "1.2.3") { $0.page.title })
  }

  @Test(arguments: GoldenCase.all + DesignedSituation.all.map(\.golden)) func everyDiagnosticFits(_ golden: GoldenCase) {
    let found = problems(check(golden.file, options: golden.options).diagnostics)
    #expect(found.isEmpty, "\(found)")
  }

  /// All in one document, whose rules are still each there once; and one of no file, of an empty file, and with a name that is no URI.
  @Test func manyFit() {
    var all = GoldenCase.all.flatMap { check($0.file, options: $0.options).diagnostics }
    all.append(Diagnostic(.dataMissing, .error, "no data"))
    all += check(SourceFile(name: "my nets/100 % ünïcode#?.nn", text: "")).diagnostics
    let document = SARIF.document(all, version: "1.2.3") { $0.page.title }
    #expect(Form.document.problems(document).isEmpty)
    guard let results = document["runs"]?.arrayValue?.first?["results"]?.arrayValue,
      let rules = document["runs"]?.arrayValue?.first?["tool"]?["driver"]?["rules"]?.arrayValue
    else {
      Issue.record("no results")
      return
    }
    for result in results {
      guard case .integer(let index)? = result["ruleIndex"] else { continue }
      #expect(rules[index]["id"]?.stringValue == result["ruleId"]?.stringValue)
    }
  }

  /// The forms themselves find what is wrong.
  @Test func formsAreStrict() {
    #expect(Form.document.problems(["version": "2.0.0", "runs": []]) == [".version: 2.0.0"])
    #expect(Form.document.problems(["version": "2.1.0"]) == [": no runs"])
    #expect(Form.region.problems(["startLine": 0]) == [".startLine: 0"])
    #expect(Form.fix.problems(["artifactChanges": []]) == [".artifactChanges: 0 elements"])
    #expect(Form.place.problems(["uri": "a b", "line": 1]) == [".uri: a b", ": line is unknown"])
    #expect(Form.list(.text, isUnique: true).problems(["a", "a"]) == [": an element twice"])
  }
}
