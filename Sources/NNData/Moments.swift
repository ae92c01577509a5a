/// Mean, deviation and range per column or channel, in double precision.
public struct Moments: Sendable {
  public var mean: [Double]
  /// Divided by n.
  public var deviation: [Double]
  public var minimum: [Double]
  public var maximum: [Double]

  /// - Parameter storage: rows x channels; images count every pixel as a row.
  init(of storage: Examples.Storage, channels: Int) {
    switch storage {
    case .bytes(let bytes): self.init(histograms: Moments.histograms(bytes, channels: channels))
    case .floats(let floats): self.init(floats, channels: channels)
    case .windows(let windows):
      let rows = windows.rows
      self.init(Array(windows.values[rows.lowerBound * windows.features..<rows.upperBound * windows.features]), channels: channels)
    }
  }

  /// Two passes: the mean first, so that a large mean costs the deviation no digits.
  private init(_ floats: [Float], channels: Int) {
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

  private static func histograms(_ bytes: [UInt8], channels: Int) -> [[Int]] {
    var counts = [Int](repeating: 0, count: channels * 256)
    var channel = 0
    for byte in bytes {
      counts[channel * 256 + Int(byte)] += 1
      channel = channel + 1 == channels ? 0 : channel + 1
    }
    return (0..<channels).map { Array(counts[$0 * 256..<($0 + 1) * 256]) }
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
