// Functions of matrices that are made of products and solutions.

extension Tensor {
    // MARK: Exponential

    /// Σ Aⁿ / n! of square matrices.
    public func matrixExponential() throws(TensorError) -> Tensor {
        try requireInitialized("linalg.matrix_exp")
        if !dtype.isFloatingPoint {
            throw TensorError(.runtime, "linalg.matrix_exp", "expected a floating point tensor, got \(dtype)")
        }
        try requireSquare("linalg.matrix_exp")
        if dtype.isReducedPrecision { return try to(.float32).matrixExponential().to(dtype) }
        let result = try withoutGradients { () throws(TensorError) in try withoutHistory().exponentialByParts() }
        if isRecorded { result.node = LinalgMatrixExpBackward(try gradientEdge(), Saved(self)) }
        return result
    }

    /// Each matrix with the halvings that its own norm asks for: more of them would cost digits.
    private func exponentialByParts() throws(TensorError) -> Tensor {
        if count == 0 { return try copied() }
        let norms = try absoluteValue().sum([-2]).amax([-1]).to(.float64).contiguous()
        let halvings = try norms.array(of: Double.self).map { norm in
            // Above this norm the approximation is not exact to the last digit.
            let scale = norm / 5.371920351148152
            return scale.isFinite && scale > 1 ? Swift.min(Int(scale.exponent) + 1, 1100) : 0
        }
        if Set(halvings).count <= 1 { return try exponential(halvings.first ?? 0) }
        let flat = try reshaped([halvings.count, rowCount, columnCount] as Dims)
        let result = try Tensor(uninitialized: sizes, dtype, operation: "linalg.matrix_exp")
        let parts = try result.reshaped(flat.sizes)
        for (i, halving) in halvings.enumerated() { try parts.selected(0, i).copyInPlace(from: flat.selected(0, i).exponential(halving)) }
        return result
    }

    /// The Padé approximation of degree 13 of A / 2ⁿ, squared n times.
    private func exponential(_ halvings: Int) throws(TensorError) -> Tensor {
        let c: [Double] = [
            64764752532480000, 32382376266240000, 7771770303897600, 1187353796428800, 129060195264000, 10559470521600,
            670442572800, 33522128640, 1323241920, 40840800, 960960, 16380, 182, 1,
        ]
        // In two steps: one factor could be too small for the dtype.
        let a = halvings == 0 ? self : try self * Double(sign: .plus, exponent: -halvings / 2, significand: 1)
            * Double(sign: .plus, exponent: -(halvings - halvings / 2), significand: 1)
        let identity = try Tensor.identity([rowCount, rowCount], dtype)
        // The coefficients relative to the first, which float32 could not hold together.
        let b = c.map { $0 / c[0] }
        let a2 = try a.matmul(a), a4 = try a2.matmul(a2), a6 = try a4.matmul(a2)
        let high = try a6.matmul(a6 * b[13] + a4 * b[11] + a2 * b[9])
        let u = try a.matmul(high + a6 * b[7] + a4 * b[5] + a2 * b[3] + identity * b[1])
        let even = try a6.matmul(a6 * b[12] + a4 * b[10] + a2 * b[8])
        let v = try even + a6 * b[6] + a4 * b[4] + a2 * b[2] + identity
        var result = try (v - u).solvedWithInfo(v + u, left: true, "linalg.matrix_exp").result
        for _ in 0..<halvings { result = try result.matmul(result) }
        return result
    }

    // MARK: Systems over several dimensions

    /// The inverse of a tensor as a map from its last dimensions to its first `count`.
    public func tensorInverse(_ count: Int = 2) throws(TensorError) -> Tensor {
        try requireInitialized("linalg.tensorinv")
        if count <= 0 || count > rank {
            throw TensorError(.runtime, "linalg.tensorinv", "ind must be between 1 and the number of dimensions \(rank), not \(count)")
        }
        let front = shape[..<count], back = shape[count...]
        let (rows, columns) = (front.reduce(1, &*), back.reduce(1, &*))
        if rows != columns {
            throw TensorError(.runtime, "linalg.tensorinv",
                "the products of the first \(count) and of the other sizes of \(sizes) differ: \(rows) and \(columns)")
        }
        return try reshaped([rows, columns] as Dims).inverse().reshaped(Array(back) + Array(front))
    }

    /// X for which the sum of products of this tensor and X over all dimensions of X is `b`.
    ///
    /// - Parameter dims: moved to the end beforehand.
    public func tensorSolved(_ b: Tensor, dims: [Int]? = nil) throws(TensorError) -> Tensor {
        try requireInitialized("linalg.tensorsolve")
        try b.requireInitialized("linalg.tensorsolve")
        var a = self
        if let dims {
            var moved: [Int] = []
            for dim in dims {
                let axis = try checkedDimension(dim, rank: rank, operation: "linalg.tensorsolve")
                if moved.contains(axis) { throw TensorError(.runtime, "linalg.tensorsolve", "dimension \(dim) is named twice in \(dims)") }
                moved.append(axis)
            }
            a = try permuted((0..<rank).filter { !moved.contains($0) } + moved)
        }
        let result = Array(a.shape.dropFirst(b.rank))
        let columns = result.reduce(1, &*)
        if columns != b.count || a.count != columns &* columns {
            throw TensorError(.runtime, "linalg.tensorsolve", "shapes do not fit: A \(a.sizes), B \(b.sizes)")
        }
        return try a.reshaped([columns, columns] as Dims).solved(b.reshaped([columns] as Dims)).reshaped(result)
    }

    /// The powers 0 to n - 1 of each element, along a new last dimension.
    ///
    /// - Parameter count: n; nil for as many as there are elements along the last dimension.
    public func powers(count: Int? = nil) throws(TensorError) -> Tensor {
        try requireInitialized("linalg.vander")
        if dtype == .bool || dtype.isReducedPrecision {
            throw TensorError(.runtime, "linalg.vander", "expected float32, float64 or integers, got \(dtype)")
        }
        if rank == 0 { throw TensorError(.runtime, "linalg.vander", "expected at least one dimension, got shape \(sizes)") }
        let n = count ?? sizes[rank - 1]
        if n <= 1 { throw TensorError(.runtime, "linalg.vander", "N must be greater than 1, not \(n)") }
        let base = try dtype.isFloatingPoint ? self : to(.int64)
        if rank == Dims.capacity { throw TensorError(.value, "linalg.vander", "a tensor has at most \(Dims.capacity) dimensions") }
        var shape = base.sizes
        shape.append(n)
        // Room for all of them, or an error before the first is computed.
        _ = try Tensor(uninitialized: shape, base.dtype, operation: "linalg.vander")
        // By products rather than powers, which have no second derivative at 0: twice as many with each step.
        let x = try base.unsqueezed(-1)
        var found = try Tensor.concatenated([Tensor.filled(x.sizes, x.dtype, 1), x], dim: -1)
        while found.columnCount < n {
            let count = found.columnCount, more = Swift.min(count, n - count)
            let next = try found.sliced(-1, from: count - 1) * x
            found = try Tensor.concatenated([found, found.sliced(-1, from: 0, to: more) * next], dim: -1)
        }
        return found
    }
}

// MARK: - Gradients

/// Y = exp A: dA is the block above the diagonal of exp [[Aᵀ, G], [0, Aᵀ]].
final class LinalgMatrixExpBackward: Node {
    @exclusivity(unchecked) private var a: Saved

    init(_ edge: Edge, _ a: Saved) {
        self.a = a
        super.init(edge)
    }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let at = try a.value(for: self).matrixTransposed()
        let n = at.rowCount
        let upper = try Tensor.concatenated([at, g], dim: -1)
        let lower = try Tensor.concatenated([Tensor.filled(at.sizes, at.dtype, 0), at], dim: -1)
        let both = try Tensor.concatenated([upper, lower], dim: -2).matrixExponential()
        try engine.send(try both.sliced(-2, from: 0, to: n).sliced(-1, from: n), to: edges.0)
    }

    override func releaseSaved() { a.release() }
}
