/// The numeric loops for this processor, and the threads that run them: what a layer calls.
public final class Kernels: Sendable {
  public init() {}
}
