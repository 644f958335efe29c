// Activation functions as blocks.

extension BlockRegistry {
    static func activation(_ type: String, _ arguments: inout Arguments) throws(TensorError) -> Module? {
        switch type {
        case "ReLU": ReLU()
        case "Sigmoid": Sigmoid()
        case "Tanh": Tanh()
        default: nil
        }
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
