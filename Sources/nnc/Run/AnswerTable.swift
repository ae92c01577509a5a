import NNData
import NNDiagnostics
import NNReport
import NNRuntime

/// `predictions.csv` of examples without answers, as competitions want it: `Id,Category`, or `Id,Prediction` where the answer is a number.
struct AnswerTable {
  struct Options: Sendable {
    /// So many of the likeliest classes, each with its probability; nil for the likeliest alone.
    var topK: Int?
    /// A column per class.
    var probabilities = false
    /// Classes by their numbers in place of their names.
    var numbers = false
    /// Of examples that have no names: what the first is called.
    var firstId = 0
  }

  private let predictions: Predictions
  private let ids: [String]
  private let classes: [String]
  private let options: Options

  init(_ predictions: Predictions, _ examples: Examples, classes: [String], _ options: Options = Options()) {
    self.predictions = predictions
    self.classes = classes
    self.options = options
    ids = examples.ids(first: options.firstId)
  }

  /// The file, in pieces.
  var pieces: some Sequence<String> { TablePieces.of(header.map(csvCell), rows: predictions.count) { cells($0).map(csvCell) } }

  /// An object per line, with the same names.
  var jsonLines: String {
    (0..<predictions.count).map { row in
      "{" + zip(header, cells(row)).map { "\(quoted($0)):\(isNumber($0, $1) ? $1 : quoted($1))" }.joined(separator: ",") + "}\n"
    }.joined()
  }

  private var isClassification: Bool { !predictions.classes.isEmpty }
  private var rows: Int { predictions.rowsPerExample }
  /// A single output is the probability of the second class.
  private var classCount: Int { predictions.width == 1 ? 2 : predictions.width }

  private var header: [String] {
    let id = rows > 1 ? ["Id", "Step"] : ["Id"]
    guard isClassification else {
      return id + (predictions.width == 1 ? ["Prediction"] : (1...predictions.width).map { "Prediction_\($0)" })
    }
    var names = id
    if let topK = options.topK {
      for place in 1...min(topK, classCount) {
        names += place == 1 ? ["Category", "Probability"] : ["Category_\(place)", "Probability_\(place)"]
      }
    } else {
      names.append("Category")
    }
    return names + (options.probabilities ? (0..<classCount).map(name) : [])
  }

  private func cells(_ row: Int) -> [String] {
    let id = rows > 1 ? [ids[row / rows], String(row % rows + 1)] : [ids[row]]
    let outputs = predictions.outputs[row * predictions.width..<(row + 1) * predictions.width]
    guard isClassification else { return id + outputs.map { "\($0)" } }
    let shares = predictions.width == 1 ? outputs.map { 1 - $0 } + outputs : Array(outputs)
    var cells = id
    if let topK = options.topK {
      let ranked = shares.indices.sorted { (shares[$1], $0) < (shares[$0], $1) }
      for number in ranked.prefix(topK) { cells += [name(number), "\(shares[number])"] }
    } else {
      cells.append(name(predictions.classes[row]))
    }
    return cells + (options.probabilities ? shares.map { "\($0)" } : [])
  }

  private func name(_ number: Int) -> String {
    options.numbers ? String(number) : classes.name(number)
  }

  private func isNumber(_ column: String, _ cell: String) -> Bool {
    let isText = column == "Id" || column.hasPrefix("Category")
    return !isText && Double(cell)?.isFinite == true
  }

  private func quoted(_ text: String) -> String { JSONValue.string(text).text }
}

extension [String] {
  /// Of a class; its number where classes have no names.
  func name(_ number: Int) -> String { indices.contains(number) ? self[number] : String(number) }
}

extension Examples {
  /// A name for each: of files their names without ending, of tables what stands in a column `Id`, of texts where a window begins, else numbers.
  fileprivate func ids(first: Int) -> [String] {
    switch origin {
    case .named(let names): return names
    case .files(let paths):
      let stems = paths.map { path in
        let name = path.split(separator: "/").last.map(String.init) ?? path
        return name.lastIndex(of: ".").map { $0 == name.startIndex ? name : String(name[..<$0]) } ?? name
      }
      return Set(stems).count == stems.count ? stems : paths
    case .characters(_, let starts): return starts.map { String(first &+ Int($0)) }
    case .rows, .generated: return (0..<count).map { String(first &+ $0) }
    }
  }
}
