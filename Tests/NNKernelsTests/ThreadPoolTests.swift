import NNKernels
import Synchronization
import Testing

@Suite struct ThreadPoolTests {
  @Test(arguments: [1, 2, 3, 5])
  func everyChunkRunsOnce(threads: Int) {
    let pool = ThreadPool(threads: threads)
    #expect(pool.threads == threads)
    for chunks in [0, 1, 2, 3, 17, 1000, 70_000] {
      let counts = Counts(chunks)
      let workers = Counts(threads)
      pool.run(chunks: chunks) { chunk, worker in
        counts.add(chunk)
        workers.add(worker)
      }
      #expect(counts.values.allSatisfy { $0 == 1 })
      #expect(workers.values.reduce(0, +) == chunks)
    }
  }

  @Test func manyShortLoops() {
    let pool = ThreadPool(threads: 2)
    let counts = Counts(4)
    for _ in 0..<2000 { pool.run(chunks: 4) { chunk, _ in counts.add(chunk) } }
    #expect(counts.values == [2000, 2000, 2000, 2000])
  }

  @Test func callersTakeTurns() async {
    let pool = ThreadPool(threads: 2)
    let counts = Counts(8)
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        group.addTask { for _ in 0..<100 { pool.run(chunks: 8) { chunk, _ in counts.add(chunk) } } }
      }
    }
    #expect(counts.values.allSatisfy { $0 == 400 })
  }

  @Test func aDroppedPoolEndsItsThreads() {
    // Its end joins the threads: a thread that did not stop would hang the test.
    for _ in 0..<20 {
      let pool = ThreadPool(threads: 3)
      pool.run(chunks: 3) { _, _ in }
    }
  }

  final class Counts: Sendable {
    private let all: Mutex<[Int]>
    init(_ count: Int) { all = Mutex(Array(repeating: 0, count: count)) }
    func add(_ index: Int) { all.withLock { $0[index] += 1 } }
    var values: [Int] { all.withLock { $0 } }
  }
}
