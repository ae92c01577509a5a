import Foundation
import Programs
import Testing

/// The loops of the larger instruction sets must not carry copies of library functions that a linker could take for everybody's: a weak function of the
/// standard library compiled with AVX-512 would be an illegal instruction on an older processor.
@Suite struct ObjectFileTests {
  @Test(arguments: ["NNKernelsV3", "NNKernelsV4"])
  func holdsNoWeakFunctionsOfOthers(target: String) throws {
    guard let tool = Self.tool else {
      print("skipped: neither llvm-readelf nor readelf is installed")
      return
    }
    let objects = Self.objects(of: target)
    if objects.isEmpty {
      // Another layout of the build folder, or another kind of object file.
      print("skipped: found no objects of \(target) beside the tests")
      return
    }
    var functions = 0
    for object in objects {
      for line in try Self.output(of: tool, ["-sW", object]).split(separator: "\n") {
        let fields = line.split(separator: " ")
        guard fields.count >= 8, fields[3] == "FUNC" else { continue }
        functions += 1
        let isForeign = fields[4] == "WEAK" && fields[6] != "UND" && !fields[7].contains(target)
        #expect(!isForeign, "\(fields[7]) in \(object)")
      }
    }
    #expect(functions > 50)
  }

  static let tool: String? = ["/opt/swift/usr/bin/llvm-readelf", "/usr/bin/llvm-readelf", "/usr/bin/readelf"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  /// The objects of a target, in the folder that holds this test's own bundle.
  static func objects(of target: String) -> [String] {
    let folder = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
    let objects = folder.appendingPathComponent(target + ".build").path
    let names = (try? FileManager.default.contentsOfDirectory(atPath: objects)) ?? []
    return names.filter { $0.hasSuffix(".o") }.map { objects + "/" + $0 }
  }

  static func output(of tool: String, _ arguments: [String]) throws -> String {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("nnc-" + UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: file) }
    _ = try Program(tool, arguments, in: "/", output: file.path, errors: "/dev/null").wait()
    return try String(contentsOf: file, encoding: .utf8)
  }
}
