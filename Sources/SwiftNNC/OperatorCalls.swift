import CSwiftNN
import SwiftNN

// One case for each operator of swiftnn_ops.def; the compiler names a missing one.

/// What an operator gives back.
private enum Results {
    case one(Tensor)
    case two(Tensor, Tensor)
    case list([Tensor])
}

@c @implementation
public func snn_op_call(
    _ op: snn_op, _ arguments: UnsafePointer<snn_value>!, _ argument_count: Int32,
    _ results: UnsafeMutablePointer<snn_tensor?>!, _ capacity: Int32, _ result_count: UnsafeMutablePointer<Int32>!
) -> snn_status {
    status { () throws(TensorError) in
        try checkEnumerator(op.rawValue, Int(SNN_OP_COUNT), "operator")
        let call = Call(arguments, argument_count, snn_op_name(op))
        let outcome = try run(op, call)
        let count: Int32 = switch outcome {
        case .one: 1
        case .two: 2
        case .list(let list): Int32(list.count)
        }
        if count > capacity || (count > 0 && results == nil) {
            throw TensorError(.value, call.name, "room for \(capacity) results, there are \(count)")
        }
        switch outcome {
        case .one(let tensor): results[0] = owned(tensor)
        case .two(let first, let second):
            results[0] = owned(first)
            results[1] = owned(second)
        case .list(let list):
            for (index, tensor) in list.enumerated() { results[index] = owned(tensor) }
        }
        result_count?.pointee = count
    }
}

private func run(_ op: snn_op, _ c: Call) throws(TensorError) -> Results {
    switch op {
    case .SNN_OP_add: return .one(try c.tensor(0).adding(c.tensor(1), alpha: c.factor(2)))
    case .SNN_OP_sub: return .one(try c.tensor(0).subtracting(c.tensor(1), alpha: c.factor(2)))
    case .SNN_OP_mul: return .one(try c.tensor(0).multiplied(by: c.tensor(1)))
    case .SNN_OP_div: return .one(try c.tensor(0).divided(by: c.tensor(1), rounding: c.choice(2)))
    case .SNN_OP_pow: return .one(try c.tensor(0).raised(to: c.tensor(1)))
    case .SNN_OP_maximum: return .one(try c.tensor(0).maximum(c.tensor(1)))
    case .SNN_OP_minimum: return .one(try c.tensor(0).minimum(c.tensor(1)))

    case .SNN_OP_eq: return .one(try c.tensor(0).equalElements(to: c.tensor(1)))
    case .SNN_OP_ne: return .one(try c.tensor(0).unequalElements(to: c.tensor(1)))
    case .SNN_OP_lt: return .one(try c.tensor(0).lessThan(c.tensor(1)))
    case .SNN_OP_le: return .one(try c.tensor(0).lessThanOrEqual(c.tensor(1)))
    case .SNN_OP_gt: return .one(try c.tensor(0).greaterThan(c.tensor(1)))
    case .SNN_OP_ge: return .one(try c.tensor(0).greaterThanOrEqual(c.tensor(1)))
    case .SNN_OP_isclose:
        return .one(try c.tensor(0).isClose(
            to: c.tensor(1), rtol: c.real(2, 1e-5), atol: c.real(3, 1e-8), equalNaN: c.boolean(4, false)))
    case .SNN_OP_equal: return .one(try Tensor(try c.tensor(0).equals(c.tensor(1))))

    case .SNN_OP_neg: return .one(try c.tensor(0).negated())
    case .SNN_OP_abs: return .one(try c.tensor(0).absoluteValue())
    case .SNN_OP_sign: return .one(try c.tensor(0).sign())
    case .SNN_OP_square: return .one(try c.tensor(0).squared())
    case .SNN_OP_exp: return .one(try c.tensor(0).exponential())
    case .SNN_OP_log: return .one(try c.tensor(0).logarithm())
    case .SNN_OP_sqrt: return .one(try c.tensor(0).squareRoot())
    case .SNN_OP_relu: return .one(try c.tensor(0).relu())
    case .SNN_OP_sigmoid: return .one(try c.tensor(0).sigmoid())
    case .SNN_OP_tanh: return .one(try c.tensor(0).tanh())
    case .SNN_OP_clamp: return .one(try c.tensor(0).clamped(min: c.optionalNumber(1), max: c.optionalNumber(2)))
    case .SNN_OP_isnan: return .one(try c.tensor(0).isNaN())
    case .SNN_OP_isfinite: return .one(try c.tensor(0).isFinite())
    case .SNN_OP_logical_not: return .one(try c.tensor(0).logicalNot())
    case .SNN_OP_where: return .one(try Tensor.select(c.tensor(0), c.tensor(1), c.tensor(2)))
    case .SNN_OP_masked_fill: return .one(try c.tensor(0).maskedFill(c.tensor(1), with: c.tensor(2)))

    case .SNN_OP_sum: return .one(try c.tensor(0).sum(c.optionalIntegers(1), keepDims: c.boolean(2, false), dtype: c.optionalDType(3)))
    case .SNN_OP_mean: return .one(try c.tensor(0).mean(c.optionalIntegers(1), keepDims: c.boolean(2, false), dtype: c.optionalDType(3)))
    case .SNN_OP_amax: return .one(try c.tensor(0).amax(c.optionalIntegers(1), keepDims: c.boolean(2, false)))
    case .SNN_OP_amin: return .one(try c.tensor(0).amin(c.optionalIntegers(1), keepDims: c.boolean(2, false)))
    case .SNN_OP_max:
        guard let dim = try c.optionalInteger(1) else { return .one(try c.tensor(0).amax()) }
        let found = try c.tensor(0).max(dim, keepDims: c.boolean(2, false))
        return .two(found.values, found.indices)
    case .SNN_OP_min:
        guard let dim = try c.optionalInteger(1) else { return .one(try c.tensor(0).amin()) }
        let found = try c.tensor(0).min(dim, keepDims: c.boolean(2, false))
        return .two(found.values, found.indices)
    case .SNN_OP_argmax: return .one(try c.tensor(0).argmax(c.optionalInteger(1), keepDims: c.boolean(2, false)))
    case .SNN_OP_argmin: return .one(try c.tensor(0).argmin(c.optionalInteger(1), keepDims: c.boolean(2, false)))
    case .SNN_OP_all: return .one(try c.tensor(0).all(c.optionalIntegers(1), keepDims: c.boolean(2, false)))
    case .SNN_OP_any: return .one(try c.tensor(0).any(c.optionalIntegers(1), keepDims: c.boolean(2, false)))

    case .SNN_OP_mm: return .one(try c.tensor(0).matrixProduct(c.tensor(1)))
    case .SNN_OP_matmul: return .one(try c.tensor(0).matmul(c.tensor(1)))
    case .SNN_OP_linear: return .one(try c.tensor(0).linear(c.tensor(1), c.optionalTensor(2)))

    case .SNN_OP_view: return .one(try c.tensor(0).view(c.shape(1)))
    case .SNN_OP_reshape: return .one(try c.tensor(0).reshaped(c.shape(1)))
    case .SNN_OP_flatten: return .one(try c.tensor(0).flattened(from: c.integer(1, 0), to: c.integer(2, -1)))
    case .SNN_OP_squeeze: return .one(try c.tensor(0).squeezed(c.optionalIntegers(1)))
    case .SNN_OP_unsqueeze: return .one(try c.tensor(0).unsqueezed(c.integer(1)))
    case .SNN_OP_transpose: return .one(try c.tensor(0).transposed(c.integer(1), c.integer(2)))
    case .SNN_OP_t: return .one(try c.tensor(0).transposed())
    case .SNN_OP_permute: return .one(try c.tensor(0).permuted(c.shape(1)))
    case .SNN_OP_expand: return .one(try c.tensor(0).expanded(c.shape(1)))
    case .SNN_OP_contiguous: return .one(try c.tensor(0).contiguous())
    case .SNN_OP_clone: return .one(try c.tensor(0).cloned())
    case .SNN_OP_detach: return .one(try c.tensor(0).detached())
    case .SNN_OP_cat: return .one(try Tensor.concatenated(c.tensors(0), dim: c.integer(1, 0)))
    case .SNN_OP_stack: return .one(try Tensor.stacked(c.tensors(0), dim: c.integer(1, 0)))
    case .SNN_OP_index_select: return .one(try c.tensor(0).indexSelected(c.integer(1), c.tensor(2)))
    case .SNN_OP_to_dtype:
        let tensor = try c.tensor(0)
        return .one(try tensor.to(try c.dtype(1, tensor.dtype)))

    case .SNN_OP_zeros: return .one(try Tensor.zeros(c.shape(0), dtype: c.dtype(1), requiresGrad: c.boolean(2, false)))
    case .SNN_OP_ones: return .one(try Tensor.ones(c.shape(0), dtype: c.dtype(1), requiresGrad: c.boolean(2, false)))
    case .SNN_OP_empty: return .one(try Tensor.empty(c.shape(0), dtype: c.dtype(1), requiresGrad: c.boolean(2, false)))
    case .SNN_OP_full: return .one(try Tensor.full(c.shape(0), c.number(1), dtype: c.optionalDType(2), requiresGrad: c.boolean(3, false)))
    case .SNN_OP_arange:
        return .one(try Tensor.arange(
            c.number(0), c.number(1), step: c.number(2), dtype: c.optionalDType(3), requiresGrad: c.boolean(4, false)))
    case .SNN_OP_zeros_like: return .one(try like(c, 1, Tensor.zeros))
    case .SNN_OP_ones_like: return .one(try like(c, 1, Tensor.ones))
    case .SNN_OP_empty_like: return .one(try like(c, 1, Tensor.empty))
    case .SNN_OP_full_like:
        let number = try c.number(1)
        return .one(try like(c, 2) { (shape, dtype, requiresGrad) throws(TensorError) in
            try Tensor.full(shape, number, dtype: dtype, requiresGrad: requiresGrad)
        })
    case .SNN_OP_rand: return .one(try Tensor.rand(c.shape(0), dtype: c.dtype(1), requiresGrad: c.boolean(2, false)))
    case .SNN_OP_randn: return .one(try Tensor.randn(c.shape(0), dtype: c.dtype(1), requiresGrad: c.boolean(2, false)))
    case .SNN_OP_rand_like:
        return .one(try like(c, 1) { (shape, dtype, grad) throws(TensorError) in try Tensor.rand(shape, dtype: dtype, requiresGrad: grad) })
    case .SNN_OP_randn_like:
        return .one(try like(c, 1) { (shape, dtype, grad) throws(TensorError) in try Tensor.randn(shape, dtype: dtype, requiresGrad: grad) })
    case .SNN_OP_randint:
        return .one(try Tensor.randint(
            c.integer(0), c.integer(1), c.shape(2), dtype: c.dtype(3, .int64), requiresGrad: c.boolean(4, false)))
    case .SNN_OP_randperm: return .one(try Tensor.randperm(c.integer(0), dtype: c.dtype(1, .int64)))

    case .SNN_OP_softmax: return .one(try c.tensor(0).softmax(c.integer(1), dtype: c.optionalDType(2)))
    case .SNN_OP_log_softmax: return .one(try c.tensor(0).logSoftmax(c.integer(1), dtype: c.optionalDType(2)))
    case .SNN_OP_dropout: return .one(try c.tensor(0).dropout(c.real(1, 0.5), training: c.boolean(2, true)))
    case .SNN_OP_cross_entropy:
        return .one(try c.tensor(0).crossEntropy(
            c.tensor(1), weight: c.optionalTensor(2), ignoreIndex: c.integer(3, -100), reduction: c.choice(4) ?? .mean,
            labelSmoothing: c.real(5, 0)))
    case .SNN_OP_mse_loss: return .one(try c.tensor(0).meanSquaredError(c.tensor(1), reduction: c.choice(2) ?? .mean))

    case .SNN_OP_sgd_step: return .list(try sgdStep(c))
    case .SNN_OP_adam_step:
        try adamStep(c)
        return .list([])
    }
}

/// A creation function with the shape of the first argument, and its dtype where none is named.
private func like(
    _ c: Call, _ first: Int, _ create: ([Int], DType, Bool) throws(TensorError) -> Tensor
) throws(TensorError) -> Tensor {
    let model = try c.tensor(0)
    if !model.isInitialized { throw TensorError(.runtime, c.name, "a parameter is not initialised yet") }
    return try create(model.shape, try c.dtype(first, model.dtype), try c.boolean(first + 1, false))
}

private func sgdStep(_ c: Call) throws(TensorError) -> [Tensor] {
    let parameters = try c.tensors(0), given = try c.tensors(1), numbers = try c.reals(2)
    if numbers.count != 4 || (!given.isEmpty && given.count != parameters.count) {
        throw TensorError(.value, "SGD", "expected 4 settings and a buffer for each parameter")
    }
    var settings = SGDSettings()
    (settings.learningRate, settings.momentum) = (numbers[0], numbers[1])
    (settings.dampening, settings.weightDecay) = (numbers[2], numbers[3])
    settings.nesterov = try c.boolean(3, false)
    settings.maximize = try c.boolean(4, false)
    if settings.momentum != 0 && given.isEmpty && !parameters.isEmpty {
        throw TensorError(.value, "SGD", "momentum needs a buffer for each parameter")
    }
    var buffers: [Tensor?] = []
    for (buffer, parameter) in zip(given, parameters) {
        // A parameter without elements has nothing to keep in a buffer: any will do.
        let substitute = parameter.count == 0 ? try Tensor.zeros(parameter.shape, dtype: parameter.dtype) : nil
        buffers.append(buffer.count == 0 ? substitute : buffer)
    }
    let waiting = buffers.indices.filter { buffers[$0] == nil }
    try OptimizerStep.sgd(parameters, buffers: &buffers, settings)
    return waiting.compactMap { buffers[$0] }
}

private func adamStep(_ c: Call) throws(TensorError) {
    let parameters = try c.tensors(0), averages = try c.tensors(1), squares = try c.tensors(2), numbers = try c.reals(3)
    if numbers.count != 5 + parameters.count || averages.count != parameters.count || squares.count != parameters.count {
        throw TensorError(.value, "Adam", "expected 5 settings, and for each parameter two averages and a step")
    }
    var settings = AdamSettings()
    settings.learningRate = numbers[0]
    (settings.beta1, settings.beta2, settings.epsilon) = (numbers[1], numbers[2], numbers[3])
    settings.weightDecay = numbers[4]
    settings.decoupled = try c.boolean(4, false)
    settings.maximize = try c.boolean(5, false)
    try OptimizerStep.adam(parameters, averages: averages, squares: squares, steps: Array(numbers[5...]), settings)
}
