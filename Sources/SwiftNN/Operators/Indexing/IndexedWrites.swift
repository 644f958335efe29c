import CKernels

// Slices of one dimension by a one-dimensional index; elements of the flattened tensor; and writing by index tensors.

extension Tensor {
    /// Places of the slices of `dim` that a one-dimensional index names.
    ///
    /// - Parameters:
    ///   - wrap: whether negative numbers count from the end.
    ///   - codes: of the errors for an index of more dimensions, of another dtype, and out of bounds.
    private func slices(
        _ dim: Int, _ index: Tensor, wrap: Bool = false, narrow: Bool = true, _ operation: StaticString,
        codes: (shape: TensorError.Code, type: TensorError.Code, bounds: TensorError.Code)
    ) throws(TensorError) -> BlockPlaces {
        try requireInitialized(operation)
        try index.requireInitialized(operation)
        let name = operation.description
        let axis = try checkedDimension(dim, rank: rank, operation: name)
        if index.rank > 1 { throw TensorError(codes.shape, name, "expected an index of one dimension, got shape \(index.sizes)") }
        if index.dtype != .int64 && (index.dtype != .int32 || !narrow) {
            throw TensorError(codes.type, name, "expected an \(narrow ? "int32 or " : "")int64 index, got \(index.dtype)")
        }
        let own = lifted.sizes
        let positions = try index.checkedPositions(own[axis], wrap: wrap, axis, operation, codes.bounds)
        return try BlockPlaces(own, axis, positions.lifted, operation)
    }

    // MARK: index_select

    /// The slices of `dim` that `index` names.
    ///
    /// - Parameter index: one-dimensional int64 or int32; negative numbers are errors, as in PyTorch.
    public func indexSelected(_ dim: Int, _ index: Tensor) throws(TensorError) -> Tensor {
        let places = try slices(dim, index, "index_select", codes: (.index, .runtime, .index))
        if rank == 0 && index.count != 1 {
            throw TensorError(.runtime, "index_select", "expected one index into a tensor of no dimensions, got \(index.count)")
        }
        let result = try taking(places, "index_select", "IndexSelectBackward")
        return rank == 0 ? try result.reshaped(Dims()) : result
    }

    // MARK: index_add

    /// The tensor with `scale` times the slices of `source` added to the slices of `dim` that `index` names.
    ///
    /// - Parameters:
    ///   - index: one-dimensional int64 or int32, not negative. Equal numbers add up.
    ///   - source: of the tensor's dtype and sizes, but with as many slices as the index has numbers.
    public func indexAdding(_ dim: Int, _ index: Tensor, _ source: Tensor, scale: Double = 1) throws(TensorError) -> Tensor {
        try indexAdd(dim, index, source, scale, inPlace: false, "index_add")
    }

    /// Adds to the slices of `dim` that `index` names; see `indexAdding`.
    public func indexAddInPlace(_ dim: Int, _ index: Tensor, _ source: Tensor, scale: Double = 1) throws(TensorError) {
        _ = try indexAdd(dim, index, source, scale, inPlace: true, "index_add_")
    }

    private func indexAdd(
        _ dim: Int, _ index: Tensor, _ source: Tensor, _ scale: Double, inPlace: Bool, _ operation: StaticString
    ) throws(TensorError) -> Tensor {
        if inPlace { try requireWritable(operation, recorded: false) }
        let places = try slices(dim, index, operation, codes: (.index, .runtime, .runtime))
        try requireSlices(source, dim, index, operation)
        let values = try scale == 1 ? source : source.scaled(by: scale, operation)
        return try placing(values, at: places, adding: true, inPlace: inPlace, operation, "IndexAddBackward")
    }

    /// As PyTorch's index_add scales its source: integers by the whole part, bools by whether there is any.
    private func scaled(by factor: Double, _ operation: StaticString) throws(TensorError) -> Tensor {
        if dtype.isFloatingPoint { return try self * factor }
        if dtype == .bool { return factor == 0 ? try Tensor.filled(sizes, .bool, 0) : self }
        guard let whole = Int(exactly: factor.rounded(.towardZero)) else {
            throw TensorError(.runtime, operation.description, "alpha \(factor) cannot be converted to \(dtype) without overflow")
        }
        return try multiplied(by: Tensor(number: whole).converted(to: dtype, operation))
    }

    /// Checks the slices that come to those of `dim` that `index` names.
    private func requireSlices(
        _ source: Tensor, _ dim: Int, _ index: Tensor, _ operation: StaticString
    ) throws(TensorError) {
        try requireSameType(source, operation)
        let axis = try checkedDimension(dim, rank: rank, operation: operation.description)
        var expected = sizes
        if rank > 0 { expected[axis] = index.count }
        if source.sizes != expected || (rank == 0 && index.count != 1) {
            throw TensorError(.runtime, operation.description,
                "source tensor shape must match self tensor shape, excluding the specified dimension, which has the size of the "
                    + "index: expected \(expected), got \(source.sizes)")
        }
    }

    // MARK: index_copy

    /// The tensor with the slices of `source` in place of the slices of `dim` that `index` names.
    ///
    /// - Parameters:
    ///   - index: one-dimensional int64, not negative. Of equal numbers the last wins.
    ///   - source: of the tensor's dtype and sizes, but with as many slices as the index has numbers.
    public func indexCopying(_ dim: Int, _ index: Tensor, _ source: Tensor) throws(TensorError) -> Tensor {
        try indexCopy(dim, index, source, inPlace: false, "index_copy")
    }

    /// Overwrites the slices of `dim` that `index` names; see `indexCopying`.
    public func indexCopyInPlace(_ dim: Int, _ index: Tensor, _ source: Tensor) throws(TensorError) {
        _ = try indexCopy(dim, index, source, inPlace: true, "index_copy_")
    }

    private func indexCopy(
        _ dim: Int, _ index: Tensor, _ source: Tensor, inPlace: Bool, _ operation: StaticString
    ) throws(TensorError) -> Tensor {
        if inPlace { try requireWritable(operation, recorded: false) }
        let places = try slices(dim, index, narrow: false, operation, codes: (.index, .runtime, .index))
        // Tensors of no dimensions and of one element count as equal here.
        let values = rank == 0 && source.sizes == ([1] as Dims) || source.rank == 0 && sizes.count == 1
            ? try source.reshaped(places.shape) : source
        if rank > 0 && source.rank > 0 && source.rank != rank {
            throw TensorError(.index, operation.description,
                "when source and destination are not scalars, their dimensionality must match: source \(source.sizes), destination \(sizes)")
        }
        let axis = try checkedDimension(dim, rank: rank, operation: operation.description)
        if values.rank == places.shape.count, rank > 0, values.sizes[axis] != index.count {
            throw TensorError(.index, operation.description,
                "number of indices (\(index.count)) should be equal to source.size(dim) (\(values.sizes[axis]))")
        }
        if rank == 0 && index.count != 1 {
            throw TensorError(.index, operation.description, "expected one index into a tensor of no dimensions, got \(index.count)")
        }
        if values !== source {
            try requireSameType(source, operation)
        } else {
            try requireSlices(source, dim, index, operation)
        }
        return try placing(values, at: places, adding: false, inPlace: inPlace, operation, "IndexCopyBackward")
    }

    // MARK: index_fill

    /// The tensor with `value` in the slices of `dim` that `index` names.
    ///
    /// - Parameters:
    ///   - index: one-dimensional int64; negative numbers count from the end.
    ///   - value: a number or a tensor of no dimensions; it is converted to the tensor's dtype.
    public func indexFilled(_ dim: Int, _ index: Tensor, with value: some TensorScalar) throws(TensorError) -> Tensor {
        try indexFill(dim, index, value.asTensor(), inPlace: false, "index_fill")
    }

    /// Writes `value` to the slices of `dim` that `index` names; see `indexFilled`.
    public func indexFillInPlace(_ dim: Int, _ index: Tensor, with value: some TensorScalar) throws(TensorError) {
        _ = try indexFill(dim, index, value.asTensor(), inPlace: true, "index_fill_")
    }

    private func indexFill(
        _ dim: Int, _ index: Tensor, _ value: Tensor, inPlace: Bool, _ operation: StaticString
    ) throws(TensorError) -> Tensor {
        if inPlace { try requireWritable(operation, recorded: false) }
        let places = try slices(dim, index, wrap: true, narrow: false, operation, codes: (.runtime, .index, .index))
        try value.requireInitialized(operation)
        if value.rank != 0 {
            throw TensorError(.runtime, operation.description, "expected a value of no dimensions, not of shape \(value.sizes)")
        }
        return try placing(
            elementValue(value, operation), at: places, adding: false, inPlace: inPlace, operation, "IndexFillBackward")
    }

    // MARK: index_reduce

    /// The tensor with the slices of `source` reduced into the slices of `dim` that `index` names.
    ///
    /// - Parameters:
    ///   - index: and `source` as of `indexAdding`.
    ///   - reduction: any but the sum.
    ///   - includesSelf: whether the tensor's own slice is one of those that are reduced.
    public func indexReducing(
        _ dim: Int, _ index: Tensor, _ source: Tensor, by reduction: PlaceReduction, includesSelf: Bool = true
    ) throws(TensorError) -> Tensor {
        try indexReduce(dim, index, source, reduction, includesSelf, inPlace: false, "index_reduce")
    }

    /// Reduces into the slices of `dim` that `index` names; see `indexReducing`.
    public func indexReduceInPlace(
        _ dim: Int, _ index: Tensor, _ source: Tensor, by reduction: PlaceReduction, includesSelf: Bool = true
    ) throws(TensorError) {
        _ = try indexReduce(dim, index, source, reduction, includesSelf, inPlace: true, "index_reduce_")
    }

    private func indexReduce(
        _ dim: Int, _ index: Tensor, _ source: Tensor, _ reduction: PlaceReduction, _ includesSelf: Bool, inPlace: Bool,
        _ operation: StaticString
    ) throws(TensorError) -> Tensor {
        if reduction == .sum {
            throw TensorError(.runtime, operation.description, "expected reduce to be one of prod, mean, amax or amin but got sum")
        }
        if inPlace { try requireWritable(operation, recorded: false) }
        let places = try slices(dim, index, operation, codes: (.index, .runtime, .index))
        try requireSlices(source, dim, index, operation)
        return try reducing(
            source.reshaped(places.shape), at: places, reduction, includesSelf, inPlace: inPlace, operation, "IndexReduceBackward")
    }

    // MARK: take, put

    /// Places by positions in the flattened tensor; negative ones count from the end.
    private func flatPlaces(_ index: Tensor, _ operation: StaticString) throws(TensorError) -> BlockPlaces {
        try requireInitialized(operation)
        try index.requireInitialized(operation)
        if index.dtype != .int64 {
            throw TensorError(.runtime, operation.description, "expected an int64 index, got \(index.dtype)")
        }
        let positions = try index.checkedPositions(count, wrap: true, 0, operation)
        let own = lifted.sizes
        return try BlockPlaces(own, [BlockPlaces.Group(first: 0, count: own.count, positions: positions)], operation)
    }

    /// The elements at positions in the flattened tensor, in the shape of `index`.
    ///
    /// - Parameter index: int64; negative numbers count from the end.
    public func taken(_ index: Tensor) throws(TensorError) -> Tensor {
        try taking(flatPlaces(index, "take"), "take", "TakeBackward")
    }

    /// The tensor with the elements of `source` at positions in the flattened tensor.
    ///
    /// - Parameters:
    ///   - index: int64; negative numbers count from the end.
    ///   - source: of the tensor's dtype, with as many elements as the index.
    ///   - accumulate: whether to add to the elements rather than overwrite them.
    public func putting(_ index: Tensor, _ source: Tensor, accumulate: Bool = false) throws(TensorError) -> Tensor {
        try put(index, source, accumulate, inPlace: false, "put")
    }

    /// Writes the elements of `source` to positions in the flattened tensor; see `putting`.
    public func putInPlace(_ index: Tensor, _ source: Tensor, accumulate: Bool = false) throws(TensorError) {
        _ = try put(index, source, accumulate, inPlace: true, "put_")
    }

    private func put(
        _ index: Tensor, _ source: Tensor, _ accumulate: Bool, inPlace: Bool, _ operation: StaticString
    ) throws(TensorError) -> Tensor {
        if inPlace { try requireWritable(operation, recorded: false) }
        try requireSameType(source, operation)
        if source.count != index.count {
            throw TensorError(.index, operation.description,
                "expected source and index to have the same number of elements, but got \(source.count) and \(index.count)")
        }
        let places = try flatPlaces(index, operation)
        return try placing(
            source.reshaped(places.shape), at: places, adding: accumulate, inPlace: inPlace, operation, "PutBackward")
    }

    // MARK: index_put

    /// The tensor with `values` at the elements that the indices select.
    ///
    /// - Parameters:
    ///   - indices: as in `indexed`, but none that makes a view. Of equal places the last wins.
    ///   - values: of the tensor's dtype; they broadcast to the selection.
    ///   - accumulate: whether to add to the elements rather than overwrite them.
    public func indexPutting(
        _ indices: [Tensor], _ values: Tensor, accumulate: Bool = false
    ) throws(TensorError) -> Tensor {
        try indexPut(indices, values, accumulate, inPlace: false, "index_put")
    }

    /// Writes `values` to the elements that the indices select; see `indexPutting`.
    public func indexPutInPlace(
        _ indices: [Tensor], _ values: Tensor, accumulate: Bool = false
    ) throws(TensorError) {
        _ = try indexPut(indices, values, accumulate, inPlace: true, "index_put_")
    }

    private func indexPut(
        _ indices: [Tensor], _ values: Tensor, _ accumulate: Bool, inPlace: Bool, _ operation: StaticString
    ) throws(TensorError) -> Tensor {
        if inPlace { try requireWritable(operation, recorded: false) } else { try requireInitialized(operation) }
        try requireSameType(values, operation)
        guard let places = try indexPlan(indices.map { .tensor($0) }).allPlaces() else {
            throw TensorError(.runtime, operation.description, "expected at least one index")
        }
        try requireBroadcast(values, to: places.shape, operation)
        return try placing(values, at: places, adding: accumulate, inPlace: inPlace, operation, "IndexPutBackward")
    }

    /// Checks that values fit a selection.
    func requireBroadcast(_ values: Tensor, to shape: Dims, _ operation: StaticString) throws(TensorError) {
        var fits = values.rank <= shape.count
        if fits {
            let shift = shape.count - values.rank
            for i in 0..<values.rank where values.sizes[i] != 1 && values.sizes[i] != shape[i + shift] { fits = false }
        }
        if !fits {
            throw TensorError(.runtime, operation.description,
                "shape mismatch: value tensor of shape \(values.sizes) cannot be broadcast to indexing result of shape \(shape)")
        }
    }
}
