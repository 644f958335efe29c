// The QR decomposition.

extension Tensor {
    /// Which part of a QR decomposition is wanted.
    public enum QRMode: String, CaseIterable, Sendable {
        /// For m by n matrices and k = min(m, n): Q m by k, R k by n.
        case reduced
        /// Q m by m, R m by n.
        case complete
        /// R alone, k by n; Q has no elements.
        case r
    }

    /// Q with orthonormal columns and upper triangular R, so that A = Q R.
    public func qrDecomposition(_ mode: QRMode = .reduced) throws(TensorError) -> (q: Tensor, r: Tensor) {
        try requireMatrices("linalg.qr")
        let kind: Lapack.Orthogonal = mode == .complete ? .complete : mode == .r ? .none : .reduced
        let factors = try Lapack.qr(self, kind, "linalg.qr")
        let q = mode == .r ? factors.q : factors.q.turned(), r = factors.r.turned()
        if isRecorded {
            let node = LinalgQrBackward(try gradientEdge(), mode, Saved(output: q), Saved(output: r))
            node.record(mode == .r ? [r] : [q, r])
        }
        return (q, r)
    }
}

// MARK: - Gradients

/// A = Q R, of full rank. For m >= n: dA = (dQ + Q S) R⁻ᵀ, where S is the symmetric matrix whose upper triangle is that of
/// dR Rᵀ - Qᵀ dQ. For m < n, with R = [R₁ R₂] and A = [A₁ A₂] at column m: dA₂ = Q dR₂, and A₁ = Q R₁ is the square case with
/// dQ + A₂ dR₂ᵀ.
final class LinalgQrBackward: MultiOutputNode {
    private let mode: Tensor.QRMode
    @exclusivity(unchecked) private var q: Saved, r: Saved

    init(_ edge: Edge, _ mode: Tensor.QRMode, _ q: Saved, _ r: Saved) {
        self.mode = mode
        self.q = q
        self.r = r
        super.init(outputCount: mode == .r ? 1 : 2, edge)
    }

    override func backward(_ gradients: [Tensor?], _ engine: inout Engine) throws(TensorError) {
        if mode == .r {
            throw TensorError(.runtime, "linalg.qr",
                "the derivative depends on Q, which is not computed when mode='r'; use mode='reduced'")
        }
        let q = try self.q.output(for: self, 0), r = try self.r.output(for: self, 1)
        let (m, n) = (q.rowCount, r.columnCount)
        if mode == .complete && m > n {
            throw TensorError(.runtime, "linalg.qr", "the decomposition is not differentiable when mode='complete' and nrows > ncols")
        }
        var (dq, dr) = (gradients[0], gradients[1])
        var rest: Tensor?
        var square = r
        if m < n {
            square = try r.sliced(-1, from: 0, to: m)
            if let given = dr {
                let after = try given.sliced(-1, from: m)
                rest = try q.matmul(after)
                // A₂ = Q R₂.
                let more = try q.matmul(r.sliced(-1, from: m)).matmul(after.matrixTransposed())
                dq = try more.added(to: dq)
                dr = try given.sliced(-1, from: 0, to: m)
            } else {
                rest = try Tensor.filled(r.sliced(-1, from: m).sizes, r.dtype, 0)
            }
        }
        var inner: Tensor?
        if let dr { inner = try dr.matmul(square.matrixTransposed()) }
        if let dq {
            let turned = try q.matrixTransposed().matmul(dq)
            inner = try turned.negated().added(to: inner)
        }
        guard let inner else { return }
        var slope = try q.matmul(inner.upperTriangle().symmetrized())
        if let dq { slope = try slope + dq }
        slope = try square.matrixTransposed().triangularSolved(slope, upper: false, left: false)
        if let rest { slope = try Tensor.concatenated([slope, rest], dim: -1) }
        try engine.send(slope, to: edges.0)
    }

    override func releaseSaved() {
        q.release()
        r.release()
    }
}
