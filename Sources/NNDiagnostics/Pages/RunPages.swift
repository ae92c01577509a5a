/// Pages of NN60x, NN701 and NN80x: weights and models of others, training, what is emitted.
extension CodePage {
  static let weightsMismatch = CodePage(
    "weights do not belong to this network",
    """
    Every tensor is found by its name and must have the shape that the network needs. The table names both sides, those of the file and those needed. \
    Weights know the classes and the normalisation they were trained with; others are refused too.
    """,
    wrong: .files(
      "epochs 1\nnormalize standard\nfc 8 relu | fc $classes softmax",
      [(name: "wide.nn", text: "epochs 1\nnormalize standard\nfc 16 relu | fc $classes softmax")],
      "nnc run net.nn --data iris --out trained", "nnc run wide.nn --data iris --weights trained/best.safetensors"),
    right: .files(
      "epochs 1\nnormalize standard\nfc 8 relu | fc $classes softmax", [], "nnc run net.nn --data iris --out trained",
      "nnc run net.nn --data iris --weights trained/best.safetensors"))

  static let badModelFile = CodePage(
    "a file is no model that `nnc import` reads",
    """
    `nnc import` reads ONNX: one graph with one input, in single precision, as PyTorch, Keras (by tf2onnx) and scikit-learn (by skl2onnx) export it. A \
    file that is cut short, or of another format, is refused with the place where it stops making sense.
    """,
    wrong: .files("input 4\nfc 3 softmax", [], "nnc import net.nn -o copy.nn"),
    right: .files(
      "epochs 1\nfc 8 relu | fc $classes softmax", [], "nnc run net.nn --data iris --out trained",
      "nnc emit net.nn --weights trained/best.safetensors --target onnx -o net.onnx", "nnc import net.onnx -o copy.nn"))

  static let nodesLack = CodePage(
    "a model has nodes that the language cannot say",
    """
    The nodes are listed one by one with the reason. The language has layers, not operations on tensors: padding that differs from side to side, a sum that \
    stretches one of its terms, or a pool that leaves out its padding have no word in it. Nodes that only move axes, and arithmetic on shapes, need none.
    """,
    wrong: nil, right: nil)

  static let diverged = CodePage(
    "training diverged",
    """
    The loss, a gradient or a weight became infinite or not a number. The step is run again, layer by layer, and the first stage that gives such a \
    number is named; weights and state from before the step are kept, so that `--resume` makes it again. What the last update of all has done is looked \
    at with its batch, and with the parts that training never saw. Most often the learning rate is too high, or the inputs are not normalised. Exit status 3.
    """,
    wrong: .files(
      "optimizer sgd lr 1e30  # nnc: allow NN361\nepochs 5\nfc 8 relu | fc $classes softmax", [], "nnc run net.nn --data iris --out trained"
    ),
    right: .files(
      "normalize standard\noptimizer sgd lr 0.1\nepochs 5\nfc 8 relu | fc $classes softmax", [], "nnc run net.nn --data iris --out trained")
  )

  static let emitDiffers = CodePage(
    "emitted code differs from the engine",
    """
    `nnc emit --verify` runs the emitted code on the same inputs as the engine and compares the numbers. A difference above the allowed one is a \
    mistake of nnc, not of your file. Exit status 3.
    """,
    wrong: nil, right: nil)

  static let targetLacks = CodePage(
    "the target of `emit` cannot say this",
    """
    Every layer can be written for every target, but not every recipe: the train.py of `--target pytorch` measures loss and accuracy alone, and begins every batch \
    with a state of zeros. What it cannot do is refused, so that it never trains something else than `nnc run` does.
    """,
    wrong: .files(
      "split train 70%, validation 10%, test 20%\nstop patience 3 on validation.f1\nfc 8 relu | fc $classes softmax", [],
      "nnc emit net.nn --data iris --target pytorch -o program"),
    right: .files(
      "split train 70%, validation 10%, test 20%\nstop patience 3 on validation.loss\nfc 8 relu | fc $classes softmax", [],
      "nnc emit net.nn --data iris --target pytorch -o program"))
}
