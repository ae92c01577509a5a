import NNDiagnostics
import Testing

@Suite struct JSONTests {
  @Test func aDiagnosticIsOneObjectInTheDocumentedOrder() {
    // Line 19 of a file, of which the first 586 bytes are not needed.
    let file = SourceFile(name: "mri.nn", bytes: Array("conv 3x3x32 pad 1 | rlu | maxpool 2\n".utf8), firstLine: 19, firstOffset: 586)
    let diagnostic = Diagnostic(
      .unknownLayer, "unknown layer `rlu`", at: file.span(19, "rlu"), "no layer has this name",
      fixes: [.init("did you mean `relu`?", file.span(19, "rlu"), "relu")])
    let expected = #"""
      {"code":"NN201","severity":"error","message":"unknown layer `rlu`","file":"mri.nn",
       "span":{"start":{"line":19,"column":21,"offset":606},"end":{"line":19,"column":24,"offset":609}},
       "labels":[],"notes":[],
       "fixes":[{"title":"did you mean `relu`?","applicability":"probable",
                 "edits":[{"start":606,"end":609,"text":"relu"}]}],
       "url":"nnc explain NN201"}
      """#
    let onOneLine = expected.split(separator: "\n").map { $0.drop { $0 == " " } }.joined()
    #expect(diagnostic.json.text == onOneLine)
  }

  @Test func labelsAndEditsInAnotherFileSayWhere() {
    let table = source("a.csv", [1: "x"])
    let file = source("a.nn", [1: "fc 3"])
    let diagnostic = Diagnostic(
      .labelRange, .warning, "m", at: table.span(1, "x"), "", labels: [.init(file.span(1, "fc"), "here")], notes: ["n"],
      fixes: [.init("t", file.span(1, "3"), "4")])
    #expect(
      diagnostic.json.text == #"{"code":"NN501","severity":"warning","message":"m","file":"a.csv","#
        + #""span":{"start":{"line":1,"column":1,"offset":0},"end":{"line":1,"column":2,"offset":1}},"#
        + #""labels":[{"text":"here","span":{"start":{"line":1,"column":1,"offset":0},"end":{"line":1,"column":3,"offset":2}},"file":"a.nn"}],"#
        + #""notes":["n"],"fixes":[{"title":"t","applicability":"probable","edits":[{"start":3,"end":4,"text":"4","file":"a.nn"}]}],"#
        + #""url":"nnc explain NN501"}"#)
  }

  @Test func aProblemWithoutAPlaceHasNullForIt() {
    let text = Diagnostic(.noInput, "no input shape").json.text
    #expect(text.hasPrefix(#"{"code":"NN104","severity":"error","message":"no input shape","file":null,"span":null,"labels":[]"#))
  }

  @Test func columnsCountCharactersAndOffsetsBytes() {
    let file = source("ü.nn", [1: "é × x"])
    let text = Diagnostic(.syntax, "m", at: file.span(1, "x")).json.text
    #expect(text.contains(#""start":{"line":1,"column":5,"offset":6}"#))
  }

  @Test func stringsAreEscaped() {
    let value: JSONValue = .string("a\"b\\c\n\t\r\u{1}\u{7F}\u{2028}é🙂")
    #expect(value.text == #""a\"b\\c\n\t\r\u0001\u007f\u2028é🙂""#)
  }

  @Test func numbersAreShortAndExact() {
    let values: JSONValue = [
      1, -3, 0.1, 1e-5, .number(2), .number(1e300), .number(.nan), .number(.infinity), JSONValue(Float(0.1)), .number(-0.0), nil, true,
      .number(1.0 / 3), JSONValue(Int?.none),
    ]
    #expect(values.text == "[1,-3,0.1,1e-05,2,1e+300,null,null,0.1,-0,null,true,0.3333333333333333,null]")
  }

  @Test func keysKeepTheirOrder() {
    let value: JSONValue = ["z": 1, "a": ["k": []], "m": [:]]
    #expect(value.text == #"{"z":1,"a":{"k":[]},"m":{}}"#)
  }
}
