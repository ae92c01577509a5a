import NNLayers

extension Embed: TorchWritable {
  func torch(_ stage: TorchStage) -> TorchLine {
    TorchLine("\(stage.module)(\(stage.x))", module: "nn.Embedding(\(stage.input.vocabulary), \(stage.output.channels))")
  }
}

extension OneHot: TorchWritable {
  func torch(_ stage: TorchStage) -> TorchLine { TorchLine("F.one_hot(\(stage.x), \(stage.input.vocabulary)).float()") }
}

extension Positions: TorchWritable {
  func torch(_ stage: TorchStage) -> TorchLine {
    let (steps, features) = (stage.input.dimensions[0], stage.input.channels)
    guard isLearned else { return TorchLine("\(stage.x) + sines(\(steps), \(features), \(stage.x).device)", helper: .sines) }
    return TorchLine("\(stage.module)(\(stage.x))", module: "Positions(\(steps), \(features))", helper: .positions)
  }
}

extension First: TorchWritable {
  func torch(_ stage: TorchStage) -> TorchLine { TorchLine("\(stage.x)[:, 0]") }
}

extension Last: TorchWritable {
  func torch(_ stage: TorchStage) -> TorchLine {
    let half = stage.input.channels / 2
    // The direction from the end to the start finishes at the first step.
    return TorchLine(isOfBoth ? "torch.cat((\(stage.x)[:, -1, :\(half)], \(stage.x)[:, 0, \(half):]), 1)" : "\(stage.x)[:, -1]")
  }
}

extension Mean: TorchWritable {
  func torch(_ stage: TorchStage) -> TorchLine { TorchLine("\(stage.x).mean(1)") }
}

extension Attention: TorchWritable {
  func torch(_ stage: TorchStage) -> TorchLine {
    let (x, steps) = (stage.x, stage.input.dimensions[0])
    let mask = isCausal ? ", attn_mask=nn.Transformer.generate_square_subsequent_mask(\(steps), device=\(x).device)" : ""
    return TorchLine(
      "\(stage.module)(\(x), \(x), \(x)\(mask), need_weights=False)[0]",
      module: "nn.MultiheadAttention(\(stage.input.channels), \(heads), batch_first=True)")
  }
}

extension Rnn: TorchWritable {
  func torch(_ stage: TorchStage) -> TorchLine { stage.recurrent("RNN", recurrent) }
}

extension Lstm: TorchWritable {
  func torch(_ stage: TorchStage) -> TorchLine { stage.recurrent("LSTM", recurrent) }
}

extension Gru: TorchWritable {
  func torch(_ stage: TorchStage) -> TorchLine { stage.recurrent("GRU", recurrent) }
}

extension TorchStage {
  fileprivate func recurrent(_ kind: String, _ layer: Recurrent) -> TorchLine {
    var arguments = ["\(input.channels)", "\(layer.units)", "batch_first=True"]
    if layer.cell == .relu { arguments.append("nonlinearity=\"relu\"") }
    if layer.isBoth { arguments.append("bidirectional=True") }
    let call = "\(module)(\(x))[0]"
    return TorchLine(
      layer.dropout > 0 ? "F.dropout(\(call), \(layer.dropout), self.training)" : call,
      module: "nn.\(kind)(\(arguments.joined(separator: ", ")))")
  }
}
