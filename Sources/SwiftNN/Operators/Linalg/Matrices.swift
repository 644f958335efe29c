// What linear algebra shares: checks, the identity, what LAPACK leaves transposed.

extension Tensor {
    /// - Throws: unless the tensor is float32 or float64 and of at least two dimensions.
    func requireMatrices(_ operation: StaticString) throws(TensorError) {
        try requireInitialized(operation)
        if !dtype.isFloatingPoint {
            throw TensorError(.runtime, operation.description, "expected a floating point tensor, got \(dtype)")
        }
        if dtype.isReducedPrecision {
            throw TensorError(.runtime, operation.description, "low precision dtypes are not supported, got \(dtype)")
        }
        if rank < 2 {
            throw TensorError(.runtime, operation.description, "expected a tensor of at least 2 dimensions, got shape \(sizes)")
        }
    }

    /// - Throws: unless the last two dimensions are square matrices.
    func requireSquare(_ operation: StaticString) throws(TensorError) {
        try requireInitialized(operation)
        if rank < 2 {
            throw TensorError(.runtime, operation.description, "expected a tensor of at least 2 dimensions, got shape \(sizes)")
        }
        if sizes[rank - 2] != sizes[rank - 1] {
            throw TensorError(.runtime, operation.description,
                "expected square matrices, but they are \(sizes[rank - 2]) by \(sizes[rank - 1]) matrices")
        }
    }

    func requireSquareMatrices(_ operation: StaticString) throws(TensorError) {
        try requireMatrices(operation)
        try requireSquare(operation)
    }

    /// A result that LAPACK left as row-major transposes. It is nobody's view: the transposes are dropped.
    func turned() -> Tensor {
        var target = sizes, steps = strides
        target.swap(rank - 2, rank - 1)
        steps.swap(rank - 2, rank - 1)
        return Tensor(
            storage: storage, offset: offset, sizes: target, strides: steps, count: count, dtype: dtype,
            flags: isRowMajor(target, steps) ? .contiguous : [])
    }

    /// The sum with a part of a gradient that there may not be.
    func added(to other: Tensor?) throws(TensorError) -> Tensor {
        guard let other else { return self }
        return try other + self
    }

    var rowCount: Int { sizes[rank - 2] }
    var columnCount: Int { sizes[rank - 1] }

    /// Identity matrices, also where they are not square, in a tensor of those sizes.
    static func identity(_ sizes: Dims, _ dtype: DType) throws(TensorError) -> Tensor {
        let result = try Tensor.filled(sizes, dtype, 0)
        let diagonal = try result.diagonal(dim1: -2, dim2: -1)
        Elementwise.convert(try Tensor.filled(Dims(), dtype, 1), into: diagonal)
        return result
    }

    /// X + Xᵀ with the diagonal of X.
    func symmetrized() throws(TensorError) -> Tensor {
        let factors = try Tensor.filled([rowCount, columnCount], dtype, 1)
        Elementwise.convert(try Tensor.filled(Dims(), dtype, 0.5), into: try factors.diagonal(dim1: -2, dim2: -1))
        return try (self + matrixTransposed()) * factors
    }
}
