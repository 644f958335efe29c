import CKernels

// Special functions. Each gradient stands with its function.

extension Tensor {
    // MARK: Error function and normal distribution. Integers give the default floating dtype, here and in all that follow.

    /// The error function, 2/√π times the integral of exp(-t²) from 0 to x.
    public func erf() throws(TensorError) -> Tensor { try function(.CK_ERF, "erf", ErfBackward.self) }
    /// 1 - erf x, without loss of digits.
    public func erfc() throws(TensorError) -> Tensor { try function(.CK_ERFC, "erfc", ErfcBackward.self) }
    /// exp(x²) erfc x, without overflow.
    public func erfcx() throws(TensorError) -> Tensor { try function(.CK_ERFCX, "erfcx", ErfcxBackward.self) }
    /// The inverse of the error function, NaN outside of [-1, 1].
    public func erfInverse() throws(TensorError) -> Tensor { try function(.CK_ERFINV, "erfinv", ErfinvBackward.self) }
    /// The normal distribution: the probability of at most x.
    public func normalDistribution() throws(TensorError) -> Tensor { try function(.CK_NDTR, "ndtr", NdtrBackward.self) }
    /// The quantile of the normal distribution, NaN outside of [0, 1].
    public func normalQuantile() throws(TensorError) -> Tensor { try function(.CK_NDTRI, "ndtri", NdtriBackward.self) }
    /// The logarithm of the normal distribution, also where that is too small for the dtype.
    public func logNormalDistribution() throws(TensorError) -> Tensor {
        try function(.CK_LOG_NDTR, "log_ndtr", LogNdtrBackward.self)
    }
    /// -x log x: 0 at 0, minus infinity below.
    public func entropy() throws(TensorError) -> Tensor { try function(.CK_ENTR, "entr", EntrBackward.self) }

    // MARK: Gamma function

    /// The logarithm of the absolute value of the gamma function.
    public func logGamma() throws(TensorError) -> Tensor { try function(.CK_LGAMMA, "lgamma", LgammaBackward.self) }
    /// The derivative of log Γ.
    public func digamma() throws(TensorError) -> Tensor { try function(.CK_DIGAMMA, "digamma", DigammaBackward.self) }

    /// The derivative of digamma of the given order.
    ///
    /// - Throws: for a negative order.
    public func polygamma(_ order: Int) throws(TensorError) -> Tensor {
        try requireInitialized("polygamma")
        if order < 0 { throw TensorError(.runtime, "polygamma", "the order must not be negative, got \(order)") }
        if order == 0 { return try digamma() }
        let dtype = floatingType(dtype)
        let number = try Tensor.filled(Dims(), dtype.computeType, Double(order))
        let result = try Tensor(uninitialized: sizes, dtype, operation: "polygamma")
        try Elementwise.binary(.CK_POLYGAMMA, number, try converted(to: dtype), into: result, "polygamma")
        if isRecorded { result.node = PolygammaBackward(try gradientEdge(), input: Saved(self), order) }
        return result
    }

    /// The logarithm of the multivariate gamma function: log(π) p (p - 1) / 4 and the sum of log Γ(x - j / 2), j < p.
    ///
    /// - Throws: where p is less than 1.
    public func logMultivariateGamma(_ p: Int) throws(TensorError) -> Tensor {
        try requireInitialized("mvlgamma")
        if p < 1 { throw TensorError(.runtime, "mvlgamma", "p has to be greater than or equal to 1, got \(p)") }
        if dtype == .bool { throw Elementwise.unsupported("mvlgamma", .bool) }
        let x = try to(floatingType(dtype))
        let p = Double(p)
        let steps = try Tensor.arange(0.0, -0.5 * p, step: -0.5, dtype: x.dtype)
        let terms = try x.reshaped([x.count, 1]).adding(steps).logGamma().sum([1]).reshaped(x.sizes)
        return try terms + (p * (p - 1) / 4 * 1.1447298858494002)
    }

    /// Hurwitz's zeta function: the sum of (q + k)^-self over k >= 0. It has no gradient by self.
    public func zeta(_ q: Tensor) throws(TensorError) -> Tensor {
        try pairwise(.CK_ZETA, q, "zeta", floatingType(promotedType(self, q)), SpecialZetaBackward.self)
    }

    // MARK: Modified Bessel functions of the first kind

    /// The modified Bessel function of order 0.
    public func besselI0() throws(TensorError) -> Tensor { try function(.CK_I0, "i0", I0Backward.self) }
    /// exp(-|x|) times that of order 0.
    public func besselI0Scaled() throws(TensorError) -> Tensor { try function(.CK_I0E, "i0e", I0eBackward.self) }
    /// The modified Bessel function of order 1.
    public func besselI1() throws(TensorError) -> Tensor { try function(.CK_I1, "i1", I1Backward.self) }
    /// exp(-|x|) times that of order 1.
    public func besselI1Scaled() throws(TensorError) -> Tensor { try function(.CK_I1E, "i1e", I1eBackward.self) }
}

/// y = erf x: dy/dx = 2/√π exp(-x²).
final class ErfBackward: SlopeBackward {
    override func slope(_ x: Tensor) throws(TensorError) -> Tensor {
        try x.squared().negated().exponential() * 1.1283791670955126
    }
}

/// y = erfc x: dy/dx = -2/√π exp(-x²).
final class ErfcBackward: SlopeBackward {
    override func slope(_ x: Tensor) throws(TensorError) -> Tensor {
        try x.squared().negated().exponential() * -1.1283791670955126
    }
}

/// y = exp(x²) erfc x: dy/dx = 2 x y - 2/√π.
final class ErfcxBackward: SlopeBackward {
    override func slope(_ x: Tensor) throws(TensorError) -> Tensor { try x * 2.0 * x.erfcx() - 1.1283791670955126 }
}

/// erf y = x: dy/dx = √π/2 exp(y²).
final class ErfinvBackward: OutputSlopeBackward {
    override func slope(_ y: Tensor) throws(TensorError) -> Tensor { try y.squared().exponential() * 0.886226925452758 }
}

/// y = the normal distribution: dy/dx = exp(-x²/2) / √2π.
final class NdtrBackward: SlopeBackward {
    override func slope(_ x: Tensor) throws(TensorError) -> Tensor {
        try (x.squared() * -0.5).exponential() * 0.3989422804014327
    }
}

/// y = the inverse of the normal distribution: dy/dx = √2π exp(y²/2).
final class NdtriBackward: OutputSlopeBackward {
    override func slope(_ y: Tensor) throws(TensorError) -> Tensor {
        try (y.squared() * 0.5).exponential() * 2.5066282746310002
    }
}

/// y = the logarithm of the normal distribution: dy/dx = √(2/π) / erfcx(-x/√2).
final class LogNdtrBackward: SlopeBackward {
    override func slope(_ x: Tensor) throws(TensorError) -> Tensor {
        try 0.7978845608028654 / (x * -0.7071067811865476).erfcx()
    }
}

/// y = -x log x: dy/dx = -1 - log x.
final class EntrBackward: SlopeBackward {
    override func slope(_ x: Tensor) throws(TensorError) -> Tensor { try -1 - x.logarithm() }
}

/// y = log |Γ x|: dy/dx = digamma x.
final class LgammaBackward: SlopeBackward {
    override func slope(_ x: Tensor) throws(TensorError) -> Tensor { try x.digamma() }
}

/// y = digamma x: dy/dx = its derivative, of order 1.
final class DigammaBackward: SlopeBackward {
    override func slope(_ x: Tensor) throws(TensorError) -> Tensor { try x.polygamma(1) }
}

/// y = the derivative of digamma of order n: dy/dx = that of order n + 1.
final class PolygammaBackward: UnaryBackward {
    private let order: Int

    init(_ edge: Edge, input: Saved, _ order: Int) {
        self.order = order
        super.init(edge, input: input)
    }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        try engine.send(try g * saved!.value(for: self).polygamma(order == .max ? order : order + 1), to: edges.0)
    }
}

/// c = the sum of (b + k)^-a: dc/db = -a times that of (b + k)^-(a + 1).
final class SpecialZetaBackward: PairBackward {
    override func second(_ a: Tensor, _ b: Tensor) throws(TensorError) -> Tensor { try a.negated() * (a + 1).zeta(b) }
}

/// y = I0 x: dy/dx = I1 x.
final class I0Backward: SlopeBackward {
    override func slope(_ x: Tensor) throws(TensorError) -> Tensor { try x.besselI1() }
}

/// y = exp(-|x|) I0 x: dy/dx = exp(-|x|) I1 x - sign x y.
final class I0eBackward: SlopeBackward {
    override func slope(_ x: Tensor) throws(TensorError) -> Tensor {
        try x.besselI1Scaled() - x.sign() * x.besselI0Scaled()
    }
}

/// y / x, 1/2 at 0, for the functions of order 1.
private func ratio(_ y: Tensor, _ x: Tensor) throws(TensorError) -> Tensor {
    let one = try Tensor.filled(Dims(), x.dtype, 1), half = try Tensor.filled(Dims(), x.dtype, 0.5)
    let isZero = try x .== 0
    return try Tensor.select(isZero, half, y / Tensor.select(isZero, one, x))
}

/// y = I1 x: dy/dx = I0 x - y / x.
final class I1Backward: SlopeBackward {
    override func slope(_ x: Tensor) throws(TensorError) -> Tensor { try x.besselI0() - ratio(x.besselI1(), x) }
}

/// y = exp(-|x|) I1 x: dy/dx = exp(-|x|) I0 x - y / x - sign x y.
final class I1eBackward: SlopeBackward {
    override func slope(_ x: Tensor) throws(TensorError) -> Tensor {
        let y = try x.besselI1Scaled()
        return try x.besselI0Scaled() - ratio(y, x) - x.sign() * y
    }
}
