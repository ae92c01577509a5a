import Foundation
import NNLanguageServer
import Testing

/// `nnc lsp` over its real streams.
@Suite struct LanguageServerTests {
  private func frames(_ messages: [String]) -> String {
    messages.map { String(decoding: MessageFrames.framed($0), as: UTF8.self) }.joined()
  }

  private func messages(_ output: String) throws -> [JSON] {
    var frames = MessageFrames()
    frames.append(output.utf8)
    var messages: [JSON] = []
    while let message = try frames.next() { messages.append(try JSON(String(decoding: message, as: UTF8.self))) }
    #expect(frames.isEmpty)
    return messages
  }

  @Test func aConversation() throws {
    let here = try Workshop()
    try here.write("block wide(n) { fc $n relu }\n", to: "blocks.nn")
    let uri = here.folder.appendingPathComponent("net.nn").absoluteString
    let open = #"{"uri":"\#(uri)","languageId":"nn","version":1,"text":"use \"blocks.nn\"\ninput 4\nwide 8 | rlu\nfc 3 softmax\n"}"#
    let conversation = [
      #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"processId":null,"rootUri":null,"capabilities":{}}}"#,
      #"{"jsonrpc":"2.0","method":"initialized","params":{}}"#,
      #"{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":\#(open)}}"#,
      #"{"jsonrpc":"2.0","id":2,"method":"textDocument/hover","params":{"textDocument":{"uri":"\#(uri)"},"position":{"line":3,"character":0}}}"#,
      #"{"jsonrpc":"2.0","id":3,"method":"shutdown"}"#, #"{"jsonrpc":"2.0","method":"exit"}"#,
    ]
    let result = try here.nnc("lsp", input: frames(conversation))
    #expect(result.code == 0 && result.errors.isEmpty, "\(result.errors)")
    let answers = try messages(result.output)
    #expect(answers.compactMap { $0["id"]?.number } == [1, 2, 3])
    #expect(answers[0]["result"]?["capabilities"]?["hoverProvider"]?.bool == true)
    #expect(answers[1]["result"]?["contents"]?["value"]?.string?.contains("fully connected") == true)
  }

  /// Whoever waits gets the problems without asking.
  @Test func problemsComeByThemselves() throws {
    let here = try Workshop()
    let open = #"{"uri":"file:///a.nn","version":1,"text":"fc 3 | rlu\n"}"#
    let conversation = [
      #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}"#,
      #"{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":\#(open)}}"#,
    ]
    // The stream ends without `exit`: the editor is gone, which is status 1.
    let result = try here.nnc("lsp", input: frames(conversation))
    #expect(result.code == 1)
    let last = try messages(result.output).last
    #expect(last?["method"]?.string == "textDocument/publishDiagnostics")
    #expect(last?["params"]?["diagnostics"]?.array?.first?["code"]?.string == "NN201")
    #expect(try here.nnc("lsp", input: "hello\r\n\r\n").code == 2)
  }
}
