import NNDiagnostics
import NNGraph
import Testing

/// One line of a sound file is broken, in each of these ways: the first error must be on that line.
@Suite struct BrokenLineTests {
  static let sound = """
    model mri "Brain tumour MRI classifier"
    data folder "mri" train "Training" test "Testing"
    input 32x32x3
    classes glioma, meningioma, notumor, pituitary
    normalize scale (1/255)
    augment flip horizontal, rotate 10
    init he
    optimizer sgd lr 0.1 momentum 0.9 nesterov
    schedule exponential 0.9
    epochs 7
    batch 32
    clip norm 1.0
    stop patience 5 on validation.loss
    seed 7
    let width = 16
    block wide(n, p = 0.1) { fc $n relu | dropout $p }

    conv 3x3x8 pad 1 | relu as skip
    conv 3x3x8 pad 1 | relu | add skip
    res { conv 3x3x8 pad 1 nobias | bn }
    branch concat { conv 1x1x8 } { maxpool 3 stride 1 pad 1 }
    repeat 2 { conv 3x3x$width pad 1 relu | maxpool 2 } -> 8x8x16
    gap | wide 32 | wide 16 p 0.2
    fc $classes softmax

    """.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)

  /// The number of a line, and what stands there instead.
  static let broken: [(line: Int, text: String)] = [
    (1, "modle mri"), (1, "model"), (1, "model \"../x\""), (1, "model mri \"open"), (1, "model mri 3 4"), (1, "model mri | relu"),
    (2, "data"), (2, "data foldr \"mri\""), (2, "data folder mri"), (2, "data csv \"a.csv\" taget x"), (2, "data nowhere"),
    (2, "data csv \"a.csv\" target x window 3"), (2, "dataset \"mri\""), (2, "data csv \"a.csv\" header off target name"),
    (3, "input"), (3, "input 32x32"), (3, "input 0x32x3"), (3, "input 32x32x3x3"), (3, "input 32X32x3"), (3, "input 32.5"), (3, "input -4"),
    (3, "input 32x32x3 colour"), (3, "input \"32x32x3\""), (3, "input 1000000000x1000000000x1000000000"), (3, "inptu 32x32x3"),
    (4, "classes a, b, b, c"), (4, "classes"), (4, "classes 4 5"), (4, "classes a,, b"), (4, "num_classes 4"),
    (5, "normalize scale"), (5, "normalize scale 0"), (5, "normalize scael 2"), (5, "normalize mean 0.5"),
    (5, "normalize standard, minmax"),
    (6, "augment flip diagonal"), (6, "augment flip horizontal rotate"), (6, "augment rotate 200"), (6, "augment shift 150%"),
    (6, "augment blur 3"),
    (7, "init hee"), (7, "init normal"), (7, "init uniform -1"), (7, "initializer he"),
    (8, "optimizer"), (8, "optimizer sdg lr 0.1"), (8, "optimizer sgd lr"), (8, "optimizer sgd lr 0"),
    (8, "optimizer sgd lr -0.1"), (8, "optimizer sgd lr 0.1 momentum 1.5"), (8, "optimizer sgd lr 0.1 beta1 0.9"),
    (8, "optimizer sgd lr 0.1 nesterov"), (8, "optimizer sgd lr 0.1 lr 0.2"), (8, "optimizer sgd lr = 0.1"), (8, "optimizer: sgd"),
    (8, "optimizer adam learning_rate 1e-3"), (8, "learning_rate 0.1"), (8, "optimizer sgd lr 0.1e"), (8, "optimizer sgd lr ten"),
    (9, "schedule exponental 0.9"), (9, "schedule exponential"), (9, "schedule step 30 by 0"), (9, "schedule 0.1, 0.01"),
    (9, "schedule cosine to -1"),
    (10, "epochs 0"), (10, "epochs seven"), (10, "epochs 7.5"), (10, "epochs"), (10, "epoch 7"), (10, "epochs 7 8"),
    (11, "batch 0"), (11, "batch some"), (11, "batch_size 32"), (11, "batch 3.2"), (12, "clip 1.0"), (12, "clip norm 0"),
    (12, "clip nrom 1"),
    (13, "stop patience on validation.loss"), (13, "stop patience 5 on loss"), (14, "seed -1"), (14, "seed x"),
    (15, "let width 16"), (15, "let width ="), (15, "let = 16"), (15, "let width = 16 +"), (15, "let classes = 3"),
    (15, "let width = $depth"),
    (15, "let width = (16"), (15, "let width = 1/0"),
    (16, "block wide(n, n) { fc $n relu }"), (16, "block conv(n) { fc $n relu }"), (16, "block wide(n { fc $n relu }"),
    (16, "block wide(n, p = 0.1) { fc $m relu | dropout $p }"), (16, "block wide(n, p = 0.1) { wide $n }"), (16, "blok wide(n) { fc $n }"),
    (18, "conv 3x3x8 pad 1 | rleu as skip"), (18, "convv 3x3x8 pad 1 | relu as skip"), (18, "conv 3x3 pad 1 | relu as skip"),
    (18, "conv 3x3x8 pad -1 | relu as skip"), (18, "conv 3x3x8 padd 1 | relu as skip"), (18, "conv 3x3x0 pad 1 | relu as skip"),
    (18, "conv 3x3x8 pad 1 | | relu as skip"), (18, "conv 3 x 3 x 8 pad 1 | relu as skip"), (18, "conv(3x3x8) pad 1 | relu as skip"),
    (18, "conv 3x3x8 pad 1, relu as skip"), (18, "Conv2D(8, 3) | relu as skip"), (18, "conv 3x3x8 pad 1; relu as skip"),
    (18, "conv 3x3x8 groups 3 pad 1 | relu as skip"), (18, "conv 99x99x8 | relu as skip"), (18, "conv 3x3x8 pad 1 | relu as 3"),
    (18, "conv 3x3x$wdth pad 1 | relu as skip"), (18, "conv 3x3x8 stride 0 | relu as skip"), (18, "conv ٣x3x8 | relu as skip"),
    (19, "conv 3x3x8 pad 1 | relu | add skp"), (19, "conv 3x3x9 pad 1 | relu | add skip"), (19, "conv 3x3x8 pad 1 | relu | add"),
    (19, "conv 3x3x8 | relu | add skip"), (19, "conv 3x3x8 pad 1 | relu | add skip as skip"),
    (19, "conv 3x3x8 pad 1 | dropout 20 | add skip"),
    (20, "res { conv 3x3x9 pad 1 nobias | bn }"), (20, "res { conv 3x3x8 nobias | bn }"), (20, "res conv 3x3x8 pad 1"),
    (20, "res { conv 3x3x8 pad 1 nobias | bn } via"), (20, "res { fc 8 }"), (20, "ress { conv 3x3x8 pad 1 }"),
    (20, "res { optimizer adam }"),
    (21, "branch concat { conv 1x1x8 }"), (21, "branch { conv 1x1x8 } { relu }"), (21, "branch cat { conv 1x1x8 } { relu }"),
    (21, "branch concat { conv 1x1x8 } { maxpool 3 }"), (21, "branch add { conv 1x1x9 } { relu }"),
    (21, "branch concat { conv 1x1x8 } { maxpol 3 }"),
    (22, "repeat 2 { conv 3x3x$width pad 1 relu | maxpool 2 } -> 8x8x8"), (22, "repeat { relu }"), (22, "repeat 0 { relu }"),
    (22, "repeat 2.5 { relu }"), (22, "repeat 2 conv 1x1x8"), (22, "repeat 2 { conv 3x3x$width pad 1 relu | maxpool 2 } ->"),
    (22, "repeat 9 { maxpool 2 }"), (23, "gap | wide | wide 16"), (23, "gap | wide 32 q 3"), (23, "gap | wide 32 0.1 5"),
    (23, "gap | wied 32"),
    (23, "gap | conv 3x3x8"), (23, "gap gap"), (23, "gap | reshape 5x5x5"), (24, "fc 5 softmax"), (24, "fc $classes sofmax"),
    (24, "fc $classes softmax | softmax"), (24, "fc softmax"), (24, "fc $class softmax"), (24, "fc $classes softmax }"),
    (24, "fc ($classes"),
    (24, "fc 1 softmax"), (24, "fc $classes softmax -> 5"), (24, "fc -3 softmax"), (24, "fc 1e3.5 softmax"),
  ]

  @Test func theFileIsSound() {
    #expect(check(SourceFile(name: "net.nn", text: Self.sound.joined(separator: "\n"))).diagnostics.isEmpty)
    #expect(Self.broken.count >= 150)
    #expect(Set(Self.broken.map { "\($0.line) \($0.text)" }).count == Self.broken.count)
  }

  @Test(arguments: broken.indices) func theFirstErrorIsOnTheBrokenLine(_ index: Int) {
    let (line, text) = Self.broken[index]
    var lines = Self.sound
    lines[line - 1] = text
    let problems = check(SourceFile(name: "net.nn", text: lines.joined(separator: "\n"))).diagnostics
    let first = problems.first { $0.severity == .error }
    #expect(first?.primary?.span.startPosition.line == line, "\(text): \(problems.map(\.message))")
  }
}
