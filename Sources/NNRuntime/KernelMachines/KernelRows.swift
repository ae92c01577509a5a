import NNKernels
import NNLayers

/// Rows of the kernel matrix of a set of points, of which as many are kept as a given memory holds; the one that was not asked for the longest goes first.
final class KernelRows {
  let count: Int
  /// K(i, i), less the constant of `KernelPoints`.
  let diagonal: [Double]
  /// Rows that had to be computed.
  private(set) var computed = 0
  private let points: KernelPoints
  private let x: [Float]
  private let kernels: Kernels
  private let capacity: Int
  private let memory: UnsafeMutablePointer<Float>
  /// By row: its place in memory, or -1.
  private var place: [Int32]
  /// By place: the row, or -1, and the places that were asked for before and after it.
  private var row: [Int32]
  private var older: [Int32]
  private var newer: [Int32]
  private var used = 0
  private var oldest: Int32 = -1
  private var newest: Int32 = -1

  /// - Parameters:
  ///   - x: `[count][features]`.
  ///   - limit: bytes for rows; two are kept at least.
  init(_ function: KernelFunction, _ x: [Float], features: Int, memory limit: Int, kernels: Kernels) {
    points = KernelPoints(function, x, features: features)
    self.x = x
    self.kernels = kernels
    count = points.count
    capacity = max(2, min(count, limit / 4 / max(1, count)))
    memory = .allocate(capacity: max(1, capacity * count))
    place = [Int32](repeating: -1, count: count)
    row = [Int32](repeating: -1, count: capacity)
    older = row
    newer = row
    diagonal = KernelRows.diagonal(function, x, features: features)
  }

  deinit { memory.deallocate() }

  private static func diagonal(_ function: KernelFunction, _ x: [Float], features: Int) -> [Double] {
    (0..<x.count / max(1, features)).map { point in
      let square = x[point * features..<(point + 1) * features].reduce(0.0) { $0 + Double($1) * Double($1) }
      return function.value(product: square, distance: 0) - Double(function.constant)
    }
  }

  /// K(index, ·): valid until two more rows have been asked for.
  func values(of index: Int) -> UnsafePointer<Float> {
    if place[index] >= 0 {
      unlink(place[index])
    } else {
      place[index] = freePlace()
      row[Int(place[index])] = Int32(index)
      computed += 1
      x.withUnsafeBufferPointer { all in
        guard let start = all.baseAddress else { return }
        points.values(start + index * points.features, rows: 1, into: memory + Int(place[index]) * count, kernels)
      }
    }
    link(place[index])
    return UnsafePointer(memory + Int(place[index]) * count)
  }

  private func freePlace() -> Int32 {
    if used < capacity {
      used += 1
      return Int32(used - 1)
    }
    let free = oldest
    unlink(free)
    place[Int(row[Int(free)])] = -1
    return free
  }

  private func unlink(_ slot: Int32) {
    let (before, after) = (older[Int(slot)], newer[Int(slot)])
    if before >= 0 { newer[Int(before)] = after } else { oldest = after }
    if after >= 0 { older[Int(after)] = before } else { newest = before }
  }

  private func link(_ slot: Int32) {
    older[Int(slot)] = newest
    newer[Int(slot)] = -1
    if newest >= 0 { newer[Int(newest)] = slot } else { oldest = slot }
    newest = slot
  }
}
