import Foundation
import NNRuntime
import Testing

@testable import nnc

@Suite struct RunFolderTests {
  @Test func theRuleThatStoppedItIsNamed() throws {
    let here = try Workshop()
    try here.write("epochs 50\nsplit train 50%, validation 50%\nfc 4 relu | fc 2 softmax\n", to: "net.nn")
    let rules = [
      ("below 100 on train.loss", "train.loss is below 100"),
      ("patience 1 on validation.accuracy", "validation.accuracy was no better for 1 epoch"),
      ("after 0.001 seconds", "1.00 ms have passed"),
    ]
    for (number, (rule, reason)) in rules.enumerated() {
      let result = try here.nnc("run", "net.nn", "--data", "xor", "--set", "stop=\(rule)", "-o", "\(number)")
      #expect(result.code == 0 && result.output.contains("\nstopped     \(reason)\n"), "\(result)")
      #expect(try JSON(here.read("\(number)/summary.json"))["stopped_by"]?.string == reason)
      let report = try here.read("\(number)/report.html")
      #expect(report.contains("<td>stopped</td><td>\(reason)</td>"))
    }
  }

  @Test func numbersGoOn() throws {
    let here = try Workshop()
    let runs = here.folder.path + "/runs"
    #expect(try RunFolder.next(for: "mri", in: runs).path == runs + "/mri-001")
    #expect(try RunFolder.next(for: "mri", in: runs).path == runs + "/mri-002")
    try FileManager.default.createDirectory(atPath: runs + "/mri-041", withIntermediateDirectories: false)
    #expect(try RunFolder.next(for: "mri", in: runs).path == runs + "/mri-042")
    #expect(try RunFolder.next(for: "iris", in: runs).path == runs + "/iris-001")
    try FileManager.default.createDirectory(atPath: runs + "/mri-999", withIntermediateDirectories: false)
    #expect(try RunFolder.next(for: "mri", in: runs).path == runs + "/mri-1000")
  }

  @Test func runsAtOnceShareNothing() async throws {
    let here = try Workshop()
    let runs = here.folder.path + "/runs"
    let paths = try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<16 { group.addTask { try RunFolder.next(for: "x", in: runs).path } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(Set(paths).count == 16)
  }

  /// Whether the others find the folder full or find it empty and come too late, they say the same.
  @Test func oneOfManyHasANamedFolder() async throws {
    let here = try Workshop()
    let path = here.folder.path + "/out"
    let problems: [FileError] = await withTaskGroup { group in
      for _ in 0..<16 {
        group.addTask { () -> FileError? in
          do throws(FileError) { _ = try RunFolder.at(path) } catch { return error }
          return nil
        }
      }
      return await group.reduce(into: []) { if let problem = $1 { $0.append(problem) } }
    }
    let refused = FileError(path: path, action: "write into", reason: "it holds files already, and a run overwrites none")
    #expect(problems == Array(repeating: refused, count: 15))
  }

  @Test func aFolderThatIsEmptyIsTaken() throws {
    let here = try Workshop()
    let same = here.folder.path + "/."
    #expect(try EmptyFolder(same, for: "a package").path == same)
    try here.write("precious", to: "file")
    let problem = #expect(throws: FileError.self) { try EmptyFolder(same, for: "a package") }
    #expect(problem?.reason == "it holds files already, and a package overwrites none")
  }

  @Test func namedFolder() throws {
    let here = try Workshop()
    let path = here.folder.path + "/a/b/c"
    #expect(try RunFolder.at(path).path == path)
    #expect(throws: FileError.self) { try RunFolder.at(path) }
    try here.write("precious", to: "file")
    let problem = #expect(throws: FileError.self) { try RunFolder.at(here.folder.path) }
    #expect(problem?.reason == "it holds files already, and a run overwrites none")
    #expect(throws: FileError.self) { try RunFolder.at(here.folder.path + "/file") }
    #expect(try here.read("file") == "precious")
  }

  @Test(arguments: [("mri", "mri"), ("a b/c", "a_b_c"), ("..", "_.."), ("", "_"), ("étude", "_tude"), (".hidden", "_.hidden")])
  func names(_ name: String, _ safe: String) {
    #expect(RunFolder.safe(name) == safe)
  }
}
