import NNDiagnostics
import NNRecipe

/// Reads one column of a table as a series: windows of its rows, each with the rows that follow.
struct SeriesLoader {
  let text: TableText
  let layout: CSVLayout
  let window: Int
  let predict: Int
  let request: DataRequest

  private var column: String { layout.columnName(layout.target) }

  /// - Throws: NN506 with the place in the table, NN511.
  func load(name: String) throws(Diagnostic) -> Dataset {
    try checkShape()
    let contents = try contents()
    let values = contents.target.values
    guard values.count >= window + predict else {
      throw Diagnostic(
        .badTable, .error,
        "column `\(column)` has \(counted(values.count, "row")): a window of \(number(window)) and \(number(predict)) behind it need \(number(window + predict))",
        at: request.statements["data"])
    }
    let starts = (0...values.count - window - predict).map { Int32(clamping: $0) }
    // The line of the first row that is to be predicted.
    let lines = contents.lines.choosing(starts.map { $0 + Int32(clamping: window) })
    var dataset = try Dataset(
      name: name,
      train: Examples(
        shape: request.shape ?? [window, 1],
        storage: .windows(Windows(values: values, features: 1, steps: window, starts: starts, isText: false)),
        targets: .following(try following()), count: starts.count, origin: .rows(file: text.name, lines: lines)), request)
    dataset.features = [column]
    return dataset
  }

  func inspect(name: String) throws(Diagnostic) -> DataFacts {
    var facts = DataFacts(name: name, shape: request.shape ?? [window, 1], classes: [], features: [column])
    facts.mayHaveTargetPerStep = predict == 1
    facts.targetWidth = predict
    return facts
  }

  private func contents() throws(Diagnostic) -> CSVReader.Contents {
    try text.withBytes { (start, limit) throws(Diagnostic) in
      var reader = CSVReader(text, layout, target: .numbers, readsInputs: false, from: start, to: limit)
      return try reader.contents()
    }
  }

  private func following() throws(Diagnostic) -> Following {
    guard let steps = request.targetSteps else { return Following(steps: 1, rows: predict) }
    guard steps == window, predict == 1 else {
      throw Diagnostic(
        .stepsAndLabels, .error,
        "the network gives \(counted(steps, "prediction")), the data has \(counted(predict, "number")) behind each window",
        at: request.statements["data"],
        fixes: [.init("take the last step only: `last` before the last layer")])
    }
    return Following(steps: steps)
  }

  private func checkShape() throws(Diagnostic) {
    guard let shape = request.shape, shape.reduce(1, { $0.multipliedReportingOverflow(by: $1).partialValue }) != window else { return }
    throw Diagnostic(
      .dataShape, .error, "the model takes \(sizeText(shape)), `data` cuts windows of \(number(window)) rows",
      at: request.statements["input"], labels: request.statements["data"].map { [.init($0, "`window \(window)`")] } ?? [])
  }
}
