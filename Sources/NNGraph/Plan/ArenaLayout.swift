/// Gives every block its place in the arena: one after the other, each at the lowest gap between the blocks that are open with it.
enum ArenaLayout {
  /// 64 bytes: a cache line, and the widest vector.
  static let alignment = 16

  static func aligned(_ count: Int) -> Int { (count + alignment - 1) / alignment * alignment }

  /// Sets all offsets; returns the size of the arena.
  ///
  /// Two orders are tried. In the order of time, a chain of layers packs without gaps; largest first does better where long-lived values cross
  /// (skips, branches).
  static func firstFit(_ blocks: inout [Plan.Block]) -> Int {
    let byTime = blocks.indices.sorted { (blocks[$0].opens, -blocks[$0].count, $0) < (blocks[$1].opens, -blocks[$1].count, $1) }
    let bySize = blocks.indices.sorted { (-blocks[$0].count, blocks[$0].opens, $0) < (-blocks[$1].count, blocks[$1].opens, $1) }
    var other = blocks
    let size = place(&blocks, in: byTime)
    let otherSize = place(&other, in: bySize)
    if otherSize < size { blocks = other }
    return min(size, otherSize)
  }

  private static func place(_ blocks: inout [Plan.Block], in order: [Int]) -> Int {
    // Indices of the blocks that have a place, lowest first.
    var placed: [Int] = []
    var size = 0
    for index in order {
      let block = blocks[index]
      let needed = aligned(block.count)
      var start = 0
      for other in placed where blocks[other].opens <= block.closes && block.opens <= blocks[other].closes {
        if start + needed <= blocks[other].offset { break }
        start = max(start, blocks[other].offset + aligned(blocks[other].count))
      }
      blocks[index].offset = start
      placed.insert(index, at: placed.firstIndex { blocks[$0].offset > start } ?? placed.count)
      size = max(size, start + needed)
    }
    return size
  }

  /// The most numbers alive at one time: no layout can need less.
  static func lowerBound(_ blocks: [Plan.Block]) -> Int {
    var change: [Int: Int] = [:]
    for block in blocks {
      change[block.opens, default: 0] += aligned(block.count)
      change[block.closes + 1, default: 0] -= aligned(block.count)
    }
    var alive = 0
    return change.sorted { $0.key < $1.key }.reduce(0) { most, event in
      alive += event.value
      return max(most, alive)
    }
  }
}
