import CKernels
#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

// What each method is told, what it remembers of each parameter, and the factors of its step. The loops over memory are
// in CKernels/optimizers.c; formulas and their order are PyTorch's (torch.optim).

/// A method of optimisation, by PyTorch's name. AdamW is Adam with decoupled weight decay.
package enum OptimizerMethod: String, CaseIterable, Sendable {
    case sgd = "SGD"
    case adam = "Adam"
    case adamax = "Adamax"
    case nadam = "NAdam"
    case radam = "RAdam"
    case rmsprop = "RMSprop"
    case adagrad = "Adagrad"
    case adadelta = "Adadelta"
    case asgd = "ASGD"
    case rprop = "Rprop"
    case adafactor = "Adafactor"
    case muon = "Muon"

    /// What a step is told, in this order. Booleans are 0 or 1.
    package var settings: [OptimizerSetting] {
        let common: [OptimizerSetting] = [.gradientScale, .learningRate, .weightDecay]
        return switch self {
        case .sgd: common + [.momentum, .dampening, .nesterov]
        case .adam: common + [.beta1, .beta2, .epsilon, .amsgrad, .decoupledWeightDecay]
        case .adamax: common + [.beta1, .beta2, .epsilon]
        case .nadam: common + [.beta1, .beta2, .epsilon, .momentumDecay, .decoupledWeightDecay]
        case .radam: common + [.beta1, .beta2, .epsilon, .decoupledWeightDecay]
        case .rmsprop: common + [.smoothing, .epsilon, .momentum, .centered]
        case .adagrad: common + [.learningRateDecay, .epsilon]
        case .adadelta: common + [.rho, .epsilon]
        case .asgd: common + [.parameterDecay, .power, .averagingStart]
        case .rprop: [.gradientScale, .learningRate, .etaMinus, .etaPlus, .smallestStep, .largestStep]
        case .adafactor: common + [.beta2Decay, .epsilon, .epsilon2, .clippingThreshold]
        case .muon:
            common + [.momentum, .nesterov, .coefficientA, .coefficientB, .coefficientC, .epsilon, .iterations, .matchesAdam]
        }
    }

    /// The numbers that are kept for each parameter, by PyTorch's names, and what they begin with.
    func numbers(learningRate: Double) -> [(name: String, start: Double)] {
        switch self {
        case .sgd, .muon: []
        case .nadam: [("step", 0), ("mu_product", 1)]
        case .asgd: [("step", 0), ("eta", learningRate), ("mu", 1)]
        default: [("step", 0)]
        }
    }

    /// How many numbers.
    var numberCount: Int { self == .sgd || self == .muon ? 0 : self == .nadam ? 2 : self == .asgd ? 3 : 1 }

    /// The tensors that are kept for a parameter of `rank` dimensions, by PyTorch's names. They have its shape, but those of
    /// Adafactor for matrices.
    func tensors(_ settings: [Double], rank: Int) -> [String] {
        switch self {
        case .sgd: settings[3] != 0 ? ["momentum_buffer"] : []
        case .adam: settings[6] != 0 ? ["exp_avg", "exp_avg_sq", "max_exp_avg_sq"] : ["exp_avg", "exp_avg_sq"]
        case .adamax: ["exp_avg", "exp_inf"]
        case .nadam, .radam: ["exp_avg", "exp_avg_sq"]
        case .rmsprop:
            ["square_avg"] + (settings[5] > 0 ? ["momentum_buffer"] : []) + (settings[6] != 0 ? ["grad_avg"] : [])
        case .adagrad: ["sum"]
        case .adadelta: ["square_avg", "acc_delta"]
        case .asgd: ["ax"]
        case .rprop: ["prev", "step_size"]
        case .adafactor: rank > 1 ? ["row_var", "col_var"] : ["variance"]
        case .muon: ["momentum_buffer"]
        }
    }

    /// Begins or goes on with the numbers of a parameter, and gives the kernel and its factors.
    ///
    /// - Parameters:
    ///   - s: the settings, in their order.
    ///   - fresh: whether the state has just been made (for SGD, whose buffer begins with the gradient).
    /// - Returns: nil for a method that is composed of operators.
    func factors(_ s: [Double], _ kept: inout KeptNumbers, fresh: Bool) -> (ck_method, [Double])? {
        let (scale, rate, decay) = (s[0], s[1], s[2])
        if numberCount > 0 { kept[0] = kept[0] + 1 }
        let step = numberCount > 0 ? kept[0] : 0
        /// The head of the factors, where the decay may act on the parameter itself.
        func head(decoupled: Double) -> [Double] { decoupled != 0 ? [scale, 0, 1 - rate * decay] : [scale, decay, 1] }
        switch self {
        case .sgd:
            let (momentum, dampening, nesterov) = (s[3], s[4], s[5])
            if momentum == 0 { return (.CK_SGD, [scale, decay, 1, -rate]) }
            return (fresh ? .CK_SGD_FIRST : .CK_SGD_MOMENTUM, [scale, decay, 1, -rate, momentum, 1 - dampening, nesterov])
        case .adam:
            let (beta1, beta2, amsgrad) = (s[3], s[4], s[6])
            let correction1 = 1 - pow(beta1, step), correction2 = 1 - pow(beta2, step)
            return (amsgrad != 0 ? .CK_AMSGRAD : .CK_ADAM,
                head(decoupled: s[7]) + [1 - beta1, beta2, 1 - beta2, correction2.squareRoot(), s[5], -(rate / correction1)])
        case .adamax:
            return (.CK_ADAMAX, [scale, decay, 1, 1 - s[3], s[4], s[5], -(rate / (1 - pow(s[3], step)))])
        case .nadam:
            let (beta1, beta2, momentumDecay) = (s[3], s[4], s[6])
            let mu = beta1 * (1 - 0.5 * pow(0.96, step * momentumDecay))
            let next = beta1 * (1 - 0.5 * pow(0.96, (step + 1) * momentumDecay))
            kept.multiply(1, by: mu)
            let product = kept[1]
            return (.CK_NADAM, head(decoupled: s[7]) + [
                1 - beta1, beta2, 1 - beta2, 1 - pow(beta2, step), s[5], -rate * (1 - mu) / (1 - product),
                (-rate * next) / (1 - product * next),
            ])
        case .radam:
            let (beta1, beta2) = (s[3], s[4])
            let correction1 = 1 - pow(beta1, step), correction2 = 1 - pow(beta2, step)
            let limit = 2 / (1 - beta2) - 1, length = limit - 2 * step * pow(beta2, step) / correction2
            let rectifier = ((length - 4) * (length - 2) * limit / ((limit - 4) * (limit - 2) * length)).squareRoot()
            return (length > 5 ? .CK_RADAM : .CK_RADAM_EARLY, head(decoupled: s[6]) + [
                1 - beta1, beta2, 1 - beta2, correction2.squareRoot(), s[5], rate, correction1, rectifier,
            ])
        case .rmsprop:
            let (momentum, centered) = (s[5], s[6] != 0)
            let kernel: ck_method = momentum > 0 ? centered ? .CK_RMSPROP_BOTH : .CK_RMSPROP_MOMENTUM
                : centered ? .CK_RMSPROP_CENTERED : .CK_RMSPROP
            return (kernel, [scale, decay, 1, s[3], 1 - s[3], s[4], -rate, momentum])
        case .adagrad:
            return (.CK_ADAGRAD, [scale, decay, 1, s[4], -(rate / (1 + (step - 1) * s[3]))])
        case .adadelta:
            return (.CK_ADADELTA, [scale, decay, 1, s[3], 1 - s[3], s[4], -rate])
        case .asgd:
            let (parameterDecay, power, start) = (s[3], s[4], s[5])
            let (eta, mu) = (kept[1], kept[2])
            kept[1] = rate / pow(1 + parameterDecay * rate * step, power)
            kept[2] = 1 / Swift.max(1, step - start)
            return (.CK_ASGD, [scale, decay, 1 - parameterDecay * eta, -eta, mu])
        case .rprop:
            return (.CK_RPROP, [scale, 0, 1, s[2], s[3], s[4], s[5]])
        case .adafactor, .muon:
            return nil
        }
    }
}

/// Numbers that a method keeps for a parameter, as PyTorch does in tensors of one element; rounded as these are.
struct KeptNumbers {
    private let tensors: ArraySlice<Tensor>
    private(set) var values: [Double] = []

    init(_ tensors: ArraySlice<Tensor>) throws(TensorError) {
        self.tensors = tensors
        for tensor in tensors { values.append(try tensor.itemAsDouble()) }
    }

    subscript(index: Int) -> Double {
        get { values[index] }
        set { values[index] = isSingle(index) ? Double(Float(newValue)) : newValue }
    }

    /// A product, in the precision of the tensor.
    mutating func multiply(_ index: Int, by factor: Double) {
        values[index] = isSingle(index) ? Double(Float(values[index]) * Float(factor)) : values[index] * factor
    }

    private func isSingle(_ index: Int) -> Bool { tensors[tensors.startIndex + index].dtype == .float32 }

    func save() {
        for (tensor, value) in zip(tensors, values) {
            tensor.fillMemory(value)
            tensor.didWrite()
        }
    }
}
