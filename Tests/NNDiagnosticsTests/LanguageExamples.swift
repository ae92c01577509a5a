import NNDiagnostics

/// Designed messages for problems of the text and the shapes.
enum LanguageExamples {
  static let all = [
    Example(
      "a misspelt layer", aMisspeltLayer,
      """
      error[NN201]: unknown layer `rlu`
        --> mri.nn:19:21
         |
      19 | conv 3x3x32 pad 1 | rlu | maxpool 2
         |                     ^^^ no layer, activation or block has this name
         |
      help: did you mean `relu`?
         |
      19 | conv 3x3x32 pad 1 | relu | maxpool 2
         |                      +

      """),
    Example(
      "an unknown argument", anUnknownArgument,
      """
      error[NN202]: `conv` has no argument `padding`
        --> mri.nn:19:13
         |
      19 | conv 3x3x32 padding 1 | relu
         |             ^^^^^^^ not an argument of `conv`
         |
         = arguments of `conv`: size, stride, pad, groups, dilate, nobias, activation
      help: it is called `pad` here (1 means one row of zeros on every side)
         |
      19 | conv 3x3x32 pad 1 | relu
         |             +++

      """),
    Example(
      "a size in another order", aSizeInAnotherOrder,
      """
      warning[NN351]: `32x3x3` is a window of 32x3 with 3 output channels
        --> mri.nn:19:6
         |
      19 | conv 32x3x3 pad 1 | relu | maxpool 2
         |      ^^^^^^ height x width x output channels
         |
         = PyTorch and ONNX write output channels first; nnc writes them last
      help: if you meant a 3x3 window with 32 channels
         |
      19 | conv 3x3x32 pad 1 | relu | maxpool 2
         |      ++++++
      help: if 32x3 is what you want, keep it and add `# nnc: allow NN351`

      """),
    Example(
      "a window that does not fit", aWindowThatDoesNotFit,
      """
      error[NN301]: a 3x3 window does not fit into a 1x1 image
       --> keras12951.nn:5:1
        |
      5 | conv 3x3x128 relu | maxpool 2
        | ^^^^^^^^^^^^ needs at least 3x3, gets 1x1x64
        |
        = shapes so far
                input                     28x28x1   line 1
                conv 3x3x16               26x26x16  line 2   loses 2
                maxpool 2                 13x13x16  line 2
                conv 3x3x32               11x11x32  line 3   loses 2
                maxpool 2                 5x5x32    line 3   drops the last row and column
                conv 3x3x64               3x3x64    line 4   loses 2
                maxpool 2                 1x1x64    line 4   drops the last row and column
      help: keep the size with padding in every conv; this line would then receive 3x3x64
        |
      2 | conv 3x3x16 pad 1 relu | maxpool 2
        |            ++++++
      help: or remove the last `conv` and `maxpool`

      """),
    Example(
      "an image layer after the image", anImageLayerAfterTheImage,
      """
      error[NN302]: `conv` needs an image, but this is a vector of 10 numbers
       --> net.nn:7:1
        |
      6 | maxpool 2 | fc 10 relu
        |             ---------- here the image 13x13x8 became a vector
      7 | conv 3x3x8 | relu
        | ^^^^^^^^^^ takes height x width x channels
        |
        = order the layers so that all `conv` and pooling come before the first `fc`

      """),
    Example(
      "the sides of a residual", theSidesOfAResidual,
      """
      error[NN305]: the two sides of `res` have different shapes
       --> block.nn:2:1
        |
      2 | res { conv 3x3x32 stride 2 pad 1 | bn | relu | conv 3x3x32 pad 1 | bn } | relu
        | ^^^ shortcut 32x32x16, body 16x16x32
        |                   -------- halves height and width
        |            ------ 16 channels become 32
        |
      help: project the shortcut with a 1x1 convolution
        |
      2 | res { … } via { conv 1x1x32 stride 2 nobias | bn } | relu
        |           +++++++++++++++++++++++++++++++++++++++++
      help: or let nnc insert it where needed: `via auto`

      """),
    Example(
      "branches that differ", branchesThatDiffer,
      """
      error[NN306]: `branch concat` needs equal height and width
       --> inception.nn:2:15
        |
      2 | branch concat { conv 1x1x64 } { maxpool 3 }
        |               --------------- 32x32x64
        |                               ^^^^^^^^^^^^^ 10x10x64
        |
        = `maxpool 3` moves by 3: the stride is the window unless you say otherwise
      help: keep the size
        |
      2 | branch concat { conv 1x1x64 } { maxpool 3 stride 1 pad 1 }
        |                                          +++++++++++++++

      """),
    // The design marks `lr 0.01`, which is not what any edit puts in; by the rule of the others it is all that is new.
    Example(
      "an unknown statement", anUnknownStatement,
      """
      error[NN102]: unknown statement `learning_rate`
        --> mri.nn:13:1
         |
      13 | learning_rate 0.01
         | ^^^^^^^^^^^^^ not a statement
         |
      help: the learning rate belongs to the optimizer
         |
      13 | optimizer adam lr 0.01
         | +++++++++++++++++

      """),
    Example(
      "a statement twice", aStatementTwice,
      """
      error[NN103]: `optimizer` is given twice
        --> mri.nn:14:1
         |
      13 | optimizer sgd lr 0.1
         | --------- first
      14 | optimizer adam lr 1e-3 decay 1e-4
         | ^^^^^^^^^ second
         |
         = to try a variant without editing: nnc run mri.nn --set optimizer="sgd lr 0.1"

      """),
  ]

  private static var aMisspeltLayer: Diagnostic {
    let file = source("mri.nn", [19: "conv 3x3x32 pad 1 | rlu | maxpool 2"])
    return Diagnostic(
      .unknownLayer, "unknown layer `rlu`", at: file.span(19, "rlu"), "no layer, activation or block has this name",
      fixes: [.init("did you mean `relu`?", file.span(19, "rlu"), "relu")])
  }

  private static var anUnknownArgument: Diagnostic {
    let file = source("mri.nn", [19: "conv 3x3x32 padding 1 | relu"])
    return Diagnostic(
      .unknownArgument, "`conv` has no argument `padding`", at: file.span(19, "padding"), "not an argument of `conv`",
      notes: ["arguments of `conv`: size, stride, pad, groups, dilate, nobias, activation"],
      fixes: [.init("it is called `pad` here (1 means one row of zeros on every side)", file.span(19, "padding"), "pad")])
  }

  private static var aSizeInAnotherOrder: Diagnostic {
    let file = source("mri.nn", [19: "conv 32x3x3 pad 1 | relu | maxpool 2"])
    return Diagnostic(
      .sizeOrder, .warning, "`32x3x3` is a window of 32x3 with 3 output channels", at: file.span(19, "32x3x3"),
      "height x width x output channels", notes: ["PyTorch and ONNX write output channels first; nnc writes them last"],
      fixes: [
        .init("if you meant a 3x3 window with 32 channels", file.span(19, "32x3x3"), "3x3x32"),
        .init("if 32x3 is what you want, keep it and add `# nnc: allow NN351`"),
      ])
  }

  private static var aWindowThatDoesNotFit: Diagnostic {
    let file = source("keras12951.nn", [2: "conv 3x3x16 relu | maxpool 2", 5: "conv 3x3x128 relu | maxpool 2"])
    let trail = """
      shapes so far
            input                     28x28x1   line 1
            conv 3x3x16               26x26x16  line 2   loses 2
            maxpool 2                 13x13x16  line 2
            conv 3x3x32               11x11x32  line 3   loses 2
            maxpool 2                 5x5x32    line 3   drops the last row and column
            conv 3x3x64               3x3x64    line 4   loses 2
            maxpool 2                 1x1x64    line 4   drops the last row and column
      """
    return Diagnostic(
      .windowTooLarge, "a 3x3 window does not fit into a 1x1 image", at: file.span(5, "conv 3x3x128"),
      "needs at least 3x3, gets 1x1x64", notes: [trail],
      fixes: [
        .init(
          "keep the size with padding in every conv; this line would then receive 3x3x64", file.after(2, "conv 3x3x16"), " pad 1"),
        .init("or remove the last `conv` and `maxpool`"),
      ])
  }

  private static var anImageLayerAfterTheImage: Diagnostic {
    let file = source("net.nn", [6: "maxpool 2 | fc 10 relu", 7: "conv 3x3x8 | relu"])
    return Diagnostic(
      .wrongKind, "`conv` needs an image, but this is a vector of 10 numbers", at: file.span(7, "conv 3x3x8"),
      "takes height x width x channels",
      labels: [.init(file.span(6, "fc 10 relu"), "here the image 13x13x8 became a vector")],
      notes: ["order the layers so that all `conv` and pooling come before the first `fc`"])
  }

  private static var theSidesOfAResidual: Diagnostic {
    let line = "res { conv 3x3x32 stride 2 pad 1 | bn | relu | conv 3x3x32 pad 1 | bn } | relu"
    let file = source("block.nn", [2: line])
    return Diagnostic(
      .residualShapes, "the two sides of `res` have different shapes", at: file.span(2, "res"),
      "shortcut 32x32x16, body 16x16x32",
      labels: [
        .init(file.span(2, "stride 2"), "halves height and width"), .init(file.span(2, "3x3x32"), "16 channels become 32"),
      ],
      fixes: [
        .init("project the shortcut with a 1x1 convolution", file.after(2, "bn } "), "via { conv 1x1x32 stride 2 nobias | bn } "),
        .init("or let nnc insert it where needed: `via auto`"),
      ])
  }

  private static var branchesThatDiffer: Diagnostic {
    let file = source("inception.nn", [2: "branch concat { conv 1x1x64 } { maxpool 3 }"])
    return Diagnostic(
      .branchShapes, "`branch concat` needs equal height and width", at: file.span(2, "{ maxpool 3 }"), "10x10x64",
      labels: [.init(file.span(2, "{ conv 1x1x64 }"), "32x32x64")],
      notes: ["`maxpool 3` moves by 3: the stride is the window unless you say otherwise"],
      fixes: [.init("keep the size", file.after(2, "maxpool 3"), " stride 1 pad 1")])
  }

  private static var anUnknownStatement: Diagnostic {
    let file = source("mri.nn", [13: "learning_rate 0.01"])
    return Diagnostic(
      .unknownStatement, "unknown statement `learning_rate`", at: file.span(13, "learning_rate"), "not a statement",
      fixes: [.init("the learning rate belongs to the optimizer", file.span(13, "learning_rate"), "optimizer adam lr")])
  }

  private static var aStatementTwice: Diagnostic {
    let file = source("mri.nn", [13: "optimizer sgd lr 0.1", 14: "optimizer adam lr 1e-3 decay 1e-4"])
    return Diagnostic(
      .statementTwice, "`optimizer` is given twice", at: file.span(14, "optimizer"), "second",
      labels: [.init(file.span(13, "optimizer"), "first")],
      notes: ["to try a variant without editing: nnc run mri.nn --set optimizer=\"sgd lr 0.1\""])
  }
}
