// Blocks that drop elements, or whole channels, at random.

extension BlockRegistry {
    static func dropout(_ type: String, _ arguments: inout Arguments) throws(TensorError) -> Module? {
        switch type {
        case "Dropout": try Dropout()
        case "Dropout1d": try Dropout1d()
        case "Dropout2d": try Dropout2d()
        case "Dropout3d": try Dropout3d()
        case "AlphaDropout": try AlphaDropout()
        case "FeatureAlphaDropout": try FeatureAlphaDropout()
        default: nil
        }
    }
}

/// The base of the blocks that drop something with a probability.
public class DropoutLayer: Layer {
    /// Between 0 and 1.
    public private(set) var p: Double
    /// Whether the input's memory is written to.
    public var inPlace: Bool

    init(probability p: Double, inPlace: Bool, type: String) throws(TensorError) {
        try DropoutLayer.check(p, type)
        self.p = p
        self.inPlace = inPlace
        super.init()
    }

    private static func check(_ p: Double, _ type: String) throws(TensorError) {
        if !(p >= 0 && p <= 1) {
            throw TensorError(.value, type, "dropout probability has to be between 0 and 1, but got \(p)")
        }
    }

    package final override var settings: [Setting] {
        [
            setting("p", \DropoutLayer.p, check: { [typeName] (p) throws(TensorError) in try DropoutLayer.check(p, typeName) }),
            setting("inplace", \DropoutLayer.inPlace),
        ]
    }

    /// What happens in training.
    func drop(_ input: Tensor) throws(TensorError) -> Tensor { input }
    /// - Throws: for an input of another rank than the block is for.
    func check(_ input: Tensor) throws(TensorError) {}

    public override func forward(_ input: Tensor) throws(TensorError) -> Tensor {
        try check(input)
        if !isTraining { return input }
        return inPlace ? try input.overwritten(typeName, by: drop) : try drop(input)
    }
}

/// In training, elements set to zero with probability `p` and the others divided by 1 - p; in use, the input itself.
public final class Dropout: DropoutLayer {
    public init(_ p: Double = 0.5, inPlace: Bool = false) throws(TensorError) {
        try super.init(probability: p, inPlace: inPlace, type: "Dropout")
    }

    public override func forward(_ input: Tensor) throws(TensorError) -> Tensor {
        if !inPlace { return try input.dropout(p, training: isTraining) }
        if isTraining { try input.dropoutInPlace(p) }
        return input
    }
}

/// In training, channels of [N, C, L] or [C, L] set to zero with probability `p` and the others divided by 1 - p; in use, the
/// input itself.
public final class Dropout1d: DropoutLayer {
    public init(_ p: Double = 0.5, inPlace: Bool = false) throws(TensorError) {
        try super.init(probability: p, inPlace: inPlace, type: "Dropout1d")
    }

    override func check(_ input: Tensor) throws(TensorError) {
        if input.rank != 2 && input.rank != 3 {
            throw TensorError(.runtime, "dropout1d", "Expected 2D or 3D input, but received a \(input.rank)D input")
        }
    }

    override func drop(_ input: Tensor) throws(TensorError) -> Tensor {
        input.rank == 3 ? try input.featureDropout(p) : try input.unsqueezed(0).featureDropout(p).squeezed([0])
    }
}

/// In training, channels of [N, C, H, W] set to zero with probability `p` and the others divided by 1 - p; in use, the input
/// itself. The second dimension is that of the channels whatever the rank.
public final class Dropout2d: DropoutLayer {
    public init(_ p: Double = 0.5, inPlace: Bool = false) throws(TensorError) {
        try super.init(probability: p, inPlace: inPlace, type: "Dropout2d")
    }

    override func drop(_ input: Tensor) throws(TensorError) -> Tensor { try input.featureDropout(p) }
}

/// In training, channels of [N, C, D, H, W] or [C, D, H, W] set to zero with probability `p` and the others divided by 1 - p;
/// in use, the input itself.
public final class Dropout3d: DropoutLayer {
    public init(_ p: Double = 0.5, inPlace: Bool = false) throws(TensorError) {
        try super.init(probability: p, inPlace: inPlace, type: "Dropout3d")
    }

    override func drop(_ input: Tensor) throws(TensorError) -> Tensor {
        input.rank == 5 ? try input.featureDropout(p) : try input.unsqueezed(0).featureDropout(p).squeezed([0])
    }
}

/// In training, elements set to the limit of `SELU` with probability `p`, so that mean 0 and variance 1 stay; in use, the input
/// itself. Never in place, as in PyTorch.
public final class AlphaDropout: DropoutLayer {
    public init(_ p: Double = 0.5, inPlace: Bool = false) throws(TensorError) {
        try super.init(probability: p, inPlace: inPlace, type: "AlphaDropout")
    }

    public override func forward(_ input: Tensor) throws(TensorError) -> Tensor {
        try input.alphaDropout(p, training: isTraining)
    }
}

/// Alpha dropout of whole channels, the second dimension.
public final class FeatureAlphaDropout: DropoutLayer {
    public init(_ p: Double = 0.5, inPlace: Bool = false) throws(TensorError) {
        try super.init(probability: p, inPlace: inPlace, type: "FeatureAlphaDropout")
    }

    public override func forward(_ input: Tensor) throws(TensorError) -> Tensor {
        try input.featureAlphaDropout(p, training: isTraining)
    }
}
