import NNDiagnostics
import NNGraph
import NNLayers

/// The network as one Swift file, which needs nothing but the standard library.
public struct SwiftFile: Sendable {
  let request: EmitRequest
  /// How it is written.
  public let options: EmitOptions
  let program: Program
  /// The network on a single step, going on from the state of the step before; nil where it has none to carry on.
  let stepProgram: Program?

  /// Plans the code: layers are fused, and get places in memory.
  ///
  /// - Throws: `EmitProblem.request` where the numbers of the request are not those of its model, or the type's name is none.
  public init(_ request: EmitRequest, _ options: EmitOptions) throws(EmitProblem) {
    try request.check()
    try options.check()
    self.request = request
    self.options = options
    let program = Program(try EmittedNetwork(request.model, weights: request.weights), processor: options.processor)
    self.program = program
    var step: EmittedNetwork?
    if let model = request.model.oneStep { step = try EmittedNetwork(model, weights: request.weights, carriesStates: true) }
    stepProgram = step.map { Program($0, processor: options.processor, with: program) }
  }

  /// The functions, helpers and tensors of the file.
  var parts: Program { stepProgram ?? program }

  /// The source. The same request and options give the same bytes.
  public var text: String {
    var text = SwiftText()
    writeHeader(&text)
    writeImports(&text)
    writeInterface(&text)
    writeTeam(&text)
    writeForward(&text)
    writeStages(&text)
    writeHelpers(&text)
    writeWeights(&text)
    writeSelfTest(&text)
    return text.text
  }

  /// What `swiftc` needs besides the names of files.
  public var compilerArguments: [String] { ["-O"] + options.processor.compilerFlags }

  var type: String { options.typeName }
  var model: Model { request.model }
  var inputCount: Int { model.input.count }
  var outputCount: Int { model.output.count }

  // MARK: Header

  private func writeHeader(_ text: inout SwiftText) {
    let from = request.provenance
    let lines = [
      "\(options.fileName): the neural network `\(model.name)`, written by nnc \(from.version). Change \(from.modelPath), not this file.",
      "",
      "model    \(from.modelPath)  SHA-256 \(from.modelDigest)", "weights  \(from.weightsPath)  SHA-256 \(from.weightsDigest)",
      "made by  \(from.command)", "compile  \((["swiftc"] + compilerArguments + [options.fileName]).joined(separator: " ")) …",
      "runs on  \(options.processor.description)",
    ]
    for line in lines { text.line(line.isEmpty ? "//" : "// \(SwiftLiteral.comment(line))") }
    text.line()
  }

  // MARK: Stages

  private func writeForward(_ text: inout SwiftText) {
    text.line()
    text.line("// MARK: The network")
    text.line()
    text.block("extension \(type)") { text in
      text.line("/// Runs all stages on the prepared input in `memory`; their results stay there until the next run.")
      let team = options.isThreaded ? ", _ team: Team" : ""
      text.block("static func runStages(_ weights: Floats, _ memory: MutableFloats\(team))") { text in
        writeCalls(&text, of: program) { sharedCall($0) ?? call($0, of: program) }
      }
      guard let stepProgram else { return }
      text.line()
      text.line("/// The same on a single step, from the state in `memory`, which becomes that after the step.")
      text.block("static func runStep(_ weights: Floats, _ memory: MutableFloats)") { text in
        writeCalls(&text, of: stepProgram) { call($0, of: stepProgram) }
      }
    }
  }

  private func writeCalls(_ text: inout SwiftText, of program: Program, _ lines: (Program.Call) -> [String]) {
    for (number, call) in program.calls.enumerated() {
      if number > 0 { text.line() }
      for line in comment(call, of: program) { text.line(line) }
      for line in lines(call) { text.line(line) }
    }
  }

  /// `// mri.nn:15:1  conv 3x3x32 pad 1 | leaky_relu 0.01 -> 42x42x32`
  func comment(_ call: Program.Call, of program: Program) -> [String] {
    let stage = program.network.stages[call.stage]
    let rows = stage.nodes.map { model.nodes[$0].stage }.reduce(into: [Int]()) { if !$0.contains($1) { $0.append($1) } }
    let written = rows.filter { model.stages.indices.contains($0) }.map { model.stages[$0] }
    guard let first = written.first else { return [] }
    let start = first.span.startPosition
    let place = "\(lastComponent(first.span.file.name)):\(start.line):\(start.column)"
    let layers = written.map { $0.isImplicit ? "(\($0.text))" : $0.text }.joined(separator: " | ")
    return ["// \(SwiftLiteral.comment("\(place)  \(layers)")) -> \(program.network.shapes[stage.output])"]
  }

  /// The call itself, broken where it is long.
  func call(_ call: Program.Call, of program: Program) -> [String] {
    let function = program.functions[call.function]
    let arguments = arguments(call, of: program)
    return brokenCall(function.name, arguments)
  }

  /// A call on one line, or on three.
  func brokenCall(_ name: String, _ arguments: [String]) -> [String] {
    let line = "\(name)(\(arguments.joined(separator: ", ")))"
    return line.count <= 130 ? [line] : ["\(name)(", "  \(arguments.joined(separator: ", "))", ")"]
  }

  func arguments(_ call: Program.Call, of program: Program) -> [String] {
    let function = program.functions[call.function]
    var arguments = zip(function.labels, call.arguments).map { label, source in
      (label == "x" ? "" : "\(label): ") + pointer(source, of: program)
    }
    arguments.append("y: \(pointer(.value(program.network.stages[call.stage].output), of: program))")
    if function.isCarrying { arguments.append("carried: \(Index(plus: program.carried.lowerBound + call.carried).added(to: "memory"))") }
    if function.hasScratch { arguments.append("scratch: \(Index(plus: program.valueCount).added(to: "memory"))") }
    return arguments + ["from: 0, to: \(call.units)"]
  }

  private func pointer(_ source: StageFunction.Source, of program: Program) -> String {
    switch source {
    case .value(let value): return Index(plus: program.places[value]).added(to: "memory")
    case .tensor(let tensor, let packing):
      let place = program.tensors.first { $0.tensor == tensor && $0.packing == packing }?.place ?? 0
      return Index(plus: place).added(to: "weights")
    }
  }

  private func writeStages(_ text: inout SwiftText) {
    text.line()
    text.line("// MARK: Stages")
    text.line()
    text.block("extension \(type)") { text in
      for (number, function) in parts.functions.enumerated() {
        if number > 0 { text.line() }
        text.line("/// \(function.comment)")
        text.line("@inline(never)")
        let pointers = function.labels.map { "\($0 == "x" ? "_ x" : $0): Floats" } + ["y: MutableFloats"]
        let rooms = (function.isCarrying ? ["carried: MutableFloats"] : []) + (function.hasScratch ? ["scratch: MutableFloats"] : [])
        let parameters = pointers + rooms + ["from: Int", "to: Int"]
        text.block("static func \(function.name)(\(parameters.joined(separator: ", ")))") { text in
          for line in function.body { text.line(line) }
        }
      }
    }
  }

  private func writeHelpers(_ text: inout SwiftText) {
    text.line()
    text.line("// MARK: Vectors")
    text.line()
    text.block("extension \(type)") { text in
      let texts = parts.helpers.map { $0.text(options.processor) }.filter { !$0.isEmpty }
      for (number, helper) in texts.enumerated() {
        if number > 0, !(helper.hasPrefix("typealias Vector") && texts[number - 1].hasPrefix("typealias Vector")) { text.line() }
        text.line(helper)
      }
    }
  }
}

extension Processor {
  /// For the header.
  var description: String {
    switch self {
    case .portable: "any processor"
    case .v3: "x86-64 processors with AVX2 and FMA (x86-64-v3)"
    case .v4: "x86-64 processors with AVX-512 (x86-64-v4)"
    case .arm64: "arm64 processors"
    }
  }
}
