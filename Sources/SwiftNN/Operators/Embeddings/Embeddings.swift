import CKernels

// Rows of a table by index.

extension Tensor {
    /// One row of this table for each index: [rows, width] and an index [...] give [..., width].
    ///
    /// - Parameters:
    ///   - indices: int64 or int32.
    ///   - paddingIndex: a row that gets no gradient; negative ones count from the end.
    ///   - maxNorm: rows that are looked up and whose norm is larger are scaled down to it first, in memory.
    ///   - normOrder: of that norm.
    ///   - scaleGradientByFrequency: divides the gradient of a row by the number of times it is looked up.
    public func embedding(
        _ indices: Tensor, paddingIndex: Int? = nil, maxNorm: Double? = nil, normOrder: Double = 2,
        scaleGradientByFrequency: Bool = false
    ) throws(TensorError) -> Tensor {
        let operation: StaticString = "embedding"
        try requireInitialized(operation)
        try indices.requireIndices("indices", operation)
        if rank != 2 { throw TensorError(.runtime, "embedding", "'weight' must be 2-D, got shape \(sizes)") }
        let padding = try paddingRow(paddingIndex, operation, .value)
        let positions = try indices.checkedPositions(sizes[0], wrap: false, 0, operation)
        if let maxNorm { try limitRows(positions, maxNorm, normOrder, operation) }
        let places = try BlockPlaces(sizes, 0, positions, operation)
        if !isRecorded || (padding == nil && !scaleGradientByFrequency) { return try taking(places, operation, "EmbeddingBackward") }
        let result = try Tensor(uninitialized: places.shape, dtype, operation: operation)
        try places.read(self, into: result)
        let factors = try positions.rowFactors(sizes[0], dtype, padding: padding, byFrequency: scaleGradientByFrequency)
        result.node = EmbeddingBackward(try gradientEdge(), Spec(self), places, factors)
        return result
    }

    func requireIndices(_ name: String, _ operation: StaticString) throws(TensorError) {
        try requireInitialized(operation)
        if dtype != .int64 && dtype != .int32 {
            throw TensorError(.runtime, operation.description, "expected \(name) of int64 or int32, got \(dtype)")
        }
    }

    func paddingRow(_ index: Int?, _ operation: StaticString, _ code: TensorError.Code) throws(TensorError) -> Int? {
        guard let index else { return nil }
        if index >= sizes[0] || index < -sizes[0] {
            throw TensorError(code, operation.description, "padding_idx must be within num_embeddings, \(-sizes[0]) to \(sizes[0] - 1), got \(index)")
        }
        return index < 0 ? index + sizes[0] : index
    }

    /// Scales the rows at `positions` whose norm is more than `limit` down to it, in memory and beside the history.
    func limitRows(_ positions: Tensor, _ limit: Double, _ order: Double, _ operation: StaticString) throws(TensorError) {
        if !dtype.isFloatingPoint { throw Elementwise.unsupported(operation, dtype) }
        try withoutGradients { () throws(TensorError) in
            try requireWritable(operation, recorded: false)
            let flat = try positions.reshaped([positions.count] as Dims)
            if flat.count == 0 || sizes[1] == 0 { return }
            let rows = try indexSelected(0, flat).renormalized(order, 0, limit: limit)
            try indexCopyInPlace(0, flat, rows)
        }
    }

    /// For each of these positions what the gradient of its row is multiplied by: 0 for padding, else 1 or one over the
    /// number of times that the row is named.
    fileprivate func rowFactors(
        _ rows: Int, _ type: DType, padding: Int?, byFrequency: Bool
    ) throws(TensorError) -> Tensor {
        let compute = type.computeType
        let factors = byFrequency ? try frequencies(rows).to(compute).reciprocal() : try Tensor.filled(sizes, compute, 1)
        guard let padding else { return factors }
        return try Tensor.select(self .== padding, Tensor.filled(Dims(), compute, 0), factors)
    }

    /// How many of these positions are equal to each of them.
    func frequencies(_ rows: Int) throws(TensorError) -> Tensor {
        let flat = try reshaped([count] as Dims)
        let counts = try Tensor.filled([rows] as Dims, .int64, 0).indexAdding(0, flat, Tensor.filled([count] as Dims, .int64, 1))
        return try counts.indexSelected(0, flat).reshaped(sizes)
    }

    /// A vector for each class index, 1 at its position and 0 elsewhere, as int64.
    ///
    /// - Parameter classes: how many there are; nil for one more than the largest index.
    public func oneHot(classes: Int? = nil) throws(TensorError) -> Tensor {
        try requireInitialized("one_hot")
        if dtype != .int64 { throw TensorError(.runtime, "one_hot", "only applicable to an index tensor of int64, got \(dtype)") }
        if count == 0 && (classes ?? 0) <= 0 {
            throw TensorError(.runtime, "one_hot", "cannot infer the number of classes from an empty tensor")
        }
        var size = classes ?? 0
        if count > 0 {
            if try amin().itemAsInt() < 0 { throw TensorError(.runtime, "one_hot", "class values must be non-negative") }
            let largest = try amax().itemAsInt()
            if classes == nil {
                if largest == Int.max { throw TensorError(.memory, "one_hot", "\(largest) classes do not fit into memory") }
                size = largest + 1
            } else if largest >= size {
                throw TensorError(.runtime, "one_hot", "class values must be smaller than num_classes, \(size), got \(largest)")
            }
        }
        if rank == Dims.capacity { throw TensorError(.value, "one_hot", "a tensor has at most \(Dims.capacity) dimensions") }
        var shape = sizes
        shape.append(size)
        return try Tensor.filled(shape, .int64, 0).scattered(-1, unsqueezed(-1), 1)
    }

    /// y[..., o] = Σ x[..., i] weight[o, i, j] other[..., j] + bias[o].
    ///
    /// - Parameters:
    ///   - weight: of shape [outputs, inputs, other inputs].
    ///   - bias: of shape [outputs].
    public func bilinear(_ other: Tensor, _ weight: Tensor, bias: Tensor? = nil) throws(TensorError) -> Tensor {
        for tensor in [self, other, weight] + (bias.map { [$0] } ?? []) {
            try tensor.requireInitialized("bilinear")
            if tensor.dtype != dtype {
                throw TensorError(.runtime, "bilinear", "all tensors must have the same dtype, got \(dtype) and \(tensor.dtype)")
            }
        }
        if rank == 0 || other.rank == 0 { throw TensorError(.index, "bilinear", "expected inputs of at least one dimension") }
        if rank != other.rank {
            throw TensorError(.runtime, "bilinear", "input dimensions do not match: shapes \(sizes) and \(other.sizes)")
        }
        for i in 0..<(rank - 1) where sizes[i] != other.sizes[i] {
            throw TensorError(.runtime, "bilinear", "input batch dimensions do not match at dim \(i): shapes \(sizes) and \(other.sizes)")
        }
        if weight.rank != 3 { throw TensorError(.runtime, "bilinear", "expected a weight of 3 dimensions, got shape \(weight.sizes)") }
        let (outputs, first, second) = (weight.sizes[0], weight.sizes[1], weight.sizes[2])
        if sizes[rank - 1] != first || other.sizes[rank - 1] != second {
            throw TensorError(.runtime, "bilinear",
                "input sizes do not match the weight \(weight.sizes): shapes \(sizes) and \(other.sizes)")
        }
        if let bias, bias.sizes != ([outputs] as Dims) {
            throw TensorError(.runtime, "bilinear", "expected a bias of shape [\(outputs)], got \(bias.sizes)")
        }
        var shape = sizes
        shape[rank - 1] = outputs
        var rows = 1
        for i in 0..<(rank - 1) { rows *= sizes[i] }
        let x = try reshaped([rows, first] as Dims), y = try other.reshaped([rows, second, 1] as Dims)
        // One product for all outputs, then a row of it with each row of the other input.
        let mixed = try x.matmul(weight.permuted([1, 0, 2]).reshaped([first, outputs * second] as Dims))
        let result = try mixed.reshaped([rows, outputs, second] as Dims).matmul(y).reshaped(shape)
        guard let bias else { return result }
        return try result + bias
    }
}

// MARK: - Gradients

/// Rows taken from a table: their gradients, times a factor each, added where the rows came from.
final class EmbeddingBackward: Node {
    private let spec: Spec, places: BlockPlaces
    private var factors: Tensor?

    init(_ edge: Edge, _ spec: Spec, _ places: BlockPlaces, _ factors: Tensor) {
        self.spec = spec
        self.places = places
        self.factors = factors
        super.init(edge)
    }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        guard let factors else { throw TensorError(.runtime, name, "the saved values have been freed") }
        let values = try (g.to(factors.dtype) * factors.unsqueezed(-1)).to(spec.dtype)
        let target = try Tensor.filled(spec.sizes, spec.dtype, 0)
        try engine.send(
            try target.placing(values, at: places, adding: true, inPlace: false, "embedding", "EmbeddingDenseBackward"), to: edges.0)
    }

    override func releaseSaved() { factors = nil }
}
