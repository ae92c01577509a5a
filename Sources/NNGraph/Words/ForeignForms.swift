import NNDiagnostics

/// What other frameworks write behind the words of statements: `loss categorical_crossentropy`, `init kaiming`. For help only.
enum ForeignForms {
  /// What stands for it here, to be typed behind the statement's word.
  static func form(of statement: String, for name: String) -> String? { table[statement]?[folded(name)] }

  /// A value that is written otherwise here: `val_loss` for `validation.loss`.
  static func value(for name: String, among choices: [String]) -> String? {
    let word = name.lowercased()
    var guesses = values[word].map { [$0] } ?? []
    for (prefix, part) in [("val_", "validation."), ("train_", "train."), ("test_", "test."), ("valid_", "validation.")]
    where word.hasPrefix(prefix) {
      let measured = String(word.dropFirst(prefix.count))
      guesses.append(part + (values[measured] ?? measured))
    }
    return guesses.first { choices.contains($0) }
  }

  private static func folded(_ name: String) -> String {
    let last = name.split(separator: ".").last.map(String.init) ?? name
    return last.lowercased().filter { $0 != "_" && $0 != "-" }
  }

  private static let values = [
    "mins": "minutes", "min": "minutes", "m": "minutes", "minute": "minutes", "secs": "seconds", "sec": "seconds", "s": "seconds",
    "second": "seconds", "hrs": "hours", "hr": "hours", "h": "hours", "hour": "hours", "acc": "accuracy", "left_right": "horizontal",
    "gaussian": "rbf", "polynomial": "poly", "lr": "horizontal", "ud": "vertical", "up_down": "vertical",
  ]

  private static let table: [String: [String: String]] = groups.mapValues { rows in
    var result: [String: String] = [:]
    for (form, names) in rows {
      for name in names.split(separator: " ") where result[String(name)] == nil { result[String(name)] = form }
    }
    return result
  }

  /// For a statement: its form, and what others call it, in lower case, without `_`.
  private static let groups: [String: [(String, String)]] = [
    "loss": [
      (
        "cross_entropy",
        "categoricalcrossentropy sparsecategoricalcrossentropy crossentropyloss nll nllloss ce softmaxcrossentropy categorical xent logloss"
      ),
      ("binary_cross_entropy", "bce bceloss bcewithlogits bcewithlogitsloss binarycrossentropy sigmoidcrossentropy binary"),
      ("mse", "meansquarederror mseloss l2 l2loss squarederror squared"),
      ("mae", "meanabsoluteerror maeloss l1 l1loss absolute"),
      ("huber", "huberloss smoothl1 smoothl1loss"),
      ("hinge", "hingeloss categoricalhinge multimargin svm"),
    ],
    "init": [
      ("he normal", "henormal kaimingnormal msra"), ("he", "heuniform kaiming kaiminguniform"),
      ("xavier normal", "glorotnormal xaviernormal"), ("xavier", "glorot glorotuniform xavieruniform"), ("lecun", "lecunnormal"),
      ("normal 0.01", "gaussian randomnormal truncatednormal randn"), ("uniform 0.05", "randomuniform random rand"),
      ("zeros", "zero constant"),
    ],
    "metric": [
      ("accuracy", "acc categoricalaccuracy top1"), ("rmse", "mse rootmeansquarederror"), ("f1", "f1score fscore"), ("r2", "r2score"),
    ],
    "schedule": [
      ("step", "steplr stepdecay multistep multisteplr"), ("plateau", "reduceonplateau reducelronplateau"),
      ("cosine", "cosineannealing cosineannealinglr cosinedecay"), ("exponential", "exponentiallr exponentialdecay exp"),
    ],
    "split": [
      ("validation", "val valid dev development"), ("train", "training"), ("test", "testing"), ("fold", "kfold folds crossvalidation cv"),
    ],
    "augment": [
      ("flip horizontal", "horizontalflip randomhorizontalflip hflip randomflip fliplr mirror"),
      ("flip vertical", "verticalflip randomverticalflip vflip flipud"), ("rotate", "rotation randomrotation rotationrange"),
      ("shift", "translate translation widthshiftrange heightshiftrange randomaffine"),
      ("crop", "randomcrop"), ("noise", "gaussiannoise"),
    ],
    "normalize": [
      ("standard", "zscore standardize standardscaler standardise meanstd"), ("minmax", "minmaxscaler range"),
      ("scale (1/255)", "rescale rescaling totensor"),
    ],
    "data": [
      ("folder", "images image imagefolder directory dir imagefolders imagedirectory"), ("csv", "table tsv dataframe pandas"),
      ("npz", "numpy npy"), ("text", "txt characters"), ("cifar", "cifar10bin"),
    ],
    "optimizer": [("sgd", "gd gradientdescent momentum"), ("adamw", "adamwdecay"), ("adam", "adaptivemoment nadam")],
    "clip": [("norm", "gradnorm globalnorm"), ("value", "gradvalue")],
    "input": [("seq", "sequence series timeseries"), ("text", "tokens chars")],
  ]
}
