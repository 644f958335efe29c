import CSwiftNN
import SwiftNN

func run(_ op: snn_products_op, _ c: Call) throws(TensorError) -> Results {
    switch op {
    case .SNN_PRODUCTS_mm: return .one(try c.tensor(0).matrixProduct(c.tensor(1)))
    case .SNN_PRODUCTS_bmm: return .one(try c.tensor(0).batchedMatrixProduct(c.tensor(1)))
    case .SNN_PRODUCTS_matmul: return .one(try c.tensor(0).matmul(c.tensor(1)))
    case .SNN_PRODUCTS_linear: return .one(try c.tensor(0).linear(c.tensor(1), c.optionalTensor(2)))
    case .SNN_PRODUCTS_mv: return .one(try c.tensor(0).matrixVectorProduct(c.tensor(1)))
    case .SNN_PRODUCTS_dot: return .one(try c.tensor(0).dot(c.tensor(1)))
    case .SNN_PRODUCTS_vdot: return .one(try c.tensor(0).dot(c.tensor(1), "vdot"))
    case .SNN_PRODUCTS_inner: return .one(try c.tensor(0).inner(c.tensor(1)))
    case .SNN_PRODUCTS_outer: return .one(try c.tensor(0).outer(c.tensor(1)))
    case .SNN_PRODUCTS_addmm:
        return .one(try c.tensor(0).addingMatrixProduct(c.tensor(1), c.tensor(2), beta: c.factor(3), alpha: c.factor(4)))
    case .SNN_PRODUCTS_addmv:
        return .one(try c.tensor(0).addingMatrixVectorProduct(c.tensor(1), c.tensor(2), beta: c.factor(3), alpha: c.factor(4)))
    case .SNN_PRODUCTS_addr:
        return .one(try c.tensor(0).addingOuterProduct(c.tensor(1), c.tensor(2), beta: c.factor(3), alpha: c.factor(4)))
    case .SNN_PRODUCTS_addbmm:
        return .one(try c.tensor(0).addingSummedMatrixProducts(c.tensor(1), c.tensor(2), beta: c.factor(3), alpha: c.factor(4)))
    case .SNN_PRODUCTS_baddbmm:
        return .one(try c.tensor(0).addingBatchedMatrixProduct(c.tensor(1), c.tensor(2), beta: c.factor(3), alpha: c.factor(4)))
    case .SNN_PRODUCTS_einsum:
        return .one(try Tensor.einsum(c.optionalString(0) ?? "", c.tensors(1)))
    case .SNN_PRODUCTS_tensordot: return .one(try c.tensor(0).contracted(with: c.tensor(1), over: c.shape(2), and: c.shape(3)))
    case .SNN_PRODUCTS_cdist:
        return .one(try c.tensor(0).pairwiseDistances(to: c.tensor(1), p: c.real(2, 2), mode: c.choice(3) ?? .productIfNecessary))
    case .SNN_PRODUCTS_kron: return .one(try c.tensor(0).kroneckerProduct(c.tensor(1)))
    case .SNN_PRODUCTS_cross: return .one(try c.tensor(0).crossProduct(c.tensor(1), dim: c.optionalInteger(2)))
    case .SNN_PRODUCTS_linalg_cross: return .one(try c.tensor(0).crossProduct(c.tensor(1), dim: c.integer(2, -1)))
    case .SNN_PRODUCTS_vecdot: return .one(try c.tensor(0).vectorDot(c.tensor(1), dim: c.integer(2, -1)))
    case .SNN_PRODUCTS_multi_dot: return .one(try Tensor.matrixProductChain(c.tensors(0)))
    case .SNN_PRODUCTS_matrix_power: return .one(try c.tensor(0).matrixPower(c.integer(1)))
    case .SNN_PRODUCTS_trace: return .one(try c.tensor(0).trace())
    }
}
