import NNDiagnostics
import NNGraph

/// A server of the Language Server Protocol 3.17 for `.nn` files: messages in, messages out. Who reads and writes them is the caller's business.
package struct LanguageServer {
  /// Set by `exit`: the status of the process, 0 after a `shutdown`.
  package private(set) var exitStatus: Int32?
  private var documents: [String: Document] = [:]
  private var encoding = PositionEncoding.utf16
  private var isInitialized = false
  private var isShutDown = false
  private let version: String
  private let readFile: FileReader

  /// - Parameters:
  ///   - version: of `nnc`.
  ///   - readFile: reads files that are not open in the editor, for `use`.
  package init(version: String, readFile: @escaping FileReader) {
    self.version = version
    self.readFile = readFile
  }

  /// Takes one message; what is to be sent back comes out, in order.
  package mutating func handle(_ bytes: [UInt8]) -> [JSONValue] {
    let message: JSONValue
    do throws(JSONValue.ReadingError) { message = try JSONValue(parsing: bytes) } catch {
      return [LanguageServer.failure(.null, -32700, "no JSON: \(error.reason) at byte \(error.offset)")]
    }
    guard let method = message["method"]?.stringValue else {
      // An answer to something the server asked; it asks nothing.
      return message["id"] == nil ? [LanguageServer.failure(.null, -32600, "a message without a method")] : []
    }
    let parameters = message["params"] ?? .null
    guard let id = message["id"] else {
      notify(method, parameters)
      return []
    }
    guard isInitialized || method == "initialize" else { return [LanguageServer.failure(id, -32002, "not initialized")] }
    guard !isShutDown else { return [LanguageServer.failure(id, -32600, "shut down")] }
    guard let result = answer(method, parameters) else { return [LanguageServer.failure(id, -32601, "unknown method `\(method)`")] }
    return [["jsonrpc": "2.0", "id": id, "result": result]]
  }

  /// Problems of the documents that have changed. To be called when no further message waits, so that fast typing is not checked letter by letter.
  package mutating func pending() -> [JSONValue] {
    documents.keys.sorted().compactMap { uri in
      guard let document = documents[uri], document.isStale else { return nil }
      documents[uri]?.isStale = false
      return publication(document)
    }
  }

  private static func failure(_ id: JSONValue, _ code: Int, _ message: String) -> JSONValue {
    ["jsonrpc": "2.0", "id": id, "error": ["code": .integer(code), "message": .string(message)]]
  }

  // MARK: Notifications

  private mutating func notify(_ method: String, _ parameters: JSONValue) {
    let document = parameters["textDocument"]
    let uri = document?["uri"]?.stringValue ?? ""
    switch method {
    case "textDocument/didOpen":
      documents[uri] = Document(uri: uri, text: document?["text"]?.stringValue ?? "", version: document?["version"]?.integerValue)
    case "textDocument/didChange":
      documents[uri]?.version = document?["version"]?.integerValue
      documents[uri]?.apply(parameters["contentChanges"]?.arrayValue ?? [], encoding)
      // A library may be open beside what uses it.
      for other in documents.keys { documents[other]?.isStale = true }
    case "textDocument/didClose":
      documents[uri] = nil
      for other in documents.keys { documents[other]?.isStale = true }
    case "textDocument/didSave", "workspace/didChangeWatchedFiles":
      for other in documents.keys { documents[other]?.isStale = true }
    case "exit": exitStatus = isShutDown ? 0 : 1
    case _: break
    }
  }

  // MARK: Requests

  /// nil for a method that is not known.
  private mutating func answer(_ method: String, _ parameters: JSONValue) -> JSONValue? {
    switch method {
    case "initialize": return initialize(parameters)
    case "shutdown":
      isShutDown = true
      return .null
    case "textDocument/hover": return place(parameters).flatMap { Hover($0).answer } ?? .null
    case "textDocument/completion": return place(parameters).map { CompletionList($0).answer } ?? .null
    case "textDocument/definition": return place(parameters).flatMap { Navigation($0).definition } ?? .null
    case "textDocument/references":
      let withDefinition = parameters["context"]?["includeDeclaration"]?.boolValue ?? true
      return place(parameters).map { Renaming($0).references(withDefinition: withDefinition) } ?? .null
    case "textDocument/prepareRename": return place(parameters).map { Renaming($0).prepared } ?? .null
    case "textDocument/rename":
      return place(parameters).map { Renaming($0).edit(to: parameters["newName"]?.stringValue ?? "") } ?? .null
    case "textDocument/documentSymbol": return document(parameters).map { Outline(of: view($0)).answer } ?? []
    case "textDocument/codeAction": return document(parameters).map { QuickFixes(view: view($0), parameters: parameters).answer } ?? []
    case "textDocument/formatting": return document(parameters).map { Formatting(view: view($0)).answer } ?? .null
    case "textDocument/inlayHint": return document(parameters).map { ShapeHints(view: view($0), parameters: parameters).answer } ?? []
    case _: return nil
    }
  }

  private mutating func initialize(_ parameters: JSONValue) -> JSONValue {
    let offered = parameters["capabilities"]?["general"]?["positionEncodings"]?.arrayValue?.compactMap(\.stringValue) ?? []
    encoding = offered.contains("utf-8") ? .utf8 : .utf16
    isInitialized = true
    return [
      "capabilities": [
        "positionEncoding": .string(encoding.rawValue), "textDocumentSync": ["openClose": true, "change": 2, "save": true],
        "hoverProvider": true, "completionProvider": ["triggerCharacters": ["$", "|", " "]], "definitionProvider": true,
        "documentSymbolProvider": true, "codeActionProvider": ["codeActionKinds": ["quickfix"]], "documentFormattingProvider": true,
        "inlayHintProvider": true, "referencesProvider": true, "renameProvider": ["prepareProvider": true],
      ],
      "serverInfo": ["name": "nnc", "version": .string(version)],
    ]
  }

  private func document(_ parameters: JSONValue) -> Document? { parameters["textDocument"]?["uri"]?.stringValue.flatMap { documents[$0] } }

  private func place(_ parameters: JSONValue) -> DocumentPlace? {
    guard let document = document(parameters), let offset = encoding.offset(of: parameters["position"], in: document.file) else {
      return nil
    }
    return DocumentPlace(view: view(document), offset: offset)
  }

  // MARK: Checking

  private func view(_ document: Document) -> DocumentView {
    DocumentView(document: document, encoding: encoding, readFile: fileReader)
  }

  /// The editor's text of open files, the disk's of all others.
  private var fileReader: FileReader {
    let open = Dictionary(documents.values.map { ($0.file.name, $0.file) }, uniquingKeysWith: { first, _ in first })
    let readFile = readFile
    return { path in open[path].map { .success($0) } ?? readFile(path) }
  }

  private func publication(_ document: Document) -> JSONValue {
    let view = view(document)
    let problems = view.check().diagnostics.map { ProblemJSON(view: view, problem: $0).value }
    var parameters: [(key: String, value: JSONValue)] = [("uri", .string(document.uri)), ("diagnostics", .array(problems))]
    if let version = document.version { parameters.insert(("version", .integer(version)), at: 1) }
    return ["jsonrpc": "2.0", "method": "textDocument/publishDiagnostics", "params": .object(parameters)]
  }
}

/// A document and what is needed to understand it.
struct DocumentView {
  let document: Document
  let encoding: PositionEncoding
  let readFile: FileReader

  var file: SourceFile { document.file }

  func check(tracesStages: Bool = false) -> CheckResult {
    var options = CheckOptions()
    options.readFile = readFile
    options.tracesStages = tracesStages
    return NNGraph.check(file, options: options)
  }

  /// Where a span is, for an editor.
  func location(_ span: SourceSpan) -> JSONValue {
    ["uri": .string(span.file === file ? document.uri : fileURI(span.file.name)), "range": encoding.range(of: span)]
  }

  /// The change of some places of the document.
  func workspaceEdit(_ edits: [Diagnostic.Edit]) -> JSONValue {
    let changes = edits.map { edit -> JSONValue in ["range": encoding.range(of: edit.span), "newText": .string(edit.replacement)] }
    return ["changes": .object([(key: document.uri, value: .array(changes))])]
  }

  /// The offsets of a request's `range`; the whole document where it has none.
  func offsets(in parameters: JSONValue) -> ClosedRange<Int> {
    let range = parameters["range"]
    let start = encoding.offset(of: range?["start"], in: file) ?? 0
    return start...max(start, encoding.offset(of: range?["end"], in: file) ?? file.bytes.count)
  }

  private func fileURI(_ path: String) -> String { path.hasPrefix("/") ? SARIF.uri(path) : path }
}

/// A place in a document.
struct DocumentPlace {
  let view: DocumentView
  let offset: Int

  var file: SourceFile { view.file }
}
