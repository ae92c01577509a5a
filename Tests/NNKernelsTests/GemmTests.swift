import NNKernels
import Testing

@Suite struct GemmTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var m: Int
    var n: Int
    var k: Int
    var transposeA = false
    var transposeB = false
    /// Added to the dense distance between rows.
    var margin = 0
    var accumulate = false
    var bias = false
    var activation = Activation.linear
    var testDescription: String { "\(m)x\(n)x\(k) \(transposeA) \(transposeB) \(margin) \(accumulate) \(bias) \(activation.kind)" }
  }

  static let cases: [Case] = {
    var cases: [Case] = []
    for (m, n, k) in [
      (1, 1, 1), (1, 10, 7), (2, 3, 4), (5, 17, 33), (12, 32, 20), (13, 33, 21), (25, 10, 4), (25, 3, 10), (37, 65, 12), (50, 130, 9),
      (7, 15, 300),
      (64, 20, 8), (24, 64, 257), (1, 40, 600),
    ] {
      for transposeA in [false, true] {
        for transposeB in [false, true] { cases.append(Case(m: m, n: n, k: k, transposeA: transposeA, transposeB: transposeB)) }
      }
    }
    cases.append(Case(m: 13, n: 35, k: 18, margin: 3, accumulate: true, bias: true, activation: Activation(.relu)))
    cases.append(Case(m: 30, n: 150, k: 5, transposeA: true, margin: 5, bias: true, activation: Activation(.leakyRelu, alpha: 0.1)))
    cases.append(Case(m: 4, n: 3, k: 0, bias: true))
    cases.append(Case(m: 250, n: 530, k: 3, transposeB: true, accumulate: true))
    return cases
  }()

  @Test(arguments: InstructionSet.supported, cases)
  func product(set: InstructionSet, test: Case) throws {
    var numbers = Numbers(test.m * 31 + test.n * 7 + test.k)
    let lda = (test.transposeA ? test.m : test.k) + test.margin
    let ldb = (test.transposeB ? test.k : test.n) + test.margin
    let ldc = test.n + test.margin
    let a = numbers.array(lda * (test.transposeA ? test.k : test.m))
    let b = numbers.array(ldb * (test.transposeB ? test.n : test.k))
    let bias = numbers.array(test.n)
    let before = numbers.array(ldc * test.m)
    let kernels = try Machine.kernels(set, threads: 2)
    let c = output(ldc * test.m) { c in
      for i in before.indices { c[i] = before[i] }
      bias.withUnsafeBufferPointer { bias in
        kernels.gemm(
          m: test.m, n: test.n, k: test.k, a: a, lda: lda, transposeA: test.transposeA, b: b, ldb: ldb, transposeB: test.transposeB,
          c: c, ldc: ldc, accumulate: test.accumulate,
          epilogue: Epilogue(bias: test.bias ? bias.baseAddress : nil, activation: test.activation))
      }
    }
    var expected = before.map(Double.init)
    for i in 0..<test.m {
      for j in 0..<test.n {
        var s = test.accumulate ? expected[i * ldc + j] : 0
        for l in 0..<test.k {
          let left = a[test.transposeA ? l * lda + i : i * lda + l]
          let right = b[test.transposeB ? j * ldb + l : l * ldb + j]
          s += Double(left) * Double(right)
        }
        if test.bias { s += Double(bias[j]) }
        expected[i * ldc + j] = Definition.value(test.activation, s)
      }
    }
    #expect(error(c, expected) < tolerance(terms: test.k + 2))
  }
}
