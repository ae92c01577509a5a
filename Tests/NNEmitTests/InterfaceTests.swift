import Foundation
import NNData
import NNEmit
import NNRuntime
import Testing

/// What the code that calls an emitted file sees.
struct InterfaceTests {
  private static let image = "input 6x5x2\nconv 3x3x8 pad 1 | relu | maxpool 2 | fc 3 softmax\nclasses cat, dog, \"guinea pig\""

  @Test func theSameRequestGivesTheSameBytes() throws {
    #expect(try Sample("Pets", InterfaceTests.image).source() == Sample("Pets", InterfaceTests.image).source())
  }

  /// The format of the project's own sources.
  @Test func theCodeIsFormatted() throws {
    let samples = [
      try Sample("Pets", InterfaceTests.image),
      try Sample("Letters", "input text 6 vocab 11\nembed 10 | gru 12 | attention heads 2 | layernorm | last | fc 11 softmax"),
      try Sample(
        "Series", "input 4\nfc 9 gelu | fc 2", normalization: .init(scale: [2, 3], shift: [0, 1], targetScale: [2], targetShift: [1])),
    ]
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("nnc-format-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    try FileManager.default.copyItem(
      at: package.appendingPathComponent(".swift-format"), to: folder.appendingPathComponent(".swift-format"))
    for sample in samples {
      for processor in [Processor.portable, .v4] {
        let name = "\(sample.name)-\(processor.rawValue).swift"
        try sample.source(processor).write(to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
      }
    }
    var threaded = EmitOptions(typeName: "Threaded", fileName: "Threaded.swift")
    threaded.isThreaded = true
    threaded.processor = .v4
    threaded.weightsFile = "Threaded.safetensors"
    let large = try Sample("Threaded", "input 40x40x8\nconv 3x3x32 pad 1 | gelu | maxpool 2 | fc 300 relu | fc 2")
    try SwiftFile(large.request, threaded).text.write(
      to: folder.appendingPathComponent("Threaded.swift"), atomically: true, encoding: .utf8)
    let result = try Compiled.run("swift", ["format", "lint", "--strict", "--recursive", folder.path], in: folder)
    #expect(result.code == 0, "\(result.text)")
  }

  @Test func theHeaderSaysWhereTheCodeIsFrom() throws {
    let lines = try Sample("Pets", InterfaceTests.image).source().split(separator: "\n")
    #expect(lines[0] == "// Pets.swift: the neural network `pets`, written by nnc 0.0.0. Change pets.nn, not this file.")
    #expect(lines.contains("// compile  swiftc -O Pets.swift …"))
    #expect(lines.contains("    // pets.nn:2:1  conv 3x3x8 pad 1 | relu -> 6x5x8"))
    #expect(!lines.contains { $0.hasPrefix("import") || $0.hasPrefix("  import") })
  }

  private static let caller = """
    @_silgen_name("allocations") func allocations() -> Int

    func report<T>(_ body: () throws -> T) { do { print(try body()) } catch { print(error) } }
    let pets = try Pets()
    print(Pets.inputShape, Pets.inputCount, Pets.outputCount, Pets.parameterCount, Pets.classes)
    report { try pets.selfTest() }
    report { try pets.predict([1, 2]) }
    report { try pets.predict([Float](repeating: 0, count: 41) + [.nan] + [Float](repeating: 0, count: 18)) }
    report { try pets.predict([Float](repeating: 0, count: 59) + [-.infinity]) }
    let inputs = (0..<3).map { n in (0..<60).map { Float(($0 * 7 + n) % 5) } }
    let batch = try pets.predict(batch: inputs)
    print(batch.count, try batch == inputs.map { try pets.predict($0) })
    print(batch[0].className == Pets.classes[batch[0].classIndex], abs(batch[0].probabilities.reduce(0, +) - 1) < 1e-5)
    let scratch = Pets.Scratch()
    var output = [Float](repeating: 0, count: 3)
    let classIndex = try inputs[1].withUnsafeBufferPointer { x in
      try output.withUnsafeMutableBufferPointer { y in
        let before = allocations()
        for _ in 0..<100 { try pets.predict(x, into: y, using: scratch) }
        let count = allocations() - before
        print("allocations", count)
        return try pets.predict(x, into: y, using: scratch)
      }
    }
    print(output == batch[1].probabilities, classIndex == batch[1].classIndex)
    report { try inputs[1].withUnsafeBufferPointer { x in try pets.predict(x, into: .init(start: nil, count: 0), using: scratch) } }
    try Prices().selfTest()
    report { try Steps().predict([1, 2, 5]) }
    report { try Steps().predict([1, 0.5, 2]) }
    report { try Steps().predict([0, 4, 1]).classIndices.count }
    """

  /// Counts what the program takes from the heap.
  private static let counter = """
    #include <stddef.h>
    void *__libc_malloc(size_t size);
    static long count;
    void *malloc(size_t size) { count++; return __libc_malloc(size); }
    long allocations(void) { return count; }
    """

  /// One program for all that a caller can do, so that little is compiled: each line it prints is one expectation.
  @Test func callersGetPredictionsAndErrors() throws {
    let sample = try Sample("Pets", InterfaceTests.image)
    let regression = try Sample(
      "Prices", "input 2\nfc 4 relu | fc 1",
      normalization: NormalizationValues(scale: [2, 3], shift: [0, 1], targetScale: [4], targetShift: [1]))
    let steps = try Sample("Steps", "input text 3 vocab 5\nembed 4 | gru 4 | fc 5 softmax")
    let program = try Compiled([
      "Pets.swift": try sample.source(), "Prices.swift": try regression.source(), "Steps.swift": try steps.source(),
      "main.swift": InterfaceTests.caller,
      "counter.c": InterfaceTests.counter,
    ])
    let expected = """
      [6, 5, 2] 60 3 \(sample.network.parameters.layout.parameters) ["cat", "dog", "guinea pig"]
      ()
      Pets takes 60 numbers, not 2
      number 41 of the input is nan
      number 59 of the input is -inf
      3 true
      true true
      allocations 0
      true true
      Pets gives 3 numbers, there is room for 0
      number 2 of the input is 5.0, no token below 5
      number 1 of the input is 0.5, no token below 5
      3

      """
    let said = try program.run()
    #expect(said == expected)
  }

  /// Code is written from numbers by their places: what does not fit would be read from beside them.
  @Test func requestsFitTheirModel() throws {
    let sample = try Sample("Pets", InterfaceTests.image)
    func refusal(typeName: String = "Pets", _ change: (inout EmitRequest) -> Void) -> String {
      var request = sample.request
      change(&request)
      do throws(EmitProblem) { return try SwiftFile(request, EmitOptions(typeName: typeName, fileName: "Pets.swift")).text } catch {
        return error.description
      }
    }
    #expect(refusal { $0.weights.removeLast() } == "the network has 5 layers, and there are weights for 4")
    #expect(refusal { $0.weights[0].removeLast() } == "`conv1` has 2 tensors, and 1 are given")
    #expect(refusal { $0.weights[0][1].append(0) } == "`conv1.bias` takes 8 numbers, and 9 are given")
    #expect(
      refusal { $0.preparation.scale = [] }
        == "an input has 2 channels, and is prepared by 0 factors and \(sample.request.preparation.shift.count) summands")
    #expect(refusal { $0.meaning = .values(scale: [1, 2], shift: [0]) } == "there are 3 outputs, and 2 factors and 1 summands for them")
    #expect(
      refusal { $0.examples[0].output.removeLast() } == "an example takes 60 numbers and gives 3, and one of 60 and 2 is given")
    #expect(refusal(typeName: "my pets") { _ in } == "`my pets` is no name of a type")
    #expect(refusal(typeName: "Stream") { _ in } == "`Stream` is a name that the code itself uses")
  }

  /// A network may be called as any type that the code does not name itself.
  @Test func typesInTheCodeAreReserved() throws {
    var options = EmitOptions(typeName: "Pets", fileName: "Pets.swift")
    let samples = [
      try Sample(
        "Pets", "input 40x40x8\nconv 3x3x32 pad 1 | gelu | maxpool 2 | conv 3x3x32 pad 1 | elu | bn | fc 30 softplus | fc 3 softmax"),
      try Sample("Pets", "input text 6 vocab 11\nembed 10 | gru 12 stateful | attention heads 2 | layernorm | last | fc 11 softmax"),
    ]
    for sample in samples {
      for processor in [Processor.portable, .v4] {
        (options.processor, options.isThreaded, options.weightsFile) = (
          processor, processor == .v4, processor == .v4 ? "w.safetensors" : nil
        )
        var request = sample.request
        request.characters = (0..<11).map { Unicode.Scalar(UInt8(97 + $0)) }
        let code = try SwiftFile(request, options).text.split(separator: "\n").filter { line in
          !line.contains("//") && !line.contains("\"") && line.drop { $0 == " " }.contains(" ") && !line.hasPrefix("    case ")
        }
        let words = code.joined(separator: "\n").matches(of: /(?:^|[^\w.])([A-Z]\w*)/).map { String($0.1) }
        #expect(words.count > 100)
        // The type's own name, and a constant of the system's.
        #expect(Set(words).filter { !["Pets", "SEEK_SET"].contains($0) && !EmitOptions.isReserved($0) } == [])
      }
    }
  }

  /// Names of files and models are anybody's, and stand in comments and literals.
  @Test func namesAreWrittenOut() throws {
    var request = try Sample("Pets", InterfaceTests.image).request
    (request.model.name, request.model.title) = ("a\nb", nil)
    var options = EmitOptions(typeName: "Pets", fileName: "a\"b.swift")
    options.processor = .v3
    options.weightsFile = "a\nb.safetensors"
    let text = try SwiftFile(request, options).text
    #expect(text.contains("/// The network `a\\u{a}b`: 6x5x2 numbers in"))
    #expect(text.contains("#error(\"a\\\"b.swift is written for x86-64-v3\")"))
    #expect(text.contains("beside this one: a\\u{a}b.safetensors."))
  }

  /// The same numbers with any number of threads, again and again, and none of the threads left behind.
  @Test func threadsShareTheWork() throws {
    let sample = try Sample("Shared", "input 40x40x8\nconv 3x3x32 pad 1 | relu | conv 5x5x16 pad 2 | maxpool 2 | fc 300 relu | fc 2")
    var options = EmitOptions(typeName: "Shared", fileName: "Shared.swift")
    options.isThreaded = true
    let code = try SwiftFile(sample.request, options).text
    #expect(code.split(separator: "team.share(").count == 4)
    let main = """
      let network = try Shared()
      try network.selfTest()
      let input = (0..<Shared.inputCount).map { Float($0 % 17) / 17 }
      let alone = try network.predict(input, using: Shared.Scratch(threads: 1))
      for threads in [2, 3, 8] {
        let scratch = Shared.Scratch(threads: threads)
        var differing = 0
        for _ in 0..<50 where try network.predict(input, using: scratch) != alone { differing += 1 }
        print(threads, differing)
      }
      """
    #expect(try Compiled(["Shared.swift": code, "main.swift": main]).run() == "2 0\n3 0\n8 0\n")
  }

  /// The weights as a file beside the code, and files that are not it.
  @Test func weightsBesideTheCodeAreChecked() throws {
    let sample = try Sample("Pets", InterfaceTests.image)
    var options = EmitOptions(typeName: "Pets", fileName: "Pets.swift")
    options.weightsFile = "Pets.safetensors"
    let file = try SwiftFile(sample.request, options)
    let tensors = file.tensors.map { Safetensors.Tensor(name: $0.name, shape: $0.shape, values: $0.values) }
    var reshaped = tensors
    reshaped[0].shape = [reshaped[0].values.count]
    let whole = Safetensors(metadata: ["format": "pt"], tensors: tensors).encoded()
    let program = try Compiled([
      "Pets.swift": file.text,
      "main.swift": """
      for name in ["whole", "reshaped", "lacking", "short", "text", "missing"] {
        do {
          try Pets(weights: name).selfTest()
          print("\\(name) is right")
        } catch { print(error) }
      }
      """,
    ])
    let files = [
      "whole": whole, "reshaped": Safetensors(tensors: reshaped).encoded(),
      "lacking": Safetensors(tensors: Array(tensors.dropLast())).encoded(),
      "short": Array(whole.dropLast(5)), "text": Array("not weights at all".utf8),
    ]
    for (name, bytes) in files { try Data(bytes).write(to: program.folder.appendingPathComponent(name)) }
    #expect(
      try program.run() == """
        whole is right
        `conv1.weight` in reshaped is F32 [144], F32 [3, 3, 2, 8] is needed
        lacking has no tensor `fc1.bias`
        short ends within `fc1.bias`
        text is no safetensors file
        cannot open missing: No such file or directory

        """)
  }
}
