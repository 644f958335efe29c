/// What trains parameters: `step` after `backward`, then `zeroGrad`.
public protocol Optimizer: AnyObject {
    /// The parameters that it trains, and the settings of each group, which may change between steps.
    var groups: [ParameterGroup] { get set }

    /// Moves every parameter that has a gradient.
    func step() throws(TensorError)

    /// Computes the loss anew, and with it the gradients, and moves the parameters.
    ///
    /// - Parameter closure: forgets the gradients, computes the loss, calls `backward` and returns the loss.
    /// - Returns: the loss before the step.
    @discardableResult
    func step(_ closure: () throws(TensorError) -> Tensor) throws(TensorError) -> Tensor
}

extension Optimizer {
    /// The parameters of all groups.
    public var parameters: [Tensor] { groups.flatMap(\.parameters) }

    /// η of the first group. Setting it sets that of every group.
    public var learningRate: Double {
        get { groups.first?.learningRate ?? 0 }
        set { for index in groups.indices { groups[index].learningRate = newValue } }
    }

    /// Forgets the gradients.
    public func zeroGrad() {
        for group in groups {
            for parameter in group.parameters { parameter.gradient = nil }
        }
    }

    @discardableResult
    public func step(_ closure: () throws(TensorError) -> Tensor) throws(TensorError) -> Tensor {
        let loss = try withGradients(closure)
        try step()
        return loss
    }
}

/// What a method of optimisation can be told. Each optimiser's initialiser says which ones it takes.
public enum OptimizerSetting: String, CaseIterable, Sendable {
    /// What gradients are multiplied by first: -1 to maximise.
    case gradientScale
    /// η.
    case learningRate
    /// λ: of the L2 penalty, or of the decay that is applied to the parameter itself.
    case weightDecay
    /// 1 if the decay is applied to the parameter itself (AdamW), 0 if it is added to the gradient.
    case decoupledWeightDecay
    /// μ: how much of the last direction is kept.
    case momentum
    /// τ: how much of the gradient momentum leaves out.
    case dampening
    /// 1 for Nesterov's momentum, else 0.
    case nesterov
    /// How much of the average of the gradients is kept.
    case beta1
    /// How much of the average of their squares is kept.
    case beta2
    /// Added to the denominator.
    case epsilon
    /// 1 if the largest of the averaged squares so far counts, else 0.
    case amsgrad
    /// ψ of NAdam.
    case momentumDecay
    /// α of RMSprop: how much of the average of the squares is kept.
    case smoothing
    /// 1 if the average of the gradients is taken from that of their squares, else 0.
    case centered
    /// How fast Adagrad's learning rate falls.
    case learningRateDecay
    /// ρ of Adadelta: how much of its averages is kept.
    case rho
    /// λ of ASGD.
    case parameterDecay
    /// α of ASGD: the power at which the learning rate falls.
    case power
    /// The step at which ASGD begins to average.
    case averagingStart
    /// What a step size is multiplied by where the gradient has turned.
    case etaMinus
    /// What a step size is multiplied by where the gradient has not turned.
    case etaPlus
    /// The smallest step of Rprop.
    case smallestStep
    /// The largest step of Rprop.
    case largestStep
    /// τ of Adafactor: the power at which the weight of a new square falls.
    case beta2Decay
    /// The least that Adafactor takes a parameter's size for.
    case epsilon2
    /// d of Adafactor: the largest root mean square of an update.
    case clippingThreshold
    /// The coefficients of Muon's iteration.
    case coefficientA, coefficientB, coefficientC
    /// How many iterations Muon makes.
    case iterations
    /// 1 if Muon's steps are to be as large as those of Adam, 0 if they grow with the ratio of rows to columns.
    case matchesAdam
    /// What Adagrad's sums begin with.
    case initialAccumulator
}

/// What can stand in the list that an optimiser is made of: a parameter, or a group of them.
public protocol Trainable {
    /// A list of these as groups.
    static func groups(of list: [Self]) -> [ParameterGroup]
}

extension Tensor: Trainable {
    public static func groups(of list: [Tensor]) -> [ParameterGroup] { [ParameterGroup(list)] }
}

/// Parameters that are trained with settings of their own.
///
/// Settings that a group does not give are the optimiser's:
///
///     let optimizer = try SGD(
///         [ParameterGroup(try body.parameters()), ParameterGroup(try head.parameters(), learningRate: 0.1)],
///         learningRate: 0.01, momentum: 0.9)
public struct ParameterGroup: Trainable {
    /// The parameters, in order.
    public let parameters: [Tensor]
    /// What schedules remember of the group.
    var initialRate: Double?
    private(set) var settings: [OptimizerSetting: Double]

    /// - Parameters:
    ///   - learningRate: η, if not the optimiser's.
    ///   - weightDecay: λ, if not the optimiser's.
    ///   - settings: others that are not the optimiser's.
    public init(
        _ parameters: [Tensor], learningRate: Double? = nil, weightDecay: Double? = nil,
        settings: [OptimizerSetting: Double] = [:]
    ) {
        self.parameters = parameters
        self.settings = settings
        if let learningRate { self.settings[.learningRate] = learningRate }
        if let weightDecay { self.settings[.weightDecay] = weightDecay }
    }

    public static func groups(of list: [ParameterGroup]) -> [ParameterGroup] { list }

    /// η; 0 for a group that no optimiser has yet and that gives none.
    public var learningRate: Double {
        get { settings[.learningRate] ?? 0 }
        set { settings[.learningRate] = newValue }
    }

    /// Any setting; nil for one that the group does not have.
    public subscript(setting: OptimizerSetting) -> Double? {
        get { settings[setting] }
        set { settings[setting] = newValue }
    }

    /// Takes over what it does not give itself.
    mutating func complete(with defaults: [OptimizerSetting: Double]) {
        settings.merge(defaults) { own, _ in own }
    }
}

/// Checks the parameters that an optimiser is to have beside those it has.
func checkParameters(_ groups: [ParameterGroup], _ present: [ParameterGroup], _ name: String) throws(TensorError) {
    var known = Set(present.flatMap(\.parameters).map { ObjectIdentifier($0) })
    for group in groups {
        for parameter in group.parameters where !parameter.isLeaf {
            throw TensorError(.value, name, "can't optimize a non-leaf tensor of shape \(parameter.shape)")
        }
        for parameter in group.parameters where !known.insert(ObjectIdentifier(parameter)).inserted {
            throw TensorError(.value, name, "a parameter of shape \(parameter.shape) is listed more than once")
        }
    }
    if known.isEmpty { throw TensorError(.value, name, "optimizer got an empty parameter list") }
}

/// What the optimisers that move each parameter by itself have in common. Their classes are initialisers for it.
public class GradientOptimizer: Optimizer {
    public var groups: [ParameterGroup]
    private let method: OptimizerMethod
    private let name: String
    private let defaults: [OptimizerSetting: Double]
    private var states: [ObjectIdentifier: State] = [:]

    /// The tensors of a parameter's state, by PyTorch's names.
    private struct State {
        // Held, so that no other tensor takes over its identity.
        let parameter: Tensor
        var tensors: [(name: String, tensor: Tensor)]
    }

    /// - Throws: for no parameters, for those that no step can move, and for settings that the method does not have.
    init(
        _ method: OptimizerMethod, _ groups: [ParameterGroup], _ defaults: [OptimizerSetting: Double],
        maximize: Bool = false, name: String? = nil
    ) throws(TensorError) {
        self.method = method
        self.name = name ?? method.rawValue
        self.defaults = defaults.merging([.gradientScale: maximize ? -1 : 1]) { $1 }
        self.groups = []
        try add(groups)
    }

    /// Adds a group of parameters. Settings that it does not give are the optimiser's.
    ///
    /// - Throws: for parameters that are there already, those that no step can move, and settings that the method does not have.
    public func add(_ group: ParameterGroup) throws(TensorError) { try add([group]) }

    private func add(_ list: [ParameterGroup]) throws(TensorError) {
        try checkParameters(list, groups, name)
        var completed: [ParameterGroup] = []
        for var group in list {
            for setting in group.settings.keys where defaults[setting] == nil {
                throw TensorError(.value, name, "there is no setting \(setting.rawValue)")
            }
            group.complete(with: defaults)
            completed.append(group)
        }
        groups += completed
    }

    public func step() throws(TensorError) {
        for group in groups {
            let settings = try values(group)
            var (moving, state) = ([Tensor](), [Tensor]())
            var (beginning, fresh) = ([Tensor](), [Tensor]())
            for parameter in group.parameters where parameter.gradient != nil {
                let identity = ObjectIdentifier(parameter)
                let width = method.numberCount + method.tensors(settings, rank: parameter.rank).count
                if let known = states[identity], known.tensors.count == width {
                    moving.append(parameter)
                    state += known.tensors.map(\.tensor)
                } else {
                    let made = try begin(parameter, group, settings)
                    states[identity] = made
                    beginning.append(parameter)
                    fresh += made.tensors.map(\.tensor)
                }
            }
            if !moving.isEmpty { try OptimizerStep.run(method, moving, state: state, settings: settings) }
            if !beginning.isEmpty { try OptimizerStep.run(method, beginning, state: fresh, settings: settings, fresh: true) }
        }
    }

    private func values(_ group: ParameterGroup) throws(TensorError) -> [Double] {
        var values: [Double] = []
        for setting in method.settings {
            guard let value = group[setting] else {
                throw TensorError(.value, name, "a group has no \(setting.rawValue)")
            }
            values.append(value)
        }
        return values
    }

    /// The state of a parameter before its first step, when its shape is known.
    private func begin(_ parameter: Tensor, _ group: ParameterGroup, _ settings: [Double]) throws(TensorError) -> State {
        var state = State(parameter: parameter, tensors: [])
        // A setting that was changed may ask for more than there is.
        let known = states[ObjectIdentifier(parameter)]?.tensors ?? []
        func add(_ name: String, _ sizes: Dims, _ dtype: DType, _ start: Double) throws(TensorError) {
            let present = known.first { $0.name == name && $0.tensor.sizes == sizes && $0.tensor.dtype == dtype }
            state.tensors.append((name, present == nil ? try Tensor.filled(sizes, dtype, start) : present!.tensor))
        }
        let number: DType = DType.standard == .float64 ? .float64 : .float32
        for (name, start) in method.numbers(learningRate: group.learningRate) {
            try add(name, Dims(), number, start)
        }
        for (index, name) in method.tensors(settings, rank: parameter.rank).enumerated() {
            let start = name == "step_size" ? group.learningRate : name == "sum" ? group[.initialAccumulator] ?? 0 : 0
            let sizes = OptimizerStep.shape(method, index, parameter)
            try add(name, sizes, parameter.dtype, start)
        }
        return state
    }

    // MARK: Saved state

    /// What the optimiser remembers, as a list that can be saved: "0.exp_avg" is the first parameter's.
    ///
    /// The names are PyTorch's; settings are not part of it.
    public func state() -> [(name: String, tensor: Tensor)] {
        var list: [(name: String, tensor: Tensor)] = []
        for (index, parameter) in parameters.enumerated() {
            for (name, tensor) in states[ObjectIdentifier(parameter)]?.tensors ?? [] {
                list.append(("\(index).\(name)", tensor))
            }
        }
        return list
    }

    /// Goes on from what `state` gave; the tensors are copied.
    ///
    /// - Throws: for names and shapes that are not those of a parameter's state.
    public func load(_ state: [(name: String, tensor: Tensor)]) throws(TensorError) {
        var given: [String: Tensor] = [:]
        for (name, tensor) in state where given.updateValue(tensor, forKey: name) != nil {
            throw TensorError(.key, self.name, "\(name) is there twice")
        }
        var loaded: [ObjectIdentifier: State] = [:]
        var index = 0
        for group in groups {
            let settings = try values(group)
            for parameter in group.parameters {
                let prefix = "\(index)."
                index += 1
                let own = try begin(parameter, group, settings)
                if own.tensors.isEmpty || given[prefix + own.tensors[0].name] == nil { continue }
                var copies = State(parameter: parameter, tensors: [])
                for (name, target) in own.tensors {
                    guard let tensor = given.removeValue(forKey: prefix + name) else {
                        throw TensorError(.key, self.name, "there is no \(prefix + name)")
                    }
                    if tensor.sizes != target.sizes {
                        throw TensorError(.value, self.name, "\(prefix + name) has shape \(tensor.sizes), expected \(target.sizes)")
                    }
                    copies.tensors.append((name, try tensor.dtype == target.dtype ? tensor.copied() : tensor.converted(to: target.dtype)))
                }
                loaded[ObjectIdentifier(parameter)] = copies
            }
        }
        if let other = given.keys.sorted().first { throw TensorError(.key, name, "\(other) belongs to no parameter") }
        states = loaded
    }
}

/// Checks that a setting lies in its domain.
func require(_ condition: Bool, _ name: String, _ what: String, _ value: Double) throws(TensorError) {
    if !condition { throw TensorError(.value, name, "invalid \(what): \(value)") }
}
