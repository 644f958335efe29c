import CSwiftNN
import SwiftNN

func run(_ op: snn_indexing_op, _ c: Call) throws(TensorError) -> Results {
    switch op {
    case .SNN_INDEXING_where: return .one(try Tensor.select(c.tensor(0), c.tensor(1), c.tensor(2)))
    case .SNN_INDEXING_masked_fill: return .one(try c.tensor(0).maskedFill(c.tensor(1), with: c.tensor(2)))
    case .SNN_INDEXING_index_select: return .one(try c.tensor(0).indexSelected(c.integer(1), c.tensor(2)))
    }
}
