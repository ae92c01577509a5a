import Testing

@testable import NNReport

@Suite struct EscapingTests {
  @Test func xml() {
    #expect(xmlEscaped("a<b & \"c\"'\u{1B}") == "a&lt;b &amp; &quot;c&quot;&#39;\u{FFFD}")
    #expect(xmlEscaped("Ångström 猫") == "Ångström 猫")
  }

  @Test(arguments: [
    ("setosa", "setosa"), ("a,b", "\"a,b\""), ("say \"x\"", "\"say \"\"x\"\"\""), ("two\nlines", "\"two\nlines\""),
    ("crlf\r\n", "\"crlf\r\n\""),
    ("=1+1", "'=1+1"), ("@sum", "'@sum"), ("-x", "'-x"), ("+x", "'+x"), ("=a,b", "\"'=a,b\""), ("", ""), ("-46.5", "-46.5"),
    ("+1e-7", "+1e-7"), ("-2+3", "'-2+3"), ("-inf", "'-inf"),
  ])
  func csv(_ text: String, _ cell: String) {
    #expect(csvCell(text) == cell)
  }

  @Test func backquotesAreCode() {
    #expect(Page.paragraph("write `a < b` here") == "<p>write <code>a &lt; b</code> here</p>\n")
    #expect(Page.paragraph("`<i>`", class: "x") == "<p class=\"x\"><code>&lt;i&gt;</code></p>\n")
    #expect(Page.paragraph("one ` only") == "<p>one ` only</p>\n")
  }

  @Test func controlCharactersAreWrittenOut() {
    #expect(printable("a\u{1B}[31mb\n") == "a\\u{1b}[31mb\\u{a}")
    #expect(printable("right\u{202E}left") == "right\\u{202e}left")
    #expect(printable("meningioma") == "meningioma")
  }
}
