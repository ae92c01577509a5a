import NNDiagnostics
import NNEmit

/// Names in emitted code, from names of files and models.
enum SwiftName {
  /// `brain-mri` becomes `BrainMri`; what is no letter or digit divides words.
  static func type(_ name: String) -> String {
    let words = name.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
    let joined = words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    guard let first = joined.first else { return "Network" }
    let safe = first.isNumber ? "Network" + joined : joined
    return EmitOptions.isReserved(safe) ? safe + "Network" : safe
  }

  /// `out/Mri.swift` without folder and ending.
  static func stem(_ path: String) -> String {
    let name = lastComponent(path)
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return name }
    return String(name[..<dot])
  }
}
