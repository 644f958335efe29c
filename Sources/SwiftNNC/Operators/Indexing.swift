import CSwiftNN
import SwiftNN

func run(_ op: snn_indexing_op, _ c: Call) throws(TensorError) -> Results {
    switch op {
    case .SNN_INDEXING_where: return .one(try Tensor.select(c.tensor(0), c.tensor(1), c.tensor(2)))
    case .SNN_INDEXING_masked_fill: return .one(try c.tensor(0).maskedFill(c.tensor(1), with: c.tensor(2)))
    case .SNN_INDEXING_masked_select: return .one(try c.tensor(0).maskedSelected(c.tensor(1)))
    case .SNN_INDEXING_masked_scatter: return .one(try c.tensor(0).maskedScattered(c.tensor(1), c.tensor(2)))
    case .SNN_INDEXING_nonzero, .SNN_INDEXING_argwhere: return .one(try c.tensor(0).nonzero())
    case .SNN_INDEXING_nonzero_tuple: return .list(try c.tensor(0).nonzeroIndices())
    case .SNN_INDEXING_index_select: return .one(try c.tensor(0).indexSelected(c.integer(1), c.tensor(2)))
    case .SNN_INDEXING_index_add:
        return .one(try c.tensor(0).indexAdding(c.integer(1), c.tensor(2), c.tensor(3), scale: c.factor(4)))
    case .SNN_INDEXING_index_copy: return .one(try c.tensor(0).indexCopying(c.integer(1), c.tensor(2), c.tensor(3)))
    case .SNN_INDEXING_index_fill: return .one(try c.tensor(0).indexFilled(c.integer(1), c.tensor(2), with: c.tensor(3)))
    case .SNN_INDEXING_index_reduce:
        return .one(try c.tensor(0).indexReducing(
            c.integer(1), c.tensor(2), c.tensor(3), by: c.reduction(4), includesSelf: c.boolean(5, true)))
    case .SNN_INDEXING_index_put:
        return .one(try c.tensor(0).indexPutting(c.tensors(1), c.tensor(2), accumulate: c.boolean(3, false)))
    case .SNN_INDEXING_take: return .one(try c.tensor(0).taken(c.tensor(1)))
    case .SNN_INDEXING_put:
        return .one(try c.tensor(0).putting(c.tensor(1), c.tensor(2), accumulate: c.boolean(3, false)))
    case .SNN_INDEXING_gather: return .one(try c.tensor(0).gathered(c.integer(1), c.tensor(2)))
    case .SNN_INDEXING_take_along_dim: return .one(try c.tensor(0).taken(c.tensor(1), along: c.optionalInteger(2)))
    case .SNN_INDEXING_scatter:
        let (x, dim, index, source) = (try c.tensor(0), try c.integer(1), try c.tensor(2), try c.scatterSource())
        switch try c.scatterReduction() {
        case .add: return .one(try x.scatterAdding(dim, index, source))
        case .multiply: return .one(try x.scatterReducing(dim, index, source, by: .prod))
        case nil: return .one(try x.scattered(dim, index, source))
        }
    case .SNN_INDEXING_scatter_add: return .one(try c.tensor(0).scatterAdding(c.integer(1), c.tensor(2), c.tensor(3)))
    case .SNN_INDEXING_scatter_reduce:
        return .one(try c.tensor(0).scatterReducing(
            c.integer(1), c.tensor(2), c.tensor(3), by: c.reduction(4), includesSelf: c.boolean(5, true)))
    }
}

/// What the older argument `reduce` of scatter may say.
enum ScatterReduction: String, CaseIterable {
    case add, multiply
}

extension Call {
    /// The argument `reduce`; PyTorch's error for an unknown one is of its own kind.
    func reduction(_ index: Int) throws(TensorError) -> PlaceReduction {
        let text = try optionalString(index) ?? ""
        guard let reduction = PlaceReduction(rawValue: text) else {
            throw TensorError(.runtime, name, "reduce argument must be either sum, prod, mean, amax or amin, got \(text)")
        }
        return reduction
    }

    func scatterReduction() throws(TensorError) -> ScatterReduction? {
        guard let text = try optionalString(4) else { return nil }
        guard let reduction = ScatterReduction(rawValue: text) else {
            throw TensorError(.runtime, name, "reduce argument must be either add or multiply, got \(text)")
        }
        return reduction
    }

    /// src, or the number called value.
    func scatterSource() throws(TensorError) -> Tensor {
        let (source, value) = (try optionalTensor(3), try optionalNumber(5))
        guard let given = source ?? value, source == nil || value == nil else {
            throw TensorError(.type, name, "expected exactly one of the arguments 'src' and 'value'")
        }
        return given
    }
}
