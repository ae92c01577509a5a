import NNDiagnostics
import NNGraph
import NNLayers
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// `grammar/REFERENCE.md` is made from the word table; with `UPDATE_GOLDEN=1` in the environment it is written anew.
@Suite struct ReferenceTests {
  private var place: URL { GoldenCase.folder.appending(path: "../../../grammar/REFERENCE.md") }

  @Test func theReferenceIsFresh() throws {
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
      try Data(Reference.markdown.utf8).write(to: place)
    } else {
      #expect(String(decoding: try Data(contentsOf: place), as: UTF8.self) == Reference.markdown)
    }
  }

  @Test func everyWordHasOnePage() {
    let words = WordPage.all.map(\.word)
    #expect(Set(words).count == words.count)
    #expect(AllLayers.words.isSubset(of: words) && Set(Statements.all.map(\.word)).isSubset(of: words))
    for page in WordPage.all {
      #expect(!page.summary.isEmpty && !page.summary.hasSuffix("."), "\(page.word)")
      #expect(!page.usage.isEmpty && !page.examples.isEmpty, "\(page.word)")
    }
  }

  /// Every translation leads to a word there is.
  @Test(arguments: [
    ("Conv2d", "conv"), ("Dense", "fc"), ("nn.ReLU", "relu"), ("ip", "fc"), ("keras.layers.BatchNormalization", "bn"),
    ("MaxPooling2D", "maxpool"),
    ("batch_size", "batch"), ("lr_scheduler", "schedule"), ("nn.Linear", "fc"), ("LeakyReLU", "leaky_relu"),
    ("AdaptiveAvgPool2d", "avgpool"),
  ]) func translation(_ name: String, _ word: String) { #expect(WordPage.translation(of: name) == word) }
}
