// The Cholesky decomposition of symmetric positive-definite matrices, of which one triangle is read.

extension Tensor {
    /// L of A = L Lᵀ, lower triangular; U of A = Uᵀ U where `upper`, from the upper triangle.
    ///
    /// - Throws: where a matrix is not positive-definite.
    public func choleskyFactor(upper: Bool = false) throws(TensorError) -> Tensor {
        let (factor, info) = try choleskyFactorWithInfo(upper: upper, "linalg.cholesky")
        try Tensor.requirePositiveDefinite(info, "linalg.cholesky")
        return factor
    }

    /// The factor, and for each matrix 0 or the order of the first leading minor that is not positive-definite.
    public func choleskyFactorWithInfo(upper: Bool = false) throws(TensorError) -> (factor: Tensor, info: Tensor) {
        try choleskyFactorWithInfo(upper: upper, "linalg.cholesky_ex")
    }

    private func choleskyFactorWithInfo(
        upper: Bool, _ operation: StaticString
    ) throws(TensorError) -> (factor: Tensor, info: Tensor) {
        try requireSquareMatrices(operation)
        let (factor, info) = try Lapack.cholesky(self, upper: upper, operation)
        if isRecorded { factor.node = LinalgCholeskyExBackward(try gradientEdge(), Saved(output: factor), upper) }
        return (factor, info)
    }

    package static func requirePositiveDefinite(_ info: Tensor, _ operation: StaticString) throws(TensorError) {
        try Lapack.requireSuccess(info, operation) {
            "The factorization could not be completed because the input is not positive-definite "
                + "(the leading minor of order \($0) is not positive-definite)."
        }
    }

    /// X of A X = B, for A = L Lᵀ (Uᵀ U where `upper`) by its Cholesky factor.
    ///
    /// - Parameter b: matrices [..., n, k].
    public static func choleskySolved(_ b: Tensor, factor: Tensor, upper: Bool = false) throws(TensorError) -> Tensor {
        try b.requireMatrices("cholesky_solve")
        try factor.requireSquareMatrices("cholesky_solve")
        if b.rowCount != factor.rowCount || b.dtype != factor.dtype {
            throw TensorError(.runtime, "cholesky_solve",
                "expected matrices of \(factor.rowCount) rows and \(factor.dtype), got \(b.dtype) of shape \(b.sizes)")
        }
        let lower = upper ? try factor.matrixTransposed() : factor
        return try lower.matrixTransposed().triangularSolved(lower.triangularSolved(b, upper: false), upper: true)
    }

    /// The inverse of A = L Lᵀ (Uᵀ U where `upper`), by its Cholesky factor.
    ///
    /// - Throws: where a diagonal element is zero.
    public func choleskyInverse(upper: Bool = false) throws(TensorError) -> Tensor {
        try requireSquareMatrices("cholesky_inverse")
        let diagonal = try withoutHistory().diagonal(dim1: -2, dim2: -1)
        let zero = try (diagonal .== 0).to(.int32)
        if try zero.any().itemAsBool() {
            // For the message: where the first one is.
            let position = try zero.argmax(-1) + 1
            try Tensor.requireInvertible(zero.any([-1]).to(.int32) * position.to(.int32), "cholesky_inverse")
        }
        return try Tensor.choleskySolved(Tensor.identity([rowCount, rowCount], dtype), factor: self, upper: upper)
    }
}

// MARK: - Gradients

/// A = L Lᵀ: dA = L⁻ᵀ π(Lᵀ G) L⁻¹, where π takes the symmetric matrix whose lower triangle is that of its argument, halved
/// but for the diagonal, which is halved once more by being counted twice.
final class LinalgCholeskyExBackward: Node {
    @exclusivity(unchecked) private var factor: Saved
    private let upper: Bool

    init(_ edge: Edge, _ factor: Saved, _ upper: Bool) {
        self.factor = factor
        self.upper = upper
        super.init(edge)
    }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let gradient = copy g
        let saved = try factor.output(for: self)
        let (l, slope) = upper ? (try saved.matrixTransposed(), try gradient.matrixTransposed()) : (saved, gradient)
        let symmetric = try l.matrixTransposed().matmul(slope).lowerTriangle().symmetrized() * 0.5
        let left = try l.matrixTransposed().triangularSolved(symmetric, upper: true)
        try engine.send(try l.triangularSolved(left, upper: false, left: false), to: edges.0)
    }

    override func releaseSaved() { factor.release() }
}
