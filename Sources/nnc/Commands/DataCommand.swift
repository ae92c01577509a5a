import NNData
import NNDiagnostics
import NNRecipe
import NNReport

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// `nnc data`: what is in a data set, before anything is trained on it.
enum DataCommand {
  static let sheet = CommandOption(
    name: "sheet", value: .text("FILE"), summary: "write a contact sheet of images by class: .png, or .html with the names")
  static let target = CommandOption(
    name: "target", value: .text("COLUMN"), summary: "the target column of a table, by name or number from 1")

  static let command = Command(
    name: "data",
    summary: "what is in a data set: layout, parts, classes, numbers, duplicates",
    details: [
      """
      Reads the set as `nnc run` would, and prints what was recognised, the parts with the count of each class, mean, deviation and range of the columns or \
      channels of the training part, and how many examples of the other parts are in the training part, too.
      """
    ],
    positionals: [.init(name: "DATA", summary: "a file, a folder, or a name: iris, mri, housing, …", completes: .files([]))],
    options: [.input, target, sheet, .format, .color],
    examples: [
      ("nnc data mri", "the images of the set by this name"),
      ("nnc data Photos --sheet sheet.png", "a folder of classes, and what it looks like"),
      ("nnc data table.csv --target price", "a table"),
    ],
    run: run)

  private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
    let view = try DataView(invocation, console)
    console.report(view.dataset.warnings)
    if let path = invocation.text(sheet) {
      guard let sheet = ContactSheet(view.dataset) else {
        throw UsageError("`--sheet` needs images, and `\(view.dataset.name)` holds none")
      }
      try sheet.write(to: path)
    }
    console.write(console.isJSON ? view.json.text + "\n" : view.text)
    return .fine
  }
}
