import NNDiagnostics
import NNGraph
import NNLayers
import NNRecipe
import Testing

@Test func mriIsCheckedToItsLastNumber() throws {
  let text = """
    model mri "Brain tumour MRI classifier"
    data folder "mri" train "Training" test "Testing"
    input 84x84x1
    classes glioma, meningioma, notumor, pituitary
    normalize scale (1/255)
    augment flip horizontal, rotate 10
    optimizer adamax lr 2e-3
    schedule exponential 0.9
    epochs 7
    batch 32
    seed 7

    conv 3x3x8 pad 1 | leaky_relu 0.01
    conv 3x3x32 pad 1 | leaky_relu 0.01 | maxpool 2 | dropout 0.2
    conv 3x3x32 pad 1 | leaky_relu 0.01
    conv 3x3x64 pad 1 | leaky_relu 0.01 | maxpool 2 | dropout 0.2
    avgpool to 7x7
    fc 256 leaky_relu 0.01 | dropout 0.1
    fc 128 leaky_relu 0.01 | dropout 0.1
    fc $classes softmax

    """
  let result = check(SourceFile(name: "mri.nn", text: text))
  #expect(result.diagnostics.isEmpty)
  let model = try #require(result.model)
  #expect(model.output == .vector(4))
  #expect(model.loss == .crossEntropy(smooth: 0))
  // Counted by hand from the layers' sizes, and the same in PyTorch.
  #expect(model.stages.reduce(0) { $0 + $1.parameters } == 866_644)
  #expect(model.stages.reduce(0) { $0 + $1.macs } == 66_372_224)
  #expect(model.recipe.schedule == .exponential(0.9))
  #expect(model.nodes.filter { !$0.weights.isEmpty }.map(\.name) == ["conv1", "conv2", "conv3", "conv4", "fc1", "fc2", "fc3"])
}
