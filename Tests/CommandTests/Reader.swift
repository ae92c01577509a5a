import Foundation

/// Somebody who types what a document says, in a folder with what it takes for granted.
///
/// What the document trains for minutes is trained on small data here. With the environment variable `NNC_MANUAL`, the path of an nnc, that one does
/// everything in full.
struct Reader: ~Copyable {
  let document: Document
  let isFull: Bool
  private let here: Workshop
  private let nnc: String

  init(of document: Document) throws {
    self.document = document
    let chosen = ProcessInfo.processInfo.environment["NNC_MANUAL"]
    isFull = chosen != nil
    nnc = chosen ?? Running.executable.path
    here = try Workshop()
  }

  /// Puts there what the document takes for granted.
  func settle() throws {
    guard document.path == "README.md" else { return }
    let model = document.blocks.first { $0.language == "nn" && $0.text.hasPrefix("# Iris") }
    try here.write((model?.text ?? "") + "\n", to: "net.nn")
    try must(Reader.belongings)
    if !isFull { try must(Reader.smallData) }
  }

  /// Runs lines of shell as they are typed.
  func type(_ script: String) throws -> Workshop.Result {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    let folder = URL(fileURLWithPath: nnc).deletingLastPathComponent().path
    let home = here.folder.appendingPathComponent("home").path
    let running = try Running(
      ["-c", script], in: here.folder, program: "/bin/sh", environment: ["PATH": "\(folder):\(path)", "HOME": home])
    var result = running.finish()
    result.output = result.output.replacingOccurrences(of: home, with: "~")
    return result
  }

  func write(_ text: String, to name: String) throws { try here.write(text, to: name) }

  /// Puts there what a block needs that is not the result of the blocks before it.
  func prepare(_ block: Document.Block) throws {
    guard document.path == "README.md" else { return }
    for (start, script, isSmall) in Reader.preparations where block.text.hasPrefix(start) && !(isSmall && isFull) { try must(script) }
  }

  /// Holds when the document has been typed.
  var proof: String {
    switch document.path {
    case "README.md":
      "test -s runs/mri-001/report.html && grep -q '^Id,Category,Probability' answers.csv && test -s Mri.swift && test -s sheet.png"
    // The network has learnt which half moon is which.
    case "examples/README.md": "./moons | grep -q '^\\[0.5, 0.1\\] -> 1 ' && ./moons | grep -q '^\\[-0.9, 0.4\\] -> 0 '"
    default: "true"
    }
  }

  private func must(_ script: String) throws {
    let result = try type("set -e\n" + script)
    guard result.code == 0 else { throw Unprepared(script: script, result: result) }
  }

  private struct Unprepared: Error {
    let script: String
    let result: Workshop.Result
  }

  /// What the README calls files of yours. Pictures of four classes, told apart by one grey.
  private static let belongings = """
    cp -r '\(examples)' examples
    for part in Training Testing; do
      level=10
      for class in glioma meningioma notumor pituitary; do
        mkdir -p Photos/$part/$class
        for number in 1 2 3 4 5 6 7 8 9 10 11 12; do
          printf 'P2 2 2 99\\n%s %s %s %s\\n' $number $level ${#part} $level >Photos/$part/$class/$number.pgm
        done
        level=$((level + 20))
      done
    done
    cp -r Photos/Testing/glioma scans
    printf '5.1,3.5,1.4,0.2\\n6,3,4,1.3\\n' >rows.csv
    nnc run net.nn --quiet
    cp runs/net-001/best.safetensors w.safetensors
    cat >small.nn <<'END'
    input 32x32x3
    epochs 1
    conv 7x7x8 stride 2 pad 3 | relu | maxpool 3 stride 2 pad 1
    repeat 2 { res { conv 3x3x8 pad 1 | relu | conv 3x3x8 pad 1 } | relu }
    gap | fc $classes softmax
    END
    nnc run small.nn --data Photos --quiet --out small
    nnc emit small.nn --weights small/best.safetensors --target onnx -o resnet18.onnx
    """

  private static let smallData = """
    mkdir data
    ln -s ../Photos data/mri
    for line in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do echo "Macbeth. So foul and fair a day I have not seen."; done >data/macbeth.txt
    cp examples/mri.nn large.nn
    """

  /// By the first words of a block.
  private static let preparations: [(start: String, script: String, isSmall: Bool)] = [
    (
      "$ nnc run examples/mri.nn",
      "sed '/^conv/,$d' large.nn >examples/mri.nn; echo 'maxpool 12 | conv 3x3x4 relu | fc $classes softmax' >>examples/mri.nn", true
    ),
    ("$ nnc check wrong.nn", "printf 'input 28x28x1\\nconv 3x3x16 pad 1 | rlu | maxpool 2\\n' >wrong.nn", false),
    ("nnc run examples/macbeth.nn", "rm wrong.nn", false),
    ("$ nnc bench", "cp examples/mri.nn little.nn; cp large.nn examples/mri.nn", true),
    ("nnc emit examples/mri.nn --weights runs/mri-001/best.safetensors -o", "cp little.nn examples/mri.nn", true),
    (
      "nnc run examples/tiny.nn",
      "nnc run examples/tiny.nn --data mri --epochs 1 --quiet --out other; cp other/best.safetensors other.safetensors", false
    ),
  ]
}
