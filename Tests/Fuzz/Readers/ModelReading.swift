import NNDiagnostics
import NNGraph
import NNInterchange
import NNSyntax

enum ModelReading {
  static func read(_ bytes: [UInt8]) {
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
  }

  /// What can be imported is a sound file of the language.
  static func onnx(_ bytes: [UInt8]) {
    guard let model = try? ONNXModel(decoding: bytes), let network = try? ONNXImport(model, name: "fuzz") else { return }
    let (_, problems) = parse(SourceFile(name: "imported.nn", text: network.text))
    precondition(problems.isEmpty, "an imported file cannot be parsed")
  }
}
