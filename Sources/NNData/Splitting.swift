import NNDiagnostics
import NNRecipe

/// Which examples belong to which part; each list ascending, so that the data keeps its order.
struct Division: Equatable {
  var train: [Int32]
  var validation: [Int32]
  var test: [Int32]
  var unused: Int
}

/// Divides examples as `split` says; a function of the seed, the rule and the labels alone.
///
/// Parts that are not stated: `train` takes what the others leave. Where `train` is stated, the rest is the test part, or the
/// validation part if the data has a test set of its own. Without a `split`, data without a test set is cut 80 to 20.
/// `stratified` gives each part the same share of every class, to within one example.
struct Splitter {
  var split: Split
  var fold: Int
  var seed: UInt64
  /// The data has such a set of its own, which stays as it is.
  var hasValidation: Bool
  var hasTest: Bool
  var place: SourceSpan?

  init(_ request: DataRequest, hasValidation: Bool, hasTest: Bool) {
    split = request.split
    fold = request.fold
    seed = request.seed
    self.hasValidation = hasValidation
    self.hasTest = hasTest
    place = request.statements["split"]
  }

  func divide(count: Int, labels: [Int32]) throws(Diagnostic) -> Division {
    try checkGivenSets()
    var order = shuffled(count: count, labels: labels)
    if let folds = split.folds { return try folded(order, folds) }
    let (train, validation, test) = try sizes(count)
    let cuts = (train, train + validation, train + validation + test)
    let parts = [0..<cuts.0, cuts.0..<cuts.1, cuts.1..<cuts.2]
    for part in parts { order[part].sort() }
    let (last, middle) = (Array(order[parts[2]]), Array(order[parts[1]]))
    order.removeLast(count - cuts.0)
    return Division(train: order, validation: middle, test: last, unused: count - cuts.2)
  }

  /// Examples that overlap and have an order: the first of them train, the last ones test, so that no part's targets are in another.
  func divideInOrder(count: Int) throws(Diagnostic) -> Division {
    try checkGivenSets()
    if split.stratified { throw problem("`stratified` has no meaning here: a series and a text are divided in their order") }
    if split.folds != nil { throw problem("`fold` has no meaning here: a series and a text are divided in their order") }
    let (train, validation, test) = try sizes(count)
    let all = (0..<Int32(clamping: count)).map { $0 }
    return Division(
      train: Array(all[..<train]), validation: Array(all[train..<train + validation]),
      test: Array(all[(train + validation)..<train + validation + test]), unused: count - train - validation - test)
  }

  private func checkGivenSets() throws(Diagnostic) {
    if hasTest, split.test != nil {
      throw problem(
        "the data has a test set of its own, which `split` cannot change",
        help: "for a part to watch while training, `split validation 10%`")
    }
    if hasValidation, split.validation != nil || split.folds != nil {
      throw problem("the data has a validation set of its own, which `split` cannot change")
    }
  }

  /// All examples in random order. Stratified: sorted by their relative rank within their class, so that every stretch of the
  /// list holds each class in its share.
  private func shuffled(count: Int, labels: [Int32]) -> [Int32] {
    var random = Random(seed: seed, 0x5B1D)
    var order = (0..<Int32(count)).map { $0 }
    random.shuffle(&order)
    if isStratified, labels.count == count { merge(&order, labels) }
    return order
  }

  /// The examples of all classes by their relative rank within their class, (rank + 0.5) / size; equal ones by their number.
  private func merge(_ order: inout [Int32], _ labels: [Int32]) {
    let classes = Int(labels.max() ?? 0) + 1
    var ends = [Int](repeating: 0, count: classes)
    for label in labels { ends[Int(label)] += 1 }
    for number in 1..<max(1, classes) { ends[number] += ends[number - 1] }
    let starts = [0] + ends.dropLast()
    // Class after class, each in the given order.
    var byClass = [Int32](repeating: 0, count: order.count)
    var next = starts
    for example in order {
      let number = Int(labels[Int(example)])
      byClass[next[number]] = example
      next[number] += 1
    }
    next = starts
    var queue = PriorityQueue { (a: (rank: Double, example: Int32), b) in a < b }
    func offer(_ number: Int) {
      guard next[number] < ends[number] else { return }
      let rank = (Double(next[number] - starts[number]) + 0.5) / Double(ends[number] - starts[number])
      queue.insert((rank, byClass[next[number]]))
      next[number] += 1
    }
    for number in 0..<classes { offer(number) }
    var place = 0
    while let first = queue.removeFirst() {
      order[place] = first.example
      place += 1
      offer(Int(labels[Int(first.example)]))
    }
  }

  private var isUnstated: Bool { split.train == nil && split.validation == nil && split.test == nil && split.folds == nil }

  private var isStratified: Bool { split.stratified || isUnstated }

  private func folded(_ order: [Int32], _ folds: Int) throws(Diagnostic) -> Division {
    guard folds >= 2, folds <= order.count else {
      throw problem("`fold \(folds)` needs at least 2 folds and an example for each; the data has \(counted(order.count, "example"))")
    }
    var division = Division(train: [], validation: [], test: [], unused: 0)
    for (rank, example) in order.enumerated() {
      if rank % folds == fold { division.validation.append(example) } else { division.train.append(example) }
    }
    division.train.sort()
    division.validation.sort()
    return division
  }

  /// Whether a part is left to watch while training; the same rules as those of `sizes`, before examples are counted.
  var leavesValidation: Bool {
    if hasValidation || split.validation != nil || split.folds != nil { return true }
    guard hasTest, let train = split.train else { return false }
    return train != .fraction(1)
  }

  /// Examples per part.
  private func sizes(_ count: Int) throws(Diagnostic) -> (train: Int, validation: Int, test: Int) {
    if isUnstated {
      let test = hasTest || hasValidation || count < 2 ? 0 : max(1, (count + 2) / 5)
      return (count - test, 0, test)
    }
    let stated = try statedSizes(count)
    let (train, validation, test) = (stated[0], stated[1], stated[2])
    return try withRemainder(train, validation, test, count)
  }

  /// Gives what is left to the part that the statement leaves open.
  private func withRemainder(_ train: Int?, _ validation: Int?, _ test: Int?, _ count: Int) throws(Diagnostic) -> (Int, Int, Int) {
    let rest = count - (train ?? 0) - (validation ?? 0) - (test ?? 0)
    guard let train else {
      guard rest > 0 else { throw problem("`split` leaves none of the \(counted(count, "example")) for training") }
      return (rest, validation ?? 0, test ?? 0)
    }
    if hasTest { return (train, validation ?? (hasValidation ? 0 : rest), 0) }
    return (train, validation ?? 0, test ?? rest)
  }

  /// Examples of train, validation and test as the statement gives them; nil where it does not. Shares are rounded at their
  /// common borders, so that 50% and 50% of five examples are three and two.
  private func statedSizes(_ count: Int) throws(Diagnostic) -> [Int?] {
    var sizes: [Int?] = []
    var (share, sum) = (0.0, 0)
    for (name, part) in [("train", split.train), ("validation", split.validation), ("test", split.test)] {
      let size: Int
      switch part {
      case nil:
        sizes.append(nil)
        continue
      case .count(let n): size = n
      case .fraction(let fraction):
        guard fraction > 0, share + fraction <= 1 + 1e-9 else { throw problem("the parts of `split` are more than 100% of the data") }
        size = Int(((share + fraction) * Double(count)).rounded()) - Int((share * Double(count)).rounded())
        share += fraction
      }
      guard size > 0 else { throw problem("the \(name) part is empty: the data has only \(counted(count, "example"))") }
      guard size <= count - sum else {
        throw problem("`split` asks for \(counted(size, "example")) for \(name), \(number(count - sum)) of \(number(count)) are left")
      }
      sum += size
      sizes.append(size)
    }
    return sizes
  }

  private func problem(_ message: String, help: String? = nil) -> Diagnostic {
    Diagnostic(.splitParts, .error, message, at: place, fixes: help.map { [Diagnostic.Fix($0)] } ?? [])
  }
}
