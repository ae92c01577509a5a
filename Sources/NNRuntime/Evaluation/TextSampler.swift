import NNData
import NNDiagnostics
import NNGraph
import NNKernels
import NNLayers

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Writes text, character by character: the network gives a probability for each that may follow.
///
/// A network that carries its state on has read all that came before, and each character costs one step. Every other one sees a window of the last
/// characters anew each time, as it did in training: a state older than its windows is nothing it has learned from.
public final class TextSampler {
  /// How the next character is drawn.
  public struct Settings: Sendable {
    /// Probabilities are taken to the power 1 / temperature: below 1 the likely ones become more likely; 0 always takes the likeliest.
    public var temperature = 1.0
    /// Only so many of the likeliest characters are drawn from; nil for all.
    public var topK: Int?
    /// The same seed gives the same text.
    public var seed: UInt64 = 0
    public init() {}
  }

  private let codec: TextCodec
  private let settings: Settings
  private let executor: Executor
  /// Characters it sees at once: 1 where the state holds the rest.
  private let steps: Int
  private let outputs: (rows: Int, columns: Int)
  private var random: Random
  private var weightsAreNew = true
  /// A window, the latest character last.
  private var seen: [Int32]

  /// - Parameters:
  ///   - prompt: what the text goes on from; at least one character.
  /// - Throws: NN511 where the network does not go from characters to a next character; NN514 for a character it does not know.
  public init(_ network: TrainedNetwork, codec: TextCodec, prompt: String, settings: Settings) throws(Diagnostic) {
    let model = network.model
    guard case .tokens(let steps, let vocabulary) = model.input, vocabulary == codec.count else {
      throw Diagnostic(
        .dataShape, .error, "`\(model.name)` does not take characters: there is no text to sample", at: model.statements["input"])
    }
    let rows = model.outputRows
    guard rows.columns == vocabulary, model.lossReplacesLastLayer, rows.rows == 1 || rows.rows == steps else {
      throw Diagnostic(
        .classCount, .error, "`\(model.name)` gives \(model.output), not a probability for each of \(vocabulary) characters",
        at: model.stages.last?.span, fixes: [.init("end with `fc $vocab softmax`")])
    }
    do throws(TextCodec.UnknownCharacter) { seen = try codec.encode(prompt) } catch { throw error.diagnostic(codec) }
    guard !seen.isEmpty else { throw Diagnostic(.badText, .error, "the prompt is empty: the network goes on from at least one character") }
    let oneStep = model.oneStep
    self.steps = oneStep == nil ? steps : 1
    outputs = (oneStep ?? model).outputRows
    executor = try network.executor(.prediction, batch: 1, of: oneStep)
    self.codec = codec
    self.settings = settings
    random = Random(seed: settings.seed, .generator)
    if oneStep != nil {
      // The last one is read when the next character is asked for.
      for token in seen.dropLast() { read([token]) }
      seen = seen.suffix(1)
      return
    }
    // The network was trained on whole windows: in front of a shorter prompt stand line ends, or blanks.
    let filler = codec.token("\n") ?? codec.token(" ") ?? seen[0]
    seen = [Int32](repeating: filler, count: max(0, steps - seen.count)) + seen
    seen = Array(seen.suffix(steps))
  }

  /// The next character; it is then part of what the network sees.
  public func next() -> Unicode.Scalar {
    // Only a state may go from one window into the next that overlaps it: of a network that has to see windows it is none of these.
    if steps > 1 { executor.resetStates() }
    read(seen[...])
    let last = UnsafePointer(executor.output + (outputs.rows - 1) * outputs.columns)
    let token = draw(UnsafeBufferPointer(start: last, count: outputs.columns))
    seen.append(Int32(token))
    seen.removeFirst()
    return codec.decode(token)
  }

  private func read(_ tokens: ArraySlice<Int32>) {
    for (step, token) in tokens.enumerated() { executor.input[step] = Float(token) }
    executor.forward(Pass(mode: .inference, batch: 1, weightsAreNew: weightsAreNew))
    weightsAreNew = false
  }

  /// A character by its probability. Of equal ones the first counts as the likelier.
  private func draw(_ probabilities: UnsafeBufferPointer<Float>) -> Int {
    let ranked = probabilities.indices.sorted { (probabilities[$1], $0) < (probabilities[$0], $1) }
    guard settings.temperature > 0 else { return ranked[0] }
    let candidates = ranked.prefix(max(1, settings.topK ?? ranked.count))
    let top = Double(max(probabilities[ranked[0]], .leastNormalMagnitude))
    let weights = candidates.map { pow(Double(probabilities[$0]) / top, 1 / settings.temperature) }
    var rest = random.unit() * weights.reduce(0, +)
    for (candidate, weight) in zip(candidates, weights) {
      rest -= weight
      if rest < 0 { return candidate }
    }
    return candidates.last ?? ranked[0]
  }
}

extension TextCodec.UnknownCharacter {
  /// NN514, with the character by name.
  fileprivate func diagnostic(_ codec: TextCodec) -> Diagnostic {
    let code = String(character.value, radix: 16, uppercase: true)
    let padded = String(repeating: "0", count: max(0, 4 - code.count)) + code
    let isVisible = character.value > 32 && character.value != 127
    let shown = isVisible ? "`\(Character(character))` (U+\(padded))" : "U+\(padded)"
    let known = codec.characters.map { $0 == "\n" ? "\\n" : String(Character($0)) }.joined()
    var notes = ["it knows \(codec.count) characters: \(known)"]
    if codec.lower { notes.append("letters were made lower case, in the text and here") }
    return Diagnostic(
      .badText, .error, "the network does not know the character \(shown), number \(place + 1) of the prompt", notes: notes)
  }
}
