import NNDiagnostics
import NNGraph
import NNRuntime

/// `state.safetensors`: where a run stands, and how it was called, so that `--resume` needs nothing else.
struct RunState {
  static let name = "state.safetensors"

  var state: TrainingState
  var call: RunCall
  var info: CheckpointInfo
  /// Examples of the training part: other data is another run.
  var examples: Int
  /// Seconds since 1970.
  var begun: Double
  var wattHours: Double

  /// The file's bytes.
  func encoded() -> [UInt8] {
    var metadata = info.fields
    metadata["nnc.run.call"] = call.json.text
    metadata["nnc.run.examples"] = String(examples)
    metadata["nnc.run.begun"] = "\(begun)"
    metadata["nnc.run.watt_hours"] = "\(wattHours)"
    return state.safetensors(metadata).encoded()
  }

  /// - Parameter run: a run folder.
  /// - Throws: NN601 where there is no state, or it is broken.
  init(run: String) throws(Diagnostic) {
    let path = run + "/" + RunState.name
    let bytes: [UInt8]
    do throws(FileError) { bytes = try AtomicFile.read(path, limit: Int.max) } catch {
      if RunState.isOfMachine(run) {
        throw Diagnostic(
          .kernelMachine, .error, "the run in `\(run)` solved a machine, which is done in one go: there is nothing to resume",
          fixes: [.init("`nnc run MODEL` solves it anew; `nnc run MODEL --weights \(run)/best.safetensors` evaluates it")])
      }
      throw Diagnostic(
        .weightsMismatch, .error, "there is no run to resume in `\(run)`", notes: [error.message],
        fixes: [.init("name the folder of a run: `--resume runs/mri-001`")])
    }
    do throws(SafetensorsProblem) {
      let file = try Safetensors(decoding: bytes)
      state = try TrainingState(file)
      info = try CheckpointInfo(fields: file.metadata)
      call = try RunCall(file.metadata["nnc.run.call"] ?? "")
      examples = file.metadata["nnc.run.examples"].flatMap { Int($0) } ?? 0
      begun = try RunState.number("nnc.run.begun", file.metadata, atMost: RunState.latest)
      wattHours = try RunState.number("nnc.run.watt_hours", file.metadata, atMost: 1e15)
    } catch {
      throw Diagnostic(.weightsMismatch, .error, "`\(path)` is no state of a run: \(error.message)")
    }
  }

  /// The year 10000, in seconds since 1970: the name of a file holds the time in whole seconds.
  private static let latest = 253_402_300_800.0

  /// 0 where the file does not say it.
  private static func number(_ key: String, _ fields: [String: String], atMost limit: Double) throws(SafetensorsProblem) -> Double {
    guard let text = fields[key] else { return 0 }
    guard let value = Double(text), (0...limit).contains(value) else { throw SafetensorsProblem("`\(key)` is `\(text)`") }
    return value
  }

  /// Whether a run folder's model ends with `svm`.
  private static func isOfMachine(_ run: String) -> Bool {
    guard let bytes = try? AtomicFile.read(run + "/model.nn", limit: 1 << 20) else { return false }
    return NNGraph.check(SourceFile(name: "model.nn", bytes: bytes)).rows.last?.op == "svm"
  }

  init(_ state: TrainingState, call: RunCall, info: CheckpointInfo, examples: Int, begun: Double, wattHours: Double) {
    self.state = state
    self.call = call
    self.info = info
    self.examples = examples
    self.begun = begun
    self.wattHours = wattHours
  }
}

/// The part of a command line that says what is trained: a resumed run is the same one.
struct RunCall: Equatable {
  /// As given.
  var model: String
  /// By the option's name.
  var values: [String: [String]]

  /// Options that are kept.
  static let options: [CommandOption] = [.data, .set, .epochs, .seed, .input]

  init(_ invocation: Invocation) {
    model = invocation.positionals.first ?? ""
    let names = Set(RunCall.options.map(\.name))
    values = invocation.values.filter { names.contains($0.key) }
  }

  init(_ text: String) throws(SafetensorsProblem) {
    guard let json = try? JSONValue(parsing: Array(text.utf8)), let model = json["model"]?.stringValue,
      case .object(let members)? = json["options"]
    else { throw SafetensorsProblem("it does not say how the run was called") }
    self.model = model
    values = [:]
    for (key, value) in members { values[key] = value.arrayValue?.compactMap(\.stringValue) ?? [] }
  }

  /// `lr` of `lr=0.1`.
  private static func name(_ assignment: String) -> Substring { assignment.prefix { $0 != "=" } }

  var json: JSONValue {
    let options = values.sorted { $0.key < $1.key }.map { (key: $0.key, value: JSONValue.array($0.value.map(JSONValue.string))) }
    return ["model": .string(model), "options": .object(options)]
  }

  /// A call of `--resume`, with what it does not say itself taken from here.
  func completing(_ invocation: Invocation) -> Invocation {
    var result = invocation
    if result.positionals.isEmpty { result.positionals = [model] }
    let set = CommandOption.set.name
    // What is said now takes the place of what was said, in whichever of two ways.
    let now = Set((invocation.values[set] ?? []).map { String(RunCall.name($0)) } + invocation.values.keys)
    for (name, given) in values where result.values[name] == nil && !now.contains(name) { result.values[name] = given }
    let kept = (values[set] ?? []).filter { !now.contains(String(RunCall.name($0))) } + (invocation.values[set] ?? [])
    result.values[set] = kept.isEmpty ? nil : kept
    return result
  }
}
