import NNLayers

extension WeightSpec {
  /// Calls `body` with the place in memory and the place in a file (PyTorch's order, row-major) of every number.
  @inline(__always)
  func forEachNumber(_ body: (_ memory: Int, _ file: Int) -> Void) {
    var strides = [Int](repeating: 1, count: view.count)
    for axis in view.indices.reversed().dropFirst() { strides[axis] = strides[axis + 1] * view[axis + 1] }
    let sizes = order.map { view[$0] }
    let steps = order.map { strides[$0] }
    var position = [Int](repeating: 0, count: sizes.count)
    var file = 0
    for memory in 0..<count {
      body(memory, file)
      var axis = sizes.count - 1
      while axis >= 0 {
        position[axis] += 1
        file += steps[axis]
        if position[axis] < sizes[axis] { break }
        file -= steps[axis] * sizes[axis]
        position[axis] = 0
        axis -= 1
      }
    }
  }
}
