import CSwiftNN
import SwiftNN

func run(_ op: snn_ordering_op, _ c: Call) throws(TensorError) -> Results {
    switch op {
    case .SNN_ORDERING_argmax: return .one(try c.tensor(0).argmax(c.optionalInteger(1), keepDims: c.boolean(2, false)))
    case .SNN_ORDERING_argmin: return .one(try c.tensor(0).argmin(c.optionalInteger(1), keepDims: c.boolean(2, false)))
    case .SNN_ORDERING_sort:
        return pair(try c.tensor(0).sorted(c.integer(1, -1), descending: c.boolean(2, false), stable: c.boolean(3, false)))
    case .SNN_ORDERING_argsort:
        return .one(try c.tensor(0).sortedIndices(c.integer(1, -1), descending: c.boolean(2, false), stable: c.boolean(3, false)))
    case .SNN_ORDERING_msort: return .one(try c.tensor(0).sortedAlongFirstDimension())
    case .SNN_ORDERING_topk:
        return pair(try c.tensor(0).topK(c.integer(1), c.integer(2, -1), largest: c.boolean(3, true), sorted: c.boolean(4, true)))
    case .SNN_ORDERING_kthvalue:
        return pair(try c.tensor(0).kthSmallest(c.integer(1), c.integer(2, -1), keepDims: c.boolean(3, false)))
    case .SNN_ORDERING_median:
        guard let dim = try dimOfMedian(c) else { return .one(try c.tensor(0).median()) }
        return pair(try c.tensor(0).median(dim, keepDims: c.boolean(2, false)))
    case .SNN_ORDERING_nanmedian:
        guard let dim = try dimOfMedian(c) else { return .one(try c.tensor(0).nanMedian()) }
        return pair(try c.tensor(0).nanMedian(dim, keepDims: c.boolean(2, false)))
    case .SNN_ORDERING_mode: return pair(try c.tensor(0).mode(c.integer(1, -1), keepDims: c.boolean(2, false)))
    case .SNN_ORDERING_quantile:
        return .one(try c.tensor(0).quantile(
            c.tensor(1), c.optionalInteger(2), keepDims: c.boolean(3, false), interpolation: interpolation(c)))
    case .SNN_ORDERING_nanquantile:
        return .one(try c.tensor(0).nanQuantile(
            c.tensor(1), c.optionalInteger(2), keepDims: c.boolean(3, false), interpolation: interpolation(c)))
    case .SNN_ORDERING_unique:
        return list(try c.tensor(0).unique(c.optionalInteger(4), inverse: c.boolean(2, false), counts: c.boolean(3, false)))
    case .SNN_ORDERING_unique_consecutive:
        return list(try c.tensor(0).uniqueConsecutive(c.optionalInteger(3), inverse: c.boolean(1, false), counts: c.boolean(2, false)))
    case .SNN_ORDERING_bincount: return .one(try c.tensor(0).bincount(weights: c.optionalTensor(1), minimumLength: c.integer(2, 0)))
    case .SNN_ORDERING_histc: return .one(try c.tensor(0).histogramCounts(c.integer(1, 100), min: c.real(2, 0), max: c.real(3, 0)))
    case .SNN_ORDERING_histogram:
        if try c.kind(1) == .SNN_TENSOR {
            if try c.optionalReals(2) != nil {
                throw TensorError(.type, c.name, "range cannot be given together with edges")
            }
            let result = try c.tensor(0).histogram(edges: c.tensor(1), weight: c.optionalTensor(3), density: c.boolean(4, false))
            return .two(result.hist, result.binEdges)
        }
        let range = try c.optionalReals(2)
        if let range, range.count != 2 {
            throw TensorError(.runtime, c.name, "for a 1-dimensional histogram range must have 2 elements, but got \(range.count)")
        }
        let result = try c.tensor(0).histogram(
            c.integer(1, 100), range: range.map { ($0[0], $0[1]) }, weight: c.optionalTensor(3), density: c.boolean(4, false))
        return .two(result.hist, result.binEdges)
    case .SNN_ORDERING_histogramdd: return try histogramdd(c)
    case .SNN_ORDERING_bucketize:
        return .one(try c.tensor(0).bucketized(c.tensor(1), right: c.boolean(3, false), dtype: c.boolean(2, false) ? .int32 : .int64))
    case .SNN_ORDERING_searchsorted:
        let right = try c.boolean(3, false), side = try searchSide(c)
        if right && side == .left {
            throw TensorError(.runtime, c.name, "side and right can't be set to opposites, got side of left while right was True")
        }
        return .one(try c.tensor(0).searchSorted(
            c.tensor(1), side: side ?? (right ? .right : .left), sorter: c.optionalTensor(5),
            dtype: c.boolean(2, false) ? .int32 : .int64))
    case .SNN_ORDERING_isin:
        let (elements, candidates) = (try c.tensor(0), try c.tensor(1))
        if elements.isNumber && candidates.isNumber {
            throw TensorError(.type, c.name, "one of elements and test_elements must be a tensor, both are numbers")
        }
        return .one(try elements.isIn(candidates, inverted: c.boolean(3, false)))
    case .SNN_ORDERING_unravel_index: return .list(try c.tensor(0).unraveled(c.shape(1)))
    }
}

private func pair(_ found: (values: Tensor, indices: Tensor)) -> Results { .two(found.values, found.indices) }

private func list(_ found: (values: Tensor, inverse: Tensor?, counts: Tensor?)) -> Results {
    .list([found.values, found.inverse, found.counts].compactMap { $0 })
}

/// - Throws: where keepdim is given without a dim.
private func dimOfMedian(_ c: Call) throws(TensorError) -> Int? {
    let dim = try c.optionalInteger(1)
    if dim == nil, try c.optionalBoolean(2) != nil {
        throw TensorError(.type, c.name, "keepdim needs a dim")
    }
    return dim
}

private func searchSide(_ c: Call) throws(TensorError) -> SearchSide? {
    guard let text = try c.optionalString(4) else { return nil }
    guard let side = SearchSide(rawValue: text) else {
        throw TensorError(.runtime, c.name, "side can only be 'left' or 'right' but got \(text)")
    }
    return side
}

private func interpolation(_ c: Call) throws(TensorError) -> QuantileInterpolation {
    guard let text = try c.optionalString(4) else { return .linear }
    guard let interpolation = QuantileInterpolation(rawValue: text) else {
        throw TensorError(.runtime, c.name, "interpolation must be one of linear, lower, higher, midpoint or nearest, but got \(text)")
    }
    return interpolation
}

private func histogramdd(_ c: Call) throws(TensorError) -> Results {
    let points = try c.tensor(0)
    let (weight, density) = (try c.optionalTensor(3), try c.boolean(4, false))
    let result: (hist: Tensor, binEdges: [Tensor])
    if try c.kind(1) == .SNN_TENSORS {
        if try c.optionalReals(2) != nil { throw TensorError(.type, c.name, "range cannot be given together with edges") }
        result = try points.histogramMultidimensional(edges: c.tensors(1), weight: weight, density: density)
    } else {
        guard var bins = try c.optionalIntegers(1) else { throw TensorError(.type, c.name, "argument 2 must be a number of bins") }
        // One number is for every coordinate.
        if try c.kind(1) == .SNN_INTEGER, let coordinates = points.shape.last {
            if coordinates > 16 {
                throw TensorError(.runtime, c.name, "a histogram has at most 16 dimensions, the points have \(coordinates) coordinates")
            }
            bins = [Int](repeating: bins[0], count: coordinates)
        }
        result = try points.histogramMultidimensional(bins, range: c.optionalReals(2), weight: weight, density: density)
    }
    return .list([result.hist] + result.binEdges)
}
