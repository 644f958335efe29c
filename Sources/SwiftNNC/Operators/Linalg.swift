import CSwiftNN
import SwiftNN

func run(_ op: snn_linalg_op, _ c: Call) throws(TensorError) -> Results {
    switch op {
    case .SNN_LINALG_adjoint: return .one(try c.tensor(0).matrixTransposed())
    case .SNN_LINALG_linalg_diagonal:
        return .one(try c.tensor(0).diagonal(offset: c.integer(1, 0), dim1: c.integer(2, -2), dim2: c.integer(3, -1), "linalg.diagonal"))
    case .SNN_LINALG_inv: return .one(try c.tensor(0).inverse())
    case .SNN_LINALG_inv_ex:
        let (inverse, info) = try c.tensor(0).inverseWithInfo()
        if try c.boolean(1, false) { try Tensor.requireInvertible(info, "linalg.inv_ex") }
        return .two(inverse, info)
    case .SNN_LINALG_solve: return .one(try c.tensor(0).solved(c.tensor(1), left: c.boolean(2, true)))
    case .SNN_LINALG_solve_ex:
        let (result, info) = try c.tensor(0).solvedWithInfo(c.tensor(1), left: c.boolean(2, true))
        if try c.boolean(3, false) { try Tensor.requireSolvable(info, "linalg.solve_ex") }
        return .two(result, info)
    case .SNN_LINALG_solve_triangular:
        return .one(try c.tensor(0).triangularSolved(
            c.tensor(1), upper: c.boolean(2, false), left: c.boolean(3, true), unitriangular: c.boolean(4, false)))
    case .SNN_LINALG_triangular_solve:
        let (b, a) = (try c.tensor(0), try c.tensor(1))
        let (upper, transposed) = (try c.boolean(2, true), try c.boolean(3, false))
        let matrix = transposed ? try a.matrixTransposed() : a
        return .two(try matrix.triangularSolved(b, upper: upper != transposed, unitriangular: c.boolean(4, false)), try a.cloned())
    case .SNN_LINALG_det: return .one(try c.tensor(0).determinant())
    case .SNN_LINALG_slogdet:
        let (sign, logarithm) = try c.tensor(0).signAndLogDeterminant()
        return .two(sign, logarithm)
    case .SNN_LINALG_logdet: return .one(try c.tensor(0).logDeterminant())
    case .SNN_LINALG_cholesky, .SNN_LINALG_linalg_cholesky:
        return .one(try c.tensor(0).choleskyFactor(upper: c.boolean(1, false)))
    case .SNN_LINALG_cholesky_ex:
        let (factor, info) = try c.tensor(0).choleskyFactorWithInfo(upper: c.boolean(1, false))
        if try c.boolean(2, false) { try Tensor.requirePositiveDefinite(info, "linalg.cholesky_ex") }
        return .two(factor, info)
    case .SNN_LINALG_cholesky_solve:
        return .one(try Tensor.choleskySolved(c.tensor(0), factor: c.tensor(1), upper: c.boolean(2, false)))
    case .SNN_LINALG_cholesky_inverse: return .one(try c.tensor(0).choleskyInverse(upper: c.boolean(1, false)))
    case .SNN_LINALG_qr:
        let (q, r) = try c.tensor(0).qrDecomposition(c.boolean(1, true) ? .reduced : .complete)
        return .two(q, r)
    case .SNN_LINALG_linalg_qr:
        let (q, r) = try c.tensor(0).qrDecomposition(qrMode(c, 1))
        return .two(q, r)
    case .SNN_LINALG_eigh:
        let (values, vectors) = try c.tensor(0).symmetricEigenDecomposition(triangle(c, 1))
        return .two(values, vectors)
    case .SNN_LINALG_eigvalsh: return .one(try c.tensor(0).symmetricEigenvalues(triangle(c, 1)))
    case .SNN_LINALG_eig: throw complexNumbers("linalg.eig")
    case .SNN_LINALG_eigvals: throw complexNumbers("linalg.eigvals")
    case .SNN_LINALG_svd:
        if try !c.boolean(2, true) { return try valuesWithoutVectors(c.tensor(0)) }
        let (u, s, vt) = try c.tensor(0).singularValueDecomposition(fullMatrices: !c.boolean(1, true))
        return .list([u, s, try vt.matrixTransposed()])
    case .SNN_LINALG_linalg_svd:
        try refuseDriver(c, 2)
        let (u, s, vt) = try c.tensor(0).singularValueDecomposition(fullMatrices: c.boolean(1, true))
        return .list([u, s, vt])
    case .SNN_LINALG_svdvals:
        try refuseDriver(c, 1)
        return .one(try c.tensor(0).singularValues())
    case .SNN_LINALG_lstsq:
        let name = try c.optionalString(3)
        guard let driver = name.map({ Tensor.LeastSquaresDriver(rawValue: $0) }) ?? .gelsy else {
            throw TensorError(.runtime, "linalg.lstsq",
                "'\(name ?? "")' is not one of \(Tensor.LeastSquaresDriver.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", "))")
        }
        let found = try c.tensor(0).leastSquares(c.tensor(1), rcond: c.optionalReal(2), driver: driver)
        return .list([found.solution, found.residuals, found.rank, found.singularValues])
    case .SNN_LINALG_pinv:
        return .one(try c.tensor(0).pseudoInverse(
            atol: c.optionalTensor(3), rtol: given(c, 4, 1), hermitian: c.boolean(2, false)))
    case .SNN_LINALG_pinverse:
        return .one(try c.tensor(0).pseudoInverse(rtol: c.real(1, 1e-15).asTensor()))
    case .SNN_LINALG_matrix_rank:
        return .one(try c.tensor(0).matrixRank(
            atol: given(c, 3, 1), rtol: c.optionalTensor(4), hermitian: c.boolean(2, false)))
    case .SNN_LINALG_cond: return .one(try c.tensor(0).conditionNumber(matrixNorm(c, 1) ?? .order(2)))
    case .SNN_LINALG_lu_factor:
        try requirePivoting(c, "linalg.lu_factor")
        let (lu, pivots) = try c.tensor(0).luFactors()
        return .two(lu, pivots)
    case .SNN_LINALG_lu_factor_ex:
        try requirePivoting(c, "linalg.lu_factor_ex")
        let (lu, pivots, info) = try c.tensor(0).luFactorsWithInfo()
        if try c.boolean(2, false) { try Tensor.requirePivots(info, "linalg.lu_factor_ex") }
        return .list([lu, pivots, info])
    case .SNN_LINALG_lu:
        try requirePivoting(c, "lu")
        let (lu, pivots, info) = try c.tensor(0).luFactorsWithInfo()
        if try c.boolean(2, false) { return .list([lu, pivots, info]) }
        try Tensor.requirePivots(info, "lu")
        return .list([lu, pivots])
    case .SNN_LINALG_linalg_lu:
        try requirePivoting(c, "linalg.lu")
        let (p, l, u) = try c.tensor(0).luDecomposition()
        return .list([p, l, u])
    case .SNN_LINALG_linalg_lu_solve:
        return .one(try Tensor.luSolved(
            c.tensor(0), c.tensor(1), c.tensor(2), left: c.boolean(3, true), transposed: c.boolean(4, false)))
    case .SNN_LINALG_lu_solve: return .one(try Tensor.luSolved(c.tensor(1), c.tensor(2), c.tensor(0)))
    case .SNN_LINALG_lu_unpack:
        let lu = try c.tensor(0)
        let (p, l, u) = try Tensor.luUnpacked(lu, c.tensor(1))
        let none = try Tensor.empty([0], dtype: lu.dtype)
        let (data, pivots) = (try c.boolean(2, true), try c.boolean(3, true))
        return .list([pivots ? p : none, data ? l : none, data ? u : none])
    case .SNN_LINALG_matrix_exp: return .one(try c.tensor(0).matrixExponential())
    case .SNN_LINALG_tensorinv: return .one(try c.tensor(0).tensorInverse(c.integer(1, 2)))
    case .SNN_LINALG_tensorsolve: return .one(try c.tensor(0).tensorSolved(c.tensor(1), dims: c.optionalIntegers(2)))
    case .SNN_LINALG_linalg_vander: return .one(try c.tensor(0).powers(count: c.optionalInteger(1)))
    }
}

private func complexNumbers(_ operation: String) -> TensorError {
    TensorError(.unsupported, operation,
        "the eigenvalues of a matrix that is not symmetric are complex numbers, which are not offered; linalg.eigh is for symmetric ones")
}

private func qrMode(_ c: Call, _ index: Int) throws(TensorError) -> Tensor.QRMode {
    let name = try c.optionalString(index) ?? "reduced"
    guard let mode = Tensor.QRMode(rawValue: name) else {
        throw TensorError(.runtime, "linalg.qr", "unrecognized mode '\(name)', expected one of 'reduced' (default), 'r', or 'complete'")
    }
    return mode
}

private func triangle(_ c: Call, _ index: Int) throws(TensorError) -> Tensor.Triangle {
    let name = try c.optionalString(index) ?? "L"
    guard let triangle = Tensor.Triangle(rawValue: name.uppercased()) else {
        throw TensorError(.runtime, "linalg.\(c.name)", "expected UPLO argument to be 'L' or 'U', but got '\(name)'")
    }
    return triangle
}

/// Drivers are for other devices, as in PyTorch.
private func refuseDriver(_ c: Call, _ index: Int) throws(TensorError) {
    if let driver = try c.optionalString(index) {
        throw TensorError(.runtime, "linalg.svd", "driver='\(driver)' is not offered: there is one driver")
    }
}

private func requirePivoting(_ c: Call, _ operation: String) throws(TensorError) {
    if try !c.boolean(1, true) { throw TensorError(.runtime, operation, "LU without pivoting is not offered") }
}

/// What torch.svd gives with compute_uv=False: the values, and zeros for the vectors.
private func valuesWithoutVectors(_ a: Tensor) throws(TensorError) -> Results {
    let s = try a.singularValues()
    let batch = a.shape.dropLast(2), (m, n) = (a.shape[a.rank - 2], a.shape[a.rank - 1])
    return .list([try Tensor.zeros(batch + [m, m], dtype: a.dtype), s, try Tensor.zeros(batch + [n, n], dtype: a.dtype)])
}

/// An argument, or the one that takes its place in an older signature.
private func given(_ c: Call, _ index: Int, _ older: Int) throws(TensorError) -> Tensor? {
    if let tensor = try c.optionalTensor(index) { return tensor }
    return try c.optionalTensor(older)
}
