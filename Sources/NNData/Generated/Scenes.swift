/// Stands in for CIFAR-10: 32x32 colour pictures of the same ten names, as simple figures in random colours before a random ground. The
/// form tells the class; colours tell nothing.
enum Scenes {
  static let set = GeneratedImages(
    name: "cifar10", shape: [32, 32, 3],
    classes: ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"],
    train: [Int](repeating: 1000, count: 10), test: [Int](repeating: 100, count: 10), draw: draw)

  @Sendable private static func draw(_ kind: Int, _ random: inout Random, _ canvas: inout Canvas) {
    let ground = colour(&random, 40...215)
    let waves = Stripes(&random, strength: 0.05...0.3, frequency: 0.2...1.5)
    let everywhere = Pose(&random, size: 1...1, shift: 0, tilt: 0, mirrored: false)
    canvas.paint([.box(-1.2, -1.2, 1.2, 1.2)], everywhere, colours: [ground], texture: waves)
    let pose = Pose(&random, size: 0.6...0.95, shift: 0.15, tilt: 0.22, mirrored: true)
    let first = contrasting(ground, &random)
    let second = contrasting(first, &random)
    let fur = Stripes(&random, strength: 0...0.2, frequency: 0.5...4)
    canvas.paint(figures[kind], pose, colours: [first, second], texture: fur)
    canvas.addNoise(Float(random.uniform(3, 14)), &random)
  }

  private static func colour(_ random: inout Random, _ range: ClosedRange<Double>) -> [Float] {
    (0..<3).map { _ in Float(random.uniform(range.lowerBound, range.upperBound)) }
  }

  /// A colour at some distance from another.
  private static func contrasting(_ other: [Float], _ random: inout Random) -> [Float] {
    var best = colour(&random, 15...245)
    for _ in 0..<2 {
      let next = colour(&random, 15...245)
      if distance(next, other) > distance(best, other) { best = next }
    }
    return best
  }

  private static func distance(_ a: [Float], _ b: [Float]) -> Float { zip(a, b).reduce(0) { $0 + abs($1.0 - $1.1) } }

  private static let wheel: Float = 0.17

  private static let legs: [Piece] = [-0.55, -0.35, 0.25, 0.45].map { .box($0, 0.2, $0 + 0.1, 0.85) }

  /// In the order of the classes; colour 1 marks details.
  private static let figures: [[Piece]] = [
    [
      .oval(0, 0, 0.95, 0.14), .block(-0.7, 0.7, (-0.35, 0.05), (-0.1, 0.3)), .block(-0.7, 0, (-0.35, 0.05), (-0.1, 0.35)),
      .block(0, 0.7, (0.05, -0.35), (0.35, -0.1)), .block(-0.45, 0, (-0.95, -0.75), (-0.75, -0.5), 1),
    ],
    [
      .box(-0.9, 0, 0.9, 0.4), .block(-0.4, 0.05, (-0.35, -0.6), (0.35, 0.6)), .block(-0.3, 0, (-0.25, -0.4), (0.25, 0.4), 1),
      .oval(-0.5, 0.42, wheel, wheel, 1), .oval(0.5, 0.42, wheel, wheel, 1),
    ],
    [
      .oval(0, 0.1, 0.5, 0.28), .oval(0.5, -0.2, 0.2, 0.2), .block(-0.3, -0.12, (0.65, 0.65), (0.7, 0.95), 1),
      .block(-0.65, 0.1, (-0.5, -0.25), (-0.35, 0.25), 1), .block(0, 0.35, (-0.95, -0.45), (-0.8, -0.3)),
      .box(-0.05, 0.3, 0.02, 0.75, 1), .box(0.12, 0.3, 0.19, 0.75, 1),
    ],
    [
      .oval(0, 0.1, 0.65, 0.6), .block(-0.85, -0.2, (-0.6, -0.6), (-0.5, -0.1)), .block(-0.85, -0.2, (0.5, 0.1), (0.6, 0.6)),
      .oval(-0.25, 0, 0.11, 0.11, 1), .oval(0.25, 0, 0.11, 0.11, 1), .box(-0.7, 0.3, 0.7, 0.34, 1),
    ],
    legs + [
      .oval(-0.05, 0.1, 0.55, 0.22), .block(-0.5, 0.1, (0.4, 0.3), (0.55, 0.5)), .oval(0.55, -0.45, 0.17, 0.12),
      .block(-1, -0.5, (0.25, 0.45), (0.32, 0.52), 1), .block(-1, -0.5, (0.75, 0.5), (0.82, 0.58), 1),
      .block(-0.85, -0.7, (0.1, 0.35), (0.2, 0.45), 1), .block(-0.85, -0.7, (0.9, 0.62), (1, 0.72), 1),
    ],
    [
      .oval(0, 0, 0.5, 0.65), .oval(-0.6, 0.1, 0.16, 0.5, 1), .oval(0.6, 0.1, 0.16, 0.5, 1), .oval(0, 0.4, 0.3, 0.25, 1),
      .oval(0, 0.3, 0.12, 0.09), .oval(-0.2, -0.2, 0.09, 0.09, 1), .oval(0.2, -0.2, 0.09, 0.09, 1),
    ],
    [
      .oval(0, 0.25, 0.85, 0.4), .oval(-0.4, -0.2, 0.24, 0.24), .oval(0.4, -0.2, 0.24, 0.24), .oval(-0.4, -0.2, 0.12, 0.12, 1),
      .oval(0.4, -0.2, 0.12, 0.12, 1), .box(-0.5, 0.3, 0.5, 0.37, 1),
    ],
    legs + [
      .oval(-0.05, 0.05, 0.6, 0.27), .block(-0.75, 0.1, (0.5, 0.25), (0.7, 0.55)), .block(-0.8, -0.45, (0.5, 0.6), (0.75, 1)),
      .block(-0.75, 0, (0.42, 0.15), (0.52, 0.3), 1), .block(-0.05, 0.6, (-0.75, -0.9), (-0.6, -0.75), 1),
    ],
    [
      .block(0.2, 0.65, (-0.95, -0.65), (0.95, 0.65)), .box(-0.04, -0.9, 0.04, 0.25, 1), .block(-0.85, 0.1, (0.06, 0.06), (0.08, 0.65), 1),
      .block(-0.7, 0.1, (-0.08, -0.5), (-0.06, -0.06), 1),
    ],
    [
      .box(-0.95, -0.6, 0.35, 0.4), .block(-0.25, 0.4, (0.4, 0.4), (0.75, 0.95), 1), .oval(-0.65, 0.45, wheel, wheel, 1),
      .oval(-0.2, 0.45, wheel, wheel, 1), .oval(0.65, 0.45, wheel, wheel), .box(-0.95, 0.32, 0.95, 0.42, 1),
    ],
  ]
}
