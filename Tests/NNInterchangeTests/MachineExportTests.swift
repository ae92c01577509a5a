import NNDiagnostics
import NNGraph
import NNLayers
import Testing

@testable import NNInterchange

/// Machines as ONNX writes them. That ONNX Runtime computes the same is shown by Tests/Peers/interchange.py.
@Suite struct MachineExportTests {
  /// No checker infers the types of ONNX's operators for machine learning: without them the nodes behind are refused.
  @Test(arguments: [("", 2, [2]), (" ovr", 2, [1]), ("", 3, [3]), (" ovr", 3, [1, 1, 1]), ("", 4, [6])])
  func shapesOfDecisionsAreSaid(_ flags: String, _ classes: Int, _ widths: [Int]) throws {
    let checked = try #require(check(SourceFile(name: "net.nn", text: "input 5\nclasses \(classes)\nsvm rbf\(flags)")).model)
    let model = try #require(checked.with(supports: 4))
    let machines = classes == 2 ? 1 : flags.isEmpty ? classes * (classes - 1) / 2 : classes
    let weights: [String: [Float]] = [
      "svm1.support_vectors": [Float](repeating: 1, count: 20), "svm1.dual_coef": [Float](repeating: 0.5, count: machines * 4),
      "svm1.intercept": [Float](repeating: 0, count: machines), "svm1.gamma": [0.2],
    ]
    let graph = try ONNXExport(model, ExportFacts(weights: weights)).exported.graph
    let read = Set(graph.nodes.flatMap(\.inputs))
    let decisions = graph.nodes.filter { $0.domain == ONNXModel.machineLearning }.flatMap(\.outputs).filter(read.contains)
    #expect(decisions.map { name in graph.values.first { $0.name == name }?.shape ?? [] } == widths.map { [.named("N"), .size($0)] })
  }

  @Test func whatDoesNotFitIsRefused() throws {
    let checked = try #require(check(SourceFile(name: "net.nn", text: "input 5\nclasses 2\nsvm rbf")).model)
    let model = try #require(checked.with(supports: 4))
    var facts = ExportFacts(weights: [
      "svm1.support_vectors": [Float](repeating: 1, count: 20), "svm1.dual_coef": [1, 1, 1], "svm1.intercept": [0],
    ])
    func refusal() -> String {
      do throws(ExportProblem) { return "\(try ONNXExport(model, facts).exported.encoded().count) bytes" } catch { return error.message }
    }
    #expect(refusal() == "`svm1.dual_coef` takes 4 numbers, and 3 are given")
    facts.weights["svm1.dual_coef"] = [1, 1, -1, -1]
    #expect(refusal() == "the weights of `svm1.gamma` are missing")
    facts.weights["svm1.gamma"] = [1]
    facts.scale = [1, 2]
    #expect(refusal() == "an input has factors without summands, or summands without factors")
    facts.shift = [0]
    #expect(refusal() == "an input of 5 cannot be normalised by 2 numbers")
    #expect(throws: ExportProblem("PyTorch has no `svm`")) { try TorchModule(model, ExportFacts(weights: [:])) }
  }
}
