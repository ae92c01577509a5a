/// Stands in for Fashion-MNIST: 28x28 grey silhouettes of the same ten kinds of clothing, in varying size, place, tilt, brightness and
/// weave. Shirts, pullovers and coats differ in little, as they do in the real set.
enum Garments {
  static let set = GeneratedImages(
    name: "fashion-mnist", shape: [28, 28, 1],
    classes: ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"],
    train: [Int](repeating: 600, count: 10), test: [Int](repeating: 100, count: 10), draw: draw)

  @Sendable private static func draw(_ kind: Int, _ random: inout Random, _ canvas: inout Canvas) {
    for i in canvas.levels.indices { canvas.levels[i] = 0 }
    let pose = Pose(&random, size: 0.78...0.98, shift: 0.06, tilt: 0.1, mirrored: true)
    let level = Float(random.uniform(70, 235))
    let dark = level * Float(random.uniform(0.15, 0.6))
    let weave = Stripes(&random, strength: 0...0.25, frequency: 0.5...5)
    canvas.paint(pieces(kind, &random), pose, colours: [[level], [dark], [0]], texture: weave)
    canvas.addNoise(Float(random.uniform(2, 14)), &random)
  }

  /// Colours: 0 cloth, 1 dark trimming, 2 a hole.
  private static func pieces(_ kind: Int, _ random: inout Random) -> [Piece] {
    func vary(_ value: Double, _ by: Double) -> Float { Float(random.uniform(value - by, value + by)) }
    let neck = Piece.oval(0, -0.85, vary(0.17, 0.05), vary(0.14, 0.07), 2)
    switch kind {
    case 0: return top(sleeve: vary(-0.25, 0.12), hem: vary(0.8, 0.1), vary(0.42, 0.06)) + [neck]
    case 1: return trouser(gap: vary(0.06, 0.03), hip: vary(0.36, 0.05), hem: vary(0.45, 0.08))
    case 2: return top(sleeve: vary(0.7, 0.12), hem: vary(0.75, 0.1), vary(0.44, 0.05)) + [neck]
    case 3:
      return [
        .block(-0.95, -0.2, (vary(-0.25, 0.08), -0.2), (0.25, 0.2)), .block(-0.2, 0.95, (-0.2, vary(-0.5, 0.12)), (0.2, vary(0.5, 0.12))),
        neck,
      ]
    case 4:
      let width = vary(0.03, 0.012)
      return top(sleeve: vary(0.75, 0.1), hem: vary(0.92, 0.06), vary(0.46, 0.05)) + [.box(-width, -0.9, width, 0.95, 1), neck]
    case 5: return sandal(heel: vary(0.15, 0.2), strap: vary(0.06, 0.02))
    case 6:
      let buttons = (0..<5).map { Piece.oval(0, Float($0) * 0.3 - 0.5, 0.05, 0.05, 1) }
      return top(sleeve: vary(0.3, 0.5), hem: vary(0.85, 0.1), vary(0.42, 0.06)) + [.block(-0.9, -0.55, (-0.16, -0.01), (0.16, 0.01), 1)]
        + buttons
    case 7: return shoe(shaft: vary(-0.15, 0.1), instep: vary(0.1, 0.1))
    case 8: return bag(top: vary(-0.2, 0.12), handle: vary(0.45, 0.15))
    default: return shoe(shaft: vary(-0.8, 0.1), instep: vary(0, 0.1))
    }
  }

  /// Body and two sleeves that end at the height `sleeve`.
  private static func top(sleeve: Float, hem: Float, _ half: Float) -> [Piece] {
    let reach = 0.62 + 0.18 * (sleeve + 0.4)
    return [
      .block(-0.85, hem, (-half, -half), (half, half)),
      .block(-0.85, sleeve, (-half, -reach - 0.1), (-half + 0.1, -reach + 0.17)),
      .block(-0.85, sleeve, (half - 0.1, reach - 0.17), (half, reach + 0.1)),
    ]
  }

  private static func trouser(gap: Float, hip: Float, hem: Float) -> [Piece] {
    [
      .box(-hip, -0.95, hip, -0.6), .block(-0.65, 0.95, (-hip, -hem), (0, -gap - hem * 0.35)),
      .block(-0.65, 0.95, (0, gap + hem * 0.35), (hip, hem)),
    ]
  }

  private static func sandal(heel: Float, strap: Float) -> [Piece] {
    [
      .block(0.4 - heel, 0.55, (-0.95, -0.9), (0.95, 0.95)), .block(-0.35, 0.45, (-0.7, -0.85), (-0.7 + 2 * strap, -0.85 + 2 * strap)),
      .block(-0.2, 0.45, (0.1, 0.5), (0.1 + 2 * strap, 0.5 + 2 * strap)),
      .block(-0.3, 0.45, (0.1, -0.3), (0.1 + 2 * strap, -0.3 + 2 * strap)),
      .box(-0.75, -0.35, 0.1, -0.35 + 2 * strap),
    ]
  }

  private static func shoe(shaft: Float, instep: Float) -> [Piece] {
    [
      .block(shaft, 0.5, (-0.85, -0.9), (shaft < -0.5 ? 0 : -0.3, 0.2)), .block(instep, 0.55, (-0.6, -0.9), (0.1, 0.95)),
      .box(-0.92, 0.5, 0.97, 0.68, 1),
    ]
  }

  private static func bag(top: Float, handle: Float) -> [Piece] {
    [
      .oval(0, top, handle + 0.12, handle + 0.2), .oval(0, top, handle, handle + 0.08, 2), .block(top, 0.8, (-0.75, -0.85), (0.75, 0.85)),
      .box(-0.75, top + 0.15, 0.75, top + 0.22, 1),
    ]
  }
}
