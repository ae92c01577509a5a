import NNDiagnostics
import NNRecipe
import Testing

@testable import NNData

@Suite struct ImageFolders {
  private func request(_ shape: [Int]? = [2, 2, 1]) -> DataRequest {
    var request = DataRequest()
    request.shape = shape
    return request
  }

  private func twoClasses(train: String = "Training", test: String? = "Testing") throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for (part, count) in [(train, 3), (test, 2)] {
      guard let part else { continue }
      for i in 0..<count {
        try folder.write("\(part)/cat/c\(i).pgm", pgm(4, 4, 10))
        try folder.write("\(part)/dog/d\(i).pgm", pgm(6, 3, 200))
      }
    }
    return folder
  }

  @Test(arguments: [("Training", "Testing"), ("train", "test"), ("TRAIN", "Test")])
  func partsAreRecognised(_ train: String, _ test: String) throws {
    let folder = try twoClasses(train: train, test: test)
    let set = try DataLoader.bare.load(.path(folder.path), request())
    #expect(set.classes == ["cat", "dog"])
    #expect(set.train.labels == [0, 0, 0, 1, 1, 1])
    #expect(set.test?.labels == [0, 0, 1, 1])
    #expect(set.train.floats == [Float](repeating: 10, count: 12) + [Float](repeating: 200, count: 12))
    #expect(set.train.place(of: 3).hasSuffix("/\(train)/dog/d0.pgm"))
  }

  /// Images that are too many for the memory are decoded when they are needed, to the same numbers.
  @Test func imagesThatDoNotFit() throws {
    let folder = try twoClasses()
    var little = request()
    little.imageMemory = 39
    let (set, inMemory) = try (DataLoader.bare.load(.path(folder.path), little), DataLoader.bare.load(.path(folder.path), request()))
    guard case .files = set.train.storage else { throw NotThere() }
    #expect(set.train.floats == inMemory.train.floats && set.test?.floats == inMemory.test?.floats)
    #expect(set.train.labels == inMemory.train.labels)
    var rule = Normalization()
    rule.input = .standard
    let values = try NormalizationValues.compute(rule, from: set.train)
    #expect(try values == NormalizationValues.compute(rule, from: inMemory.train))
    let readers = try [set.train, inMemory.train].map {
      try BatchReader($0, normalization: values, augmentations: [.flipHorizontal, .rotate(degrees: 30)], seed: 3)
    }
    let batches = readers.map { reader in
      [Float](unsafeUninitializedCapacity: 12) { buffer, count in
        if let x = buffer.baseAddress { reader.fill(x: x, indices: [5, 0, 4], epoch: 1, augment: true, threads: 2) }
        count = 12
      }
    }
    #expect(batches[0] == batches[1])
    #expect(readers[0].isWorthPreparing(augment: false) && !readers[1].isWorthPreparing(augment: false))
  }

  @Test func aFileThatIsGoneIsNamed() throws {
    let folder = try twoClasses()
    var little = request()
    little.imageMemory = 39
    let train = try DataLoader.bare.load(.path(folder.path), little).train
    #expect(train.problem == nil)
    try folder.write("Training/dog/d1.pgm", [80, 53])
    var rule = Normalization()
    rule.input = .standard
    let found = try diagnostic { _ = try NormalizationValues.compute(rule, from: train) }
    #expect(found.code == .badImage)
    #expect(found.message.hasPrefix("\(folder.path)/Training/dog/d1.pgm: "))
    #expect(train.problem?.message == found.message)
  }

  @Test func statedPartsAndClasses() throws {
    let folder = try twoClasses(train: "A", test: "B")
    var asked = request()
    asked.classes = ["dog", "cat"]
    let set = try DataLoader.bare.load(.folder(path: folder.path, train: "A", test: "B"), asked)
    #expect(set.classes == ["dog", "cat"])
    #expect(set.train.labels == [1, 1, 1, 0, 0, 0])
    let wrong = try diagnostic { _ = try DataLoader.bare.load(.folder(path: folder.path, train: "Training", test: "B"), asked) }
    #expect(wrong.code == .dataLayout)
    #expect(wrong.message == "no images in \(folder.path): expected \(folder.path)/Training/<class>/*.jpg")
    #expect(wrong.notes == ["found \(folder.path)/A/, \(folder.path)/B/"])
  }

  /// A part alone is no set whose only class is called `test`.
  @Test func aTestPartAlone() throws {
    let folder = try TemporaryFolder()
    for name in ["cat", "dog"] { try folder.write("test/\(name)/a.pgm", pgm(4, 4, 10)) }
    let problem = try diagnostic { _ = try DataLoader.bare.load(.path(folder.path), request()) }
    #expect(problem.code == .dataLayout && problem.message == "no images in \(folder.path): expected \(folder.path)/train/<class>/*.jpg")
  }

  @Test func oneFolderIsDivided() throws {
    let folder = try TemporaryFolder()
    for i in 0..<10 {
      try folder.write("cat/\(i).pgm", pgm(2, 2, UInt8(i)))
      try folder.write("dog/\(i).pgm", pgm(2, 2, UInt8(100 + i)))
    }
    let set = try DataLoader.bare.load(.path(folder.path), request(nil))
    #expect(set.train.shape == [2, 2, 1])
    #expect(set.train.countsPerClass(2) == [8, 8])
    #expect(set.test?.countsPerClass(2) == [2, 2])
  }

  @Test func aTestPartMayHaveNoLabels() throws {
    let folder = try twoClasses(train: "train", test: nil)
    try folder.write("test/1.pgm", pgm(2, 2, 1))
    let set = try DataLoader.bare.load(.path(folder.path), request())
    #expect(set.test?.count == 1)
    #expect(set.test?.labels == [])
  }

  @Test func otherClassesThanDeclared() throws {
    let folder = try twoClasses()
    var asked = request()
    asked.classes = ["cat", "dgo"]
    let problem = try diagnostic { _ = try DataLoader.bare.load(.path(folder.path), asked) }
    #expect(problem.code == .classNames)
    #expect(problem.message.contains("`dgo` is declared and not there; `dog` is there and not declared"))
  }

  @Test func classesOfTheTwoPartsMustAgree() throws {
    let folder = try twoClasses()
    try folder.write("Testing/bird/b.pgm", pgm(2, 2, 0))
    let problem = try diagnostic { _ = try DataLoader.bare.load(.path(folder.path), request()) }
    #expect(problem.message == "\(folder.path)/Testing has a class `bird`, \(folder.path)/Training has not")
  }

  @Test func differentSizesNeedAnInput() throws {
    let folder = try twoClasses()
    let problem = try diagnostic { _ = try DataLoader.bare.load(.path(folder.path), request(nil)) }
    #expect(problem.code == .noInput)
    #expect(problem.notes == ["sizes: 4x4x1 (5), 6x3x1 (5)"])
    let facts = try DataLoader.bare.inspect(.path(folder.path), request(nil))
    #expect(facts != nil && facts?.shape == nil)
    #expect(facts?.classes == ["cat", "dog"])
    #expect(facts?.shapeProblem?.notes == problem.notes)
    #expect(facts?.count == 10)
  }

  @Test func allBrokenFilesAreNamed() throws {
    let folder = try twoClasses()
    try folder.write("Training/cat/a.jpg", text: "not a picture")
    let one = try diagnostic { _ = try DataLoader.bare.load(.path(folder.path), request()) }
    #expect(one.code == .badImage)
    #expect(one.message == "\(folder.path)/Training/cat/a.jpg: it is not an image")
    for i in 0..<12 { try folder.write("Training/cat/b\(i).jpg", []) }
    let many = try diagnostic { _ = try DataLoader.bare.load(.path(folder.path), request()) }
    #expect(many.message == "13 of 19 image files cannot be read")
    #expect(many.notes.count == 11)
    #expect(many.notes.last == "and 3 more")
  }

  @Test func emptyAndMissingFolders() throws {
    let folder = try TemporaryFolder()
    #expect(try diagnostic { _ = try DataLoader.bare.load(.path(folder.path), request()) }.code == .dataLayout)
    let missing = try diagnostic { _ = try DataLoader.bare.load(.path(folder.path + "/none"), request()) }
    #expect(missing.code == .dataMissing)
    #expect(try DataLoader.bare.inspect(.path(folder.path + "/none"), request())?.name == nil)
  }

  @Test func resultsDoNotDependOnThreads() throws {
    let folder = try twoClasses()
    var (one, two) = (request(), request())
    one.threads = 1
    two.threads = 2
    #expect(try DataLoader.bare.load(.path(folder.path), one).train.floats == DataLoader.bare.load(.path(folder.path), two).train.floats)
  }
}
