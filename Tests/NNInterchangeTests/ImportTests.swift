import Foundation
import NNLayers
import Testing

@testable import NNInterchange

@Suite struct ImportTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Reference/Interchange")

  private func stages(_ model: ONNXModel) throws -> String {
    let text = try ONNXImport(model, name: "net").text
    return String(text.split(separator: "\n\n", maxSplits: 1).last ?? "").trimmingCharacters(in: .newlines)
  }

  @Test func shapeArithmeticIsWorkedOut() throws {
    let nodes = [
      node("Shape", ["x"], "s"), node("Gather", ["s", "zero"], "n"), node("Unsqueeze", ["n", "axes"], "n1"),
      node("Concat", ["n1", "rest"], "t", [("axis", .integer(0))]),
      node("Reshape", ["x", "t"], "r"), node("GlobalAveragePool", ["r"], "g"), node("Flatten", ["g"], "y"),
    ]
    let constants = [
      ONNXTensor(name: "zero", values: .integers([0])), ONNXTensor(name: "axes", shape: [1], values: .integers([0])),
      ONNXTensor(name: "rest", shape: [3], values: .integers([3, -1, 2])),
    ]
    #expect(try stages(model(nodes, input: [12], constants: constants)) == "reshape 2x2x3 | gap")
  }

  /// A few bytes that claim 268 million numbers: found by libFuzzer, which waited for half a minute.
  @Test func constantsAreNotBlownUp() throws {
    for (operation, constant) in [("Expand", ONNXTensor(name: "c", shape: [1], values: .floats([1]))), ("ConstantOfShape", nil)] {
      let sizes = ONNXTensor(name: "s", shape: [2], values: .integers([1 << 14, 1 << 14]))
      let nodes = [node(operation, constant == nil ? ["s"] : ["c", "s"], "big"), node("Mul", ["x", "big"], "y")]
      #expect {
        try ONNXImport(model(nodes, constants: [sizes] + (constant.map { [$0] } ?? [])), name: "net")
      } throws: { error in
        guard case .nodes(let problems)? = error as? ONNXImport.Problem else { return false }
        return problems.contains { $0.reason == "a constant of 16384x16384 is too large" }
      }
    }
  }

  @Test func movedAxesLeaveNoTrace() throws {
    let nodes = [
      node("Transpose", ["x"], "a", [("perm", .integers([0, 2, 3, 1]))]), node("Relu", ["a"], "b"),
      node("Transpose", ["b"], "c", [("perm", .integers([0, 3, 1, 2]))]),
      node("MaxPool", ["c"], "d", [("kernel_shape", .integers([2, 2])), ("strides", .integers([2, 2]))]), node("Flatten", ["d"], "y"),
    ]
    #expect(try stages(model(nodes, input: [3, 4, 4])) == "relu | maxpool 2 | flatten")
  }

  /// Padding at the end alone, as TensorFlow's `same` has it at stride 2, is a kernel with a row and a column of zeros in front; padding in front alone, as
  /// of causal convolutions, one with zeros behind. The window [1 2; 3 4] of kernel row r and column c meets the same numbers as before.
  @Test func paddingOnOneSide() throws {
    let weight = ONNXTensor(name: "w", shape: [1, 1, 2, 3], values: .floats([1, 2, 3, 4, 5, 6]))
    let end = [("pads", ONNXAttribute.integers([0, 0, 1, 1])), ("strides", .integers([2, 2]))]
    let image = try ONNXImport(model([node("Conv", ["x", "w"], "y", end)], input: [1, 5, 6], constants: [weight]), name: "net")
    #expect(image.text.hasSuffix("conv 3x4x1 stride 2 pad 1 nobias\n") && image.output == .image(height: 3, width: 3, channels: 1))
    #expect(image.weights.map(\.values) == [[0, 0, 0, 0, 0, 1, 2, 3, 0, 4, 5, 6]])
    let line = ONNXTensor(name: "w", shape: [1, 1, 3], values: .floats([1, 2, 3]))
    let front = [("pads", ONNXAttribute.integers([4, 0])), ("dilations", .integers([2]))]
    let steps = try ONNXImport(model([node("Conv", ["x", "w"], "y", front)], input: [1, 9], constants: [line]), name: "net")
    #expect(steps.text.contains("conv 5x1 pad 4 dilate 2 nobias") && steps.output == .sequence(steps: 9, features: 1))
    #expect(steps.weights.map(\.values) == [[1, 2, 3, 0, 0]])
    let odd = [("pads", ONNXAttribute.integers([1, 0])), ("dilations", .integers([2]))]
    #expect(throws: ONNXImport.Problem.self) {
      try ONNXImport(model([node("Conv", ["x", "w"], "y", odd)], input: [1, 9], constants: [line]), name: "net")
    }
  }

  /// A norm written as ten nodes is a `layernorm` over the last axis. The same over the steps, scaled per feature, is none.
  @Test func normsOfPieces() throws {
    func nodes(_ axis: Int) -> [ONNXNode] {
      let over: [(String, ONNXAttribute)] = [("axes", .integers([axis]))]
      return [
        node("ReduceMean", ["x"], "m", over), node("Sub", ["x", "m"], "d"), node("Mul", ["d", "d"], "s"),
        node("ReduceMean", ["s"], "v", over),
        node("Add", ["v", "e"], "p"), node("Sqrt", ["p"], "r"), node("Div", ["d", "r"], "q"), node("Mul", ["q", "w"], "t"),
        node("Add", ["t", "b"], "y"),
      ]
    }
    let constants = [
      ONNXTensor(name: "e", values: .floats([1e-5])), ONNXTensor(name: "w", shape: [3], values: .floats([1, 2, 3])),
      ONNXTensor(name: "b", shape: [3], values: .floats([4, 5, 6])),
    ]
    for axis in [2, -1] { #expect(try stages(model(nodes(axis), input: [5, 3], constants: constants)) == "layernorm") }
    do {
      _ = try ONNXImport(model(nodes(1), input: [5, 3], constants: constants), name: "net")
      Issue.record("a norm over the steps was read")
    } catch {
      guard case .nodes(let problems) = error else { throw error }
      #expect(problems.map(\.reason) == ["it begins at axis 1 of N x T x D; `layernorm` goes over the last axis alone"])
    }
  }

  /// What a loop does stands inside of it: the loop is named, not the condition that it begins with.
  @Test func loopsAreNamed() {
    let nodes = [
      node("Less", ["a", "b"], "c"), node("And", ["c", "c"], "d"), node("Sin", ["x"], "s"), node("Loop", ["b", "d", "s"], "y"),
    ]
    let constants = [ONNXTensor(name: "a", values: .integers([0])), ONNXTensor(name: "b", values: .integers([8]))]
    do {
      _ = try ONNXImport(model(nodes, constants: constants), name: "net")
      Issue.record("a loop was read")
    } catch {
      guard case .nodes(let problems) = error else {
        Issue.record(error)
        return
      }
      #expect(problems.map(\.operation) == ["Sin", "Loop"] && problems[1].reason.contains("`GRU`") && problems[1].reason.contains("Keras"))
    }
  }

  /// Two skips that cross cannot be groups; labels say them.
  @Test func crossingSkipsBecomeLabels() throws {
    let nodes = [
      node("Relu", ["x"], "a"), node("Tanh", ["a"], "b"), node("Sigmoid", ["b"], "c"), node("Add", ["c", "a"], "d"),
      node("Softsign", ["d"], "e"),
      node("Mul", ["e", "b"], "y"),
    ]
    #expect(
      try stages(model(nodes)) == "relu as skip1 | tanh as skip2 | sigmoid | add skip1 | softsign | mul skip2")
  }

  @Test func whatCannotBeSaidIsListedNodeByNode() throws {
    let nodes = [node("Sin", ["x"], "a"), node("Cos", ["x"], "b"), node("Add", ["a", "b"], "y")]
    do {
      _ = try ONNXImport(model(nodes), name: "net")
      Issue.record("read")
    } catch {
      guard case .nodes(let problems) = error else { throw error }
      #expect(problems.map(\.operation) == ["Sin", "Cos"] && problems.map(\.node) == ["a", "b"])
    }
    let padded = node(
      "MaxPool", ["x"], "y", [("kernel_shape", .integers([2, 2])), ("strides", .integers([1, 1])), ("pads", .integers([0, 0, 1, 1]))])
    #expect(throws: ONNXImport.Problem.self) { try ONNXImport(model([padded], input: [3, 4, 4]), name: "net") }
  }

  @Test func atomsAreCutAndMerged() throws {
    var number = 0
    func atom(_ size: Int) -> Atom {
      number += 1
      return Atom(id: number, size: size)
    }
    let (batch, t, d) = (Atom(id: Atom.batchID, size: 1009), atom(6), atom(12))
    let flow = Flow(source: .input, shape: .sequence(steps: 6, features: 12), canonical: [[t], [d]], axes: [[batch], [t], [d]])
    #expect(flow.isStandard)
    let heads = try #require(flow.regrouped([1009, 6, 3, 4], newAtom: atom))
    #expect(heads.dimensions == [1009, 6, 3, 4] && heads.canonical[1].map(\.size) == [3, 4] && !heads.isStandard)
    #expect(try #require(heads.regrouped([1009, 6, 12], newAtom: atom)).isStandard)
    let turned = try #require(heads.transposed([0, 2, 1, 3]))
    #expect(!(try #require(turned.regrouped([1009, 18, 4], newAtom: atom)).isStandard))
    #expect(flow.regrouped([1009, 5, 12], newAtom: atom) == nil)
  }

  /// Whatever is in a file, it becomes a network or words, never a trap.
  @Test(arguments: ["pytorch_residual", "pytorch_recurrent", "pytorch_transformer", "pytorch_elman", "keras_image", "sklearn_mlp"])
  func damagedFilesAreRefused(_ name: String) throws {
    let bytes = [UInt8](try Data(contentsOf: Self.folder.appendingPathComponent("\(name).onnx")))
    var random = Random(seed: 2, .check, 0)
    for _ in 0..<400 {
      var changed = bytes
      for _ in 0..<1 + random.below(3) { changed[random.below(changed.count)] = UInt8(random.below(256)) }
      guard let model = try? ONNXModel(decoding: changed) else { continue }
      _ = try? ONNXImport(model, name: "net")
    }
  }

  /// The same with the parts of the graph: sizes, attributes and connections that no byte of chance would make.
  @Test(arguments: ["pytorch_residual", "pytorch_recurrent", "pytorch_transformer", "pytorch_elman", "keras_image"])
  func damagedGraphsAreRefused(_ name: String) throws {
    let model = try ONNXModel(decoding: [UInt8](Data(contentsOf: Self.folder.appendingPathComponent("\(name).onnx"))))
    let numbers = [0, 1, -1, 2, 3, 7, Int.max, Int.min, 1 << 31]
    var random = Random(seed: 3, .check, 0)
    for _ in 0..<400 {
      var changed = model
      let place = random.below(model.graph.nodes.count)
      switch random.below(5) {
      case 0:
        changed.graph.nodes[place].inputs = changed.graph.nodes[place].inputs.map {
          random.below(2) == 0 ? $0 : model.graph.nodes[random.below(place + 1)].outputs[0]
        }
      case 1: changed.graph.nodes[place].inputs = Array(changed.graph.nodes[place].inputs.dropLast(1 + random.below(2)))
      case 2: changed.graph.nodes[place].operation = model.graph.nodes[random.below(model.graph.nodes.count)].operation
      case 3:
        for index in changed.graph.nodes[place].attributes.indices {
          switch changed.graph.nodes[place].attributes[index].value {
          case .integer: changed.graph.nodes[place].attributes[index].value = .integer(numbers[random.below(numbers.count)])
          case .integers(let values):
            changed.graph.nodes[place].attributes[index].value = .integers(
              values.map { random.below(2) == 0 ? $0 : numbers[random.below(numbers.count)] })
          case .float, .text, .tensor, .floats, .texts, .other: continue
          }
        }
      case _:
        guard !changed.graph.initializers.isEmpty else { continue }
        let index = random.below(changed.graph.initializers.count)
        if case .integers(let values) = changed.graph.initializers[index].values {
          changed.graph.initializers[index].values = .integers(values.map { _ in numbers[random.below(numbers.count)] })
        } else {
          changed.graph.initializers[index].shape.reverse()
        }
      }
      _ = try? ONNXImport(changed, name: "net")
    }
  }
}
