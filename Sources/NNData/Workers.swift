import Dispatch
import Synchronization

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Work in numbered pieces, taken by as many threads as asked for. What a piece does must depend on its number alone.
enum Workers {
  /// - Parameters:
  ///   - threads: nil for one per core.
  ///   - body: called once for each worker; takes pieces from `next` until there are none, and so can keep scratch memory.
  static func run(pieces: Int, threads: Int?, _ body: @Sendable (_ next: () -> Int?) -> Void) {
    let taken = Atomic<Int>(0)
    let next: @Sendable () -> Int? = {
      let piece = taken.wrappingAdd(1, ordering: .relaxed).oldValue
      return piece < pieces ? piece : nil
    }
    let workers = max(1, min(pieces, threads ?? ProcessInfo.processInfo.activeProcessorCount))
    if workers == 1 { return body(next) }
    DispatchQueue.concurrentPerform(iterations: workers) { _ in body(next) }
  }
}
