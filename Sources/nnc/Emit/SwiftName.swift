/// Names in emitted code, from names of files and models.
enum SwiftName {
  /// `brain-mri` becomes `BrainMri`; what is no letter or digit divides words.
  static func type(_ name: String) -> String {
    let words = name.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
    let joined = words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    guard let first = joined.first else { return "Network" }
    let safe = first.isNumber ? "Network" + joined : joined
    return reserved.contains(safe) ? safe + "Network" : safe
  }

  /// Types that the emitted code itself uses.
  private static let reserved: Set<String> = [
    "Any", "Array", "Bool", "Character", "Dictionary", "Double", "Equatable", "Error", "Float", "Floats", "Int", "MemoryLayout",
    "MutableFloats", "Never", "Optional", "Prediction", "Problem", "Protocol", "Scratch", "Self", "Sendable", "Set", "StaticString",
    "String",
    "Type", "UInt8", "UInt32", "UnsafeBufferPointer", "UnsafePointer", "Void", "Weights",
  ]

  /// `out/Mri.swift` without folder and ending.
  static func stem(_ path: String) -> String {
    let name = lastComponent(path)
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return name }
    return String(name[..<dot])
  }

  static func lastComponent(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }
}
