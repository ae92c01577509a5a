import NNDiagnostics
import NNGraph
import NNLanguageServer

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// `nnc lsp`: the language server, over standard input and output.
enum LanguageServerCommand {
  static let command = Command(
    name: "lsp",
    summary: "serve an editor: the Language Server Protocol over standard input and output",
    details: [
      """
      Problems while one types, with the fixes that were proved; shapes, parameters and MACs of a stage and the page of its word on hover; completion; \
      formatting; definitions of blocks, labels and constants; symbols; the shape behind every stage as a hint. Data is not looked at.
      """,
      "An editor starts it by itself: give it the command `nnc lsp` for files that end with .nn.",
    ],
    options: [CommandOption(name: "stdio", summary: "what many editors say, and the only way there is")],
    examples: [("nnc lsp", "started by an editor")],
    run: run)

  private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
    var server = LanguageServer(version: Program.version) { path in
      do throws(FileProblem) { return .success(try ModelFile.contents(of: path)) } catch { return .failure(error) }
    }
    var frames = MessageFrames()
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while server.exitStatus == nil {
      while let message = try next(&frames) {
        send(server.handle(message), console)
        if let status = server.exitStatus { return status == 0 ? .fine : .wrongInput }
      }
      // Nothing more waits: what has changed is checked before the next read.
      send(server.pending(), console)
      let count = piece.withUnsafeMutableBytes { ModelFile.systemRead(STDIN_FILENO, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      // An editor that goes without a word has ended too.
      guard count > 0 else { return .wrongInput }
      frames.append(piece[..<count])
    }
    return .fine
  }

  private static func next(_ frames: inout MessageFrames) throws -> [UInt8]? {
    do throws(MessageFrames.Broken) { return try frames.next() } catch {
      throw UsageError(
        "standard input is no stream of the Language Server Protocol: \(error.reason)", help: "`nnc lsp` is started by an editor")
    }
  }

  private static func send(_ messages: [JSONValue], _ console: Console) {
    for message in messages { console.write(MessageFrames.framed(message.text)) }
    if !messages.isEmpty { console.flush() }
  }
}
