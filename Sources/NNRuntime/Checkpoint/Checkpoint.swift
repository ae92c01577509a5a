import NNDiagnostics
import NNGraph
import NNLayers

/// Weights with what is known about them, as a safetensors file of PyTorch's names and layouts.
public struct Checkpoint: Sendable {
  public var weights: Weights
  public var info: CheckpointInfo

  public init(weights: Weights, info: CheckpointInfo) {
    self.weights = weights
    self.info = info
  }

  /// The file's contents, each tensor in the order of files.
  public func safetensors(_ layout: WeightLayout) -> Safetensors {
    Safetensors(
      metadata: info.metadata,
      tensors: layout.tensors.map { .init(name: $0.name, shape: $0.spec.shape, values: weights.inFileOrder($0)) })
  }

  /// SHA-256 over the numbers of all tensors.
  public func digest(_ layout: WeightLayout) -> String { safetensors(layout).weightsDigest }

  /// Writes the file, whole or not at all.
  public func write(_ layout: WeightLayout, to path: String) throws(FileError) {
    try AtomicFile.write(safetensors(layout).encoded(), to: path)
  }

  /// Reads the weights of `model`. Throws NN601 where the file is broken or belongs to another network.
  public init(path: String, model: Model, layout: WeightLayout) throws(Diagnostic) {
    try self.init(try Self.file(path, limit: Self.sizeLimit(layout)), named: path, model: model, layout: layout)
  }

  private static func file(_ path: String, limit: Int) throws(Diagnostic) -> Safetensors {
    let bytes: [UInt8]
    do throws(FileError) { bytes = try AtomicFile.read(path, limit: limit) } catch {
      let isFolder = error.reason == FileError.isFolder
      throw Diagnostic(
        .weightsMismatch, .error, error.message,
        fixes: isFolder ? [.init("a run's folder holds them as a file: `\(path)/best.safetensors`")] : [])
    }
    do throws(SafetensorsProblem) { return try Safetensors(decoding: bytes) } catch { throw broken(path, error.message) }
  }

  /// Puts those tensors of a file into `weights` that have the name and shape of the network's.
  ///
  /// - Returns: the names of the tensors that stay as they are.
  /// - Throws: NN601 where the file is broken, or not one of its tensors fits.
  public static func load(matching path: String, into weights: inout Weights, model: Model, layout: WeightLayout) throws(Diagnostic)
    -> [String]
  {
    // The file may belong to a larger network.
    let file = try file(path, limit: Int.max)
    let comparison = CheckpointComparison(file, layout)
    if comparison.stored.allSatisfy({ $0 == nil }), let problem = comparison.diagnostic(path, model, CheckpointInfo()) { throw problem }
    var kept: [String] = []
    for (tensor, stored) in zip(layout.tensors, comparison.stored) {
      if let stored { weights.set(tensor.spec.toMemory(stored.values), tensor) } else { kept.append(tensor.name) }
    }
    return kept
  }

  /// - Parameter path: for messages.
  public init(_ file: Safetensors, named path: String, model: Model, layout: WeightLayout) throws(Diagnostic) {
    do throws(SafetensorsProblem) { info = try CheckpointInfo(file.metadata) } catch { throw Self.broken(path, error.message) }
    let comparison = CheckpointComparison(file, layout)
    if let problem = comparison.diagnostic(path, model, info) { throw problem }
    weights = Weights(layout: layout)
    for (tensor, stored) in zip(layout.tensors, comparison.stored) {
      if let stored { weights.set(tensor.spec.toMemory(stored.values), tensor) }
    }
  }

  /// Reads the weights of `front`, the first layers of the network that a file belongs to; the rest of the file is passed over.
  public init(path: String, front: Model, layout: WeightLayout) throws(Diagnostic) {
    // The file may belong to a larger network.
    var file = try Self.file(path, limit: Int.max)
    let names = Set(layout.tensors.map(\.name))
    file.tensors.removeAll { !names.contains($0.name) }
    try self.init(file, named: path, model: front, layout: layout)
  }

  /// The shapes of the tensors of a weights file, by name.
  public static func shapes(path: String) throws(Diagnostic) -> [String: [Int]] {
    Dictionary(try file(path, limit: Int.max).tensors.map { ($0.name, $0.shape) }) { first, _ in first }
  }

  /// What a weights file says of itself, before the model it belongs to is known. Throws NN601 where the file is broken.
  public static func info(path: String) throws(Diagnostic) -> CheckpointInfo {
    // No model says yet how large it may be; the file is there, so that its bytes are no claim of a header.
    let file = try file(path, limit: Int.max)
    do throws(SafetensorsProblem) { return try CheckpointInfo(file.metadata) } catch { throw broken(path, error.message) }
  }

  private static func broken(_ path: String, _ reason: String) -> Diagnostic {
    Diagnostic(.weightsMismatch, .error, "\(path) is no weights file: \(reason)", notes: ["safetensors files are read"])
  }

  /// A file with the numbers in double precision, a counter per layer and a full header is no larger.
  private static func sizeLimit(_ layout: WeightLayout) -> Int {
    layout.tensors.reduce(Safetensors.headerLimit) { $0 + 8 * $1.spec.count + 1024 }
  }
}
