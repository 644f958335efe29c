import CSwiftNN
import SwiftNN

func run(_ op: snn_attention_op, _ c: Call) throws(TensorError) -> Results {
    switch op {
    case .SNN_ATTENTION_scaled_dot_product_attention:
        return .one(try c.tensor(0).scaledDotProductAttention(
            key: c.tensor(1), value: c.tensor(2), mask: c.optionalTensor(3), dropout: c.real(4, 0), isCausal: c.boolean(5, false),
            scale: c.optionalReal(6), sharingHeads: c.boolean(7, false)))
    }
}
