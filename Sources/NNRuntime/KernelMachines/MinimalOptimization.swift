/// Sequential minimal optimization of a machine of two classes: minimises ½ αᵀ Q α - Σ α where 0 ≤ α ≤ C and yᵀ α = 0, with Q = y yᵀ K.
///
/// Each step moves two of the α, the one that violates the conditions most and the one with which the objective falls furthest to second order. Points at a
/// bound that are likely to stay there are left out, and looked at again before the end. Source: Fan, Chen and Lin, Working Set Selection Using Second Order
/// Information for Training Support Vector Machines, 2005; Chang and Lin, LIBSVM, 2011.
struct MinimalOptimization {
  struct Solution: Sendable, Equatable {
    var alpha: [Double]
    /// The decision is Σ α y K - rho.
    var rho: Double
    var objective: Double
    /// Of every point, its decision.
    var decisions: [Double]
    /// By how much the worst pair violates the conditions of Karush, Kuhn and Tucker.
    var gap: Double
    var iterations: Int
    /// The gap is below the tolerance.
    var isConverged: Bool
  }

  private let rows: KernelRows
  /// 1 or -1.
  private let y: [Double]
  /// The largest α of each point.
  private let limit: [Double]
  private let tolerance: Double
  private var alpha: [Double]
  /// y times the gradient: Σ α y K - y.
  private var f: [Double]
  private var bounds: [Bounds]
  /// The points that are not left out, ascending.
  private var active: [Int32]
  private var isRestored = false

  /// Where α may go: up with y, down with y, or both.
  private struct Bounds: OptionSet {
    let rawValue: UInt8
    static let up = Bounds(rawValue: 1)
    static let down = Bounds(rawValue: 2)
  }

  private struct Candidate {
    var index: Int
    var violation: Double
  }

  /// - Parameters:
  ///   - y: 1 or -1 for each point.
  ///   - limit: C for each point.
  init(_ rows: KernelRows, y: [Double], limit: [Double], tolerance: Double) {
    self.rows = rows
    self.y = y
    self.limit = limit
    self.tolerance = tolerance
    alpha = [Double](repeating: 0, count: y.count)
    f = y.map { -$0 }
    bounds = y.map { $0 > 0 ? .up : .down }
    active = (0..<Int32(clamping: y.count)).map { $0 }
  }

  /// - Parameters:
  ///   - most: steps, after which the solution is what there is.
  ///   - isCancelled: asked from time to time; the solution is then that of the steps so far.
  mutating func solve(atMost most: Int, isCancelled: () -> Bool) -> Solution {
    var first = mostViolating()
    var untilShrinking = min(y.count, 1000)
    var iterations = 0
    while iterations < most, iterations & 1023 != 1023 || !isCancelled() {
      untilShrinking -= 1
      if untilShrinking == 0 {
        untilShrinking = min(y.count, 1000)
        shrink()
        first = mostViolating()
      }
      var pair = first.flatMap { current in partner(of: current).map { (current.index, $0) } }
      if pair == nil {
        guard active.count < y.count else { break }
        // What was left out may violate the conditions after all; a step is made before it can be left out again.
        restore()
        pair = mostViolating().flatMap { current in partner(of: current).map { (current.index, $0) } }
        untilShrinking = 1
      }
      guard let (i, j) = pair else { break }
      iterations += 1
      move(i, j)
      first = changed(i, j)
    }
    restore()
    return solution(iterations)
  }

  // MARK: Selection

  /// Of the points that may go up, the one with the smallest f.
  private func mostViolating() -> Candidate? {
    var best = Candidate(index: -1, violation: -.infinity)
    for index in active where bounds[Int(index)].contains(.up) && -f[Int(index)] > best.violation {
      best = Candidate(index: Int(index), violation: -f[Int(index)])
    }
    return best.index < 0 ? nil : best
  }

  /// Of the points that may go down, the one with which the objective falls furthest; nil where no pair violates the conditions by the tolerance.
  private func partner(of first: Candidate) -> Int? {
    let row = rows.values(of: first.index)
    let own = rows.diagonal[first.index]
    var largest = -Double.infinity
    var (best, gain) = (-1, 0.0)
    rows.diagonal.withUnsafeBufferPointer { diagonal in
      f.withUnsafeBufferPointer { f in
        bounds.withUnsafeBufferPointer { bounds in
          for position in active {
            let index = Int(position)
            guard bounds[index].contains(.down) else { continue }
            largest = max(largest, f[index])
            let violation = first.violation + f[index]
            guard violation > 0 else { continue }
            let found = violation * violation / max(own + diagonal[index] - 2 * Double(row[index]), 1e-12)
            if found > gain { (best, gain) = (index, found) }
          }
        }
      }
    }
    return best < 0 || first.violation + largest < tolerance ? nil : best
  }

  // MARK: A step

  private var step = 0.0

  /// y α of the first goes up, of the second down, as far as the objective falls and the bounds allow.
  private mutating func move(_ i: Int, _ j: Int) {
    let row = rows.values(of: i)
    let curvature = max(rows.diagonal[i] + rows.diagonal[j] - 2 * Double(row[j]), 1e-12)
    let roomUp = y[i] > 0 ? limit[i] - alpha[i] : alpha[i]
    let roomDown = y[j] > 0 ? alpha[j] : limit[j] - alpha[j]
    let free = (f[j] - f[i]) / curvature
    step = min(free, roomUp, roomDown)
    alpha[i] = step == roomUp ? (y[i] > 0 ? limit[i] : 0) : alpha[i] + y[i] * step
    alpha[j] = step == roomDown ? (y[j] > 0 ? 0 : limit[j]) : alpha[j] - y[j] * step
    for index in [i, j] {
      var now: Bounds = []
      if y[index] > 0 ? alpha[index] < limit[index] : alpha[index] > 0 { now.insert(.up) }
      if y[index] > 0 ? alpha[index] > 0 : alpha[index] < limit[index] { now.insert(.down) }
      bounds[index] = now
    }
  }

  /// Takes the step over into f, and finds the next first point on the way.
  private mutating func changed(_ i: Int, _ j: Int) -> Candidate? {
    let (first, second) = (rows.values(of: i), rows.values(of: j))
    let step = step
    var best = Candidate(index: -1, violation: -.infinity)
    f.withUnsafeMutableBufferPointer { f in
      bounds.withUnsafeBufferPointer { bounds in
        for position in active {
          let index = Int(position)
          let value = f[index] + step * (Double(first[index]) - Double(second[index]))
          f[index] = value
          if -value > best.violation, bounds[index].contains(.up) { best = Candidate(index: index, violation: -value) }
        }
      }
    }
    return best.index < 0 ? nil : best
  }

  // MARK: Leaving points out

  /// The largest -f of points that may go up, and the largest f of those that may go down.
  private func extremes() -> (up: Double, down: Double) {
    var extremes = (up: -Double.infinity, down: -Double.infinity)
    for position in active {
      let index = Int(position)
      if bounds[index].contains(.up) { extremes.up = max(extremes.up, -f[index]) }
      if bounds[index].contains(.down) { extremes.down = max(extremes.down, f[index]) }
    }
    return extremes
  }

  private mutating func shrink() {
    let extremes = extremes()
    if !isRestored, extremes.up + extremes.down <= tolerance * 10 {
      isRestored = true
      restore()
    }
    active.removeAll { position in
      let index = Int(position)
      if bounds[index] == .up { return f[index] > extremes.down }
      if bounds[index] == .down { return -f[index] > extremes.up }
      return false
    }
  }

  /// Takes all points in again, and works out f of those that were left out.
  private mutating func restore() {
    guard active.count < y.count else { return }
    var isActive = [Bool](repeating: false, count: y.count)
    for position in active { isActive[Int(position)] = true }
    let left = (0..<y.count).filter { !isActive[$0] }
    for index in left { f[index] = -y[index] }
    for support in 0..<y.count where alpha[support] > 0 {
      let row = rows.values(of: support)
      let coefficient = alpha[support] * y[support]
      for index in left { f[index] += coefficient * Double(row[index]) }
    }
    active = (0..<Int32(clamping: y.count)).map { $0 }
  }

  // MARK: The end

  private func solution(_ iterations: Int) -> Solution {
    let extremes = extremes()
    let gap = extremes.up + extremes.down
    var objective = 0.0
    for index in 0..<y.count { objective += alpha[index] * (y[index] * f[index] - 1) / 2 }
    let rho = rho
    // f is the sum of the kernel's values less y.
    let decisions = zip(f, y).map { $0 + $1 - rho }
    return Solution(
      alpha: alpha, rho: rho, objective: objective, decisions: decisions, gap: max(0, gap.isFinite ? gap : 0), iterations: iterations,
      isConverged: gap < tolerance)
  }

  /// The mean of f over points between the bounds; without any, the middle of what the others allow.
  private var rho: Double {
    var (sum, free) = (0.0, 0)
    var (low, high) = (-Double.infinity, Double.infinity)
    for index in 0..<y.count {
      if bounds[index] == [.up, .down] {
        sum += f[index]
        free += 1
      } else if bounds[index] == .up {
        high = min(high, f[index])
      } else {
        low = max(low, f[index])
      }
    }
    if free > 0 { return sum / Double(free) }
    let middle = (low + high) / 2
    return middle.isFinite ? middle : low.isFinite ? low : high.isFinite ? high : 0
  }
}
