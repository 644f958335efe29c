// Losses: definitions as in PyTorch's torch.nn.functional.

/// What becomes of the losses of the single elements.
public enum LossReduction: String, CaseIterable, Sendable {
    case none, mean, sum
}

extension Tensor {
    fileprivate func reduced(_ reduction: LossReduction) throws(TensorError) -> Tensor {
        switch reduction {
        case .none: self
        case .mean: try mean()
        case .sum: try sum()
        }
    }

    /// (self - target)², averaged, summed or as it is.
    public func meanSquaredError(_ target: Tensor, reduction: LossReduction = .mean) throws(TensorError) -> Tensor {
        try requireInitialized("mse_loss")
        try target.requireInitialized("mse_loss")
        if !dtype.isFloatingPoint { throw Elementwise.unsupported("mse_loss", dtype) }
        _ = try broadcastSizes(sizes, target.sizes, "mse_loss")
        let type = promotedType(self, target)
        if type.isReducedPrecision {
            return try to(.float32).meanSquaredError(target.to(.float32), reduction: reduction).to(type)
        }
        return try (self - target).squared().reduced(reduction)
    }

    /// The cross entropy of logits and targets.
    ///
    /// - Parameters:
    ///   - target: class indices (int64) of shape [N, ...], for logits [N, C, ...], or [] for [C]; or class
    ///     probabilities in the shape of the logits.
    ///   - weight: of shape [C]; weighs the classes.
    ///   - ignoreIndex: a target that does not count.
    ///   - labelSmoothing: how much of each target is spread over all classes, from 0 to 1.
    public func crossEntropy(
        _ target: Tensor, weight: Tensor? = nil, ignoreIndex: Int = -100, reduction: LossReduction = .mean,
        labelSmoothing: Double = 0
    ) throws(TensorError) -> Tensor {
        try requireInitialized("cross_entropy")
        try target.requireInitialized("cross_entropy")
        if !dtype.isFloatingPoint { throw Elementwise.unsupported("cross_entropy", dtype) }
        if !(labelSmoothing >= 0 && labelSmoothing <= 1) {
            throw TensorError(.runtime, "cross_entropy", "label_smoothing must be between 0.0 and 1.0, got \(labelSmoothing)")
        }
        if rank == 0 { throw TensorError(.value, "cross_entropy", "expected logits of at least one dimension") }
        let axis = rank == 1 ? 0 : 1
        let classes = sizes[axis]
        if let weight {
            if weight.rank != 1 || weight.sizes[0] != classes {
                throw TensorError(.runtime, "cross_entropy", "expected a weight of shape [\(classes)], got \(weight.sizes)")
            }
            if weight.dtype != dtype {
                throw TensorError(.runtime, "cross_entropy", "expected a weight of \(dtype), got \(weight.dtype)")
            }
        }
        if dtype.isReducedPrecision {
            let target = try target.dtype.isFloatingPoint ? target.to(.float32) : target
            return try to(.float32).crossEntropy(
                target, weight: try weight?.to(.float32), ignoreIndex: ignoreIndex, reduction: reduction,
                labelSmoothing: labelSmoothing
            ).to(dtype)
        }
        // Classes last: every row of the matrix is one prediction.
        let logits = axis == rank - 1 ? self : try permuted([0] + Array(2..<rank) + [1])
        var outer = logits.sizes
        outer.removeLast()
        let rows = outer.product
        let matrix = try logits.reshaped([rows, classes] as Dims).logSoftmax(-1)
        let losses: (values: Tensor, weights: Tensor?)
        if target.dtype.isFloatingPoint {
            if target.sizes != sizes {
                throw TensorError(.value, "cross_entropy",
                    "class probabilities must have the shape of the logits, \(sizes), got \(target.sizes)")
            }
            let turned = axis == rank - 1 ? target : try target.permuted([0] + Array(2..<rank) + [1])
            losses = (try matrix.probabilityLoss(
                turned.to(dtype).reshaped([rows, classes] as Dims), weight, labelSmoothing), nil)
        } else {
            if target.dtype != .int64 {
                throw TensorError(.runtime, "cross_entropy",
                    "expected class indices of int64 or class probabilities, got \(target.dtype)")
            }
            if target.sizes != outer {
                throw TensorError(.value, "cross_entropy",
                    "expected class indices of shape \(outer) for logits of shape \(sizes), got \(target.sizes)")
            }
            losses = try matrix.indexLoss(target.reshaped([rows] as Dims), weight, ignoreIndex, labelSmoothing)
        }
        switch reduction {
        case .none: return try losses.values.reshaped(outer)
        case .sum: return try losses.values.sum()
        case .mean:
            // The weights of the targets that count; without any the mean is 0 / 0.
            if let weights = losses.weights { return try losses.values.sum() / weights.sum() }
            return try losses.values.sum() / Double(rows)
        }
    }

    /// For log probabilities [N, C] and target probabilities [N, C]: -Σ w t log p for each row.
    private func probabilityLoss(_ target: Tensor, _ weight: Tensor?, _ smoothing: Double) throws(TensorError) -> Tensor {
        var wanted = target
        if smoothing > 0 { wanted = try target * (1 - smoothing) + smoothing / Double(sizes[1]) }
        var terms = try self * wanted
        if let weight { terms = try terms * weight }
        return try terms.sum([1]).negated()
    }

    /// For log probabilities [N, C] and class indices [N]: the loss and the weight of each row, 0 for ignored ones.
    private func indexLoss(
        _ target: Tensor, _ weight: Tensor?, _ ignoreIndex: Int, _ smoothing: Double
    ) throws(TensorError) -> (values: Tensor, weights: Tensor?) {
        let classes = sizes[1]
        let positions = try Tensor(uninitialized: target.sizes, .int64, operation: "cross_entropy")
        let counts = try Tensor(uninitialized: target.sizes, dtype, operation: "cross_entropy")
        let rowWeights = try weight.map { (weight) throws(TensorError) in try weight.withoutHistory().to(.float64).array(of: Double.self) }
        let source = try target.withoutHistory().array(of: Int64.self)
        let numbers = positions.data.assumingMemoryBound(to: Int64.self)
        var factors = [Double](repeating: 1, count: source.count)
        for (row, index) in source.enumerated() {
            if index == Int64(ignoreIndex) {
                // Points at some element of the row: its factor is 0.
                numbers[row] = Int64(row * classes)
                factors[row] = 0
                continue
            }
            guard index >= 0 && index < classes else {
                throw TensorError(.index, "cross_entropy", "target \(index) is out of bounds for \(classes) classes")
            }
            numbers[row] = Int64(row * classes) + index
            if let rowWeights { factors[row] = rowWeights[Int(index)] }
        }
        Elementwise.convert(try Tensor(factors), into: counts)
        if classes == 0 { return (try Tensor.filled([sizes[0]], dtype, 0), counts) }
        let picked = try taken(positions)
        // select, not a product: an ignored row may hold infinities, whose product with 0 is not 0.
        let counted = try counts .!= 0
        let zero = try Tensor.filled(Dims(), dtype, 0)
        var values = try Tensor.select(counted, picked.negated() * counts, zero)
        if smoothing > 0 {
            var spread = self
            if let weight { spread = try self * weight }
            let ignored = try target .== ignoreIndex
            let even = try Tensor.select(ignored, zero, spread.sum([1]).negated())
            values = try values * (1 - smoothing) + even * (smoothing / Double(classes))
        }
        return (values, counts)
    }
}
