@_exported import NNKernelTypes

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The numeric loops for this processor, and the threads that run them: what a layer calls.
///
/// Pointers in, pointers out: activations are dense NHWC with the batch outermost, convolution weights
/// `[kernelHeight][kernelWidth][inChannels / groups][outChannels]`, weights of `fc` `[inputs][outputs]`. Sizes are trusted; whoever calls has checked them.
/// Outputs are overwritten unless a method says that it adds to them. Work is cut into chunks that depend on the sizes alone and sums over chunks run in
/// one order, so the results are the same bits for any number of threads (not across instruction sets).
///
/// Methods may be called from several threads; those that use the pool then take turns.
public final class Kernels: Sendable {
  /// Which the loops were compiled for.
  public let instructionSet: InstructionSet
  /// Forbids algorithms that trade accuracy for speed (Winograd): for gradient checks.
  public let isExact: Bool
  let loops: any KernelLoops.Type
  let pool: ThreadPool
  let workspaces: Workspaces

  /// The calling one included.
  public var threads: Int { pool.threads }

  /// - Parameters:
  ///   - threads: nil for as many as there are cores for this process.
  ///   - cpu: the name of an instruction set; nil for the value of `NNC_CPU`, or the best this processor has.
  ///   - exact: see `isExact`.
  public init(threads: Int? = nil, cpu: String? = nil, exact: Bool = false) throws(KernelsError) {
    var set = InstructionSet.best
    if let name = cpu ?? Self.environmentOverride {
      guard let named = InstructionSet(rawValue: name) else { throw .unknownInstructionSet(name) }
      guard InstructionSet.supported.contains(named) else { throw .unsupportedInstructionSet(named) }
      set = named
    }
    instructionSet = set
    isExact = exact
    loops = set.loops
    pool = ThreadPool(threads: threads ?? ThreadPool.availableCores)
    workspaces = Workspaces(count: pool.threads, floats: loops.gemmWorkspace(m: Self.blockRows, n: Self.blockColumns))
  }

  static var environmentOverride: String? {
    guard let value = getenv("NNC_CPU"), value.pointee != 0 else { return nil }
    return String(cString: value)
  }

  /// Below this many operations a loop is not worth waking a second thread for (about two microseconds on one core).
  static let inlineWork = 100_000

  /// Calls `body` for every chunk, on the pool where `work`, the number of operations in all, is worth it. What a chunk computes must not depend on
  /// the others; a body must not call other methods of these kernels that use the pool.
  @inline(__always)
  public func forEach(chunks: Int, work: Int, _ body: (_ chunk: Int) -> Void) {
    if pool.threads == 1 || chunks < 2 || work < Self.inlineWork {
      for chunk in 0..<chunks { body(chunk) }
    } else {
      pool.run(chunks: chunks) { chunk, _ in body(chunk) }
    }
  }

  /// `forEach` with a worker's number, and its workspace for packing.
  @inline(__always)
  func forEachWithWorkspace(chunks: Int, _ body: (_ chunk: Int, _ worker: Int, _ workspace: MutableFloats) -> Void) {
    pool.run(chunks: chunks) { chunk, worker in body(chunk, worker, workspaces[worker]) }
  }

  /// `forEach` with a worker's number, always on the pool; to be called in a turn.
  @inline(__always)
  func forEachWorker(chunks: Int, _ body: (_ chunk: Int, _ worker: Int) -> Void) { pool.runInTurn(chunks: chunks, body) }

  /// Ranges of at most `grain` items: those of elements are fixed, so a range's sum is too.
  @inline(__always)
  func forEachRange(of count: Int, grain: Int, work: Int, _ body: (_ start: Int, _ count: Int) -> Void) {
    if work < Self.inlineWork || pool.threads == 1 {
      if count > 0 { body(0, count) }
      return
    }
    forEach(chunks: (count + grain - 1) / grain, work: work) { chunk in
      let start = chunk * grain
      body(start, min(grain, count - start))
    }
  }
}

/// Memory of each worker's own, aligned to 64 bytes: packed blocks of products, and rows and columns of convolutions. Only that worker touches it, and one
/// loop runs at a time. The last area is shared: written before a loop of the same turn, read in it.
final class Workspaces: @unchecked Sendable {
  private let memory: UnsafeMutableRawPointer
  private let stride: Int
  private let areas: UnsafeMutableBufferPointer<UnsafeMutableRawBufferPointer>

  init(count: Int, floats: Int) {
    stride = (floats * 4 + 4095) / 4096 * 4096
    memory = .allocate(byteCount: max(1, stride * count), alignment: 4096)
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: stride * count)
    areas = .allocate(capacity: count + 1)
    areas.initialize(repeating: UnsafeMutableRawBufferPointer(start: nil, count: 0))
  }

  deinit {
    memory.deallocate()
    for area in areas { area.deallocate() }
    areas.deallocate()
  }

  subscript(worker: Int) -> MutableFloats { (memory + worker * stride).assumingMemoryBound(to: Float.self) }

  /// Room that all workers may read.
  func shared(_ floats: Int) -> MutableFloats { room(areas.count - 1, floats) }

  /// Room for so many floats, kept for the next call.
  func room(_ worker: Int, _ floats: Int) -> MutableFloats {
    if areas[worker].count < floats * 4 {
      areas[worker].deallocate()
      areas[worker] = .allocate(byteCount: floats * 4, alignment: 64)
    }
    return areas[worker].baseAddress.map { $0.assumingMemoryBound(to: Float.self) } ?? memory.assumingMemoryBound(to: Float.self)
  }
}
