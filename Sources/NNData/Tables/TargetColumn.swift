/// The target of a table as it was read: a number per row, or a name per row.
struct TargetColumn {
  /// One per row where the target is numeric.
  var values: [Float] = []
  /// One per row where it is text: an index into `names`.
  private(set) var codes: [Int32] = []
  /// In the order in which they appeared.
  private(set) var names: [String] = []
  private var codeOfName: [String: Int32] = [:]

  /// The name of each row.
  var labels: [String] { codes.map { names[Int($0)] } }

  mutating func append(label field: CSVCursor.Field) {
    let name = field.text
    if let code = codeOfName[name] { return codes.append(code) }
    let code = Int32(clamping: names.count)
    codeOfName[name] = code
    names.append(name)
    codes.append(code)
  }
}
