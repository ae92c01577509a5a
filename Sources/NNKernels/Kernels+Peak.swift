import NNKernelTypes

extension Kernels {
  /// Operations per second of all threads together when nothing but multiplications and additions is done: the best of a few tries of some
  /// milliseconds each. A multiplication with its addition counts as two.
  public func measurePeak() -> Double {
    var best = 0.0
    for _ in 0..<6 {
      let begun = ContinuousClock.now
      let operations = multiplyAddOnAllThreads(rounds: 100_000)
      let time = begun.duration(to: .now)
      let seconds = Double(time.components.seconds) + Double(time.components.attoseconds) * 1e-18
      if seconds > 0 { best = max(best, Double(operations) / seconds) }
    }
    return best
  }

  /// Several chunks per thread, so that a thread that starts late takes fewer.
  private func multiplyAddOnAllThreads(rounds: Int) -> Int {
    let chunks = threads * 8
    var operations = [Int](repeating: 0, count: chunks)
    operations.withUnsafeMutableBufferPointer { results in
      forEachWithWorkspace(chunks: chunks) { chunk, _, workspace in
        // A factor below 1 keeps the sums finite.
        results[chunk] = loops.multiplyAdd(rounds: rounds, start: 0.5, sum: workspace)
      }
    }
    return operations.reduce(0, +)
  }
}
