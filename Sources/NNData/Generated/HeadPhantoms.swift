#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Stands in for the brain MRI set: grey slices through heads that were never there.
///
/// Every picture has a skull, a brain with folds, ventricles, a slow change of brightness, a few harmless spots and noise, all of
/// them drawn from the same distributions whatever the class. What tells the class is the tumour alone: glioma, an irregular
/// patch of uneven brightness inside the brain; meningioma, a smooth round one against the skull; pituitary, a small round one
/// in the middle of the base; notumor, none. Its contrast varies down to where it drowns in the folds.
enum HeadPhantoms {
  static let set = GeneratedImages(
    name: "mri", shape: [84, 84, 1], classes: ["glioma", "meningioma", "notumor", "pituitary"],
    train: [1321, 1339, 1591, 1457], test: [300, 306, 405, 300], draw: draw)

  @Sendable private static func draw(_ label: Int, _ random: inout Random, _ canvas: inout Canvas) {
    let head = Head(&random)
    head.draw(&random, on: &canvas)
    let spots = random.below(4)
    for _ in 0..<spots {
      let (radius, angle) = (0.75 * random.unit().squareRoot(), random.uniform(0, 2 * .pi))
      let size = random.uniform(0.04, 0.1)
      head.add(
        Blob(u: Float(radius * cos(angle)), v: Float(radius * sin(angle)), size: Float(size), edge: 0.8),
        contrast: Float(random.uniform(-25, 25)), on: &canvas)
    }
    let contrast = Float((random.unit() < 0.12 ? random.uniform(10, 35) : random.uniform(50, 130)) * head.brightness)
    switch label {
    case 0: glioma(head, contrast, &random, &canvas)
    case 1: meningioma(head, contrast, &random, &canvas)
    case 3: pituitary(head, contrast, &random, &canvas)
    default: break
    }
    finish(&random, &canvas)
  }

  /// Overlapping patches, some of them dark.
  private static func glioma(_ head: Head, _ contrast: Float, _ random: inout Random, _ canvas: inout Canvas) {
    let (radius, angle) = (random.uniform(0.15, 0.6), random.uniform(0, 2 * .pi))
    let (u, v) = (radius * cos(angle), radius * sin(angle))
    let size = random.uniform(0.16, 0.3)
    for patch in 0..<5 {
      let (away, direction) = (patch == 0 ? 0 : random.uniform(0.4, 1) * size, random.uniform(0, 2 * .pi))
      let level = patch > 1 && random.unit() < 0.3 ? random.uniform(-0.7, -0.3) : random.uniform(0.55, 1)
      head.add(
        Blob(
          u: Float(u + away * cos(direction)), v: Float(v + away * sin(direction)),
          size: Float(size * random.uniform(patch == 0 ? 0.8 : 0.45, 1)),
          edge: 0.9), contrast: contrast * Float(level), on: &canvas)
    }
  }

  /// At the inside of the skull, anywhere but at the base.
  private static func meningioma(_ head: Head, _ contrast: Float, _ random: inout Random, _ canvas: inout Canvas) {
    let angle = random.uniform(0.75, 2 * .pi + 0.25) + .pi / 2 - 0.5
    let size = random.uniform(0.14, 0.27)
    let radius = 0.98 - size * random.uniform(0.55, 0.85)
    head.add(
      Blob(u: Float(radius * cos(angle)), v: Float(radius * sin(angle)), size: Float(size), edge: 0.3), contrast: contrast, on: &canvas)
  }

  private static func pituitary(_ head: Head, _ contrast: Float, _ random: inout Random, _ canvas: inout Canvas) {
    let (u, v) = (random.uniform(-0.08, 0.08), random.uniform(0.5, 0.68))
    head.add(
      Blob(u: Float(u), v: Float(v), size: Float(random.uniform(0.11, 0.18)), edge: 0.4), contrast: contrast, on: &canvas)
  }

  /// Brings the mean to a value that does not depend on the class, then adds noise.
  private static func finish(_ random: inout Random, _ canvas: inout Canvas) {
    let mean = canvas.levels.reduce(0, +) / Float(canvas.levels.count)
    let gain = Float(random.uniform(38, 62)) / max(1, mean)
    let noise = Float(random.uniform(3, 9))
    for i in canvas.levels.indices { canvas.levels[i] = abs(canvas.levels[i] * gain + noise * random.noise()) }
  }
}

/// A round patch in the head's own coordinates, where the brain is the unit disc.
private struct Blob {
  var u: Float
  var v: Float
  var size: Float
  /// The share of the radius over which it fades.
  var edge: Float
}

/// Where one head lies in the picture, and how bright it is.
private struct Head {
  private let middleX: Float
  private let middleY: Float
  private let cosine: Float
  private let sine: Float
  private let radiusX: Float
  private let radiusY: Float
  private let skull: Float
  private let tissue: Float
  let brightness: Double

  init(_ random: inout Random) {
    middleX = Float(random.uniform(-0.06, 0.06))
    middleY = Float(random.uniform(-0.06, 0.06))
    let angle = random.uniform(-0.22, 0.22)
    cosine = Float(cos(angle))
    sine = Float(sin(angle))
    radiusX = Float(random.uniform(0.6, 0.74))
    radiusY = Float(random.uniform(0.72, 0.85))
    skull = Float(random.uniform(90, 220))
    brightness = random.uniform(0.7, 1.3)
    tissue = Float(85 * brightness)
  }

  /// Skull, brain, folds, ventricles and the slow change of brightness.
  func draw(_ random: inout Random, on canvas: inout Canvas) {
    let waves = (0..<5).map { _ in Wave(&random, on: canvas) }
    let thickness = Float(random.uniform(0.06, 0.12))
    let (slopeX, slopeY) = (Float(random.uniform(-0.2, 0.2)), Float(random.uniform(-0.2, 0.2)))
    var folds = [Float](repeating: 0, count: canvas.width)
    for row in 0..<canvas.height {
      for column in folds.indices { folds[column] = 0 }
      for wave in waves { wave.add(row, to: &folds) }
      let y = canvas.rows[row] - middleY
      for column in 0..<canvas.width {
        let x = canvas.columns[column] - middleX
        let (u, v) = local(x, y)
        let distance = (u * u + v * v).squareRoot()
        let inside = step(1 - distance, width: 0.03)
        let bone = step(distance - 1 - 0.3 * thickness, width: 0.02) * step(1 + 1.4 * thickness - distance, width: 0.03)
        let brain = (tissue + 0.06 * tissue * folds[column]) * (1 + slopeX * x + slopeY * y)
        canvas.levels[row * canvas.width + column] = 3 + inside * brain + bone * skull
      }
    }
    let contrast = Float(random.uniform(-45, -15) * brightness)
    let (apart, length) = (Float(random.uniform(0.08, 0.16)), Float(random.uniform(0.1, 0.2)))
    for side: Float in [-1, 1] {
      add(Blob(u: side * apart, v: -0.1 - length / 2, size: length, edge: 0.5), contrast: contrast, on: &canvas)
      add(Blob(u: side * apart * 1.3, v: 0.05, size: length * 0.7, edge: 0.5), contrast: contrast, on: &canvas)
    }
  }

  /// Adds a patch, where it lies inside the skull.
  func add(_ blob: Blob, contrast: Float, on canvas: inout Canvas) {
    let x = middleX + cosine * blob.u * radiusX - sine * blob.v * radiusY
    let y = middleY + sine * blob.u * radiusX + cosine * blob.v * radiusY
    let reach = blob.size * max(radiusX, radiusY)
    for row in Canvas.range(y - reach, y + reach, of: canvas.height) {
      for column in Canvas.range(x - reach, x + reach, of: canvas.width) {
        let (u, v) = local(canvas.columns[column] - middleX, canvas.rows[row] - middleY)
        let distance = ((u - blob.u) * (u - blob.u) + (v - blob.v) * (v - blob.v)).squareRoot() / blob.size
        let inside = step(1 - (u * u + v * v).squareRoot(), width: 0.03)
        canvas.levels[row * canvas.width + column] += contrast * inside * min(1, max(0, (1 - distance) / blob.edge))
      }
    }
  }

  @inline(__always)
  private func local(_ x: Float, _ y: Float) -> (u: Float, v: Float) {
    ((cosine * x + sine * y) / radiusX, (cosine * y - sine * x) / radiusY)
  }

  /// 0 below, 1 above, and a straight line of this width between.
  @inline(__always)
  private func step(_ value: Float, width: Float) -> Float { min(1, max(0, value / width + 0.5)) }
}

/// cos(a x + b y + phase), from tables of rows and columns: cos(p + q) = cos p cos q - sin p sin q.
private struct Wave {
  private var rows: Table
  private var columns: Table

  private struct Table {
    var cosines: [Float] = []
    var sines: [Float] = []

    init(_ places: [Float], _ frequency: Double, _ phase: Double) {
      for place in places {
        let angle = frequency * Double(place) + phase
        cosines.append(Float(cos(angle)))
        sines.append(Float(sin(angle)))
      }
    }
  }

  init(_ random: inout Random, on canvas: Canvas) {
    let (frequency, direction) = (random.uniform(7, 26), random.uniform(0, .pi))
    let phase = random.uniform(0, 2 * .pi)
    rows = Table(canvas.rows, frequency * sin(direction), phase)
    columns = Table(canvas.columns, frequency * cos(direction), 0)
  }

  func add(_ row: Int, to line: inout [Float]) {
    let (cosine, sine) = (rows.cosines[row], rows.sines[row])
    for column in line.indices { line[column] += cosine * columns.cosines[column] - sine * columns.sines[column] }
  }
}
