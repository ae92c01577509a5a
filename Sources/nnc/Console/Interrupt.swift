import NNRuntime

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Ctrl-C, or a closed terminal, during a run: the first asks for an end after the step, the second ends the process at once.
enum Interrupt {
  static let cancellation = Cancellation()

  private static let signals = [SIGINT, SIGTERM, SIGHUP]

  /// From now on SIGINT, SIGTERM and SIGHUP cancel. A signal that the parent ignores stays ignored (`nohup`).
  static func install() {
    // Made before the first signal can arrive: a handler must not run an initialiser.
    _ = (cancellation, signals)
    unblock()
    for number in signals {
      let earlier = signal(number, SIG_DFL)
      guard !isIgnored(earlier) else {
        signal(number, SIG_IGN)
        continue
      }
      signal(number) { number in
        Interrupt.cancellation.cancel()
        signal(number, SIG_DFL)
      }
    }
  }

  /// A parent that starts nnc from a thread with blocked signals hands its mask down, and Ctrl-C would never arrive.
  private static func unblock() {
    var set = sigset_t()
    sigemptyset(&set)
    for number in signals { sigaddset(&set, number) }
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
  }

  private static func isIgnored(_ handler: sig_t?) -> Bool {
    unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}
