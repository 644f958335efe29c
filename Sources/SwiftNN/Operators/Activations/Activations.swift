import CKernels

// Activation functions, elementwise. Each runs one kernel, and another one for its gradient; the formulas in differentiable
// operators are for higher derivatives.

extension Tensor {
    /// x where it is positive, else alpha (eˣ - 1): the exponential linear unit (Clevert et al. 2016).
    public func elu(alpha: Double = 1) throws(TensorError) -> Tensor {
        try activated(.CK_ELU, .init(a: alpha, b: 1, c: 1), "elu", EluBackward.self)
    }

    /// The exponential linear unit, scaled so that mean 0 and variance 1 are kept (Klambauer et al. 2017).
    public func selu() throws(TensorError) -> Tensor {
        let (alpha, scale) = (1.6732632423543772848170429916717, 1.0507009873554804934193349852946)
        return try activated(.CK_ELU, .init(a: alpha * scale, b: scale, c: 1), "selu", EluBackward.self)
    }

    /// max(0, x) + min(0, alpha (exp(x / alpha) - 1)), smooth for every alpha (Barron 2017).
    ///
    /// - Throws: for an alpha of 0.
    public func celu(alpha: Double = 1) throws(TensorError) -> Tensor {
        if alpha == 0 { throw TensorError(.runtime, "celu", "ZeroDivisionError: alpha cannot be 0 for CELU") }
        return try activated(.CK_ELU, .init(a: alpha, b: 1, c: 1 / alpha), "celu", CeluBackward.self)
    }

    /// x times the normal distribution at x, the Gaussian error linear unit (Hendrycks and Gimpel 2016).
    ///
    /// - Parameter approximation: with tanh in place of the error function.
    public func gelu(approximation: GELUApproximation = .none) throws(TensorError) -> Tensor {
        if approximation == .tanh { return try activated(.CK_GELU_TANH, .init(), "gelu", TanhGeluBackward.self) }
        return try activated(.CK_GELU, .init(), "gelu", GeluBackward.self)
    }

    /// x / (1 + e⁻ˣ), the sigmoid linear unit, also called swish.
    public func silu() throws(TensorError) -> Tensor { try activated(.CK_SILU, .init(), "silu", SiluBackward.self) }

    /// x tanh(log(1 + eˣ)) (Misra 2019).
    public func mish() throws(TensorError) -> Tensor { try activated(.CK_MISH, .init(), "mish", MishBackward.self) }

    /// x within [min, max].
    ///
    /// - Throws: where the limits cross, and for bool.
    public func hardTanh(min: Double = -1, max: Double = 1) throws(TensorError) -> Tensor {
        try hardTanh(min, max, "hardtanh")
    }

    /// x within [0, 6].
    public func relu6() throws(TensorError) -> Tensor { try hardTanh(0, 6, "relu6") }

    private func hardTanh(_ min: Double, _ max: Double, _ operation: StaticString) throws(TensorError) -> Tensor {
        if min > max { throw TensorError(.value, operation.description, "min_val cannot be greater than max_val") }
        if dtype.isFloatingPoint {
            return try activated(.CK_HARDTANH, .init(a: min, b: max), operation, HardtanhBackward.self)
        }
        if dtype == .bool { throw Elementwise.unsupported(operation, .bool) }
        if dtype == .uint8 && min < 0 {
            throw TensorError(.runtime, operation.description, "cannot do hardtanh on an unsigned type with negative limits")
        }
        // The limits take on the dtype.
        guard let low = Int(exactly: min.rounded(.towardZero)), let high = Int(exactly: max.rounded(.towardZero)) else {
            throw TensorError(.runtime, operation.description, "the limits \(min) and \(max) do not fit into \(dtype)")
        }
        return try clamped(min: low, max: high).to(dtype)
    }

    /// x where it is positive, else slope x.
    public func leakyReLU(negativeSlope: Double = 0.01) throws(TensorError) -> Tensor {
        try activated(.CK_LEAKY_RELU, .init(a: negativeSlope), "leaky_relu", LeakyReluBackward.self)
    }

    /// x + 3 within [0, 6], divided by 6.
    public func hardSigmoid() throws(TensorError) -> Tensor {
        try activated(.CK_HARDSIGMOID, .init(), "hardsigmoid", HardsigmoidBackward.self)
    }

    /// x times (x + 3 within [0, 6]) / 6.
    public func hardSwish() throws(TensorError) -> Tensor {
        try activated(.CK_HARDSWISH, .init(), "hardswish", HardswishBackward.self)
    }

    /// x where |x| > lambda, else 0.
    public func hardShrink(lambda: Double = 0.5) throws(TensorError) -> Tensor {
        try activated(.CK_HARDSHRINK, .init(a: lambda), "hardshrink", HardshrinkBackward.self)
    }

    /// x moved by lambda towards 0, where those that are nearer stay.
    ///
    /// - Throws: for a negative lambda.
    public func softShrink(lambda: Double = 0.5) throws(TensorError) -> Tensor {
        if !(lambda >= 0) { throw TensorError(.runtime, "softshrink", "lambda must be greater or equal to 0, but found to be \(lambda)") }
        return try activated(.CK_SOFTSHRINK, .init(a: lambda), "softshrink", SoftshrinkBackward.self)
    }

    /// x - tanh x. Integers give the default floating dtype.
    public func tanhShrink() throws(TensorError) -> Tensor {
        try floatingUnlessBool("tanhshrink").activated(.CK_TANHSHRINK, .init(), "tanhshrink", TanhshrinkBackward.self)
    }

    /// log(1 + exp(beta x)) / beta, a smooth max(x, 0); x itself where beta x exceeds the threshold.
    public func softplus(beta: Double = 1, threshold: Double = 20) throws(TensorError) -> Tensor {
        try activated(.CK_SOFTPLUS, .init(a: beta, b: threshold), "softplus", SoftplusBackward.self)
    }

    /// x / (1 + |x|). Integers give the default floating dtype.
    public func softsign() throws(TensorError) -> Tensor {
        try floatingUnlessBool("softsign").activated(.CK_SOFTSIGN, .init(), "softsign", SoftsignBackward.self)
    }

    private func floatingUnlessBool(_ operation: StaticString) throws(TensorError) -> Tensor {
        try requireInitialized(operation)
        if dtype == .bool { throw Elementwise.unsupported(operation, .bool) }
        return try to(floatingType(dtype))
    }

    /// log(1 / (1 + e⁻ˣ)), without overflow.
    public func logSigmoid() throws(TensorError) -> Tensor {
        try activated(.CK_LOGSIGMOID, .init(), "logsigmoid", LogSigmoidBackward.self)
    }

    /// x where it exceeds the threshold, else the value. Not for bool.
    public func thresholded(_ threshold: Double, value: Double) throws(TensorError) -> Tensor {
        if dtype.isFloatingPoint {
            return try activated(.CK_THRESHOLD, .init(a: threshold, b: value), "threshold", ThresholdBackward.self)
        }
        try requireInitialized("threshold")
        if dtype == .bool { throw Elementwise.unsupported("threshold", .bool) }
        // Both numbers take on the dtype.
        guard let limit = Int(exactly: threshold.rounded(.towardZero)), let value = Int(exactly: value.rounded(.towardZero)) else {
            throw TensorError(.runtime, "threshold", "\(threshold) and \(value) do not fit into \(dtype)")
        }
        try Tensor(number: value).requireFits(dtype, "threshold")
        return try Tensor.select(self .> limit, self, Tensor(number: value)).to(dtype)
    }

    /// The first half of the elements along `dim` times the sigmoid of the second: the gated linear unit (Dauphin et al. 2017).
    ///
    /// - Throws: where the dimension has an odd size.
    public func glu(_ dim: Int = -1) throws(TensorError) -> Tensor {
        try requireInitialized("glu")
        if rank == 0 { throw TensorError(.runtime, "glu", "does not support scalars because halving size must be even") }
        if !dtype.isFloatingPoint { throw Elementwise.unsupported("glu", dtype) }
        let axis = try checkedDimension(dim, rank: rank, operation: "glu")
        if sizes[axis] % 2 != 0 {
            throw TensorError(.runtime, "glu", "Halving dimension must be even, but dimension \(axis) is size \(sizes[axis])")
        }
        let half = sizes[axis] / 2
        return try sliced(axis, to: half) * sliced(axis, from: half).sigmoid()
    }

    /// x where it is positive, else weight x, with a weight that is learnt (He et al. 2015).
    ///
    /// - Parameter weight: one number, or one for each channel, the second dimension.
    public func prelu(_ weight: Tensor) throws(TensorError) -> Tensor {
        try requireInitialized("prelu")
        try weight.requireInitialized("prelu")
        if weight.dtype != dtype {
            throw TensorError(.runtime, "prelu", "Type promoting not supported. Got \(dtype) and \(weight.dtype)")
        }
        if !dtype.isFloatingPoint { throw Elementwise.unsupported("prelu", dtype) }
        if weight.rank > 1 {
            throw TensorError(.runtime, "prelu", "Expected `weight` to be a scalar or 1D tensor, but got: ndim = \(weight.rank)")
        }
        var shape = Dims(repeating: 1, count: rank)
        if weight.count != 1 {
            if rank == 0 { throw TensorError(.runtime, "prelu", "Not allow zero-dim input tensor.") }
            let channels = rank > 1 ? sizes[1] : 1
            if channels != weight.count {
                throw TensorError(.runtime, "prelu",
                    "Mismatch of parameter numbers and input channel size. Found parameter numbers = \(weight.count) and "
                        + "channel size = \(channels).")
            }
            if rank > 1 { shape[1] = channels } else { shape[0] = weight.count }
        }
        let slope = try weight.reshaped(shape)
        let result = try Tensor(uninitialized: sizes, dtype, operation: "prelu")
        try Elementwise.binary(.CK_PRELU, self, slope, into: result, "prelu")
        if isRecorded || slope.isRecorded {
            result.node = PreluKernelBackward(
                try gradientEdge(), try slope.gradientEdge(), Spec(self), Spec(slope), Saved(self), Saved(slope))
        }
        return result
    }

    /// x where it is positive, else r x: r is drawn from the uniform distribution on [lower, upper) in training, else it is
    /// their mean (Xu et al. 2015).
    public func randomizedLeakyReLU(
        lower: Double = 1.0 / 8, upper: Double = 1.0 / 3, training: Bool = false, generator: Generator = .shared
    ) throws(TensorError) -> Tensor {
        try requireInitialized("rrelu")
        if !dtype.isFloatingPoint { throw Elementwise.unsupported("rrelu", dtype) }
        if !(lower <= upper) {
            throw TensorError(.runtime, "rrelu", "Lower bound should be less than or equal to the upper bound")
        }
        if !lower.isFinite || !upper.isFinite {
            throw TensorError(.runtime, "rrelu", "expected finite bounds, got \(lower) and \(upper)")
        }
        if !training {
            return try activated(.CK_LEAKY_RELU, .init(a: (lower + upper) / 2), "rrelu", LeakyReluBackward.self)
        }
        // A number is drawn for each element that is not positive, in row-major order, between bounds of the dtype it computes in.
        let low = dtype.computeType.held(lower), high = dtype.computeType.held(upper)
        let x = try withoutHistory().converted(to: .float64).contiguous()
        let slopes = try Tensor(uninitialized: sizes, .float64, operation: "rrelu")
        let from = x.data.assumingMemoryBound(to: Double.self), to = slopes.data.assumingMemoryBound(to: Double.self)
        generator.withState { state in
            for i in 0..<slopes.count {
                to[i] = from[i] <= 0 ? state.engine.nextUnit() * (high - low) + low : 1
            }
        }
        return try self * slopes.converted(to: dtype)
    }

    // MARK: The rest

    /// Runs the kernel of an activation function, and records it.
    private func activated(
        _ op: ck_activation, _ parameters: ActivationParameters, _ operation: StaticString, _ formula: ActivationBackward.Type
    ) throws(TensorError) -> Tensor {
        try requireInitialized(operation)
        if !dtype.isFloatingPoint { throw Elementwise.unsupported(operation, dtype) }
        let result = try Tensor(uninitialized: sizes, dtype, operation: operation)
        Elementwise.activate(op, parameters, self, into: result)
        if isRecorded { result.node = formula.init(try gradientEdge(), Saved(self), op, parameters) }
        return result
    }
}

/// How the Gaussian error linear unit is computed.
public enum GELUApproximation: String, CaseIterable, Sendable {
    case none, tanh
}

// MARK: - Gradients

/// The base of the formulas of activation functions: a kernel, or the slope in differentiable operators.
class ActivationBackward: UnaryBackward {
    private let op: ck_activation
    final let parameters: ActivationParameters

    required init(_ edge: Edge, _ x: Saved, _ op: ck_activation, _ parameters: ActivationParameters) {
        self.op = op
        self.parameters = parameters
        super.init(edge, input: x)
    }

    /// dy/dx, where it depends on x; nil where it is piecewise constant.
    func slope(_ x: Tensor) throws(TensorError) -> Tensor? { nil }

    override final func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let x = try saved!.value(for: self)
        if GradMode.isEnabled {
            if let slope = try slope(x) { return try engine.send(try g * slope, to: edges.0) }
            let constant = try Tensor(uninitialized: x.sizes, x.dtype, operation: "backward")
            Elementwise.activationGradient(op, parameters, try Tensor.filled(Dims(), x.dtype, 1), x, into: constant)
            return try engine.send(try g * constant, to: edges.0)
        }
        let result = try Tensor(uninitialized: x.sizes, x.dtype, operation: "backward")
        Elementwise.activationGradient(op, parameters, g, x, into: result)
        try engine.send(result, to: edges.0)
    }
}

/// y = x <= 0 ? a (exp(c x) - 1) : b x: dy/dx = x <= 0 ? a c exp(c x) : b.
class EluBackward: ActivationBackward {
    override final func slope(_ x: Tensor) throws(TensorError) -> Tensor? {
        let low = try x .<= 0, p = parameters
        // 0 in place of the others, whose exponentials could be infinite.
        let power = try Tensor.select(low, x * p.c, Tensor.filled(Dims(), x.dtype, 0)).exponential()
        return try Tensor.select(low, power * (p.a * p.c), Tensor.filled(Dims(), x.dtype, p.b))
    }
}
final class CeluBackward: EluBackward {}

/// y = x Φ(x): dy/dx = Φ(x) + x φ(x), φ being the normal density.
final class GeluBackward: ActivationBackward {
    override func slope(_ x: Tensor) throws(TensorError) -> Tensor? {
        let density = try (x * x * -0.5).exponential() * 0.3989422804014327
        return try x.normalDistribution() + x * density
    }
}

/// y = x s(2u), u = √(2/π) (x + 0.044715 x³): dy/dx = s + 2 x s (1 - s) u'.
final class TanhGeluBackward: ActivationBackward {
    override class var name: String { "GeluBackward0" }

    override func slope(_ x: Tensor) throws(TensorError) -> Tensor? {
        let factor = 2 * 0.7978845608028654, square = try x * x
        let s = try ((x + square * x * 0.044715) * factor).sigmoid()
        return try s + x * s * (1 - s) * ((square * (3 * 0.044715) + 1) * factor)
    }
}

/// y = x s(x): dy/dx = s (1 + x (1 - s)).
final class SiluBackward: ActivationBackward {
    override func slope(_ x: Tensor) throws(TensorError) -> Tensor? {
        let s = try x.sigmoid()
        return try s * (x * (1 - s) + 1)
    }
}

/// y = x tanh(p), p = softplus x: dy/dx = tanh p + x (1 - tanh² p) s(x).
final class MishBackward: ActivationBackward {
    override func slope(_ x: Tensor) throws(TensorError) -> Tensor? {
        let t = try x.softplus().tanh()
        return try t + x * (1 - t * t) * x.sigmoid()
    }
}

/// dy/dx = s(a x), 1 where a x > b.
final class SoftplusBackward: ActivationBackward {
    override func slope(_ x: Tensor) throws(TensorError) -> Tensor? {
        let z = try x * parameters.a
        return try Tensor.select(z .> parameters.b, Tensor.filled(Dims(), x.dtype, 1), z.sigmoid())
    }
}

/// y = log s(x): dy/dx = s(-x).
final class LogSigmoidBackward: ActivationBackward {
    override func slope(_ x: Tensor) throws(TensorError) -> Tensor? { try x.negated().sigmoid() }
}

/// y = x - tanh x: dy/dx = tanh² x.
final class TanhshrinkBackward: ActivationBackward {
    override func slope(_ x: Tensor) throws(TensorError) -> Tensor? {
        let t = try x.tanh()
        return try t * t
    }
}

/// y = x / (1 + |x|): dy/dx = 1 / (1 + |x|)².
final class SoftsignBackward: ActivationBackward {
    override func slope(_ x: Tensor) throws(TensorError) -> Tensor? {
        let r = try (x.absoluteValue() + 1).reciprocal()
        return try r * r
    }
}

/// y = x (x + 3 within [0, 6]) / 6: dy/dx = x / 3 + 1 / 2 between, 0 below and 1 above.
final class HardswishBackward: ActivationBackward {
    override func slope(_ x: Tensor) throws(TensorError) -> Tensor? {
        let upper = try Tensor.select(x .< 3, x / 3 + 0.5, Tensor.filled(Dims(), x.dtype, 1))
        return try Tensor.select(x .> -3, upper, Tensor.filled(Dims(), x.dtype, 0))
    }
}

final class HardtanhBackward: ActivationBackward {}
final class LeakyReluBackward: ActivationBackward {}
final class HardsigmoidBackward: ActivationBackward {}
final class HardshrinkBackward: ActivationBackward {}
final class SoftshrinkBackward: ActivationBackward {}
final class ThresholdBackward: ActivationBackward {}

/// y = x > 0 ? x : w x: dy/dx = x > 0 ? 1 : w, dy/dw = x > 0 ? 0 : x.
final class PreluKernelBackward: BinaryBackward {
    private var x: Saved, weight: Saved

    init(_ ex: Edge, _ ew: Edge, _ xSpec: Spec, _ wSpec: Spec, _ x: Saved, _ weight: Saved) {
        self.x = x
        self.weight = weight
        super.init(ex, ew, xSpec, wSpec)
    }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let x = try self.x.value(for: self), gradient = copy g
        let positive = try x .> 0
        if wants(0) {
            try engine.send(try Tensor.select(positive, gradient, gradient * weight.value(for: self)), to: edges.0)
        }
        if wants(1) {
            let zero = try Tensor.filled(Dims(), x.dtype, 0)
            try engine.send(try Tensor.select(positive, zero, gradient * x), to: edges.1, reducedTo: bSpec)
        }
    }

    override func releaseSaved() {
        x.release()
        weight.release()
    }
}
