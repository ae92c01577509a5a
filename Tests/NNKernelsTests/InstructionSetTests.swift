import NNKernels
import Testing

@Suite struct InstructionSetTests {
  @Test func everyNameOfTheOverrideIsKnown() throws {
    for set in InstructionSet.allCases {
      if InstructionSet.supported.contains(set) {
        #expect(try Kernels(threads: 1, cpu: set.rawValue).instructionSet == set)
      } else {
        #expect(throws: KernelsError.unsupportedInstructionSet(set)) { try Kernels(threads: 1, cpu: set.rawValue) }
      }
    }
    #expect(throws: KernelsError.unknownInstructionSet("avx9")) { try Kernels(threads: 1, cpu: "avx9") }
  }

  @Test func theBaselineIsAlwaysThere() {
    #expect(InstructionSet.supported.first == .baseline)
    #expect(InstructionSet.supported.contains(InstructionSet.best))
  }
}
