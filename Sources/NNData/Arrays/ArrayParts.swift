extension Dataset {
  /// The parts as NumPy's `.npy` files, by name: `train_x`, `train_y`, `test_x` and so on.
  ///
  /// Inputs are as they were read: bytes for images, float32 for numbers, and whole numbers of the smallest type that holds them for characters, all
  /// channels last. Classes are int64, other targets float32. Windows of a series or a text are written out one by one.
  public var arrays: [(name: String, file: NumPyFile)] {
    let parts = [("train", train), ("validation", validation), ("test", test)].compactMap { name, part in part.map { (name, $0) } }
    return parts.flatMap { name, part in
      [("\(name)_x", part.inputFile)] + (part.targetFile.map { [("\(name)_y", $0)] } ?? [])
    }
  }
}

extension Examples {
  var inputFile: NumPyFile {
    switch storage {
    case .bytes(let bytes): return NumPyFile(shape: [count] + shape, bytes: Array(bytes))
    case .files: return NumPyFile(shape: [count] + shape, bytes: (0..<count).flatMap { bytes(of: $0) ?? [] })
    case .floats(let floats): return NumPyFile(shape: [count] + shape, floats: Array(floats))
    case .windows(let windows):
      let numbers = windows.starts.flatMap { start in
        windows.values[Int(start) * windows.features..<(Int(start) + windows.steps) * windows.features]
      }
      guard windows.isText else { return NumPyFile(shape: [count] + shape, floats: numbers) }
      if windows.values.allSatisfy({ $0 < 256 }) { return NumPyFile(shape: [count] + shape, bytes: numbers.map { UInt8($0) }) }
      return NumPyFile(shape: [count] + shape, integers: numbers.map { Int64($0) })
    }
  }

  /// nil where there are no targets.
  var targetFile: NumPyFile? {
    switch targets {
    case .none: return nil
    case .classes(let labels): return NumPyFile(shape: [count], integers: labels.map { Int64($0) })
    case .values(let values, let width): return NumPyFile(shape: [count, width], floats: values)
    case .following(let following):
      let shape = following.width == 1 ? [count] : [count, following.width]
      if isText { return NumPyFile(shape: shape, integers: labels.map { Int64($0) }) }
      return NumPyFile(shape: [count, following.width], floats: (0..<count).flatMap { followers(of: $0, following) })
    }
  }
}
