import NNKernelTypes

// Convolutions of few output channels: several neighbouring pixels fill a vector.

extension Kernels {
  /// As a convolution whose outputs are several neighbouring pixels; in a turn.
  func convolveGrouped(
    _ g: ConvGeometry, _ grouped: ConvGeometry, _ batch: Int, _ x: Floats, _ w: Floats, _ epilogue: Epilogue, _ memory: MutableFloats,
    isReady: Bool, _ y: MutableFloats
  ) {
    let packed = memory
    let bias = packed + loops.packedWeightCount(grouped)
    if !isReady {
      let wide = bias + 32
      g.spreadWeights(w, to: wide, for: grouped)
      loops.packWeights(grouped, w: wide, packed: packed)
      for o in 0..<grouped.outChannels { bias[o] = epilogue.bias.map { $0[o % g.outChannels] } ?? 0 }
    }
    var epilogue = epilogue
    if epilogue.bias != nil { epilogue.bias = Floats(bias) }
    direct(grouped, batch, x, packed, epilogue, y)
  }
}

extension ConvGeometry {
  var isDepthwise: Bool { groups > 1 && groups == inChannels && inChannels == outChannels }

  /// A product of pixels and channels.
  var isPointwise: Bool {
    kernelHeight == 1 && kernelWidth == 1 && hasUnitStride && groups == 1 && padTop == 0 && padLeft == 0 && padBottom == 0
      && padRight == 0
  }

  /// Tiles of 4 x 4 outputs.
  var tiles: Int { (outHeight + 3) / 4 * ((outWidth + 3) / 4) }

  var hasUnitStride: Bool { strideHeight == 1 && strideWidth == 1 }

  /// Winograd's algorithm is defined, and its transforms are small beside the products: there are enough channels on either side.
  var suitsWinograd: Bool {
    kernelHeight == 3 && kernelWidth == 3 && hasUnitStride && dilationHeight == 1 && dilationWidth == 1 && groups == 1 && inChannels >= 8
      && outChannels >= 8 && inChannels + outChannels >= 32
  }

  /// The same for the weight gradient, whose sums have to stay in the caches.
  var suitsWinogradGradient: Bool { suitsWinograd && inChannels * outChannels <= 65_536 }

  /// For few output channels, the convolution whose every output is a run of neighbouring pixels that fill a vector: its windows are wider, its stride
  /// as many times larger, its outputs the same numbers in memory. Itself where that does not come out even.
  func grouped(lanes: Int) -> ConvGeometry {
    let pixels = lanes / max(1, outChannels)
    guard pixels > 1, lanes % outChannels == 0, outWidth % pixels == 0, groups == 1, dilationWidth == 1, pixels <= 2 * kernelWidth else {
      return self
    }
    var result = self
    result.kernelWidth = kernelWidth + (pixels - 1) * strideWidth
    result.outChannels = lanes
    result.strideWidth = pixels * strideWidth
    return result
  }

  /// The weights of `grouped`: each pixel's at its place in the wider window, zero around it.
  func spreadWeights(_ w: Floats, to wide: MutableFloats, for grouped: ConvGeometry) {
    wide.update(repeating: 0, count: grouped.weightCount)
    let pixels = grouped.outChannels / outChannels
    for ky in 0..<kernelHeight {
      for kx in 0..<kernelWidth {
        for c in 0..<inChannels {
          let from = w + ((ky * kernelWidth + kx) * inChannels + c) * outChannels
          for pixel in 0..<pixels {
            let row = (ky * grouped.kernelWidth + kx + pixel * strideWidth) * inChannels + c
            (wide + row * grouped.outChannels + pixel * outChannels).update(from: from, count: outChannels)
          }
        }
      }
    }
  }
}
