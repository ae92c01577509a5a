import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Threads that share the chunks of one loop at a time: they spin for a while after a loop, since the next one is mostly microseconds away, then sleep.
///
/// Every thread begins with a share of the chunks of its own, the same one in every loop of as many chunks, so that it mostly finds in its caches what it
/// wrote there in the loop before. It claims them one by one, then takes what is left of the others' shares: a thread that is held up by other work on the
/// machine does fewer. What a chunk computes must not depend on who claims it; then results are the same for any number of threads.
public final class ThreadPool: Sendable {
  /// Threads that take part in a loop, the caller's included.
  public let threads: Int
  private let shared: SharedLoop
  private let workers: [pthread_t]

  /// - Parameter threads: at least 1; more than the system gives start as many as it gives.
  public init(threads: Int) {
    let count = max(1, min(threads, 256))
    let shared = SharedLoop(threads: count, spins: threads > Self.availableCores ? 0 : 20_000)
    var workers: [pthread_t] = []
    for worker in 1..<count {
      guard let thread = startThread(shared, worker) else { break }
      workers.append(thread)
    }
    self.shared = shared
    self.workers = workers
    self.threads = workers.count + 1
  }

  deinit {
    guard !workers.isEmpty else { return }
    shared.stop()
    for worker in workers { pthread_join(worker, nil) }
  }

  /// The cores this process may run on.
  public static let availableCores: Int = {
    let allowed = systemFileLine("/proc/self/status", startingWith: "Cpus_allowed:")
    let count = allowed.reduce(0) { $0 + ($1.hexDigitValue?.nonzeroBitCount ?? 0) }
    return count > 0 ? count : max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
  }()

  /// Calls `body(chunk, worker)` once for every chunk in `0 ..< chunks`, in any order; `worker` is in `0 ..< threads`, and no two calls with the
  /// same worker overlap. Returns when all are done. Calls from several threads take turns; a body must not call `run` of its own pool.
  public func run(chunks: Int, _ body: (_ chunk: Int, _ worker: Int) -> Void) {
    takeTurn { runInTurn(chunks: chunks, body) }
  }

  /// Keeps other callers waiting during several loops that belong together.
  func takeTurn(_ body: () -> Void) {
    shared.lock()
    defer { shared.unlock() }
    body()
  }

  /// `run` within a turn.
  func runInTurn(chunks: Int, _ body: (_ chunk: Int, _ worker: Int) -> Void) {
    if workers.isEmpty || chunks < 2 {
      for chunk in 0..<max(0, chunks) { body(chunk, 0) }
    } else {
      withoutActuallyEscaping(body) { shared.run(chunks, $0) }
    }
  }
}

private func startThread(_ shared: SharedLoop, _ worker: Int) -> pthread_t? {
  let start = Unmanaged.passRetained(WorkerStart(shared, worker)).toOpaque()
  #if os(Linux)
    var thread = pthread_t()
    let status = pthread_create(&thread, nil, { workerMain($0) }, start)
    let created: pthread_t? = thread
  #else
    var created: pthread_t?
    let status = pthread_create(&created, nil, { workerMain($0) }, start)
  #endif
  if status == 0 { return created }
  Unmanaged<WorkerStart>.fromOpaque(start).release()
  return nil
}

private func workerMain(_ start: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let start else { return nil }
  let arguments = Unmanaged<WorkerStart>.fromOpaque(start).takeRetainedValue()
  arguments.shared.work(as: arguments.worker)
  return nil
}

private final class WorkerStart {
  let shared: SharedLoop
  let worker: Int
  init(_ shared: SharedLoop, _ worker: Int) {
    self.shared = shared
    self.worker = worker
  }
}

/// The state that the threads of a pool share.
private final class SharedLoop: @unchecked Sendable {
  typealias Body = (Int, Int) -> Void

  /// A thread's share of a loop: which loop this is, where the share ends and the next claim to take, in one word. A late thread can then never take a
  /// claim of a loop that is over against the count of the next one. Each in a pair of cache lines of its own.
  private let tickets: UnsafeMutablePointer<Atomic<UInt64>>
  private static let ticketStride = 16
  private let threads: Int
  /// Which loop there is to work at; written after the tickets.
  private let epoch = Atomic<UInt64>(0)
  private let finished = Atomic<Int>(0)
  private let sleepers = Atomic<Int>(0)
  private let stopping = Atomic<Bool>(false)
  private let spins: Int
  /// Written before the tickets that publish them.
  private var body: UnsafePointer<Body>?
  private var chunks = 0
  private var chunksPerClaim = 1
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private let turn = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

  init(threads: Int, spins: Int) {
    self.threads = threads
    self.spins = spins
    tickets = .allocate(capacity: threads * Self.ticketStride)
    for index in 0..<threads * Self.ticketStride { (tickets + index).initialize(to: Atomic(0)) }
    pthread_mutex_init(mutex, nil)
    pthread_mutex_init(turn, nil)
    pthread_cond_init(condition, nil)
  }

  deinit {
    pthread_mutex_destroy(mutex)
    pthread_mutex_destroy(turn)
    pthread_cond_destroy(condition)
    mutex.deallocate()
    turn.deallocate()
    condition.deallocate()
    tickets.deinitialize(count: threads * Self.ticketStride)
    tickets.deallocate()
  }

  func lock() { pthread_mutex_lock(turn) }
  func unlock() { pthread_mutex_unlock(turn) }

  func run(_ count: Int, _ body: @escaping Body) {
    withUnsafePointer(to: body) { pointer in
      self.body = pointer
      chunks = count
      chunksPerClaim = (count + 0xFFFE) / 0xFFFF
      let claims = (count + chunksPerClaim - 1) / chunksPerClaim
      finished.store(0, ordering: .relaxed)
      let epoch = epoch.load(ordering: .relaxed) &+ 1 & 0xFFFF_FFFF
      for worker in 0..<threads {
        let (start, end) = (claims * worker / threads, claims * (worker + 1) / threads)
        tickets[worker * Self.ticketStride].store(epoch << 32 | UInt64(end) << 16 | UInt64(start), ordering: .releasing)
      }
      self.epoch.store(epoch, ordering: .sequentiallyConsistent)
      wake()
      drain(epoch, 0)
      var waited = 0
      while finished.load(ordering: .acquiring) != claims {
        waited += 1
        if waited > 2000 { sched_yield() }
      }
    }
  }

  func stop() {
    stopping.store(true, ordering: .sequentiallyConsistent)
    wake()
  }

  /// A thread about to sleep counts itself, then looks at the epoch again; whoever changes the epoch looks at that count afterwards. One of the two
  /// sees the other.
  private func wake() {
    guard sleepers.load(ordering: .sequentiallyConsistent) > 0 else { return }
    pthread_mutex_lock(mutex)
    pthread_cond_broadcast(condition)
    pthread_mutex_unlock(mutex)
  }

  func work(as worker: Int) {
    var seen: UInt64 = 0
    while let epoch = nextEpoch(after: seen) {
      drain(epoch, worker)
      seen = epoch
    }
  }

  private func nextEpoch(after seen: UInt64) -> UInt64? {
    for _ in 0..<spins {
      if let epoch = newEpoch(after: seen) { return epoch }
      if stopping.load(ordering: .relaxed) { return nil }
    }
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    sleepers.wrappingAdd(1, ordering: .sequentiallyConsistent)
    defer { sleepers.wrappingSubtract(1, ordering: .sequentiallyConsistent) }
    while true {
      if stopping.load(ordering: .sequentiallyConsistent) { return nil }
      if let epoch = newEpoch(after: seen) { return epoch }
      pthread_cond_wait(condition, mutex)
    }
  }

  @inline(__always) private func newEpoch(after seen: UInt64) -> UInt64? {
    let epoch = epoch.load(ordering: .sequentiallyConsistent)
    return epoch == seen ? nil : epoch
  }

  private func drain(_ epoch: UInt64, _ worker: Int) {
    for share in 0..<threads {
      let owner = worker + share < threads ? worker + share : worker + share - threads
      while let claim = nextClaim(of: epoch, from: owner) {
        let first = claim * chunksPerClaim
        for chunk in first..<min(first + chunksPerClaim, chunks) { call(chunk, worker) }
        finished.wrappingAdd(1, ordering: .releasing)
      }
    }
  }

  private func nextClaim(of epoch: UInt64, from owner: Int) -> Int? {
    let place = owner * Self.ticketStride
    var current = tickets[place].load(ordering: .acquiring)
    while current >> 32 == epoch && current & 0xFFFF < (current >> 16) & 0xFFFF {
      let (exchanged, original) = tickets[place].weakCompareExchange(
        expected: current, desired: current + 1, ordering: .acquiringAndReleasing)
      if exchanged { return Int(current & 0xFFFF) }
      current = original
    }
    return nil
  }

  /// Not inlined, so that nothing of the body is still held when the claim is counted as finished.
  @inline(never) private func call(_ chunk: Int, _ worker: Int) { body?.pointee(chunk, worker) }
}
