import NNLayers

/// The parts of a file that uses several cores.
extension SwiftFile {
  /// Work below this, in multiply-accumulates, is done sooner than other threads are told of it.
  private static let leastWork = 150_000

  /// A call whose pieces the threads share out; nil where its work is too small.
  func sharedCall(_ call: Program.Call) -> [String]? {
    let stage = program.network.stages[call.stage]
    let work = stage.nodes.reduce(0) { $0 + model.nodes[$1].layer.macs(for: model.nodes[$1].inputShapes) }
    guard options.isThreaded, call.units > 1, work >= SwiftFile.leastWork else { return nil }
    let function = program.functions[call.function]
    var lines = ["team.share(\(call.units)) { from, to, \(function.hasScratch ? "thread" : "_") in"]
    var arguments = arguments(call, of: program).dropLast() + ["from: from, to: to"]
    if function.hasScratch {
      lines.append("  let scratch = \(Index(("thread", program.stageScratch), plus: program.valueCount).added(to: "memory"))")
      arguments[arguments.count - 2] = "scratch: scratch"
    }
    return lines + brokenCall(function.name, Array(arguments)).map { "  " + $0 } + ["}"]
  }

  func writeTeam(_ text: inout SwiftText) {
    guard options.isThreaded else { return }
    text.line()
    text.line("// MARK: Threads")
    text.line()
    text.block("extension \(type)") { $0.line(SwiftFile.team) }
  }

  /// Work is handed out piece by piece from one word, so that a thread that is held up holds up nobody: epoch, number of pieces, next piece.
  private static let team = """
    /// Threads that share out the pieces of a stage. They wait in a loop for a moment, since the next stage comes soon, then asleep.
    final class Team: @unchecked Sendable {
      let count: Int
      private let ticket = Atomic<UInt64>(0)
      private let finished = Atomic<Int>(0)
      private let sleeping = Atomic<Int>(0)
      private let isEnding = Atomic<Bool>(false)
      private var work: (Int, Int) -> Void = { _, _ in }
      private var threads: [pthread_t] = []
      private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
      private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

      /// - Parameter count: of threads, the caller's among them.
      init(_ count: Int) {
        self.count = max(1, min(count, 64))
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
        for number in 1..<max(2, self.count) where number < self.count {
          let start = Start(team: Unmanaged.passUnretained(self), number: number)
          let argument = Unmanaged.passRetained(start).toOpaque()
          #if canImport(Darwin)
            var thread: pthread_t?
            pthread_create(&thread, nil, { Start.run($0) }, argument)
            if let thread { threads.append(thread) }
          #else
            var thread = pthread_t()
            if pthread_create(&thread, nil, { $0.map(Start.run) ?? nil }, argument) == 0 { threads.append(thread) }
          #endif
        }
      }

      deinit {
        isEnding.store(true, ordering: .sequentiallyConsistent)
        wake()
        for thread in threads { pthread_join(thread, nil) }
        pthread_mutex_destroy(mutex)
        pthread_cond_destroy(condition)
        mutex.deallocate()
        condition.deallocate()
      }

      /// Calls `body` for pieces of 0 ..< units, each with the number of the thread it runs on; returns when all are done.
      func share(_ units: Int, _ body: (_ from: Int, _ to: Int, _ thread: Int) -> Void) {
        let pieces = min(units, 6 &* count)
        withoutActuallyEscaping(body) { body in
          work = { piece, thread in body(piece &* units / pieces, (piece &+ 1) &* units / pieces, thread) }
          finished.store(0, ordering: .relaxed)
          let epoch = (ticket.load(ordering: .relaxed) &>> 32) &+ 1
          ticket.store(epoch &<< 32 | UInt64(pieces) &<< 16, ordering: .sequentiallyConsistent)
          if sleeping.load(ordering: .sequentiallyConsistent) > 0 { wake() }
          drain(epoch, thread: 0)
          while finished.load(ordering: .acquiring) != pieces {}
          work = { _, _ in }
        }
      }

      /// Does pieces of this epoch until there are none.
      private func drain(_ epoch: UInt64, thread: Int) {
        while true {
          var current = ticket.load(ordering: .acquiring)
          while true {
            let (pieces, next) = ((current &>> 16) & 0xFFFF, current & 0xFFFF)
            guard current &>> 32 == epoch, next < pieces else { return }
            let claim = ticket.weakCompareExchange(expected: current, desired: current &+ 1, ordering: .acquiringAndReleasing)
            if claim.exchanged { break }
            current = claim.original
          }
          work(Int(current & 0xFFFF), thread)
          finished.wrappingAdd(1, ordering: .releasing)
        }
      }

      private func wake() {
        pthread_mutex_lock(mutex)
        pthread_cond_broadcast(condition)
        pthread_mutex_unlock(mutex)
      }

      fileprivate func loop(_ thread: Int) {
        var seen: UInt64 = 0
        while true {
          var turns = 0
          while ticket.load(ordering: .acquiring) &>> 32 == seen, !isEnding.load(ordering: .relaxed), turns < 50_000 { turns &+= 1 }
          if ticket.load(ordering: .acquiring) &>> 32 == seen { sleep(seen) }
          if isEnding.load(ordering: .acquiring) { return }
          seen = ticket.load(ordering: .acquiring) &>> 32
          drain(seen, thread: thread)
        }
      }

      private func sleep(_ seen: UInt64) {
        pthread_mutex_lock(mutex)
        sleeping.wrappingAdd(1, ordering: .sequentiallyConsistent)
        while ticket.load(ordering: .sequentiallyConsistent) &>> 32 == seen, !isEnding.load(ordering: .sequentiallyConsistent) {
          pthread_cond_wait(condition, mutex)
        }
        sleeping.wrappingSubtract(1, ordering: .sequentiallyConsistent)
        pthread_mutex_unlock(mutex)
      }

      /// What a new thread is told. The team waits for its threads before it ends, so that they need not keep it.
      private final class Start {
        let team: Unmanaged<Team>
        let number: Int

        init(team: Unmanaged<Team>, number: Int) {
          self.team = team
          self.number = number
        }

        static func run(_ argument: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
          let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
          start.team._withUnsafeGuaranteedRef { $0.loop(start.number) }
          return nil
        }
      }

      /// Cores that the system offers.
      static var cores: Int { sysconf(Int32(_SC_NPROCESSORS_ONLN)) }
    }
    """
}
