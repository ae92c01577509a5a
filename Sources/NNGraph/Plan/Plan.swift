import NNKernelTypes
import NNLayers

/// What is done for one batch, step by step, and where in one arena every number lies.
///
/// A plan holds no memory itself. Sizes and offsets count `Float`s; every block starts at a multiple of 16 (64 bytes).
public struct Plan: Sendable {
  /// What the numbers are for: it decides which of them are kept.
  public enum Purpose: Sendable, Equatable {
    /// Forward and backward. The loss works from what the last layer gives before its softmax or sigmoid.
    case training
    /// Forward only, to what the loss reads.
    case evaluation
    /// Forward only, to the output of the model.
    case prediction

    /// How layers are called for it: with dropout and statistics of the batch, or without.
    package var mode: Pass.Mode { self == .training ? .training : .inference }
  }

  /// What it was made for.
  public var purpose: Purpose
  /// The largest batch; a smaller one uses the front of every block.
  public var batch: Int
  /// Steps name them by their index.
  public var blocks: [Block]
  /// Numbers in the arena.
  public var arenaCount: Int
  /// The block the caller fills, `batch` x input. No step overwrites it, so a constant batch is filled once.
  public var input: Int
  /// The block of the result, `batch` x `outputShape`.
  public var output: Int
  /// Of one example; for training and evaluation that of what the loss reads.
  public var outputShape: Shape
  /// The block the loss fills, like `output`; nil without a backward pass.
  public var outputGradient: Int?
  /// In the order in which they are done.
  public var forward: [Step]
  /// From the loss to the first weights; empty without a backward pass.
  public var backward: [BackwardStep]

  /// A piece of the arena, with the time in which its numbers matter: forward steps are times 0, 1, 2 …, then comes the loss, then the
  /// backward steps.
  public struct Block: Sendable, Equatable {
    /// Numbers, for the largest batch.
    public var count: Int
    /// Into the arena, in numbers; a multiple of 16.
    public var offset: Int
    /// The time of the first write.
    public var opens: Int
    /// The time of the last read.
    public var closes: Int
  }

  /// Forward work of one group of nodes. The first node is called; the others are part of its call, or change nothing (flatten).
  public struct Step: Sendable {
    /// Indices into the model's nodes.
    public var nodes: [Int]
    /// Blocks, one per input of the first node.
    public var x: [Int]
    /// The block of the result.
    public var y: Int
    /// The block of what the way back needs besides; nil where it needs nothing.
    public var saved: Int?
    /// A block that the call may use as it likes; nil where it needs none.
    public var scratch: Int?
    /// What the call does besides.
    public var fused: Fused
    /// The node whose vectors the call looks up itself, from the tokens in `x`; it is one of `nodes`.
    public var lookup: Int?
  }

  /// What a call does for the nodes that follow its own.
  public struct Fused: Sendable {
    /// Applied to the result, before it is pooled.
    public var activation = Activation.linear
    /// The call takes the largest of every 2x2 numbers (of every 2 of a sequence) as well.
    public var poolsPairs = false
    /// The node whose scale and shift are worked into the weights.
    public var norm: Int?
    /// The node whose output is `y`.
    public var last: Int
  }

  /// A step of the way back, from the loss to the weights.
  public enum BackwardStep: Sendable {
    case layer(Gradient)
    /// A value with several consumers: `into += from`.
    case add(from: Int, into: Int)
  }

  /// Backward work of one node and of those that are part of its call. A fused activation has a step of its own, unless the call pools as well or the
  /// reader of the activation has its gate.
  public struct Gradient: Sendable {
    /// An index into the model's nodes.
    public var node: Int
    /// The blocks of its inputs.
    public var x: [Int]
    /// The block of what the forward step gave.
    public var y: Int
    /// The block of the gradient of `y`.
    public var dy: Int
    /// The blocks of the gradients of `x`; nil where nobody needs one.
    public var dx: [Int?]
    /// The block that the forward step has saved to.
    public var saved: Int?
    /// A block that the call may use as it likes.
    public var scratch: Int?
    /// As in the forward step.
    public var fused: Fused
    /// Below zero, the slope of the activation that made `x`; `dx` is then the gradient of that activation's input.
    public var gateSlope: Float?
    /// The node whose weights get their gradient here too, as in the forward step.
    public var lookup: Int?
  }

  /// The backward steps of layers alone, in order.
  public var backwardLayers: [Gradient] {
    backward.compactMap { if case .layer(let gradient) = $0 { gradient } else { nil } }
  }
}
