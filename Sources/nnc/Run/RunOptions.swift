/// How a run is to be carried out, in contrast to what it is to train.
struct RunOptions: Sendable {
  var threads: Int?
  var isQuiet = false
  /// Not even what is wrong is said: whoever compares runs says it.
  var isSilent = false
  /// A line for every so many epochs.
  var logEvery = 1
  /// For the estimate of energy; nil for what is assumed.
  var watts: Int?
  var carbon: Int?
  /// A file whose fitting tensors training begins with.
  var startingWeights: String?

  /// Where the run ends before its time.
  var until: StopPlace?

  init() {}

  init(_ invocation: Invocation) {
    threads = invocation.integer(RunCommand.threads)
    isQuiet = invocation.has(RunCommand.quiet)
    logEvery = invocation.integer(RunCommand.logEvery) ?? 1
    watts = invocation.integer(RunCommand.watts)
    carbon = invocation.integer(RunCommand.carbon)
    until = invocation.text(RunCommand.until).flatMap(StopPlace.init)
    if invocation.has(RunCommand.loadMatching) { startingWeights = invocation.text(RunCommand.weights) }
  }
}
