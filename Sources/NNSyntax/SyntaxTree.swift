import NNDiagnostics

/// A file as written: no meaning is attached yet, and every node knows its place. `canonicalText` prints it.
public struct FileSyntax: Sendable {
  /// What it was read from.
  public let file: SourceFile
  package var items: [ItemSyntax]
  /// Comments in order of appearance, for `# nnc: allow NN351` and for the printer.
  package var comments: [CommentSyntax]
}

/// From `#` to the end of its line.
package struct CommentSyntax: Sendable {
  /// From `#` to the end of the line, without the line end.
  package var span: SourceSpan
}

/// What stands at the top of a file.
package enum ItemSyntax: Sendable {
  case header(HeaderSyntax)
  case letBinding(LetSyntax)
  case use(UseSyntax)
  case block(BlockSyntax)
  /// A run of stages; one that is interrupted by another item gives two. `NN106` is reported by the resolver where there
  /// are two networks, `NN102` where one is nothing but a misspelt statement.
  case pipeline(PipelineSyntax)
}

/// A name with its place.
package struct NameSyntax: Sendable {
  package var text: String
  package var span: SourceSpan
  package init(text: String, span: SourceSpan) {
    self.text = text
    self.span = span
  }
}

/// `optimizer adam lr 1e-3`
package struct HeaderSyntax: Sendable {
  package var word: NameSyntax
  package var atoms: [AtomSyntax]
  /// A part of it could not be read, which is reported already: what the rest means must not be judged.
  package var isBroken: Bool
  package var span: SourceSpan
}

/// `let width = 2*$c`; arithmetic may stand without parentheses here.
package struct LetSyntax: Sendable {
  package var name: NameSyntax
  package var value: ExpressionSyntax
  package var span: SourceSpan
}

/// `use "blocks.nn"`
package struct UseSyntax: Sendable {
  /// Without its quotes.
  package var path: NameSyntax
  package var span: SourceSpan
}

/// `block basic(c, s = 1) { … }`
package struct BlockSyntax: Sendable {
  package struct Parameter: Sendable {
    package var name: NameSyntax
    package var defaultValue: ExpressionSyntax?
  }
  package var name: NameSyntax
  package var parameters: [Parameter]
  package var body: GroupSyntax
  /// A part of it could not be read, which is reported already: calls of it must not be judged.
  package var isBroken: Bool
  package var span: SourceSpan
}

/// A network, or a part of one: stages that follow one another.
package struct PipelineSyntax: Sendable {
  package var stages: [StageSyntax]
  package var span: SourceSpan
}

/// `{ … }`; an empty one is the identity.
package struct GroupSyntax: Sendable {
  package var stages: [StageSyntax]
  /// Braces included.
  package var span: SourceSpan
}

/// One stage with its label and the shape that it states.
package struct StageSyntax: Sendable {
  package indirect enum Body: Sendable {
    case layer(LayerSyntax)
    case residual(ResidualSyntax)
    case branch(BranchSyntax)
    case repetition(RepeatSyntax)
  }
  package var body: Body
  /// `-> 42x42x32`
  package var statedShape: AtomSyntax?
  /// `as skip`
  package var label: NameSyntax?
  /// A part of it could not be read, which is reported already: its shape and arguments are unknown. Its word may be empty.
  package var isBroken: Bool
  package var isLayer: Bool {
    switch body {
    case .layer: true
    case .residual, .branch, .repetition: false
    }
  }
  /// Body, stated shape and label.
  package var span: SourceSpan
}

/// A word with its arguments: a built-in layer, an activation or a block.
package struct LayerSyntax: Sendable {
  package var word: NameSyntax
  package var atoms: [AtomSyntax]
  package var span: SourceSpan
}

/// `res { … } via { … }`
package struct ResidualSyntax: Sendable {
  package enum Via: Sendable {
    case group(GroupSyntax)
    case auto(SourceSpan)
  }
  package var keyword: SourceSpan
  package var body: GroupSyntax
  package var via: Via?
}

/// `branch concat { … } { … }`
package struct BranchSyntax: Sendable {
  package enum Join: String, Sendable, CaseIterable { case concat, add, mul }
  package var keyword: SourceSpan
  package var join: Join
  package var joinSpan: SourceSpan
  package var groups: [GroupSyntax]
}

/// `repeat 3 { … }`
package struct RepeatSyntax: Sendable {
  package var keyword: SourceSpan
  package var count: ExpressionSyntax
  package var body: GroupSyntax
}

/// One argument as written; what it binds to is the word table's business.
package struct AtomSyntax: Sendable {
  package enum Kind: Sendable {
    /// `3x3x$c`
    case size([ExpressionSyntax])
    /// A number, a percentage, a constant or an expression in parentheses.
    case value(ExpressionSyntax)
    /// Without its quotes.
    case string(String)
    /// `relu`, `validation.loss`
    case word(String)
    case comma
  }
  package var kind: Kind
  package var span: SourceSpan
}

/// A number, a constant, or arithmetic with them.
package indirect enum ExpressionSyntax: Sendable {
  /// The text of a number is kept, so that `0.10` is printed as written; `value` is exact for whole numbers up to 2^53.
  case number(value: Double, span: SourceSpan)
  /// `20%`, with the value 20.
  case percent(value: Double, span: SourceSpan)
  /// `$name` or `${name}`; the name without `$` and braces.
  case reference(name: String, span: SourceSpan)
  case negate(ExpressionSyntax, span: SourceSpan)
  case binary(BinaryOperator, ExpressionSyntax, ExpressionSyntax, span: SourceSpan)
  /// Parentheses are kept: `(2*$c)`.
  case parenthesised(ExpressionSyntax, span: SourceSpan)
  /// Stands where a value could not be read, which is reported already: any value would do.
  case missing(span: SourceSpan)

  package enum BinaryOperator: String, Sendable { case add = "+", subtract = "-", multiply = "*", divide = "/" }

  package var span: SourceSpan {
    switch self {
    case .number(_, let span), .percent(_, let span), .reference(_, let span), .negate(_, let span),
      .binary(_, _, _, let span), .parenthesised(_, let span), .missing(let span):
      span
    }
  }
}

extension StageSyntax {
  /// The groups inside, in the order of the text.
  package var groups: [GroupSyntax] {
    switch body {
    case .layer: return []
    case .residual(let residual):
      if case .group(let via)? = residual.via { return [residual.body, via] }
      return [residual.body]
    case .branch(let branch): return branch.groups
    case .repetition(let repetition): return [repetition.body]
    }
  }

  /// Where the stage ends, without a stated shape and a label.
  package var bodyEnd: Int {
    switch body {
    case .layer(let layer): return layer.span.end
    case .residual(let residual):
      switch residual.via {
      case .group(let via)?: return via.span.end
      case .auto(let span)?: return span.end
      case nil: return residual.body.span.end
      }
    case .branch(let branch): return branch.groups.last?.span.end ?? branch.joinSpan.end
    case .repetition(let repetition): return repetition.body.span.end
    }
  }
}
