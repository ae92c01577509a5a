import NNKernelTypes

/// Scaled dot-product attention of several heads over a sequence.
public struct AttentionGeometry: Sendable, Hashable {
  public var steps: Int
  public var heads: Int
  /// Numbers per head.
  public var width: Int
  /// A step attends to itself and those before it only.
  public var isCausal: Bool

  public init(steps: Int, heads: Int, width: Int, isCausal: Bool) {
    self.steps = steps
    self.heads = heads
    self.width = width
    self.isCausal = isCausal
  }

  /// Numbers per step: of all heads.
  public var features: Int { heads * width }
  var scale: Float { 1 / Float(width).squareRoot() }
}

extension Kernels {
  /// Per example and head: P = softmax(Q Kᵀ / √width), y = P V.
  ///
  /// - Parameters:
  ///   - qkv: `[batch][steps][3][heads][width]`: Q, K and V of every step side by side.
  ///   - p: `[batch][heads][steps][steps]`, written for the backward pass.
  ///   - y: `[batch][steps][heads][width]`.
  public func attentionForward(_ g: AttentionGeometry, batch: Int, qkv: Floats, p: MutableFloats, y: MutableFloats) {
    let (t, row) = (g.steps, 3 * g.features)
    let scores = Product(n: t, k: g.width, aRow: row, aStep: 1, bRow: 1, bColumn: row, ldc: t, accumulate: false)
    let values = Product(n: g.width, k: t, aRow: t, aStep: 1, bRow: row, bColumn: 1, ldc: g.features, accumulate: false)
    forEachWithWorkspace(chunks: batch * g.heads) { chunk, _, workspace in
      let (example, head) = (chunk / g.heads, chunk % g.heads)
      let q = qkv + example * t * row + head * g.width
      let p = p + chunk * t * t
      multiply(scores, rows: t, columns: t, a: q, b: q + g.features, c: p, workspace: workspace)
      for i in 0..<t {
        let seen = g.isCausal ? i + 1 : t
        loops.scale(count: seen, factor: g.scale, x: p + i * t, y: p + i * t)
        loops.softmax(rows: 1, columns: seen, x: p + i * t, y: p + i * t)
        loops.fill(count: t - seen, value: 0, y: p + i * t + seen)
      }
      multiply(
        values, rows: t, columns: g.width, a: p, b: q + 2 * g.features, c: y + example * t * g.features + head * g.width,
        workspace: workspace)
    }
  }

  /// Floats of room that `attentionBackward` needs.
  public static func attentionScratch(_ g: AttentionGeometry, batch: Int) -> Int { batch * g.heads * g.steps * g.steps }

  /// dqkv as qkv, from dy `[batch][steps][heads][width]`.
  public func attentionBackward(
    _ g: AttentionGeometry, batch: Int, qkv: Floats, p: Floats, dy: Floats, dqkv: MutableFloats, scratch: MutableFloats
  ) {
    let (t, row, features) = (g.steps, 3 * g.features, g.features)
    let dp = Product(n: t, k: g.width, aRow: features, aStep: 1, bRow: 1, bColumn: row, ldc: t, accumulate: false)
    let dv = Product(n: g.width, k: t, aRow: 1, aStep: t, bRow: features, bColumn: 1, ldc: row, accumulate: false)
    let dq = Product(n: g.width, k: t, aRow: t, aStep: 1, bRow: row, bColumn: 1, ldc: row, accumulate: false)
    let dk = Product(n: g.width, k: t, aRow: 1, aStep: t, bRow: row, bColumn: 1, ldc: row, accumulate: false)
    forEachWithWorkspace(chunks: batch * g.heads) { chunk, _, workspace in
      let (example, head) = (chunk / g.heads, chunk % g.heads)
      let q = qkv + example * t * row + head * g.width
      let dq0 = dqkv + example * t * row + head * g.width
      let dy = dy + example * t * features + head * g.width
      let p = p + chunk * t * t
      let ds = scratch + chunk * t * t
      multiply(dp, rows: t, columns: t, a: dy, b: q + 2 * features, c: ds, workspace: workspace)
      multiply(dv, rows: t, columns: g.width, a: p, b: dy, c: dq0 + 2 * features, workspace: workspace)
      // Where P is 0 so is the gradient of the score: what a causal mask hides needs nothing of its own.
      loops.softmaxBackward(rows: t, columns: t, y: p, dy: ds, dx: ds)
      loops.scale(count: t * t, factor: g.scale, x: ds, y: ds)
      multiply(dq, rows: t, columns: g.width, a: ds, b: q + features, c: dq0, workspace: workspace)
      multiply(dk, rows: t, columns: g.width, a: ds, b: q, c: dq0 + features, workspace: workspace)
    }
  }
}
