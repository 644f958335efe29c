import CKernels

// Sums of a tensor and a product, a quotient or a difference, in one pass. Each gradient stands with its operator.

extension Tensor {
    /// self + value a b, with broadcasting. Not for bool.
    ///
    /// - Throws: for integers with a value that is not whole.
    public func addingProduct(_ a: Tensor, _ b: Tensor, scaledBy value: Double = 1) throws(TensorError) -> Tensor {
        let dtype = promotedType([self, a, b])
        if !dtype.isFloatingPoint && Int64(exactly: value) == nil {
            throw TensorError(.runtime, "addcmul", "for integral tensors value must be an integer, not \(value)")
        }
        let result = try ternary(.CK_ADDCMUL, self, a, b, factor: value, dtype, "addcmul")
        if isRecorded || a.isRecorded || b.isRecorded {
            result.node = AddcmulBackward(
                try gradientEdge(), try a.gradientEdge(), try b.gradientEdge(), self, a, b, value)
        }
        return result
    }

    /// self + value a / b, with broadcasting. For floating dtypes.
    public func addingQuotient(_ a: Tensor, _ b: Tensor, scaledBy value: Double = 1) throws(TensorError) -> Tensor {
        if !a.dtype.isFloatingPoint && !b.dtype.isFloatingPoint {
            throw TensorError(.runtime, "addcdiv",
                "the quotient of integers, \(a.dtype) and \(b.dtype), is not defined; convert one to a floating dtype")
        }
        let result = try ternary(.CK_ADDCDIV, self, a, b, factor: value, promotedType([self, a, b]), "addcdiv")
        if isRecorded || a.isRecorded || b.isRecorded {
            result.node = AddcdivBackward(
                try gradientEdge(), try a.gradientEdge(), try b.gradientEdge(), self, a, b, value)
        }
        return result
    }

    /// self + weight (end - self), with broadcasting. For floating dtypes.
    ///
    /// - Parameter weight: a number, or a tensor of the same dtype.
    public func interpolated(to end: Tensor, weight: Tensor) throws(TensorError) -> Tensor {
        for (name, operand) in [("end", end), ("weight", weight)]
        where operand.dtype != dtype && !operand.flags.contains(.wrappedNumber) {
            throw TensorError(.runtime, "lerp", "expected \(dtype) for `\(name)`, not \(operand.dtype)")
        }
        let result = try ternary(.CK_LERP, self, end, weight, factor: 0, dtype, "lerp")
        if isRecorded || end.isRecorded || weight.isRecorded {
            result.node = LerpBackward(
                try gradientEdge(), try end.gradientEdge(), try weight.gradientEdge(), self, end, weight, 0)
        }
        return result
    }
}

/// Runs a kernel of three operands, in `dtype`.
private func ternary(
    _ op: ck_ternary, _ a: Tensor, _ b: Tensor, _ c: Tensor, factor: Double, _ dtype: DType, _ operation: StaticString
) throws(TensorError) -> Tensor {
    for x in [a, b, c] { try x.requireInitialized(operation) }
    // A 16-bit float is too short for the steps between.
    let compute = dtype.computeType
    if !ck_has_ternary(op, compute.kernel) { throw Elementwise.unsupported(operation, dtype) }
    let sizes = try broadcastSizes(try broadcastSizes(a.sizes, b.sizes, operation), c.sizes, operation)
    let result = try Tensor(uninitialized: sizes, compute, operation: operation)
    Elementwise.ternary(
        op, try a.operand(compute, operation), try b.operand(compute, operation), try c.operand(compute, operation), factor,
        into: result)
    return try result.converted(to: dtype)
}

/// The base of the formulas with three operands. Saves those that the gradients which are wanted need.
class TernaryBackward: Node {
    final let specs: (Spec, Spec, Spec)
    final let factor: Double
    @exclusivity(unchecked) private final var saved: [Saved?]

    init(_ ea: Edge, _ eb: Edge, _ ec: Edge, _ a: Tensor, _ b: Tensor, _ c: Tensor, _ factor: Double) {
        specs = (Spec(a), Spec(b), Spec(c))
        saved = []
        self.factor = factor
        super.init(ea, eb, ec)
        saved = [a, b, c].enumerated().map { needs($0.offset) ? Saved($0.element) : nil }
    }

    /// Whether an operand's value is needed for the gradients that are wanted.
    func needs(_ operand: Int) -> Bool { true }

    /// A needed operand in the dtype of the result.
    final func value(_ operand: Int, _ dtype: DType) throws(TensorError) -> Tensor {
        guard let saved = saved[operand] else { throw TensorError(.runtime, name, "operand \(operand) was not saved") }
        return try saved.value(for: self).to(dtype)
    }

    override final func releaseSaved() {
        for i in saved.indices { saved[i]?.release() }
    }
}

/// d = a + f b c: dd/da = 1, dd/db = f c, dd/dc = f b.
final class AddcmulBackward: TernaryBackward {
    override func needs(_ operand: Int) -> Bool { operand == 1 ? wants(2) : operand == 2 ? wants(1) : false }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        if wants(1) { try engine.send(try g * (value(2, g.dtype) * factor), to: edges.1, reducedTo: specs.1) }
        if wants(2) { try engine.send(try g * (value(1, g.dtype) * factor), to: edges.2, reducedTo: specs.2) }
        if wants(0) { try engine.send(g, to: edges.0, reducedTo: specs.0) }
    }
}

/// d = a + f b / c: dd/da = 1, dd/db = f / c, dd/dc = -f b / c².
final class AddcdivBackward: TernaryBackward {
    override func needs(_ operand: Int) -> Bool { operand == 1 ? wants(2) : operand == 2 ? wants(1) || wants(2) : false }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        if wants(1) || wants(2) {
            // Looked at once: hooks on saved values may compute it.
            let c = try value(2, g.dtype)
            if wants(1) { try engine.send(try g * (factor / c), to: edges.1, reducedTo: specs.1) }
            if wants(2) {
                let b = try value(1, g.dtype)
                try engine.send(try g * (b * -factor / c / c), to: edges.2, reducedTo: specs.2)
            }
        }
        if wants(0) { try engine.send(g, to: edges.0, reducedTo: specs.0) }
    }
}

/// d = a + c (b - a): dd/da = 1 - c, dd/db = c, dd/dc = b - a.
final class LerpBackward: TernaryBackward {
    override func needs(_ operand: Int) -> Bool { operand == 2 ? wants(0) || wants(1) : wants(2) }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        if wants(0) || wants(1) {
            let c = try value(2, g.dtype)
            if wants(0) { try engine.send(try g * (1 - c), to: edges.0, reducedTo: specs.0) }
            if wants(1) { try engine.send(try g * c, to: edges.1, reducedTo: specs.1) }
        }
        if wants(2) { try engine.send(try g * (value(1, g.dtype) - value(0, g.dtype)), to: edges.2, reducedTo: specs.2) }
    }
}
