import Foundation
import NNRecipe
import Testing

@testable import NNData

/// Tries on the real sets, where `NNC_DATA` says where they are.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["NNC_DATA"] != nil, "NNC_DATA is not set"))
struct RealData {
  private let environment = ProcessInfo.processInfo.environment
  private var loader: DataLoader { DataLoader(environment: environment, modelFolder: nil) }

  private func has(_ name: String) -> Bool { DataSearch.kind(of: join(environment["NNC_DATA"] ?? "", name)) != nil }

  /// Counts of the set's own description.
  @Test func brains() throws {
    guard has("mri") else { return }
    let set = try loader.load(.named("mri"), DataRequest())
    #expect(set.standIn == nil)
    #expect(set.train.shape == [84, 84, 1])
    #expect(set.train.countsPerClass(4) == [1321, 1339, 1591, 1457])
    #expect(set.test?.countsPerClass(4) == [300, 306, 405, 300])
  }

  /// Thirds of 20,640 districts.
  @Test func houses() throws {
    guard has("housing.csv") else { return }
    var source = CSVSource(path: "housing.csv")
    source.target = .name("MedHouseVal")
    source.bins = ["low", "med", "high"]
    var request = DataRequest()
    request.split.train = .fraction(1)
    let set = try loader.load(.csv(source), request)
    #expect(set.standIn == nil)
    #expect(set.train.shape == [8])
    for count in set.train.countsPerClass(3) { #expect(abs(count - 6880) < 20) }
  }
}
