/// Counts of actual against predicted classes, and what follows from them. Definitions are scikit-learn's; a quotient 0/0 is 0.
public struct Classification: Sendable, Equatable {
  /// `confusion[actual][predicted]`
  public private(set) var confusion: [[Int]]

  public init(classes: Int) {
    confusion = Array(repeating: Array(repeating: 0, count: classes), count: classes)
  }

  /// Numbers outside of the classes are not counted; data sets refuse them before.
  public mutating func add(actual: Int, predicted: Int) {
    guard confusion.indices.contains(actual), confusion.indices.contains(predicted) else { return }
    confusion[actual][predicted] += 1
  }

  /// Examples that were counted; of a sequence with a target for each step, steps.
  public var count: Int { confusion.reduce(0) { $0 + $1.reduce(0, +) } }

  /// The share on the diagonal.
  public var accuracy: Double { ratio(confusion.indices.reduce(0) { $0 + confusion[$1][$1] }, count) }

  /// The mean of the classes' F1, each class counting the same; classes that neither occur nor are predicted are left out.
  public var macroF1: Double {
    let seen = confusion.indices.filter { scores[$0].support > 0 || predictions(of: $0) > 0 }
    return seen.isEmpty ? 0 : seen.reduce(0) { $0 + scores[$1].f1 } / Double(seen.count)
  }

  /// How one class does, as scikit-learn defines it: 0 where a quotient has no denominator.
  public struct Score: Sendable, Equatable {
    /// Of what was taken for the class, the share that is of it.
    public var precision: Double
    /// Of the class, the share that was recognised.
    public var recall: Double
    /// 2 right / (examples of the class + examples taken for it): the harmonic mean of precision and recall.
    public var f1: Double
    /// Examples of this class.
    public var support: Int
  }

  /// One per class.
  public var scores: [Score] {
    confusion.indices.map { index in
      let support = confusion[index].reduce(0, +)
      let predicted = predictions(of: index)
      let right = confusion[index][index]
      return Score(
        precision: ratio(right, predicted), recall: ratio(right, support), f1: ratio(2 * right, support + predicted), support: support)
    }
  }

  private func predictions(of index: Int) -> Int { confusion.reduce(0) { $0 + $1[index] } }

  private func ratio(_ part: Int, _ whole: Int) -> Double { whole == 0 ? 0 : Double(part) / Double(whole) }
}
