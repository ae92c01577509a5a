import Testing

@testable import nnc

@Suite struct ProgressBarTests {
  @Test func widthFits() {
    #expect(ProgressBar.line("epoch 2/7", "  50%", share: 0.5, columns: 40) == "epoch 2/7 [==========>           ]  50%")
    #expect(ProgressBar.line("epoch 2/7", " 100%", share: 1, columns: 40) == "epoch 2/7 [======================] 100%")
    for columns in 0..<200 {
      for share in [0, 0.3, 1, 2, -Double.infinity] {
        #expect(ProgressBar.line("epoch 2/7", "  50%  812 examples/s", share: share, columns: columns).count <= max(0, columns - 1))
      }
    }
  }
}
