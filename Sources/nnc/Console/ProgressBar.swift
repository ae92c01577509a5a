import NNReport

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// One moving line at the foot of a terminal: what is done of an epoch, the rate, and the time left for the whole run.
struct ProgressBar {
  private let console: Console
  private var lastDrawn: ContinuousClock.Instant?
  private var isShown = false

  /// Nothing is ever drawn where standard error is no terminal.
  init(_ console: Console) { self.console = console }

  /// - Parameters:
  ///   - share: of the epoch, 0...1.
  ///   - rate: examples a second.
  ///   - left: seconds to the end of the run.
  mutating func draw(_ label: String, share: Double, rate: Double, left: Double, now: ContinuousClock.Instant = .now) {
    guard console.errorIsTerminal else { return }
    if let lastDrawn, now - lastDrawn < .milliseconds(100) { return }
    lastDrawn = now
    let tail = " \(fixed(share * 100, 0).leftPadded(to: 3))%  \(grouped(Int(min(max(0, rate), 1e15)))) examples/s  \(duration(left)) left"
    let line = ProgressBar.line(label, tail, share: share, columns: ProgressBar.columns)
    console.writeError("\r\u{1B}[K" + line)
    isShown = true
  }

  /// Takes the bar away, before a line is printed.
  mutating func clear() {
    guard isShown else { return }
    console.writeError("\r\u{1B}[K")
    isShown = false
    lastDrawn = nil
  }

  /// `label [=====>    ] tail`, cut to what fits into a line.
  static func line(_ label: String, _ tail: String, share: Double, columns: Int) -> String {
    let room = columns - label.count - tail.count - 4
    guard room >= 8 else { return String((label + tail).prefix(max(0, columns - 1))) }
    let width = min(room, 40)
    let filled = Int((min(max(0, share), 1) * Double(width)).rounded(.down))
    let head = filled > 0 && filled < width ? ">" : ""
    let bar = String(repeating: "=", count: filled - head.count) + head + String(repeating: " ", count: width - filled)
    return "\(label) [\(bar)]\(tail)"
  }

  private static var columns: Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }
}
