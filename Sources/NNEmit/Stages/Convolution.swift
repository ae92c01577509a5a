import NNKernelTypes
import NNLayers

/// Convolutions and products of `fc`, which are convolutions with a window as large as the image: all weighted sums of a window.
struct Convolution: Operation {
  /// A sequence lies along the width.
  var geometry: ConvGeometry
  /// `[kernelHeight][kernelWidth][inChannels / groups][outChannels]`
  var weights: Tensor

  /// Groups whose channels do not fill vectors become one group, its missing weights zero.
  init(_ geometry: ConvGeometry, _ weights: Tensor) {
    self.geometry = geometry
    self.weights = weights
    guard geometry.groups > 1, geometry.groupOutputs % 4 != 0 else { return }
    let g = geometry
    var values = [Float](repeating: 0, count: weights.values.count * g.groups)
    for tap in 0..<g.kernelHeight * g.kernelWidth {
      for channel in 0..<g.groupInputs {
        for output in 0..<g.outChannels {
          let input = output / g.groupOutputs * g.groupInputs + channel
          values[(tap * g.inChannels + input) * g.outChannels + output] =
            weights.values[(tap * g.groupInputs + channel) * g.outChannels + output]
        }
      }
    }
    self.geometry.groups = 1
    self.weights.values = values
    self.weights.shape = [g.kernelHeight, g.kernelWidth, g.inChannels, g.outChannels]
  }

  var name: String { isProduct ? "fullyConnected" : "convolution" }

  /// One pixel comes out, from all that go in.
  private var isProduct: Bool { geometry.outHeight == 1 && geometry.outWidth == 1 }

  var summary: String {
    let g = geometry
    if isProduct { return "Fully connected" }
    var text = "\(g.kernelHeight)x\(g.kernelWidth) convolution"
    if g.strideHeight != 1 || g.strideWidth != 1 { text += ", stride \(g.strideHeight)x\(g.strideWidth)" }
    if g.dilationHeight != 1 || g.dilationWidth != 1 { text += ", dilation \(g.dilationHeight)x\(g.dilationWidth)" }
    return g.groups == 1 ? text : text + ", \(g.groups) groups"
  }

  var readsVectors: Bool { usesWinograd }

  /// 3x3 at stride 1, with enough channels and pixels that the transforms pay: a quarter of the multiplications.
  var usesWinograd: Bool {
    let g = geometry
    return g.kernelHeight == 3 && g.kernelWidth == 3 && g.strideHeight == 1 && g.strideWidth == 1 && g.dilationHeight == 1
      && g.dilationWidth == 1 && g.groups == 1 && g.inChannels >= 8 && g.outChannels >= 8 && g.outHeight >= 4 && g.outWidth >= 4
  }

  func halo(of input: Layout, processor: Processor) -> Halo {
    // Winograd's tiles reach to the next multiple of four.
    let unit = usesWinograd ? 4 : 1
    return Convolution.halo(geometry, rows: roundedUp(geometry.outHeight, to: unit), columns: roundedUp(geometry.outWidth, to: unit))
  }

  /// What the window reads around an input for so many places of it.
  static func halo(_ g: ConvGeometry, rows: Int, columns: Int) -> Halo {
    let height = (rows - 1) * g.strideHeight + (g.kernelHeight - 1) * g.dilationHeight + 1
    let width = (columns - 1) * g.strideWidth + (g.kernelWidth - 1) * g.dilationWidth + 1
    return Halo(
      top: max(0, g.padTop), left: max(0, g.padLeft), bottom: max(0, height - g.padTop - g.inHeight),
      right: max(0, width - g.padLeft - g.inWidth))
  }

  func fuses(_ step: EpilogueStep, after steps: [EpilogueStep]) -> Bool {
    guard case .pool = step else { return true }
    return usesWinograd && steps.allSatisfy(\.isMonotonic) && geometry.outHeight >= 2 && geometry.outWidth >= 2
  }

  mutating func absorb(scale: [Float]) -> Bool {
    weights.multiply(by: scale)
    return true
  }

  func write(_ function: inout StageFunction) {
    if usesWinograd {
      writeWinograd(&function)
    } else if geometry.outWidth == 1 {
      writeDots(&function)
    } else {
      writeTiles(&function)
    }
  }
}

extension ConvGeometry {
  /// Of a sequence, which is an image of width 1 to the layers, as one row of pixels.
  var alongRow: ConvGeometry {
    ConvGeometry(
      inHeight: inWidth, inWidth: inHeight, inChannels: inChannels, outChannels: outChannels, kernelHeight: kernelWidth,
      kernelWidth: kernelHeight, strideHeight: strideWidth, strideWidth: strideHeight, padTop: padLeft, padLeft: padTop,
      padBottom: padRight, padRight: padBottom, dilationHeight: dilationWidth, dilationWidth: dilationHeight, groups: groups)
  }
}

// MARK: Layers

extension Conv: Emittable {
  func emit(_ node: EmittedNode, into network: inout EmittedNetwork) -> Int {
    guard let geometry = geometry(for: node.node.inputShapes[0]) else { return node.inputs[0] }
    let isSequence = node.shape.kind == .sequence
    return network.convolve(isSequence ? geometry.alongRow : geometry, node)
  }
}

extension FullyConnected: Emittable {
  func emit(_ node: EmittedNode, into network: inout EmittedNetwork) -> Int {
    let input = node.node.inputShapes[0]
    let grid = input.grid
    // A sequence is done step by step.
    let window = input.kind == .sequence ? (height: 1, width: 1) : (height: grid.height, width: grid.width)
    let geometry = ConvGeometry(
      inHeight: grid.height, inWidth: grid.width, inChannels: grid.channels, outChannels: node.shape.channels,
      kernelHeight: window.height, kernelWidth: window.width)
    return network.convolve(geometry, node)
  }
}

extension EmittedNetwork {
  /// A convolution with the node's weights and, where it has one, its bias.
  mutating func convolve(_ g: ConvGeometry, _ node: EmittedNode) -> Int {
    let weights = node.tensor("weight", shape: [g.kernelHeight, g.kernelWidth, g.groupInputs, g.outChannels], node.weights[0])
    let value = add(Convolution(g, weights), node)
    guard node.weights.count > 1 else { return value }
    return apply([.shift(node.tensor("bias", shape: [g.outChannels], node.weights[1]))], to: value, node)
  }
}
