/// Pages of NN101 to NN108: the text of a file.
extension CodePage {
  static let syntax = CodePage(
    "the text is not in the grammar",
    """
    Something stands where the language has no place for it: an open brace or quote, a character of another alphabet, a number that is none, \
    a `|` with nothing before it, a value that is missing. What can be understood around it is checked all the same, so that one run shows \
    all independent problems.
    """,
    "A line is a statement (`optimizer adam lr 1e-3`) or stages of the network with `|` between them; a new line between stages is a `|` too.",
    wrong: .model("input 28x28x1\nconv 3x3x8 pad 1 | | relu\ngap | fc 10 softmax"),
    right: .model("input 28x28x1\nconv 3x3x8 pad 1 | relu\ngap | fc 10 softmax"))

  static let unknownStatement = CodePage(
    "a line begins with a word that is no statement",
    """
    The first word of a line says what the line is. A word that is close to a statement, or that another framework uses for a setting, is \
    refused here and never skipped: a setting that is silently ignored trains another network than the one that was meant.
    """,
    wrong: .model("input 4\nlearning_rate 0.01\nfc 3 softmax"), right: .model("input 4\noptimizer adam lr 0.01\nfc 3 softmax"))

  static let statementTwice = CodePage(
    "a statement is given twice",
    """
    Every statement stands at most once, `epochs` and `steps` exclude each other: of two, neither the first nor the last is \
    a good guess. To try a variant without editing the file: `--set optimizer=\"sgd lr 0.1\"`.
    """,
    wrong: .model("input 4\noptimizer sgd lr 0.1\noptimizer adam lr 1e-3\nfc 3 softmax"),
    right: .model("input 4\noptimizer adam lr 1e-3\nfc 3 softmax"))

  static let noInput = CodePage(
    "the shape of the input is not known",
    """
    A run needs the shape of one example. It comes from the file (`input 84x84x1`), from `--input`, or from the data; a folder of images of \
    different sizes says none. `check` needs no input shape: it works out what an input must satisfy.
    """,
    wrong: .files("fc 3 softmax", [], "nnc render net.nn"), right: .files("input 4\nfc 3 softmax", [], "nnc render net.nn"))

  static let limit = CodePage(
    "a limit is exceeded",
    """
    Files of more than 10 MB, groups nested deeper than 200, sizes of more than 8 parts, networks of more than 20,000 stages and `use` \
    deeper than 32 files are refused. Each limit is far above what a person writes, and keeps a damaged file from taking all memory.
    """,
    wrong: .model("input 4\nrepeat 200000 { relu }\nfc 3 softmax"), right: .model("input 4\nrepeat 3 { fc 8 relu }\nfc 3 softmax"))

  static let secondNetwork = CodePage(
    "a file has two networks",
    """
    A file describes one network: a run of stages. A statement between stages ends the run, so that the stages behind it would be a second \
    network. Statements stand above the network or below it.
    """,
    wrong: .model("input 4\nfc 8 relu\nepochs 5\nfc 3 softmax"), right: .model("input 4\nepochs 5\nfc 8 relu\nfc 3 softmax"))

  static let use = CodePage(
    "a file that `use` or `classes` names cannot be used",
    """
    The file does not exist, leads back to itself, or is not a library. A library holds `let`, `block` and `use` only. Paths are relative to \
    the file that names them.
    """,
    wrong: .files("use \"blocks.nn\"\ninput 4\nwide 8 | fc 3 softmax", [], "nnc check net.nn"),
    right: .files(
      "use \"blocks.nn\"\ninput 4\nwide 8 | fc 3 softmax", [(name: "blocks.nn", text: "block wide(n) { fc $n relu }")], "nnc check net.nn"))

  static let unreadable = CodePage(
    "a file cannot be opened", "There is no such file, it is a folder, or you may not read it.",
    wrong: .files("input 4\nfc 3 softmax", [], "nnc check nett.nn"), right: .files("input 4\nfc 3 softmax", [], "nnc check net.nn"))
}
