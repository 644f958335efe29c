import CSwiftNN
import SwiftNN

func run(_ op: snn_linalg_op, _ c: Call) throws(TensorError) -> Results {
    switch op {
    case .SNN_LINALG_adjoint: return .one(try c.tensor(0).matrixTransposed())
    }
}
