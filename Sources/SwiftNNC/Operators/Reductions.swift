import CSwiftNN
import SwiftNN

func run(_ op: snn_reductions_op, _ c: Call) throws(TensorError) -> Results {
    switch op {
    case .SNN_REDUCTIONS_sum: return .one(try c.tensor(0).sum(c.optionalIntegers(1), keepDims: c.boolean(2, false), dtype: c.optionalDType(3)))
    case .SNN_REDUCTIONS_mean: return .one(try c.tensor(0).mean(c.optionalIntegers(1), keepDims: c.boolean(2, false), dtype: c.optionalDType(3)))
    case .SNN_REDUCTIONS_amax: return .one(try c.tensor(0).amax(c.optionalIntegers(1), keepDims: c.boolean(2, false)))
    case .SNN_REDUCTIONS_amin: return .one(try c.tensor(0).amin(c.optionalIntegers(1), keepDims: c.boolean(2, false)))
    case .SNN_REDUCTIONS_max:
        guard let dim = try c.optionalInteger(1) else { return .one(try c.tensor(0).amax()) }
        let found = try c.tensor(0).max(dim, keepDims: c.boolean(2, false))
        return .two(found.values, found.indices)
    case .SNN_REDUCTIONS_min:
        guard let dim = try c.optionalInteger(1) else { return .one(try c.tensor(0).amin()) }
        let found = try c.tensor(0).min(dim, keepDims: c.boolean(2, false))
        return .two(found.values, found.indices)
    case .SNN_REDUCTIONS_all: return .one(try c.tensor(0).all(c.optionalIntegers(1), keepDims: c.boolean(2, false)))
    case .SNN_REDUCTIONS_any: return .one(try c.tensor(0).any(c.optionalIntegers(1), keepDims: c.boolean(2, false)))
    }
}
