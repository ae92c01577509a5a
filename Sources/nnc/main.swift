// nnc: the command. A file per command stands in Commands/; CommandLine/ holds the one table they are parsed and
// documented from, Console/ everything that reads the terminal or writes to it.

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

exit(runProgram(Array(CommandLine.arguments.dropFirst())).rawValue)
