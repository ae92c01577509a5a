import NNDiagnostics
import NNLayers

/// What `nnc check --format json` prints of a file.
extension CheckResult {
  /// The keys in the order of the reference; with errors `ok` is false, and what could not be known is null.
  public var json: JSONValue {
    var members: [(key: String, value: JSONValue)] = [
      ("file", .string(file.name)), ("ok", .bool(isOK)), ("model", .string(name)), ("input", json(input)), ("output", json(output)),
      ("kind", JSONValue(output?.kind.rawValue)), ("parameters", JSONValue(parameters)), ("macs", JSONValue(macs)),
      ("loss", JSONValue(loss?.word)),
    ]
    if let condition { members.append(("condition", .string(condition.text))) }
    members += [("stages", .array(stagesJSON)), ("diagnostics", .array(diagnostics.map(\.json)))]
    return .object(members)
  }

  private func json(_ shape: Shape?) -> JSONValue {
    shape.map { .array($0.dimensions.map(JSONValue.integer)) } ?? .null
  }

  private var stagesJSON: [JSONValue] {
    var number = 0
    return rows.map { row in
      if !row.isImplicit { number += 1 }
      let place = row.place(in: file)
      var members: [(key: String, value: JSONValue)] = [
        ("index", row.isImplicit ? .null : .integer(number)), ("line", .integer(place.line)), ("column", .integer(place.column)),
        ("text", .string(row.text)), ("op", .string(row.op)), ("output", json(row.output)), ("parameters", JSONValue(row.parameters)),
        ("macs", JSONValue(row.macs)),
      ]
      if row.isImplicit { members.append(("implicit", true)) }
      return .object(members)
    }
  }
}
