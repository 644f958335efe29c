// Products that are made of others: chains, powers, Kronecker and cross products; and the diagonal.

extension Tensor {
    // MARK: Chains and powers

    /// The product of all matrices, in the order of least work. The first may be a row, the last a column, as vectors.
    ///
    /// - Throws: for fewer than two tensors, and where shapes or dtypes do not fit.
    public static func matrixProductChain(_ tensors: [Tensor]) throws(TensorError) -> Tensor {
        if tensors.count < 2 {
            throw TensorError(.runtime, "multi_dot", "expected at least 2 tensors, got \(tensors.count)")
        }
        var matrices = tensors
        let last = tensors.count - 1
        let (isRow, isColumn) = (tensors[0].rank == 1, tensors[last].rank == 1)
        if isRow { matrices[0] = try tensors[0].unsqueezed(0) }
        if isColumn { matrices[last] = try tensors[last].unsqueezed(1) }
        for (index, matrix) in matrices.enumerated() where matrix.rank != 2 {
            throw TensorError(.runtime, "multi_dot", "tensor \(index) must be a matrix, got shape \(matrix.sizes)")
        }
        for i in 0..<last {
            if matrices[i].dtype != matrices[i + 1].dtype {
                throw TensorError(.runtime, "multi_dot", "expected one dtype, got \(matrices[i].dtype) and \(matrices[i + 1].dtype)")
            }
            if matrices[i].sizes[1] != matrices[i + 1].sizes[0] {
                throw TensorError(.runtime, "multi_dot",
                    "tensors \(i) and \(i + 1) with shapes \(tensors[i].sizes) and \(tensors[i + 1].sizes) cannot be multiplied")
            }
        }
        // Rounded once, not after each product.
        let dtype = matrices[0].dtype
        if dtype.isReducedPrecision {
            for i in matrices.indices { matrices[i] = try matrices[i].to(dtype.computeType) }
        }
        var result = try chain(matrices).to(dtype)
        if isColumn { result = try result.squeezed([1]) }
        if isRow { result = try result.squeezed([0]) }
        return result
    }

    /// Where each part of the chain is best cut, by the costs of its parts.
    private static func chain(_ matrices: [Tensor]) throws(TensorError) -> Tensor {
        let n = matrices.count
        // The table grows with the square of the number, the work to fill it with the cube: long chains go from left to right.
        if n > 256 {
            var result = matrices[0]
            for matrix in matrices.dropFirst() { result = try result.matmul(matrix) }
            return result
        }
        let sizes = [Double(matrices[0].sizes[0])] + matrices.map { Double($0.sizes[1]) }
        var costs = [[Double]](repeating: [Double](repeating: 0, count: n), count: n)
        var cuts = [[Int]](repeating: [Int](repeating: 0, count: n), count: n)
        for length in 1..<n {
            for i in 0..<(n - length) {
                let j = i + length
                costs[i][j] = .infinity
                for k in i..<j {
                    let cost = costs[i][k] + costs[k + 1][j] + sizes[i] * sizes[k + 1] * sizes[j + 1]
                    if cost < costs[i][j] { (costs[i][j], cuts[i][j]) = (cost, k) }
                }
            }
        }
        func product(_ i: Int, _ j: Int) throws(TensorError) -> Tensor {
            i == j ? matrices[i] : try product(i, cuts[i][j]).matmul(product(cuts[i][j] + 1, j))
        }
        return try product(0, n - 1)
    }

    /// The product of a square matrix with itself, n times; of its inverse for a negative n, the identity for 0.
    public func matrixPower(_ n: Int) throws(TensorError) -> Tensor {
        try requireSquare("linalg.matrix_power")
        if n == 0 {
            let identity = try Tensor.identity(sizes, dtype)
            return try isRecorded ? identity + disconnected(dtype) : identity
        }
        if dtype.isReducedPrecision && n > 0 { return try to(dtype.computeType).matrixPower(n).to(dtype) }
        var square = n < 0 ? try inverse() : self
        var rest = n.magnitude
        if rest == 1 { return n < 0 ? square : try square.cloned() }
        var result: Tensor?
        while true {
            if rest & 1 != 0 { result = try result?.matmul(square) ?? square }
            rest >>= 1
            if rest == 0 { return result ?? square }
            square = try square.matmul(square)
        }
    }

    // MARK: Kronecker, cross and inner products along a dimension

    /// Each element of this tensor times all of another, as blocks: sizes [a, b] and [c, d] give [a c, b d].
    public func kroneckerProduct(_ other: Tensor) throws(TensorError) -> Tensor {
        try requireInitialized("kron")
        try other.requireInitialized("kron")
        let rank = Swift.max(rank, other.rank)
        func padded(_ tensor: Tensor) -> [Int] { [Int](repeating: 1, count: rank - tensor.rank) + tensor.shape }
        let (a, b) = (padded(self), padded(other))
        var shape: [Int] = []
        for (x, y) in zip(a, b) {
            let (size, overflow) = x.multipliedReportingOverflow(by: y)
            if overflow { throw TensorError(.memory, "kron", "the product of shapes \(sizes) and \(other.sizes) does not fit into memory") }
            shape.append(size)
        }
        _ = try checkedCount(Dims(shape, operation: "kron"), dtype, operation: "kron")
        if 2 * rank <= Dims.capacity {
            let left = try reshaped(a.flatMap { [$0, 1] }), right = try other.reshaped(b.flatMap { [1, $0] })
            return try left.multiplied(by: right).reshaped(shape)
        }
        // Too many dimensions to stand side by side: one after the other.
        var (left, right) = (try reshaped(a), try other.reshaped(b))
        for i in 0..<rank {
            func rest(_ tensor: Tensor, _ range: Range<Int>) -> Int { range.reduce(1) { $0 &* tensor.sizes[$1] } }
            var grown = left.shape
            grown[i] = shape[i]
            left = try left.reshaped([rest(left, 0..<i), a[i], 1, rest(left, (i + 1)..<rank)])
                .expanded([-1, -1, b[i], -1]).reshaped(grown)
            grown = right.shape
            grown[i] = shape[i]
            right = try right.reshaped([rest(right, 0..<i), 1, b[i], rest(right, (i + 1)..<rank)])
                .expanded([-1, a[i], -1, -1]).reshaped(grown)
        }
        return try left.multiplied(by: right)
    }

    /// The cross product of the vectors of three elements along `dim`; the other dimensions are broadcast.
    ///
    /// - Parameter dim: nil for the first of size 3.
    public func crossProduct(_ other: Tensor, dim: Int? = -1) throws(TensorError) -> Tensor {
        try requireInitialized("cross")
        try other.requireInitialized("cross")
        if rank != other.rank {
            throw TensorError(.runtime, "cross", "expected as many dimensions in both, got shapes \(sizes) and \(other.sizes)")
        }
        if dtype != other.dtype {
            throw TensorError(.runtime, "cross", "expected operands of one dtype, got \(dtype) and \(other.dtype)")
        }
        if dtype == .bool { throw Elementwise.unsupported("cross", dtype) }
        let axis: Int
        if let dim {
            axis = try checkedDimension(dim, rank: rank, operation: "cross")
        } else {
            guard let first = (0..<rank).first(where: { sizes[$0] == 3 }) else {
                throw TensorError(.runtime, "cross", "no dimension of size 3 in shape \(sizes)")
            }
            axis = first
        }
        if rank == 0 || sizes[axis] != 3 || other.sizes[axis] != 3 {
            throw TensorError(.runtime, "cross", "dimension \(dim ?? axis) must have size 3, got shapes \(sizes) and \(other.sizes)")
        }
        if dtype.isReducedPrecision {
            return try to(dtype.computeType).crossProduct(other.to(dtype.computeType), dim: axis).to(dtype)
        }
        // c = (a b' - a' b)', where ' turns (x, y, z) into (y, z, x).
        func turned(_ tensor: Tensor) throws(TensorError) -> Tensor {
            try Tensor.concatenated([tensor.sliced(axis, from: 1, to: 3), tensor.sliced(axis, from: 0, to: 1)], dim: axis)
        }
        return try turned(self * turned(other) - turned(self) * other)
    }

    /// The sums along `dim` of the products of the elements of the two, which are broadcast. Floating point only.
    public func vectorDot(_ other: Tensor, dim: Int = -1) throws(TensorError) -> Tensor {
        try requireInitialized("linalg.vecdot")
        try other.requireInitialized("linalg.vecdot")
        if !dtype.isFloatingPoint {
            throw TensorError(.runtime, "linalg.vecdot", "expected a floating point tensor, got \(dtype)")
        }
        if dtype != other.dtype {
            throw TensorError(.runtime, "linalg.vecdot", "expected operands of one dtype, got \(dtype) and \(other.dtype)")
        }
        let shape = try broadcastSizes(sizes, other.sizes, "linalg.vecdot")
        let axis = try checkedDimension(dim, rank: shape.count, operation: "linalg.vecdot")
        if shape.count == 0 { return try self * other }
        // Rows that lie side by side are products of rows and columns, without the products in memory.
        if axis == shape.count - 1 && rank > 1 && sizes == shape && other.sizes == shape && shape[axis] >= 64 {
            return try unsqueezed(-2).matmul(other.unsqueezed(-1)).squeezed([-2, -1])
        }
        if dtype.isReducedPrecision {
            return try (to(dtype.computeType) * other.to(dtype.computeType)).sum([axis]).to(dtype)
        }
        return try (self * other).sum([axis])
    }

    // MARK: The diagonal

    /// The sum of the diagonal of a matrix. Integers are summed as int64.
    public func trace() throws(TensorError) -> Tensor {
        try requireInitialized("trace")
        if rank != 2 { throw TensorError(.runtime, "trace", "expected a matrix, got shape \(sizes)") }
        if dtype == .bool { throw Elementwise.unsupported("trace", dtype) }
        return try diagonal().sum()
    }
}
