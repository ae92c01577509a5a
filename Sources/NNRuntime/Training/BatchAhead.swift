import Dispatch
import NNData
import NNDiagnostics

/// Decodes and augments the next batch while the network works on the present one.
///
/// What a batch holds depends on the seed, the epoch and its examples alone: filled ahead or in time, it has the same bits.
final class BatchAhead {
  private let reader: BatchReader
  private let augment: Bool
  private let threads: Int
  /// batch x example
  private let memory: BatchMemory
  private let queue = DispatchQueue(label: "nnc.batches")
  private var prepared: (indices: ArraySlice<Int32>, epoch: Int, work: DispatchWorkItem)?

  /// nil where handing out a batch is no work.
  init?(_ reader: BatchReader, batch: Int, augment: Bool, threads: Int) throws(Diagnostic) {
    guard reader.isWorthPreparing(augment: augment) else { return nil }
    self.reader = reader
    self.augment = augment
    self.threads = threads
    memory = BatchMemory(arena: try Arena(count: batch * reader.size))
  }

  deinit { prepared?.work.wait() }

  /// Begins to fill a batch; `take` has to come before the next call.
  func prepare(_ indices: ArraySlice<Int32>, epoch: Int) {
    guard prepared == nil, !indices.isEmpty else { return }
    let work = DispatchWorkItem { [reader, memory, augment, threads] in
      reader.fill(x: memory.arena.base, indices: indices, epoch: epoch, augment: augment, threads: threads)
    }
    prepared = (indices, epoch, work)
    queue.async(execute: work)
  }

  /// Hands out what was prepared, once it is done; false where that is another batch, or none.
  func take(_ x: UnsafeMutablePointer<Float>, _ indices: ArraySlice<Int32>, epoch: Int) -> Bool {
    guard let ready = prepared else { return false }
    ready.work.wait()
    prepared = nil
    guard ready.epoch == epoch, ready.indices == indices else { return false }
    x.update(from: memory.arena.base, count: indices.count * reader.size)
    return true
  }
}

/// Written by the thread that fills, and read when it is done.
private struct BatchMemory: Sendable { let arena: Arena }
