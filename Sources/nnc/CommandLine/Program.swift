import NNDiagnostics
import NNKernels
import NNRuntime

/// Finds the command, reads its arguments, runs it, and turns what it throws into a message and an exit code.
struct Program {
  static let version = "0.1.0"

  let commands: [Command]
  let console: Console

  func run(_ arguments: [String]) -> ExitCode {
    do {
      return try dispatch(arguments)
    } catch let error as UsageError {
      console.report(error)
      return .wrongUsage
    } catch let found as FoundProblems {
      console.report(found.diagnostics)
      return found.diagnostics.exitCode
    } catch let problem as Diagnostic {
      console.report([problem])
      return [problem].exitCode
    } catch let failure as VerificationFailure {
      // The compiler's own lines follow the first.
      console.writeError("\(Style.error("error", console.errorHasColor)): \(failure.message)\n")
      return .failed
    } catch let failure as FileError {
      console.report(UsageError(failure.message))
      return .wrongUsage
    } catch let error as KernelsError {
      console.report(
        UsageError(
          error.message, help: "`NNC_CPU` may be \(InstructionSet.supported.map { "`\($0.rawValue)`" }.joined(separator: ", ")) here"))
      return .wrongUsage
    } catch {
      console.report(UsageError("internal error: \(error)"))
      return .wrongUsage
    }
  }

  private func dispatch(_ arguments: [String]) throws -> ExitCode {
    guard let first = arguments.first else {
      console.writeError(Help.overview(commands))
      return .wrongUsage
    }
    switch first {
    case "--help", "-h": console.write(Help.overview(commands))
    case "--version": console.write("nnc \(Program.version)\n")
    case "help": console.write(try help(for: arguments.dropFirst()))
    default: return try start(find(first), arguments.dropFirst())
    }
    return .fine
  }

  private func start(_ command: Command, _ arguments: ArraySlice<String>) throws -> ExitCode {
    let invocation = try ArgumentParser.parse(arguments, for: command)
    if invocation.has(.help) {
      console.write(Help.page(command))
      return .fine
    }
    console.configure(invocation)
    return try command.run(invocation, console)
  }

  private func help(for arguments: ArraySlice<String>) throws(UsageError) -> String {
    guard let name = arguments.first, !name.hasPrefix("-") else { return Help.overview(commands) }
    return Help.page(try find(name))
  }

  private func find(_ name: String) throws(UsageError) -> Command {
    if let command = commands.first(where: { $0.name == name }) { return command }
    let kind = name.hasPrefix("-") ? "option" : "command"
    let known = kind == "option" ? ["--help", "--version"] : commands.map(\.name) + ["help"]
    let near = ["-v": "--version", "-V": "--version"][name] ?? Suggestion.nearest(to: name, among: known)
    let model = name.hasSuffix(".nn") ? "a command comes first: nnc check \(name)" : nil
    let all = kind == "option" ? "`nnc --help` lists the commands" : "the commands are \(quotedList(commands.map(\.name) + ["help"]))"
    throw UsageError("unknown \(kind) `\(name)`", help: near.map { "did you mean `nnc \($0)`?" } ?? model ?? all)
  }
}

/// The whole process, from its arguments to its status.
func runProgram(_ arguments: [String]) -> ExitCode {
  let console = Console()
  let code = Program(commands: allCommands, console: console).run(arguments)
  return console.finish(code)
}

extension KernelsError {
  fileprivate var message: String {
    switch self {
    case .unknownInstructionSet(let name): "`NNC_CPU` is `\(name)`, which is no instruction set that nnc knows"
    case .unsupportedInstructionSet(let set): "`NNC_CPU` is `\(set.rawValue)`, which this processor lacks"
    }
  }
}
