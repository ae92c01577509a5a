/// The data sets that `data` and `--data` know by name.
public enum KnownData: String, CaseIterable, Sendable {
  case iris, housing, mri
  case fashionMNIST = "fashion-mnist"
  case cifar10
  case higgs, macbeth, sine, moons, xor

  /// The known set that is most like one of another name: `mnist` has images of 28x28 in ten classes, as `fashion-mnist` has.
  public static func similar(to name: String) -> KnownData? {
    let word = name.lowercased().filter { $0.isLetter || $0.isNumber }
    return others.first { $0.names.contains(word) }?.set
  }

  private static let others: [(set: KnownData, names: [String])] = [
    (.fashionMNIST, ["mnist", "emnist", "kmnist", "digits", "fashion", "fmnist", "fashionmnist", "minist"]),
    (.cifar10, ["cifar", "cifar10", "cifar100", "svhn", "stl10"]),
    (.housing, ["boston", "bostonhousing", "california", "californiahousing", "calhousing", "houses"]),
    (.macbeth, ["shakespeare", "tinyshakespeare"]), (.moons, ["twomoons", "makemoons"]), (.sine, ["sin", "sinus", "wave"]),
    (.mri, ["brain", "braintumor", "braintumour", "brainmri"]), (.higgs, ["susy"]), (.iris, ["wine", "penguins"]),
  ]
}
