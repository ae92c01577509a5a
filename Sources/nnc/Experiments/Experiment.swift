import Dispatch
import NNDiagnostics
import NNKernels
import NNRecipe
import NNReport
import NNRuntime
import Synchronization

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Several runs of one file, compared: a sweep, a cross-validation, or training parts of growing size.
///
/// All of them are checked before the first begins. Small networks are trained at the same time, each on one thread; large ones one after
/// the other, on all threads. The bits are the same either way.
struct Experiment {
  /// What the folder is called behind the model's name.
  enum Kind: String { case sweep, folds, curve }

  private let kind: Kind
  private let console: Console
  private let options: RunOptions
  private let variants: [Variant]
  private let problems: [Problem]
  private let folder: RunFolder

  init(_ kind: Kind, _ variants: [Variant], _ invocation: Invocation, _ console: Console) throws {
    self.kind = kind
    self.console = console
    self.variants = variants
    options = RunOptions(invocation)
    let store = DatasetStore()
    let threads = options.threads
    problems = try variants.enumerated().map { number, variant in
      try Problem(variant.input(), threads: threads, console: number == 0 ? console : nil, store: store)
    }
    let name = problems.first?.model.name ?? "model"
    folder = try invocation.text(RunCommand.out).map(RunFolder.at) ?? .next(for: "\(name)-\(kind.rawValue)")
  }

  func run() throws -> ExitCode {
    guard let first = problems.first else { return .fine }
    Interrupt.install()
    try folder.write(first.model.file.bytes, to: "model.nn")
    let begun = ContinuousClock.now
    let workers = isSmall ? min(variants.count, options.threads ?? ProcessInfo.processInfo.activeProcessorCount) : 1
    if !options.isQuiet, !console.isJSON {
      let together = workers > 1 ? ", \(workers) at a time" : ""
      console.write(printable("\(first.model.name) on \(first.dataset.name): \(variants.count) runs\(together)") + "\n\n")
    }
    let trials = train(workers: workers)
    if let error = trials.compactMap(\.error).first { throw error }
    let table = TrialTable(kind, trials.filter { $0.outcome != nil }, first, total: variants.count)
    try write(table, first, begun.duration(to: .now).seconds)
    if console.isJSON {
      console.write(JSONValue.event(kind.rawValue, table.json(folder.path)).text + "\n")
    } else if !options.isQuiet {
      let findings = table.findings.map { printable($0) + "\n" }.joined()
      console.write("\n" + table.text + "\n" + findings + (findings.isEmpty ? "" : "\n"))
      console.write("folder      \(printable(folder.path))\ntime        \(duration(begun.duration(to: .now).seconds))\n")
    }
    return Interrupt.cancellation.isCancelled ? .interrupted : .fine
  }

  /// A step of less than some hundred million operations is over before threads have shared it out.
  private var isSmall: Bool {
    problems.allSatisfy { problem in
      let batch: Int
      switch problem.model.recipe.batch {
      case .examples(let count): batch = min(count, problem.dataset.train.count)
      case .all: batch = problem.dataset.train.count
      }
      let macs = problem.model.stages.reduce(0.0) { $0 + Double($1.macs) }
      return macs * Double(batch) * 6 < 2e8
    }
  }

  private func train(workers: Int) -> [Trial] {
    let (variants, problems, options, folder) = (variants, problems, options, folder)
    let trials = Mutex<[Trial?]>(Array(repeating: nil, count: variants.count))
    let next = Atomic<Int>(0)
    let progress = Mutex(0)
    let shows = !options.isQuiet
    let isJSON = console.isJSON
    console.flush()
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
      while !Interrupt.cancellation.isCancelled {
        let number = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard number < variants.count else { return }
        let trial = Trial(number, variants[number], problems[number], options, folder, threads: workers > 1 ? 1 : options.threads)
        trials.withLock { $0[number] = trial }
        guard shows, trial.outcome != nil else { continue }
        progress.withLock { done in
          done += 1
          let own = Console()
          own.write(isJSON ? trial.json.text + "\n" : printable(trial.line(done, of: variants.count)) + "\n")
          own.flush()
        }
      }
    }
    return trials.withLock { $0.compactMap(\.self) }
  }

  private func write(_ table: TrialTable, _ first: Problem, _ seconds: Double) throws {
    try folder.write(table.csv, to: "\(kind.rawValue).csv")
    try folder.write(table.json(folder.path).text + "\n", to: "summary.json")
    let page = table.page(seconds: seconds)
    try folder.write(page.html(), to: "report.html")
    for chart in page.curves + page.charts {
      try folder.write(chart.svg(), to: RunFolder.safe(chart.title.replacing(" ", with: "_")) + ".svg")
    }
  }
}

/// One run of an experiment, and what came of it.
struct Trial: Sendable {
  let variant: Variant
  let outcome: RunOutcome?
  /// What is wrong beyond what is a result, such as a divergence.
  let error: (any Error)?

  init(_ number: Int, _ variant: Variant, _ problem: Problem, _ options: RunOptions, _ parent: RunFolder, threads: Int?) {
    self.variant = variant
    var options = options
    (options.isQuiet, options.isSilent) = (true, true)
    let digits = number + 1 < 10 ? "0\(number + 1)" : String(number + 1)
    let name = RunFolder.safe("\(digits)-\(variant.name)".replacing(" ", with: ",").replacing("%", with: "pc"))
    do {
      let kernels = try Kernels(threads: threads)
      let folder = { () throws(FileError) in try parent.making(name) }
      outcome =
        problem.model.machine == nil
        ? try TrainingRun(problem, RunCall(variant.invocation), options, Console(), kernels: kernels, folder: folder).train()
        : try MachineRun(problem, options, Console(), kernels: kernels, folder: folder).train()
      error = nil
    } catch {
      outcome = nil
      self.error = error
    }
  }

  func line(_ done: Int, of all: Int) -> String {
    guard let outcome else { return "" }
    let scores = outcome.held
    let accuracy = scores.scores?.accuracy.map { "   accuracy \(fixed($0, 4))" } ?? ""
    let loss = scores.scores.map { "\(scores.part) loss \(fixed($0.loss, 4))" } ?? outcome.end.rawValue
    return "\("\(done)/\(all)".leftPadded(to: 7))  \(variant.name)   \(loss)\(accuracy)   \(duration(outcome.summary.seconds))"
  }

  var json: JSONValue {
    let settings = variant.settings.map { (key: $0.name, value: JSONValue.string($0.value)) }
    return [
      "event": "run", "name": .string(variant.name), "settings": .object(settings), "fold": variant.fold.map { .integer($0 + 1) } ?? .null,
      "folder": JSONValue(outcome?.folder.path), "summary": outcome?.summary.json ?? .null,
    ]
  }
}

extension RunOutcome {
  /// What runs are compared by: the validation part, or the test part where there is none.
  var held: (part: String, scores: Scores?) {
    if let validation = summary.validation { return ("validation", validation) }
    return ("test", summary.test?.scores)
  }
}
