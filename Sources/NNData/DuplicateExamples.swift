import NNDiagnostics

/// Examples that are, number for number, in the training part and in another one.
public struct DuplicateExamples: Sendable {
  /// Of the other part, and the first of the training part that is the same.
  public let pairs: [(other: Int, train: Int)]

  /// Windows of a series overlap by nature, and are not compared.
  public init(train: Examples, other: Examples) {
    var pairs: [(other: Int, train: Int)] = []
    if train.size == other.size, train.size > 0, !train.isSeries, !other.isSeries {
      var first: [UInt64: Int] = [:]
      for example in 0..<train.count {
        let hash = train.hash(of: example)
        if first[hash] == nil { first[hash] = example }
      }
      for example in 0..<other.count {
        if let same = first[other.hash(of: example)], train.equals(same, other, example) { pairs.append((example, same)) }
      }
    }
    self.pairs = pairs
  }

  /// NN504, for pictures: rows of a table are often alike without being the same thing.
  func warning(_ train: Examples, _ other: Examples, part: String) -> Diagnostic? {
    guard !pairs.isEmpty else { return nil }
    let shown = pairs.prefix(3).map { "\(other.place(of: $0.other)) = \(train.place(of: $0.train))" }.joined(separator: ", ")
    let examples = pairs.count == 1 ? "1 image of the \(part) part is" : "\(number(pairs.count)) images of the \(part) part are"
    return Diagnostic(
      .duplicates, .warning, "\(examples) in the training part, too (same pixels): \(shown)\(pairs.count > 3 ? " …" : "")",
      notes: ["the network has seen these answers in training: the result on this part is better than the network is"])
  }
}

extension Examples {
  /// FNV-1a, 64 bits (Fowler, Noll, Vo), over the numbers of an example.
  fileprivate func hash(of example: Int) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    let range = example * size..<(example + 1) * size
    switch storage {
    case .bytes, .files: withBytes(of: example) { for byte in $0 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 } }
    case .floats(let floats):
      floats.withUnsafeBufferPointer { for i in range { hash = (hash ^ UInt64($0[i].bitPattern)) &* 0x100_0000_01b3 } }
    case .windows: break
    }
    return hash
  }

  fileprivate func equals(_ own: Int, _ other: Examples, _ example: Int) -> Bool {
    let (a, b) = (own * size..<(own + 1) * size, example * size..<(example + 1) * size)
    switch (storage, other.storage) {
    case (.floats(let own), .floats(let others)): return own[a].elementsEqual(others[b])
    case (.bytes, .bytes), (.files, .files), (.bytes, .files), (.files, .bytes):
      guard let own = bytes(of: own), let others = other.bytes(of: example) else { return false }
      return own == others
    case (.bytes, _), (.floats, _), (.windows, _), (.files, _): return false
    }
  }
}
