import NNData
import NNReport
import NNRuntime

/// Small pictures of a data set: some of each class, a row for each.
struct ContactSheet {
  private let rows: [(name: String, pictures: [Thumbnail])]

  /// Classes that found no place on the sheet.
  let omitted: Int

  private static let mostClasses = 200
  private static let perClass = 12
  private static let edge = 84

  /// nil where the examples are no images.
  init?(_ dataset: Dataset) {
    let train = dataset.train
    guard train.shape.count == 3, train.shape[2] == 1 || train.shape[2] == 3 else { return nil }
    let labels = train.labels
    let names = dataset.classes.isEmpty ? [dataset.name] : dataset.classes
    omitted = max(0, names.count - ContactSheet.mostClasses)
    rows = names.prefix(ContactSheet.mostClasses).enumerated().map { number, name in
      let own = labels.isEmpty ? Array(0..<train.count) : labels.indices.filter { Int(labels[$0]) == number }
      let count = min(own.count, ContactSheet.perClass)
      // From all of the class, not from its beginning.
      let chosen = (0..<count).map { own[$0 * own.count / count] }
      return (name, chosen.compactMap { train.thumbnail($0, limit: ContactSheet.edge) })
    }
  }

  /// By the ending of the name: a PNG file, else a page.
  func write(to path: String) throws {
    if path.lowercased().hasSuffix(".png") {
      guard let bytes = png else { throw UsageError("a sheet of \(rows.count) classes is too large for a PNG file", help: "write .html") }
      try AtomicFile.write(bytes, to: path)
    } else {
      try AtomicFile.write(ContactPage(rows: rows).html(), to: path)
    }
  }

  /// The pictures on a dark ground, in the order of the classes.
  private var png: [UInt8]? {
    let (cell, gap) = (ContactSheet.edge, 4)
    let channels = rows.contains { $0.pictures.contains { $0.channels == 3 } } ? 3 : 1
    let (width, height) = (ContactSheet.perClass * (cell + gap) + gap, rows.count * (cell + gap) + gap)
    var pixels = [UInt8](repeating: 32, count: width * height * channels)
    for (row, entry) in rows.enumerated() {
      for (column, picture) in entry.pictures.enumerated() {
        let (left, top) = (gap + column * (cell + gap) + (cell - picture.width) / 2, gap + row * (cell + gap) + (cell - picture.height) / 2)
        for y in 0..<picture.height {
          for x in 0..<picture.width {
            for channel in 0..<channels {
              let source = (y * picture.width + x) * picture.channels + (picture.channels == 3 ? channel : 0)
              pixels[((top + y) * width + left + x) * channels + channel] = picture.pixels[source]
            }
          }
        }
      }
    }
    return PNGFile.encoded(width: width, height: height, channels: channels, pixels: pixels)
  }
}
