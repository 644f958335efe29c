import CKernels

// Exponential functions and logarithms. Each gradient stands with its function.

private let naturalLogarithmOf2 = 0.6931471805599453
private let naturalLogarithmOf10 = 2.302585092994046

extension Tensor {
    /// eˣ - 1, without loss of digits near zero. Integers give the default floating dtype, here and in all that follow.
    public func exponentialMinusOne() throws(TensorError) -> Tensor { try function(.CK_EXPM1, "expm1", Expm1Backward.self) }

    /// 2ˣ.
    public func exponentialBase2() throws(TensorError) -> Tensor { try function(.CK_EXP2, "exp2", Exp2Backward.self) }

    /// The logarithm to base 2.
    public func logarithmBase2() throws(TensorError) -> Tensor { try function(.CK_LOG2, "log2", Log2Backward.self) }

    /// The logarithm to base 10.
    public func logarithmBase10() throws(TensorError) -> Tensor { try function(.CK_LOG10, "log10", Log10Backward.self) }

    /// log(1 + x), without loss of digits near zero.
    public func logarithmOfOnePlus() throws(TensorError) -> Tensor { try function(.CK_LOG1P, "log1p", Log1pBackward.self) }

    /// 1 / √x.
    public func reciprocalSquareRoot() throws(TensorError) -> Tensor { try function(.CK_RSQRT, "rsqrt", RsqrtBackward.self) }

    /// log(x / (1 - x)), the inverse of the sigmoid.
    ///
    /// - Parameter eps: limits x to [eps, 1 - eps] first.
    public func logit(eps: Double? = nil) throws(TensorError) -> Tensor {
        guard let eps else { return try function(.CK_LOGIT, "logit", LogitBackward.self) }
        try requireInitialized("logit")
        // As PyTorch for an eps of more than 1/2: the lower limit is looked at last.
        let x = try to(floatingType(dtype))
        return try x.clamped(max: 1 - eps).clamped(min: Swift.min(eps, .greatestFiniteMagnitude)).logit()
    }

    /// log(eᵃ + eᵇ), without overflow. For floating dtypes.
    public func logAddExp(_ other: Tensor) throws(TensorError) -> Tensor {
        try pairwise(.CK_LOGADDEXP, other, "logaddexp", promotedType(self, other), LogaddexpBackward.self)
    }

    /// log2(2ᵃ + 2ᵇ), without overflow. For floating dtypes.
    public func logAddExp2(_ other: Tensor) throws(TensorError) -> Tensor {
        try pairwise(.CK_LOGADDEXP2, other, "logaddexp2", promotedType(self, other), Logaddexp2Backward.self)
    }

    /// self log other; 0 where self is 0, unless other is NaN.
    public func timesLogarithm(of other: Tensor) throws(TensorError) -> Tensor {
        try pairwise(.CK_XLOGY, other, "xlogy", floatingType(promotedType(self, other)), XlogyBackward.self)
    }

    /// self log(1 + other); 0 where self is 0, unless other is NaN.
    public func timesLogarithmOfOnePlus(_ other: Tensor) throws(TensorError) -> Tensor {
        try pairwise(.CK_XLOG1PY, other, "xlog1py", floatingType(promotedType(self, other)), Xlog1pyBackward.self)
    }
}

/// y = eˣ - 1: dy/dx = y + 1.
final class Expm1Backward: OutputSlopeBackward {
    override func slope(_ y: Tensor) throws(TensorError) -> Tensor { try y + 1 }
}

/// y = 2ˣ: dy/dx = y log 2.
final class Exp2Backward: OutputSlopeBackward {
    override func slope(_ y: Tensor) throws(TensorError) -> Tensor { try y * naturalLogarithmOf2 }
}

/// y = log2 x: dy/dx = 1 / (x log 2).
final class Log2Backward: SlopeBackward {
    override func slope(_ x: Tensor) throws(TensorError) -> Tensor { try (x * naturalLogarithmOf2).reciprocal() }
}

/// y = log10 x: dy/dx = 1 / (x log 10).
final class Log10Backward: SlopeBackward {
    override func slope(_ x: Tensor) throws(TensorError) -> Tensor { try (x * naturalLogarithmOf10).reciprocal() }
}

/// y = log(1 + x): dy/dx = 1 / (1 + x).
final class Log1pBackward: SlopeBackward {
    override func slope(_ x: Tensor) throws(TensorError) -> Tensor { try (x + 1).reciprocal() }
}

/// y = 1 / √x: dy/dx = -y³ / 2.
final class RsqrtBackward: OutputSlopeBackward {
    override func slope(_ y: Tensor) throws(TensorError) -> Tensor { try y * y * y * -0.5 }
}

/// y = log(x / (1 - x)): dy/dx = 1 / (x (1 - x)), NaN outside of [0, 1].
final class LogitBackward: SlopeBackward {
    override func slope(_ x: Tensor) throws(TensorError) -> Tensor {
        let nan = try Tensor.filled(Dims(), x.dtype, .nan)
        return try Tensor.select((x .>= 0).logicalAnd(x .<= 1), (x * (1 - x)).reciprocal(), nan)
    }
}

/// c = log(eᵃ + eᵇ): dc/da = 1 / (1 + exp(b - a)), and likewise for b.
final class LogaddexpBackward: PairBackward {
    override func first(_ a: Tensor, _ b: Tensor) throws(TensorError) -> Tensor { try (a - b).sigmoid() }
    override func second(_ a: Tensor, _ b: Tensor) throws(TensorError) -> Tensor { try (b - a).sigmoid() }
}

/// c = log2(2ᵃ + 2ᵇ): dc/da = 1 / (1 + 2^(b - a)), and likewise for b.
final class Logaddexp2Backward: PairBackward {
    override func first(_ a: Tensor, _ b: Tensor) throws(TensorError) -> Tensor {
        try ((a - b) * naturalLogarithmOf2).sigmoid()
    }
    override func second(_ a: Tensor, _ b: Tensor) throws(TensorError) -> Tensor {
        try ((b - a) * naturalLogarithmOf2).sigmoid()
    }
}

/// c = a log b: dc/da = log b, and 0 where a = 0 and b <= 0; dc/db = a / b.
final class XlogyBackward: PairBackward {
    override func first(_ a: Tensor, _ b: Tensor) throws(TensorError) -> Tensor {
        let zero = try Tensor.filled(Dims(), b.dtype, 0)
        return try Tensor.select((a .== 0).logicalAnd(b .<= 0), zero, b.logarithm())
    }
    override func second(_ a: Tensor, _ b: Tensor) throws(TensorError) -> Tensor { try a / b }
}

/// c = a log(1 + b): dc/da = log(1 + b), and 0 where a = 0 and b <= -1; dc/db = a / (1 + b).
final class Xlog1pyBackward: PairBackward {
    override func first(_ a: Tensor, _ b: Tensor) throws(TensorError) -> Tensor {
        let zero = try Tensor.filled(Dims(), b.dtype, 0)
        return try Tensor.select((a .== 0).logicalAnd(b .<= -1), zero, b.logarithmOfOnePlus())
    }
    override func second(_ a: Tensor, _ b: Tensor) throws(TensorError) -> Tensor { try a / (b + 1) }
}
