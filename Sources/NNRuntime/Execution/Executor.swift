import NNDiagnostics
import NNGraph
import NNKernels
import NNLayers

/// Carries out one plan: all calls are built once, and a step changes nothing in them but the batch and the step's number.
///
/// Executors of one network may share weights and memory; only one of them may be at work at a time.
public final class Executor {
  public let plan: Plan
  public let model: Model
  let parameters: Parameters
  let kernels: Kernels
  let arena: Arena
  /// Laid out as the trained weights; nil without a backward pass.
  let gradients: Arena?
  /// Weights as the kernels read them, kept between passes; nil in training, where they change with every step.
  private let prepared: PreparedArena?
  /// Of stateful layers; nil where there are none.
  private let states: CarriedStates?

  private let forwardLayers: [any Layer]
  private var forwardCalls: [ForwardCall]
  private let backwardLayers: [any Layer]
  private var backwardCalls: [BackwardCall]
  /// What is added up after each backward call.
  private let additions: [[Addition]]

  private struct Addition {
    let from: UnsafePointer<Float>
    let into: UnsafeMutablePointer<Float>
    let perExample: Int
  }

  /// - Parameter arena: memory to share, at least as large as the plan needs; nil for own memory.
  /// - Throws: NN310 where the machine has too little memory.
  init(_ plan: Plan, _ model: Model, _ parameters: Parameters, _ kernels: Kernels, arena shared: Arena? = nil) throws(Diagnostic) {
    assert(PlanVerifier.problems(in: plan, of: model) == [], "the plan of \(model.name) is wrong")
    let arena: Arena
    if let shared, shared.count >= plan.arenaCount { arena = shared } else { arena = try Arena(count: plan.arenaCount) }
    let gradients = plan.purpose == .training ? try Arena(count: parameters.layout.trainedCount) : nil
    let prepared = plan.purpose == .training ? nil : try PreparedArena(plan, model, parameters)
    let states = try CarriedStates(plan, model)
    let places = Places(
      plan: plan, model: model, parameters: parameters, arena: arena, gradients: gradients, prepared: prepared, states: states,
      kernels: kernels)
    self.plan = plan
    self.model = model
    self.parameters = parameters
    self.kernels = kernels
    self.arena = arena
    self.gradients = gradients
    self.prepared = prepared
    self.states = states
    forwardLayers = plan.forward.map { model.nodes[$0.nodes[0]].layer }
    forwardCalls = plan.forward.indices.map(places.forwardCall)
    var layers: [any Layer] = []
    var calls: [BackwardCall] = []
    var additions: [[Addition]] = []
    for step in plan.backward {
      switch step {
      case .layer(let gradient):
        layers.append(model.nodes[gradient.node].layer)
        calls.append(places.call(gradient))
        additions.append([])
      case .add(let from, let into):
        let perExample = plan.blocks[into].count / plan.batch
        additions[additions.count - 1].append(
          Addition(from: places.pointer(from), into: places.pointer(into), perExample: perExample))
      }
    }
    backwardLayers = layers
    backwardCalls = calls
    self.additions = additions
  }

  /// `batch` x input; filled by the caller, and not changed by any pass.
  var input: UnsafeMutablePointer<Float> { arena.base + plan.blocks[plan.input].offset }

  /// `batch` x output.
  var output: UnsafeMutablePointer<Float> { arena.base + plan.blocks[plan.output].offset }

  /// The loss's gradient, to be filled between `forward` and `backward`; nil where no weight is trained.
  var outputGradient: UnsafeMutablePointer<Float>? { plan.outputGradient.map { arena.base + plan.blocks[$0].offset } }

  /// Stateful layers begin the next batch with zeros.
  func resetStates() { states?.reset() }

  /// The states as they are: as many numbers as were there go back.
  var carried: [Float] {
    get { states?.values ?? [] }
    set { states?.values = newValue }
  }

  var carriedCount: Int { states?.count ?? 0 }

  /// The same as `carried`, into and out of memory for as many numbers.
  func copyCarried(to memory: Arena) { states?.copy(to: memory) }
  func restoreCarried(from memory: Arena) { states?.restore(from: memory) }

  /// From `input` to `output`. At most the plan's batch.
  func forward(_ pass: Pass) {
    if pass.weightsAreNew { prepared?.foldNorms() }
    for index in forwardCalls.indices { runForward(index, pass) }
  }

  /// From `outputGradient` to `gradients`, after `forward` with the same pass.
  func backward(_ pass: Pass) {
    for index in backwardCalls.indices { runBackward(index, pass) }
  }

  @inline(__always)
  private func runForward(_ index: Int, _ pass: Pass) {
    forwardCalls[index].pass = pass
    forwardLayers[index].forward(forwardCalls[index])
  }

  @inline(__always)
  private func runBackward(_ index: Int, _ pass: Pass) {
    backwardCalls[index].pass = pass
    backwardLayers[index].backward(backwardCalls[index])
    for addition in additions[index] {
      let count = addition.perExample * pass.batch
      kernels.add(count: count, a: UnsafePointer(addition.into), b: addition.from, y: addition.into)
    }
  }
}

// MARK: - One step at a time

extension Executor {
  /// `forward`, with a look after each step of the plan.
  func forward(_ pass: Pass, watch: (_ step: Int) -> Void) {
    if pass.weightsAreNew { prepared?.foldNorms() }
    for index in forwardCalls.indices {
      runForward(index, pass)
      watch(index)
    }
  }

  /// `backward`, with a look after each layer of the plan and what is added up behind it; `watch` gets its number in `backwardLayers`.
  func backward(_ pass: Pass, watch: (_ layer: Int) -> Void) {
    for index in backwardCalls.indices {
      runBackward(index, pass)
      watch(index)
    }
  }

  /// `forward`, with a look at each step's result: the first node for which `isWanted` holds.
  func firstForwardNode(_ pass: Pass, where isWanted: (UnsafeBufferPointer<Float>) -> Bool) -> Int? {
    var found: Int?
    forward(pass) { index in
      guard found == nil else { return }
      let node = plan.forward[index].fused.last
      let count = plan.blocks[plan.forward[index].y].count / plan.batch * pass.batch
      if isWanted(UnsafeBufferPointer(start: forwardCalls[index].y, count: count)) { found = node }
    }
    return found
  }

  /// `backward`, with a look at each step's gradients: the first node for which `isWanted` holds.
  func firstBackwardNode(_ pass: Pass, where isWanted: (UnsafeBufferPointer<Float>) -> Bool) -> Int? {
    var found: Int?
    let steps = plan.backwardLayers
    backward(pass) { index in
      guard found == nil else { return }
      let (step, call) = (steps[index], backwardCalls[index])
      let inputs = zip(call.dx, call.inputs).contains { dx, shape in
        dx.map { isWanted(UnsafeBufferPointer(start: $0, count: shape.count * pass.batch)) } ?? false
      }
      let weights = zip(call.dweights, model.nodes[step.node].weights).contains { dw, spec in
        dw.map { isWanted(UnsafeBufferPointer(start: $0, count: spec.count)) } ?? false
      }
      if inputs || weights { found = step.node }
    }
    return found
  }
}

/// Turns the numbers of a plan into pointers.
private struct Places {
  let plan: Plan
  let model: Model
  let parameters: Parameters
  let arena: Arena
  let gradients: Arena?
  let prepared: PreparedArena?
  let states: CarriedStates?
  let kernels: Kernels

  private var pass: Pass { Pass(mode: plan.purpose.mode, batch: plan.batch) }

  func pointer(_ block: Int) -> UnsafeMutablePointer<Float> { arena.base + plan.blocks[block].offset }

  /// A layer that asks for no numbers gets the arena's start, and does not look at it.
  private func pointer(_ block: Int?) -> UnsafeMutablePointer<Float> { block.map(pointer) ?? arena.base }

  func forwardCall(_ number: Int) -> ForwardCall {
    let step = plan.forward[number]
    let index = step.nodes[0]
    let node = model.nodes[index]
    let folded = prepared?.folded(number)
    var weights = parameters.layout.ofNode[index].map(parameters.pointer)
    if let folded { weights[0] = folded.weights }
    return ForwardCall(
      inputs: node.inputShapes, pass: pass, layer: index, x: step.x.map { UnsafePointer(pointer($0)) }, y: pointer(step.y),
      weights: weights, saved: pointer(step.saved), scratch: pointer(step.scratch), kernels: kernels,
      fused: FusedWork(
        activation: step.fused.activation, poolsPairs: step.fused.poolsPairs, bias: folded.map { UnsafePointer($0.bias) }),
      prepared: prepared?.pointer(number), lookup: step.lookup.map { lookup($0, hasGradient: false) }, state: states?.pointer(number))
  }

  func call(_ step: Plan.Gradient) -> BackwardCall {
    let node = model.nodes[step.node]
    let tensors = parameters.layout.ofNode[step.node]
    return BackwardCall(
      inputs: node.inputShapes, pass: pass, layer: step.node, x: step.x.map { UnsafePointer(pointer($0)) },
      y: UnsafePointer(pointer(step.y)), dy: UnsafePointer(pointer(step.dy)), dx: step.dx.map { $0.map(pointer) },
      weights: tensors.map { UnsafePointer(parameters.pointer($0)) }, dweights: tensors.map(gradient),
      saved: UnsafePointer(pointer(step.saved)), scratch: pointer(step.scratch), kernels: kernels,
      fused: FusedWork(activation: step.fused.activation, poolsPairs: step.fused.poolsPairs), gateSlope: step.gateSlope,
      lookup: step.lookup.map { lookup($0, hasGradient: true) })
  }

  private func lookup(_ node: Int, hasGradient: Bool) -> TokenVectors {
    let tensor = parameters.layout.ofNode[node].first
    return TokenVectors(
      vocabulary: model.nodes[node].inputShapes[0].vocabulary, vectors: tensor.map { UnsafePointer(parameters.pointer($0)) },
      gradient: hasGradient ? tensor.flatMap(gradient) : nil)
  }

  private func gradient(_ tensor: Int) -> UnsafeMutablePointer<Float>? {
    let tensor = parameters.layout.tensors[tensor]
    return tensor.spec.isTrained ? gradients.map { $0.base + tensor.offset } : nil
  }
}
