import CKernels

// Sums that leave something out, and sums of exponentials.

extension Tensor {
    /// The sum over the dimensions in which `shape` has size 1, or which it does not have: what undoes broadcasting.
    ///
    /// - Throws: where a tensor of `shape` would not broadcast to this one's.
    public func summed(toShape shape: [Int]) throws(TensorError) -> Tensor {
        try requireInitialized("sum_to_size")
        let target = try Dims(shape, operation: "sum_to_size")
        var fits = target.count <= rank
        for i in 0..<target.count where fits {
            let own = sizes[i + rank - target.count]
            fits = target[i] == own || target[i] == 1
        }
        if !fits { throw TensorError(.runtime, "sum_to_size", "size \(target) is not expandable to size \(sizes)") }
        return target.count == 0 ? try sum() : try summed(toSizes: target)
    }

    /// The sum of the elements that are numbers. Integers and bool are summed as int64.
    ///
    /// - Parameters:
    ///   - axes: the reduced dimensions; nil, or none, for all.
    ///   - dtype: converts the elements first.
    public func nanSum(_ axes: [Int]? = nil, keepDims: Bool = false, dtype: DType? = nil) throws(TensorError) -> Tensor {
        try requireInitialized("nansum")
        let target = dtype ?? self.dtype
        if !self.dtype.isFloatingPoint || !target.isFloatingPoint {
            return try sum(axes, keepDims: keepDims, dtype: dtype)
        }
        let source = try to(target.computeType)
        let mask = try Reduction.mask(axes, rank: rank, operation: "nansum")
        let result = try Tensor.filled(Reduction.resultSizes(sizes, mask, keepDims: keepDims), source.dtype, 0)
        try Reduction.fold(.CK_NANSUM, source, mask, into: result, "nansum")
        if source.isRecorded { result.node = NansumBackward(try source.gradientEdge(), Saved(source), mask, keepDims) }
        return try result.to(target)
    }

    /// The arithmetic mean of the elements that are numbers; NaN where there are none. Floating point only.
    ///
    /// - Parameters:
    ///   - axes: the reduced dimensions; nil, or none, for all.
    ///   - dtype: of the result.
    public func nanMean(_ axes: [Int]? = nil, keepDims: Bool = false, dtype: DType? = nil) throws(TensorError) -> Tensor {
        try requireInitialized("nanmean")
        if !self.dtype.isFloatingPoint {
            throw TensorError(.runtime, "nanmean", "expected a floating point tensor, got \(self.dtype)")
        }
        _ = try Reduction.mask(axes, rank: rank, operation: "nanmean")
        let target = dtype ?? self.dtype
        let total = try nanSum(axes, keepDims: keepDims, dtype: target.computeType)
        let numbers = try isNaN().logicalNot().sum(axes, keepDims: keepDims)
        return try (total / numbers.to(total.dtype)).to(target)
    }

    /// log Σ exp x, without overflow. Integers and bool give the default floating dtype.
    ///
    /// - Parameter axes: the reduced dimensions; none for all.
    public func logSumExp(_ axes: [Int], keepDims: Bool = false) throws(TensorError) -> Tensor {
        try requireInitialized("logsumexp")
        let target = floatingType(dtype)
        let source = try to(target.computeType)
        if source.dtype != target { return try source.logSumExp(axes, keepDims: keepDims).to(target) }
        let mask = try Reduction.mask(axes, rank: rank, operation: "logsumexp")
        let result = try withoutGradients { () throws(TensorError) in
            try source.logarithmOfSum(mask, keepDims: keepDims)
        }
        if source.isRecorded {
            result.node = LogsumexpBackward(
                try source.gradientEdge(), Saved(source), Saved(output: result), mask, keepDims)
        }
        return result
    }

    private func logarithmOfSum(_ mask: Int, keepDims: Bool) throws(TensorError) -> Tensor {
        let shape = Reduction.resultSizes(sizes, mask, keepDims: keepDims)
        if count == 0 { return try Tensor.filled(shape, dtype, -.infinity) }
        let result = try Tensor(uninitialized: shape, dtype, operation: "logsumexp")
        let length = Int64(count / Swift.max(shape.product, 1)), rows = Int64(shape.product)
        var inner = 1
        for i in 0..<rank where mask & (1 << i) == 0 && sizes[i] > 1 { inner = i }
        // Rows of neighbours: one pass that stays in the cache. Else whole planes are gone through.
        let trailing = (0..<rank).allSatisfy { mask & (1 << $0) != 0 || $0 <= inner }
            && (0..<inner).allSatisfy { mask & (1 << $0) == 0 || sizes[$0] == 1 }
        if isContiguous && (trailing || rows == 1) && (rows == 1 || mask & (1 << inner) == 0) {
            if dtype == .float32 {
                ck_logsumexp_f32(rows, length, data.assumingMemoryBound(to: Float.self), result.data.assumingMemoryBound(to: Float.self))
            } else {
                ck_logsumexp_f64(rows, length, data.assumingMemoryBound(to: Double.self), result.data.assumingMemoryBound(to: Double.self))
            }
            return result
        }
        let axes = (0..<rank).filter { mask & (1 << $0) != 0 }
        let largest = try amax(axes, keepDims: true)
        // Of infinite elements alone: nothing is subtracted.
        let shift = try Tensor.select(largest.isFinite(), largest, try Tensor.filled(Dims(), dtype, 0))
        let powers = try self - shift
        try powers.exponentialInPlace()
        return try powers.sum(axes, keepDims: keepDims).logarithm() + shift.reshaped(shape)
    }
}

// MARK: - Gradients

/// y = Σ x over numbers: dy/dx = 1 there, else 0.
final class NansumBackward: Node {
    @exclusivity(unchecked) private var x: Saved
    private let mask: Int, keptDims: Bool

    init(_ edge: Edge, _ x: Saved, _ mask: Int, _ keptDims: Bool) {
        self.x = x
        self.mask = mask
        self.keptDims = keptDims
        super.init(edge)
    }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let x = try self.x.value(for: self)
        let gradient = try g.restored(x.sizes, mask, keptDims: keptDims)
        try engine.send(try gradient * x.isNaN().logicalNot().to(gradient.dtype), to: edges.0)
    }

    override func releaseSaved() { x.release() }
}

/// y = log Σ exp x: dy/dx = exp(x - y).
final class LogsumexpBackward: SavedReductionBackward {
    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let x = try self.x.value(for: self)
        let y = try self.y.output(for: self).restored(x.sizes, mask, keptDims: keptDims)
        let shares = try (x - y).exponential()
        try engine.send(try g.restored(x.sizes, mask, keptDims: keptDims) * shares, to: edges.0)
    }
}
