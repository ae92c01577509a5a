/// `--until 3:41`: an epoch and a batch of it, both from 1.
struct StopPlace: Sendable, Equatable {
  let epoch: Int
  let batch: Int

  init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let epoch = parts[0], let batch = parts[1], epoch > 0, batch > 0 else { return nil }
    (self.epoch, self.batch) = (epoch, batch)
  }

  func isReached(epoch: Int, batch: Int) -> Bool { (epoch, batch) >= (self.epoch, self.batch) }
}
