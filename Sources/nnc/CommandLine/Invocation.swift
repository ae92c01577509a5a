/// A command line that fits a command's entry in the table. Values are checked against their types already.
struct Invocation: Sendable {
  var positionals: [String] = []
  /// By the option's name; a flag has one empty value.
  var values: [String: [String]] = [:]

  func has(_ option: CommandOption) -> Bool { values[option.name] != nil }

  func text(_ option: CommandOption) -> String? { values[option.name]?.last }

  func integer(_ option: CommandOption) -> Int? { text(option).flatMap { Int($0) } }

  /// The word given, or the first of the option's words.
  func choice(_ option: CommandOption) -> String {
    guard case .choice(let words) = option.value else { return "" }
    return text(option) ?? words.first ?? ""
  }

  /// `84x84x1`: one to three sizes above 0; nil where the option is not given.
  func sizes(_ option: CommandOption) throws(UsageError) -> [Int]? {
    guard let text = text(option) else { return nil }
    let sizes = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    guard (1...3).contains(sizes.count), sizes.allSatisfy({ $0 > 0 }) else {
      throw UsageError("`--\(option.name)` needs a shape such as 84x84x1, not `\(text)`")
    }
    return sizes
  }

  /// `--set a=1 --set b=2` in the order given.
  func assignments(_ option: CommandOption) -> [(name: String, value: String)] {
    (values[option.name] ?? []).map { text in
      let equals = text.firstIndex(of: "=") ?? text.endIndex
      return (String(text[..<equals]), String(text[equals...].dropFirst()))
    }
  }
}

/// The command line is wrong: exit code 2.
struct UsageError: Error, Equatable {
  let message: String
  /// Something to type.
  var help: String?

  init(_ message: String, help: String? = nil) {
    self.message = message
    self.help = help
  }
}
