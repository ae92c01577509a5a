import NNDiagnostics
import NNLayers

/// What `via auto` inserts: a 1x1 convolution of the body's stride, without bias, and a `bn` where the body ends with one
/// (He et al. 2015: every convolution is followed by batch normalisation). Vectors and sequences get a `fc` without bias.
struct Projection {
  struct Part {
    let layer: any Layer
    let text: String
  }
  let parts: [Part]

  /// As it would be written.
  var text: String { parts.map(\.text).joined(separator: " | ") }
  var isConvolution: Bool { parts.first?.layer is Conv }

  init?(from: Shape, to: Shape, normalized: Bool) {
    guard let first = Projection.convolution(from, to) ?? Projection.connected(from, to),
      (try? first.layer.output(for: [from])) == to, let norm = try? BatchNorm(Projection.standard(of: BatchNorm.signature))
    else { return nil }
    parts = [first] + (normalized ? [Part(layer: norm, text: "bn")] : [])
  }

  private static func convolution(_ from: Shape, _ to: Shape) -> Part? {
    guard case .image(let height, let width, _) = from, case .image(let outHeight, let outWidth, let channels) = to,
      let down = stride(from: height, to: outHeight), let across = stride(from: width, to: outWidth)
    else { return nil }
    var values = standard(of: Conv.signature).values
    values["size"] = .size([1, 1, channels])
    var text = "conv 1x1x\(channels)"
    if down != 1 || across != 1 {
      values["stride"] = down == across ? .integer(down) : .size([down, across])
      text += " stride \(down == across ? "\(down)" : "\(down)x\(across)")"
    }
    return (try? Conv(Arguments(values: values, flags: ["nobias"]))).map { Part(layer: $0, text: text + " nobias") }
  }

  private static func connected(_ from: Shape, _ to: Shape) -> Part? {
    let outputs: Int
    switch (from, to) {
    case (.vector, .vector(let count)): outputs = count
    case (.sequence(let steps, _), .sequence(let outSteps, let features)) where steps == outSteps: outputs = features
    case (_, _): return nil
    }
    let layer = try? FullyConnected(Arguments(values: ["outputs": .integer(outputs)], flags: ["nobias"]))
    return layer.map { Part(layer: $0, text: "fc \(outputs) nobias") }
  }

  /// The arguments of a word where none is given.
  private static func standard(of signature: Signature) -> Arguments {
    let given = (signature.positional + signature.named).compactMap { parameter in parameter.defaultValue.map { (parameter.name, $0) } }
    return Arguments(values: Dictionary(given, uniquingKeysWith: { first, _ in first }))
  }

  /// The least step at which a window of 1 has so many places: ceil(size / step) = places.
  private static func stride(from size: Int, to places: Int) -> Int? {
    guard places >= 1, places <= size else { return nil }
    let step = (size + places - 1) / places
    return (size + step - 1) / step == places ? step : nil
  }
}

extension ResidualElement {
  /// The body's last layer is a batch normalisation.
  var endsWithNorm: Bool { body.last?.stages.last?.layer?.layer is BatchNorm }
}
