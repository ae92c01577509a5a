import NNDiagnostics

extension DataLoader {
  /// Reads a text to predict for: windows of its characters, from every `stride`-th on, and the last whole one.
  ///
  /// - Parameters:
  ///   - steps: characters of a window.
  ///   - keep: only these characters and line ends; nil for all.
  /// - Throws: NN505, NN514 for what is no text, is shorter than a window, or holds a character that is not in the vocabulary.
  public func textInputs(_ path: String, steps: Int, stride step: Int, codec: TextCodec, keep: String?) throws(Diagnostic) -> Examples {
    guard DataSearch.kind(of: path) == .file else {
      throw Diagnostic(.dataMissing, .error, "there is no file `\(path)` to predict for: the network reads a text")
    }
    let text = TableText(file: try MappedFile(path))
    let scalars = try TextLoader(text: text, lower: codec.lower, keep: keep, request: DataRequest()).scalars()
    guard scalars.count >= steps else {
      throw Diagnostic(
        .badText, .error, "\(text.name) has \(counted(scalars.count, "character")), the network sees \(number(steps)) at once")
    }
    var values: [Float] = []
    var line = 1
    for scalar in scalars {
      guard let token = codec.token(scalar) else {
        throw Diagnostic(
          .badText, .error, "\(text.name) holds a character in line \(number(line)) that the network does not know: \(named(scalar))")
      }
      values.append(Float(token))
      if scalar == "\n" { line += 1 }
    }
    let last = values.count - steps
    var starts = stride(from: 0, through: last, by: step).map { Int32(clamping: $0) }
    if let end = starts.last, Int(end) < last { starts.append(Int32(clamping: last)) }
    return Examples(
      shape: [steps], storage: .windows(Windows(values: values, features: 1, steps: steps, starts: starts, isText: true)), targets: .none,
      count: starts.count, origin: .characters(of: text.name, starts: starts))
  }

  private func named(_ scalar: Unicode.Scalar) -> String {
    let code = String(scalar.value, radix: 16, uppercase: true)
    let padded = String(repeating: "0", count: max(0, 4 - code.count)) + code
    return scalar.value > 32 && scalar.value != 127 ? "`\(Character(scalar))` (U+\(padded))" : "U+\(padded)"
  }
}
