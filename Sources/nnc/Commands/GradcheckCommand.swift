import NNDiagnostics
import NNGraph
import NNKernels
import NNLayers
import NNReport
import NNRuntime

/// `nnc gradcheck`: is every layer's backward pass the derivative of its definition?
enum GradcheckCommand {
  /// The largest difference that is allowed, relative to the largest gradient of the tensor.
  static let limit = 1e-5

  static let command = Command(
    name: "gradcheck",
    summary: "compare every layer's backward pass with central differences of its definition",
    details: [
      """
      For each stage and each tensor (its input and its weights) some elements are moved by a small step either way, the layer's definition is \
      worked out again in double precision, and the slope is compared with the gradient that training uses. The largest difference, relative \
      to the largest gradient of the tensor, must be below 1e-5. Inputs are random normal numbers, weights those that training starts with. \
      Elements at a kink (relu at 0, a tie in a max pool) have no derivative and are left out.
      """
    ],
    positionals: [.init(name: "MODEL", summary: "a .nn file; - reads standard input")],
    options: [.input, .data, .set, .seed, .format, .color],
    examples: [("nnc gradcheck examples/iris.nn", "a table of all tensors")],
    run: run)

  private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
    let input = try ModelInput(invocation.positionals[0], invocation)
    let result = input.checkWithData()
    guard let model = result.model else { throw FoundProblems(diagnostics: input.problems(of: result, for: "to check")) }
    if model.machine != nil { throw model.unsolved }
    let report = try GradientReport(model, kernels: try Kernels(exact: true))
    console.write(console.isJSON ? report.json.text + "\n" : report.text)
    return report.isOK ? .fine : .failed
  }
}

/// What the comparison found, node by node.
struct GradientReport {
  struct Entry {
    var stage: Stage
    var layer: String
    var findings: [GradientCheck.Finding]
  }

  private let model: Model
  private(set) var entries: [Entry] = []
  private let loss: GradientCheck.Finding?

  init(_ model: Model, kernels: Kernels) throws(Diagnostic) {
    self.model = model
    let parameters = try Parameters(model)
    let layout = parameters.layout
    let weights = Weights(initial: model, layout: layout)
    for (index, node) in model.nodes.enumerated() where model.stages.indices.contains(node.stage) {
      let check = GradientCheck(
        node.layer, inputs: node.inputShapes, weights: layout.tensors[layout.ofNode[index]].map { weights.values(of: $0) }, number: index,
        seed: model.recipe.seed)
      entries.append(Entry(stage: model.stages[node.stage], layer: node.name, findings: check.findings(kernels, work: 200_000_000)))
    }
    loss = model.loss.map {
      GradientCheck.finding($0, rows: 4, columns: model.output.count, kernels: kernels, seed: model.recipe.seed)
    }
  }

  private var all: [GradientCheck.Finding] { entries.flatMap(\.findings) + (loss.map { [$0] } ?? []) }

  var isOK: Bool { all.allSatisfy { $0.error < GradcheckCommand.limit } }

  var text: String {
    var rows = [["#", "line", "stage", "layer", "tensor", "compared", "kinks", "largest error"]]
    for entry in entries {
      for (number, finding) in entry.findings.enumerated() {
        let isFirst = number == 0
        let stage =
          isFirst ? [index(entry.stage), String(entry.stage.span.startPosition.line), entry.stage.text, entry.layer] : ["", "", "", ""]
        rows.append(stage + cells(finding))
      }
    }
    if let loss, let word = model.loss?.word { rows.append(["", "", "loss", word] + cells(loss)) }
    let worst = all.map(\.error).max() ?? 0
    let verdict = isOK ? "all below" : "NOT all below"
    let table = TextTable.lines(rows, texts: [2, 3, 4, 7]).map { $0 + "\n" }.joined()
    return table + "largest error \(significant(worst, 3)), \(verdict) \(significant(GradcheckCommand.limit, 1))\n"
  }

  private func index(_ stage: Stage) -> String { stage.isImplicit ? "·" : String(stage.index) }

  private func cells(_ finding: GradientCheck.Finding) -> [String] {
    let mark = finding.error < GradcheckCommand.limit ? "" : "  too large"
    return [finding.tensor, "\(finding.compared) of \(finding.count)", String(finding.kinks), significant(finding.error, 2) + mark]
  }

  var json: JSONValue {
    let stages = entries.map { entry -> JSONValue in
      [
        "index": entry.stage.isImplicit ? .null : .integer(entry.stage.index), "line": .integer(entry.stage.span.startPosition.line),
        "text": .string(entry.stage.text), "layer": .string(entry.layer), "tensors": .array(entry.findings.map(GradientReport.json)),
      ]
    }
    return [
      "model": .string(model.name), "ok": .bool(isOK), "limit": .number(GradcheckCommand.limit), "seed": .unsigned(model.recipe.seed),
      "stages": .array(stages), "loss": loss.map(GradientReport.json) ?? .null,
    ]
  }

  private static func json(_ finding: GradientCheck.Finding) -> JSONValue {
    [
      "tensor": .string(finding.tensor), "count": .integer(finding.count), "compared": .integer(finding.compared),
      "kinks": .integer(finding.kinks), "error": .number(finding.error),
    ]
  }
}
