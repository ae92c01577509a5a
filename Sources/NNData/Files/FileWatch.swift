import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Whether an open file becomes shorter while it is mapped.
final class FileWatch: Sendable {
  private let descriptor: Int32
  private let mapped = Mutex<(size: Int, number: Int?)>((0, nil))

  /// - Parameter descriptor: closed with this.
  init(_ descriptor: Int32) { self.descriptor = descriptor }

  func begin(_ start: UnsafeRawPointer, _ size: Int) {
    let number = LostPages.watch(start, size)
    mapped.withLock { $0 = (size, number) }
  }

  /// A cut inside of the last page raises no signal.
  var isCut: Bool {
    let (size, number) = mapped.withLock { $0 }
    var status = stat()
    return number.map(LostPages.isCut) ?? false || fstat(descriptor, &status) == 0 && Int(status.st_size) < size
  }

  deinit {
    if let number = mapped.withLock({ $0.number }) { LostPages.forget(number) }
    close(descriptor)
  }
}

/// Mapped files that become shorter while they are read. To touch what is gone raises SIGBUS, which ends a process; here the page becomes zeros, and
/// whoever has read asks afterwards whether all of it was there (`MappedFile.reading`).
///
/// A signal handler may take no lock and no memory: it finds its file in a table of fixed size, made before the first file is mapped.
enum LostPages {
  /// A mapped file; `start` is 0 where the slot is free.
  private struct Slot {
    var start: UInt = 0
    var end: UInt = 0
    var isCut = false
  }

  private static let capacity = 64
  private static let lock = Mutex<Void>(())
  nonisolated(unsafe) private static let slots: UnsafeMutablePointer<Slot> = {
    let slots = UnsafeMutablePointer<Slot>.allocate(capacity: capacity)
    slots.initialize(repeating: Slot(), count: capacity)
    return slots
  }()
  private static let pageSize = UInt(sysconf(Int32(_SC_PAGESIZE)))
  nonisolated(unsafe) private static var earlier = sigaction()

  /// - Returns: a number to ask with; nil where more files are mapped than the table has room for.
  static func watch(_ start: UnsafeRawPointer, _ count: Int) -> Int? {
    _ = installed
    return lock.withLock { _ in
      guard let free = (0..<capacity).first(where: { slots[$0].start == 0 }) else { return nil }
      slots[free] = Slot(start: UInt(bitPattern: start), end: UInt(bitPattern: start) + UInt(count) + pageSize)
      return free
    }
  }

  static func isCut(_ number: Int) -> Bool { lock.withLock { _ in slots[number].isCut } }

  static func forget(_ number: Int) { lock.withLock { _ in slots[number] = Slot() } }

  private static let installed: Void = {
    _ = (slots, pageSize)
    var action = sigaction()
    #if canImport(Glibc)
      action.__sigaction_handler.sa_sigaction = handle
    #else
      action.__sigaction_u.__sa_sigaction = handle
    #endif
    action.sa_flags = SA_SIGINFO
    sigaction(SIGBUS, &action, &earlier)
  }()

  private static let handle: @convention(c) (Int32, UnsafeMutablePointer<siginfo_t>?, UnsafeMutableRawPointer?) -> Void = { _, info, _ in
    #if canImport(Glibc)
      let address = UInt(bitPattern: info?.pointee._sifields._sigfault.si_addr)
    #else
      let address = UInt(bitPattern: info?.pointee.si_addr)
    #endif
    for number in 0..<capacity where slots[number].start <= address && address < slots[number].end && slots[number].start != 0 {
      let page = UnsafeMutableRawPointer(bitPattern: address & ~(pageSize - 1))
      if mmap(page, Int(pageSize), PROT_READ, MAP_PRIVATE | MAP_ANON | MAP_FIXED, -1, 0) == MAP_FAILED { break }
      slots[number].isCut = true
      return
    }
    // None of ours: whoever had the signal before gets it again, with the instruction that raised it.
    sigaction(SIGBUS, &earlier, nil)
  }
}
