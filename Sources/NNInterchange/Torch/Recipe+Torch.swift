import NNGraph
import NNRecipe

/// The parts of `train.py` that say the recipe.
extension TorchTraining {
  var optimizer: String {
    """
    def make_optimizer(parameters):
        return torch.optim.\(recipe.optimizer.torchCall)
    """
  }

  var rate: String {
    let base = recipe.optimizer.learningRate
    func rate(_ expression: String) -> String {
      """
      def rate(step, steps_per_epoch, steps):
          \"\"\"The learning rate of a step; steps count from 0.\"\"\"
          \(expression)
      """
    }
    switch recipe.schedule {
    case .constant: return rate("return \(base)")
    case .exponential(let factor): return rate("return \(base) * \(factor) ** (step // steps_per_epoch)")
    case .step(let epochs, let factor): return rate("return \(base) * \(factor) ** (step // steps_per_epoch // \(max(1, epochs)))")
    case .phases(let phases): return rate(Self.phases(phases, base))
    case .cosine(let end, let warmup):
      return rate(
        """
        warm = \(warmup) * steps_per_epoch
            if step < warm:
                return \(base) * (step + 1) / warm
            progress = min(1, (step - warm) / max(1, steps - warm))
            return \(end) + (\(base) - \(end)) * (1 + math.cos(math.pi * progress)) / 2
        """)
    case .plateau(let patience, let factor): return Self.plateau(patience, factor) + "\n\n\n" + rate("return \(base) * plateau.factor")
    }
  }

  private static func phases(_ phases: [Schedule.Phase], _ base: Double) -> String {
    var end = 0
    var text = "epoch = step // steps_per_epoch\n"
    for phase in phases.dropLast() {
      end = end.addingReportingOverflow(phase.epochs ?? Int.max).partialValue
      text += "    if epoch < \(end):\n        return \(phase.rate)\n"
    }
    return text + "    return \(phases.last?.rate ?? base)"
  }

  private static func plateau(_ patience: Int, _ factor: Double) -> String {
    """
    class Plateau:
        \"\"\"Lowers the rate where the loss has not fallen for a while, as torch.optim.lr_scheduler.ReduceLROnPlateau does.\"\"\"

        factor, best, bad = 1.0, math.inf, 0

        def row_ended(self, loss):
            self.bad = 0 if loss < self.best * (1 - 1e-4) else self.bad + 1
            self.best = loss if self.bad == 0 else self.best
            if self.bad > \(patience):
                self.factor, self.bad = self.factor * \(factor), 0


    plateau = Plateau()
    """
  }

  var clipping: String? {
    recipe.clip.map { clip in
      let call =
        switch clip {
        case .norm(let limit): "nn.utils.clip_grad_norm_(parameters, \(limit))"
        case .value(let limit): "nn.utils.clip_grad_value_(parameters, \(limit))"
        }
      return "def clip(parameters):\n    \(call)"
    }
  }

  // MARK: Loss

  var lossText: String {
    let columns = model.output.kind == .sequence ? model.output.channels : model.output.count
    return """
      def comparable(output, y):
          \"\"\"Outputs and targets in rows, one for each thing that is compared.\"\"\"
          \(rows(columns))


      def loss_of(output, target):
          return \(call(""))


      def training_loss(output, target):
          \(weightedLoss)


      def tally(loss, output, target):
          \"\"\"The loss times the rows it is the mean of, how many rows are right, and the rows.\"\"\"
          rows = len(output)
          right = \(right)
          return torch.stack([loss.double() * rows, right.double(), torch.tensor(float(rows), device=loss.device).double()])
      """
  }

  private func rows(_ columns: Int) -> String {
    let output = "output.reshape(-1, \(columns))"
    switch setup.target {
    case .label: return "return \(output), y.reshape(-1)"
    case .values:
      return
        "target = y * torch.tensor(TARGET_SCALE, device=y.device) + torch.tensor(TARGET_SHIFT, device=y.device)\n    return \(output), target.reshape(-1, \(columns))"
    case .sign(let low, let high):
      return "return \(output), torch.where(y.reshape(-1, 1) == 0, \(low), \(high))"
    case .oneHot(let low, let high):
      return "return \(output), torch.where(F.one_hot(y.reshape(-1), \(columns)) == 0, \(low), \(high))"
    }
  }

  private func call(_ more: String) -> String {
    switch model.loss {
    case .crossEntropy(let smooth):
      "F.cross_entropy(output, target\(more)\(smooth == 0 ? "" : ", label_smoothing=\(smooth)"))"
    case .binaryCrossEntropy: "F.binary_cross_entropy_with_logits(output, target)"
    case .meanSquaredError, nil: "F.mse_loss(output, target)"
    case .meanAbsoluteError: "F.l1_loss(output, target)"
    case .huber(let delta): "F.huber_loss(output, target, delta=\(delta))"
    case .hinge: "(1 - target * output).clamp(min=0).mean()"
    }
  }

  private var weightedLoss: String {
    guard !setup.classWeights.isEmpty else { return "return loss_of(output, target)" }
    let weights = setup.classWeights.map { "\($0)" }.joined(separator: ", ")
    return "weight = torch.tensor([\(weights)], device=output.device)\n    return \(call(", weight=weight"))"
  }

  private var right: String {
    switch setup.target {
    case .label: "(output.argmax(1) == target).sum()"
    case .values: "torch.zeros((), device=output.device)"
    case .sign(let low, let high):
      "((output > \(model.loss == .binaryCrossEntropy ? 0 : (low + high) / 2)) == (target > \((low + high) / 2))).sum()"
    case .oneHot: "(output.argmax(1) == target.argmax(1)).sum()"
    }
  }

  // MARK: Stopping

  var stopping: String {
    let conditions = recipe.stops.map { rule -> String in
      switch rule {
      case .after(let seconds): return "time.time() - started > \(seconds)"
      case .below(let limit, let quantity): return "rows[-1][\"\(quantity.column)\"] < \(limit)"
      case .patience(let epochs, let quantity):
        let best = quantity.measure == "loss" ? "min" : "max"
        return "waited([row[\"\(quantity.column)\"] for row in rows], \(best)) >= \(epochs)"
      }
    }
    let isWaiting = recipe.stops.contains { if case .patience = $0 { true } else { false } }
    let waited = """
      def waited(values, best):
          \"\"\"Rows since the best one.\"\"\"
          return len(values) - 1 - values.index(best(values))



      """
    return (isWaiting ? waited : "") + """
      def is_over(rows, started):
          \"\"\"Whether a rule of the recipe ends the run after the last of the rows.\"\"\"
          return \(conditions.isEmpty ? "False" : conditions.joined(separator: " or "))
      """
  }
}

extension MeasuredQuantity {
  /// Of a row of metrics.
  fileprivate var column: String { "\(part.rawValue)_\(measure)" }
}

extension Optimizer {
  /// `SGD(parameters, lr=0.1, momentum=0.9)`
  fileprivate var torchCall: String {
    switch self {
    case .sgd(let s):
      "SGD(parameters, lr=\(s.learningRate), momentum=\(s.momentum), nesterov=\(s.nesterov ? "True" : "False"), weight_decay=\(s.decay))"
    case .adam(let s): "Adam(\(s.torchArguments))"
    case .adamw(let s): "AdamW(\(s.torchArguments))"
    case .adamax(let s): "Adamax(\(s.torchArguments))"
    case .rmsprop(let s):
      "RMSprop(parameters, lr=\(s.learningRate), alpha=\(s.alpha), eps=\(s.epsilon), momentum=\(s.momentum), weight_decay=\(s.decay))"
    case .adagrad(let s): "Adagrad(parameters, lr=\(s.learningRate), eps=\(s.epsilon), weight_decay=\(s.decay))"
    }
  }
}

extension AdamSettings {
  fileprivate var torchArguments: String {
    "parameters, lr=\(learningRate), betas=(\(beta1), \(beta2)), eps=\(epsilon), weight_decay=\(decay)"
  }
}
