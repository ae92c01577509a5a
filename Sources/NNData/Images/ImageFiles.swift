import NNDiagnostics
import Synchronization

/// Files of images that are decoded each time they are needed: together they would not fit into memory.
public struct ImageFiles: Sendable {
  let paths: [String]
  /// Of one image.
  let shape: [Int]
  private let decoders = Decoders()

  init(paths: [String], shape: [Int]) {
    self.paths = paths
    self.shape = shape
  }

  func choosing(_ examples: [Int32]) -> ImageFiles { ImageFiles(paths: examples.map { paths[Int($0)] }, shape: shape) }

  /// Decodes an image and calls with its bytes, on any thread.
  ///
  /// A file that cannot be read any more is black, and `problem` says so from then on.
  func withBytes(of example: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
    let size = shape.reduce(1, *)
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: size) { bytes in
      guard let out = bytes.baseAddress else { return }
      out.initialize(repeating: 0, count: size)
      decoders.use { reader in
        do throws(ImageProblem) { try reader.read(paths[example], shape: shape, into: out) } catch {
          decoders.report(ImageLoader.diagnostic([(paths[example], error)], of: paths.count))
        }
      }
      body(UnsafeBufferPointer(bytes))
    }
  }

  /// What was wrong with a file that was read before and cannot be read now.
  var problem: Diagnostic? { decoders.problem }
}

/// Readers that are not in use, and what one of them could not read.
private final class Decoders: @unchecked Sendable {
  private let lock = Mutex<Void>(())
  /// Under the lock.
  private var idle: [ImageReader] = []
  private var found: Diagnostic?

  func use(_ body: (ImageReader) -> Void) {
    let reader = lock.withLock { _ in idle.popLast() } ?? ImageReader()
    body(reader)
    lock.withLock { _ in idle.append(reader) }
  }

  func report(_ problem: Diagnostic) { lock.withLock { _ in found = found ?? problem } }

  var problem: Diagnostic? { lock.withLock { _ in found } }
}
