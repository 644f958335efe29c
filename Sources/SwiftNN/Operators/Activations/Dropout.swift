// Elements dropped at random (Srivastava et al. 2014), or whole channels (Tompson et al. 2015); alpha dropout keeps mean 0 and
// variance 1 (Klambauer et al. 2017).

extension Tensor {
    /// Elements set to zero with probability `p`, the others divided by 1 - p; outside of training the tensor itself.
    public func dropout(_ p: Double = 0.5, training: Bool = true, generator: Generator = .shared) throws(TensorError) -> Tensor {
        try dropped(p, training, generator, features: false, "dropout")
    }

    /// Sets elements to zero with probability `p`, and divides the others by 1 - p, in memory.
    public func dropoutInPlace(_ p: Double = 0.5, generator: Generator = .shared) throws(TensorError) {
        try requireInitialized("dropout")
        try Tensor.checkProbability(p, "dropout")
        if p == 0 || count == 0 { return }
        try multiplyInPlace(by: dropoutMask(p, sizes, generator, "dropout"))
    }

    /// Channels, the second dimension's slices of each element of the first, set to zero with probability `p`, the others
    /// divided by 1 - p; outside of training the tensor itself.
    ///
    /// - Throws: for fewer than two dimensions.
    public func featureDropout(
        _ p: Double = 0.5, training: Bool = true, generator: Generator = .shared
    ) throws(TensorError) -> Tensor {
        try dropped(p, training, generator, features: true, "feature_dropout")
    }

    /// Elements set, with probability `p`, to the limit of `selu` for small numbers, and all scaled and moved so that mean 0
    /// and variance 1 stay what they are; outside of training the tensor itself.
    public func alphaDropout(
        _ p: Double = 0.5, training: Bool = true, generator: Generator = .shared
    ) throws(TensorError) -> Tensor {
        try alphaDropped(p, training, generator, features: false, "alpha_dropout")
    }

    /// Alpha dropout of whole channels.
    ///
    /// - Throws: for fewer than two dimensions.
    public func featureAlphaDropout(
        _ p: Double = 0.5, training: Bool = true, generator: Generator = .shared
    ) throws(TensorError) -> Tensor {
        try alphaDropped(p, training, generator, features: true, "feature_alpha_dropout")
    }

    private func dropped(
        _ p: Double, _ training: Bool, _ generator: Generator, features: Bool, _ operation: StaticString
    ) throws(TensorError) -> Tensor {
        try requireInitialized(operation)
        try Tensor.checkProbability(p, operation)
        if !training || p == 0 || count == 0 { return self }
        return try self * dropoutMask(p, features ? channelSizes(operation) : sizes, generator, operation)
    }

    private func alphaDropped(
        _ p: Double, _ training: Bool, _ generator: Generator, features: Bool, _ operation: StaticString
    ) throws(TensorError) -> Tensor {
        try requireInitialized(operation)
        try Tensor.checkProbability(p, operation)
        if !training || p == 0 || count == 0 { return self }
        let shape = features ? try channelSizes(operation) : sizes
        if p == 1 { return try self * Tensor.filled(shape, floatingDType(operation), 0) }
        let kept = try Tensor.filled(shape, floatingDType(operation), 0)
        try kept.bernoulliInPlace(probability: 1 - p, generator: generator)
        let alpha = 1.7580993408473766
        let a = 1 / ((alpha * alpha * p + 1) * (1 - p)).squareRoot()
        let shift = try (kept - 1) * (alpha * a) + alpha * a * p
        return try self * (kept * a) + shift
    }

    /// 0 with probability `p`, else 1 / (1 - p).
    private func dropoutMask(
        _ p: Double, _ shape: Dims, _ generator: Generator, _ operation: StaticString
    ) throws(TensorError) -> Tensor {
        let mask = try Tensor.filled(shape, floatingDType(operation), 0)
        if p < 1 {
            try mask.bernoulliInPlace(probability: 1 - p, generator: generator)
            try mask.divideInPlace(by: Tensor(number: 1 - p))
        }
        return mask
    }

    private func floatingDType(_ operation: StaticString) throws(TensorError) -> DType {
        if !dtype.isFloatingPoint { throw Elementwise.unsupported(operation, dtype) }
        return dtype
    }

    /// One for each channel.
    private func channelSizes(_ operation: StaticString) throws(TensorError) -> Dims {
        if rank < 2 {
            throw TensorError(.runtime, operation.description,
                "Feature dropout requires at least 2 dimensions in the input, got shape \(sizes)")
        }
        var shape = Dims(repeating: 1, count: rank)
        shape[0] = sizes[0]
        shape[1] = sizes[1]
        return shape
    }

    static func checkProbability(_ p: Double, _ operation: StaticString) throws(TensorError) {
        if !(p >= 0 && p <= 1) {
            throw TensorError(.value, operation.description, "dropout probability has to be between 0 and 1, but got \(p)")
        }
    }

    // MARK: Gumbel softmax

    /// A sample of the Gumbel-softmax distribution (Jang et al. 2017): softmax((x + Gumbel noise) / temperature).
    ///
    /// - Parameters:
    ///   - hard: whether the sample is 1 at its largest element and 0 elsewhere; the gradient stays that of the softmax.
    public func gumbelSoftmax(
        _ dim: Int = -1, temperature: Double = 1, hard: Bool = false, generator: Generator = .shared
    ) throws(TensorError) -> Tensor {
        try requireInitialized("gumbel_softmax")
        if !dtype.isFloatingPoint { throw Elementwise.unsupported("gumbel_softmax", dtype) }
        let axis = try checkedDimension(dim, rank: rank, operation: "gumbel_softmax")
        let noise = try Tensor(uninitialized: sizes, dtype, operation: "gumbel_softmax")
        try noise.exponentialInPlace(generator: generator)
        let soft = try ((self - noise.logarithm()) / temperature).softmax(axis)
        if !hard { return soft }
        let value = try soft.detached()
        let place = try value.argmax(axis, keepDims: true)
        let one = try Tensor.filled(sizes, dtype, 0).scattered(axis, place, 1.0)
        return try one - value + soft
    }
}
