import Testing

@testable import NNInterchange

/// Graphs that no exporter writes: each once made the importer trap, run for ever, or take all memory.
@Suite(.timeLimit(.minutes(1))) struct DamagedGraphTests {
  /// The reason that the first node is refused for.
  private func refusal(_ model: ONNXModel) -> String {
    do {
      return "read: \(try ONNXImport(model, name: "net").text)"
    } catch {
      switch error {
      case .model(let reason): return reason
      case .nodes(let problems): return problems.first?.reason ?? ""
      }
    }
  }

  // MARK: Constants

  @Test func aSliceNamesAnAxisOnce() {
    let nodes = [node("Slice", ["c", "starts", "ends", "axes"], "s"), node("Reshape", ["x", "s"], "y")]
    let constants = [integers("c", Array(1...10)), integers("starts", [0, 5]), integers("ends", [2, 8]), integers("axes", [0, 0])]
    #expect(refusal(model(nodes, constants: constants)) == "an axis is named twice")
  }

  /// The sign of the result is the divisor's (the operator `Mod`): -7 mod 3 is 2.
  @Test func remaindersOfExtremes() {
    func reshaped(_ a: Int, _ b: Int) -> String {
      let nodes = [
        node("Mod", ["a", "b"], "m"), node("Concat", ["m", "rest"], "s", [("axis", .integer(0))]), node("Reshape", ["x", "s"], "y"),
      ]
      return refusal(model(nodes, constants: [integers("a", [a]), integers("b", [b]), integers("rest", [4])]))
    }
    #expect(reshaped(-7, 3) == "4036 numbers do not fit into 2x4")
    #expect(reshaped(7, -3) == "a size of the new shape is -2")
    #expect(reshaped(Int.min, -1).hasPrefix("read:"))
    #expect(reshaped(Int.max - 1, Int.max) == "the new shape 9223372036854775806x4 is too large")
    #expect(reshaped(1, 0) == "a size is too large")
  }

  @Test func sizesAreWholeNumbers() {
    for (number, text) in [(Float.nan, "nan"), (1e30, "1.0000000150474662e+30")] {
      let nodes = [node("Cast", ["c"], "s", [("to", .integer(7))]), node("Reshape", ["x", "s"], "y")]
      #expect(
        refusal(model(nodes, constants: [ONNXTensor(name: "c", shape: [1], values: .floats([number]))])) == "\(text) is no whole number")
    }
  }

  /// A tensor without numbers may have other sizes that no product can hold.
  @Test func emptyConstantsHaveSizesToo() {
    let huge = [0, 1 << 62, 4]
    let tensor = ONNXTensor(name: "c", shape: huge, values: .floats([]))
    #expect(throws: ProtobufProblem("the shape of `c` is too large")) {
      try ONNXModel(decoding: model([], constants: [tensor]).encoded())
    }
    let flattened = [node("ConstantOfShape", ["s"], "c"), node("Flatten", ["c"], "f"), node("Add", ["x", "f"], "y")]
    #expect(refusal(model(flattened, constants: [integers("s", huge)])) == "a constant of 0x4611686018427387904x4 is too large")
    let empty = ONNXTensor(name: "c", shape: [0], values: .floats([]))
    let reshaped = [
      node("Reshape", ["c", "s"], "r", [("allowzero", .integer(1))]), node("Transpose", ["r"], "f"), node("Add", ["x", "f"], "y"),
    ]
    #expect(refusal(model(reshaped, constants: [integers("s", huge), empty])) == "the new shape 0x4611686018427387904x4 is too large")
  }

  @Test func constantsDoNotDoubleForEver() {
    var nodes = (0..<60).map { node("Concat", ["c\($0)", "c\($0)"], "c\($0 + 1)", [("axis", .integer(0))]) }
    nodes.append(node("Add", ["x", "c60"], "y"))
    #expect(refusal(model(nodes, constants: [integers("c0", [1])])) == "what is worked out from constants takes more than 16777232 numbers")
    let rows = [
      node("ConstantOfShape", ["s"], "zeros", [("value", .tensor(integers("", [0])))]),
      node("Gather", ["zeros", "zeros"], "g", [("axis", .integer(0))]), node("Gather", ["t", "zeros"], "h", [("axis", .integer(0))]),
      node("Add", ["x", "h"], "y"),
    ]
    let table = ONNXTensor(name: "t", shape: [1, 8192], values: .floats([Float](repeating: 1, count: 8192)))
    #expect(refusal(model(rows, constants: [integers("s", [8192]), table])) == "a constant of 8192x8192 is too large")
  }

  /// Of a file beside the model that nobody read.
  @Test func numbersThatAreElsewhere() {
    var tensor = ONNXTensor(name: "w", shape: [4, 4], values: .floats([]))
    tensor.location = ONNXLocation(file: "weights.bin", offset: 0, length: nil, type: 1)
    let reason = "the numbers of `w` lie in the file `weights.bin`, which was not read"
    #expect(refusal(model([node("MatMul", ["x", "w"], "y")], constants: [tensor])) == reason)
    let nodes = [node("Constant", [], "w", [("value", .tensor(tensor))]), node("MatMul", ["x", "w"], "y")]
    #expect(refusal(model(nodes)) == reason)
  }

  /// They are found in a node's attribute as well.
  @Test func numbersOfAttributesAreRead() throws {
    // TensorProto: dims 1 and 4, FLOAT, its name, `location` and `data_location` EXTERNAL.
    var tensor = ProtobufWriter()
    tensor.packed(1, [4, 1])
    tensor.integer(2, 1)
    tensor.text(8, "w")
    tensor.message(13) {
      $0.text(1, "location")
      $0.text(2, "weights.bin")
    }
    tensor.integer(14, 1)
    var attribute = ProtobufWriter()
    attribute.text(1, "value")
    attribute.data(5, tensor.bytes)
    attribute.integer(20, 4)
    var constant = ProtobufWriter()
    constant.text(2, "w")
    constant.text(4, "Constant")
    constant.data(5, attribute.bytes)
    var graph = ProtobufWriter()
    graph.data(1, constant.bytes)
    model([node("MatMul", ["x", "w"], "y")]).graph.encode(&graph)
    var file = ProtobufWriter()
    file.data(7, graph.bytes)
    file.message(8) { $0.integer(2, 17) }
    let numbers: [UInt8] = [0, 0, 128, 63, 0, 0, 0, 64, 0, 0, 64, 64, 0, 0, 128, 64]
    let read = try ONNXModel(decoding: file.bytes) { name throws(ProtobufProblem) in name == "weights.bin" ? numbers : [] }
    #expect(try ONNXImport(read, name: "net").weights.map(\.values) == [[1, 2, 3, 4]])
  }

  @Test func placesInFilesAreNumbers() {
    var tensor = ProtobufWriter()
    tensor.integer(1, 4)
    tensor.integer(2, 1)
    tensor.text(8, "w")
    for (key, value) in [("location", "weights.bin"), ("offset", "16 ")] {
      tensor.message(13) {
        $0.text(1, key)
        $0.text(2, value)
      }
    }
    tensor.integer(14, 1)
    #expect(throws: ProtobufProblem("the offset of `w` in its file is `16 `, no whole number")) { try ONNXTensor(tensor.bytes[...]) }
  }

  // MARK: Layers

  @Test func aRegressorWithMoreTargetsThanFit() {
    var regressor = node("LinearRegressor", ["x"], "y", [("targets", .integer(1 << 62)), ("coefficients", .floats([1, 2, 3, 4]))])
    regressor.domain = ONNXModel.machineLearning
    #expect(refusal(model([regressor])) == "its coefficients do not fit 4 inputs")
  }

  /// What looks like a network written step by step: a slice of nothing, and weights that are whole numbers.
  @Test func almostRecurrent() {
    let bounds: [(String, ONNXAttribute)] = [("axes", .integers([0])), ("starts", .integers([0])), ("ends", .integers([1]))]
    let slice = [
      node("Slice", [], "s", bounds), node("Squeeze", ["s"], "q", [("axes", .integers([0]))]), node("Add", ["q", "start"], "a"),
      node("Tanh", ["a"], "y"),
    ]
    #expect(refusal(model(slice)).contains("input 1 does not come from the network's input"))
    let whole = [
      node("Transpose", ["x"], "t", [("perm", .integers([1, 0, 2]))]), node("MatMul", ["t", "w"], "p"),
      node("Slice", ["p"], "s0", bounds), node("Squeeze", ["s0"], "x0", [("axes", .integers([0]))]), node("Add", ["start", "x0"], "a0"),
      node("Tanh", ["a0"], "h0"), node("MatMul", ["h0", "u"], "m1"), node("Slice", ["p", "one", "two", "zero"], "s1"),
      node("Squeeze", ["s1"], "x1", [("axes", .integers([0]))]), node("Add", ["m1", "x1"], "a1"), node("Tanh", ["a1"], "h1"),
      node("Concat", ["h0", "h1"], "y", [("axis", .integer(0))]),
    ]
    let matrices = ["w", "u"].map { ONNXTensor(name: $0, shape: [1, 1], values: .integers([1])) }
    let start = ONNXTensor(name: "start", shape: [1, 1, 1], values: .floats([0]))
    let places = [integers("zero", [0]), integers("one", [1]), integers("two", [2])]
    #expect(refusal(model(whole, input: [2, 1], constants: matrices + [start] + places)).contains("not a matrix of numbers"))
  }

  /// Products of columns double their degree with each node; `poly 64` is the highest, and its columns are counted before they are listed.
  @Test func productsOfColumns() {
    var nodes = [node("Gather", ["x", "i"], "g0", [("axis", .integer(1))])]
    nodes += (0..<60).map { node("Mul", ["g\($0)", "g\($0)"], "g\($0 + 1)") }
    nodes.append(node("Concat", ["x", "g60"], "y", [("axis", .integer(1))]))
    #expect(refusal(model(nodes, constants: [integers("i", [0, 1])])) == "products of more than 64 columns are no `poly`")
    let few = Array(nodes[..<5]) + [node("Concat", ["x", "g4"], "y", [("axis", .integer(1))])]
    #expect(refusal(model(few, input: [1000], constants: [integers("i", [0, 1])])) == "its columns are not those of `poly 16`")
  }

  // MARK: Sizes

  /// An input is only a claim; nothing is to be made of its size that takes memory.
  @Test func aWideInputTakesNoMemory() {
    let bounds: [(String, ONNXAttribute)] = [("axes", .integers([1])), ("starts", .integers([1])), ("ends", .integers([1 << 30]))]
    let wide = [1 << 31]
    #expect(
      refusal(model([node("Slice", ["x"], "y", bounds)], input: wide, batch: .size(1))).contains("it takes 1073741823 places of an axis"))
    #expect(refusal(model([node("Split", ["x"], "y")], input: wide, batch: .size(1))) == "its parts are of different sizes")
    let gather = [node("Gather", ["x", "i"], "g", [("axis", .integer(1))]), node("Concat", ["x", "g"], "y", [("axis", .integer(1))])]
    #expect(
      refusal(model(gather, input: wide, batch: .size(1), constants: [integers("i", [0, 1])])) == "its columns are not those of `poly 1`")
    let scaled = [node("Relu", ["x"], "r"), node("Mul", ["r", "c"], "y")]
    let two = ONNXTensor(name: "c", values: .floats([2]))
    #expect(refusal(model(scaled, input: wide, batch: .size(1), constants: [two])) == "a norm of 2147483648 channels is too large")
    let row = ONNXTensor(name: "c", shape: [1, 1, 1, 1 << 15], values: .floats([Float](repeating: 1, count: 1 << 15)))
    #expect(
      refusal(model([node("Add", ["x", "c"], "y")], input: [1, 1 << 15, 1 << 15], batch: .size(1), constants: [row]))
        == "the constant does not fit")
  }

  /// A join of a value with itself, again and again: twice as many channels each time.
  @Test func channelsDoNotDoubleForEver() {
    var nodes = (0..<60).map { node("Concat", ["c\($0)", "c\($0)"], "c\($0 + 1)", [("axis", .integer(1))]) }
    nodes[0].inputs = ["x", "x"]
    nodes[59].outputs = ["y"]
    #expect(refusal(model(nodes)) == "1009 examples of 2199023255552 are too large")
  }

  /// Residual blocks inside of one another; a file may have 200 groups so.
  @Test func nestedBlocks() {
    func nested(_ depth: Int) -> ONNXModel {
      let down = (0...depth).map { node($0 % 2 == 0 ? "Relu" : "Tanh", [$0 == 0 ? "x" : "v\($0 - 1)"], "v\($0)") }
      let up = (0..<depth).reversed().map {
        node("Add", [$0 == depth - 1 ? "v\(depth)" : "u\($0 + 1)", "v\($0)"], $0 == 0 ? "y" : "u\($0)")
      }
      return model(down + up)
    }
    #expect(refusal(nested(200)).hasPrefix("read:"))
    #expect(refusal(nested(600)) == "the paths that meet at a join of 4 (`add`) hold more than 200 joins inside of one another")
  }

  /// 2^30 examples of nearly 2^40 numbers each: the axes are merged to more than can be counted.
  @Test func aBatchThatCannotBeCounted() {
    let nodes = [
      node("ConvTranspose", ["x", "w"], "a", [("strides", .integers([1 << 16, 1 << 16]))]),
      node("ConvTranspose", ["a", "w"], "b", [("strides", .integers([15, 15]))]), node("Flatten", ["b"], "y", [("axis", .integer(0))]),
    ]
    let weight = ONNXTensor(name: "w", shape: [1, 1, 1, 1], values: .floats([1]))
    #expect(refusal(model(nodes, input: [1, 2, 2], batch: .size(1 << 30), constants: [weight])).contains("too large"))
  }
}
