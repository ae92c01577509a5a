import NNLayers

extension Linear: TorchWritable {
  func torch(_ stage: TorchStage) -> TorchLine { TorchLine(stage.x) }
}

extension Relu: TorchWritable {
  func torch(_ stage: TorchStage) -> TorchLine { TorchLine("F.relu(\(stage.x))") }
}

extension LeakyRelu: TorchWritable {
  func torch(_ stage: TorchStage) -> TorchLine { TorchLine("F.leaky_relu(\(stage.x), \(kernel.alpha))") }
}

extension Elu: TorchWritable {
  func torch(_ stage: TorchStage) -> TorchLine { TorchLine("F.elu(\(stage.x), \(kernel.alpha))") }
}

extension Gelu: TorchWritable {
  func torch(_ stage: TorchStage) -> TorchLine { TorchLine("F.gelu(\(stage.x))") }
}

extension Silu: TorchWritable {
  func torch(_ stage: TorchStage) -> TorchLine { TorchLine("F.silu(\(stage.x))") }
}

extension Sigmoid: TorchWritable {
  func torch(_ stage: TorchStage) -> TorchLine { TorchLine("torch.sigmoid(\(stage.x))") }
}

extension Tanh: TorchWritable {
  func torch(_ stage: TorchStage) -> TorchLine { TorchLine("torch.tanh(\(stage.x))") }
}

extension Softsign: TorchWritable {
  func torch(_ stage: TorchStage) -> TorchLine { TorchLine("F.softsign(\(stage.x))") }
}

extension Softplus: TorchWritable {
  func torch(_ stage: TorchStage) -> TorchLine { TorchLine("F.softplus(\(stage.x))") }
}

extension Softmax: TorchWritable {
  func torch(_ stage: TorchStage) -> TorchLine { TorchLine("F.softmax(\(stage.x), \(stage.channelAxis))") }
}
