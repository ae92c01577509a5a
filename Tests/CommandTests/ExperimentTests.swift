import Foundation
import Testing

@Suite struct ExperimentTests {
  private let parts = "split=train 60%, validation 20%, test 20% stratified"

  @Test func sweep() throws {
    let here = try Workshop()
    let run = try here.nnc(
      "run", "\(examples)/iris.nn", "--set", "lr=0.1,0.001", "--set", "batch=8,16", "--set", parts, "--epochs", "10", "-o", "out")
    #expect(run.code == 0 && run.errors.isEmpty, "\(run.errors)")
    #expect(run.output.contains("iris on iris: 4 runs") && run.output.contains("best: lr=0.1"))
    let table = try here.read("out/sweep.csv").split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
    #expect(table.count == 5 && table[0].prefix(4) == ["lr", "batch", "validation accuracy", "validation loss"])
    let accuracies = table.dropFirst().compactMap { Double($0[2]) }
    #expect(accuracies == accuracies.sorted(by: >))
    let entries = try here.entries("out")
    #expect(entries.contains("report.html") && entries.contains("validation_loss.svg") && entries.contains("01-lr_0.1_batch_8"))
    let summary = try JSON(here.read("out/summary.json"))
    #expect(summary["runs"]?.array?.count == 4 && summary["measure"]?.string == "validation.accuracy")
    // Each is the run that it would have been alone.
    let alone = try here.nnc(
      "run", "\(examples)/iris.nn", "--set", "lr=0.001", "--set", "batch=16", "--set", parts, "--epochs", "10", "-o", "alone", "-q")
    #expect(alone.code == 0)
    let digests = try ["out/04-lr_0.001_batch_16", "alone"].map { try JSON(here.read("\($0)/summary.json"))["weights_sha256"]?.string }
    #expect(digests[0] != nil && digests[0] == digests[1])
  }

  /// Mean and deviation are those of the five accuracies.
  @Test func folds() throws {
    let here = try Workshop()
    let run = try here.nnc(
      "run", "\(examples)/iris.nn", "--set", "split=fold 5 stratified", "--epochs", "10", "--format", "json", "-o", "out")
    #expect(run.code == 0 && run.errors.isEmpty, "\(run.errors)")
    let objects = try run.output.split(separator: "\n").map { try JSON(String($0)) }
    #expect(objects.count == 6 && objects.last?["event"]?.string == "folds")
    let runs = objects.dropLast()
    #expect(Set(runs.compactMap { $0["fold"]?.number }) == [1, 2, 3, 4, 5])
    let values = runs.compactMap { $0["summary"]?["validation"]?["accuracy"]?.number }
    let mean = values.reduce(0, +) / 5
    let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 4).squareRoot()
    #expect(abs((objects.last?["mean"]?.number ?? 0) - mean) < 1e-9)
    #expect(abs((objects.last?["deviation"]?.number ?? -1) - deviation) < 1e-9)
  }

  @Test func sizes() throws {
    let here = try Workshop()
    let run = try here.nnc("curve", "\(examples)/iris.nn", "--sizes", "100%,50%,10%", "--epochs", "5", "-o", "out")
    #expect(run.code == 0 && run.errors.isEmpty, "\(run.errors)")
    #expect(run.output.contains("\n\nfolder ") && !run.output.contains("\n\n\n"), "\(run.output)")
    let table = try here.read("out/curve.csv").split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
    #expect(table.dropFirst().map { $0[0] } == ["10%", "50%", "100%"])
    // Those that a small training part leaves out are counted, too.
    #expect(try here.read("out/report.html").contains("iris: 150 examples"))
    #expect(try here.entries("out").contains("loss_by_training_examples.svg"))
    for wrong in ["0%", "150%", "x"] { #expect(try here.nnc("curve", "\(examples)/iris.nn", "--sizes", wrong).code == 2) }
  }

  /// What is wrong with one of them is said before any begins.
  @Test func mistakesAreFoundFirst() throws {
    let here = try Workshop()
    let run = try here.nnc("run", "\(examples)/iris.nn", "--set", "lr=0.1,-1", "-o", "out")
    #expect(run.code == 2 && run.errors.contains("error[NN207]"), "\(run.errors)")
    let isMade = here.has("out")
    #expect(!isMade)
  }

  @Test func moreRunsThanAnybodyReads() throws {
    let here = try Workshop()
    try here.write("fc 3 softmax\n", to: "net.nn")
    let values = (1...200).map(String.init).joined(separator: ",")
    let result = try here.nnc("run", "net.nn", "--data", "iris", "--set", "seed=\(values)", "--set", "batch=\(values)")
    #expect(result.code == 2 && result.errors.contains("more than 10,000 combinations"), "\(result)")
  }
}
