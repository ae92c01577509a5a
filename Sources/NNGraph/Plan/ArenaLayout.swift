/// Gives every block its place: opened and closed in the order of time, each at the lowest gap that holds it.
enum ArenaLayout {
  /// 64 bytes: a cache line, and the widest vector.
  static let alignment = 16

  static func aligned(_ count: Int) -> Int { (count + alignment - 1) / alignment * alignment }

  /// Sets all offsets; returns the size of the arena.
  static func firstFit(_ blocks: inout [Plan.Block]) -> Int {
    // Blocks that open together: the largest first, so that small ones fill the gaps that are left.
    let order = blocks.indices.sorted {
      (blocks[$0].opens, -blocks[$0].count, $0) < (blocks[$1].opens, -blocks[$1].count, $1)
    }
    var live: [Int] = []
    var size = 0
    for index in order {
      live.removeAll { blocks[$0].closes < blocks[index].opens }
      let needed = aligned(blocks[index].count)
      var start = 0
      var position = 0
      while position < live.count {
        let other = blocks[live[position]]
        if start + needed <= other.offset { break }
        start = max(start, other.offset + aligned(other.count))
        position += 1
      }
      blocks[index].offset = start
      live.insert(index, at: position)
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
