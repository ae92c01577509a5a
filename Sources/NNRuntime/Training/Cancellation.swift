import Synchronization

/// Asks a run to end after the step it is in. `cancel` may be called from any thread, and from a signal handler.
public final class Cancellation: Sendable {
  private let flag = Atomic<Bool>(false)

  public init() {}

  /// Asks; to ask twice is no different.
  public func cancel() { flag.store(true, ordering: .relaxed) }

  /// Whether anybody has asked.
  public var isCancelled: Bool { flag.load(ordering: .relaxed) }
}
