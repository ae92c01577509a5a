import NNGraph
import NNRuntime

/// One of several runs of the same file.
struct Variant: Sendable {
  /// What is different, by name: `lr` is `0.1`.
  var settings: [(name: String, value: String)]
  /// Of a cross-validation, from 0.
  var fold: Int?
  var trainingShare: Double?
  /// The command line with one value for every `--set`.
  var invocation: Invocation

  /// `lr=0.1 hidden=8`, `fold 2`, `20%`
  var name: String {
    var words = settings.map { "\($0.name)=\($0.value)" }
    if let fold { words.append("fold \(fold + 1)") }
    if let trainingShare { words.append("\(percentText(trainingShare))") }
    return words.joined(separator: " ")
  }

  /// The same for all folds.
  var group: String { settings.map { "\($0.name)=\($0.value)" }.joined(separator: " ") }

  func input() throws -> ModelInput {
    var input = try ModelInput(invocation.positionals[0], invocation)
    input.fold = fold ?? 0
    input.trainingShare = trainingShare
    return input
  }

  /// More runs than this are no comparison that anybody reads.
  private static let mostRuns = 10_000

  /// All combinations of the lists that `--set` gives; one without settings where it gives none.
  static func grid(_ invocation: Invocation) throws(UsageError) -> [Variant] {
    var fixed: [String] = []
    var combinations: [[(name: String, value: String)]] = [[]]
    for (name, value) in invocation.assignments(.set) {
      let values = SettingValues.divided(name, value)
      guard values.count > 1 else {
        fixed.append("\(name)=\(value)")
        continue
      }
      let (count, overflow) = combinations.count.multipliedReportingOverflow(by: values.count)
      guard !overflow, count <= mostRuns else {
        throw UsageError("the lists of `--set` have more than \(mostRuns.grouped) combinations, each of them a run")
      }
      combinations = combinations.flatMap { combination in values.map { combination + [(name: name, value: $0)] } }
    }
    return combinations.map { settings in
      var own = invocation
      let all = fixed + settings.map { "\($0.name)=\($0.value)" }
      own.values[CommandOption.set.name] = all.isEmpty ? nil : all
      return Variant(settings: settings, invocation: own)
    }
  }
}

/// `20%`, `2.5%`
func percentText(_ share: Double) -> String {
  let percent = share * 100
  return percent == percent.rounded() ? "\(Int(percent))%" : "\(percent)%"
}
