/// A tensor of weights.
///
/// Files hold PyTorch's name, shape and order. In memory the kernels want another order of the axes: `view` splits PyTorch's shape into
/// axes (a `fc` after an image: [out, C, H, W]) and `order` lists them as they lie in memory ([2, 3, 1, 0]: H, W, C, out).
public struct WeightSpec: Sendable, Equatable {
  /// What follows the layer's name in files: `weight`, `bias`, `running_mean`, `weight_ih_l0`.
  public var name: String
  /// PyTorch's shape, as stored.
  public var shape: [Int]
  /// The axes of the stored tensor, some of its own split in two; as many numbers as `shape`.
  public var view: [Int]
  /// The axes of `view` as they lie in memory, the outermost first.
  public var order: [Int]
  /// What the numbers are at the start, and whether they are trained.
  public var role: Role
  /// Numbers that flow into one unit, for the initialisers.
  public var fanIn: Int
  /// Numbers that flow out of one unit, for the initialisers.
  public var fanOut: Int

  /// What a tensor is for, which says how it begins.
  public enum Role: Sendable, Equatable {
    /// Drawn by the file's `init`.
    case kernel
    /// Zero at start.
    case bias
    /// One at start (the scale of a norm).
    case scale
    /// Orthogonal at start unless `init` says otherwise; `gates` square matrices one after the other.
    case recurrent(gates: Int)
    /// Normal with deviation 1, as `torch.nn.Embedding`.
    case embedding
    /// Not trained: set by forward passes in training; the value at start.
    case running(Float)
  }

  /// Whether an optimizer changes it: all but running values.
  public var isTrained: Bool { if case .running = role { false } else { true } }

  /// Numbers in the tensor: the product of `shape`.
  public var count: Int { shape.reduce(1, *) }

  package init(
    _ name: String, shape: [Int], view: [Int]? = nil, order: [Int]? = nil, role: Role, fanIn: Int = 1, fanOut: Int = 1
  ) {
    self.name = name
    self.shape = shape
    self.view = view ?? shape
    self.order = order ?? Array((view ?? shape).indices)
    self.role = role
    self.fanIn = fanIn
    self.fanOut = fanOut
  }
}
