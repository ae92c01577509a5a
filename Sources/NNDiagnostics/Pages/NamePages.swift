/// Pages of NN201 to NN208: names and arguments.
extension CodePage {
  static let unknownLayer = CodePage(
    "a stage is no layer, activation or block",
    """
    The first word of a stage is a built-in layer, an activation, or a block that is defined above. A near word is proposed, and the words of other \
    frameworks (`Conv2d`, `Dense`, `nn.ReLU`, `BatchNormalization`) are translated. `nnc explain` lists all words.
    """,
    wrong: .model("input 28x28x1\nconv 3x3x8 | rlu\ngap | fc 10 softmax"),
    right: .model("input 28x28x1\nconv 3x3x8 | relu\ngap | fc 10 softmax"))

  static let unknownArgument = CodePage(
    "a word does not take this argument",
    """
    Arguments that are not known are never skipped. The first arguments of a word stand right behind it (`conv 3x3x32`), the others behind \
    their name (`pad 1`); flags stand alone (`nobias`); an activation may stand last (`fc 10 relu`). `nnc explain conv` shows them all.
    """,
    wrong: .model("input 28x28x1\nconv 3x3x8 padding 1 | relu\ngap | fc 10 softmax"),
    right: .model("input 28x28x1\nconv 3x3x8 pad 1 | relu\ngap | fc 10 softmax"))

  static let unknownConstant = CodePage(
    "a constant has no value",
    """
    `$name` is a constant: defined by `let` above its use, a parameter of the block around it, or one of `$classes`, `$features` and `$vocab`, \
    which come from the data or from statements.
    """,
    wrong: .model("input 4\nlet width = 16\nfc $widht relu | fc $width relu | fc 3 softmax"),
    right: .model("input 4\nlet width = 16\nfc $width relu | fc $width relu | fc 3 softmax"))

  static let label = CodePage(
    "a label is unknown, or given twice",
    """
    `as skip` names what comes out of a stage, `add skip` or `concat skip` joins it further down. A label is visible from its stage to the end of \
    its group, and in groups inside that.
    """,
    wrong: .model("input 8\nfc 8 relu as skip\nfc 8 relu | add skap\nfc 3 softmax"),
    right: .model("input 8\nfc 8 relu as skip\nfc 8 relu | add skip\nfc 3 softmax"))

  static let blockCycle = CodePage(
    "a block uses itself",
    "A block is written out where it is used, so that one that contains itself would never end. `repeat` says how often a group follows itself.",
    wrong: .model("block deep(n) { fc $n relu | deep $n }\ninput 4\ndeep 8 | fc 3 softmax"),
    right: .model("block deep(n) { fc $n relu }\ninput 4\nrepeat 3 { deep 8 }\nfc 3 softmax"))

  static let notWhole = CodePage(
    "a size is not a whole number above 0",
    "Arithmetic on sizes is exact: `3/2` is one and a half and no size. Nothing is rounded behind your back.",
    wrong: .model("input 28x28x1\nlet c = 9\nconv 3x3x($c/2) | relu\ngap | fc 10 softmax"),
    right: .model("input 28x28x1\nlet c = 8\nconv 3x3x($c/2) | relu\ngap | fc 10 softmax"))

  static let outOfRange = CodePage(
    "a number is outside the range of its word",
    "Every argument has a range, which `nnc explain WORD` shows. A value outside of it has no meaning, and is refused before anything is computed.",
    wrong: .model("input 4\noptimizer sgd lr 0.1 momentum 1.9\nfc 3 softmax"),
    right: .model("input 4\noptimizer sgd lr 0.1 momentum 0.9\nfc 3 softmax"))

  static let definedTwice = CodePage(
    "a name is defined twice, or is taken",
    "Constants, blocks, parameters and class names are each defined once; a block may not take the name of a built-in layer.",
    wrong: .model("let n = 8\nlet n = 16\ninput 4\nfc $n relu | fc 3 softmax"),
    right: .model("let n = 16\ninput 4\nfc $n relu | fc 3 softmax"))
}
