// The blocks without parameters.

/// The base of the built-in blocks that hold nothing but their arguments.
open class ParameterlessBlock: Module {
    override init(builtIn: Void = ()) { super.init(builtIn: ()) }

    open override var typeName: String { String(describing: type(of: self)) }
    package override var isBuiltIn: Bool { true }
    package override func namedChildren() throws(TensorError) -> [(name: String, block: Module)] { [] }
    package override func namedOwnTensors() throws(TensorError) -> [(name: String, tensor: Tensor, isBuffer: Bool)] { [] }
}

/// max(x, 0).
public final class ReLU: ParameterlessBlock {
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

    package override var attributes: [(name: String, value: AttributeValue)] { [("inplace", .boolean(inPlace))] }

    package override func setAttribute(_ name: String, _ value: AttributeValue) throws(TensorError) {
        guard name == "inplace", case .boolean(let flag) = value else { return try super.setAttribute(name, value) }
        inPlace = flag
    }

    public override var argumentsDescription: String { inPlace ? "inplace=True" : "" }
}

/// 1 / (1 + e⁻ˣ).
public final class Sigmoid: ParameterlessBlock {
    public init() { super.init() }
    public override func forward(_ input: Tensor) throws(TensorError) -> Tensor { try input.sigmoid() }
}

/// The hyperbolic tangent.
public final class Tanh: ParameterlessBlock {
    public init() { super.init() }
    public override func forward(_ input: Tensor) throws(TensorError) -> Tensor { try input.tanh() }
}

/// The input itself.
public final class Identity: ParameterlessBlock {
    public init() { super.init() }
    public override func forward(_ input: Tensor) throws(TensorError) -> Tensor { input }
}

/// Joins the dimensions from `startDim` to `endDim`, both included.
public final class Flatten: ParameterlessBlock {
    public let startDim: Int
    public let endDim: Int

    public init(startDim: Int = 1, endDim: Int = -1) {
        self.startDim = startDim
        self.endDim = endDim
        super.init()
    }

    convenience init(_ arguments: inout Arguments) throws(TensorError) {
        self.init(
            startDim: try arguments.integer("start_dim", default: 1), endDim: try arguments.integer("end_dim", default: -1))
    }

    public override func forward(_ input: Tensor) throws(TensorError) -> Tensor {
        try input.flattened(from: startDim, to: endDim)
    }

    package override var attributes: [(name: String, value: AttributeValue)] {
        [("start_dim", .integer(startDim)), ("end_dim", .integer(endDim))]
    }
}

/// In training, elements set to zero with probability `p` and the others divided by 1 - p; in use, the input itself.
public final class Dropout: ParameterlessBlock {
    /// Between 0 and 1.
    public private(set) var p: Double
    /// Whether the input's memory is written to.
    public var inPlace: Bool

    public init(_ p: Double = 0.5, inPlace: Bool = false) throws(TensorError) {
        try Dropout.check(p)
        self.p = p
        self.inPlace = inPlace
        super.init()
    }

    convenience init(_ arguments: inout Arguments) throws(TensorError) {
        try self.init(
            try arguments.real("p", default: 0.5), inPlace: try arguments.boolean("inplace", default: false))
    }

    private static func check(_ p: Double) throws(TensorError) {
        if !(p >= 0 && p <= 1) {
            throw TensorError(.value, "Dropout", "dropout probability has to be between 0 and 1, but got \(p)")
        }
    }

    public override func forward(_ input: Tensor) throws(TensorError) -> Tensor {
        if !inPlace { return try input.dropout(p, training: isTraining) }
        if isTraining { try input.dropoutInPlace(p) }
        return input
    }

    package override var attributes: [(name: String, value: AttributeValue)] {
        [("p", .real(p)), ("inplace", .boolean(inPlace))]
    }

    package override func setAttribute(_ name: String, _ value: AttributeValue) throws(TensorError) {
        switch (name, value) {
        case ("p", .real(let number)):
            try Dropout.check(number)
            p = number
        case ("p", .integer(let number)):
            try Dropout.check(Double(number))
            p = Double(number)
        case ("inplace", .boolean(let flag)): inPlace = flag
        default: try super.setAttribute(name, value)
        }
    }

    public override var argumentsDescription: String {
        "p=\(p == p.rounded() ? "\(Int(p)).0" : "\(p)"), inplace=\(inPlace ? "True" : "False")"
    }
}
