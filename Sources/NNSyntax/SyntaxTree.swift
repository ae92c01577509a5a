import NNDiagnostics

/// A file as written: no meaning is attached yet, and every node knows its place.
public struct FileSyntax: Sendable {
  public var file: SourceFile
  public var items: [ItemSyntax]
  /// Comments in order of appearance, for `# nnc: allow NN351` and for the printer.
  public var comments: [CommentSyntax]
}

/// From `#` to the end of its line.
public struct CommentSyntax: Sendable {
  /// From `#` to the end of the line, without the line end.
  public var span: SourceSpan
}

/// What stands at the top of a file.
public enum ItemSyntax: Sendable {
  case header(HeaderSyntax)
  case letBinding(LetSyntax)
  case use(UseSyntax)
  case block(BlockSyntax)
  /// A run of stages; one that is interrupted by another item gives two. `NN106` is reported by the resolver where there
  /// are two networks, `NN102` where one is nothing but a misspelt statement.
  case pipeline(PipelineSyntax)
}

/// A name with its place.
public struct NameSyntax: Sendable {
  public var text: String
  public var span: SourceSpan
  public init(text: String, span: SourceSpan) {
    self.text = text
    self.span = span
  }
}

/// `optimizer adam lr 1e-3`
public struct HeaderSyntax: Sendable {
  public var word: NameSyntax
  public var atoms: [AtomSyntax]
  /// A part of it could not be read, which is reported already: what the rest means must not be judged.
  public var isBroken: Bool
  public var span: SourceSpan
}

/// `let width = 2*$c`; arithmetic may stand without parentheses here.
public struct LetSyntax: Sendable {
  public var name: NameSyntax
  public var value: ExpressionSyntax
  public var span: SourceSpan
}

/// `use "blocks.nn"`
public struct UseSyntax: Sendable {
  /// Without its quotes.
  public var path: NameSyntax
  public var span: SourceSpan
}

/// `block basic(c, s = 1) { … }`
public struct BlockSyntax: Sendable {
  public struct Parameter: Sendable {
    public var name: NameSyntax
    public var defaultValue: ExpressionSyntax?
  }
  public var name: NameSyntax
  public var parameters: [Parameter]
  public var body: GroupSyntax
  /// A part of it could not be read, which is reported already: calls of it must not be judged.
  public var isBroken: Bool
  public var span: SourceSpan
}

/// A network, or a part of one: stages that follow one another.
public struct PipelineSyntax: Sendable {
  public var stages: [StageSyntax]
  public var span: SourceSpan
}

/// `{ … }`; an empty one is the identity.
public struct GroupSyntax: Sendable {
  public var stages: [StageSyntax]
  /// Braces included.
  public var span: SourceSpan
}

/// One stage with its label and the shape that it states.
public struct StageSyntax: Sendable {
  public indirect enum Body: Sendable {
    case layer(LayerSyntax)
    case residual(ResidualSyntax)
    case branch(BranchSyntax)
    case repetition(RepeatSyntax)
  }
  public var body: Body
  /// `-> 42x42x32`
  public var statedShape: AtomSyntax?
  /// `as skip`
  public var label: NameSyntax?
  /// A part of it could not be read, which is reported already: its shape and arguments are unknown. Its word may be empty.
  public var isBroken: Bool
  public var isLayer: Bool {
    switch body {
    case .layer: true
    case .residual, .branch, .repetition: false
    }
  }
  /// Body, stated shape and label.
  public var span: SourceSpan
}

/// A word with its arguments: a built-in layer, an activation or a block.
public struct LayerSyntax: Sendable {
  public var word: NameSyntax
  public var atoms: [AtomSyntax]
  public var span: SourceSpan
}

/// `res { … } via { … }`
public struct ResidualSyntax: Sendable {
  public enum Via: Sendable {
    case group(GroupSyntax)
    case auto(SourceSpan)
  }
  public var keyword: SourceSpan
  public var body: GroupSyntax
  public var via: Via?
}

/// `branch concat { … } { … }`
public struct BranchSyntax: Sendable {
  public enum Join: String, Sendable, CaseIterable { case concat, add, mul }
  public var keyword: SourceSpan
  public var join: Join
  public var joinSpan: SourceSpan
  public var groups: [GroupSyntax]
}

/// `repeat 3 { … }`
public struct RepeatSyntax: Sendable {
  public var keyword: SourceSpan
  public var count: ExpressionSyntax
  public var body: GroupSyntax
}

/// One argument as written; what it binds to is the word table's business.
public struct AtomSyntax: Sendable {
  public enum Kind: Sendable {
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
  public var kind: Kind
  public var span: SourceSpan
}

/// A number, a constant, or arithmetic with them.
public indirect enum ExpressionSyntax: Sendable {
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

  public enum BinaryOperator: String, Sendable { case add = "+", subtract = "-", multiply = "*", divide = "/" }

  public var span: SourceSpan {
    switch self {
    case .number(_, let span), .percent(_, let span), .reference(_, let span), .negate(_, let span),
      .binary(_, _, _, let span), .parenthesised(_, let span), .missing(let span):
      span
    }
  }
}

extension StageSyntax {
  /// The groups inside, in the order of the text.
  public var groups: [GroupSyntax] {
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
  public var bodyEnd: Int {
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
