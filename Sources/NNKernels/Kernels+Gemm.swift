import NNKernelTypes

extension Kernels {
  /// The block of a product that one thread works on: a packed block of A in the second-level cache, of B beside it.
  static let blockRows = 240
  static let blockColumns = 512

  /// C (+)= op(A) op(B), then the epilogue.
  ///
  /// - Parameters:
  ///   - a: `[m][k]`, rows `lda` apart; with `transposeA` `[k][m]`.
  ///   - b: `[k][n]`, rows `ldb` apart; with `transposeB` `[n][k]`.
  ///   - c: `[m][n]`, rows `ldc` apart. With `accumulate` the product is added to it before the epilogue.
  ///   - lda: nil for dense rows; likewise `ldb` and `ldc`.
  ///   - prepared: memory for B, `gemmPreparedCount` floats.
  public func gemm(
    m: Int, n: Int, k: Int, a: Floats, lda: Int? = nil, transposeA: Bool = false, b: Floats, ldb: Int? = nil,
    transposeB: Bool = false, c: MutableFloats, ldc: Int? = nil, accumulate: Bool = false, epilogue: Epilogue = Epilogue(),
    prepared: PreparedWeights? = nil
  ) {
    let rowA = lda ?? (transposeA ? m : k)
    let rowB = ldb ?? (transposeB ? k : n)
    let product = Product(
      n: n, k: k, aRow: transposeA ? 1 : rowA, aStep: transposeA ? rowA : 1, bRow: transposeB ? 1 : rowB,
      bColumn: transposeB ? rowB : 1, ldc: ldc ?? n, accumulate: accumulate)
    if let prepared, prepared.areNew {
      loops.packPanels(k: k, n: n, b: b, bRow: product.bRow, bColumn: product.bColumn, panels: prepared.memory)
    }
    let (rows, columns) = blocks(m: m, n: n, k: k)
    let across = Self.pieces(n, columns)
    forEachWithWorkspace(chunks: Self.pieces(m, rows) * across) { chunk, _, workspace in
      let i = chunk / across * rows
      let j = chunk % across * columns
      let height = min(rows, m - i)
      let width = min(columns, n - j)
      let epilogue = Epilogue(bias: epilogue.bias.map { $0 + j }, activation: epilogue.activation)
      if let prepared {
        loops.gemmBlock(
          m: height, n: width, k: k, a: a + i * product.aRow, aRow: product.aRow, aStep: product.aStep, panels: prepared.memory, column: j,
          c: c + i * product.ldc + j, ldc: product.ldc, accumulate: accumulate, epilogue: epilogue, workspace: workspace)
        return
      }
      loops.gemmBlock(
        m: height, n: width, k: k, a: a + i * product.aRow, aRow: product.aRow, aStep: product.aStep, b: b + j * product.bColumn,
        bRow: product.bRow, bColumn: product.bColumn, c: c + i * product.ldc + j, ldc: product.ldc, accumulate: accumulate,
        epilogue: epilogue, workspace: workspace)
    }
  }

  /// The blocks of a product that are shared out: of nearly the same size, and as many for each thread. What a number is does not depend on its block.
  private func blocks(m: Int, n: Int, k: Int) -> (rows: Int, columns: Int) {
    let work = 2 * m * n * k
    // One per thread, or several where they are long.
    let wanted = threads == 1 || work < 500_000 ? 1 : work < 50_000_000 ? threads : 4 * threads
    var down = max(1, Self.pieces(m, Self.blockRows))
    var across = max(1, Self.pieces(n, Self.blockColumns))
    while wanted > 1, down * across < wanted || down * across % threads != 0 {
      if n > across * 64 { across += 1 } else if m > down * 48 { down += 1 } else { break }
    }
    return (Self.pieces(Self.pieces(m, down), 12) * 12, Self.pieces(Self.pieces(n, across), 32) * 32)
  }

  /// Floats for a B that stays prepared, for the widest vectors there are.
  public static func gemmPreparedCount(n: Int, k: Int) -> Int { (n + 31) / 32 * 32 * k }

  static func pieces(_ count: Int, _ size: Int) -> Int { size == 0 ? 0 : (count + size - 1) / size }

  /// The strides of a product; `n` columns are all there are.
  struct Product {
    var n: Int
    var k: Int
    var aRow: Int
    var aStep: Int
    var bRow: Int
    var bColumn: Int
    var ldc: Int
    var accumulate: Bool
  }

  /// A product of any size on the calling thread.
  func multiply(
    _ product: Product, rows: Int, columns: Int, a: Floats, b: Floats, c: MutableFloats, workspace: MutableFloats
  ) {
    for i in stride(from: 0, to: rows, by: Self.blockRows) {
      for j in stride(from: 0, to: columns, by: Self.blockColumns) {
        loops.gemmBlock(
          m: min(Self.blockRows, rows - i), n: min(Self.blockColumns, columns - j), k: product.k, a: a + i * product.aRow,
          aRow: product.aRow, aStep: product.aStep, b: b + j * product.bColumn, bRow: product.bRow, bColumn: product.bColumn,
          c: c + i * product.ldc + j, ldc: product.ldc, accumulate: product.accumulate, epilogue: Epilogue(), workspace: workspace)
      }
    }
  }

  // MARK: Fully connected

  /// y `[rows][outputs]` = x `[rows][inputs]` w `[inputs][outputs]`, then the epilogue.
  public func fullyConnectedForward(
    rows: Int, inputs: Int, outputs: Int, x: Floats, w: Floats, epilogue: Epilogue = Epilogue(), prepared: PreparedWeights? = nil,
    y: MutableFloats
  ) {
    gemm(m: rows, n: outputs, k: inputs, a: x, b: w, c: y, epilogue: epilogue, prepared: prepared)
  }

  /// dx `[rows][inputs]` = dy `[rows][outputs]` wᵀ.
  public func fullyConnectedInputGradient(rows: Int, inputs: Int, outputs: Int, dy: Floats, w: Floats, dx: MutableFloats) {
    gemm(m: rows, n: inputs, k: outputs, a: dy, b: w, transposeB: true, c: dx)
  }

  /// dw `[inputs][outputs]` = xᵀ dy and dbias `[outputs]` = the column sums of dy; nil for what is not wanted.
  public func fullyConnectedWeightGradient(
    rows: Int, inputs: Int, outputs: Int, x: Floats, dy: Floats, dw: MutableFloats?, dbias: MutableFloats?
  ) {
    if let dw { gemm(m: inputs, n: outputs, k: rows, a: x, transposeA: true, b: dy, c: dw) }
    if let dbias { columnSums(rows: rows, columns: outputs, x: dy, y: dbias) }
  }
}
