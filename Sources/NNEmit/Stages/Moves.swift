import NNLayers

/// Several values side by side along the channels.
struct Concatenation: Operation {
  var name: String { "concat" }
  var summary: String { "Side by side" }

  func write(_ function: inout StageFunction) {
    function.unitLoop("row", function.output.height) { function, row in
      function.loop("column", function.output.width) { function, column in
        function.pointers(row: row, column: column)
        var first = 0
        for (number, x) in function.inputs.enumerated() {
          let name = number == 0 ? "x" : "x\(number + 1)"
          let from = Index((row, x.rowStep), (column, x.pixelStep)).added(to: name)
          function.copy(from, to: Index(plus: first).added(to: "y"), count: x.channels)
          first += x.channels
        }
      }
    }
  }
}

/// The same numbers in another shape. Images are read and filled channel by channel, as PyTorch has them.
struct Rearrangement: Operation {
  var from: Shape
  var to: Shape

  var name: String { "rearrange" }
  var summary: String { "\(from) to \(to), in the order of channels, rows, columns" }

  func write(_ function: inout StageFunction) {
    let (x, y) = (function.inputs[0], function.output)
    function.unitLoop("place", from.count) { function, _ in
      function.line("y[\(place(of: to, y))] = x[\(place(of: from, x))]")
    }
  }

  /// Where the number at `place` lies: an image counts channels first.
  private func place(of shape: Shape, _ layout: Layout) -> String {
    switch shape {
    case .vector: return "place"
    case .sequence(_, let features):
      return Index(("(place / \(features))", layout.pixelStep), ("place % \(features)", 1)).description
    case .tokens: return Index(("place", layout.pixelStep)).description
    case .image(let height, let width, _):
      let (row, column) = ("(place / \(width) % \(height))", "(place % \(width))")
      return Index((row, layout.rowStep), (column, layout.pixelStep), ("place / \(height * width)", 1)).description
    }
  }
}

/// All products of up to `degree` inputs, by degree.
struct Monomials: Operation {
  var inputs: Int
  var degree: Int

  var name: String { "monomials" }
  var summary: String { "All products of up to \(degree) inputs" }

  func write(_ function: inout StageFunction) {
    function.line("y.update(from: x, count: \(inputs))")
    guard degree > 1 else { return }
    function.line("var place = \(inputs)")
    for factors in 2...degree { writeProducts(&function, of: factors, number: 1, product: "") }
  }

  /// A loop per factor; each begins where the one before stands.
  private func writeProducts(_ function: inout StageFunction, of factors: Int, number: Int, product: String) {
    function.block("for i\(number) in \(number == 1 ? "0" : "i\(number - 1)")..<\(inputs)") { function in
      let value = number == 1 ? "x[i1]" : "\(product) * x[i\(number)]"
      if number == factors {
        function.line("y[place] = \(value)")
        function.line("place &+= 1")
      } else {
        function.line("let product\(number) = \(value)")
        writeProducts(&function, of: factors, number: number + 1, product: "product\(number)")
      }
    }
  }
}

// MARK: Layers

extension Concat: Emittable {
  func emit(_ node: EmittedNode, into network: inout EmittedNetwork) -> Int { network.add(Concatenation(), node) }
}

extension Flatten: Emittable {
  func emit(_ node: EmittedNode, into network: inout EmittedNetwork) -> Int { network.rearrange(node) }
}

extension Reshape: Emittable {
  func emit(_ node: EmittedNode, into network: inout EmittedNetwork) -> Int { network.rearrange(node) }
}

extension Poly: Emittable {
  func emit(_ node: EmittedNode, into network: inout EmittedNetwork) -> Int {
    network.add(Monomials(inputs: node.node.inputShapes[0].count, degree: degree), node)
  }
}

extension EmittedNetwork {
  fileprivate mutating func rearrange(_ node: EmittedNode) -> Int {
    let input = node.node.inputShapes[0]
    return input == node.shape ? node.inputs[0] : add(Rearrangement(from: input, to: node.shape), node)
  }
}
