import CKernels

// Rounding, and the parts of a number. Each gradient stands with its function.

extension Tensor {
    /// The smallest whole number that is not below x. Not for bool, as the next three; integers stay.
    public func ceiling() throws(TensorError) -> Tensor {
        try unary(self, .CK_CEIL, "ceil", floating: false, inPlace: false) { CeilBackward($0) }
    }

    /// The largest whole number that is not above x.
    public func floor() throws(TensorError) -> Tensor {
        try unary(self, .CK_FLOOR, "floor", floating: false, inPlace: false) { FloorBackward($0) }
    }

    /// x without its fraction.
    public func truncated() throws(TensorError) -> Tensor {
        try unary(self, .CK_TRUNC, "trunc", floating: false, inPlace: false) { TruncBackward($0) }
    }

    /// The nearest whole number, the even one of two.
    ///
    /// - Parameter decimals: digits after the point to keep; negative ones are before it. Integers have none.
    public func rounded(decimals: Int = 0) throws(TensorError) -> Tensor {
        if decimals == 0 {
            return try unary(self, .CK_ROUND, "round", floating: false, inPlace: false) { RoundBackward($0) }
        }
        try requireInitialized("round")
        if !dtype.isFloatingPoint { throw Elementwise.unsupported("round", dtype) }
        var power = 1.0
        // The digits of a double end long before.
        for _ in 0..<Swift.min(decimals.magnitude, 400) { power *= 10 }
        let x = try withoutHistory().converted(to: dtype.computeType)
        let shifted = try decimals > 0 ? x * power : x / power
        let whole = try shifted.rounded()
        let result = try (decimals > 0 ? whole / power : whole * power).converted(to: dtype)
        if isRecorded { result.node = RoundBackward(try gradientEdge()) }
        return result
    }

    /// x - trunc x, with the sign of x. For floating dtypes.
    public func fraction() throws(TensorError) -> Tensor {
        try unary(self, .CK_FRAC, "frac", floating: false, inPlace: false) { FracBackward($0) }
    }

    /// Mantissas in [1/2, 1) with the sign of x, and exponents as int32: x = mantissa 2^exponent. For floating dtypes.
    public func mantissaAndExponent() throws(TensorError) -> (mantissa: Tensor, exponent: Tensor) {
        try requireInitialized("frexp")
        if !dtype.isFloatingPoint {
            throw TensorError(.runtime, "frexp", "not defined for \(dtype); only floating-point dtypes have a mantissa")
        }
        let exponent = try Tensor(uninitialized: sizes, .int32, operation: "frexp")
        try Elementwise.unary(.CK_EXPONENT, self, into: exponent, "frexp")
        let mantissa = try Tensor(uninitialized: sizes, dtype, operation: "frexp")
        try Elementwise.unary(.CK_MANTISSA, self, into: mantissa, "frexp")
        if isRecorded { mantissa.node = FrexpBackward(try gradientEdge(), input: Saved(exponent)) }
        return (mantissa, exponent)
    }

    /// self 2^other. By integers, the result has the dtype of self, and nothing overflows on the way.
    public func scaled(byPowerOf2 other: Tensor) throws(TensorError) -> Tensor {
        if !dtype.isFloatingPoint || other.dtype.isFloatingPoint { return try self * Tensor(number: 2.0).raised(to: other) }
        if other.dtype == .bool { throw Elementwise.unsupported("ldexp", .bool) }
        return try binary(
            self, other, "ldexp", dtype: dtype, inPlace: false,
            kernel: { (a, b, out) throws(TensorError) in try Elementwise.binary(.CK_LDEXP, a, b, into: out, "ldexp") },
            node: { (ea, eb) throws(TensorError) in LdexpBackward(ea, eb, Spec(self), Spec(other), a: nil, b: Saved(other)) })
    }

    /// The magnitude of self with the sign of `sign`, that of -0 included. Integers give the default floating dtype.
    public func magnitude(withSignOf sign: Tensor) throws(TensorError) -> Tensor {
        try pairwise(.CK_COPYSIGN, sign, "copysign", floatingType(promotedType(self, sign)), CopysignBackward.self)
    }

    /// The next number of the dtype after self in the direction of `other`. For floating dtypes; it has no gradient.
    public func next(toward other: Tensor) throws(TensorError) -> Tensor {
        try binary(
            self, other, "nextafter", dtype: promotedType(self, other), inPlace: false,
            kernel: { (a, b, out) throws(TensorError) in
                // The neighbours of a 16-bit float are not those of float32, through which other operators go.
                guard let loop = ck_binary_lookup(.CK_NEXTAFTER, a.dtype.kernel) else {
                    throw Elementwise.unsupported("nextafter", a.dtype)
                }
                Elementwise.run(loop, a, b, out)
            },
            node: { (ea, eb) throws(TensorError) in NextafterBackward(ea, eb, Spec(self), Spec(other)) })
    }

    /// 0 below zero and for NaN, `values` at zero, 1 above. Its gradient is not defined.
    ///
    /// - Throws: where the dtypes differ.
    public func heaviside(_ values: Tensor) throws(TensorError) -> Tensor {
        if dtype != values.dtype {
            throw TensorError(.runtime, "heaviside", "not defined for tensors of different dtypes: \(dtype) and \(values.dtype)")
        }
        return try binary(
            self, values, "heaviside", dtype: dtype, inPlace: false,
            kernel: { (a, b, out) throws(TensorError) in try Elementwise.binary(.CK_HEAVISIDE, a, b, into: out, "heaviside") },
            node: { (ea, eb) throws(TensorError) in HeavisideBackward(ea, eb, Spec(self), Spec(values)) })
    }
}

final class CeilBackward: StepBackward {}
final class FloorBackward: StepBackward {}
final class TruncBackward: StepBackward {}
final class RoundBackward: StepBackward {}

/// y = x - trunc x: dy/dx = 1.
final class FracBackward: UnaryBackward {
    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        try engine.send(g, to: edges.0)
    }
}

/// x = y 2^exponent: dy/dx = 2^-exponent.
final class FrexpBackward: UnaryBackward {
    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let exponent = try saved!.value(for: self).to(g.dtype.computeType)
        try engine.send(try (g / exponent.exponentialBase2()).to(g.dtype), to: edges.0)
    }
}

/// c = a 2^b with b whole: dc/da = 2^b.
final class LdexpBackward: SavedBinaryBackward {
    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        if wants(0) { try engine.send(try g.scaled(byPowerOf2: b!.value(for: self)), to: edges.0, reducedTo: aSpec) }
    }
}

/// c = |a| with the sign of b: dc/da = 1 or -1, 0 at 0; dc/db = 0.
final class CopysignBackward: PairBackward {
    override func first(_ a: Tensor, _ b: Tensor) throws(TensorError) -> Tensor {
        try a.sign() * Tensor(number: 1.0).magnitude(withSignOf: b)
    }
    override func second(_ a: Tensor, _ b: Tensor) throws(TensorError) -> Tensor { try Tensor.filled(Dims(), a.dtype, 0) }
}

/// Operators whose gradient nobody has defined: asking for it is an error.
final class NextafterBackward: BinaryBackward {}
final class HeavisideBackward: BinaryBackward {}
