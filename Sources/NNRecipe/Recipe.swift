/// What a model file says besides its network: the data and how to train, as plain values.
///
/// `NNGraph` fills it from the header statements, `NNData` and `NNRuntime` carry it out. A field that is nil was not given;
/// whoever uses it states the default.
public struct Recipe: Sendable, Equatable {
  /// nil: the command line names it.
  public var data: DataSource?
  /// How the data is divided.
  public var split = Split()
  public var normalization = Normalization()
  /// In the order in which they are done.
  public var augmentations: [Augmentation] = []
  /// nil: he before relu-like activations, xavier otherwise, orthogonal for recurrent matrices.
  public var initializer: Initializer?
  /// nil: by the last layer.
  public var loss: Loss?
  /// `weights balanced`: each class counts the same however many examples it has.
  public var balancedClasses = false
  /// Empty: by the loss.
  public var metrics: [Metric] = []
  public var optimizer = Optimizer.adam(AdamSettings(learningRate: 1e-3))
  /// Of the learning rate.
  public var schedule = Schedule.constant
  public var length = Length.epochs(10)
  public var batch = Batch.examples(32)
  public var clip: Clip?
  /// The first of them that holds ends the run.
  public var stops: [StopRule] = []
  /// The weights file of a network in front of a machine that is not trained by gradient descent; relative to the model file.
  public var frozenWeights: String?
  /// Of the weights, the order of examples, dropout, augmentation and the division of the data.
  public var seed: UInt64 = 0

  public init() {}
}

/// Where examples come from: the `data` statement.
public enum DataSource: Sendable, Equatable {
  /// `--data mri`: a well-known name, looked for in the search path.
  case named(String)
  /// `--data PATH`: a file or folder whose layout is recognised.
  case path(String)
  case folder(path: String, train: String?, test: String?)
  case csv(CSVSource)
  case idx(path: String)
  case cifar(path: String)
  case npz(path: String, x: String, y: String)
  case text(path: String, lower: Bool, keep: String?)
  case sine(steps: Int, samples: Int)
}

/// A table of numbers and words as text: `data csv "iris.csv" target species`.
public struct CSVSource: Sendable, Equatable {
  /// Which column is to be predicted, or how a column is cut into windows.
  public enum Target: Sendable, Equatable {
    /// `target species`
    case name(String)
    /// `target 9`, from 1; for tables without a header.
    case column(Int)
    /// `column y window 40 predict 1`: a series cut into windows.
    case series(column: String, window: Int, predict: Int)
  }
  /// As it is written; `DataLoader` says where it is looked for.
  public var path: String
  /// The first line names the columns.
  public var header = true
  /// nil: the last column.
  public var target: Target?
  /// `from 1`: the number of the first class where classes are numbers.
  public var firstClass: Int?
  /// `bins low, med, high`: equal-count bins, by their names, turn a number into a class.
  public var bins: [String] = []

  public init(path: String) { self.path = path }
}

/// `split train 80%, validation 10%, test 10% stratified`. A given test set is never touched.
public struct Split: Sendable, Equatable {
  /// How much a part gets.
  public enum Part: Sendable, Equatable {
    /// 0...1 of what is to be divided.
    case fraction(Double)
    case count(Int)
  }
  public var train: Part?
  public var validation: Part?
  public var test: Part?
  /// Every part gets the same share of each class.
  public var stratified = false
  /// `fold 5`: cross-validation.
  public var folds: Int?
  public init() {}
}

/// `normalize standard, target standard`. Numbers come from the training part only.
public struct Normalization: Sendable, Equatable {
  /// A mean or a deviation: given in the file, or measured.
  public enum Statistic: Sendable, Equatable {
    case value(Double)
    /// One number per channel, from the training part.
    case channel
  }
  /// What is done to each number before the network sees it.
  public enum Rule: Sendable, Equatable {
    /// Minus the mean, by the standard deviation; of each channel or column.
    case standard
    /// To 0...1, by the least and the largest number of each channel or column.
    case minmax
    /// Times this.
    case scale(Double)
    case mean(Statistic, deviation: Statistic)
  }
  /// nil: as they are.
  public var input: Rule?
  /// Of targets that are numbers; nil: as they are.
  public var target: Rule?
  public init() {}
}

/// Training only; drawn anew for every example and epoch.
public enum Augmentation: Sendable, Equatable {
  case flipHorizontal
  case flipVertical
  /// Up to this many degrees either way.
  case rotate(degrees: Double)
  /// Up to this fraction of height and width either way.
  case shift(fraction: Double)
  /// Pad with zeros on every side, then cut a window of the original size.
  case crop(pad: Int)
  /// Gaussian, in units of the normalised input.
  case noise(deviation: Double)
}

/// How weights are drawn before training, by the numbers of inputs n_in and outputs n_out of a unit: the `init` statement. Biases begin with 0.
public enum Initializer: Sendable, Equatable {
  /// The shape of the distribution; the variance is the same.
  public enum Distribution: Sendable, Equatable { case uniform, normal }
  /// Variance 2/(n_in + n_out) (Glorot and Bengio 2010).
  case xavier(Distribution)
  /// Variance 2/n_in (He et al. 2015).
  case he(Distribution)
  /// Normal, variance 1/n_in (LeCun et al. 1998).
  case lecun
  case normal(deviation: Double)
  /// Uniform in -bound ... bound.
  case uniform(bound: Double)
  /// A random matrix with orthonormal rows or columns (Saxe et al. 2014).
  case orthogonal
  case zeros
}

/// What training makes small: the `loss` statement. The mean over the examples, as PyTorch defines it.
public enum Loss: Sendable, Equatable {
  /// From logits; `smooth` moves this share of the probability to all classes evenly.
  case crossEntropy(smooth: Double)
  /// From logits.
  case binaryCrossEntropy
  case meanSquaredError
  case meanAbsoluteError
  case huber(delta: Double)
  /// max(0, 1 - y f) of each output f, y of 1 for the own class and -1 for the others.
  case hinge

  /// The word in the language.
  public var word: String {
    switch self {
    case .crossEntropy: "cross_entropy"
    case .binaryCrossEntropy: "binary_cross_entropy"
    case .meanSquaredError: "mse"
    case .meanAbsoluteError: "mae"
    case .huber: "huber"
    case .hinge: "hinge"
    }
  }
}

/// What is measured besides the loss: the `metric` statement.
public enum Metric: String, Sendable, Equatable, CaseIterable {
  case accuracy, f1, confusion, mae, rmse, r2, perplexity

  /// It is measured where the targets are classes; the others where they are numbers.
  public var isOfClasses: Bool {
    switch self {
    case .accuracy, .f1, .confusion, .perplexity: true
    case .mae, .rmse, .r2: false
    }
  }

  /// What can be measured of classes, or of numbers.
  public static func measured(ofClasses: Bool) -> [Metric] { allCases.filter { $0.isOfClasses == ofClasses } }
}

/// Definitions, defaults and the order of operations are PyTorch's.
public enum Optimizer: Sendable, Equatable {
  case sgd(SGDSettings)
  case adam(AdamSettings)
  case adamw(AdamSettings)
  case adamax(AdamSettings)
  case rmsprop(RMSpropSettings)
  case adagrad(AdagradSettings)

  /// As it is written in a file.
  public var word: String {
    switch self {
    case .sgd: "sgd"
    case .adam: "adam"
    case .adamw: "adamw"
    case .adamax: "adamax"
    case .rmsprop: "rmsprop"
    case .adagrad: "adagrad"
    }
  }

  /// Before any schedule.
  public var learningRate: Double {
    switch self {
    case .sgd(let s): s.learningRate
    case .adam(let s), .adamw(let s), .adamax(let s): s.learningRate
    case .rmsprop(let s): s.learningRate
    case .adagrad(let s): s.learningRate
    }
  }
}

/// Stochastic gradient descent, as `torch.optim.SGD`.
public struct SGDSettings: Sendable, Equatable {
  public var learningRate: Double
  public var momentum = 0.0
  /// The gradient is taken where the momentum leads.
  public var nesterov = false
  /// L2 penalty added to the gradient (PyTorch's `weight_decay`).
  public var decay = 0.0
  public init(learningRate: Double) { self.learningRate = learningRate }
}

/// Adam, AdamW and Adamax (Kingma and Ba 2015; Loshchilov and Hutter 2019), as in `torch.optim`.
public struct AdamSettings: Sendable, Equatable {
  public var learningRate: Double
  /// How much of the first moment is kept at each step.
  public var beta1 = 0.9
  /// How much of the second moment is kept at each step.
  public var beta2 = 0.999
  /// Added to the root of the second moment.
  public var epsilon = 1e-8
  /// Added to the gradient; `adamw` takes it off the weights instead, and has 0.01 by default.
  public var decay = 0.0
  public init(learningRate: Double) { self.learningRate = learningRate }
}

/// As `torch.optim.RMSprop`, not centred.
public struct RMSpropSettings: Sendable, Equatable {
  public var learningRate: Double
  /// How much of the mean of squares is kept at each step.
  public var alpha = 0.99
  public var epsilon = 1e-8
  public var momentum = 0.0
  public var decay = 0.0
  public init(learningRate: Double) { self.learningRate = learningRate }
}

/// Adagrad (Duchi et al. 2011), as `torch.optim.Adagrad`.
public struct AdagradSettings: Sendable, Equatable {
  public var learningRate: Double
  /// Added to the root of the sum of squares.
  public var epsilon = 1e-10
  public var decay = 0.0
  public init(learningRate: Double) { self.learningRate = learningRate }
}

/// How the learning rate goes on from epoch to epoch: the `schedule` statement.
public enum Schedule: Sendable, Equatable {
  case constant
  /// The rate is multiplied by this after each epoch.
  case exponential(Double)
  /// Multiplied by `factor` after every so many epochs.
  case step(epochs: Int, factor: Double)
  /// `0.1 for 80, 0.01 for 40, 0.001`: the last may be without an end.
  case phases([Phase])
  /// Up in even parts over `warmup` epochs, then along half a cosine down to `to` (Loshchilov and Hutter 2017).
  case cosine(to: Double, warmup: Int)
  /// Multiplied by `factor` after more than `patience` epochs in a row without a better loss, as `ReduceLROnPlateau` does.
  case plateau(patience: Int, factor: Double)

  /// One rate for some epochs.
  public struct Phase: Sendable, Equatable {
    public var rate: Double
    /// nil: to the end.
    public var epochs: Int?
    public init(rate: Double, epochs: Int?) {
      self.rate = rate
      self.epochs = epochs
    }
  }
}

/// How long a run is: the statements `epochs` and `steps`.
public enum Length: Sendable, Equatable {
  case epochs(Int)
  case steps(Int)
}

/// How many examples make a step: the `batch` statement.
public enum Batch: Sendable, Equatable {
  case examples(Int)
  /// Full-batch gradient descent.
  case all
}

/// A limit for gradients: the `clip` statement.
public enum Clip: Sendable, Equatable {
  /// The norm over all gradients together, as `clip_grad_norm_`.
  case norm(Double)
  case value(Double)
}

/// What ends a run before its length: the `stop` statement.
public enum StopRule: Sendable, Equatable {
  case patience(epochs: Int, on: MeasuredQuantity)
  case below(Double, on: MeasuredQuantity)
  case after(seconds: Double)
}

/// `validation.loss`
public struct MeasuredQuantity: Sendable, Equatable {
  /// Of the data.
  public enum Part: String, Sendable, Equatable { case train, validation, test }
  public var part: Part
  /// `loss` or a metric's word.
  public var measure: String
  public init(part: Part, measure: String) {
    self.part = part
    self.measure = measure
  }
}
