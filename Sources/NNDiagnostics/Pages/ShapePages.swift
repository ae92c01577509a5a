/// Pages of NN301 to NN310: shapes.
extension CodePage {
  static let windowTooLarge = CodePage(
    "a window does not fit into its image",
    """
    A convolution without padding makes the image smaller by its window less one, a pool divides it. After a few of them nothing is left for \
    the next window to stand on. The message lists every stage with the shape it gives, so that you see where the rows go; the cause is often \
    far above the line where they run out.
    """,
    "Three repairs: padding in the convolutions (`pad 1` keeps the size for a 3x3 window), fewer pools, or a larger input.",
    wrong: .model("input 8x8x1\nconv 3x3x8 relu | maxpool 2\nconv 3x3x16 relu\nconv 3x3x16 relu\ngap | fc 10 softmax"),
    right: .model("input 8x8x1\nconv 3x3x8 pad 1 relu | maxpool 2\nconv 3x3x16 pad 1 relu\nconv 3x3x16 pad 1 relu\ngap | fc 10 softmax"))

  static let wrongKind = CodePage(
    "a layer gets a kind of value that it does not take",
    """
    Values have kinds: a vector `D`, an image `HxWxC`, a sequence `TxD`, tokens. A `conv` needs an image; once a `fc` has made a vector of it, there is \
    no height and width any more. The message marks the stage where the kind changed.
    """,
    "Only one change happens by itself: `fc` on an image flattens it, and the table shows that as a row of its own.",
    wrong: .model("input 28x28x1\nfc 64 relu\nconv 3x3x8 relu\nfc 10 softmax"),
    right: .model("input 28x28x1\nconv 3x3x8 relu\nfc 64 relu\nfc 10 softmax"))

  static let notDivisible = CodePage(
    "a number does not divide another",
    "`groups` cuts the channels into equal parts, `heads` cuts the features of an attention. Both the channels that come in and those that go out must be divisible.",
    wrong: .model("input 16x16x8\nconv 3x3x16 groups 3 relu\ngap | fc 10 softmax"),
    right: .model("input 16x16x8\nconv 3x3x16 groups 4 relu\ngap | fc 10 softmax"))

  static let classCount = CodePage(
    "the network and the data have different numbers of classes",
    """
    The last layer must give one value per class (or one in all, with `sigmoid`, for two classes). `$classes` takes the number from the data \
    or from the `classes` statement, so that it cannot be wrong.
    """,
    wrong: .model("input 4\nclasses setosa, versicolor, virginica\nfc 10 relu | fc 4 softmax"),
    right: .model("input 4\nclasses setosa, versicolor, virginica\nfc 10 relu | fc $classes softmax"))

  static let residualShapes = CodePage(
    "the two sides of a residual have different shapes",
    """
    `res { … }` adds its input to what its group makes of it, number by number, so that both must have the same shape. A stride or another number \
    of channels in the group needs a projection of the input: `via { conv 1x1x32 stride 2 nobias }`, or `via auto`, which inserts one \
    where it is needed (He et al. 2015, section 3.3, option B).
    """,
    wrong: .model("input 16x16x8\nres { conv 3x3x16 stride 2 pad 1 relu | conv 3x3x16 pad 1 } | relu\ngap | fc 10 softmax"),
    right: .model("input 16x16x8\nres { conv 3x3x16 stride 2 pad 1 relu | conv 3x3x16 pad 1 } via auto | relu\ngap | fc 10 softmax"))

  static let branchShapes = CodePage(
    "what branches or labels give cannot be joined",
    """
    `concat` puts channels side by side and needs equal height and width; `add` and `mul` work number by number and need equal shapes. \
    A pool moves by its window unless it says otherwise: inside a branch it usually needs `stride 1` and padding.
    """,
    wrong: .model("input 15x15x8\nbranch concat { conv 1x1x8 } { maxpool 3 } | relu\ngap | fc 10 softmax"),
    right: .model("input 15x15x8\nbranch concat { conv 1x1x8 } { maxpool 3 stride 1 pad 1 } | relu\ngap | fc 10 softmax"))

  static let stepsAndLabels = CodePage(
    "one prediction per time step, one label per sequence",
    """
    Layers over a sequence keep all its steps, and `fc` works step by step. Where the data has one label for a whole sequence, the steps must \
    become one vector before the last layer: the last step, their mean, or all of them in a row (`flatten`).
    """,
    wrong: .model("input seq 20x8\nclasses ham, spam\nconv 3x16 pad 1 relu | fc $classes softmax"),
    right: .model("input seq 20x8\nclasses ham, spam\nconv 3x16 pad 1 relu | flatten | fc $classes softmax"))

  static let statedShape = CodePage(
    "a stated shape is not the one that comes out",
    """
    `-> 42x42x32` behind a stage states its shape, and `check` proves it. `nnc fmt --shapes` writes the shapes of all stages, so that \
    a later change that moves one of them is found.
    """,
    wrong: .model("input 28x28x1\nconv 3x3x8 relu -> 28x28x8\ngap | fc 10 softmax"),
    right: .model("input 28x28x1\nconv 3x3x8 pad 1 relu -> 28x28x8\ngap | fc 10 softmax"))

  static let reshapeCount = CodePage(
    "`reshape` to a shape of another count", "`reshape` arranges the same numbers in another shape; it neither adds nor drops any.",
    wrong: .model("input 48\nreshape 4x4x4 | conv 3x3x8 relu\ngap | fc 10 softmax"),
    right: .model("input 48\nreshape 4x4x3 | conv 3x3x8 relu\ngap | fc 10 softmax"))

  static let memory = CodePage(
    "a network that no machine, or not this one, can hold",
    """
    Weights, their gradients, the optimizer's state and the values of a batch are counted before anything is allocated; sizes are checked for \
    overflow. The usual reason is a `fc` on a large image: put a stride, a pool or `gap` in front of it, or take a smaller batch.
    """,
    wrong: .model("input 4096x4096x64\nfc 1000000 relu | fc 10 softmax"),
    right: .model("input 64x64x3\nconv 3x3x8 stride 2 relu | gap | fc 10 softmax"))
}
