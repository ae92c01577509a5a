/// What emitted code is written for: the width and number of vector registers decide how work is cut into blocks.
public enum Processor: String, Sendable, CaseIterable {
  /// Any: vectors of four numbers, multiplication and addition apart where there may be no fused instruction.
  case portable
  /// AVX2 and FMA.
  case v3 = "x86-64-v3"
  /// AVX-512 F, BW, CD, DQ and VL.
  case v4 = "x86-64-v4"
  /// NEON, which every arm64 processor has.
  case arm64

  /// Numbers in a vector register.
  var lanes: Int {
    switch self {
    case .portable, .arm64: 4
    case .v3: 8
    case .v4: 16
    }
  }

  /// Sums that fit into the registers, beside the weights and inputs they are made of.
  func sums(withVectors vectors: Int) -> Int {
    switch self {
    case .portable: 14 - vectors
    case .v3: 15 - vectors
    case .v4, .arm64: min(24, 31 - vectors)
    }
  }

  /// What the compiler needs besides `-O`.
  public var compilerFlags: [String] {
    switch self {
    case .portable, .arm64: []
    case .v3, .v4: ["-Xcc", "-march=\(rawValue)"]
    }
  }

  /// The flags of /proc/cpuinfo without which the code cannot run.
  var requiredFlags: [String] {
    switch self {
    case .portable, .arm64: []
    case .v3: ["avx2", "fma", "bmi1", "bmi2", "f16c", "movbe"]
    case .v4: Processor.v3.requiredFlags + ["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"]
    }
  }
}
