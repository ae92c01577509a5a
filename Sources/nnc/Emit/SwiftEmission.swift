import NNData
import NNDiagnostics
import NNEmit
import NNGraph
import NNKernels
import NNRuntime

/// `nnc emit MODEL --weights W`: from files to a file.
struct SwiftEmission {
  private let invocation: Invocation
  private let console: Console

  init(_ invocation: Invocation, _ console: Console) {
    self.invocation = invocation
    self.console = console
  }

  func run() throws -> ExitCode {
    guard let path = invocation.text(EmitCommand.weights) else {
      throw UsageError(
        "`nnc emit` needs the weights to write into the code: `--weights FILE`",
        help: "train first: nnc run \(invocation.positionals[0]) --data DATA writes runs/NAME-001/best.safetensors")
    }
    let weighted = try WeightedModel(
      ModelInput(invocation.positionals[0], invocation), try WeightsFile(path), invocation, console: console)
    let network = try weighted.network(try Kernels(threads: 1))
    let request = try EmitRequest(weighted, network, command: commandLine)
    let file = try SwiftFile(request, options(request))
    try EmitCommand.write(file.text, invocation, console)
    return .fine
  }

  private func options(_ request: EmitRequest) -> EmitOptions {
    let path = invocation.text(EmitCommand.out)
    let typeName = SwiftName.type(path.map(SwiftName.stem) ?? request.model.name)
    var options = EmitOptions(typeName: typeName, fileName: path.map(SwiftName.lastComponent) ?? "\(typeName).swift")
    let cpu = invocation.choice(EmitCommand.cpu)
    options.processor = cpu == "native" ? .native : Processor(rawValue: cpu) ?? .portable
    return options
  }

  /// As it could be typed again.
  private var commandLine: String {
    (["nnc"] + CommandLine.arguments.dropFirst().map(SwiftEmission.shellWord)).joined(separator: " ")
  }

  private static func shellWord(_ word: String) -> String {
    let isPlain =
      !word.isEmpty && word.unicodeScalars.allSatisfy { $0.properties.isAlphabetic || "0123456789_-./=:,+@%".unicodeScalars.contains($0) }
    return isPlain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
  }
}

extension EmitRequest {
  /// - Throws: where the network cannot be run on the examples of the self-test.
  init(_ weighted: WeightedModel, _ network: TrainedNetwork, command: String) throws(Diagnostic) {
    let model = weighted.model
    let layout = network.parameters.layout
    let weights = network.parameters.weights
    let normalization = network.normalization
    let inputs = ExampleInputs(model, normalization)
    let numbers = inputs.numbers(count: model.input.count <= 4096 ? 2 : 1)
    let outputs = try network.predict(numbers).outputs
    let width = model.output.count
    let examples = (0..<numbers.count).map { example in
      (input: inputs.values(of: example), output: Array(outputs[example * width..<(example + 1) * width]))
    }
    self.init(
      model: model, weights: layout.ofNode.map { range in range.map { weights.values(of: layout.tensors[$0]) } },
      preparation: Preparation(scale: normalization.scale, shift: normalization.shift), meaning: Meaning(weighted, normalization),
      provenance: Provenance(
        version: Program.version, modelPath: model.file.name, modelDigest: SHA256.hexDigest(of: model.file.bytes),
        weightsPath: weighted.weights.path, weightsDigest: network.digest, command: command), examples: examples)
  }
}

extension EmitRequest.Meaning {
  init(_ weighted: WeightedModel, _ normalization: NormalizationValues) {
    let model = weighted.model
    if model.givesClasses {
      let isProbability = ["softmax", "sigmoid"].contains(model.nodes.last?.word ?? "")
      self = .classes(names: weighted.classes, isProbability: isProbability, middle: model.middleOfTwoClasses)
    } else {
      self = .values(scale: normalization.targetScale, shift: normalization.targetShift)
    }
  }
}

extension TrainedNetwork {
  /// SHA-256 over the numbers of all tensors, as in a run's summary.
  var digest: String { Checkpoint(weights: parameters.weights, info: CheckpointInfo()).digest(parameters.layout) }
}

extension Processor {
  /// The best for the machine that nnc runs on.
  static var native: Processor {
    #if arch(arm64)
      .arm64
    #else
      switch InstructionSet.best {
      case .baseline: .portable
      case .v3: .v3
      case .v4: .v4
      }
    #endif
  }
}
