import CSwiftNN
import SwiftNN

func run(_ op: snn_pointwise_op, _ c: Call) throws(TensorError) -> Results {
    switch op {
    case .SNN_POINTWISE_add: return .one(try c.tensor(0).adding(c.tensor(1), alpha: c.factor(2)))
    case .SNN_POINTWISE_sub: return .one(try c.tensor(0).subtracting(c.tensor(1), alpha: c.factor(2)))
    case .SNN_POINTWISE_mul: return .one(try c.tensor(0).multiplied(by: c.tensor(1)))
    case .SNN_POINTWISE_div: return .one(try c.tensor(0).divided(by: c.tensor(1), rounding: c.choice(2)))
    case .SNN_POINTWISE_pow: return .one(try c.tensor(0).raised(to: c.tensor(1)))
    case .SNN_POINTWISE_maximum: return .one(try c.tensor(0).maximum(c.tensor(1)))
    case .SNN_POINTWISE_minimum: return .one(try c.tensor(0).minimum(c.tensor(1)))
    case .SNN_POINTWISE_eq: return .one(try c.tensor(0).equalElements(to: c.tensor(1)))
    case .SNN_POINTWISE_ne: return .one(try c.tensor(0).unequalElements(to: c.tensor(1)))
    case .SNN_POINTWISE_lt: return .one(try c.tensor(0).lessThan(c.tensor(1)))
    case .SNN_POINTWISE_le: return .one(try c.tensor(0).lessThanOrEqual(c.tensor(1)))
    case .SNN_POINTWISE_gt: return .one(try c.tensor(0).greaterThan(c.tensor(1)))
    case .SNN_POINTWISE_ge: return .one(try c.tensor(0).greaterThanOrEqual(c.tensor(1)))
    case .SNN_POINTWISE_isclose:
        return .one(try c.tensor(0).isClose(
            to: c.tensor(1), rtol: c.real(2, 1e-5), atol: c.real(3, 1e-8), equalNaN: c.boolean(4, false)))
    case .SNN_POINTWISE_equal: return .one(try Tensor(try c.tensor(0).equals(c.tensor(1))))
    case .SNN_POINTWISE_neg: return .one(try c.tensor(0).negated())
    case .SNN_POINTWISE_abs: return .one(try c.tensor(0).absoluteValue())
    case .SNN_POINTWISE_sign: return .one(try c.tensor(0).sign())
    case .SNN_POINTWISE_square: return .one(try c.tensor(0).squared())
    case .SNN_POINTWISE_exp: return .one(try c.tensor(0).exponential())
    case .SNN_POINTWISE_log: return .one(try c.tensor(0).logarithm())
    case .SNN_POINTWISE_sqrt: return .one(try c.tensor(0).squareRoot())
    case .SNN_POINTWISE_relu: return .one(try c.tensor(0).relu())
    case .SNN_POINTWISE_sigmoid: return .one(try c.tensor(0).sigmoid())
    case .SNN_POINTWISE_tanh: return .one(try c.tensor(0).tanh())
    case .SNN_POINTWISE_clamp: return .one(try c.tensor(0).clamped(min: c.optionalNumber(1), max: c.optionalNumber(2)))
    case .SNN_POINTWISE_isnan: return .one(try c.tensor(0).isNaN())
    case .SNN_POINTWISE_isfinite: return .one(try c.tensor(0).isFinite())
    case .SNN_POINTWISE_logical_not: return .one(try c.tensor(0).logicalNot())
    }
}
