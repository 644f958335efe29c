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
            c.number(0), c.number(1), step: c.number(2), dtype: c.optionalDType(3), requiresGrad: c.boolean(4, false)))
    case .SNN_CREATION_zeros_like: return .one(try like(c, 1, Tensor.zeros))
    case .SNN_CREATION_ones_like: return .one(try like(c, 1, Tensor.ones))
    case .SNN_CREATION_empty_like: return .one(try like(c, 1, Tensor.empty))
    case .SNN_CREATION_full_like:
        let number = try c.number(1)
        return .one(try like(c, 2) { (shape, dtype, requiresGrad) throws(TensorError) in
            try Tensor.full(shape, number, dtype: dtype, requiresGrad: requiresGrad)
        })
    case .SNN_CREATION_rand: return .one(try Tensor.rand(c.shape(0), dtype: c.dtype(1), requiresGrad: c.boolean(2, false)))
    case .SNN_CREATION_randn: return .one(try Tensor.randn(c.shape(0), dtype: c.dtype(1), requiresGrad: c.boolean(2, false)))
    case .SNN_CREATION_rand_like:
        return .one(try like(c, 1) { (shape, dtype, grad) throws(TensorError) in try Tensor.rand(shape, dtype: dtype, requiresGrad: grad) })
    case .SNN_CREATION_randn_like:
        return .one(try like(c, 1) { (shape, dtype, grad) throws(TensorError) in try Tensor.randn(shape, dtype: dtype, requiresGrad: grad) })
    case .SNN_CREATION_randint:
        return .one(try Tensor.randint(
            c.integer(0), c.integer(1), c.shape(2), dtype: c.dtype(3, .int64), requiresGrad: c.boolean(4, false)))
    case .SNN_CREATION_randperm: return .one(try Tensor.randperm(c.integer(0), dtype: c.dtype(1, .int64)))
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
