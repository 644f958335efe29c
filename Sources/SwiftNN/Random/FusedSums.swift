/// How `a·b + c` is rounded to Float.
///
/// `addingProduct` rounds once, but is a library call on x86-64, whose baseline has no such instruction. The product
/// of two floats is exact in double precision, so double arithmetic rounds the sum once and the conversion to Float a
/// second time. The second rounding goes astray only from a point halfway between two floats: one sum in 2²⁹.
protocol FusedSums {
    mutating func fused(_ a: SIMD4<Float>, _ b: SIMD4<Float>, _ c: SIMD4<Float>) -> SIMD4<Float>
}

extension FusedSums {
    @inline(__always)
    mutating func fused(_ a: SIMD4<Float>, _ b: SIMD4<Float>, _ c: Float) -> SIMD4<Float> {
        fused(a, b, SIMD4(repeating: c))
    }
}

/// Rounds as if once, whatever the operands.
struct ExactSums: FusedSums {
    @inline(__always)
    static func fused(_ a: Float, _ b: Float, _ c: Float) -> Float {
        let sum = Double(a) * Double(b) + Double(c)
        let halfway = sum.bitPattern & 0x1fff_ffff == 0x1000_0000
        // Below the normal range the halfway points lie elsewhere.
        if halfway || sum.magnitude < 0x1p-125 { return c.addingProduct(a, b) }
        return Float(sum)
    }

    func fused(_ a: SIMD4<Float>, _ b: SIMD4<Float>, _ c: SIMD4<Float>) -> SIMD4<Float> {
        SIMD4(
            Self.fused(a[0], b[0], c[0]), Self.fused(a[1], b[1], c[1]),
            Self.fused(a[2], b[2], c[2]), Self.fused(a[3], b[3], c[3]))
    }
}

/// Rounds twice, without a branch, and notes whether that may have made a difference.
/// For results in Float's normal range, or 0.
struct DoubleRoundedSums: FusedSums {
    private var halfway = SIMDMask<SIMD8<Int32>>(repeating: false)

    var isDoubtful: Bool { any(halfway) }

    @inline(__always)
    mutating func fused(_ a: SIMD4<Float>, _ b: SIMD4<Float>, _ c: SIMD4<Float>) -> SIMD4<Float> {
        let sum = SIMD4<Double>(a) * SIMD4<Double>(b) + SIMD4<Double>(c)
        // In 32-bit words, for which SSE2 has a comparison. The high words become 0, which never equals their pattern.
        let words = unsafeBitCast(sum, to: SIMD8<UInt32>.self)
        let low = SIMD8<UInt32>(0x1fff_ffff, 0, 0x1fff_ffff, 0, 0x1fff_ffff, 0, 0x1fff_ffff, 0)
        let half = SIMD8<UInt32>(0x1000_0000, 1, 0x1000_0000, 1, 0x1000_0000, 1, 0x1000_0000, 1)
        halfway = halfway .| ((words & low) .== half)
        return SIMD4<Float>(sum)
    }
}
