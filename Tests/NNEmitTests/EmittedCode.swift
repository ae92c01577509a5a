import Foundation
import NNData
import NNDiagnostics
import NNEmit
import NNGraph
import NNKernels
import NNLayers
import NNRuntime
import Programs

/// A network from its text, with made-up weights and inputs, and what the engine says of these.
struct Sample {
  let name: String
  let model: Model
  let network: TrainedNetwork
  let inputs: [[Float]]
  let outputs: [[Float]]
  let normalization: NormalizationValues

  /// - Parameter text: a model file; its input is stated.
  init(_ name: String, _ text: String, normalization: NormalizationValues = .identity, examples: Int = 3) throws {
    self.name = name
    self.normalization = normalization
    let result = check(SourceFile(name: "\(name.lowercased()).nn", text: text))
    guard let checked = result.model else { throw NoModel(name: name, problems: result.diagnostics.map(\.message)) }
    // A machine with a few support vectors, as if it were trained.
    let model = checked.with(supports: 150) ?? checked
    self.model = model
    let layout = try WeightLayout(model)
    var random = Random(seed: 3, .check)
    var weights = Weights(initial: model, layout: layout)
    // Biases, scales and running values that matter, too.
    weights.running = weights.running.map { _ in Float(random.uniform(0.5, 1.5)) }
    for tensor in layout.tensors where tensor.spec.shape.count == 1 && tensor.spec.isTrained {
      for place in 0..<tensor.spec.count { weights.trained[tensor.offset + place] = Float(random.uniform(-0.5, 1)) }
    }
    network = try TrainedNetwork(model, weights, normalization: normalization, kernels: try Kernels(threads: 1))
    inputs = (0..<examples).map { _ in
      (0..<model.input.count).map { _ in
        if case .tokens(_, let vocabulary) = model.input { Float(random.below(vocabulary)) } else { Float(random.uniform(-2, 2)) }
      }
    }
    let predicted = try network.predict(
      Examples(
        shape: model.input.dimensions, storage: .floats(Stretch(inputs.flatMap(\.self))), targets: .none, count: examples,
        origin: .generated(name)), beginsAnew: true)
    let width = model.output.count
    outputs = (0..<examples).map { Array(predicted.outputs[$0 * width..<($0 + 1) * width]) }
  }

  var request: EmitRequest {
    let layout = network.parameters.layout
    let weights = network.parameters.weights
    let meaning: EmitRequest.Meaning =
      model.givesClasses
      ? .classes(names: model.classes, isProbability: true, middle: model.middleOfTwoClasses)
      : .values(scale: normalization.targetScale, shift: normalization.targetShift)
    return EmitRequest(
      model: model, weights: layout.ofNode.map { range in range.map { weights.values(of: layout.tensors[$0]) } },
      preparation: .init(scale: normalization.scale, shift: normalization.shift), meaning: meaning,
      provenance: .init(
        version: "0.0.0", modelPath: model.file.name, modelDigest: "0", weightsPath: "weights.safetensors", weightsDigest: "0",
        command: "nnc emit"), examples: zip(inputs, outputs).map { (input: $0, output: $1) })
  }

  func source(_ processor: Processor = .portable) throws -> String {
    var options = EmitOptions(typeName: name, fileName: "\(name).swift")
    options.processor = processor
    return try SwiftFile(request, options).text
  }

  struct NoModel: Error {
    var name: String
    var problems: [String]
  }
}

/// Emitted files with a main program, compiled and run in a folder of their own.
struct Compiled: ~Copyable {
  let folder: URL

  /// - Parameter optimization: `-Onone` compiles many small networks in seconds.
  init(_ files: [String: String], optimization: String = "-O", flags: [String] = []) throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("nnc-emit-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for (name, text) in files { try text.write(to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8) }
    var inputs: [String] = []
    for name in files.keys.sorted() {
      guard name.hasSuffix(".c") else {
        inputs.append(name)
        continue
      }
      inputs.append(name + ".o")
      _ = try Compiled.run("clang", ["-c", name, "-o", name + ".o"], in: folder)
    }
    let result = try Compiled.run(
      "swiftc", [optimization, "-wmo", "-warnings-as-errors", "-swift-version", "6"] + flags + inputs + ["-o", "program"], in: folder)
    guard result.code == 0 else { throw Failure(text: result.text) }
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// Its standard output and standard error.
  func run() throws -> String {
    let result = try Compiled.run(folder.appendingPathComponent("program").path, [], in: folder)
    guard result.code == 0 else { throw Failure(text: result.text) }
    return result.text
  }

  static func run(_ program: String, _ arguments: [String], in folder: URL) throws -> (code: Int32, text: String) {
    let output = folder.appendingPathComponent("output.txt")
    let status = try Program(program, arguments, in: folder.path, output: output.path).wait()
    return (status, String(decoding: try Data(contentsOf: output), as: UTF8.self))
  }

  struct Failure: Error, CustomStringConvertible {
    var text: String
    var description: String { text }
  }
}
