import NNData
import NNDiagnostics

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Zeroed memory for numbers, aligned to 64 bytes. Whoever holds it takes care that no two threads write the same number.
final class Arena: @unchecked Sendable {
  let base: UnsafeMutablePointer<Float>
  let count: Int

  /// - Parameter isStreamed: it is read from end to end, again and again, each number once.
  /// - Throws: NN310 where there is less memory than that.
  init(count: Int, isStreamed: Bool = false) throws(Diagnostic) {
    let (bytes, overflow) = max(1, count).multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
    let available = Memory.available
    guard !overflow, count >= 0, bytes <= available else {
      let needed = overflow ? "more memory than can be counted" : "\(bytes >> 20) MiB of memory"
      throw Diagnostic(
        .memory, .error, "training or running this network needs \(needed), there are \(available >> 20) MiB",
        fixes: [.init("a smaller `batch` needs less")])
    }
    self.count = count
    // More than the caches hold comes from memory every time, and in pages of 4 KiB the processor also has to look up where each of them is.
    let hasLargePages = isStreamed && bytes >= 16 << 20
    let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: hasLargePages ? 2 << 20 : 64)
    #if os(Linux)
      // An advice: where it is not taken, all is as it was.
      if hasLargePages { madvise(raw, bytes, MADV_HUGEPAGE) }
    #endif
    base = raw.bindMemory(to: Float.self, capacity: max(1, count))
    base.initialize(repeating: 0, count: max(1, count))
  }

  deinit { base.deallocate() }

  /// The first numbers, copied.
  func copy(_ count: Int) -> [Float] { Array(UnsafeBufferPointer(start: base, count: count)) }

  func fill(from values: [Float]) {
    values.withUnsafeBufferPointer { source in
      if let start = source.baseAddress { base.update(from: start, count: min(count, source.count)) }
    }
  }
}
