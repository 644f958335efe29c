import CKernels

// Elements along one dimension by an index of the same rank, which names a position for each of them.

/// How elements that come to one place are reduced.
public enum PlaceReduction: String, CaseIterable, Sendable {
    /// Their sum.
    case sum
    /// Their product.
    case prod
    /// Their mean; of integers rounded down.
    case mean
    /// The largest.
    case amax
    /// The smallest.
    case amin
}

extension Tensor {
    // MARK: gather

    /// One element along `dim` for each entry of `index`: result[i][j] = self[index[i][j]][j] for `dim` 0.
    ///
    /// - Parameter index: int64 or int32, of the tensor's rank, and in the other dimensions no larger.
    /// - Throws: for an index of another rank, dtype or size, or out of bounds.
    public func gathered(_ dim: Int, _ index: Tensor) throws(TensorError) -> Tensor {
        let places = try placesAlong(dim, index, nil, "gather")
        return try taking(places, "gather", "GatherBackward")
    }

    /// One element along `dim` for each entry of `index`, which broadcasts with the tensor in the other dimensions.
    ///
    /// - Parameters:
    ///   - index: int64.
    ///   - dim: nil for positions in the flattened tensor.
    public func taken(_ index: Tensor, along dim: Int?) throws(TensorError) -> Tensor {
        let operation: StaticString = "take_along_dim"
        try requireInitialized(operation)
        try index.requireInitialized(operation)
        if index.dtype != .int64 {
            throw TensorError(.runtime, operation.description, "dtype of indices should be int64 but got \(index.dtype)")
        }
        guard let dim else { return try reshaped([count]).gathered(0, index.reshaped([index.count])) }
        if index.rank != rank {
            throw TensorError(.runtime, operation.description,
                "input and indices should have the same number of dimensions, but got \(rank) dimensions for input, and "
                    + "\(index.rank) dimensions for indices")
        }
        let axis = try checkedDimension(dim, rank: rank, operation: operation.description)
        if rank == 0 { return try gathered(0, index) }
        var (own, other) = (sizes, index.sizes)
        (own[axis], other[axis]) = (1, 1)
        var shape = try broadcastSizes(own, other, operation)
        shape[axis] = sizes[axis]
        let source = try expanded(shape)
        shape[axis] = index.sizes[axis]
        return try source.gathered(axis, index.expanded(shape))
    }

    /// Checks the index of an operator along a dimension.
    ///
    /// - Parameter source: the tensor whose elements go to the places, if there is one.
    private func placesAlong(
        _ dim: Int, _ index: Tensor, _ source: Tensor?, _ operation: StaticString
    ) throws(TensorError) -> any Places {
        try requireInitialized(operation)
        try index.requireInitialized(operation)
        let name = operation.description
        let axis = try checkedDimension(dim, rank: rank, operation: name)
        if index.dtype != .int64 && index.dtype != .int32 {
            throw TensorError(.runtime, name, "expected dtype int32/int64 for index, got \(index.dtype)")
        }
        if index.count == 0 { return try ElementPlaces.along(lifted.sizes, axis, index, operation) }
        if Swift.max(index.rank, 1) != Swift.max(rank, 1) {
            throw TensorError(.runtime, name,
                "index tensor must have the same number of dimensions as the tensor: shapes \(index.sizes) and \(sizes)")
        }
        if let source, Swift.max(index.rank, 1) != Swift.max(source.rank, 1) {
            throw TensorError(.runtime, name,
                "index tensor must have the same number of dimensions as src tensor: shapes \(index.sizes) and \(source.sizes)")
        }
        let (own, numbers) = (lifted.sizes, index.lifted.sizes)
        for i in 0..<numbers.count {
            if i != axis && numbers[i] > own[i] {
                throw TensorError(.runtime, name,
                    "size does not match at dimension \(i): expected index \(index.sizes) to be no larger than self \(sizes) apart from dimension \(axis)")
            }
            if let source, numbers[i] > source.lifted.sizes[i] {
                throw TensorError(.runtime, name,
                    "expected index \(index.sizes) to be no larger size than src \(source.sizes) at dimension \(i)")
            }
        }
        return try ElementPlaces.along(own, axis, index, operation)
    }

    // MARK: scatter

    /// `source` written along `dim` to the positions in `index`: self[index[i][j]][j] = source[i][j] for `dim` 0.
    ///
    /// - Parameters:
    ///   - index: int64 or int32, of the tensor's rank, in no dimension larger than the source, and in the other
    ///     dimensions than `dim` no larger than the tensor. Of equal positions the last wins.
    ///   - source: a tensor of the same dtype and rank, or a number.
    /// - Throws: for an index of another rank, dtype or size, or out of bounds.
    public func scattered(_ dim: Int, _ index: Tensor, _ source: some TensorScalar) throws(TensorError) -> Tensor {
        try scatter(dim, index, source.asTensor(), adding: false, inPlace: false, "scatter", "ScatterBackward")
    }

    /// Writes `source` along `dim` to the positions in `index`; see `scattered`.
    public func scatterInPlace(_ dim: Int, _ index: Tensor, _ source: some TensorScalar) throws(TensorError) {
        _ = try scatter(dim, index, source.asTensor(), adding: false, inPlace: true, "scatter_", "ScatterBackward")
    }

    /// `source` added along `dim` at the positions in `index`: self[index[i][j]][j] += source[i][j] for `dim` 0.
    ///
    /// - Parameters: as of `scattered`.
    public func scatterAdding(_ dim: Int, _ index: Tensor, _ source: some TensorScalar) throws(TensorError) -> Tensor {
        try scatter(dim, index, source.asTensor(), adding: true, inPlace: false, "scatter_add", "ScatterAddBackward")
    }

    /// Adds `source` along `dim` at the positions in `index`; see `scatterAdding`.
    public func scatterAddInPlace(_ dim: Int, _ index: Tensor, _ source: some TensorScalar) throws(TensorError) {
        _ = try scatter(dim, index, source.asTensor(), adding: true, inPlace: true, "scatter_add_", "ScatterAddBackward")
    }

    private func scatter(
        _ dim: Int, _ index: Tensor, _ source: Tensor, adding: Bool, inPlace: Bool, _ operation: StaticString,
        _ formula: StaticString
    ) throws(TensorError) -> Tensor {
        let (places, values) = try scatterOperands(dim, index, source, inPlace: inPlace, operation)
        return try placing(values, at: places, adding: adding, inPlace: inPlace, operation, formula)
    }

    /// The places that the index names and the part of the source that goes there.
    private func scatterOperands(
        _ dim: Int, _ index: Tensor, _ source: Tensor, inPlace: Bool, _ operation: StaticString
    ) throws(TensorError) -> (any Places, Tensor) {
        if inPlace { try requireWritable(operation, recorded: false) } else { try requireInitialized(operation) }
        // What is written must not change the index that was checked.
        let index = try inPlace ? index.apart(from: self) : index
        if source.flags.contains(.wrappedNumber) {
            let places = try placesAlong(dim, index, nil, operation)
            return (places, try elementValue(source, operation))
        }
        try requireSameType(source, operation)
        let places = try placesAlong(dim, index, source, operation)
        if source.sizes == places.shape { return (places, source) }
        if index.count == 0 || source.rank == 0 || index.rank == 0 {
            return (places, try source.reshaped([source.count]).sliced(0, to: index.count).reshaped(places.shape))
        }
        var part = source
        for i in 0..<index.rank where index.sizes[i] < source.sizes[i] { part = try part.sliced(i, to: index.sizes[i]) }
        return (places, part)
    }

    // MARK: scatter_reduce

    /// `source` reduced along `dim` into the positions in `index`.
    ///
    /// - Parameters:
    ///   - dim: and `index`, `source` as of `scattered`.
    ///   - reduction: of all elements that come to one position.
    ///   - includesSelf: whether the tensor's own element is one of them; where none comes it stays in either case.
    /// - Throws: as `scattered`; and for a mean of bools.
    public func scatterReducing(
        _ dim: Int, _ index: Tensor, _ source: some TensorScalar, by reduction: PlaceReduction, includesSelf: Bool = true
    ) throws(TensorError) -> Tensor {
        let (places, values) = try scatterOperands(dim, index, source.asTensor(), inPlace: false, "scatter_reduce")
        return try reducing(
            values.expanded(places.shape), at: places, reduction, includesSelf, inPlace: false, "scatter_reduce", "ScatterReduceBackward")
    }

    /// Reduces `source` along `dim` into the positions in `index`; see `scatterReducing`.
    public func scatterReduceInPlace(
        _ dim: Int, _ index: Tensor, _ source: some TensorScalar, by reduction: PlaceReduction, includesSelf: Bool = true
    ) throws(TensorError) {
        let (places, values) = try scatterOperands(dim, index, source.asTensor(), inPlace: true, "scatter_reduce_")
        _ = try reducing(
            values.expanded(places.shape), at: places, reduction, includesSelf, inPlace: true, "scatter_reduce_", "ScatterReduceBackward")
    }

    /// - Parameter values: of the places' shape.
    func reducing(
        _ values: Tensor, at places: any Places, _ reduction: PlaceReduction, _ includesSelf: Bool, inPlace: Bool,
        _ operation: StaticString, _ formula: StaticString
    ) throws(TensorError) -> Tensor {
        if reduction == .mean && dtype == .bool { throw TensorError(.unsupported, operation.description, "the mean is not defined for bool") }
        let recorded = dtype.isFloatingPoint && (isRecorded || values.isRecorded)
        if inPlace { try requireWritable(operation, recorded: recorded) }
        if dtype.isReducedPrecision || (inPlace && recorded) {
            let source = try inPlace ? copyForFormula() : self
            let result = try source.to(dtype.computeType).reducing(
                values.to(dtype.computeType), at: places, reduction, includesSelf, inPlace: false, operation, formula)
            if !inPlace { return try result.to(dtype) }
            try assignInPlace(result)
            return self
        }
        let values = try inPlace ? values.apart(from: self) : values
        // One write, whatever the number of its parts.
        let version = storage.version
        defer { if inPlace && storage.version != version { storage.version = version &+ 1 } }
        // All that can fail comes before the first write.
        var counts: Tensor?
        if reduction == .mean {
            let one = try Tensor.filled(Dims(), dtype, 1)
            counts = try Tensor.filled(sizes, dtype, includesSelf ? 1 : 0)
                .placing(one, at: places, adding: true, inPlace: true, operation, formula).maximum(one)
        }
        var base = self
        var owned = inPlace
        if !includesSelf {
            base = try placing(neutralElement(reduction), at: places, adding: false, inPlace: inPlace, operation, formula)
            owned = true
        }
        // What was made here may be written to, unless it is part of a history.
        owned = owned && !recorded
        switch reduction {
        case .sum: return try base.placing(values, at: places, adding: true, inPlace: owned, operation, formula)
        case .prod: return try base.combining(values, at: places, by: .CK_COMBINE_MULTIPLY, inPlace: owned, operation, formula)
        case .amax: return try base.combining(values, at: places, by: .CK_COMBINE_MAX, inPlace: owned, operation, formula)
        case .amin: return try base.combining(values, at: places, by: .CK_COMBINE_MIN, inPlace: owned, operation, formula)
        case .mean:
            let total = try base.placing(values, at: places, adding: true, inPlace: owned, operation, formula)
            let rounding: RoundingMode? = dtype.isFloatingPoint ? nil : .floor
            if recorded { return try total.divided(by: counts!, rounding: rounding) }
            try total.divideInPlace(by: counts!, rounding: rounding)
            return total
        }
    }

    /// What a reduction starts from, of no dimensions.
    private func neutralElement(_ reduction: PlaceReduction) throws(TensorError) -> Tensor {
        switch reduction {
        case .sum, .mean: return try Tensor.filled(Dims(), dtype, 0)
        case .prod: return try Tensor.filled(Dims(), dtype, 1)
        case .amax, .amin: return try limit(largest: reduction == .amin)
        }
    }

    /// The largest or smallest element that the dtype has, of no dimensions.
    private func limit(largest: Bool) throws(TensorError) -> Tensor {
        switch dtype {
        case .float32, .float64, .float16, .bfloat16: return try Tensor.filled(Dims(), dtype, largest ? .infinity : -.infinity)
        case .int64: return try Tensor(largest ? Int64.max : .min)
        case .int32: return try Tensor(largest ? Int32.max : .min)
        case .int16: return try Tensor(largest ? Int16.max : .min)
        case .int8: return try Tensor(largest ? Int8.max : .min)
        case .uint8: return try Tensor(largest ? UInt8.max : .min)
        case .bool: return try Tensor(largest)
        }
    }
}
