import Testing

@Suite struct BenchCommandTests {
  static let network = "input 8x8x2\nclasses 3\nbatch 5\nconv 3x3x8 pad 1 | relu | maxpool 2 | bn | fc $classes softmax\n"

  @Test func inference() throws {
    let here = try Workshop()
    try here.write(Self.network, to: "net.nn")
    let result = try here.nnc("bench", "net.nn", "--threads", "1", "--seconds", "1", "--format", "json")
    #expect(result.code == 0 && result.errors.isEmpty)
    let report = try JSON(result.output)
    #expect(report["mode"]?.string == "infer" && report["batch"]?.number == 1 && report["threads"]?.number == 1)
    let milliseconds = try #require(report["ms"])
    let median = try #require(milliseconds["median"]?.number)
    #expect(try #require(milliseconds["min"]?.number) <= median && median <= (try #require(milliseconds["p99"]?.number)))
    #expect(abs(try #require(report["samples_per_s"]?.number) * median / 1000 - 1) < 1e-9)
    let layers = try #require(report["layers"]?.array)
    #expect(
      layers.map { $0["text"]?.string } == ["conv 3x3x8 pad 1 | relu | maxpool 2", "bn", "fc $classes softmax", "fc $classes softmax"])
    #expect(layers.map { $0["index"]?.number } == [1, 4, 5, 5])
    #expect((report["peak_gflops"]?.number ?? 0) > 1)
    // 2 x 8 x 8 x 8 x 3 x 3 x 2 multiply-accumulates of the convolution, 4 x 4 x 8 x 3 of the product.
    let operations = try #require(report["gflops"]?.number) * median * 1e6
    #expect(abs(operations - Double(2 * (8 * 8 * 8 * 18 + 4 * 4 * 8 * 3))) < 1)
  }

  @Test func training() throws {
    let here = try Workshop()
    try here.write(Self.network, to: "net.nn")
    let result = try here.nnc("bench", "net.nn", "--mode", "train", "--seconds=1")
    #expect(result.code == 0)
    #expect(result.output.contains("training steps, batch 5"))
    #expect(result.output.contains("optimizer adam") && result.output.contains("samples/s") && result.output.contains("of the peak"))
    let other = try here.nnc("bench", "net.nn", "--mode=train", "--batch=7", "--seconds=1", "--format=json")
    #expect(try JSON(other.output)["batch"]?.number == 7)
  }

  @Test func refusals() throws {
    let here = try Workshop()
    try here.write(Self.network.replacing("batch 5", with: "batch all"), to: "all.nn")
    let result = try here.nnc("bench", "all.nn", "--mode", "train")
    #expect(result.code == 1 && result.errors.contains("`batch all` depends on the data"))
    #expect(try here.nnc("bench", "all.nn", "--batch", "0").code == 2)
    #expect(try here.nnc("bench", "\(examples)/tiny.nn").errors.contains("error[NN104]: no input shape"))
  }
}
