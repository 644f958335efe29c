import CKernels

// Remainders, reciprocals, common divisors. Each gradient stands with its operator.

extension Tensor {
    /// self modulo other, with the sign of other: self - other floor(self / other). Not for bool.
    ///
    /// - Throws: for integers divided by zero.
    public func remainder(dividingBy other: Tensor) throws(TensorError) -> Tensor {
        try modulo(.CK_REMAINDER, other, "remainder", RemainderBackward.self)
    }

    /// self modulo other, with the sign of self: self - other trunc(self / other), as `%` on Swift's integers. Not for bool.
    ///
    /// - Throws: for integers divided by zero.
    public func truncatingRemainder(dividingBy other: Tensor) throws(TensorError) -> Tensor {
        try modulo(.CK_FMOD, other, "fmod", FmodBackward.self)
    }

    private func modulo(
        _ op: ck_binary, _ other: Tensor, _ operation: StaticString, _ formula: RoundedQuotientBackward.Type
    ) throws(TensorError) -> Tensor {
        let dtype = promotedType(self, other)
        if dtype == .bool { throw Elementwise.unsupported(operation, .bool) }
        try requireNonzero(other, dividing: self, dtype, operation)
        return try binary(
            self, other, operation, dtype: dtype, inPlace: false,
            kernel: { (a, b, out) throws(TensorError) in try Elementwise.binary(op, a, b, into: out, operation) },
            node: { (ea, eb) throws(TensorError) in formula.init(ea, eb, self, other) })
    }

    /// 1 / x. Integers give the default floating dtype.
    public func reciprocal() throws(TensorError) -> Tensor {
        try function(.CK_RECIPROCAL, "reciprocal", ReciprocalBackward.self)
    }

    /// The greatest common divisor. For integers.
    public func greatestCommonDivisor(_ other: Tensor) throws(TensorError) -> Tensor {
        try pairwise(.CK_GCD, other, "gcd", promotedType(self, other), nil)
    }

    /// The least common multiple. For integers, which wrap.
    public func leastCommonMultiple(_ other: Tensor) throws(TensorError) -> Tensor {
        try pairwise(.CK_LCM, other, "lcm", promotedType(self, other), nil)
    }

    /// self to the power of exponent, both as float64.
    public func raisedInDoublePrecision(to exponent: Tensor) throws(TensorError) -> Tensor {
        try requireInitialized("float_power")
        return try to(.float64).raised(to: exponent.to(.float64))
    }
}

/// c = a - b round(a / b): dc/da = 1, dc/db = -round(a / b).
class RoundedQuotientBackward: SavedBinaryBackward {
    class var rounding: Tensor.RoundingMode { .floor }

    required init(_ ea: Edge, _ eb: Edge, _ a: Tensor, _ b: Tensor) {
        super.init(ea, eb, Spec(a), Spec(b), a: eb.isNone ? nil : Saved(a), b: eb.isNone ? nil : Saved(b))
    }

    override final func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        if wants(1) {
            let a = try self.a!.value(for: self), b = try self.b!.value(for: self)
            let quotient = try a.divided(by: b, rounding: Self.rounding)
            try engine.send(try g.negated() * quotient, to: edges.1, reducedTo: bSpec)
        }
        if wants(0) { try engine.send(g, to: edges.0, reducedTo: aSpec) }
    }
}

final class RemainderBackward: RoundedQuotientBackward {}
final class FmodBackward: RoundedQuotientBackward {
    override class var rounding: Tensor.RoundingMode { .trunc }
}

/// y = 1 / x: dy/dx = -y².
final class ReciprocalBackward: OutputSlopeBackward {
    override func slope(_ y: Tensor) throws(TensorError) -> Tensor { try (y * y).negated() }
}
