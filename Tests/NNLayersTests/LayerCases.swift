@testable import NNLayers

/// A use of a layer that the contract suite runs: a line, and the shapes that go in.
struct LayerCase: Sendable, CustomStringConvertible {
  let line: String
  let inputs: [Shape]
  let batch: Int

  init(_ line: String, _ inputs: Shape..., batch: Int = 3) {
    self.line = line
    self.inputs = inputs
    self.batch = batch
  }

  var description: String { "\(line) on \(inputs.map(\.description).joined(separator: ", ")), batch \(batch)" }
  var pass: Pass { Pass(mode: .training, batch: batch, seed: 7, step: 2) }

  private static func image(_ height: Int, _ width: Int, _ channels: Int) -> Shape {
    .image(height: height, width: width, channels: channels)
  }
  private static func sequence(_ steps: Int, _ features: Int) -> Shape { .sequence(steps: steps, features: features) }
  private static func tokens(_ steps: Int, of vocabulary: Int) -> Shape { .tokens(steps: steps, vocabulary: vocabulary) }

  /// Odd and even sizes, single rows, columns and channels, more channels than a vector register is wide.
  static let all: [LayerCase] = [
    LayerCase("conv 3x3x5", image(7, 5, 3)),
    LayerCase("conv 3x3x17 pad 1", image(5, 9, 1)),
    LayerCase("conv 3x3x33 pad 1", image(4, 4, 18), batch: 2),
    LayerCase("conv 1x1x4", image(1, 1, 7)),
    LayerCase("conv 5x1x3 stride 2x3 pad 2x0", image(6, 10, 2)),
    LayerCase("conv 3x3x4 pad same dilate 2 groups 2", image(6, 5, 6)),
    LayerCase("conv 2x2x6 groups 3 nobias stride 2", image(7, 7, 3)),
    LayerCase("conv 3x8 pad 1 stride 2", sequence(9, 5)),
    LayerCase("conv 1x3 nobias", sequence(4, 2)),
    LayerCase("dwconv 3x3 pad 1", image(5, 6, 19)),
    LayerCase("dwconv 3x2x8 stride 2 nobias", image(6, 7, 4)),
    LayerCase("dwconv 1x1", image(3, 3, 1)),
    LayerCase("deconv 3x3x4", image(3, 5, 2)),
    LayerCase("deconv 4x4x18 stride 2 pad 1", image(3, 4, 3), batch: 2),
    LayerCase("deconv 2x3x6 stride 3x1 groups 2 dilate 2 nobias", image(2, 3, 4)),
    LayerCase("maxpool 2", image(7, 6, 5)),
    LayerCase("maxpool 3 stride 2 pad 1", image(5, 5, 17)),
    LayerCase("maxpool 3x2 stride 1x2 ceil", image(6, 7, 2)),
    LayerCase("maxpool to 3x2", image(5, 7, 3)),
    LayerCase("maxpool 3 stride 2", sequence(10, 4)),
    LayerCase("avgpool 2", image(7, 6, 5)),
    LayerCase("avgpool 3 stride 2 pad 1 ceil", image(6, 5, 17)),
    LayerCase("avgpool to 4x3", image(9, 3, 2)),
    LayerCase("avgpool to 3", sequence(7, 4)),
    LayerCase("gap", image(3, 7, 5)),
    LayerCase("gap", image(1, 1, 1), batch: 1),
    LayerCase("gmp", image(3, 7, 5)),
    LayerCase("fc 5", .vector(7)),
    LayerCase("fc 33", .vector(50), batch: 17),
    LayerCase("fc 1", .vector(1), batch: 1),
    LayerCase("fc 4 nobias", image(3, 5, 2)),
    LayerCase("fc 6", sequence(5, 3)),
    LayerCase("poly 2", .vector(5)),
    LayerCase("poly 4", .vector(3)),
    LayerCase("poly 1", .vector(4)),
    LayerCase("svm linear classes 2", .vector(3)),
    LayerCase("svm poly degree 3 coef0 1 classes 2", .vector(4), batch: 70),
    LayerCase("svm rbf classes 2 ovr", .vector(5)),
    LayerCase("svm rbf classes 4 ovr", .vector(2), batch: 65),
    LayerCase("svm sigmoid coef0 0.5 classes 3 ovr", .vector(3)),
    LayerCase("bn", image(5, 3, 7)),
    LayerCase("bn", .vector(5), batch: 6),
    LayerCase("bn momentum 0.01 eps 0.001", sequence(5, 20)),
    LayerCase("layernorm", .vector(9)),
    LayerCase("layernorm eps 0.001", image(3, 4, 17)),
    LayerCase("layernorm", sequence(4, 2)),
    LayerCase("dropout 0.3", image(4, 5, 3)),
    LayerCase("dropout 90%", .vector(33)),
    LayerCase("dropout 0", .vector(5)),
    LayerCase("flatten", image(3, 4, 5)),
    LayerCase("flatten", sequence(3, 4)),
    LayerCase("flatten", image(5, 1, 1)),
    LayerCase("reshape 6x2x5", image(3, 4, 5)),
    LayerCase("reshape 15x4", image(3, 4, 5)),
    LayerCase("reshape 2x2x3", .vector(12)),
    LayerCase("reshape 12", sequence(4, 3)),
    LayerCase("embed 5", tokens(6, of: 4)),
    LayerCase("embed 70", tokens(3, of: 9), batch: 2),
    LayerCase("onehot", tokens(6, of: 4)),
    LayerCase("onehot", tokens(1, of: 1), batch: 1),
    LayerCase("positions", sequence(4, 5)),
    LayerCase("positions sine", sequence(5, 3)),
    LayerCase("rnn 5", sequence(4, 3)),
    LayerCase("rnn 20", sequence(2, 1), batch: 9),
    LayerCase("rnn 16 relu both", sequence(3, 4), batch: 5),
    LayerCase("rnn 3 dropout 0.3", sequence(5, 2)),
    LayerCase("lstm 5", sequence(6, 3)),
    LayerCase("lstm 16 both", sequence(3, 18), batch: 9),
    LayerCase("lstm 33 dropout 0.3 both", sequence(2, 2), batch: 4),
    LayerCase("lstm 160", sequence(2, 1), batch: 1),
    LayerCase("gru 5", sequence(6, 3)),
    LayerCase("gru 16 both", sequence(3, 4), batch: 9),
    LayerCase("gru 17 dropout 50%", sequence(2, 5), batch: 4),
    LayerCase("attention", sequence(5, 3)),
    LayerCase("attention heads 3 causal", sequence(7, 12), batch: 2),
    LayerCase("attention heads 2", sequence(1, 4), batch: 1),
    LayerCase("last", sequence(4, 3)),
    LayerCase("last", sequence(1, 1), batch: 1),
    LayerCase("first", sequence(4, 3)),
    LayerCase("first", sequence(1, 17)),
    LayerCase("mean", sequence(4, 3)),
    LayerCase("mean", sequence(1, 17), batch: 1),
    LayerCase("linear", .vector(5)),
    LayerCase("relu", image(3, 5, 7)),
    LayerCase("leaky_relu", image(3, 5, 7)),
    LayerCase("leaky_relu 0.3", .vector(35)),
    LayerCase("elu", sequence(4, 9)),
    LayerCase("elu 0.5", .vector(35)),
    LayerCase("gelu", .vector(37)),
    LayerCase("silu", .vector(37)),
    LayerCase("sigmoid", .vector(37)),
    LayerCase("tanh", sequence(3, 11)),
    LayerCase("softsign", .vector(37)),
    LayerCase("softplus", .vector(37)),
    LayerCase("softmax", .vector(10)),
    LayerCase("softmax", image(2, 3, 19)),
    LayerCase("softmax", .vector(1)),
    LayerCase("add skip", image(3, 4, 5), image(3, 4, 5)),
    LayerCase("add skip", .vector(5), .vector(5), .vector(5)),
    LayerCase("mul gate", image(3, 4, 5), image(3, 4, 5)),
    LayerCase("mul gate", .vector(5), .vector(5), .vector(5), .vector(5)),
    LayerCase("concat skip", image(3, 4, 5), image(3, 4, 1)),
    LayerCase("concat skip", .vector(5), .vector(1), .vector(19)),
    LayerCase("concat skip", sequence(4, 3), sequence(4, 2)),
  ]
}
