import NNData
import NNRuntime

/// What `Tests/Reference/training.py` writes.
struct TrainingReference: Decodable {
  struct Tensor: Decodable {
    var shape: [Int]
    var values: [Float]
  }

  private enum CodingKeys: String, CodingKey {
    case weights, labels, losses, probabilities, runningMean, runningVariance
    case numbers = "examples"
  }

  private var weights: [String: Tensor]
  private var numbers: [Float]
  private var labels: [Int32]
  var losses: [Double]
  var probabilities: [Float]
  var runningMean: [Float]
  var runningVariance: [Float]

  /// PyTorch's names and layouts, and a norm's running values at their start.
  var checkpoint: Safetensors {
    var tensors = weights.map { Safetensors.Tensor(name: $0.key, shape: $0.value.shape, values: $0.value.values) }
    tensors.append(.init(name: "bn1.running_mean", shape: [4], values: [0, 0, 0, 0]))
    tensors.append(.init(name: "bn1.running_var", shape: [4], values: [1, 1, 1, 1]))
    tensors.append(.init(name: "bn1.num_batches_tracked", shape: [], values: [0]))
    return Safetensors(tensors: tensors)
  }

  var examples: Examples {
    Examples(
      shape: [8, 8, 2], storage: .floats(Stretch(numbers)), targets: .classes(labels), count: labels.count, origin: .generated("reference"))
  }
}
