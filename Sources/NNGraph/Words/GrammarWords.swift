/// The words that the grammar itself knows: they have no entry in the tables of statements and layers.
enum GrammarWords {
  static let pages: [WordPage] = [
    page(
      "let", .form, "names a number: a constant that sizes and arguments may use", "let NAME = VALUE",
      facts: ["stands above its first use", "`--set NAME=VALUE` takes its place for one run"],
      examples: ["let width = 64", "let wide = 2*$width"]),
    page(
      "use", .form, "brings in the constants and blocks of another file", "use \"FILE\"",
      facts: ["the path is relative to the file it stands in", "that file holds nothing but `let`, `block` and `use`"],
      examples: ["use \"blocks.nn\""]),
    page(
      "block", .form, "names a piece of network, with parameters; used like a layer", "block NAME(PARAMETER, PARAMETER = VALUE) { STAGES }",
      facts: [
        "stands above its first use", "arguments are bound by place, then by name: `basic 32 s 2`", "every use has weights of its own",
      ],
      examples: ["block wide(n, p = 0.1) { fc $n relu | dropout $p }"]),
    page(
      "res", .form, "a residual: adds what comes in to what the group makes of it", "res { STAGES } [via { STAGES } | via auto]",
      facts: [
        "both sides must have the same shape",
        "`via { … }` changes the shortcut, `via auto` puts a 1x1 convolution where the shapes differ",
      ], examples: ["res { conv 3x3x16 pad 1 relu | conv 3x3x16 pad 1 } via auto"]),
    page(
      "branch", .form, "runs groups side by side on the same input and joins what they give",
      "branch concat|add|mul { STAGES } { STAGES } …",
      facts: ["`concat` puts channels side by side, `add` and `mul` work number by number", "`{}` passes the input on"],
      examples: ["branch concat { conv 1x1x8 } { maxpool 3 stride 1 pad 1 }"]),
    page(
      "repeat", .form, "writes a group out several times, each with weights of its own", "repeat N { STAGES }",
      facts: ["the number is a constant or stands in parentheses: `repeat ($n-1) { … }`"], examples: ["repeat 3 { fc 64 relu }"]),
    page(
      "as", .form, "labels a stage, so that `add` or `concat` can join it further down", "STAGE as NAME",
      facts: ["visible to the end of its group, and in groups inside that"], examples: ["relu as skip"]),
    page(
      "->", .form, "states the shape behind a stage; `check` proves it", "STAGE -> SHAPE",
      facts: ["`nnc fmt --shapes` writes it behind every stage"], examples: ["maxpool 2 -> 42x42x32"]),
    page(
      "$classes", .constant, "the number of classes, from the data or from `classes`", "$classes", facts: [],
      examples: ["fc $classes softmax"]),
    page(
      "$features", .constant, "the number of input columns of a table, or of numbers per step", "$features", facts: [],
      examples: ["fc $features relu"]),
    page(
      "$vocab", .constant, "the number of distinct characters of a text, from the data or from `input`", "$vocab", facts: [],
      examples: ["fc $vocab softmax"]),
  ]

  private static func page(
    _ word: String, _ kind: WordPage.Kind, _ summary: String, _ usage: String, facts: [String], examples: [String]
  ) -> WordPage {
    WordPage(
      word: word, kind: kind, summary: summary, usage: [.init(line: usage, summary: "", arguments: [])], facts: facts,
      examples: examples.map { (line: $0, note: "") }, otherNames: [])
  }
}
