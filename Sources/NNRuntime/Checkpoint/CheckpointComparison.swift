import NNDiagnostics
import NNGraph
import NNLayers

/// Which tensors of a file fit the network's.
struct CheckpointComparison {
  private enum Difference {
    case shape(WeightLayout.Tensor, found: [Int])
    case missing(WeightLayout.Tensor)
    case unknown(Safetensors.Tensor)
  }

  /// By tensor of the layout; nil where the file has none of that name and shape.
  let stored: [Safetensors.Tensor?]
  private let differences: [Difference]

  init(_ file: Safetensors, _ layout: WeightLayout) {
    let byName = Dictionary(file.tensors.map { ($0.name, $0) }) { first, _ in first }
    var stored: [Safetensors.Tensor?] = []
    var differences: [Difference] = []
    for tensor in layout.tensors {
      let found = byName[tensor.name]
      let fits = found?.shape == tensor.spec.shape
      stored.append(fits ? found : nil)
      if let found, !fits { differences.append(.shape(tensor, found: found.shape)) }
      if found == nil { differences.append(.missing(tensor)) }
    }
    let needed = Set(layout.tensors.map(\.name))
    // PyTorch's count of a norm's batches: nothing is computed from it when the momentum is a number.
    let unknown = file.tensors.filter { !needed.contains($0.name) && !$0.name.hasSuffix(".num_batches_tracked") }
    self.stored = stored
    self.differences = differences + unknown.map { .unknown($0) }
  }

  /// NN601, or nil where everything fits.
  func diagnostic(_ path: String, _ model: Model, _ info: CheckpointInfo) -> Diagnostic? {
    guard let first = differences.first else { return nil }
    let place = self.place(of: first, model)
    return Diagnostic(
      .weightsMismatch, .error, "\(path) does not fit \(model.file.name)", at: place, place == nil ? "" : label(first),
      notes: [table] + (info.origin.map { [$0] } ?? []), fixes: (comparison(path, model) + (matching.map { [$0] } ?? [])).map { .init($0) })
  }

  /// Of weights in the folder of a run: the run holds its model.
  private func comparison(_ path: String, _ model: Model) -> [String] {
    guard let slash = path.lastIndex(of: "/"), ["best.safetensors", "last.safetensors"].contains(path[slash...].dropFirst()) else {
      return []
    }
    return ["`nnc diff \(path[..<slash]) \(model.file.name)` shows what changed in the model"]
  }

  /// Something to type where a part of the tensors can be used.
  private var matching: String? {
    let fitting = stored.count { $0 != nil }
    let fresh = stored.count - fitting
    guard fitting > 0, fresh > 0 else { return nil }
    return
      "`--load-matching` takes the \(fitting == 1 ? "tensor that agrees" : "\(fitting) tensors that agree") and starts the other \(fresh == 1 ? "one" : "\(fresh)") fresh"
  }

  private func place(of difference: Difference, _ model: Model) -> SourceSpan? {
    switch difference {
    case .shape(let tensor, _), .missing(let tensor):
      let stage = model.nodes[tensor.node].stage
      return model.stages.indices.contains(stage) ? model.stages[stage].span : nil
    case .unknown: return nil
    }
  }

  private func label(_ difference: Difference) -> String {
    switch difference {
    case .shape(let tensor, let found):
      let needed = tensor.spec.shape
      let differing = zip(needed, found).first { $0 != $1 }
      guard needed.count == found.count, let differing, zip(needed, found).filter({ $0 != $1 }).count == 1 else {
        return "\(Self.text(needed)) here, \(Self.text(found)) in the file"
      }
      return "\(differing.0) here, \(differing.1) in the file"
    case .missing(let tensor): return "`\(tensor.name)` is not in the file"
    case .unknown(let tensor): return "`\(tensor.name)` is not in the network"
    }
  }

  /// At most this many rows; a wholly different network would fill the screen.
  private static let rowLimit = 12

  private var table: String {
    let rows = differences.map { difference -> [String] in
      switch difference {
      case .shape(let tensor, let found): [tensor.name, Self.text(found), Self.text(tensor.spec.shape)]
      case .missing(let tensor): [tensor.name, "-", Self.text(tensor.spec.shape)]
      case .unknown(let tensor): [tensor.name, Self.text(tensor.shape), "-"]
      }
    }
    let shown = [["tensor", "in the file", "needed"]] + rows.prefix(Self.rowLimit)
    let widths = (0..<2).map { column in shown.reduce(0) { max($0, $1[column].count) } + 4 }
    var lines = shown.map { row in
      zip(row, widths).map { $0.padded(to: $1) }.joined() + row[2]
    }
    if rows.count > Self.rowLimit { lines.append("and \(rows.count - Self.rowLimit) more") }
    let agreeing = stored.count { $0 != nil }
    lines.append(agreeing == 1 ? "the other tensor agrees" : agreeing == 0 ? "no tensor agrees" : "the other \(agreeing) tensors agree")
    return lines.joined(separator: "\n")
  }

  private static func text(_ shape: [Int]) -> String { shape.isEmpty ? "1 number" : shape.map(String.init).joined(separator: "x") }
}

extension CheckpointInfo {
  /// `the file was written by nnc 0.1.0 from mri.nn 3f9a61c0, epoch 14, seed 7`; nil where it does not say.
  fileprivate var origin: String? {
    guard let version else { return nil }
    var text = "the file was written by nnc \(version)"
    if let model { text += " from \(model)" }
    if let modelDigest { text += " \(modelDigest.prefix(8))" }
    if let epoch { text += ", epoch \(epoch)" }
    if let seed { text += ", seed \(seed)" }
    return text
  }
}
