/// What `Tests/Reference/optimizers.py` writes.
struct OptimizerReference: Decodable {
  var weights: [Float]
  var gradients: [[Float]]
  var optimizers: [String: [[Float]]]
  var clipNorm: [[Float]]
  var clipValue: [[Float]]
  var schedules: [String: [Double]]
  var plateauLosses: [Double]
}
