import NNDiagnostics

extension WordPage {
  /// For a terminal; ends with a new line.
  package var text: String {
    var lines = ["\(word): \(summary)", ""]
    for usage in usage {
      lines.append("  \(usage.line)" + (usage.summary.isEmpty ? "" : "    \(usage.summary)"))
      let width = usage.arguments.map(\.name.count).max() ?? 0
      for argument in usage.arguments {
        lines.append("      \(argument.name.padded(to: width))  \(argument.summary) (\(argument.values))")
      }
    }
    lines.append("")
    lines += facts
    if !examples.isEmpty { lines += ["", examples.count == 1 ? "example:" : "examples:"] }
    lines += examples.map { "  \($0.line)" + ($0.note.isEmpty ? "" : "    \($0.note)") }
    if !otherNames.isEmpty { lines += ["", "in other frameworks: \(otherNames.prefix(6).joined(separator: ", "))"] }
    return lines.joined(separator: "\n") + "\n"
  }

  /// For an editor's hover and the reference: Markdown without a heading.
  package var markdown: String {
    var parts = ["\(summary)\n", "```text\n" + usage.map(\.line).joined(separator: "\n") + "\n```\n"]
    for usage in usage where !usage.arguments.isEmpty || !usage.summary.isEmpty {
      if self.usage.count > 1 { parts.append("`\(usage.line)`" + (usage.summary.isEmpty ? "" : ": \(usage.summary)") + "\n") }
      if !usage.arguments.isEmpty {
        parts.append(usage.arguments.map { "- `\($0.name)`: \($0.summary) (\($0.values))" }.joined(separator: "\n") + "\n")
      }
    }
    if !facts.isEmpty { parts.append(facts.map { "- \($0)" }.joined(separator: "\n") + "\n") }
    if !examples.isEmpty {
      parts.append("```nn\n" + examples.map { $0.line + ($0.note.isEmpty ? "" : "    # \($0.note)") }.joined(separator: "\n") + "\n```\n")
    }
    return parts.joined(separator: "\n")
  }
}

/// `grammar/REFERENCE.md`: every word of the language and every code, from the tables.
package enum Reference {
  package static var markdown: String {
    var text = """
      # The words of a .nn file

      Generated from the tables that the compiler reads files with; `nnc explain WORD` prints the same. The grammar is `nn.ebnf`.


      """
    for kind in WordPage.Kind.allCases {
      text += "## \(title(kind))\n\n"
      for page in WordPage.all where page.kind == kind { text += "### \(page.word)\n\n\(page.markdown)\n" }
    }
    return text + codes
  }

  private static func title(_ kind: WordPage.Kind) -> String {
    switch kind {
    case .statement: "Statements"
    case .layer: "Layers"
    case .activation: "Activations"
    case .form: "Forms of the grammar"
    case .constant: "Constants from the data"
    }
  }

  /// A line for each code; `nnc explain NN301` tells the rest.
  private static var codes: String {
    let rows = Code.allCases.map { "| \($0.rawValue) | \($0.page.title)\($0.isLint ? " (lint)" : "") |" }
    return "## Codes\n\n`nnc explain CODE` shows what each means, with a wrong and a right file.\n\n| code | |\n| --- | --- |\n"
      + rows.joined(separator: "\n") + "\n"
  }
}
