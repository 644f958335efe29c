import CKernels
import COpenBLAS

/// Products of matrices in memory: which routine, and how its arguments lie.
enum MatrixProduct {
    /// OpenBLAS runs on the calling thread alone: its results then do not depend on the number of cores, and
    /// independent callers do not wait for each other's threads.
    private static let singleThreaded: Void = blas_set_threads(1)

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

    /// C[m, n] = A[m, k] B[k, n], C row-major without gaps; `dtype` is no 16-bit floating type.
    static func multiply(
        _ a: Operand, _ b: Operand, into c: UnsafeMutableRawPointer, _ m: Int, _ n: Int, _ k: Int, _ dtype: DType
    ) {
        if m == 0 || n == 0 { return }
        if k == 0 {
            memset(c, m * n * dtype.size)
            return
        }
        switch dtype {
        case .float32:
            let (x, y, z) = (pointer(a, Float.self), pointer(b, Float.self), c.assumingMemoryBound(to: Float.self))
            if m <= thinRows && b.isTransposed && !a.isTransposed {
                ck_linear_f32(Int64(m), Int64(n), Int64(k), x, Int64(a.leading), y, Int64(b.leading), nil, z, Int64(n), 0)
                return
            }
            _ = singleThreaded
            blas_sgemm(
                a.isTransposed ? 1 : 0, b.isTransposed ? 1 : 0, Int32(m), Int32(n), Int32(k), 1, x, Int32(a.leading),
                y, Int32(b.leading), 0, z, Int32(n))
        case .float64:
            let (x, y, z) = (pointer(a, Double.self), pointer(b, Double.self), c.assumingMemoryBound(to: Double.self))
            if m <= thinRows && b.isTransposed && !a.isTransposed {
                ck_linear_f64(Int64(m), Int64(n), Int64(k), x, Int64(a.leading), y, Int64(b.leading), nil, z, Int64(n), 0)
                return
            }
            _ = singleThreaded
            blas_dgemm(
                a.isTransposed ? 1 : 0, b.isTransposed ? 1 : 0, Int32(m), Int32(n), Int32(k), 1, x, Int32(a.leading),
                y, Int32(b.leading), 0, z, Int32(n))
        case .int64: integers(a, b, c, m, n, k, Int64.self)
        case .int32: integers(a, b, c, m, n, k, Int32.self)
        case .int16: integers(a, b, c, m, n, k, Int16.self)
        case .int8: integers(a, b, c, m, n, k, Int8.self)
        case .uint8: integers(a, b, c, m, n, k, UInt8.self)
        case .bool: break  // refused by `check`
        case .float16, .bfloat16: break  // the callers multiply in `DType.computeType`
        }
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

    /// Integers wrap around, as in every other operator.
    private static func integers<Element: FixedWidthInteger>(
        _ a: Operand, _ b: Operand, _ c: UnsafeMutableRawPointer, _ m: Int, _ n: Int, _ k: Int, _ type: Element.Type
    ) {
        let (x, y, z) = (pointer(a, type), pointer(b, type), c.assumingMemoryBound(to: type))
        let (ai, ap) = a.isTransposed ? (1, a.leading) : (a.leading, 1)
        let (bp, bj) = b.isTransposed ? (1, b.leading) : (b.leading, 1)
        for i in 0..<m {
            let row = z + i * n
            for j in 0..<n { row[j] = 0 }
            for p in 0..<k {
                let factor = x[i * ai + p * ap]
                for j in 0..<n { row[j] = row[j] &+ factor &* y[p * bp + j * bj] }
            }
        }
    }
}
