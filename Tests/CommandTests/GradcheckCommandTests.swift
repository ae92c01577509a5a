import Testing

@Suite struct GradcheckCommandTests {
  @Test func table() throws {
    let here = try Workshop()
    let result = try here.nnc("gradcheck", "\(examples)/iris.nn")
    #expect(result.code == 0 && result.errors.isEmpty)
    #expect(result.output.contains("all below 1e-5"))
    #expect(result.output.contains("weight") && result.output.contains("cross_entropy"))
  }

  @Test func json() throws {
    let here = try Workshop()
    try here.write("conv 3x3x4 pad 1 | relu | maxpool 2 | bn | fc 3 softmax\n", to: "net.nn")
    let result = try here.nnc("gradcheck", "net.nn", "--input", "6x6x2", "--format=json", "--seed", "3")
    #expect(result.code == 0)
    let object = try JSON(result.output)
    #expect(object["ok"]?.bool == true && object["seed"]?.number == 3)
    let tensors = object["stages"]?.array?.flatMap { $0["tensors"]?.array ?? [] } ?? []
    // conv: x, weight, bias; relu, maxpool: x; bn: x, weight, bias; fc: x, weight, bias; softmax: x.
    #expect(tensors.count == 12)
    #expect(tensors.allSatisfy { ($0["error"]?.number ?? 1) < 1e-5 && ($0["compared"]?.number ?? 0) + ($0["kinks"]?.number ?? 0) > 0 })
    #expect((object["loss"]?["error"]?.number ?? 1) < 1e-5)
  }

  @Test func refusals() throws {
    let here = try Workshop()
    #expect(try here.nnc("gradcheck", "\(examples)/tiny.nn").errors.contains("error[NN104]: no input shape"))
    #expect(try here.nnc("gradcheck", "\(examples)/blocks.nn").code == 1)
    #expect(try here.nnc("gradcheck").code == 2)
  }
}
