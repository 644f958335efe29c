// The LU decomposition with row exchanges.

extension Tensor {
    /// L and U in one matrix, and the row exchanges: row i of A was exchanged with row pivots[i], counted from 1.
    ///
    /// - Throws: where U has a zero on its diagonal.
    public func luFactors() throws(TensorError) -> (lu: Tensor, pivots: Tensor) {
        let found = try luFactorsWithInfo("linalg.lu_factor")
        try Tensor.requirePivots(found.info, "linalg.lu_factor")
        return (found.lu, found.pivots)
    }

    /// `luFactors`, and for each matrix 0 or the first diagonal element of U that is zero, counted from 1, instead of an error.
    public func luFactorsWithInfo() throws(TensorError) -> (lu: Tensor, pivots: Tensor, info: Tensor) {
        try luFactorsWithInfo("linalg.lu_factor_ex")
    }

    func luFactorsWithInfo(_ operation: StaticString) throws(TensorError) -> (lu: Tensor, pivots: Tensor, info: Tensor) {
        try requireMatrices(operation)
        let found = try Lapack.factorize(self, operation)
        let lu = found.factors.turned()
        if isRecorded { lu.node = LinalgLuFactorExBackward(try gradientEdge(), Saved(output: lu), found.pivots) }
        return (lu, found.pivots, found.info)
    }

    package static func requirePivots(_ info: Tensor, _ operation: StaticString) throws(TensorError) {
        guard let (index, code) = Lapack.failure(info) else { return }
        let place = info.rank == 0 ? "" : "(Batch element \(index)): "
        throw TensorError(.runtime, operation.description,
            "\(place)U[\(code),\(code)] is zero and using it on lu_solve would result in a division by zero; "
                + "linalg.lu and linalg.lu_factor_ex give the factors all the same")
    }

    /// P, L and U, so that A = P L U.
    public func luDecomposition() throws(TensorError) -> (p: Tensor, l: Tensor, u: Tensor) {
        let found = try luFactorsWithInfo("linalg.lu")
        return try Tensor.luUnpacked(found.lu, found.pivots)
    }

    /// P, L and U from what `luFactors` gives.
    public static func luUnpacked(_ lu: Tensor, _ pivots: Tensor) throws(TensorError) -> (p: Tensor, l: Tensor, u: Tensor) {
        try lu.requireMatrices("lu_unpack")
        let k = Swift.min(lu.rowCount, lu.columnCount)
        let unit = try Tensor.identity([lu.rowCount, k], lu.dtype)
        let l = try lu.sliced(-1, from: 0, to: k).lowerTriangle(diagonal: -1) + unit
        let u = try lu.sliced(-2, from: 0, to: k).upperTriangle()
        return (try permutation(pivots, like: lu, "lu_unpack"), l, u)
    }

    /// The matrices P that undo row exchanges.
    private static func permutation(_ pivots: Tensor, like lu: Tensor, _ operation: StaticString) throws(TensorError) -> Tensor {
        try pivots.requireInitialized(operation)
        let m = lu.rowCount, k = Swift.min(m, lu.columnCount)
        var shape = lu.batchSizes
        shape.append(k)
        if pivots.dtype != .int32 || pivots.sizes != shape {
            throw TensorError(.runtime, operation.description,
                "expected pivots of int32 and shape \(shape), got \(pivots.dtype) of shape \(pivots.sizes)")
        }
        shape[shape.count - 1] = m
        shape.append(m)
        let result = try Tensor.filled(shape, lu.dtype, 0)
        let given = try pivots.withoutHistory().copied()
        let exchanges = Lapack.pointer(given)
        for i in 0..<lu.batchSizes.product {
            var order = Array(0..<m)
            for j in 0..<k {
                let other = Int(exchanges[i &* k &+ j]) - 1
                guard other >= 0 && other < m else {
                    throw TensorError(.runtime, operation.description, "pivots must be between 1 and \(m), not \(other + 1)")
                }
                order.swapAt(j, other)
            }
            // Row j of L U is row order[j] of A.
            for j in 0..<m {
                let place = (i &* m &+ order[j]) &* m &+ j
                if lu.dtype == .float32 {
                    result.data.assumingMemoryBound(to: Float.self)[place] = 1
                } else {
                    result.data.assumingMemoryBound(to: Double.self)[place] = 1
                }
            }
        }
        return result
    }

    /// X of A X = B, or of X A = B where not `left`, from the LU factors of A; of Aᵀ where `transposed`.
    public static func luSolved(
        _ lu: Tensor, _ pivots: Tensor, _ b: Tensor, left: Bool = true, transposed: Bool = false
    ) throws(TensorError) -> Tensor {
        try lu.requireSquareMatrices("linalg.lu_solve")
        try b.requireMatrices("linalg.lu_solve")
        if lu.dtype != b.dtype {
            throw TensorError(.runtime, "linalg.lu_solve", "expected LU and B of one dtype, got \(lu.dtype) and \(b.dtype)")
        }
        if !left { return try luSolved(lu, pivots, b.matrixTransposed(), transposed: !transposed).matrixTransposed() }
        if b.rowCount != lu.rowCount {
            throw TensorError(.runtime, "linalg.lu_solve", "shapes do not fit: LU \(lu.sizes), B \(b.sizes)")
        }
        let p = try permutation(pivots, like: lu, "linalg.lu_solve")
        if transposed {
            let y = try lu.matrixTransposed().triangularSolved(b, upper: false)
            return try p.matmul(lu.matrixTransposed().triangularSolved(y, upper: true, unitriangular: true))
        }
        let y = try lu.triangularSolved(p.matrixTransposed().matmul(b), upper: false, unitriangular: true)
        return try lu.triangularSolved(y, upper: true)
    }
}

// MARK: - Gradients

/// A = P L U, packed. For square matrices dA = P L⁻ᵀ (tril(Lᵀ dL, -1) + triu(dU Uᵀ)) U⁻ᵀ. What is left of others follows from
/// L₂ = A₂ U⁻¹ below, or U₂ = L⁻¹ A₂ beside the square part.
final class LinalgLuFactorExBackward: Node {
    @exclusivity(unchecked) private var lu: Saved
    private let pivots: Tensor

    init(_ edge: Edge, _ lu: Saved, _ pivots: Tensor) {
        self.lu = lu
        self.pivots = pivots
        super.init(edge)
    }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let lu = try self.lu.output(for: self), gradient = copy g
        let (m, n) = (lu.rowCount, lu.columnCount), k = Swift.min(m, n)
        let (p, fullL, fullU) = try Tensor.luUnpacked(lu, pivots)
        let (l, u) = (try fullL.sliced(-2, from: 0, to: k), try fullU.sliced(-1, from: 0, to: k))
        let square = try gradient.sliced(-2, from: 0, to: k).sliced(-1, from: 0, to: k)
        var (dl, du) = (try square.lowerTriangle(diagonal: -1), try square.upperTriangle())
        var rest: Tensor?
        if m > n {
            let more = try u.matrixTransposed().triangularSolved(gradient.sliced(-2, from: k), upper: false, left: false)
            du = try du - fullL.sliced(-2, from: k).matrixTransposed().matmul(more)
            rest = more
        } else if n > m {
            let more = try l.matrixTransposed().triangularSolved(gradient.sliced(-1, from: k), upper: true, unitriangular: true)
            dl = try dl - more.matmul(fullU.sliced(-1, from: k).matrixTransposed())
            rest = more
        }
        let inner = try l.matrixTransposed().matmul(dl).lowerTriangle(diagonal: -1) + du.matmul(u.matrixTransposed()).upperTriangle()
        var slope = try l.matrixTransposed().triangularSolved(inner, upper: true, unitriangular: true)
        slope = try u.matrixTransposed().triangularSolved(slope, upper: false, left: false)
        if let rest { slope = try Tensor.concatenated([slope, rest], dim: m > n ? -2 : -1) }
        try engine.send(try p.matmul(slope), to: edges.0)
    }

    override func releaseSaved() { lu.release() }
}
