extension WeightSpec {
  /// For each place in memory, in order: the place of that number in a file (PyTorch's order).
  @usableFromInline
  var filePlaces: [Int] {
    var strides = [Int](repeating: 1, count: view.count)
    for axis in view.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * view[axis + 1] }
    var places = [0]
    for axis in order {
      let steps = (0..<view[axis]).map { $0 * strides[axis] }
      places = places.flatMap { place in steps.map { place + $0 } }
    }
    return places
  }

  /// Whether memory and files have the same order.
  @inlinable
  public var isInFileOrder: Bool { order == Array(view.indices) }

  /// A tensor as files hold it, in the order the kernels want. `numbers` has `count` elements.
  @inlinable
  public func toMemory<Number>(_ numbers: [Number]) -> [Number] {
    isInFileOrder ? numbers : filePlaces.map { numbers[$0] }
  }

  /// A tensor as it lies in memory, in the order of files. `numbers` has `count` elements.
  @inlinable
  public func toFile<Number>(_ numbers: [Number]) -> [Number] {
    guard !isInFileOrder else { return numbers }
    var file = numbers
    for (place, number) in zip(filePlaces, numbers) { file[place] = number }
    return file
  }
}
