/// Every command of `nnc`. Parsing, `--help`, completion and suggestions come from this table.
let allCommands: [Command] = [
  CheckCommand.command, RunCommand.command, CurveCommand.command, DataCommand.command, EmitCommand.command, ImportCommand.command,
  BenchCommand.command, GradcheckCommand.command, SampleCommand.command, FormatCommand.command, RenderCommand.command, DiffCommand.command,
  ExplainCommand.command, LanguageServerCommand.command, CompletionCommand.command,
]
