/// A layer whose definition can be worked out for some outputs alone: what makes a gradient check of large convolutions quick.
protocol LocallyDefined: Layer {
  /// `reference` at some places of the batch's output, in their order.
  func reference(_ call: ReferenceCall, outputs: [Int]) -> [Double]

  /// The places of the output that may change with one number of the call; no others do.
  func outputs(touchedBy element: CallElement, of call: ReferenceCall) -> [Int]
}

/// One number that goes into a layer.
enum CallElement: Equatable {
  /// An element of an input.
  case x(Int, Int)
  /// An element of a weight.
  case weight(Int, Int)

  /// The call with this number moved.
  func moved(_ call: ReferenceCall, by step: Double) -> ReferenceCall {
    var call = call
    switch self {
    case .x(let input, let element): call.x[input][element] += step
    case .weight(let weight, let element): call.weights[weight][element] += step
    }
    return call
  }
}

extension Convolution {
  /// The sum for each output alone.
  func reference(_ call: ReferenceCall, outputs: [Int]) -> [Double] {
    guard let grid = try? Grid(call.inputs[0], for: window), let places = try? window.places(on: grid) else { return [] }
    let perGroup = grid.channels / groups
    return outputs.map { output in
      let (place, o) = (output / channels, output % channels)
      let image = place / (places.height * places.width) * grid.height * grid.width
      let first = o / (channels / groups) * perGroup
      var sum = hasBias ? call.weights[1][o] : 0
      window.forEachPoint(of: grid, row: place / places.width % places.height, column: place % places.width) { point, position in
        let x = (image + position) * grid.channels + first
        for c in 0..<perGroup { sum += call.weights[0][(point * perGroup + c) * channels + o] * call.x[0][x + c] }
      }
      return sum
    }
  }

  func outputs(touchedBy element: CallElement, of call: ReferenceCall) -> [Int] {
    guard let grid = try? Grid(call.inputs[0], for: window), let places = try? window.places(on: grid) else { return [] }
    switch element {
    case .weight(_, let element):
      // A weight and a bias of output channel o have o as the last axis.
      return (0..<call.pass.batch * places.height * places.width).map { $0 * channels + element % channels }
    case .x(_, let element):
      let position = element / grid.channels
      let group = element % grid.channels / (grid.channels / groups)
      let rows = window.rows(over: position / grid.width % grid.height).filter { $0 < places.height }
      let columns = window.columns(over: position % grid.width).filter { $0 < places.width }
      let image = position / (grid.height * grid.width) * places.height
      return rows.flatMap { row in
        columns.flatMap { column in
          (0..<channels / groups).map { ((image + row) * places.width + column) * channels + group * (channels / groups) + $0 }
        }
      }
    }
  }
}

extension Window {
  /// The rows of places whose window has a point on row i of the grid.
  fileprivate func rows(over i: Int) -> [Int] {
    (0..<kernel.height).compactMap { p in
      let offset = i + pad.height - p * dilate.height
      return offset >= 0 && offset % stride.height == 0 ? offset / stride.height : nil
    }
  }

  /// The columns of places whose window has a point on column j of the grid.
  fileprivate func columns(over j: Int) -> [Int] {
    (0..<kernel.width).compactMap { q in
      let offset = j + pad.width - q * dilate.width
      return offset >= 0 && offset % stride.width == 0 ? offset / stride.width : nil
    }
  }
}

extension Conv: LocallyDefined {
  func reference(_ call: ReferenceCall, outputs: [Int]) -> [Double] { convolution.reference(call, outputs: outputs) }
  func outputs(touchedBy element: CallElement, of call: ReferenceCall) -> [Int] { convolution.outputs(touchedBy: element, of: call) }
}
