import NNReport

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What a run took from the wall socket, as far as that can be known.
struct Energy {
  var wattHours: Double
  /// `measured by the processor's counters`, or what the estimate assumes.
  var source: String
  /// Grams of CO2 per kilowatt hour.
  var intensity: Double

  var grams: Double { wattHours / 1000 * intensity }

  /// `26.9 Wh`, `0.4 mWh`
  var text: String { wattHours < 0.1 ? "\(significant(wattHours * 1000, 3)) mWh" : "\(significant(wattHours, 3)) Wh" }

  var sentences: [String] {
    [
      "\(text), \(source).",
      "\(significant(grams, 3)) g of CO2 at \(significant(intensity, 4)) g per kilowatt hour"
        + (intensity == Energy.meanIntensity
          ? " (the world's mean of 2018 by the International Energy Agency; `--carbon` sets another)." : "."),
    ]
  }

  /// IEA, Global Energy & CO2 Status Report 2019: the mean carbon intensity of electricity, in grams per kilowatt hour.
  static let meanIntensity = 475.0
  /// Assumed for each thread that computes, in watts.
  static let wattsPerThread = 10.0
}

/// Adds up the energy of the processor's packages while a run goes on (Linux: RAPL through powercap, microjoules that wrap round),
/// and falls back on time and a stated power where the counters cannot be read.
final class EnergyMeter {
  private var counters: [Counter]
  private let begun = ContinuousClock.now
  private var lastSample = ContinuousClock.now
  private let watts: Double
  private let isStated: Bool
  private let threads: Int
  private let intensity: Double
  /// Of a run that was resumed: what it took before.
  private let before: Double

  private struct Counter {
    let path: String
    let range: Double
    var last: Double
    var sum = 0.0
  }

  /// - Parameters:
  ///   - watts: as the user states it; nil for `Energy.wattsPerThread`.
  ///   - before: watt hours of the run so far.
  init(threads: Int, watts: Int?, intensity: Int?, before: Double = 0, folder: String = "/sys/class/powercap") {
    self.threads = threads
    self.watts = watts.map(Double.init) ?? Energy.wattsPerThread * Double(threads)
    isStated = watts != nil
    self.intensity = intensity.map(Double.init) ?? Energy.meanIntensity
    self.before = before
    counters = watts != nil ? [] : (0..<16).compactMap { EnergyMeter.counter("\(folder)/intel-rapl:\($0)") }
  }

  /// To be called often enough that no counter wraps round twice: it looks no more than every 30 seconds.
  func sample() {
    guard !counters.isEmpty, lastSample.duration(to: .now) > .seconds(30) else { return }
    read()
  }

  var energy: Energy {
    if !counters.isEmpty {
      read()
      let joules = counters.reduce(0) { $0 + $1.sum }
      return Energy(wattHours: before + joules / 3600, source: "measured by the processor's counters (RAPL)", intensity: intensity)
    }
    let hours = begun.duration(to: .now).seconds / 3600
    let assumption =
      isStated
      ? "estimated from the time at the stated \(significant(watts, 6)) W"
      : "estimated from the time at \(significant(Energy.wattsPerThread, 3)) W for each of \(threads) threads (`--watts` states another power)"
    return Energy(wattHours: before + hours * watts, source: assumption, intensity: intensity)
  }

  private func read() {
    lastSample = .now
    for index in counters.indices {
      guard let value = EnergyMeter.number(counters[index].path + "/energy_uj") else { continue }
      let step = value - counters[index].last
      counters[index].sum += (step >= 0 ? step : step + counters[index].range) * 1e-6
      counters[index].last = value
    }
  }

  private static func counter(_ path: String) -> Counter? {
    guard let value = number(path + "/energy_uj"), let range = number(path + "/max_energy_range_uj") else { return nil }
    return Counter(path: path, range: range, last: value)
  }

  private static func number(_ path: String) -> Double? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 64)
    guard fgets(&line, 64, file) != nil else { return nil }
    let digits = line.prefix { $0 >= 48 && $0 <= 57 }.map { UInt8(bitPattern: $0) }
    return Double(String(decoding: digits, as: UTF8.self))
  }
}
