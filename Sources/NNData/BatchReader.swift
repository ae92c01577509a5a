import NNDiagnostics
import NNRecipe

/// Hands out batches of one part of a data set: normalised, and augmented for training.
///
/// Any thread may fill any slice of a batch: what an example looks like depends on the seed, the epoch and its index alone.
public final class BatchReader: Sendable {
  /// Examples in the part.
  public let count: Int
  /// Of one example, channels last.
  public let shape: [Int]
  /// Numbers per example.
  public let size: Int
  /// The class of each example; empty for regression, and for a test part without labels.
  public let labels: [Int32]
  /// Numbers per target; 0 for classes.
  public let targetWidth: Int
  /// Applied to everything that is handed out.
  public let normalization: NormalizationValues

  /// Tables are kept normalised, images as bytes with a table of what each byte becomes. Very large tables stay as they are, and are normalised
  /// when they are handed out: a second copy may not fit into memory.
  private let storage: Examples.Storage
  private let normalizesLate: Bool

  /// Numbers from which on a table is large: 64 MiB.
  public static let largeCount = 1 << 24
  /// channels x 256.
  private let byteValues: [Float]
  /// count x targetWidth, normalised; of a series, the rows that follow, row by row.
  private let values: [Float]
  /// Where the targets of windows lie; nil where targets are the examples' own.
  private let following: Following?
  private let augmenter: Augmenter

  /// - Parameters:
  ///   - examples: given away, so that a table can be normalised where it is.
  ///   - augmentations: in the order of the statement.
  ///   - largeCount: numbers from which on a table is normalised when it is handed out.
  /// - Throws: NN512 where the augmentation needs images and these are not.
  public init(
    _ examples: consuming Examples, normalization: NormalizationValues, augmentations: [Augmentation] = [], seed: UInt64 = 0,
    at place: SourceSpan? = nil, largeCount: Int = BatchReader.largeCount
  ) throws(Diagnostic) {
    count = examples.count
    shape = examples.shape
    size = examples.size
    self.normalization = normalization
    labels = examples.labels
    augmenter = try Augmenter(
      augmentations, shape: examples.shape, isText: examples.isText, normalization: normalization, seed: seed, at: place)
    (following, targetWidth, values) = BatchReader.targets(of: examples, normalization)
    let taken = examples.storage
    examples.storage = .bytes([])
    normalizesLate = if case .floats(let floats) = taken { floats.count >= largeCount } else { false }
    byteValues = taken.isBytes ? BatchReader.byteValues(normalization) : []
    if normalizesLate {
      storage = taken
    } else {
      storage = BatchReader.normalized(consume taken, normalization)
    }
  }

  private static func targets(
    of examples: borrowing Examples, _ normalization: NormalizationValues
  ) -> (following: Following?, width: Int, values: [Float]) {
    func normalized(_ numbers: [Float]) -> [Float] {
      var numbers = numbers
      normalize(&numbers, normalization.targetScale, normalization.targetShift)
      return numbers
    }
    switch examples.targets {
    case .none, .classes: return (nil, 0, [])
    case .following(let following) where examples.isText: return (following, 0, [])
    case .following(let following): return (following, following.width, normalized(examples.seriesTargets))
    case .values(let numbers, let width): return (nil, width, normalized(numbers))
    }
  }

  /// Numbers are normalised where they are; bytes become numbers when they are handed out.
  private static func normalized(_ storage: consuming Examples.Storage, _ normalization: NormalizationValues) -> Examples.Storage {
    switch consume storage {
    case .bytes(let bytes): return .bytes(bytes)
    case .files(let files): return .files(files)
    case .floats(let floats):
      var own = (consume floats).own()
      normalize(&own, normalization.scale, normalization.shift)
      return .floats(Stretch(own))
    case .windows(var windows):
      if !windows.isText { normalize(&windows.values, normalization.scale, normalization.shift) }
      return .windows(windows)
    }
  }

  /// Fills `indices.count` examples.
  ///
  /// - Parameters:
  ///   - x: indices.count x size.
  ///   - indices: of examples, below `count`.
  ///   - epoch: with the seed and the index it decides the augmentation.
  ///   - augment: whether to augment at all.
  public func fill(x: UnsafeMutablePointer<Float>, indices: ArraySlice<Int32>, epoch: Int, augment: Bool) {
    guard augment, augmenter.isNeeded else {
      for (row, index) in indices.enumerated() { copy(Int(index), to: x + row * size) }
      return
    }
    withUnsafeTemporaryAllocation(of: Float.self, capacity: size) { scratch in
      guard let scratch = scratch.baseAddress else { return }
      for (row, index) in indices.enumerated() {
        copy(Int(index), to: x + row * size)
        augmenter.apply(to: x + row * size, scratch: scratch, epoch: epoch, example: Int(index))
      }
    }
  }

  /// The same, shared out over threads.
  public func fill(x: UnsafeMutablePointer<Float>, indices: ArraySlice<Int32>, epoch: Int, augment: Bool, threads: Int) {
    // A piece per few thousand numbers; what an example looks like does not depend on the piece it is in.
    let grain = max(1, 16_384 / max(1, size))
    let pieces = BatchPieces(x: x, indices: indices, grain: grain)
    Workers.run(pieces: pieces.count, threads: threads) { next in
      while let piece = next() {
        let range = pieces.range(piece)
        fill(x: pieces.x + (range.lowerBound - indices.startIndex) * size, indices: indices[range], epoch: epoch, augment: augment)
      }
    }
  }

  /// Fills the targets of a regression, normalised. `y`: indices.count x targetWidth.
  public func fill(targets y: UnsafeMutablePointer<Float>, indices: ArraySlice<Int32>) {
    if let following, case .windows(let windows) = storage {
      for (row, index) in indices.enumerated() {
        let start = Int(windows.starts[Int(index)])
        for column in 0..<targetWidth {
          y[row * targetWidth + column] = values[following.row(column, start: start, window: windows.steps)]
        }
      }
      return
    }
    for (row, index) in indices.enumerated() {
      for column in 0..<targetWidth { y[row * targetWidth + column] = values[Int(index) * targetWidth + column] }
    }
  }

  /// Fills the classes. `y`: indices.count x labelsPerExample.
  public func fill(labels y: UnsafeMutablePointer<Int32>, indices: ArraySlice<Int32>) {
    let each = labelsPerExample
    for (row, index) in indices.enumerated() {
      for step in 0..<each { y[row * each + step] = labels[Int(index) * each + step] }
    }
  }

  /// An image that could be read when the data was loaded, and cannot be read now.
  public var problem: Diagnostic? { if case .files(let files) = storage { files.problem } else { nil } }

  /// Handing out a batch takes time that can be spent beside training.
  public func isWorthPreparing(augment: Bool) -> Bool {
    if case .files = storage { return true }
    return augment && augmenter.isNeeded && size >= 64
  }

  /// 1, or the steps of the windows where each has a class.
  public var labelsPerExample: Int { following?.steps ?? 1 }

  private func copy(_ example: Int, to x: UnsafeMutablePointer<Float>) {
    switch storage {
    case .floats(let floats):
      floats.withUnsafeBufferPointer { all in
        guard let base = all.baseAddress else { return }
        x.update(from: base + example * size, count: size)
      }
      if normalizesLate {
        BatchReader.normalize(UnsafeMutableBufferPointer(start: x, count: size), normalization.scale, normalization.shift)
      }
    case .bytes(let bytes):
      bytes.withUnsafeBufferPointer { all in
        guard let base = all.baseAddress else { return }
        expand(base + example * size, to: x)
      }
    case .files(let files):
      files.withBytes(of: example) { bytes in
        if let base = bytes.baseAddress { expand(base, to: x) }
      }
    case .windows(let windows):
      windows.values.withUnsafeBufferPointer { all in
        guard let base = all.baseAddress else { return }
        x.update(from: base + Int(windows.starts[example]) * windows.features, count: size)
      }
    }
  }

  private func expand(_ bytes: UnsafePointer<UInt8>, to x: UnsafeMutablePointer<Float>) {
    let channels = byteValues.count / 256
    byteValues.withUnsafeBufferPointer { table in
      if channels == 1 {
        for i in 0..<size { x[i] = table[Int(bytes[i])] }
      } else {
        for pixel in 0..<size / channels {
          for c in 0..<channels { x[pixel * channels + c] = table[c * 256 + Int(bytes[pixel * channels + c])] }
        }
      }
    }
  }

  private static func byteValues(_ normalization: NormalizationValues) -> [Float] {
    zip(normalization.scale, normalization.shift).flatMap { scale, shift in (0..<256).map { Float($0) * scale + shift } }
  }

  private static func normalize(_ floats: inout [Float], _ scale: [Float], _ shift: [Float]) {
    if scale.count == 1, scale == [1], shift == [0] { return }
    floats.withUnsafeMutableBufferPointer { normalize($0, scale, shift) }
  }

  private static func normalize(_ x: UnsafeMutableBufferPointer<Float>, _ scale: [Float], _ shift: [Float]) {
    var channel = 0
    for i in x.indices {
      x[i] = x[i] * scale[channel] + shift[channel]
      channel = channel + 1 == scale.count ? 0 : channel + 1
    }
  }
}

/// A batch in pieces, each filled by one thread.
private struct BatchPieces: @unchecked Sendable {
  let x: UnsafeMutablePointer<Float>
  let indices: ArraySlice<Int32>
  /// Examples per piece.
  let grain: Int

  var count: Int { (indices.count + grain - 1) / grain }

  func range(_ piece: Int) -> Range<Int> {
    let start = indices.startIndex + piece * grain
    return start..<min(start + grain, indices.endIndex)
  }
}

extension Examples {
  /// The first number of every row of a series: what its targets are taken from.
  fileprivate var seriesTargets: [Float] {
    guard case .windows(let windows) = storage else { return [] }
    guard windows.features > 1 else { return windows.values }
    return stride(from: 0, to: windows.values.count, by: windows.features).map { windows.values[$0] }
  }
}
