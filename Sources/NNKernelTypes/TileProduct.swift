/// One register block of a product:
/// C(i, j) (+)= Σ over segments s and terms l of A(i, s, l) B(s, l, j), then bias and slope.
@frozen public struct TileProduct {
  /// A sum of `segments` runs of `run` terms: the rows of a window, the image rows of a weight gradient; a plain product has one.
  public var segments = 1
  /// Terms of a segment.
  public var run: Int
  /// A(i, s, l) = a[i aRow + s aSegment + l aStep]
  public var a: Floats
  public var aRow: Int
  public var aStep: Int
  public var aSegment = 0
  /// B(s, l, j) = b[s bSegment + l bStep + j]; whole vectors are read.
  public var b: Floats
  public var bStep: Int
  public var bSegment = 0
  /// C(i, j) = c[i ldc + j]
  public var c: MutableFloats
  public var ldc: Int
  /// So many tiles below one another, each of as many rows.
  public var blocks = 1
  /// Columns to store, at most two vectors.
  public var columns: Int
  /// Adds to what is in C.
  public var accumulate = false
  /// Added to each row; begins at the tile's first column. Not together with `accumulate` where the tile is complete.
  public var bias: Floats?
  /// What numbers below zero are multiplied by: 1 for nothing, 0 for relu.
  public var slope: Float = 1
  /// Room for a tile, for one whose last vector is incomplete.
  public var spare: MutableFloats

  @inlinable public init(
    segments: Int = 1, run: Int, a: Floats, aRow: Int, aStep: Int, aSegment: Int = 0, b: Floats, bStep: Int, bSegment: Int = 0,
    c: MutableFloats, ldc: Int, columns: Int, accumulate: Bool = false, slope: Float = 1, spare: MutableFloats
  ) {
    self.segments = segments
    self.run = run
    self.a = a
    self.aRow = aRow
    self.aStep = aStep
    self.aSegment = aSegment
    self.b = b
    self.bStep = bStep
    self.bSegment = bSegment
    self.c = c
    self.ldc = ldc
    self.columns = columns
    self.accumulate = accumulate
    self.slope = slope
    self.spare = spare
  }
}
