import CSwiftNN
import SwiftNN

func run(_ op: snn_pooling_op, _ c: Call) throws(TensorError) -> Results {
    switch op {
    case .SNN_POOLING_max_pool1d:
        if try !c.boolean(6, false) {
            return .one(try c.tensor(0).maxPooled1d(
                kernelSize: c.extent(1), stride: c.optionalExtent(2), padding: c.extent(3, 0), dilation: c.extent(4, 1), ceilMode: c.boolean(5, false)))
        }
        return pair(try c.tensor(0).maxPooledWithIndices1d(
            kernelSize: c.extent(1), stride: c.optionalExtent(2), padding: c.extent(3, 0), dilation: c.extent(4, 1), ceilMode: c.boolean(5, false)))
    case .SNN_POOLING_max_pool2d:
        if try !c.boolean(6, false) {
            return .one(try c.tensor(0).maxPooled2d(
                kernelSize: c.extent(1), stride: c.optionalExtent(2), padding: c.extent(3, 0), dilation: c.extent(4, 1), ceilMode: c.boolean(5, false)))
        }
        return pair(try c.tensor(0).maxPooledWithIndices2d(
            kernelSize: c.extent(1), stride: c.optionalExtent(2), padding: c.extent(3, 0), dilation: c.extent(4, 1), ceilMode: c.boolean(5, false)))
    case .SNN_POOLING_max_pool3d:
        if try !c.boolean(6, false) {
            return .one(try c.tensor(0).maxPooled3d(
                kernelSize: c.extent(1), stride: c.optionalExtent(2), padding: c.extent(3, 0), dilation: c.extent(4, 1), ceilMode: c.boolean(5, false)))
        }
        return pair(try c.tensor(0).maxPooledWithIndices3d(
            kernelSize: c.extent(1), stride: c.optionalExtent(2), padding: c.extent(3, 0), dilation: c.extent(4, 1), ceilMode: c.boolean(5, false)))
    case .SNN_POOLING_avg_pool1d:
        return .one(try c.tensor(0).averagePooled1d(
            kernelSize: c.extent(1), stride: c.optionalExtent(2), padding: c.extent(3, 0), ceilMode: c.boolean(4, false),
            countsPadding: c.boolean(5, true)))
    case .SNN_POOLING_avg_pool2d:
        return .one(try c.tensor(0).averagePooled2d(
            kernelSize: c.extent(1), stride: c.optionalExtent(2), padding: c.extent(3, 0), ceilMode: c.boolean(4, false),
            countsPadding: c.boolean(5, true), divisor: c.optionalInteger(6)))
    case .SNN_POOLING_avg_pool3d:
        return .one(try c.tensor(0).averagePooled3d(
            kernelSize: c.extent(1), stride: c.optionalExtent(2), padding: c.extent(3, 0), ceilMode: c.boolean(4, false),
            countsPadding: c.boolean(5, true), divisor: c.optionalInteger(6)))
    case .SNN_POOLING_adaptive_max_pool1d:
        if try !c.boolean(2, false) { return .one(try c.tensor(0).adaptiveMaxPooled1d(c.sizes(1))) }
        return pair(try c.tensor(0).adaptiveMaxPooledWithIndices1d(c.sizes(1)))
    case .SNN_POOLING_adaptive_avg_pool1d: return .one(try c.tensor(0).adaptiveAveragePooled1d(c.sizes(1)))
    case .SNN_POOLING_adaptive_max_pool2d:
        if try !c.boolean(2, false) { return .one(try c.tensor(0).adaptiveMaxPooled2d(c.sizes(1))) }
        return pair(try c.tensor(0).adaptiveMaxPooledWithIndices2d(c.sizes(1)))
    case .SNN_POOLING_adaptive_avg_pool2d: return .one(try c.tensor(0).adaptiveAveragePooled2d(c.sizes(1)))
    case .SNN_POOLING_adaptive_max_pool3d:
        if try !c.boolean(2, false) { return .one(try c.tensor(0).adaptiveMaxPooled3d(c.sizes(1))) }
        return pair(try c.tensor(0).adaptiveMaxPooledWithIndices3d(c.sizes(1)))
    case .SNN_POOLING_adaptive_avg_pool3d: return .one(try c.tensor(0).adaptiveAveragePooled3d(c.sizes(1)))
    case .SNN_POOLING_lp_pool1d:
        return .one(try c.tensor(0).powerPooled1d(c.real(1, 2), kernelSize: c.extent(2), stride: c.optionalExtent(3), ceilMode: c.boolean(4, false)))
    case .SNN_POOLING_lp_pool2d:
        return .one(try c.tensor(0).powerPooled2d(c.real(1, 2), kernelSize: c.extent(2), stride: c.optionalExtent(3), ceilMode: c.boolean(4, false)))
    case .SNN_POOLING_lp_pool3d:
        return .one(try c.tensor(0).powerPooled3d(c.real(1, 2), kernelSize: c.extent(2), stride: c.optionalExtent(3), ceilMode: c.boolean(4, false)))
    case .SNN_POOLING_fractional_max_pool2d:
        let found = try c.tensor(0).fractionalMaxPooled2d(
            kernelSize: c.extent(1), outputSize: c.optionalExtent(2), outputRatio: c.optionalReals(3), samples: c.optionalTensor(4),
            generator: c.generator(6))
        return try c.boolean(5, false) ? pair(found) : .one(found.values)
    case .SNN_POOLING_fractional_max_pool3d:
        let found = try c.tensor(0).fractionalMaxPooled3d(
            kernelSize: c.extent(1), outputSize: c.optionalExtent(2), outputRatio: c.optionalReals(3), samples: c.optionalTensor(4),
            generator: c.generator(6))
        return try c.boolean(5, false) ? pair(found) : .one(found.values)
    case .SNN_POOLING_max_unpool1d:
        return .one(try c.tensor(0).maxUnpooled1d(
            c.tensor(1), kernelSize: c.extent(2), stride: c.optionalExtent(3), padding: c.extent(4, 0), outputSize: c.optionalIntegers(5)))
    case .SNN_POOLING_max_unpool2d:
        return .one(try c.tensor(0).maxUnpooled2d(
            c.tensor(1), kernelSize: c.extent(2), stride: c.optionalExtent(3), padding: c.extent(4, 0), outputSize: c.optionalIntegers(5)))
    case .SNN_POOLING_max_unpool3d:
        return .one(try c.tensor(0).maxUnpooled3d(
            c.tensor(1), kernelSize: c.extent(2), stride: c.optionalExtent(3), padding: c.extent(4, 0), outputSize: c.optionalIntegers(5)))
    }
}

private func pair(_ found: (values: Tensor, indices: Tensor)) -> Results { .two(found.values, found.indices) }

extension Call {
    /// One number for all spatial dimensions, also as a list of one, or one for each; nil where there is none, or an empty list.
    fileprivate func optionalExtent(_ index: Int) throws(TensorError) -> Extent? {
        guard let values = try optionalIntegers(index), let first = values.first else { return nil }
        return values.count == 1 ? Extent(first) : Extent(values)
    }

    fileprivate func extent(_ index: Int, _ fallback: Extent? = nil) throws(TensorError) -> Extent {
        guard let extent = try optionalExtent(index) ?? fallback else { throw mismatch(index, "an integer or a list of integers") }
        return extent
    }

    /// One number for all dimensions, or a list of one for each.
    fileprivate func sizes(_ index: Int) throws(TensorError) -> Extent {
        try isInteger(index) ? Extent(integer(index)) : Extent(shape(index))
    }
}
