// Blocks that drop elements at random (Srivastava et al. 2014).

extension BlockRegistry {
    static func dropout(_ type: String, _ arguments: inout Arguments) throws(TensorError) -> Module? {
        switch type {
        case "Dropout": try Dropout()
        default: nil
        }
    }
}

/// In training, elements set to zero with probability `p` and the others divided by 1 - p; in use, the input itself.
public final class Dropout: Layer {
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

    package override var settings: [Setting] {
        [setting("p", \Dropout.p, check: Dropout.check), setting("inplace", \Dropout.inPlace)]
    }
}
