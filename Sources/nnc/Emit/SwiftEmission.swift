import NNData
import NNDiagnostics
import NNEmit
import NNGraph
import NNKernels
import NNReport
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
    try checkOptions()
    let weighted = try WeightedModel(
      ModelInput(invocation.positionals[0], invocation), try WeightsFile(path), invocation, console: console)
    let network = try weighted.network(try Kernels(threads: 1))
    let request = try EmitRequest(weighted, network, command: commandLine)
    let file = try SwiftFile(request, options(request))
    try write(file)
    guard invocation.has(EmitCommand.verify) else { return .fine }
    return try VerificationReport(console, isQuiet: invocation.has(EmitCommand.quiet))
      .show(Verification(file: file, weighted: weighted, network: network).run(), of: weighted.model)
  }

  // MARK: Options

  private var processor: Processor {
    let cpu = invocation.choice(EmitCommand.cpu)
    return cpu == "native" ? .native : Processor(rawValue: cpu) ?? .portable
  }

  private func checkOptions() throws(UsageError) {
    if invocation.has(EmitCommand.embed), invocation.has(EmitCommand.beside) {
      throw UsageError("`--embed` and `--beside` are both given", help: "the weights lie in one place")
    }
    if invocation.has(EmitCommand.package), invocation.has(EmitCommand.out) {
      throw UsageError("`-o` and `--package` are both given", help: "a package has places of its own for its files")
    }
    if invocation.has(EmitCommand.beside), !hasFiles {
      throw UsageError("`--beside` needs a file to be beside: `-o FILE`")
    }
    if invocation.has(EmitCommand.verify), !processor.runsHere {
      throw UsageError("`--verify` runs the code, and this processor cannot run \(processor.rawValue)")
    }
  }

  private func options(_ request: EmitRequest) throws(UsageError) -> EmitOptions {
    let package = invocation.text(EmitCommand.package)
    let path = invocation.text(EmitCommand.out) ?? package
    let stem = path.map(SwiftName.stem)
    let typeName = SwiftName.type(stem ?? request.model.name)
    var options = EmitOptions(
      typeName: typeName, fileName: package == nil ? path.map(lastComponent) ?? "\(typeName).swift" : "\(typeName).swift")
    options.processor = processor
    options.isThreaded = invocation.has(EmitCommand.threads)
    let bytes = request.weights.joined().reduce(0) { $0 + 4 * $1.count }
    let isLarge = bytes > 16_000_000 && !invocation.has(EmitCommand.embed)
    if isLarge, path == nil {
      throw UsageError(
        "\(bytes / 1_000_000) MB of weights go into a file beside the code: `-o FILE` is needed", help: "or, inside it: --embed")
    }
    if isLarge || invocation.has(EmitCommand.beside) { options.weightsFile = "\(stem ?? typeName).safetensors" }
    return options
  }

  /// Files are written, not standard output.
  private var hasFiles: Bool { invocation.has(EmitCommand.out) || invocation.has(EmitCommand.package) }

  /// As it could be typed again.
  private var commandLine: String {
    (["nnc"] + CommandLine.arguments.dropFirst().map(SwiftEmission.shellWord)).joined(separator: " ")
  }

  private static func shellWord(_ word: String) -> String {
    let isPlain =
      !word.isEmpty && word.unicodeScalars.allSatisfy { $0.properties.isAlphabetic || "0123456789_-./=:,+@%".unicodeScalars.contains($0) }
    return isPlain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
  }

  // MARK: Writing

  /// The weights first: no code is left behind without them.
  private func write(_ file: SwiftFile) throws {
    if let path = invocation.text(EmitCommand.package) {
      try PackageEmission(file: file, path: path).write()
      return tell("written  \(path): swift test --package-path \(path)")
    }
    if let name = file.options.weightsFile, let path = invocation.text(EmitCommand.out) {
      let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
      try AtomicFile.write(file.safetensors, to: folder + name)
      tell("weights  \(folder + name)")
    }
    let text = file.text
    try EmitCommand.write(text, invocation, console)
    if let path = invocation.text(EmitCommand.out) { tell("written  \(path), \(text.utf8.count.formattedBytes)") }
  }

  private func tell(_ text: String) {
    if !invocation.has(EmitCommand.quiet), !console.isJSON { console.write(printable(text) + "\n") }
  }
}

extension Int {
  /// `4.9 MB`
  var formattedBytes: String {
    self < 1_000_000 ? "\((self + 500) / 1000) KB" : "\(self / 1_000_000).\(self / 100_000 % 10) MB"
  }
}

extension SwiftFile {
  /// The file of weights beside the code.
  var safetensors: [UInt8] {
    Safetensors(
      metadata: ["format": "pt"], tensors: tensors.map { .init(name: $0.name, shape: $0.shape, values: $0.values) }
    ).encoded()
  }
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

  /// Whether code for it runs on this machine.
  var runsHere: Bool {
    switch self {
    case .portable: true
    case .arm64: Processor.native == .arm64
    case .v3: InstructionSet.supported.contains(.v3)
    case .v4: InstructionSet.supported.contains(.v4)
    }
  }
}
