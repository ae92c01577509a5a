import NNDiagnostics
import NNGraph
import NNSyntax

/// What libFuzzer calls with every text it makes up: lexer, parser, formatter, resolver, shapes, lints, proofs and renderers.
///
///     NNC_FUZZ=1 swift build -c release --sanitize fuzzer --product nnfuzz --scratch-path /tmp/fuzz
///     /tmp/fuzz/release/nnfuzz -runs=1000000 -max_len=4096 -timeout=2 -rss_limit_mb=200 FOUND Tests/Golden/check
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  let file = SourceFile(name: "fuzz.nn", bytes: bytes)
  let (tree, problems) = parse(file)
  if problems.isEmpty {
    let text = canonicalText(of: tree)
    let (again, found) = parse(SourceFile(name: "again.nn", text: text))
    precondition(found.isEmpty, "the layout of a sound file has problems")
    precondition(canonicalText(of: again) == text, "the layout is not stable")
  }
  var options = CheckOptions()
  // Proofs check a file dozens of times; every 64th text has them.
  options.provesFixes = bytes.reduce(0 as UInt16) { $0 &* 31 &+ UInt16($1) } % 64 == 0
  let result = check(file, options: options)
  for diagnostic in result.diagnostics {
    precondition(!TextRenderer(isColoured: true).render(diagnostic).isEmpty)
    precondition((try? JSONValue(parsing: Array(diagnostic.json.text.utf8))) != nil, "no JSON")
  }
  precondition(!SummaryTable(result).text.isEmpty)
  _ = render(result)
  return 0
}
