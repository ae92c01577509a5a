import NNRecipe

/// How a run is divided into steps, epochs and rows of the table.
struct TrainingLength: Sendable, Equatable {
  let examples: Int
  let batch: Int
  let stepsPerEpoch: Int
  let totalSteps: Int
  /// A row of the table after so many epochs: 1, but more where a run of many steps has very short epochs, so that there are about a hundred rows.
  let epochsPerReport: Int

  init(_ recipe: Recipe, examples: Int) {
    self.examples = examples
    switch recipe.batch {
    case .examples(let count): batch = max(1, min(count, examples))
    case .all: batch = max(1, examples)
    }
    stepsPerEpoch = max(1, (examples + batch - 1) / batch)
    switch recipe.length {
    case .epochs(let epochs):
      let (steps, overflow) = epochs.multipliedReportingOverflow(by: stepsPerEpoch)
      totalSteps = overflow ? Int.max : max(0, steps)
      epochsPerReport = 1
    case .steps(let steps):
      totalSteps = max(0, steps)
      epochsPerReport = max(1, steps / 100 / stepsPerEpoch)
    }
  }

  /// The last epoch may be cut short by `steps`.
  var totalEpochs: Int { totalSteps / stepsPerEpoch + (totalSteps % stepsPerEpoch == 0 ? 0 : 1) }
}
