import NNKernels
import Testing

@testable import NNLayers

/// What every layer promises, whatever it does; a new layer needs a case in `LayerCases.swift` and nothing here.
@Suite("the contract of a layer")
struct ContractTests {
  /// Sums of up to a few hundred products of numbers around 1, in Float: some dozen roundings of 6e-8, relative to the largest result.
  static let tolerance = 3e-6

  @Test("every layer has two cases or more, one of them not square")
  func coverage() throws {
    var counts: [String: Int] = [:]
    for layerCase in LayerCase.all { counts[try Line(layerCase.line).word, default: 0] += 1 }
    for word in AllLayers.words where word != "linear" && word != "gmp" {
      #expect(counts[word, default: 0] >= (AllLayers.isActivation(word) ? 1 : 2), "cases of `\(word)`")
    }
    #expect(Set(counts.keys) == AllLayers.words)
  }

  @Test("shape and definition agree with what the passes fill", arguments: LayerCase.all)
  func forward(_ layerCase: LayerCase) throws {
    let layer = try Line(layerCase.line).layer()
    let run = try LayerRun(layer, on: layerCase.inputs, pass: layerCase.pass)
    let expected = layer.reference(run.referenceCall)
    #expect(expected.count == (try layer.output(for: layerCase.inputs)).count * layerCase.batch)
    let result = try run.run(Self.oneThread)
    #expect(result.overruns == [])
    #expect(result.unwritten == [])
    #expect(difference(result.y, expected) < Self.tolerance)
  }

  @Test("inference follows the definition", arguments: LayerCase.all)
  func inference(_ layerCase: LayerCase) throws {
    let layer = try Line(layerCase.line).layer()
    let run = try LayerRun(layer, on: layerCase.inputs, pass: Pass(mode: .inference, batch: layerCase.batch))
    let result = try run.run(Self.oneThread)
    #expect(result.overruns == [])
    #expect(difference(result.y, layer.reference(run.referenceCall)) < Self.tolerance)
    #expect(result.weights == run.weights, "inference changes no weight")
  }

  /// Float against Double by central differences; the largest error found in the cases is 1.1e-6.
  @Test("gradients agree with central differences", arguments: LayerCase.all)
  func gradients(_ layerCase: LayerCase) throws {
    let layer = try Line(layerCase.line).layer()
    let run = try LayerRun(layer, on: layerCase.inputs, pass: layerCase.pass)
    let check = GradientCheck(
      layer, inputs: layerCase.inputs, weights: run.weights, x: run.x, batch: layerCase.batch, number: 3, seed: 7)
    let findings = check.findings(Self.oneThread, work: 400_000)
    #expect(findings.count == layerCase.inputs.count + run.trainedWeights)
    for finding in findings {
      #expect(finding.error < Self.tolerance, "\(finding.tensor)")
      #expect(finding.compared > 0 && finding.kinks == 0)
    }
  }

  /// With numbers of its own choice, as `gradcheck` uses it: also where a batch of two would leave nothing to compare.
  @Test(arguments: [
    ("bn", Shape.vector(20)), ("bn", .image(height: 1, width: 1, channels: 30)), ("layernorm", .vector(1)), ("layernorm", .vector(6)),
    ("fc 9", .vector(4)),
  ])
  func gradientsOfChosenNumbers(_ line: String, _ shape: Shape) throws {
    let layer = try Line(line).layer()
    var random = Random(seed: 1, .weights)
    let weights = layer.weights(for: [shape]).map { $0.initialValues(nil, beforeRectifier: false, random: &random) }
    for finding in GradientCheck(layer, inputs: [shape], weights: weights).findings(Self.oneThread) {
      #expect(finding.error < Self.tolerance, "\(finding.tensor)")
    }
  }

  /// A number that is moved changes no other outputs than those that are named (at the padding, not all of them).
  @Test("a local definition is the definition", arguments: LayerCase.all)
  func locality(_ layerCase: LayerCase) throws {
    guard let layer = try Line(layerCase.line).layer() as? any LocallyDefined else { return }
    let call = try LayerRun(layer, on: layerCase.inputs, pass: layerCase.pass).referenceCall
    let y = layer.reference(call)
    for (own, expected) in zip(layer.reference(call, outputs: Array(y.indices)), y) { #expect(abs(own - expected) < 1e-12) }
    var random = Random(seed: 5, .check)
    let elements: [CallElement] =
      (0..<20).map { _ in .x(0, random.below(call.x[0].count)) }
      + call.weights.indices.flatMap { weight in (0..<10).map { _ in .weight(weight, random.below(call.weights[weight].count)) } }
    for element in elements {
      let moved = layer.reference(element.moved(call, by: 0.25))
      let touched = Set(layer.outputs(touchedBy: element, of: call))
      #expect(y.indices.allSatisfy { moved[$0] == y[$0] || touched.contains($0) }, "\(element)")
      #expect(touched.allSatisfy(y.indices.contains))
    }
  }

  @Test("the same bits again, on one thread and on two", arguments: LayerCase.all)
  func determinism(_ layerCase: LayerCase) throws {
    let run = try LayerRun(Line(layerCase.line).layer(), on: layerCase.inputs, pass: layerCase.pass)
    let once = try run.run(Self.oneThread)
    #expect(try run.run(Self.oneThread) == once)
    #expect(try run.run(Self.twoThreads) == once)
  }

  /// Not bn, which looks at the batch as a whole, and not dropout, whose mask counts through the batch.
  @Test("a batch is its examples one by one", arguments: LayerCase.all.filter { !$0.line.hasPrefix("bn") && !$0.line.contains("dropout") })
  func examples(_ layerCase: LayerCase) throws {
    let whole = try LayerRun(Line(layerCase.line).layer(), on: layerCase.inputs, pass: layerCase.pass)
    let result = try whole.run(Self.oneThread)
    var single = whole
    single.pass.batch = 1
    for n in 0..<layerCase.batch {
      func part(_ numbers: [Float]) -> [Float] {
        Array(numbers[n * numbers.count / layerCase.batch..<(n + 1) * numbers.count / layerCase.batch])
      }
      single.x = whole.x.map(part)
      single.dy = part(whole.dy)
      let one = try single.run(Self.oneThread)
      #expect(difference(one.y, part(result.y).map(Double.init)) < Self.tolerance)
      for (dx, expected) in zip(one.dx, result.dx) { #expect(difference(dx, part(expected).map(Double.init)) < Self.tolerance) }
    }
  }

  /// What a layer says of itself for the planner: with x or y spoilt it must not notice, and in place it must give the same.
  @Test("the planner may believe what a layer says", arguments: LayerCase.all)
  func promises(_ layerCase: LayerCase) throws {
    let layer = try Line(layerCase.line).layer()
    var run = try LayerRun(layer, on: layerCase.inputs, pass: layerCase.pass)
    let expected = try run.run(Self.oneThread)
    let memory = layer.memory(for: layerCase.inputs, batch: layerCase.batch, pass: .training)
    run.spoilsX = !memory.readsX
    run.spoilsY = !memory.readsY
    #expect(try run.run(Self.oneThread) == expected)
    if memory.isAlias {
      #expect(expected.y == run.x[0])
      #expect(expected.dx[0] == run.dy)
    }
    if memory.inPlace {
      run.isInPlace = true
      #expect(try run.run(Self.oneThread) == expected)
    }
  }

  @Test("a fused activation is the activation afterwards", arguments: LayerCase.all)
  func fusion(_ layerCase: LayerCase) throws {
    let layer = try Line(layerCase.line).layer()
    guard layer.memory(for: layerCase.inputs, batch: layerCase.batch, pass: .inference).fusesActivation else { return }
    var run = try LayerRun(layer, on: layerCase.inputs, pass: Pass(mode: .inference, batch: layerCase.batch))
    let elu = try #require(Line("elu 0.5").layer() as? any Pointwise)
    let expected = layer.reference(run.referenceCall).map(elu.value)
    run.activation = elu.kernel
    #expect(difference(try run.run(Self.oneThread).y, expected) < Self.tolerance)
  }

  static let oneThread = makeKernels(threads: 1)
  static let twoThreads = makeKernels(threads: 2)
}

/// For gradient checks and comparisons: no algorithm that trades accuracy for speed.
func makeKernels(threads: Int) -> Kernels {
  do { return try Kernels(threads: threads, exact: true) } catch { fatalError("no kernels: \(error)") }
}
