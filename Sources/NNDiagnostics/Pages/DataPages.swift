/// Pages of NN401 to NN403, and of NN501 to NN513: loss, data and what they ask of each other.
extension CodePage {
  static let softmaxOfOne = CodePage(
    "loss and last activation do not belong together",
    """
    Loss and last activation are one fact: `softmax` goes with `cross_entropy`, `sigmoid` with `binary_cross_entropy`, plain numbers with `mse`, \
    `mae`, `huber` and `hinge`. Without a `loss` statement the right one is taken. A `softmax` over one value is always 1 and learns nothing: for two classes \
    write `fc 1 sigmoid` or `fc 2 softmax`.
    """,
    wrong: .model("input 20\nclasses ham, spam\nfc 16 relu | fc 1 softmax"),
    right: .model("input 20\nclasses ham, spam\nfc 16 relu | fc 1 sigmoid"))

  static let softmaxTwice = CodePage(
    "`softmax` is applied twice",
    """
    A second `softmax` on probabilities, which lie between 0 and 1, flattens them: with 4 classes none can get more than 0.475, and the loss \
    never comes near 0. `cross_entropy` is computed from what `softmax` gets and needs none of its own.
    """,
    wrong: .model("input 20\nclasses 4\nfc $classes softmax | softmax"), right: .model("input 20\nclasses 4\nfc $classes softmax"))

  static let kernelMachine = CodePage(
    "`svm` is not trained by gradient descent",
    """
    A support vector machine is solved exactly, for the examples as they come in: no gradient goes back through it. Layers with weights in front of it would \
    stay at their random start, so that they are refused, unless `freeze` names the weights of a trained network for them. Stages without weights (`poly 2`, \
    `flatten`, activations) may stand in front. `svm` is the last stage, and what belongs to gradient descent (`optimizer`, `epochs`, `batch`, …) says nothing \
    about it.
    """,
    """
    The same machine can be trained by gradient descent together with what stands in front of it: `fc 1` with `loss hinge`.
    """,
    wrong: .model("input 20\nclasses ham, spam\nfc 16 relu | svm rbf"),
    right: .model("input 20\nclasses ham, spam\npoly 2 | svm rbf"))

  private static let table = "a,b,kind\n1,2,0\n2,1,1\n3,5,2\n4,4,0\n5,3,1\n6,2,2"
  private static let shifted = "a,b,kind\n1,2,1\n2,1,2\n3,5,3\n4,4,1\n5,3,2\n6,2,3"
  private static let prices = "rooms,age,price\n3,20,1.5\n4,10,2.5\n2,30,1.1\n5,5,3.2\n3,15,1.9\n4,12,2.4"
  private static let header = "normalize standard\nepochs 1\n"

  static let labelRange = CodePage(
    "a label is outside the range of the classes",
    """
    Classes are numbered from 0. Labels that begin with 1 belong to a file of another habit: say so with `from 1` behind the target. The row of the \
    first wrong label is shown, and how many more there are.
    """,
    wrong: .files(
      header + "data csv \"t.csv\" target kind\nclasses 3\nfc $classes softmax", [(name: "t.csv", text: shifted)],
      "nnc run net.nn --out results"),
    right: .files(
      header + "data csv \"t.csv\" target kind from 1\nclasses 3\nfc $classes softmax", [(name: "t.csv", text: shifted)],
      "nnc run net.nn --out results"))

  static let targetShape = CodePage(
    "the output and the target have different shapes",
    """
    For a regression the network gives as many numbers as the target has. nnc never stretches one side to fit the other, which would train \
    on a wrong loss without a word.
    """,
    wrong: .files(
      header + "data csv \"p.csv\" target price\nfc 8 relu | fc 3", [(name: "p.csv", text: prices)], "nnc check net.nn"),
    right: .files(
      header + "data csv \"p.csv\" target price\nfc 8 relu | fc 1", [(name: "p.csv", text: prices)], "nnc check net.nn"))

  static let dataLayout = CodePage(
    "a folder or file does not have the expected layout",
    """
    A folder of images has a folder per class, or one for training and one for testing with a folder per class in each. IDX and CIFAR files have the \
    names and sizes of their publication.
    """,
    wrong: .files(
      header + "data folder \"photos\"\ninput 8x8x1\nfc $classes softmax", [(name: "photos/readme.txt", text: "no images yet")],
      "nnc run net.nn --out results"),
    right: .files(
      header + "data folder \"photos\"\ninput 2x2x1\nfc $classes softmax", pictures("photos"), "nnc run net.nn --out results"))

  static let duplicates = CodePage(
    "the same example is in the training and in the test part",
    """
    A network that has seen a test example in training knows its answer: the test result is then better than the network is. Files are compared byte by \
    byte. Remove one of each pair.
    """,
    wrong: .files(
      header + "data folder \"photos\"\ninput 2x2x1\nfc $classes softmax",
      pictures("photos/Training") + [
        (name: "photos/Testing/dark/copy.pgm", text: picture(0)), (name: "photos/Testing/light/x.pgm", text: picture(7)),
      ],
      "nnc run net.nn --out results"),
    right: .files(
      header + "data folder \"photos\"\ninput 2x2x1\nfc $classes softmax",
      pictures("photos/Training") + [
        (name: "photos/Testing/dark/y.pgm", text: picture(3)), (name: "photos/Testing/light/x.pgm", text: picture(7)),
      ],
      "nnc run net.nn --out results"))

  static let dataMissing = CodePage(
    "the data is not there",
    """
    A run needs data: a `data` statement or `--data`, a file, a folder, or a name of a data set. A name is looked for in `$NNC_DATA`, `./data` and \
    `$XDG_DATA_HOME/nnc`.
    """,
    wrong: .files(header + "fc 8 relu | fc $classes softmax", [], "nnc run net.nn --data missing.csv --out results"),
    right: .files(header + "fc 8 relu | fc $classes softmax", [], "nnc run net.nn --data iris --out results"))

  static let badTable = CodePage(
    "a table cannot be read",
    """
    Every row has as many fields as the header; quotes are closed; inputs are numbers. The place is given as line and column of the table. nnc guesses no value \
    for a field that is missing: remove the row, or fill it.
    """,
    wrong: .files(
      header + "data csv \"t.csv\" target kind\nfc $classes softmax", [(name: "t.csv", text: "a,b,kind\n1,2,0\n2,oops,1")],
      "nnc run net.nn --out results"),
    right: .files(
      header + "data csv \"t.csv\" target kind\nfc $classes softmax", [(name: "t.csv", text: table)], "nnc run net.nn --out results"))

  static let badImage = CodePage(
    "an image file cannot be decoded",
    "The file is damaged, ends too early, or is not an image. Every broken file of the data is listed; none is skipped.",
    wrong: .files(
      header + "data folder \"photos\"\ninput 2x2x1\nfc $classes softmax",
      pictures("photos") + [(name: "photos/dark/z.pgm", text: "P2\n2 2\n9\n1 2")],
      "nnc run net.nn --out results"),
    right: .files(header + "data folder \"photos\"\ninput 2x2x1\nfc $classes softmax", pictures("photos"), "nnc run net.nn --out results"))

  static let missingLibrary = CodePage(
    "a system library for images is not installed",
    "JPEG and PNG are decoded by the system's libturbojpeg and libpng, opened at the first image. On Debian: `libturbojpeg0` and `libpng16-16`. PGM and PPM need nothing.",
    wrong: nil, right: nil)

  static let splitParts = CodePage(
    "the parts of `split` do not fit the data",
    "A part would be empty, or the parts ask for more than there is, or the data has a test set of its own, which is never touched.",
    wrong: .files(
      header + "data csv \"t.csv\" target kind\nsplit validation 50\nfc $classes softmax", [(name: "t.csv", text: table)],
      "nnc run net.nn --out results"),
    right: .files(
      header + "data csv \"t.csv\" target kind\nsplit validation 2\nfc $classes softmax", [(name: "t.csv", text: table)],
      "nnc run net.nn --out results"))

  static let classNames = CodePage(
    "the declared classes are not those of the data",
    "`classes` and the data must name the same classes; a class that only one of them has is refused, since its number would mean something else.",
    wrong: .files(
      header + "data folder \"photos\"\ninput 2x2x1\nclasses dark, lite\nfc $classes softmax", pictures("photos"),
      "nnc run net.nn --out results"),
    right: .files(
      header + "data folder \"photos\"\ninput 2x2x1\nclasses dark, light\nfc $classes softmax", pictures("photos"),
      "nnc run net.nn --out results"))

  static let dataShape = CodePage(
    "the input of the network is not that of the data",
    "A table has as many inputs as columns besides the target. Images are resized to any height and width, to 1 channel (grey) or 3 (RGB); nothing else is converted.",
    wrong: .files(
      header + "data csv \"t.csv\" target kind\ninput 5\nfc $classes softmax", [(name: "t.csv", text: table)], "nnc check net.nn"),
    right: .files(
      header + "data csv \"t.csv\" target kind\ninput 2\nfc $classes softmax", [(name: "t.csv", text: table)], "nnc check net.nn"))

  static let augmentation = CodePage(
    "`augment` on data that are no images",
    "`flip`, `rotate`, `shift` and `crop` move pixels; a table has none. `noise` works on any data.",
    wrong: .files(
      header + "data csv \"t.csv\" target kind\naugment flip horizontal\nfc $classes softmax", [(name: "t.csv", text: table)],
      "nnc run net.nn --out results"),
    right: .files(
      header + "data csv \"t.csv\" target kind\naugment noise 0.01\nfc $classes softmax", [(name: "t.csv", text: table)],
      "nnc run net.nn --out results"))

  static let badArray = CodePage(
    "a NumPy file cannot be read",
    "Arrays of float32, float64 and whole numbers, in C order, are read; every value must be finite. `numpy.save(\"x.npy\", numpy.ascontiguousarray(x))` writes one.",
    wrong: .files(
      header + "fc 8 relu | fc $classes softmax", [], "nnc run net.nn --data iris --out trained",
      "printf '\\223NUMPY cut short' > x.npy",
      "nnc run net.nn --weights trained/best.safetensors --predict x.npy --out answers"),
    right: .files(
      header + "fc 8 relu | fc $classes softmax", [(name: "x.csv", text: "a,b,c,d\n5.1,3.5,1.4,0.2")],
      "nnc run net.nn --data iris --out trained",
      "nnc run net.nn --weights trained/best.safetensors --predict x.csv --out answers"))

  static let badText = CodePage(
    "a text cannot be cut into windows",
    "A text is UTF-8 and has at least one character more than the network sees at once. `keep \"abc\"` leaves only these characters and line ends.",
    wrong: .files(
      "data text \"t.txt\" chars\ninput text 30\nembed 4 | rnn 4 | last | fc $vocab softmax", [(name: "t.txt", text: "too short")],
      "nnc run net.nn --out results"),
    right: .files(
      "data text \"t.txt\" chars\ninput text 3\nepochs 1\nembed 4 | rnn 4 | last | fc $vocab softmax",
      [(name: "t.txt", text: "long enough for windows of three")], "nnc run net.nn --out results"))

  /// A 2x2 image in the plain PGM format; different numbers give different images.
  private static func picture(_ number: Int) -> String { "P2\n2 2\n9\n\(number) \(number + 1) \(number) \(number + 2)" }

  private static func pictures(_ folder: String) -> [(name: String, text: String)] {
    (0..<3).flatMap { number in
      [
        (name: "\(folder)/dark/\(number).pgm", text: picture(number)), (name: "\(folder)/light/\(number).pgm", text: picture(number + 4)),
      ]
    }
  }
}
