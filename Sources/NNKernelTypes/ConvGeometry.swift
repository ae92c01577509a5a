/// A two-dimensional convolution: sizes, strides, zero padding, dilation and groups.
///
/// Activations are dense NHWC, weights `[kernelHeight][kernelWidth][inChannels / groups][outChannels]`. A depthwise convolution has as many
/// groups as input channels. All fields are trusted: whoever builds one has checked that the window fits and that the products fit in `Int`.
public struct ConvGeometry: Sendable, Hashable {
  public var inHeight: Int
  public var inWidth: Int
  public var inChannels: Int
  public var outChannels: Int
  public var kernelHeight: Int
  public var kernelWidth: Int
  public var strideHeight: Int
  public var strideWidth: Int
  public var padTop: Int
  public var padLeft: Int
  public var padBottom: Int
  public var padRight: Int
  public var dilationHeight: Int
  public var dilationWidth: Int
  public var groups: Int

  public init(
    inHeight: Int, inWidth: Int, inChannels: Int, outChannels: Int, kernelHeight: Int, kernelWidth: Int,
    strideHeight: Int = 1, strideWidth: Int = 1, padTop: Int = 0, padLeft: Int = 0, padBottom: Int = 0, padRight: Int = 0,
    dilationHeight: Int = 1, dilationWidth: Int = 1, groups: Int = 1
  ) {
    self.inHeight = inHeight
    self.inWidth = inWidth
    self.inChannels = inChannels
    self.outChannels = outChannels
    self.kernelHeight = kernelHeight
    self.kernelWidth = kernelWidth
    self.strideHeight = strideHeight
    self.strideWidth = strideWidth
    self.padTop = padTop
    self.padLeft = padLeft
    self.padBottom = padBottom
    self.padRight = padRight
    self.dilationHeight = dilationHeight
    self.dilationWidth = dilationWidth
    self.groups = groups
  }

  @inlinable public var outHeight: Int {
    (inHeight + padTop + padBottom - dilationHeight * (kernelHeight - 1) - 1) / strideHeight + 1
  }
  @inlinable public var outWidth: Int {
    (inWidth + padLeft + padRight - dilationWidth * (kernelWidth - 1) - 1) / strideWidth + 1
  }
  @inlinable public var groupInputs: Int { inChannels / groups }
  @inlinable public var groupOutputs: Int { outChannels / groups }
  @inlinable public var inCount: Int { inHeight * inWidth * inChannels }
  @inlinable public var outCount: Int { outHeight * outWidth * outChannels }
  /// Numbers that flow into one output: kernelHeight x kernelWidth x inChannels / groups.
  @inlinable public var taps: Int { kernelHeight * kernelWidth * groupInputs }
  @inlinable public var weightCount: Int { taps * outChannels }
  /// Multiply-accumulates per example.
  @inlinable public var macs: Int { outHeight * outWidth * outChannels * taps }
}

extension ConvGeometry {
  /// The convolution of dy that gives dx, for strides of 1: with the weights turned by half a turn, inputs and outputs exchanged.
  @inlinable public var transposed: ConvGeometry {
    let height = dilationHeight * (kernelHeight - 1)
    let width = dilationWidth * (kernelWidth - 1)
    return ConvGeometry(
      inHeight: outHeight, inWidth: outWidth, inChannels: outChannels, outChannels: inChannels, kernelHeight: kernelHeight,
      kernelWidth: kernelWidth, padTop: height - padTop, padLeft: width - padLeft, padBottom: height - padBottom,
      padRight: width - padRight, dilationHeight: dilationHeight, dilationWidth: dilationWidth, groups: groups)
  }
}

extension ConvGeometry {
  /// The output rows whose window has its row `position` inside of the image.
  @inlinable public func rowsInside(_ position: Int) -> (from: Int, to: Int) {
    Self.outputsInside(padTop - position * dilationHeight, strideHeight, inHeight, outHeight)
  }

  /// The output columns whose window has its column `position` inside of the image.
  @inlinable public func columnsInside(_ position: Int) -> (from: Int, to: Int) {
    Self.outputsInside(padLeft - position * dilationWidth, strideWidth, inWidth, outWidth)
  }

  /// Of one dimension, the outputs o for which o stride - shift is one of the inputs.
  @inlinable static func outputsInside(_ shift: Int, _ stride: Int, _ inputs: Int, _ outputs: Int) -> (from: Int, to: Int) {
    let from = shift > 0 ? (shift + stride - 1) / stride : 0
    let last = inputs - 1 + shift
    let to = last < 0 ? 0 : last / stride + 1
    return (from, max(from, min(to, outputs)))
  }

  /// Positions of the window that are inside of the image, over all windows.
  public var positionsInside: Int {
    let rows = (0..<kernelHeight).reduce(0) { $0 + rowsInside($1).to - rowsInside($1).from }
    let columns = (0..<kernelWidth).reduce(0) { $0 + columnsInside($1).to - columnsInside($1).from }
    return rows * columns
  }
}
