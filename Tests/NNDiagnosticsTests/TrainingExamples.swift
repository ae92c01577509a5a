import NNDiagnostics

/// Designed messages for problems of data, loss, weights and training.
enum TrainingExamples {
  static let all = [
    Example(
      "the number of classes", theNumberOfClasses,
      """
      error[NN304]: the network gives 10 values, the data has 4 classes
        --> mri.nn:22:28
         |
      22 | dropout 0.2 | fc 64 relu | fc 10 softmax
         |                            ^^^^^ 10 outputs
         |
         = classes found in mri/Training: glioma, meningioma, notumor, pituitary
      help: take the number from the data
         |
      22 | dropout 0.2 | fc 64 relu | fc $classes softmax
         |                               ++++++++

      """),
    Example(
      "one label for a sequence", oneLabelForASequence,
      """
      error[NN307]: the network gives one prediction per time step, the data has one label per sequence
       --> reviews.nn:9:12
        |
      9 | embed 32 | lstm 64 | fc $classes softmax
        |            ------- keeps all 200 steps: 200x64
        |                      ^^^^^^^^^^^^^^^^^^^ 200x2
        |
      help: use the last state only
        |
      9 | embed 32 | lstm 64 | last | fc $classes softmax
        |                   +++++++
      help: or average over time: `mean` in the same place

      """),
    Example(
      "softmax over one value", softmaxOverOneValue,
      """
      error[NN401]: `softmax` over one value is always 1
       --> spam.nn:8:14
        |
      8 | fc 16 relu | fc 1 softmax
        |              ^^^^^^^^^^^^ one output
        |
        = the data has 2 classes: ham, spam
      help: two classes, one probability
        |
      8 | fc 16 relu | fc 1 sigmoid
        |                   +++++++
      help: or one output per class: `fc 2 softmax`

      """),
    Example(
      "softmax twice", softmaxTwice,
      """
      error[NN402]: `softmax` is applied twice
        --> mri.nn:22:27
         |
      22 | dropout 0.2 | fc $classes softmax | softmax
         |                           ------- first time
         |                                     ^^^^^^^ again: no class can now get more than 0.475
         |
      help: remove the second; `cross_entropy` needs no softmax of its own

      """),
    Example(
      "a label out of range", aLabelOutOfRange,
      """
      error[NN501]: label 3 is out of range: 3 classes are numbered 0, 1, 2
         --> iris.csv:102:17
          |
      102 | 6.3,3.3,6.0,2.5,3
          |                 ^ column `species`
          |
          = 49 more rows have label 3; no row has label 0
          = the labels look numbered from 1
      help: say so in the model file
          |
        3 | data csv "iris.csv" target species from 1
          |                                    ++++++

      """),
    Example(
      "another target", anotherTarget,
      """
      error[NN502]: the network gives 3 numbers per row, the target is 1 number
        --> housing.nn:22:45
         |
       3 | data csv "cal_housing.data" header off target 9
         |                                        -------- 1 column
      ...
      22 | repeat 2 { fc $width relu | dropout 10% } | fc 3
         |                                             ^^^^ 3 outputs
         |
         = nnc never stretches one side to fit the other; 3 against 1 would train on a wrong loss
      help: one output
         |
      22 | repeat 2 { fc $width relu | dropout 10% } | fc 1
         |                                             ++++

      """),
    Example("another network's weights", anotherNetworksWeights, Example.designed("another_networks_weights")),
    Example(
      "training diverged", trainingDiverged,
      """
      error[NN701]: the loss became nan at epoch 3, batch 41
        --> mri.nn:22:15
         |
      22 | dropout 0.2 | fc 64 relu | fc $classes softmax
         |               ^^^^^^^^^^ first value that is not finite, forward pass
         |
         = largest gradient in the last five batches: 3.1  18  240  9.7e4  inf   (fc1.weight)
         = learning rate 0.1, optimizer sgd momentum 0.9, no clipping
         = input batch is finite, range -1.9 ... 2.1
         = kept runs/mri-08/before-nan.safetensors (batch 40); the run can be replayed: --resume runs/mri-08 --until 3:41
      help: try a smaller rate, or add a limit
         |
      13 | clip norm 1.0
         | +++++++++++++

      """),
  ]

  private static var theNumberOfClasses: Diagnostic {
    let file = source("mri.nn", [22: "dropout 0.2 | fc 64 relu | fc 10 softmax"])
    return Diagnostic(
      .classCount, "the network gives 10 values, the data has 4 classes", at: file.span(22, "fc 10"), "10 outputs",
      notes: ["classes found in mri/Training: glioma, meningioma, notumor, pituitary"],
      fixes: [.init("take the number from the data", file.span(22, "10"), "$classes")])
  }

  private static var oneLabelForASequence: Diagnostic {
    let file = source("reviews.nn", [9: "embed 32 | lstm 64 | fc $classes softmax"])
    return Diagnostic(
      .stepsAndLabels, "the network gives one prediction per time step, the data has one label per sequence",
      at: file.span(9, "fc $classes softmax"), "200x2", labels: [.init(file.span(9, "lstm 64"), "keeps all 200 steps: 200x64")],
      fixes: [
        .init("use the last state only", file.after(9, "lstm 64"), " | last"), .init("or average over time: `mean` in the same place"),
      ])
  }

  private static var softmaxOverOneValue: Diagnostic {
    let file = source("spam.nn", [8: "fc 16 relu | fc 1 softmax"])
    return Diagnostic(
      .softmaxOfOne, "`softmax` over one value is always 1", at: file.span(8, "fc 1 softmax"), "one output",
      notes: ["the data has 2 classes: ham, spam"],
      fixes: [
        .init("two classes, one probability", file.span(8, "softmax"), "sigmoid"), .init("or one output per class: `fc 2 softmax`"),
      ])
  }

  private static var softmaxTwice: Diagnostic {
    let file = source("mri.nn", [22: "dropout 0.2 | fc $classes softmax | softmax"])
    return Diagnostic(
      .softmaxTwice, "`softmax` is applied twice", at: file.span(22, "softmax", 2), "again: no class can now get more than 0.475",
      labels: [.init(file.span(22, "softmax"), "first time")],
      fixes: [.init("remove the second; `cross_entropy` needs no softmax of its own")])
  }

  private static var aLabelOutOfRange: Diagnostic {
    let table = source("iris.csv", [102: "6.3,3.3,6.0,2.5,3"])
    let file = source("iris.nn", [3: "data csv \"iris.csv\" target species"])
    return Diagnostic(
      .labelRange, "label 3 is out of range: 3 classes are numbered 0, 1, 2", at: table.span(102, "3", 4), "column `species`",
      notes: ["49 more rows have label 3; no row has label 0", "the labels look numbered from 1"],
      fixes: [.init("say so in the model file", file.after(3, "species"), " from 1")])
  }

  private static var anotherTarget: Diagnostic {
    let file = source(
      "housing.nn",
      [3: "data csv \"cal_housing.data\" header off target 9", 22: "repeat 2 { fc $width relu | dropout 10% } | fc 3"])
    return Diagnostic(
      .targetShape, "the network gives 3 numbers per row, the target is 1 number", at: file.span(22, "fc 3"), "3 outputs",
      labels: [.init(file.span(3, "target 9"), "1 column")],
      notes: ["nnc never stretches one side to fit the other; 3 against 1 would train on a wrong loss"],
      fixes: [.init("one output", file.span(22, "fc 3"), "fc 1")])
  }

  private static var anotherNetworksWeights: Diagnostic {
    let file = source("mri.nn", [22: "dropout 0.2 | fc 128 relu | fc $classes softmax"])
    return Diagnostic(
      .weightsMismatch, "runs/mri-07/best.safetensors does not fit mri.nn", at: file.span(22, "fc 128 relu"),
      "128 here, 64 in the file",
      notes: [
        """
        tensor        in the file    needed
        fc1.weight    64x16384       128x16384
        fc1.bias      64             128
        fc2.weight    4x64           4x128
        the other 7 tensors agree
        """,
        "the file was written by nnc 0.1.0 from mri.nn 3f9a61c0, epoch 14, seed 7",
      ],
      fixes: [
        .init("`nnc diff runs/mri-07 mri.nn` shows what changed in the model"),
        .init("`--load-matching` takes the 7 tensors that agree and starts the other 3 fresh"),
      ])
  }

  private static var trainingDiverged: Diagnostic {
    let file = source("mri.nn", [13: "epochs 7", 22: "dropout 0.2 | fc 64 relu | fc $classes softmax"])
    let start = file.range(ofLine: 13).lowerBound
    return Diagnostic(
      .diverged, "the loss became nan at epoch 3, batch 41", at: file.span(22, "fc 64 relu"),
      "first value that is not finite, forward pass",
      notes: [
        "largest gradient in the last five batches: 3.1  18  240  9.7e4  inf   (fc1.weight)",
        "learning rate 0.1, optimizer sgd momentum 0.9, no clipping", "input batch is finite, range -1.9 ... 2.1",
        "kept runs/mri-08/before-nan.safetensors (batch 40); the run can be replayed: --resume runs/mri-08 --until 3:41",
      ],
      fixes: [.init("try a smaller rate, or add a limit", SourceSpan(file, start, start), "clip norm 1.0\n")])
  }
}
