import NNEmit
import NNGraph
import NNReport

extension Model {
  /// A box per layer, and one for either end.
  var drawing: NetworkDrawing {
    var boxes = [NetworkDrawing.Box("input")]
    let labels = labels
    for (index, node) in nodes.enumerated() {
      let inputs = zip(node.inputs, node.inputShapes).map { source, shape in
        switch source {
        case .input: (box: 0, shape: shape.description)
        case .node(let index): (box: index + 1, shape: shape.description)
        }
      }
      let parameters = node.trainedCount
      boxes.append(.init(labels[index], detail: parameters == 0 ? "" : "\(grouped(parameters)) parameters", inputs: inputs))
    }
    boxes.append(.init("output", inputs: [(box: nodes.count, shape: output.description)]))
    return NetworkDrawing(boxes, title: title ?? name)
  }
}
