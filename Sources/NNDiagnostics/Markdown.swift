/// Text of a file inside of Markdown: nothing in it becomes a link, an image or the end of its own quotation.
package enum Markdown {
  /// Within a line.
  package static func code(_ text: String) -> String {
    let fence = quotes(longerThanIn: text, atLeast: 1)
    return fence.count == 1 ? "`\(text)`" : "\(fence) \(text) \(fence)"
  }

  /// Lines of their own.
  package static func block(_ text: String) -> String {
    let fence = quotes(longerThanIn: text, atLeast: 3)
    return "\(fence)\n\(text)\n\(fence)"
  }

  private static func quotes(longerThanIn text: String, atLeast least: Int) -> String {
    var (longest, run) = (0, 0)
    for byte in text.utf8 {
      run = byte == UInt8(ascii: "`") ? run + 1 : 0
      longest = max(longest, run)
    }
    return String(repeating: "`", count: max(least, longest + 1))
  }
}
