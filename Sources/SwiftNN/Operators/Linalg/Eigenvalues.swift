// Eigenvalues of symmetric matrices, of which one triangle is read.

extension Tensor {
    /// Which triangle of a symmetric matrix is read.
    public enum Triangle: String, CaseIterable, Sendable {
        case lower = "L"
        case upper = "U"
    }

    /// The eigenvalues of symmetric matrices, ascending, and their eigenvectors as columns.
    ///
    /// The vectors are unique up to their sign, or up to a rotation among those of equal values: only what does not depend on
    /// that has a gradient. Where the triangle is not finite, all is NaN.
    public func symmetricEigenDecomposition(_ triangle: Triangle = .lower) throws(TensorError) -> (values: Tensor, vectors: Tensor) {
        try symmetricEigen(triangle, vectors: true, "linalg.eigh")
    }

    /// The eigenvalues of symmetric matrices, ascending.
    public func symmetricEigenvalues(_ triangle: Triangle = .lower) throws(TensorError) -> Tensor {
        // Their gradient needs the vectors.
        try symmetricEigen(triangle, vectors: isRecorded, "linalg.eigvalsh").values
    }

    private func symmetricEigen(
        _ triangle: Triangle, vectors: Bool, _ operation: StaticString
    ) throws(TensorError) -> (values: Tensor, vectors: Tensor) {
        try requireSquareMatrices(operation)
        let found = try Lapack.symmetricEigen(self, upper: triangle == .upper, vectors: vectors, operation)
        try Lapack.requireSuccess(found.info, operation) {
            "The algorithm failed to converge because the input matrix is ill-conditioned or has too many repeated eigenvalues (error code: \($0))."
        }
        let columns = found.vectors.turned()
        if isRecorded {
            let node = LinalgEighBackward(try gradientEdge(), Saved(output: found.values), Saved(output: columns))
            node.record([found.values, columns])
        }
        return (found.values, columns)
    }
}

// MARK: - Gradients

/// A V = V diag(l): dA = V (diag(dl) + (Vᵀ dV) / E) Vᵀ, where E[i, j] = l[j] - l[i] beside the diagonal.
final class LinalgEighBackward: MultiOutputNode {
    @exclusivity(unchecked) private var values: Saved, vectors: Saved

    init(_ edge: Edge, _ values: Saved, _ vectors: Saved) {
        self.values = values
        self.vectors = vectors
        super.init(outputCount: 2, edge)
    }

    override func backward(_ gradients: [Tensor?], _ engine: inout Engine) throws(TensorError) {
        let v = try vectors.output(for: self, 1), vt = try v.matrixTransposed()
        var inner: Tensor?
        if let dv = gradients[1] {
            let l = try values.output(for: self, 0)
            inner = try vt.matmul(dv).dividedByDifferences(of: l)
        }
        if let dl = gradients[0] {
            if let rotated = inner {
                inner = try rotated + dl.diagonalEmbedded()
            } else {
                try engine.send(try (v * dl.unsqueezed(-2)).matmul(vt), to: edges.0)
                return
            }
        }
        guard let inner else { return }
        try engine.send(try v.matmul(inner).matmul(vt), to: edges.0)
    }

    override func releaseSaved() {
        values.release()
        vectors.release()
    }
}

extension Tensor {
    /// Each element [i, j] divided by x[j] - x[i]; zero on the diagonal.
    func dividedByDifferences(of x: Tensor) throws(TensorError) -> Tensor {
        let n = x.sizes[x.rank - 1]
        let diagonal = try Tensor.identity([n, n], .bool)
        let differences = try Tensor.select(diagonal, Tensor.filled(Dims(), dtype, 1), x.unsqueezed(-2) - x.unsqueezed(-1))
        return try Tensor.select(diagonal, Tensor.filled(Dims(), dtype, 0), self / differences)
    }
}
