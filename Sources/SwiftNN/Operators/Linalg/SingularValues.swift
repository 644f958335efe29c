// Singular values, and what is made of them.

extension Tensor {
    /// U, the singular values in falling order, and Vᵀ, so that A = U diag(S) Vᵀ.
    ///
    /// The vectors are unique up to their sign, or up to a rotation among those of equal values: only what does not depend on
    /// that has a gradient.
    ///
    /// - Parameter fullMatrices: whether U and V are square, rather than with as many columns as there are values.
    /// - Throws: for matrices that are not finite.
    public func singularValueDecomposition(fullMatrices: Bool = true) throws(TensorError) -> (u: Tensor, s: Tensor, vt: Tensor) {
        try requireMatrices("linalg.svd")
        let found = try Lapack.singular(self, fullMatrices ? .complete : .reduced, "linalg.svd")
        try Tensor.requireSingularValues(found.info)
        if isRecorded {
            let node = LinalgSvdBackward(
                try gradientEdge(), Saved(output: found.u), Saved(output: found.s), Saved(output: found.vt))
            node.record([found.u, found.s, found.vt])
        }
        return (found.u, found.s, found.vt)
    }

    /// The singular values of matrices, in falling order.
    ///
    /// - Throws: for matrices that are not finite.
    public func singularValues() throws(TensorError) -> Tensor {
        try requireMatrices("linalg.svdvals")
        // Their gradient needs the vectors.
        if isRecorded { return try singularValueDecomposition(fullMatrices: false).s }
        let found = try Lapack.singular(self, .none, "linalg.svd")
        try Tensor.requireSingularValues(found.info)
        return found.s
    }

    private static func requireSingularValues(_ info: Tensor) throws(TensorError) {
        try Lapack.requireSuccess(info, "linalg.svd") {
            $0 < 0
                ? "The algorithm failed to converge because the input matrix contained non-finite values."
                : "The algorithm failed to converge because the input matrix is ill-conditioned or has too many repeated singular values (error code: \($0))."
        }
    }

    // MARK: Rank

    /// How small a singular value counts as zero: at most `atol`, or `rtol` times the largest one.
    ///
    /// - Parameters:
    ///   - values: [..., k].
    ///   - atol, rtol: numbers, or tensors that are broadcast to the batch.
    private func tolerance(
        _ values: Tensor, _ atol: Tensor?, _ rtol: Tensor?, _ operation: StaticString
    ) throws(TensorError) -> Tensor {
        for tensor in [atol, rtol] {
            if let tensor {
                try tensor.requireInitialized(operation)
                if tensor.dtype == .bool { throw TensorError(.type, operation.description, "tolerances must be numbers, not bool") }
            }
        }
        let largest = try values.amax([-1])
        let epsilon = (dtype == .float32 ? Double(Float.ulpOfOne) : Double.ulpOfOne) * Double(Swift.max(rowCount, columnCount))
        let relative = try largest * (rtol?.withoutHistory() ?? Tensor(number: atol == nil ? epsilon : 0))
        if let atol { return try relative.maximum(atol.withoutHistory().to(relative.dtype)) }
        return relative
    }

    /// The number of singular values that are greater than the tolerance, as int64.
    ///
    /// - Parameters:
    ///   - atol: nil for 0.
    ///   - rtol: times the largest singular value; nil for the dtype's precision times the larger size, or 0 where `atol` is given.
    ///   - hermitian: whether the matrices are symmetric; one triangle is read then.
    public func matrixRank(atol: Tensor? = nil, rtol: Tensor? = nil, hermitian: Bool = false) throws(TensorError) -> Tensor {
        try requireMatrices("linalg.matrix_rank")
        return try withoutGradients { () throws(TensorError) in
            if hermitian { try requireSquare("linalg.matrix_rank") }
            if rowCount == 0 || columnCount == 0 { return try Tensor.filled(batchSizes, .int64, 0) }
            let values = try hermitian ? symmetricEigenvalues().absoluteValue() : singularValues()
            let least = try tolerance(values, atol, rtol, "linalg.matrix_rank")
            return try (values .> least.unsqueezed(-1)).sum([-1])
        }
    }

    // MARK: Pseudo-inverse

    /// The Moore-Penrose inverse: singular values up to the tolerance count as zero.
    ///
    /// - Parameters: as for `matrixRank`.
    public func pseudoInverse(atol: Tensor? = nil, rtol: Tensor? = nil, hermitian: Bool = false) throws(TensorError) -> Tensor {
        try requireMatrices("linalg.pinv")
        if hermitian { try requireSquare("linalg.pinv") }
        let result = try withoutGradients { () throws(TensorError) in
            if count == 0 || rowCount == 0 || columnCount == 0 {
                var shape = batchSizes
                shape.append(columnCount)
                shape.append(rowCount)
                return try Tensor.filled(shape, dtype, 0)
            }
            let zero = try Tensor.filled(Dims(), dtype, 0)
            if hermitian {
                let (values, vectors) = try symmetricEigenDecomposition()
                let size = try values.absoluteValue()
                let least = try tolerance(size, atol, rtol, "linalg.pinv").unsqueezed(-1)
                let inverse = try Tensor.select(size .> least, 1.0 / values, zero)
                return try (vectors * inverse.unsqueezed(-2)).matmul(vectors.matrixTransposed())
            }
            let (u, s, vt) = try singularValueDecomposition(fullMatrices: false)
            let least = try tolerance(s, atol, rtol, "linalg.pinv").unsqueezed(-1)
            let inverse = try Tensor.select(s .> least, 1.0 / s, zero)
            return try (vt.matrixTransposed() * inverse.unsqueezed(-2)).matmul(u.matrixTransposed())
        }
        if isRecorded { result.node = LinalgPinvBackward(try gradientEdge(), Saved(self), Saved(output: result)) }
        return result
    }

    // MARK: Condition

    /// The condition number, |A| |A⁻¹| in that norm; infinity for a singular matrix.
    ///
    /// - Parameter order: `.order(2)` and `.order(-2)` are the quotient of the largest and the smallest singular value, and its inverse.
    /// - Throws: for matrices that are not square, but by those two.
    public func conditionNumber(_ order: MatrixNorm = .order(2)) throws(TensorError) -> Tensor {
        try requireMatrices("linalg.cond")
        switch order {
        case .order(2), .order(-2), .nuclear:
            if order == .nuclear { try requireSquare("linalg.cond") }
            if rowCount == 0 || columnCount == 0 { return try Tensor.filled(batchSizes, dtype, 0) }
            let s = try singularValues()
            if order == .nuclear { return try s.sum([-1]) * (1.0 / s).sum([-1]) }
            let (largest, smallest) = (try s.selected(-1, 0), try s.selected(-1, -1))
            return try order == .order(2) ? largest / smallest : smallest / largest
        default:
            try requireSquare("linalg.cond")
            if case .order(let p) = order, abs(p) != 1 && abs(p) != .infinity {
                throw TensorError(.runtime, "linalg.cond", "got an invalid norm type: \(p)")
            }
            if rowCount == 0 { return try Tensor.filled(batchSizes, dtype, 0) }
            let (inverse, info) = try inverseWithInfo("linalg.cond")
            let product = try matrixNorm(order) * inverse.matrixNorm(order)
            return try Tensor.select(info .!= 0, Tensor.filled(Dims(), dtype, .infinity), product)
        }
    }
}

// MARK: - Gradients

/// A = U S Vᵀ: dA = U (((Uᵀ dU)ᵒ / E) S + S ((Vᵀ dV)ᵒ / E) + diag(dS)) Vᵀ, where Xᵒ = X - Xᵀ and E[i, j] = s[j]² - s[i]²;
/// and what dU and dV have outside of the columns of U and V: (1 - U Uᵀ) dU S⁻¹ Vᵀ + U S⁻¹ dVᵀ (1 - V Vᵀ).
final class LinalgSvdBackward: MultiOutputNode {
    @exclusivity(unchecked) private var u: Saved, s: Saved, vt: Saved

    init(_ edge: Edge, _ u: Saved, _ s: Saved, _ vt: Saved) {
        self.u = u
        self.s = s
        self.vt = vt
        super.init(outputCount: 3, edge)
    }

    override func backward(_ gradients: [Tensor?], _ engine: inout Engine) throws(TensorError) {
        let s = try self.s.output(for: self, 1), k = s.sizes[s.rank - 1]
        // Of full matrices only the columns that belong to singular values are determined.
        let u = try self.u.output(for: self, 0).sliced(-1, from: 0, to: k)
        let vt = try self.vt.output(for: self, 2).sliced(-2, from: 0, to: k)
        let du = try gradients[0].map { (g) throws(TensorError) in try g.sliced(-1, from: 0, to: k) }
        let dvt = try gradients[2].map { (g) throws(TensorError) in try g.sliced(-2, from: 0, to: k) }
        let ds = gradients[1]
        if du == nil && dvt == nil {
            if let ds { try engine.send(try (u * ds.unsqueezed(-2)).matmul(vt), to: edges.0) }
            return
        }
        let (ut, v) = (try u.matrixTransposed(), try vt.matrixTransposed())
        let squares = try s.squared()
        func turned(_ x: Tensor) throws(TensorError) -> Tensor {
            try (x - x.matrixTransposed()).dividedByDifferences(of: squares)
        }
        let (row, column) = (try s.unsqueezed(-2), try s.unsqueezed(-1))
        var inner: Tensor?
        if let ds { inner = try ds.diagonalEmbedded() }
        if let du {
            inner = try (turned(ut.matmul(du)) * row).added(to: inner)
        }
        if let dvt {
            inner = try (column * turned(vt.matmul(dvt.matrixTransposed()))).added(to: inner)
        }
        guard let inner else { return }
        var slope = try u.matmul(inner).matmul(vt)
        if let du, u.rowCount > k {
            let scaled = try du / row
            slope = try slope + (scaled - u.matmul(ut.matmul(scaled))).matmul(vt)
        }
        if let dvt, vt.columnCount > k {
            let scaled = try dvt / column
            slope = try slope + u.matmul(scaled - scaled.matmul(v).matmul(vt))
        }
        try engine.send(slope, to: edges.0)
    }

    override func releaseSaved() {
        u.release()
        s.release()
        vt.release()
    }
}

/// P = A⁺, where the rank does not change: dA = -Pᵀ G Pᵀ + (1 - A P) Gᵀ P Pᵀ + Pᵀ P Gᵀ (1 - P A).
final class LinalgPinvBackward: Node {
    @exclusivity(unchecked) private var a: Saved, p: Saved

    init(_ edge: Edge, _ a: Saved, _ p: Saved) {
        self.a = a
        self.p = p
        super.init(edge)
    }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let a = try self.a.value(for: self), p = try self.p.output(for: self)
        try engine.send(try Tensor.pseudoInverseGradient(g, a, p), to: edges.0)
    }

    override func releaseSaved() {
        a.release()
        p.release()
    }
}

extension Tensor {
    static func pseudoInverseGradient(_ g: Tensor, _ a: Tensor, _ p: Tensor) throws(TensorError) -> Tensor {
        let (pt, gt) = (try p.matrixTransposed(), try g.matrixTransposed())
        let left = try gt.matmul(p).matmul(pt), right = try pt.matmul(p).matmul(gt)
        return try left - a.matmul(p).matmul(left) + right - right.matmul(p).matmul(a) - pt.matmul(g).matmul(pt)
    }
}
