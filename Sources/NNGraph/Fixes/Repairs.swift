import NNDiagnostics
import NNLayers

/// What a person would try where a shape does not fit, the likeliest first. Each is tried on a copy before it is offered.
struct Repairs {
  let bound: BoundLayer
  let input: Shape
  /// From the input to what the layer gets.
  let path: [Trail.Step]

  private var word: String { bound.signature.word }

  // MARK: NN301

  /// The order of sizes, padding here, one pool less, a smaller window.
  var forWindow: [Diagnostic.Fix] {
    [turnedInput, turnedSize, padding(bound)].compactMap { $0 } + withoutPools + [smallerWindow].compactMap { $0 }
  }

  /// `input 1x28x28`: another framework's order again.
  private var turnedInput: Diagnostic.Fix? {
    guard let first = path.first, first.before == nil, first.span.text.hasPrefix("input"), let turned = SizeOrder.turned(first.shape) else {
      return nil
    }
    return .replacing("if the channels were meant to come first: nnc writes them last", first.span, with: "input \(turned)")
  }

  /// `32x3x3` for `3x3x32`, where another framework's order was meant.
  private var turnedSize: Diagnostic.Fix? {
    guard let size = bound.bound.arguments.size("size"), size.count == 3, size[0] > size[2], let span = bound.bound.spans["size"] else {
      return nil
    }
    return .replacing(
      "if the output channels were meant to come first: nnc writes them last", span, with: "\(size[1])x\(size[2])x\(size[0])")
  }

  private func padding(_ bound: BoundLayer) -> Diagnostic.Fix? {
    guard let edit = bound.paddingEdit else { return nil }
    return .init("pad this window", .probable, edits: [edit])
  }

  private var withoutPools: [Diagnostic.Fix] {
    path.reversed().compactMap { step in
      guard let layer = step.bound, layer.layer is any WindowedPool, let edit = StageRemoval.edit(step.span) else { return nil }
      return .init("leave out the `\(layer.text)` of line \(step.span.startPosition.line)", .probable, edits: [edit])
    }
  }

  /// A window of what is there.
  private var smallerWindow: Diagnostic.Fix? {
    guard input.kind == .image, let span = bound.bound.spans["size"], let least = input.dimensions.prefix(2).min() else { return nil }
    if let size = bound.bound.arguments.size("size"), size.count == 3 {
      let odd = least % 2 == 1 ? least : max(1, least - 1)
      return .replacing("a window that fits: \(odd)x\(odd)", span, with: "\(odd)x\(odd)x\(size[2])")
    }
    guard bound.layer is any WindowedPool, least > 1 else { return nil }
    return .replacing("a window that fits: \(least)x\(least)", span, with: "\(least)")
  }

  // MARK: NN302

  /// The kind of size that the input asks for; the stage that changed the kind left out; one inserted that changes it.
  func forKind(_ needs: [Shape.Kind]) -> [Diagnostic.Fix] {
    var fixes: [Diagnostic.Fix] = []
    if let span = bound.bound.spans["size"], let size = bound.bound.arguments.size("size") {
      if input.kind == .image, size.count == 2 {
        // `3x3` is a window that lacks its channels, `3x32` one that lacks its width.
        let text = "\(size[0])x\(size[0])x\(size[0] == size[1] ? 32 : size[1])"
        fixes.append(.replacing("a window over an image has three sizes, the channels that come out last", span, with: text))
      }
      if input.kind == .sequence, size.count == 3, needs.contains(.sequence) {
        fixes.append(.replacing("a window over a sequence has two sizes: steps x channels", span, with: "\(size[0])x\(size[2])"))
      }
    }
    if let changed = path.last(where: { !$0.isQuiet })?.bound, changed.layer is Flatten || changed.layer is GlobalAvgPool,
      let edit = StageRemoval.edit(changed.span)
    {
      fixes.append(.init("keep the image: leave out `\(changed.text)`", .probable, edits: [edit]))
    }
    let place = bound.span.atStart
    if needs.contains(.vector) {
      let words: [(word: String, title: String)]
      switch input.kind {
      case .image: words = [("gap", "take the mean over all places first"), ("flatten", "flatten the image first")]
      case .sequence:
        words = [("last", "use the last state only"), ("mean", "average over time"), ("flatten", "put all steps in a row")]
      case .vector, .tokens: words = []
      }
      fixes += words.filter { Words.isLayer($0.word) }.map { .init($0.title, .probable, edits: [.init(place, "\($0.word) | ")]) }
    }
    if needs == [.sequence] { fixes += asSequence(input, at: place) }
    if input.kind == .tokens {
      let widths: [(word: String, title: String)] = [
        ("embed 64", "give each character a vector first"), ("onehot", "or one number per character"),
      ]
      fixes += widths.filter { Words.isLayer($0.word.split(separator: " ").first.map(String.init) ?? "") }.map {
        .init($0.title, .probable, edits: [.init(place, "\($0.word) | ")])
      }
    }
    return fixes
  }

  /// A vector as steps of one number, an image as its rows.
  private func asSequence(_ input: Shape, at place: SourceSpan) -> [Diagnostic.Fix] {
    let (size, title): (String, String)
    switch input {
    case .vector(let count): (size, title) = ("\(count)x1", "take it as \(count) steps of one number")
    case .image(let height, let width, let channels):
      let (features, overflow) = width.multipliedReportingOverflow(by: channels)
      guard !overflow else { return [] }
      (size, title) = ("\(height)x\(features)", "take its rows as steps")
    case .sequence, .tokens: return []
    }
    return [.init(title, .probable, edits: [.init(place, "reshape \(size) | ")])]
  }

  // MARK: NN303, NN309

  /// The divisors of a count, the nearest first.
  func forDivisor(_ argument: String, _ value: Int, of count: Int) -> [Diagnostic.Fix] {
    guard let span = bound.bound.spans[argument] else { return [] }
    let divisors = (1...max(1, min(count, 1 << 12))).filter { count % $0 == 0 && $0 != value }
    let near = divisors.sorted { (abs($0 - value), $1) < (abs($1 - value), $0) }.prefix(6)
    return near.map { .replacing("`\(argument) \($0)` divides them", span, with: "\($0)") }
  }

  /// One size made to fit the others, the last first.
  func forReshape(_ sizes: [Int]) -> [Diagnostic.Fix] {
    guard let span = bound.bound.spans["shape"] else { return [] }
    return sizes.indices.reversed().compactMap { index in
      let others = sizes.indices.filter { $0 != index }.reduce(1) { $0.multipliedReportingOverflow(by: sizes[$1]).partialValue }
      guard others > 0, input.count % others == 0 else { return nil }
      var fitting = sizes
      fitting[index] = input.count / others
      let text = fitting.map(String.init).joined(separator: "x")
      return .replacing("`\(word) \(text)` holds \(input.count.grouped)", span, with: text)
    }
  }
}

extension Repairs {
  /// NN305 and NN306: padding in every convolution of groups that make the image smaller.
  static func padding(in elements: [Element]) -> Diagnostic.Fix? {
    var places = PaddedPlaces()
    _ = elements.map { $0.padded(&places) }
    guard !places.edits.isEmpty else { return nil }
    return .init("keep the size with padding in every conv", .probable, edits: places.edits)
  }
}
