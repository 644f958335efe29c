import CKernels

// Normalisation: x̂ = (x - mean) / √(variance + eps), then weight x̂ + bias. What differs is which elements share a mean and a
// variance. Layer and RMS norm go by rows; batch, group and instance norm by planes [outer, channels, inner].

extension Tensor {
    /// The elements of the last dimensions normalised together (Ba et al. 2016).
    ///
    /// - Parameters:
    ///   - shape: the sizes of these dimensions.
    ///   - weight, bias: of that shape.
    public func layerNormalized(
        _ shape: [Int], weight: Tensor? = nil, bias: Tensor? = nil, epsilon: Double = 1e-5
    ) throws(TensorError) -> Tensor {
        try rowsNormalized(shape, weight, bias, epsilon, centered: true, "layer_norm")
    }

    /// The elements of the last dimensions divided by the root of their mean square (Zhang and Sennrich 2019).
    ///
    /// - Parameters:
    ///   - shape: the sizes of these dimensions.
    ///   - weight: of that shape.
    ///   - epsilon: added to the mean square; nil for the distance of 1 to the next number of the dtype it is computed in.
    public func rmsNormalized(_ shape: [Int], weight: Tensor? = nil, epsilon: Double? = nil) throws(TensorError) -> Tensor {
        let smallest = dtype == .float64 ? Double.ulpOfOne : Double(Float.ulpOfOne)
        return try rowsNormalized(shape, weight, nil, epsilon ?? smallest, centered: false, "rms_norm")
    }

    private func rowsNormalized(
        _ shape: [Int], _ weight: Tensor?, _ bias: Tensor?, _ epsilon: Double, centered: Bool, _ operation: StaticString
    ) throws(TensorError) -> Tensor {
        let name = operation.description
        try requireNormalizable(weight, bias, operation)
        if shape.isEmpty {
            throw TensorError(.runtime, name,
                "Expected normalized_shape to be at least 1-dimensional, i.e., containing at least one element, but got []")
        }
        let normalized = try Dims(shape, operation: name)
        for (label, parameter) in [("weight", weight), ("bias", bias)] {
            if let parameter, parameter.sizes != normalized {
                throw TensorError(.runtime, name,
                    "Expected \(label) to be of same shape as normalized_shape, but got \(label) of shape \(parameter.sizes) "
                        + "and normalized_shape = \(normalized)")
            }
        }
        if rank < normalized.count || (0..<normalized.count).contains(where: { sizes[rank - normalized.count + $0] != normalized[$0] }) {
            throw TensorError(.runtime, name,
                "Given normalized_shape=\(normalized), expected input with shape [*, \(shape.map(String.init).joined(separator: ", "))], "
                    + "but got input of size \(sizes)")
        }
        let length = normalized.product
        let layout = NormalizedRows(
            rows: length == 0 ? 0 : count / length, length: length, shape: normalized, epsilon: epsilon, centered: centered)
        return try inComputeType(weight, bias) { (x, weight, bias) throws(TensorError) in
            try x.normalized(layout, weight, bias, operation)
        }
    }

    /// Groups of channels, the second dimension, normalised for each element of the first (Wu and He 2018).
    ///
    /// - Parameters:
    ///   - groups: how many; the channels are divided evenly.
    ///   - weight, bias: one number for each channel.
    public func groupNormalized(
        _ groups: Int, weight: Tensor? = nil, bias: Tensor? = nil, epsilon: Double = 1e-5
    ) throws(TensorError) -> Tensor {
        if rank < 2 {
            try requireInitialized("group_norm")
            throw TensorError(.runtime, "group_norm", "Expected at least 2 dimensions for input tensor but received \(rank)")
        }
        if groups <= 0 { throw TensorError(.runtime, "group_norm", "Expected num groups to be greater than 0, got \(groups)") }
        if sizes[1] % groups != 0 {
            throw TensorError(.runtime, "group_norm",
                "Expected number of channels in input to be divisible by num_groups, but got input of shape \(sizes) and "
                    + "num_groups=\(groups)")
        }
        // No channels are one group, however many are asked for.
        return try channelsNormalized(sizes[1] == 0 ? 1 : groups, weight, bias, epsilon, "group_norm")
    }

    /// Every channel normalised for each element of the batch (Ulyanov et al. 2016).
    ///
    /// - Parameters:
    ///   - runningMean, runningVariance: averages over the calls, one number for each channel, which the batch's are mixed
    ///     into if `usesInputStatistics`, and which are used in place of them if not.
    ///   - momentum: the share of the batch's statistics in the new running ones.
    /// - Throws: where a channel has one element.
    public func instanceNormalized(
        runningMean: Tensor? = nil, runningVariance: Tensor? = nil, weight: Tensor? = nil, bias: Tensor? = nil,
        usesInputStatistics: Bool = true, momentum: Double = 0.1, epsilon: Double = 1e-5
    ) throws(TensorError) -> Tensor {
        try requireNormalizable(weight, bias, "instance_norm")
        if !usesInputStatistics {
            if runningMean == nil || runningVariance == nil {
                throw TensorError(.runtime, "instance_norm",
                    "Expected running_mean and running_var to be defined when use_input_stats is false")
            }
            return try batchNormalized(
                runningMean: runningMean, runningVariance: runningVariance, weight: weight, bias: bias, epsilon: epsilon)
        }
        let spatial = rank > 2 ? sizes.product(from: 2) : 1
        if spatial == 1 {
            throw TensorError(.value, "instance_norm", "Expected more than 1 spatial element when training, got input size \(sizes)")
        }
        for (label, running) in [("running_mean", runningMean), ("running_var", runningVariance)] {
            if let running { try requirePerChannel(running, label, "instance_norm") }
        }
        let result = try channelsNormalized(sizes[1], weight, bias, epsilon, "instance_norm")
        if (runningMean != nil || runningVariance != nil) && count > 0 {
            try withoutGradients { () throws(TensorError) in
                let planes = try withoutHistory().to(dtype.computeType).reshaped([sizes[0], sizes[1], spatial])
                let (variance, mean) = try planes.varianceAndMean([2])
                try runningMean?.mix(mean.mean([0]), momentum)
                try runningVariance?.mix(variance.mean([0]), momentum)
            }
        }
        return result
    }

    private func channelsNormalized(
        _ groups: Int, _ weight: Tensor?, _ bias: Tensor?, _ epsilon: Double, _ operation: StaticString
    ) throws(TensorError) -> Tensor {
        try requireNormalizable(weight, bias, operation)
        for (label, parameter) in [("weight", weight), ("bias", bias)] {
            if let parameter, parameter.rank != 1 || parameter.count != sizes[1] {
                throw TensorError(.runtime, operation.description,
                    "Expected \(label) to be a vector of size equal to the number of channels in input, but got \(label) of "
                        + "shape \(parameter.sizes) and input of shape \(sizes)")
            }
        }
        let layout = NormalizedPlanes(
            outer: sizes[0], channels: sizes[1], inner: rank > 2 ? sizes.product(from: 2) : 1, groups: groups, epsilon: epsilon,
            statistics: .ofGroups)
        return try inComputeType(weight, bias) { (x, weight, bias) throws(TensorError) in
            try x.normalized(layout, weight, bias, nil, operation)
        }
    }

    /// Every channel, the second dimension, normalised over the whole batch (Ioffe and Szegedy 2015).
    ///
    /// - Parameters:
    ///   - runningMean, runningVariance: averages over the batches, one number for each channel: in training, the batch's
    ///     statistics are mixed into them, else they are used in place of these.
    ///   - weight, bias: one number for each channel.
    ///   - training: whether the batch's own statistics are used. So they are where there are no running ones.
    ///   - momentum: the share of the batch's statistics in the new running ones.
    public func batchNormalized(
        runningMean: Tensor? = nil, runningVariance: Tensor? = nil, weight: Tensor? = nil, bias: Tensor? = nil,
        training: Bool = false, momentum: Double = 0.1, epsilon: Double = 1e-5
    ) throws(TensorError) -> Tensor {
        try batchNormalized(
            runningMean: runningMean, runningVariance: runningVariance, weight: weight, bias: bias, training: training,
            momentum: momentum, epsilon: epsilon, unbiased: true)
    }

    /// - Parameter unbiased: whether the running variance is the estimate from a sample, with n - 1 in the denominator.
    func batchNormalized(
        runningMean: Tensor?, runningVariance: Tensor?, weight: Tensor?, bias: Tensor?, training: Bool, momentum: Double,
        epsilon: Double, unbiased: Bool
    ) throws(TensorError) -> Tensor {
        let operation: StaticString = "batch_norm"
        try requireNormalizable(weight, bias, operation)
        if training && epsilon <= 0 {
            throw TensorError(.value, "batch_norm", "batch_norm eps must be positive during training, but got \(epsilon)")
        }
        if epsilon < 0 { throw TensorError(.value, "batch_norm", "batch_norm eps must be non-negative, but got \(epsilon)") }
        if rank < 1 { throw TensorError(.runtime, "batch_norm", "expected at least 2 dimensions, got shape \(sizes)") }
        let inner = rank > 2 ? sizes.product(from: 2) : 1
        let channels = rank > 1 ? sizes[1] : 0
        if training && sizes[0] == 1 && inner == 1 {
            throw TensorError(.value, "batch_norm", "Expected more than 1 value per channel when training, got input size \(sizes)")
        }
        for (label, parameter) in [
            ("running_mean", runningMean), ("running_var", runningVariance), ("weight", weight), ("bias", bias),
        ] {
            if let parameter {
                try requirePerChannel(parameter, label, operation)
            } else if !training && label.hasPrefix("running") {
                throw TensorError(.runtime, "batch_norm", "\(label) must be defined in evaluation mode")
            }
        }
        if rank < 2 { throw TensorError(.runtime, "batch_norm", "expected at least 2 dimensions, got shape \(sizes)") }
        var layout = NormalizedPlanes(
            outer: sizes[0], channels: channels, inner: inner, groups: channels, epsilon: epsilon, statistics: .ofBatch)
        var moments: (mean: Tensor, inverse: Tensor)?
        let type = dtype.computeType
        if !training, let runningMean, let runningVariance {
            layout.statistics = .constant
            moments = try withoutGradients { () throws(TensorError) in
                // The inverse root in float64, rounded once.
                let variance = try runningVariance.withoutHistory().to(.float64)
                return (try runningMean.withoutHistory().to(type).contiguous(), try (variance + epsilon).reciprocalSquareRoot().to(type))
            }
        } else if count > 0 {
            moments = try withoutGradients { () throws(TensorError) in
                let planes = try withoutHistory().to(type).reshaped([sizes[0], channels, inner])
                let (variance, mean) = try planes.varianceAndMean([0, 2], correction: 0)
                let number = Double(sizes[0] * inner)
                try runningMean?.mix(mean, momentum)
                try runningVariance?.mix(variance.to(.float64) * (unbiased ? number / (number - 1) : 1), momentum)
                return (mean, try (variance.to(.float64) + epsilon).reciprocalSquareRoot().to(type))
            }
        }
        return try inComputeType(weight, bias) { (x, weight, bias) throws(TensorError) in
            try x.normalized(layout, weight, bias, moments, operation)
        }
    }

    /// (1 - momentum) self + momentum value, in memory, as a statistic that has no gradient.
    private func mix(_ value: Tensor, _ momentum: Double) throws(TensorError) {
        let own = try withoutHistory().to(.float64)
        try assignInPlace(try (own * (1 - momentum) + value.to(.float64) * momentum).to(dtype))
    }

    // MARK: What is checked

    /// - Throws: for integers, and for parameters of another dtype; those of 16-bit floats may be float32.
    private func requireNormalizable(_ weight: Tensor?, _ bias: Tensor?, _ operation: StaticString) throws(TensorError) {
        try requireInitialized(operation)
        if !dtype.isFloatingPoint { throw Elementwise.unsupported(operation, dtype) }
        for (label, parameter) in [("weight", weight), ("bias", bias)] {
            guard let parameter else { continue }
            try parameter.requireInitialized(operation)
            try requireSameDType(parameter, label, operation)
        }
    }

    private func requireSameDType(_ parameter: Tensor, _ label: String, _ operation: StaticString) throws(TensorError) {
        if parameter.dtype != dtype && parameter.dtype != dtype.computeType {
            throw TensorError(.runtime, operation.description,
                "mixed dtype (CPU): expect \(label) to have the dtype of the input, \(dtype), got \(parameter.dtype)")
        }
    }

    private func requirePerChannel(_ parameter: Tensor, _ label: String, _ operation: StaticString) throws(TensorError) {
        try parameter.requireInitialized(operation)
        let channels = rank > 1 ? sizes[1] : 0
        if parameter.count != channels || parameter.rank != 1 {
            throw TensorError(.runtime, operation.description, "\(label) should contain \(channels) elements not \(parameter.count)")
        }
        try requireSameDType(parameter, label, operation)
    }

    /// Runs `body` on tensors of the dtype that the kernels compute in, and rounds its result.
    private func inComputeType(
        _ weight: Tensor?, _ bias: Tensor?, _ body: (Tensor, Tensor?, Tensor?) throws(TensorError) -> Tensor
    ) throws(TensorError) -> Tensor {
        let type = dtype.computeType
        return try body(try to(type).contiguous(), try weight?.to(type).contiguous(), try bias?.to(type).contiguous()).to(dtype)
    }
}

extension Dims {
    /// The product of the values from an index on.
    func product(from start: Int) -> Int {
        var result = 1
        for i in start..<count { result &*= self[i] }
        return result
    }
}
