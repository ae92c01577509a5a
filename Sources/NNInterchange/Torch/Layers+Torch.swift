import NNKernelTypes
import NNLayers

extension Conv: TorchWritable {
  func torch(_ stage: TorchStage) -> TorchLine { stage.convolution("Conv", geometry(for: stage.input)) }
}

extension DepthwiseConv: TorchWritable {
  func torch(_ stage: TorchStage) -> TorchLine { stage.convolution("Conv", geometry(for: stage.input)) }
}

extension Deconv: TorchWritable {
  func torch(_ stage: TorchStage) -> TorchLine { stage.convolution("ConvTranspose", geometry(for: stage.input)) }
}

extension TorchStage {
  fileprivate func convolution(_ kind: String, _ geometry: ConvGeometry?) -> TorchLine {
    guard let g = geometry else { return TorchLine(x) }
    var arguments = ["\(input.channels)", "\(output.channels)", sizes(g.kernelHeight, g.kernelWidth)]
    if (g.strideHeight, g.strideWidth) != (1, 1) { arguments.append("stride=\(sizes(g.strideHeight, g.strideWidth))") }
    if (g.padTop, g.padLeft) != (0, 0) { arguments.append("padding=\(sizes(g.padTop, g.padLeft))") }
    if (g.dilationHeight, g.dilationWidth) != (1, 1) { arguments.append("dilation=\(sizes(g.dilationHeight, g.dilationWidth))") }
    if g.groups != 1 { arguments.append("groups=\(g.groups)") }
    if !hasBias { arguments.append("bias=False") }
    return TorchLine(
      channelsFirst { "\(module)(\($0))" }, module: "nn.\(kind)\(isImage ? 2 : 1)d(\(arguments.joined(separator: ", ")))")
  }
}

extension MaxPool: TorchWritable {
  func torch(_ stage: TorchStage) -> TorchLine { stage.pool("max", geometry(for: stage.input)) }
}

extension AvgPool: TorchWritable {
  func torch(_ stage: TorchStage) -> TorchLine { stage.pool("avg", geometry(for: stage.input)) }
}

extension TorchStage {
  fileprivate func pool(_ kind: String, _ geometry: PoolGeometry?) -> TorchLine {
    guard let g = geometry else { return TorchLine(x) }
    let axes = isImage ? 2 : 1
    if g.isAdaptive {
      return TorchLine(channelsFirst { "F.adaptive_\(kind)_pool\(axes)d(\($0), \(sizes(g.outHeight, g.outWidth)))" })
    }
    var arguments = [sizes(g.windowHeight, g.windowWidth)]
    if (g.strideHeight, g.strideWidth) != (g.windowHeight, g.windowWidth) {
      arguments.append("stride=\(sizes(g.strideHeight, g.strideWidth))")
    }
    if (g.padHeight, g.padWidth) != (0, 0) { arguments.append("padding=\(sizes(g.padHeight, g.padWidth))") }
    let floor = PoolGeometry(
      inHeight: g.inHeight, inWidth: g.inWidth, channels: g.channels, windowHeight: g.windowHeight, windowWidth: g.windowWidth,
      strideHeight: g.strideHeight, strideWidth: g.strideWidth, padHeight: g.padHeight, padWidth: g.padWidth)
    if (floor.outHeight, floor.outWidth) != (g.outHeight, g.outWidth) { arguments.append("ceil_mode=True") }
    return TorchLine(channelsFirst { "F.\(kind)_pool\(axes)d(\($0), \(arguments.joined(separator: ", ")))" })
  }
}

extension GlobalAvgPool: TorchWritable {
  func torch(_ stage: TorchStage) -> TorchLine { TorchLine("\(stage.x).mean((2, 3))") }
}

extension GlobalMaxPool: TorchWritable {
  func torch(_ stage: TorchStage) -> TorchLine { TorchLine("\(stage.x).amax((2, 3))") }
}

extension FullyConnected: TorchWritable {
  func torch(_ stage: TorchStage) -> TorchLine {
    let inputs = stage.input.kind == .sequence ? stage.input.channels : stage.input.count
    let x = stage.isImage ? "\(stage.x).flatten(1)" : stage.x
    return TorchLine(
      "\(stage.module)(\(x))", module: "nn.Linear(\(inputs), \(stage.output.channels)\(stage.hasBias ? "" : ", bias=False"))")
  }
}

extension Poly: TorchWritable {
  func torch(_ stage: TorchStage) -> TorchLine { TorchLine("monomials(\(stage.x), \(degree))", helper: .monomials) }
}

extension BatchNorm: TorchWritable {
  func torch(_ stage: TorchStage) -> TorchLine {
    var arguments = ["\(stage.input.channels)"]
    if epsilon != 1e-5 { arguments.append("eps=\(epsilon)") }
    if momentum != 0.1 { arguments.append("momentum=\(momentum)") }
    let module = "nn.BatchNorm\(stage.isImage ? 2 : 1)d(\(arguments.joined(separator: ", ")))"
    return TorchLine(stage.channelsFirst { "\(stage.module)(\($0))" }, module: module)
  }
}

extension LayerNorm: TorchWritable {
  func torch(_ stage: TorchStage) -> TorchLine {
    let module = "nn.LayerNorm(\(stage.input.channels)\(epsilon == 1e-5 ? "" : ", eps=\(epsilon)"))"
    let turned = "\(stage.module)(\(stage.x).movedim(1, -1)).movedim(-1, 1)"
    return TorchLine(stage.isImage ? turned : "\(stage.module)(\(stage.x))", module: module)
  }
}

extension Dropout: TorchWritable {
  func torch(_ stage: TorchStage) -> TorchLine { TorchLine("F.dropout(\(stage.x), \(probability), self.training)") }
}

extension Flatten: TorchWritable {
  func torch(_ stage: TorchStage) -> TorchLine { TorchLine("\(stage.x).flatten(1)") }
}

extension Reshape: TorchWritable {
  func torch(_ stage: TorchStage) -> TorchLine { TorchLine("\(stage.x).reshape(-1, \(stage.output.torchSizes))") }
}

extension NNLayers.Shape {
  /// Of one example in PyTorch's order: `3, 32, 32`.
  var torchSizes: String {
    onnxDimensions.compactMap { if case .size(let size) = $0 { String(size) } else { nil } }.joined(separator: ", ")
  }
}

extension Add: TorchWritable {
  func torch(_ stage: TorchStage) -> TorchLine { TorchLine(stage.inputs.joined(separator: " + ")) }
}

extension Mul: TorchWritable {
  func torch(_ stage: TorchStage) -> TorchLine { TorchLine(stage.inputs.joined(separator: " * ")) }
}

extension Concat: TorchWritable {
  func torch(_ stage: TorchStage) -> TorchLine { TorchLine("torch.cat((\(stage.inputs.joined(separator: ", "))), \(stage.channelAxis))") }
}
