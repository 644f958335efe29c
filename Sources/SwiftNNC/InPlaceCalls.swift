import CSwiftNN
import SwiftNN

// One case for each in-place operator of swiftnn_ops.def.

@c @implementation
public func snn_inplace_call(
    _ op: snn_inplace_op, _ arguments: UnsafePointer<snn_value>!, _ argument_count: Int32
) -> snn_status {
    status { () throws(TensorError) in
        try checkEnumerator(op.rawValue, Int(SNN_INPLACE_COUNT), "in-place operator")
        try run(op, Call(arguments, argument_count, snn_inplace_name(op)))
        try SavedTensorHooks.check()
    }
}

private func run(_ op: snn_inplace_op, _ c: Call) throws(TensorError) {
    switch op {
    case .SNN_INPLACE_add: try c.tensor(0).addInPlace(c.tensor(1), alpha: c.factor(2))
    case .SNN_INPLACE_sub: try c.tensor(0).subtractInPlace(c.tensor(1), alpha: c.factor(2))
    case .SNN_INPLACE_mul: try c.tensor(0).multiplyInPlace(by: c.tensor(1))
    case .SNN_INPLACE_div: try c.tensor(0).divideInPlace(by: c.tensor(1), rounding: c.choice(2))
    case .SNN_INPLACE_pow: try c.tensor(0).raiseInPlace(to: c.tensor(1))
    case .SNN_INPLACE_neg: try c.tensor(0).negateInPlace()
    case .SNN_INPLACE_abs: try c.tensor(0).absoluteValueInPlace()
    case .SNN_INPLACE_square: try c.tensor(0).squareInPlace()
    case .SNN_INPLACE_exp: try c.tensor(0).exponentialInPlace()
    case .SNN_INPLACE_log: try c.tensor(0).logarithmInPlace()
    case .SNN_INPLACE_sqrt: try c.tensor(0).squareRootInPlace()
    case .SNN_INPLACE_relu: try c.tensor(0).reluInPlace()
    case .SNN_INPLACE_sigmoid: try c.tensor(0).sigmoidInPlace()
    case .SNN_INPLACE_tanh: try c.tensor(0).tanhInPlace()
    case .SNN_INPLACE_clamp: try c.tensor(0).clampInPlace(min: c.optionalTensor(1), max: c.optionalTensor(2))
    case .SNN_INPLACE_masked_fill: try c.tensor(0).maskedFillInPlace(c.tensor(1), with: c.tensor(2))
    case .SNN_INPLACE_masked_scatter: try c.tensor(0).maskedScatterInPlace(c.tensor(1), c.tensor(2))
    case .SNN_INPLACE_index_add:
        try c.tensor(0).indexAddInPlace(c.integer(1), c.tensor(2), c.tensor(3), scale: c.factor(4))
    case .SNN_INPLACE_index_copy: try c.tensor(0).indexCopyInPlace(c.integer(1), c.tensor(2), c.tensor(3))
    case .SNN_INPLACE_index_fill: try c.tensor(0).indexFillInPlace(c.integer(1), c.tensor(2), with: c.tensor(3))
    case .SNN_INPLACE_index_reduce:
        try c.tensor(0).indexReduceInPlace(
            c.integer(1), c.tensor(2), c.tensor(3), by: c.reduction(4), includesSelf: c.boolean(5, true))
    case .SNN_INPLACE_index_put:
        try c.tensor(0).indexPutInPlace(c.tensors(1), c.tensor(2), accumulate: c.boolean(3, false))
    case .SNN_INPLACE_put: try c.tensor(0).putInPlace(c.tensor(1), c.tensor(2), accumulate: c.boolean(3, false))
    case .SNN_INPLACE_scatter:
        let (x, dim, index, source) = (try c.tensor(0), try c.integer(1), try c.tensor(2), try c.scatterSource())
        switch try c.scatterReduction() {
        case .add: try x.scatterAddInPlace(dim, index, source)
        case .multiply: try x.scatterReduceInPlace(dim, index, source, by: .prod)
        case nil: try x.scatterInPlace(dim, index, source)
        }
    case .SNN_INPLACE_scatter_add: try c.tensor(0).scatterAddInPlace(c.integer(1), c.tensor(2), c.tensor(3))
    case .SNN_INPLACE_scatter_reduce:
        try c.tensor(0).scatterReduceInPlace(
            c.integer(1), c.tensor(2), c.tensor(3), by: c.reduction(4), includesSelf: c.boolean(5, true))
    case .SNN_INPLACE_zero: try c.tensor(0).zeroInPlace()
    case .SNN_INPLACE_fill: try c.tensor(0).fillInPlace(c.tensor(1))
    case .SNN_INPLACE_copy: try c.tensor(0).copyInPlace(from: c.tensor(1))
    case .SNN_INPLACE_uniform:
        try c.tensor(0).uniformInPlace(from: c.real(1, 0), to: c.real(2, 1), generator: c.generator(3))
    case .SNN_INPLACE_normal:
        try c.tensor(0).normalInPlace(mean: c.real(1, 0), standardDeviation: c.real(2, 1), generator: c.generator(3))
    case .SNN_INPLACE_bernoulli:
        guard let chance = try c.optionalTensor(1) else { return try c.tensor(0).bernoulliInPlace(generator: c.generator(2)) }
        if chance.isNumber {
            try c.tensor(0).bernoulliInPlace(probability: chance.itemAsDouble(), generator: c.generator(2))
        } else {
            try c.tensor(0).bernoulliInPlace(probabilities: chance, generator: c.generator(2))
        }
    case .SNN_INPLACE_exponential: try c.tensor(0).exponentialInPlace(rate: c.real(1, 1), generator: c.generator(2))
    case .SNN_INPLACE_cauchy:
        try c.tensor(0).cauchyInPlace(median: c.real(1, 0), scale: c.real(2, 1), generator: c.generator(3))
    case .SNN_INPLACE_log_normal:
        try c.tensor(0).logNormalInPlace(mean: c.real(1, 1), standardDeviation: c.real(2, 2), generator: c.generator(3))
    case .SNN_INPLACE_geometric: try c.tensor(0).geometricInPlace(probability: c.real(1, .nan), generator: c.generator(2))
    case .SNN_INPLACE_random:
        try c.tensor(0).randomInPlace(from: c.optionalInteger(1), to: c.optionalInteger(2), generator: c.generator(3))
    case .SNN_INPLACE_transpose, .SNN_INPLACE_swapaxes, .SNN_INPLACE_swapdims:
        do throws(TensorError) {
            try c.tensor(0).transposeInPlace(c.integer(1), c.integer(2))
        } catch {
            throw TensorError(error.code, c.name, error.detail)
        }
    case .SNN_INPLACE_t: try c.tensor(0).transposeInPlace()
    case .SNN_INPLACE_squeeze: try c.tensor(0).squeezeInPlace(c.optionalIntegers(1))
    case .SNN_INPLACE_unsqueeze: try c.tensor(0).unsqueezeInPlace(c.integer(1))
    case .SNN_INPLACE_as_strided:
        try c.tensor(0).stridedInPlace(c.shape(1), strides: c.shape(2), offset: c.optionalInteger(3))
    case .SNN_INPLACE_resize: try c.tensor(0).resizeInPlace(c.shape(1))
    case .SNN_INPLACE_detach: try c.tensor(0).detachInPlace()
    }
}
