import NNKernelTypes

extension PoolGeometry {
  /// One window over a whole image.
  init(global shape: Shape) {
    let grid = try? Grid(shape, takes: [.image])
    self.init(inHeight: grid?.height ?? 1, inWidth: grid?.width ?? 1, channels: grid?.channels ?? 0, toHeight: 1, toWidth: 1)
  }

  /// Every window of a batch in row order: the numbers of its elements in x, in row order too, and its extent with padded zeros.
  func forEachWindow(batch: Int, _ body: (_ elements: [Int], _ extent: Int) -> Void) {
    for n in 0..<batch {
      for i in 0..<outHeight {
        let rows = rows(i)
        for j in 0..<outWidth {
          let columns = columns(j)
          for c in 0..<channels {
            let elements = (rows.start..<rows.end).flatMap { row in
              (columns.start..<columns.end).map { ((n * inHeight + row) * inWidth + $0) * channels + c }
            }
            body(elements, rows.extent * columns.extent)
          }
        }
      }
    }
  }

  /// The largest element of every window.
  func maximumReference(_ x: [Double], batch: Int) -> [Double] {
    var y: [Double] = []
    forEachWindow(batch: batch) { elements, _ in y.append(elements.lazy.map { x[$0] }.max() ?? 0) }
    return y
  }

  /// The sum of every window over its extent.
  func averageReference(_ x: [Double], batch: Int) -> [Double] {
    var y: [Double] = []
    forEachWindow(batch: batch) { elements, extent in y.append(elements.reduce(0) { $0 + x[$1] } / Double(extent)) }
    return y
  }
}
