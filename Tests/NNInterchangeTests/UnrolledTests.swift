import NNLayers
import Testing

@testable import NNInterchange

/// Elman networks written step by step, as PyTorch's newer exporter has them, and pools that are padded at one side.
@Suite struct UnrolledTests {
  private func floats(_ name: String, _ shape: [Int], from first: Float) -> ONNXTensor {
    ONNXTensor(name: name, shape: shape, values: .floats((0..<shape.reduce(1, *)).map { first + Float($0) }))
  }

  /// One direction over so many of three steps of two numbers, with three units.
  private func direction(
    _ name: String, isReverse: Bool = false, steps: Int = 3, operation: String = "Tanh", start: Float? = nil, zero: Float? = nil
  ) -> (nodes: [ONNXNode], constants: [ONNXTensor]) {
    let first: Float = isReverse ? 100 : 0
    var nodes = [node("MatMul", ["t", "\(name)w"], "\(name)p"), node("Add", ["\(name)p", "\(name)b"], "\(name)l")]
    if isReverse { nodes.append(node("Slice", ["\(name)l", "minus", "least", "zero", "minus"], "\(name)f")) }
    for step in 0..<steps {
      nodes.append(node("Slice", [isReverse ? "\(name)f" : "\(name)l", "at\(step)", "at\(step + 1)", "zero"], "\(name)s\(step)"))
      nodes.append(node("Squeeze", ["\(name)s\(step)", "zero"], "\(name)x\(step)"))
      var other = "\(name)start"
      if step > 0 {
        nodes += [
          node("MatMul", ["\(name)h\(step - 1)", "\(name)u"], "\(name)m\(step)"),
          node("Add", ["\(name)m\(step)", "\(name)c"], "\(name)a\(step)"),
        ]
        other = "\(name)a\(step)"
      }
      nodes += [node("Add", [other, "\(name)x\(step)"], "\(name)d\(step)"), node(operation, ["\(name)d\(step)"], "\(name)h\(step)")]
    }
    if zero != nil { nodes = beginningWithZeros(nodes, name) }
    let states = (0..<steps).map { "\(name)h\($0)" }
    nodes.append(node("Concat", isReverse ? states.reversed() : states, "\(name)y", [("axis", .integer(0))]))
    let constants = [
      floats("\(name)w", [2, 3], from: first + 1), floats("\(name)b", [3], from: first + 20), floats("\(name)u", [3, 3], from: first + 30),
      floats("\(name)c", [3], from: first + 50), floats("\(name)start", [1, 1, 3], from: start ?? first + 50),
      ONNXTensor(name: "\(name)zero", values: .floats([zero ?? 0])),
    ]
    return (nodes, constants)
  }

  /// The first state is made of as many zeros as there are examples, and not a constant.
  private func beginningWithZeros(_ nodes: [ONNXNode], _ name: String) -> [ONNXNode] {
    let zeros = [
      node("Shape", ["x"], "\(name)n", [("start", .integer(0)), ("end", .integer(1))]),
      node("Concat", ["at1", "\(name)n", "at3"], "\(name)z", [("axis", .integer(0))]),
      node("Expand", ["\(name)zero", "\(name)z"], "\(name)e"),
      node("MatMul", ["\(name)e", "\(name)u"], "\(name)q"), node("Add", ["\(name)q", "\(name)c"], "\(name)open"),
    ]
    return zeros
      + nodes.map { old in
        var node = old
        node.inputs = node.inputs.map { $0 == "\(name)start" ? "\(name)open" : $0 }
        return node
      }
  }

  private func read(_ parts: [(nodes: [ONNXNode], constants: [ONNXTensor])], _ rest: [ONNXNode]) throws -> ONNXImport {
    let nodes = [node("Transpose", ["x"], "t", [("perm", .integers([1, 0, 2]))])] + parts.flatMap(\.nodes) + rest
    let places = (0...3).map { integers("at\($0)", [$0]) }
    let others = [integers("zero", [0]), integers("minus", [-1]), integers("least", [Int.min])]
    return try ONNXImport(model(nodes, input: [3, 2], constants: parts.flatMap(\.constants) + places + others), name: "net")
  }

  private func stages(_ result: ONNXImport) -> String { result.text.split(separator: "\n").last.map(String.init) ?? "" }

  private func back(_ value: String) -> ONNXNode { node("Transpose", [value], "y", [("perm", .integers([1, 0, 2]))]) }

  @Test func stepsBecomeOneLayer() throws {
    let result = try read([direction("a")], [back("ay")])
    #expect(stages(result) == "rnn 3" && result.output == .sequence(steps: 3, features: 3))
    // Transposed: rows are units.
    #expect(result.weights.map(\.values) == [[1, 4, 2, 5, 3, 6], [30, 33, 36, 31, 34, 37, 32, 35, 38], [20, 21, 22], [50, 51, 52]])
    let open = try read([direction("a", zero: 0)], [back("ay")])
    #expect(stages(open) == "rnn 3" && open.weights.map(\.values) == result.weights.map(\.values))
    let relu = try read([direction("a", operation: "Relu")], [node("Squeeze", ["ah2", "zero"], "y")])
    #expect(stages(relu) == "rnn 3 relu | last" && relu.output == .vector(3))
  }

  @Test func twoDirectionsBecomeOneLayer() throws {
    let join = node("Concat", ["ay", "by"], "j", [("axis", .integer(2))])
    let result = try read([direction("a"), direction("b", isReverse: true)], [join, back("j")])
    #expect(stages(result) == "rnn 3 both" && result.output == .sequence(steps: 3, features: 6))
    #expect(result.weights.count == 8 && result.weights[4].values == [101, 104, 102, 105, 103, 106])
  }

  /// A damaged file, in which a value is made of itself.
  @Test func aValueOfItselfIsNotFollowed() {
    var turn = direction("a", zero: 0)
    turn.nodes = turn.nodes.map { $0.operation == "Expand" ? node("Squeeze", ["ae"], "ae") : $0 }
    #expect(throws: ONNXImport.Problem.self) { try read([turn], [back("ay")]) }
  }

  /// What looks like such a network and is none stays as it is, and is refused.
  @Test func othersAreRefused() {
    #expect(throws: ONNXImport.Problem.self) { try read([direction("a", steps: 2)], [node("Squeeze", ["ah1", "zero"], "y")]) }
    #expect(throws: ONNXImport.Problem.self) { try read([direction("a", start: 51)], [back("ay")]) }
    #expect(throws: ONNXImport.Problem.self) { try read([direction("a", zero: 1)], [back("ay")]) }
    #expect(throws: ONNXImport.Problem.self) { try read([direction("a")], [node("Squeeze", ["ah1", "zero"], "y")]) }
    #expect(throws: ONNXImport.Problem.self) { try read([direction("b", isReverse: true)], [back("by")]) }
  }

  /// Windows of two over seven rows: padding that no window reaches, one row of it at the end, and in front.
  @Test func poolsPaddedAtOneSide() throws {
    func pool(_ operation: String, _ size: Int, _ attributes: [(String, ONNXAttribute)]) throws -> String {
      let window: [(String, ONNXAttribute)] = [("kernel_shape", .integers([2, 2])), ("strides", .integers([2, 2]))]
      return stages(try ONNXImport(model([node(operation, ["x"], "y", window + attributes)], input: [1, size, size]), name: "net"))
    }
    let (end, front) = (("pads", ONNXAttribute.integers([0, 0, 1, 1])), ("pads", ONNXAttribute.integers([1, 1, 0, 0])))
    #expect(try pool("MaxPool", 8, [end]) == "maxpool 2")
    #expect(try pool("MaxPool", 7, [end]) == "maxpool 2 ceil")
    #expect(try pool("MaxPool", 7, [("auto_pad", .text("SAME_UPPER"))]) == "maxpool 2 ceil")
    #expect(try pool("MaxPool", 7, [front]) == "maxpool 2 pad 1")
    #expect(try pool("AveragePool", 7, [end]) == "avgpool 2 ceil")
    #expect(try pool("AveragePool", 7, [front, ("count_include_pad", .integer(1))]) == "avgpool 2 pad 1")
    // One more window with the padding on both sides; means over zeros at the end; means that leave zeros out.
    #expect(throws: ONNXImport.Problem.self) { try pool("MaxPool", 8, [front]) }
    #expect(throws: ONNXImport.Problem.self) { try pool("AveragePool", 7, [end, ("count_include_pad", .integer(1))]) }
    #expect(throws: ONNXImport.Problem.self) { try pool("AveragePool", 7, [front]) }
  }
}
