import NNDiagnostics
import NNRuntime

enum WeightsReading {
  /// What is read once reads the same again from the bytes that are written of it.
  static func weights(_ bytes: [UInt8]) {
    guard let file = try? Safetensors(decoding: bytes) else { return }
    _ = try? CheckpointInfo(fields: file.metadata)
    let written = file.encoded()
    guard let again = try? Safetensors(decoding: written) else { preconditionFailure("what was written cannot be read") }
    precondition(again.encoded() == written, "a weights file changes when it is read and written")
  }

  static func state(_ bytes: [UInt8]) {
    guard let file = try? Safetensors(decoding: bytes) else { return }
    _ = try? CheckpointInfo(fields: file.metadata)
    _ = try? JSONValue(parsing: Array((file.metadata["nnc.run.call"] ?? "").utf8))
    guard let state = try? TrainingState(file) else { return }
    let written = state.safetensors()
    precondition((try? TrainingState(written)) != nil, "a state that was written cannot be read")
  }
}
