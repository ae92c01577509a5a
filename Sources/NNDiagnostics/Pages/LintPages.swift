/// Pages of NN35x and NN36x: networks that are legal and probably not what was meant.
extension CodePage {
  private static let allowed = "It is a warning: `# nnc: allow` with the code, on the line, switches it off there."

  static let sizeOrder = CodePage(
    "a size looks written in the order of another framework",
    """
    nnc writes height x width x output channels: `3x3x32`. PyTorch and ONNX write output channels first, so that `32x3x3` is a window of 32x3 with 3 \
    output channels here. Raised where the first number is larger than both others and the last is at most 7.
    """, allowed,
    wrong: .model("input 64x64x3\nconv 32x3x3 pad 1 | relu\ngap | fc 10 softmax"),
    right: .model("input 64x64x3\nconv 3x3x32 pad 1 | relu\ngap | fc 10 softmax"))

  static let dropEverything = CodePage(
    "`dropout` with a probability of 1 or more",
    "The number behind `dropout` is the probability of dropping a value, `0.2` or `20%`. At 1 nothing would be left; `20` was probably meant as a percentage.",
    wrong: .model("input 4\nfc 16 relu | dropout 20 | fc 3 softmax"), right: .model("input 4\nfc 16 relu | dropout 20% | fc 3 softmax"))

  static let droppedRow = CodePage(
    "a pool leaves out the last rows",
    """
    Sizes round down: a `maxpool 2` on 7x7 sees 6x6, and the last row and column never reach the rest of the network. \
    `ceil` or padding keeps them; an input size that is divisible is cleanest.
    """, allowed,
    wrong: .model("input 7x7x1\nconv 3x3x8 pad 1 relu | maxpool 2\ngap | fc 10 softmax"),
    right: .model("input 8x8x1\nconv 3x3x8 pad 1 relu | maxpool 2\ngap | fc 10 softmax"))

  static let biasBeforeNorm = CodePage(
    "a bias right before a `bn` has no effect",
    """
    `bn` takes the mean off every channel, and with it any constant that the layer before has added. The bias is trained for nothing; \
    `nobias` leaves it out.
    """, allowed,
    wrong: .model("input 8x8x1\nconv 3x3x8 pad 1 | bn | relu\ngap | fc 10 softmax"),
    right: .model("input 8x8x1\nconv 3x3x8 pad 1 nobias | bn | relu\ngap | fc 10 softmax"))

  static let unused = CodePage(
    "something is defined and never used",
    "A constant, a block or a file that is brought in and never used is often a misspelt name further down.", allowed,
    wrong: .model("let depth = 3\ninput 4\nfc 16 relu | fc 3 softmax"),
    right: .model("let depth = 3\ninput 4\nrepeat $depth { fc 16 relu }\nfc 3 softmax"))

  static let outputActivation = CodePage(
    "an activation limits what a regression can give",
    """
    A regression ends with plain numbers. After `relu` no output is below 0 and a unit below 0 learns nothing, after `softmax` the outputs add \
    up to 1: other targets are never reached, and it only looks as if training had stopped.
    """, allowed,
    wrong: .model("input 8\nloss mse\nfc 16 relu | fc 1 relu"), right: .model("input 8\nloss mse\nfc 16 relu | fc 1"))

  static let noNonlinearity = CodePage(
    "two `fc` with nothing nonlinear between them",
    """
    A product of two matrices is a matrix: without an activation between them, two fully connected layers compute nothing that one could not, and \
    only the number of parameters grows. `dropout`, `bn` and `flatten` are no activations.
    """, allowed,
    wrong: .model("input 8\nfc 64 | fc 3 softmax"), right: .model("input 8\nfc 64 relu | fc 3 softmax"))

  static let dropoutAtEnd = CodePage(
    "`dropout` after the last layer",
    """
    Behind the last layer with weights, `dropout` sets outputs to 0 at random: the loss is that of wrong answers, and nothing \
    learns to do without the dropped values. It belongs in front of the layer.
    """, allowed,
    wrong: .model("input 8\nfc 64 relu | fc 3 | dropout 0.5 | softmax"), right: .model("input 8\nfc 64 relu | dropout 0.5 | fc 3 softmax"))

  static let normAfterDropout = CodePage(
    "`bn` after `dropout`",
    """
    In training `dropout` raises the variance of what it lets through, at evaluation it does nothing. A `bn` behind it keeps the variance \
    of training and normalises with it later, which is wrong by then (Li et al. 2018, \"Understanding the Disharmony between Dropout and Batch \
    Normalization by Variance Shift\"). Put the `dropout` behind the last `bn`.
    """, allowed,
    wrong: .model("input 8\nfc 64 relu | dropout 0.5 | bn | fc 3 softmax"),
    right: .model("input 8\nfc 64 nobias | bn | relu | dropout 0.5 | fc 3 softmax"))

  static let deepSigmoid = CodePage(
    "`sigmoid` in several hidden layers",
    """
    The slope of `sigmoid` is at most 1/4. Through three of them the gradient shrinks to 1/64 or less, so that the first layers hardly \
    learn (Glorot and Bengio 2010). Hidden layers take `relu` or `tanh`; `sigmoid` belongs to the end, for a probability.
    """, allowed,
    wrong: .model("input 8\nfc 16 sigmoid | fc 16 sigmoid | fc 16 sigmoid | fc 3 softmax"),
    right: .model("input 8\nfc 16 relu | fc 16 relu | fc 16 relu | fc 3 softmax"))

  static let unusualRate = CodePage(
    "a learning rate far outside the optimizer's usual range",
    """
    `adam`, `adamw`, `adamax` and `rmsprop` move every weight by about the learning rate in each step, whatever the gradient: usual are 1e-4 to 1e-2. \
    `sgd` moves by the gradient times the rate: usual are 1e-3 to 1, `adagrad` 1e-3 to 0.1. A rate ten times beyond either end is reported; it diverges, or learns \
    nothing in the time you have.
    """, allowed,
    wrong: .model("input 8\noptimizer adam lr 0.5\nfc 16 relu | fc 3 softmax"),
    right: .model("input 8\noptimizer adam lr 1e-3\nfc 16 relu | fc 3 softmax"))

  static let windowOverImage = CodePage(
    "a window is larger than the image it slides over",
    """
    The window fits only because of the padding: some of its weights see nothing but zeros, whatever the image. A smaller window gives the same with fewer \
    parameters; or the image is smaller than you think, and a pool or stride further up is one too many.
    """, allowed,
    wrong: .model("input 4x4x8\nconv 7x7x16 pad 3 relu\ngap | fc 10 softmax"),
    right: .model("input 4x4x8\nconv 3x3x16 pad 1 relu\ngap | fc 10 softmax"))

  static let receptiveField = CodePage(
    "a receptive field is larger than the image",
    """
    The receptive field of a number is the part of the image that it depends on; every window and every stride makes it larger. Where each number that a \
    convolution reads already depends on the whole image, its window adds nothing that a 1x1 window would not see: such layers cost time and parameters and \
    hardly improve a classifier (Richter and others, "Should You Go Deeper?", 2021). Along `res` and `branch` the smallest field counts.
    """,
    "A larger `input`, fewer pools and strides above, or fewer layers help.", allowed,
    wrong: .model(
      "input 8x8x1\nconv 3x3x8 pad 1 relu | maxpool 2\nconv 3x3x8 pad 1 relu | maxpool 2\nconv 3x3x8 pad 1 relu\ngap | fc 10 softmax"),
    right: .model(
      "input 16x16x1\nconv 3x3x8 pad 1 relu | maxpool 2\nconv 3x3x8 pad 1 relu | maxpool 2\nconv 3x3x8 pad 1 relu\ngap | fc 10 softmax"))

  static let dominantLayer = CodePage(
    "one layer has almost all parameters",
    """
    A layer with more than a million parameters that are more than nine tenths of all: nearly always a `fc` on a whole image. It takes the memory, the \
    time and most of the overfitting. `gap` in front of it, or an `avgpool to 4x4`, leaves the features and takes the places out.
    """, allowed,
    wrong: .model("input 64x64x3\nconv 3x3x32 pad 1 relu\nfc 128 relu | fc 10 softmax"),
    right: .model("input 64x64x3\nconv 3x3x32 pad 1 relu\ngap | fc 128 relu | fc 10 softmax"))

  static let activationTwice = CodePage(
    "an activation right behind another",
    "`relu` on what `relu`, `sigmoid` or `softmax` gives changes nothing, and the same activation twice is most often left over from an edit.",
    allowed,
    wrong: .model("input 8\nfc 16 relu | relu | fc 3 softmax"), right: .model("input 8\nfc 16 relu | fc 3 softmax"))

  static let normOfOne = CodePage(
    "`bn` with a batch of one",
    """
    `bn` normalises over the examples of a batch. With one example a vector minus its own mean is 0, whatever it was, and an image is \
    normalised by itself alone; evaluation then uses other numbers. Take a larger `batch`, or `layernorm`.
    """, allowed,
    wrong: .model("input 8\nbatch 1\nfc 16 nobias | bn | relu | fc 3 softmax"),
    right: .model("input 8\nbatch 32\nfc 16 nobias | bn | relu | fc 3 softmax"))

  static let largeScale = CodePage(
    "`normalize scale` makes the inputs larger",
    """
    `scale` multiplies: `scale 255` makes 65,025 of a pixel of 255, and no learning rate goes well with that. To bring pixels between 0 and 1, divide: \
    `scale (1/255)`. Raised from a factor of 100 on.
    """, allowed,
    wrong: .model("input 28x28x1\nnormalize scale 255\ngap | fc 10 softmax"),
    right: .model("input 28x28x1\nnormalize scale (1/255)\ngap | fc 10 softmax"))
}
