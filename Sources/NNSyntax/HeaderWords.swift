/// The words that begin a header statement. The parser knows no more of a statement than this; what may follow each word
/// is the business of the statement table.
package enum HeaderWords {
  package static let all = [
    "model", "input", "classes", "data", "split", "normalize", "augment", "init", "loss", "metric", "optimizer", "schedule",
    "epochs", "steps", "batch", "clip", "stop", "freeze", "seed",
  ]

  private static let lookup = Set(all)

  package static func contains(_ word: String) -> Bool { lookup.contains(word) }
}
