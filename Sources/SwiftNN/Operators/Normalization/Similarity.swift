// Vectors brought to a length, compared, and responses divided by those of their neighbours: made of other operators.

extension Tensor {
    /// x / max(‖x‖, epsilon), the norm being taken along dimensions.
    ///
    /// - Parameters:
    ///   - order: of the norm.
    ///   - axes: the dimensions that make up a vector; none for all.
    public func normalized(order: Double = 2, _ axes: [Int] = [1], epsilon: Double = 1e-12) throws(TensorError) -> Tensor {
        try requireInitialized("normalize")
        // The smallest numbers of 16 bits are far larger than epsilon.
        if dtype.isReducedPrecision { return try to(.float32).normalized(order: order, axes, epsilon: epsilon).to(dtype) }
        let length = try vectorNorm(order, axes, keepDims: true)
        return try self / length.clamped(toAtLeast: Tensor(number: epsilon))
    }

    /// a · b / (max(‖a‖, epsilon) max(‖b‖, epsilon)) along `dim`, with broadcasting.
    public func cosineSimilarity(_ other: Tensor, dim: Int = 1, epsilon: Double = 1e-8) throws(TensorError) -> Tensor {
        let operation: StaticString = "cosine_similarity"
        try requireInitialized(operation)
        try other.requireInitialized(operation)
        let type = promotedType(self, other)
        if !type.isFloatingPoint {
            throw TensorError(.runtime, operation.description,
                "expected common dtype to be floating point, yet common dtype is \(type)")
        }
        let shape = try broadcastSizes(sizes, other.sizes, operation)
        let axis = try checkedDimension(dim, rank: shape.count, operation: operation.description)
        let compute = type.computeType
        let (a, b) = (try to(compute).expanded(shape), try other.to(compute).expanded(shape))
        // The lengths are limited each by itself, as a product of them would be too small too soon.
        let limit = Tensor(number: epsilon)
        let first = try a / a.vectorNorm(2, [axis], keepDims: true).clamped(toAtLeast: limit)
        let second = try b / b.vectorNorm(2, [axis], keepDims: true).clamped(toAtLeast: limit)
        return try (first * second).sum([axis]).to(type)
    }

    /// ‖a - b + epsilon‖ along the last dimension, with broadcasting.
    ///
    /// - Parameter order: of the norm.
    public func pairwiseDistance(
        _ other: Tensor, order: Double = 2, epsilon: Double = 1e-6, keepDims: Bool = false
    ) throws(TensorError) -> Tensor {
        try requireInitialized("pairwise_distance")
        _ = try broadcastSizes(sizes, other.sizes, "pairwise_distance")
        let difference = try self - other
        let compute = floatingType(difference.dtype).computeType
        return try (difference.to(compute) + epsilon).vectorNorm(order, [-1], keepDims: keepDims).to(floatingType(difference.dtype))
    }

    /// The distances of each two rows of a matrix [n, m]: those of row 0 to the later ones, then those of row 1, …; n (n - 1) / 2
    /// in all.
    ///
    /// - Parameter order: of the norm.
    public func distancesOfRows(order: Double = 2) throws(TensorError) -> Tensor {
        try requireInitialized("pdist")
        if rank != 2 { throw TensorError(.runtime, "pdist", "pdist only supports 2D tensors, got: \(rank)D") }
        if !dtype.isFloatingPoint { throw TensorError(.runtime, "pdist", "pdist only supports floating-point dtypes, got \(dtype)") }
        if !(order >= 0) { throw TensorError(.runtime, "pdist", "pdist only supports non-negative p values, got \(order)") }
        let n = sizes[0]
        if n < 2 { return try reshaped([count] as Dims).sliced(0, to: 0) }
        _ = try checkedCount([n, n], .float64, operation: "pdist")
        let positions = try Tensor(uninitialized: [n * (n - 1) / 2], .int64, operation: "pdist")
        let target = positions.data.assumingMemoryBound(to: Int64.self)
        var i = 0
        for row in 0..<n {
            for column in (row + 1)..<Swift.max(n, row + 1) {
                target[i] = Int64(row * n + column)
                i += 1
            }
        }
        return try pairwiseDistances(to: self, p: order, mode: .direct).reshaped([n * n] as Dims).taken(positions)
    }

    /// x / (k + alpha / size Σ x²)^beta, where the sum goes over `size` neighbouring channels (Krizhevsky et al. 2012).
    ///
    /// - Throws: for fewer than three dimensions [N, C, ...].
    public func localResponseNormalized(
        size: Int, alpha: Double = 1e-4, beta: Double = 0.75, k: Double = 1
    ) throws(TensorError) -> Tensor {
        let operation = "local_response_norm"
        try requireInitialized("local_response_norm")
        if rank < 3 {
            throw TensorError(.value, operation, "Expected 3D or higher dimensionality input (got \(rank) dimensions)")
        }
        if !dtype.isFloatingPoint { throw Elementwise.unsupported("local_response_norm", dtype) }
        if size <= 0 { throw TensorError(.runtime, operation, "size should be greater than zero, but got \(size)") }
        if dtype.isReducedPrecision {
            return try to(.float32).localResponseNormalized(size: size, alpha: alpha, beta: beta, k: k).to(dtype)
        }
        if count == 0 { return self }
        let total = try squaresOfNeighbours(before: size / 2, behind: (size - 1) / 2)
        return try self / (total * (alpha / Double(size)) + k).raised(to: Tensor(number: beta))
    }

    /// The sum of the squares of the channels from so many before to so many behind each, as far as there are any.
    private func squaresOfNeighbours(before: Int, behind: Int) throws(TensorError) -> Tensor {
        let channels = sizes[1], before = Swift.min(before, channels), behind = Swift.min(behind, channels)
        let squares = try self * self
        var padding = squares.sizes
        padding[1] = before
        let ahead = try Tensor.filled(padding, dtype, 0)
        padding[1] = behind
        let padded = try Tensor.concatenated([ahead, squares, Tensor.filled(padding, dtype, 0)], dim: 1)
        var total = try padded.sliced(1, from: 0, to: channels)
        for shift in 1..<Swift.max(before + behind + 1, 1) {
            total = try total + padded.sliced(1, from: shift, to: shift + channels)
        }
        return total
    }

    /// x / (k + alpha / size Σ x²)^beta for [N, C, H, W], as PyTorch's older function computes it: the window reaches size / 2
    /// channels, rounded down, to both sides less one if the size is even, and the first channel never leaves it.
    func crossMapNormalized(size: Int, alpha: Double, beta: Double, k: Double) throws(TensorError) -> Tensor {
        try requireInitialized("CrossMapLRN2d")
        if rank != 4 { throw TensorError(.value, "CrossMapLRN2d", "CrossMapLRN2d: Expected input to be 4D, got \(rank)D instead.") }
        if !dtype.isFloatingPoint { throw Elementwise.unsupported("CrossMapLRN2d", dtype) }
        if size <= 0 { throw TensorError(.runtime, "CrossMapLRN2d", "size should be greater than zero, but got \(size)") }
        if dtype.isReducedPrecision {
            return try to(.float32).crossMapNormalized(size: size, alpha: alpha, beta: beta, k: k).to(dtype)
        }
        if count == 0 { return self }
        let reach = (size - 1) / 2
        var total = try squaresOfNeighbours(before: reach, behind: reach)
        if sizes[1] > reach + 1 {
            let first = try sliced(1, to: 1) * sliced(1, to: 1)
            let near = try total.sliced(1, to: reach + 1), far = try total.sliced(1, from: reach + 1) + first
            total = try Tensor.concatenated([near, far], dim: 1)
        }
        return try self * (total * (alpha / Double(size)) + k).raised(to: Tensor(number: -beta))
    }
}
