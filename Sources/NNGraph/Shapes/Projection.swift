import NNDiagnostics
import NNLayers

/// A 1x1 convolution without bias that turns one image into another: what `via auto` inserts.
struct Projection {
  let layer: any Layer
  let text: String
  let word = "conv"

  init?(from: Shape, to: Shape) {
    guard case .image(let height, let width, _) = from, case .image(let outHeight, let outWidth, let channels) = to,
      let down = Projection.stride(from: height, to: outHeight), let across = Projection.stride(from: width, to: outWidth)
    else { return nil }
    var values: [String: ArgumentValue] = ["size": .size([1, 1, channels])]
    var text = "conv 1x1x\(channels)"
    if down != 1 || across != 1 {
      values["stride"] = down == across ? .integer(down) : .size([down, across])
      text += " stride \(down == across ? "\(down)" : "\(down)x\(across)")"
    }
    guard let layer = try? Conv(Arguments(values: values, flags: ["nobias"])), (try? layer.output(for: [from])) == to else { return nil }
    self.layer = layer
    self.text = text + " nobias"
  }

  /// The least step at which a window of 1 has so many places: ceil(size / step) = places.
  private static func stride(from size: Int, to places: Int) -> Int? {
    guard places >= 1, places <= size else { return nil }
    let step = (size + places - 1) / places
    return (size + step - 1) / step == places ? step : nil
  }
}
