import CKernels

// Reductions. Each gradient stands with its operator. `axes` names the reduced dimensions; nil, or none, for all.

extension Tensor {
    /// The sum of the elements. Integers and bool are summed as int64.
    ///
    /// - Parameter dtype: converts the elements first.
    public func sum(_ axes: [Int]? = nil, keepDims: Bool = false, dtype: DType? = nil) throws(TensorError) -> Tensor {
        try requireInitialized("sum")
        let target = dtype ?? (self.dtype.isFloatingPoint ? self.dtype : .int64)
        // The integer kernels add into int64 themselves, those of float16 and bfloat16 into float32.
        let direct = self.dtype == target || (self.dtype.isReducedPrecision && target == .float32)
            || (!self.dtype.isFloatingPoint && target == .int64)
        let source = direct ? self : try to(target)
        let mask = try Reduction.mask(axes, rank: rank, operation: "sum")
        let accumulator: DType = source.dtype.isFloatingPoint ? source.dtype.computeType : .int64
        let total = try Tensor.filled(
            Reduction.resultSizes(sizes, mask, keepDims: keepDims), accumulator, 0)
        try Reduction.fold(.CK_SUM, source, mask, into: total, "sum")
        let result = try total.to(target)
        if source.isRecorded { result.node = SumBackward(try source.gradientEdge(), Spec(source), mask, keepDims) }
        return result
    }

    /// The sum over the dimensions in which `target` has size 1, or which it does not have: what undoes broadcasting.
    func summed(toSizes target: Dims) throws(TensorError) -> Tensor {
        if sizes == target { return self }
        let shift = rank - target.count
        var axes: [Int] = []
        for i in 0..<rank where i < shift || (target[i - shift] == 1 && sizes[i] != 1) { axes.append(i) }
        let total = axes.isEmpty ? self : try sum(axes, keepDims: true)
        return try total.reshaped(target)
    }

    /// The arithmetic mean. Floating point only.
    public func mean(_ axes: [Int]? = nil, keepDims: Bool = false, dtype: DType? = nil) throws(TensorError) -> Tensor {
        try requireInitialized("mean")
        let source = try dtype.map { (type) throws(TensorError) in try to(type) } ?? self
        if !source.dtype.isFloatingPoint {
            throw TensorError(.runtime, "mean", "the dtype must be floating point, got \(source.dtype); name one with dtype=")
        }
        let mask = try Reduction.mask(axes, rank: rank, operation: "mean")
        // The quotient is what is rounded, once: a sum may be beyond the range of float16.
        let total = try source.sum(axes, keepDims: keepDims, dtype: source.dtype.computeType)
        var number = 1
        for i in 0..<rank where mask & (1 << i) != 0 { number *= sizes[i] }
        return try (total / Double(number)).to(source.dtype)
    }

    // MARK: Largest and smallest

    /// The largest element; NaN where there is one. Equal ones share the gradient.
    ///
    /// - Throws: for a reduced dimension without elements.
    public func amax(_ axes: [Int]? = nil, keepDims: Bool = false) throws(TensorError) -> Tensor {
        try extreme(.CK_MAX, axes, keepDims, "amax")
    }

    /// The smallest element; NaN where there is one. Equal ones share the gradient.
    public func amin(_ axes: [Int]? = nil, keepDims: Bool = false) throws(TensorError) -> Tensor {
        try extreme(.CK_MIN, axes, keepDims, "amin")
    }

    private func extreme(
        _ op: ck_reduction, _ axes: [Int]?, _ keepDims: Bool, _ operation: StaticString
    ) throws(TensorError) -> Tensor {
        try requireInitialized(operation)
        let mask = try Reduction.mask(axes, rank: rank, operation: operation.description)
        if count == 0 && axes?.isEmpty ?? true {
            throw TensorError(.runtime, operation.description,
                "expected reduction dims to be named for shape \(sizes), which has no elements to choose from")
        }
        try requireElements(mask, operation)
        let folded = try Tensor(
            uninitialized: Reduction.resultSizes(sizes, mask, keepDims: keepDims), dtype.computeType, operation: operation)
        // The first element of each group is where its fold begins.
        var first = withoutHistory()
        for i in 0..<rank where mask & (1 << i) != 0 { first = try first.sliced(i, from: 0, to: 1).withoutHistory() }
        Elementwise.convert(try first.reshaped(folded.sizes).withoutHistory(), into: folded)
        try Reduction.fold(op, self, mask, into: folded, operation)
        let result = try folded.to(dtype)
        if isRecorded {
            result.node = AmaxBackward(try gradientEdge(), Saved(self), Saved(output: result), mask, keepDims)
        }
        return result
    }

    private func requireElements(_ mask: Int, _ operation: StaticString) throws(TensorError) {
        if count > 0 { return }
        for i in 0..<rank where mask & (1 << i) != 0 && sizes[i] == 0 {
            throw TensorError(.index, operation.description,
                "expected reduction dim \(i) to have non-zero size: shape \(sizes) has no elements to choose from")
        }
    }

    /// The largest element along `axis` and its index, the first of equal ones.
    public func max(_ axis: Int, keepDims: Bool = false) throws(TensorError) -> (values: Tensor, indices: Tensor) {
        try extremeWithIndices(axis, keepDims, "max", largest: true)
    }

    /// The smallest element along `axis` and its index, the first of equal ones.
    public func min(_ axis: Int, keepDims: Bool = false) throws(TensorError) -> (values: Tensor, indices: Tensor) {
        try extremeWithIndices(axis, keepDims, "min", largest: false)
    }

    private func extremeWithIndices(
        _ axis: Int, _ keepDims: Bool, _ operation: StaticString, largest: Bool
    ) throws(TensorError) -> (values: Tensor, indices: Tensor) {
        let dim = try checkedDimension(axis, rank: rank, operation: operation.description)
        let kept = try positions(dim, keepDims: true, operation, largest: largest)
        if rank == 0 { return (try cloned(), kept) }
        let values = try gathered(dim, kept)
        return keepDims ? (values, kept) : (try values.squeezed([dim]), try kept.squeezed([dim]))
    }

    /// The index of the largest element along `axis`, the first of equal ones, as int64; nil: in the flattened tensor.
    public func argmax(_ axis: Int? = nil, keepDims: Bool = false) throws(TensorError) -> Tensor {
        try position(axis, keepDims, "argmax", largest: true)
    }

    /// The index of the smallest element along `axis`, the first of equal ones, as int64; nil: in the flattened tensor.
    public func argmin(_ axis: Int? = nil, keepDims: Bool = false) throws(TensorError) -> Tensor {
        try position(axis, keepDims, "argmin", largest: false)
    }

    private func position(
        _ axis: Int?, _ keepDims: Bool, _ operation: StaticString, largest: Bool
    ) throws(TensorError) -> Tensor {
        try requireInitialized(operation)
        if dtype == .bool { throw Elementwise.unsupported(operation, dtype) }
        if let axis { return try positions(axis, keepDims: keepDims, operation, largest: largest) }
        let flat = try withoutHistory().reshaped([count])
        if count == 0 {
            throw TensorError(.index, operation.description, "expected an input with elements, got shape \(sizes)")
        }
        let found = try flat.positions(0, keepDims: false, operation, largest: largest)
        return keepDims ? try found.reshaped([Int](repeating: 1, count: rank)) : found
    }

    private func positions(
        _ axis: Int, keepDims: Bool, _ operation: StaticString, largest: Bool
    ) throws(TensorError) -> Tensor {
        try requireInitialized(operation)
        let dim = try checkedDimension(axis, rank: rank, operation: operation.description)
        if rank == 0 { return try Tensor.filled(Dims(), .int64, 0) }
        let mask = 1 << dim
        try requireElements(mask, operation)
        let result = try Tensor(
            uninitialized: Reduction.resultSizes(sizes, mask, keepDims: keepDims), .int64, operation: operation)
        if result.count == 0 { return result }
        var kept = sizes, steps = strides
        kept.remove(at: dim)
        steps.remove(at: dim)
        var targets = kept.rowMajorStrides
        for i in 0..<kept.count {
            steps[i] *= dtype.size
            targets[i] *= 8
        }
        let (source, sink, kernel) = (data, result.data, dtype.kernel)
        let length = Int64(sizes[dim]), step = Int64(strides[dim])
        Reduction.counted(kept, steps, targets) { from, to in
            let index = largest ? ck_argmax(kernel, length, source + from, step) : ck_argmin(kernel, length, source + from, step)
            (sink + to).storeBytes(of: index, as: Int64.self)
        }
        return result
    }

    /// The smallest and the largest element, as `amin` and `amax` give them.
    ///
    /// - Parameter axis: nil for all dimensions.
    public func aminmax(_ axis: Int? = nil, keepDims: Bool = false) throws(TensorError) -> (min: Tensor, max: Tensor) {
        let axes = axis.map { [$0] }
        return (
            try extreme(.CK_MIN, axes, keepDims, "aminmax"), try extreme(.CK_MAX, axes, keepDims, "aminmax"))
    }

    // MARK: all, any, count

    /// Whether all elements are non-zero, as bool; for uint8, as uint8.
    ///
    /// - Parameter axes: the reduced dimensions; nil for all, and none for none.
    public func all(_ axes: [Int]? = nil, keepDims: Bool = false) throws(TensorError) -> Tensor {
        try truth(.CK_ALL, axes, keepDims, "all", start: 1)
    }

    /// Whether any element is non-zero, as bool; for uint8, as uint8.
    ///
    /// - Parameter axes: the reduced dimensions; nil for all, and none for none.
    public func any(_ axes: [Int]? = nil, keepDims: Bool = false) throws(TensorError) -> Tensor {
        try truth(.CK_ANY, axes, keepDims, "any", start: 0)
    }

    private func truth(
        _ op: ck_reduction, _ axes: [Int]?, _ keepDims: Bool, _ operation: StaticString, start: Double
    ) throws(TensorError) -> Tensor {
        try requireInitialized(operation)
        // The type that PyTorch answered with before it had bool, and still does.
        let answer: DType = dtype == .uint8 ? .uint8 : .bool
        if let axes, axes.isEmpty { return try unequalElements(to: Tensor(number: 0)).to(answer) }
        let mask = try Reduction.mask(axes, rank: rank, operation: operation.description)
        let result = try Tensor.filled(Reduction.resultSizes(sizes, mask, keepDims: keepDims), answer, start)
        try Reduction.fold(op, self, mask, into: result, operation)
        return result
    }

    /// How many elements are not zero, as int64.
    ///
    /// - Parameter axes: the reduced dimensions; nil, or none, for all.
    public func countNonzero(_ axes: [Int]? = nil) throws(TensorError) -> Tensor {
        try requireInitialized("count_nonzero")
        let mask = try Reduction.mask(axes, rank: rank, operation: "count_nonzero")
        let result = try Tensor.filled(Reduction.resultSizes(sizes, mask, keepDims: false), .int64, 0)
        try Reduction.fold(.CK_COUNT, self, mask, into: result, "count_nonzero")
        return result
    }
}

// MARK: - Gradients

extension Tensor {
    /// A reduced result with the reduced dimensions back as size 1, broadcast to the input's sizes.
    func restored(_ sizes: Dims, _ mask: Int, keptDims: Bool) throws(TensorError) -> Tensor {
        if keptDims { return try expanded(sizes) }
        return try reshaped(Reduction.resultSizes(sizes, mask, keepDims: true)).expanded(sizes)
    }
}

/// y = Σ x: dy/dx = 1.
final class SumBackward: Node {
    private let spec: Spec, mask: Int, keptDims: Bool

    init(_ edge: Edge, _ spec: Spec, _ mask: Int, _ keptDims: Bool) {
        self.spec = spec
        self.mask = mask
        self.keptDims = keptDims
        super.init(edge)
    }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        // float16 and bfloat16 may have been summed to float32.
        try engine.send(try g.to(spec.dtype).restored(spec.sizes, mask, keptDims: keptDims), to: edges.0)
    }
}

/// The base of the formulas of reductions that need the input and the output.
class SavedReductionBackward: Node {
    @exclusivity(unchecked) final var x: Saved, y: Saved
    final let mask: Int, keptDims: Bool

    init(_ edge: Edge, _ x: Saved, _ y: Saved, _ mask: Int, _ keptDims: Bool) {
        self.x = x
        self.y = y
        self.mask = mask
        self.keptDims = keptDims
        super.init(edge)
    }

    override final func releaseSaved() {
        x.release()
        y.release()
    }
}

/// y = max x or min x: the gradient goes to the elements equal to y, in equal shares.
final class AmaxBackward: SavedReductionBackward {
    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let x = try self.x.value(for: self).withoutHistory()
        let y = try self.y.value(for: self).restored(x.sizes, mask, keptDims: keptDims)
        let chosen = try (x .== y).to(g.dtype)
        let axes = (0..<x.rank).filter { mask & (1 << $0) != 0 }
        let share = try chosen / chosen.sum(axes, keepDims: true)
        try engine.send(try g.restored(x.sizes, mask, keptDims: keptDims) * share, to: edges.0)
    }
}
