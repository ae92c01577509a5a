import Foundation
import NNRuntime

/// Sound inputs to begin with: the package's own examples and the reference files of the tests, and small ones made here.
public struct Seeds {
  /// The package.
  private let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  public init() {}

  public func of(_ reader: FuzzedReader) -> [[UInt8]] {
    switch reader {
    case .model: files("examples", ["nn"]) + files("Tests/Golden/check", ["nn"])
    case .table: files("examples", ["csv"]) + Seeds.tables.map { Array($0.utf8) } + [gzipped(Array(Seeds.tables[0].utf8))]
    case .series: [Array("t,y\n1,0.5\n2,1e-3\n3,-4\n4,5.25\n5,6\n6,7\n7,8\n8,9\n".utf8)] + files("examples", ["csv"])
    case .text:
      [Array("the cat sat. \u{e9}t\u{e9}, na\u{ef}ve \u{1F600}\nsecond line\r\nthird".utf8), Array("\u{FEFF}abc abc abc abc".utf8)]
    case .idx: [idx(images: 2, height: 2, width: 3), idx(images: 3, height: 1, width: 1)]
    case .cifar: [(0..<3073).map { UInt8(truncatingIfNeeded: $0 &* 7) }]
    case .npy: files("Tests/Reference/Interchange", ["npy"]).filter { $0.count < 512 }
    case .npz: [npz(files("Tests/Reference/Interchange", ["npy"]).filter { $0.count < 256 })]
    case .image:
      ["rgb.jpg", "progressive.jpg", "grey.png", "palette.png", "rgba.png", "rgb.ppm", "grey.pgm", "cmyk.jpg"].compactMap(reference)
    case .safetensors: files("Tests/Reference/Interchange", ["safetensors"])
    case .state: [state()]
    case .onnx: files("Tests/Reference/Interchange", ["onnx"])
    case .editor: [Array(Seeds.messages.joined(separator: "\n").utf8), Seeds.messages.flatMap { framed($0) }]
    }
  }

  private static let tables = [
    "a,b,y\n1,2,x\n3,-4.5e3,z\n0.25,1e-7,x\n7,8,z\n9,1,x\n", "1;2;0\n3;4;1\n5;6;0\n7;8;1\n", "a\ty\n\"1\"\tone\n2\t\"two, \"\"2\"\"\"\n",
    "\u{FEFF}Id,a,y\r\n1,2,3\r\n2,?,4\r\n",
  ]

  private static let document =
    "block b(c) { conv 3x3x$c pad 1 | relu }\\ninput 8x8x3\\nlet n = 2\\nrepeat $n { b 4 } as end\\nrlu | gap | fc 3 softmax\\n"
  private static let messages =
    [
      #"{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"file:///a.nn","version":1,"text":"\#(document)"}}}"#
    ]
    + ["hover", "completion", "definition", "documentSymbol", "codeAction", "formatting", "inlayHint"].enumerated().map { id, method in
      """
      {"id":\(id),"method":"textDocument/\(method)","params":{"textDocument":{"uri":"file:///a.nn"},"position":{"line":3,"character":14},\
      "range":{"start":{"line":0,"character":0},"end":{"line":5,"character":0}},"context":{"diagnostics":[]}}}
      """
    } + [
      """
      {"method":"textDocument/didChange","params":{"textDocument":{"uri":"file:///a.nn","version":2},"contentChanges":[{"range":{"start":\
      {"line":1,"character":6},"end":{"line":1,"character":7}},"text":"16"}]}}
      """, #"{"id":9,"method":"shutdown"}"#, #"{"method":"exit"}"#,
    ]

  private func framed(_ message: String) -> [UInt8] { Array("Content-Length: \(message.utf8.count)\r\n\r\n\(message)".utf8) }

  private func files(_ folder: String, _ endings: [String]) -> [[UInt8]] {
    let place = root.appending(path: folder)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: place.path)) ?? []
    return names.sorted().filter { name in endings.contains { name.hasSuffix("." + $0) } }.compactMap { name in
      (try? Data(contentsOf: place.appending(path: name))).map { Array($0) }
    }
  }

  /// An entry of `Tests/Reference/data.txt`.
  private func reference(_ name: String) -> [UInt8]? {
    let text = (try? String(contentsOf: root.appending(path: "Tests/Reference/data.txt"), encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix(name + " ") }
    return line.flatMap { Data(base64Encoded: String($0.dropFirst(name.count + 1))) }.map { Array($0) }
  }

  private func idx(images: Int, height: Int, width: Int) -> [UInt8] {
    func word(_ value: Int) -> [UInt8] { [0, 0, UInt8(value >> 8 & 255), UInt8(value & 255)] }
    let pixels = (0..<images * height * width).map { UInt8(truncatingIfNeeded: $0 &* 37) }
    let first = [0, 0, 8, 3] + word(images) + word(height) + word(width) + pixels
    return [UInt8(first.count >> 8), UInt8(first.count & 255)] + first + [0, 0, 8, 1] + word(images) + (0..<images).map { UInt8($0) }
  }

  /// One stored block (RFC 1951, 3.2.4) in a gzip member.
  private func gzipped(_ bytes: [UInt8]) -> [UInt8] {
    let (low, high) = (UInt8(bytes.count & 255), UInt8(bytes.count >> 8 & 255))
    let member = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 1, low, high, ~low, ~high] + bytes
    return member + little(UInt32(crc32(bytes)), 4) + little(UInt32(bytes.count), 4)
  }

  /// Stored entries `x.npy`, `y.npy`, `x_test.npy`.
  private func npz(_ arrays: [[UInt8]]) -> [UInt8] {
    var (bytes, directory): ([UInt8], [UInt8]) = ([], [])
    let entries = Array(zip(["x.npy", "y.npy", "x_test.npy"], arrays))
    for (name, array) in entries {
      let common =
        [20, 0, 0, 0, 0, 0, 0, 0, 0, 0] + little(crc32(array), 4) + little(UInt32(array.count), 4) + little(UInt32(array.count), 4)
        + little(UInt32(name.utf8.count), 2) + [0, 0]
      directory +=
        [0x50, 0x4B, 1, 2, 20, 0] + common + [UInt8](repeating: 0, count: 10) + little(UInt32(bytes.count), 4) + Array(name.utf8)
      bytes += [0x50, 0x4B, 3, 4] + common + Array(name.utf8) + array
    }
    let count = little(UInt32(entries.count), 2)
    return bytes + directory + [0x50, 0x4B, 5, 6, 0, 0, 0, 0] + count + count + little(UInt32(directory.count), 4)
      + little(UInt32(bytes.count), 4) + [0, 0]
  }

  private func little(_ value: UInt32, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt32(8 * $0)) }
  }

  /// The checksum of zip and gzip (RFC 1952, 8), bit by bit.
  private func crc32(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~0 as UInt32) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { rest, _ in rest & 1 == 1 ? rest >> 1 ^ 0xEDB8_8320 : rest >> 1 }
    }
  }

  /// A state after two epochs.
  private func state() -> [UInt8] {
    let fields = [
      "version": "1", "position": "20 2 0 160", "seconds": "0.5 0.75", "optimizer": "20", "plateau": "1.0 inf 0", "stops.best": "0.5 -",
      "stops.waited": "1 0", "totals": "0.0 0.0 0 0", "best": "0.25 1", "rows": "",
    ]
    var metadata = ["nnc.run.call": #"{"model":"net.nn","options":{"data":["xor"]}}"#, "nnc.classes": #"["a","b"]"#]
    for (name, value) in fields { metadata["nnc.state." + name] = value }
    let names = ["weights.trained", "weights.running", "optimizer.first", "optimizer.second", "best.trained", "best.running"]
    let tensors = names.map { Safetensors.Tensor(name: $0, shape: [2], values: [0.5, -1.5]) }
    return Safetensors(metadata: metadata, tensors: tensors).encoded()
  }
}
