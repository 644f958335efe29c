import CKernels

// Circular and hyperbolic functions. Each gradient stands with its function.

extension Tensor {
    /// The sine. Integers give the default floating dtype, here and in all that follow.
    public func sin() throws(TensorError) -> Tensor { try function(.CK_SIN, "sin", SinBackward.self) }
    /// The cosine.
    public func cos() throws(TensorError) -> Tensor { try function(.CK_COS, "cos", CosBackward.self) }
    /// The tangent.
    public func tan() throws(TensorError) -> Tensor { try function(.CK_TAN, "tan", TanBackward.self) }
    /// The arcsine, NaN outside of [-1, 1].
    public func asin() throws(TensorError) -> Tensor { try function(.CK_ASIN, "asin", AsinBackward.self) }
    /// The arccosine, NaN outside of [-1, 1].
    public func acos() throws(TensorError) -> Tensor { try function(.CK_ACOS, "acos", AcosBackward.self) }
    /// The arctangent.
    public func atan() throws(TensorError) -> Tensor { try function(.CK_ATAN, "atan", AtanBackward.self) }
    /// The hyperbolic sine.
    public func sinh() throws(TensorError) -> Tensor { try function(.CK_SINH, "sinh", SinhBackward.self) }
    /// The hyperbolic cosine.
    public func cosh() throws(TensorError) -> Tensor { try function(.CK_COSH, "cosh", CoshBackward.self) }
    /// The inverse of the hyperbolic sine.
    public func asinh() throws(TensorError) -> Tensor { try function(.CK_ASINH, "asinh", AsinhBackward.self) }
    /// The inverse of the hyperbolic cosine, NaN below 1.
    public func acosh() throws(TensorError) -> Tensor { try function(.CK_ACOSH, "acosh", AcoshBackward.self) }
    /// The inverse of the hyperbolic tangent, NaN outside of [-1, 1].
    public func atanh() throws(TensorError) -> Tensor { try function(.CK_ATANH, "atanh", AtanhBackward.self) }
    /// sin(πx) / (πx), 1 at 0.
    public func sinc() throws(TensorError) -> Tensor { try function(.CK_SINC, "sinc", SincBackward.self) }

    /// The angle of the point (x, self), from -π to π.
    public func atan2(_ x: Tensor) throws(TensorError) -> Tensor {
        try pairwise(.CK_ATAN2, x, "atan2", floatingType(promotedType(self, x)), Atan2Backward.self)
    }

    /// √(self² + other²), without overflow on the way. For floating dtypes.
    public func hypotenuse(_ other: Tensor) throws(TensorError) -> Tensor {
        try pairwise(.CK_HYPOT, other, "hypot", promotedType(self, other), HypotBackward.self)
    }

    /// Degrees as radians.
    public func degreesToRadians() throws(TensorError) -> Tensor { try self * (Double.pi / 180) }
    /// Radians as degrees.
    public func radiansToDegrees() throws(TensorError) -> Tensor { try self * (180 / Double.pi) }
}

/// y = sin x: dy/dx = cos x.
final class SinBackward: SlopeBackward {
    override func slope(_ x: Tensor) throws(TensorError) -> Tensor { try x.cos() }
}

/// y = cos x: dy/dx = -sin x.
final class CosBackward: SlopeBackward {
    override func slope(_ x: Tensor) throws(TensorError) -> Tensor { try x.sin().negated() }
}

/// y = tan x: dy/dx = 1 + y².
final class TanBackward: OutputSlopeBackward {
    override func slope(_ y: Tensor) throws(TensorError) -> Tensor { try y * y + 1 }
}

/// y = arcsin x: dy/dx = 1 / √(1 - x²).
final class AsinBackward: SlopeBackward {
    override func slope(_ x: Tensor) throws(TensorError) -> Tensor { try (1 - x * x).reciprocalSquareRoot() }
}

/// y = arccos x: dy/dx = -1 / √(1 - x²).
final class AcosBackward: SlopeBackward {
    override func slope(_ x: Tensor) throws(TensorError) -> Tensor { try (1 - x * x).reciprocalSquareRoot().negated() }
}

/// y = arctan x: dy/dx = 1 / (1 + x²).
final class AtanBackward: SlopeBackward {
    override func slope(_ x: Tensor) throws(TensorError) -> Tensor { try (x * x + 1).reciprocal() }
}

/// y = sinh x: dy/dx = cosh x.
final class SinhBackward: SlopeBackward {
    override func slope(_ x: Tensor) throws(TensorError) -> Tensor { try x.cosh() }
}

/// y = cosh x: dy/dx = sinh x.
final class CoshBackward: SlopeBackward {
    override func slope(_ x: Tensor) throws(TensorError) -> Tensor { try x.sinh() }
}

/// y = arsinh x: dy/dx = 1 / √(x² + 1).
final class AsinhBackward: SlopeBackward {
    override func slope(_ x: Tensor) throws(TensorError) -> Tensor { try (x * x + 1).reciprocalSquareRoot() }
}

/// y = arcosh x: dy/dx = 1 / √(x² - 1).
final class AcoshBackward: SlopeBackward {
    override func slope(_ x: Tensor) throws(TensorError) -> Tensor { try (x * x - 1).reciprocalSquareRoot() }
}

/// y = artanh x: dy/dx = 1 / (1 - x²).
final class AtanhBackward: SlopeBackward {
    override func slope(_ x: Tensor) throws(TensorError) -> Tensor { try (1 - x * x).reciprocal() }
}

/// y = sin(πx) / (πx): dy/dx = (cos(πx) - y) / x, and 0 at 0.
final class SincBackward: SlopeBackward {
    override func slope(_ x: Tensor) throws(TensorError) -> Tensor {
        let zero = try Tensor.filled(Dims(), x.dtype, 0), one = try Tensor.filled(Dims(), x.dtype, 1)
        let isZero = try x .== 0
        // So that the second derivative does not divide by zero either.
        let safe = try Tensor.select(isZero, one, x)
        return try Tensor.select(isZero, zero, ((safe * Double.pi).cos() - safe.sinc()) / safe)
    }
}

/// c = the angle of (b, a): dc/da = b / (a² + b²), dc/db = -a / (a² + b²), both 0 at (0, 0).
final class Atan2Backward: PairBackward {
    private func quotient(_ x: Tensor, _ a: Tensor, _ b: Tensor) throws(TensorError) -> Tensor {
        let square = try a * a + b * b
        let one = try Tensor.filled(Dims(), a.dtype, 1)
        return try x / Tensor.select(square .== 0, one, square)
    }
    override func first(_ a: Tensor, _ b: Tensor) throws(TensorError) -> Tensor { try quotient(b, a, b) }
    override func second(_ a: Tensor, _ b: Tensor) throws(TensorError) -> Tensor { try quotient(a, a, b).negated() }
}

/// c = √(a² + b²): dc/da = a / c, dc/db = b / c.
final class HypotBackward: PairBackward {
    override func first(_ a: Tensor, _ b: Tensor) throws(TensorError) -> Tensor { try a / a.hypotenuse(b) }
    override func second(_ a: Tensor, _ b: Tensor) throws(TensorError) -> Tensor { try b / a.hypotenuse(b) }
}
