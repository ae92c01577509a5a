/// Resizes pictures of 8 bits as Pillow's `Image.resize(size, BILINEAR)` does, to the same bytes: a triangle filter that widens
/// with the factor where the picture shrinks, first along the rows, then along the columns, each pass in 22-bit fixed point and
/// rounded to 8 bits (`src/libImaging/Resample.c`).
struct Resizer {
  private var across = Weights(from: 0, to: 0)
  private var down = Weights(from: 0, to: 0)
  /// Input height x output width x channels.
  private var between: [UInt8] = []

  /// - Parameters:
  ///   - source: height x width x channels.
  ///   - target: shape[0] x shape[1] x channels.
  mutating func resize(
    _ source: UnsafePointer<UInt8>, height: Int, width: Int, channels: Int, to target: UnsafeMutablePointer<UInt8>, _ shape: [Int]
  ) {
    let (rows, columns) = (shape[0], shape[1])
    if across.from != width || across.to != columns { across = Weights(from: width, to: columns) }
    if down.from != height || down.to != rows { down = Weights(from: height, to: rows) }
    let line = columns * channels
    if between.count < height * line { between = [UInt8](repeating: 0, count: height * line) }
    between.withUnsafeMutableBufferPointer { between in
      guard let middle = between.baseAddress else { return }
      for row in 0..<height {
        across.apply(source + row * width * channels, pixel: channels, channels: channels, to: middle + row * line)
      }
      down.applyToColumns(UnsafePointer(middle), line: line, to: target)
    }
  }

  /// For each output position along one axis the first input it takes and the weights, in units of 2^-22.
  private struct Weights {
    let from: Int
    let to: Int
    private var first: [Int32] = []
    private var count: [Int32] = []
    /// to x largest
    private var values: [Int32] = []
    private var largest = 0
    private static let precision: Int32 = 22

    init(from: Int, to: Int) {
      self.from = from
      self.to = to
      guard from > 0, to > 0 else { return }
      let scale = Double(from) / Double(to)
      let support = max(scale, 1)
      largest = Int(support.rounded(.up)) * 2 + 1
      values = [Int32](repeating: 0, count: to * largest)
      for position in 0..<to {
        let middle = (Double(position) + 0.5) * scale
        let low = max(0, Int(middle - support + 0.5))
        let high = min(from, Int(middle + support + 0.5))
        let triangle = (low..<high).map { max(0, 1 - abs((Double($0) - middle + 0.5) / support)) }
        let sum = triangle.reduce(0, +)
        first.append(Int32(low))
        count.append(Int32(triangle.count))
        for (i, weight) in triangle.enumerated() {
          values[position * largest + i] = Int32(0.5 + weight / sum * Double(1 << Weights.precision))
        }
      }
    }

    /// One row: `pixel` bytes from one input to the next.
    func apply(_ x: UnsafePointer<UInt8>, pixel: Int, channels: Int, to y: UnsafeMutablePointer<UInt8>) {
      values.withUnsafeBufferPointer { values in
        first.withUnsafeBufferPointer { first in
          count.withUnsafeBufferPointer { count in
            for position in 0..<to {
              let start = x + Int(first[position]) * pixel
              for c in 0..<channels {
                var sum: Int32 = 1 << (Weights.precision - 1)
                for i in 0..<Int(count[position]) { sum &+= Int32(start[i * pixel + c]) &* values[position * largest + i] }
                y[position * channels + c] = UInt8(truncatingIfNeeded: min(255, sum >> Weights.precision))
              }
            }
          }
        }
      }
    }

    /// All columns at once: every output row is a weighted sum of input rows of `line` bytes.
    func applyToColumns(_ x: UnsafePointer<UInt8>, line: Int, to y: UnsafeMutablePointer<UInt8>) {
      withUnsafeTemporaryAllocation(of: Int32.self, capacity: line) { sums in
        for position in 0..<to {
          sums.update(repeating: 1 << (Weights.precision - 1))
          for i in 0..<Int(count[position]) {
            let weight = values[position * largest + i]
            let row = x + (Int(first[position]) + i) * line
            for c in 0..<line { sums[c] &+= Int32(row[c]) &* weight }
          }
          for c in 0..<line { y[position * line + c] = UInt8(truncatingIfNeeded: min(255, sums[c] >> Weights.precision)) }
        }
      }
    }
  }
}
