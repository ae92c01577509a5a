import NNDiagnostics
import NNReport
import NNRuntime

/// What a kernel machine came to, for people and programs.
struct MachineFacts: Sendable {
  private let machine: KernelMachine
  private let classes: [String]
  /// Of a linear machine.
  let separability: [Separability]
  /// Of two inputs.
  let map: DecisionMap?

  init(_ machine: KernelMachine, classes: [String], separability: [Separability], map: DecisionMap?) {
    (self.machine, self.classes, self.separability, self.map) = (machine, classes, separability, map)
  }

  var supports: Int { machine.supportIndices.count }

  /// `12 support vectors`
  var text: String { counted(supports, "support vector") }

  /// A row for each machine.
  var table: (header: [String], rows: [[String]]) {
    let header = ["machine", "support vectors", "at C", "margin", "objective", "gap", "steps", "right in training"]
    let rows = machine.parts.map { part -> [String] in
      [
        name(part), grouped(part.supports), grouped(part.bounded), significant(part.margin, 4), significant(part.objective, 6),
        significant(part.gap, 2), grouped(part.iterations) + (part.isConverged ? "" : ", not at the optimum"),
        "\(grouped(part.right)) of \(grouped(part.count))",
      ]
    }
    return (header, rows)
  }

  /// `setosa | versicolor`
  private func name(_ part: KernelMachine.Part) -> String {
    "\(classes.name(part.positive)) | \(part.negative.map(classes.name) ?? "others")"
  }

  /// The table as a run prints it, and whether the classes can be separated.
  var lines: String {
    let (header, rows) = table
    let shown = ([header] + rows.prefix(60)).map { $0.map { printable($0) } }
    var text = TextTable.lines(shown, texts: [0]).map { $0 + "\n" }.joined()
    if rows.count > 60 { text += "and \(rows.count - 60) more\n" }
    if let gamma = machine.weights.dropFirst(3).first?.first {
      text += "\ngamma \(significant(Double(gamma), 6)), \(self.text)\n"
    } else {
      text += "\n\(self.text)\n"
    }
    return text + separability.map { $0.text(classes) + "\n" }.joined()
  }

  var json: JSONValue {
    let parts = machine.parts.map { part -> JSONValue in
      [
        "positive": .string(classes.name(part.positive)), "negative": part.negative.map { .string(classes.name($0)) } ?? .null,
        "support_vectors": .integer(part.supports), "bounded": .integer(part.bounded),
        "margin": JSONValue(part.margin.isFinite ? part.margin : nil),
        "objective": .number(part.objective), "gap": .number(part.gap), "steps": .integer(part.iterations),
        "converged": .bool(part.isConverged), "right": .integer(part.right), "examples": .integer(part.count),
      ]
    }
    let separable = separability.isEmpty ? JSONValue.null : .bool(separability.allSatisfy(\.isSeparable))
    return [
      "support_vectors": .integer(supports), "gamma": JSONValue(machine.function.gamma), "linearly_separable": separable,
      "parts": .array(parts),
    ]
  }
}

extension Separability {
  var isSeparable: Bool { if case .separable = answer { true } else { false } }

  /// `linearly separable: setosa | versicolor, with a margin of 1.24`
  func text(_ classes: [String]) -> String {
    let pair = printable("\(classes.name(first)) | \(classes.name(second))")
    switch answer {
    case .separable(let margin): return "linearly separable: \(pair), training accuracy 1, margin \(significant(margin, 4))"
    case .inseparable(let margin): return "not linearly separable: \(pair), by any margin above \(significant(margin, 2))"
    }
  }
}
