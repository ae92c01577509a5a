/// "did you mean": the nearest of the words that could stand in a place.
package enum Suggestion {
  /// The nearest candidate within a third of the word's length (at least one change); the earlier of two that are equally near.
  package static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
    let typed = Array(word.lowercased().utf8.prefix(longest))
    let limit = max(1, typed.count / 3)
    var best: (distance: Int, word: String)?
    for candidate in candidates where candidate != word {
      let letters = Array(candidate.lowercased().utf8.prefix(longest))
      guard abs(letters.count - typed.count) <= limit else { continue }
      let distance = distance(typed, letters)
      if distance <= limit, distance < letters.count, distance < best?.distance ?? .max { best = (distance, candidate) }
    }
    return best?.word
  }

  /// No word of the language is longer; a megabyte of letters is compared no further.
  private static let longest = 40

  /// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
  package static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...b.count)
    for i in a.indices {
      var row = [i + 1]
      for j in b.indices {
        var least = min(last[j] + (a[i] == b[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1)
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { least = min(least, beforeLast[j - 1] + 1) }
        row.append(least)
      }
      beforeLast = last
      last = row
    }
    return last[b.count]
  }
}
