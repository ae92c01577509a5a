/// What the first nodes do with the graph's input says what its axes are.
struct InputUse {
  private let first: [ONNXNode]
  /// The value that the first node of interest reads.
  private let name: String
  /// A node makes other numbers of it.
  let isCast: Bool

  private static let passing: Set<String> = [
    "Identity", "Cast", "Mul", "Add", "Sub", "Div", "Relu", "BatchNormalization", "Dropout", "LeakyRelu", "Sigmoid", "Tanh",
  ]

  init(_ input: String, _ nodes: [ONNXNode]) {
    var readersOf: [String: [ONNXNode]] = [:]
    for node in nodes where node.operation != "Shape" {
      for value in Set(node.inputs) { readersOf[value, default: []].append(node) }
    }
    var name = input
    var readers = readersOf[name] ?? []
    var isCast = false
    // No further than there are nodes: a broken graph may go in circles.
    for _ in nodes {
      guard readers.count == 1, Self.passing.contains(readers[0].operation), let output = readers[0].outputs.first else { break }
      if readers[0].operation == "Cast" { isCast = true }
      guard let next = readersOf[output] else { break }
      (name, readers) = (output, next)
    }
    self.name = name
    self.isCast = isCast
    first = readers
  }

  /// The input is a list of rows of a table.
  var isLookedUp: Bool { first.contains { $0.operation == "Gather" && $0.inputs.last == name || $0.operation == "OneHot" } }

  /// Rows of the table that the tokens are looked up in.
  func vocabulary(_ graph: ONNXGraph) -> Int? {
    for node in first {
      guard
        let table = graph.initializers.first(where: {
          $0.name == node.inputs[node.operation == "OneHot" ? min(1, node.inputs.count - 1) : 0]
        })
      else { continue }
      if node.operation == "OneHot", case .integers(let depth) = table.values { return depth.first }
      return table.shape.first
    }
    return nil
  }

  private func has(_ operations: String...) -> Bool { first.contains { operations.contains($0.operation) } }

  private var orders: [[Int]] {
    first.compactMap { node in
      guard node.operation == "Transpose", case .integers(let order)? = node.attributes.first(where: { $0.name == "perm" })?.value else {
        return nil
      }
      return order
    }
  }

  /// By axis of the tensor the axis of the shape; nil is the batch. Images are height, width, channels there, sequences steps, features.
  func layout(_ rank: Int) -> [[Int?]] {
    switch rank {
    case 4:
      // Keras writes channels last and turns them round before the first convolution.
      let isTurned = orders.contains([0, 3, 1, 2])
      return isTurned ? [[nil], [0], [1], [2]] : [[nil], [2], [0], [1]]
    case 3:
      if has("LSTM", "GRU", "RNN") {
        let isBatchFirst = first.contains { node in node.attributes.contains { $0.name == "layout" && $0.value == .integer(1) } }
        return isBatchFirst ? [[nil], [0], [1]] : [[0], [nil], [1]]
      }
      if has("Conv", "MaxPool", "AveragePool", "GlobalAveragePool", "GlobalMaxPool") { return [[nil], [1], [0]] }
      return [[nil], [0], [1]]
    case _: return [[nil], [0]]
    }
  }

  /// `N x 3 x 224 x 224`
  static func text(_ dimensions: [ONNXDimension]) -> String {
    dimensions.map { dimension in
      switch dimension {
      case .size(let size): size > 0 ? String(size) : "?"
      case .named(let name): name.isEmpty ? "?" : name
      }
    }.joined(separator: " x ")
  }
}
