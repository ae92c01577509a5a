import Foundation
import Testing

@Suite struct RunCommandTests {
  @Test func runFolder() throws {
    let here = try Workshop()
    let run = try here.nnc("run", "\(examples)/iris.nn", "--epochs", "12", "--set", "split=train 60%, validation 20%, test 20% stratified")
    #expect(run.code == 0 && run.errors.isEmpty, "\(run.errors)")
    #expect(run.output.contains("data      iris: 90 train, 30 validation, 30 test"))
    #expect(run.output.contains("classes   3: setosa, versicolor, virginica"))
    #expect(run.output.contains("12/12") && run.output.contains("actual \\ predicted") && run.output.contains("run folder  runs/iris-001"))
    #expect(!run.output.contains("\u{1B}") && !run.output.contains("\r"))
    #expect(
      try here.entries("runs/iris-001") == [
        "best.safetensors", "confusion.csv", "confusion.svg", "curves.svg", "last.safetensors", "metrics.csv", "model.nn",
        "predictions.csv", "report.html", "resolved.nn", "state.safetensors", "summary.json", "tb",
      ])
    #expect(try here.read("runs/iris-001/model.nn") == String(contentsOfFile: "\(examples)/iris.nn", encoding: .utf8))
    let metrics = try here.read("runs/iris-001/metrics.csv").split(separator: "\n")
    #expect(metrics.first == "epoch,seconds,samples_per_s,lr,train_loss,train_accuracy,validation_loss,validation_accuracy")
    #expect(metrics.count == 13 && metrics.allSatisfy { $0.split(separator: ",", omittingEmptySubsequences: false).count == 8 })
    #expect(try here.read("runs/iris-001/predictions.csv").split(separator: "\n").count == 31)
    let page = try here.read("runs/iris-001/report.html")
    #expect(page.contains("macro average") && page.contains("fc 10 relu") && page.contains("g of CO2"))
    let resolved = try here.nnc("run", "runs/iris-001/resolved.nn", "--data", "iris", "-q", "--epochs", "12")
    #expect(resolved.code == 0, "\(resolved.errors)")
  }

  @Test func summary() throws {
    let here = try Workshop()
    let run = try here.nnc("run", "\(examples)/iris.nn", "--epochs", "3", "--seed", "11", "--threads", "1", "-o", "out", "--quiet")
    #expect(run.code == 0 && run.output.isEmpty)
    let summary = try JSON(here.read("out/summary.json"))
    let keys: Set = [
      "model", "data", "stand_in", "seed", "threads", "epochs", "steps", "seconds", "samples_per_s", "train", "validation", "test",
      "parameters", "weights_sha256", "fit", "energy_wh",
    ]
    #expect(keys.isSubset(of: summary.keys))
    #expect(summary["model"]?.string == "iris" && summary["data"]?.string == "iris" && summary["stand_in"]?.bool == false)
    #expect(summary["seed"]?.number == 11 && summary["threads"]?.number == 1 && summary["epochs"]?.number == 3)
    // 120 examples in batches of 16: 8 steps an epoch.
    #expect(summary["steps"]?.number == 24 && summary["parameters"]?.number == 83)
    #expect(summary["validation"]?.isNull == true && (summary["energy_wh"]?.number ?? 0) > 0)
    #expect(["underfitting", "generalizing", "overfitting"].contains(summary["fit"]?.string))
    #expect(summary["weights_sha256"]?.string?.count == 64)
    let confusion = summary["test"]?["confusion"]?.array?.map { $0.array?.compactMap(\.number) ?? [] } ?? []
    #expect(confusion.count == 3 && confusion.joined().reduce(0, +) == 30)
    let right = (0..<3).reduce(0) { $0 + confusion[$1][$1] }
    // The parser of this test may be off in the last digit.
    #expect(abs((summary["test"]?["accuracy"]?.number ?? 0) - right / 30) < 1e-12)
  }

  @Test func jsonIsOneObjectPerLine() throws {
    let here = try Workshop()
    let run = try here.nnc("run", "\(examples)/xor.nn", "--data", "xor", "--epochs", "4", "--format", "json")
    #expect(run.code == 0 && run.errors.isEmpty)
    let objects = try run.output.split(separator: "\n").map { try JSON(String($0)) }
    #expect(objects.count == 5)
    #expect(objects.prefix(4).compactMap { $0["epoch"]?.number } == [1, 2, 3, 4])
    #expect(objects.allSatisfy { $0["event"]?.string == ($0["epoch"] == nil ? "summary" : "epoch") })
    #expect(objects.last?["test"]?["loss"]?.number != nil)
    let wrong = try here.nnc("run", "\(examples)/blocks.nn", "--data", "xor", "--format", "json")
    #expect(wrong.code == 1 && wrong.output.isEmpty)
    #expect(try JSON(wrong.errors)["severity"]?.string == "error")
  }

  @Test func sameSeedSameWeights() throws {
    let here = try Workshop()
    for (name, threads, seed) in [("a", "1", "5"), ("b", "2", "5"), ("c", "2", "6")] {
      #expect(
        try here.nnc(
          "run", "\(examples)/moons.nn", "--data", "moons", "--epochs", "3", "--threads", threads, "--seed", seed, "-q", "-o", name
        ).code == 0)
    }
    let digests = try ["a", "b", "c"].map { try JSON(here.read("\($0)/summary.json"))["weights_sha256"]?.string ?? "" }
    #expect(digests[0] == digests[1] && digests[0] != digests[2])
  }

  @Test func nothingIsOverwritten() throws {
    let here = try Workshop()
    let arguments = ["run", "\(examples)/xor.nn", "--data", "xor", "--epochs", "2", "--quiet"]
    let both = try [here.start(arguments), here.start(arguments)]
    #expect(both.map { $0.finish().code } == [0, 0])
    #expect(try here.entries("runs") == ["xor-001", "xor-002"])
    let before = try here.read("runs/xor-001/summary.json")
    #expect(try here.start(arguments).finish().code == 0)
    #expect(try here.entries("runs") == ["xor-001", "xor-002", "xor-003"])
    #expect(try here.read("runs/xor-001/summary.json") == before)
    let named = try here.start(arguments + ["--out", "runs/xor-001"]).finish()
    #expect(named.code == 2 && named.errors.contains("it holds files already"))
    #expect(try here.read("runs/xor-001/summary.json") == before)
  }

  @Test func weightsEvaluateAndPredict() throws {
    let here = try Workshop()
    try here.write("input 2\nnormalize standard\noptimizer adam lr 0.01\nepochs 20\nfc 8 relu | fc 2 softmax\n", to: "net.nn")
    #expect(try here.nnc("run", "net.nn", "--data", "moons", "--set", "split=train 70%, test 30%", "-o", "t", "-q").code == 0)
    let trained = try JSON(here.read("t/summary.json"))
    let evaluated = try here.nnc(
      "run", "net.nn", "--data", "moons", "--set", "split=train 70%, test 30%", "--weights", "t/last.safetensors", "--format=json")
    #expect(evaluated.code == 0, "\(evaluated.errors)")
    let again = try JSON(evaluated.output)
    #expect(again["test"]?["loss"]?.number == trained["test"]?["loss"]?.number)
    #expect(again["weights_sha256"]?.string == trained["weights_sha256"]?.string)
    try here.write("x,y\n0.0,1.0\n1.0,-0.5\n0.5,0.25\n", to: "points.csv")
    let predicted = try here.nnc(
      "run", "net.nn", "--weights", "t/last.safetensors", "--predict", "points.csv", "--probabilities", "-o", "p")
    #expect(predicted.code == 0 && predicted.output.contains("3 predictions"), "\(predicted.errors)")
    let rows = try here.read("p/predictions.csv").split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
    #expect(rows.count == 4 && rows[0] == ["Id", "Category", "0", "1"])
    #expect(rows.dropFirst().map { $0[0] } == ["0", "1", "2"])
    for row in rows.dropFirst() {
      let probabilities = row[2...].compactMap(Double.init)
      #expect(probabilities.count == 2 && abs(probabilities.reduce(0, +) - 1) < 1e-5)
      #expect(row[1] == (probabilities[0] >= probabilities[1] ? "0" : "1"))
    }
  }

  /// The same points as an array: the same numbers, and a file that says so.
  @Test func arrays() throws {
    let here = try Workshop()
    try here.write("input 2\nepochs 1\nfc 2 softmax\n", to: "net.nn")
    #expect(try here.nnc("run", "net.nn", "--data", "xor", "-o", "t", "-q").code == 0)
    try here.write("x,y\n0,1\n1,0.5\n", to: "points.csv")
    var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }"
    header += String(repeating: " ", count: 117 - header.utf8.count) + "\n"
    let floats: [Float] = [0, 1, 1, 0.5]
    let bytes =
      [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(header.utf8) + floats.flatMap { withUnsafeBytes(of: $0) { Array($0) } }
    try Data(bytes).write(to: here.folder.appendingPathComponent("points.npy"))
    #expect(
      try here.nnc("run", "net.nn", "--weights", "t/last.safetensors", "--predict", "points.csv", "-o", "a", "--probabilities").code == 0)
    #expect(try here.nnc("run", "net.nn", "--weights", "t/last.safetensors", "--predict", "points.npy", "-o", "b").code == 0)
    let table = try here.read("a/predictions.csv").split(separator: "\n").dropFirst().flatMap {
      $0.split(separator: ",")[2...].compactMap { Float($0) }
    }
    let array = try Data(contentsOf: here.folder.appendingPathComponent("b/predictions.npy"))
    #expect(array.count == 128 + 16)
    let written = array.dropFirst(128).withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    #expect(written == table)
  }

  @Test func refusals() throws {
    let here = try Workshop()
    try here.write("fc 3 softmax\n", to: "net.nn")
    try here.write("input 4\nfc 5 softmax\n", to: "five.nn")
    try here.write("not weights", to: "w.safetensors")
    let cases: [(arguments: [String], code: Int32, words: String)] = [
      (["net.nn"], 1, "`net.nn` names no data"), (["gone.nn"], 1, "error[NN108]"), ([], 2, "`nnc run` needs a MODEL"),
      (["net.nn", "--data", "nowhere"], 1, "error[NN505]"), (["five.nn", "--data", "iris"], 1, "error[NN304]: the network gives 5 values"),
      (["net.nn", "--data", "iris", "--predict", "x"], 2, "`--predict` needs `--weights`"),
      (["net.nn", "--data", "iris", "--weights", "w.safetensors"], 1, "error[NN601]"),
      (["net.nn", "--data", "iris", "--weights", "gone"], 1, "error[NN601]"),
      (["net.nn", "--data", "iris", "--weights", "."], 1, "help: a run's folder holds them as a file: `./best.safetensors`"),
      (["net.nn", "--epochs", "0"], 2, "`--epochs` is 0"),
      (["net.nn", "--data", "iris", "--out", "w.safetensors/x"], 2, "cannot create"),
      (["net.nn", "--threads", "no"], 2, "`--threads` needs a whole number"),
      (["net.nn", "--data", "iris", "--weights", "w", "--log-every", "2"], 2, "`--log-every` has no effect with `--weights`"),
      (["net.nn", "--data", "iris", "--weights", "w", "--watts", "9"], 2, "`--watts` has no effect with `--weights`"),
      (["net.nn", "--data", "iris", "--set", "lr=1,2", "--log-every", "2"], 2, "`--log-every` is about the epochs of one run"),
      (["net.nn", "--data", "iris", "--set", "stop=patience 3"], 2, "error[NN207]: `stop` looks at the validation part"),
    ]
    for (arguments, code, words) in cases {
      let result = try here.start(["run"] + arguments).finish()
      #expect(result.code == code && result.output.isEmpty, "\(arguments): \(result)")
      #expect(result.errors.contains(words), "\(arguments): \(result.errors)")
    }
    let hasRuns = here.has("runs")
    #expect(!hasRuns)
  }

  @Test func divergenceExitsWithThree() throws {
    let here = try Workshop()
    try here.write("optimizer sgd lr 1e30\nepochs 50\nfc 8 | fc 1\n", to: "net.nn")
    let run = try here.nnc("run", "net.nn", "--data", "xor", "-o", "out")
    #expect(run.code == 3, "\(run)")
    #expect(run.errors.contains("error[NN701]") && run.errors.contains("kept out/before-nan.safetensors"))
    #expect(try JSON(here.read("out/summary.json"))["end"]?.string == "diverged")
  }

  /// The form of the designed message, whose numbers are of a network of its own, and its replay.
  @Test func divergenceIsReplayed() throws {
    let here = try Workshop()
    try here.write(
      "normalize standard\noptimizer sgd lr 3 momentum 0.9\nepochs 50\nbatch 30\nloss mse\nfc 64 relu | fc 64 relu | fc 1\n", to: "net.nn")
    let run = try here.nnc("run", "net.nn", "--data", "xor", "-o", "out", "--quiet")
    #expect(run.code == 3 && run.output.isEmpty, "\(run)")
    let form = try Regex(
      #"""
      error\[NN701\]: the (loss|gradient) became (nan|inf) at epoch (?<epoch>\d+), batch (?<batch>\d+)
       --> net.nn:6:\d+
        \|
      6 \| fc 64 relu \| fc 64 relu \| fc 1
        \| +\^+ first value that is not finite, (forward pass|backward pass|in the loss)
        \|
        = largest gradient in the last (batch|two batches|three batches|four batches|five batches): [-+.e0-9 inf]+   \(fc\d.(weight|bias)\)
        = learning rate 3, optimizer sgd momentum 0.9, no clipping
        = input batch is finite, range \S+ ... \S+
        = kept out/before-nan.safetensors \((batch \d+|before the first batch)\); the run can be replayed: --resume out --until (?<place>\d+:\d+)
      help: try a smaller rate, or add a limit
        \|
      3 \| clip norm 1.0
        \| \+{13}

      """#)
    let match = try #require(try form.firstMatch(in: run.errors), "\(run.errors)")
    let place = try #require(match["place"]?.substring)
    #expect(place == "\(match["epoch"]?.substring ?? ""):\(match["batch"]?.substring ?? "")")
    let again = try here.nnc("run", "--resume", "out", "--until", String(place), "--quiet")
    let line = "\(run.errors.prefix { $0 != "\n" })"
    #expect(again.code == 3 && again.errors.hasPrefix(line), "\(again)")
    let past = try here.nnc("run", "--resume", "out", "--until", "1:1")
    #expect(past.code == 2 && past.errors.hasPrefix("error: `--until 1:1`: the run stands behind "), "\(past)")
  }

  @Test func lastUpdateDiverges() throws {
    let here = try Workshop()
    try here.write(
      "optimizer sgd lr 1e30  # nnc: allow NN361\nbatch all\nepochs 1\nfc 8 relu | fc $classes softmax\n", to: "net.nn")
    let run = try here.nnc("run", "net.nn", "--data", "iris", "-o", "out")
    #expect(run.code == 3 && run.errors.contains("with the last update, at epoch 1, batch 1"), "\(run)")
    #expect(try JSON(here.read("out/summary.json"))["end"]?.string == "diverged")
    let weights = ["best.safetensors", "last.safetensors"].map { here.has("out/\($0)") }
    #expect(weights == [false, false])
  }

  @Test func interruptSaves() throws {
    let here = try Workshop()
    try here.write("epochs 100000000\nfc 64 relu | fc 64 relu | fc 2 softmax\n", to: "net.nn")
    let running = try here.start(["run", "net.nn", "--data", "moons", "-o", "out", "--quiet"])
    let limit = Date().addingTimeInterval(20)
    while !here.has("out/metrics.csv"), Date() < limit { Thread.sleep(forTimeInterval: 0.02) }
    // SIGTERM does the same as SIGINT, which processes in the background ignore.
    running.program.send(SIGTERM)
    let result = running.finish()
    #expect(result.code == 130, "\(result.errors)")
    #expect(try JSON(here.read("out/summary.json"))["end"]?.string == "interrupted")
    let saved = ["last.safetensors", "metrics.csv"].map { here.has("out/\($0)") }
    #expect(saved == [true, true])
  }
}
