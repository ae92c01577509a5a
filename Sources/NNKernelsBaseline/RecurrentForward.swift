import NNKernelTypes

extension Loops {
  public static func recurrentForward(_ r: Recurrence, from: Int, to: Int, buffers b: RecurrentBuffers, y: MutableFloats) {
    let rows = to &- from
    let p = r.padded
    let state = b.state + from &* p
    let products = b.products + from &* r.columns
    var k = 0
    while k < r.steps {
      if k == 0, b.beginsWithZeros {
        fill(count: rows &* r.columns, value: 0, y: products)
      } else {
        hiddenProducts(r, rows: rows, isBackward: k & 1 == 1, b, state, products)
      }
      let time = r.time(k)
      var row = from
      while row < to {
        let place = b.place(r, row: row, k: k, from: from, to: to)
        if let previous = b.previous { (previous + place &* p).update(from: b.state + row &* p, count: p) }
        stepForward(r, row, time, place, b)
        let target = y + (row &* r.steps &+ time) &* r.outStride
        target.update(from: b.state + row &* p, count: r.units)
        row &+= 1
      }
      k &+= 1
    }
  }

  /// The state's part of all gates: few rows read each weight about once, in the order in which the weights lie.
  @inline(__always) static func hiddenProducts(
    _ r: Recurrence, rows: Int, isBackward: Bool, _ b: RecurrentBuffers, _ state: Floats, _ products: MutableFloats
  ) {
    if b.order == .panels, rows > 3 {
      panelProduct(rows: rows, depth: r.units, width: r.columns, a: state, aRow: r.padded, panels: b.weights, c: products)
      return
    }
    var i = 0
    while i < rows {
      let (a, c) = (state + i &* r.padded, products + i &* r.columns)
      if b.order == .panels {
        rowOfPanels(depth: r.units, width: r.columns, a: a, panels: b.weights, isBackward: isBackward, c: c)
      } else {
        rowProduct(depth: r.units, width: r.columns, a: a, w: b.weights, isBackward: isBackward, c: c)
      }
      i &+= 1
    }
  }

  /// What the inputs add to the gates at one place.
  @inline(__always) static func inputSums(_ r: Recurrence, _ place: Int, _ b: RecurrentBuffers) -> Floats {
    if let tokens = b.tokens, let table = b.table { return table + Int(tokens[place]) &* r.columns }
    return Floats(b.sums + place &* r.columns)
  }

  /// One step of one row, from the products to the new state; recorded at `place`.
  @inline(__always) static func stepForward(_ r: Recurrence, _ row: Int, _ time: Int, _ place: Int, _ b: RecurrentBuffers) {
    let sums = inputSums(r, row &* r.steps &+ time, b)
    let products = Floats(b.products + row &* r.columns)
    let state = b.state + row &* r.padded
    let record = b.record.map { $0 + place &* r.recordWidth }
    switch r.cell {
    case .tanh: plainStep(r.padded, sums, products, state, record, isRelu: false)
    case .relu: plainStep(r.padded, sums, products, state, record, isRelu: true)
    case .lstm: lstmStep(r.padded, sums, products, state, b.cellState + row &* r.padded, record)
    case .gru: gruStep(r.padded, sums, products, state, b.gatedBias, record)
    }
  }

  /// h = tanh or relu of (W x + b + U h + b').
  @inline(__always) static func plainStep(
    _ p: Int, _ sums: Floats, _ products: Floats, _ state: MutableFloats, _ record: MutableFloats?, isRelu: Bool
  ) {
    var u = 0
    while u < p {
      let sum = load(sums + u) + load(products + u)
      let h = isRelu ? sum.with(0, where: sum .< 0) : gateTanh(sum)
      store(h, state + u)
      if let record { store(h, record + u) }
      u &+= lanes
    }
  }

  /// i, f, o = σ, g = tanh; c = f c + i g; h = o tanh c.
  @inline(__always) static func lstmStep(
    _ p: Int, _ sums: Floats, _ products: Floats, _ state: MutableFloats, _ cells: MutableFloats, _ record: MutableFloats?
  ) {
    var u = 0
    while u < p {
      let i = gateSigmoid(load(sums + u) + load(products + u))
      let f = gateSigmoid(load(sums + p + u) + load(products + p + u))
      let g = gateTanh(load(sums + 2 &* p + u) + load(products + 2 &* p + u))
      let o = gateSigmoid(load(sums + 3 &* p + u) + load(products + 3 &* p + u))
      let c = fma(i * g, f, load(cells + u))
      store(c, cells + u)
      store(o * gateTanh(c), state + u)
      if let record {
        store(i, record + u)
        store(f, record + p + u)
        store(g, record + 2 &* p + u)
        store(o, record + 3 &* p + u)
        store(c, record + 4 &* p + u)
      }
      u &+= lanes
    }
  }

  /// r, z = σ; n = tanh(W x + b + r (U h + b')); h = (1 - z) n + z h.
  @inline(__always) static func gruStep(
    _ p: Int, _ sums: Floats, _ products: Floats, _ state: MutableFloats, _ gatedBias: Floats, _ record: MutableFloats?
  ) {
    var u = 0
    while u < p {
      let r = gateSigmoid(load(sums + u) + load(products + u))
      let z = gateSigmoid(load(sums + p + u) + load(products + p + u))
      let q = load(products + 2 &* p + u) + load(gatedBias + u)
      let n = gateTanh(fma(load(sums + 2 &* p + u), r, q))
      store(fma(n, z, load(state + u) - n), state + u)
      if let record {
        store(r, record + u)
        store(z, record + p + u)
        store(n, record + 2 &* p + u)
        store(q, record + 3 &* p + u)
      }
      u &+= lanes
    }
  }
}
