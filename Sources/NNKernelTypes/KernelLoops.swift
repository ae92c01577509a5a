/// The numeric loops of one instruction set: pointers in, pointers out, each over the range it is given, on the calling thread.
///
/// `NNKernels` picks one conforming type at start and cuts the work into chunks. Arrays are dense and row-major unless a distance between
/// rows (`ldc`) is given; counts are of elements. Where a target is also an input, that is said; all other buffers are apart.
public protocol KernelLoops: SequenceLoops, SendableMetatype {
  // Products

  /// C `[m][n]` (+)= A B, then the epilogue, where A(i, l) = a[i aRow + l aStep], B(l, j) = b[l bRow + j bColumn].
  static func gemmBlock(
    m: Int, n: Int, k: Int, a: Floats, aRow: Int, aStep: Int, b: Floats, bRow: Int, bColumn: Int, c: MutableFloats, ldc: Int,
    accumulate: Bool, epilogue: Epilogue, workspace: MutableFloats)
  /// The same with all of B in panels of `packPanels`, from column `column` on, a multiple of a panel's columns.
  static func gemmBlock(
    m: Int, n: Int, k: Int, a: Floats, aRow: Int, aStep: Int, panels: Floats, column: Int, c: MutableFloats, ldc: Int,
    accumulate: Bool, epilogue: Epilogue, workspace: MutableFloats)
  /// B `[k][n]` in panels: `[n / panelColumns][k][panelColumns]`, missing columns zero.
  static func packPanels(k: Int, n: Int, b: Floats, bRow: Int, bColumn: Int, panels: MutableFloats)
  static var panelColumns: Int { get }
  /// Floats that `gemmBlock` needs as workspace.
  static func gemmWorkspace(m: Int, n: Int) -> Int

  /// Bias and activation on c `[rows][columns]`, in place.
  static func finish(rows: Int, columns: Int, c: MutableFloats, ldc: Int, epilogue: Epilogue)

  // Convolutions

  /// Floats of `packWeights`; for `packTransposedWeights` of `g.transposed`.
  static func packedWeightCount(_ g: ConvGeometry) -> Int
  static func packWeights(_ g: ConvGeometry, w: Floats, packed: MutableFloats)
  static func packTransposedWeights(_ g: ConvGeometry, w: Floats, packed: MutableFloats)
  static func directScratch(_ g: ConvGeometry, rows: Int) -> Int
  static func directForward(
    _ g: ConvGeometry, from: Int, to: Int, x: Floats, packed: Floats, epilogue: Epilogue, y: MutableFloats,
    scratch: MutableFloats)
  static func directWeightGradient(
    _ g: ConvGeometry, from: Int, to: Int, x: Floats, dy: Floats, dw: MutableFloats, scratch: MutableFloats)
  /// Winograd's F(4x4, 3x3): weights of 3 x 3 at stride 1, one group.
  static func winogradWeightCount(_ g: ConvGeometry) -> Int
  static func winogradWeights(_ g: ConvGeometry, panel: Int, packed: Floats, transformed: MutableFloats)
  static func winogradScratch(_ g: ConvGeometry, tiles: Int) -> Int
  /// `isFar` where x is larger than the second-level cache.
  static func winogradForward(
    _ g: ConvGeometry, from: Int, to: Int, x: Floats, isFar: Bool, transformed: Floats, epilogue: Epilogue, y: MutableFloats,
    scratch: MutableFloats)
  /// dw from images `from ..< to`, `tiles` tiles at a time; the sums of dy are added to `sums`.
  static func winogradWeightGradient(
    _ g: ConvGeometry, from: Int, to: Int, tiles: Int, x: Floats, dy: Floats, dw: MutableFloats, sums: MutableDoubles?,
    scratch: MutableFloats)
  static func winogradGradientScratch(_ g: ConvGeometry, tiles: Int) -> Int
  /// The largest of each 2 x 2 of output rows `from ..< to` of a convolution, at x; y and choices are the pooled image's first numbers.
  static func poolPairs(_ g: ConvGeometry, from: Int, to: Int, x: Floats, y: MutableFloats, choices: MutableFloats?)
  /// The gradient of outputs before a fused pool and activation; dx is the image's first pixel, as dy and choices are of the pooled one.
  static func unpoolPairs(
    _ g: ConvGeometry, from: Int, to: Int, dy: Floats, choices: Floats, slope: Float, dx: MutableFloats)
  /// Convolutions of few pixels in one group: first the pixels, then panel by panel of `packWeights` the outputs, without the epilogue.
  static func gatherInside(_ g: ConvGeometry, batch: Int, x: Floats, pixels: MutableFloats)
  static func multiplyInside(
    _ g: ConvGeometry, batch: Int, panel: Int, pixels: Floats, packed: Floats, y: MutableFloats, scratch: MutableFloats)
  static func imageToColumns(_ g: ConvGeometry, x: Floats, columns: MutableFloats)
  static func columnsToImage(_ g: ConvGeometry, group: Int, from: Int, to: Int, columns: Floats, dx: MutableFloats)
  static func depthwiseForward(
    _ g: ConvGeometry, from: Int, to: Int, x: Floats, w: Floats, epilogue: Epilogue, y: MutableFloats)
  static func depthwiseInputGradient(_ g: ConvGeometry, dy: Floats, w: Floats, dx: MutableFloats)
  static func depthwiseWeightGradient(_ g: ConvGeometry, x: Floats, dy: Floats, dw: MutableFloats)

  // Pools

  static func maxPoolForward(_ g: PoolGeometry, from: Int, to: Int, x: Floats, y: MutableFloats)
  static func maxPoolBackward(_ g: PoolGeometry, x: Floats, y: Floats, dy: Floats, dx: MutableFloats, open: MutableFloats)
  static func averagePoolForward(_ g: PoolGeometry, from: Int, to: Int, x: Floats, y: MutableFloats)
  static func averagePoolBackward(_ g: PoolGeometry, dy: Floats, dx: MutableFloats)

  // Element by element; y may be an input

  static func activate(_ activation: Activation, count: Int, x: Floats, y: MutableFloats)
  static func activateBackward(_ activation: Activation, count: Int, x: Floats, y: Floats, dy: Floats, dx: MutableFloats)
  /// y times slope where gate is not above 0.
  static func gate(count: Int, gate: Floats, slope: Float, y: MutableFloats)
  static func fill(count: Int, value: Float, y: MutableFloats)
  static func add(count: Int, a: Floats, b: Floats, y: MutableFloats)
  static func multiply(count: Int, a: Floats, b: Floats, y: MutableFloats)
  /// y += a b
  static func addProduct(count: Int, a: Floats, b: Floats, y: MutableFloats)
  static func scale(count: Int, factor: Float, x: Floats, y: MutableFloats)
  /// y += factor x
  static func addScaled(count: Int, factor: Float, x: Floats, y: MutableFloats)
  static func clamp(count: Int, low: Float, high: Float, x: Floats, y: MutableFloats)
  static func copyRows(rows: Int, columns: Int, x: Floats, ldx: Int, y: MutableFloats, ldy: Int, accumulate: Bool)
  /// Elements `start ..< start + count` of the batch; x and y point at the first of them.
  static func dropout(_ mask: DropoutMask, start: Int, count: Int, x: Floats, y: MutableFloats)

  // Sums

  static func columnSums(rows: Int, columns: Int, x: Floats, ldx: Int, sums: MutableDoubles)
  static func columnSquares(rows: Int, columns: Int, x: Floats, center: Floats, sums: MutableDoubles)
  static func columnProducts(rows: Int, columns: Int, dy: Floats, x: Floats, center: Floats, sums: MutableDoubles)
  static func rowSums(rows: Int, columns: Int, x: Floats, sums: MutableFloats)
  static func sum(count: Int, x: Floats) -> Double
  static func sumOfSquares(count: Int, x: Floats) -> Double
  /// The bits of the largest |x|, with NaN above infinity; 0 for no numbers.
  static func largestMagnitude(count: Int, x: Floats) -> UInt32

  // Rows

  static func softmax(rows: Int, columns: Int, x: Floats, y: MutableFloats)
  static func softmaxBackward(rows: Int, columns: Int, y: Floats, dy: Floats, dx: MutableFloats)
  static func layerNormForward(
    rows: Int, columns: Int, epsilon: Float, x: Floats, scale: Floats, shift: Floats, y: MutableFloats, mean: MutableFloats,
    rstd: MutableFloats)
  static func layerNormInputGradient(
    rows: Int, columns: Int, x: Floats, scale: Floats, mean: Floats, rstd: Floats, dy: Floats, dx: MutableFloats)
  static func layerNormScaleSums(
    rows: Int, columns: Int, x: Floats, mean: Floats, rstd: Floats, dy: Floats, sums: MutableDoubles)
  static func batchNormApply(
    rows: Int, channels: Int, x: Floats, mean: Floats, rstd: Floats, scale: Floats, shift: Floats, y: MutableFloats)
  static func batchNormInputGradient(
    rows: Int, channels: Int, x: Floats, mean: Floats, gain: Floats, meanDy: Floats, slope: Floats, dy: Floats,
    dx: MutableFloats)

  // Losses and optimizers

  static func crossEntropy(
    rows: Int, columns: Int, logits: Floats, labels: UnsafePointer<Int32>, classWeights: Floats?, smoothing: Float,
    factor: Float, gradient: MutableFloats?, scratch: MutableFloats
  ) -> Double
  static func loss(_ loss: ElementLoss, count: Int, x: Floats, target: Floats) -> Double
  static func lossGradient(
    _ loss: ElementLoss, factor: Float, count: Int, x: Floats, target: Floats, dx: MutableFloats)
  static func update(
    _ step: OptimizerStep, count: Int, w: MutableFloats, gradient: Floats, m: MutableFloats, v: MutableFloats)

  // Measurement

  /// Multiplications and additions in registers alone; `sum` has room for a tile. Returns the number of operations.
  static func multiplyAdd(rounds: Int, start: Float, sum: MutableFloats) -> Int
}
