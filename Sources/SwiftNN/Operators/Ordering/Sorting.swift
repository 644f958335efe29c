import CKernels

// Sorting. The order is PyTorch's: NaN is the largest, -0 equals 0. Every sort is stable.

extension Tensor {
    /// The elements in order along `dim`, and the indices that they had. NaN counts as the largest.
    ///
    /// - Parameter stable: whether equal elements must stay in their order; they do so in any case.
    /// - Throws: for a dimension that is not there.
    public func sorted(
        _ dim: Int = -1, descending: Bool = false, stable: Bool = true
    ) throws(TensorError) -> (values: Tensor, indices: Tensor) {
        let (values, indices) = try order(dim, descending, "sort", wantsValues: true, wantsIndices: true)
        return (values!, indices!)
    }

    /// The indices along `dim` that put the elements in order. NaN counts as the largest.
    ///
    /// - Parameter stable: whether equal elements must stay in their order; they do so in any case.
    public func sortedIndices(_ dim: Int = -1, descending: Bool = false, stable: Bool = true) throws(TensorError) -> Tensor {
        try order(dim, descending, "argsort", wantsValues: false, wantsIndices: true).indices!
    }

    /// The elements in ascending order along the first dimension.
    public func sortedAlongFirstDimension() throws(TensorError) -> Tensor { try sortedValues(0, "msort") }

    /// The elements in ascending order along `dim`, without their indices where no formula needs them.
    func sortedValues(_ dim: Int, _ operation: StaticString) throws(TensorError) -> Tensor {
        try order(dim, false, operation, wantsValues: true, wantsIndices: isRecorded).values!
    }

    private func order(
        _ dim: Int, _ descending: Bool, _ operation: StaticString, wantsValues: Bool, wantsIndices: Bool
    ) throws(TensorError) -> (values: Tensor?, indices: Tensor?) {
        try requireInitialized(operation)
        let axis = try checkedDimension(dim, rank: rank, operation: operation.description)
        let row = try atLeastOneDimension()
        let values = wantsValues ? try Tensor(uninitialized: sizes, dtype, operation: operation) : nil
        let indices = wantsIndices ? try Tensor(uninitialized: sizes, .int64, operation: operation) : nil
        let length = row.sizes[axis], kernel = dtype.kernel
        let scratch = try Rows.scratch(self, length, operation)
        try Rows.forEach(
            row, axis, values: try values?.atLeastOneDimension(), indices: try indices?.atLeastOneDimension(), operation
        ) { source, target, places in
            ck_sort_row(kernel, Int64(length), source, descending ? 1 : 0, scratch.data, target, places)
        }
        if let values, let indices, isRecorded { try values.recordChoice(of: self, axis, indices, keptDim: true, "SortBackward0") }
        return (values, indices)
    }

    /// The `k` largest (or smallest) elements along `dim` in order, and their indices. NaN counts as the largest.
    ///
    /// - Parameter sorted: whether the result must be in order; it is in any case.
    /// - Throws: where there are fewer than `k` elements.
    public func topK(
        _ k: Int, _ dim: Int = -1, largest: Bool = true, sorted: Bool = true
    ) throws(TensorError) -> (values: Tensor, indices: Tensor) {
        try requireInitialized("topk")
        if dtype == .bool { throw notImplemented("topk") }
        let axis = try checkedDimension(dim, rank: rank, operation: "topk")
        let row = try atLeastOneDimension()
        let length = row.sizes[axis]
        if k < 0 || k > length {
            throw TensorError(.runtime, "topk", "selected index k out of range: expected 0 to \(length), got \(k)")
        }
        var shape = sizes
        if rank > 0 { shape[axis] = k }
        let values = try Tensor(uninitialized: shape, dtype, operation: "topk")
        let indices = try Tensor(uninitialized: shape, .int64, operation: "topk")
        // Of a tensor without dimensions PyTorch gives the element for k = 0 too.
        let (kernel, count) = (dtype.kernel, Int64(rank == 0 ? 1 : k))
        let scratch = try Rows.scratch(self, length, "topk")
        try Rows.forEach(
            row, axis, values: try values.atLeastOneDimension(), indices: try indices.atLeastOneDimension(), "topk"
        ) { source, target, places in
            ck_topk_row(kernel, Int64(length), count, source, largest ? 1 : 0, scratch.data, target, places)
        }
        if isRecorded { try values.recordChoice(of: self, axis, indices, keptDim: true, "TopkBackward0") }
        return (values, indices)
    }

    /// For a dtype of which PyTorch says the same.
    func notImplemented(_ operation: StaticString) -> TensorError {
        TensorError(.unsupported, operation.description, "not defined for \(dtype)")
    }

    /// The tensor without its history, with one dimension if it has none.
    func atLeastOneDimension() throws(TensorError) -> Tensor {
        if rank > 0 { return withoutHistory() }
        return Tensor(alias: self, offset: offset, sizes: [1], strides: [1])
    }
}

// MARK: - Gradients

extension Tensor {
    /// Notes that this tensor's elements are those of `source` at `indices` along `dim`.
    ///
    /// - Parameter keptDim: whether the result still has the dimension.
    func recordChoice(
        of source: Tensor, _ dim: Int, _ indices: Tensor, keptDim: Bool, _ name: String
    ) throws(TensorError) {
        node = ChoiceBackward(try source.gradientEdge(), source.sizes, dim, Saved(indices), keptDim, name)
    }
}

/// Elements chosen along a dimension: each hands its gradient to the element that it is.
final class ChoiceBackward: Node {
    private let sizes: Dims, dim: Int, keptDim: Bool, label: String
    @exclusivity(unchecked) private var indices: Saved

    init(_ edge: Edge, _ sizes: Dims, _ dim: Int, _ indices: Saved, _ keptDim: Bool, _ label: String) {
        self.sizes = sizes
        self.dim = dim
        self.indices = indices
        self.keptDim = keptDim
        self.label = label
        super.init(edge)
    }

    override var name: String { label }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let chosen = try indices.value(for: self)
        if sizes.count == 0 { return try engine.send(g, to: edges.0) }
        let rows = keptDim ? chosen : try chosen.unsqueezed(dim)
        let full = try Tensor.filled(sizes, g.dtype, 0)
        try full.scatterAddInPlace(dim, rows, keptDim ? g : g.unsqueezed(dim))
        try engine.send(full, to: edges.0)
    }

    override func releaseSaved() { indices.release() }
}
