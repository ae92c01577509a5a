import NNKernelTypes
import NNKernelsBaseline

#if arch(x86_64)
  import NNKernelsV3
  import NNKernelsV4
#endif

/// What the loops can be compiled for. On arm64 the baseline is NEON, and there is no other.
public enum InstructionSet: String, Sendable, CaseIterable {
  case baseline
  /// AVX2 and FMA.
  case v3 = "x86-64-v3"
  /// AVX-512 F, BW, CD, DQ and VL.
  case v4 = "x86-64-v4"

  /// Those this processor and operating system can run, slowest first.
  public static let supported: [InstructionSet] = {
    #if arch(x86_64)
      // Lists only what the operating system has enabled too.
      let flags = Set(systemFileLine("/proc/cpuinfo", startingWith: "flags").split(separator: " "))
      guard flags.isSuperset(of: ["avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe", "xsave"]) else { return [.baseline] }
      guard flags.isSuperset(of: ["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"]) else { return [.baseline, .v3] }
      return [.baseline, .v3, .v4]
    #else
      return [.baseline]
    #endif
  }()

  /// The last of `supported`.
  public static var best: InstructionSet { supported.last ?? .baseline }

  /// Numbers in a vector register.
  public var lanes: Int {
    switch self {
    case .baseline: 4
    case .v3: 8
    case .v4: 16
    }
  }

  var loops: any KernelLoops.Type {
    #if arch(x86_64)
      switch self {
      case .baseline: NNKernelsBaseline.Loops.self
      case .v3: NNKernelsV3.Loops.self
      case .v4: NNKernelsV4.Loops.self
      }
    #else
      NNKernelsBaseline.Loops.self
    #endif
  }
}

/// Why no kernels can be had.
public enum KernelsError: Error, Equatable, Sendable {
  /// `NNC_CPU` names no instruction set.
  case unknownInstructionSet(String)
  /// This processor lacks it.
  case unsupportedInstructionSet(InstructionSet)
}
