/// The arithmetic of constants. A graph's shapes are a handful of whole numbers; weights are only turned and cut.
extension ONNXTensor {
  init(integers: [Int]) { self.init(shape: [integers.count], values: .integers(integers)) }

  /// More numbers than a constant may be blown up to: a file of a few bytes must not take minutes and gigabytes.
  static let largest = 1 << 24

  /// How many numbers a shape takes; nil for a negative size, and for more numbers than `limit`.
  ///
  /// What holds no number may have other sizes all the same; since loops go over them, they are bounded too.
  static func count(of shape: [Int], limit: Int = Int.max) -> Int? {
    var product = 1
    for size in shape {
      let (next, overflow) = product.multipliedReportingOverflow(by: max(1, size))
      guard size >= 0, !overflow, next <= limit else { return nil }
      product = next
    }
    guard shape.contains(0) else { return product }
    return product <= largest ? 0 : nil
  }

  func reshaped(_ shape: [Int]) -> ONNXTensor { ONNXTensor(name: name, shape: shape, values: values) }

  /// The numbers at these places, in a shape that has so many.
  func picked(_ shape: [Int], _ places: [Int]) -> ONNXTensor {
    switch values {
    case .floats(let numbers): ONNXTensor(name: name, shape: shape, values: .floats(places.map { numbers[$0] }))
    case .integers(let numbers): ONNXTensor(name: name, shape: shape, values: .integers(places.map { numbers[$0] }))
    }
  }

  var doubles: [Double] {
    switch values {
    case .floats(let numbers): numbers.map { Double($0) }
    case .integers(let numbers): numbers.map { Double($0) }
    }
  }

  func cast(to type: Int) throws(Unsayable) -> ONNXTensor {
    let isFloat = [1, 10, 11, 16].contains(type)
    switch values {
    case .floats(let numbers) where !isFloat:
      return ONNXTensor(name: name, shape: shape, values: try Self.whole(numbers.map { Double($0) }))
    case .integers(let numbers) where isFloat: return ONNXTensor(name: name, shape: shape, values: .floats(numbers.map { Float($0) }))
    case .floats, .integers: return self
    }
  }

  func mapped(_ work: (Double) -> Double) throws(Unsayable) -> ONNXTensor {
    switch values {
    case .floats(let numbers): return ONNXTensor(shape: shape, values: .floats(numbers.map { Float(work(Double($0))) }))
    case .integers(let numbers): return ONNXTensor(shape: shape, values: try Self.whole(numbers.map { work(Double($0)) }))
    }
  }

  /// Without what stands behind the point.
  private static func whole(_ numbers: [Double]) throws(Unsayable) -> Values {
    var result: [Int] = []
    for number in numbers {
      guard let whole = Int(exactly: number.rounded(.towardZero)) else { throw Unsayable("\(number) is no whole number") }
      result.append(whole)
    }
    return .integers(result)
  }

  /// Of row-major sizes.
  static func strides(_ shape: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in shape.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * shape[axis + 1] }
    return strides
  }

  /// For each place of `shape` the place in a tensor of these strides.
  static func places(_ shape: [Int], _ strides: [Int], from start: Int = 0) -> [Int] {
    zip(shape, strides).reduce([start]) { places, axis in
      places.flatMap { place in (0..<axis.0).map { place + $0 * axis.1 } }
    }
  }

  func transposed(_ order: [Int]) -> ONNXTensor {
    let strides = Self.strides(shape)
    let newShape = order.map { shape[$0] }
    return picked(newShape, Self.places(newShape, order.map { strides[$0] }))
  }

  /// Repeated along axes of size 1 up to a shape; nil where it does not fit, or would be blown up too far.
  func broadcast(to target: [Int]) -> ONNXTensor? {
    guard target.count >= shape.count, Self.count(of: target, limit: max(Self.largest, count)) != nil else { return nil }
    let own = [Int](repeating: 1, count: target.count - shape.count) + shape
    guard zip(own, target).allSatisfy({ $0 == $1 || $0 == 1 }) else { return nil }
    let strides = zip(own, Self.strides(own)).map { $0 == 1 ? 0 : $1 }
    return own == target ? reshaped(target) : picked(target, Self.places(target, strides))
  }

  private static func common(_ a: [Int], _ b: [Int], limit: Int) throws(Unsayable) -> [Int] {
    let rank = max(a.count, b.count)
    let (a, b) = ([Int](repeating: 1, count: rank - a.count) + a, [Int](repeating: 1, count: rank - b.count) + b)
    guard zip(a, b).allSatisfy({ $0 == $1 || $0 == 1 || $1 == 1 }) else { throw Unsayable("the shapes of two constants do not fit") }
    let shape = zip(a, b).map { $0 == 1 ? $1 : $0 }
    try checkCount(shape, limit: limit)
    return shape
  }

  private static func checkCount(_ shape: [Int], limit: Int = largest) throws(Unsayable) {
    guard count(of: shape, limit: limit) != nil else {
      throw Unsayable("a constant of \(shape.map(String.init).joined(separator: "x")) is too large")
    }
  }

  func combined(with other: ONNXTensor, _ floats: (Float, Float) -> Float, _ integers: (Int, Int) -> (partialValue: Int, overflow: Bool))
    throws(Unsayable) -> ONNXTensor
  {
    // What is there already may be of any size.
    let shape = try Self.common(shape, other.shape, limit: max(Self.largest, count, other.count))
    guard let a = broadcast(to: shape), let b = other.broadcast(to: shape) else {
      throw Unsayable("the shapes of two constants do not fit")
    }
    switch (a.values, b.values) {
    case (.floats(let x), .floats(let y)): return ONNXTensor(shape: shape, values: .floats(zip(x, y).map { floats($0, $1) }))
    case (.integers(let x), .integers(let y)):
      var result: [Int] = []
      for (x, y) in zip(x, y) {
        let (value, overflow) = integers(x, y)
        guard !overflow else { throw Unsayable("a size is too large") }
        result.append(value)
      }
      return ONNXTensor(shape: shape, values: .integers(result))
    case (.floats, .integers), (.integers, .floats): throw Unsayable("whole numbers and others do not mix")
    }
  }

  static func joined(_ tensors: [ONNXTensor], axis: Int) throws(Unsayable) -> ONNXTensor {
    var shape = tensors[0].shape
    guard axis < shape.count, tensors.allSatisfy({ $0.shape.count == shape.count }) else {
      throw Unsayable("constants without axes cannot be joined")
    }
    let rows = tensors[0].shape[..<axis].reduce(1, *)
    shape[axis] = tensors.reduce(0) { $0 + $1.shape[axis] }
    for tensor in tensors {
      var other = tensor.shape
      other[axis] = shape[axis]
      guard other == shape else { throw Unsayable("the shapes of constants that are joined do not fit") }
    }
    let widths = tensors.map { $0.count / max(1, rows) }
    if tensors.allSatisfy({ if case .integers = $0.values { true } else { false } }) {
      let lists = tensors.map { if case .integers(let values) = $0.values { values } else { [Int]() } }
      let values = (0..<rows).flatMap { row in zip(lists, widths).flatMap { $0[row * $1..<(row + 1) * $1] } }
      return ONNXTensor(shape: shape, values: .integers(values))
    }
    let lists = tensors.map { if case .floats(let values) = $0.values { values } else { [Float]() } }
    guard zip(lists, widths).allSatisfy({ $0.count == $1 * rows }) else { throw Unsayable("whole numbers and others do not mix") }
    return ONNXTensor(
      shape: shape, values: .floats((0..<rows).flatMap { row in zip(lists, widths).flatMap { $0[row * $1..<(row + 1) * $1] } }))
  }

  func gathered(_ indices: [Int], _ indexShape: [Int], _ axis: Int) throws(Unsayable) -> ONNXTensor {
    let size = shape[axis]
    guard indices.allSatisfy({ (-size..<size).contains($0) }) else { throw Unsayable("an index lies outside of a constant") }
    let strides = Self.strides(shape)
    let (front, back) = (Array(shape[..<axis]), Array(shape[(axis + 1)...]))
    try Self.checkCount(front + indexShape + back, limit: max(Self.largest, count))
    let places = Self.places(front, Array(strides[..<axis])).flatMap { start in
      indices.flatMap { index in
        Self.places(back, Array(strides[(axis + 1)...]), from: start + (index < 0 ? index + size : index) * strides[axis])
      }
    }
    return picked(front + indexShape + back, places)
  }

  /// `ConstantOfShape` and `Expand`.
  func filled(_ node: ImportedNode) throws(Unsayable) -> ONNXTensor {
    if node.operation == "ConstantOfShape" {
      let sizes = try node.integers(0) ?? []
      try Self.checkCount(sizes)
      let count = sizes.reduce(1, *)
      guard case .tensor(let value)? = node.attribute("value") else {
        return ONNXTensor(shape: sizes, values: .floats([Float](repeating: 0, count: count)))
      }
      guard value.count == 1 else { throw Unsayable("`value` is not one number") }
      return value.picked(sizes, [Int](repeating: 0, count: count))
    }
    let shape = try Self.common(shape, try node.integers(1) ?? [], limit: max(Self.largest, count))
    guard let result = broadcast(to: shape) else { throw Unsayable("it does not fit the shape") }
    return result
  }

  /// `ReduceProd` of all numbers: how graphs count what a shape holds.
  func product(_ node: ImportedNode) throws(Unsayable) -> ONNXTensor {
    guard shape.count <= 1, let numbers = try node.integers(0) else { throw Unsayable("a product of more than one axis is not worked out") }
    var product = 1
    for number in numbers {
      let (next, overflow) = product.multipliedReportingOverflow(by: number)
      guard !overflow else { throw Unsayable("a size is too large") }
      product = next
    }
    return node.integer("keepdims", 1) == 0 || shape.isEmpty ? ONNXTensor(values: .integers([product])) : ONNXTensor(integers: [product])
  }

  func sliced(_ node: ImportedNode) throws(Unsayable) -> ONNXTensor {
    var result = self
    for part in try SlicePart.parts(node, shape) {
      let strides = Self.strides(result.shape)
      var newShape = result.shape
      newShape[part.axis] = part.count
      let (front, back) = (Array(newShape[..<part.axis]), Array(newShape[(part.axis + 1)...]))
      let places = Self.places(front, Array(strides[..<part.axis])).flatMap { start in
        part.indices.flatMap { Self.places(back, Array(strides[(part.axis + 1)...]), from: start + $0 * strides[part.axis]) }
      }
      result = result.picked(newShape, places)
    }
    return result
  }
}

/// The places of one axis that a `Slice` takes.
struct SlicePart {
  var axis: Int
  var first: Int
  var count: Int
  var step = 1

  /// Not a list: an axis may be longer than any memory.
  var indices: LazyMapSequence<Range<Int>, Int> { (0..<count).lazy.map { [first, step] in first + $0 * step } }

  static func parts(_ node: ImportedNode, _ shape: [Int]) throws(Unsayable) -> [SlicePart] {
    guard let starts = try node.integers(1, orNamed: "starts"), let ends = try node.integers(2, orNamed: "ends"), starts.count == ends.count
    else {
      throw Unsayable("its bounds are missing")
    }
    let axes = try node.integers(3, orNamed: "axes") ?? Array(starts.indices)
    let steps = try node.integers(4) ?? [Int](repeating: 1, count: starts.count)
    guard axes.count == starts.count, steps.count == starts.count else { throw Unsayable("its bounds are of different numbers") }
    var parts: [SlicePart] = []
    for (place, axis) in axes.enumerated() {
      let axis = try node.axis(axis, of: shape.count)
      guard !parts.contains(where: { $0.axis == axis }) else { throw Unsayable("an axis is named twice") }
      let (size, step) = (shape[axis], steps[place])
      guard step >= 1 else { throw Unsayable("it goes backwards") }
      func bound(_ value: Int) -> Int { min(max(value < 0 ? value.addingReportingOverflow(size).partialValue : value, 0), size) }
      let (start, end) = (bound(starts[place]), bound(ends[place]))
      parts.append(SlicePart(axis: axis, first: start, count: start < end ? (end - start - 1) / step + 1 : 0, step: step))
    }
    return parts
  }
}
