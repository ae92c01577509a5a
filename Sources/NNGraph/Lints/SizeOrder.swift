import NNDiagnostics
import NNLayers

/// NN351: output channels first, as PyTorch and ONNX write them. Legal, so a lint.
enum SizeOrder {
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
