/// What trains parameters: `step` after `backward`, then `zeroGrad`.
public protocol Optimizer: AnyObject {
    /// The parameters that it trains.
    var parameters: [Tensor] { get }
    /// η, which may change between steps.
    var learningRate: Double { get set }
    /// Moves every parameter that has a gradient.
    func step() throws(TensorError)
}

extension Optimizer {
    /// Forgets the gradients.
    public func zeroGrad() {
        for parameter in parameters { parameter.gradient = nil }
    }
}

private func checked(_ parameters: [Tensor], _ name: String) throws(TensorError) {
    if parameters.isEmpty { throw TensorError(.value, name, "optimizer got an empty parameter list") }
    for parameter in parameters where !parameter.isLeaf {
        throw TensorError(.value, name, "can't optimize a non-leaf tensor of shape \(parameter.shape)")
    }
}

private func require(_ condition: Bool, _ name: String, _ what: String, _ value: Double) throws(TensorError) {
    if !condition { throw TensorError(.value, name, "invalid \(what): \(value)") }
}

/// Stochastic gradient descent, with momentum (Sutskever et al. 2013) if asked.
public final class SGD: Optimizer {
    public let parameters: [Tensor]
    private var settings = SGDSettings()
    private var buffers: [Tensor?]

    public var learningRate: Double {
        get { settings.learningRate }
        set { settings.learningRate = newValue }
    }

    /// - Throws: for no parameters, and for negative rates.
    public init(
        _ parameters: [Tensor], learningRate: Double = 1e-3, momentum: Double = 0, dampening: Double = 0,
        weightDecay: Double = 0, nesterov: Bool = false, maximize: Bool = false
    ) throws(TensorError) {
        try checked(parameters, "SGD")
        try require(learningRate >= 0, "SGD", "learning rate", learningRate)
        try require(momentum >= 0, "SGD", "momentum value", momentum)
        try require(weightDecay >= 0, "SGD", "weight_decay value", weightDecay)
        if nesterov && (momentum <= 0 || dampening != 0) {
            throw TensorError(.value, "SGD", "Nesterov momentum requires a momentum and zero dampening")
        }
        self.parameters = parameters
        settings.learningRate = learningRate
        settings.momentum = momentum
        settings.dampening = dampening
        settings.weightDecay = weightDecay
        settings.nesterov = nesterov
        settings.maximize = maximize
        buffers = Array(repeating: nil, count: parameters.count)
    }

    public func step() throws(TensorError) { try OptimizerStep.sgd(parameters, buffers: &buffers, settings) }
}

/// Adam (Kingma and Ba 2015); with `decoupledWeightDecay` AdamW (Loshchilov and Hutter 2019).
public final class Adam: Optimizer {
    public let parameters: [Tensor]
    private var settings = AdamSettings()
    private var averages: [Tensor?], squares: [Tensor?]
    private var steps: [Double]

    public var learningRate: Double {
        get { settings.learningRate }
        set { settings.learningRate = newValue }
    }

    /// - Throws: for no parameters, and for rates out of range.
    public init(
        _ parameters: [Tensor], learningRate: Double = 1e-3, betas: (Double, Double) = (0.9, 0.999),
        epsilon: Double = 1e-8, weightDecay: Double = 0, decoupledWeightDecay: Bool = false, maximize: Bool = false
    ) throws(TensorError) {
        try checked(parameters, "Adam")
        try require(learningRate >= 0, "Adam", "learning rate", learningRate)
        try require(epsilon >= 0, "Adam", "epsilon value", epsilon)
        try require(betas.0 >= 0 && betas.0 < 1, "Adam", "beta parameter at index 0", betas.0)
        try require(betas.1 >= 0 && betas.1 < 1, "Adam", "beta parameter at index 1", betas.1)
        try require(weightDecay >= 0, "Adam", "weight_decay value", weightDecay)
        self.parameters = parameters
        settings.learningRate = learningRate
        (settings.beta1, settings.beta2) = betas
        settings.epsilon = epsilon
        settings.weightDecay = weightDecay
        settings.decoupled = decoupledWeightDecay
        settings.maximize = maximize
        averages = Array(repeating: nil, count: parameters.count)
        squares = averages
        steps = Array(repeating: 0, count: parameters.count)
    }

    public func step() throws(TensorError) {
        var moving: [Int] = []
        for (index, parameter) in parameters.enumerated() where parameter.gradient != nil {
            // The state appears with the first gradient, when a deferred shape is known.
            if averages[index] == nil {
                averages[index] = try Tensor.filled(parameter.sizes, parameter.dtype, 0)
                squares[index] = try Tensor.filled(parameter.sizes, parameter.dtype, 0)
            }
            steps[index] += 1
            moving.append(index)
        }
        try OptimizerStep.adam(
            moving.map { parameters[$0] }, averages: moving.map { averages[$0]! }, squares: moving.map { squares[$0]! },
            steps: moving.map { steps[$0] }, settings)
    }
}
