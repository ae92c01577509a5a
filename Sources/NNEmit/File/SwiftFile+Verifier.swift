/// A program around the emitted file that writes down what it computes, for a comparison with the engine.
extension SwiftFile {
  /// A stage whose results are a node's.
  package struct StageResult: Sendable {
    /// Its number in the model.
    package var node: Int
    /// `mri.nn:15:1  conv 3x3x32 pad 1 | leaky_relu 0.01`
    package var text: String
    /// Numbers per example.
    package var count: Int
  }

  /// In the order in which the verifier writes them.
  package var stageResults: [StageResult] {
    checkedCalls.map { call, node in
      let value = program.network.stages[call.stage].output
      let text = comment(call, of: program).first.map { String($0.dropFirst(3)) } ?? ""
      return StageResult(node: node, text: text, count: program.network.shapes[value].count)
    }
  }

  /// Calls whose results are those of the last node they do the work of.
  private var checkedCalls: [(call: Program.Call, node: Int)] {
    program.calls.compactMap { call in
      let stage = program.network.stages[call.stage]
      guard let node = stage.nodes.max() else { return nil }
      let isWhole = !program.network.stages[(call.stage + 1)...].contains { $0.nodes.contains(node) }
      return isWhole && program.network.shapes[stage.output].count == model.nodes[node].output.count ? (call, node) : nil
    }
  }

  /// A main program, whose argument is the folder of its files: runs the self-test, then for each input of `inputs.bin` appends the outputs to `outputs.bin`, and the results of every
  /// stage of `stageResults` to `stages.bin`; where state is carried, `stream.bin` gets what a stream says of the same inputs, one behind the other, with the outputs of
  /// each window's last step, or of all its steps where each has some. All files hold numbers as they lie in memory.
  package var verifier: String {
    var text = SwiftText()
    text.line(
      """
      #if canImport(Glibc)
        import Glibc
      #elseif canImport(Musl)
        import Musl
      #else
        import Darwin
      #endif

      let folder = CommandLine.arguments[1]
      let network = try \(type)(\(options.weightsFile.map { "weights: folder + \(SwiftLiteral.string("/" + $0))" } ?? ""))
      do { try network.selfTest() } catch {
        print(error)
        exit(1)
      }
      guard let inputs = fopen(folder + "/inputs.bin", "rb"), let outputs = fopen(folder + "/outputs.bin", "wb"),
        let stages = fopen(folder + "/stages.bin", "wb")
      else {
        perror(folder)
        exit(1)
      }
      let scratch = \(type).Scratch()
      let memory = scratch.memory
      let weights = UnsafePointer(network.weights.memory)
      var input = [Float](repeating: 0, count: \(inputCount))
      var output = [Float](repeating: 0, count: \(outputCount))
      func write(_ x: UnsafeMutablePointer<Float>, rows: Int, rowStep: Int, columns: Int, pixelStep: Int, channels: Int) {
        for row in 0..<rows { for column in 0..<columns { fwrite(x + row * rowStep + column * pixelStep, 4, channels, stages) } }
      }
      """)
    text.block("while fread(&input, 4, \(inputCount), inputs) == \(inputCount)") { text in
      text.line("_ = try input.withUnsafeBufferPointer { x in")
      text.line("  try output.withUnsafeMutableBufferPointer { y in try network.predict(x, into: y, using: scratch) }")
      text.line("}")
      text.line("fwrite(&output, 4, \(outputCount), outputs)")
      text.line("_ = \(type).writeInput(input, memory)")
      let checked = Set(checkedCalls.map(\.call.stage))
      for call in program.calls {
        let lines = self.call(call, of: program)
        text.line("\(type).\(lines[0])")
        for line in lines.dropFirst() { text.line(line) }
        if checked.contains(call.stage) { text.line(writing(program.network.stages[call.stage].output)) }
      }
    }
    text.line("fclose(outputs)")
    text.line("fclose(stages)")
    if carriesState { writeStreamCheck(&text) }
    return text.text
  }

  /// The file has a stream that carries the state of the network on.
  package var carriesState: Bool { stepProgram != nil }

  private func writeStreamCheck(_ text: inout SwiftText) {
    let width = model.input.kind == .tokens ? 1 : model.input.channels
    text.line("rewind(inputs)")
    text.line("guard let answers = fopen(folder + \"/stream.bin\", \"wb\") else { exit(1) }")
    text.line("let stream = \(type).Stream(network)")
    text.block("while fread(&input, 4, \(inputCount), inputs) == \(inputCount)") { text in
      text.block("for step in 0..<\(inputCount / width)") { text in
        let numbers = width == 1 ? "input[step]" : "Array(input[step * \(width)..<(step + 1) * \(width)])"
        text.line("let answer = try stream.step(\(numbers)).\(outputsName)")
        let write = "answer.withUnsafeBytes { _ = fwrite($0.baseAddress, 1, $0.count, answers) }"
        text.line(model.output.kind == .sequence ? write : "if step == \(inputCount / width - 1) { \(write) }")
      }
    }
    text.line("fclose(answers)")
  }

  private func writing(_ value: Int) -> String {
    let layout = program.layouts[value]
    let place = Index(plus: program.places[value]).added(to: "memory")
    return
      "write(\(place), rows: \(layout.height), rowStep: \(layout.rowStep), columns: \(layout.width), pixelStep: \(layout.pixelStep), channels: \(layout.channels))"
  }
}
