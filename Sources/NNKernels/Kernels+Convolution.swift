import NNKernelTypes

// Convolutions. Columns are laid out in memory of each worker's own, so that what a caller provides does not depend on the number of threads.

extension Kernels {
  /// y `[batch][outHeight][outWidth][outChannels]` = x * w + bias, then the activation.
  public func convolutionForward(
    _ g: ConvGeometry, batch: Int, x: Floats, w: Floats, bias: Floats?, activation: Activation = .linear, y: MutableFloats
  ) {
    let rows = rowsPerBlock(g)
    let blocks = Self.pieces(g.outHeight, rows)
    let epilogue = Epilogue(bias: bias, activation: activation)
    forEachWithWorkspace(chunks: batch * blocks) { chunk, worker, workspace in
      let from = chunk % blocks * rows
      let to = min(from + rows, g.outHeight)
      let image = x + chunk / blocks * g.inCount
      let target = y + chunk / blocks * g.outCount
      if isDepthwise(g) {
        loops.depthwiseForward(g, from: from, to: to, x: image, w: w, y: target)
      } else {
        for group in 0..<g.groups {
          forwardRows(
            g, group, from, to, image, w, target, workspaces.columns(worker, columnsPerBlock(g)), workspace)
        }
      }
      if !epilogue.isEmpty {
        let pixels = target + from * g.outWidth * g.outChannels
        loops.finish(
          rows: (to - from) * g.outWidth, columns: g.outChannels, c: pixels, ldc: g.outChannels, epilogue: epilogue)
      }
    }
  }

  private func forwardRows(
    _ g: ConvGeometry, _ group: Int, _ from: Int, _ to: Int, _ x: Floats, _ w: Floats, _ y: MutableFloats,
    _ columns: MutableFloats, _ workspace: MutableFloats
  ) {
    let first = from * g.outWidth
    let target = y + first * g.outChannels + group * g.groupOutputs
    let weights = w + group * g.groupOutputs
    let isPointwise = isPointwise(g)
    if !isPointwise { loops.imageToColumns(g, group: group, from: from, to: to, x: x, columns: columns) }
    let product = Product(
      n: g.groupOutputs, k: g.taps, aRow: isPointwise ? g.inChannels : g.taps, aStep: 1, bRow: g.outChannels, bColumn: 1,
      ldc: g.outChannels, accumulate: false)
    multiply(
      product, rows: (to - from) * g.outWidth, columns: g.groupOutputs,
      a: isPointwise ? x + first * g.inChannels + group * g.groupInputs : Floats(columns), b: weights, c: target,
      workspace: workspace)
  }

  /// dx `[batch][inHeight][inWidth][inChannels]` from dy and w.
  public func convolutionInputGradient(
    _ g: ConvGeometry, batch: Int, dy: Floats, w: Floats, dx: MutableFloats
  ) {
    forEachWithWorkspace(chunks: batch) { image, worker, workspace in
      let slope = dy + image * g.outCount
      let target = dx + image * g.inCount
      loops.fill(count: g.inCount, value: 0, y: target)
      if isDepthwise(g) {
        loops.depthwiseInputGradient(g, dy: slope, w: w, dx: target)
      } else {
        inputGradient(g, slope, w, target, workspaces.columns(worker, columnsPerBlock(g)), workspace)
      }
    }
  }

  private func inputGradient(
    _ g: ConvGeometry, _ dy: Floats, _ w: Floats, _ dx: MutableFloats, _ columns: MutableFloats, _ workspace: MutableFloats
  ) {
    let rows = rowsPerBlock(g)
    let product = Product(
      n: g.taps, k: g.groupOutputs, aRow: g.outChannels, aStep: 1, bRow: 1, bColumn: g.outChannels, ldc: g.taps, accumulate: false)
    for from in stride(from: 0, to: g.outHeight, by: rows) {
      let to = min(from + rows, g.outHeight)
      for group in 0..<g.groups {
        let offset = group * g.groupOutputs
        multiply(
          product, rows: (to - from) * g.outWidth, columns: g.taps, a: dy + from * g.outWidth * g.outChannels + offset,
          b: w + offset, c: columns, workspace: workspace)
        loops.columnsToImage(g, group: group, from: from, to: to, columns: columns, dx: dx)
      }
    }
  }

  /// dw as w, and dbias `[outChannels]`; nil for what is not wanted. `scratch` holds `convolutionWeightGradientScratch` floats, aligned to 64 bytes.
  public func convolutionWeightGradient(
    _ g: ConvGeometry, batch: Int, x: Floats, dy: Floats, dw: MutableFloats?, dbias: MutableFloats?, scratch: MutableFloats
  ) {
    if let dbias { columnSums(rows: batch * g.outHeight * g.outWidth, columns: g.outChannels, x: dy, y: dbias) }
    guard let dw else { return }
    let parts = Self.weightParts(g, batch: batch)
    forEachWithWorkspace(chunks: parts) { part, worker, workspace in
      let partial = parts == 1 ? dw : scratch + part * g.weightCount
      loops.fill(count: g.weightCount, value: 0, y: partial)
      for image in part * batch / parts..<(part + 1) * batch / parts {
        let input = x + image * g.inCount
        let slope = dy + image * g.outCount
        if isDepthwise(g) {
          loops.depthwiseWeightGradient(g, x: input, dy: slope, dw: partial)
        } else {
          addWeightGradient(g, input, slope, partial, workspaces.columns(worker, columnsPerBlock(g)), workspace)
        }
      }
    }
    if parts > 1 { addParts(parts, count: g.weightCount, scratch, to: dw) }
  }

  public static func convolutionWeightGradientScratch(_ g: ConvGeometry, batch: Int) -> Int {
    let parts = weightParts(g, batch: batch)
    return parts > 1 ? parts * g.weightCount : 0
  }

  private func addWeightGradient(
    _ g: ConvGeometry, _ x: Floats, _ dy: Floats, _ dw: MutableFloats, _ columns: MutableFloats, _ workspace: MutableFloats
  ) {
    let rows = rowsPerBlock(g)
    for from in stride(from: 0, to: g.outHeight, by: rows) {
      let to = min(from + rows, g.outHeight)
      for group in 0..<g.groups {
        let offset = group * g.groupOutputs
        loops.imageToColumns(g, group: group, from: from, to: to, x: x, columns: columns)
        let product = Product(
          n: g.groupOutputs, k: (to - from) * g.outWidth, aRow: 1, aStep: g.taps, bRow: g.outChannels, bColumn: 1,
          ldc: g.outChannels, accumulate: true)
        multiply(
          product, rows: g.taps, columns: g.groupOutputs, a: columns, b: dy + from * g.outWidth * g.outChannels + offset,
          c: dw + offset, workspace: workspace)
      }
    }
  }

  /// to = part 0 + part 1 + …, in this order.
  func addParts(_ parts: Int, count: Int, _ partials: Floats, to: MutableFloats) {
    forEachRange(of: count, grain: 4096, work: parts * count) { start, size in
      loops.add(count: size, a: partials + start, b: partials + count + start, y: to + start)
      for part in 2..<max(2, parts) { loops.add(count: size, a: to + start, b: partials + part * count + start, y: to + start) }
    }
  }

  /// Sums that a batch's weight gradient is made of: enough to share, few enough to stay small.
  private static func weightParts(_ g: ConvGeometry, batch: Int) -> Int {
    max(1, min(batch, 8, 2_097_152 / max(1, g.weightCount)))
  }

  /// Output rows that are turned into columns at a time: about 64k floats.
  private func rowsPerBlock(_ g: ConvGeometry) -> Int {
    let pixels = min(Self.blockRows, 65_536 / max(1, g.taps))
    return max(1, min(g.outHeight, pixels / max(1, g.outWidth)))
  }

  private func columnsPerBlock(_ g: ConvGeometry) -> Int { (rowsPerBlock(g) * g.outWidth * g.taps + 15) / 16 * 16 }

  private func isDepthwise(_ g: ConvGeometry) -> Bool {
    g.groups > 1 && g.groups == g.inChannels && g.inChannels == g.outChannels
  }

  private func isPointwise(_ g: ConvGeometry) -> Bool {
    g.kernelHeight == 1 && g.kernelWidth == 1 && g.strideHeight == 1 && g.strideWidth == 1 && g.padTop == 0 && g.padLeft == 0
      && g.padBottom == 0 && g.padRight == 0
  }
}
