// Determinants.

extension Tensor {
    /// The determinant of square matrices.
    public func determinant() throws(TensorError) -> Tensor {
        let (sign, diagonal) = try signAndDiagonal("linalg.det")
        let result = sign
        // The product of the diagonal, one factor after the other.
        func multiply<Element: BinaryFloatingPoint>(_ type: Element.Type) {
            let (target, factors) = (result.data.assumingMemoryBound(to: type), diagonal.data.assumingMemoryBound(to: type))
            let n = diagonal.sizes[diagonal.rank - 1]
            for i in 0..<result.count { for j in 0..<n { target[i] *= factors[i &* n &+ j] } }
        }
        if dtype == .float32 { multiply(Float.self) } else { multiply(Double.self) }
        if isRecorded { result.node = LinalgDetBackward(try gradientEdge(), Saved(self), Saved(output: result)) }
        return result
    }

    /// The sign of the determinant and the logarithm of its absolute value; 0 and -∞ for a singular matrix.
    public func signAndLogDeterminant() throws(TensorError) -> (sign: Tensor, logAbsDeterminant: Tensor) {
        let (parity, diagonal) = try signAndDiagonal("linalg.slogdet")
        return try withHistory(parity, diagonal)
    }

    private func withHistory(_ parity: Tensor, _ diagonal: Tensor) throws(TensorError) -> (sign: Tensor, logAbsDeterminant: Tensor) {
        let sign = parity
        func signs<Element: BinaryFloatingPoint>(_ type: Element.Type) {
            let (target, factors) = (sign.data.assumingMemoryBound(to: type), diagonal.data.assumingMemoryBound(to: type))
            let n = diagonal.sizes[diagonal.rank - 1]
            for i in 0..<sign.count {
                for j in 0..<n {
                    let factor = factors[i &* n &+ j]
                    target[i] *= factor > 0 ? 1 : factor < 0 ? -1 : 0
                }
            }
        }
        if dtype == .float32 { signs(Float.self) } else { signs(Double.self) }
        let logarithm = try diagonal.absoluteValue().logarithm().sum([-1])
        if isRecorded { logarithm.node = LinalgSlogdetBackward(try gradientEdge(), Saved(self)) }
        return (sign, logarithm)
    }

    /// The logarithm of the determinant; NaN where that is negative.
    public func logDeterminant() throws(TensorError) -> Tensor {
        let (parity, diagonal) = try signAndDiagonal("logdet")
        let (sign, logarithm) = try withHistory(parity, diagonal)
        return try Tensor.select(sign .== -1, Tensor.filled(Dims(), dtype, .nan), logarithm)
    }

    /// The sign of the row exchanges of an LU decomposition, and the diagonal of U, row-major.
    private func signAndDiagonal(_ operation: StaticString) throws(TensorError) -> (sign: Tensor, diagonal: Tensor) {
        try requireSquareMatrices(operation)
        let lu = try Lapack.factorize(self, operation)
        let sign = try Tensor.filled(batchSizes, dtype, 1)
        let pivots = Lapack.pointer(lu.pivots), n = columnCount
        for i in 0..<sign.count {
            var odd = false
            for j in 0..<n where Int(pivots[i &* n &+ j]) != j &+ 1 { odd.toggle() }
            if odd {
                if dtype == .float32 {
                    sign.data.assumingMemoryBound(to: Float.self)[i] = -1
                } else {
                    sign.data.assumingMemoryBound(to: Double.self)[i] = -1
                }
            }
        }
        return (sign, try lu.factors.diagonal(dim1: -2, dim2: -1).copied())
    }
}

// MARK: - Gradients

/// d = det A: dA = g d A⁻ᵀ; for a singular A the matrix of cofactors, from singular values.
final class LinalgDetBackward: Node {
    @exclusivity(unchecked) private var a: Saved, d: Saved

    init(_ edge: Edge, _ a: Saved, _ d: Saved) {
        self.a = a
        self.d = d
        super.init(edge)
    }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let a = try self.a.value(for: self), d = try self.d.output(for: self)
        let identity = try Tensor.identity([a.rowCount, a.rowCount], a.dtype)
        if try (d.withoutHistory() .== 0).any().itemAsBool() {
            let (u, s, vt) = try a.singularValueDecomposition(fullMatrices: false)
            // Rotations, whose determinants are constant.
            let orientation = try u.withoutHistory().determinant() * vt.withoutHistory().determinant()
            let cofactors = try Tensor.productsOfOthers(s) * (orientation * g).unsqueezed(-1)
            try engine.send(try (u * cofactors.unsqueezed(-2)).matmul(vt), to: edges.0)
        } else {
            let right = try (g * d).unsqueezed(-1).unsqueezed(-1) * identity
            try engine.send(try a.matrixTransposed().solvedWithInfo(right, left: true, "linalg.det").result, to: edges.0)
        }
    }

    override func releaseSaved() {
        a.release()
        d.release()
    }
}

extension Tensor {
    /// For each element along the last dimension the product of the others.
    fileprivate static func productsOfOthers(_ x: Tensor) throws(TensorError) -> Tensor {
        let n = x.sizes[x.rank - 1]
        if n == 0 { return x }
        let one = try Tensor.filled(x.batchOfVectors, x.dtype, 1)
        var before = [one], after = [one]
        for i in 0..<(n - 1) {
            before.append(try before[i] * x.selected(-1, i))
            after.append(try after[i] * x.selected(-1, n - 1 - i))
        }
        var products: [Tensor] = []
        for i in 0..<n { products.append(try before[i] * after[n - 1 - i]) }
        return try Tensor.stacked(products, dim: -1)
    }

    /// The sizes but for the last.
    var batchOfVectors: Dims {
        var result = sizes
        result.removeLast()
        return result
    }
}

/// l = log |det A|: dA = g A⁻ᵀ.
final class LinalgSlogdetBackward: Node {
    @exclusivity(unchecked) private var a: Saved

    init(_ edge: Edge, _ a: Saved) {
        self.a = a
        super.init(edge)
    }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let a = try self.a.value(for: self)
        let right = try g.unsqueezed(-1).unsqueezed(-1) * Tensor.identity([a.rowCount, a.rowCount], a.dtype)
        try engine.send(try a.matrixTransposed().solvedWithInfo(right, left: true, "linalg.slogdet").result, to: edges.0)
    }

    override func releaseSaved() { a.release() }
}
