import Testing

@testable import SwiftNN

extension CoreTests {
    @Suite("Linear algebra") struct LinearAlgebraTests {}
}

extension CoreTests.LinearAlgebraTests {
    /// Matrices far from singular ones, with singular values apart.
    private func matrices(_ shape: [Int], seed: UInt64 = 1) throws -> Tensor {
        let (rows, columns) = (shape[shape.count - 2], shape[shape.count - 1])
        let steps = try (Tensor.arange(0, columns, dtype: .float64) + 1) * 3.0
        return try sampled(shape, seed: seed) + Tensor.identity(Dims([rows, columns])!, .float64) * steps
    }

    @Test("Decompositions multiply to what they came from", arguments: [[3, 3], [4, 2], [2, 4], [2, 3, 2], [2, 2, 3]])
    func decompositions(_ shape: [Int]) throws {
        let a = try matrices(shape)
        let (q, r) = try a.qrDecomposition()
        expectClose(try numbers(q.matmul(r)), try numbers(a), tolerance: 1e-13)
        let (u, s, vt) = try a.singularValueDecomposition(fullMatrices: false)
        expectClose(try numbers((u * s.unsqueezed(-2)).matmul(vt)), try numbers(a), tolerance: 1e-13)
        expectClose(try numbers(a.singularValues()), try numbers(s), tolerance: 1e-13)
        let (p, l, upper) = try a.luDecomposition()
        expectClose(try numbers(p.matmul(l).matmul(upper)), try numbers(a), tolerance: 1e-13)
        let inverse = try a.pseudoInverse()
        expectClose(try numbers(a.matmul(inverse).matmul(a)), try numbers(a), tolerance: 1e-13)
        #expect(try numbers(a.matrixRank()).allSatisfy { $0 == Double(min(shape[shape.count - 2], shape[shape.count - 1])) })
    }

    @Test("Square and symmetric matrices")
    func square() throws {
        let a = try matrices([2, 3, 3]), b = try sampled([2, 3, 2], seed: 2)
        expectClose(try numbers(a.matmul(a.solved(b))), try numbers(b), tolerance: 1e-13)
        expectClose(try numbers(a.inverse().matmul(a)), try numbers(Tensor.identity([2, 3, 3], .float64)), tolerance: 1e-13)
        expectClose(try numbers(a.determinant()), try numbers(a.signAndLogDeterminant().logAbsDeterminant.exponential()), tolerance: 1e-13)
        let symmetric = try a.matmul(a.matrixTransposed())
        let (values, vectors) = try symmetric.symmetricEigenDecomposition()
        expectClose(try numbers(symmetric.matmul(vectors)), try numbers(vectors * values.unsqueezed(-2)), tolerance: 1e-12)
        let factor = try symmetric.choleskyFactor()
        expectClose(try numbers(factor.matmul(factor.matrixTransposed())), try numbers(symmetric), tolerance: 1e-13)
        expectClose(try numbers(Tensor.choleskySolved(b, factor: factor)), try numbers(symmetric.solved(b)), tolerance: 1e-12)
        let (lu, pivots) = try a.luFactors()
        expectClose(try numbers(Tensor.luSolved(lu, pivots, b)), try numbers(a.solved(b)), tolerance: 1e-13)
        expectClose(try numbers(a.matrixExponential().matmul((a * -1.0).matrixExponential())), try numbers(Tensor.identity([2, 3, 3], .float64)), tolerance: 1e-5)
        expectClose(try numbers(a.leastSquares(b).solution), try numbers(a.solved(b)), tolerance: 1e-12)
    }

    @Test("Gradients and their gradients")
    func gradients() throws {
        let a = try matrices([2, 3, 3]), b = try sampled([2, 3, 2], seed: 2)
        try checkGradients([a, b], "solve") { try $0[0].solved($0[1]) }
        try checkGradients([a], "det") { try $0[0].determinant() }
        try checkGradients([a], "vectors of singular values") { x in
            let (u, s, vt) = try x[0].singularValueDecomposition()
            return try (u * s.squareRoot().unsqueezed(-2)).matmul(vt)
        }
        try checkGradients([a], "eigenvectors") { x in
            let (values, vectors) = try (x[0] + x[0].matrixTransposed()).symmetricEigenDecomposition()
            return try (vectors * values.squareRoot().unsqueezed(-2)).matmul(vectors.matrixTransposed())
        }
        try checkGradients([try matrices([4, 3]), try sampled([4, 2], seed: 3)], "least squares") { try $0[0].leastSquares($0[1]).solution }
        try checkGradients([try sampled([2, 3, 4]), try sampled([4, 5], seed: 2), try sampled([5, 2], seed: 3)], "einsum") {
            try Tensor.einsum("bij,jk,kb->ib", $0)
        }
        try checkGradients([try sampled([3, 2]), try sampled([4, 2], seed: 2)], "distances") { try $0[0].pairwiseDistances(to: $0[1], p: 3) }
    }

    @Test("Nothing holds on to a graph with several results")
    func leaks() throws {
        let a = try matrices([3, 3])
        try expectNoLeak {
            let x = try a.cloned().setRequiresGrad(true)
            let (u, s, _) = try x.singularValueDecomposition()
            let first = try gradients(of: [(u * u).sum() + s.sum()], with: [x])
            _ = first
        }
    }

    private func gradients(of outputs: [Tensor], with inputs: [Tensor]) throws -> [Tensor?] {
        try Engine.gradients(outputs, seeds: outputs.map { _ in nil }, inputs: inputs, retainGraph: true, createGraph: true)
    }

    @Test("Misuse")
    func misuse() throws {
        let singular = try Tensor([[1.0, 2.0], [2.0, 4.0]])
        expectError(.linearAlgebra, ["linalg.inv", "The diagonal element 2 is zero"]) { _ = try singular.inverse() }
        expectError(.linearAlgebra, ["linalg.solve", "singular"]) { _ = try singular.solved(Tensor([1.0, 2.0])) }
        expectError(.linearAlgebra, ["linalg.cholesky", "not positive-definite"]) { _ = try (singular * -1.0).choleskyFactor() }
        expectError(.linearAlgebra, ["linalg.svd", "non-finite"]) { _ = try Tensor([[Double.nan]]).singularValues() }
        expectError(.runtime, ["linalg.inv", "2 by 3"]) { _ = try sampled([2, 3]).inverse() }
        expectError(.runtime, ["einsum", "stands for sizes 3 and 2"]) { _ = try Tensor.einsum("ij,jk", sampled([2, 3]), sampled([2, 3])) }
        expectError(.runtime, ["cdist", "-1"]) { _ = try sampled([2, 3]).pairwiseDistances(to: sampled([2, 3]), p: -1) }
    }
}
