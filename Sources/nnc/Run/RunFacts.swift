import NNData
import NNDiagnostics
import NNGraph
import NNKernels
import NNReport
import NNRuntime

/// What a run resolved before its first step, for people.
struct RunFacts {
  private let problem: Problem
  /// nil for a machine, which is solved.
  private let start: TrainingStart?
  private let kernels: Kernels

  init(_ problem: Problem, _ start: TrainingStart?, _ kernels: Kernels) {
    (self.problem, self.start, self.kernels) = (problem, start, kernels)
  }

  var text: String { lines.map { $0.0.padded(to: 10) + printable($0.1) + "\n" }.joined() }

  /// The same, and what else decides the result.
  var settings: [(name: String, value: String)] {
    let recipe = problem.model.recipe
    let shown = lines.map { (name: $0.0, value: $0.1) }
    guard let start else {
      return shown + [
        (name: "solver", value: "sequential minimal optimization, second-order working sets, shrinking"),
        (name: "kernel's rows", value: "\(grouped(KernelMachine.usualMemory >> 20)) MiB at most"),
      ]
    }
    let length = counted(start.stepsPerEpoch, "step")
    return shown + [
      (name: "loss", value: problem.model.loss?.text ?? "-"), (name: "optimizer", value: recipe.optimizer.text),
      (name: "epoch", value: "\(length) of up to \(grouped(start.batch)) examples"), (name: "seed", value: String(recipe.seed)),
      (name: "best weights", value: "by \(start.judgedBy.part.rawValue).\(start.judgedBy.measure)"),
      (name: "memory", value: "\(grouped(start.memory >> 20)) MiB for values, gradients and weights"),
    ]
  }

  private var lines: [(String, String)] {
    var lines = [
      ("model", problem.model.title.map { "\(problem.model.name)  \($0)" } ?? problem.model.name), ("data", data),
      ("input", problem.model.input.statementText),
    ]
    if let codec = problem.dataset.codec {
      lines.append(("text", "\(codec.count) characters: " + codec.characters.map(shown).joined()))
    } else if !problem.dataset.classes.isEmpty {
      lines.append(("classes", classes))
    }
    lines += [("network", network), ("training", training)]
    return lines
  }

  private var data: String {
    let set = problem.dataset
    let parts = [("train", set.train.count), ("validation", set.validation?.count ?? 0), ("test", set.test?.count ?? 0)]
    let counts = parts.filter { $0.1 > 0 }.map { "\(grouped($0.1)) \($0.0)" }.joined(separator: ", ")
    return "\(set.name)\(set.standIn == nil ? "" : " (stand-in)"): \(counts)" + (set.unused > 0 ? "; \(grouped(set.unused)) unused" : "")
  }

  /// A line end as it is written in a program.
  private func shown(_ character: Unicode.Scalar) -> String {
    switch character {
    case "\n": "\\n"
    case "\t": "\\t"
    case _: String(Character(character))
    }
  }

  private var classes: String {
    let names = problem.dataset.classes
    return "\(names.count): " + names.prefix(12).joined(separator: ", ") + (names.count > 12 ? ", …" : "")
  }

  private var network: String {
    let stages = problem.model.stages.filter { !$0.isImplicit }.count
    let parameters = problem.model.stages.reduce(0) { $0 + $1.parameters }
    let macs = problem.model.stages.reduce(0) { $0 + $1.macs }
    return "\(counted(stages, "stage")), \(grouped(parameters)) parameters, \(grouped(macs)) MACs per example"
  }

  private var training: String {
    let recipe = problem.model.recipe
    let machine = [kernels.threads == 1 ? "1 thread" : "\(kernels.threads) threads", kernels.instructionSet.rawValue]
    guard let start else {
      let gap = problem.model.machine.map { " to a gap of \(significant($0.tolerance, 3))" } ?? ""
      return (["solved by SMO\(gap)", "seed \(recipe.seed)"] + machine).joined(separator: ", ")
    }
    let length = counted(start.totalEpochs, "epoch")
    return
      ([
        problem.model.loss?.word ?? "", recipe.optimizer.text, "batch \(grouped(start.batch))", length, "seed \(recipe.seed)",
      ] + machine).joined(separator: ", ")
  }
}
