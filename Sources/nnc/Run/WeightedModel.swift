import NNData
import NNDiagnostics
import NNGraph
import NNKernels
import NNRuntime

/// A model that weights are given for: the weights say which input and classes they were made with; where they do not, data has to.
struct WeightedModel {
  let model: Model
  let classes: [String]
  let weights: WeightsFile
  /// nil where no data was given.
  let dataset: Dataset?

  /// - Parameter shape: of the input, where neither the model nor the weights say it.
  /// - Throws: `FoundProblems`, or one of them.
  init(
    _ input: ModelInput, _ weights: WeightsFile, _ invocation: Invocation, shape: [Int]? = nil, threads: Int? = nil, console: Console
  ) throws {
    self.weights = weights
    if invocation.has(.data) {
      let problem = try Problem(input, threads: threads, console: console)
      try weights.checkClasses(problem.dataset.classes, of: problem.dataset.name)
      (model, classes, dataset) = (try weights.completing(problem.model), problem.dataset.classes, problem.dataset)
      return
    }
    var facts = weights.facts
    if facts.shape == nil, input.check().input == nil { facts.shape = shape }
    let result = input.check(isForRun: true, facts: facts)
    guard let model = result.model else { throw FoundProblems(diagnostics: result.diagnostics) }
    self.model = try weights.completing(model)
    classes = weights.classes.isEmpty ? model.classes : weights.classes
    dataset = nil
  }

  func network(_ kernels: Kernels) throws(Diagnostic) -> TrainedNetwork {
    try weights.network(model, train: dataset?.train, kernels: kernels)
  }
}
