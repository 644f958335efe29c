import CSwiftNN
import SwiftNN

func run(_ op: snn_ordering_op, _ c: Call) throws(TensorError) -> Results {
    switch op {
    case .SNN_ORDERING_argmax: return .one(try c.tensor(0).argmax(c.optionalInteger(1), keepDims: c.boolean(2, false)))
    case .SNN_ORDERING_argmin: return .one(try c.tensor(0).argmin(c.optionalInteger(1), keepDims: c.boolean(2, false)))
    }
}
