import Foundation
import NNData
import NNEmit
import NNKernels
import NNLayers
import Testing

/// Every layer, and every way of putting layers together, as emitted code against the engine. The numbers of the engine are checked against
/// PyTorch elsewhere; 1e-4 of the largest output is what a self-test allows.
struct LayerTests {
  /// One network each; the first word of each line is its name.
  static let networks: [(name: String, text: String)] = [
    ("Dense", "input 7\nfc 20 relu | fc 3 softmax"),
    ("DenseImage", "input 5x4x3\nfc 9 nobias tanh | fc 2"),
    ("DenseSteps", "input seq 9x5\nfc 6 gelu | conv 3x4 pad 1 | flatten | fc 2"),
    ("Monomials", "input 4\npoly 3 | fc 2 sigmoid"),
    (
      "Activations",
      "input 33\nfc 33 elu 0.7 | silu | fc 17 softsign | fc 9 softplus | fc 5 leaky_relu 0.1 | gelu | fc 40 sigmoid | fc 3 linear"
    ),
    ("Direct", "input 9x11x3\nconv 3x3x5 pad 1 relu | conv 5x5x7 pad 2 stride 2 | conv 1x1x20 elu | gap | fc 3 softmax"),
    ("Dilated", "input 13x12x4\nconv 3x3x8 dilate 2 pad 2 | conv 2x3x16 stride 2x1 tanh | fc 3"),
    ("Groups", "input 8x8x8\nconv 3x3x16 pad 1 groups 2 relu | conv 3x3x12 pad 1 groups 4 | conv 1x1x48 groups 3 | fc 2"),
    ("Depthwise", "input 9x9x6\ndwconv 3x3 pad 1 relu | dwconv 3x3x12 stride 2 pad 1 | dwconv 3x3 dilate 2 pad 2 nobias | fc 2"),
    ("Transposed", "input 5x4x6\ndeconv 4x4x8 stride 2 pad 1 relu | deconv 3x3x4 | deconv 3x3x9 stride 3 dilate 2 pad 1 | gap | fc 2"),
    ("TransposedGroups", "input 4x4x8\ndeconv 3x3x12 stride 2 pad 2 groups 4 | fc 2"),
    ("Winograd", "input 20x20x8\nconv 3x3x16 pad 1 relu | conv 3x3x32 pad 1 gelu | conv 3x3x24 | conv 3x3x9 pad 1 | fc 4"),
    ("WinogradPooled", "input 21x18x8\nconv 3x3x16 pad 1 | leaky_relu 0.1 | maxpool 2 | conv 3x3x40 pad 1 silu | maxpool 2 | fc 4 softmax"),
    (
      "Pools",
      "input 13x11x5\nmaxpool 3 stride 2 pad 1 | avgpool 2 stride 1 pad 1 | maxpool 2x3 ceil | avgpool to 3x2 | maxpool to 2x2 | fc 3"
    ),
    ("Averages", "input 12x12x16\navgpool 2 | avgpool 3 ceil stride 2 pad 1 | gmp | fc 3"),
    ("StepPools", "input seq 15x6\nmaxpool 3 stride 2 | avgpool 2 | flatten | fc 3"),
    (
      "Norms",
      "input 6x6x12\nbn | conv 3x3x8 pad 1 | bn | relu | layernorm | conv 3x3x8 nobias | relu | maxpool 2 | bn | flatten | bn | layernorm | fc 2"
    ),
    ("DropoutFree", "input 8\ndropout 0.5 | fc 8 relu | dropout 0.3 | fc 2"),
    ("Shapes", "input 4x3x6\nreshape 6x4x3 | conv 3x3x8 pad 1 | flatten | reshape 12x16 | layernorm | reshape 192 | fc 3"),
    (
      "Residual",
      "input 8x8x4\nconv 3x3x16 pad 1 nobias | bn | relu\nres { conv 3x3x16 pad 1 nobias | bn | relu | conv 3x3x16 pad 1 nobias | bn } | relu\n"
        + "res { conv 3x3x24 stride 2 pad 1 nobias | bn | relu | conv 3x3x24 pad 1 nobias | bn } via auto | relu\ngap | fc 3 softmax"
    ),
    (
      "Branches",
      "input 10x10x6\nbranch concat { conv 1x1x5 } { conv 3x3x8 pad 1 as mid } { maxpool 3 stride 1 pad 1 | conv 1x1x3 }\n"
        + "relu as skip\nconv 3x3x16 pad 1 | add skip\nbranch mul { conv 1x1x4 sigmoid } { conv 1x1x4 } | branch add { relu } { tanh } {} | gap | fc 3"
    ),
    ("Skips", "input 6x6x8\nconv 3x3x8 pad 1 as a | relu as b | conv 3x3x8 pad 1 | add a | concat b | conv 3x3x4 pad 1 | softmax | fc 2"),
    ("Single", "input 5\nfc 6 relu | fc 1 sigmoid\nloss binary_cross_entropy"),
    ("Elman", "input seq 7x3\nrnn 5 | rnn 20 relu both | last | fc 2"),
    ("LongMemory", "input seq 6x4\nlstm 8 both | lstm 5 dropout 0.1 | mean | fc 2"),
    ("Gated", "input seq 5x9\ngru 7 | gru 16 both | first | fc 3 softmax"),
    ("Letters", "input text 6 vocab 11\nembed 10 | lstm 12 | last | fc 11 softmax"),
    ("EachStep", "input text 5 vocab 7\nonehot | gru 6 | fc 7 softmax"),
    (
      "Attentive",
      "input text 9 vocab 13\nembed 12 | positions\nres { layernorm | attention heads 3 causal }\nres { layernorm | fc 20 gelu | fc 12 }\n"
        + "attention heads 2 | layernorm | fc 13 softmax"
    ),
    ("Waves", "input seq 8x20\npositions sine | attention heads 1 | relu | mean | fc 1"),
    ("Plane", "input 7\nclasses 2\nsvm linear"),
    ("Distances", "input 3\nclasses 3\nsvm rbf ovr"),
    ("Votes", "input 2\nclasses 4\npoly 2 | svm poly degree 3 coef0 1"),
    ("Bent", "input 2\nclasses 2\nsvm sigmoid coef0 0.5 ovr"),
    ("Pixelwise", "input 6x5x3\nconv 3x3x4 pad 1 | softmax"),
  ]

  @Test(arguments: [Processor.portable] + nativeProcessors)
  func emittedCodeAgreesWithTheEngine(_ processor: Processor) throws {
    let samples = try LayerTests.networks.map { try Sample($0.name, $0.text) }
    var files = Dictionary(uniqueKeysWithValues: try samples.map { ("\($0.name).swift", try $0.source(processor)) })
    let lines = samples.map {
      "do { try \($0.name)().selfTest(); print(\"\($0.name) agrees\") } catch { print(\"\($0.name): \\(error)\") }"
    }
    files["main.swift"] = lines.joined(separator: "\n") + "\n"
    let output = try Compiled(files, optimization: "-Onone", flags: processor.compilerFlags).run()
    #expect(output == samples.map { "\($0.name) agrees\n" }.joined())
  }
}

extension LayerTests {
  /// What a file of the language can say must have its code.
  @Test func everyLayerHasItsCode() {
    let words = LayerTests.networks.flatMap { $0.text.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init) }
    // Joins are also written as `res` and `branch`.
    let tested = Set(words)
    for type in AllLayers.types { #expect(tested.contains(type.signature.word), "no network here has \(type.signature.word)") }
  }
}

/// The instruction sets that this machine can run, besides the portable one.
let nativeProcessors: [Processor] = InstructionSet.supported.compactMap {
  switch $0 {
  case .baseline: nil
  case .v3: .v3
  case .v4: .v4
  }
}
