/// Everything of nnc that reads what somebody else may have made: one case each, that takes any bytes whatsoever.
///
/// What is read is thrown away. A trap, a hang, or memory beyond reason is a finding; so is a broken promise, which ends the process by `precondition`.
public enum FuzzedReader: String, CaseIterable, Sendable {
  /// A `.nn` file: lexer, parser, layout, check, lints, proofs, renderers.
  case model
  /// A table with a target.
  case table
  /// A column of a table, in windows.
  case series
  case text
  /// MNIST's files: images and labels.
  case idx
  /// CIFAR-10's binary files.
  case cifar
  /// One NumPy array, to predict for.
  case npy
  case npz
  /// JPEG, PNG, PGM or PPM.
  case image
  case safetensors
  /// `state.safetensors` of a run folder.
  case state
  case onnx
  /// Messages of the Language Server Protocol, a line each, and as a stream.
  case editor

  /// - Parameter folder: for readers that take a path; its own for every process.
  public func read(_ bytes: [UInt8], in folder: ScratchFolder) {
    switch self {
    case .model: ModelReading.read(bytes)
    case .table: DataReading(folder).table(bytes)
    case .series: DataReading(folder).series(bytes)
    case .text: DataReading(folder).text(bytes)
    case .idx: DataReading(folder).idx(bytes)
    case .cifar: DataReading(folder).cifar(bytes)
    case .npy: DataReading(folder).array(bytes)
    case .npz: DataReading(folder).archive(bytes)
    case .image: DataReading(folder).image(bytes)
    case .safetensors: WeightsReading.weights(bytes)
    case .state: WeightsReading.state(bytes)
    case .onnx: ModelReading.onnx(bytes)
    case .editor: EditorReading.read(bytes)
    }
  }
}
