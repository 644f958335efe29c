import CKernels

// Norms of vectors and matrices, and what is made of them.

/// Which norm: a number, for vectors and matrices, or one that matrices alone have.
public enum MatrixNorm: Sendable, Equatable {
    /// √Σ |x|².
    case frobenius
    /// The sum of the singular values.
    case nuclear
    /// The largest, or smallest, sum of |x| in a column (1, -1) or a row (∞, -∞); the largest or smallest singular
    /// value (2, -2).
    case order(Double)

    /// The name that PyTorch gives it.
    public init(named name: String, operation: String = "matrix_norm") throws(TensorError) {
        switch name {
        case "fro": self = .frobenius
        case "nuc": self = .nuclear
        default: throw TensorError(.runtime, operation, "order \(name) is not supported; expected 'fro', 'nuc' or a number")
        }
    }
}

extension Tensor {
    /// (Σ |x|ᵖ)^(1/p); the largest |x| for p = ∞, the smallest for -∞, the number of elements that are not zero for 0.
    ///
    /// - Parameters:
    ///   - axes: the reduced dimensions; nil, or none, for all.
    ///   - dtype: converts the elements first, and must hold them without loss of precision.
    /// - Throws: for integers, and for orders without a meaning where there are no elements.
    public func vectorNorm(
        _ order: Double = 2, _ axes: [Int]? = nil, keepDims: Bool = false, dtype: DType? = nil
    ) throws(TensorError) -> Tensor {
        try vectorNorm(order, axes, keepDims, dtype, "linalg.vector_norm")
    }

    private func vectorNorm(
        _ order: Double, _ axes: [Int]?, _ keepDims: Bool, _ dtype: DType?, _ operation: StaticString
    ) throws(TensorError) -> Tensor {
        try requireNormType(dtype, operation)
        let target = dtype ?? self.dtype
        let source = try to(target.computeType)
        let mask = try Reduction.mask(axes, rank: rank, operation: operation.description)
        if count == 0 && (order < 0 || order == .infinity) {
            for i in 0..<rank where mask & (1 << i) != 0 && sizes[i] == 0 {
                throw TensorError(.runtime, operation.description,
                    "the norm of order \(order) of no elements has no value: shape \(sizes), dimension \(i)")
            }
        }
        let result = try withoutGradients { () throws(TensorError) in
            try source.normValue(order, mask, Reduction.resultSizes(sizes, mask, keepDims: keepDims), operation)
        }
        if source.isRecorded {
            result.node = LinalgVectorNormBackward(
                try source.gradientEdge(), Saved(source), Saved(output: result), order, mask, keepDims)
        }
        return try result.to(target)
    }

    private func normValue(
        _ order: Double, _ mask: Int, _ shape: Dims, _ operation: StaticString
    ) throws(TensorError) -> Tensor {
        func folded(_ op: ck_reduction, _ accumulator: DType) throws(TensorError) -> Tensor {
            let result = try Tensor.filled(shape, accumulator, 0)
            try Reduction.fold(op, self, mask, into: result, operation)
            return result
        }
        let axes = (0..<rank).filter { mask & (1 << $0) != 0 }
        switch order {
        case 2:
            let squares = try folded(.CK_SUM_SQUARES, dtype)
            try squares.squareRootInPlace()
            return squares
        case 1: return try folded(.CK_SUM_ABS, dtype)
        case 0: return try folded(.CK_COUNT, .int64).to(dtype)
        case .infinity: return try absoluteValue().amax(axes).reshaped(shape)
        case -.infinity: return try absoluteValue().amin(axes).reshaped(shape)
        default:
            let powers = try absoluteValue()
            try powers.raiseInPlace(to: Tensor(number: order))
            return try powers.sum(axes).raised(to: Tensor(number: 1 / order)).reshaped(shape)
        }
    }

    private func requireNormType(_ target: DType?, _ operation: StaticString) throws(TensorError) {
        try requireInitialized(operation)
        if !dtype.isFloatingPoint {
            throw TensorError(.runtime, operation.description, "expected a floating point tensor, got \(dtype)")
        }
        guard let target else { return }
        if !target.isFloatingPoint {
            throw TensorError(.runtime, operation.description, "dtype should be floating point, got \(target)")
        }
        if dtype.promoted(with: target) != target {
            throw TensorError(.runtime, operation.description, "\(dtype) should be convertible without narrowing to \(target)")
        }
    }

    /// A norm of the matrices that two dimensions span.
    ///
    /// - Parameters:
    ///   - axes: the rows' dimension, and the columns'.
    ///   - dtype: converts the elements first, and must hold them without loss of precision.
    /// - Throws: for integers, for orders that there are not, and for other than two different dimensions.
    public func matrixNorm(
        _ order: MatrixNorm = .frobenius, _ axes: [Int] = [-2, -1], keepDims: Bool = false, dtype: DType? = nil
    ) throws(TensorError) -> Tensor {
        let operation: StaticString = "linalg.matrix_norm"
        try requireNormType(dtype, operation)
        if rank < 2 {
            throw TensorError(.runtime, operation.description, "expected at least 2 dimensions, got shape \(sizes)")
        }
        if axes.count != 2 { throw TensorError(.runtime, operation.description, "dim must name 2 dimensions, got \(axes)") }
        let row = try checkedDimension(axes[0], rank: rank, operation: operation.description)
        let column = try checkedDimension(axes[1], rank: rank, operation: operation.description)
        if row == column { throw TensorError(.runtime, operation.description, "dims must be different, got \(axes)") }
        let target = dtype ?? self.dtype
        switch order {
        case .frobenius: return try vectorNorm(2, [row, column], keepDims, dtype, operation)
        case .order(let p) where abs(p) == 1 || abs(p) == .infinity:
            let (inner, outer) = abs(p) == 1 ? (row, column) : (column, row)
            let sums = try to(target.computeType).absoluteValue().sum([inner], keepDims: true)
            // Nothing is as long as the longest of no columns, as PyTorch has it.
            let found = p > 0 && sums.sizes[outer] == 0
                ? try sums.sum([outer], keepDims: true)
                : p > 0 ? try sums.amax([outer], keepDims: true) : try sums.amin([outer], keepDims: true)
            return try (keepDims ? found : found.squeezed([row, column])).to(target)
        case .nuclear, .order(2), .order(-2):
            let values = try permuted((0..<rank).filter { $0 != row && $0 != column } + [row, column])
                .to(target).singularValues()
            let found = order == .nuclear ? try values.sum([-1])
                : order == .order(-2) ? try values.amin([-1])
                : values.sizes[values.rank - 1] == 0 ? try values.sum([-1]) : try values.amax([-1])
            if !keepDims { return found }
            let (first, second) = (Swift.min(row, column), Swift.max(row, column))
            return try found.unsqueezed(first).unsqueezed(second)
        case .order(let p):
            throw TensorError(.runtime, operation.description, "order \(p) is not supported; expected 1, 2 or infinity with either sign")
        }
    }

    /// A norm of a vector or a matrix, whichever the dimensions make it.
    ///
    /// - Parameters:
    ///   - order: nil for the square root of the sum of squares over any number of dimensions.
    ///   - axes: one for vectors, two for matrices; nil for a tensor of one or two dimensions.
    public func norm(
        _ order: MatrixNorm? = nil, _ axes: [Int]? = nil, keepDims: Bool = false, dtype: DType? = nil
    ) throws(TensorError) -> Tensor {
        let operation: StaticString = "linalg.norm"
        if let axes, axes.count != 1 && axes.count != 2 {
            throw TensorError(.runtime, operation.description, "if dim is specified, it must be of length 1 or 2, got \(axes)")
        }
        guard let order else { return try vectorNorm(2, axes, keepDims, dtype, operation) }
        if axes == nil && rank != 1 && rank != 2 {
            throw TensorError(.runtime, operation.description,
                "if dim is not specified but ord is, the input must be 1D or 2D, got shape \(sizes)")
        }
        if case .order(let p) = order, (axes?.count ?? rank) == 1 {
            return try vectorNorm(p, axes, keepDims, dtype, operation)
        }
        return try matrixNorm(order, axes ?? (rank < 2 ? [-1] : [-2, -1]), keepDims: keepDims, dtype: dtype)
    }

    /// The norm that PyTorch's older function `norm` means: that of vectors for a number, over any dimensions.
    package func olderNorm(
        _ order: MatrixNorm, _ axes: [Int]?, keepDims: Bool, dtype: DType?
    ) throws(TensorError) -> Tensor {
        switch order {
        case .order(let p): return try vectorNorm(p, axes, keepDims, dtype, "norm")
        case .frobenius where (axes?.count ?? 0) <= 2: return try vectorNorm(2, axes, keepDims, dtype, "norm")
        default: return try matrixNorm(order, axes ?? Array(0..<rank), keepDims: keepDims, dtype: dtype)
        }
    }

    // MARK: Made of norms

    /// The norm of the difference to `other`, broadcast, of all elements.
    public func distance(to other: Tensor, _ order: Double = 2) throws(TensorError) -> Tensor {
        try requireInitialized("dist")
        try other.requireInitialized("dist")
        _ = try broadcastSizes(sizes, other.sizes, "dist")
        for tensor in [self, other] where tensor.dtype == .bool { throw Elementwise.unsupported("dist", .bool) }
        return try (self - other).vectorNorm(order, nil, false, nil, "dist")
    }

    /// The slices along `dim`, those whose norm is larger than `limit` scaled down to it.
    ///
    /// - Throws: for fewer than two dimensions, orders that are not positive, negative limits and integers.
    public func renormalized(_ order: Double, _ dim: Int, limit: Double) throws(TensorError) -> Tensor {
        try requireInitialized("renorm")
        if !(order > 0) { throw TensorError(.runtime, "renorm", "expected a positive order, got \(order)") }
        if !(limit >= 0) { throw TensorError(.runtime, "renorm", "expected maxnorm to be >= 0, got \(limit)") }
        if rank < 2 { throw TensorError(.runtime, "renorm", "expected at least 2 dimensions, got shape \(sizes)") }
        let axis = try checkedDimension(dim, rank: rank, operation: "renorm")
        let source = try to(dtype.computeType)
        if count == 0 { return try cloned() }
        let norms = try source.vectorNorm(order, (0..<rank).filter { $0 != axis }, true, nil, "renorm")
        let factors = try Tensor.select(
            norms .> limit, Tensor(number: limit) / (norms + 1e-7), try Tensor.filled(Dims(), norms.dtype, 1))
        return try (source * factors).to(dtype)
    }
}

// MARK: - Gradients

/// y = ‖x‖ₚ: dy/dx = sign(x) |x|ᵖ⁻¹ / yᵖ⁻¹, and 0 where x or y is; for p = ±∞ equal elements share.
final class LinalgVectorNormBackward: SavedReductionBackward {
    private let order: Double

    init(_ edge: Edge, _ x: Saved, _ y: Saved, _ order: Double, _ mask: Int, _ keptDims: Bool) {
        self.order = order
        super.init(edge, x, y, mask, keptDims)
    }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let x = try self.x.value(for: self)
        let one = Tensor(number: 1.0)
        if order == 0 {
            try engine.send(try Tensor.filled(x.sizes, g.dtype, 0), to: edges.0)
            return
        }
        let gradient = try g.restored(x.sizes, mask, keptDims: keptDims)
        if order == 1 {
            try engine.send(try gradient * x.sign(), to: edges.0)
            return
        }
        let y = try self.y.output(for: self)
        if order.isInfinite {
            let chosen = try (x.withoutHistory().absoluteValue()
                .== y.withoutHistory().restored(x.sizes, mask, keptDims: keptDims)).to(x.dtype)
            let axes = (0..<x.rank).filter { mask & (1 << $0) != 0 }
            try engine.send(try gradient * (x.sign() * chosen / chosen.sum(axes, keepDims: true)), to: edges.0)
            return
        }
        // What would be divided by 0 is multiplied by 0 in the numerator.
        let norm = try y.maskedFill(y .== 0, with: one)
        if order == 2 {
            let unit = try x / norm.restored(x.sizes, mask, keptDims: keptDims)
            try engine.send(try gradient * unit, to: edges.0)
            return
        }
        let magnitude = try x.absoluteValue()
        let powers = try magnitude.maskedFill(magnitude .== 0, with: one).raised(to: Tensor(number: order - 1)) * x.sign()
        // Below 1 the norm stands in the numerator, and of a negative order it is 0 where any element is.
        let scale = try (order < 1 ? y.raised(to: Tensor(number: 1 - order)) : norm.raised(to: Tensor(number: order - 1)))
            .restored(x.sizes, mask, keptDims: keptDims)
        try engine.send(try gradient * (order < 1 ? powers * scale : powers / scale), to: edges.0)
    }
}
