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
    case .SNN_REDUCTIONS_prod:
        return .one(try c.tensor(0).product(c.optionalInteger(1).map { [$0] }, keepDims: c.boolean(2, false), dtype: c.optionalDType(3)))
    case .SNN_REDUCTIONS_count_nonzero: return .one(try c.tensor(0).countNonzero(c.optionalIntegers(1)))
    case .SNN_REDUCTIONS_aminmax:
        let found = try c.tensor(0).aminmax(c.optionalInteger(1), keepDims: c.boolean(2, false))
        return .two(found.min, found.max)
    case .SNN_REDUCTIONS_sum_to_size: return .one(try c.tensor(0).summed(toShape: c.shape(1)))
    case .SNN_REDUCTIONS_nansum:
        return .one(try c.tensor(0).nanSum(c.optionalIntegers(1), keepDims: c.boolean(2, false), dtype: c.optionalDType(3)))
    case .SNN_REDUCTIONS_nanmean:
        return .one(try c.tensor(0).nanMean(c.optionalIntegers(1), keepDims: c.boolean(2, false), dtype: c.optionalDType(3)))
    case .SNN_REDUCTIONS_logsumexp: return .one(try c.tensor(0).logSumExp(c.shape(1), keepDims: c.boolean(2, false)))
    case .SNN_REDUCTIONS_var:
        let (axes, correction) = try spread(c)
        return .one(try c.tensor(0).variance(axes, correction: correction, keepDims: c.boolean(3, false)))
    case .SNN_REDUCTIONS_std:
        let (axes, correction) = try spread(c)
        return .one(try c.tensor(0).standardDeviation(axes, correction: correction, keepDims: c.boolean(3, false)))
    case .SNN_REDUCTIONS_var_mean:
        let (axes, correction) = try spread(c)
        let found = try c.tensor(0).varianceAndMean(axes, correction: correction, keepDims: c.boolean(3, false))
        return .two(found.variance, found.mean)
    case .SNN_REDUCTIONS_std_mean:
        let (axes, correction) = try spread(c)
        let found = try c.tensor(0).standardDeviationAndMean(axes, correction: correction, keepDims: c.boolean(3, false))
        return .two(found.standardDeviation, found.mean)
    case .SNN_REDUCTIONS_cov:
        return .one(try c.tensor(0).covariance(
            correction: c.integer(1, 1), frequencies: c.optionalTensor(2), importances: c.optionalTensor(3)))
    case .SNN_REDUCTIONS_corrcoef: return .one(try c.tensor(0).correlationCoefficients())
    case .SNN_REDUCTIONS_norm:
        // None means 2, and so does what is left out.
        let order = try matrixNorm(c, 1) ?? .order(2)
        return .one(try c.tensor(0).olderNorm(order, c.optionalIntegers(2), keepDims: c.boolean(3, false), dtype: c.optionalDType(4)))
    case .SNN_REDUCTIONS_linalg_norm:
        return .one(try c.tensor(0).norm(matrixNorm(c, 1), c.optionalIntegers(2), keepDims: c.boolean(3, false), dtype: c.optionalDType(4)))
    case .SNN_REDUCTIONS_vector_norm:
        return .one(try c.tensor(0).vectorNorm(
            c.real(1, 2), c.optionalIntegers(2), keepDims: c.boolean(3, false), dtype: c.optionalDType(4)))
    case .SNN_REDUCTIONS_matrix_norm:
        return .one(try c.tensor(0).matrixNorm(
            matrixNorm(c, 1) ?? .frobenius, c.optionalIntegers(2) ?? [-2, -1], keepDims: c.boolean(3, false),
            dtype: c.optionalDType(4)))
    case .SNN_REDUCTIONS_dist: return .one(try c.tensor(0).distance(to: c.tensor(1), c.real(2, 2)))
    case .SNN_REDUCTIONS_renorm:
        return .one(try c.tensor(0).renormalized(c.real(1, 2), c.integer(2), limit: c.real(3, 1)))
    case .SNN_REDUCTIONS_cumsum: return .one(try c.tensor(0).cumulativeSum(c.integer(1), dtype: c.optionalDType(2)))
    case .SNN_REDUCTIONS_cumprod: return .one(try c.tensor(0).cumulativeProduct(c.integer(1), dtype: c.optionalDType(2)))
    case .SNN_REDUCTIONS_logcumsumexp: return .one(try c.tensor(0).cumulativeLogSumExp(c.integer(1)))
    case .SNN_REDUCTIONS_cummax:
        let found = try c.tensor(0).cumulativeMax(c.integer(1))
        return .two(found.values, found.indices)
    case .SNN_REDUCTIONS_cummin:
        let found = try c.tensor(0).cumulativeMin(c.integer(1))
        return .two(found.values, found.indices)
    case .SNN_REDUCTIONS_diff:
        return .one(try c.tensor(0).differences(
            c.integer(1, 1), dim: c.integer(2, -1), prepend: c.optionalTensor(3), append: c.optionalTensor(4)))
    case .SNN_REDUCTIONS_trapezoid:
        try requireOneSpacing(c)
        return .one(try c.tensor(0).trapezoid(x: c.optionalTensor(1), spacing: c.real(2, 1), dim: c.integer(3, -1)))
    case .SNN_REDUCTIONS_cumulative_trapezoid:
        try requireOneSpacing(c)
        return .one(try c.tensor(0).cumulativeTrapezoid(x: c.optionalTensor(1), spacing: c.real(2, 1), dim: c.integer(3, -1)))
    }
}

/// The dimensions and the correction of std and var, which take `unbiased` as well, also in the place of `dim`.
private func spread(_ c: Call) throws(TensorError) -> (axes: [Int]?, correction: Double) {
    let kinds = [try c.kind(1), try c.kind(2), try c.kind(3), try c.kind(4)]
    let first = kinds[0] == .SNN_BOOLEAN
    if first && kinds[1...] != [.SNN_NONE, .SNN_NONE, .SNN_NONE] {
        throw TensorError(.type, c.name, "argument 'dim' must be int or tuple of ints, not bool")
    }
    guard let unbiased = try c.optionalBoolean(first ? 1 : 2) else { return (try c.optionalIntegers(1), try c.real(4, 1)) }
    if kinds[3] != .SNN_NONE { throw TensorError(.type, c.name, "expected one of unbiased and correction, got both") }
    return (first ? nil : try c.optionalIntegers(1), unbiased ? 1 : 0)
}

/// The order of a norm, a number or a name.
func matrixNorm(_ c: Call, _ index: Int) throws(TensorError) -> MatrixNorm? {
    switch try c.kind(index) {
    case .SNN_NONE: return nil
    case .SNN_STRING: return try MatrixNorm(named: c.optionalString(index) ?? "", operation: c.name)
    case .SNN_REAL, .SNN_INTEGER: return .order(try c.real(index, 2))
    default: throw c.mismatch(index, "a number or a string")
    }
}

private func requireOneSpacing(_ c: Call) throws(TensorError) {
    let kinds = (try c.kind(1), try c.kind(2))
    if kinds.0 != .SNN_NONE && kinds.1 != .SNN_NONE {
        throw TensorError(.type, c.name, "expected one of x and dx, got both")
    }
}
