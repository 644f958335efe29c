#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The Box–Muller transform: two independent uniform numbers become two independent normal ones,
/// `r·cos θ` and `r·sin θ` with `r = √(−2 ln(1 − u₁))` and `θ = 2π·u₂`.
enum BoxMuller {
    /// Elements of one block: eight `u₁` followed by the eight `u₂` that pair with them.
    static let block = 16

    /// Turns 16 uniform numbers of [0, 1) into 16 normal ones, in place.
    ///
    /// PyTorch's x86 kernel evaluates the logarithm, sine and cosine with the single-precision polynomials of the
    /// Cephes library (S. Moshier) and fused multiply-adds. The same steps are taken here, which gives the same bits,
    /// and gives them on every machine because no function of the C library's own accuracy takes part.
    static func transform(_ p: UnsafeMutablePointer<Float>, mean: Float, std: Float) {
        transformLanes(p, mean: mean, std: std)
        transformLanes(p + 4, mean: mean, std: std)
    }

    @inline(__always)
    private static func transformLanes(_ p: UnsafeMutablePointer<Float>, mean: Float, std: Float) {
        let u1 = Lanes(p[0], p[1], p[2], p[3])
        let u2 = Lanes(p[8], p[9], p[10], p[11])
        var sums = DoubleRoundedSums()
        var (first, second) = standardNormals(u1, u2, &sums)
        // Some three inputs in 100,000.
        if sums.isDoubtful {
            var sums = ExactSums()
            (first, second) = standardNormals(u1, u2, &sums)
        }
        if mean == 0 {
            // The addition only turns −0 into 0.
            first = first * std + mean
            second = second * std + mean
            for lane in 0..<4 {
                p[lane] = first[lane]
                p[lane + 8] = second[lane]
            }
        } else {
            for lane in 0..<4 {
                p[lane] = ExactSums.fused(first[lane], std, mean)
                p[lane + 8] = ExactSums.fused(second[lane], std, mean)
            }
        }
    }

    @inline(__always)
    private static func standardNormals<Sums: FusedSums>(
        _ u1: Lanes, _ u2: Lanes, _ sums: inout Sums
    ) -> (Lanes, Lanes) {
        // 1 − u lies in (0, 1], where the logarithm is finite.
        let squared = -2 * logarithm(1 - u1, &sums)
        // One by one, because the vector's own method calls the C library for each.
        let radius = Lanes(
            squared[0].squareRoot(), squared[1].squareRoot(), squared[2].squareRoot(), squared[3].squareRoot())
        let (sine, cosine) = sineAndCosine(twoPi * u2, &sums)
        return (radius * cosine, radius * sine)
    }

    static func transform(_ p: UnsafeMutablePointer<Double>, mean: Double, std: Double) {
        for lane in 0..<8 {
            let radius = (-2 * log(1 - p[lane])).squareRoot()
            let theta = 2 * Double.pi * p[lane + 8]
            p[lane] = mean.addingProduct(radius * cos(theta), std)
            p[lane + 8] = mean.addingProduct(radius * sin(theta), std)
        }
    }

    /// One pair in double precision, for fills too short for a block. The first number is for use now, the second
    /// for the next call. Here `u₁` is the angle and `u₂` the radius, the other way round than in the blocks.
    static func pair(_ u1: Double, _ u2: Double) -> (Double, Double) {
        let radius = (-2 * log1p(-u2)).squareRoot()
        let theta = 2 * Double.pi * u1
        return (radius * cos(theta), radius * sin(theta))
    }

    typealias Lanes = SIMD4<Float>

    private static let twoPi = Float(2 * Double.pi)

    /// The natural logarithm of normal numbers `x > 0`.
    ///
    /// `x = m·2ᵉ` with `m` in [√½, √2); a polynomial in `m − 1`; ln 2 is added in two parts, of which
    /// the larger has so few bits that its product with `e` is exact.
    @inline(__always)
    private static func logarithm<Sums: FusedSums>(_ x: Lanes, _ sums: inout Sums) -> Lanes {
        let bits = unsafeBitCast(x, to: SIMD4<Int32>.self)
        var exponent = Lanes((bits &>> 23) &- 126)
        let mantissa = unsafeBitCast((bits & 0x007f_ffff) | 0x3f00_0000, to: Lanes.self)
        let low = mantissa .< 0.707_106_781_186_547_524
        exponent.replace(with: exponent - 1, where: low)
        var f = mantissa - 1
        f.replace(with: f + mantissa, where: low)
        let square = f * f
        var y = Lanes(repeating: 7.0376836292e-2)
        y = sums.fused(y, f, -1.1514610310e-1)
        y = sums.fused(y, f, 1.1676998740e-1)
        y = sums.fused(y, f, -1.2420140846e-1)
        y = sums.fused(y, f, 1.4249322787e-1)
        y = sums.fused(y, f, -1.6668057665e-1)
        y = sums.fused(y, f, 2.0000714765e-1)
        y = sums.fused(y, f, -2.4999993993e-1)
        y = sums.fused(y, f, 3.3333331174e-1)
        y = sums.fused(y * f, square, exponent * -2.12194440e-4)
        y = fusedExact(square, -0.5, y)
        return fusedExact(exponent, 0.693359375, f + y)
    }

    /// Sine and cosine of angles in [0, 2π].
    ///
    /// The angle is reduced to [−π/4, π/4] by an even multiple of π/4, subtracted in three parts; the multiple
    /// tells which of the two polynomials is which function, and the signs.
    @inline(__always)
    private static func sineAndCosine<Sums: FusedSums>(_ x: Lanes, _ sums: inout Sums) -> (Lanes, Lanes) {
        // Truncated by arithmetic, since a checked conversion to integers goes lane by lane: from 2²³ on the floats
        // are the whole numbers, and their low bits the number.
        let whole: Float = 0x1p23
        let scaled = x * 1.273_239_544_735_16
        let nearest = scaled + whole - whole
        let truncated = nearest.replacing(with: nearest - 1, where: nearest .> scaled)
        let octant = ((unsafeBitCast(truncated + whole, to: SIMD4<Int32>.self) & 0xff) &+ 1) & ~1
        let multiple = Lanes(octant)
        var r = fusedExact(multiple, -0.78515625, x)
        r = fusedExact(multiple, -2.4187564849853515625e-4, r)
        r = fusedExact(multiple, -3.77489497744594108e-8, r)
        let square = r * r

        var c = Lanes(repeating: 2.443315711809948e-5)
        c = sums.fused(c, square, -1.388731625493765e-3)
        c = sums.fused(c, square, 4.166664568298827e-2)
        c = sums.fused(c * square, square, square * -0.5) + 1

        var s = Lanes(repeating: -1.9515295891e-4)
        s = sums.fused(s, square, 8.3321608736e-3)
        s = sums.fused(s, square, -1.6666654611e-1)
        s = sums.fused(s * square, r, r)

        let swapped = (octant & 2) .!= 0
        var sine = s.replacing(with: c, where: swapped)
        var cosine = c.replacing(with: s, where: swapped)
        sine.replace(with: -sine, where: (octant & 4) .!= 0)
        cosine.replace(with: -cosine, where: ((octant &- 2) & 4) .== 0)
        return (sine, cosine)
    }

    /// `a·b + c` where it fits in the 53 bits of double precision, because `b` has few bits, or the exponents of
    /// product and `c` are close: then there is one rounding, to Float. In each use that holds for every one of the
    /// 2²⁴ uniform numbers.
    @inline(__always)
    private static func fusedExact(_ a: Lanes, _ b: Float, _ c: Lanes) -> Lanes {
        Lanes(SIMD4<Double>(a) * Double(b) + SIMD4<Double>(c))
    }
}
