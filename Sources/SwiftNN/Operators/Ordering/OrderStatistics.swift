import CKernels

// Elements by their rank in the order: the k-th, the median, quantiles; and the most frequent one.

/// What a quantile between two elements is.
public enum QuantileInterpolation: String, CaseIterable, Sendable {
    /// On the line between the two.
    case linear
    /// The smaller one.
    case lower
    /// The larger one.
    case higher
    /// Their mean.
    case midpoint
    /// The nearer one; of two as near, the one of even rank.
    case nearest
}

extension Tensor {
    /// The `k`-th smallest element along `dim`, counted from 1, and its index. NaN counts as the largest.
    ///
    /// - Throws: where there are fewer than `k` elements.
    public func kthSmallest(_ k: Int, _ dim: Int = -1, keepDims: Bool = false) throws(TensorError) -> (values: Tensor, indices: Tensor) {
        try requireInitialized("kthvalue")
        if dtype == .bool { throw notImplemented("kthvalue") }
        let axis = try checkedDimension(dim, rank: rank, operation: "kthvalue")
        let length = rank == 0 ? 1 : sizes[axis]
        try requireElements(axis, "kthvalue")
        if k < 1 || k > length {
            throw TensorError(.runtime, "kthvalue", "selected number k out of range for dimension \(axis): expected 1 to \(length), got \(k)")
        }
        return try chosen(axis, keepDims, "kthvalue", "KthvalueBackward0") { kernel, length, row, scratch in
            ck_kth_row(kernel, length, Int64(k - 1), row, scratch)
        }
    }

    /// The median of all elements, the lower of two; NaN where there is one. Equal ones share the gradient.
    public func median() throws(TensorError) -> Tensor { try middle("median", ignoringNaN: false) }

    /// The median along `dim`, the lower of two, and its index; NaN where there is one.
    public func median(_ dim: Int, keepDims: Bool = false) throws(TensorError) -> (values: Tensor, indices: Tensor) {
        try middle(dim, keepDims, "median", ignoringNaN: false)
    }

    /// The median of all elements that are not NaN, the lower of two; NaN where there is no other. Equal ones share the
    /// gradient.
    public func nanMedian() throws(TensorError) -> Tensor { try middle("nanmedian", ignoringNaN: true) }

    /// The median along `dim` of the elements that are not NaN, the lower of two, and its index; NaN where there is no other.
    public func nanMedian(_ dim: Int, keepDims: Bool = false) throws(TensorError) -> (values: Tensor, indices: Tensor) {
        try middle(dim, keepDims, "nanmedian", ignoringNaN: true)
    }

    private func middle(_ operation: StaticString, ignoringNaN: Bool) throws(TensorError) -> Tensor {
        try requireInitialized(operation)
        if dtype == .bool { throw notImplemented(operation) }
        if count == 0 {
            // PyTorch's: NaN, and what it becomes as an integer.
            let nothing = try Tensor.filled(Dims(), .float64, .nan).converted(to: dtype, operation)
            if isRecorded { nothing.node = MedianBackward(try gradientEdge(), Saved(self), Saved(output: nothing), operation.description) }
            return nothing
        }
        let row = isContiguous ? self : try copied()
        let scratch = try Rows.scratch(self, count, operation)
        let index = Int(ck_median_row(dtype.kernel, Int64(count), row.data, ignoringNaN ? 1 : 0, scratch.data))
        let result = try Tensor(uninitialized: Dims(), dtype, operation: operation)
        result.data.copyMemory(from: row.data + index * dtype.size, byteCount: dtype.size)
        if isRecorded { result.node = MedianBackward(try gradientEdge(), Saved(self), Saved(output: result), operation.description) }
        return result
    }

    private func middle(
        _ dim: Int, _ keepDims: Bool, _ operation: StaticString, ignoringNaN: Bool
    ) throws(TensorError) -> (values: Tensor, indices: Tensor) {
        try requireInitialized(operation)
        if dtype == .bool { throw notImplemented(operation) }
        let axis = try checkedDimension(dim, rank: rank, operation: operation.description)
        try requireElements(axis, operation)
        return try chosen(axis, keepDims, operation, ignoringNaN ? "NanmedianBackward1" : "MedianBackward1") { kernel, length, row, scratch in
            ck_median_row(kernel, length, row, ignoringNaN ? 1 : 0, scratch)
        }
    }

    /// The most frequent element along `dim`, the smallest of equally frequent ones, and the index of its last occurrence.
    /// NaN equals nothing.
    public func mode(_ dim: Int = -1, keepDims: Bool = false) throws(TensorError) -> (values: Tensor, indices: Tensor) {
        try requireInitialized("mode")
        let axis = try checkedDimension(dim, rank: rank, operation: "mode")
        try requireElements(axis, "mode")
        return try chosen(axis, keepDims, "mode", "ModeBackward0") { kernel, length, row, scratch in
            ck_mode_row(kernel, length, row, scratch)
        }
    }

    private func requireElements(_ axis: Int, _ operation: StaticString) throws(TensorError) {
        if rank > 0 && sizes[axis] == 0 {
            throw TensorError(.index, operation.description, "expected reduction dim \(axis) to have non-zero size, got shape \(sizes)")
        }
    }

    /// One element for each row along `axis`.
    ///
    /// - Parameter pick: from the dtype, length and address of a row, and scratch memory, the element's index.
    private func chosen(
        _ axis: Int, _ keepDims: Bool, _ operation: StaticString, _ name: String,
        _ pick: (ck_dtype, Int64, UnsafeRawPointer, UnsafeMutableRawPointer) -> Int64
    ) throws(TensorError) -> (values: Tensor, indices: Tensor) {
        let row = try atLeastOneDimension()
        var shape = row.sizes
        shape[axis] = 1
        let values = try Tensor(uninitialized: shape, dtype, operation: operation)
        let indices = try Tensor(uninitialized: shape, .int64, operation: operation)
        let (length, kernel, width) = (row.sizes[axis], dtype.kernel, dtype.size)
        let scratch = try Rows.scratch(self, length, operation)
        try Rows.forEach(row, axis, values: values, indices: indices, operation) { source, target, places in
            let index = pick(kernel, Int64(length), source, scratch.data)
            places?.pointee = index
            target?.copyMemory(from: source + Int(index) * width, byteCount: width)
        }
        let kept = keepDims && rank > 0
        if !kept { shape.remove(at: axis) }
        let (found, places) = (try values.reshaped(shape), try indices.reshaped(shape))
        if isRecorded { try found.recordChoice(of: self, axis, places, keptDim: kept, name) }
        return (found, places)
    }
}

// MARK: - Quantiles

extension Tensor {
    /// The q-quantile along `dim`, or of all elements if it is nil; NaN where there is one.
    ///
    /// With the n elements in order, that is the element of rank q (n - 1), or what lies between two of them.
    ///
    /// - Parameters:
    ///   - q: a number from 0 to 1, or a tensor of such numbers of one dimension at most and of this tensor's dtype. The
    ///     results for the elements of a tensor of one dimension stand along a new first dimension.
    ///   - interpolation: what a quantile between two elements is.
    /// - Throws: for other dtypes than float32 and float64, no elements, and q outside of 0 to 1.
    public func quantile(
        _ q: some TensorScalar, _ dim: Int? = nil, keepDims: Bool = false, interpolation: QuantileInterpolation = .linear
    ) throws(TensorError) -> Tensor {
        try quantile(q.asTensor(), dim, keepDims, interpolation, "quantile", ignoringNaN: false)
    }

    /// Likewise of the elements that are not NaN; NaN where there is no other.
    public func nanQuantile(
        _ q: some TensorScalar, _ dim: Int? = nil, keepDims: Bool = false, interpolation: QuantileInterpolation = .linear
    ) throws(TensorError) -> Tensor {
        try quantile(q.asTensor(), dim, keepDims, interpolation, "nanquantile", ignoringNaN: true)
    }

    private func quantile(
        _ q: Tensor, _ dim: Int?, _ keepDims: Bool, _ interpolation: QuantileInterpolation, _ operation: StaticString,
        ignoringNaN: Bool
    ) throws(TensorError) -> Tensor {
        try requireInitialized(operation)
        if dtype != .float32 && dtype != .float64 {
            throw TensorError(.runtime, operation.description, "the input must be float32 or float64, got \(dtype)")
        }
        let probabilities = try probabilities(q, operation)
        if count == 0 { throw TensorError(.runtime, operation.description, "expected an input with elements, got shape \(sizes)") }

        // The elements of each row in order, in two dimensions.
        var shape = sizes
        var source = self
        if let dim {
            let axis = try checkedDimension(dim, rank: rank, operation: operation.description)
            if rank > 0 {
                source = try transposed(axis, rank - 1)
                shape = source.sizes
                shape.removeLast()
                if keepDims { shape.append(1) }
            }
        } else {
            source = try flattened()
            shape = keepDims ? Dims(repeating: 1, count: rank) : Dims()
        }
        let length = source.rank == 0 ? 1 : source.sizes[source.rank - 1]
        let rows = count / length
        let ordered = try source.sortedValues(-1, operation).reshaped([rows, length])

        // Ranks: rows × probabilities, or the same for all rows.
        let last = try ordered.withoutHistory().lastRanks(ignoringNaN: ignoringNaN)
        var ranks = try probabilities * last.ranks
        if let isNaN = last.isNaN { ranks = try ranks.maskedFill(isNaN, with: Tensor(number: Double(length - 1))) }
        ranks = try ranks.expanded([rows, probabilities.count])
        let (below, above) = try ranks.neighbours(interpolation, length)
        var result = try ordered.taken(below).reshaped(ranks.sizes)
        if let above {
            let upper = try ordered.taken(above).reshaped(ranks.sizes)
            // PyTorch's lerp: exact at both ends.
            let distance = try upper - result
            if interpolation == .midpoint {
                result = try upper - distance * 0.5
            } else {
                let weight = try ranks - ranks.wholePart()
                result = try Tensor.select(weight .< 0.5, result + weight * distance, upper - distance * (1.0 - weight))
            }
        }

        // Rows first, then the probabilities: back to the dimensions of the input, with the probabilities before them.
        let many = q.rank == 1
        var full = Dims()
        if many { full.append(probabilities.count) }
        for i in 0..<shape.count { full.append(shape[i]) }
        result = try result.transposed(0, 1).reshaped(full)
        if let dim, keepDims, rank > 0 {
            let axis = try checkedDimension(dim, rank: rank, operation: operation.description)
            result = try result.transposed(axis + (many ? 1 : 0), result.rank - 1)
        } else if let dim, rank > 1 {
            // The last dimension stands where `dim` was: it goes back to the end.
            let axis = try checkedDimension(dim, rank: rank, operation: operation.description) + (many ? 1 : 0)
            if axis < result.rank {
                var order = Array(0..<result.rank)
                order.append(order.remove(at: axis))
                result = try result.permuted(order)
            }
        }
        return try result.contiguous()
    }

    /// `q` as a checked tensor of one dimension and of this tensor's dtype.
    private func probabilities(_ q: Tensor, _ operation: StaticString) throws(TensorError) -> Tensor {
        try q.requireInitialized(operation)
        if q.flags.contains(.wrappedNumber) {
            let value = try q.itemAsDouble()
            if !(0...1).contains(value) {
                throw TensorError(.runtime, operation.description, "q must be in the range [0, 1] but got \(value)")
            }
            return try Tensor.filled([1], dtype, value)
        }
        if q.rank > 1 {
            throw TensorError(.runtime, operation.description, "q must be a scalar or of one dimension, got shape \(q.sizes)")
        }
        if q.dtype != dtype {
            throw TensorError(.runtime, operation.description, "q must have the dtype of the input, \(dtype), got \(q.dtype)")
        }
        for value in try q.withoutHistory().to(.float64).array(of: Double.self) where !(0...1).contains(value) {
            throw TensorError(.runtime, operation.description, "q values must be in the range [0, 1], got \(value)")
        }
        return try q.reshaped([q.count])
    }

    /// For ordered rows: the rank of the last element that counts, and which rows have NaN where those count.
    private func lastRanks(ignoringNaN: Bool) throws(TensorError) -> (ranks: Tensor, isNaN: Tensor?) {
        let length = sizes[1]
        if ignoringNaN {
            let numbers = try isNaN().logicalNot().sum([1], keepDims: true).to(dtype)
            return (try (numbers - 1.0).clamped(min: 0.0), nil)
        }
        let isNaN = try sliced(1, from: length - 1).isNaN()
        return (try Tensor.filled([1, 1], dtype, Double(length - 1)), try isNaN.any().itemAsBool() ? isNaN : nil)
    }

    private func wholePart() throws(TensorError) -> Tensor {
        let whole = try withoutHistory().to(.float64).copied()
        let numbers = whole.data.assumingMemoryBound(to: Double.self)
        for i in 0..<whole.count { numbers[i].round(.down) }
        return try whole.to(dtype)
    }

    /// For ranks in rows of `length` elements: the places, in row-major order, of the elements at or below them, and of
    /// those at or above them where both count.
    private func neighbours(_ interpolation: QuantileInterpolation, _ length: Int) throws(TensorError) -> (Tensor, Tensor?) {
        let both = interpolation == .linear || interpolation == .midpoint
        let exact = try withoutHistory().to(.float64).copied()
        let ranks = exact.data.assumingMemoryBound(to: Double.self)
        let below = try Tensor(uninitialized: sizes, .int64, operation: "quantile")
        let above = both ? try Tensor(uninitialized: sizes, .int64, operation: "quantile") : nil
        let rule: FloatingPointRoundingRule = interpolation == .higher ? .up : interpolation == .nearest ? .toNearestOrEven : .down
        func place(_ row: Int, _ rank: Double) -> Int64 {
            // Rounded to the dtype, a rank may lie past the end of a long row.
            Int64(row * length + Swift.min(Swift.max(Int(exactly: rank) ?? 0, 0), length - 1))
        }
        let (low, high) = (below.data.assumingMemoryBound(to: Int64.self), above?.data.assumingMemoryBound(to: Int64.self))
        let columns = sizes[1]
        for row in 0..<(columns == 0 ? 0 : sizes[0]) {
            for i in (row * columns)..<((row + 1) * columns) {
                low[i] = place(row, ranks[i].rounded(rule))
                high?[i] = place(row, ranks[i].rounded(.up))
            }
        }
        return (below, above)
    }
}

// MARK: - Gradients

/// y = the median of all: the gradient goes to the elements equal to y, in equal shares.
final class MedianBackward: Node {
    @exclusivity(unchecked) private var x: Saved, y: Saved
    private let label: String

    init(_ edge: Edge, _ x: Saved, _ y: Saved, _ operation: String) {
        self.x = x
        self.y = y
        label = operation == "median" ? "MedianBackward0" : "NanmedianBackward0"
        super.init(edge)
    }

    override var name: String { label }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let x = try self.x.value(for: self).withoutHistory(), y = try self.y.value(for: self)
        let found = try y.isNaN().itemAsBool() ? x.isNaN() : x .== y
        let chosen = try found.to(g.dtype)
        try engine.send(try g * (chosen / chosen.sum()), to: edges.0)
    }

    override func releaseSaved() {
        x.release()
        y.release()
    }
}
