import CSwiftNN
import SwiftNN

func run(_ op: snn_activations_op, _ c: Call) throws(TensorError) -> Results {
    switch op {
    case .SNN_ACTIVATIONS_softmax: return .one(try c.tensor(0).softmax(c.integer(1), dtype: c.optionalDType(2)))
    case .SNN_ACTIVATIONS_log_softmax: return .one(try c.tensor(0).logSoftmax(c.integer(1), dtype: c.optionalDType(2)))
    case .SNN_ACTIVATIONS_dropout: return .one(try c.tensor(0).dropout(c.real(1, 0.5), training: c.boolean(2, true)))
    }
}
