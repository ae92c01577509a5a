#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Seconds since 1970.
func systemTime() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_REALTIME, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

/// `2025-03-09 14:05`, by the local clock.
func timeText(_ seconds: Double) -> String {
  var moment = time_t(seconds)
  var parts = tm()
  localtime_r(&moment, &parts)
  func two(_ n: Int32) -> String { n < 10 ? "0\(n)" : "\(n)" }
  return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday)) \(two(parts.tm_hour)):\(two(parts.tm_min))"
}
