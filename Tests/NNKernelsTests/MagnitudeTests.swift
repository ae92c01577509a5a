import NNKernels
import Testing

@Suite("The largest magnitude")
struct MagnitudeTests {
  @Test(arguments: InstructionSet.supported)
  func isFoundWhereverItIs(set: InstructionSet) throws {
    let kernels = try Kernels(threads: 1, cpu: set.rawValue)
    for count in [0, 1, 5, 16, 33, 100] {
      let numbers = (0..<count).map { Float($0 % 7) - 3 }
      #expect(kernels.largestMagnitude(count: count, x: numbers) == (numbers.map(abs).max() ?? 0))
      for place in 0..<count {
        var changed = numbers
        changed[place] = -12.5
        #expect(kernels.largestMagnitude(count: count, x: changed) == 12.5)
        changed[place] = -.infinity
        #expect(kernels.largestMagnitude(count: count, x: changed) == .infinity)
        changed[(place + 1) % count] = .nan
        #expect(kernels.largestMagnitude(count: count, x: changed).isNaN)
      }
    }
  }
}
