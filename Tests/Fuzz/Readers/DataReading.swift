import NNData
import NNRecipe

/// The readers of data, which take paths: the bytes are put into files first.
struct DataReading {
  private let folder: ScratchFolder
  private let loader = DataLoader(environment: ["NNC_DATA": "/nonexistent", "XDG_DATA_HOME": "/nonexistent"], modelFolder: nil)

  init(_ folder: ScratchFolder) { self.folder = folder }

  private func load(_ source: DataSource, shape: [Int]? = nil, target: DataRequest.Target? = nil) {
    var request = DataRequest()
    request.shape = shape
    request.target = target
    request.threads = 1
    _ = try? loader.inspect(source, request)
    guard let dataset = try? loader.load(source, request) else { return }
    for part in [dataset.train, dataset.validation, dataset.test].compactMap(\.self) where part.count > 0 {
      let size = part.shape.reduce(1, *)
      for example in [0, part.count - 1] {
        guard let numbers = part.numbers(of: example) else { continue }
        precondition(numbers.count == size && numbers.allSatisfy(\.isFinite), "an example is not what its shape says")
      }
    }
  }

  /// The length of the bytes decides how they are read, so that one corpus serves all.
  func table(_ bytes: [UInt8]) {
    var source = CSVSource(path: folder.write("fuzz.csv", bytes))
    source.header = bytes.count % 2 == 0
    source.target = bytes.count % 4 < 2 ? .column(1) : .name("y")
    load(.csv(source), target: bytes.count % 3 == 0 ? .values : .classes)
    load(.path(source.path))
    _ = try? loader.inputs(source.path, shape: [2], target: nil, threads: 1)
  }

  func series(_ bytes: [UInt8]) {
    var source = CSVSource(path: folder.write("fuzz.csv", bytes))
    source.target = .series(column: "y", window: 1 + bytes.count % 5, predict: 1 + bytes.count % 2)
    load(.csv(source), target: .values)
  }

  func text(_ bytes: [UInt8]) {
    let path = folder.write("fuzz.txt", bytes)
    load(.text(path: path, lower: bytes.count % 2 == 0, keep: bytes.count % 3 == 0 ? "abc é" : nil), shape: [4])
    let codec = TextCodec(characters: Array("\n abcdef".unicodeScalars), lower: true)
    _ = try? loader.textInputs(path, steps: 4, stride: 1, codec: codec, keep: nil)
  }

  /// The first two bytes say where the labels begin; the test part is the training part.
  func idx(_ bytes: [UInt8]) {
    let cut = bytes.count < 2 ? 0 : min(bytes.count - 2, Int(bytes[0]) << 8 | Int(bytes[1]))
    let rest = bytes.dropFirst(2)
    for part in ["train", "t10k"] {
      folder.write("idx/\(part)-images-idx3-ubyte", Array(rest.prefix(cut)))
      folder.write("idx/\(part)-labels-idx1-ubyte", Array(rest.dropFirst(cut)))
    }
    load(.idx(path: folder.path + "/idx"))
  }

  func cifar(_ bytes: [UInt8]) {
    for name in (1...5).map({ "data_batch_\($0)" }) + ["test_batch"] { folder.write("cifar/\(name).bin", bytes) }
    load(.cifar(path: folder.path + "/cifar"))
  }

  func array(_ bytes: [UInt8]) {
    let path = folder.write("fuzz.npy", bytes)
    let shape = (try? loader.shapeOfArray(path)) ?? [1, 2]
    _ = try? loader.inputs(path, shape: Array(shape.dropFirst()), target: nil, threads: 1)
  }

  func archive(_ bytes: [UInt8]) {
    let path = folder.write("fuzz.npz", bytes)
    load(.path(path))
    load(.npz(path: path, x: "x", y: "y"), target: .classes)
  }

  func image(_ bytes: [UInt8]) {
    folder.write("images/a/fuzz", bytes)
    folder.write("images/b/fuzz", bytes)
    load(.folder(path: folder.path + "/images", train: nil, test: nil), shape: bytes.count % 2 == 0 ? [5, 4, 3] : [4, 5, 1])
    load(.folder(path: folder.path + "/images", train: nil, test: nil))
  }
}
