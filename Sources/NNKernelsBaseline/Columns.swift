import NNKernelTypes

// The input gradient of a convolution with strides as a product: every output pixel is a row of gradients of the numbers under its window,
// [kernelHeight][kernelWidth][inputs of a group], which are then added up in the image.

extension Loops {
  /// Adds columns `[(to - from) outWidth][taps]` to dx `[inHeight][inWidth][inChannels]`.
  public static func columnsToImage(
    _ g: ConvGeometry, group: Int, from: Int, to: Int, columns: Floats, dx: MutableFloats
  ) {
    let channels = g.groupInputs
    var source = columns
    var oy = from
    while oy < to {
      var ox = 0
      while ox < g.outWidth {
        var ky = 0
        while ky < g.kernelHeight {
          let iy = oy &* g.strideHeight &- g.padTop &+ ky &* g.dilationHeight
          let row = dx + iy &* g.inWidth &* g.inChannels + group &* channels
          var kx = 0
          while kx < g.kernelWidth {
            let ix = ox &* g.strideWidth &- g.padLeft &+ kx &* g.dilationWidth
            if iy >= 0 && iy < g.inHeight && ix >= 0 && ix < g.inWidth {
              let pixel = row + ix &* g.inChannels
              map(channels, pixel, source, pixel) { $0 + $1 }
            }
            source += channels
            kx &+= 1
          }
          ky &+= 1
        }
        ox &+= 1
      }
      oy &+= 1
    }
  }

  /// The windows of one image of a convolution in one group: columns `[outHeight x outWidth][taps]`, zero where a window is outside.
  public static func imageToColumns(_ g: ConvGeometry, x: Floats, columns: MutableFloats) {
    var to = columns
    var pixel = 0
    while pixel < g.outHeight &* g.outWidth {
      let oy = pixel / g.outWidth
      let ox = pixel &- oy &* g.outWidth
      var position = 0
      while position < g.kernelHeight &* g.kernelWidth {
        let ky = position / g.kernelWidth
        let iy = oy &* g.strideHeight &- g.padTop &+ ky &* g.dilationHeight
        let ix = ox &* g.strideWidth &- g.padLeft &+ (position &- ky &* g.kernelWidth) &* g.dilationWidth
        if iy < 0 || iy >= g.inHeight || ix < 0 || ix >= g.inWidth {
          fill(count: g.inChannels, value: 0, y: to)
        } else {
          map(g.inChannels, x + (iy &* g.inWidth &+ ix) &* g.inChannels, to) { $0 }
        }
        to += g.inChannels
        position &+= 1
      }
      pixel &+= 1
    }
  }
}
