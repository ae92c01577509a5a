import NNData
import NNDiagnostics
import NNGraph
import NNKernels
import NNRuntime
import Testing

/// The model of a file's text.
func model(_ text: String) throws -> Model {
  let result = check(SourceFile(name: "test.nn", text: text))
  return try #require(result.model, "\(result.diagnostics.map(\.message))")
}

/// A table with a class per row.
func table(_ rows: [[Float]], classes: [Int32]) -> Examples {
  Examples(
    shape: [rows[0].count], storage: .floats(Stretch(rows.flatMap { $0 })), targets: .classes(classes), count: rows.count,
    origin: .generated("test")
  )
}

/// A table with a number per row.
func table(_ rows: [[Float]], values: [Float]) -> Examples {
  Examples(
    shape: [rows[0].count], storage: .floats(Stretch(rows.flatMap { $0 })), targets: .values(values, width: 1), count: rows.count,
    origin: .generated("test"))
}

let xor = Dataset(
  name: "xor", train: table([[0, 0], [0, 1], [1, 0], [1, 1]], classes: [0, 1, 1, 0]), classes: ["equal", "different"])

/// Two interleaved rings with 180 points, the same every time: enough for a few batches and not linearly separable.
let rings: Dataset = {
  var rows: [[Float]] = []
  var classes: [Int32] = []
  var state: UInt32 = 1
  for index in 0..<180 {
    func random() -> Float {
      state = state &* 1_664_525 &+ 1_013_904_223
      return Float(state >> 8) / Float(1 << 24) * 2 - 1
    }
    var (x, y) = (random(), random())
    let length = (x * x + y * y).squareRoot() + 1e-3
    let radius: Float = index % 2 == 0 ? 1 : 2
    x *= radius / length
    y *= radius / length
    rows.append([x + 0.1 * random(), y + 0.1 * random()])
    classes.append(Int32(index % 2))
  }
  let (train, validation) = (
    table(Array(rows[..<140]), classes: Array(classes[..<140])), table(Array(rows[140...]), classes: Array(classes[140...]))
  )
  return Dataset(name: "rings", train: train, validation: validation, classes: ["inner", "outer"])
}()

/// The kernels of this machine; tests of other thread counts make their own.
let kernels: Kernels = {
  guard let kernels = try? Kernels(threads: 1) else { preconditionFailure("no kernels for this processor") }
  return kernels
}()
