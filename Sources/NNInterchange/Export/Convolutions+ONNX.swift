import NNKernelTypes
import NNLayers

extension Conv: ONNXWritable {
  func write(_ stage: ONNXStage) -> String { stage.convolution("Conv", geometry(for: stage.input)) }
}

extension DepthwiseConv: ONNXWritable {
  func write(_ stage: ONNXStage) -> String { stage.convolution("Conv", geometry(for: stage.input)) }
}

extension Deconv: ONNXWritable {
  /// The geometry is that of the convolution from its output to its input, whose weights it has.
  func write(_ stage: ONNXStage) -> String { stage.convolution("ConvTranspose", geometry(for: stage.input)) }
}

extension ONNXStage {
  fileprivate func convolution(_ operation: String, _ geometry: ConvGeometry?) -> String {
    guard let g = geometry else { return x }
    let axes = input.kind == .image ? 2 : 1
    func sizes(_ height: Int, _ width: Int) -> ONNXAttribute { .integers(Array([height, width].prefix(axes))) }
    let pads = axes == 2 ? [g.padTop, g.padLeft, g.padBottom, g.padRight] : [g.padTop, g.padBottom]
    let attributes: [(name: String, value: ONNXAttribute)] = [
      ("dilations", sizes(g.dilationHeight, g.dilationWidth)), ("group", .integer(g.groups)),
      ("kernel_shape", sizes(g.kernelHeight, g.kernelWidth)), ("pads", .integers(pads)), ("strides", sizes(g.strideHeight, g.strideWidth)),
    ]
    let tensors = tensors("weight", "bias")
    return channelsFirst { add(operation, [$0] + tensors, attributes) }
  }
}
