// The optimisers that move each parameter by itself. Formulas, defaults and names of the state are PyTorch's (torch.optim).

private typealias Settings = [OptimizerSetting: Double]

private func flag(_ value: Bool) -> Double { value ? 1 : 0 }

private func checkBetas(_ betas: (Double, Double), _ name: String) throws(TensorError) {
    try require(betas.0 >= 0 && betas.0 < 1, name, "beta parameter at index 0", betas.0)
    try require(betas.1 >= 0 && betas.1 < 1, name, "beta parameter at index 1", betas.1)
}

private func checkCommon(
    _ name: String, learningRate: Double, weightDecay: Double, epsilon: Double = 0
) throws(TensorError) {
    try require(learningRate >= 0, name, "learning rate", learningRate)
    try require(epsilon >= 0, name, "epsilon value", epsilon)
    try require(weightDecay >= 0, name, "weight_decay value", weightDecay)
}

/// Stochastic gradient descent, with momentum (Sutskever et al. 2013) if asked.
public final class SGD: GradientOptimizer {
    /// - Parameters:
    ///   - parameters: tensors, or groups of them with settings of their own.
    ///   - momentum: how much of the last direction is kept.
    ///   - dampening: how much of the gradient momentum leaves out.
    ///   - weightDecay: the factor of the L2 penalty.
    ///   - nesterov: Nesterov's momentum, which needs momentum and no dampening.
    ///   - maximize: goes up in place of down.
    /// - Throws: for no parameters, and for settings out of range.
    public init(
        _ parameters: [some Trainable], learningRate: Double = 1e-3, momentum: Double = 0, dampening: Double = 0,
        weightDecay: Double = 0, nesterov: Bool = false, maximize: Bool = false
    ) throws(TensorError) {
        try checkCommon("SGD", learningRate: learningRate, weightDecay: weightDecay)
        try require(momentum >= 0, "SGD", "momentum value", momentum)
        if nesterov && (momentum <= 0 || dampening != 0) {
            throw TensorError(.value, "SGD", "Nesterov momentum requires a momentum and zero dampening")
        }
        let settings: Settings = [
            .learningRate: learningRate, .momentum: momentum, .dampening: dampening, .weightDecay: weightDecay,
            .nesterov: flag(nesterov),
        ]
        try super.init(.sgd, Self.groups(parameters), settings, maximize: maximize)
    }
}

/// Adam (Kingma and Ba 2015): steps scaled by running averages of the gradient and its square.
public class Adam: GradientOptimizer {
    /// - Parameters:
    ///   - parameters: tensors, or groups of them with settings of their own.
    ///   - betas: how much of each average is kept in a step.
    ///   - epsilon: added to the denominator.
    ///   - weightDecay: the factor of the L2 penalty.
    ///   - amsgrad: divides by the largest of the averages so far (Reddi et al. 2018).
    ///   - decoupledWeightDecay: applies the decay to the parameters themselves; see `AdamW`.
    ///   - maximize: goes up in place of down.
    /// - Throws: for no parameters, and for settings out of range.
    public convenience init(
        _ parameters: [some Trainable], learningRate: Double = 1e-3, betas: (Double, Double) = (0.9, 0.999),
        epsilon: Double = 1e-8, weightDecay: Double = 0, amsgrad: Bool = false, decoupledWeightDecay: Bool = false,
        maximize: Bool = false
    ) throws(TensorError) {
        try self.init(
            "Adam", parameters, learningRate, betas, epsilon, weightDecay, amsgrad, decoupledWeightDecay, maximize)
    }

    fileprivate init(
        _ name: String, _ parameters: [some Trainable], _ learningRate: Double, _ betas: (Double, Double), _ epsilon: Double,
        _ weightDecay: Double, _ amsgrad: Bool, _ decoupled: Bool, _ maximize: Bool
    ) throws(TensorError) {
        try checkCommon(name, learningRate: learningRate, weightDecay: weightDecay, epsilon: epsilon)
        try checkBetas(betas, name)
        let settings: Settings = [
            .learningRate: learningRate, .beta1: betas.0, .beta2: betas.1, .epsilon: epsilon, .weightDecay: weightDecay,
            .amsgrad: flag(amsgrad), .decoupledWeightDecay: flag(decoupled),
        ]
        try super.init(.adam, Self.groups(parameters), settings, maximize: maximize, name: name)
    }
}

/// Adam whose decay is applied to the parameters themselves (Loshchilov and Hutter 2019).
public final class AdamW: Adam {
    /// - Parameters:
    ///   - parameters: tensors, or groups of them with settings of their own.
    ///   - weightDecay: p ← p - ηλp in each step.
    /// - Throws: for no parameters, and for settings out of range.
    public init(
        _ parameters: [some Trainable], learningRate: Double = 1e-3, betas: (Double, Double) = (0.9, 0.999),
        epsilon: Double = 1e-8, weightDecay: Double = 1e-2, amsgrad: Bool = false, maximize: Bool = false
    ) throws(TensorError) {
        try super.init("AdamW", parameters, learningRate, betas, epsilon, weightDecay, amsgrad, true, maximize)
    }
}

/// Adam with the largest gradient so far, decayed, in place of the average square (Kingma and Ba 2015).
public final class Adamax: GradientOptimizer {
    /// - Throws: for no parameters, and for settings out of range.
    public init(
        _ parameters: [some Trainable], learningRate: Double = 2e-3, betas: (Double, Double) = (0.9, 0.999),
        epsilon: Double = 1e-8, weightDecay: Double = 0, maximize: Bool = false
    ) throws(TensorError) {
        try checkCommon("Adamax", learningRate: learningRate, weightDecay: weightDecay, epsilon: epsilon)
        try checkBetas(betas, "Adamax")
        let settings: Settings = [
            .learningRate: learningRate, .beta1: betas.0, .beta2: betas.1, .epsilon: epsilon, .weightDecay: weightDecay,
        ]
        try super.init(.adamax, Self.groups(parameters), settings, maximize: maximize)
    }
}

/// Adam with Nesterov's momentum (Dozat 2016).
public final class NAdam: GradientOptimizer {
    /// - Parameter momentumDecay: ψ, how fast momentum grows to the first of `betas`.
    /// - Throws: for no parameters, and for settings out of range.
    public init(
        _ parameters: [some Trainable], learningRate: Double = 2e-3, betas: (Double, Double) = (0.9, 0.999),
        epsilon: Double = 1e-8, weightDecay: Double = 0, momentumDecay: Double = 4e-3, decoupledWeightDecay: Bool = false,
        maximize: Bool = false
    ) throws(TensorError) {
        try checkCommon("NAdam", learningRate: learningRate, weightDecay: weightDecay, epsilon: epsilon)
        try checkBetas(betas, "NAdam")
        try require(momentumDecay >= 0, "NAdam", "momentum_decay value", momentumDecay)
        let settings: Settings = [
            .learningRate: learningRate, .beta1: betas.0, .beta2: betas.1, .epsilon: epsilon, .weightDecay: weightDecay,
            .momentumDecay: momentumDecay, .decoupledWeightDecay: flag(decoupledWeightDecay),
        ]
        try super.init(.nadam, Self.groups(parameters), settings, maximize: maximize)
    }
}

/// Adam whose scaling begins when there is a variance to rely on (Liu et al. 2020).
public final class RAdam: GradientOptimizer {
    /// - Throws: for no parameters, and for settings out of range.
    public init(
        _ parameters: [some Trainable], learningRate: Double = 1e-3, betas: (Double, Double) = (0.9, 0.999),
        epsilon: Double = 1e-8, weightDecay: Double = 0, decoupledWeightDecay: Bool = false, maximize: Bool = false
    ) throws(TensorError) {
        try checkCommon("RAdam", learningRate: learningRate, weightDecay: weightDecay, epsilon: epsilon)
        try checkBetas(betas, "RAdam")
        let settings: Settings = [
            .learningRate: learningRate, .beta1: betas.0, .beta2: betas.1, .epsilon: epsilon, .weightDecay: weightDecay,
            .decoupledWeightDecay: flag(decoupledWeightDecay),
        ]
        try super.init(.radam, Self.groups(parameters), settings, maximize: maximize)
    }
}

/// RMSprop (Hinton 2012): steps scaled by a running average of the squared gradient.
public final class RMSprop: GradientOptimizer {
    /// - Parameters:
    ///   - smoothing: α, how much of the average is kept in a step.
    ///   - centered: takes the square of the averaged gradient off the average (Graves 2013).
    /// - Throws: for no parameters, and for settings out of range.
    public init(
        _ parameters: [some Trainable], learningRate: Double = 1e-2, smoothing: Double = 0.99, epsilon: Double = 1e-8,
        weightDecay: Double = 0, momentum: Double = 0, centered: Bool = false, maximize: Bool = false
    ) throws(TensorError) {
        try checkCommon("RMSprop", learningRate: learningRate, weightDecay: weightDecay, epsilon: epsilon)
        try require(momentum >= 0, "RMSprop", "momentum value", momentum)
        try require(smoothing >= 0, "RMSprop", "alpha value", smoothing)
        let settings: Settings = [
            .learningRate: learningRate, .smoothing: smoothing, .epsilon: epsilon, .weightDecay: weightDecay,
            .momentum: momentum, .centered: flag(centered),
        ]
        try super.init(.rmsprop, Self.groups(parameters), settings, maximize: maximize)
    }
}

/// Adagrad (Duchi et al. 2011): steps scaled by the sum of all squared gradients.
public final class Adagrad: GradientOptimizer {
    /// - Parameters:
    ///   - learningRateDecay: η becomes η / (1 + (t - 1) · this).
    ///   - initialAccumulator: what the sums begin with.
    /// - Throws: for no parameters, and for settings out of range.
    public init(
        _ parameters: [some Trainable], learningRate: Double = 1e-2, learningRateDecay: Double = 0, weightDecay: Double = 0,
        initialAccumulator: Double = 0, epsilon: Double = 1e-10, maximize: Bool = false
    ) throws(TensorError) {
        try checkCommon("Adagrad", learningRate: learningRate, weightDecay: weightDecay, epsilon: epsilon)
        try require(learningRateDecay >= 0, "Adagrad", "lr_decay value", learningRateDecay)
        try require(initialAccumulator >= 0, "Adagrad", "initial_accumulator_value value", initialAccumulator)
        let settings: Settings = [
            .learningRate: learningRate, .learningRateDecay: learningRateDecay, .weightDecay: weightDecay,
            .initialAccumulator: initialAccumulator, .epsilon: epsilon,
        ]
        try super.init(.adagrad, Self.groups(parameters), settings, maximize: maximize)
    }
}

/// Adadelta (Zeiler 2012): steps scaled by the sizes of the last steps and of the last gradients.
public final class Adadelta: GradientOptimizer {
    /// - Parameter rho: how much of the averages is kept in a step.
    /// - Throws: for no parameters, and for settings out of range.
    public init(
        _ parameters: [some Trainable], learningRate: Double = 1, rho: Double = 0.9, epsilon: Double = 1e-6,
        weightDecay: Double = 0, maximize: Bool = false
    ) throws(TensorError) {
        try checkCommon("Adadelta", learningRate: learningRate, weightDecay: weightDecay, epsilon: epsilon)
        try require(rho >= 0 && rho <= 1, "Adadelta", "rho value", rho)
        let settings: Settings = [.learningRate: learningRate, .rho: rho, .epsilon: epsilon, .weightDecay: weightDecay]
        try super.init(.adadelta, Self.groups(parameters), settings, maximize: maximize)
    }
}

/// Averaged stochastic gradient descent (Polyak and Juditsky 1992). The average is in the state, under "ax".
public final class ASGD: GradientOptimizer {
    /// - Parameters:
    ///   - parameterDecay: λ, which shrinks the parameters and lets η fall.
    ///   - power: at which η falls.
    ///   - averagingStart: the step at which the average begins.
    /// - Throws: for no parameters, and for settings out of range.
    public init(
        _ parameters: [some Trainable], learningRate: Double = 1e-2, parameterDecay: Double = 1e-4, power: Double = 0.75,
        averagingStart: Double = 1e6, weightDecay: Double = 0, maximize: Bool = false
    ) throws(TensorError) {
        try checkCommon("ASGD", learningRate: learningRate, weightDecay: weightDecay)
        let settings: Settings = [
            .learningRate: learningRate, .parameterDecay: parameterDecay, .power: power, .averagingStart: averagingStart,
            .weightDecay: weightDecay,
        ]
        try super.init(.asgd, Self.groups(parameters), settings, maximize: maximize)
    }
}

/// Resilient backpropagation (Riedmiller and Braun 1993): step sizes that grow while the sign of the gradient stays.
public final class Rprop: GradientOptimizer {
    /// - Parameters:
    ///   - learningRate: the first step size.
    ///   - etas: what a step size is multiplied by where the sign changes, and where it stays.
    ///   - stepSizes: the smallest and the largest.
    /// - Throws: for no parameters, and for settings out of range.
    public init(
        _ parameters: [some Trainable], learningRate: Double = 1e-2, etas: (Double, Double) = (0.5, 1.2),
        stepSizes: (Double, Double) = (1e-6, 50), maximize: Bool = false
    ) throws(TensorError) {
        try require(learningRate >= 0, "Rprop", "learning rate", learningRate)
        if !(etas.0 > 0 && etas.0 < 1 && etas.1 > 1) {
            throw TensorError(.value, "Rprop", "invalid eta values: \(etas.0), \(etas.1)")
        }
        let settings: Settings = [
            .learningRate: learningRate, .etaMinus: etas.0, .etaPlus: etas.1, .smallestStep: stepSizes.0,
            .largestStep: stepSizes.1,
        ]
        try super.init(.rprop, Self.groups(parameters), settings, maximize: maximize)
    }
}

/// Adafactor (Shazeer and Stern 2018): the state of a matrix is two vectors.
public final class Adafactor: GradientOptimizer {
    /// - Parameters:
    ///   - learningRate: the largest step, relative to the size of the parameter.
    ///   - beta2Decay: the power at which the weight of a new square falls; not positive.
    ///   - epsilon: the least that a square's root is taken for; nil for the spacing of the numbers behind 1.
    ///   - epsilon2: the least that a parameter's size is taken for.
    ///   - clippingThreshold: the largest root mean square of an update; at least 1.
    /// - Throws: for no parameters, and for settings out of range.
    public init(
        _ parameters: [some Trainable], learningRate: Double = 1e-2, beta2Decay: Double = -0.8, epsilon: Double? = nil,
        epsilon2: Double = 1e-3, clippingThreshold: Double = 1, weightDecay: Double = 0, maximize: Bool = false
    ) throws(TensorError) {
        try checkCommon("Adafactor", learningRate: learningRate, weightDecay: weightDecay, epsilon: epsilon ?? 0)
        try require(beta2Decay <= 0, "Adafactor", "beta2_decay", beta2Decay)
        try require(epsilon2 >= 0, "Adafactor", "epsilon2", epsilon2)
        try require(clippingThreshold >= 1, "Adafactor", "clipping threshold d", clippingThreshold)
        let settings: Settings = [
            .learningRate: learningRate, .beta2Decay: beta2Decay, .epsilon: epsilon ?? .nan, .epsilon2: epsilon2,
            .clippingThreshold: clippingThreshold, .weightDecay: weightDecay,
        ]
        try super.init(.adafactor, Self.groups(parameters), settings, maximize: maximize)
    }
}

/// Muon (Jordan 2024), for the matrices of hidden layers: momentum made nearly orthogonal.
public final class Muon: GradientOptimizer {
    /// What the learning rate is multiplied by for a matrix of A rows and B columns.
    public enum RateAdjustment: Sendable {
        /// √max(1, A / B).
        case original
        /// 0.2 √max(A, B), for steps as large as those of AdamW.
        case matchingAdam
    }

    /// - Parameters:
    ///   - parameters: matrices only.
    ///   - weightDecay: p ← p - ηλp in each step.
    ///   - coefficients: of Newton and Schulz's iteration.
    ///   - iterations: of that, less than 100.
    /// - Throws: for no parameters, for those that are no matrices, and for settings out of range.
    public init(
        _ parameters: [some Trainable], learningRate: Double = 1e-3, weightDecay: Double = 0.1, momentum: Double = 0.95,
        nesterov: Bool = true, coefficients: (Double, Double, Double) = (3.4445, -4.7750, 2.0315), epsilon: Double = 1e-7,
        iterations: Int = 5, rateAdjustment: RateAdjustment = .original
    ) throws(TensorError) {
        try checkCommon("Muon", learningRate: learningRate, weightDecay: weightDecay)
        try require(momentum >= 0, "Muon", "momentum value", momentum)
        let groups = Self.groups(parameters)
        for parameter in groups.flatMap(\.parameters) where parameter.rank != 2 {
            throw TensorError(.value, "Muon", "Muon only supports 2D parameters, got shape \(parameter.shape)")
        }
        let settings: Settings = [
            .learningRate: learningRate, .weightDecay: weightDecay, .momentum: momentum, .nesterov: flag(nesterov),
            .coefficientA: coefficients.0, .coefficientB: coefficients.1, .coefficientC: coefficients.2, .epsilon: epsilon,
            .iterations: Double(iterations), .matchesAdam: flag(rateAdjustment == .matchingAdam),
        ]
        try super.init(.muon, groups, settings)
    }
}

extension GradientOptimizer {
    fileprivate static func groups<Element: Trainable>(_ parameters: [Element]) -> [ParameterGroup] {
        Element.groups(of: parameters)
    }
}
