import NNInterchange
import NNReport
import NNRuntime

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A model repository of the Triton Inference Server: `NAME/config.pbtxt`, `NAME/1/model.onnx` and, where there are classes, `NAME/labels.txt`.
///
/// Source: "Model Repository" and "Model Configuration" of the server's user guide.
struct TritonRepository {
  private let file: ONNXModel
  /// Of the model's folder and in its configuration, where nothing is quoted.
  private let name: String
  private let classes: [String]

  init(file: ONNXModel, name: String, classes: [String]) {
    (self.file, self.classes) = (file, classes)
    self.name = RunFolder.safe(name)
  }

  func write(_ bytes: [UInt8], to folder: String) throws {
    let place = "\(folder)/\(name)"
    for path in [folder, place, "\(place)/1"] where mkdir(path, 0o777) != 0 && errno != EEXIST { throw FileError.last("create", path) }
    try AtomicFile.write(bytes, to: "\(place)/1/model.onnx")
    try AtomicFile.write(configuration, to: "\(place)/config.pbtxt")
    if hasLabels { try AtomicFile.write(classes.map { printable($0) + "\n" }.joined(), to: "\(place)/labels.txt") }
  }

  private var hasLabels: Bool { !classes.isEmpty && file.graph.outputs.allSatisfy { $0.shape?.count == 2 } }

  /// The batch is the server's to make: dimensions are those of one example.
  private var configuration: String {
    """
    name: "\(name)"
    platform: "onnxruntime_onnx"
    max_batch_size: 64
    input [
    \(file.graph.inputs.map { entry($0) }.joined(separator: ",\n"))
    ]
    output [
    \(file.graph.outputs.map { entry($0, hasLabels ? "\n    label_filename: \"labels.txt\"" : "") }.joined(separator: ",\n"))
    ]
    dynamic_batching { }

    """
  }

  private func entry(_ value: ONNXValue, _ more: String = "") -> String {
    let sizes = (value.shape ?? []).dropFirst().map { dimension -> String in
      switch dimension {
      case .size(let size): String(size)
      case .named: "-1"
      }
    }
    return """
        {
          name: "\(value.name)"
          data_type: \(value.type == .int64 ? "TYPE_INT64" : "TYPE_FP32")
          dims: [ \(sizes.joined(separator: ", ")) ]\(more)
        }
      """
  }
}
