import CKernels

// Products of stacks of matrices, of matrices and vectors, and of vectors. Each gradient stands with its operator.

extension Tensor {
    // MARK: Stacks of matrices

    /// The products of two stacks of as many matrices, [b, n, m] and [b, m, p].
    ///
    /// - Throws: for other ranks, and where the numbers of matrices, the inner sizes or the dtypes differ.
    public func batchedMatrixProduct(_ other: Tensor) throws(TensorError) -> Tensor {
        try Tensor.checkStacks(self, other, "bmm")
        return try stackedProduct(other, batch: [sizes[0]], "bmm")
    }

    /// - Throws: unless the two are stacks of as many matrices that have a product.
    static func checkStacks(_ a: Tensor, _ b: Tensor, _ operation: StaticString) throws(TensorError) {
        try MatrixProduct.check(a, b, operation)
        if a.rank != 3 || b.rank != 3 {
            throw TensorError(.runtime, operation.description, "expected two stacks of matrices, got shapes \(a.sizes) and \(b.sizes)")
        }
        if a.sizes[0] != b.sizes[0] {
            throw TensorError(.runtime, operation.description,
                "expected as many matrices in both, got shapes \(a.sizes) and \(b.sizes) (\(a.sizes[0]) != \(b.sizes[0]))")
        }
        if a.sizes[2] != b.sizes[1] { throw innerMismatch(a, b, operation) }
    }

    /// The products of matrices whose leading dimensions are broadcast to `batch`; the inner sizes are equal.
    func stackedProduct(_ other: Tensor, batch: Dims, _ operation: StaticString) throws(TensorError) -> Tensor {
        try MatrixProduct.check(self, other, operation)
        if batch.count + 2 > Dims.capacity {
            throw TensorError(.value, operation.description, "a tensor has at most \(Dims.capacity) dimensions")
        }
        var shape = batch
        shape.append(sizes[rank - 2])
        shape.append(other.sizes[other.rank - 1])
        let result = try Tensor.multiplied(self, other, shape, operation)
        if isRecorded || other.isRecorded {
            let (ea, eb) = (try gradientEdge(), try other.gradientEdge())
            result.node = BmmBackward(
                ea, eb, Spec(self), Spec(other), a: eb.isNone ? nil : Saved(self), b: ea.isNone ? nil : Saved(other))
        }
        return result
    }

    /// The matrix product over the last two dimensions, the others broadcast. A vector counts as a row on the left and
    /// as a column on the right, and its dimension goes from the result.
    ///
    /// - Throws: for tensors of no dimensions, and where the inner sizes, the batches or the dtypes do not fit.
    public func matmul(_ other: Tensor) throws(TensorError) -> Tensor {
        if rank == 0 || other.rank == 0 {
            throw TensorError(.runtime, "matmul", "both operands need at least one dimension, got shapes \(sizes) and \(other.sizes)")
        }
        if sizes[rank - 1] != other.sizes[Swift.max(other.rank - 2, 0)] { throw Tensor.innerMismatch(self, other, "matmul") }
        if rank == 2 && other.rank == 2 { return try product(other, "matmul") }
        if rank == 1 { return try unsqueezed(0).matmul(other).squeezed([other.rank == 1 ? 0 : -2]) }
        if other.rank == 1 { return try matmul(other.unsqueezed(1)).squeezed([-1]) }
        if other.rank == 2 {
            // One large product: the leading dimensions are rows.
            var shape = sizes
            shape[rank - 1] = other.sizes[1]
            var rows = 1
            for i in 0..<(rank - 1) { rows *= sizes[i] }
            return try reshaped([rows, sizes[rank - 1]] as Dims).product(other, "matmul").reshaped(shape)
        }
        let batch = try broadcastSizes(rank == 2 ? Dims() : batchSizes, other.batchSizes, "matmul")
        return try stackedProduct(other, batch: batch, "matmul")
    }

    // MARK: Vectors

    /// The product of a matrix and a vector, [n, m] and [m].
    ///
    /// - Throws: for other ranks, and where the sizes or dtypes do not fit.
    public func matrixVectorProduct(_ vector: Tensor) throws(TensorError) -> Tensor {
        try Tensor.checkMatrixAndVector(self, vector, "mv")
        return try product(vector.unsqueezed(1), "mv").squeezed([1])
    }

    static func checkMatrixAndVector(_ matrix: Tensor, _ vector: Tensor, _ operation: StaticString) throws(TensorError) {
        if matrix.rank != 2 || vector.rank != 1 {
            throw TensorError(.runtime, operation.description,
                "expected a matrix and a vector, got shapes \(matrix.sizes) and \(vector.sizes)")
        }
        if matrix.sizes[1] != vector.sizes[0] {
            throw TensorError(.runtime, operation.description,
                "sizes differ: \(matrix.sizes) @ \(vector.sizes) (\(matrix.sizes[1]) != \(vector.sizes[0]))")
        }
    }

    /// The sum of the products of the elements of two vectors of equal length.
    public func dot(_ other: Tensor) throws(TensorError) -> Tensor { try dot(other, "dot") }

    package func dot(_ other: Tensor, _ operation: StaticString) throws(TensorError) -> Tensor {
        try MatrixProduct.check(self, other, operation)
        if rank != 1 || other.rank != 1 {
            throw TensorError(.runtime, operation.description, "expected two vectors, got shapes \(sizes) and \(other.sizes)")
        }
        if sizes != other.sizes {
            throw TensorError(.runtime, operation.description, "expected vectors of equal length, got \(sizes) and \(other.sizes)")
        }
        let result = try Tensor.multiplied(
            Tensor(alias: self, offset: offset, sizes: [1, count], strides: [Swift.max(count, 1), strides[0]]),
            Tensor(alias: other, offset: other.offset, sizes: [count, 1], strides: [other.strides[0], 1]), [1, 1], operation)
        let value = Tensor(alias: result, offset: 0, sizes: Dims(), strides: Dims())
        if isRecorded || other.isRecorded {
            let (ea, eb) = (try gradientEdge(), try other.gradientEdge())
            value.node = DotBackward(ea, eb, a: eb.isNone ? nil : Saved(self), b: ea.isNone ? nil : Saved(other))
        }
        return value
    }

    /// The products of all vectors along the last dimension of the two; the product with a tensor of no dimensions.
    public func inner(_ other: Tensor) throws(TensorError) -> Tensor {
        try MatrixProduct.check(self, other, "inner")
        if rank == 0 || other.rank == 0 { return try multiplied(by: other) }
        if sizes[rank - 1] != other.sizes[other.rank - 1] {
            throw TensorError(.runtime, "inner", "the last dimensions differ: \(sizes) and \(other.sizes)")
        }
        return try contraction(with: other, [-1], [-1], "inner")
    }

    /// The products of all elements of one vector with all of another: [n] and [m] give [n, m].
    public func outer(_ other: Tensor) throws(TensorError) -> Tensor {
        if rank != 1 || other.rank != 1 {
            throw TensorError(.runtime, "outer", "expected two vectors, got shapes \(sizes) and \(other.sizes)")
        }
        return try unsqueezed(1).multiplied(by: other)
    }
}

// MARK: - Gradients

/// The same for each matrix of a stack, summed where one of the stacks was broadcast.
final class BmmBackward: Node {
    private let aSpec: Spec, bSpec: Spec
    @exclusivity(unchecked) private var a: Saved?, b: Saved?

    init(_ ea: Edge, _ eb: Edge, _ aSpec: Spec, _ bSpec: Spec, a: Saved?, b: Saved?) {
        self.aSpec = aSpec
        self.bSpec = bSpec
        self.a = a
        self.b = b
        super.init(ea, eb)
    }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let batch = g.batchSizes
        if wants(0) {
            let b = try self.b!.value(for: self).transposed(-2, -1)
            try engine.send(try g.stackedProduct(b, batch: batch, "bmm"), to: edges.0, reducedTo: aSpec)
        }
        if wants(1) {
            let a = try self.a!.value(for: self)
            if bSpec.sizes.product == bSpec.sizes[bSpec.sizes.count - 2] * bSpec.sizes[bSpec.sizes.count - 1] && a.batchSizes == batch {
                // One matrix met all: the sum over the stack is part of the product.
                let (rows, inner) = (batch.product * a.sizes[a.rank - 2], a.sizes[a.rank - 1])
                let flat = try a.reshaped([rows, inner] as Dims).transposed(0, 1)
                let sum = try flat.product(g.reshaped([rows, g.sizes[g.rank - 1]] as Dims), "bmm")
                try engine.send(try sum.reshaped(bSpec.sizes), to: edges.1)
            } else {
                try engine.send(try a.transposed(-2, -1).stackedProduct(g, batch: batch, "bmm"), to: edges.1, reducedTo: bSpec)
            }
        }
    }

    override func releaseSaved() {
        a?.release()
        b?.release()
    }
}

/// c = Σ a b: da = g b, db = g a.
final class DotBackward: ProductBackward {
    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        if wants(0) { try engine.send(try g * b!.value(for: self), to: edges.0) }
        if wants(1) { try engine.send(try g * a!.value(for: self), to: edges.1) }
    }
}
