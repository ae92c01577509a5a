import Foundation
import NNDiagnostics
import NNGraph
import NNLayers
import NNSyntax
import Testing

/// The editor grammars are made from the word tables; with `UPDATE_GOLDEN=1` in the environment they are written anew.
@Suite struct EditorGrammarTests {
  @Test(arguments: ["nn.tmLanguage.json", "tree-sitter-nn/grammar.js", "tree-sitter-nn/queries/highlights.scm"])
  func theFileIsFresh(_ name: String) throws {
    let text =
      name.hasSuffix(".json") ? EditorGrammars.textMate : name.hasSuffix(".js") ? EditorGrammars.treeSitter : EditorGrammars.highlights
    let place = GoldenCase.folder.appending(path: "../../../grammar/\(name)")
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
      try Data(text.utf8).write(to: place)
    } else {
      #expect(String(decoding: try Data(contentsOf: place), as: UTF8.self) == text)
    }
  }

  @Test func theTextMateGrammarIsJSON() throws {
    let value = try JSONValue(parsing: Array(EditorGrammars.textMate.utf8))
    #expect(value["patterns"]?.arrayValue?.count == EditorGrammars.rules.count)
  }

  /// Every comment, statement, layer, activation, block, label and constant that the parser finds is coloured as what it is.
  @Test(arguments: GoldenCase.all) func coloursAgreeWithTheParser(_ golden: GoldenCase) throws {
    let (tree, problems) = parse(golden.file)
    guard problems.isEmpty else { return }
    let colours = try Colours(golden.file)
    for comment in tree.comments { #expect(colours.scope(at: comment.span) == "comment.line.number-sign.nn", "\(comment.span.text)") }
    for item in tree.items {
      switch item {
      case .header(let header): #expect(colours.scope(at: header.word.span) == "keyword.control.statement.nn", "\(header.word.text)")
      case .letBinding(let binding): #expect(colours.scope(at: binding.name.span) == "entity.name.function.nn")
      case .block(let block):
        #expect(colours.scope(at: block.name.span) == "entity.name.function.nn")
        expect(block.body.stages, colours)
      case .use(let use): #expect(colours.scope(at: use.path.span) == "string.quoted.double.nn")
      case .pipeline(let pipeline): expect(pipeline.stages, colours)
      }
    }
  }

  private func expect(_ stages: [StageSyntax], _ colours: Colours) {
    for stage in stages {
      if let label = stage.label { #expect(colours.scope(at: label.span) == "entity.name.tag.nn", "\(label.text)") }
      for group in stage.groups { expect(group.stages, colours) }
      guard case .layer(let layer) = stage.body else {
        #expect(colours.scope(at: SourceSpan(stage.span.file, stage.span.start, stage.span.start + 1)) == "keyword.control.form.nn")
        continue
      }
      let word = layer.word.text
      guard !word.contains(".") else { continue }
      let isBuiltIn = AllLayers.words.contains(word)
      let kind = !isBuiltIn ? "entity.name.function.call.nn" : AllLayers.isActivation(word) ? "activation" : "layer"
      #expect(colours.scope(at: layer.word.span) == (isBuiltIn ? "support.function.\(kind).nn" : kind), "\(word)")
      for atom in layer.atoms { expect(atom, colours) }
    }
  }

  private func expect(_ atom: AtomSyntax, _ colours: Colours) {
    switch atom.kind {
    case .word(let word) where AllLayers.isActivation(word): #expect(colours.scope(at: atom.span) == "support.function.activation.nn")
    case .string: #expect(colours.scope(at: atom.span) == "string.quoted.double.nn")
    case .value(.reference(_, let span)): #expect(colours.scope(at: span) == "variable.other.constant.nn")
    case .value(.number(_, let span)): #expect(colours.scope(at: span) == "constant.numeric.nn", "\(span.text)")
    case .size(let parts):
      for case .number(_, let span) in parts.prefix(parts.count - 1) {
        #expect(colours.scope(at: span) == "constant.numeric.size.nn", "\(span.text)")
      }
    case .word, .value, .comma: break
    }
  }
}

/// What a TextMate editor makes of a text: line by line, the earliest match, of two the rule that stands first.
struct Colours {
  private var scopes: [Int: String] = [:]

  init(_ file: SourceFile) throws {
    let rules = try EditorGrammars.rules.map { ($0, try NSRegularExpression(pattern: $0.pattern)) }
    for number in 1...file.lineStarts.count {
      let range = file.range(ofLine: number)
      let line = file.text(ofLine: number)
      var position = line.startIndex
      while position < line.endIndex {
        let rest = NSRange(position..<line.endIndex, in: line)
        var best: (rule: EditorGrammars.Rule, match: NSTextCheckingResult)?
        for (rule, expression) in rules {
          let options: NSRegularExpression.MatchingOptions = [.withTransparentBounds, .withoutAnchoringBounds]
          guard let match = expression.firstMatch(in: line, options: options, range: rest), match.range.length > 0 else { continue }
          if match.range.location < best?.match.range.location ?? .max { best = (rule, match) }
        }
        guard let best, let whole = Range(best.match.range, in: line) else { break }
        if let scope = best.rule.scope { mark(whole, scope, line, range.lowerBound) }
        for (index, scope) in best.rule.captures.enumerated() {
          if let group = Range(best.match.range(at: index + 1), in: line) { mark(group, scope, line, range.lowerBound) }
        }
        position = whole.upperBound
      }
    }
  }

  private mutating func mark(_ range: Range<String.Index>, _ scope: String, _ line: String, _ start: Int) {
    let first = line.utf8.distance(from: line.startIndex, to: range.lowerBound)
    for offset in first..<(first + line[range].utf8.count) { scopes[start + offset] = scope }
  }

  /// The scope of all of a span; nil where it changes.
  func scope(at span: SourceSpan) -> String? {
    let found = Set((span.start..<span.end).map { scopes[$0] })
    return found.count == 1 ? found.first ?? nil : nil
  }
}
