import NNDiagnostics
import NNRecipe
import Testing

@testable import NNData

@Suite struct GeneratedSets {
  /// Nothing on disk.
  private let loader = DataLoader(environment: ["NNC_DATA": "/nonexistent", "XDG_DATA_HOME": "/nonexistent"], modelFolder: nil)

  @Test func irisIsInTheBinary() throws {
    var request = DataRequest()
    request.split.train = .fraction(0.8)
    request.split.test = .fraction(0.2)
    request.split.stratified = true
    let iris = try loader.load(.named("iris"), request)
    #expect(iris.classes == ["setosa", "versicolor", "virginica"])
    #expect(iris.features == ["sepal_length", "sepal_width", "petal_length", "petal_width"])
    #expect(iris.train.shape == [4])
    #expect(iris.train.countsPerClass(3) == [40, 40, 40])
    #expect(iris.test?.countsPerClass(3) == [10, 10, 10])
    #expect(iris.standIn == nil)
  }

  /// Column sums of Fisher's table: 876.5, 458.6, 563.7, 179.9 (means 5.8433, 3.0573, 3.758, 1.1993).
  @Test func irisHasFishersNumbers() throws {
    var request = DataRequest()
    request.split.train = .fraction(1)
    let iris = try loader.load(.named("iris"), request)
    guard case .floats(let x) = iris.train.storage else { throw NotThere() }
    let sums = (0..<4).map { column in stride(from: column, to: x.count, by: 4).reduce(0) { $0 + Double(x[$1]) } }
    for (sum, expected) in zip(sums, [876.5, 458.6, 563.7, 179.9]) { #expect(abs(sum - expected) < 1e-4) }
  }

  @Test(arguments: ["xor", "moons"]) func pointsAreBalanced(_ name: String) throws {
    let set = try loader.load(.named(name), DataRequest())
    #expect(set.classes == ["0", "1"])
    #expect(set.train.countsPerClass(2) == [160, 160])
    #expect(set.test?.count == 80)
    #expect(set.standIn == nil)
  }

  @Test func housingStandInSaysSo() throws {
    let set = try loader.load(.named("housing"), DataRequest())
    #expect(set.classes.isEmpty)
    #expect(set.train.count + (set.test?.count ?? 0) == 20_640)
    #expect(set.standIn?.contains("/nonexistent") == true)
  }
}

@Suite struct GeneratedPictures {
  private func load(_ name: String, threads: Int? = nil, shape: [Int]? = nil, classes: [String] = []) throws -> Dataset {
    var request = DataRequest()
    request.threads = threads
    request.shape = shape
    request.classes = classes
    return try DataLoader.bare.load(.named(name), request)
  }

  private func bytes(_ examples: Examples?) throws -> [UInt8] {
    guard case .bytes(let bytes) = try #require(examples).storage else { throw NotThere() }
    return Array(bytes)
  }

  @Test func headsAreDividedAsTheRealSet() throws {
    let set = try load("mri")
    #expect(set.classes == ["glioma", "meningioma", "notumor", "pituitary"])
    #expect(set.train.shape == [84, 84, 1])
    #expect(set.train.countsPerClass(4) == [1321, 1339, 1591, 1457])
    #expect(set.test?.countsPerClass(4) == [300, 306, 405, 300])
    let line = try #require(set.standIn)
    #expect(line.contains("`mri` was not found in /nonexistent, ./data, /nonexistent/nnc"))
    #expect(!line.contains("\n"))
  }

  /// Mean and deviation of brightness tell nothing: per class they agree to within the scatter of 1,300 pictures, whose means
  /// deviate by 7 (four standard errors: 0.8).
  @Test func brightnessTellsNoClass() throws {
    let set = try load("mri")
    let pixels = try bytes(set.train)
    let size = set.train.size
    var sums = [Double](repeating: 0, count: 4)
    for (example, label) in set.train.labels.enumerated() {
      sums[Int(label)] += Double(pixels[example * size..<(example + 1) * size].reduce(0) { $0 + Int($1) }) / Double(size)
    }
    let means = zip(sums, set.train.countsPerClass(4)).map { $0 / Double($1) }
    #expect(try #require(means.max()) - #require(means.min()) < 0.8)
  }

  @Test func threadsChangeNothing() throws {
    #expect(try bytes(load("fashion-mnist", threads: 1).train) == bytes(load("fashion-mnist", threads: 3).train))
  }

  @Test(arguments: [("fashion-mnist", [28, 28, 1], 600), ("cifar10", [32, 32, 3], 1000)])
  func tenKinds(_ name: String, _ shape: [Int], _ count: Int) throws {
    let set = try load(name)
    #expect(set.train.shape == shape)
    #expect(set.classes.count == 10)
    #expect(set.train.countsPerClass(10) == [Int](repeating: count, count: 10))
    #expect(set.test?.countsPerClass(10) == [Int](repeating: 100, count: 10))
    #expect(try bytes(set.train) != bytes(set.test))
    #expect(set.standIn != nil)
  }

  @Test func otherSizesAndOrders() throws {
    let classes = ["notumor", "glioma", "pituitary", "meningioma"]
    let set = try load("mri", shape: [16, 20, 3], classes: classes)
    #expect(set.classes == classes)
    #expect(set.train.countsPerClass(4) == [1591, 1321, 1457, 1339])
    let pixels = try bytes(set.train)
    #expect(pixels.count == 5708 * 16 * 20 * 3)
    var grey = 0
    for p in stride(from: 0, to: 3000, by: 3) where pixels[p] == pixels[p + 1] && pixels[p] == pixels[p + 2] { grey += 1 }
    #expect(grey == 1000)
    #expect(throws: Diagnostic.self) { try load("cifar10", shape: [32, 32, 1]) }
    #expect(throws: Diagnostic.self) { try load("mri", shape: [84]) }
    #expect(throws: Diagnostic.self) { try load("mri", shape: [5000, 5000, 1]) }
    #expect(throws: Diagnostic.self) { try load("mri", classes: ["a", "b", "c", "d"]) }
  }

  @Test func factsComeWithoutDrawing() throws {
    var request = DataRequest()
    let facts = try #require(try DataLoader.bare.inspect(.folder(path: "mri", train: "Training", test: "Testing"), request))
    #expect(facts.shape == [84, 84, 1])
    #expect(facts.classes?.count == 4)
    #expect(facts.isStandIn)
    request.classCount = 3
    #expect(throws: Diagnostic.self) { try DataLoader.bare.inspect(.named("mri"), request) }
  }
}

@Suite struct MemoryChecks {
  @Test func whatTheMachineCannotHold() throws {
    try Memory.check(1000, of: 1000, "a megabyte")
    let problem = try diagnostic { try Memory.check(1 << 40, of: 1 << 20, "an exabyte") }
    #expect(problem.code == .memory)
    #expect(problem.message.hasPrefix("an exabyte would take 1,099,511,627,776 MiB, there are "))
    #expect(try diagnostic { try Memory.check(.max, of: 2, "all") }.message.hasPrefix("all would take more bytes than can be counted"))
  }
}

@Suite struct Sources {
  private let loader = DataLoader.bare

  @Test func anotherTableKeepsTheStatement() {
    var csv = CSVSource(path: "housing.csv")
    csv.bins = ["low", "high"]
    var moved = csv
    moved.path = "/data/h.csv"
    #expect(loader.source(overriding: .csv(csv), with: "/data/h.csv") == .csv(moved))
    #expect(loader.source(overriding: .csv(csv), with: "iris") == .named("iris"))
    #expect(loader.source(overriding: nil, with: "mri") == .named("mri"))
    #expect(loader.source(overriding: nil, with: "some/mri") == .path("some/mri"))
  }

  @Test func anotherFolderKeepsTheNamesOfItsParts() throws {
    let folder = try TemporaryFolder()
    try folder.write("A/x/1.pgm", pgm(2, 2, 0))
    let statement = DataSource.folder(path: "mri", train: "A", test: nil)
    #expect(loader.source(overriding: statement, with: folder.path) == .folder(path: folder.path, train: "A", test: nil))
    #expect(loader.source(overriding: .folder(path: "mri", train: "B", test: nil), with: folder.path) == .path(folder.path))
  }

  @Test func theOrderOfTheSearch() {
    let loader = DataLoader(environment: ["NNC_DATA": "/a", "HOME": "/h"], modelFolder: "m")
    #expect(loader.search.folders == ["/a", "./data", "/h/.local/share/nnc"])
    #expect(loader.search.places(named: "x").prefix(4) == ["/a/x", "/a/x.csv", "/a/x.txt", "/a/x.npz"])
    #expect(loader.search.places(named: "x")[4...6] == ["/a/x.csv.gz", "/a/x.txt.gz", "./data/x"])
    #expect(loader.search.places(of: "x.csv").prefix(3) == ["x.csv", "m/x.csv", "/a/x.csv"])
    #expect(loader.search.places(of: "/x.csv") == ["/x.csv"])
  }

  @Test func namedDataIsFoundInTheSearchPath() throws {
    let folder = try TemporaryFolder()
    try folder.write("iris.csv", text: "a,b,species\n1,2,x\n3,4,y\n")
    let loader = DataLoader(environment: ["NNC_DATA": folder.path], modelFolder: nil)
    #expect(try loader.inspect(.named("iris"), DataRequest())?.classes == ["x", "y"])
  }

  @Test func arraysThatAreNotThere() throws {
    let source = DataSource.npz(path: "d.npz", x: "x", y: "y")
    #expect(try loader.inspect(source, DataRequest())?.name == nil)
    #expect(try diagnostic { _ = try loader.load(source, DataRequest()) }.code == .dataMissing)
  }

  @Test func nothingFound() throws {
    let problem = try diagnostic { _ = try loader.load(.path("nothing"), DataRequest()) }
    #expect(problem.code == .dataMissing)
    #expect(problem.message == "there is no data at `nothing`")
    #expect(try loader.inspect(.path("nothing"), DataRequest())?.name == nil)
    #expect(try diagnostic { _ = try loader.load(.named("irsi"), DataRequest()) }.fixes.first?.title == "did you mean `iris`?")
    // A path through folders means what is there, never a stand-in.
    #expect(throws: Diagnostic.self) { try loader.load(.path("../elsewhere/mri"), DataRequest()) }
  }
}

struct NotThere: Error {}
