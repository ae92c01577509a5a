import NNLayers

/// A piece of an axis that is moved as a whole. Axes are split and merged by reshaping; the pieces stay what they are.
struct Atom: Hashable {
  let id: Int
  let size: Int

  /// The examples of a batch.
  static let batchID = 0
  var isBatch: Bool { id == Atom.batchID }
}

/// A value that flows through the network: where it comes from, and how the axes of the tensor in the ONNX graph lie on those of nnc.
///
/// A transposition or a reshape that only moves axes changes nothing but this; it becomes a stage of the network only where it has to.
struct Flow {
  enum Source: Hashable {
    case input
    /// An index into the importer's stages.
    case stage(Int)
  }

  var source: Source
  var shape: Shape
  /// What each axis of `shape` is made of: H, W and C; T and D; D; T.
  var canonical: [[Atom]]
  /// What each axis of the tensor is made of.
  var axes: [[Atom]]
  /// Of an atom that is in no axis: the place of it that was taken.
  var picked: [Atom: Int] = [:]
  /// A factor that is still to be applied, on the way into an attention.
  var factor: Float = 1
  /// The likenesses of the steps in an attention that is read piece by piece.
  var scores: AttentionScores?
  /// The products of columns of a vector, on the way to `poly`.
  var monomials: [[Int]]?
  /// Rows and columns that a node has put around an image or a sequence.
  var padding: ImportedPadding?
  /// What the means of a pool are still to be multiplied by, where its windows hang over the end.
  var share: [Float]?
  /// Half of a pool `to` a size.
  var adaptive: AdaptiveHalf?

  /// Whether nothing of it is still to be said.
  var isWhole: Bool {
    picked.isEmpty && factor == 1 && scores == nil && monomials == nil && padding == nil && share == nil && adaptive == nil
  }

  /// Sizes of the tensor.
  var dimensions: [Int] { axes.map { $0.reduce(1) { $0 * $1.size } } }
}

/// A part of a canonical axis.
struct AxisPart: Equatable {
  /// nil for the batch.
  var axis: Int?
  /// Which of its atoms; nil for all of them, however the axis is cut.
  var atoms: Range<Int>?
}

extension Flow {
  /// Each axis of the tensor as parts of canonical axes; axes of size 1 have none.
  var layout: [[AxisPart]] {
    var places: [Int: (axis: Int, atom: Int)] = [:]
    for (axis, atoms) in canonical.enumerated() {
      for (place, atom) in atoms.filter({ $0.size != 1 }).enumerated() { places[atom.id] = (axis, place) }
    }
    let counts = canonical.map { $0.count { $0.size != 1 } }
    return axes.map { atoms in
      var parts: [AxisPart] = []
      for atom in atoms {
        if atom.isBatch {
          parts.append(AxisPart(axis: nil, atoms: nil))
        } else if let place = places[atom.id] {
          if let last = parts.last, last.axis == place.axis, let range = last.atoms, range.upperBound == place.atom {
            parts[parts.count - 1].atoms = range.lowerBound..<place.atom + 1
          } else {
            parts.append(AxisPart(axis: place.axis, atoms: place.atom..<place.atom + 1))
          }
        }
      }
      return parts.map { part in
        guard let axis = part.axis, part.atoms == 0..<counts[axis] else { return part }
        return AxisPart(axis: axis, atoms: nil)
      }
    }
  }

  /// Whether the tensor has these axes, each the canonical axes of these numbers one after the other; nil stands for the batch.
  func hasLayout(_ expected: [[Int?]]) -> Bool {
    let parts = expected.map { axes in
      axes.compactMap { axis -> AxisPart? in
        guard let axis else { return AxisPart(axis: nil, atoms: nil) }
        return canonical[axis].contains { $0.size != 1 } ? AxisPart(axis: axis, atoms: nil) : nil
      }
    }
    return layout == parts
  }

  /// Images N x C x H x W, sequences N x T x D, vectors N x D, tokens N x T.
  static func standardLayout(_ kind: Shape.Kind) -> [[Int?]] {
    switch kind {
    case .image: [[nil], [2], [0], [1]]
    case .sequence: [[nil], [0], [1]]
    case .vector, .tokens: [[nil], [0]]
    }
  }

  var isStandard: Bool { isWhole && hasLayout(Flow.standardLayout(shape.kind)) }

  /// The canonical axes in the order in which PyTorch and ONNX flatten them: C, H, W of an image.
  var fileOrder: [Int] { Flow.standardLayout(shape.kind).dropFirst().flatMap { $0.compactMap(\.self) } }

  /// All numbers of an example in one axis, in that order.
  var isFlatInFileOrder: Bool { isWhole && hasLayout([[nil], fileOrder]) }

  /// The axis of the tensor that holds channels or features and nothing else.
  var channelAxis: Int? {
    let last = canonical.count - 1
    let count = canonical[last].count { $0.size != 1 }
    if count == 0 { return axes.firstIndex { !$0.isEmpty && $0 == canonical[last] } }
    return layout.firstIndex { $0 == [AxisPart(axis: last, atoms: nil)] }
  }

  /// In words, for messages: `N x H x W x C`.
  var layoutText: String {
    let names: [String] =
      switch shape.kind {
      case .image: ["H", "W", "C"]
      case .sequence: ["T", "D"]
      case .vector: ["D"]
      case .tokens: ["T"]
      }
    return layout.map { parts in
      parts.isEmpty ? "1" : parts.map { $0.axis.map { names[$0] } ?? "N" }.joined(separator: "*")
    }.joined(separator: " x ")
  }
}

// MARK: Moving axes

extension Flow {
  func transposed(_ order: [Int]) -> Flow? {
    guard order.sorted() == Array(axes.indices) else { return nil }
    var result = self
    result.axes = order.map { axes[$0] }
    return result
  }

  /// The same pieces in axes of other sizes; nil where the pieces would have to be cut and cannot be.
  func regrouped(_ sizes: [Int], newAtom: (Int) -> Atom) -> Flow? {
    guard sizes.allSatisfy({ $0 > 0 }) else { return nil }
    var result = self
    var rest = axes.flatMap { $0 }[...]
    var regrouped: [[Atom]] = []
    for size in sizes {
      var axis: [Atom] = []
      var product = 1
      while let next = rest.first, product < size || next.size == 1 {
        // The pieces of size 1 stay where they are; a batch of one example is an axis of its own.
        if next.size == 1, product == size, !axis.isEmpty { break }
        if product * next.size > size {
          guard size % product == 0, !next.isBatch, next.size % (size / product) == 0 else { return nil }
          result.split(next, front: size / product, newAtom)
          rest = result.axes.flatMap { $0 }.suffix(rest.count + 1)
          continue
        }
        product *= next.size
        axis.append(next)
        rest = rest.dropFirst()
      }
      guard product == size else { return nil }
      regrouped.append(axis)
    }
    // What is left may be pieces of size 1.
    guard rest.allSatisfy({ $0.size == 1 }) else { return nil }
    if !rest.isEmpty, !regrouped.isEmpty { regrouped[regrouped.count - 1] += rest }
    result.axes = regrouped
    return result
  }

  /// Cuts an atom in two, wherever it stands.
  private mutating func split(_ atom: Atom, front: Int, _ newAtom: (Int) -> Atom) {
    let parts = [newAtom(front), newAtom(atom.size / front)]
    func replaced(_ axes: [[Atom]]) -> [[Atom]] { axes.map { $0.flatMap { $0 == atom ? parts : [$0] } } }
    canonical = replaced(canonical)
    axes = replaced(axes)
  }

  /// The same layout with other channels or features; nil where these have no axis of their own.
  func withChannels(_ source: Source, _ shape: Shape, _ atom: Atom) -> Flow? {
    guard let channelAxis, shape.kind == self.shape.kind else { return nil }
    var result = self
    (result.source, result.shape) = (source, shape)
    result.canonical[canonical.count - 1] = [atom]
    result.axes[channelAxis] = [atom]
    return result
  }

  var batchSize: Int { axes.flatMap { $0 }.first { $0.isBatch }?.size ?? 1 }
}
