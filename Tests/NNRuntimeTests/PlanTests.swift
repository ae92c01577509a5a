import NNLayers
import Testing

@testable import NNGraph

@Suite("Plans")
struct PlanTests {
  /// Everything that makes a plan hard: skips, branches, in-place activations, aliases, joins of one value with itself.
  static let networks: [String] = [
    "input 4\nclasses 3\nfc 10 relu | fc $classes softmax",
    "input 2\nfc 3 tanh | fc 1 sigmoid",
    "input 6\nfc 4 | fc 1",
    "input 8x8x3\nconv 3x3x4 pad 1 relu | dropout 0.2 | maxpool 2 | flatten | fc 4 softmax",
    "input 8x8x4\nconv 3x3x4 pad 1 relu as skip | conv 3x3x4 pad 1 | add skip | relu | gap | fc 2 softmax",
    "input 8x8x4\nres { conv 3x3x4 pad 1 nobias | bn | relu | conv 3x3x4 pad 1 nobias | bn } | relu | fc 2 softmax",
    "input 8x8x4\nres { conv 3x3x8 stride 2 pad 1 nobias | bn } via auto | relu | gap | fc 2 softmax",
    "input 8x8x4\nbranch concat { conv 1x1x2 } { conv 3x3x2 pad 1 as mid } { maxpool 3 stride 1 pad 1 } | relu | fc 2 softmax",
    "input 8x8x4\nconv 1x1x4 | branch add {} { conv 1x1x4 } {} | gap | fc 2 softmax",
    "input 8x8x4\nconv 1x1x4 | branch mul { sigmoid } {} | gap | fc 2 softmax",
    "input 6\nfc 6 relu as a | dropout 0.5 as b | add a | concat b | fc 3 softmax",
    "input 6\nfc 6 as a | sigmoid | dropout 0.5 | tanh | add a | relu | fc 3 as c | relu | add c",
    "input 4\nrelu | fc 3 softmax",
    "input 4\nflatten | linear",
    "input 4\nsoftmax",
  ]

  @Test("are right by the verifier", arguments: networks, [Plan.Purpose.training, .evaluation, .prediction])
  func verified(text: String, purpose: Plan.Purpose) throws {
    let model = try model(text)
    for batch in [1, 7] {
      let plan = try Plan(model, purpose, batch: batch)
      #expect(PlanVerifier.problems(in: plan, of: model) == [])
    }
  }

  /// Each change is a mistake a planner could make; the verifier must see it.
  @Test(
    "with planted mistakes are refused",
    arguments: [
      "block moved", "block too small", "outside", "lifetime", "input swapped", "gradient lost", "addition lost", "early write",
      "unaligned",
    ])
  func planted(mistake: String) throws {
    let model = try model("input 8x8x4\nconv 1x1x4\nres { conv 3x3x4 pad 1 relu | conv 3x3x4 pad 1 } | tanh | fc 2 softmax")
    var plan = try Plan(model, .training, batch: 3)
    let product = plan.forward[0].y
    switch mistake {
    case "block moved": plan.blocks[product].offset = plan.blocks[plan.input].offset
    case "block too small": plan.blocks[product].count -= 1
    case "outside": plan.arenaCount -= 16
    case "lifetime": plan.blocks[product].offset = plan.blocks[plan.forward[2].y].offset
    case "input swapped": plan.forward[2].x = [plan.input]
    case "gradient lost": plan.backward.removeLast()
    case "addition lost": plan.backward.removeAll { if case .add = $0 { true } else { false } }
    case "early write": plan.forward.swapAt(1, 2)
    default: plan.blocks[product].offset += 1
    }
    #expect(PlanVerifier.problems(in: plan, of: model) != [], "\(mistake)")
  }

  @Test("leave out the activation that the loss stands for")
  func logits() throws {
    let softmax = try model("input 4\nclasses 3\nfc $classes softmax")
    #expect(try Plan(softmax, .training, batch: 2).forward.count == 1)
    #expect(try Plan(softmax, .evaluation, batch: 2).forward.count == 1)
    #expect(try Plan(softmax, .prediction, batch: 2).forward.count == 2)
    let squared = try model("input 4\nloss mse\nfc 3 softmax")
    #expect(try Plan(squared, .training, batch: 2).forward.count == 2)
  }

  @Test("share blocks in place, and of aliases")
  func sharing() throws {
    let model = try model("input 8x8x2\nconv 3x3x4 pad 1 | relu | dropout 0.5 | linear | fc 2")
    let training = try Plan(model, .training, batch: 2)
    // relu is part of the convolution's call; linear is no step. dropout may not overwrite what relu's backward pass reads.
    #expect(training.forward.map(\.nodes) == [[0, 1], [2, 3], [4]])
    #expect(training.forward[0].y != training.forward[1].y)
    let inference = try Plan(model, .prediction, batch: 2)
    #expect(inference.forward.map(\.nodes) == [[0, 1, 2, 3], [4]])
    let alone = try NNRuntimeTests.model("input 8\ngelu | relu | fc 2")
    let plan = try Plan(alone, .prediction, batch: 2)
    #expect(plan.forward.map(\.nodes) == [[0], [1], [2]])
    #expect(plan.forward[0].y == plan.forward[1].y)
  }

  @Test("need hardly more memory than is alive at once")
  func tight() throws {
    for text in Self.networks {
      for purpose in [Plan.Purpose.training, .prediction] {
        let plan = try Plan(try model(text), purpose, batch: 8)
        #expect(plan.arenaCount <= ArenaLayout.lowerBound(plan.blocks) * 5 / 4)
      }
    }
  }

  @Test("reuse memory in inference: a chain needs two blocks, however long it is")
  func chain() throws {
    let short = try Plan(try model("input 64\nrepeat 2 { fc 64 softsign }"), .prediction, batch: 4)
    let long = try Plan(try model("input 64\nrepeat 50 { fc 64 softsign }"), .prediction, batch: 4)
    #expect(long.arenaCount == short.arenaCount)
  }

  @Test("of sizes that cannot be counted are refused")
  func tooLarge() throws {
    let model = try model("input 1000000\nfc 1000")
    #expect(throws: PlanProblem.tooLarge) { try Plan(model, .training, batch: .max / 1000) }
    #expect(throws: PlanProblem.tooLarge) { try Plan(model, .training, batch: 0) }
  }

  /// The network of the examples: batch 32 with its data set (50 MB of bytes) is to stay under 300 MB.
  @Test("of the MRI network fit into 300 MB with its data")
  func mri() throws {
    let model = try model(
      """
      input 84x84x1
      classes 4
      conv 3x3x8 pad 1 | leaky_relu 0.01
      conv 3x3x32 pad 1 | leaky_relu 0.01 | maxpool 2 | dropout 0.2
      conv 3x3x32 pad 1 | leaky_relu 0.01
      conv 3x3x64 pad 1 | leaky_relu 0.01 | maxpool 2 | dropout 0.2
      avgpool to 7x7
      fc 256 leaky_relu 0.01 | dropout 0.1
      fc 128 leaky_relu 0.01 | dropout 0.1
      fc $classes softmax
      """)
    let plan = try Plan(model, .training, batch: 32)
    #expect(PlanVerifier.problems(in: plan, of: model) == [])
    let layout = try WeightLayout(model)
    // Weights, gradients, two states of an optimizer and the best weights so far.
    let bytes = 4 * (plan.arenaCount + 5 * layout.trainedCount)
    #expect(bytes + 50_000_000 < 230_000_000, "\(bytes)")
    #expect(layout.parameters == 866_644)
  }
}
