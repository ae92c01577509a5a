import NNDiagnostics
import NNGraph
import NNKernels
import NNReport
import NNRuntime

/// `nnc bench`: how fast does a network train or predict on this machine, and where does the time go?
enum BenchCommand {
  static let batch = CommandOption(
    name: "batch", value: .integer("N", 1...1_000_000), summary: "examples per run (default: 1 to predict, the file's `batch` to train)")
  static let mode = CommandOption(name: "mode", value: .choice(["infer", "train"]), summary: "what is measured")
  static let seconds = CommandOption(name: "seconds", value: .integer("N", 1...3600), summary: "how long to measure (default: 2)")

  static let command = Command(
    name: "bench",
    summary: "time, GFLOP/s and share of the machine's measured peak, layer by layer and in all",
    details: [
      """
      Inputs are random numbers in memory, weights those that training starts with. A training step is the whole of what a run does for one \
      batch: both passes, the loss, clipping and the update of the weights, without augmentation. Stages that are computed together stand in \
      one row. The times of layers are medians of runs in which each layer is timed by itself, so their sum may differ a little from the whole.
      """,
      """
      GFLOP/s counts two operations per multiply-accumulate of convolutions, products, recurrences and attention as their definitions have \
      them. An algorithm that needs fewer multiplications (Winograd's) can therefore be above 100 % of the peak, which is what all threads \
      reach when they only multiply and add in registers.
      """,
    ],
    positionals: [.init(name: "MODEL", summary: "a .nn file; - reads standard input")],
    options: [batch, RunCommand.threads, mode, seconds, .input, .data, .set, .format, .color],
    examples: [
      ("nnc bench examples/mri.nn", "predict one image at a time"),
      ("nnc bench examples/mri.nn --mode train --threads 1", "training steps of the file's batch on one thread"),
    ],
    run: run)

  private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
    let input = try ModelInput(invocation.positionals[0], invocation)
    let result = input.checkWithData()
    guard let model = result.model else { throw FoundProblems(diagnostics: input.problems(of: result, for: "to measure")) }
    if model.machine != nil { throw model.unsolved }
    let mode = invocation.choice(mode) == "train" ? Benchmark.Mode.train : .infer
    let batch = try invocation.integer(batch) ?? standardBatch(model, mode)
    let benchmark = try Benchmark(model, mode, batch: batch, kernels: try Kernels(threads: invocation.integer(RunCommand.threads)))
    let report = benchmark.measure(seconds: Double(invocation.integer(seconds) ?? 2))
    console.write(console.isJSON ? report.json.text + "\n" : report.text)
    return .fine
  }

  private static func standardBatch(_ model: Model, _ mode: Benchmark.Mode) throws(Diagnostic) -> Int {
    if mode == .infer { return 1 }
    guard case .examples(let size) = model.recipe.batch else {
      throw Diagnostic(
        .outOfRange, .error, "`batch all` depends on the data", at: model.statements["batch"],
        fixes: [.init("give a number: `--batch 1000`")])
    }
    return size
  }
}

extension BenchmarkReport {
  var text: String {
    let passes = mode == .train ? ["forward ms", "backward ms"] : ["ms"]
    var rows = [["#", "stage"] + passes + ["GFLOP/s", "of peak", "of time"]]
    let whole = layers.reduce(0) { $0 + $1.seconds }
    for layer in layers { rows.append(cells(layer, whole: whole)) }
    let what = mode == .train ? "training steps" : "predictions"
    let plural = counted(threads, "thread")
    return """
      \(printable(model.name))  \(what), batch \(batch), \(plural), \(instructionSet.rawValue)

      \(TextTable.lines(rows, texts: [1]).map { $0 + "\n" }.joined())
      \(grouped(runs)) runs   min \(milliseconds(times.minimum)) ms   median \(milliseconds(times.median)) ms   p99 \(milliseconds(times.p99)) ms
      \(grouped(Int(min(samplesPerSecond.rounded(), 1e15)))) samples/s   \(fixed(operationsPerSecond / 1e9, 1)) GFLOP/s   \
      \(share(operationsPerSecond)) of the peak (\(fixed(peak / 1e9, 1)) GFLOP/s)

      """
  }

  private func cells(_ layer: Layer, whole: Double) -> [String] {
    let rate = layer.operations / layer.seconds
    let hasRate = layer.operations > 0 && layer.seconds > 0
    let passes = mode == .train ? [milliseconds(layer.forward), layer.backward.map(milliseconds) ?? "-"] : [milliseconds(layer.forward)]
    return [number(layer), layer.text] + passes + [
      hasRate ? fixed(rate / 1e9, 1) : "-", hasRate ? share(rate) : "-", fixed(100 * layer.seconds / max(whole, 1e-12), 1) + " %",
    ]
  }

  private func number(_ layer: Layer) -> String {
    guard let first = layer.stages.first, model.stages.indices.contains(first) else { return "" }
    return model.stages[first].isImplicit ? "·" : String(model.stages[first].index)
  }

  private func share(_ rate: Double) -> String { fixed(100 * rate / max(peak, 1), 1) + " %" }

  private func milliseconds(_ seconds: Double) -> String { significant(seconds * 1000, 4) }

  var json: JSONValue {
    let layers = layers.map { layer -> JSONValue in
      [
        "index": JSONValue(layer.stages.first.flatMap { model.stages.indices.contains($0) ? model.stages[$0].index : nil }),
        "text": .string(layer.text), "ms": .number(layer.seconds * 1000), "forward_ms": .number(layer.forward * 1000),
        "backward_ms": JSONValue(layer.backward.map { $0 * 1000 }),
        "gflops": layer.seconds > 0 ? .number(layer.operations / layer.seconds / 1e9) : .null,
      ]
    }
    return [
      "model": .string(model.name), "mode": .string(mode.rawValue), "batch": .integer(batch), "threads": .integer(threads),
      "cpu": .string(instructionSet.rawValue), "runs": .integer(runs),
      "ms": [
        "min": .number(times.minimum * 1000), "median": .number(times.median * 1000), "p99": .number(times.p99 * 1000),
      ],
      "samples_per_s": .number(samplesPerSecond), "gflops": .number(operationsPerSecond / 1e9), "peak_gflops": .number(peak / 1e9),
      "layers": .array(layers),
    ]
  }
}
