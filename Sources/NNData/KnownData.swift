import NNDiagnostics
import NNRecipe

extension KnownData {
  /// The set that a path of a `data` statement means: `iris.csv`, `mri`, `cifar-10-batches-bin`. A path through folders
  /// means what is there, or nothing.
  init?(path: String) {
    guard !path.contains("/") else { return nil }
    let stem = path.split(separator: ".", omittingEmptySubsequences: false).first.map(String.init) ?? path
    self.init(rawValue: stem == "cifar-10-batches-bin" ? "cifar10" : stem)
  }

  /// Something to type in place of a name that is not known.
  static func advice(for path: String) -> String {
    let near = similar(to: path)?.rawValue ?? Suggestion.nearest(to: path, among: allCases.map(\.rawValue))
    return near.map { "did you mean `\($0)`?" } ?? "name a file (`rows.csv`, `images.npz`, `play.txt`) or a folder of images by class"
  }

  /// How the set is made where it is not found.
  var generated: Generated {
    switch self {
    case .iris: .table({ _ in Iris.csv() }, isReal: true)
    case .xor: .table({ _ in Points.xor() }, isReal: true)
    case .moons: .table({ _ in Points.moons() }, isReal: true)
    case .housing: .table({ Houses.csv(rows: $0 ?? Houses.count) }, isReal: false)
    case .mri: .images(HeadPhantoms.set)
    case .fashionMNIST: .images(Garments.set)
    case .cifar10: .images(Scenes.set)
    case .macbeth: .text({ Play.text() })
    case .sine: .waves
    case .higgs: .collisions
    }
  }

  enum Generated {
    /// A table as text, on demand its first rows only. `isReal`: it is what the name means, not a stand-in.
    case table(@Sendable (_ rows: Int?) -> [UInt8], isReal: Bool)
    case images(GeneratedImages)
    case text(@Sendable () -> [UInt8])
    case waves
    /// Too many rows to be written as text first.
    case collisions
  }

  /// What its file is like where no statement says it: the real Higgs table has no header, and its class comes first.
  func usualTable(_ path: String) -> CSVSource {
    var csv = CSVSource(path: path)
    if self == .higgs {
      csv.header = false
      csv.target = .column(1)
    }
    return csv
  }

  /// What the real set looks like on disk, for the line that announces a stand-in.
  var realLayout: String {
    switch self {
    case .mri: "mri/Training/<class>/*.jpg and mri/Testing/<class>/*.jpg"
    case .fashionMNIST: "fashion-mnist/train-images-idx3-ubyte and the three other files"
    case .cifar10: "cifar-10-batches-bin/data_batch_1.bin and the others"
    case .iris, .housing, .higgs, .moons, .xor: "\(rawValue).csv"
    case .macbeth: "macbeth.txt"
    case .sine: "sine.csv"
    }
  }
}
