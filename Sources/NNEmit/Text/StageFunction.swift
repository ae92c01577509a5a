import NNKernelTypes

/// One function of the emitted code, as an operation writes it.
struct StageFunction {
  let processor: Processor
  let inputs: [Layout]
  /// What it writes, after everything that is fused onto it.
  let output: Layout
  let epilogue: [EpilogueStep]
  /// Of the values that the epilogue reads.
  let others: [Int: Layout]

  var body = SwiftText()
  /// Pieces that the work falls into; the function works on those from `from` to `to`.
  var units = 1
  /// Numbers of memory to work in.
  var scratch = 0
  /// Numbers that stay from one run to the next.
  var carried = 0
  private(set) var arguments: [Argument] = []
  private(set) var helpers: Set<Helper> = []

  /// A pointer that is handed to the function. Its name in the function is the label, but for x, w and y.
  struct Argument: Hashable {
    var label: String
    var source: Source
  }

  enum Source: Hashable {
    case value(Int)
    case tensor(Tensor, Packing)
  }

  init(_ stage: Stage, layouts: [Layout], processor: Processor) {
    self.processor = processor
    inputs = stage.inputs.map { layouts[$0] }
    output = layouts[stage.output]
    epilogue = stage.epilogue
    others = Dictionary(stage.epilogue.compactMap(\.value).map { ($0, layouts[$0]) }, uniquingKeysWith: { first, _ in first })
    for (number, value) in stage.inputs.enumerated() {
      arguments.append(Argument(label: number == 0 ? "x" : "x\(number + 1)", source: .value(value)))
    }
  }

  /// The vector that results are written with.
  var lanes: Int { processor.vectorLanes(dividing: output.pixelStep) }

  mutating func use(_ helper: Helper) {
    for helper in [helper] + helper.needs(processor) where helpers.insert(helper).inserted { use(helper) }
  }

  /// The name of a pointer to a tensor.
  mutating func tensor(_ tensor: Tensor, _ packing: Packing, as name: String) -> String {
    let source = Source.tensor(tensor, packing)
    if let known = arguments.first(where: { $0.source == source }) { return known.label }
    return argument(name, source)
  }

  private mutating func argument(_ name: String, _ source: Source) -> String {
    var label = name
    var number = 2
    while arguments.contains(where: { $0.label == label }) { (label, number) = ("\(name)\(number)", number + 1) }
    arguments.append(Argument(label: label, source: source))
    return label
  }

  // MARK: Text

  mutating func line(_ text: String) { body.line(text) }

  /// `head {`, what `write` writes, `}`.
  mutating func block(_ head: String, _ write: (inout StageFunction) -> Void) {
    body.open(head + " {")
    write(&self)
    body.close()
  }

  /// A call whose last argument is a closure.
  mutating func call(_ head: String, parameters: String, _ write: (inout StageFunction) -> Void) {
    body.open("\(head) { \(parameters) in")
    write(&self)
    body.close()
  }

  /// A loop from 0; one that would run once is left out, its variable 0.
  mutating func loop(_ variable: String, _ count: Int, _ write: (inout StageFunction, String) -> Void) {
    guard count > 1 else { return write(&self, "0") }
    block("for \(variable) in 0..<\(count)") { write(&$0, variable) }
  }

  /// The loop over the units that this call is to do; with one unit its variable is 0.
  mutating func unitLoop(_ variable: String, _ count: Int, _ write: (inout StageFunction, String) -> Void) {
    units = count
    block("for \(count > 1 ? variable : "_") in from..<to") { write(&$0, count > 1 ? variable : "0") }
  }

  /// The loop over the vectors of a pixel's room, with the first channel of each.
  mutating func vectorLoop(_ room: Int, lanes: Int, _ write: (inout StageFunction, _ lane: String) -> Void) {
    loop("vector", room / lanes) { function, vector in
      guard vector != "0" else { return write(&function, "0") }
      function.line("let lane = vector &* \(lanes)")
      write(&function, "lane")
    }
  }

  /// So many numbers, as they lie.
  mutating func copy(_ from: String, to: String, count: Int) {
    line("\(to.contains(" ") ? "(\(to))" : to).update(from: \(from), count: \(count))")
  }

  /// `let x = x + …`, where that is another place.
  mutating func move(_ pointer: String, by index: Index) {
    if !index.isZero { line("let \(pointer) = \(index.added(to: pointer))") }
  }

  // MARK: Epilogue

  /// Pointers to a pixel, and to the first of its channels that a block writes: `y`, and one for each value or tensor of the epilogue.
  mutating func pointers(row: String, column: String, channel: (name: String, width: Int) = ("0", 0)) {
    let place = Index((row, output.rowStep), (column, output.pixelStep), (channel.name, channel.width))
    move("y", by: place)
    for pointer in epiloguePointers {
      move(pointer.name, by: Index((row, pointer.rowStep), (column, pointer.pixelStep), (channel.name, channel.width)))
    }
  }

  /// The same pointers moved on to another channel.
  mutating func moveEpilogue(channel: (name: String, width: Int)) {
    let index = Index((channel.name, channel.width))
    for name in ["y"] + epiloguePointers.map(\.name) { move(name, by: index) }
  }

  private struct Pointer {
    var name: String
    var rowStep: Int
    var pixelStep: Int
  }

  /// By step: what it reads. Tensors do not move with the pixel.
  private var stepPointers: [Pointer?] = []

  private var epiloguePointers: [Pointer] { stepPointers.compactMap(\.self) }

  /// Registers what the epilogue reads; called before the body is written.
  mutating func prepareEpilogue() {
    for step in epilogue {
      switch step {
      case .shift(let tensor): addPointer(tensor, "bias")
      case .scale(let tensor): addPointer(tensor, "scale")
      case .add(let value), .multiply(let value):
        let layout = others[value] ?? output
        let name = argument("other", .value(value))
        stepPointers.append(Pointer(name: name, rowStep: layout.rowStep, pixelStep: layout.pixelStep))
      case .activation, .pool: stepPointers.append(nil)
      }
    }
  }

  private mutating func addPointer(_ value: Tensor, _ name: String) {
    let name = tensor(value, .panels(width: roundedUp(value.columns, to: output.pixelStep)), as: name)
    stepPointers.append(Pointer(name: name, rowStep: 0, pixelStep: 0))
  }

  /// The expression for a finished number, from `sum`; row, column and lane count from where the pointers stand.
  ///
  /// - Parameter steps: those to apply: a pool is not among them.
  mutating func finished(
    _ sum: String, row: String = "0", column: String = "0", lane: String, lanes: Int, steps range: Range<Int>? = nil
  ) -> String {
    var expression = sum
    for number in range ?? 0..<epilogue.count {
      var operand = ""
      if let pointer = stepPointers[number] {
        use(.load(lanes))
        let index = Index((row, pointer.rowStep), (column, pointer.pixelStep), (lane, 1))
        operand = "load\(lanes)(\(index.added(to: pointer.name)))"
      }
      switch epilogue[number] {
      case .shift, .add: expression += " + \(operand)"
      case .scale, .multiply: expression = "\(expression.contains(" + ") ? "(\(expression))" : expression) * \(operand)"
      case .activation(let activation): expression = activated(expression, activation, lanes)
      case .pool: break
      }
    }
    return expression
  }

  private mutating func activated(_ expression: String, _ activation: Activation, _ lanes: Int) -> String {
    guard activation.kind != .linear else { return expression }
    use(.activation(activation.kind, lanes))
    let function = activation.kind.emitted
    return "\(function.name)(\(expression)\(function.takesAlpha ? ", \(activation.alpha)" : ""))"
  }

  /// `store(finished, y + …)`
  mutating func store(_ sum: String, row: String = "0", column: String = "0", lane: String, lanes: Int, steps: Range<Int>? = nil) {
    use(.store(lanes))
    let value = finished(sum, row: row, column: column, lane: lane, lanes: lanes, steps: steps)
    let place = Index((row, output.rowStep), (column, output.pixelStep), (lane, 1)).added(to: "y")
    body.line("store(\(value), \(place))")
  }
}
