import NNDiagnostics
import NNLayers
import NNSyntax

/// Grammars for editors, with the words of the tables: `grammar/nn.tmLanguage.json` and `grammar/tree-sitter-nn`.
package enum EditorGrammars {
  // MARK: TextMate

  /// One rule: a pattern, and the scope of the whole match or of its groups. There are no nested rules, so that a line is coloured by itself.
  package struct Rule: Sendable {
    package let pattern: String
    package let scope: String?
    package let captures: [String]
  }

  /// The first rule that matches earliest in the rest of a line holds.
  package static let rules: [Rule] = {
    let name = "[A-Za-z][A-Za-z0-9_]*"
    let begin = "(?:^|(?<=[|{]))[ \\t]*"
    let layers = alternatives(AllLayers.types.filter { !$0.signature.isActivation }.map { $0.signature.word })
    let activations = alternatives(AllLayers.activations.map { $0.signature.word })
    return [
      Rule(pattern: "#.*$", scope: "comment.line.number-sign.nn", captures: []),
      Rule(pattern: "\"[^\"]*\"", scope: "string.quoted.double.nn", captures: []),
      Rule(pattern: "^[ \\t]*(\(alternatives(HeaderWords.all)))\\b(?![.{])", scope: nil, captures: ["keyword.control.statement.nn"]),
      Rule(
        pattern: "^[ \\t]*(let|block)\\b[ \\t]*(\(name))?", scope: nil,
        captures: ["keyword.declaration.nn", "entity.name.function.nn"]),
      Rule(pattern: "^[ \\t]*(use)\\b", scope: nil, captures: ["keyword.declaration.nn"]),
      Rule(
        pattern: "\(begin)(branch)\\b[ \\t]*(concat|add|mul)?\\b", scope: nil,
        captures: ["keyword.control.form.nn", "keyword.control.form.nn"]),
      Rule(pattern: "\(begin)(res|repeat)\\b", scope: nil, captures: ["keyword.control.form.nn"]),
      Rule(pattern: "\\b(via)\\b(?:[ \\t]+(auto)\\b)?", scope: nil, captures: ["keyword.control.form.nn", "keyword.control.form.nn"]),
      Rule(pattern: "\\b(as)[ \\t]+(\(name))", scope: nil, captures: ["keyword.control.form.nn", "entity.name.tag.nn"]),
      Rule(pattern: "\(begin)(\(layers))\\b(?!\\.)", scope: nil, captures: ["support.function.layer.nn"]),
      Rule(pattern: "\(begin)(\(activations))\\b(?!\\.)", scope: nil, captures: ["support.function.activation.nn"]),
      Rule(pattern: "\\b(?:\(activations))\\b(?!\\.)", scope: "support.function.activation.nn", captures: []),
      Rule(pattern: "\(begin)(\(name))(?![A-Za-z0-9_.])", scope: nil, captures: ["entity.name.function.call.nn"]),
      Rule(pattern: "\\$\\{\(name)\\}|\\$\(name)", scope: "variable.other.constant.nn", captures: []),
      Rule(pattern: "(?<![A-Za-z0-9_.])[0-9]+(?:[x×](?:[0-9]+|(?=[$(])))+", scope: "constant.numeric.size.nn", captures: []),
      Rule(
        pattern: "(?<![A-Za-z0-9_.])(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?%?", scope: "constant.numeric.nn", captures: []),
      Rule(pattern: "->", scope: "keyword.operator.shape.nn", captures: []),
      Rule(pattern: "\\|", scope: "keyword.operator.pipe.nn", captures: []),
      Rule(pattern: "[-+*/=]", scope: "keyword.operator.arithmetic.nn", captures: []),
      Rule(pattern: "\(name)(?:\\.\(name))*", scope: "variable.parameter.nn", captures: []),
    ]
  }()

  package static var textMate: String {
    let patterns = rules.map { rule -> String in
      var members: [(key: String, value: JSONValue)] = [("match", .string(rule.pattern))]
      if let scope = rule.scope { members.append(("name", .string(scope))) }
      if !rule.captures.isEmpty {
        let captures = rule.captures.enumerated().map { (key: "\($0.offset + 1)", value: ["name": .string($0.element)] as JSONValue) }
        members.append(("captures", .object(captures)))
      }
      return "    " + JSONValue.object(members).text
    }
    return """
      {
        "$schema": "https://raw.githubusercontent.com/martinring/tmlanguage/master/tmlanguage.json",
        "name": "nn",
        "scopeName": "source.nn",
        "fileTypes": ["nn"],
        "patterns": [
      \(patterns.joined(separator: ",\n"))
        ]
      }

      """
  }

  // MARK: tree-sitter

  package static var treeSitter: String {
    let words = HeaderWords.all.map { "'\($0)'" }.joined(separator: ", ")
    return """
      // The grammar of .nn files for tree-sitter. Every file that nnc reads without an NN101 is parsed without an ERROR node; a group on a line of its own
      // (`branch concat` and its groups, `via` below `res`) stands as a stage by itself, and more is accepted than nnc does.

      const HEADERS = [\(words)];

      module.exports = grammar({
        name: 'nn',

        extras: $ => [/[ \\t\\uFEFF]/, $.comment],

        word: $ => $.name,

        rules: {
          file: $ => repeat(choice($._newline, $.header, $.let, $.use, $.block, $._stages)),

          header: $ => prec.right(seq(field('word', alias(choice(...HEADERS), $.keyword)), optional($.arguments))),
          let: $ => seq('let', field('name', $.name), '=', field('value', choice($._expression, $.percent))),
          use: $ => seq('use', field('path', $.string)),
          block: $ => prec.right(seq('block', field('name', $.name), optional($.parameters), optional($.group))),
          parameters: $ => seq('(', repeat(choice($._newline, $.parameter, ',')), ')'),
          parameter: $ => seq(field('name', $.name), optional(seq('=', choice($._expression, $.percent)))),

          _stages: $ => prec.right(repeat1(choice($.stage, '|'))),
          stage: $ => prec.right(seq(
            choice($.layer, $.residual, $.branch, $.repetition, $.via, $.group),
            optional(seq('->', field('shape', choice($.size, $._value)))),
            optional(seq('as', field('label', $.name))))),
          layer: $ => prec.right(seq(field('word', alias($._word, $.layer_name)), optional($.arguments))),
          residual: $ => prec.right(seq('res', optional($.group))),
          via: $ => prec.right(seq('via', choice($.group, 'auto'))),
          branch: $ => prec.right(seq('branch', field('join', choice('concat', 'add', 'mul')), repeat($.group))),
          repetition: $ => prec.right(seq('repeat', field('count', $._value), optional($.group))),
          group: $ => seq('{', repeat(choice($._newline, $._stages)), '}'),

          arguments: $ => prec.right(repeat1(choice($.size, $._value, $.string, alias($._word, $.argument), $._comma))),
          _comma: $ => prec.right(seq(',', repeat($._newline))),

          size: $ => prec.right(2, seq($._part, repeat1(seq(alias(token.immediate(prec(2, /[x×]/)), 'x'), $._part)))),
          _part: $ => choice($.integer, $.reference, $.parenthesised),
          _value: $ => choice($.integer, $.number, $.percent, $.reference, $.parenthesised, $.negative),
          negative: $ => seq('-', choice($.integer, $.number, $.reference, $.parenthesised)),
          parenthesised: $ => seq('(', repeat($._newline), $._expression, repeat($._newline), ')'),
          _expression: $ => choice($.integer, $.number, $.reference, $.parenthesised, $.negative, $.binary),
          binary: $ => choice(
            prec.left(1, seq($._expression, choice('+', '-'), $._expression)),
            prec.left(2, seq($._expression, choice('*', '/'), $._expression))),

          reference: $ => token(choice(/\\$[A-Za-z][A-Za-z0-9_]*/, /\\$\\{[A-Za-z][A-Za-z0-9_]*\\}/)),
          integer: $ => /[0-9]+/,
          number: $ => token(choice(/[0-9]+\\.[0-9]*([eE][+-]?[0-9]+)?/, /\\.[0-9]+([eE][+-]?[0-9]+)?/, /[0-9]+[eE][+-]?[0-9]+/)),
          percent: $ => token(choice(/[0-9]+(\\.[0-9]*)?%/, /\\.[0-9]+%/)),
          string: $ => /"[^"\\n]*"/,
          _word: $ => choice($.name, $.dotted_name),
          name: $ => /[A-Za-z][A-Za-z0-9_]*/,
          dotted_name: $ => /[A-Za-z][A-Za-z0-9_]*(\\.[A-Za-z][A-Za-z0-9_]*)+/,
          comment: $ => token(/#[^\\n]*/),
          _newline: $ => /\\r?\\n/,
        },
      });

      """
  }

  /// What tree-sitter colours, with the built-in words.
  package static var highlights: String {
    let layers = AllLayers.types.filter { !$0.signature.isActivation }.map { "\"\($0.signature.word)\"" }.joined(separator: " ")
    let activations = AllLayers.activations.map { "\"\($0.signature.word)\"" }.joined(separator: " ")
    return """
      (comment) @comment
      (string) @string
      [(integer) (number) (percent) (size)] @number
      (reference) @constant
      (keyword) @keyword
      ["let" "use" "block" "res" "via" "auto" "branch" "concat" "add" "mul" "repeat" "as"] @keyword
      ["|" "->" "=" "+" "-" "*" "/"] @operator
      ["{" "}" "(" ")"] @punctuation.bracket
      "," @punctuation.delimiter
      (block name: (name) @function)
      (let name: (name) @constant)
      (parameter name: (name) @variable.parameter)
      (stage label: (name) @label)
      (argument) @variable.parameter
      (layer_name) @function

      ((layer_name) @function.builtin
        (#any-of? @function.builtin \(layers)))

      ([(layer_name) (argument)] @function.builtin
        (#any-of? @function.builtin \(activations)))

      """
  }

  /// The longer first, so that `leaky_relu` is not read as a shorter word.
  private static func alternatives(_ words: [String]) -> String {
    words.sorted { ($1.utf8.count, $0) < ($0.utf8.count, $1) }.joined(separator: "|")
  }
}
