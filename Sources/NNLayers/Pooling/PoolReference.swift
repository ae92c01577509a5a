import NNKernelTypes

extension PoolGeometry {
  /// One window over a whole image.
  package init(global shape: Shape) {
    let grid = try? Grid(shape, takes: [.image])
    self.init(inHeight: grid?.height ?? 1, inWidth: grid?.width ?? 1, channels: grid?.channels ?? 0, toHeight: 1, toWidth: 1)
  }

  /// The largest element of every window.
  func maximumReference(_ x: [Double], batch: Int) -> [Double] { folds(x, batch: batch, from: -.infinity, max).map(\.value) }

  /// The sum of every window over its extent, padded zeros included.
  func averageReference(_ x: [Double], batch: Int) -> [Double] {
    folds(x, batch: batch, from: 0, +).map { $0.value / Double($0.extent) }
  }

  /// The elements of every window put together, window by window and channel by channel, with the window's extent.
  private func folds(
    _ x: [Double], batch: Int, from start: Double, _ combine: (Double, Double) -> Double
  ) -> [(value: Double, extent: Int)] {
    var results: [(value: Double, extent: Int)] = []
    results.reserveCapacity(batch * outCount)
    for window in 0..<batch * outHeight * outWidth {
      let rows = rows(window / outWidth % outHeight)
      let columns = columns(window % outWidth)
      let image = window / (outHeight * outWidth) * inHeight
      for c in 0..<channels {
        var value = start
        for row in rows.start..<rows.end {
          for column in columns.start..<columns.end { value = combine(value, x[((image + row) * inWidth + column) * channels + c]) }
        }
        results.append((value, rows.extent * columns.extent))
      }
    }
    return results
  }
}
