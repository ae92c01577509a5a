import NNDiagnostics
import NNGraph
import NNLayers
import Testing

@testable import NNInterchange

/// The text of model.py and train.py. That PyTorch computes the same with it is shown by Tests/Peers/pytorch.py.
@Suite struct TorchTests {
  private func model(_ text: String) throws -> Model {
    let result = check(SourceFile(name: "net.nn", text: text))
    return try #require(result.model, "\(result.diagnostics.map(\.message))")
  }

  private func setup(_ target: TorchTraining.Target = .label) -> TorchTraining.Setup {
    TorchTraining.Setup(target: target, classWeights: [], hasValidation: true, hasTest: true, batch: 32, epochsPerRow: 1)
  }

  @Test func everyLayerIsWritable() {
    // `nnc emit --target pytorch` refuses a machine: the program trains by gradient descent.
    let missing = AllLayers.types.filter { !($0 is any TorchWritable.Type) && $0 != Svm.self }
    #expect(missing.isEmpty, "\(missing)")
  }

  @Test func theModuleIsReadable() throws {
    let model = try model(
      "input 8x8x3\nconv 3x3x4 stride 2 pad 1 | relu as skip | conv 3x3x4 pad 1 nobias | bn | add skip\ngap | fc 2 softmax")
    let text = try TorchModule(model, ExportFacts(weights: [:], scale: [0.5], shift: [-1], classes: ["cat\n\"x\"", "dog"])).text
    let network = """
      class Network(nn.Module):
          def __init__(self):
              super().__init__()
              self.conv1 = nn.Conv2d(3, 4, (3, 3), stride=(2, 2), padding=(1, 1))
              self.conv2 = nn.Conv2d(4, 4, (3, 3), padding=(1, 1), bias=False)
              self.bn1 = nn.BatchNorm2d(4)
              self.fc1 = nn.Linear(4, 2)

          def forward(self, x):
              x = self.conv1(x)
              relu_2 = F.relu(x)
              x = self.conv2(relu_2)
              x = self.bn1(x)
              x = x + relu_2
              x = x.mean((2, 3))
              x = self.fc1(x)
              return x

      """
    #expect(text.contains(network), "\(text)")
    #expect(text.contains(#"CLASSES = ["cat\n\"x\"", "dog"]"#), "\(text)")
    #expect(text.contains("SCALE, SHIFT = 0.5, -1.0\n"))
  }

  @Test func theRecipeIsSaid() throws {
    let model = try model(
      """
      input 8x8x3
      loss cross_entropy smooth 0.1
      optimizer sgd lr 0.1 momentum 0.9 nesterov decay 1e-4
      schedule 0.1 for 80, 0.01 for 40, 0.001
      augment crop pad 4, flip horizontal, noise 0.01
      clip norm 2
      stop patience 5 on validation.loss, below 0.01 on train.loss
      steps 900
      seed 7
      fc 3 softmax
      """)
    let text = try TorchTraining(model, setup()).text
    for line in [
      "    return torch.optim.SGD(parameters, lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.0001)\n",
      "    epoch = step // steps_per_epoch\n    if epoch < 80:\n        return 0.1\n    if epoch < 120:\n        return 0.01\n    return 0.001\n",
      "    x = x - black\n    x = moved(x, 4, 4)\n    x = flipped(x, 3)\n    x = x + 0.01 * torch.randn_like(x)\n    return x + black\n",
      "    nn.utils.clip_grad_norm_(parameters, 2.0)\n", "            clip(network.parameters())\n",
      "    return F.cross_entropy(output, target, label_smoothing=0.1)\n", "EPOCHS, STEPS = None, 900\n", "SEED = 7\n", "BATCH = 32  #",
      "    return waited([row[\"validation_loss\"] for row in rows], min) >= 5 or rows[-1][\"train_loss\"] < 0.01\n",
    ] {
      #expect(text.contains(line), "\(line)\n\(text)")
    }
  }

  @Test(arguments: [
    ("mse", TorchTraining.Target.values, "F.mse_loss(output, target)"), ("mae", .values, "F.l1_loss(output, target)"),
    ("huber delta 2", .values, "F.huber_loss(output, target, delta=2.0)"),
    ("hinge", .oneHot(low: -1, high: 1), "(1 - target * output).clamp(min=0).mean()"),
  ]) func losses(_ loss: String, _ target: TorchTraining.Target, _ call: String) throws {
    let text = try TorchTraining(try model("input 4\nloss \(loss)\nfc 3"), setup(target)).text
    #expect(text.contains("    return \(call)\n"), "\(text)")
  }

  @Test(arguments: ["exponential 0.9", "step 30 by 0.1", "cosine to 1e-5 warmup 1", "plateau patience 5 by 0.5"])
  func schedules(_ schedule: String) throws {
    let text = try TorchTraining(try model("input 4\nschedule \(schedule)\nfc 3 softmax"), setup()).text
    #expect(text.contains("def rate(step, steps_per_epoch, steps):\n"))
    #expect(text.contains("        plateau.row_ended(judged)\n") == schedule.hasPrefix("plateau"))
  }

  @Test func whatCannotBeSaidIsRefused() throws {
    #expect(throws: ExportProblem.self) { _ = try TorchTraining(try model("input seq 4x2\nrnn 3 stateful | last | fc 2 softmax"), setup()) }
    #expect(throws: ExportProblem.self) {
      _ = try TorchTraining(try model("input 4\nstop patience 3 on validation.f1\nfc 2 softmax"), setup())
    }
  }
}
