// Systems of linear equations and inverses. The last two dimensions are matrices, the others a batch.

extension Tensor {
    // MARK: solve

    /// X of A X = B, for square matrices A = self; of X A = B where not `left`.
    ///
    /// - Parameter b: matrices [..., n, k]; or a vector, or vectors in the batch of A.
    /// - Throws: where a matrix is singular, and where shapes or dtypes do not fit.
    public func solved(_ b: Tensor, left: Bool = true) throws(TensorError) -> Tensor {
        let (result, info) = try solvedWithInfo(b, left: left, "linalg.solve")
        try Lapack.requireSuccess(info, "linalg.solve") { _ in "The solver failed because the input matrix is singular." }
        return result
    }

    /// `solved`, and for each matrix 0 or the diagonal element of U that is zero, counted from 1, instead of an error.
    public func solvedWithInfo(_ b: Tensor, left: Bool = true) throws(TensorError) -> (result: Tensor, info: Tensor) {
        try solvedWithInfo(b, left: left, "linalg.solve_ex")
    }

    func solvedWithInfo(
        _ b: Tensor, left: Bool, _ operation: StaticString
    ) throws(TensorError) -> (result: Tensor, info: Tensor) {
        try requireSquareMatrices(operation)
        try b.requireInitialized(operation)
        if dtype != b.dtype {
            throw TensorError(.runtime, operation.description, "expected A and B of one dtype, got \(dtype) and \(b.dtype)")
        }
        var vectors = sizes
        vectors.removeLast()
        if b.rank == 1 || (b.rank == rank - 1 && b.sizes == vectors) {
            if !left {
                throw TensorError(.runtime, operation.description, "vectors are not offered on the left: B has shape \(b.sizes)")
            }
            let (x, info) = try solvedMatrices(b.unsqueezed(-1), operation)
            return (try x.squeezed([-1]), info)
        }
        if b.rank < 2 {
            throw TensorError(.runtime, operation.description, "expected B of at least 2 dimensions, got shape \(b.sizes)")
        }
        if left { return try solvedMatrices(b, operation) }
        if b.columnCount != rowCount {
            throw TensorError(.runtime, operation.description, "shapes do not fit X A = B: A \(sizes), B \(b.sizes)")
        }
        let (x, info) = try matrixTransposed().solvedMatrices(b.matrixTransposed(), operation)
        return (try x.matrixTransposed(), info)
    }

    private func solvedMatrices(_ b: Tensor, _ operation: StaticString) throws(TensorError) -> (Tensor, Tensor) {
        if b.rowCount != rowCount {
            throw TensorError(.runtime, operation.description, "shapes do not fit A X = B: A \(sizes), B \(b.sizes)")
        }
        let batch = try broadcastSizes(batchSizes, b.batchSizes, operation)
        let (a, right) = (try withBatch(batch), try b.withBatch(batch))
        let lu = try Lapack.factorize(a, operation)
        let x = try Lapack.solve(lu, right, operation).turned()
        if isRecorded || b.isRecorded {
            let (ea, eb) = (try gradientEdge(), try b.gradientEdge())
            x.node = LinalgSolveExBackward(ea, eb, Spec(self), Spec(b), a: Saved(self), b: ea.isNone ? nil : Saved(output: x))
        }
        return (x, lu.info)
    }

    /// Matrices expanded to a batch, without history.
    func withBatch(_ batch: Dims) throws(TensorError) -> Tensor {
        var shape = batch
        shape.append(rowCount)
        shape.append(columnCount)
        return try shape == sizes ? withoutHistory() : withoutHistory().expanded(shape)
    }

    // MARK: inv

    /// The inverse of square matrices.
    ///
    /// - Throws: where a matrix is singular.
    public func inverse() throws(TensorError) -> Tensor {
        let (inverse, info) = try inverseWithInfo("linalg.inv")
        try Tensor.requireInvertible(info, "linalg.inv")
        return inverse
    }

    /// The inverse, and for each matrix 0 or the diagonal element of U that is zero, counted from 1, instead of an error.
    public func inverseWithInfo() throws(TensorError) -> (inverse: Tensor, info: Tensor) { try inverseWithInfo("linalg.inv_ex") }

    func inverseWithInfo(_ operation: StaticString) throws(TensorError) -> (inverse: Tensor, info: Tensor) {
        try requireSquareMatrices(operation)
        let lu = try Lapack.factorize(self, operation)
        let result = try Lapack.solve(lu, Tensor.identity(sizes, dtype), operation).turned()
        if isRecorded { result.node = LinalgInvExBackward(try gradientEdge(), Saved(output: result)) }
        return (result, lu.info)
    }

    /// - Throws: with what `linalg.inv` says of a singular matrix.
    package static func requireInvertible(_ info: Tensor, _ operation: StaticString) throws(TensorError) {
        try Lapack.requireSuccess(info, operation) {
            "The diagonal element \($0) is zero, the inversion could not be completed because the input matrix is singular."
        }
    }

    package static func requireSolvable(_ info: Tensor, _ operation: StaticString) throws(TensorError) {
        try Lapack.requireSuccess(info, operation) { _ in "The solver failed because the input matrix is singular." }
    }

    // MARK: Triangles

    /// X of A X = B, for triangular matrices A = self; of X A = B where not `left`. The other triangle is not read.
    ///
    /// - Parameters:
    ///   - upper: whether the upper triangle counts, or the lower.
    ///   - unitriangular: whether the diagonal is taken for ones.
    public func triangularSolved(
        _ b: Tensor, upper: Bool, left: Bool = true, unitriangular: Bool = false
    ) throws(TensorError) -> Tensor {
        let operation: StaticString = "linalg.solve_triangular"
        try requireSquareMatrices(operation)
        try b.requireMatrices(operation)
        if dtype != b.dtype {
            throw TensorError(.runtime, operation.description, "expected A and B of one dtype, got \(dtype) and \(b.dtype)")
        }
        if (left ? b.rowCount : b.columnCount) != rowCount {
            throw TensorError(.runtime, operation.description,
                "shapes do not fit \(left ? "A X = B" : "X A = B"): A \(sizes), B \(b.sizes)")
        }
        let batch = try broadcastSizes(batchSizes, b.batchSizes, operation)
        let x = try Lapack.solveTriangular(
            self, b, batch: batch, right: !left, upper: upper, unit: unitriangular, operation)
        if isRecorded || b.isRecorded {
            let (ea, eb) = (try gradientEdge(), try b.gradientEdge())
            x.node = LinalgSolveTriangularBackward(
                ea, eb, Spec(self), Spec(b), a: Saved(self), b: ea.isNone ? nil : Saved(output: x), upper, left, unitriangular)
        }
        return x
    }
}

// MARK: - Gradients

/// X = A⁻¹ B: dB = A⁻ᵀ G, dA = -dB Xᵀ.
final class LinalgSolveExBackward: SavedBinaryBackward {
    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let a = try self.a!.value(for: self)
        // A singular matrix was reported by the forward pass, or the caller did not want to know.
        let slope = try a.matrixTransposed().solvedWithInfo(g, left: true, "linalg.solve").result
        if wants(0) {
            let x = try self.b!.output(for: self)
            try engine.send(try slope.matmul(x.matrixTransposed()).negated(), to: edges.0, reducedTo: aSpec)
        }
        if wants(1) { try engine.send(slope, to: edges.1, reducedTo: bSpec) }
    }
}

/// Y = A⁻¹: dA = -Yᵀ G Yᵀ.
final class LinalgInvExBackward: Node {
    @exclusivity(unchecked) private var y: Saved

    init(_ edge: Edge, _ y: Saved) {
        self.y = y
        super.init(edge)
    }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let y = try self.y.output(for: self).matrixTransposed()
        try engine.send(try y.matmul(g).matmul(y).negated(), to: edges.0)
    }

    override func releaseSaved() { y.release() }
}

/// The same as of any matrix, for the elements that count.
final class LinalgSolveTriangularBackward: SavedBinaryBackward {
    private let upper: Bool, left: Bool, unit: Bool

    init(
        _ ea: Edge, _ eb: Edge, _ aSpec: Spec, _ bSpec: Spec, a: Saved?, b: Saved?, _ upper: Bool, _ left: Bool, _ unit: Bool
    ) {
        self.upper = upper
        self.left = left
        self.unit = unit
        super.init(ea, eb, aSpec, bSpec, a: a, b: b)
    }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let a = try self.a!.value(for: self)
        let slope = try a.matrixTransposed().triangularSolved(g, upper: !upper, left: left, unitriangular: unit)
        if wants(0) {
            let x = try self.b!.output(for: self).matrixTransposed()
            let full = try (left ? slope.matmul(x) : x.matmul(slope)).negated()
            let diagonal = unit ? 1 : 0
            try engine.send(try upper ? full.upperTriangle(diagonal: diagonal) : full.lowerTriangle(diagonal: -diagonal), to: edges.0, reducedTo: aSpec)
        }
        if wants(1) { try engine.send(slope, to: edges.1, reducedTo: bSpec) }
    }
}
