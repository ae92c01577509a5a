import NNDiagnostics
import NNGraph
import NNLayers
import Testing

@Test func jsonHasTheKeysOfTheReferenceInOrder() {
  let result = check(SourceFile(name: "two.nn", text: "model two\ninput 2x2x1\nconv 1x1x2 relu | fc 3 softmax\n"))
  #expect(
    result.json.text
      == """
      {"file":"two.nn","ok":true,"model":"two","input":[2,2,1],"output":[3],"kind":"vector","parameters":31,"macs":32,\
      "loss":"cross_entropy","stages":[\
      {"index":1,"line":3,"column":1,"text":"conv 1x1x2 relu","op":"conv","output":[2,2,2],"parameters":4,"macs":8},\
      {"index":null,"line":3,"column":19,"text":"(flatten)","op":"flatten","output":[8],"parameters":0,"macs":0,"implicit":true},\
      {"index":2,"line":3,"column":19,"text":"fc 3 softmax","op":"fc","output":[3],"parameters":27,"macs":24}],"diagnostics":[]}
      """)
}

@Test func jsonIsNullWhereNothingIsKnown() {
  let result = check(SourceFile(name: "bad.nn", text: "input 4\nfc 3 | rlu | fc 2\n"))
  let text = result.json.text
  #expect(
    text.hasPrefix(
      #"{"file":"bad.nn","ok":false,"model":"bad","input":[4],"output":null,"kind":null,"parameters":null,"macs":null,"loss":null"#))
  #expect(text.contains(#"{"index":1,"line":2,"column":1,"text":"fc 3","op":"fc","output":[3],"parameters":15,"macs":12}"#))
  #expect(text.contains(#"{"index":3,"line":2,"column":14,"text":"fc 2","op":"fc","output":null,"parameters":null,"macs":null}"#))
  #expect(text.contains(#""code":"NN201""#))
}

@Test func withoutAnInputWhatHoldsForAllIsKnown() throws {
  let result = check(SourceFile(name: "line.nn", text: "conv 3x3x32 pad 1 | relu | maxpool 2 | dropout 0.2 | fc 4 softmax\n"))
  #expect(result.isOK)
  #expect(result.model == nil)
  let condition = try #require(result.condition)
  #expect(condition.text == "any HxWxC with H and W at least 2")
  // 9*C*32 + 32 of the convolution, 32*(H/2)*(W/2)*4 + 4 of fc.
  #expect(condition.parameters == "288*C + 128*(H/2)*(W/2) + 36")
  #expect(result.output == .vector(4))
  #expect(result.loss == .crossEntropy(smooth: 0))
  // The formula at one point, against the network with that input.
  var options = CheckOptions()
  options.input = "9x7x3"
  #expect(check(result.file, options: options).parameters == 288 * 3 + 128 * 4 * 3 + 36)
}

/// A title or the name of a file is shown, and never obeyed.
@Test func theTerminalIsNotMoved() {
  let result = check(SourceFile(name: "a\u{1B}[2J\nb.nn", text: "model m \"x\u{1B}]0;y\u{7}\"\ninput 4\nfc 3 softmax\n"))
  let text = SummaryTable(result).text
  #expect(text.hasPrefix("a\u{241B}[2J\u{240A}b.nn  x\u{241B}]0;y\u{2407} "))
  #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
}
