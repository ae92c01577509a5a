/// A made-up play: scenes, people and lines from a small grammar, standing in for the text of Macbeth.
///
/// Speakers take turns; a line is a clause or two of five to nine words in the order of a grammar, so that there is something to learn on every scale:
/// words, sentences, verse, speeches.
enum Play {
  static let length = 100_000

  private static let people = ["Orvane", "Thessal", "Brandoc", "Maritha", "Colwyn", "Isaure", "Hadric", "Wenna"]
  private static let places = ["hall", "heath", "tower", "garden", "forest", "chamber", "harbour", "chapel"]
  private static let nouns = [
    "night", "crown", "sword", "hand", "storm", "sorrow", "raven", "candle", "oath", "river", "shadow", "heart", "dream", "grave", "bell",
    "wolf",
  ]
  private static let adjectives = [
    "dark", "bloody", "noble", "weary", "silent", "golden", "bitter", "ancient", "false", "gentle", "cold", "quick",
  ]
  private static let verbs = [
    "keeps", "breaks", "fears", "calls", "follows", "betrays", "wakes", "quenches", "knows", "mourns", "serves", "joins",
  ]
  private static let openings = ["and yet", "for", "but when", "though", "so", "then", "if", "while"]
  private static let exclamations = ["alas", "come", "hark", "peace", "what now", "good my lord", "sweet lady", "fie"]

  static func text() -> [UInt8] {
    var play = Writer()
    var scene = 1
    while play.text.utf8.count < length {
      play.scene(scene)
      scene += 1
    }
    return Array(play.text.utf8.prefix(length)) + Array("\n".utf8)
  }

  private struct Writer {
    var text = ""
    var random = Random(seed: 0, 0x91A7)

    mutating func one(_ words: [String]) -> String { words[random.below(words.count)] }

    mutating func scene(_ number: Int) {
      var present = people
      random.shuffle(&present)
      present = Array(present.prefix(2 + random.below(3)))
      text += "Scene \(Play.roman(number % 20 + 1)). A \(one(Play.places)).\n\nEnter \(present.joined(separator: ", ")).\n\n"
      var speaker = 0
      for _ in 0..<6 + random.below(10) {
        speaker = (speaker + 1 + random.below(present.count - 1)) % present.count
        speech(present[speaker])
      }
      text += "Exeunt.\n\n"
    }

    mutating func speech(_ name: String) {
      text += "\(name). "
      let lines = 1 + random.below(5)
      for line in 1...lines {
        let words = random.below(6) == 0 ? "\(one(Play.exclamations)), \(clause())" : "\(opening())\(clause())"
        let end = line < lines ? (random.below(3) == 0 ? "," : random.below(4) == 0 ? ";" : ":") : (random.below(4) == 0 ? "?" : ".")
        text += words.prefix(1).uppercased() + words.dropFirst() + end + "\n"
      }
      text += "\n"
    }

    mutating func opening() -> String { random.below(2) == 0 ? "" : one(Play.openings) + " " }

    mutating func clause() -> String {
      let subject = random.below(3) == 0 ? "my \(one(Play.nouns))" : "the \(one(Play.adjectives)) \(one(Play.nouns))"
      let object = random.below(2) == 0 ? "the \(one(Play.nouns))" : "thy \(one(Play.adjectives)) \(one(Play.nouns))"
      return "\(subject) \(one(Play.verbs)) \(object)" + (random.below(4) == 0 ? " of \(one(Play.people))" : "")
    }
  }

  private static func roman(_ number: Int) -> String {
    var rest = number
    var text = ""
    for (value, letters) in [(10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")] {
      while rest >= value {
        text += letters
        rest -= value
      }
    }
    return text
  }
}
