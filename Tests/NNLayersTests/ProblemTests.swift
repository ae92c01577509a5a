import Testing

@testable import NNLayers

/// What layers refuse, as facts; that nothing a user can write overflows or traps.
@Suite("refused layers and shapes")
struct ProblemTests {
  private func problem(_ line: String, _ inputs: Shape...) throws -> LayerProblem? {
    do throws(LayerProblem) {
      _ = try bound(line).output(for: inputs)
      return nil
    } catch {
      return error
    }
  }

  private func bound(_ line: String) throws(LayerProblem) -> any Layer {
    guard let line = try? Line(line) else { throw .value(argument: "", message: "does not bind") }
    return try line.type.init(line.arguments)
  }

  private func image(_ height: Int, _ width: Int, _ channels: Int) -> Shape { .image(height: height, width: width, channels: channels) }

  @Test func windows() throws {
    #expect(try problem("conv 3x3x128", image(1, 1, 64)) == .window(height: 3, width: 3, input: image(1, 1, 64)))
    #expect(try problem("conv 3x3x1 pad 1", image(1, 1, 1)) == nil)
    #expect(try problem("conv 3x3x1 dilate 2", image(4, 9, 1)) == .window(height: 5, width: 5, input: image(4, 9, 1)))
    #expect(
      try problem("conv 3x4", .sequence(steps: 2, features: 1)) == .window(height: 3, width: 1, input: .sequence(steps: 2, features: 1)))
    #expect(try problem("maxpool 2", image(1, 5, 1)) == .window(height: 2, width: 2, input: image(1, 5, 1)))
    #expect(try problem("deconv 3x3x1 pad 2", image(1, 1, 1)) != nil)
  }

  @Test func kinds() throws {
    #expect(try problem("conv 3x3x8", .vector(10)) == .kind(needs: [.image], input: .vector(10)))
    #expect(try problem("conv 3x8", image(9, 9, 1)) == .kind(needs: [.sequence], input: image(9, 9, 1)))
    #expect(try problem("maxpool 2x2", .sequence(steps: 9, features: 1)) == .kind(needs: [.image], input: .sequence(steps: 9, features: 1)))
    #expect(try problem("fc 3", .tokens(steps: 4, vocabulary: 9)) != nil)
  }

  @Test func divisors() throws {
    #expect(
      try problem("conv 3x3x8 groups 3", image(9, 9, 32)) == .divide(argument: "groups", value: 3, what: "channels", count: 32))
    #expect(
      try problem("conv 3x3x8 groups 3", image(9, 9, 6)) == .divide(argument: "groups", value: 3, what: "output channels", count: 8))
    #expect(
      try problem("dwconv 3x3x8", image(9, 9, 3)) == .divide(argument: "size", value: 3, what: "output channels", count: 8))
  }

  @Test(arguments: [
    "conv 2x2x4 pad same", "conv 3x3x4 pad same stride 2", "maxpool 2 pad 2", "avgpool", "avgpool 2 to 7x7", "maxpool to 7x7 ceil",
    "avgpool to 3 pad 1", "dropout 1", "dropout 20", "dropout 100%", "conv 3x4 stride 2x1", "conv 3x3x0", "fc 0", "poly 0",
  ])
  func arguments(_ line: String) throws {
    let problem = try #require(try problem(line, image(9, 9, 4)))
    guard case .value(_, let message) = problem else { throw problem }
    #expect(message.first?.isUppercase == false && message.last != ".")
  }

  @Test func joins() throws {
    let (a, b) = (image(4, 4, 3), image(4, 5, 3))
    #expect(try problem("add skip", a, b) == .join(inputs: [a, b]))
    #expect(try problem("add skip", a, image(4, 4, 1)) == .join(inputs: [a, image(4, 4, 1)]))
    #expect(try problem("mul skip", .vector(3), .vector(4)) == .join(inputs: [.vector(3), .vector(4)]))
    #expect(try problem("concat skip", a, b) == .join(inputs: [a, b]))
    #expect(try problem("concat skip", a, .vector(48)) == .join(inputs: [a, .vector(48)]))
    #expect(try problem("reshape 4x4x4", a) == .reshape(from: a, to: [4, 4, 4]))
  }

  /// The largest things that bind: the answer is a problem, not a trap.
  @Test(arguments: [
    "fc 2147483647", "conv 1048576x1048576x9223372036854775807 pad 1048576", "conv 1x1x9223372036854775807",
    "conv 9223372036854775807x3x1", "deconv 9x9x9223372036854775807 stride 1048576", "dwconv 3x3x9223372036854775807 pad 1048576",
    "poly 64", "reshape 9223372036854775807x9223372036854775807", "maxpool 9223372036854775807x2", "avgpool to 1048576x1048576",
    "deconv 1048576x1048576x4 stride 1048576 dilate 1048576",
  ])
  func hugeSizes(_ line: String) throws {
    #expect(try problem(line, image(1 << 19, 1 << 19, 3)) != nil)
    #expect(try problem(line, .vector(1 << 39)) != nil)
    #expect(try problem(line, .sequence(steps: 1 << 20, features: 1 << 19)) != nil)
  }

  @Test func hugeShapes() throws {
    #expect(throws: LayerProblem.tooLarge) { try image(.max, .max, 2).checked() }
    #expect(throws: LayerProblem.tooLarge) { try image(1 << 20, 1 << 20, 2).checked() }
    #expect(try image(1 << 20, 1 << 19, 2).checked().count == 1 << 40)
  }

  @Test func rowsLeftOut() throws {
    let cases: [(String, Shape, Int, Int)] = [
      ("maxpool 2", image(7, 8, 1), 1, 0), ("maxpool 2 pad 1", image(7, 7, 1), 0, 0), ("avgpool 2 ceil", image(7, 7, 1), 0, 0),
      ("maxpool 3 stride 2", image(8, 9, 1), 1, 0), ("maxpool 5", image(9, 9, 1), 4, 4), ("maxpool to 3x3", image(7, 7, 1), 0, 0),
    ]
    for (line, shape, rows, columns) in cases {
      let pool = try #require(try bound(line) as? any WindowedPool)
      let out = pool.leftOut(for: [shape])
      #expect(out.rows == rows && out.columns == columns, "\(line)")
    }
  }
}
