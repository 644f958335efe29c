import CSwiftNN
import SwiftNN

func run(_ op: snn_products_op, _ c: Call) throws(TensorError) -> Results {
    switch op {
    case .SNN_PRODUCTS_mm: return .one(try c.tensor(0).matrixProduct(c.tensor(1)))
    case .SNN_PRODUCTS_matmul: return .one(try c.tensor(0).matmul(c.tensor(1)))
    case .SNN_PRODUCTS_linear: return .one(try c.tensor(0).linear(c.tensor(1), c.optionalTensor(2)))
    }
}
