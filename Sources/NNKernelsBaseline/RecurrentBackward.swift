import NNKernelTypes

extension Loops {
  public static func recurrentBackward(_ r: Recurrence, from: Int, to: Int, buffers b: RecurrentBuffers, dy: Floats) {
    let rows = to &- from
    let p = r.padded
    let dstate = b.state + from &* p
    fill(count: rows &* p, value: 0, y: dstate)
    fill(count: rows &* p, value: 0, y: b.cellState + from &* p)
    var k = r.steps &- 1
    while k >= 0 {
      let time = r.time(k)
      // All rows of dy first, which lie far apart: so the loads of several are under way at a time.
      var row = from
      while row < to {
        addOutputGradient(r, dy + (row &* r.steps &+ time) &* r.outStride, b.state + row &* p)
        row &+= 1
      }
      row = from
      while row < to {
        let place = b.place(r, row: row, k: k, from: from, to: to)
        let before = k == 0 ? nil : b.place(r, row: row, k: k &- 1, from: from, to: to)
        stepBackward(r, row, place, before: before, b)
        addToTable(r, token: row &* r.steps &+ time, place, b)
        row &+= 1
      }
      // The first step's gradient goes back to a start that is not trained.
      if k > 0 { handBack(r, from, rows, k, b) }
      k &-= 1
    }
  }

  /// dh += dy
  @inline(__always) static func addOutputGradient(_ r: Recurrence, _ dy: Floats, _ dstate: MutableFloats) {
    var u = 0
    while u &+ lanes <= r.units {
      store(load(dstate + u) + load(dy + u), dstate + u)
      u &+= lanes
    }
    if u < r.units { store(load(dstate + u) + load(dy + u, count: r.units &- u), dstate + u) }
  }

  /// The gates' gradients of one place, to those of its token.
  @inline(__always) static func addToTable(_ r: Recurrence, token: Int, _ place: Int, _ b: RecurrentBuffers) {
    guard let tokens = b.tokens, let table = b.tableGradient else { return }
    let row = table + Int(tokens[token]) &* r.columns
    let from = b.sums + place &* r.columns
    var j = 0
    while j < r.columns {
      store(load(row + j) + load(from + j), row + j)
      j &+= lanes
    }
  }

  /// dh of the step before: the gates' gradients through the recurrent weights, and what a gru hands on directly.
  @inline(__always) static func handBack(_ r: Recurrence, _ from: Int, _ rows: Int, _ k: Int, _ b: RecurrentBuffers) {
    let p = r.padded
    let target = r.cell == .gru ? b.cellState : b.state
    // A step of all rows is one piece of memory in either case.
    let gradients =
      b.tokens == nil
      ? b.products + from &* r.columns : b.hiddenSums + b.place(r, row: from, k: k, from: from, to: from &+ rows) &* r.columns
    panelProduct(rows: rows, depth: r.columns, width: p, a: gradients, aRow: r.columns, panels: b.weights, c: target + from &* p)
    // Of a gru `state` holds z dh.
    if r.cell == .gru { add(count: rows &* p, a: b.state + from &* p, b: b.cellState + from &* p, y: b.state + from &* p) }
  }

  /// The gates' gradients of one step of one row, to `sums` and, where steps are not one piece there, to `products`.
  ///
  /// - Parameter before: the place of the step before; nil for the first.
  @inline(__always) static func stepBackward(_ r: Recurrence, _ row: Int, _ place: Int, before: Int?, _ b: RecurrentBuffers) {
    guard let record = b.record, let previous = b.previous else { return }
    let values = Floats(record + place &* r.recordWidth)
    let sums = b.sums + place &* r.columns
    let products = b.tokens == nil ? b.products + row &* r.columns : nil
    let dstate = b.state + row &* r.padded
    switch r.cell {
    case .tanh: plainGradient(r.padded, values, dstate, sums, products, isRelu: false)
    case .relu: plainGradient(r.padded, values, dstate, sums, products, isRelu: true)
    case .lstm:
      let cells = before.map { Floats(record + $0 &* r.recordWidth + 4 &* r.padded) } ?? b.firstCells.map { $0 + row &* r.padded }
      lstmGradient(r.padded, values, cells, dstate, b.cellState + row &* r.padded, sums, products)
    case .gru:
      gruGradient(r.padded, values, previous + place &* r.padded, dstate, sums, b.hiddenSums + place &* r.columns, products)
    }
  }

  @inline(__always) static func plainGradient(
    _ p: Int, _ h: Floats, _ dstate: Floats, _ sums: MutableFloats, _ products: MutableFloats?, isRelu: Bool
  ) {
    var u = 0
    while u < p {
      let y = load(h + u)
      let dh = load(dstate + u)
      let d = isRelu ? V().with(dh, where: y .> 0) : dh * fma(V(repeating: 1), -y, y)
      store(d, sums + u)
      if let products { store(d, products + u) }
      u &+= lanes
    }
  }

  /// - Parameter before: c of the step before; nil for zeros.
  @inline(__always) static func lstmGradient(
    _ p: Int, _ values: Floats, _ before: Floats?, _ dstate: Floats, _ dcells: MutableFloats, _ sums: MutableFloats,
    _ products: MutableFloats?
  ) {
    let one = V(repeating: 1)
    var u = 0
    while u < p {
      let i = load(values + u)
      let f = load(values + p + u)
      let g = load(values + 2 &* p + u)
      let o = load(values + 3 &* p + u)
      let tc = gateTanh(load(values + 4 &* p + u))
      let dh = load(dstate + u)
      let dc = fma(load(dcells + u), dh * o, fma(one, -tc, tc))
      let c = before.map { load($0 + u) } ?? V()
      let di = dc * g * (i * (1 - i))
      let df = dc * c * (f * (1 - f))
      let dg = dc * i * fma(one, -g, g)
      let out = dh * tc * (o * (1 - o))
      store(dc * f, dcells + u)
      store(di, sums + u)
      store(df, sums + p + u)
      store(dg, sums + 2 &* p + u)
      store(out, sums + 3 &* p + u)
      if let products {
        store(di, products + u)
        store(df, products + p + u)
        store(dg, products + 2 &* p + u)
        store(out, products + 3 &* p + u)
      }
      u &+= lanes
    }
  }

  /// Leaves z dh in `dstate`.
  @inline(__always) static func gruGradient(
    _ p: Int, _ values: Floats, _ before: Floats, _ dstate: MutableFloats, _ sums: MutableFloats, _ hidden: MutableFloats,
    _ products: MutableFloats?
  ) {
    var u = 0
    while u < p {
      let r = load(values + u)
      let z = load(values + p + u)
      let n = load(values + 2 &* p + u)
      let q = load(values + 3 &* p + u)
      let dh = load(dstate + u)
      let dn = dh * (1 - z) * fma(V(repeating: 1), -n, n)
      let dz = dh * (load(before + u) - n) * (z * (1 - z))
      let dr = dn * q * (r * (1 - r))
      let dq = dn * r
      store(dh * z, dstate + u)
      store(dr, sums + u)
      store(dz, sums + p + u)
      store(dn, sums + 2 &* p + u)
      store(dr, hidden + u)
      store(dz, hidden + p + u)
      store(dq, hidden + 2 &* p + u)
      if let products {
        store(dr, products + u)
        store(dz, products + p + u)
        store(dq, products + 2 &* p + u)
      }
      u &+= lanes
    }
  }
}
