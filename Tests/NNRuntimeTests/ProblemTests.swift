import Foundation
import NNData
import NNDiagnostics
import NNGraph
import NNKernels
import Testing

@testable import NNRuntime

/// A program that has its examples in memory gets what `nnc run` gets.
@Suite struct ProblemTests {
  private static let text = """
    split train 50%, validation 25%, test 25%
    normalize standard
    epochs 3
    seed 7
    fc 4 relu | fc 2 softmax
    """
  private static let rows: [[Float]] = (0..<40).map { [Float($0 % 7), Float($0 % 5)] }
  private static let labels = (0..<40).map { Int32($0 % 7 > 3 ? 1 : 0) }

  private static func problem(_ examples: Examples, _ text: String = text) throws -> Problem {
    try Problem(ModelInput(SourceFile(name: "small.nn", text: text)), examples: examples, classes: ["low", "high"])
  }

  @Test func theSplitOfTheFileHolds() throws {
    let problem = try ProblemTests.problem(Examples(ProblemTests.rows, targets: .classes(ProblemTests.labels)))
    #expect(problem.dataset.train.count == 20 && problem.dataset.validation?.count == 10 && problem.dataset.test?.count == 10)
    #expect(problem.model.input == .vector(2) && problem.model.classes == ["low", "high"])
  }

  /// Trained, written and read again: the same predictions, bit for bit.
  @Test func weightsComeBack() throws {
    let problem = try ProblemTests.problem(Examples(ProblemTests.rows, targets: .classes(ProblemTests.labels)))
    let kernels = try Kernels(threads: 2)
    let trainer = try Trainer(problem.model, problem.dataset, kernels: kernels)
    let result = try trainer.run()
    let trained = try trainer.network(result)
    #expect(trained.parameters.weights == result.best)
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).safetensors").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try trained.write(to: path, CheckpointInfo(problem, trained.normalization))
    let file = try WeightsFile(path)
    #expect(file.classes == ["low", "high"] && file.info.input == [2])
    let network = try file.network(problem.model, kernels: kernels)
    let expected = try trained.predict(ProblemTests.rows)
    #expect(try network.predict(ProblemTests.rows) == expected)
    #expect(expected.count == 40 && expected[3].count == 2 && abs(expected[3][0] + expected[3][1] - 1) < 1e-6)
  }

  @Test func whatIsWrongWithExamplesIsSaid() throws {
    func message(_ body: () throws -> Void) -> String {
      do { try body() } catch let problem as Diagnostic { return problem.message } catch { return "\(error)" }
      return "nothing"
    }
    #expect(message { _ = try Examples([[1, 2], [3]]) } == "example 1 of `data` has 1 number, 2 are 2")
    #expect(message { _ = try Examples([]) } == "`data` has no examples")
    #expect(message { _ = try Examples([[1, .nan]]) } == "example 0 of `data` holds nan")
    #expect(message { _ = try Examples([[1, 2]], targets: .classes([0, 1])) } == "`data` has 1 example and 2 targets")
    #expect(message { _ = try Examples([[1, 2]], targets: .values([1, 2, 3], width: 2)) } == "`data` has 1 example and 2 targets")
    #expect(message { _ = try Examples([[1, 2], [3, 4]], shape: [2, 2, 1]) } == "example 0 of `data` has 2 numbers, 2x2x1 are 4")
    let wrong = try Examples(ProblemTests.rows, targets: .classes(ProblemTests.labels.map { $0 * 2 }))
    #expect(
      message {
        let problem = try ProblemTests.problem(wrong)
        _ = try Trainer(problem.model, problem.dataset, kernels: try Kernels(threads: 1))
      } == "label 2 is out of range: 2 classes are numbered 0 to 1")
  }

  @Test func whatIsWrongWithTheFileIsSaid() throws {
    let examples = try Examples(ProblemTests.rows, targets: .classes(ProblemTests.labels))
    let found = #expect(throws: FoundProblems.self) { try ProblemTests.problem(examples, "fc 4 rlu | fc 3 softmax\n") }
    #expect(found?.description.hasPrefix("error[NN201]: unknown activation `rlu`\n --> small.nn:1:6\n") == true)
    let classes = #expect(throws: FoundProblems.self) { try ProblemTests.problem(examples, "fc 3 softmax\n") }
    #expect(classes?.diagnostics.map(\.code) == [.classCount])
  }
}
