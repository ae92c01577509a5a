import NNDiagnostics
import Testing

/// The forms that code hosts read.
@Suite struct ReportTests {
  private var problem: Diagnostic {
    let file = SourceFile(name: "my nets/ü.nn", text: "input 4\nfc 3 | rlu\n")
    return Diagnostic(
      .unknownLayer, "unknown layer `rlu`", at: SourceSpan(file, 15, 18), "no layer, activation or block has this name",
      labels: [.init(SourceSpan(file, 0, 5), "here")], notes: ["100 % sure"],
      fixes: [.init("did you mean `relu`?", .probable, edits: [.init(SourceSpan(file, 15, 18), "relu")]), .init("or leave it out")])
  }

  /// Keys and values as in sections 3.19 to 3.58 of the SARIF 2.1.0 specification.
  @Test func sarif() {
    let text = SARIF.document([problem, problem], version: "1.2.3") { $0.page.title }.text
    #expect(
      text == """
        {"$schema":"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json","version":"2.1.0",\
        "runs":[{"tool":{"driver":{"name":"nnc","version":"1.2.3","rules":[{"id":"NN201","shortDescription":\
        {"text":"a stage is no layer, activation or block"},"help":{"text":"nnc explain NN201"}}]}},"columnKind":"unicodeCodePoints",\
        "results":[\(result),\(result)]}]}
        """)
  }

  private var result: String {
    """
    {"ruleId":"NN201","ruleIndex":0,"level":"error","message":{"text":"unknown layer `rlu`\\nno layer, activation or block has this name\
    \\n100 % sure\\nhelp: did you mean `relu`?\\nhelp: or leave it out"},"locations":[{"physicalLocation":{"artifactLocation":\
    {"uri":"my%20nets/%C3%BC.nn"},"region":{"startLine":2,"startColumn":8,"endLine":2,"endColumn":11}},"message":\
    {"text":"no layer, activation or block has this name"}}],"relatedLocations":[{"id":0,"physicalLocation":{"artifactLocation":\
    {"uri":"my%20nets/%C3%BC.nn"},"region":{"startLine":1,"startColumn":1,"endLine":1,"endColumn":6}},"message":{"text":"here"}}],\
    "fixes":[{"description":{"text":"did you mean `relu`?"},"artifactChanges":[{"artifactLocation":{"uri":"my%20nets/%C3%BC.nn"},\
    "replacements":[{"deletedRegion":{"startLine":2,"startColumn":8,"endLine":2,"endColumn":11},"insertedContent":{"text":"relu"}}]}]}]}
    """
  }

  @Test func sarifWithoutProblems() {
    #expect(SARIF.document([], version: "1") { $0.page.title }.text.hasSuffix(#""results":[]}]}"#))
  }

  @Test func annotations() {
    #expect(
      GitHubAnnotation.text(problem)
        == "::error file=my nets/ü.nn,line=2,endLine=2,col=8,endColumn=11,title=NN201::unknown layer `rlu`%0Ano layer, activation or block "
        + "has this name%0A100 %25 sure%0Ahelp: did you mean `relu`?%0Ahelp: or leave it out")
    let file = SourceFile(name: "a,b:c.nn", text: "x\ny\n")
    #expect(
      GitHubAnnotation.text(Diagnostic(.unused, .warning, "m", at: SourceSpan(file, 0, 3)))
        == "::warning file=a%2Cb%3Ac.nn,line=1,endLine=2,title=NN355::m")
    #expect(GitHubAnnotation.text(Diagnostic(.dataMissing, "no data")) == "::error title=NN505::no data")
  }

  @Test func codesHavePagesOfTheirOwn() {
    #expect(Set(Code.allCases.map { $0.page.title }).count == Code.allCases.count)
    for code in Code.allCases {
      #expect(code.page.title.first?.isUppercase == false && !code.page.title.hasSuffix("."))
      #expect(code.page.text.allSatisfy { $0.hasSuffix(".") }, "\(code.rawValue)")
    }
  }
}
