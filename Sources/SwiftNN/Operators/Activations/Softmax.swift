import CKernels

extension Tensor {
    /// exp(x) divided by its sum along `dim`.
    public func softmax(_ dim: Int, dtype: DType? = nil) throws(TensorError) -> Tensor {
        try normalized(dim, dtype, logarithm: false, "softmax")
    }

    /// The logarithm of `softmax`, without its overflow.
    public func logSoftmax(_ dim: Int, dtype: DType? = nil) throws(TensorError) -> Tensor {
        try normalized(dim, dtype, logarithm: true, "log_softmax")
    }

    /// The softmax of -x.
    public func softmin(_ dim: Int, dtype: DType? = nil) throws(TensorError) -> Tensor {
        try negated().normalized(dim, dtype, logarithm: false, "softmin")
    }

    private func normalized(
        _ dim: Int, _ dtype: DType?, logarithm: Bool, _ operation: StaticString
    ) throws(TensorError) -> Tensor {
        try requireInitialized(operation)
        if let dtype, dtype != self.dtype {
            return try to(dtype).normalized(dim, nil, logarithm: logarithm, operation)
        }
        if !self.dtype.isFloatingPoint { throw Elementwise.unsupported(operation, self.dtype) }
        let axis = try checkedDimension(dim, rank: rank, operation: operation.description)
        if rank == 0 { return try reshaped([1] as Dims).normalized(0, nil, logarithm: logarithm, operation).reshaped(Dims()) }
        // The kernels work on rows; another dimension is brought to the end and back.
        if axis != rank - 1 {
            return try transposed(axis, -1).normalized(-1, nil, logarithm: logarithm, operation).transposed(axis, -1)
        }
        let type = self.dtype.computeType
        let x = try isContiguous || type != self.dtype ? converted(to: type) : copied()
        let wide = try Tensor(uninitialized: sizes, type, operation: operation)
        if count > 0 {
            let n = Int64(sizes[rank - 1]), rows = Int64(count) / n
            if type == .float32 {
                let (from, to) = (x.data.assumingMemoryBound(to: Float.self), wide.data.assumingMemoryBound(to: Float.self))
                if logarithm { ck_log_softmax_f32(rows, n, from, to) } else { ck_softmax_f32(rows, n, from, to) }
            } else {
                let (from, to) = (x.data.assumingMemoryBound(to: Double.self), wide.data.assumingMemoryBound(to: Double.self))
                if logarithm { ck_log_softmax_f64(rows, n, from, to) } else { ck_softmax_f64(rows, n, from, to) }
            }
        }
        let result = try wide.converted(to: self.dtype)
        if isRecorded {
            let edge = try gradientEdge()
            let node = logarithm ? LogSoftmaxBackward(edge) : SoftmaxBackward(edge)
            node.keep(output: result)
            result.node = node
        }
        return result
    }
}

// MARK: - Gradients

/// y = softmax x along the last dimension: dx = y (g - Σ g y).
final class SoftmaxBackward: OutputBackward {
    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let y = try saved!.output(for: self)
        if GradMode.isEnabled {
            let gradient = copy g
            try engine.send(try y * (gradient - (gradient * y).sum([-1], keepDims: true)), to: edges.0)
        } else {
            try engine.send(try rowGradient(g, y, ck_softmax_grad_f32, ck_softmax_grad_f64), to: edges.0)
        }
    }
}

/// y = log softmax x along the last dimension: dx = g - eʸ Σ g.
final class LogSoftmaxBackward: OutputBackward {
    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let y = try saved!.output(for: self)
        if GradMode.isEnabled {
            let gradient = copy g
            try engine.send(try gradient - y.exponential() * gradient.sum([-1], keepDims: true), to: edges.0)
        } else {
            try engine.send(try rowGradient(g, y, ck_log_softmax_grad_f32, ck_log_softmax_grad_f64), to: edges.0)
        }
    }
}

private func rowGradient(
    _ gradient: Tensor, _ y: Tensor,
    _ single: (Int64, Int64, UnsafePointer<Float>?, UnsafePointer<Float>?, UnsafeMutablePointer<Float>?) -> Void,
    _ double: (Int64, Int64, UnsafePointer<Double>?, UnsafePointer<Double>?, UnsafeMutablePointer<Double>?) -> Void
) throws(TensorError) -> Tensor {
    if y.dtype.isReducedPrecision {
        let wide = try rowGradient(gradient.converted(to: .float32), y.converted(to: .float32), single, double)
        return try wide.converted(to: y.dtype)
    }
    let g = try gradient.contiguous()
    let result = try Tensor(uninitialized: y.sizes, y.dtype, operation: "softmax")
    if y.count == 0 { return result }
    let n = Int64(y.sizes[y.rank - 1]), rows = Int64(y.count) / n
    if y.dtype == .float32 {
        single(
            rows, n, g.data.assumingMemoryBound(to: Float.self), y.data.assumingMemoryBound(to: Float.self),
            result.data.assumingMemoryBound(to: Float.self))
    } else {
        double(
            rows, n, g.data.assumingMemoryBound(to: Double.self), y.data.assumingMemoryBound(to: Double.self),
            result.data.assumingMemoryBound(to: Double.self))
    }
    return result
}
