extension EmitOptions {
  /// Whether the emitted code means something else by a name, so that its type cannot be called that.
  package static func isReserved(_ name: String) -> Bool {
    if reserved.contains(name) { return true }
    return numbered.contains { word in
      let width = name.dropFirst(word.count)
      return name.hasPrefix(word) && !width.isEmpty && width.allSatisfy(\.isNumber)
    }
  }

  /// Types and modules that some emitted file names, and words that Swift keeps to itself.
  private static let reserved: Set<String> = [
    "Any", "Array", "Atomic", "Bool", "CChar", "Character", "CommandLine", "CustomStringConvertible", "Darwin", "Dictionary", "Double",
    "Equatable", "Error", "Float", "Floats", "Glibc", "Int", "Int32", "MemoryLayout", "Musl", "MutableFloats", "Never", "Optional",
    "Prediction", "Problem", "Protocol", "SIMDMask", "Scratch", "Self", "Sendable", "Set", "SixDoubles", "Start", "StaticString", "Stream",
    "String", "Substring", "Synchronization", "Team", "Type", "UInt32", "UInt64", "UInt8", "UTF8", "Unicode", "Unmanaged",
    "UnsafeBufferPointer", "UnsafeMutableBufferPointer", "UnsafeMutablePointer", "UnsafeMutableRawPointer", "UnsafePointer",
    "UnsafeRawPointer", "Void", "Weights", "WeightsFile",
  ]

  /// Types whose names end with a width: `Vector8`, `SIMD8`.
  private static let numbered = ["Four", "SIMD", "Six", "Sums", "Vector", "Weights"]
}
