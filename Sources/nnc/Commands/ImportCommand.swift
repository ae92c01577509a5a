import NNData
import NNDiagnostics
import NNInterchange
import NNReport
import NNRuntime

/// `nnc import FILE.onnx -o MODEL.nn`: the network of another program as a file of the language, with its weights.
enum ImportCommand {
  static let out = CommandOption(
    name: "out", short: "o", value: .text("FILE"), summary: "the .nn file to write (default: the name of FILE)")
  static let weights = CommandOption(
    name: "weights", value: .text("FILE"), summary: "where to write the weights (default: the .nn file's name with .safetensors)")
  static let input = CommandOption(
    name: "input", value: .text("SHAPE"), summary: "the shape of one example, where the model leaves sizes open: 224x224x3")

  static let command = Command(
    name: "import",
    summary: "read an ONNX model: a .nn file and its weights",
    details: [
      """
      Reads what PyTorch, Keras (by tf2onnx) and scikit-learn (by skl2onnx) export. Arithmetic on shapes is worked out, transpositions and reshapes vanish where \
      they only move axes, and residuals, branches and repeats are recovered. What the language cannot say is listed node by node, and nothing is written.
      """,
      """
      Inputs are in nnc's order afterwards: images height x width x channels. A normalisation at the graph's front is stored with the weights, as nnc's own.
      """,
    ],
    positionals: [.init(name: "FILE", summary: "an .onnx file", completes: .files(["onnx"]))],
    options: [out, weights, input, .quiet, .format, .color],
    examples: [
      ("nnc import resnet18.onnx -o resnet18.nn", "writes resnet18.nn and resnet18.safetensors"),
      ("nnc import net.onnx --input 224x224x3", "a model whose height and width are open"),
      ("nnc run resnet18.nn --weights resnet18.safetensors --predict photos", "and what it says of pictures"),
    ],
    run: run)

  private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
    let path = invocation.positionals[0]
    let out = invocation.text(out) ?? withoutEnding(path) + ".nn"
    let weights = invocation.text(weights) ?? withoutEnding(out) + ".safetensors"
    let result = try ModelReading(path: path, shape: try invocation.sizes(input)).imported(name: modelName(out))
    try AtomicFile.write(result.text, to: out)
    try AtomicFile.write(safetensors(result, text: result.text).encoded(), to: weights)
    for note in result.notes { console.note(note) }
    let count = result.weights.reduce(0) { $0 + $1.values.count }
    if console.isJSON {
      let object: JSONValue = [
        "event": "import", "model": .string(out), "weights": .string(weights),
        "input": .array(result.input.dimensions.map(JSONValue.integer)),
        "parameters": .integer(count),
      ]
      console.write(object.text + "\n")
    } else if !invocation.has(.quiet) {
      console.write(
        "written  \(printable(out)) and \(printable(weights)): input \(result.input.statementText), output \(result.output), \(grouped(count)) numbers\n"
      )
    }
    return .fine
  }

  private static func withoutEnding(_ path: String) -> String {
    let name = path.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return path }
    return String(path.dropLast(name.distance(from: dot, to: name.endIndex)))
  }

  /// A word for the `model` statement.
  private static func modelName(_ path: String) -> String {
    let stem = withoutEnding(path).split(separator: "/").last.map(String.init) ?? "model"
    let word = String(stem.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
    return word.first?.isLetter == true ? word : "model_\(word)"
  }

  private static func safetensors(_ result: ONNXImport, text: String) -> Safetensors {
    var info = CheckpointInfo()
    info.version = Program.version
    info.modelDigest = SHA256.hexDigest(of: Array(text.utf8))
    info.classes = result.input.kind == .tokens ? [] : result.classes
    if let scale = result.scale, let shift = result.shift { info.normalization = NormalizationValues(scale: scale, shift: shift) }
    if result.input.kind != .tokens { info.input = result.input.dimensions }
    if let vocabulary = result.vocabulary { info.codec = TextCodec(characters: Array(vocabulary.unicodeScalars), lower: false) }
    return Safetensors(
      metadata: info.fields, tensors: result.weights.map { .init(name: $0.name, shape: $0.shape, values: $0.values) })
  }
}

/// An ONNX file with the files beside it that hold its numbers.
struct ModelReading {
  let path: String
  let shape: [Int]?

  /// - Throws: NN602 where it is no model, NN603 with the nodes that cannot be said.
  func imported(name: String) throws(Diagnostic) -> ONNXImport {
    let model: ONNXModel
    let file: [UInt8]
    do throws(ProtobufProblem) { file = try bytes(path) } catch { throw Diagnostic(.unreadable, .error, error.message) }
    do throws(ProtobufProblem) {
      model = try ONNXModel(decoding: file) { name throws(ProtobufProblem) in try beside(name) }
    } catch { throw Diagnostic(.badModelFile, .error, "`\(path)` is no ONNX model: \(error.message)") }
    do throws(ONNXImport.Problem) { return try ONNXImport(model, name: name, shape: shape) } catch { throw diagnostic(error) }
  }

  private func diagnostic(_ problem: ONNXImport.Problem) -> Diagnostic {
    switch problem {
    case .model(let reason): return Diagnostic(.badModelFile, .error, "`\(path)` cannot be read as a network: \(reason)")
    case .nodes(let nodes):
      let width = nodes.reduce(0) { max($0, $1.operation.count) } + 2
      let lines = nodes.map { "\($0.operation.padded(to: width))`\(printable($0.node))`: \($0.reason)" }
      return Diagnostic(
        .nodesLack, .error, "\(counted(nodes.count, "node")) of `\(path)` cannot be said in the language",
        notes: lines)
    }
  }

  private func bytes(_ path: String) throws(ProtobufProblem) -> [UInt8] {
    do throws(FileError) { return try AtomicFile.read(path, limit: Int.max) } catch { throw ProtobufProblem(error.message) }
  }

  /// A file in the folder of the model: no other is read, whatever the model says.
  private func beside(_ name: String) throws(ProtobufProblem) -> [UInt8] {
    guard !name.isEmpty, !name.contains("/"), !name.hasPrefix("..") else {
      throw ProtobufProblem("its numbers lie in `\(name)`, which is not beside it")
    }
    let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
    return try bytes(folder + name)
  }
}
