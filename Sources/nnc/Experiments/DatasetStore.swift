import NNData
import NNDiagnostics
import NNRecipe
import Synchronization

/// Data sets of runs that are compared: what several of them read alike is read once.
final class DatasetStore: Sendable {
  private let sets = Mutex<[String: Dataset]>([:])

  /// Those of the same source and request; loaded by `load` where there is none yet.
  func dataset(_ source: DataSource, _ request: DataRequest, _ load: () throws(Diagnostic) -> Dataset) throws(Diagnostic) -> Dataset {
    let parts: [Any?] = [
      source, request.shape, request.classes, request.classCount, request.target, request.split, request.fold, request.trainingShare,
      request.takesText, request.targetSteps, request.seed,
    ]
    let key = "\(parts)"
    if let known = sets.withLock({ $0[key] }) { return known }
    let loaded = try load()
    sets.withLock { $0[key] = loaded }
    return loaded
  }
}
