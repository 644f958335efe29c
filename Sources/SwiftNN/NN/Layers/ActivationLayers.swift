// Activation functions as blocks. Definitions, arguments and defaults are those of torch.nn; the formulas stand at the operators.

extension BlockRegistry {
    static func activation(_ type: String, _ arguments: inout Arguments) throws(TensorError) -> Module? {
        switch type {
        case "ReLU": ReLU()
        case "ReLU6": ReLU6()
        case "Sigmoid": Sigmoid()
        case "Tanh": Tanh()
        case "ELU": ELU()
        case "SELU": SELU()
        case "CELU": CELU()
        case "GELU": GELU()
        case "SiLU": SiLU()
        case "Mish": Mish()
        case "Hardtanh":
            try Hardtanh(min: try arguments.value("min_val", default: -1), max: try arguments.value("max_val", default: 1))
        case "LeakyReLU": LeakyReLU()
        case "PReLU": try PReLU(&arguments)
        case "RReLU": RReLU()
        case "Hardsigmoid": Hardsigmoid()
        case "Hardswish": Hardswish()
        case "Hardshrink": Hardshrink()
        case "Softshrink": Softshrink()
        case "Tanhshrink": Tanhshrink()
        case "Softplus": Softplus()
        case "Softsign": Softsign()
        case "LogSigmoid": LogSigmoid()
        case "Threshold": Threshold(try arguments.required("threshold"), value: try arguments.required("value"))
        case "GLU": GLU()
        case "Softmax": Softmax()
        case "Softmin": Softmin()
        case "LogSoftmax": LogSoftmax()
        case "Softmax2d": Softmax2d()
        case "Activation": ActivationBlock(try arguments.choice("activation"))
        default: nil
        }
    }
}

extension Tensor {
    /// Writes the result of an operator on this tensor over it, with its history.
    func overwritten(
        _ block: String, by operation: (Tensor) throws(TensorError) -> Tensor
    ) throws(TensorError) -> Tensor {
        do throws(TensorError) {
            try checkInPlace(recorded: isRecorded)
            try assignInPlace(try operation(try copyForFormula()))
        } catch {
            throw TensorError(error.code, error.operation.isEmpty ? block : error.operation, error.detail)
        }
        return self
    }
}

/// The base of the elementwise functions that can write over their input.
public class ElementwiseActivation: Layer {
    /// Whether the input's memory is written to.
    public var inPlace: Bool

    init(inPlace: Bool) {
        self.inPlace = inPlace
        super.init()
    }

    /// The function.
    func function(_ x: Tensor) throws(TensorError) -> Tensor { x }

    public override func forward(_ input: Tensor) throws(TensorError) -> Tensor {
        inPlace ? try input.overwritten(typeName, by: function) : try function(input)
    }

    /// The settings but `inplace`.
    var parameters: [Setting] { [] }
    package final override var settings: [Setting] { parameters + [setting("inplace", \ElementwiseActivation.inPlace)] }

    public override var argumentsDescription: String {
        (parameters.map { "\($0.name)=\($0.value)" } + (inPlace ? ["inplace=True"] : [])).joined(separator: ", ")
    }
}

/// max(x, 0).
public final class ReLU: Layer {
    /// Whether the input's memory is written to.
    public var inPlace: Bool

    public init(inPlace: Bool = false) {
        self.inPlace = inPlace
        super.init()
    }

    public override func forward(_ input: Tensor) throws(TensorError) -> Tensor {
        if !inPlace { return try input.relu() }
        try input.reluInPlace()
        return input
    }

    package override var settings: [Setting] { [setting("inplace", \ReLU.inPlace)] }
    public override var argumentsDescription: String { inPlace ? "inplace=True" : "" }
}

/// x within [0, 6].
public final class ReLU6: ElementwiseActivation {
    public override init(inPlace: Bool = false) { super.init(inPlace: inPlace) }
    override func function(_ x: Tensor) throws(TensorError) -> Tensor { try x.relu6() }
}

/// 1 / (1 + e⁻ˣ).
public final class Sigmoid: Layer {
    public init() { super.init() }
    public override func forward(_ input: Tensor) throws(TensorError) -> Tensor { try input.sigmoid() }
}

/// The hyperbolic tangent.
public final class Tanh: Layer {
    public init() { super.init() }
    public override func forward(_ input: Tensor) throws(TensorError) -> Tensor { try input.tanh() }
}

/// x where it is positive, else alpha (eˣ - 1).
public final class ELU: ElementwiseActivation {
    public var alpha: Double
    public init(alpha: Double = 1, inPlace: Bool = false) {
        self.alpha = alpha
        super.init(inPlace: inPlace)
    }
    override func function(_ x: Tensor) throws(TensorError) -> Tensor { try x.elu(alpha: alpha) }
    override var parameters: [Setting] { [setting("alpha", \ELU.alpha)] }
}

/// The exponential linear unit, scaled so that mean 0 and variance 1 are kept.
public final class SELU: ElementwiseActivation {
    public override init(inPlace: Bool = false) { super.init(inPlace: inPlace) }
    override func function(_ x: Tensor) throws(TensorError) -> Tensor { try x.selu() }
}

/// max(0, x) + min(0, alpha (exp(x / alpha) - 1)).
public final class CELU: ElementwiseActivation {
    public var alpha: Double
    public init(alpha: Double = 1, inPlace: Bool = false) {
        self.alpha = alpha
        super.init(inPlace: inPlace)
    }
    override func function(_ x: Tensor) throws(TensorError) -> Tensor { try x.celu(alpha: alpha) }
    override var parameters: [Setting] { [setting("alpha", \CELU.alpha)] }
}

/// x times the normal distribution at x.
public final class GELU: Layer {
    public var approximation: GELUApproximation

    public init(approximation: GELUApproximation = .none) {
        self.approximation = approximation
        super.init()
    }

    public override func forward(_ input: Tensor) throws(TensorError) -> Tensor {
        try input.gelu(approximation: approximation)
    }

    private var name: String {
        get { approximation.rawValue }
        set { approximation = GELUApproximation(rawValue: newValue) ?? approximation }
    }

    package override var settings: [Setting] {
        [setting("approximate", \GELU.name, check: { (name) throws(TensorError) in
            if GELUApproximation(rawValue: name) == nil {
                throw TensorError(.runtime, "GELU", "approximate argument must be either none or tanh, not '\(name)'")
            }
        })]
    }
}

/// x / (1 + e⁻ˣ).
public final class SiLU: ElementwiseActivation {
    public override init(inPlace: Bool = false) { super.init(inPlace: inPlace) }
    override func function(_ x: Tensor) throws(TensorError) -> Tensor { try x.silu() }
}

/// x tanh(log(1 + eˣ)).
public final class Mish: ElementwiseActivation {
    public override init(inPlace: Bool = false) { super.init(inPlace: inPlace) }
    override func function(_ x: Tensor) throws(TensorError) -> Tensor { try x.mish() }
}

/// x within [min, max].
public final class Hardtanh: ElementwiseActivation {
    public let min: Double
    public let max: Double

    /// - Throws: where `max` is not greater than `min`.
    public init(min: Double = -1, max: Double = 1, inPlace: Bool = false) throws(TensorError) {
        if !(max > min) { throw TensorError(.value, "Hardtanh", "max_val (\(max)) must be greater than min_val (\(min))") }
        self.min = min
        self.max = max
        super.init(inPlace: inPlace)
    }

    override func function(_ x: Tensor) throws(TensorError) -> Tensor { try x.hardTanh(min: min, max: max) }
    override var parameters: [Setting] { [setting("min_val", fixed: min), setting("max_val", fixed: max)] }
}

/// x where it is positive, else negativeSlope x.
public final class LeakyReLU: ElementwiseActivation {
    public var negativeSlope: Double
    public init(negativeSlope: Double = 0.01, inPlace: Bool = false) {
        self.negativeSlope = negativeSlope
        super.init(inPlace: inPlace)
    }
    override func function(_ x: Tensor) throws(TensorError) -> Tensor { try x.leakyReLU(negativeSlope: negativeSlope) }
    override var parameters: [Setting] { [setting("negative_slope", \LeakyReLU.negativeSlope)] }
}

/// x where it is positive, else weight x, with a weight that is learnt.
public final class PReLU: Layer {
    /// [parameters]: one number, or one for each channel, the second dimension.
    @exclusivity(unchecked) public var weight: Tensor
    /// How many numbers the weight has.
    public let parameterCount: Int
    /// What the weight starts with.
    public let initial: Double

    public init(parameters: Int = 1, initial: Double = 0.25, dtype: DType = .standard) throws(TensorError) {
        try Linear.check(dtype, "PReLU")
        parameterCount = parameters
        self.initial = initial
        weight = try Tensor.parameter(try Tensor.created([parameters], dtype, requiresGrad: false, "PReLU"))
        super.init()
        try resetParameters()
    }

    convenience init(_ arguments: inout Arguments) throws(TensorError) {
        try self.init(
            parameters: try arguments.value("num_parameters", default: 1), initial: try arguments.value("init", default: 0.25),
            dtype: try arguments.dtype())
    }

    public override func forward(_ input: Tensor) throws(TensorError) -> Tensor { try input.prelu(weight) }
    public override func resetParameters() throws(TensorError) { try Initializer.constant(initial).fill(weight) }

    package override var slots: [Slot] { [slot("weight", \PReLU.weight)] }
    package override var settings: [Setting] {
        [setting("num_parameters", fixed: parameterCount), setting("init", fixed: initial)]
    }
    public override var argumentsDescription: String { "num_parameters=\(parameterCount)" }
}

/// x where it is positive, else r x: r is drawn from [lower, upper) in training, else it is their mean.
public final class RReLU: ElementwiseActivation {
    public var lower: Double
    public var upper: Double
    public init(lower: Double = 1.0 / 8, upper: Double = 1.0 / 3, inPlace: Bool = false) {
        self.lower = lower
        self.upper = upper
        super.init(inPlace: inPlace)
    }
    override func function(_ x: Tensor) throws(TensorError) -> Tensor {
        try x.randomizedLeakyReLU(lower: lower, upper: upper, training: isTraining)
    }
    override var parameters: [Setting] { [setting("lower", \RReLU.lower), setting("upper", \RReLU.upper)] }
}

/// x + 3 within [0, 6], divided by 6.
public final class Hardsigmoid: ElementwiseActivation {
    public override init(inPlace: Bool = false) { super.init(inPlace: inPlace) }
    override func function(_ x: Tensor) throws(TensorError) -> Tensor { try x.hardSigmoid() }
    public override var argumentsDescription: String { "" }
}

/// x times (x + 3 within [0, 6]) / 6.
public final class Hardswish: ElementwiseActivation {
    public override init(inPlace: Bool = false) { super.init(inPlace: inPlace) }
    override func function(_ x: Tensor) throws(TensorError) -> Tensor { try x.hardSwish() }
    public override var argumentsDescription: String { "" }
}

/// x where |x| > lambda, else 0.
public final class Hardshrink: Layer {
    public var lambda: Double
    public init(lambda: Double = 0.5) {
        self.lambda = lambda
        super.init()
    }
    public override func forward(_ input: Tensor) throws(TensorError) -> Tensor { try input.hardShrink(lambda: lambda) }
    package override var settings: [Setting] { [setting("lambd", \Hardshrink.lambda)] }
    public override var argumentsDescription: String { AttributeValue.real(lambda).description }
}

/// x moved by lambda towards 0, where those that are nearer stay.
public final class Softshrink: Layer {
    public var lambda: Double
    public init(lambda: Double = 0.5) {
        self.lambda = lambda
        super.init()
    }
    public override func forward(_ input: Tensor) throws(TensorError) -> Tensor { try input.softShrink(lambda: lambda) }
    package override var settings: [Setting] { [setting("lambd", \Softshrink.lambda)] }
    public override var argumentsDescription: String { AttributeValue.real(lambda).description }
}

/// x - tanh x.
public final class Tanhshrink: Layer {
    public init() { super.init() }
    public override func forward(_ input: Tensor) throws(TensorError) -> Tensor { try input.tanhShrink() }
}

/// log(1 + exp(beta x)) / beta; x itself where beta x exceeds the threshold.
public final class Softplus: Layer {
    public var beta: Double
    public var threshold: Double
    public init(beta: Double = 1, threshold: Double = 20) {
        self.beta = beta
        self.threshold = threshold
        super.init()
    }
    public override func forward(_ input: Tensor) throws(TensorError) -> Tensor {
        try input.softplus(beta: beta, threshold: threshold)
    }
    package override var settings: [Setting] { [setting("beta", \Softplus.beta), setting("threshold", \Softplus.threshold)] }
}

/// x / (1 + |x|).
public final class Softsign: Layer {
    public init() { super.init() }
    public override func forward(_ input: Tensor) throws(TensorError) -> Tensor { try input.softsign() }
}

/// log(1 / (1 + e⁻ˣ)).
public final class LogSigmoid: Layer {
    public init() { super.init() }
    public override func forward(_ input: Tensor) throws(TensorError) -> Tensor { try input.logSigmoid() }
}

/// x where it exceeds the threshold, else the value.
public final class Threshold: ElementwiseActivation {
    public var threshold: Number
    public var value: Number
    public init(_ threshold: Number, value: Number, inPlace: Bool = false) {
        self.threshold = threshold
        self.value = value
        super.init(inPlace: inPlace)
    }
    override func function(_ x: Tensor) throws(TensorError) -> Tensor {
        try x.thresholded(threshold.value, value: value.value)
    }
    override var parameters: [Setting] { [setting("threshold", \Threshold.threshold), setting("value", \Threshold.value)] }
}

/// The first half along a dimension times the sigmoid of the second.
public final class GLU: Layer {
    public var dim: Int
    public init(_ dim: Int = -1) {
        self.dim = dim
        super.init()
    }
    public override func forward(_ input: Tensor) throws(TensorError) -> Tensor { try input.glu(dim) }
    package override var settings: [Setting] { [setting("dim", \GLU.dim)] }
}

/// The base of the softmax of one dimension.
public class SoftmaxLayer: Layer {
    /// The dimension along which the results sum to 1; nil for 0 where the input has 0, 1 or 3 dimensions, else 1.
    public var dim: Int?

    init(dimension: Int?) {
        dim = dimension
        super.init()
    }

    func axis(of input: Tensor) -> Int { dim ?? (input.rank == 0 || input.rank == 1 || input.rank == 3 ? 0 : 1) }
    package final override var settings: [Setting] { [setting("dim", \SoftmaxLayer.dim)] }
}

/// exp(x) divided by its sum along a dimension.
public final class Softmax: SoftmaxLayer {
    public init(_ dim: Int? = nil) { super.init(dimension: dim) }
    public override func forward(_ input: Tensor) throws(TensorError) -> Tensor { try input.softmax(axis(of: input)) }
}

/// The softmax of -x.
public final class Softmin: SoftmaxLayer {
    public init(_ dim: Int? = nil) { super.init(dimension: dim) }
    public override func forward(_ input: Tensor) throws(TensorError) -> Tensor { try input.softmin(axis(of: input)) }
}

/// The logarithm of the softmax.
public final class LogSoftmax: SoftmaxLayer {
    public init(_ dim: Int? = nil) { super.init(dimension: dim) }
    public override func forward(_ input: Tensor) throws(TensorError) -> Tensor { try input.logSoftmax(axis(of: input)) }
}

/// The softmax over the channels of images [N, C, H, W] or [C, H, W].
public final class Softmax2d: Layer {
    public init() { super.init() }
    public override func forward(_ input: Tensor) throws(TensorError) -> Tensor {
        if input.rank != 3 && input.rank != 4 {
            throw TensorError(.value, "Softmax2d", "Softmax2d: expected input to be 3D or 4D, got \(input.rank)D instead")
        }
        return try input.softmax(-3)
    }
}

/// Gluon's activation by name.
public final class ActivationBlock: Layer {
    public let activation: Activation

    public init(_ activation: Activation) {
        self.activation = activation
        super.init()
    }

    public override func forward(_ input: Tensor) throws(TensorError) -> Tensor { try activation(input) }
    public override var typeName: String { "Activation" }
    package override var settings: [Setting] { [setting("activation", fixed: activation.rawValue)] }
    public override var argumentsDescription: String { activation.rawValue }
}
