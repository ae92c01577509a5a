import Foundation

/// Parsed JSON, by the system's own parser: what the command prints must be JSON to others.
struct JSON {
  private let value: Any

  init(_ text: String) throws { value = try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed) }

  private init(_ value: Any) { self.value = value }

  subscript(key: String) -> JSON? { (value as? [String: Any])?[key].map(JSON.init) }
  var string: String? { value as? String }
  var number: Double? { (value as? NSNumber)?.doubleValue }
  var bool: Bool? { value as? Bool }
  var array: [JSON]? { (value as? [Any])?.map(JSON.init) }
  var isNull: Bool { value is NSNull }
  var keys: Set<String> { Set((value as? [String: Any]).map { Array($0.keys) } ?? []) }
}
