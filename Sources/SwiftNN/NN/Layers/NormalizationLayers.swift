// Layers that normalise. Definitions, names of parameters and defaults are those of torch.nn; the formulas stand at the operators.

extension BlockRegistry {
    static func normalization(_ type: String, _ arguments: inout Arguments) throws(TensorError) -> Module? {
        switch type {
        case "BatchNorm1d", "LazyBatchNorm1d": try BatchNorm1d(&arguments, deferred: type.hasPrefix("Lazy"))
        case "BatchNorm2d", "LazyBatchNorm2d": try BatchNorm2d(&arguments, deferred: type.hasPrefix("Lazy"))
        case "BatchNorm3d", "LazyBatchNorm3d": try BatchNorm3d(&arguments, deferred: type.hasPrefix("Lazy"))
        case "InstanceNorm1d", "LazyInstanceNorm1d": try InstanceNorm1d(&arguments, deferred: type.hasPrefix("Lazy"))
        case "InstanceNorm2d", "LazyInstanceNorm2d": try InstanceNorm2d(&arguments, deferred: type.hasPrefix("Lazy"))
        case "InstanceNorm3d", "LazyInstanceNorm3d": try InstanceNorm3d(&arguments, deferred: type.hasPrefix("Lazy"))
        case "BatchNorm": try BatchNorm(&arguments)
        case "LayerNorm": try LayerNorm(&arguments)
        case "RMSNorm": try RMSNorm(&arguments)
        case "GroupNorm": try GroupNorm(&arguments)
        case "LocalResponseNorm": LocalResponseNorm(try arguments.required("size"))
        case "CrossMapLRN2d": CrossMapLRN2d(try arguments.required("size"))
        case "CosineSimilarity": CosineSimilarity()
        case "PairwiseDistance": PairwiseDistance()
        default: nil
        }
    }
}

private func parameter(_ shape: [Int], _ dtype: DType, _ type: String) throws(TensorError) -> Tensor {
    try Tensor.parameter(try Tensor.created(shape, dtype, requiresGrad: false, "normalization"))
}

/// Fills a weight with ones and a bias with zeros.
private func reset(_ weight: Tensor?, _ bias: Tensor?) throws(TensorError) {
    if let weight, weight.isInitialized { try Initializer.constant(1).fill(weight) }
    if let bias, bias.isInitialized { try Initializer.constant(0).fill(bias) }
}

// MARK: - Batch and instance norm

/// The base of the layers that normalise channels and can keep running statistics of them.
public class ChannelNormalization: Layer {
    /// Added to the variance.
    public var epsilon: Double
    /// The share of a batch's statistics in the new running ones; nil for the plain average over all batches.
    public var momentum: Double?
    /// Whether the result is scaled and shifted by parameters.
    public let isAffine: Bool
    /// Whether running statistics are kept.
    public var tracksStatistics: Bool
    /// [features], or nil.
    @exclusivity(unchecked) public final var weight: Tensor?
    /// [features], or nil.
    @exclusivity(unchecked) public final var bias: Tensor?
    /// [features], or nil.
    @exclusivity(unchecked) public final var runningMean: Tensor?
    /// [features], or nil.
    @exclusivity(unchecked) public final var runningVariance: Tensor?
    /// How many batches the running statistics are of, or nil.
    @exclusivity(unchecked) public final var batchCount: Tensor?
    private let given: Int?

    /// The number of channels; 0 while it waits for the first input.
    public final var features: Int {
        for case let tensor? in [weight, bias, runningMean, runningVariance] where tensor.isInitialized { return tensor.count }
        return given ?? 0
    }

    private final var isWaiting: Bool {
        for case let tensor? in [weight, bias, runningMean, runningVariance] where !tensor.isInitialized { return true }
        return false
    }

    init(
        _ features: Int?, _ epsilon: Double, _ momentum: Double?, _ affine: Bool, _ hasBias: Bool, _ tracks: Bool, _ dtype: DType,
        _ type: String
    ) throws(TensorError) {
        try Linear.check(dtype, type)
        given = features
        self.epsilon = epsilon
        self.momentum = momentum
        isAffine = affine
        tracksStatistics = tracks
        if let features {
            weight = affine ? try parameter([features], dtype, type) : nil
            bias = affine && hasBias ? try parameter([features], dtype, type) : nil
            runningMean = tracks ? try Tensor.zeros([features], dtype: dtype) : nil
            runningVariance = tracks ? try Tensor.ones([features], dtype: dtype) : nil
        } else {
            weight = affine ? try Tensor.uninitializedParameter([-1], dtype) : nil
            bias = affine && hasBias ? try Tensor.uninitializedParameter([-1], dtype) : nil
            runningMean = tracks ? try Tensor.uninitializedBuffer([-1], dtype) : nil
            runningVariance = tracks ? try Tensor.uninitializedBuffer([-1], dtype) : nil
        }
        batchCount = tracks ? try Tensor.zeros([], dtype: .int64) : nil
        super.init()
        try resetParameters()
    }

    /// The arguments that Python passes.
    struct Options {
        let features: Int?, epsilon: Double, momentum: Double?, affine: Bool, bias: Bool, tracks: Bool, dtype: DType

        init(_ arguments: inout Arguments, deferred: Bool, byDefault: Bool) throws(TensorError) {
            if deferred {
                let _: Int = try arguments.value("num_features", default: 0)  // of a copy: 0
                features = nil
            } else {
                features = try arguments.required("num_features", Int.self)
            }
            epsilon = try arguments.value("eps", default: 1e-5)
            momentum = try arguments.value("momentum", default: 0.1)
            affine = try arguments.value("affine", default: byDefault)
            bias = try arguments.value("bias", default: true)
            tracks = try arguments.value("track_running_stats", default: byDefault)
            dtype = try arguments.dtype()
        }
    }

    public override func resetParameters() throws(TensorError) {
        try resetStatistics()
        try reset(weight, bias)
    }

    /// Sets the running mean to 0, the running variance to 1, and the number of batches to 0.
    public final func resetStatistics() throws(TensorError) {
        if let runningMean, runningMean.isInitialized { try Initializer.constant(0).fill(runningMean) }
        if let runningVariance, runningVariance.isInitialized { try Initializer.constant(1).fill(runningVariance) }
        if let batchCount { try batchCount.fillInPlace(0) }
    }

    /// Gives what waits for the number of channels its memory.
    fileprivate final func resolve(_ channels: Int) throws(TensorError) {
        if !isWaiting { return }
        let sizes = [channels] as Dims
        try DeferredShapes.resolve(
            [(runningMean, sizes), (runningVariance, sizes), (bias, sizes), (weight, sizes)]
        ) { () throws(TensorError) in try resetParameters() }
    }

    /// The layer's name when nothing waits.
    fileprivate var kind: String { "" }
    public override var typeName: String { isWaiting ? "Lazy" + kind : kind }

    package final override var slots: [Slot] {
        [
            slot("weight", \ChannelNormalization.weight), slot("bias", \ChannelNormalization.bias),
            slot("running_mean", \ChannelNormalization.runningMean, isBuffer: true),
            slot("running_var", \ChannelNormalization.runningVariance, isBuffer: true),
            slot("num_batches_tracked", \ChannelNormalization.batchCount, isBuffer: true),
        ]
    }

    package final override var settings: [Setting] {
        [
            setting("num_features", fixed: features), setting("eps", \ChannelNormalization.epsilon),
            setting("momentum", \ChannelNormalization.momentum), setting("affine", fixed: isAffine),
            setting("bias", fixed: bias != nil), setting("track_running_stats", \ChannelNormalization.tracksStatistics),
        ]
    }

    public override var argumentsDescription: String {
        "\(features), " + settings.dropFirst().map { "\($0.name)=\($0.value)" }.joined(separator: ", ")
    }
}

/// The base of the batch norms: every channel normalised over the whole batch.
public class BatchNormalization: ChannelNormalization {
    /// The ranks of the inputs.
    fileprivate var ranks: ClosedRange<Int> { 2...3 }

    public override func forward(_ input: Tensor) throws(TensorError) -> Tensor {
        if !ranks.contains(input.rank) {
            let expected = ranks.map { "\($0)D" }.joined(separator: " or ")
            throw TensorError(.value, typeName, "expected \(expected) input (got \(input.rank)D input)")
        }
        try resolve(input.sizes[1])
        var share = momentum ?? 0
        if isTraining && tracksStatistics, let batchCount {
            try withoutGradients { () throws(TensorError) in try batchCount.addInPlace(Tensor(number: 1)) }
            if momentum == nil { share = 1 / (try batchCount.itemAsDouble()) }
        }
        let keeps = !isTraining || tracksStatistics
        return try input.batchNormalized(
            runningMean: keeps ? runningMean : nil, runningVariance: keeps ? runningVariance : nil, weight: weight, bias: bias,
            training: isTraining || (runningMean == nil && runningVariance == nil), momentum: share, epsilon: epsilon)
    }
}

/// Batch norm of [N, C] or [N, C, L].
public final class BatchNorm1d: BatchNormalization {
    /// - Parameters:
    ///   - features: the number of channels C; nil to take it from the first input.
    ///   - epsilon: added to the variance.
    ///   - momentum: the share of a batch's statistics in the new running ones; nil for the plain average over all batches.
    ///   - affine: whether the result is scaled and shifted by parameters.
    ///   - bias: whether there is a shift among these.
    ///   - tracksStatistics: whether running statistics are kept, and used outside of training.
    public init(
        _ features: Int? = nil, epsilon: Double = 1e-5, momentum: Double? = 0.1, affine: Bool = true, bias: Bool = true,
        tracksStatistics: Bool = true, dtype: DType = .standard
    ) throws(TensorError) {
        try super.init(features, epsilon, momentum, affine, bias, tracksStatistics, dtype, "BatchNorm1d")
    }

    convenience init(_ arguments: inout Arguments, deferred: Bool) throws(TensorError) {
        let o = try Options(&arguments, deferred: deferred, byDefault: true)
        try self.init(
            o.features, epsilon: o.epsilon, momentum: o.momentum, affine: o.affine, bias: o.bias, tracksStatistics: o.tracks,
            dtype: o.dtype)
    }

    fileprivate override var kind: String { "BatchNorm1d" }
}

/// Batch norm of [N, C, H, W].
public final class BatchNorm2d: BatchNormalization {
    /// See `BatchNorm1d`.
    public init(
        _ features: Int? = nil, epsilon: Double = 1e-5, momentum: Double? = 0.1, affine: Bool = true, bias: Bool = true,
        tracksStatistics: Bool = true, dtype: DType = .standard
    ) throws(TensorError) {
        try super.init(features, epsilon, momentum, affine, bias, tracksStatistics, dtype, "BatchNorm2d")
    }

    convenience init(_ arguments: inout Arguments, deferred: Bool) throws(TensorError) {
        let o = try Options(&arguments, deferred: deferred, byDefault: true)
        try self.init(
            o.features, epsilon: o.epsilon, momentum: o.momentum, affine: o.affine, bias: o.bias, tracksStatistics: o.tracks,
            dtype: o.dtype)
    }

    fileprivate override var ranks: ClosedRange<Int> { 4...4 }
    fileprivate override var kind: String { "BatchNorm2d" }
}

/// Batch norm of [N, C, D, H, W].
public final class BatchNorm3d: BatchNormalization {
    /// See `BatchNorm1d`.
    public init(
        _ features: Int? = nil, epsilon: Double = 1e-5, momentum: Double? = 0.1, affine: Bool = true, bias: Bool = true,
        tracksStatistics: Bool = true, dtype: DType = .standard
    ) throws(TensorError) {
        try super.init(features, epsilon, momentum, affine, bias, tracksStatistics, dtype, "BatchNorm3d")
    }

    convenience init(_ arguments: inout Arguments, deferred: Bool) throws(TensorError) {
        let o = try Options(&arguments, deferred: deferred, byDefault: true)
        try self.init(
            o.features, epsilon: o.epsilon, momentum: o.momentum, affine: o.affine, bias: o.bias, tracksStatistics: o.tracks,
            dtype: o.dtype)
    }

    fileprivate override var ranks: ClosedRange<Int> { 5...5 }
    fileprivate override var kind: String { "BatchNorm3d" }
}

/// The base of the instance norms: every channel normalised for each element of the batch. An input may lack the batch.
public class InstanceNormalization: ChannelNormalization {
    /// The rank of an input with a batch.
    fileprivate var batchedRank: Int { 3 }

    public override func forward(_ input: Tensor) throws(TensorError) -> Tensor {
        if input.rank != batchedRank && input.rank != batchedRank - 1 {
            throw TensorError(.value, typeName,
                "expected \(batchedRank - 1)D or \(batchedRank)D input (got \(input.rank)D input)")
        }
        let x = input.rank == batchedRank ? input : try input.unsqueezed(0)
        try resolve(x.sizes[1])
        if isAffine && x.sizes[1] != features {
            throw TensorError(.value, typeName,
                "expected input's size at dim=\(input.rank - batchedRank + 1) to match num_features (\(features)), but got: \(x.sizes[1]).")
        }
        let result = try x.instanceNormalized(
            runningMean: runningMean, runningVariance: runningVariance, weight: weight, bias: bias,
            usesInputStatistics: isTraining || !tracksStatistics, momentum: momentum ?? 0, epsilon: epsilon)
        return input.rank == batchedRank ? result : try result.squeezed([0])
    }
}

/// Instance norm of [N, C, L] or [C, L].
public final class InstanceNorm1d: InstanceNormalization {
    /// - Parameters:
    ///   - features: the number of channels C; nil to take it from the first input.
    ///   - epsilon: added to the variance.
    ///   - momentum: the share of a batch's statistics in the new running ones.
    ///   - affine: whether the result is scaled and shifted by parameters.
    ///   - bias: whether there is a shift among these.
    ///   - tracksStatistics: whether running statistics are kept, and used outside of training.
    public init(
        _ features: Int? = nil, epsilon: Double = 1e-5, momentum: Double? = 0.1, affine: Bool = false, bias: Bool = true,
        tracksStatistics: Bool = false, dtype: DType = .standard
    ) throws(TensorError) {
        try super.init(features, epsilon, momentum, affine, bias, tracksStatistics, dtype, "InstanceNorm1d")
    }

    convenience init(_ arguments: inout Arguments, deferred: Bool) throws(TensorError) {
        let o = try Options(&arguments, deferred: deferred, byDefault: deferred)
        try self.init(
            o.features, epsilon: o.epsilon, momentum: o.momentum, affine: o.affine, bias: o.bias, tracksStatistics: o.tracks,
            dtype: o.dtype)
    }

    fileprivate override var kind: String { "InstanceNorm1d" }
}

/// Instance norm of [N, C, H, W] or [C, H, W].
public final class InstanceNorm2d: InstanceNormalization {
    /// See `InstanceNorm1d`.
    public init(
        _ features: Int? = nil, epsilon: Double = 1e-5, momentum: Double? = 0.1, affine: Bool = false, bias: Bool = true,
        tracksStatistics: Bool = false, dtype: DType = .standard
    ) throws(TensorError) {
        try super.init(features, epsilon, momentum, affine, bias, tracksStatistics, dtype, "InstanceNorm2d")
    }

    convenience init(_ arguments: inout Arguments, deferred: Bool) throws(TensorError) {
        let o = try Options(&arguments, deferred: deferred, byDefault: deferred)
        try self.init(
            o.features, epsilon: o.epsilon, momentum: o.momentum, affine: o.affine, bias: o.bias, tracksStatistics: o.tracks,
            dtype: o.dtype)
    }

    fileprivate override var batchedRank: Int { 4 }
    fileprivate override var kind: String { "InstanceNorm2d" }
}

/// Instance norm of [N, C, D, H, W] or [C, D, H, W].
public final class InstanceNorm3d: InstanceNormalization {
    /// See `InstanceNorm1d`.
    public init(
        _ features: Int? = nil, epsilon: Double = 1e-5, momentum: Double? = 0.1, affine: Bool = false, bias: Bool = true,
        tracksStatistics: Bool = false, dtype: DType = .standard
    ) throws(TensorError) {
        try super.init(features, epsilon, momentum, affine, bias, tracksStatistics, dtype, "InstanceNorm3d")
    }

    convenience init(_ arguments: inout Arguments, deferred: Bool) throws(TensorError) {
        let o = try Options(&arguments, deferred: deferred, byDefault: deferred)
        try self.init(
            o.features, epsilon: o.epsilon, momentum: o.momentum, affine: o.affine, bias: o.bias, tracksStatistics: o.tracks,
            dtype: o.dtype)
    }

    fileprivate override var batchedRank: Int { 5 }
    fileprivate override var kind: String { "InstanceNorm3d" }
}

// MARK: - Gluon's batch norm

/// Gluon's batch norm: of any dimension, the number of channels deferred to the first input.
///
/// Its momentum is what the running statistics keep, and its running variance is that of the batches' elements themselves,
/// with n in the denominator, as in MXNet.
public final class BatchNorm: Layer {
    /// The channels' dimension.
    public let axis: Int
    /// The share that the running statistics keep of themselves.
    public var momentum: Double
    /// Added to the variance.
    public var epsilon: Double
    /// Whether a shift is learnt.
    public let center: Bool
    /// Whether a scale is learnt.
    public let scale: Bool
    /// Whether the running statistics are used in training too, and stay what they are.
    public var usesGlobalStatistics: Bool
    /// [channels]
    @exclusivity(unchecked) public var gamma: Tensor
    /// [channels]
    @exclusivity(unchecked) public var beta: Tensor
    /// [channels]
    @exclusivity(unchecked) public var runningMean: Tensor
    /// [channels]
    @exclusivity(unchecked) public var runningVariance: Tensor

    /// - Parameter channels: the size of the channels' dimension, or 0 to take it from the first input.
    public init(
        axis: Int = 1, momentum: Double = 0.9, epsilon: Double = 1e-5, center: Bool = true, scale: Bool = true,
        usesGlobalStatistics: Bool = false, channels: Int = 0, dtype: DType = .standard
    ) throws(TensorError) {
        try Linear.check(dtype, "BatchNorm")
        if channels < 0 { throw TensorError(.runtime, "BatchNorm", "negative size: in_channels \(channels)") }
        self.axis = axis
        self.momentum = momentum
        self.epsilon = epsilon
        self.center = center
        self.scale = scale
        self.usesGlobalStatistics = usesGlobalStatistics
        gamma = try Tensor.uninitializedParameter([-1], dtype)
        beta = try Tensor.uninitializedParameter([-1], dtype)
        runningMean = try Tensor.uninitializedBuffer([-1], dtype)
        runningVariance = try Tensor.uninitializedBuffer([-1], dtype)
        super.init()
        if !scale { gamma.flags.remove(.requiresGrad) }
        if !center { beta.flags.remove(.requiresGrad) }
        if channels > 0 { try resolve(channels) }
    }

    convenience init(_ arguments: inout Arguments) throws(TensorError) {
        try self.init(
            axis: try arguments.value("axis", default: 1), momentum: try arguments.value("momentum", default: 0.9),
            epsilon: try arguments.value("epsilon", default: 1e-5), center: try arguments.value("center", default: true),
            scale: try arguments.value("scale", default: true),
            usesGlobalStatistics: try arguments.value("use_global_stats", default: false),
            channels: try arguments.value("in_channels", default: 0), dtype: try arguments.dtype())
    }

    private func resolve(_ channels: Int) throws(TensorError) {
        let sizes = [channels] as Dims
        try DeferredShapes.resolve(
            [(runningMean, sizes), (runningVariance, sizes), (beta, sizes), (gamma, sizes)]
        ) { () throws(TensorError) in try resetParameters() }
    }

    public override func resetParameters() throws(TensorError) {
        try reset(gamma, beta)
        try reset(runningVariance, runningMean)
    }

    public override func forward(_ input: Tensor) throws(TensorError) -> Tensor {
        if input.rank < 2 { throw TensorError(.runtime, "BatchNorm", "expected an input of at least 2 dimensions, got shape \(input.shape)") }
        let axis = try checkedDimension(axis, rank: input.rank, operation: "BatchNorm")
        try resolve(input.sizes[axis])
        let x = axis == 1 ? input : try input.movingDimensions([axis], to: [1])
        let result = try x.batchNormalized(
            runningMean: runningMean, runningVariance: runningVariance, weight: gamma, bias: beta,
            training: isTraining && !usesGlobalStatistics, momentum: 1 - momentum, epsilon: epsilon, unbiased: false)
        return axis == 1 ? result : try result.movingDimensions([1], to: [axis])
    }

    package override var slots: [Slot] {
        [
            slot("gamma", \BatchNorm.gamma), slot("beta", \BatchNorm.beta),
            slot("running_mean", \BatchNorm.runningMean, isBuffer: true),
            slot("running_var", \BatchNorm.runningVariance, isBuffer: true),
        ]
    }

    private var channels: Int { gamma.isInitialized ? gamma.count : 0 }

    package override var settings: [Setting] {
        [
            setting("axis", fixed: axis), setting("momentum", \BatchNorm.momentum), setting("epsilon", \BatchNorm.epsilon),
            setting("center", fixed: center), setting("scale", fixed: scale),
            setting("use_global_stats", \BatchNorm.usesGlobalStatistics), setting("in_channels", fixed: channels),
        ]
    }

    public override var argumentsDescription: String {
        let (eps, share) = (AttributeValue.real(epsilon), AttributeValue.real(momentum))
        let (fixed, global) = (AttributeValue.boolean(!scale), AttributeValue.boolean(usesGlobalStatistics))
        return "axis=\(axis), eps=\(eps), momentum=\(share), fix_gamma=\(fixed), use_global_stats=\(global), "
            + "in_channels=\(channels == 0 ? "None" : "\(channels)")"
    }
}

// MARK: - Layer, RMS and group norm

/// The elements of the last dimensions normalised together.
public final class LayerNorm: Layer {
    /// The sizes of these dimensions.
    public let shape: [Int]
    /// Added to the variance.
    public var epsilon: Double
    /// Whether the result is scaled and shifted by parameters.
    public let isAffine: Bool
    /// Of that shape, or nil.
    @exclusivity(unchecked) public var weight: Tensor?
    /// Of that shape, or nil.
    @exclusivity(unchecked) public var bias: Tensor?

    public init(
        _ shape: [Int], epsilon: Double = 1e-5, affine: Bool = true, bias: Bool = true, dtype: DType = .standard
    ) throws(TensorError) {
        try Linear.check(dtype, "LayerNorm")
        self.shape = shape
        self.epsilon = epsilon
        isAffine = affine
        weight = affine ? try parameter(shape, dtype, "LayerNorm") : nil
        self.bias = affine && bias ? try parameter(shape, dtype, "LayerNorm") : nil
        super.init()
        try resetParameters()
    }

    /// Of the last dimension.
    public convenience init(
        _ size: Int, epsilon: Double = 1e-5, affine: Bool = true, bias: Bool = true, dtype: DType = .standard
    ) throws(TensorError) {
        try self.init([size], epsilon: epsilon, affine: affine, bias: bias, dtype: dtype)
    }

    convenience init(_ arguments: inout Arguments) throws(TensorError) {
        try self.init(
            try arguments.required("normalized_shape", Extent.self).values, epsilon: try arguments.value("eps", default: 1e-5),
            affine: try arguments.value("elementwise_affine", default: true), bias: try arguments.value("bias", default: true),
            dtype: try arguments.dtype())
    }

    public override func forward(_ input: Tensor) throws(TensorError) -> Tensor {
        try input.layerNormalized(shape, weight: weight, bias: bias, epsilon: epsilon)
    }

    public override func resetParameters() throws(TensorError) { try reset(weight, bias) }

    package override var slots: [Slot] { [slot("weight", \LayerNorm.weight), slot("bias", \LayerNorm.bias)] }

    package override var settings: [Setting] {
        [
            setting("normalized_shape", fixed: Extent(shape)), setting("eps", \LayerNorm.epsilon),
            setting("elementwise_affine", fixed: isAffine), setting("bias", fixed: bias != nil),
        ]
    }

    public override var argumentsDescription: String {
        "\(AttributeValue.integers(shape)), " + settings.dropFirst().map { "\($0.name)=\($0.value)" }.joined(separator: ", ")
    }
}

/// The elements of the last dimensions divided by the root of their mean square.
public final class RMSNorm: Layer {
    /// The sizes of these dimensions.
    public let shape: [Int]
    /// Added to the mean square; nil for the distance of 1 to the next number.
    public var epsilon: Double?
    /// Of that shape, or nil.
    @exclusivity(unchecked) public var weight: Tensor?
    private let isAffine: Bool

    public init(_ shape: [Int], epsilon: Double? = nil, affine: Bool = true, dtype: DType = .standard) throws(TensorError) {
        try Linear.check(dtype, "RMSNorm")
        self.shape = shape
        self.epsilon = epsilon
        isAffine = affine
        weight = affine ? try parameter(shape, dtype, "RMSNorm") : nil
        super.init()
        try resetParameters()
    }

    convenience init(_ arguments: inout Arguments) throws(TensorError) {
        try self.init(
            try arguments.required("normalized_shape", Extent.self).values, epsilon: try arguments.value("eps", default: nil),
            affine: try arguments.value("elementwise_affine", default: true), dtype: try arguments.dtype())
    }

    public override func forward(_ input: Tensor) throws(TensorError) -> Tensor {
        try input.rmsNormalized(shape, weight: weight, epsilon: epsilon)
    }

    public override func resetParameters() throws(TensorError) { try reset(weight, nil) }

    package override var slots: [Slot] { [slot("weight", \RMSNorm.weight)] }

    package override var settings: [Setting] {
        [
            setting("normalized_shape", fixed: Extent(shape)), setting("eps", \RMSNorm.epsilon),
            setting("elementwise_affine", fixed: isAffine),
        ]
    }

    public override var argumentsDescription: String {
        "\(AttributeValue.integers(shape)), " + settings.dropFirst().map { "\($0.name)=\($0.value)" }.joined(separator: ", ")
    }
}

/// Groups of channels normalised for each element of the batch.
public final class GroupNorm: Layer {
    public let groups: Int
    public let channels: Int
    /// Added to the variance.
    public var epsilon: Double
    /// [channels], or nil.
    @exclusivity(unchecked) public var weight: Tensor?
    /// [channels], or nil.
    @exclusivity(unchecked) public var bias: Tensor?
    private let isAffine: Bool

    /// - Parameter channels: divisible by `groups`.
    public init(
        groups: Int, channels: Int, epsilon: Double = 1e-5, affine: Bool = true, bias: Bool = true, dtype: DType = .standard
    ) throws(TensorError) {
        try Linear.check(dtype, "GroupNorm")
        if groups <= 0 { throw TensorError(.value, "GroupNorm", "num_groups must be positive, got \(groups)") }
        if channels % groups != 0 {
            throw TensorError(.value, "GroupNorm", "num_channels (\(channels)) must be divisible by num_groups (\(groups))")
        }
        self.groups = groups
        self.channels = channels
        self.epsilon = epsilon
        isAffine = affine
        weight = affine ? try parameter([channels], dtype, "GroupNorm") : nil
        self.bias = affine && bias ? try parameter([channels], dtype, "GroupNorm") : nil
        super.init()
        try resetParameters()
    }

    convenience init(_ arguments: inout Arguments) throws(TensorError) {
        try self.init(
            groups: try arguments.required("num_groups"), channels: try arguments.required("num_channels"),
            epsilon: try arguments.value("eps", default: 1e-5), affine: try arguments.value("affine", default: true),
            bias: try arguments.value("bias", default: true), dtype: try arguments.dtype())
    }

    public override func forward(_ input: Tensor) throws(TensorError) -> Tensor {
        try input.groupNormalized(groups, weight: weight, bias: bias, epsilon: epsilon)
    }

    public override func resetParameters() throws(TensorError) { try reset(weight, bias) }

    package override var slots: [Slot] { [slot("weight", \GroupNorm.weight), slot("bias", \GroupNorm.bias)] }

    package override var settings: [Setting] {
        [
            setting("num_groups", fixed: groups), setting("num_channels", fixed: channels), setting("eps", \GroupNorm.epsilon),
            setting("affine", fixed: isAffine), setting("bias", fixed: bias != nil),
        ]
    }

    public override var argumentsDescription: String {
        "\(groups), \(channels), " + settings.dropFirst(2).map { "\($0.name)=\($0.value)" }.joined(separator: ", ")
    }
}
