import NNDiagnostics
import NNGraph
import NNRecipe
import NNSyntax
import Testing

/// The recipe of a file with these statements; records what was refused.
private func recipe(_ statements: String) -> Recipe {
  let result = check(SourceFile(name: "test.nn", text: statements + "\nfc 4\n"))
  #expect(result.isOK, "\(statements): \(result.diagnostics.map(\.message))")
  return result.recipe
}

@Test(arguments: Statements.all.flatMap { statement in statement.examples.map { ($0, statement.word) } })
func everyExampleOfTheTableIsAccepted(example: String, word: String) {
  let result = check(SourceFile(name: "test.nn", text: example + "\nfc 4\n"))
  let problems = result.diagnostics.filter { $0.severity == .error && ![.classCount, .use, .wrongKind].contains($0.code) }
  #expect(problems.isEmpty, "\(example): \(problems.map(\.message))")
  #expect(example.hasPrefix(word + " "))
}

@Test func theParserKnowsTheStatements() { #expect(Set(HeaderWords.all) == Set(Statements.all.map(\.word))) }

@Test func statementsBecomeARecipe() {
  #expect(
    recipe("data csv \"iris.csv\" target species from 1").data
      == .csv(table("iris.csv") { ($0.target, $0.firstClass) = (.name("species"), 1) }))
  #expect(
    recipe("data csv \"housing.csv\" target MedHouseVal bins low, med, high").data
      == .csv(table("housing.csv") { ($0.target, $0.bins) = (.name("MedHouseVal"), ["low", "med", "high"]) }))
  #expect(recipe("data csv \"x.data\" header off target 9").data == .csv(table("x.data") { ($0.header, $0.target) = (false, .column(9)) }))
  #expect(
    recipe("data csv \"s.csv\" column y window 40 predict 1").data
      == .csv(table("s.csv") { $0.target = .series(column: "y", window: 40, predict: 1) }))
  #expect(
    recipe("data folder \"mri\" train \"Training\" test \"Testing\"").data == .folder(path: "mri", train: "Training", test: "Testing"))
  #expect(recipe("data text \"macbeth.txt\" chars keep \"ab\" lower").data == .text(path: "macbeth.txt", lower: true, keep: "ab"))
  #expect(recipe("data sine steps 100 samples 1000").data == .sine(steps: 100, samples: 1000))
  #expect(recipe("data npz \"d.npz\" x \"X\" y \"Y\"").data == .npz(path: "d.npz", x: "X", y: "Y"))
  #expect(recipe("data moons").data == .named("moons"))
  #expect(recipe("data \"photos\"").data == .path("photos"))
}

private func table(_ path: String, _ change: (inout CSVSource) -> Void) -> CSVSource {
  var source = CSVSource(path: path)
  change(&source)
  return source
}

@Test func splitAndNormalization() {
  let split = recipe("split train 80%, validation 10%, test 10% stratified").split
  #expect(split.train == .fraction(0.8))
  #expect(split.validation == .fraction(0.1))
  #expect(split.test == .fraction(0.1))
  #expect(split.stratified)
  #expect(recipe("split validation 5000").split.validation == .count(5000))
  #expect(recipe("split fold 5").split.folds == 5)
  #expect(recipe("normalize scale (1/255)").normalization.input == .scale(1.0 / 255))
  #expect(recipe("normalize mean 0.5 std 0.25").normalization.input == .mean(.value(0.5), deviation: .value(0.25)))
  #expect(recipe("normalize mean channel std channel").normalization.input == .mean(.channel, deviation: .channel))
  let both = recipe("normalize standard, target minmax").normalization
  #expect(both.input == .standard)
  #expect(both.target == .minmax)
}

@Test func preparation() {
  #expect(
    recipe("augment flip horizontal, rotate 10, shift 5%, crop pad 4, noise 0.01").augmentations
      == [.flipHorizontal, .rotate(degrees: 10), .shift(fraction: 0.05), .crop(pad: 4), .noise(deviation: 0.01)])
  #expect(recipe("init xavier").initializer == .xavier(.uniform))
  #expect(recipe("init he normal").initializer == .he(.normal))
  #expect(recipe("init normal 0.01").initializer == .normal(deviation: 0.01))
  #expect(recipe("init uniform 0.05").initializer == .uniform(bound: 0.05))
  #expect(recipe("init lecun").initializer == .lecun)
  #expect(recipe("seed 7").initializer == nil)
}

@Test func training() {
  var sgd = SGDSettings(learningRate: 0.1)
  (sgd.momentum, sgd.nesterov, sgd.decay) = (0.9, true, 1e-4)
  #expect(recipe("optimizer sgd lr 0.1 momentum 0.9 nesterov decay 1e-4").optimizer == .sgd(sgd))
  #expect(recipe("seed 1").optimizer == .adam(AdamSettings(learningRate: 1e-3)))
  #expect(recipe("optimizer adamax lr 2e-3").optimizer == .adamax(AdamSettings(learningRate: 2e-3)))
  var adamw = AdamSettings(learningRate: 1e-3)
  adamw.decay = 0.01
  #expect(recipe("optimizer adamw").optimizer == .adamw(adamw))
  #expect(recipe("schedule exponential 0.95").schedule == .exponential(0.95))
  #expect(recipe("schedule step 30 by 0.1").schedule == .step(epochs: 30, factor: 0.1))
  #expect(
    recipe("schedule 0.1 for 80, 0.01 for 40, 0.001").schedule
      == .phases([.init(rate: 0.1, epochs: 80), .init(rate: 0.01, epochs: 40), .init(rate: 0.001, epochs: nil)]))
  #expect(recipe("schedule cosine to 1e-5 warmup 1").schedule == .cosine(to: 1e-5, warmup: 1))
  #expect(recipe("schedule plateau patience 5 by 0.5").schedule == .plateau(patience: 5, factor: 0.5))
  #expect(recipe("epochs 7").length == .epochs(7))
  #expect(recipe("steps 60000").length == .steps(60000))
  #expect(recipe("batch all").batch == .all)
  #expect(recipe("batch 64").batch == .examples(64))
  #expect(recipe("clip norm 1.0").clip == .norm(1))
  #expect(recipe("clip value 0.5").clip == .value(0.5))
  #expect(
    recipe("stop patience 5 on validation.loss, below 0.01 on train.loss, after 10 minutes").stops
      == [
        .patience(epochs: 5, on: .init(part: .validation, measure: "loss")), .below(0.01, on: .init(part: .train, measure: "loss")),
        .after(seconds: 600),
      ])
  #expect(recipe("metric accuracy, f1, confusion").metrics == [.accuracy, .f1, .confusion])
  #expect(recipe("seed 9007199254740992").seed == 9_007_199_254_740_992)
}

@Test func losses() {
  let result = check(SourceFile(name: "test.nn", text: "loss cross_entropy smooth 0.1 weights balanced\ninput 3\nfc 4 softmax\n"))
  #expect(result.loss == .crossEntropy(smooth: 0.1))
  #expect(result.recipe.balancedClasses)
  for (line, loss) in [
    ("fc 1 sigmoid", Loss.binaryCrossEntropy), ("fc 4 softmax", .crossEntropy(smooth: 0)), ("fc 1", .meanSquaredError),
    ("fc 4 softmax | dropout 0.1", .crossEntropy(smooth: 0)),
  ] {
    #expect(check(SourceFile(name: "test.nn", text: "input 3\n\(line)\n")).loss == loss, "\(line)")
  }
}

/// A list of thousands of items is gone through once.
@Test func repeatedItemsAreFound() {
  func codes(_ text: String) -> [Code] { check(SourceFile(name: "test.nn", text: text + "\nfc 4\n")).diagnostics.map(\.code) }
  #expect(codes("augment rotate 10, shift 5%, rotate 20") == [])
  #expect(codes("augment rotate 10, shift 5%, rotate 10.0") == [.unknownArgument])
  let many = (1...20_000).map { "noise 0.\($0 + 10_000)" }.joined(separator: ", ")
  #expect(codes("augment \(many)") == [])
}

/// What `stop` looks at has to be measured; where that depends on data, as far as the data is known.
@Suite struct StopTests {
  private func problem(_ statements: String, hasValidation: Bool? = nil) -> (message: String, place: String)? {
    var options = CheckOptions()
    if let hasValidation {
      var facts = DataFacts()
      facts.hasValidation = hasValidation
      options.data = facts
    }
    let file = SourceFile(name: "test.nn", text: "input 4\nclasses 3\n\(statements)\nfc $classes softmax\n")
    let found = check(file, options: options).diagnostics
    #expect(found.count <= 1 && found.allSatisfy { $0.code == .outOfRange }, "\(found)")
    return found.first.map { ($0.message, $0.primary?.span.text ?? "") }
  }

  @Test func partsThatThereAre() throws {
    let none = "`stop` looks at the validation part, but there is none"
    #expect(problem("stop patience 3 on validation.loss") == nil)
    #expect(problem("stop patience 3", hasValidation: true) == nil)
    #expect(try #require(problem("stop patience 3", hasValidation: false)) == (none, "stop patience 3"))
    #expect(
      try #require(problem("stop after 1 hours, below 0.1 on validation.loss", hasValidation: false)) == (none, "validation.loss"))
    // A table brings no parts along.
    let table = "data csv \"t.csv\" target y\n"
    #expect(try #require(problem("\(table)split train 100%\nstop patience 3 on validation.f1")) == (none, "validation.f1"))
    #expect(problem("\(table)split train 80%, validation 20%\nstop patience 3 on validation.loss") == nil)
    #expect(problem("\(table)split fold 5\nstop patience 3 on validation.loss") == nil)
  }

  @Test(arguments: [
    ("test.loss", "`stop` cannot look at the test part: it is kept for the end"), ("train.f1", "`train.f1` is not measured in training"),
    ("validation.mae", "`mae` is not measured here"),
  ])
  func whatIsNotMeasured(_ quantity: String, _ message: String) throws {
    #expect(try #require(problem("split validation 10%\nstop below 1 on \(quantity)")) == (message, quantity))
  }
}
