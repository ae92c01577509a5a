import NNDiagnostics

/// `nnc curve`: how much more data would help.
enum CurveCommand {
  static let sizes = CommandOption(
    name: "sizes", value: .text("LIST"), summary: "shares of the training part to train on (default: 5%,10%,20%,40%,70%,100%)")

  static let command = Command(
    name: "curve",
    summary: "train on growing shares of the training part: how much would more data help?",
    details: [
      """
      Trains the network once for each share, and compares all of them on the same validation part (the test part where there is none). Where the two \
      curves have met, more data of the same kind will not help; where the gap is wide and closing, it will.
      """,
      "Writes a folder with report.html, curve.csv, the charts as SVG, and a run folder for each size. A larger share holds all of a smaller one.",
    ],
    positionals: [.init(name: "MODEL", summary: "a .nn file; - reads standard input")],
    options: [
      .data, sizes, .set, .epochs, .seed, RunCommand.out, RunCommand.threads, .input, RunCommand.watts, RunCommand.carbon, RunCommand.quiet,
      .format, .color,
    ],
    examples: [
      ("nnc curve examples/iris.nn", "six sizes"),
      ("nnc curve net.nn --data mri --sizes 10%,50%,100% --epochs 5", "three of them, five epochs each"),
    ],
    run: run)

  private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
    let variants = try Variant.grid(invocation)
    guard variants.count == 1, let variant = variants.first else {
      throw UsageError("`nnc curve` takes one value for each `--set`", help: "nnc run compares values; nnc curve compares sizes")
    }
    let shares = try shares(invocation.text(sizes) ?? "5%,10%,20%,40%,70%,100%")
    let sized = shares.map { share in
      var own = variant
      own.trainingShare = share
      return own
    }
    return try Experiment(.curve, sized, invocation, console).run()
  }

  /// `10%` or `0.1`, each above 0 and at most all.
  private static func shares(_ text: String) throws(UsageError) -> [Double] {
    var shares: [Double] = []
    for word in text.split(separator: ",") {
      let trimmed = word.split(separator: " ").joined()
      let value = trimmed.hasSuffix("%") ? Double(trimmed.dropLast()).map { $0 / 100 } : Double(trimmed)
      guard let value, value > 0, value <= 1 else {
        throw UsageError("`--sizes` takes shares above 0% and up to 100%, not `\(trimmed)`", help: "for example: --sizes 10%,30%,100%")
      }
      guard !shares.contains(value) else { throw UsageError("`--sizes` has `\(trimmed)` twice") }
      shares.append(value)
    }
    guard !shares.isEmpty else { throw UsageError("`--sizes` needs at least one share") }
    return shares.sorted()
  }
}
