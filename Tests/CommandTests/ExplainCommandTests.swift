import Foundation
import NNDiagnostics
import Testing

@testable import nnc

@Suite struct ExplainCommandTests {
  /// Codes that no text of a user brings about: a library that is not installed, a model of another program, and a mistake of nnc itself.
  static let withoutExample: Set<Code> = [.missingLibrary, .nodesLack, .emitDiffers]

  /// Every code is explained by files that were run: the wrong one has the problem, the right one has not.
  @Test(arguments: Code.allCases) func pageIsTrue(_ code: Code) throws {
    let page = code.page
    #expect(!page.title.isEmpty && !page.text.isEmpty)
    guard let wrong = page.wrong, let right = page.right else {
      #expect(Self.withoutExample.contains(code), "\(code.rawValue) has no example")
      return
    }
    let failed = try run(wrong)
    #expect(failed.errors.contains("[\(code.rawValue)]"), "\(code.rawValue):\n\(failed.errors)")
    #expect(failed.code == (code.isLint ? 0 : code == .diverged ? 3 : 1), "\(code.rawValue): \(failed.code)\n\(failed.errors)")
    let passed = try run(right)
    #expect(!passed.errors.contains("[\(code.rawValue)]") && passed.code == 0, "\(code.rawValue):\n\(passed.errors)")
  }

  private func run(_ example: CodePage.Example) throws -> Workshop.Result {
    let here = try Workshop()
    for file in example.files {
      let folder = here.folder.appendingPathComponent(file.name).deletingLastPathComponent()
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try here.write(file.text, to: file.name)
    }
    var result = Workshop.Result(code: 0, output: "", errors: "")
    for command in example.commands { result = try here.shell("nnc() { '\(Running.executable.path)' \"$@\"; }\n\(command)") }
    return result
  }

  @Test func pagesAreShown() throws {
    let here = try Workshop()
    for name in ["NN301", "nn301", "301"] {
      let result = try here.nnc("explain", name)
      #expect(result.code == 0 && result.output.hasPrefix("NN301: a window does not fit into its image\n"), "\(result.errors)")
    }
    #expect(try here.nnc("explain", "conv").output.contains("conv 3x3x32 pad 1 stride 2    9x8x3 becomes 5x4x32"))
    #expect(try here.nnc("explain", "nn.Conv2d").output.hasPrefix("`nn.Conv2d` is called `conv` here\n"))
    #expect(try here.nnc("explain", "nn.Linear").output.hasPrefix("`nn.Linear` is called `fc` here\n"))
    #expect(try here.nnc("explain", "learning_rate").output.contains("called `optimizer`"))
    #expect(try here.nnc("explain", "groups").output.contains("dwconv") == false)
    #expect(try here.nnc("explain", "classes").output.hasPrefix("classes: "))
    let near = try here.nnc("explain", "cnov")
    #expect(near.code == 2 && near.errors.contains("did you mean `nnc explain conv`?"))
    let all = try here.nnc("explain").output
    #expect(Code.allCases.allSatisfy { all.contains($0.rawValue) } && all.contains("optimizer") && all.contains("repeat"))
  }
}
