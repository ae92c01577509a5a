// nnc: the command. A file per command stands in Commands/; CommandLine/ holds the one table they are parsed and
// documented from, Console/ everything that reads the terminal or writes to it.

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

// Swift takes the arguments from /proc on Linux; where it is not mounted there is not even a name.
guard !CommandLine.arguments.isEmpty else {
  Console().report(UsageError("the arguments of nnc cannot be read: /proc is not mounted"))
  exit(ExitCode.wrongUsage.rawValue)
}
exit(runProgram(Array(CommandLine.arguments.dropFirst())).rawValue)
