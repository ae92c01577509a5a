// What a program does with nnc as a library: it checks a network, trains it on points that it makes itself, keeps the weights, and predicts.
// `swift run -c release --package-path examples/library` from the folder of nnc.

import NNData
import NNDiagnostics
import NNGraph
import NNKernels
import NNRuntime

// A network is text, from a file or from here. What is wrong with it comes as values, which print as `nnc check` shows them.
let typo = check(SourceFile(name: "typo.nn", text: "input 2\nfc 16 rlu | fc 2 softmax\n"))
for problem in typo.diagnostics { print(problem) }

let file = SourceFile(
  name: "rings.nn",
  text: """
    split train 60%, validation 20%, test 20% stratified
    normalize standard
    optimizer adam lr 0.01
    epochs 20
    batch 16
    seed 7

    fc 16 relu | fc 2 softmax
    """)

// The data is in memory: points of a square, in two classes by their distance from the middle.
var points: [[Float]] = []
var labels: [Int32] = []
for row in 0..<30 {
  for column in 0..<30 {
    let (x, y) = (Float(column) / 14.5 - 1, Float(row) / 14.5 - 1)
    points.append([x, y])
    labels.append(x * x + y * y < 0.5 ? 0 : 1)
  }
}
let examples = try Examples(points, targets: .classes(labels))

// Model and data are proved to belong together before anything is computed.
let problem = try Problem(ModelInput(file), examples: examples, classes: ["inside", "outside"])
for stage in problem.model.stages { print("\(stage.text) -> \(stage.output), \(stage.parameters) parameters") }

// The best weights are those of the epoch with the lowest loss on the validation part.
let kernels = try Kernels()
let trainer = try Trainer(problem.model, problem.dataset, kernels: kernels)
let result = try trainer.run { event in
  if case .epoch(let row) = event, row.epoch % 5 == 0 { print("epoch \(row.epoch): loss \(row.trainLoss)") }
}
let trained = try trainer.network(result)
if let test = problem.dataset.test, let accuracy = try trained.evaluate(test)?.accuracy { print("accuracy on unseen points: \(accuracy)") }

// Weights go to a safetensors file, and come back from it.
try trained.write(to: "rings.safetensors", CheckpointInfo(problem, trained.normalization))
let weights = try WeightsFile("rings.safetensors")
let network = try weights.network(problem.model, kernels: kernels)
let questions: [[Float]] = [[0.1, -0.2], [0.9, 0.8]]
let answers = try network.predict(questions)
for (question, answer) in zip(questions, answers.classes) { print("\(question) is \(weights.classes[answer])") }
