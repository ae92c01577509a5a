import NNData
import NNDiagnostics
import NNRecipe
import NNReport
import NNRuntime

/// `nnc data`: what is in a data set, before anything is trained on it.
enum DataCommand {
  static let sheet = CommandOption(
    name: "sheet", value: .text("FILE"), summary: "write a contact sheet of images by class: .png, or .html with the names")
  static let target = CommandOption(
    name: "target", value: .text("COLUMN"), summary: "the target column of a table, by name or number from 1")
  static let arrays = CommandOption(
    name: "arrays", value: .text("DIR"), summary: "write the parts as NumPy arrays: train_x.npy, train_y.npy, test_x.npy, …")

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
    options: [.input, target, sheet, arrays, .format, .color],
    examples: [
      ("nnc data mri", "the images of the set by this name"),
      ("nnc data Photos --sheet sheet.png", "a folder of classes, and what it looks like"),
      ("nnc data table.csv --target price", "a table"),
      ("nnc data mri --arrays mri_arrays", "the images as arrays for NumPy"),
    ],
    run: run)

  private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
    if let path = invocation.text(sheet), ![".png", ".html"].contains(where: { path.lowercased().hasSuffix($0) }) {
      throw UsageError("`--sheet` writes .png or .html, not `\(path)`")
    }
    let view = try DataView(invocation, console)
    console.report(view.dataset.warnings)
    if let path = invocation.text(sheet) {
      guard let sheet = ContactSheet(view.dataset) else {
        throw UsageError("`--sheet` needs images, and `\(view.dataset.name)` holds none")
      }
      try sheet.write(to: path)
      if sheet.omitted > 0 {
        console.note("the sheet shows the first classes; \(counted(sheet.omitted, "class", plural: "classes")) are not on it")
      }
    }
    if let path = invocation.text(arrays) {
      let folder = try EmptyFolder(path, for: "a folder of arrays")
      for (name, file) in view.dataset.arrays { try AtomicFile.write(file.encoded, to: "\(folder.path)/\(name).npy") }
    }
    console.write(console.isJSON ? view.json.text + "\n" : view.text)
    return .fine
  }
}
