import NNData
import NNReport
import NNRuntime

/// `predictions.csv`: a row per example, or per step of it where the network gives a sequence, with where it came from, its class where that is known, and what the network says.
struct PredictionTable {
  private let predictions: Predictions
  private let examples: Examples
  private let classes: [String]

  init(_ predictions: Predictions, _ examples: Examples, classes: [String]) {
    (self.predictions, self.examples, self.classes) = (predictions, examples, classes)
  }

  /// The file, in pieces.
  var pieces: some Sequence<String> {
    TablePieces.of(header, rows: predictions.count) { place($0) + actual($0) + predicted($0) }
  }

  private var header: [String] {
    let place =
      switch examples.origin {
      case .files: "file"
      case .rows: "line"
      case .named: "name"
      case .generated: "row"
      case .characters: "character"
      }
    let actual =
      switch examples.targets {
      case .none: [String]()
      case .classes: ["actual"]
      case .values(_, let width): numbered("actual", width / rows)
      case .following(let following): numbered("actual", following.width / rows)
      }
    return [place] + (rows > 1 ? ["step"] : []) + actual
      + (isClassification ? ["predicted"] + probabilities : numbered("predicted", predictions.width))
  }

  private var isClassification: Bool { !predictions.classes.isEmpty }

  /// A column per output; a single one is the probability of the second class.
  private var probabilities: [String] {
    predictions.width == 1 ? [csvCell(classes.name(1))] : (0..<predictions.width).map { csvCell(classes.name($0)) }
  }

  private func numbered(_ word: String, _ count: Int) -> [String] { count == 1 ? [word] : (1...max(1, count)).map { "\(word)_\($0)" } }

  /// The file, the line in a table (its header is line 1), the first character of a window of a text, or the number of the row of an array, from 1.
  private func place(_ row: Int) -> [String] {
    let index = row / rows
    let example =
      switch examples.origin {
      case .files(let paths): paths.indices.contains(index) ? csvCell(paths[index]) : String(index + 1)
      case .rows(_, let lines): index < lines.count ? String(lines[index]) : String(index + 1)
      case .named(let names): names.indices.contains(index) ? csvCell(names[index]) : String(index + 1)
      case .generated: String(index + 1)
      case .characters(_, let starts): starts.indices.contains(index) ? String(starts[index] + 1) : String(index + 1)
      }
    return rows > 1 ? [example, String(row % rows + 1)] : [example]
  }

  private var rows: Int { predictions.rowsPerExample }

  private func actual(_ index: Int) -> [String] {
    switch examples.targets {
    case .none: []
    case .classes(let labels): [csvCell(classes.name(Int(labels[index])))]
    case .values(let values, let width):
      values[index * (width / rows)..<(index + 1) * (width / rows)].map { "\($0)" }
    case .following(let following): followers(of: index, following)
    }
  }

  private func followers(of row: Int, _ following: Following) -> [String] {
    let numbers = examples.followers(of: row / rows, following)
    let own = following.steps == 1 ? numbers[...] : numbers[row % rows..<row % rows + 1]
    return own.map { examples.isText ? csvCell(classes.name(Int($0))) : "\($0)" }
  }

  private func predicted(_ index: Int) -> [String] {
    let outputs = predictions.outputs[index * predictions.width..<(index + 1) * predictions.width].map { "\($0)" }
    return isClassification ? [csvCell(classes.name(predictions.classes[index]))] + outputs : outputs
  }
}
