import NNKernelTypes

// Convolutions. Packed weights and copies of rows lie in memory of the kernels' own, so that what a caller provides does not depend on how it is done.

/// Memory of a caller's own in which weights stay in the order that a kernel reads, from one call to the next.
public struct PreparedWeights {
  /// As many floats as the kernel's `…PreparedCount` says, aligned to 64 bytes.
  public var memory: MutableFloats
  /// The weights have changed since the memory was written, or it never was: it is written again.
  public var areNew: Bool

  public init(memory: MutableFloats, areNew: Bool) {
    self.memory = memory
    self.areNew = areNew
  }
}

extension Kernels {
  /// y `[batch][outHeight][outWidth][outChannels]` = x * w, then the epilogue. With its `pooled`, which needs `poolsPairs`, y is not touched.
  public func convolutionForward(
    _ g: ConvGeometry, batch: Int, x: Floats, w: Floats, epilogue: Epilogue = Epilogue(), prepared: PreparedWeights? = nil,
    y: MutableFloats
  ) {
    if g.isPointwise {
      gemm(
        m: batch * g.inHeight * g.inWidth, n: g.outChannels, k: g.inChannels, a: x, b: w, c: y, epilogue: epilogue, prepared: prepared)
    } else if g.isDepthwise {
      depthwiseForward(g, batch, x, w, epilogue, y)
    } else {
      pool.takeTurn {
        let grouped = epilogue.pooled == nil ? g.grouped(lanes: instructionSet.lanes) : g
        let memory = prepared?.memory ?? workspaces.shared(Self.convolutionPreparedCount(g))
        if grouped != g {
          convolveGrouped(g, grouped, batch, x, w, epilogue, memory, isReady: prepared?.areNew == false, y)
        } else {
          if prepared?.areNew != false {
            loops.packWeights(g, w: w, packed: memory)
            if mayUseWinograd(g) { transformWeights(g, memory) }
          }
          convolve(g, batch, x, memory, epilogue, y)
        }
      }
    }
  }

  /// Whether `convolutionForward` can pool pairs of rows and columns itself.
  public static func poolsPairs(_ g: ConvGeometry) -> Bool { !g.isPointwise && !g.isDepthwise && g.outHeight > 1 && g.outWidth > 1 }

  /// Floats for weights that stay prepared, for the widest vectors there are; 0 where there is nothing to prepare.
  public static func convolutionPreparedCount(_ g: ConvGeometry) -> Int {
    if g.isPointwise { return gemmPreparedCount(n: g.outChannels, k: g.inChannels) }
    if g.isDepthwise { return 0 }
    let packed = g.groups * g.taps * ((g.groupOutputs + 31) / 32 * 32)
    let transformed = g.suitsWinograd ? 36 * g.inChannels * ((g.outChannels + 31) / 32 * 32) : 0
    // Windows of several pixels, and their bias.
    let grouped = g.outChannels < 16 ? 2 * g.kernelHeight * (g.kernelWidth + 15 * g.strideWidth) * g.inChannels * 32 + 64 : 0
    return packed + transformed + grouped
  }

  /// dx `[batch][inHeight][inWidth][inChannels]` from dy and w; where `gate`, laid out as dx, is not above 0, times `gateSlope`.
  public func convolutionInputGradient(
    _ g: ConvGeometry, batch: Int, dy: Floats, w: Floats, gate: Floats? = nil, gateSlope: Float = 1, dx: MutableFloats
  ) {
    if !g.isPointwise, !g.isDepthwise, g.hasUnitStride {
      var epilogue = Epilogue()
      epilogue.gate = gate
      epilogue.gateSlope = gateSlope
      pool.takeTurn {
        let turned = g.transposed
        let memory = workspaces.shared(Self.convolutionPreparedCount(turned))
        loops.packTransposedWeights(g, w: w, packed: memory)
        if usesWinograd(turned, batch) { transformWeights(turned, memory) }
        convolve(turned, batch, dy, memory, epilogue, dx)
      }
      return
    }
    if g.isPointwise {
      gemm(m: batch * g.inHeight * g.inWidth, n: g.inChannels, k: g.outChannels, a: dy, b: w, transposeB: true, c: dx)
    } else if g.isDepthwise {
      depthwiseInputGradient(g, batch, dy, w, dx)
    } else {
      stridedInputGradient(g, batch, dy, w, dx)
    }
    if let gate { self.gate(count: batch * g.inCount, gate: gate, slope: gateSlope, y: dx) }
  }

  /// dw as w, and dbias `[outChannels]`; nil for what is not wanted. `scratch` holds `convolutionWeightGradientScratch` floats, aligned to 64 bytes.
  public func convolutionWeightGradient(
    _ g: ConvGeometry, batch: Int, x: Floats, dy: Floats, dw: MutableFloats?, dbias: MutableFloats?, scratch: MutableFloats
  ) {
    guard let dw else {
      if let dbias { columnSums(rows: batch * g.outHeight * g.outWidth, columns: g.outChannels, x: dy, y: dbias) }
      return
    }
    let parts = Self.weightParts(g, batch: batch)
    let sums = UnsafeMutableRawPointer(scratch + (parts > 1 ? parts * g.weightCount : 0) + 1).alignedUp(for: Double.self)
      .assumingMemoryBound(to: Double.self)
    if dbias != nil { sums.update(repeating: 0, count: parts * g.outChannels) }
    pool.run(chunks: parts) { part, worker in
      weightGradient(
        g, images: part * batch / parts..<(part + 1) * batch / parts, batch, x, dy, parts == 1 ? dw : scratch + part * g.weightCount,
        dbias == nil ? nil : sums + part * g.outChannels, worker)
    }
    if parts > 1 { addParts(parts, count: g.weightCount, scratch, into: dw) }
    if let dbias {
      for o in 0..<g.outChannels { dbias[o] = Float((0..<parts).reduce(0) { $0 + sums[$1 * g.outChannels + o] }) }
    }
  }

  /// Floats that `convolutionWeightGradient` needs as scratch.
  public static func convolutionWeightGradientScratch(_ g: ConvGeometry, batch: Int) -> Int {
    let parts = weightParts(g, batch: batch)
    return (parts > 1 ? parts * g.weightCount : 0) + 2 * parts * g.outChannels + 4
  }

  /// One part of the batch: dw is overwritten, sums of dy are added to.
  private func weightGradient(
    _ g: ConvGeometry, images: Range<Int>, _ batch: Int, _ x: Floats, _ dy: Floats, _ dw: MutableFloats, _ sums: MutableDoubles?,
    _ worker: Int
  ) {
    if usesWinograd(g, batch), g.suitsWinogradGradient {
      let tiles = max(24, min(48, 100_000 / (36 * (g.inChannels + g.outChannels)) / 12 * 12))
      loops.winogradWeightGradient(
        g, from: images.lowerBound, to: images.upperBound, tiles: tiles, x: x, dy: dy, dw: dw, sums: sums,
        scratch: workspaces.room(worker, loops.winogradGradientScratch(g, tiles: tiles)))
      return
    }
    loops.fill(count: g.weightCount, value: 0, y: dw)
    let rows = gradientRows(g)
    for image in images {
      let input = x + image * g.inCount
      let slope = dy + image * g.outCount
      if g.isDepthwise {
        loops.depthwiseWeightGradient(g, x: input, dy: slope, dw: dw)
        if let sums {
          loops.columnSums(rows: g.outHeight * g.outWidth, columns: g.outChannels, x: slope, ldx: g.outChannels, sums: sums)
        }
        continue
      }
      let copy = workspaces.room(worker, loops.directScratch(g, rows: rows))
      for from in stride(from: 0, to: g.outHeight, by: rows) {
        let to = min(from + rows, g.outHeight)
        loops.directWeightGradient(g, from: from, to: to, x: input, dy: slope, dw: dw, scratch: copy)
        guard let sums else { continue }
        loops.columnSums(
          rows: (to - from) * g.outWidth, columns: g.outChannels, x: slope + from * g.outWidth * g.outChannels, ldx: g.outChannels,
          sums: sums)
      }
    }
  }

  /// The gradient of a convolution's outputs `[batch][outHeight][outWidth][outChannels]` from that of its pooled and activated ones: dy goes to the
  /// places that `choices` names, times `slope` where the number was not above zero.
  public func unpoolPairs(
    _ g: ConvGeometry, batch: Int, dy: Floats, choices: Floats, slope: Float, dx: MutableFloats
  ) {
    let pooled = (g.outHeight / 2) * (g.outWidth / 2) * g.outChannels
    let rows = max(1, 32_768 / max(1, g.outWidth * g.outChannels))
    let blocks = Self.pieces(g.outHeight / 2, rows)
    forEach(chunks: batch * blocks, work: batch * g.outCount) { chunk in
      let image = chunk / blocks
      let from = chunk % blocks * rows
      loops.unpoolPairs(
        g, from: from, to: min(from + rows, g.outHeight / 2), dy: dy + image * pooled, choices: choices + image * pooled, slope: slope,
        dx: dx + image * g.outCount)
    }
  }

  private func convolve(
    _ g: ConvGeometry, _ batch: Int, _ x: Floats, _ packed: MutableFloats, _ epilogue: Epilogue, _ y: MutableFloats
  ) {
    if usesWinograd(g, batch) {
      winograd(g, batch, x, packed, epilogue, y)
    } else if g.groups == 1, g.outHeight * g.outWidth <= 16, epilogue.gate == nil {
      multiplyColumns(g, batch, x, packed, epilogue, y)
    } else {
      direct(g, batch, x, packed, epilogue, y)
    }
  }

  // MARK: Direct

  func direct(
    _ g: ConvGeometry, _ batch: Int, _ x: Floats, _ packed: Floats, _ epilogue: Epilogue, _ y: MutableFloats
  ) {
    let rows = epilogue.pooled == nil ? forwardRows(g) : (forwardRows(g) + 1) / 2 * 2
    let blocks = Self.pieces(g.outHeight, rows)
    forEachWorker(chunks: batch * blocks) { chunk, worker in
      let image = chunk / blocks
      let from = chunk % blocks * rows
      loops.directForward(
        g, from: from, to: min(from + rows, g.outHeight), x: x + image * g.inCount, packed: packed, epilogue: epilogue.of(image, g),
        y: y + image * g.outCount, scratch: workspaces.room(worker, loops.directScratch(g, rows: rows)))
    }
  }

  /// Output rows per chunk: about a million products.
  private func forwardRows(_ g: ConvGeometry) -> Int {
    let pieces = Self.pieces(g.macs, 1_000_000)
    return max(1, Self.pieces(g.outHeight, max(1, pieces)))
  }

  /// Output rows whose gradients are summed at a time: a few hundred pixels.
  private func gradientRows(_ g: ConvGeometry) -> Int { max(1, min(g.outHeight, 384 / max(1, g.outWidth))) }

  // MARK: Depthwise

  private func depthwiseForward(
    _ g: ConvGeometry, _ batch: Int, _ x: Floats, _ w: Floats, _ epilogue: Epilogue, _ y: MutableFloats
  ) {
    forEach(chunks: batch * g.outHeight, work: batch * g.macs) { chunk in
      let image = chunk / g.outHeight
      let row = chunk % g.outHeight
      loops.depthwiseForward(
        g, from: row, to: row + 1, x: x + image * g.inCount, w: w, epilogue: epilogue, y: y + image * g.outCount)
    }
  }

  private func depthwiseInputGradient(_ g: ConvGeometry, _ batch: Int, _ dy: Floats, _ w: Floats, _ dx: MutableFloats) {
    forEach(chunks: batch, work: batch * g.macs) { image in
      loops.fill(count: g.inCount, value: 0, y: dx + image * g.inCount)
      loops.depthwiseInputGradient(g, dy: dy + image * g.outCount, w: w, dx: dx + image * g.inCount)
    }
  }

  // MARK: Strided input gradient

  private func stridedInputGradient(
    _ g: ConvGeometry, _ batch: Int, _ dy: Floats, _ w: Floats, _ dx: MutableFloats
  ) {
    let rows = rowsPerBlock(g)
    let product = Product(
      n: g.taps, k: g.groupOutputs, aRow: g.outChannels, aStep: 1, bRow: 1, bColumn: g.outChannels, ldc: g.taps, accumulate: false)
    forEachWithWorkspace(chunks: batch) { image, worker, workspace in
      let columns = workspaces.room(worker, rows * g.outWidth * g.taps)
      let target = dx + image * g.inCount
      loops.fill(count: g.inCount, value: 0, y: target)
      for from in stride(from: 0, to: g.outHeight, by: rows) {
        let to = min(from + rows, g.outHeight)
        let slope = dy + image * g.outCount + from * g.outWidth * g.outChannels
        for group in 0..<g.groups {
          let offset = group * g.groupOutputs
          multiply(
            product, rows: (to - from) * g.outWidth, columns: g.taps, a: slope + offset, b: w + offset, c: columns,
            workspace: workspace)
          loops.columnsToImage(g, group: group, from: from, to: to, columns: columns, dx: target)
        }
      }
    }
  }

  /// Output rows that are turned into columns at a time: about 64k floats.
  private func rowsPerBlock(_ g: ConvGeometry) -> Int {
    let pixels = min(Self.blockRows, 65_536 / max(1, g.taps))
    return max(1, min(g.outHeight, pixels / max(1, g.outWidth)))
  }

  // MARK: Parts of a batch

  /// Sums that a batch's weight gradient is made of: enough to share, few enough to stay small, and each of enough tiles to be worth its transforms.
  private static func weightParts(_ g: ConvGeometry, batch: Int) -> Int {
    let most = g.suitsWinogradGradient ? batch * g.tiles / 24 : batch
    return max(1, min(batch, 8, 2_097_152 / max(1, g.weightCount), most))
  }
}

extension Epilogue {
  /// With the pointers of one image in place of the batch's.
  func of(_ image: Int, _ g: ConvGeometry) -> Epilogue {
    var result = self
    let pooledCount = (g.outHeight / 2) * (g.outWidth / 2) * g.outChannels
    result.pooled = pooled.map { $0 + image * pooledCount }
    result.choices = choices.map { $0 + image * pooledCount }
    result.gate = gate.map { $0 + image * g.outCount }
    return result
  }
}
