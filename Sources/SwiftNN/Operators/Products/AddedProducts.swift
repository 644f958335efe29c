// beta input + alpha product, in one pass where the numbers are floating point.

extension Tensor {
    /// beta self + alpha (a @ b), for matrices a and b; self is broadcast to the product. With a beta of 0 self is not read.
    ///
    /// - Throws: for other ranks, where sizes or dtypes do not fit, and for integers where beta or alpha is a fraction.
    public func addingMatrixProduct(_ a: Tensor, _ b: Tensor, beta: Double = 1, alpha: Double = 1) throws(TensorError) -> Tensor {
        try MatrixProduct.check(a, b, "addmm")
        if a.rank != 2 || b.rank != 2 {
            throw TensorError(.runtime, "addmm", "expected two matrices, got shapes \(a.sizes) and \(b.sizes)")
        }
        if a.sizes[1] != b.sizes[0] { throw Tensor.innerMismatch(a, b, "addmm") }
        return try addingProducts(a, b, batch: Dims(), beta, alpha, "addmm")
    }

    /// beta self + alpha (a[i] @ b[i]) for each i, for stacks a and b of as many matrices; self is broadcast.
    public func addingBatchedMatrixProduct(
        _ a: Tensor, _ b: Tensor, beta: Double = 1, alpha: Double = 1
    ) throws(TensorError) -> Tensor {
        try Tensor.checkStacks(a, b, "baddbmm")
        return try addingProducts(a, b, batch: [a.sizes[0]], beta, alpha, "baddbmm")
    }

    /// beta self + alpha Σ a[i] @ b[i], for stacks a and b of as many matrices; self is broadcast.
    public func addingSummedMatrixProducts(
        _ a: Tensor, _ b: Tensor, beta: Double = 1, alpha: Double = 1
    ) throws(TensorError) -> Tensor {
        try Tensor.checkStacks(a, b, "addbmm")
        // One product, whose inner dimension goes through all matrices.
        let (inner, overflow) = a.sizes[0].multipliedReportingOverflow(by: a.sizes[2])
        if overflow || inner > Int(Int32.max) {
            throw TensorError(.runtime, "addbmm", "stacks of shape \(a.sizes) and \(b.sizes) are too large")
        }
        let left = try a.permuted([1, 0, 2]).reshaped([a.sizes[1], inner] as Dims)
        return try addingProducts(left, b.reshaped([inner, b.sizes[2]] as Dims), batch: Dims(), beta, alpha, "addbmm")
    }

    /// beta self + alpha (matrix @ vector); self is broadcast.
    public func addingMatrixVectorProduct(
        _ matrix: Tensor, _ vector: Tensor, beta: Double = 1, alpha: Double = 1
    ) throws(TensorError) -> Tensor {
        try MatrixProduct.check(matrix, vector, "addmv")
        try Tensor.checkMatrixAndVector(matrix, vector, "addmv")
        try requireInitialized("addmv")
        try requireBroadcastable(to: [matrix.sizes[0]], "addmv")
        return try (rank == 0 ? self : unsqueezed(1))
            .addingProducts(matrix, vector.unsqueezed(1), batch: Dims(), beta, alpha, "addmv").squeezed([1])
    }

    /// beta self + alpha (a outer b), for vectors a and b; self is broadcast. bool counts as true for any sum that is not 0.
    public func addingOuterProduct(_ a: Tensor, _ b: Tensor, beta: Double = 1, alpha: Double = 1) throws(TensorError) -> Tensor {
        if a.rank != 1 || b.rank != 1 {
            throw TensorError(.runtime, "addr", "expected two vectors, got shapes \(a.sizes) and \(b.sizes)")
        }
        try requireBroadcastable(to: [a.sizes[0], b.sizes[0]], "addr")
        if dtype.isReducedPrecision && a.dtype == dtype && b.dtype == dtype {
            let type = dtype.computeType
            return try to(type).addingOuterProduct(a.to(type), b.to(type), beta: beta, alpha: alpha).to(dtype)
        }
        let product = try a.outer(b)
        let type = promotedType(self, product)
        let factors = (try Tensor.factor(beta, type, "addr", "beta"), try Tensor.factor(alpha, type, "addr", "alpha"))
        let scaled = alpha == 1 ? product : try product.multiplied(by: factors.1).to(type)
        if beta == 0 { return try isRecorded ? scaled.adding(disconnected(type)).to(type) : scaled.to(type) }
        return try (beta == 1 ? self : multiplied(by: factors.0)).adding(scaled).to(type)
    }

    // MARK: What they share

    /// Zeros in the tensor's shape, by which its gradient is zero: it was named, but not read.
    func disconnected(_ type: DType) throws(TensorError) -> Tensor {
        let zeros = try Tensor.filled(sizes, type, 0)
        if isRecorded { zeros.node = ZeroBackward(try gradientEdge(), .none, Spec(self), Spec(self)) }
        return zeros
    }

    private func requireBroadcastable(to shape: Dims, _ operation: StaticString) throws(TensorError) {
        var fits = rank <= shape.count
        if fits { fits = try broadcastSizes(shape, sizes, operation) == shape }
        if !fits {
            throw TensorError(.runtime, operation.description, "an input of shape \(sizes) cannot be broadcast to the product's \(shape)")
        }
    }

    /// A factor as a number that fits the dtype: a fraction is none of an integer's.
    private static func factor(
        _ value: Double, _ dtype: DType, _ operation: String, _ name: String
    ) throws(TensorError) -> Tensor {
        if dtype.isFloatingPoint { return Tensor(number: value) }
        guard let whole = Int(exactly: value) else {
            throw TensorError(.runtime, operation, "for integral tensors \(name) must be an integer, not \(value)")
        }
        return dtype == .bool ? Tensor(number: whole != 0) : Tensor(number: whole)
    }

    private func addingProducts(
        _ a: Tensor, _ b: Tensor, batch: Dims, _ beta: Double, _ alpha: Double, _ operation: StaticString
    ) throws(TensorError) -> Tensor {
        try requireInitialized(operation)
        var shape = batch
        shape.append(a.sizes[a.rank - 2])
        shape.append(b.sizes[b.rank - 1])
        if dtype != a.dtype {
            throw TensorError(.runtime, operation.description, "expected an input of the factors' dtype \(a.dtype), got \(dtype)")
        }
        try requireBroadcastable(to: shape, operation)
        let betaNumber = try Tensor.factor(beta, dtype, operation.description, "beta")
        let alphaNumber = try Tensor.factor(alpha, dtype, operation.description, "alpha")
        if !dtype.isFloatingPoint {
            let product = try Tensor.multiplied(a, b, shape, operation).multiplied(by: alphaNumber)
            return beta == 0 ? product : try product.adding(multiplied(by: betaNumber))
        }
        _ = try checkedCount(shape, dtype, operation: operation.description)
        let type = dtype.computeType
        let wide = try Tensor(uninitialized: shape, type, operation: operation)
        if beta == 1 {
            Elementwise.convert(self, into: wide)
        } else if beta != 0 {
            try Elementwise.binary(.CK_MUL, converted(to: type), betaNumber.converted(to: type), into: wide, operation)
        }
        MatrixProduct.multiplyStacks(
            try MatrixProduct.readable(a.converted(to: type)), try MatrixProduct.readable(b.converted(to: type)), into: wide,
            alpha: alpha, accumulate: beta != 0)
        let result = try wide.converted(to: dtype)
        if isRecorded || a.isRecorded || b.isRecorded {
            let (ea, eb) = (try a.gradientEdge(), try b.gradientEdge())
            result.node = AddProductBackward(
                operation, try gradientEdge(), ea, eb, Spec(self), a: eb.isNone ? nil : Saved(a), b: ea.isNone ? nil : Saved(b),
                beta, alpha)
        }
        return result
    }
}

// MARK: - Gradients

/// C = beta S + alpha A B: dS = beta G, dA = alpha G Bᵀ, dB = alpha Aᵀ G, for matrices and for stacks of as many.
final class AddProductBackward: Node {
    private let label: StaticString, spec: Spec
    @exclusivity(unchecked) private var a: Saved?, b: Saved?
    private let beta: Double, alpha: Double

    init(
        _ label: StaticString, _ e: Edge, _ ea: Edge, _ eb: Edge, _ spec: Spec, a: Saved?, b: Saved?, _ beta: Double,
        _ alpha: Double
    ) {
        self.label = label
        self.spec = spec
        self.a = a
        self.b = b
        self.beta = beta
        self.alpha = alpha
        super.init(e, ea, eb)
    }

    override var name: String {
        let text = label.description
        return text.prefix(1).uppercased() + text.dropFirst() + "Backward0"
    }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let gradient = copy g
        func scaled(_ product: Tensor) throws(TensorError) -> Tensor { alpha == 1 ? product : try product * alpha }
        if wants(1) {
            let b = try self.b!.value(for: self).transposed(-2, -1)
            try engine.send(try scaled(gradient.matmul(b)), to: edges.1)
        }
        if wants(2) {
            let a = try self.a!.value(for: self).transposed(-2, -1)
            try engine.send(try scaled(a.matmul(gradient)), to: edges.2)
        }
        if wants(0) { try engine.send(beta == 1 ? gradient : try gradient * beta, to: edges.0, reducedTo: spec) }
    }

    override func releaseSaved() {
        a?.release()
        b?.release()
    }
}
