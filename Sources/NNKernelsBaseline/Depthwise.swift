import NNKernelTypes

// A convolution with one input channel per group and one output channel per input channel: weights [kernelHeight][kernelWidth][channels].

extension Loops {
  /// Output rows `from ..< to` of one image.
  public static func depthwiseForward(
    _ g: ConvGeometry, from: Int, to: Int, x: Floats, w: Floats, epilogue: Epilogue, y: MutableFloats
  ) {
    let channels = g.inChannels
    var oy = from
    while oy < to {
      var ox = 0
      while ox < g.outWidth {
        let target = y + (oy &* g.outWidth &+ ox) &* channels
        if let bias = epilogue.bias { map(channels, bias, target) { $0 } } else { fill(count: channels, value: 0, y: target) }
        var ky = 0
        while ky < g.kernelHeight {
          let iy = oy &* g.strideHeight &- g.padTop &+ ky &* g.dilationHeight
          var kx = 0
          while kx < g.kernelWidth {
            let ix = ox &* g.strideWidth &- g.padLeft &+ kx &* g.dilationWidth
            if iy >= 0 && iy < g.inHeight && ix >= 0 && ix < g.inWidth {
              let pixel = x + (iy &* g.inWidth &+ ix) &* channels
              map(channels, target, pixel, w + (ky &* g.kernelWidth &+ kx) &* channels, target) { fma($0, $1, $2) }
            }
            kx &+= 1
          }
          ky &+= 1
        }
        if epilogue.activation.kind != .linear { activate(epilogue.activation, count: channels, x: target, y: target) }
        ox &+= 1
      }
      oy &+= 1
    }
  }

  /// Adds one image's gradient to dx `[inHeight][inWidth][channels]`, which is zero before.
  public static func depthwiseInputGradient(_ g: ConvGeometry, dy: Floats, w: Floats, dx: MutableFloats) {
    let channels = g.inChannels
    var oy = 0
    while oy < g.outHeight {
      var ox = 0
      while ox < g.outWidth {
        let source = dy + (oy &* g.outWidth &+ ox) &* channels
        var ky = 0
        while ky < g.kernelHeight {
          let iy = oy &* g.strideHeight &- g.padTop &+ ky &* g.dilationHeight
          var kx = 0
          while kx < g.kernelWidth {
            let ix = ox &* g.strideWidth &- g.padLeft &+ kx &* g.dilationWidth
            if iy >= 0 && iy < g.inHeight && ix >= 0 && ix < g.inWidth {
              let pixel = dx + (iy &* g.inWidth &+ ix) &* channels
              map(channels, pixel, source, w + (ky &* g.kernelWidth &+ kx) &* channels, pixel) { fma($0, $1, $2) }
            }
            kx &+= 1
          }
          ky &+= 1
        }
        ox &+= 1
      }
      oy &+= 1
    }
  }

  /// Adds one image's gradient to dw `[kernelHeight][kernelWidth][channels]`.
  public static func depthwiseWeightGradient(_ g: ConvGeometry, x: Floats, dy: Floats, dw: MutableFloats) {
    let channels = g.inChannels
    var oy = 0
    while oy < g.outHeight {
      var ox = 0
      while ox < g.outWidth {
        let slope = dy + (oy &* g.outWidth &+ ox) &* channels
        var ky = 0
        while ky < g.kernelHeight {
          let iy = oy &* g.strideHeight &- g.padTop &+ ky &* g.dilationHeight
          var kx = 0
          while kx < g.kernelWidth {
            let ix = ox &* g.strideWidth &- g.padLeft &+ kx &* g.dilationWidth
            if iy >= 0 && iy < g.inHeight && ix >= 0 && ix < g.inWidth {
              let target = dw + (ky &* g.kernelWidth &+ kx) &* channels
              map(channels, target, slope, x + (iy &* g.inWidth &+ ix) &* channels, target) { fma($0, $1, $2) }
            }
            kx &+= 1
          }
          ky &+= 1
        }
        ox &+= 1
      }
      oy &+= 1
    }
  }
}
