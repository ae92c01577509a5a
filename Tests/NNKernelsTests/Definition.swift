import NNKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What the kernels compute, in plain loops over `Double`.
enum Definition {
  static func value(_ activation: Activation, _ x: Double) -> Double {
    let alpha = Double(activation.alpha)
    switch activation.kind {
    case .linear: return x
    case .relu: return max(0, x)
    case .leakyRelu: return x < 0 ? alpha * x : x
    case .elu: return x < 0 ? alpha * expm1(x) : x
    case .gelu: return x * erfc(-x / 2.0.squareRoot()) / 2
    case .silu: return x / (1 + exp(-x))
    case .sigmoid: return 1 / (1 + exp(-x))
    case .tanh: return tanh(x)
    case .softsign: return x / (1 + abs(x))
    case .softplus: return max(x, 0) + log1p(exp(-abs(x)))
    }
  }

  static func slope(_ activation: Activation, _ x: Double) -> Double {
    let alpha = Double(activation.alpha)
    let s = 1 / (1 + exp(-x))
    switch activation.kind {
    case .linear: return 1
    case .relu: return x > 0 ? 1 : 0
    case .leakyRelu: return x > 0 ? 1 : alpha
    case .elu: return x > 0 ? 1 : alpha * exp(x)
    case .gelu: return erfc(-x / 2.0.squareRoot()) / 2 + x * exp(-x * x / 2) / (2 * Double.pi).squareRoot()
    case .silu: return s * (1 + x * (1 - s))
    case .sigmoid: return s * (1 - s)
    case .tanh: return 1 - tanh(x) * tanh(x)
    case .softsign: return 1 / ((1 + abs(x)) * (1 + abs(x)))
    case .softplus: return s
    }
  }

  /// Calls `body` for every product of a convolution: indices into x, w and y of one image.
  static func convolution(_ g: ConvGeometry, _ body: (_ x: Int, _ w: Int, _ y: Int) -> Void) {
    for oy in 0..<g.outHeight {
      for ox in 0..<g.outWidth {
        for ky in 0..<g.kernelHeight {
          let iy = oy * g.strideHeight - g.padTop + ky * g.dilationHeight
          guard (0..<g.inHeight).contains(iy) else { continue }
          for kx in 0..<g.kernelWidth {
            let ix = ox * g.strideWidth - g.padLeft + kx * g.dilationWidth
            guard (0..<g.inWidth).contains(ix) else { continue }
            for o in 0..<g.outChannels {
              let group = o / g.groupOutputs
              for c in 0..<g.groupInputs {
                body(
                  (iy * g.inWidth + ix) * g.inChannels + group * g.groupInputs + c,
                  ((ky * g.kernelWidth + kx) * g.groupInputs + c) * g.outChannels + o, (oy * g.outWidth + ox) * g.outChannels + o)
              }
            }
          }
        }
      }
    }
  }
}

func exponential(_ x: Double) -> Double { exp(x) }
func logarithm(_ x: Double) -> Double { log(x) }
