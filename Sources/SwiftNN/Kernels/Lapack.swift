import COpenBLAS

/// LAPACK on stacks of matrices. Tensors are float32 or float64 and without history; a matrix is column-major where its
/// tensor, row-major, holds the transpose.
enum Lapack {
    /// - Throws: where LAPACK's 32-bit integers could not count elements or work space.
    static func check(_ tensor: Tensor, limit: Int = 1 << 24, _ operation: StaticString) throws(TensorError) {
        for i in (tensor.rank - 2)..<tensor.rank where tensor.sizes[i] > limit {
            throw TensorError(.runtime, operation.description,
                "matrices of \(tensor.rowCount) by \(tensor.columnCount) are too large: expected at most \(limit) rows and columns")
        }
        // The calling thread alone, as for products of matrices.
        _ = MatrixProduct.singleThreaded
    }

    /// The most rows and columns for which the work space of these can be counted in 32 bits.
    static let eigenLimit = 30000, singularLimit = 20000

    /// A copy that LAPACK may write to: row-major, of the transposes, so that the matrices are column-major in it.
    static func columnMajor(_ tensor: Tensor) throws(TensorError) -> Tensor {
        try tensor.withoutHistory().transposed(-2, -1).withoutHistory().copied()
    }

    /// The bytes from matrix to matrix of a row-major tensor.
    static func step(_ tensor: Tensor) -> Int { tensor.rowCount &* tensor.columnCount &* tensor.dtype.size }

    /// How many matrices a tensor of those leading sizes has, 0 where they are empty themselves.
    static func leading(_ size: Int) -> Int32 { Int32(Swift.max(size, 1)) }

    /// Work space of the size that LAPACK names when it is asked.
    ///
    /// - Parameter query: runs the routine with lwork = -1.
    static func workspace(
        _ dtype: DType, _ operation: StaticString, _ query: (UnsafeMutableRawPointer) -> Void
    ) throws(TensorError) -> (memory: Tensor, count: Int32) {
        let one = try Tensor.filled([1], dtype, 1)
        query(one.data)
        // A float may have rounded the number down.
        let size = dtype == .float32 ? Double(one.data.load(as: Float.self).nextUp) : one.data.load(as: Double.self)
        guard size < Double(Int32.max) else {
            throw TensorError(.runtime, operation.description, "matrices are too large: LAPACK asks for \(size) elements of work space")
        }
        let count = Swift.max(Int(size.rounded(.up)), 1)
        return (try Tensor(uninitialized: [count], dtype, operation: operation), Int32(count))
    }

    static func integers(_ count: Int, _ operation: StaticString) throws(TensorError) -> Tensor {
        try Tensor(uninitialized: [Swift.max(count, 1)], .int32, operation: operation)
    }

    static func pointer(_ tensor: Tensor) -> UnsafeMutablePointer<Int32> { tensor.data.assumingMemoryBound(to: Int32.self) }

    /// Whether all of `count` elements are neither infinite nor NaN.
    static func isFinite(_ data: UnsafeRawPointer, _ count: Int, _ dtype: DType) -> Bool {
        func check<Element: BinaryFloatingPoint>(_ type: Element.Type) -> Bool {
            let elements = data.assumingMemoryBound(to: type)
            for i in 0..<count where !elements[i].isFinite { return false }
            return true
        }
        return dtype == .float32 ? check(Float.self) : check(Double.self)
    }

    /// Fills with NaN.
    static func spoil(_ data: UnsafeMutableRawPointer, _ count: Int, _ dtype: DType) {
        if dtype == .float32 {
            data.initializeMemory(as: Float.self, repeating: .nan, count: count)
        } else {
            data.initializeMemory(as: Double.self, repeating: .nan, count: count)
        }
    }

    /// Zeros all that is not of a triangle of row-major n by m matrices.
    static func keepTriangle(_ data: UnsafeMutableRawPointer, _ n: Int, _ m: Int, _ width: Int, upper: Bool) {
        for i in 0..<n {
            let from = upper ? 0 : i &+ 1, to = upper ? Swift.min(i, m) : m
            if from < to { (data + (i &* m &+ from) &* width).initializeMemory(as: UInt8.self, repeating: 0, count: (to &- from) &* width) }
        }
    }

    // MARK: LU

    /// What `getrf` makes of matrices.
    struct LU {
        /// Row-major, of the transposes.
        let factors: Tensor
        /// [batch, min(n, m)], int32, counted from 1.
        let pivots: Tensor
        /// [batch], int32: 0, or the first diagonal element of U that is zero, counted from 1.
        let info: Tensor
    }

    static func factorize(_ matrices: Tensor, _ operation: StaticString) throws(TensorError) -> LU {
        try check(matrices, operation)
        let factors = try columnMajor(matrices)
        let (m, n) = (matrices.rowCount, matrices.columnCount)
        var shape = matrices.batchSizes
        let info = try Tensor.filled(shape, .int32, 0)
        shape.append(Swift.min(m, n))
        let pivots = try Tensor(uninitialized: shape, .int32, operation: operation)
        if factors.count > 0 {
            let wide = factors.dtype == .float64
            let size = step(factors)
            for i in 0..<info.count {
                pointer(info)[i] = lapack_getrf(
                    wide, Int32(m), Int32(n), factors.data + i &* size, leading(m), pointer(pivots) + i &* Swift.min(m, n))
            }
        }
        return LU(factors: factors, pivots: pivots, info: info)
    }

    /// The solutions of A X = B, or Aᵀ X = B, as row-major transposes.
    ///
    /// - Parameter b: of the batch of the factors.
    static func solve(_ lu: LU, _ b: Tensor, transposed: Bool = false, _ operation: StaticString) throws(TensorError) -> Tensor {
        try check(b, operation)
        let x = try columnMajor(b)
        if x.count > 0 {
            let wide = x.dtype == .float64
            let (n, k) = (x.columnCount, x.rowCount)
            for i in 0..<(x.count / (n &* k)) {
                _ = lapack_getrs(
                    wide, transposed, Int32(n), Int32(k), lu.factors.data + i &* step(lu.factors), leading(n),
                    pointer(lu.pivots) + i &* n, x.data + i &* step(x), leading(n))
            }
        }
        return x
    }

    // MARK: Triangles

    /// The solutions of A X = B, of X A = B where `right`, in row-major memory of its own.
    ///
    /// - Parameter batch: to which the leading dimensions of both are broadcast.
    static func solveTriangular(
        _ a: Tensor, _ b: Tensor, batch: Dims, right: Bool, upper: Bool, unit: Bool, _ operation: StaticString
    ) throws(TensorError) -> Tensor {
        try check(a, operation)
        try check(b, operation)
        var shape = batch
        shape.append(b.rowCount)
        shape.append(b.columnCount)
        _ = try checkedCount(shape, b.dtype, operation: operation.description)
        let x = try Tensor(uninitialized: shape, b.dtype, operation: operation)
        Elementwise.convert(b, into: x)
        if x.count == 0 { return x }
        let a = try MatrixProduct.readable(a.withoutHistory())
        guard let operand = MatrixProduct.Operand(a) else { return x }
        let wide = x.dtype == .float64
        let (m, n) = (Int32(b.rowCount), Int32(b.columnCount))
        var targets = batch.rowMajorStrides
        for i in 0..<batch.count { targets[i] &*= step(x) }
        let plan = StridedLoop(batch, a.batchStrides(batch), targets)
        plan.forEachRun { p, q, _, _ in
            for i in 0..<plan.runLength {
                // Memory of the transpose has the other triangle.
                blas_trsm(
                    wide, right, upper != operand.isTransposed, operand.isTransposed, unit, m, n,
                    operand.data + (p &+ i &* plan.runStrides.0), Int32(operand.leading), x.data + (q &+ i &* plan.runStrides.1), n)
            }
        }
        return x
    }

    // MARK: Cholesky

    /// The factors of the lower or upper triangles, in row-major memory of their own, and `info`: 0, or the order of the
    /// first leading minor that is not positive-definite.
    static func cholesky(_ matrices: Tensor, upper: Bool, _ operation: StaticString) throws(TensorError) -> (factors: Tensor, info: Tensor) {
        try check(matrices, operation)
        let factors = try matrices.withoutHistory().copied()
        let info = try Tensor.filled(matrices.batchSizes, .int32, 0)
        if factors.count > 0 {
            let n = factors.rowCount
            for i in 0..<info.count {
                let matrix = factors.data + i &* step(factors)
                // Row-major memory is the transpose to LAPACK: its upper triangle is the lower one.
                pointer(info)[i] = lapack_potrf(factors.dtype == .float64, !upper, Int32(n), matrix, leading(n))
                keepTriangle(matrix, n, n, factors.dtype.size, upper: upper)
            }
        }
        return (factors, info)
    }

    // MARK: QR

    enum Orthogonal { case none, reduced, complete }

    /// Q and R as row-major transposes; Q without elements where there is none.
    static func qr(_ matrices: Tensor, _ kind: Orthogonal, _ operation: StaticString) throws(TensorError) -> (q: Tensor, r: Tensor) {
        try check(matrices, operation)
        let (m, n, dtype) = (matrices.rowCount, matrices.columnCount, matrices.dtype)
        let k = Swift.min(m, n), columns = kind == .complete ? m : k, wide = dtype == .float64
        let batch = matrices.batchSizes
        func shape(_ rows: Int, _ columns: Int) -> Dims {
            var shape = batch
            shape.append(columns)
            shape.append(rows)
            return shape
        }
        let work = try columnMajor(matrices)
        let r = try Tensor.filled(shape(kind == .none ? k : columns, n), dtype, 0)
        let q = try kind == .none
            ? Tensor(uninitialized: [0], dtype, operation: operation) : Tensor.filled(shape(m, columns), dtype, 0)
        let count = batch.product
        if count == 0 { return (q, r) }
        if k == 0 {
            // Nothing to factorise: Q is the identity as far as there is one.
            return (kind == .complete ? try Tensor.identity(shape(m, m), dtype) : q, r)
        }
        let tau = try Tensor(uninitialized: [k], dtype, operation: operation)
        let (sizeM, sizeN, sizeK, lead) = (Int32(m), Int32(n), Int32(k), leading(m))
        let space = try workspace(dtype, operation) { _ = lapack_geqrf(wide, sizeM, sizeN, work.data, lead, tau.data, $0, -1) }
        let spaceQ = try workspace(dtype, operation) {
            if kind != .none { _ = lapack_orgqr(wide, sizeM, Int32(columns), sizeK, q.data, lead, tau.data, $0, -1) }
        }
        for i in 0..<count {
            let a = work.data + i &* step(work)
            _ = lapack_geqrf(wide, sizeM, sizeN, a, lead, tau.data, space.memory.data, space.count)
            let width = dtype.size, height = r.columnCount
            for j in 0..<n {
                let length = Swift.min(j + 1, k) &* width
                (r.data + i &* step(r) + j &* height &* width).copyMemory(from: a + j &* m &* width, byteCount: length)
            }
            if kind != .none {
                let target = q.data + i &* step(q)
                target.copyMemory(from: a, byteCount: m &* k &* width)
                _ = lapack_orgqr(wide, sizeM, Int32(columns), sizeK, target, lead, tau.data, spaceQ.memory.data, spaceQ.count)
            }
        }
        return (q, r)
    }

    // MARK: Eigenvalues

    /// The eigenvalues of symmetric matrices, ascending, from one triangle; the eigenvectors as row-major transposes; and
    /// `info`. Where the triangle is not finite, all is NaN.
    static func symmetricEigen(
        _ matrices: Tensor, upper: Bool, vectors: Bool, _ operation: StaticString
    ) throws(TensorError) -> (values: Tensor, vectors: Tensor, info: Tensor) {
        try check(matrices, limit: eigenLimit, operation)
        let work = try matrices.withoutHistory().copied()
        let (n, dtype) = (work.columnCount, work.dtype), wide = dtype == .float64
        var shape = work.batchSizes
        let info = try Tensor.filled(shape, .int32, 0)
        shape.append(n)
        let values = try Tensor(uninitialized: shape, dtype, operation: operation)
        if work.count == 0 { return (values, work, info) }
        // Row-major memory is the transpose to LAPACK.
        let uplo = !upper, size = Int32(n), lead = leading(n)
        var integerCount: Int32 = 1
        let space = try workspace(dtype, operation) {
            _ = lapack_syevd(wide, vectors, uplo, size, work.data, lead, values.data, $0, -1, &integerCount, -1)
        }
        let integers = try integers(Int(integerCount), operation)
        for i in 0..<info.count {
            let a = work.data + i &* step(work), w = values.data + i &* n &* dtype.size
            keepTriangle(a, n, n, dtype.size, upper: upper)
            if !isFinite(a, n &* n, dtype) {
                spoil(a, n &* n, dtype)
                spoil(w, n, dtype)
                continue
            }
            pointer(info)[i] = lapack_syevd(
                wide, vectors, uplo, size, a, lead, w, space.memory.data, space.count, pointer(integers), Swift.max(integerCount, 1))
        }
        return (values, work, info)
    }

    // MARK: Singular values

    /// U, the singular values and Vᵀ, row-major, and `info`, which is -1 for matrices that are not finite.
    ///
    /// - Parameter job: none for the values alone.
    static func singular(
        _ matrices: Tensor, _ job: Orthogonal, _ operation: StaticString
    ) throws(TensorError) -> (u: Tensor, s: Tensor, vt: Tensor, info: Tensor) {
        try check(matrices, limit: singularLimit, operation)
        let work = try matrices.withoutHistory().copied()
        let (m, n, dtype) = (work.rowCount, work.columnCount, work.dtype), wide = dtype == .float64
        let k = Swift.min(m, n), batch = work.batchSizes
        func shape(_ rows: Int, _ columns: Int) -> Dims {
            var shape = batch
            shape.append(rows)
            shape.append(columns)
            return shape
        }
        let info = try Tensor.filled(batch, .int32, 0)
        var valueShape = batch
        valueShape.append(k)
        let s = try Tensor(uninitialized: valueShape, dtype, operation: operation)
        let (rowsOfU, columnsOfU) = job == .none ? (0, 0) : (m, job == .complete ? m : k)
        let (rowsOfV, columnsOfV) = job == .none ? (0, 0) : (job == .complete ? n : k, n)
        if k == 0 {
            return (
                try Tensor.identity(shape(rowsOfU, columnsOfU), dtype), s, try Tensor.identity(shape(rowsOfV, columnsOfV), dtype), info)
        }
        let u = try Tensor(uninitialized: shape(rowsOfU, columnsOfU), dtype, operation: operation)
        let vt = try Tensor(uninitialized: shape(rowsOfV, columnsOfV), dtype, operation: operation)
        if batch.product == 0 { return (u, s, vt, info) }
        // Row-major memory is Aᵀ = V S Uᵀ to LAPACK, whose V, read row by row, is Vᵀ, and whose Uᵀ is U.
        let letter = CChar(bitPattern: UInt8(ascii: job == .none ? "N" : job == .complete ? "A" : "S"))
        let (rows, columns, lead) = (Int32(n), Int32(m), leading(n))
        let (leadV, leadU) = (leading(columnsOfV), leading(columnsOfU))
        let integers = try integers(8 * k, operation)
        let space = try workspace(dtype, operation) {
            _ = lapack_gesdd(
                wide, letter, rows, columns, work.data, lead, s.data, vt.data, leadV, u.data, leadU, $0, -1, pointer(integers))
        }
        for i in 0..<info.count {
            let a = work.data + i &* step(work)
            if !isFinite(a, m &* n, dtype) {
                pointer(info)[i] = -1
                continue
            }
            pointer(info)[i] = lapack_gesdd(
                wide, letter, rows, columns, a, lead, s.data + i &* k &* dtype.size, vt.data + i &* step(vt), leadV,
                u.data + i &* step(u), leadU, space.memory.data, space.count, pointer(integers))
        }
        return (u, s, vt, info)
    }

    /// The first of the matrices for which LAPACK gave something else than 0, and what it gave.
    static func failure(_ info: Tensor) -> (index: Int, code: Int)? {
        for i in 0..<info.count where pointer(info)[i] != 0 { return (i, Int(pointer(info)[i])) }
        return nil
    }

    /// - Throws: with the matrix named where LAPACK gave something else than 0.
    static func requireSuccess(
        _ info: Tensor, _ operation: StaticString, _ detail: (Int) -> String
    ) throws(TensorError) {
        guard let (index, code) = failure(info) else { return }
        let place = info.rank == 0 ? "" : "(Batch element \(index)): "
        throw TensorError(.linearAlgebra, operation.description, place + detail(code))
    }
}
