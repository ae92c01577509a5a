import NNDiagnostics
import NNGraph
import NNLanguageServer

enum EditorReading {
  static func read(_ bytes: [UInt8]) {
    var server = LanguageServer(version: "fuzz") { _ in .failure(FileProblem("no files here")) }
    _ = server.handle(Array(#"{"id":0,"method":"initialize","params":{}}"#.utf8))
    for line in bytes.split(separator: UInt8(ascii: "\n")) { see(server.handle(Array(line))) }
    see(server.pending())
    // The same bytes as they would come in, in pieces.
    var frames = MessageFrames()
    for start in stride(from: 0, to: bytes.count, by: 7) {
      frames.append(bytes[start..<min(bytes.count, start + 7)])
      do { while let message = try frames.next() { see(server.handle(message)) } } catch { return }
    }
  }

  private static func see(_ answers: [JSONValue]) {
    for answer in answers { precondition((try? JSONValue(parsing: Array(answer.text.utf8))) != nil, "an answer is no JSON") }
  }
}
