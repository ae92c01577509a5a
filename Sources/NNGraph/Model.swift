import NNDiagnostics
import NNLayers
import NNRecipe

/// A network whose shapes are proved, with its recipe: what the resolver makes of a file.
public struct Model: Sendable {
  /// `model mri "…"`, or the file's name without its ending.
  public var name: String
  /// The text for people behind the name.
  public var title: String?
  /// What it was made from: messages that come up later point into it.
  public var file: SourceFile
  /// Of one example.
  public var input: Shape
  /// Names of the classes; empty where the file gives none.
  public var classes: [String]
  /// Data, preparation and training; `loss` in it is that of the model.
  public var recipe: Recipe
  /// Derived from the last layer where the file says nothing; nil for a network without an output one can train.
  public var loss: Loss?
  /// In an order in which every node comes after its inputs. The last one is the output.
  public var nodes: [Node]
  /// What `check` prints: a row per stage as written, and one for what nnc inserts.
  public var stages: [Stage]
  /// Where each header statement stands, by its word: for messages that come up later (data, weights, divergence).
  public var statements: [String: SourceSpan]

  /// Of one example; the input's for a network without layers.
  public var output: Shape { nodes.last?.output ?? input }
}

extension Model {
  /// The machine at its end; nil for a network that is trained by gradient descent.
  package var machine: Svm? { nodes.last?.layer as? Svm }

  /// The model with a trained machine of so many support vectors; nil where it has none, or that many are too many.
  public func with(supports: Int) -> Model? {
    guard let last = nodes.indices.last, let machine, supports > 0 else { return nil }
    var model = self
    let layer = machine.with(supports: supports)
    let shapes = nodes[last].inputShapes
    guard (try? layer.output(for: shapes)) != nil else { return nil }
    model.nodes[last].layer = layer
    model.nodes[last].weights = layer.weights(for: shapes)
    model.nodes[last].name = "\(nodes[last].word)1"
    if model.stages.indices.contains(nodes[last].stage) { model.stages[nodes[last].stage].macs = layer.macs(for: shapes) }
    return model
  }

  /// What stands in front of the machine.
  public var front: Model {
    var front = self
    if machine != nil { front.nodes.removeLast() }
    (front.loss, front.classes) = (nil, [])
    return front
  }
}

/// One layer in the graph.
public struct Node: Sendable {
  /// With its arguments.
  package var layer: any Layer
  /// The layer's word, and its number among its kind from 1 where it has weights: `conv1` is the name of its tensors in files.
  public var name: String
  /// One; two or more for a layer that joins.
  public var inputs: [Source]
  /// Of one example, for each of `inputs`.
  public var inputShapes: [Shape]
  /// Of one example.
  public var output: Shape
  /// In the order in which the layer reads them; empty for a layer without any.
  public var weights: [WeightSpec]
  /// The row of `Model.stages` it belongs to.
  public var stage: Int

  /// Where a node reads from.
  public enum Source: Sendable, Equatable {
    /// Of the network.
    case input
    /// An index into `Model.nodes`.
    case node(Int)
  }
}

/// A row of the table of `check`.
public struct Stage: Sendable {
  /// Its number in the table, from 1; 0 for what nnc inserts.
  public var index: Int
  /// As written, from the word to the last argument, one blank between: `conv 3x3x32 pad 1`.
  public var text: String
  /// Its word: `conv`, `res`, `branch`.
  public var op: String
  /// In the file it is written in, which may be one that `use` brings in.
  public var span: SourceSpan
  /// The `use` of a block this stage came from, innermost last; empty for stages of the file itself.
  public var expansion: [SourceSpan]
  /// Of one example.
  public var output: Shape
  /// Numbers that are trained.
  public var parameters: Int
  /// Multiply-accumulates per example.
  public var macs: Int
  /// Inserted by nnc: a flatten, a projection of `via auto`.
  public var isImplicit: Bool
}
