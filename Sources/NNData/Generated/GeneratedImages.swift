/// A set of pictures drawn from random numbers, standing in for one that is not there.
struct GeneratedImages: Sendable {
  var name: String
  /// The usual `[H, W, C]`; any other size of the same or, for grey, three channels can be asked for.
  var shape: [Int]
  var classes: [String]
  /// Examples per class.
  var train: [Int]
  var test: [Int]
  /// Draws one example of a class, at the size of the canvas. All it knows must come from the generator.
  var draw: @Sendable (_ kind: Int, _ random: inout Random, _ canvas: inout Canvas) -> Void

  /// - Parameters:
  ///   - seed: different for the two parts.
  ///   - shape: what the model takes.
  ///   - order: the classes in the order in which the model numbers them.
  func examples(of counts: [Int], seed: UInt64, shape: [Int], order: [String], threads: Int?) -> Examples {
    let kinds = counts.enumerated().flatMap { kind, count in [Int](repeating: kind, count: count) }
    let numbers = classes.map { Int32(order.firstIndex(of: $0) ?? 0) }
    let labels = kinds.map { numbers[$0] }
    let size = shape.reduce(1, *)
    let piece = 32
    let pixels = [UInt8](unsafeUninitializedCapacity: labels.count * size) { buffer, count in
      nonisolated(unsafe) let out = buffer
      Workers.run(pieces: (labels.count + piece - 1) / piece, threads: threads) { next in
        var canvas = Canvas(height: shape[0], width: shape[1], channels: self.shape[2])
        while let part = next() {
          for example in part * piece..<min(labels.count, (part + 1) * piece) {
            var random = Random(seed: seed, UInt64(example))
            draw(kinds[example], &random, &canvas)
            canvas.write(to: UnsafeMutableBufferPointer(rebasing: out[example * size..<(example + 1) * size]), channels: shape[2])
          }
        }
      }
      count = labels.count * size
    }
    return Examples(
      shape: shape, storage: .bytes(Stretch(pixels)), targets: .classes(labels), count: labels.count, origin: .generated(name))
  }
}

/// A picture being drawn: levels of 0...255 as `Float`, H x W x C. Places run from -1 to 1 in both directions, down and right.
struct Canvas {
  let height: Int
  let width: Int
  let channels: Int
  var levels: [Float]
  /// The places of the middles of rows and columns.
  let rows: [Float]
  let columns: [Float]

  init(height: Int, width: Int, channels: Int) {
    self.height = height
    self.width = width
    self.channels = channels
    levels = [Float](repeating: 0, count: height * width * channels)
    func places(_ count: Int) -> [Float] { (0..<count).map { (2 * Float($0) + 1) / Float(count) - 1 } }
    rows = places(height)
    columns = places(width)
  }

  /// The indices whose places may lie in `low...high`.
  static func range(_ low: Float, _ high: Float, of count: Int) -> Range<Int> {
    let n = Float(count)
    let first = min(n, max(0, ((low + 1) / 2 * n - 1).rounded(.down)))
    let last = min(n, max(first, ((high + 1) / 2 * n + 1).rounded(.up)))
    return Int(first)..<Int(last)
  }

  /// Rounded and limited to 0...255. One channel is copied to three where three are asked for.
  func write(to bytes: UnsafeMutableBufferPointer<UInt8>, channels asked: Int) {
    levels.withUnsafeBufferPointer { levels in
      if asked == channels {
        for i in levels.indices { bytes[i] = UInt8(min(255, max(0, levels[i] + 0.5))) }
      } else {
        for i in bytes.indices { bytes[i] = UInt8(min(255, max(0, levels[i / asked] + 0.5))) }
      }
    }
  }
}
