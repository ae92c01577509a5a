/// Some pictures of each class, as a page.
public struct ContactPage: Sendable {
  private let rows: [(name: String, pictures: [Thumbnail])]

  public init(rows: [(name: String, pictures: [Thumbnail])]) { self.rows = rows }

  /// The page, whole: styles and pictures are in it.
  public func html() -> String {
    var page = Page()
    page.add("<header><h1>Contact sheet</h1></header>\n")
    for (name, pictures) in rows {
      let images = pictures.map { "<figure><img src=\"\($0.dataURL)\" alt=\"\(xmlEscaped(name))\"></figure>\n" }.joined()
      page.section(name, "<div class=\"pictures small\">\n\(images)</div>\n")
    }
    return page.html(title: "Contact sheet")
  }
}
