import NNDiagnostics

/// What other frameworks call the words of nnc: for help only, never read as a synonym.
enum OtherFrameworks {
  /// The layer or activation that another framework's class or function stands for.
  static func layer(for name: String) -> String? {
    let last = name.split(separator: ".").last.map(String.init) ?? name
    // PyTorch's class is a layer, Keras' `linear` an activation as here.
    if last == "Linear" { return "fc" }
    let word = folded(last)
    return layers[word] ?? Words.layers.first { $0 != name && folded($0) == word }
  }

  /// A layer's name elsewhere that is nearly this one, and the word here: `Dens` is nearly `dense`, and `fc`.
  static func misspeltLayer(_ name: String) -> (name: String, word: String)? {
    nearest(to: name, among: layers.keys).flatMap { near in layers[near].map { (near, $0) } }
  }

  /// An argument's name elsewhere that is nearly this one.
  static func misspeltArgument(_ name: String) -> String? { nearest(to: name, among: arguments.keys) }

  /// Short words are near to too many.
  private static func nearest(to name: String, among names: some Sequence<String>) -> String? {
    let word = folded(name)
    return word.count < 4 ? nil : Suggestion.nearest(to: word, among: names.filter { $0.count >= 4 }.sorted())
  }

  /// The argument of nnc that another framework's argument stands for: its name, and what it means here where that may differ.
  static func argument(for name: String) -> (name: String, meaning: String)? { arguments[folded(name)] }

  /// The statement in which a thing is set that another framework sets at the top.
  static func statement(for name: String) -> Setting? { statements[folded(name)] }

  /// Where a setting belongs here.
  struct Setting {
    let help: String
    /// A line to type, `_` standing for the value.
    let pattern: String

    func line(with value: String) -> String {
      pattern.split(separator: "_", omittingEmptySubsequences: false).joined(separator: value)
    }

    /// The argument that takes the value, where the statement has others too: `lr`.
    var argument: String? {
      let words = pattern.split(separator: " ")
      guard words.count > 2, let place = words.firstIndex(of: "_") else { return nil }
      return String(words[place - 1])
    }
  }

  /// The names that other frameworks have for a word of nnc, as far as they are not the word itself.
  static func names(for word: String) -> [String] {
    let own = folded(word)
    return groups.first { $0.0 == word }.map { $0.1.split(separator: " ").map(String.init).filter { $0 != own } } ?? []
  }

  private static func folded(_ name: String) -> String { name.lowercased().filter { $0 != "_" && $0 != "-" } }

  private static let layers = table(groups)

  /// A word of nnc, and what others call it: in lower case, without `_`.
  private static let groups: [(String, String)] = [
    ("conv", "conv1d conv2d convolution convolution2d convolutional convolutionlayer conv2dlayer spatialconvolution cnn"),
    ("dwconv", "depthwiseconv2d depthwiseconv depthwise convolutiondepthwise"),
    ("deconv", "convtranspose2d conv2dtranspose convtranspose transposedconv deconvolution deconvolutional upconv conv2dtransposed"),
    (
      "fc",
      "dense linearlayer fullyconnected innerproduct ip affine connected fullyconnectedlayer densely gemm dense1 mlp hidden output hiddenlayer outputlayer"
    ),
    (
      "maxpool",
      "maxpool1d maxpool2d maxpooling maxpooling1d maxpooling2d maxpooling2dlayer maxpooling maxpoolinglayer pool pooling pool2d"
    ),
    ("avgpool", "avgpool1d avgpool2d averagepool averagepooling averagepooling1d averagepooling2d adaptiveavgpool2d adaptiveavgpool"),
    ("gap", "globalaveragepooling globalaveragepooling2d globalaveragepool globalavgpool globalavgpool2d globalpool"),
    ("gmp", "globalmaxpooling globalmaxpooling2d globalmaxpool"),
    ("bn", "batchnorm batchnorm1d batchnorm2d batchnormalization batchnormalisation spatialbatchnorm norm"),
    ("layernorm", "layernormalization ln"),
    ("dropout", "drop dropout2d alphadropout"),
    ("relu", "rectifier rectifiedlinear rectify relu1"),
    ("leaky_relu", "leakyrelu leaky lrelu prelu"),
    ("silu", "swish hardswish"),
    ("sigmoid", "logistic logsig sigm hardsigmoid"),
    ("tanh", "tansig hyperbolictangent hardtanh"),
    ("softmax", "logsoftmax softmaxwithloss softmaxlayer"),
    ("linear", "identity purelin noactivation"),
    ("gelu", "geluerf"),
    ("flatten", "flat view squeeze ravel"),
    ("embed", "embedding embeddings lookuptable"),
    ("rnn", "simplernn elman recurrent vanillarnn"),
    ("lstm", "lstmlayer longshorttermmemory"),
    ("attention", "multiheadattention selfattention mha multihead"),
    ("positions", "positionalencoding positionalembedding posenc"),
    ("add", "shortcut skip residual eltwise elementwise"),
    ("concat", "concatenate cat route merge"),
  ]

  private static let arguments: [String: (name: String, meaning: String)] = {
    let groups: [(String, String, String)] = [
      ("pad", " (1 means one row of zeros on every side)", "padding pads zeropad paddings"),
      ("stride", "", "strides subsample step"),
      ("dilate", "", "dilation dilations dilationrate atrous"),
      ("groups", "", "group cardinality ngroups"),
      ("nobias", "", "bias usebias biasterm nobiases"),
      (
        "size", "",
        "filters filter kernelsize kernel outchannels channels numoutput numfilter window poolsize size ksize inchannels infeatures"
      ),
      ("units", "", "units outfeatures numhidden hidden neurons nodes output outputs hiddensize features"),
      ("p", "", "rate prob probability dropprob dropoutratio keepprob ratio p"),
      ("lr", "", "learningrate baselr rate alpha eta stepsize lrate"),
      ("decay", "", "weightdecay wd l2 regularization"),
      ("eps", "", "epsilon"),
      ("momentum", "", "mom mu"),
      ("smooth", "", "labelsmoothing smoothing"),
      ("by", "", "gamma factor"),
      ("alpha", "", "rho decayrate"), ("on", "", "monitor quantity"),
      ("beta1", "; the second number is `beta2`", "betas"), ("beta1", "", "b1"),
      ("both", "", "bidirectional bidir"), ("target", "", "label labels targetcolumn labelcolumn ycol ycolumn class"),
      ("window", "", "lookback seqlen sequencelength timesteps"), ("predict", "", "horizon steps"),
      ("patience", "", "wait tolerance"), ("warmup", "", "warmupepochs"), ("to", "", "etamin minlr lrmin"), ("beta2", "", "b2"),
      ("slope", "", "negativeslope alpha"),
      ("activation", "", "activation act nonlinearity"),
    ]
    var result: [String: (name: String, meaning: String)] = [:]
    for (name, meaning, words) in groups {
      for word in words.split(separator: " ") where result[String(word)] == nil { result[String(word)] = (name, meaning) }
    }
    return result
  }()

  /// What is said of an argument that nnc does not have.
  static func argumentAdvice(for name: String) -> String? { argumentAdvice[folded(name)] }

  private static let argumentAdvice = rows([
    ("leave it out: all steps are given, and `last` behind it takes the last one", "returnsequences returnstate"),
    ("leave it out: examples of a batch are never mixed", "batchfirst"),
    ("layers are stacked by `repeat 2 { … }`", "numlayers nlayers layers"),
    ("leave it out: nnc finds memory for its results by itself", "inplace copy outofplace"),
    ("leave it out: shapes are worked out from the input", "inputshape inputdim inchannels infeatures inputsize batchinputshape"),
    ("leave it out: layers are named by their kind and number, `conv1`", "name layername"),
  ])

  /// What is said of a layer that nnc does not have.
  static func layerAdvice(for name: String) -> String? { layerAdvice[folded(name.split(separator: ".").last.map(String.init) ?? name)] }

  private static let layerAdvice = rows([
    (
      "nnc normalises with `bn` over the batch, and with `layernorm` over the features",
      "groupnorm instancenorm instancenorm2d lrn localresponsenorm rmsnorm"
    ),
    ("padding is an argument: `conv 3x3x32 pad 1`, `maxpool 2 pad 1`", "zeropadding2d zeropad2d zeropadding zeropad"),
    ("`fc` works on every step of a sequence by itself", "timedistributed"),
    (
      "written out, a block is `res { layernorm | attention heads 4 } | res { layernorm | fc 128 gelu | fc 32 }`",
      "transformer transformerblock transformerencoder transformerencoderlayer encoderlayer"
    ), ("a bias belongs to its layer", "bias biasadd"),
  ])

  private static func rows(_ rows: [(String, String)]) -> [String: String] {
    var result: [String: String] = [:]
    for (text, words) in rows { for word in words.split(separator: " ") { result[String(word)] = text } }
    return result
  }

  /// What is said of a setting that nnc does not have.
  static func advice(for name: String) -> String? { advice[folded(name)] }

  private static let advice = rows([
    (
      "leave it out: nnc computes on the processor, with `--threads N` on N cores",
      "device gpu gpus cuda cpu accelerator workers numworkers nworkers threads numthreads jobs njobs"
    ),
    ("leave it out: nnc computes in single precision", "dtype precision fp16 bf16 amp mixedprecision half floatx"),
    ("leave it out: the training part is drawn in a new order each epoch", "shuffle shufflebuffer"),
    ("leave it out: the run shows its progress, and `--quiet` does not", "verbose verbosity logging loglevel"),
    ("leave it out: the run folder keeps the best and the last weights", "checkpoint savebest modelcheckpoint savedir"),
    ("leave it out: `nnc run` trains by what the statements say", "compile fit train evaluate predict callbacks"),
    (
      "a model file is no Python: it holds the network itself, `conv 3x3x32 pad 1 | relu`; `nnc import` reads what Python has exported",
      "from def class return print for while self torch tf keras"
    ),
  ])

  private static let statements: [String: Setting] = {
    let rows: [(String, String, String)] = [
      ("the learning rate belongs to the optimizer", "optimizer adam lr _", "learningrate lr baselr eta"),
      ("momentum belongs to the optimizer", "optimizer sgd lr 0.1 momentum _", "momentum"),
      ("weight decay belongs to the optimizer", "optimizer adamw lr 1e-3 decay _", "weightdecay decay l2"),
      ("the size of a batch is called `batch`", "batch _", "batchsize minibatch bs"),
      ("passes over the data are called `epochs`", "epochs _", "epoch maxepochs numepochs nepochs"),
      ("updates are called `steps`", "steps _", "iterations maxbatches maxiter iters maxsteps"),
      ("the start of the random numbers is called `seed`", "seed _", "randomseed randomstate manualseed"),
      ("the input's shape is called `input`", "input _", "inputshape inputsize inputdim shape"),
      ("the number of classes is called `classes`", "classes _", "numclasses nclasses labels numclass"),
      ("data is named with `data`", "data _", "dataset trainset source"),
      (
        "the kind of optimizer stands behind `optimizer`", "optimizer adam lr _",
        "adam sgd rmsprop adagrad adamax adamw solver"
      ),
      ("the rule of the updates is called `optimizer`", "optimizer _", "opt optim optimiser updater"),
      (
        "gradients are limited with `clip`", "clip norm _",
        "gradclip clipnorm gradientclip maxgradnorm clipgradnorm gradientclipping gradclipnorm clipgradientnorm"
      ),
      ("gradients are limited with `clip`", "clip value _", "clipvalue clipgradvalue"),
      ("stopping early is called `stop`", "stop patience _ on validation.loss", "earlystopping patience earlystop"),
      ("the part for validation belongs to `split`", "split validation _", "validationsplit valsplit testsize validation"),
      ("the loss is called `loss`", "loss _", "criterion lossfunction objective"),
      ("what is measured is called `metric`", "metric _", "metrics measure"),
      ("the change of the learning rate is called `schedule`", "schedule exponential _", "scheduler lrscheduler lrpolicy lrschedule"),
      ("random changes of the images are called `augment`", "augment _", "augmentation transforms transform augmentations"),
      ("scaling of the inputs is called `normalize`", "normalize _", "normalise normalization preprocess standardize scale"),
      ("what other files define is brought in by `use`", "use _", "import include require using"),
      ("first weights are drawn by `init`", "init _", "initializer initialization kernelinitializer weightfiller"),
    ]
    var result: [String: Setting] = [:]
    for (help, pattern, words) in rows {
      for word in words.split(separator: " ") where result[String(word)] == nil {
        result[String(word)] = Setting(help: help, pattern: pattern)
      }
    }
    return result
  }()

  private static func table(_ groups: [(String, String)]) -> [String: String] {
    var result: [String: String] = [:]
    for (word, names) in groups {
      for name in names.split(separator: " ") where result[String(name)] == nil { result[String(name)] = word }
    }
    return result
  }
}
