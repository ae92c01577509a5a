/// The windows of a pool over an image. Activations are dense NHWC.
///
/// A plain pool has a window, a stride and symmetric padding; with `ceil` the last window may hang over the edge, under PyTorch's rule that
/// it must start inside the image or its leading padding. An adaptive pool divides the image into `outHeight x outWidth` windows by PyTorch's rule:
/// window i of n over a size s is floor(i s / n) ..< ceil((i + 1) s / n). A global pool is the adaptive one to 1x1.
public struct PoolGeometry: Sendable, Hashable {
  public var inHeight: Int
  public var inWidth: Int
  public var channels: Int
  public var outHeight: Int
  public var outWidth: Int
  public var isAdaptive: Bool
  public var windowHeight: Int
  public var windowWidth: Int
  public var strideHeight: Int
  public var strideWidth: Int
  public var padHeight: Int
  public var padWidth: Int

  /// The plain pool.
  public init(
    inHeight: Int, inWidth: Int, channels: Int, windowHeight: Int, windowWidth: Int, strideHeight: Int, strideWidth: Int,
    padHeight: Int = 0, padWidth: Int = 0, ceil: Bool = false
  ) {
    self.inHeight = inHeight
    self.inWidth = inWidth
    self.channels = channels
    self.windowHeight = windowHeight
    self.windowWidth = windowWidth
    self.strideHeight = strideHeight
    self.strideWidth = strideWidth
    self.padHeight = padHeight
    self.padWidth = padWidth
    isAdaptive = false
    outHeight = Self.outputs(inHeight, window: windowHeight, stride: strideHeight, pad: padHeight, ceil: ceil)
    outWidth = Self.outputs(inWidth, window: windowWidth, stride: strideWidth, pad: padWidth, ceil: ceil)
  }

  /// The adaptive pool.
  public init(inHeight: Int, inWidth: Int, channels: Int, toHeight: Int, toWidth: Int) {
    self.inHeight = inHeight
    self.inWidth = inWidth
    self.channels = channels
    outHeight = toHeight
    outWidth = toWidth
    isAdaptive = true
    windowHeight = 0
    windowWidth = 0
    strideHeight = 0
    strideWidth = 0
    padHeight = 0
    padWidth = 0
  }

  /// The number of windows along one axis, as torch.nn.MaxPool2d and AvgPool2d count them.
  public static func outputs(_ size: Int, window: Int, stride: Int, pad: Int, ceil: Bool) -> Int {
    let span = size + 2 * pad - window
    guard span >= 0 else { return 0 }
    guard ceil else { return span / stride + 1 }
    let count = (span + stride - 1) / stride + 1
    return (count - 1) * stride >= size + pad ? count - 1 : count
  }

  /// Windows of 2 x 2 side by side; a last odd row or column is left out.
  @inlinable public var isOfPairs: Bool {
    !isAdaptive && windowHeight == 2 && windowWidth == 2 && strideHeight == 2 && strideWidth == 2 && padHeight == 0 && padWidth == 0
      && outHeight == inHeight / 2 && outWidth == inWidth / 2
  }

  @inlinable public var inCount: Int { inHeight * inWidth * channels }
  @inlinable public var outCount: Int { outHeight * outWidth * channels }

  /// The rows of the image that window row `y` covers, and its height with padded zeros counted.
  @inlinable public func rows(_ y: Int) -> Span {
    Self.span(
      y, of: outHeight, size: inHeight, window: windowHeight, stride: strideHeight, pad: padHeight, isAdaptive: isAdaptive)
  }

  /// The columns of the image that window column `x` covers, and its width with padded zeros counted.
  @inlinable public func columns(_ x: Int) -> Span {
    Self.span(x, of: outWidth, size: inWidth, window: windowWidth, stride: strideWidth, pad: padWidth, isAdaptive: isAdaptive)
  }

  /// `start ..< end` inside the image; `extent` also counts the padding that the window covers.
  public struct Span: Sendable {
    public var start: Int
    public var end: Int
    public var extent: Int
    @inlinable public init(start: Int, end: Int, extent: Int) {
      self.start = start
      self.end = end
      self.extent = extent
    }
  }

  @inlinable static func span(
    _ index: Int, of count: Int, size: Int, window: Int, stride: Int, pad: Int, isAdaptive: Bool
  ) -> Span {
    if isAdaptive {
      let start = index * size / count
      let end = ((index + 1) * size + count - 1) / count
      return Span(start: start, end: end, extent: end - start)
    }
    let first = index * stride - pad
    let last = min(first + window, size + pad)
    return Span(start: max(first, 0), end: min(last, size), extent: last - first)
  }
}
