import NNDiagnostics
import NNLayers

/// NN351: output channels first, as PyTorch and ONNX write them. Legal, so a lint.
enum SizeOrder {
  /// `input 3x224x224`, where `224x224x3` was meant; nil where the order is likely.
  static func turned(_ input: Shape) -> Shape? {
    guard case .image(let first, let second, let third) = input, [1, 3, 4].contains(first), min(second, third) >= 8,
      max(second, third) <= 2 * min(second, third)
    else { return nil }
    return .image(height: second, width: third, channels: first)
  }

  static func lint(_ network: NetworkLints) {
    let input = network.inference.input
    guard let span = network.statements["input"], let turned = turned(input) else { return }
    let sizes = input.dimensions
    network.problems.warn(
      .sizeOrder, "`\(input)` is an image of \(sizes[0])x\(sizes[1]) with \(sizes[2]) channels", at: span, "height x width x channels",
      notes: ["PyTorch and ONNX write channels first; nnc writes them last"],
      fixes: [
        .init(
          "if you meant a \(sizes[1])x\(sizes[2]) image with \(counted(sizes[0], "channel"))", .probable,
          edits: [.init(span, "input \(turned)")]),
        .init("if \(sizes[0])x\(sizes[1]) is what you have, keep it and add `# nnc: allow NN351`"),
      ])
  }

  static func lint(_ bound: BoundLayer, _ problems: Problems) {
    guard bound.signature.takesActivation, let size = bound.bound.arguments.size("size"), size.count == 3,
      let span = bound.bound.spans["size"], size[0] > size[1], size[0] > size[2], size[2] <= 7
    else { return }
    let text = span.text
    let turned = "\(size[1])x\(size[2])x\(size[0])"
    problems.warn(
      .sizeOrder, "`\(text)` is a window of \(size[0])x\(size[1]) with \(size[2]) output channels", at: span,
      "height x width x output channels", notes: ["PyTorch and ONNX write output channels first; nnc writes them last"],
      fixes: [
        .init("if you meant a \(size[1])x\(size[2]) window with \(size[0]) channels", .probable, edits: [.init(span, turned)]),
        .init("if \(size[0])x\(size[1]) is what you want, keep it and add `# nnc: allow NN351`"),
      ])
  }
}
