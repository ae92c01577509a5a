/// A small picture of an example.
public struct Thumbnail: Sendable, Equatable {
  public let width: Int
  public let height: Int
  /// 1 or 3.
  public let channels: Int
  /// height x width x channels
  public let pixels: [UInt8]

  /// nil where the numbers do not belong together. A picture larger than `limit` either way is made smaller, by the mean over boxes.
  public init?(width: Int, height: Int, channels: Int, pixels: [UInt8], limit: Int = 160) {
    guard width > 0, height > 0, channels == 1 || channels == 3, pixels.count == width * height * channels else { return nil }
    let factor = (max(width, height) + limit - 1) / limit
    guard factor > 1 else {
      (self.width, self.height, self.channels, self.pixels) = (width, height, channels, pixels)
      return
    }
    let (small, low) = (max(1, width / factor), max(1, height / factor))
    var result: [UInt8] = []
    result.reserveCapacity(small * low * channels)
    for row in 0..<low {
      for column in 0..<small {
        for channel in 0..<channels {
          var sum = 0
          var count = 0
          for y in row * factor..<min((row + 1) * factor, height) {
            for x in column * factor..<min((column + 1) * factor, width) {
              sum += Int(pixels[(y * width + x) * channels + channel])
              count += 1
            }
          }
          result.append(UInt8(sum / max(1, count)))
        }
      }
    }
    (self.width, self.height, self.channels, self.pixels) = (small, low, channels, result)
  }

  /// A PNG file as the address of a picture in a page.
  var dataURL: String {
    PNGFile.encoded(width: width, height: height, channels: channels, pixels: pixels).map { "data:image/png;base64," + base64($0) } ?? ""
  }
}
