import NNGraph
import NNLayers

/// A layer that can be said in PyTorch.
protocol TorchWritable: Layer {
  func torch(_ stage: TorchStage) -> TorchLine
}

/// How a layer stands in a module: what is made once, and what is done with it.
struct TorchLine {
  /// `nn.Linear(4, 10)`; nil for what has no weights.
  var module: String?
  /// `self.fc1(x)`
  var expression: String
  /// Definitions that it needs in front of the module.
  var helper: TorchHelper?

  init(_ expression: String, module: String? = nil, helper: TorchHelper? = nil) {
    self.expression = expression
    self.module = module
    self.helper = helper
  }
}

/// One node of the network on its way into a module. Images are `N x C x H x W` there.
struct TorchStage {
  let node: Node
  /// The variables that hold its inputs.
  let inputs: [String]

  var x: String { inputs[0] }
  var input: Shape { node.inputShapes[0] }
  var output: Shape { node.output }
  /// `self.conv1`
  var module: String { "self.\(node.name)" }
  var isImage: Bool { input.kind == .image }
  /// The axis of channels or features.
  var channelAxis: Int { isImage ? 1 : -1 }
  var hasBias: Bool { node.weights.contains { $0.name == "bias" } }

  /// Something that takes channels before places, done to a sequence, whose features come last.
  func channelsFirst(_ work: (String) -> String) -> String {
    input.kind == .sequence ? "\(work("\(x).transpose(1, 2)")).transpose(1, 2)" : work(x)
  }

  /// `(3, 3)`, or the first alone along the steps of a sequence.
  func sizes(_ height: Int, _ width: Int) -> String { isImage ? "(\(height), \(width))" : "\(height)" }
}

/// What some layers need besides `torch.nn`.
enum TorchHelper: CaseIterable {
  case monomials, positions, sines

  var text: String {
    switch self {
    case .monomials:
      """
      def monomials(x, degree):
          \"\"\"All products of up to `degree` columns of x, by degree and then in the order of the columns.\"\"\"
          choices = (c for d in range(1, degree + 1) for c in itertools.combinations_with_replacement(range(x.shape[1]), d))
          return torch.stack([x[:, list(c)].prod(1) for c in choices], 1)
      """
    case .positions:
      """
      class Positions(nn.Module):
          \"\"\"Adds a learned row to every step.\"\"\"

          def __init__(self, steps, features):
              super().__init__()
              self.weight = nn.Parameter(torch.randn(steps, features))

          def forward(self, x):
              return x + self.weight
      """
    case .sines:
      """
      def sines(steps, features, device):
          \"\"\"Fixed rows that tell steps apart (Vaswani and others, 2017).\"\"\"
          columns = torch.arange(features, device=device)
          angles = torch.arange(steps, device=device)[:, None] * 10_000 ** (-(columns // 2 * 2) / features)
          return torch.where(columns % 2 == 0, angles.sin(), angles.cos())
      """
    }
  }
}
