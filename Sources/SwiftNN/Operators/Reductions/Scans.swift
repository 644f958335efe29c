import CKernels

// Scans: running sums, products, extremes along a dimension. Each gradient stands with its operator.

extension Tensor {
    /// The running sum yᵢ = x₀ + … + xᵢ along `dim`. Integers and bool are summed as int64.
    ///
    /// - Parameter dtype: converts the elements first.
    public func cumulativeSum(_ dim: Int, dtype: DType? = nil) throws(TensorError) -> Tensor {
        try scanned(.CK_CUMSUM, dim, dtype, reversed: false, "cumsum")
    }

    /// The running product yᵢ = x₀ · … · xᵢ along `dim`. Integers and bool are multiplied as int64.
    ///
    /// - Parameter dtype: converts the elements first.
    public func cumulativeProduct(_ dim: Int, dtype: DType? = nil) throws(TensorError) -> Tensor {
        try scanned(.CK_CUMPROD, dim, dtype, reversed: false, "cumprod")
    }

    /// The running logarithm of a sum, yᵢ = log(exp x₀ + … + exp xᵢ), along `dim`, without overflow. Floating point only.
    public func cumulativeLogSumExp(_ dim: Int) throws(TensorError) -> Tensor {
        if !dtype.isFloatingPoint {
            throw TensorError(.unsupported, "logcumsumexp", "not defined for \(dtype), expected floating point")
        }
        return try scanned(.CK_LOGCUMSUMEXP, dim, nil, reversed: false, "logcumsumexp")
    }

    /// The running product from the last element on.
    func reversedCumulativeProduct(_ dim: Int) throws(TensorError) -> Tensor {
        try scanned(.CK_CUMPROD, dim, nil, reversed: true, "cumprod")
    }

    /// A scan of the elements, from the last one on where `reversed`.
    fileprivate func scanned(
        _ op: ck_scan, _ dim: Int, _ dtype: DType?, reversed: Bool, _ operation: StaticString
    ) throws(TensorError) -> Tensor {
        try requireInitialized(operation)
        let axis = try checkedDimension(dim, rank: rank, operation: operation.description)
        let target = dtype ?? (self.dtype.isFloatingPoint ? self.dtype : .int64)
        if target == .bool {
            throw TensorError(.unsupported, operation.description, "not defined for bool, name another dtype")
        }
        let source = try to(target.computeType)
        if target.isReducedPrecision {
            return try source.scanned(op, dim, nil, reversed: reversed, operation).to(target)
        }
        let result = try Tensor(uninitialized: sizes, target, operation: operation)
        let (outer, n, inner) = sizes.split(at: axis)
        let input = try source.withoutHistory().contiguous()
        ck_scan_run(op, target.kernel, outer, n, inner, input.data, result.data, reversed ? 1 : 0)
        if source.isRecorded {
            let edge = try source.gradientEdge()
            switch op {
            case .CK_CUMSUM: result.node = CumsumBackward(edge, axis, reversed)
            case .CK_CUMPROD: result.node = CumprodBackward(edge, axis, reversed, Saved(source), Saved(output: result))
            case .CK_LOGCUMSUMEXP:
                result.node = LogcumsumexpBackward(edge, axis, Saved(source), Saved(output: result))
            }
        }
        return result
    }

    // MARK: Extremes

    /// The running maximum along `dim`, and where it stands: at the last of equal ones; NaN wins.
    public func cumulativeMax(_ dim: Int) throws(TensorError) -> (values: Tensor, indices: Tensor) {
        try cumulativeExtreme(dim, largest: true, "cummax")
    }

    /// The running minimum along `dim`, and where it stands: at the last of equal ones; NaN wins.
    public func cumulativeMin(_ dim: Int) throws(TensorError) -> (values: Tensor, indices: Tensor) {
        try cumulativeExtreme(dim, largest: false, "cummin")
    }

    private func cumulativeExtreme(
        _ dim: Int, largest: Bool, _ operation: StaticString
    ) throws(TensorError) -> (values: Tensor, indices: Tensor) {
        try requireInitialized(operation)
        let axis = try checkedDimension(dim, rank: rank, operation: operation.description)
        if dtype.isReducedPrecision {
            let wide = try to(.float32).cumulativeExtreme(dim, largest: largest, operation)
            return (try wide.values.to(dtype), wide.indices)
        }
        let values = try Tensor(uninitialized: sizes, dtype, operation: operation)
        let indices = try Tensor(uninitialized: sizes, .int64, operation: operation)
        let (outer, n, inner) = sizes.split(at: axis)
        let input = try withoutHistory().contiguous()
        ck_scan_extreme(
            largest ? 1 : 0, dtype.kernel, outer, n, inner, input.data, values.data,
            indices.data.assumingMemoryBound(to: Int64.self))
        if isRecorded { values.node = CummaxBackward(try gradientEdge(), axis, Saved(output: indices), isMaximum: largest) }
        return (values, indices)
    }

    // MARK: Recurrences

    /// yᵢ = xᵢ + factorᵢ yᵢ₋₁ along `axis`, or with yᵢ₊₁ where `reversed`: what the gradients of running products come to.
    ///
    /// - Parameter factor: of the same shape and dtype, float32 or float64; where the run begins it counts for nothing.
    func recurrence(_ factor: Tensor, _ axis: Int, reversed: Bool) throws(TensorError) -> Tensor {
        let result = try Tensor(uninitialized: sizes, dtype, operation: "recurrence")
        let (outer, n, inner) = sizes.split(at: axis)
        let (x, a) = (try withoutHistory().contiguous(), try factor.withoutHistory().contiguous())
        ck_recurrence(dtype.kernel, outer, n, inner, x.data, a.data, result.data, reversed ? 1 : 0)
        if isRecorded || factor.isRecorded {
            result.node = RecurrenceBackward(
                try gradientEdge(), try factor.gradientEdge(), axis, reversed, Saved(factor), Saved(output: result))
        }
        return result
    }

    /// The elements moved one place along `axis`, backwards or forwards; where one is missing there is `value`.
    func shifted(_ axis: Int, backwards: Bool, filledWith value: Double) throws(TensorError) -> Tensor {
        if rank == 0 { return try Tensor.filled(Dims(), dtype, value) }
        if sizes[axis] == 0 { return self }
        var edge = sizes
        edge[axis] = 1
        let filling = try Tensor.filled(edge, dtype, value)
        return backwards
            ? try Tensor.concatenated([try sliced(axis, from: 1), filling], dim: axis)
            : try Tensor.concatenated([filling, try sliced(axis, from: 0, to: sizes[axis] - 1)], dim: axis)
    }
}

extension Dims {
    /// How many elements lie before, in and after a dimension of a row-major tensor.
    func split(at axis: Int) -> (outer: Int64, length: Int64, inner: Int64) {
        if count == 0 { return (1, 1, 1) }
        var (outer, inner) = (1, 1)
        for i in 0..<axis { outer &*= self[i] }
        for i in (axis + 1)..<Swift.max(count, axis + 1) { inner &*= self[i] }
        return (Int64(outer), Int64(self[axis]), Int64(inner))
    }
}

// MARK: - Gradients

/// The base of the formulas of scans.
class ScanBackward: Node {
    fileprivate final let axis: Int, reversed: Bool
    @exclusivity(unchecked) fileprivate final var input: Saved?, output: Saved?

    fileprivate init(
        _ edge: Edge, factor: Edge = .none, _ axis: Int, _ reversed: Bool, _ input: Saved? = nil, _ output: Saved? = nil
    ) {
        self.axis = axis
        self.reversed = reversed
        self.input = input
        self.output = output
        super.init(edge, factor)
    }

    override final func releaseSaved() {
        input?.release()
        output?.release()
    }
}

/// yₖ = Σⱼ≤ₖ xⱼ: dxᵢ = Σₖ≥ᵢ gₖ.
final class CumsumBackward: ScanBackward {
    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        try engine.send(try g.scanned(.CK_CUMSUM, axis, nil, reversed: !reversed, "cumsum"), to: edges.0)
    }
}

/// yₖ = Πⱼ≤ₖ xⱼ: dxᵢ = yᵢ₋₁ sᵢ with sᵢ = gᵢ + xᵢ₊₁ sᵢ₊₁. No division, so that zeros do no harm.
final class CumprodBackward: ScanBackward {
    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let x = try input!.value(for: self), y = try output!.output(for: self)
        let factor = try x.shifted(axis, backwards: !reversed, filledWith: 0)
        let sums = try g.recurrence(factor, axis, reversed: !reversed)
        try engine.send(try y.shifted(axis, backwards: reversed, filledWith: 1) * sums, to: edges.0)
    }
}

/// yₖ = log Σⱼ≤ₖ exp xⱼ: dxᵢ = exp(xᵢ - yᵢ) sᵢ with sᵢ = gᵢ + exp(yᵢ - yᵢ₊₁) sᵢ₊₁. Both powers are at most 1.
final class LogcumsumexpBackward: ScanBackward {
    fileprivate init(_ edge: Edge, _ axis: Int, _ x: Saved, _ y: Saved) { super.init(edge, axis, false, x, y) }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let x = try input!.value(for: self), y = try output!.output(for: self)
        let factor = try (y - y.shifted(axis, backwards: true, filledWith: 0)).exponential()
        let sums = try g.recurrence(factor, axis, reversed: true)
        try engine.send(try (x - y).exponential() * sums, to: edges.0)
    }
}

/// yᵢ = xᵢ + aᵢ yᵢ₋₁: dxᵢ = gᵢ + aᵢ₊₁ dxᵢ₊₁, daᵢ = yᵢ₋₁ dxᵢ.
final class RecurrenceBackward: ScanBackward {
    fileprivate init(_ x: Edge, _ factor: Edge, _ axis: Int, _ reversed: Bool, _ saved: Saved, _ y: Saved) {
        super.init(x, factor: factor, axis, reversed, saved, y)
    }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let factor = try input!.value(for: self)
        let dx = try g.recurrence(
            try factor.shifted(axis, backwards: !reversed, filledWith: 0), axis, reversed: !reversed)
        if wants(1) {
            let y = try output!.output(for: self)
            try engine.send(try dx * y.shifted(axis, backwards: reversed, filledWith: 0), to: edges.1)
        }
        if wants(0) { try engine.send(dx, to: edges.0) }
    }
}

/// Running extremes: each gradient goes to the element that was taken.
final class CummaxBackward: Node {
    private let axis: Int, isMaximum: Bool
    @exclusivity(unchecked) private var indices: Saved

    init(_ edge: Edge, _ axis: Int, _ indices: Saved, isMaximum: Bool) {
        self.axis = axis
        self.indices = indices
        self.isMaximum = isMaximum
        super.init(edge)
    }

    override var name: String { isMaximum ? "CummaxBackward0" : "CumminBackward0" }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let indices = try self.indices.value(for: self)
        let full = try Tensor.filled(indices.sizes, g.dtype, 0)
        try full.scatterAddInPlace(axis, indices, copy g)
        try engine.send(full, to: edges.0)
    }

    override func releaseSaved() { indices.release() }
}
