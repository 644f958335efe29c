import CKernels

// Products of matrices. Each gradient stands with its operator.

extension Tensor {
    /// The matrix product of [n, m] and [m, p].
    ///
    /// - Throws: for other ranks, and where the inner sizes or the dtypes differ.
    public func matrixProduct(_ other: Tensor) throws(TensorError) -> Tensor {
        if rank != 2 || other.rank != 2 {
            throw TensorError(.runtime, "mm", "expected two matrices, got shapes \(sizes) and \(other.sizes)")
        }
        return try product(other, "mm")
    }

    func product(_ other: Tensor, _ operation: StaticString) throws(TensorError) -> Tensor {
        try MatrixProduct.check(self, other, operation)
        if sizes[1] != other.sizes[0] { throw Tensor.innerMismatch(self, other, operation) }
        let (m, n) = (sizes[0], other.sizes[1])
        let result = try Tensor.multiplied(self, other, [m, n], operation)
        if isRecorded || other.isRecorded {
            let (ea, eb) = (try gradientEdge(), try other.gradientEdge())
            result.node = MmBackward(ea, eb, a: eb.isNone ? nil : Saved(self), b: ea.isNone ? nil : Saved(other))
        }
        return result
    }

    /// The products of matrices whose leading dimensions are broadcast to those of `shape`, without history.
    static func multiplied(_ a: Tensor, _ b: Tensor, _ shape: Dims, _ operation: StaticString) throws(TensorError) -> Tensor {
        let type = a.dtype.computeType
        let result = try Tensor(uninitialized: shape, type, operation: operation)
        MatrixProduct.multiplyStacks(
            try MatrixProduct.readable(a.converted(to: type)), try MatrixProduct.readable(b.converted(to: type)), into: result)
        return type == a.dtype ? result : try result.converted(to: a.dtype)
    }

    static func innerMismatch(_ a: Tensor, _ b: Tensor, _ operation: StaticString) -> TensorError {
        let inner = a.sizes[a.rank - 1], other = b.sizes[Swift.max(b.rank - 2, 0)]
        return TensorError(.runtime, operation.description, "inner dimensions differ: \(a.sizes) @ \(b.sizes) (\(inner) != \(other))")
    }

    /// self @ weightᵀ + bias, the fully connected layer.
    ///
    /// - Parameters:
    ///   - weight: [out, in], for self of shape [..., in].
    ///   - bias: [out], or nil.
    ///   - relu: whether max(·, 0) follows, in the same pass.
    public func linear(_ weight: Tensor, _ bias: Tensor? = nil, relu: Bool = false) throws(TensorError) -> Tensor {
        try requireInitialized("linear")
        try weight.requireInitialized("linear")
        try bias?.requireInitialized("linear")
        if weight.rank != 2 {
            throw TensorError(.runtime, "linear", "expected a weight of two dimensions, got shape \(weight.sizes)")
        }
        let (outputs, inputs) = (weight.sizes[0], weight.sizes[1])
        if rank == 0 || sizes[rank - 1] != inputs {
            throw TensorError(.runtime, "linear",
                "expected an input of shape [..., \(inputs)] for a weight of shape \(weight.sizes), got \(sizes)")
        }
        if let bias, bias.rank != 1 || bias.sizes[0] != outputs {
            throw TensorError(.runtime, "linear", "expected a bias of shape [\(outputs)], got \(bias.sizes)")
        }
        if dtype != weight.dtype || dtype != bias?.dtype ?? dtype {
            let biasType = bias.map { ", bias \($0.dtype)" } ?? ""
            throw TensorError(.runtime, "linear", "expected one dtype, got input \(dtype), weight \(weight.dtype)\(biasType)")
        }
        if !dtype.isFloatingPoint { throw Elementwise.unsupported("linear", dtype) }
        try MatrixProduct.check(self, weight, "linear")
        var shape = sizes
        shape[rank - 1] = outputs
        let type = dtype.computeType
        let x = isContiguous || (rank == 2 && strides[1] == 1 && strides[0] >= inputs) || type != dtype
            ? try converted(to: type) : try copied()
        var rows = 1
        for i in 0..<(rank - 1) { rows *= sizes[i] }
        _ = try checkedCount(shape, dtype, operation: "linear")
        if rows > Int(Int32.max) { throw TensorError(.runtime, "linear", "\(rows) rows are too many") }
        let wide = try Tensor(uninitialized: shape, type, operation: "linear")
        let w = weight.isContiguous || type != dtype ? try weight.converted(to: type) : try weight.copied()
        var addend = bias
        if let bias { addend = bias.isContiguous || type != dtype ? try bias.converted(to: type) : try bias.copied() }
        LinearKernel.forward(x, rank == 2 ? x.strides[0] : inputs, w, addend, into: wide, rows, relu: relu)
        let result = try wide.converted(to: dtype)
        if isRecorded || weight.isRecorded || bias?.isRecorded ?? false {
            let (ex, ew) = (try gradientEdge(), try weight.gradientEdge())
            result.node = AddmmBackward(
                ex, ew, try bias?.gradientEdge() ?? .none, x: ew.isNone ? nil : Saved(self), weight: ex.isNone ? nil : Saved(weight),
                y: relu ? Saved(output: result) : nil)
        }
        return result
    }
}

/// The passes of a fully connected layer over contiguous memory.
private enum LinearKernel {
    static func forward(
        _ x: Tensor, _ leading: Int, _ w: Tensor, _ bias: Tensor?, into y: Tensor, _ rows: Int, relu: Bool
    ) {
        let (outputs, inputs) = (w.sizes[0], w.sizes[1])
        if y.count == 0 { return }
        let step = Int64(rows == 1 ? inputs : leading)
        let (m, n, k, flag) = (Int64(rows), Int64(outputs), Int64(inputs), Int32(relu ? 1 : 0))
        if rows <= MatrixProduct.thinRows {
            if x.dtype == .float32 {
                ck_linear_f32(
                    m, n, k, floats(x), step, floats(w), k, bias.map(floats), floats(y), n, flag)
            } else {
                ck_linear_f64(
                    m, n, k, doubles(x), step, doubles(w), k, bias.map(doubles), doubles(y), n, flag)
            }
            return
        }
        MatrixProduct.multiply(
            MatrixProduct.Operand(x.data, leading: leading),
            MatrixProduct.Operand(w.data, leading: inputs, isTransposed: true), into: y.data, rows, outputs, inputs,
            x.dtype)
        if bias == nil && !relu { return }
        if x.dtype == .float32 {
            ck_bias_relu_f32(m, n, floats(y), n, bias.map(floats), flag)
        } else {
            ck_bias_relu_f64(m, n, doubles(y), n, bias.map(doubles), flag)
        }
    }

    /// dx[rows, in] = g[rows, out] w[out, in].
    static func gradientOfInput(_ g: Tensor, _ w: Tensor, into dx: Tensor, _ rows: Int) {
        let (outputs, inputs) = (w.sizes[0], w.sizes[1])
        if dx.count == 0 { return }
        let (m, n, k) = (Int64(rows), Int64(outputs), Int64(inputs))
        if rows <= MatrixProduct.thinRows {
            if g.dtype == .float32 {
                ck_linear_grad_input_f32(m, n, k, floats(g), n, floats(w), k, floats(dx), k)
            } else {
                ck_linear_grad_input_f64(m, n, k, doubles(g), n, doubles(w), k, doubles(dx), k)
            }
            return
        }
        MatrixProduct.multiply(
            MatrixProduct.Operand(g.data, leading: outputs), MatrixProduct.Operand(w.data, leading: inputs),
            into: dx.data, rows, inputs, outputs, g.dtype)
    }

    /// dw[out, in] = gᵀ[out, rows] x[rows, in].
    static func gradientOfWeight(_ g: Tensor, _ x: Tensor, into dw: Tensor, _ rows: Int) {
        let (outputs, inputs) = (dw.sizes[0], dw.sizes[1])
        if dw.count == 0 { return }
        let (m, n, k) = (Int64(rows), Int64(outputs), Int64(inputs))
        if rows <= MatrixProduct.thinRows {
            if g.dtype == .float32 {
                ck_linear_grad_weight_f32(m, n, k, floats(g), n, floats(x), k, floats(dw), k, 0)
            } else {
                ck_linear_grad_weight_f64(m, n, k, doubles(g), n, doubles(x), k, doubles(dw), k, 0)
            }
            return
        }
        MatrixProduct.multiply(
            MatrixProduct.Operand(g.data, leading: outputs, isTransposed: true),
            MatrixProduct.Operand(x.data, leading: inputs), into: dw.data, outputs, inputs, rows, g.dtype)
    }

    private static func floats(_ tensor: Tensor) -> UnsafeMutablePointer<Float> {
        tensor.data.assumingMemoryBound(to: Float.self)
    }

    private static func doubles(_ tensor: Tensor) -> UnsafeMutablePointer<Double> {
        tensor.data.assumingMemoryBound(to: Double.self)
    }
}

// MARK: - Gradients

/// The base of the products of two matrices, or stacks of them.
class ProductBackward: Node {
    @exclusivity(unchecked) final var a: Saved?
    @exclusivity(unchecked) final var b: Saved?

    init(_ ea: Edge, _ eb: Edge, a: Saved?, b: Saved?) {
        self.a = a
        self.b = b
        super.init(ea, eb)
    }

    override final func releaseSaved() {
        a?.release()
        b?.release()
    }
}

/// C = A B: dA = G Bᵀ, dB = Aᵀ G.
final class MmBackward: ProductBackward {
    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        if wants(0) { try engine.send(try g.matrixProduct(b!.value(for: self).transposed(0, 1)), to: edges.0) }
        if wants(1) { try engine.send(try a!.value(for: self).transposed(0, 1).matrixProduct(g), to: edges.1) }
    }
}

/// y = x wᵀ + b, with or without max(·, 0): dx = g w, dw = gᵀ x, db = Σ g over the rows.
final class AddmmBackward: Node {
    @exclusivity(unchecked) private var x: Saved?, weight: Saved?, y: Saved?

    init(_ ex: Edge, _ ew: Edge, _ eb: Edge, x: Saved?, weight: Saved?, y: Saved?) {
        self.x = x
        self.weight = weight
        self.y = y
        super.init(ex, ew, eb)
    }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        if GradMode.isEnabled {
            try recorded(g, &engine)
        } else {
            try direct(g, &engine)
        }
    }

    /// From kernels, where the pass is not recorded.
    private func direct(_ gradient: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        var g = gradient
        if let y = try y?.value(for: self) {
            let masked = try Tensor(uninitialized: y.sizes, y.dtype, operation: "linear")
            try Elementwise.binary(.CK_RELU_GRAD, g, y, into: masked, "linear")
            g = masked
        } else {
            g = try g.contiguous()
        }
        // The kernels compute in float32 for float16 and bfloat16.
        let dtype = g.dtype, type = dtype.computeType
        g = try g.converted(to: type)
        var rows = 1
        for i in 0..<(g.rank - 1) { rows *= g.sizes[i] }
        if wants(0) {
            let w = try weight!.value(for: self).contiguous().converted(to: type)
            var shape = g.sizes
            shape[g.rank - 1] = w.sizes[1]
            let dx = try Tensor(uninitialized: shape, g.dtype, operation: "linear")
            LinearKernel.gradientOfInput(g, w, into: dx, rows)
            try engine.send(try dx.converted(to: dtype), to: edges.0)
        }
        if wants(1) {
            let x = try self.x!.value(for: self).contiguous().converted(to: type)
            let dw = try Tensor(
                uninitialized: [g.sizes[g.rank - 1], x.sizes[x.rank - 1]], g.dtype, operation: "linear")
            LinearKernel.gradientOfWeight(g, x, into: dw, rows)
            try engine.send(try dw.converted(to: dtype), to: edges.1)
        }
        if wants(2) {
            let flat = Tensor(alias: g, offset: g.offset, sizes: [rows, g.sizes[g.rank - 1]], strides: [g.sizes[g.rank - 1], 1])
            try engine.send(try flat.sum([0]).converted(to: dtype), to: edges.2)
        }
    }

    /// From differentiable operators.
    private func recorded(_ gradient: Tensor, _ engine: inout Engine) throws(TensorError) {
        var g = gradient
        if let y = try y?.value(for: self) { g = try g * (y .> 0).to(g.dtype) }
        let outputs = g.sizes[g.rank - 1]
        var rows = 1
        for i in 0..<(g.rank - 1) { rows *= g.sizes[i] }
        let flat = try g.reshaped([rows, outputs] as Dims)
        if wants(0) { try engine.send(try g.matmul(weight!.value(for: self)), to: edges.0) }
        if wants(1) {
            let x = try self.x!.value(for: self)
            let inputs = x.sizes[x.rank - 1]
            try engine.send(
                try flat.transposed(0, 1).matrixProduct(x.reshaped([rows, inputs] as Dims)), to: edges.1)
        }
        if wants(2) { try engine.send(try flat.sum([0]), to: edges.2) }
    }

    override func releaseSaved() {
        x?.release()
        weight?.release()
        y?.release()
    }
}
