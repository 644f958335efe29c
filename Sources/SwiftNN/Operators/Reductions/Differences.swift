// Differences of neighbours, and areas under what they are samples of.

extension Tensor {
    /// The differences of neighbours along `dim`, taken `n` times. Of bool, where neighbours are unequal.
    ///
    /// - Parameters:
    ///   - prepend: stands before the elements.
    ///   - append: stands behind them.
    /// - Throws: for a tensor of no dimensions and a negative `n`.
    public func differences(
        _ n: Int = 1, dim: Int = -1, prepend: Tensor? = nil, append: Tensor? = nil
    ) throws(TensorError) -> Tensor {
        try requireInitialized("diff")
        if rank == 0 { throw TensorError(.runtime, "diff", "expected at least one dimension, got shape []") }
        if n < 0 { throw TensorError(.runtime, "diff", "order must be non-negative, got \(n)") }
        let axis = try checkedDimension(dim, rank: rank, operation: "diff")
        for (name, part) in [("prepend", prepend), ("append", append)] {
            guard let part else { continue }
            try part.requireInitialized("diff")
            let fits = part.rank == rank && (0..<rank).allSatisfy { $0 == axis || part.sizes[$0] == sizes[$0] }
            if !fits {
                throw TensorError(.runtime, "diff",
                    "expected \(name) to have the shape of the input except in dimension \(axis): \(part.sizes) and \(sizes)")
            }
        }
        if n == 0 { return try cloned() }
        var result = self
        if prepend != nil || append != nil {
            result = try Tensor.concatenated([prepend, self, append].compactMap { $0 }, dim: axis)
        }
        // After as many steps as there are elements, none is left.
        for _ in 0..<Swift.min(n, Swift.max(result.sizes[axis], 1)) {
            let length = result.sizes[axis]
            let upper = try result.sliced(axis, from: 1), lower = try result.sliced(axis, to: Swift.max(length - 1, 0))
            result = dtype == .bool && result.dtype == .bool ? try upper .!= lower : try upper - lower
        }
        return result
    }

    /// The area under the samples along `dim`, by trapezoids.
    ///
    /// - Parameters:
    ///   - x: where the samples were taken: one dimension, or a shape that broadcasts. nil for equal distances.
    ///   - spacing: the distance, where `x` is nil.
    public func trapezoid(x: Tensor? = nil, spacing: Double = 1, dim: Int = -1) throws(TensorError) -> Tensor {
        try requireSamples(x, "trapezoid")
        let axis = try checkedDimension(dim, rank: rank, operation: "trapezoid")
        if sizes[axis] == 0 {
            return try Tensor.filled(Reduction.resultSizes(sizes, 1 << axis, keepDims: false), dtype, 0)
        }
        guard let x else { return try heights(axis).sum([axis]) * (spacing / 2) }
        let areas = try heights(axis) * widths(x, axis, "trapezoid")
        return try areas.sum([x.rank > rank ? axis : axis + areas.rank - rank]) / 2.0
    }

    /// The areas under the samples along `dim` up to the second, the third and so on, by trapezoids.
    public func cumulativeTrapezoid(x: Tensor? = nil, spacing: Double = 1, dim: Int = -1) throws(TensorError) -> Tensor {
        try requireSamples(x, "cumulative_trapezoid")
        let axis = try checkedDimension(dim, rank: rank, operation: "cumulative_trapezoid")
        guard let x else { return try heights(axis).cumulativeSum(axis) * (spacing / 2) }
        let areas = try heights(axis) * widths(x, axis, "cumulative_trapezoid")
        return try areas.cumulativeSum(x.rank > rank ? axis : axis + areas.rank - rank) / 2.0
    }

    private func requireSamples(_ x: Tensor?, _ operation: StaticString) throws(TensorError) {
        try requireInitialized(operation)
        try x?.requireInitialized(operation)
        if rank == 0 { throw TensorError(.index, operation.description, "expected samples along a dimension, got shape []") }
        for (name, tensor) in [("y", self), ("x", x)] where tensor?.dtype == .bool {
            throw TensorError(.runtime, operation.description, "received a bool tensor for \(name), which is not supported")
        }
        if let x, x.rank == 0 {
            throw TensorError(.runtime, operation.description, "expected sample points along a dimension, got shape []")
        }
    }

    /// The sums of neighbours.
    private func heights(_ axis: Int) throws(TensorError) -> Tensor {
        try sliced(axis, from: 1) + sliced(axis, to: Swift.max(sizes[axis] - 1, 0))
    }

    /// The distances between the sample points, in a shape that broadcasts against the heights.
    private func widths(_ x: Tensor, _ axis: Int, _ operation: StaticString) throws(TensorError) -> Tensor {
        if x.rank == 1 {
            if x.count != sizes[axis] {
                throw TensorError(.runtime, operation.description,
                    "there must be one x value for each sample point: \(x.count) for \(sizes[axis])")
            }
            var shape = [Int](repeating: 1, count: rank - axis)
            shape[0] = Swift.max(x.count - 1, 0)
            return try x.differences().reshaped(shape)
        }
        // Fewer dimensions than the samples have are their last ones; of more, PyTorch takes the one with the same number.
        let behind = x.rank > rank ? axis : axis - rank
        if behind < -x.rank {
            throw TensorError(.runtime, operation.description, "shape \(x.sizes) of x has no dimension \(axis) of shape \(sizes)")
        }
        return try x.differences(dim: behind)
    }
}
