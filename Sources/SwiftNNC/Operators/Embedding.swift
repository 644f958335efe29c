import CSwiftNN
import SwiftNN

func run(_ op: snn_embedding_op, _ c: Call) throws(TensorError) -> Results {
    switch op {
    case .SNN_EMBEDDING_embedding:
        try c.refuseSparse(6)
        return .one(try c.tensor(1).embedding(
            c.tensor(0), paddingIndex: c.optionalInteger(2), maxNorm: c.optionalReal(3), normOrder: c.real(4, 2),
            scaleGradientByFrequency: c.boolean(5, false)))
    case .SNN_EMBEDDING_embedding_bag:
        guard let reduction = BagReduction(rawValue: try c.optionalString(6) ?? "mean") else {
            throw TensorError(.value, c.name, "mode has to be one of sum, mean or max")
        }
        if reduction == .max, try c.boolean(7, false) { throw TensorError(.value, c.name, "max mode does not support sparse weights") }
        try c.refuseSparse(7)
        return .one(try c.tensor(1).embeddingBag(
            c.tensor(0), offsets: c.optionalTensor(2), reduction: reduction, factors: c.optionalTensor(8),
            includesLastOffset: c.boolean(9, false), paddingIndex: c.optionalInteger(10), maxNorm: c.optionalReal(3),
            normOrder: c.real(4, 2), scaleGradientByFrequency: c.boolean(5, false)))
    case .SNN_EMBEDDING_one_hot:
        let classes = try c.integer(1, -1)
        return .one(try c.tensor(0).oneHot(classes: classes == -1 ? nil : classes))
    case .SNN_EMBEDDING_bilinear:
        return .one(try c.tensor(0).bilinear(c.tensor(1), c.tensor(2), bias: c.optionalTensor(3)))
    }
}

extension Call {
    fileprivate func refuseSparse(_ index: Int) throws(TensorError) {
        if try boolean(index, false) {
            throw TensorError(.unsupported, name, "sparse=True is not offered: there are no sparse gradients")
        }
    }
}
