import COpenBLAS

// Least squares.

extension Tensor {
    /// By which of LAPACK's routines a least-squares problem is solved.
    public enum LeastSquaresDriver: String, CaseIterable, Sendable {
        /// QR; the matrices must have full rank.
        case gels
        /// QR with pivoting.
        case gelsy
        /// Singular values, divide and conquer.
        case gelsd
        /// Singular values.
        case gelss
    }

    /// What `leastSquares` gives.
    public struct LeastSquares {
        /// [..., n, k].
        public let solution: Tensor
        /// The sums of squares [..., k] of A X - B, where m > n and all matrices have full rank; else without elements. Not by `gelsy`.
        public let residuals: Tensor
        /// [...], int64; without elements for `gels`.
        public let rank: Tensor
        /// [..., min(m, n)]; without elements but for `gelsd` and `gelss`.
        public let singularValues: Tensor
    }

    /// X that makes |A X - B| smallest, and is smallest itself among those, for m by n matrices A = self.
    ///
    /// - Parameters:
    ///   - b: matrices [..., m, k]; or vectors, of one dimension less than A.
    ///   - rcond: singular values up to so many times the largest count as zero; nil for the dtype's precision times max(m, n).
    /// - Throws: for `gels`, where a matrix has not full rank.
    public func leastSquares(
        _ b: Tensor, rcond: Double? = nil, driver: LeastSquaresDriver = .gelsy
    ) throws(TensorError) -> LeastSquares {
        try requireMatrices("linalg.lstsq")
        try b.requireInitialized("linalg.lstsq")
        if dtype != b.dtype {
            throw TensorError(.runtime, "linalg.lstsq", "expected A and B of one dtype, got \(dtype) and \(b.dtype)")
        }
        if b.rank == rank - 1 {
            let found = try leastSquaresOfMatrices(b.unsqueezed(-1), rcond, driver)
            return LeastSquares(
                solution: try found.solution.squeezed([-1]),
                residuals: found.residuals.rank > 0 && found.residuals.count > 0 ? try found.residuals.squeezed([-1]) : found.residuals,
                rank: found.rank, singularValues: found.singularValues)
        }
        if b.rank < 2 {
            throw TensorError(.runtime, "linalg.lstsq", "expected B of at least \(rank - 1) dimensions, got shape \(b.sizes)")
        }
        return try leastSquaresOfMatrices(b, rcond, driver)
    }

    private func leastSquaresOfMatrices(
        _ b: Tensor, _ rcond: Double?, _ driver: LeastSquaresDriver
    ) throws(TensorError) -> LeastSquares {
        let operation: StaticString = "linalg.lstsq"
        if b.rowCount != rowCount {
            throw TensorError(.runtime, "linalg.lstsq", "expected as many rows in A and B, got shapes \(sizes) and \(b.sizes)")
        }
        let batch = try broadcastSizes(batchSizes, b.batchSizes, operation)
        try Lapack.check(self, limit: Lapack.singularLimit, operation)
        try Lapack.check(b, operation)
        // LAPACK wants a right side, for the rank too.
        let (m, n, k) = (rowCount, columnCount, Swift.max(b.columnCount, 1))
        let columns = try Lapack.columnMajor(withBatch(batch))
        // The right sides have room for the solutions, which may have more rows.
        let height = Swift.max(m, n)
        var shape = batch
        shape.append(height)
        shape.append(k)
        let padded = try Tensor.filled(shape, dtype, 0)
        Elementwise.convert(b.withoutHistory(), into: try padded.sliced(-2, from: 0, to: m).sliced(-1, from: 0, to: b.columnCount).withoutHistory())
        let right = try Lapack.columnMajor(padded)
        let ranks = try Tensor.filled(batch, .int64, 0)
        var valueShape = batch
        valueShape.append(Swift.min(m, n))
        let values = try Tensor.filled(valueShape, dtype, 0)
        let epsilon = (dtype == .float32 ? Double(Float.ulpOfOne) : Double.ulpOfOne) * Double(height)
        if batch.product > 0 && m > 0 && n > 0 {
            try solveLeastSquares(columns, right, ranks, values, m, n, k, height, rcond ?? epsilon, driver)
        } else {
            Elementwise.convert(try Tensor.filled(Dims(), dtype, 0), into: right)
        }
        let solution = try right.sliced(-1, from: 0, to: n).sliced(-2, from: 0, to: b.columnCount).withoutHistory().copied().turned()
        let none = try Tensor.filled([0], dtype, 0)
        let isFull = driver == .gels ? true : try (ranks .== n).all().itemAsBool()
        let hasResiduals = m > n && driver != .gelsy && isFull
        var residuals = none
        if hasResiduals { residuals = try (matmulWithoutHistory(solution) - b.withoutHistory()).squared().sum([-2]) }
        if isRecorded || b.isRecorded {
            let (ea, eb) = (try gradientEdge(), try b.gradientEdge())
            let node = LinalgLstsqBackward(ea, eb, Spec(self), Spec(b), Saved(self), Saved(b), Saved(output: solution))
            node.record(hasResiduals ? [solution, residuals] : [solution])
        }
        let hasValues = driver == .gelsd || driver == .gelss
        return LeastSquares(
            solution: solution, residuals: residuals,
            rank: driver == .gels ? try Tensor.filled([0], .int64, 0) : ranks, singularValues: hasValues ? values : none)
    }

    private func matmulWithoutHistory(_ other: Tensor) throws(TensorError) -> Tensor {
        try withoutGradients { () throws(TensorError) in try matmul(other) }
    }

    /// Each problem by itself: `a` and `right` are row-major transposes and are overwritten.
    private func solveLeastSquares(
        _ a: Tensor, _ right: Tensor, _ ranks: Tensor, _ values: Tensor, _ m: Int, _ n: Int, _ k: Int, _ height: Int,
        _ rcond: Double, _ driver: LeastSquaresDriver
    ) throws(TensorError) {
        let wide = dtype == .float64
        let (rows, columns, sides, lead, tall) = (Int32(m), Int32(n), Int32(k), Int32(m), Int32(height))
        let integers = try Lapack.integers(Swift.max(n, 64 * Swift.min(m, n) + 1024), "linalg.lstsq")
        let words = Lapack.pointer(integers)
        var rank: Int32 = 0
        func run(_ a: UnsafeMutableRawPointer, _ b: UnsafeMutableRawPointer, _ s: UnsafeMutableRawPointer, _ work: UnsafeMutableRawPointer, _ count: Int32) -> Int32 {
            switch driver {
            case .gels: lapack_gels(wide, rows, columns, sides, a, lead, b, tall, work, count)
            case .gelsy: lapack_gelsy(wide, rows, columns, sides, a, lead, b, tall, words, rcond, &rank, work, count)
            case .gelss: lapack_gelss(wide, rows, columns, sides, a, lead, b, tall, s, rcond, &rank, work, count)
            case .gelsd: lapack_gelsd(wide, rows, columns, sides, a, lead, b, tall, s, rcond, &rank, work, count, words)
            }
        }
        if k > 1 << 20 || height > Int(Int32.max) / 8 / k {
            throw TensorError(.runtime, "linalg.lstsq", "\(k) right sides of \(height) rows are too many")
        }
        let space = try Lapack.workspace(dtype, "linalg.lstsq") { _ = run(a.data, right.data, values.data, $0, -1) }
        for i in 0..<ranks.count {
            let matrix = a.data + i &* m &* n &* dtype.size, side = right.data + i &* Lapack.step(right)
            let s = values.data + i &* Swift.min(m, n) &* dtype.size
            if !Lapack.isFinite(matrix, m &* n, dtype) || !Lapack.isFinite(side, right.rowCount &* right.columnCount, dtype) {
                Lapack.spoil(side, right.rowCount &* right.columnCount, dtype)
                Lapack.spoil(s, Swift.min(m, n), dtype)
                continue
            }
            for j in 0..<n { words[j] = 0 }
            let info = run(matrix, side, s, space.memory.data, space.count)
            if info > 0 {
                let place = ranks.rank == 0 ? "" : "(Batch element \(i)): "
                throw TensorError(.linearAlgebra, "linalg.lstsq", place + (driver == .gels
                    ? "The least squares solution could not be computed because the input matrix does not have full rank (error code: \(info))."
                    : "The algorithm failed to converge (error code: \(info))."))
            }
            ranks.data.assumingMemoryBound(to: Int64.self)[i] = Int64(rank)
        }
    }
}

// MARK: - Gradients

/// X = A⁺ B: dB = A⁺ᵀ G, and dA that of the pseudo-inverse with G Bᵀ. The residuals r = Σ (A X - B)²: dA = 2 R dr Xᵀ,
/// dB = -2 R dr, for R = A X - B, which the columns of A are orthogonal to.
final class LinalgLstsqBackward: MultiOutputNode {
    private let aSpec: Spec, bSpec: Spec
    @exclusivity(unchecked) private var a: Saved, b: Saved, x: Saved

    init(_ ea: Edge, _ eb: Edge, _ aSpec: Spec, _ bSpec: Spec, _ a: Saved, _ b: Saved, _ x: Saved) {
        self.aSpec = aSpec
        self.bSpec = bSpec
        self.a = a
        self.b = b
        self.x = x
        super.init(outputCount: 2, ea, eb)
    }

    override func backward(_ gradients: [Tensor?], _ engine: inout Engine) throws(TensorError) {
        let a = try self.a.value(for: self), b = try self.b.value(for: self)
        if let g = gradients[0] {
            let p = try a.pseudoInverse()
            if wants(0) {
                let slope = try Tensor.pseudoInverseGradient(g.matmul(b.matrixTransposed()), a, p)
                try engine.send(slope, to: edges.0, reducedTo: aSpec)
            }
            if wants(1) { try engine.send(try p.matrixTransposed().matmul(g), to: edges.1, reducedTo: bSpec) }
        }
        if let g = gradients[1] {
            let x = try self.x.output(for: self, 0)
            let scaled = try (a.matmul(x) - b) * (g.unsqueezed(-2) * 2.0)
            if wants(0) { try engine.send(try scaled.matmul(x.matrixTransposed()), to: edges.0, reducedTo: aSpec) }
            if wants(1) { try engine.send(try scaled.negated(), to: edges.1, reducedTo: bSpec) }
        }
    }

    override func releaseSaved() {
        a.release()
        b.release()
        x.release()
    }
}
