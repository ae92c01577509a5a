/// `nnc run`: train and evaluate, or use weights that there are.
enum RunCommand {
  static let weights = CommandOption(
    name: "weights", value: .text("FILE"), summary: "do not train: load these weights and evaluate them on the test part")
  static let loadMatching = CommandOption(
    name: "load-matching",
    summary:
      "with --weights: train, beginning with the tensors of the file that have the names and shapes of the network's, the others fresh")
  static let predict = CommandOption(
    name: "predict", value: .text("PATH"),
    summary:
      "with --weights: predict for an image, a folder of images, a table, or an array (.npy of shape [N, ...input]); - takes one of them from standard input and answers on standard output"
  )
  static let topK = CommandOption(
    name: "top-k", value: .integer("K", 1...1_000_000), summary: "with --predict: the K likeliest classes, each with its probability")
  static let probabilities = CommandOption(name: "probabilities", summary: "with --predict: a column for the probability of each class")
  static let classNumbers = CommandOption(
    name: "class-numbers", summary: "with --predict: classes by their numbers from 0, not by their names")
  static let firstId = CommandOption(
    name: "first-id", value: .integer("N", 0...Int.max),
    summary: "with --predict: the Id of the first example, where examples have no names (default: 0)")
  static let out = CommandOption(
    name: "out", short: "o", value: .text("DIR"),
    summary:
      "the folder to write into; it must not exist or be empty (default: runs/NAME-001, or the next free number; with --weights alone nothing is written)"
  )
  static let threads = CommandOption(
    name: "threads", value: .integer("N", 1...256), summary: "threads to compute with (default: one per core); results do not depend on it")
  static let resume = CommandOption(
    name: "resume", value: .text("RUN"),
    summary: "go on with the run in this folder, bit for bit as if it had not been interrupted; --epochs 20 makes it longer")
  static let until = CommandOption(
    name: "until", value: .text("EPOCH:BATCH"),
    summary: "end after this batch of this epoch, and save: with --resume, a run is replayed up to a place")
  static let logEvery = CommandOption(
    name: "log-every", value: .integer("N", 1...Int.max), summary: "show every so many rows of the table of epochs (default: 1)")
  static let watts = CommandOption(
    name: "watts", value: .integer("N", 1...1_000_000),
    summary: "the power that energy is estimated by (default: the processor's counters, else 10 W for each thread)")
  static let carbon = CommandOption(
    name: "carbon", value: .integer("GRAMS", 0...10_000), summary: "grams of CO2 per kilowatt hour (default: 475, the world's mean)")
  static let quiet = CommandOption(
    name: "quiet", short: "q", summary: "problems and the stand-in's line only; results go to the run folder")

  static let command = Command(
    name: "run",
    summary: "train a network, evaluate it on the test part and write a run folder",
    details: [
      """
      Checks the model against the data, trains by the file's recipe and shows one line per epoch; on a terminal a bar shows the rate and the \
      time left. Then the test part is evaluated: with a validation part by the weights of the epoch with the lowest validation loss, \
      else by the last ones.
      """,
      """
      The run folder holds report.html with everything to look at, model.nn, resolved.nn, metrics.csv, summary.json, best.safetensors, \
      last.safetensors, state.safetensors, curves.svg, for classes confusion.csv and confusion.svg, predictions.csv for the test part, and events \
      for TensorBoard under tb/. It is never overwritten. Ctrl-C ends the run after the step it is in, and saves; whatever ends it, \
      --resume goes on from the last checkpoint.
      """,
      """
      --set with a list trains once for each value, --set twice for all combinations, and compares: --set lr=0.1,0.01 --set width=16,64. Statements \
      that have commas of their own take a list with `;`. `split fold 5` in the file trains five times and gives mean and deviation.
      """,
      """
      --weights takes a safetensors file with PyTorch's names and layouts, and trains nothing: it evaluates, or with --predict writes \
      predictions.csv (Id,Category, or Id,Prediction for numbers; the Id is a file's name, what a column `Id` says, or a number from 0), and for an \
      array predictions.npy: float32, after the last activation. With --load-matching it trains from them.
      """,
      """
      --data names a folder or file, or a data set: iris, housing, mri, fashion-mnist, cifar10, higgs, macbeth, sine, moons, xor. A name is \
      looked for in $NNC_DATA, ./data and $XDG_DATA_HOME/nnc; where it is nowhere, iris, sine, moons and xor are built in, and of the others \
      a generated stand-in is used, which one line says.
      """,
    ],
    positionals: [.init(name: "MODEL", summary: "a .nn file; - reads standard input; may be left out with --resume", isOptional: true)],
    options: [
      .data, weights, loadMatching, predict, topK, probabilities, classNumbers, firstId, resume, until, .set, .epochs, .seed, out, threads,
      .input, watts, carbon, logEvery, quiet, .format, .color,
    ],
    examples: [
      ("nnc run examples/mri.nn --data mri", "real images where they are found, else generated ones"),
      ("nnc run net.nn --data iris --set optimizer=\"sgd lr 0.1\" --epochs 20", "a variant without editing the file"),
      ("nnc run net.nn --data iris --set lr=0.1,0.01,0.001 --set batch=8,32,128", "nine runs, compared"),
      ("nnc run --resume runs/net-001", "what was interrupted goes on"),
      ("nnc run net.nn --weights runs/net-001/best.safetensors", "evaluate weights on the test part"),
      ("nnc run net.nn --data mri --weights w.safetensors --load-matching", "go on from the weights of a network that is alike"),
      ("nnc run net.nn --weights w.safetensors --predict photos --out predictions", "writes predictions/predictions.csv"),
      ("nnc run net.nn --weights w.safetensors --predict - --top-k 3 < rows.csv", "the three likeliest classes of each row"),
    ],
    run: run)

  private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
    if invocation.positionals.isEmpty, !invocation.has(resume) {
      throw UsageError("`nnc run` needs a MODEL", help: "for example: \(command.examples[0].line)")
    }
    for option in [weights, out] where invocation.has(resume) && invocation.has(option) {
      throw UsageError("`--resume` and `--\(option.name)` do not go together", help: "a resumed run goes on in its own folder")
    }
    if let place = invocation.text(until), StopPlace(place) == nil {
      throw UsageError("`--until` needs EPOCH:BATCH, both from 1, not `\(place)`", help: "for example: --until 3:41")
    }
    if invocation.has(loadMatching) {
      guard invocation.has(weights) else { throw UsageError("`--load-matching` needs `--weights`: the file to begin with") }
      guard !invocation.has(predict) else { throw UsageError("`--load-matching` trains, and `--predict` does not: give one of them") }
    }
    for option in [topK, probabilities, classNumbers, firstId] where invocation.has(option) && !invocation.has(predict) {
      throw UsageError("`--\(option.name)` has no effect without `--predict`")
    }
    guard invocation.has(weights), !invocation.has(loadMatching) else {
      if invocation.has(predict) { throw UsageError("`--predict` needs `--weights`", help: "train first: nnc run MODEL --data DATA") }
      return try train(invocation, console)
    }
    for option in [CommandOption.epochs, until, logEvery, watts, carbon] where invocation.has(option) {
      throw UsageError("`--\(option.name)` has no effect with `--weights`: nothing is trained")
    }
    return try invocation.has(predict) ? Prediction(invocation, console).run() : WeightsEvaluation(invocation, console).run()
  }

  /// One run; or several where `--set` gives lists, or the file asks for folds.
  private static func train(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
    guard !invocation.has(resume) else { return try TrainingRun(invocation, console).run() }
    let variants = try Variant.grid(invocation)
    guard let first = variants.first else { return .fine }
    let checked = try first.input().check()
    let folds = checked.recipe.split.folds
    let isMachine = checked.rows.last?.op == "svm"
    if variants.count > 1 || folds != nil {
      if invocation.has(until) { throw UsageError("`--until` is the place of one run, and these are several") }
      if invocation.has(logEvery) { throw UsageError("`--log-every` is about the epochs of one run, and these are several") }
    }
    for option in [until, logEvery, loadMatching] where isMachine && invocation.has(option) {
      throw UsageError("`--\(option.name)` has no effect on `svm`, which is solved in one go")
    }
    if let folds {
      guard (2...1000).contains(folds) else { return try TrainingRun(invocation, console).run() }
      let all = variants.flatMap { variant in
        (0..<folds).map { fold in
          var own = variant
          own.fold = fold
          return own
        }
      }
      return try Experiment(.folds, all, invocation, console).run()
    }
    if variants.count == 1, isMachine { return try MachineRun(invocation, console).run() }
    return variants.count == 1 ? try TrainingRun(invocation, console).run() : try Experiment(.sweep, variants, invocation, console).run()
  }
}
