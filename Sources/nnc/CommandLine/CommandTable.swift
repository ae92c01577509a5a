/// Every command of `nnc`. Parsing, `--help` and suggestions come from this table.
let allCommands: [Command] = [CheckCommand.command, RunCommand.command, GradcheckCommand.command]
