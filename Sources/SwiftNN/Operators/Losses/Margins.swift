import CKernels

// Losses of margins, and of distances.

extension Tensor {
    /// x where the target is 1, max(0, margin - x) where it is -1, and both for other targets.
    ///
    /// - Parameter target: broadcasts with the tensor.
    public func hingeEmbeddingLoss(
        _ target: Tensor, margin: Double = 1, reduction: LossReduction = .mean
    ) throws(TensorError) -> Tensor {
        try requireInitialized("hinge_embedding_loss")
        _ = try broadcastSizes(sizes, target.sizes, "hinge_embedding_loss")
        let x = try to(dtype.computeType)
        let zero = try Tensor.filled(Dims(), x.dtype, 0)
        let hinge = try (margin - x).clamped(min: 0.0)
        let losses = try Tensor.select(target .!= 1, hinge.to(x.dtype), zero) + Tensor.select(target .!= -1, x, zero)
        return try losses.reduced(reduction).to(dtype)
    }

    /// max(0, -target (x - other) + margin): whether the first is ranked above the other as the target, 1 or -1, says.
    public func marginRankingLoss(
        _ other: Tensor, _ target: Tensor, margin: Double = 0, reduction: LossReduction = .mean
    ) throws(TensorError) -> Tensor {
        for tensor in [self, other, target] { try tensor.requireInitialized("margin_ranking_loss") }
        if rank != other.rank || rank != target.rank {
            throw TensorError(.runtime, "margin_ranking_loss",
                "all input tensors should have the same number of dimensions, got shapes \(sizes), \(other.sizes) and \(target.sizes)")
        }
        let type = promotedType([self, other, target])
        if type.isReducedPrecision {
            return try to(.float32).marginRankingLoss(other.to(.float32), target.to(.float32), margin: margin, reduction: reduction).to(type)
        }
        return try (target.negated() * (self - other) + margin).clamped(min: 0.0).reduced(reduction)
    }

    /// Σ max(0, margin - x[y] + x[i])^p / C over the classes i other than the target's class y.
    ///
    /// - Parameters:
    ///   - target: class indices (int64) of shape [N] for scores [N, C], or [] for [C].
    ///   - power: 1 or 2.
    ///   - weight: of shape [C]; weighs the classes of the targets.
    public func multiMarginLoss(
        _ target: Tensor, power: Int = 1, margin: Double = 1, weight: Tensor? = nil, reduction: LossReduction = .mean
    ) throws(TensorError) -> Tensor {
        let operation: StaticString = "multi_margin_loss"
        try requireFloatingInput(operation)
        try target.requireInitialized(operation)
        if power != 1 && power != 2 { throw TensorError(.value, operation.description, "only p == 1 and p == 2 are supported, got \(power)") }
        if let weight, weight.rank != 1 {
            throw TensorError(.value, operation.description, "weight must be one-dimensional, got shape \(weight.sizes)")
        }
        let (rows, classes) = try lossMatrix(operation)
        if target.dtype != .int64 { throw TensorError(.runtime, operation.description, "expected class indices of int64, got \(target.dtype)") }
        if target.rank > 1 || target.count != rows || (rank == 2 && target.rank == 0) {
            throw TensorError(.runtime, operation.description, "expected targets of shape [\(rows)], got \(target.sizes)")
        }
        if let weight {
            try weight.refuseGradient("weight", operation)
            if weight.count != classes { throw TensorError(.runtime, operation.description, "expected a weight of shape [\(classes)], got \(weight.sizes)") }
            if weight.dtype != dtype { throw TensorError(.runtime, operation.description, "expected a weight of \(dtype), got \(weight.dtype)") }
        }
        let numbers = try target.withoutHistory().reshaped([rows] as Dims).copied()
        if ck_find_outside(Int64(rows), numbers.data.elements(), 1, 0, Int64(classes)) >= 0 {
            throw TensorError(.runtime, operation.description, "target out of range: expected 0 to \(classes - 1)")
        }
        let places = try numbers.unsqueezed(1)
        let x = try to(dtype.computeType).reshaped([rows, classes] as Dims)
        var terms = try (x - x.gathered(1, places) + margin).relu()
        if power == 2 { terms = try terms.squared() }
        if let weight { terms = try terms * weight.to(x.dtype).indexSelected(0, numbers).unsqueezed(1) }
        let others = try Tensor.filled([rows, classes] as Dims, .bool, 1).scattered(1, places, false)
        let sums = try Tensor.select(others, terms, Tensor.filled(Dims(), x.dtype, 0)).sum([1]) / Double(classes)
        let losses = reduction == .none && target.rank == 0 ? try sums.reshaped(Dims()) : sums
        return try losses.reduced(reduction).to(dtype)
    }

    /// Σ max(0, 1 - x[t] + x[i]) / C over the targets t and the classes i that are no target.
    ///
    /// - Parameter target: class indices (int64) in the shape of the scores, [N, C] or [C]; those before the first -1 of a
    ///   row count.
    public func multilabelMarginLoss(_ target: Tensor, reduction: LossReduction = .mean) throws(TensorError) -> Tensor {
        let operation: StaticString = "multilabel_margin_loss"
        try requireFloatingInput(operation)
        try target.requireInitialized(operation)
        let (rows, classes) = try lossMatrix(operation)
        if target.sizes != sizes {
            throw TensorError(.runtime, operation.description, "inconsistent target size: \(target.sizes) for an input of \(sizes)")
        }
        if target.dtype != .int64 { throw TensorError(.runtime, operation.description, "expected class indices of int64, got \(target.dtype)") }
        let numbers = try target.withoutHistory().copied()
        if ck_find_outside(Int64(numbers.count), numbers.data.elements(), 1, -1, Int64(classes)) >= 0 {
            throw TensorError(.runtime, operation.description, "target out of range: expected -1 to \(classes - 1)")
        }
        let x = try to(dtype.computeType)
        let source = try x.withoutHistory().contiguous()
        var shape = sizes
        if rank > 0 { shape.removeLast() }
        let losses = try Tensor(uninitialized: shape, x.dtype, operation: operation)
        let slopes = try Tensor(uninitialized: sizes, x.dtype, operation: operation)
        let marks = try Tensor.filled([classes] as Dims, .uint8, 0)
        ck_multilabel_margin(
            x.dtype.kernel, Int64(rows), Int64(classes), source.data, numbers.data.elements(), losses.data, slopes.data,
            marks.data.elements())
        if x.isRecorded { losses.node = MultilabelMarginLossBackward(try x.gradientEdge(), input: Saved(slopes)) }
        return try losses.reduced(reduction).to(dtype)
    }

    /// The rows and classes of scores [N, C], [C] or [].
    private func lossMatrix(_ operation: StaticString) throws(TensorError) -> (rows: Int, classes: Int) {
        let classes = rank == 0 ? 1 : sizes[rank - 1]
        if rank > 2 || classes == 0 {
            throw TensorError(.runtime, operation.description, "expected a vector or a matrix with columns, got shape \(sizes)")
        }
        return (rank == 2 ? sizes[0] : 1, classes)
    }

    /// The binary cross entropy of logits with targets, averaged over the last dimension.
    ///
    /// - Parameters:
    ///   - target: 0 or 1 for each class; it broadcasts with the tensor.
    ///   - weight: a factor for each class; it broadcasts.
    public func multilabelSoftMarginLoss(
        _ target: Tensor, weight: Tensor? = nil, reduction: LossReduction = .mean
    ) throws(TensorError) -> Tensor {
        let operation: StaticString = "multilabel_soft_margin_loss"
        try requireFloatingInput(operation)
        try target.requireInitialized(operation)
        if rank == 0 { throw TensorError(.index, operation.description, "expected an input with a dimension of classes") }
        let type = promotedType([self, target] + (weight.map { [$0] } ?? [])), compute = type.computeType
        var losses = try to(compute).logitLosses(target.to(compute), compute, operation)
        if let weight { losses = try losses * weight.to(compute) }
        let axis = rank - 1
        return try (losses.sum([axis]) / Double(sizes[axis])).reduced(reduction).to(type)
    }

    /// max(0, |x - positive| - |x - negative| + margin), of the distances of rows in the norm of `power`.
    ///
    /// - Parameters:
    ///   - margin: more than 0.
    ///   - epsilon: is added to each difference.
    ///   - swap: whether the distance of positive and negative counts, where it is the smaller one (Balntas et al. 2016).
    public func tripletMarginLoss(
        positive: Tensor, negative: Tensor, margin: Double = 1, power: Double = 2, epsilon: Double = 1e-6, swap: Bool = false,
        reduction: LossReduction = .mean
    ) throws(TensorError) -> Tensor {
        let operation: StaticString = "triplet_margin_loss"
        for tensor in [self, positive, negative] { try tensor.requireInitialized(operation) }
        if !(margin > 0) { throw TensorError(.value, operation.description, "margin must be greater than 0, got \(margin)") }
        if rank != positive.rank || rank != negative.rank {
            throw TensorError(.runtime, operation.description,
                "the anchor, positive, and negative tensors are expected to have the same number of dimensions, got shapes "
                    + "\(sizes), \(positive.sizes) and \(negative.sizes)")
        }
        let type = floatingType(promotedType([self, positive, negative])), compute = type.computeType
        let (a, p, n) = (try to(compute), try positive.to(compute), try negative.to(compute))
        func distance(_ x: Tensor, _ y: Tensor) throws(TensorError) -> Tensor {
            try (x - y + epsilon).vectorNorm(power, [-1])
        }
        var far = try distance(a, n)
        if swap { far = try far.minimum(distance(p, n)) }
        return try (distance(a, p) - far + margin).clamped(min: 0.0).reduced(reduction).to(type)
    }

    /// 1 - cos(x, other) where the target is 1, max(0, cos(x, other) - margin) where it is -1.
    ///
    /// - Parameters:
    ///   - other: of shape [N, D], as the tensor, or [D].
    ///   - target: of shape [N], or [].
    public func cosineEmbeddingLoss(
        _ other: Tensor, _ target: Tensor, margin: Double = 0, reduction: LossReduction = .mean
    ) throws(TensorError) -> Tensor {
        let operation: StaticString = "cosine_embedding_loss"
        for tensor in [self, other, target] { try tensor.requireInitialized(operation) }
        if target.rank > 1 {
            throw TensorError(.runtime, operation.description, "expected a target of at most one dimension, got shape \(target.sizes)")
        }
        if rank != target.rank + 1 || other.rank != rank {
            throw TensorError(.runtime, operation.description,
                "\(target.rank)D target tensor expects \(target.rank + 1)D input tensors, got shapes \(sizes) and \(other.sizes)")
        }
        _ = try broadcastSizes(sizes, other.sizes, operation)
        let type = floatingType(promotedType(self, other)), compute = type.computeType
        let (x, y) = (try to(compute), try other.to(compute))
        let axis = rank - 1
        let lengths = try (x.squared().sum([axis]) + 1e-12) * (y.squared().sum([axis]) + 1e-12)
        let cosine = try (x * y).sum([axis]) / lengths.squareRoot()
        let zero = try Tensor.filled(Dims(), compute, 0)
        let losses = try Tensor.select(target .== 1, 1 - cosine, zero)
            + Tensor.select(target .== -1, (cosine - margin).clamped(min: 0.0), zero)
        return try losses.reduced(reduction).to(type)
    }
}

// MARK: - Gradients

/// A loss that is linear in each row, wherever it has a gradient: dl/dx are the slopes saved.
final class MultilabelMarginLossBackward: UnaryBackward {
    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let slopes = try saved!.value(for: self)
        let gradient = slopes.rank == 0 ? g : try g.unsqueezed(-1)
        try engine.send(try gradient * slopes, to: edges.0)
    }
}
