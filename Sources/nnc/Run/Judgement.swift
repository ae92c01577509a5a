import NNReport
import NNRuntime

/// A verdict by rule of thumb on how a network does on what it has seen against what it has not, with the numbers it rests on.
struct Judgement {
  enum Fit: String { case underfitting, generalizing, overfitting }

  let fit: Fit
  let reasons: [String]

  /// Overfitting: 5 points of accuracy are lost on unseen examples, and more than chance explains; in a regression the error is a quarter
  /// larger. Else underfitting: less than half of the way from guessing to perfect is made on the training part itself (accuracy above
  /// chance, R²). Else generalizing.
  ///
  /// - Parameters:
  ///   - seen: on examples of the training part, without dropout and augmentation.
  ///   - unseen: on the validation part, or the test part where there is none.
  ///   - part: `validation` or `test`.
  init?(seen: Scores, unseen: Scores, part: String, classes: Int) {
    if let a = seen.accuracy, let b = unseen.accuracy {
      self.init(accuracy: (a, b), counts: (seen.count, unseen.count), part: part, classes: classes)
    } else if let a = seen.rmse, let b = unseen.rmse, let r2 = seen.r2 {
      self.init(errors: (a, b), r2: r2, unseenR2: unseen.r2 ?? 0, part: part)
    } else {
      return nil
    }
  }

  private init(accuracy: (Double, Double), counts: (Int, Int), part: String, classes: Int) {
    let (seen, unseen) = accuracy
    let gap = seen - unseen
    // Two standard errors of a share among so many examples.
    let chance = 2 * (max(unseen * (1 - unseen), 0.25 / Double(max(1, counts.1))) / Double(max(1, counts.1))).squareRoot()
    let guessing = 1 / Double(max(2, classes))
    let progress = (seen - guessing) / (1 - guessing)
    var reasons = [
      "accuracy \(fixed(seen, 4)) on \(grouped(counts.0)) examples of the training part, without dropout and augmentation; "
        + "\(fixed(unseen, 4)) on the \(grouped(counts.1)) of the \(part) part: \(Judgement.gapText(gap))"
    ]
    if gap > max(0.05, chance) {
      fit = .overfitting
      reasons.append("the gap is above 5 points, and above the \(fixed(chance * 100, 1)) that chance explains in a part of this size")
    } else if progress < 0.5 {
      fit = .underfitting
      reasons.append(
        "guessing gives \(fixed(guessing, 4)), so that the training part is learnt to \(fixed(max(0, progress) * 100, 0)) %: less than half"
      )
    } else {
      fit = .generalizing
      let size = gap > 0.05 ? "no more than chance explains in a part of this size (\(fixed(chance * 100, 1)))" : "no more than 5 points"
      reasons.append("the gap is \(size), and the training part is learnt to \(fixed(progress * 100, 0)) % of the way from guessing")
    }
    self.reasons = reasons
  }

  private static func gapText(_ gap: Double) -> String {
    gap < 0 ? "\(fixed(-gap * 100, 1)) points better on the unseen ones" : "a gap of \(fixed(gap * 100, 1)) points"
  }

  private init(errors: (Double, Double), r2: Double, unseenR2: Double, part: String) {
    let (seen, unseen) = errors
    let ratio = seen > 0 ? unseen / seen : 1
    var reasons = [
      "rmse \(significant(seen, 4)) on the training part, without dropout and augmentation; \(significant(unseen, 4)) on the \(part) part: "
        + "\(fixed(ratio, 2)) times as large. R² \(fixed(r2, 4)) and \(fixed(unseenR2, 4))"
    ]
    if ratio > 1.25, unseenR2 < r2 {
      fit = .overfitting
      reasons.append("the error on unseen examples is more than a quarter larger")
    } else if r2 < 0.5 {
      fit = .underfitting
      reasons.append("less than half of the variance of the training part is explained")
    } else {
      fit = .generalizing
      reasons.append("the error on unseen examples is at most a quarter larger, and more than half of the variance is explained")
    }
    self.reasons = reasons
  }

  /// Whether the loss of the validation part has turned, for the learning curves.
  static func trend(_ rows: [EpochReport]) -> String? {
    let losses = rows.compactMap { row in row.validation.map { (row.epoch, $0.loss) } }
    guard let best = losses.min(by: { $0.1 < $1.1 }), let last = losses.last, best.1 > 0, last.0 > best.0 else { return nil }
    let rise = last.1 / best.1 - 1
    guard rise > 0.02 else { return nil }
    return "the validation loss was lowest after epoch \(best.0) and is \(fixed(rise * 100, 0)) % higher at the end"
  }
}
