import CSwiftNN
import SwiftNN

func run(_ op: snn_activations_op, _ c: Call) throws(TensorError) -> Results {
    switch op {
    case .SNN_ACTIVATIONS_softmax: return .one(try c.tensor(0).softmax(c.integer(1), dtype: c.optionalDType(2)))
    case .SNN_ACTIVATIONS_log_softmax: return .one(try c.tensor(0).logSoftmax(c.integer(1), dtype: c.optionalDType(2)))
    case .SNN_ACTIVATIONS_softmin: return .one(try c.tensor(0).softmin(c.integer(1), dtype: c.optionalDType(2)))
    case .SNN_ACTIVATIONS_elu: return .one(try c.tensor(0).elu(alpha: c.real(1, 1)))
    case .SNN_ACTIVATIONS_selu: return .one(try c.tensor(0).selu())
    case .SNN_ACTIVATIONS_celu: return .one(try c.tensor(0).celu(alpha: c.real(1, 1)))
    case .SNN_ACTIVATIONS_gelu: return .one(try c.tensor(0).gelu(approximation: approximation(c)))
    case .SNN_ACTIVATIONS_silu: return .one(try c.tensor(0).silu())
    case .SNN_ACTIVATIONS_mish: return .one(try c.tensor(0).mish())
    case .SNN_ACTIVATIONS_hardtanh: return .one(try c.tensor(0).hardTanh(min: c.real(1, -1), max: c.real(2, 1)))
    case .SNN_ACTIVATIONS_relu6: return .one(try c.tensor(0).relu6())
    case .SNN_ACTIVATIONS_leaky_relu: return .one(try c.tensor(0).leakyReLU(negativeSlope: c.real(1, 0.01)))
    case .SNN_ACTIVATIONS_prelu: return .one(try c.tensor(0).prelu(c.tensor(1)))
    case .SNN_ACTIVATIONS_rrelu:
        return .one(try c.tensor(0).randomizedLeakyReLU(
            lower: c.real(1, 1.0 / 8), upper: c.real(2, 1.0 / 3), training: c.boolean(3, false), generator: c.generator(4)))
    case .SNN_ACTIVATIONS_hardsigmoid: return .one(try c.tensor(0).hardSigmoid())
    case .SNN_ACTIVATIONS_hardswish: return .one(try c.tensor(0).hardSwish())
    case .SNN_ACTIVATIONS_hardshrink: return .one(try c.tensor(0).hardShrink(lambda: c.real(1, 0.5)))
    case .SNN_ACTIVATIONS_softshrink: return .one(try c.tensor(0).softShrink(lambda: c.real(1, 0.5)))
    case .SNN_ACTIVATIONS_tanhshrink: return .one(try c.tensor(0).tanhShrink())
    case .SNN_ACTIVATIONS_softplus: return .one(try c.tensor(0).softplus(beta: c.real(1, 1), threshold: c.real(2, 20)))
    case .SNN_ACTIVATIONS_softsign: return .one(try c.tensor(0).softsign())
    case .SNN_ACTIVATIONS_logsigmoid: return .one(try c.tensor(0).logSigmoid())
    case .SNN_ACTIVATIONS_threshold: return .one(try c.tensor(0).thresholded(c.real(1, 0), value: c.real(2, 0)))
    case .SNN_ACTIVATIONS_glu: return .one(try c.tensor(0).glu(c.integer(1, -1)))
    case .SNN_ACTIVATIONS_dropout: return .one(try c.tensor(0).dropout(c.real(1, 0.5), training: c.boolean(2, true)))
    case .SNN_ACTIVATIONS_feature_dropout: return .one(try c.tensor(0).featureDropout(c.real(1, 0.5), training: c.boolean(2, true)))
    case .SNN_ACTIVATIONS_alpha_dropout: return .one(try c.tensor(0).alphaDropout(c.real(1, 0.5), training: c.boolean(2, true)))
    case .SNN_ACTIVATIONS_feature_alpha_dropout:
        return .one(try c.tensor(0).featureAlphaDropout(c.real(1, 0.5), training: c.boolean(2, true)))
    case .SNN_ACTIVATIONS_gumbel_softmax:
        return .one(try c.tensor(0).gumbelSoftmax(c.integer(4, -1), temperature: c.real(1, 1), hard: c.boolean(2, false)))
    }
}

private func approximation(_ c: Call) throws(TensorError) -> GELUApproximation {
    guard let name = try c.optionalString(1) else { return .none }
    guard let found = GELUApproximation(rawValue: name) else {
        throw TensorError(.runtime, "gelu", "approximate argument must be either none or tanh, not '\(name)'")
    }
    return found
}
