/// The texts of matrix products in registers: a block of pixels by a panel of channels.
enum TileHelpers {
  /// The vectors of one pixel, and of one row of weights.
  static func sums(_ vectors: Helper.Vectors) -> String {
    let (type, n) = ("Vector\(vectors.lanes)", vectors.channels)
    var text = SwiftText()
    text.line("/// \(n) weights, one for each channel of a panel.")
    text.block("struct Weights\(n)") { text in
      for v in 0..<vectors.count { text.line("let v\(v): \(type)") }
      text.line()
      text.line("@inline(__always)")
      text.block("init(_ p: Floats)") { text in
        for v in 0..<vectors.count { text.line("v\(v) = load\(vectors.lanes)(\(Index(plus: v * vectors.lanes).added(to: "p")))") }
      }
    }
    text.line()
    text.line("/// \(n) sums, one for each channel of a panel.")
    text.block("struct Sums\(n)") { text in
      for v in 0..<vectors.count { text.line("var v\(v) = \(type)()") }
      text.line()
      text.line("@inline(__always)")
      text.block("mutating func add(_ x: Float, _ w: Weights\(n))") { text in
        text.line("let x = \(type)(repeating: x)")
        for v in 0..<vectors.count { text.line("v\(v) = multiplyAdd(x, w.v\(v), v\(v))") }
      }
    }
    return text.fragment
  }

  /// M pixels at once: every weight that is loaded is used M times, every input as often as there are vectors.
  static func tile(_ pixels: Int, _ vectors: Helper.Vectors) -> String {
    let n = vectors.channels
    var text = SwiftText()
    text.line("/// The sums of \(pixels) pixels by \(n) channels: x[row][tap][run] times w[row][tap][run][\(n)], each handed to `body`.")
    text.line("@inline(__always)")
    text.line("static func tile\(pixels)x\(n)(")
    text.line("  rows: Int, rowStep: Int, taps: Int, tapStep: Int, run: Int, pixelStep: Int, _ x: Floats, _ w: Floats,")
    text.line("  body: (_ sum: Vector\(vectors.lanes), _ pixel: Int, _ lane: Int) -> Void")
    text.block(")") { text in
      for pixel in 0..<pixels { text.line("var pixel\(pixel) = Sums\(n)()") }
      writeWindowLoops(&text, run: "run") { text in
        text.line("let weights = Weights\(n)(w)")
        for pixel in 0..<pixels {
          let place = pixel == 0 ? "0" : pixel == 1 ? "pixelStep" : "\(pixel) &* pixelStep"
          text.line("pixel\(pixel).add(x[\(place)], weights)")
        }
        text.line("x += 1")
        text.line("w += \(n)")
      }
      for pixel in 0..<pixels {
        for v in 0..<vectors.count { text.line("body(pixel\(pixel).v\(v), \(pixel), \(v * vectors.lanes))") }
      }
    }
    return text.fragment
  }

  /// One pixel, with several sums per channel, so that an addition need not wait for the one before it.
  static func dot(_ chains: Int, _ vectors: Helper.Vectors) -> String {
    let n = vectors.channels
    var text = SwiftText()
    let inChains = chains == 1 ? "" : ", in \(chains) chains; `run` is a multiple of \(chains)"
    text.line("/// The sums of one pixel by \(n) channels: x[row][tap][run] times w[row][tap][run][\(n)]\(inChains).")
    text.line("@inline(__always)")
    text.line("static func dot\(chains)x\(n)(")
    text.line("  rows: Int, rowStep: Int, taps: Int, tapStep: Int, run: Int, _ x: Floats, _ w: Floats,")
    text.line("  body: (_ sum: Vector\(vectors.lanes), _ lane: Int) -> Void")
    text.block(")") { text in
      for chain in 0..<chains { text.line("var chain\(chain) = Sums\(n)()") }
      writeWindowLoops(&text, run: chains == 1 ? "run" : "run / \(chains)") { text in
        for chain in 0..<chains { text.line("chain\(chain).add(x[\(chain)], Weights\(n)(\(Index(plus: chain * n).added(to: "w"))))") }
        text.line("x += \(chains)")
        text.line("w += \(chains * n)")
      }
      for v in 0..<vectors.count {
        let sums = (0..<chains).map { "chain\($0).v\(v)" }
        let sum = chains == 4 ? "(\(sums[0]) + \(sums[1])) + (\(sums[2]) + \(sums[3]))" : sums.joined(separator: " + ")
        text.line("body(\(sum), \(v * vectors.lanes))")
      }
    }
    return text.fragment
  }

  /// The loops over a window: its rows, its taps in a row, and the numbers that are neighbours; `x` and `w` are where `body` reads.
  private static func writeWindowLoops(_ text: inout SwiftText, run: String, _ body: (inout SwiftText) -> Void) {
    text.line("var w = w")
    text.block("for row in 0..<rows") { text in
      text.block("for tap in 0..<taps") { text in
        text.line("var x = x + (row &* rowStep &+ tap &* tapStep)")
        text.block("for _ in 0..<\(run)", body)
      }
    }
  }
}
