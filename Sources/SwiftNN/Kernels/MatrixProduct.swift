import CKernels
import COpenBLAS

/// Products of matrices in memory: which routine, and how its arguments lie.
enum MatrixProduct {
    /// OpenBLAS runs on the calling thread alone: its results then do not depend on the number of cores, and
    /// independent callers do not wait for each other's threads.
    static let singleThreaded: Void = blas_set_threads(1)

    /// The largest number of rows for which the kernels that stream the weights once beat OpenBLAS.
    static let thinRows = 8

    /// A matrix as BLAS wants it: rows or columns of contiguous elements.
    struct Operand {
        let data: UnsafeMutableRawPointer
        let leading: Int
        let isTransposed: Bool

        init(_ data: UnsafeMutableRawPointer, leading: Int, isTransposed: Bool = false) {
            self.data = data
            // BLAS wants at least 1, also where a row has no elements.
            self.leading = Swift.max(leading, 1)
            self.isTransposed = isTransposed
        }

        func moved(by bytes: Int) -> Operand { Operand(data + bytes, leading: leading, isTransposed: isTransposed) }

        /// - Parameter tensor: of two dimensions (the last two, for a batch).
        /// - Returns: nil where neither rows nor columns are contiguous.
        init?(_ tensor: Tensor, offset: Int = 0) {
            let row = tensor.rank - 2, column = tensor.rank - 1
            let (rows, columns) = (tensor.sizes[row], tensor.sizes[column])
            // The stride of a dimension of size 1 is never used and may be anything.
            let rowStep = rows == 1 ? Swift.max(columns, 1) : tensor.strides[row]
            let columnStep = columns == 1 ? 1 : tensor.strides[column]
            data = tensor.data + offset * tensor.dtype.size
            if columnStep == 1 && rowStep >= Swift.max(columns, 1) {
                leading = rowStep
                isTransposed = false
            } else if (rows == 1 || tensor.strides[row] == 1) && tensor.strides[column] >= Swift.max(rows, 1) {
                leading = tensor.strides[column]
                isTransposed = true
            } else {
                return nil
            }
        }
    }

    /// C[m, n] = alpha A[m, k] B[k, n], added to C where `accumulate`; C row-major without gaps. `dtype` is no 16-bit
    /// floating type. For integers alpha is 1 and nothing accumulates.
    ///
    /// - Parameter leading: from one row of C to the next, where there is a gap; for floating types.
    static func multiply(
        _ a: Operand, _ b: Operand, into c: UnsafeMutableRawPointer, _ m: Int, _ n: Int, _ k: Int, _ dtype: DType,
        leading: Int? = nil, alpha: Double = 1, accumulate: Bool = false
    ) {
        if m == 0 || n == 0 { return }
        let step = m == 1 ? n : leading ?? n
        if k == 0 {
            if !accumulate { for i in 0..<m { memset(c + i &* step &* dtype.size, n &* dtype.size) } }
            return
        }
        // The shortcuts for few rows and columns write without gaps.
        let isDense = step == n
        switch dtype {
        case .float32:
            let (x, y, z) = (pointer(a, Float.self), pointer(b, Float.self), c.assumingMemoryBound(to: Float.self))
            if isDense && alpha == 1 && !accumulate && linear(a, b, m, n, k, { ck_linear_f32($0, $1, $2, x, $3, y, $4, nil, z, $1, 0) },
                { ck_linear_f32(1, $0, $1, y, $1, x, $2, nil, z, $0, 0) }) { return }
            _ = singleThreaded
            if isDense, let v = vector(a, b, m, n, k) {
                // BLAS may read what it multiplies by a beta of 0.
                if !accumulate { memset(c, m &* n &* 4) }
                blas_sgemv(v.transposed, v.rows, v.columns, Float(alpha), v.first ? x : y, v.leading, v.first ? y : x, v.step, 1, z)
                return
            }
            blas_sgemm(
                a.isTransposed ? 1 : 0, b.isTransposed ? 1 : 0, Int32(m), Int32(n), Int32(k), Float(alpha), x,
                Int32(a.leading), y, Int32(b.leading), accumulate ? 1 : 0, z, Int32(step))
        case .float64:
            let (x, y, z) = (pointer(a, Double.self), pointer(b, Double.self), c.assumingMemoryBound(to: Double.self))
            if isDense && alpha == 1 && !accumulate && linear(a, b, m, n, k, { ck_linear_f64($0, $1, $2, x, $3, y, $4, nil, z, $1, 0) },
                { ck_linear_f64(1, $0, $1, y, $1, x, $2, nil, z, $0, 0) }) { return }
            _ = singleThreaded
            if isDense, let v = vector(a, b, m, n, k) {
                if !accumulate { memset(c, m &* n &* 8) }
                blas_dgemv(v.transposed, v.rows, v.columns, alpha, v.first ? x : y, v.leading, v.first ? y : x, v.step, 1, z)
                return
            }
            blas_dgemm(
                a.isTransposed ? 1 : 0, b.isTransposed ? 1 : 0, Int32(m), Int32(n), Int32(k), alpha, x, Int32(a.leading),
                y, Int32(b.leading), accumulate ? 1 : 0, z, Int32(step))
        case .int64, .int32, .int16, .int8, .uint8:
            let (ai, ap) = a.isTransposed ? (1, a.leading) : (a.leading, 1)
            let (bp, bj) = b.isTransposed ? (1, b.leading) : (b.leading, 1)
            ck_integer_product(
                Int32(dtype.size), Int64(m), Int64(n), Int64(k), a.data, Int64(ai), Int64(ap), b.data, Int64(bp), Int64(bj), c)
        case .bool: break  // refused by `check`
        case .float16, .bfloat16: break  // the callers multiply in `DType.computeType`
        }
    }

    /// Runs the kernel that streams rows of weights, where few rows meet many, or many one.
    ///
    /// - Returns: whether it has.
    @inline(__always)
    private static func linear(
        _ a: Operand, _ b: Operand, _ m: Int, _ n: Int, _ k: Int, _ rows: (Int64, Int64, Int64, Int64, Int64) -> Void,
        _ column: (Int64, Int64, Int64) -> Void
    ) -> Bool {
        if a.isTransposed { return false }
        if m <= thinRows && b.isTransposed {
            rows(Int64(m), Int64(n), Int64(k), Int64(a.leading), Int64(b.leading))
            return true
        }
        if n == 1 && (b.isTransposed || b.leading == 1 || k == 1) {
            column(Int64(m), Int64(k), Int64(a.leading))
            return true
        }
        return false
    }

    /// A product with one row or one column, as BLAS wants it: the stored matrix, whether it is the first operand, and
    /// the step between the elements of the other.
    @inline(__always)
    private static func vector(
        _ a: Operand, _ b: Operand, _ m: Int, _ n: Int, _ k: Int
    ) -> (first: Bool, transposed: Int32, rows: Int32, columns: Int32, leading: Int32, step: Int32)? {
        if n == 1 {
            let (rows, columns) = a.isTransposed ? (k, m) : (m, k)
            return (true, a.isTransposed ? 1 : 0, Int32(rows), Int32(columns), Int32(a.leading), b.isTransposed ? 1 : Int32(b.leading))
        }
        if m == 1 {
            let (rows, columns) = b.isTransposed ? (n, k) : (k, n)
            return (false, b.isTransposed ? 0 : 1, Int32(rows), Int32(columns), Int32(b.leading), a.isTransposed ? Int32(a.leading) : 1)
        }
        return nil
    }

    /// C = alpha A B for each pair of matrices of two stacks whose leading dimensions are broadcast to those of C.
    ///
    /// - Parameters:
    ///   - a, b: as `readable` gives them, of C's dtype.
    ///   - c: row-major.
    static func multiplyStacks(_ a: Tensor, _ b: Tensor, into c: Tensor, alpha: Double = 1, accumulate: Bool = false) {
        if c.count == 0 { return }
        let (m, n, k) = (c.sizes[c.rank - 2], c.sizes[c.rank - 1], a.sizes[a.rank - 1])
        let (x, y) = (Operand(a)!, Operand(b)!)
        if c.rank == 2 {
            multiply(x, y, into: c.data, m, n, k, c.dtype, alpha: alpha, accumulate: accumulate)
            return
        }
        var batch = c.sizes
        batch.removeLast()
        batch.removeLast()
        let dtype = c.dtype
        if batch.product == 1 {
            multiply(x, y, into: c.data, m, n, k, dtype, alpha: alpha, accumulate: accumulate)
            return
        }
        let (xs, ys) = (a.batchStrides(batch), b.batchStrides(batch))
        // One matrix on the right, and rows on the left that follow one another: one product.
        if !x.isTransposed, let rows = foldedRows(batch, xs, m, x.leading &* dtype.size), (0..<batch.count).allSatisfy({ ys[$0] == 0 || batch[$0] == 1 }) {
            multiply(x, y, into: c.data, rows, n, k, dtype, alpha: alpha, accumulate: accumulate)
            return
        }
        var targets = batch.rowMajorStrides
        for i in 0..<batch.count { targets[i] &*= m &* n &* dtype.size }
        let plan = StridedLoop(batch, xs, ys, targets)
        let target = c.data
        plan.forEachRun { p, q, r, _ in
            for i in 0..<plan.runLength {
                multiply(
                    x.moved(by: p &+ i &* plan.runStrides.0), y.moved(by: q &+ i &* plan.runStrides.1),
                    into: target + (r &+ i &* plan.runStrides.2), m, n, k, dtype, alpha: alpha, accumulate: accumulate)
            }
        }
    }

    /// How many rows all matrices of a stack have together, where each begins `rowStep` bytes after the one before.
    private static func foldedRows(_ batch: Dims, _ strides: Dims, _ rows: Int, _ rowStep: Int) -> Int? {
        var total = rows
        for i in stride(from: batch.count - 1, through: 0, by: -1) where batch[i] != 1 {
            if strides[i] != total &* rowStep { return nil }
            total &*= batch[i]
        }
        return total <= Int(Int32.max) ? total : nil
    }

    /// - Throws: for dtypes without a product, and for sizes that BLAS cannot count.
    static func check(_ a: Tensor, _ b: Tensor, _ operation: StaticString) throws(TensorError) {
        try a.requireInitialized(operation)
        try b.requireInitialized(operation)
        if a.dtype != b.dtype {
            throw TensorError(.runtime, operation.description, "expected operands of one dtype, got \(a.dtype) and \(b.dtype)")
        }
        if a.dtype == .bool { throw Elementwise.unsupported(operation, .bool) }
        for tensor in [a, b] {
            for i in 0..<tensor.rank where tensor.sizes[i] > Int(Int32.max) || (tensor.strides[i] > Int(Int32.max) && i >= tensor.rank - 2) {
                throw TensorError(.runtime, operation.description, "dimension \(i) of shape \(tensor.sizes) is too large")
            }
        }
    }

    /// A tensor whose last two dimensions BLAS can read, without history.
    static func readable(_ tensor: Tensor) throws(TensorError) -> Tensor {
        Operand(tensor) != nil ? tensor : try tensor.copied()
    }

    private static func pointer<Element>(_ operand: Operand, _ type: Element.Type) -> UnsafeMutablePointer<Element> {
        operand.data.assumingMemoryBound(to: Element.self)
    }

    private static func memset(_ target: UnsafeMutableRawPointer, _ bytes: Int) {
        target.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
    }
}

extension Tensor {
    /// The sizes but for the last two, which are matrices.
    var batchSizes: Dims {
        var result = sizes
        result.removeLast()
        result.removeLast()
        return result
    }

    /// The strides in bytes of the dimensions before the matrices, for a walk over `batch`; 0 where they are broadcast.
    func batchStrides(_ batch: Dims) -> Dims {
        var result = Dims()
        let shift = batch.count - (rank - 2)
        for i in 0..<batch.count {
            let own = i - shift
            result.append(own < 0 || (sizes[own] == 1 && batch[i] != 1) ? 0 : strides[own] &* dtype.size)
        }
        return result
    }
}
