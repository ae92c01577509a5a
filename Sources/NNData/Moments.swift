import Synchronization

/// Mean, deviation and range per column or channel, in double precision.
public struct Moments: Sendable {
  /// Of each column or channel; so are the others.
  public var mean: [Double]
  /// Divided by n.
  public var deviation: [Double]
  /// The smallest and the largest number.
  public var minimum: [Double]
  public var maximum: [Double]

  /// - Parameter storage: rows x channels; images count every pixel as a row.
  init(of storage: Examples.Storage, channels: Int) {
    switch storage {
    case .bytes(let bytes): self.init(histograms: bytes.withUnsafeBufferPointer { Moments.histograms($0, channels: channels) })
    case .floats(let floats): self = floats.withUnsafeBufferPointer { Moments($0, channels: channels) }
    case .files(let files): self.init(histograms: Moments.histograms(files, channels: channels))
    case .windows(let windows):
      let rows = windows.rows
      let numbers = Stretch(windows.values).part(rows.lowerBound * windows.features..<rows.upperBound * windows.features)
      self = numbers.withUnsafeBufferPointer { Moments($0, channels: channels) }
    }
  }

  /// Two passes: the mean first, so that a large mean costs the deviation no digits.
  private init(_ floats: UnsafeBufferPointer<Float>, channels: Int) {
    mean = [Double](repeating: 0, count: channels)
    deviation = mean
    minimum = [Double](repeating: .infinity, count: channels)
    maximum = [Double](repeating: -.infinity, count: channels)
    let rows = Double(max(1, floats.count / channels))
    var channel = 0
    for value in floats {
      let value = Double(value)
      mean[channel] += value
      minimum[channel] = min(minimum[channel], value)
      maximum[channel] = max(maximum[channel], value)
      channel = channel + 1 == channels ? 0 : channel + 1
    }
    for c in 0..<channels { mean[c] /= rows }
    channel = 0
    for value in floats {
      let difference = Double(value) - mean[channel]
      deviation[channel] += difference * difference
      channel = channel + 1 == channels ? 0 : channel + 1
    }
    for c in 0..<channels { deviation[c] = minimum[c] == maximum[c] ? 0 : (deviation[c] / rows).squareRoot() }
  }

  private static func histograms(_ bytes: UnsafeBufferPointer<UInt8>, channels: Int) -> [[Int]] {
    var counts = [Int](repeating: 0, count: channels * 256)
    count(bytes, channels, &counts)
    return (0..<channels).map { Array(counts[$0 * 256..<($0 + 1) * 256]) }
  }

  /// Of all files, on all cores: sums of whole numbers do not depend on the order.
  private static func histograms(_ files: ImageFiles, channels: Int) -> [[Int]] {
    let sums = Mutex([Int](repeating: 0, count: channels * 256))
    Workers.run(pieces: files.paths.count, threads: nil) { next in
      var counts = [Int](repeating: 0, count: channels * 256)
      while let example = next() { files.withBytes(of: example) { count($0, channels, &counts) } }
      sums.withLock { sums in for i in sums.indices { sums[i] += counts[i] } }
    }
    return sums.withLock { sums in (0..<channels).map { Array(sums[$0 * 256..<($0 + 1) * 256]) } }
  }

  private static func count(_ bytes: UnsafeBufferPointer<UInt8>, _ channels: Int, _ counts: inout [Int]) {
    var channel = 0
    for byte in bytes {
      counts[channel * 256 + Int(byte)] += 1
      channel = channel + 1 == channels ? 0 : channel + 1
    }
  }

  /// Exact sums of bytes, from how often each occurs.
  private init(histograms: [[Int]]) {
    mean = []
    deviation = []
    minimum = []
    maximum = []
    for counts in histograms {
      let n = Double(max(1, counts.reduce(0, +)))
      let average = counts.enumerated().reduce(0) { $0 + Double($1.offset) * Double($1.element) } / n
      let variance =
        counts.enumerated().reduce(0) { $0 + (Double($1.offset) - average) * (Double($1.offset) - average) * Double($1.element) } / n
      mean.append(average)
      deviation.append(variance.squareRoot())
      minimum.append(Double(counts.firstIndex { $0 > 0 } ?? 0))
      maximum.append(Double(counts.lastIndex { $0 > 0 } ?? 0))
    }
  }
}

extension Examples {
  /// Of each column of a table, each channel of an image, or each number of a step.
  public var moments: Moments { Moments(of: storage, channels: max(1, shape.last ?? 1)) }
}
