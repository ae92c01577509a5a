/// A layer that makes each step of a sequence from the same step of its inputs alone. `last` is one of them where only the present step is asked for.
package protocol StepByStep: Layer {}

extension Embed: StepByStep {}
extension OneHot: StepByStep {}
extension FullyConnected: StepByStep {}
extension LayerNorm: StepByStep {}
extension BatchNorm: StepByStep {}
extension Dropout: StepByStep {}
extension Last: StepByStep {}
extension Add: StepByStep {}
extension Mul: StepByStep {}
extension Concat: StepByStep {}
extension Softmax: StepByStep {}
