// Layers without parameters that divide by neighbouring channels, or compare vectors.

/// x / (k + alpha / size Σ x²)^beta, where the sum goes over `size` neighbouring channels.
public final class LocalResponseNorm: Layer {
    public var size: Int
    public var alpha: Double
    public var beta: Double
    public var k: Number

    public init(_ size: Int, alpha: Double = 1e-4, beta: Double = 0.75, k: Number = 1.0) {
        self.size = size
        self.alpha = alpha
        self.beta = beta
        self.k = k
        super.init()
    }

    public override func forward(_ input: Tensor) throws(TensorError) -> Tensor {
        try input.localResponseNormalized(size: size, alpha: alpha, beta: beta, k: k.value)
    }

    package override var settings: [Setting] {
        [
            setting("size", \LocalResponseNorm.size), setting("alpha", \LocalResponseNorm.alpha),
            setting("beta", \LocalResponseNorm.beta), setting("k", \LocalResponseNorm.k),
        ]
    }

    public override var argumentsDescription: String {
        "\(size), " + settings.dropFirst().map { "\($0.name)=\($0.value)" }.joined(separator: ", ")
    }
}

/// `LocalResponseNorm` of [N, C, H, W] with PyTorch's older window: see `Tensor.crossMapNormalized`.
public final class CrossMapLRN2d: Layer {
    public var size: Int
    public var alpha: Double
    public var beta: Double
    public var k: Number

    public init(_ size: Int, alpha: Double = 1e-4, beta: Double = 0.75, k: Number = 1) {
        self.size = size
        self.alpha = alpha
        self.beta = beta
        self.k = k
        super.init()
    }

    public override func forward(_ input: Tensor) throws(TensorError) -> Tensor {
        try input.crossMapNormalized(size: size, alpha: alpha, beta: beta, k: k.value)
    }

    package override var settings: [Setting] {
        [
            setting("size", \CrossMapLRN2d.size), setting("alpha", \CrossMapLRN2d.alpha), setting("beta", \CrossMapLRN2d.beta),
            setting("k", \CrossMapLRN2d.k),
        ]
    }

    public override var argumentsDescription: String {
        "\(size), " + settings.dropFirst().map { "\($0.name)=\($0.value)" }.joined(separator: ", ")
    }
}

/// The base of the blocks that compare two tensors.
public class ComparisonLayer: Layer {
    /// The block's result for two tensors.
    public final func callAsFunction(_ a: Tensor, _ b: Tensor) throws(TensorError) -> Tensor {
        guard let override else { return try compare(a, b) }
        guard let first = try override.call([.tensor(a), .tensor(b)], typeName).first, let result = first else {
            throw TensorError(.type, typeName, "forward returned no tensor")
        }
        return result
    }

    /// The block's own forward, also where another language has put its own in its place.
    package func compare(_ a: Tensor, _ b: Tensor) throws(TensorError) -> Tensor { a }
    package final override var isPlain: Bool { false }
    public override var argumentsDescription: String { "" }
}

/// The cosine of the angle between vectors along a dimension.
public final class CosineSimilarity: ComparisonLayer {
    public var dim: Int
    public var epsilon: Double

    public init(_ dim: Int = 1, epsilon: Double = 1e-8) {
        self.dim = dim
        self.epsilon = epsilon
        super.init()
    }

    package override func compare(_ a: Tensor, _ b: Tensor) throws(TensorError) -> Tensor {
        try a.cosineSimilarity(b, dim: dim, epsilon: epsilon)
    }

    package override var settings: [Setting] {
        [setting("dim", \CosineSimilarity.dim), setting("eps", \CosineSimilarity.epsilon)]
    }
}

/// The distance of vectors along the last dimension.
public final class PairwiseDistance: ComparisonLayer {
    /// The order of the norm.
    public var norm: Double
    public var epsilon: Double
    public var keepDims: Bool

    public init(norm: Double = 2, epsilon: Double = 1e-6, keepDims: Bool = false) {
        self.norm = norm
        self.epsilon = epsilon
        self.keepDims = keepDims
        super.init()
    }

    package override func compare(_ a: Tensor, _ b: Tensor) throws(TensorError) -> Tensor {
        try a.pairwiseDistance(b, order: norm, epsilon: epsilon, keepDims: keepDims)
    }

    package override var settings: [Setting] {
        [
            setting("norm", \PairwiseDistance.norm), setting("eps", \PairwiseDistance.epsilon),
            setting("keepdim", \PairwiseDistance.keepDims),
        ]
    }
}
