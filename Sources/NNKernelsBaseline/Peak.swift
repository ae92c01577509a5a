import NNKernelTypes

extension Loops {
  /// As many independent chains as a tile has, which is more than the processor needs to keep its multipliers busy: what is reached without any
  /// memory. Returns the operations that were done, two per multiplication and addition.
  public static func multiplyAdd(rounds: Int, start: Float, sum: MutableFloats) -> Int {
    var sums = zeroSums
    let factor = V(repeating: start)
    let term = V(repeating: start)
    var round = 0
    while round < rounds {
      multiplyAdd(&sums, factor, term)
      round &+= 1
    }
    write(sums, tileRows, 2, sum, tileColumns)
    return rounds &* tileRows &* tileColumns &* 2
  }

  /// s = s factor + term for every sum.
  @_transparent static func multiplyAdd(_ sums: inout RowSums, _ factor: V, _ term: V) {
    next(&sums.r0, factor, term)
    next(&sums.r1, factor, term)
    next(&sums.r2, factor, term)
    next(&sums.r3, factor, term)
    next(&sums.r4, factor, term)
    next(&sums.r5, factor, term)
    #if NNC_V4
      next(&sums.r6, factor, term)
      next(&sums.r7, factor, term)
      next(&sums.r8, factor, term)
      next(&sums.r9, factor, term)
      next(&sums.r10, factor, term)
      next(&sums.r11, factor, term)
    #endif
  }

  @_transparent static func next(_ sum: inout RowSum, _ factor: V, _ term: V) {
    sum.first = fma(term, sum.first, factor)
    sum.second = fma(term, sum.second, factor)
  }
}
