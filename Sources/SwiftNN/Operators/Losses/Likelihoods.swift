// Losses of distributions: divergences and likelihoods, composed of differentiable operators.

/// What becomes of the divergences of the single elements.
public enum DivergenceReduction: String, CaseIterable, Sendable {
    case none, mean, sum
    /// The sum divided by the size of the first dimension.
    case batchMean = "batchmean"
}

extension Tensor {
    /// Kullback and Leibler's divergence of a target from log probabilities: t (log t - x), elementwise.
    ///
    /// - Parameters:
    ///   - target: probabilities, or their logarithms; they broadcast with the tensor.
    ///   - logTarget: whether the target is logarithms.
    public func divergence(
        of target: Tensor, logTarget: Bool = false, reduction: DivergenceReduction = .mean
    ) throws(TensorError) -> Tensor {
        let operation: StaticString = "kl_div"
        for tensor in [self, target] {
            try tensor.requireInitialized(operation)
            if !tensor.dtype.isFloatingPoint {
                throw TensorError(.runtime, operation.description, "integral inputs are not supported, got \(tensor.dtype)")
            }
        }
        _ = try broadcastSizes(sizes, target.sizes, operation)
        let type = promotedType(self, target), compute = type.computeType
        let x = try to(compute), t = try target.to(compute)
        let losses = try logTarget ? t.exponential() * (t - x) : t.timesLogarithm(of: t) - t * x
        switch reduction {
        case .none: return try losses.to(type)
        case .mean: return try losses.mean().to(type)
        case .sum: return try losses.sum().to(type)
        case .batchMean: return try (rank == 0 ? losses.sum() : losses.sum() / Double(sizes[0])).to(type)
        }
    }

    /// The negative log likelihood of counts under Poisson distributions with the tensor's elements as rates.
    ///
    /// - Parameters:
    ///   - target: the counts; they broadcast with the tensor.
    ///   - isLogarithm: whether the tensor has the logarithms of the rates: exp x - t x, else x - t log(x + `epsilon`).
    ///   - full: adds Stirling's approximation of log t! where t > 1.
    public func poissonNegativeLogLikelihood(
        _ target: Tensor, isLogarithm: Bool = true, full: Bool = false, epsilon: Double = 1e-8,
        reduction: LossReduction = .mean
    ) throws(TensorError) -> Tensor {
        let operation: StaticString = "poisson_nll_loss"
        try requireInitialized(operation)
        try target.requireInitialized(operation)
        _ = try broadcastSizes(sizes, target.sizes, operation)
        let type = floatingType(promotedType(self, target)), compute = type.computeType
        let x = try to(compute), t = try target.to(compute)
        var losses = try isLogarithm ? x.exponential() - t * x : x - t * (x + epsilon).logarithm()
        if full {
            let stirling = try t * t.logarithm() - t + (t * (2 * Double.pi)).logarithm() * 0.5
            losses = try losses + Tensor.select(t .<= 1, Tensor.filled(Dims(), compute, 0), stirling)
        }
        return try losses.reduced(reduction).to(type)
    }

    /// The negative log likelihood of targets under normal distributions with the tensor's elements as means:
    /// (log v + (x - t)² / v) / 2.
    ///
    /// - Parameters:
    ///   - target: broadcasts with the tensor.
    ///   - variance: not negative; of the tensor's shape, or without its last dimension, or with one dimension of size 1
    ///     in place of another size; or a number.
    ///   - full: adds log(2π) / 2.
    ///   - epsilon: the least variance that is reckoned with.
    public func gaussianNegativeLogLikelihood(
        _ target: Tensor, variance: some TensorScalar, full: Bool = false, epsilon: Double = 1e-6,
        reduction: LossReduction = .mean
    ) throws(TensorError) -> Tensor {
        let operation: StaticString = "gaussian_nll_loss"
        try requireFloatingInput(operation)
        try target.requireInitialized(operation)
        var variance = variance.asTensor()
        try variance.requireInitialized(operation)
        if try (variance.withoutHistory() .< 0).any().itemAsBool() {
            throw TensorError(.value, operation.description, "var has negative entries")
        }
        if variance.isNumber {
            variance = try Tensor.filled(sizes, dtype, variance.itemAsDouble())
        } else if variance.sizes != sizes {
            variance = try variance.fitted(toLossOf: self)
        }
        let type = promotedType([self, target, variance]), compute = type.computeType
        let x = try to(compute), t = try target.to(compute)
        // The limit is no part of the formula: what is below it keeps its gradient.
        let limited = try variance.to(compute).cloned()
        try withoutGradients { () throws(TensorError) in try limited.clampInPlace(min: epsilon) }
        var losses = try (limited.logarithm() + (x - t).squared() / limited) * 0.5
        if full { losses = try losses + 0.9189385332046727 }
        return try losses.reduced(reduction).to(type)
    }

    /// A variance that belongs to elements of `x`.
    private func fitted(toLossOf x: Tensor) throws(TensorError) -> Tensor {
        var front = x.sizes
        if front.count > 0 { front.removeLast() }
        if x.rank > 0 && front == sizes { return try unsqueezed(-1) }
        var different = 0
        if rank == x.rank {
            for i in 0..<rank where sizes[i] != x.sizes[i] { different &+= sizes[i] }
            if different == 1 { return self }
        }
        throw TensorError(.value, "gaussian_nll_loss", "var is of incorrect size: \(sizes) for an input of \(x.sizes)")
    }
}
