import NNDiagnostics
import NNGraph
import NNLanguageServer
import Testing

/// A conversation with the server, as an editor leads it.
struct Editor {
  var server = LanguageServer(version: "1.0") { path in
    path == "/nets/blocks.nn"
      ? .success(SourceFile(name: path, text: "let depth = 2\nblock wide(n, p = 0.1) { fc $n relu | dropout $p }\n"))
      : .failure(FileProblem("no such file"))
  }
  private var number = 0
  let uri = "file:///nets/my%20net.nn"

  init(encodings: JSONValue = ["utf-16"]) {
    let result = request("initialize", ["capabilities": ["general": ["positionEncodings": encodings]]])
    assert(result["capabilities"] != nil)
    notify("initialized", [:])
  }

  mutating func send(_ message: JSONValue) -> [JSONValue] { server.handle(Array(message.text.utf8)) }

  mutating func notify(_ method: String, _ parameters: JSONValue) {
    let answers = send(["jsonrpc": "2.0", "method": .string(method), "params": parameters])
    #expect(answers.isEmpty)
  }

  mutating func answer(_ method: String, _ parameters: JSONValue) -> JSONValue {
    number += 1
    let answers = send(["jsonrpc": "2.0", "id": .integer(number), "method": .string(method), "params": parameters])
    #expect(answers.count == 1 && answers[0]["id"]?.integerValue == number)
    return answers.first ?? .null
  }

  mutating func request(_ method: String, _ parameters: JSONValue) -> JSONValue { answer(method, parameters)["result"] ?? .null }

  /// Opens a text; `‸` in it is the place that `at` asks about.
  mutating func open(_ text: String) -> [JSONValue] {
    let document: JSONValue = ["uri": .string(uri), "languageId": "nn", "version": 1, "text": .string(text)]
    notify("textDocument/didOpen", ["textDocument": document])
    return problems()
  }

  mutating func change(_ changes: JSONValue) -> [JSONValue] {
    notify("textDocument/didChange", ["textDocument": ["uri": .string(uri), "version": 2], "contentChanges": changes])
    return problems()
  }

  /// What is published now.
  mutating func problems() -> [JSONValue] {
    let messages = server.pending()
    #expect(messages.allSatisfy { $0["method"]?.stringValue == "textDocument/publishDiagnostics" })
    return messages.flatMap { $0["params"]?["diagnostics"]?.arrayValue ?? [] }
  }

  mutating func at(_ line: Int, _ character: Int, _ method: String) -> JSONValue { request(method, place(line, character)) }

  func place(_ line: Int, _ character: Int) -> JSONValue {
    ["textDocument": ["uri": .string(uri)], "position": position(line, character)]
  }

  /// The labels of what is proposed behind a text.
  mutating func proposals(_ text: String) -> [String] {
    _ = open(text)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let result = at(lines.count - 1, lines.last?.utf16.count ?? 0, "textDocument/completion")
    return result["items"]?.arrayValue?.compactMap { $0["label"]?.stringValue } ?? []
  }
}

func position(_ line: Int, _ character: Int) -> JSONValue { ["line": .integer(line), "character": .integer(character)] }

func range(_ line: Int, _ start: Int, _ end: Int) -> JSONValue { ["start": position(line, start), "end": position(line, end)] }

extension JSONValue {
  func isSame(_ other: JSONValue) -> Bool { text == other.text }
}

@Suite struct ServerTests {
  private let bad = "input 84x84x1\nconv 3x3x8 padding 1 | rlu\ngap | fc 2 softmax\n"

  @Test func problemsAppearAndGo() throws {
    var editor = Editor()
    let problems = editor.open(bad)
    #expect(problems.compactMap { $0["code"]?.stringValue } == ["NN202", "NN201"])
    #expect(problems[0]["range"]?.isSame(range(1, 11, 18)) == true)
    #expect(problems[1]["severity"]?.integerValue == 1)
    #expect(problems[1]["message"]?.stringValue?.hasPrefix("unknown layer `rlu`\n") == true)
    // Nothing new without a change.
    #expect(editor.server.pending().isEmpty)
    #expect(editor.change([["range": range(1, 11, 18), "text": "pad"]]).count == 1)
    #expect(editor.change([["range": range(1, 19, 22), "text": "relu"]]).isEmpty)
    #expect(editor.change([["text": "fc 3 3\n"]]).first?["code"]?.stringValue == "NN202")
  }

  /// Columns count UTF-16 units unless the client offers bytes.
  @Test func positionsCountAsAgreed() {
    let text = "# 𝔘ü\ninput 4\nmodel a \"𝔘ü\" | fc 3\n"
    var wide = Editor()
    #expect(wide.open(text).first?["range"]?.isSame(range(2, 14, 15)) == true)
    var bytes = Editor(encodings: ["utf-8", "utf-16"])
    #expect(bytes.open(text).first?["range"]?.isSame(range(2, 17, 18)) == true)
  }

  @Test func quickFixesAreEdits() throws {
    var editor = Editor()
    _ = editor.open(bad)
    let parameters: JSONValue = ["textDocument": ["uri": .string(editor.uri)], "range": range(1, 12, 12), "context": ["diagnostics": []]]
    let actions = try #require(editor.request("textDocument/codeAction", parameters).arrayValue)
    #expect(actions.count == 1 && actions[0]["kind"]?.stringValue == "quickfix")
    let edit = actions[0]["edit"]?["changes"]?[editor.uri]?.arrayValue?.first
    #expect(edit?.isSame(["range": range(1, 11, 18), "newText": "pad"]) == true)
    _ = editor.open("input 8x8x1\nconv 3x3x8 pad 1 | bn\ngap | fc 2 softmax")
    let lints = try #require(editor.request("textDocument/codeAction", parameters).arrayValue)
    #expect(lints.compactMap { $0["title"]?.stringValue } == ["add `nobias`", "allow NN354 on this line"])
    let allow = lints[1]["edit"]?["changes"]?[editor.uri]?.arrayValue?.first
    #expect(allow?.isSame(["range": range(1, 21, 21), "newText": "  # nnc: allow NN354"]) == true)
  }

  @Test func hoverTellsShapeAndPage() throws {
    var editor = Editor()
    _ = editor.open("input 84x84x1\nlet c = 8\nconv 3x3x$c pad 1 | relu\nrepeat 2 { maxpool 2 }\ngap | fc 2 softmax\n")
    let conv = try #require(editor.at(2, 2, "textDocument/hover")["contents"]?["value"]?.stringValue)
    #expect(conv.hasPrefix("`conv 3x3x$c pad 1` → **84x84x8**, 80 parameters, 508,032 MACs per example\n"))
    #expect(conv.contains("convolution: a window of weights"))
    #expect(editor.at(2, 11, "textDocument/hover")["contents"]?["value"]?.stringValue?.contains("let c = 8") == true)
    let pool = try #require(editor.at(3, 13, "textDocument/hover")["contents"]?["value"]?.stringValue)
    #expect(pool.contains("**42x42x8**") && pool.contains("**21x21x8**"))
    #expect(editor.at(0, 2, "textDocument/hover")["contents"]?["value"]?.stringValue?.contains("the shape of one example") == true)
    #expect(editor.at(2, 14, "textDocument/hover")["contents"]?["value"]?.stringValue?.contains("zeros on every side") == true)
    guard case .null = editor.at(4, 4, "textDocument/hover") else { return #expect(Bool(false)) }
  }

  /// What a file holds is shown as it stands: it ends no quotation, and an image in it is not fetched.
  @Test func hoverIsNoMarkup() throws {
    var editor = Editor()
    _ = editor.open("input 4\nres {\n  fc 4  # ```\n  # ![x](http://a.b/c.png)\n} as skip\nrelu | add skip\nfoo \"` ![x](d)\"\n")
    let label = try #require(editor.at(5, 13, "textDocument/hover")["contents"]?["value"]?.stringValue)
    #expect(label.contains("\n````\nres {\n  fc 4  # ```\n  # ![x](http://a.b/c.png)\n} as skip\n````"), "\(label)")
    let unknown = try #require(editor.at(6, 1, "textDocument/hover")["contents"]?["value"]?.stringValue)
    #expect(unknown.hasPrefix("`` foo \"` ![x](d)\" `` → "), "\(unknown)")
  }

  @Test func completionKnowsItsPlace() {
    var editor = Editor()
    let first = editor.proposals("inp")
    #expect(first.contains("input") && first.contains("conv") && first.contains("repeat") && first.contains("block"))
    let stage = editor.proposals("input 4\nfc 3 | ")
    #expect(stage.contains("conv") && !stage.contains("input") && !stage.contains("block"))
    #expect(!editor.proposals("input 4\nres {\n  ").contains("optimizer"))
    let arguments = editor.proposals("conv 3x3x8 stride 2 p")
    #expect(arguments.contains("pad") && arguments.contains("nobias") && arguments.contains("relu") && !arguments.contains("stride"))
    #expect(editor.proposals("optimizer ").contains("adamw"))
    #expect(editor.proposals("optimizer sgd lr 0.1 ").contains("nesterov"))
    #expect(editor.proposals("augment flip horizontal, ").contains("rotate"))
    #expect(editor.proposals("data csv \"a.csv\" header ") == ["on", "off"])
    let constants = editor.proposals("let width = 3\nblock b(n) { fc $")
    #expect(constants.contains("width") && constants.contains("n") && constants.contains("classes"))
    #expect(editor.proposals("fc 3 as skip | fc 3 | add ") == ["skip"])
    #expect(editor.proposals("use \"blocks.nn\"\nwi").contains("wide"))
    #expect(editor.proposals("use \"blocks.nn\"\nwide ").contains("p"))
    #expect(editor.proposals("branch ") == ["concat", "add", "mul"])
    #expect(editor.proposals("# a comment ").isEmpty)
  }

  @Test func definitionsAreFound() {
    var editor = Editor()
    let text = "use \"blocks.nn\"\nlet n = 3\nblock b(n) { fc $n }\nb $n as skip\nfc 3 | add skip\nwide $depth\n"
    _ = editor.open(text)
    func location(_ line: Int, _ start: Int, _ end: Int) -> JSONValue { ["uri": .string(editor.uri), "range": range(line, start, end)] }
    func other(_ line: Int, _ start: Int, _ end: Int) -> JSONValue { ["uri": "file:///nets/blocks.nn", "range": range(line, start, end)] }
    let cases: [(Int, Int, JSONValue)] = [
      (2, 17, location(2, 8, 9)), (3, 0, location(2, 6, 7)), (3, 3, location(1, 4, 5)), (4, 12, location(3, 8, 12)),
      (5, 1, other(1, 6, 10)), (5, 7, other(0, 4, 9)), (0, 6, other(0, 0, 0)),
    ]
    for (line, character, expected) in cases {
      let found = editor.at(line, character, "textDocument/definition")
      #expect(found.isSame(expected), "\(line):\(character) \(found.text)")
    }
    guard case .null = editor.at(4, 3, "textDocument/definition") else { return #expect(Bool(false)) }
    // By the same rule as `check`: a path is brought to its shortest form, and does not leave the folder.
    _ = editor.open("use \"./sub/../blocks.nn\"\nwide 3\n")
    #expect(editor.at(1, 1, "textDocument/definition").isSame(other(1, 6, 10)))
    _ = editor.open("use \"/nets/blocks.nn\"\nwide 3\n")
    for (line, character) in [(0, 8), (1, 1)] {
      guard case .null = editor.at(line, character, "textDocument/definition") else { return #expect(Bool(false)) }
    }
  }

  @Test func namesAreFoundAndChanged() throws {
    var editor = Editor()
    let text = "let n = 4\nblock wide(c, p = 0.1) { fc $c relu | dropout $p }\nwide $n p 0.2 as skip\nfc ${n} | add skip\nwide $n\n"
    _ = editor.open(text)
    func changed(_ line: Int, _ character: Int, to name: String) -> String? {
      let parameters: JSONValue = [
        "textDocument": ["uri": .string(editor.uri)], "position": position(line, character), "newName": .string(name),
      ]
      guard let edits = editor.request("textDocument/rename", parameters)["changes"]?[editor.uri]?.arrayValue else { return nil }
      var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { Array($0) }
      for edit in edits.reversed() {
        guard let start = edit["range"]?["start"], let end = edit["range"]?["end"], let line = start["line"]?.integerValue,
          let from = start["character"]?.integerValue, let to = end["character"]?.integerValue
        else { return nil }
        lines[line].replaceSubrange(from..<to, with: Array(edit["newText"]?.stringValue ?? ""))
      }
      return lines.map { String($0) }.joined(separator: "\n")
    }
    #expect(
      changed(0, 4, to: "width")
        == text.replacing("$n", with: "$width").replacing("${n}", with: "${width}").replacing("let n", with: "let width"))
    #expect(changed(4, 1, to: "deep") == text.replacing("wide", with: "deep"))
    #expect(changed(3, 14, to: "first") == text.replacing("skip", with: "first"))
    #expect(
      changed(2, 8, to: "rate")
        == text.replacing("p = ", with: "rate = ").replacing("$p", with: "$rate").replacing("p 0.2", with: "rate 0.2"))
    for wrong in ["conv", "2x", "", "a b"] { #expect(changed(1, 7, to: wrong) == nil) }
    let references = editor.at(2, 6, "textDocument/references")
    #expect(references.arrayValue?.count == 4)
    let prepared = editor.at(3, 5, "textDocument/prepareRename")
    #expect(prepared["placeholder"]?.stringValue == "n" && prepared["range"]?.isSame(range(3, 5, 6)) == true)
    guard case .null = editor.at(3, 1, "textDocument/prepareRename") else { return #expect(Bool(false)) }
  }

  @Test func symbolsFormattingAndHints() throws {
    var editor = Editor()
    _ = editor.open("input   8x8x1\nlet c = 4\nblock b { relu as inner }\nconv 3x3x$c|b as out\n")
    let document: JSONValue = ["textDocument": ["uri": .string(editor.uri)]]
    let symbols = try #require(editor.request("textDocument/documentSymbol", document).arrayValue)
    #expect(symbols.compactMap { $0["name"]?.stringValue } == ["input", "c", "b", "network"])
    #expect(symbols[2]["children"]?.arrayValue?.first?["name"]?.stringValue == "inner")
    #expect(symbols[3]["children"]?.arrayValue?.first?["name"]?.stringValue == "out")
    let hints = try #require(editor.request("textDocument/inlayHint", document).arrayValue)
    #expect(hints.compactMap { $0["label"]?.stringValue } == [" -> 6x6x4", " -> 6x6x4"])
    let edits = try #require(editor.request("textDocument/formatting", document).arrayValue)
    #expect(edits.first?["newText"]?.stringValue == "input 8x8x1\nlet c = 4\nblock b { relu as inner }\nconv 3x3x$c | b as out\n")
    #expect(edits.first?["range"]?.isSame(["start": position(0, 0), "end": position(4, 0)]) == true)
    _ = editor.change([["text": "res {"]])
    guard case .null = editor.request("textDocument/formatting", document) else { return #expect(Bool(false)) }
  }

  @Test func theProtocolIsKept() {
    var server = LanguageServer(version: "1.0") { _ in .failure(FileProblem("none")) }
    func code(_ text: String) -> Int? { server.handle(Array(text.utf8)).first?["error"]?["code"]?.integerValue }
    #expect(code("{") == -32700)
    #expect(code(#"{"jsonrpc":"2.0"}"#) == -32600)
    #expect(code(#"{"jsonrpc":"2.0","id":1,"method":"textDocument/hover"}"#) == -32002)
    #expect(server.handle(Array(#"{"jsonrpc":"2.0","id":"a","method":"initialize","params":{}}"#.utf8)).first?["id"]?.stringValue == "a")
    #expect(code(#"{"jsonrpc":"2.0","id":2,"method":"textDocument/unheardOf"}"#) == -32601)
    // What nobody needs to answer: unknown notifications, answers, requests on files that are not open.
    #expect(server.handle(Array(#"{"jsonrpc":"2.0","method":"$/setTrace","params":{}}"#.utf8)).isEmpty)
    #expect(server.handle(Array(#"{"jsonrpc":"2.0","id":9,"result":null}"#.utf8)).isEmpty)
    let closed = server.handle(
      Array(#"{"jsonrpc":"2.0","id":3,"method":"textDocument/hover","params":{"textDocument":{"uri":"file:///x"}}}"#.utf8))
    #expect(closed.first?["result"]?.text == "null")
    _ = server.handle(Array(#"{"jsonrpc":"2.0","id":4,"method":"shutdown"}"#.utf8))
    #expect(code(#"{"jsonrpc":"2.0","id":5,"method":"initialize"}"#) == -32600)
    _ = server.handle(Array(#"{"jsonrpc":"2.0","method":"exit"}"#.utf8))
    #expect(server.exitStatus == 0)
  }

  @Test func framesAreCutAnywhere() throws {
    var frames = MessageFrames()
    let bytes = MessageFrames.framed("{\"a\":\"ü\"}") + MessageFrames.framed("[]")
    var found: [String] = []
    for byte in bytes {
      frames.append([byte])
      if let message = try frames.next() { found.append(String(decoding: message, as: UTF8.self)) }
    }
    #expect(found == ["{\"a\":\"ü\"}", "[]"] && frames.isEmpty)
    frames.append("Content-Length: -4\r\n\r\n".utf8)
    #expect(throws: MessageFrames.Broken.self) { try frames.next() }
  }
}
