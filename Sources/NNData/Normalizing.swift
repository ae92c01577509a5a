import NNDiagnostics
import NNRecipe

/// The numbers behind `normalize`, from the training part: `x * scale + shift`, per column of a table or per channel of an image.
/// One entry stands for all. Stored with the weights and in emitted code. `x` is what the file holds: 0...255 for images.
public struct NormalizationValues: Sendable, Equatable {
  /// Factors.
  public var scale: [Float]
  /// Added behind the factor.
  public var shift: [Float]
  /// For regression: the network is trained on `target * targetScale + targetShift`, and its output is turned back.
  public var targetScale: [Float]
  public var targetShift: [Float]

  /// Leaves everything as it is.
  public static let identity = NormalizationValues(scale: [1], shift: [0], targetScale: [1], targetShift: [0])

  public init(scale: [Float], shift: [Float], targetScale: [Float] = [1], targetShift: [Float] = [0]) {
    self.scale = scale
    self.shift = shift
    self.targetScale = targetScale
    self.targetShift = targetShift
  }
}

extension NormalizationValues {
  /// The values for a rule, from the training part.
  ///
  /// - `standard`: (x - mean) / deviation, the deviation of the whole training part (divided by n, as scikit-learn's
  ///   `StandardScaler`); a column that never changes is only shifted.
  /// - `minmax`: (x - min) / (max - min).
  /// - `scale s`: x * s.
  /// - `mean m std s`: (x - m) / s; pixels count from 0 to 1 here, as in torchvision's `Normalize`.
  ///
  /// Without a rule, tables stay as they are and the bytes of images are divided by 255.
  /// - Throws: NN207 where `mean` or `std` cannot be meant for pixels of 0 to 1, or `std` is 0; NN507 where an image cannot be read.
  public static func compute(_ rule: Normalization, from train: Examples, at place: SourceSpan? = nil) throws(Diagnostic) -> Self {
    var values = NormalizationValues.identity
    let bytes = train.storage.isBytes
    if train.isText, rule.input != nil || rule.target != nil {
      throw Diagnostic(
        .dataShape, .error, "`normalize` has no meaning for a text: characters are not numbers", at: place,
        fixes: [.init("leave the statement out; `embed` or `onehot` makes numbers of characters")])
    }
    if let input = rule.input ?? (bytes ? .scale(1 / 255.0) : nil) {
      let channels = max(1, train.shape.last ?? 1)
      let unit = bytes ? 255.0 : 1
      (values.scale, values.shift) = try affine(input, unit: unit, at: place) { Moments(of: train.storage, channels: channels) }
    }
    switch (rule.target, train.targets) {
    case (let target?, .values(let numbers, let width)):
      (values.targetScale, values.targetShift) = try affine(target, unit: 1, at: place) {
        Moments(of: .floats(Stretch(numbers)), channels: max(1, width))
      }
    case (let target?, .following(let following)):
      let numbers = (0..<train.count).flatMap { train.followers(of: $0, following) }
      (values.targetScale, values.targetShift) = try affine(target, unit: 1, at: place) {
        Moments(of: .floats(Stretch(numbers)), channels: 1)
      }
    case (_, _): break
    }
    if let problem = train.problem { throw problem }
    return values
  }

  /// - Parameter unit: how large the number is that `mean` and `std` count as 1.
  private static func affine(_ rule: Normalization.Rule, unit: Double, at place: SourceSpan?, _ moments: () -> Moments) throws(Diagnostic)
    -> (scale: [Float], shift: [Float])
  {
    switch rule {
    case .scale(let factor): return ([Float(factor)], [0])
    case .standard: return shiftAndDivide(moments().mean, moments().deviation)
    case .minmax:
      let found = moments()
      return shiftAndDivide(found.minimum, zip(found.maximum, found.minimum).map { $0 - $1 })
    case .mean(let mean, let deviation):
      try check(mean, deviation, unit, place)
      let found: Moments? = mean == .channel || deviation == .channel ? moments() : nil
      return shiftAndDivide(
        statistic(mean, found?.mean, unit, count: found?.mean.count ?? 1),
        statistic(deviation, found?.deviation, unit, count: found?.mean.count ?? 1))
    }
  }

  private static func statistic(_ statistic: Normalization.Statistic, _ found: [Double]?, _ unit: Double, count: Int) -> [Double] {
    switch statistic {
    case .value(let value): [Double](repeating: value * unit, count: count)
    case .channel: found ?? []
    }
  }

  private static func check(
    _ mean: Normalization.Statistic, _ deviation: Normalization.Statistic, _ unit: Double, _ place: SourceSpan?
  ) throws(Diagnostic) {
    if case .value(let value) = deviation, !(value > 0) {
      throw Diagnostic(.outOfRange, .error, "`std` is \(value); it must be above 0", at: place)
    }
    for case (let name, .value(let value)) in [("mean", mean), ("std", deviation)] where unit > 1 && abs(value) > 1 {
      throw Diagnostic(
        .outOfRange, .error, "`\(name) \(value)` is outside 0...1", at: place,
        notes: ["`mean` and `std` count the values of pixels from 0 to 1, whatever the file holds"],
        fixes: [.init("`\(name) \(value / unit)`, if it was meant for 0...255")])
    }
  }

  /// `(x - subtracted) / divisor` as `x * scale + shift`; a divisor of 0 counts as 1.
  private static func shiftAndDivide(_ subtracted: [Double], _ divisor: [Double]) -> (scale: [Float], shift: [Float]) {
    let scale = divisor.map { $0 > 0 ? 1 / $0 : 1 }
    return (scale.map { Float($0) }, zip(subtracted, scale).map { Float(-$0 * $1) })
  }
}

extension Examples.Storage {
  var isBytes: Bool {
    switch self {
    case .bytes, .files: true
    case .floats, .windows: false
    }
  }
}
