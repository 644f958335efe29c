import CSwiftNN
import SwiftNN

func run(_ op: snn_creation_op, _ c: Call) throws(TensorError) -> Results {
    switch op {
    case .SNN_CREATION_zeros: return .one(try Tensor.zeros(c.shape(0), dtype: c.dtype(1), requiresGrad: c.boolean(2, false)))
    case .SNN_CREATION_ones: return .one(try Tensor.ones(c.shape(0), dtype: c.dtype(1), requiresGrad: c.boolean(2, false)))
    case .SNN_CREATION_empty: return .one(try Tensor.empty(c.shape(0), dtype: c.dtype(1), requiresGrad: c.boolean(2, false)))
    case .SNN_CREATION_full: return .one(try Tensor.full(c.shape(0), c.number(1), dtype: c.optionalDType(2), requiresGrad: c.boolean(3, false)))
    case .SNN_CREATION_arange:
        return .one(try Tensor.arange(
            c.number(0), c.number(1), step: c.optionalNumber(2) ?? 1.asTensor(), dtype: c.optionalDType(3), requiresGrad: c.boolean(4, false)))
    case .SNN_CREATION_zeros_like: return .one(try like(c, 1, Tensor.zeros))
    case .SNN_CREATION_ones_like: return .one(try like(c, 1, Tensor.ones))
    case .SNN_CREATION_empty_like: return .one(try like(c, 1, Tensor.empty))
    case .SNN_CREATION_full_like:
        let number = try c.number(1)
        return .one(try like(c, 2) { (shape, dtype, requiresGrad) throws(TensorError) in
            try Tensor.full(shape, number, dtype: dtype, requiresGrad: requiresGrad)
        })
    case .SNN_CREATION_empty_strided:
        return .one(try Tensor.empty(c.shape(0), strides: c.shape(1), dtype: c.dtype(2), requiresGrad: c.boolean(3, false)))
    case .SNN_CREATION_scalar_tensor:
        return .one(try Tensor.scalar(c.number(0), dtype: c.dtype(1), requiresGrad: c.boolean(2, false)))
    case .SNN_CREATION_eye:
        return .one(try Tensor.identity(
            c.integer(0), c.optionalInteger(1), dtype: c.dtype(2), requiresGrad: c.boolean(3, false)))
    case .SNN_CREATION_linspace:
        return .one(try Tensor.linspace(
            c.number(0), c.number(1), steps: c.integer(2), dtype: c.dtype(3), requiresGrad: c.boolean(4, false)))
    case .SNN_CREATION_logspace:
        return .one(try Tensor.logspace(
            c.number(0), c.number(1), steps: c.integer(2), base: c.real(3, 10), dtype: c.dtype(4),
            requiresGrad: c.boolean(5, false)))
    case .SNN_CREATION_tril_indices, .SNN_CREATION_triu_indices:
        let indices = op == .SNN_CREATION_tril_indices ? Tensor.lowerTriangleIndices : Tensor.upperTriangleIndices
        let result = try indices(c.integer(0), c.integer(1), c.integer(2, 0), c.dtype(3, .int64))
        if try c.boolean(4, false) { try result.setRequiresGrad(true) }
        return .one(result)
    case .SNN_CREATION_vander: return .one(try c.tensor(0).vandermonde(c.optionalInteger(1), increasing: c.boolean(2, false)))
    case .SNN_CREATION_rand:
        return .one(try Tensor.rand(c.shape(0), dtype: c.dtype(1), requiresGrad: c.boolean(2, false), generator: c.generator(3)))
    case .SNN_CREATION_randn:
        return .one(try Tensor.randn(c.shape(0), dtype: c.dtype(1), requiresGrad: c.boolean(2, false), generator: c.generator(3)))
    case .SNN_CREATION_rand_like:
        let generator = try c.generator(3)
        return .one(try like(c, 1) { (shape, dtype, grad) throws(TensorError) in
            try Tensor.rand(shape, dtype: dtype, requiresGrad: grad, generator: generator)
        })
    case .SNN_CREATION_randn_like:
        let generator = try c.generator(3)
        return .one(try like(c, 1) { (shape, dtype, grad) throws(TensorError) in
            try Tensor.randn(shape, dtype: dtype, requiresGrad: grad, generator: generator)
        })
    case .SNN_CREATION_randint:
        return .one(try Tensor.randint(
            c.integer(0), c.integer(1), c.shape(2), dtype: c.dtype(3, .int64), requiresGrad: c.boolean(4, false),
            generator: c.generator(5)))
    case .SNN_CREATION_randint_like:
        let (low, high, generator) = (try c.integer(1), try c.integer(2), try c.generator(5))
        return .one(try like(c, 3) { (shape, dtype, grad) throws(TensorError) in
            try Tensor.randint(low, high, shape, dtype: dtype, requiresGrad: grad, generator: generator)
        })
    case .SNN_CREATION_randperm:
        let result = try Tensor.randperm(c.integer(0), dtype: c.dtype(1, .int64), generator: c.generator(3))
        if try c.boolean(2, false) { try result.setRequiresGrad(true) }
        return .one(result)
    case .SNN_CREATION_normal:
        let (mean, deviation, generator) = (try c.tensor(0), try c.optionalTensor(1) ?? 1.0.asTensor(), try c.generator(5))
        let result: Tensor
        if let shape = try c.optionalIntegers(2) {
            if !mean.isNumber || !deviation.isNumber {
                throw TensorError(.type, c.name, "with a size, mean and std must be numbers")
            }
            result = try Tensor.normal(
                mean: mean.itemAsDouble(), standardDeviation: deviation.itemAsDouble(), shape, dtype: c.dtype(3),
                generator: generator)
        } else {
            // PyTorch has these options for two numbers and a size only.
            if try c.optionalDType(3) != nil {
                throw TensorError(.type, c.name, "dtype is for two numbers and a size")
            }
            result = try Tensor.normal(mean: mean, standardDeviation: deviation, generator: generator)
        }
        if try c.boolean(4, false) { try result.setRequiresGrad(true) }
        return .one(result)
    case .SNN_CREATION_bernoulli:
        let (tensor, generator) = (try c.tensor(0), try c.generator(2))
        if let probability = try c.optionalReal(1) {
            return .one(try tensor.bernoulli(probability: probability, generator: generator))
        }
        return .one(try tensor.bernoulli(generator: generator))
    case .SNN_CREATION_multinomial:
        return .one(try c.tensor(0).multinomial(c.integer(1), replacement: c.boolean(2, false), generator: c.generator(3)))
    case .SNN_CREATION_poisson: return .one(try c.tensor(0).poisson(generator: c.generator(1)))
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
