import CSwiftNN
import SwiftNN

func run(_ op: snn_losses_op, _ c: Call) throws(TensorError) -> Results {
    switch op {
    case .SNN_LOSSES_cross_entropy:
        return .one(try c.tensor(0).crossEntropy(
            c.tensor(1), weight: c.optionalTensor(2), ignoreIndex: c.integer(3, -100), reduction: c.choice(4) ?? .mean,
            labelSmoothing: c.real(5, 0)))
    case .SNN_LOSSES_mse_loss: return .one(try c.tensor(0).meanSquaredError(c.tensor(1), reduction: c.choice(2) ?? .mean))
    }
}
