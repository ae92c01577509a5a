import NNDiagnostics

/// The classes in the order of their numbers: as declared, or as found. A declaration must name exactly what there is.
func agreedClasses(found: [String], _ request: DataRequest, in data: String) throws(Diagnostic) -> [String] {
  let place = request.statements["classes"]
  if !request.classes.isEmpty {
    let (isFound, isDeclared) = (Set(found), Set(request.classes))
    let missing = request.classes.filter { !isFound.contains($0) }
    let stray = found.filter { !isDeclared.contains($0) }
    guard missing.isEmpty, stray.isEmpty else {
      var words: [String] = []
      if !missing.isEmpty {
        words.append("\(listed(missing.map { "`\($0)`" })) \(missing.count == 1 ? "is" : "are") declared and not there")
      }
      if !stray.isEmpty { words.append("\(listed(stray.map { "`\($0)`" })) \(stray.count == 1 ? "is" : "are") there and not declared") }
      throw Diagnostic(
        .classNames, .error, "the classes of \(data) are not the declared ones: \(words.joined(separator: "; "))", at: place,
        notes: ["declared: \(listed(request.classes))", "found: \(listed(found))"])
    }
    return request.classes
  }
  if let count = request.classCount, count != found.count {
    throw Diagnostic(
      .classNames, .error, "the model has \(counted(count, "class", plural: "classes")), \(data) has \(number(found.count))", at: place,
      notes: ["found: \(listed(found))"])
  }
  return found
}
