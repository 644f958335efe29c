// Fully connected layers. Definitions and default initialisation are PyTorch's (torch.nn.Linear) and Gluon's (Dense).

extension BlockRegistry {
    static func linear(_ type: String, _ arguments: inout Arguments) throws(TensorError) -> Module? {
        switch type {
        case "Linear": try Linear(&arguments)
        case "LazyLinear": try LazyLinear(&arguments)
        case "Dense": try Dense(&arguments)
        default: nil
        }
    }
}

/// The default initialisation of a fully connected layer, and of a convolution: weight and bias uniform on ±1/√in, where `in`
/// is the number of elements that a weight has for each of its first dimension.
///
/// The bound of the weight is computed the way Kaiming's scheme with a = √5 does, so that it rounds alike.
func initializeLinear(_ weight: Tensor, _ bias: Tensor?) throws(TensorError) {
    var inputs = Double(weight.sizes[1])
    for i in 2..<Swift.max(weight.rank, 2) { inputs *= Double(weight.sizes[i]) }
    try withoutGradients { () throws(TensorError) in
        if inputs > 0 {
            let slope = 5.0.squareRoot()
            let gain = (2.0 / (1 + slope * slope)).squareRoot()
            let bound = 3.0.squareRoot() * (gain / inputs.squareRoot())
            try weight.uniformInPlace(from: -bound, to: bound)
        }
        if let bias {
            let bound = inputs > 0 ? 1 / inputs.squareRoot() : 0
            try bias.uniformInPlace(from: -bound, to: bound)
        }
    }
}

/// A fully connected layer: y = x weightᵀ + bias, for x of shape [..., in].
open class Linear: Layer {
    /// The size of the input's last dimension; 0 while it is not known.
    public internal(set) var inFeatures: Int
    /// The size of the output's last dimension.
    public let outFeatures: Int
    /// [out, in]
    @exclusivity(unchecked) public final var weight: Tensor
    /// [out], or nil.
    @exclusivity(unchecked) public final var bias: Tensor?

    /// - Parameters:
    ///   - inFeatures: not negative.
    ///   - outFeatures: not negative.
    public init(_ inFeatures: Int, _ outFeatures: Int, bias hasBias: Bool = true, dtype: DType = .standard) throws(TensorError) {
        self.inFeatures = inFeatures
        self.outFeatures = outFeatures
        try Linear.check(dtype, "Linear")
        weight = try Tensor.parameter(try Tensor.created([outFeatures, inFeatures], dtype, requiresGrad: false, "Linear"))
        bias = hasBias ? try Tensor.parameter(try Tensor.created([outFeatures], dtype, requiresGrad: false, "Linear")) : nil
        super.init()
        try resetParameters()
    }

    convenience init(_ arguments: inout Arguments) throws(TensorError) {
        try self.init(
            try arguments.required("in_features"), try arguments.required("out_features"),
            bias: try arguments.value("bias", default: true), dtype: try arguments.dtype())
    }

    /// A layer whose input size waits for the first input.
    fileprivate init(waiting outFeatures: Int, bias hasBias: Bool, dtype: DType) throws(TensorError) {
        try Linear.check(dtype, "LazyLinear")
        _ = try checkedCount([outFeatures], dtype, operation: "LazyLinear")
        inFeatures = 0
        self.outFeatures = outFeatures
        weight = try Tensor.uninitializedParameter([outFeatures, -1], dtype)
        bias = hasBias ? try Tensor.uninitializedParameter([outFeatures], dtype) : nil
        super.init()
    }

    static func check(_ dtype: DType, _ type: String) throws(TensorError) {
        if !dtype.isFloatingPoint { throw TensorError(.type, type, "expected a floating point dtype, not \(dtype)") }
    }

    open override func forward(_ input: Tensor) throws(TensorError) -> Tensor { try input.linear(weight, bias) }

    /// With max(·, 0) in the same pass.
    func forward(_ input: Tensor, relu: Bool) throws(TensorError) -> Tensor { try input.linear(weight, bias, relu: relu) }

    open override func resetParameters() throws(TensorError) {
        if weight.isInitialized { try initializeLinear(weight, bias) }
    }

    open override var typeName: String { type(of: self) == Linear.self ? "Linear" : super.typeName }
    package override var isBuiltIn: Bool { type(of: self) == Linear.self }
    package final override var slots: [Slot] { [slot("weight", \Linear.weight), slot("bias", \Linear.bias)] }

    package override var settings: [Setting] {
        [
            setting("in_features", fixed: inFeatures), setting("out_features", fixed: outFeatures),
            setting("bias", fixed: bias != nil),
        ]
    }
}

/// A `Linear` whose input size is that of the first input.
public final class LazyLinear: Linear {
    public init(_ outFeatures: Int, bias: Bool = true, dtype: DType = .standard) throws(TensorError) {
        try super.init(waiting: outFeatures, bias: bias, dtype: dtype)
    }

    convenience init(_ arguments: inout Arguments) throws(TensorError) {
        let _: Int = try arguments.value("in_features", default: 0)  // of a copy: 0
        try self.init(
            try arguments.required("out_features"), bias: try arguments.value("bias", default: true),
            dtype: try arguments.dtype())
    }

    public override func forward(_ input: Tensor) throws(TensorError) -> Tensor {
        try forward(input, relu: false)
    }

    override func forward(_ input: Tensor, relu: Bool) throws(TensorError) -> Tensor {
        if !weight.isInitialized {
            if input.rank == 0 { throw TensorError(.runtime, "LazyLinear", "expected an input of at least one dimension") }
            try resolveLinear(weight, bias, inputs: input.sizes[input.rank - 1])
        }
        if inFeatures != weight.sizes[1] { inFeatures = weight.sizes[1] }
        return try super.forward(input, relu: relu)
    }

    /// With its shape it is a `Linear` to files and to other languages.
    public override var typeName: String { weight.isInitialized ? "Linear" : "LazyLinear" }
    package override var isBuiltIn: Bool { true }
}

/// What a `Dense` layer applies to its result.
public enum Activation: String, CaseIterable, Sendable {
    case relu, sigmoid, tanh
    /// log(1 + eˣ).
    case softrelu
    /// x / (1 + |x|).
    case softsign

    func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor {
        switch self {
        case .relu: try x.relu()
        case .sigmoid: try x.sigmoid()
        case .tanh: try x.tanh()
        case .softrelu: try x.softplus()
        case .softsign: try x.softsign()
        }
    }

    /// That of a constructor's arguments, or nil.
    static func named(_ arguments: inout Arguments) throws(TensorError) -> Activation? {
        let name: String? = try arguments.value("activation", default: nil)
        let activation = name.flatMap { Activation(rawValue: $0) }
        if let name, activation == nil {
            let all = Activation.allCases.map(\.rawValue).joined(separator: ", ")
            throw TensorError(.value, arguments.type, "activation '\(name)' is not offered; there are \(all)")
        }
        return activation
    }
}

/// Gluon's fully connected layer: activation(x weightᵀ + bias), the input size deferred to the first input.
public final class Dense: Layer {
    /// [units, in]; without a shape before the first input.
    @exclusivity(unchecked) public var weight: Tensor
    /// [units], or nil.
    @exclusivity(unchecked) public var bias: Tensor?
    public let units: Int
    public let activation: Activation?
    /// Whether all dimensions of the input but the first are joined.
    public let flatten: Bool
    private let inUnits: Int

    /// - Parameter inUnits: the input size, or 0 to take it from the first input.
    public init(
        _ units: Int, activation: Activation? = nil, useBias: Bool = true, flatten: Bool = true, inUnits: Int = 0,
        dtype: DType = .standard
    ) throws(TensorError) {
        try Linear.check(dtype, "Dense")
        if units < 0 || inUnits < 0 { throw TensorError(.runtime, "Dense", "negative size: units \(units), in_units \(inUnits)") }
        _ = try checkedCount([units, Swift.max(inUnits, 1)], dtype, operation: "Dense")
        self.units = units
        self.activation = activation
        self.flatten = flatten
        self.inUnits = inUnits
        weight = try Tensor.uninitializedParameter([units, inUnits == 0 ? -1 : inUnits], dtype)
        bias = useBias ? try Tensor.uninitializedParameter([units], dtype) : nil
        super.init()
        if inUnits > 0 { try resolveLinear(weight, bias, inputs: inUnits) }
    }

    convenience init(_ arguments: inout Arguments) throws(TensorError) {
        try self.init(
            try arguments.required("units"), activation: try Activation.named(&arguments),
            useBias: try arguments.value("use_bias", default: true),
            flatten: try arguments.value("flatten", default: true),
            inUnits: try arguments.value("in_units", default: 0), dtype: try arguments.dtype())
    }

    public override func forward(_ input: Tensor) throws(TensorError) -> Tensor {
        let x = flatten && input.rank > 2 ? try input.flattened(from: 1) : input
        if !weight.isInitialized || !(bias?.isInitialized ?? true) {
            if x.rank == 0 { throw TensorError(.runtime, "Dense", "expected an input of at least one dimension") }
            try resolveLinear(weight, bias, inputs: x.sizes[x.rank - 1])
        }
        switch activation {
        case nil: return try x.linear(weight, bias)
        case .relu: return try x.linear(weight, bias, relu: true)
        case let activation?: return try activation(x.linear(weight, bias))
        }
    }

    public override func resetParameters() throws(TensorError) {
        if weight.isInitialized { try initializeLinear(weight, bias) }
    }

    package override var slots: [Slot] { [slot("weight", \Dense.weight), slot("bias", \Dense.bias)] }

    package override var settings: [Setting] {
        [
            setting("units", fixed: units), setting("activation", fixed: activation?.rawValue),
            setting("use_bias", fixed: bias != nil), setting("flatten", fixed: flatten),
            setting("in_units", fixed: weight.isInitialized ? weight.sizes[1] : inUnits),
        ]
    }

    public override var argumentsDescription: String {
        let inputs = weight.isInitialized ? "\(weight.sizes[1])" : (inUnits > 0 ? "\(inUnits)" : "None")
        return "\(inputs) -> \(units), " + (activation.map { "Activation(\($0.rawValue))" } ?? "linear")
    }
}

private func resolveLinear(_ weight: Tensor, _ bias: Tensor?, inputs: Int) throws(TensorError) {
    // The bias first: its shape is known, and the weight's initialisation tells others that all is done.
    try DeferredShapes.resolve([(bias, bias?.sizes ?? Dims()), (weight, [weight.sizes[0], inputs])]) { () throws(TensorError) in
        try initializeLinear(weight, bias)
    }
}
