import NNDiagnostics
import Testing

@Suite struct JSONReaderTests {
  @Test(arguments: [
    #"{"a":[1,-2.5,1e3,true,false,null],"b":{}}"#, #"[]"#, #""""#, #""a\"\\\/\n\t\u00fc""#, #"  [ 1 , { "x" : "y" } ]  "#,
  ]) func whatIsReadIsWrittenTheSame(_ text: String) throws {
    let value = try JSONValue(parsing: Array(text.utf8))
    #expect(try JSONValue(parsing: Array(value.text.utf8)).text == value.text)
  }

  @Test func values() throws {
    let value = try JSONValue(parsing: Array(#"{"a":[1,-2.5,"\ud835\udd18\u0041",true],"n":null}"#.utf8))
    #expect(value["a"]?.arrayValue?[0].integerValue == 1)
    #expect(value["a"]?.arrayValue?[2].stringValue == "𝔘A")
    #expect(value["a"]?.arrayValue?[3].boolValue == true)
    #expect(value["a"]?.text == #"[1,-2.5,"𝔘A",true]"#)
    #expect(value["missing"] == nil)
    #expect(try JSONValue(parsing: Array(#""\ud835""#.utf8)).stringValue == "\u{FFFD}")
  }

  @Test(arguments: [
    "", "{", "[1,]", "[1 2]", #"{"a"}"#, #"{"a":}"#, #"{a:1}"#, "tru", "1 2", "\"\n\"", "\"a", #""\x""#, #""\u12""#, "--1", "1e999", "+",
    String(repeating: "[", count: 100_000),
  ]) func brokenTextIsRefused(_ text: String) {
    #expect(throws: JSONValue.ReadingError.self) { try JSONValue(parsing: Array(text.utf8)) }
  }
}
