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

struct NotThere: Error {}
