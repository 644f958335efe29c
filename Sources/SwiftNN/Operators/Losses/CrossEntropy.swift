import CKernels

// Losses of class indices: cross entropy, and the negative log likelihood.

extension Tensor {
    /// The cross entropy of logits and targets.
    ///
    /// - Parameters:
    ///   - target: class indices (int64 or uint8) of shape [N, ...], for logits [N, C, ...], or [] for [C]; or class
    ///     probabilities in the shape of the logits.
    ///   - weight: of shape [C]; weighs the classes.
    ///   - ignoreIndex: a target that does not count.
    ///   - labelSmoothing: how much of each target is spread over all classes, from 0 to 1.
    public func crossEntropy(
        _ target: Tensor, weight: Tensor? = nil, ignoreIndex: Int = -100, reduction: LossReduction = .mean,
        labelSmoothing: Double = 0
    ) throws(TensorError) -> Tensor {
        let operation: StaticString = "cross_entropy"
        try requireFloatingInput(operation)
        try target.requireInitialized(operation)
        if !(labelSmoothing >= 0 && labelSmoothing <= 1) {
            throw TensorError(.runtime, "cross_entropy", "label_smoothing must be between 0.0 and 1.0, got \(labelSmoothing)")
        }
        if rank == 0 { throw TensorError(.value, "cross_entropy", "expected logits of at least one dimension") }
        let axis = rank == 1 ? 0 : 1
        try requireClassWeight(weight, sizes[axis], operation)
        // Classes last: every row of the matrix is one prediction.
        func turned(_ tensor: Tensor) throws(TensorError) -> Tensor {
            axis == rank - 1 ? tensor : try tensor.permuted([0] + Array(2..<rank) + [1])
        }
        var outer = try turned(withoutHistory()).sizes
        let classes = sizes[axis]
        outer.removeLast()
        let rows = outer.product
        if target.dtype.isFloatingPoint {
            if target.sizes != sizes {
                throw TensorError(.value, "cross_entropy",
                    "class probabilities must have the shape of the logits, \(sizes), got \(target.sizes)")
            }
            if ignoreIndex >= 0 {
                throw TensorError(.runtime, "cross_entropy", "ignore_index is not supported for class probabilities, got \(ignoreIndex)")
            }
            let type = promotedType(self, target), compute = type.computeType
            let logs = try turned(to(compute)).reshaped([rows, classes] as Dims).logSoftmax(-1)
            let losses = try logs.probabilityLoss(
                turned(target.to(compute)).reshaped([rows, classes] as Dims), try weight?.to(compute), labelSmoothing)
            switch reduction {
            case .none: return try losses.reshaped(outer).to(type)
            case .sum: return try losses.sum().to(type)
            case .mean: return try (losses.sum() / Double(rows)).to(type)
            }
        }
        let indices = try classIndices(target, outer, operation)
        try weight?.refuseGradient("weight", operation)
        let compute = dtype.computeType
        let matrix = try turned(to(compute)).reshaped([rows, classes] as Dims).contiguous()
        let values = try matrix.rowLosses(
            indices.reshaped([rows] as Dims), try weight?.to(compute).contiguous(), ignoreIndex, labelSmoothing, reduction)
        return try (reduction == .none ? values.reshaped(outer) : values).to(dtype)
    }

    private func requireClassWeight(_ weight: Tensor?, _ classes: Int, _ operation: StaticString) throws(TensorError) {
        guard let weight else { return }
        try weight.requireInitialized(operation)
        if weight.rank != 1 || weight.sizes[0] != classes {
            throw TensorError(.runtime, operation.description, "expected a weight of shape [\(classes)], got \(weight.sizes)")
        }
        if weight.dtype != dtype {
            throw TensorError(.runtime, operation.description, "expected a weight of \(dtype), got \(weight.dtype)")
        }
    }

    /// Targets that are class indices, as contiguous int64 of the shape that they must have.
    private func classIndices(_ target: Tensor, _ shape: Dims, _ operation: StaticString) throws(TensorError) -> Tensor {
        if target.dtype != .int64 && target.dtype != .uint8 {
            throw TensorError(.runtime, operation.description,
                "expected class indices of int64 or class probabilities, got \(target.dtype)")
        }
        // One row may have its target in one dimension too.
        let isOne = rank == 1 && target.rank == 1 && target.count == 1
        if target.sizes != shape && !isOne {
            let sameRows = rank > 2 && target.rank > 0 && target.sizes[0] == sizes[0]
            throw TensorError(sameRows ? .runtime : .value, operation.description,
                "expected class indices of shape \(shape) for logits of shape \(sizes), got \(target.sizes)")
        }
        let indices = try target.withoutHistory().converted(to: .int64)
        return indices.isContiguous ? indices : try indices.copied()
    }

    /// For log probabilities [N, C] and target probabilities [N, C]: -Σ w t log p for each row.
    private func probabilityLoss(_ target: Tensor, _ weight: Tensor?, _ smoothing: Double) throws(TensorError) -> Tensor {
        var wanted = target
        if smoothing > 0 { wanted = try target * (1 - smoothing) + smoothing / Double(sizes[1]) }
        var terms = try self * wanted
        if let weight { terms = try terms * weight }
        return try terms.sum([1]).negated()
    }

    /// For logits [N, C] and class indices [N]: the losses of the rows, by one kernel.
    private func rowLosses(
        _ target: Tensor, _ weight: Tensor?, _ ignoreIndex: Int, _ smoothing: Double, _ reduction: LossReduction
    ) throws(TensorError) -> Tensor {
        let targets = ClassTargets(target, weight, Int64(ignoreIndex), smoothing)
        let (rows, classes) = (Int64(sizes[0]), Int64(sizes[1]))
        try targets.check(Int(classes))
        let losses = try Tensor(uninitialized: [sizes[0]] as Dims, dtype, operation: "cross_entropy")
        let stats = try Tensor(uninitialized: [2, sizes[0]] as Dims, dtype, operation: "cross_entropy")
        let total: Double
        if dtype == .float32 {
            total = ck_cross_entropy_f32(
                rows, classes, data.elements(), target.data.elements(), targets.ignored, weight?.data.elements(), smoothing,
                losses.data.elements(), stats.data.elements())
        } else {
            total = ck_cross_entropy_f64(
                rows, classes, data.elements(), target.data.elements(), targets.ignored, weight?.data.elements(), smoothing,
                losses.data.elements(), stats.data.elements())
        }
        // The mean is over the weights of the targets that count; without any it is 0 / 0.
        let result = switch reduction {
        case .none: losses
        case .sum: try losses.sum()
        case .mean: try losses.sum() / total
        }
        if isRecorded {
            result.node = CrossEntropyBackward(try gradientEdge(), self, stats, targets, reduction == .mean ? 1 / total : 1)
        }
        return result
    }

    /// The negative log likelihood: minus the element of each target's class, times the class's weight.
    ///
    /// - Parameters:
    ///   - target: class indices (int64 or uint8) of shape [N, ...], for log probabilities [N, C, ...], or [] for [C].
    ///   - weight: of shape [C]; weighs the classes. The mean is over the weights of the targets.
    ///   - ignoreIndex: a target that does not count.
    public func negativeLogLikelihood(
        _ target: Tensor, weight: Tensor? = nil, ignoreIndex: Int = -100, reduction: LossReduction = .mean
    ) throws(TensorError) -> Tensor {
        let operation: StaticString = "nll_loss"
        try requireFloatingInput(operation)
        try target.requireInitialized(operation)
        if rank == 0 { throw TensorError(.value, "nll_loss", "expected log probabilities of at least one dimension") }
        let axis = rank == 1 ? 0 : 1, classes = sizes[axis]
        try requireClassWeight(weight, classes, operation)
        try weight?.refuseGradient("weight", operation)
        if target.dtype != .int64 && target.dtype != .uint8 {
            throw TensorError(.runtime, "nll_loss", "expected class indices of int64 or uint8, got \(target.dtype)")
        }
        var outer = sizes
        outer.remove(at: axis)
        let indices = try classIndices(target, outer, operation).reshaped(outer)
        let compute = dtype.computeType
        let targets = ClassTargets(indices, try weight?.to(compute).contiguous(), Int64(ignoreIndex), 0)
        try targets.check(classes)
        let (positions, factors, total) = try targets.factors(compute)
        let picked = try to(compute).gathered(axis, positions.unsqueezed(axis)).reshaped(outer)
        // Chosen, not multiplied by 0: an ignored element may be infinite.
        let losses = try Tensor.select(factors .== 0, Tensor.filled(Dims(), compute, 0), picked * factors.negated())
        switch reduction {
        case .none: return try losses.to(dtype)
        case .sum: return try losses.sum().to(dtype)
        case .mean: return try (losses.sum() / total).to(dtype)
        }
    }
}

/// The classes that rows should have, with what goes with them.
struct ClassTargets {
    /// Contiguous int64.
    let indices: Tensor
    /// Contiguous, for each class.
    let weight: Tensor?
    let ignored: Int64
    let smoothing: Double

    init(_ indices: Tensor, _ weight: Tensor?, _ ignored: Int64, _ smoothing: Double) {
        self.indices = indices
        self.weight = weight
        self.ignored = ignored
        self.smoothing = smoothing
    }

    /// - Throws: for a target that is no class. The memory may be the caller's, so each use of it checks.
    func check(_ classes: Int) throws(TensorError) {
        let wrong = ck_find_no_class(Int64(indices.count), indices.data.elements(), ignored, Int64(classes))
        if wrong < 0 { return }
        let target = indices.data.assumingMemoryBound(to: Int64.self)[Int(wrong)]
        throw TensorError(.index, "cross_entropy", "target \(target) is out of bounds for \(classes) classes")
    }

    /// Positions in place of the indices, and what each counts for: 0 where a target is ignored.
    func factors(_ type: DType) throws(TensorError) -> (positions: Tensor, factors: Tensor, total: Double) {
        let positions = try Tensor(uninitialized: indices.sizes, .int64, operation: "nll_loss")
        let factors = try Tensor(uninitialized: indices.sizes, type, operation: "nll_loss")
        let total = ck_class_factors(
            type.kernel, Int64(indices.count), indices.data.elements(), ignored, weight?.data, positions.data.elements(), factors.data)
        return (positions, factors, total)
    }
}

extension UnsafeMutableRawPointer {
    func elements<Element>() -> UnsafeMutablePointer<Element> { assumingMemoryBound(to: Element.self) }
}

// MARK: - Gradients

/// l = the cross entropy of a row x: dl/dx = total softmax x - shares, as the targets say.
final class CrossEntropyBackward: Node {
    private var x: Saved, stats: Saved, target: Saved, weight: Saved?
    private let ignored: Int64, smoothing: Double, scale: Double

    init(_ edge: Edge, _ x: Tensor, _ stats: Tensor, _ targets: ClassTargets, _ scale: Double) {
        self.x = Saved(x)
        self.stats = Saved(stats)
        target = Saved(targets.indices)
        weight = targets.weight.map { Saved($0) }
        ignored = targets.ignored
        smoothing = targets.smoothing
        self.scale = scale
        super.init(edge)
    }

    override package var name: String { "NllLossBackward0" }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let x = try self.x.value(for: self), target = try self.target.value(for: self)
        var weight: Tensor?
        if let saved = self.weight { weight = try saved.value(for: self) }
        let targets = ClassTargets(target, weight, ignored, smoothing)
        try targets.check(x.sizes[1])
        if GradMode.isEnabled {
            try engine.send(try recorded(g, x, targets), to: edges.0)
            return
        }
        let result = try Tensor(uninitialized: x.sizes, x.dtype, operation: "cross_entropy")
        let stats = try self.stats.value(for: self)
        let gradient = try g.contiguous()
        let (rows, classes, step) = (Int64(x.sizes[0]), Int64(x.sizes[1]), Int64(gradient.rank == 0 ? 0 : 1))
        if x.dtype == .float32 {
            ck_cross_entropy_grad_f32(
                rows, classes, x.data.elements(), stats.data.elements(), target.data.elements(), ignored, weight?.data.elements(),
                smoothing, gradient.data.elements(), step, scale, result.data.elements())
        } else {
            ck_cross_entropy_grad_f64(
                rows, classes, x.data.elements(), stats.data.elements(), target.data.elements(), ignored, weight?.data.elements(),
                smoothing, gradient.data.elements(), step, scale, result.data.elements())
        }
        try engine.send(result, to: edges.0)
    }

    private func recorded(_ g: Tensor, _ x: Tensor, _ targets: ClassTargets) throws(TensorError) -> Tensor {
        let shares = try Tensor(uninitialized: x.sizes, x.dtype, operation: "cross_entropy")
        let totals = try Tensor(uninitialized: [x.sizes[0], 1] as Dims, x.dtype, operation: "cross_entropy")
        let (rows, classes, indices) = (Int64(x.sizes[0]), Int64(x.sizes[1]), targets.indices.data)
        if x.dtype == .float32 {
            ck_cross_entropy_shares_f32(
                rows, classes, indices.elements(), ignored, targets.weight?.data.elements(), smoothing, shares.data.elements(),
                totals.data.elements())
        } else {
            ck_cross_entropy_shares_f64(
                rows, classes, indices.elements(), ignored, targets.weight?.data.elements(), smoothing, shares.data.elements(),
                totals.data.elements())
        }
        // Chosen, not multiplied by 0: an ignored row may hold infinities.
        let spread = try Tensor.select(totals .== 0, Tensor.filled(Dims(), x.dtype, 0), x.softmax(-1) * totals)
        let gradient = try (g.rank == 0 ? g : g.unsqueezed(-1)) * scale
        return try gradient * (spread - shares)
    }

    override func releaseSaved() {
        x.release()
        stats.release()
        target.release()
        weight?.release()
    }
}
