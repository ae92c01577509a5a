import NNRecipe

/// The part of `train.py` that changes pictures before they are trained on. What comes in from outside a picture is black.
extension TorchTraining {
  var augmentation: String {
    let steps = recipe.augmentations
    guard !steps.isEmpty else { return "def augment(x):\n    return x" }
    let isMoving = steps.contains { if case .noise = $0 { false } else { true } }
    let helpers = TorchAugmentation.allCases.filter { helper in steps.contains { $0.helper == helper } }
    let lines = steps.map { step -> String in
      switch step {
      case .flipHorizontal: "x = flipped(x, 3)"
      case .flipVertical: "x = flipped(x, 2)"
      case .rotate(let degrees): "x = rotated(x, \(degrees))"
      case .shift(let fraction): "x = moved(x, round(\(fraction) * x.shape[2]), round(\(fraction) * x.shape[3]))"
      case .crop(let pad): "x = moved(x, \(pad), \(pad))"
      case .noise(let deviation): "x = x + \(deviation) * torch.randn_like(x)"
      }
    }
    let black = "black = torch.tensor(SHIFT, device=x.device).reshape(1, -1, 1, 1)"
    let body = isMoving ? [black, "x = x - black"] + lines + ["return x + black"] : lines + ["return x"]
    return helpers.map { $0.text + "\n\n\n" }.joined() + """
      def augment(x):
          \"\"\"Of a batch that is normalised.\"\"\"
          \(body.joined(separator: "\n    "))
      """
  }
}

private enum TorchAugmentation: CaseIterable {
  case flip, rotate, move

  var text: String {
    switch self {
    case .flip:
      """
      def flipped(x, axis):
          \"\"\"Every other picture, by chance, mirrored.\"\"\"
          return torch.where(torch.rand(len(x), 1, 1, 1, device=x.device) < 0.5, x.flip(axis), x)
      """
    case .rotate:
      """
      def rotated(x, degrees):
          \"\"\"Each picture turned about its middle by up to so many degrees either way.\"\"\"
          angles = (torch.rand(len(x), device=x.device) * 2 - 1) * math.radians(degrees)
          (height, width), zero = x.shape[2:], torch.zeros_like(angles)
          across = torch.stack([angles.cos(), -angles.sin() * height / width, zero], 1)
          down = torch.stack([angles.sin() * width / height, angles.cos(), zero], 1)
          grid = F.affine_grid(torch.stack([across, down], 1), list(x.shape), align_corners=False)
          return F.grid_sample(x, grid, align_corners=False)
      """
    case .move:
      """
      def moved(x, rows, columns):
          \"\"\"Each picture moved by up to so many rows and columns.\"\"\"
          height, width = x.shape[2:]
          padded = F.pad(x, (columns, columns, rows, rows))
          places = zip(torch.randint(0, 2 * rows + 1, [len(x)]).tolist(), torch.randint(0, 2 * columns + 1, [len(x)]).tolist())
          return torch.stack([picture[:, r : r + height, c : c + width] for picture, (r, c) in zip(padded, places)])
      """
    }
  }
}

extension Augmentation {
  fileprivate var helper: TorchAugmentation? {
    switch self {
    case .flipHorizontal, .flipVertical: .flip
    case .rotate: .rotate
    case .shift, .crop: .move
    case .noise: nil
    }
  }
}
