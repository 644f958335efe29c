import CKernels

// Losses of single elements, of an input and a target: definitions as in PyTorch's torch.nn.functional.

/// What becomes of the losses of the single elements.
public enum LossReduction: String, CaseIterable, Sendable {
    case none, mean, sum
}

extension Tensor {
    func reduced(_ reduction: LossReduction) throws(TensorError) -> Tensor {
        switch reduction {
        case .none: self
        case .mean: try mean()
        case .sum: try sum()
        }
    }

    /// |self - target|, averaged, summed or as it is.
    ///
    /// - Parameters:
    ///   - target: broadcasts with the tensor.
    ///   - weight: of the tensor's shape; the mean is then over the weights.
    public func absoluteError(
        _ target: Tensor, weight: Tensor? = nil, reduction: LossReduction = .mean
    ) throws(TensorError) -> Tensor {
        let type = promotedType(self, target)
        if !type.isFloatingPoint && reduction != .mean && weight == nil {
            return try (self - target).absoluteValue().reduced(reduction)
        }
        return try weighted(weight, "l1_loss", .absolute, target, type, reduction) { (losses, weight) throws(TensorError) in
            try losses.sum() / weight.sum()
        }
    }

    /// (self - target)², averaged, summed or as it is.
    ///
    /// - Parameters:
    ///   - target: broadcasts with the tensor.
    ///   - weight: of the tensor's shape; the mean is then over the weights.
    public func meanSquaredError(
        _ target: Tensor, weight: Tensor? = nil, reduction: LossReduction = .mean
    ) throws(TensorError) -> Tensor {
        try weighted(weight, "mse_loss", .square, target, promotedType(self, target), reduction) { (losses, weight) throws(TensorError) in
            try losses.sum() / weight.sum()
        }
    }

    /// (self - target)² / 2 `beta` where the difference is less than `beta`, |self - target| - `beta` / 2 elsewhere.
    ///
    /// - Parameters:
    ///   - target: broadcasts with the tensor.
    ///   - beta: at least 0, of which the loss is the absolute error.
    public func smoothAbsoluteError(
        _ target: Tensor, beta: Double = 1, reduction: LossReduction = .mean
    ) throws(TensorError) -> Tensor {
        if !(beta >= 0) { throw TensorError(.runtime, "smooth_l1_loss", "beta must not be negative, got \(beta)") }
        if beta == 0 { return try absoluteError(target, reduction: reduction) }
        return try pointwiseLoss(.smooth(beta), target, promotedType(self, target), reduction, "smooth_l1_loss")
    }

    /// (self - target)² / 2 where the difference is at most `delta`, `delta` (|self - target| - `delta` / 2) elsewhere.
    ///
    /// - Parameters:
    ///   - target: broadcasts with the tensor.
    ///   - delta: more than 0.
    ///   - weight: of the tensor's shape.
    public func huberLoss(
        _ target: Tensor, delta: Double = 1, weight: Tensor? = nil, reduction: LossReduction = .mean
    ) throws(TensorError) -> Tensor {
        if !(delta > 0) { throw TensorError(.runtime, "huber_loss", "delta must be more than 0, got \(delta)") }
        return try weighted(weight, "huber_loss", .huber(delta), target, dtype, reduction) { (losses, _) throws(TensorError) in
            try losses.mean()
        }
    }

    private func weighted(
        _ weight: Tensor?, _ operation: StaticString, _ loss: PointwiseLoss, _ target: Tensor, _ type: DType,
        _ reduction: LossReduction, _ mean: (Tensor, Tensor) throws(TensorError) -> Tensor
    ) throws(TensorError) -> Tensor {
        guard let weight else { return try pointwiseLoss(loss, target, type, reduction, operation) }
        try requireInitialized(operation)
        if weight.sizes != sizes {
            throw TensorError(.value, operation.description, "weights and input must have the same size, got \(weight.sizes) and \(sizes)")
        }
        let type = promotedType([self, target, weight]), compute = type.computeType
        let losses = try to(compute).pointwiseLoss(loss, target, compute, .none, operation) * weight
        let result = reduction == .mean ? try mean(losses, weight.to(compute)) : try losses.reduced(reduction)
        return try result.to(type)
    }

    /// -(t log x + (1 - t) log(1 - x)), the logarithms no less than -100.
    ///
    /// - Parameters:
    ///   - target: probabilities, of the tensor's shape and dtype.
    ///   - weight: a factor for each element; it broadcasts to the shape.
    /// - Throws: where the tensor or the target has elements outside of [0, 1].
    public func binaryCrossEntropy(
        _ target: Tensor, weight: Tensor? = nil, reduction: LossReduction = .mean
    ) throws(TensorError) -> Tensor {
        let operation: StaticString = "binary_cross_entropy"
        try requireFloatingInput(operation)
        try requireSizes(target, operation)
        if target.dtype != dtype {
            throw TensorError(.runtime, operation.description, "expected a target of \(dtype), got \(target.dtype)")
        }
        for (name, tensor) in [("input", self), ("target", target)] {
            if try !tensor.isProbability() {
                throw TensorError(.runtime, operation.description, "all elements of \(name) should be between 0 and 1")
            }
        }
        guard let weight else { return try pointwiseLoss(.binary, target, dtype, reduction, operation) }
        try weight.refuseGradient("weight", operation)
        let factor = try weight.to(dtype.computeType).expanded(sizes)
        let losses = try to(dtype.computeType).pointwiseLoss(.binary, target, dtype.computeType, .none, operation)
        return try (losses * factor).reduced(reduction).to(dtype)
    }

    /// The binary cross entropy of the logistic function of the tensor, without the overflow.
    ///
    /// - Parameters:
    ///   - target: probabilities, of the tensor's shape.
    ///   - weight: a factor for each element; it broadcasts.
    ///   - positiveWeight: a factor for the positive part of each element; it broadcasts.
    public func binaryCrossEntropyOfLogits(
        _ target: Tensor, weight: Tensor? = nil, positiveWeight: Tensor? = nil, reduction: LossReduction = .mean
    ) throws(TensorError) -> Tensor {
        let operation: StaticString = "binary_cross_entropy_with_logits"
        try requireFloatingInput(operation)
        try requireSizes(target, operation)
        if !target.dtype.isFloatingPoint {
            throw TensorError(.runtime, operation.description, "expected a target of floating point, got \(target.dtype)")
        }
        try weight?.refuseGradient("weight", operation)
        try positiveWeight?.refuseGradient("pos_weight", operation)
        let type = promotedType(self, target), compute = type.computeType
        if weight == nil && positiveWeight == nil { return try pointwiseLoss(.logits, target, type, reduction, operation) }
        let x = try to(compute), t = try target.to(compute)
        var losses: Tensor
        if let positiveWeight {
            // The weight of log(1 + exp(-x)): the positive one for t = 1, 1 for t = 0.
            let factor = try (positiveWeight.to(compute) - 1) * t + 1
            losses = try (1 - t) * x + factor * x.negated().logOfOnePlusExponential()
        } else {
            losses = try x.pointwiseLoss(.logits, t, compute, .none, operation)
        }
        if let weight { losses = try losses * weight.to(compute) }
        return try losses.reduced(reduction).to(type)
    }

    /// log(1 + exp(-target x)), for targets -1 and 1, which broadcast with the tensor.
    public func softMarginLoss(_ target: Tensor, reduction: LossReduction = .mean) throws(TensorError) -> Tensor {
        try requireFloatingInput("soft_margin_loss")
        try target.refuseGradient("target", "soft_margin_loss")
        return try pointwiseLoss(.softMargin, target.to(dtype.computeType), dtype, reduction, "soft_margin_loss")
    }
}

// MARK: - Shared by losses

extension Tensor {
    /// log(1 + exp x).
    func logOfOnePlusExponential() throws(TensorError) -> Tensor { try logAddExp(Tensor.filled(Dims(), dtype, 0)) }

    func requireFloatingInput(_ operation: StaticString) throws(TensorError) {
        try requireInitialized(operation)
        if !dtype.isFloatingPoint { throw Elementwise.unsupported(operation, dtype) }
    }

    private func requireSizes(_ target: Tensor, _ operation: StaticString) throws(TensorError) {
        try target.requireInitialized(operation)
        if target.sizes != sizes {
            throw TensorError(.value, operation.description,
                "target size \(target.sizes) must be the same as the input size \(sizes)")
        }
    }

    /// For an argument by which the operator has no gradient.
    func refuseGradient(_ argument: String, _ operation: StaticString) throws(TensorError) {
        try requireInitialized(operation)
        if isRecorded {
            throw TensorError(.runtime, operation.description,
                "the function is not differentiable with respect to argument '\(argument)'. This input cannot have requires_grad True.")
        }
    }

    /// Whether all elements are in [0, 1].
    private func isProbability() throws(TensorError) -> Bool {
        let x = try withoutHistory().converted(to: dtype.computeType)
        let loop = StridedLoop(x.sizes, x.byteStrides(broadcastTo: x.sizes), Dims(repeating: 0, count: x.rank), anyOrder: true)
        let (n, step) = (Int64(loop.runLength), Int64(loop.runStrides.0 / x.dtype.size))
        var result = true
        let (base, type) = (x.data, x.dtype.kernel)
        loop.forEachRun { a, _, _, _ in result = result && ck_are_probabilities(type, n, base + a, step) }
        return result
    }

    /// A loss by one kernel.
    ///
    /// - Parameter type: of the result; 16-bit types are computed in float32.
    fileprivate func pointwiseLoss(
        _ loss: PointwiseLoss, _ target: Tensor, _ type: DType, _ reduction: LossReduction, _ operation: StaticString
    ) throws(TensorError) -> Tensor {
        try requireInitialized(operation)
        try target.requireInitialized(operation)
        if !type.isFloatingPoint { throw Elementwise.unsupported(operation, type) }
        let shape = try broadcastSizes(sizes, target.sizes, operation)
        let compute = type.computeType
        let x = try to(compute), t = try target.to(compute)
        let losses = try Tensor(uninitialized: shape, compute, operation: operation)
        Elementwise.loss(loss.kernel, x, t, loss.parameter, into: losses)
        let result = try losses.reduced(reduction)
        if x.isRecorded || t.isRecorded {
            result.node = PointwiseLossBackward(
                try x.gradientEdge(), try t.gradientEdge(), x, t, loss, shape, reduction == .mean ? 1 / Double(shape.product) : 1)
        }
        return try result.to(type)
    }

    /// The losses of logits and probabilities, elementwise, in a type that both are brought to.
    func logitLosses(_ target: Tensor, _ type: DType, _ operation: StaticString) throws(TensorError) -> Tensor {
        try pointwiseLoss(.logits, target, type, .none, operation)
    }
}

/// The losses of ck_loss.
enum PointwiseLoss {
    case absolute, square, smooth(Double), huber(Double), binary, logits, softMargin

    var kernel: ck_loss {
        switch self {
        case .absolute: .CK_LOSS_ABSOLUTE
        case .square: .CK_LOSS_SQUARE
        case .smooth: .CK_LOSS_SMOOTH
        case .huber: .CK_LOSS_HUBER
        case .binary: .CK_LOSS_BINARY
        case .logits: .CK_LOSS_LOGITS
        case .softMargin: .CK_LOSS_SOFT_MARGIN
        }
    }

    var parameter: Double {
        switch self {
        case .smooth(let beta): beta
        case .huber(let delta): delta
        default: 0
        }
    }

    /// Whether the loss depends on x - t alone, so that its slopes by the two are opposite.
    var isOfDifference: Bool {
        switch self {
        case .absolute, .square, .smooth, .huber: true
        default: false
        }
    }

    var formula: String {
        switch self {
        case .absolute: "L1LossBackward0"
        case .square: "MseLossBackward0"
        case .smooth: "SmoothL1LossBackward0"
        case .huber: "HuberLossBackward0"
        case .binary: "BinaryCrossEntropyBackward0"
        case .logits: "BinaryCrossEntropyWithLogitsBackward0"
        case .softMargin: "SoftMarginLossBackward0"
        }
    }

    /// dloss/dx, in differentiable operators.
    func slope(_ x: Tensor, _ t: Tensor) throws(TensorError) -> Tensor {
        switch self {
        case .absolute: try (x - t).sign()
        case .square: try (x - t) * 2.0
        case .smooth(let beta): try ((x - t) / beta).clamped(min: -1.0, max: 1.0)
        case .huber(let delta): try (x - t).clamped(min: -delta, max: delta)
        case .binary: try (x - t) / ((1 - x) * x).clamped(min: 1e-12)
        case .logits: try x.sigmoid() - t
        case .softMargin: try t.negated() * (t * x).negated().sigmoid()
        }
    }

    /// dloss/dt.
    func targetSlope(_ x: Tensor, _ t: Tensor) throws(TensorError) -> Tensor {
        switch self {
        case .absolute, .square, .smooth, .huber: try slope(x, t).negated()
        case .binary: try x.negated().logarithmOfOnePlus() - x.logarithm()
        case .logits: try x.negated()
        case .softMargin: try x.negated() * (t * x).negated().sigmoid()
        }
    }
}

// MARK: - Gradients

/// A loss of single elements, summed and scaled, or as it is.
final class PointwiseLossBackward: SavedBinaryBackward {
    private let loss: PointwiseLoss, shape: Dims, scale: Double

    init(_ ea: Edge, _ eb: Edge, _ x: Tensor, _ t: Tensor, _ loss: PointwiseLoss, _ shape: Dims, _ scale: Double) {
        self.loss = loss
        self.shape = shape
        self.scale = scale
        super.init(ea, eb, Spec(x), Spec(t), a: Saved(x), b: Saved(t))
    }

    override package var name: String { loss.formula }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let x = try a!.value(for: self), t = try b!.value(for: self)
        let gradient = scale == 1 ? g : try g * scale
        if GradMode.isEnabled {
            if wants(0) { try engine.send(try gradient * loss.slope(x, t), to: edges.0, reducedTo: aSpec) }
            if wants(1) { try engine.send(try gradient * loss.targetSlope(x, t), to: edges.1, reducedTo: bSpec) }
            return
        }
        var slopes: Tensor?
        if wants(0) || loss.isOfDifference {
            let result = try Tensor(uninitialized: shape, x.dtype, operation: "loss")
            Elementwise.lossGradient(loss.kernel, gradient, x, t, loss.parameter, into: result)
            slopes = result
        }
        if wants(1) {
            let opposite = loss.isOfDifference ? try slopes!.negated() : try gradient * loss.targetSlope(x, t)
            try engine.send(opposite, to: edges.1, reducedTo: bSpec)
        }
        if wants(0) { try engine.send(slopes!, to: edges.0, reducedTo: aSpec) }
    }
}

extension Elementwise {
    /// The losses of x and t, both of the dtype of `output`, which has the shape that they broadcast to.
    static func loss(_ op: ck_loss, _ x: Tensor, _ t: Tensor, _ parameter: Double, into output: Tensor) {
        let (dtype, width, sizes) = (output.dtype.kernel, output.dtype.size, output.sizes)
        let plan = StridedLoop(
            sizes, x.byteStrides(broadcastTo: sizes), t.byteStrides(broadcastTo: sizes), output.byteStrides(broadcastTo: sizes),
            anyOrder: true)
        let (px, pt, po) = (x.data, t.data, output.data)
        let (xs, ts) = (Int64(plan.runStrides.0 / width), Int64(plan.runStrides.1 / width))
        let (os, length) = (Int64(plan.runStrides.2 / width), Int64(plan.runLength))
        plan.forEachRun { a, b, c, _ in ck_loss_run(op, dtype, length, px + a, xs, pt + b, ts, po + c, os, parameter) }
    }

    /// The gradient g times the slopes of the losses by x.
    static func lossGradient(_ op: ck_loss, _ g: Tensor, _ x: Tensor, _ t: Tensor, _ parameter: Double, into output: Tensor) {
        let (dtype, width, sizes) = (output.dtype.kernel, output.dtype.size, output.sizes)
        let plan = StridedLoop(
            sizes, g.byteStrides(broadcastTo: sizes), x.byteStrides(broadcastTo: sizes), t.byteStrides(broadcastTo: sizes),
            output.byteStrides(broadcastTo: sizes), anyOrder: true)
        let (pg, px, pt, po) = (g.data, x.data, t.data, output.data)
        let (gs, xs) = (Int64(plan.runStrides.0 / width), Int64(plan.runStrides.1 / width))
        let (ts, os) = (Int64(plan.runStrides.2 / width), Int64(plan.runStrides.3 / width))
        let length = Int64(plan.runLength)
        plan.forEachRun { a, b, c, d in
            ck_loss_grad(op, dtype, length, pg + a, gs, px + b, xs, pt + c, ts, po + d, os, parameter)
        }
    }
}
