/// A network as functions and calls of them, with a place for every number: all that the text of a file is made from.
struct Program: Sendable {
  let network: EmittedNetwork
  let processor: Processor
  /// By value.
  let layouts: [Layout]
  /// By value: where its first pixel lies in the scratch memory.
  let places: [Int]
  /// Numbers that values take in the scratch memory, with what is carried from run to run behind them; the stages' own comes after that.
  let valueCount: Int
  /// Where in the scratch memory that is which stays from run to run.
  let carried: Range<Int>
  /// Numbers of the largest stage's own memory.
  let stageScratch: Int
  let functions: [Function]
  let calls: [Call]
  let helpers: [Helper]
  let tensors: [PackedTensor]
  /// Numbers of the weights in memory.
  let weightCount: Int

  /// A function that one or more stages of the same shape share.
  struct Function: Sendable {
    var name: String
    var comment: String
    var labels: [String]
    var hasScratch: Bool
    var isCarrying: Bool
    var body: [String]
  }

  /// A stage as a call.
  struct Call: Sendable {
    var stage: Int
    var function: Int
    /// Pointers in the order of the function's labels.
    var arguments: [StageFunction.Source]
    var units: Int
    /// Where its part of what is carried begins there.
    var carried: Int
  }

  struct PackedTensor: Sendable {
    var tensor: Tensor
    var packing: Packing
    /// In the weights in memory.
    var place: Int
  }

  /// - Parameter other: a program of the same file, whose functions, tensors and helpers this one uses and adds to.
  init(_ network: EmittedNetwork, processor: Processor, with other: Program? = nil) {
    self.network = network
    self.processor = processor
    layouts = Layout.all(network, processor: processor)
    let memory = ScratchMemory(network, layouts)
    places = memory.places
    var written = WrittenStages(other)
    for (number, stage) in network.stages.enumerated() {
      var function = StageFunction(stage, layouts: layouts, processor: processor)
      stage.operation.write(&function)
      written.add(function, stage, number)
    }
    functions = written.functions
    calls = written.calls
    carried = memory.count..<memory.count + written.carried
    valueCount = carried.upperBound
    helpers = written.helpers.sorted { $0.order.lexicographicallyPrecedes($1.order) }
    tensors = written.tensors
    weightCount = written.weightCount
    stageScratch = written.scratch
  }
}

/// What has been collected from the stages written so far.
private struct WrittenStages {
  var functions: [Program.Function] = []
  var calls: [Program.Call] = []
  var helpers: Set<Helper> = []
  var tensors: [Program.PackedTensor] = []
  var weightCount = 0
  var scratch = 0
  var carried = 0

  init(_ other: Program?) {
    guard let other else { return }
    functions = other.functions
    helpers = Set(other.helpers)
    tensors = other.tensors
    weightCount = other.weightCount
  }

  mutating func add(_ written: StageFunction, _ stage: Stage, _ number: Int) {
    helpers.formUnion(written.helpers)
    scratch = max(scratch, roundedUp(written.scratch, to: 16))
    for argument in written.arguments {
      if case .tensor(let tensor, let packing) = argument.source { add(tensor, packing) }
    }
    calls.append(
      Program.Call(
        stage: number, function: function(written, stage), arguments: written.arguments.map(\.source), units: written.units,
        carried: carried))
    carried += roundedUp(written.carried, to: 16)
  }

  /// The number of a function with this text; a new one where there is none.
  private mutating func function(_ written: StageFunction, _ stage: Stage) -> Int {
    let labels = written.arguments.map(\.label)
    let word = stage.operation.name
    if let known = functions.firstIndex(where: {
      $0.body == written.body.lines && $0.labels == labels && $0.name.hasPrefix(word)
    }) {
      return known
    }
    let number = functions.count { $0.name.prefix { !$0.isNumber } == word } + 1
    let input = written.inputs[0].text
    let comment = "\(stage.operation.summary): \(input) to \(written.output.text)."
    functions.append(
      Program.Function(
        name: "\(word)\(number)", comment: comment, labels: labels, hasScratch: written.scratch > 0,
        isCarrying: written.carried > 0, body: written.body.lines))
    return functions.count - 1
  }

  private mutating func add(_ tensor: Tensor, _ packing: Packing) {
    guard !tensors.contains(where: { $0.tensor == tensor && $0.packing == packing }) else { return }
    tensors.append(Program.PackedTensor(tensor: tensor, packing: packing, place: weightCount))
    weightCount += roundedUp(packing.count(tensor), to: 16)
  }
}

extension Layout {
  /// Of every value: room for whole vectors where somebody wants them, zeros where somebody reads them.
  fileprivate static func all(_ network: EmittedNetwork, processor: Processor) -> [Layout] {
    var readersOf = [[Int]](repeating: [], count: network.shapes.count)
    for (number, stage) in network.stages.enumerated() { for value in Set(stage.reads) { readersOf[value].append(number) } }
    return network.shapes.indices.map { value in
      let shape = network.shapes[value]
      let readers = readersOf[value].map { network.stages[$0] }
      // The input is written number by number: its pixels may lie close, which small images gain from.
      let isClose = value == 0 && !readers.contains { $0.operation.readsVectors || !$0.inputs.contains(value) }
      let channels = shape.grid.channels
      var layout = Layout(shape, pixelStep: isClose ? channels : processor.pixelStep(channels: channels))
      for stage in readers where stage.inputs.contains(value) {
        layout.halo = layout.halo.union(stage.operation.halo(of: layout, processor: processor))
      }
      return layout
    }
  }
}

/// Where values lie. Two values share memory where their lives do not meet and their layouts are the same: then their zeros are the same, too.
private struct ScratchMemory {
  private(set) var places: [Int] = []
  private(set) var count = 0

  init(_ network: EmittedNetwork, _ layouts: [Layout]) {
    var lastRead = [Int](repeating: -1, count: layouts.count)
    for (number, stage) in network.stages.enumerated() { for value in stage.reads { lastRead[value] = number } }
    lastRead[network.output] = network.stages.count
    places = [Int](repeating: 0, count: layouts.count)
    let withGaps = Set(network.stages.lazy.filter(\.operation.leavesGaps).map(\.output))
    var free: [Layout: [Int]] = [:]
    places[0] = take(layouts[0])
    for (number, stage) in network.stages.enumerated() {
      let layout = layouts[stage.output]
      if !stage.operation.leavesGaps, let place = free[layout]?.popLast() {
        places[stage.output] = place
      } else {
        places[stage.output] = take(layout)
      }
      for value in Set(stage.reads).sorted() where lastRead[value] == number && !withGaps.contains(value) {
        free[layouts[value], default: []].append(places[value])
      }
    }
  }

  private mutating func take(_ layout: Layout) -> Int {
    let place = count + layout.origin
    // Whole vectors may be read behind the last number.
    count += roundedUp(layout.count + 16, to: 16)
    return place
  }
}
