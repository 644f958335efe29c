import Foundation
import Testing

@testable import SwiftNN

// Functions of one and two operands as rows of the elementwise tests, and what a row cannot say.

extension CoreTests.ElementwiseTests {
    /// A function that gives integers the default floating dtype, and has no form in place.
    private static func function(
        _ name: String, _ domain: ClosedRange<Double>, _ apply: @escaping @Sendable (Tensor) throws -> Tensor,
        _ reference: @escaping @Sendable (Double) -> Double
    ) -> Unary { Unary(name, domain, integers: .float32, apply, inPlace: nil, reference) }

    static let functions: [Unary] = [
        function("exponentialMinusOne", -2...2, { try $0.exponentialMinusOne() }) { expm1($0) },
        function("exponentialBase2", -3...3, { try $0.exponentialBase2() }) { exp2($0) },
        function("logarithmBase2", 0.2...5, { try $0.logarithmBase2() }) { log2($0) },
        function("logarithmBase10", 0.2...5, { try $0.logarithmBase10() }) { log10($0) },
        function("logarithmOfOnePlus", -0.5...3, { try $0.logarithmOfOnePlus() }) { log1p($0) },
        function("reciprocalSquareRoot", 0.3...4, { try $0.reciprocalSquareRoot() }) { 1 / $0.squareRoot() },
        function("reciprocal", 0.5...4, { try $0.reciprocal() }) { 1 / $0 },
        function("sin", -3...3, { try $0.sin() }) { sin($0) },
        function("cos", -3...3, { try $0.cos() }) { cos($0) },
        function("tan", -1.2...1.2, { try $0.tan() }) { tan($0) },
        function("asin", -0.9...0.9, { try $0.asin() }) { asin($0) },
        function("acos", -0.9...0.9, { try $0.acos() }) { acos($0) },
        function("atan", -3...3, { try $0.atan() }) { atan($0) },
        function("sinh", -3...3, { try $0.sinh() }) { sinh($0) },
        function("cosh", -3...3, { try $0.cosh() }) { cosh($0) },
        function("asinh", -3...3, { try $0.asinh() }) { asinh($0) },
        function("acosh", 1.3...4, { try $0.acosh() }) { acosh($0) },
        function("atanh", -0.8...0.8, { try $0.atanh() }) { atanh($0) },
        function("sinc", 0.4...1.2, { try $0.sinc() }) { sin(.pi * $0) / (.pi * $0) },
        function("degreesToRadians", -3...3, { try $0.degreesToRadians() }) { $0 * .pi / 180 },
        function("erf", -2...2, { try $0.erf() }) { erf($0) },
        function("erfc", -2...2, { try $0.erfc() }) { erfc($0) },
        function("normalDistribution", -2...2, { try $0.normalDistribution() }) { erfc(-$0 * 0.5.squareRoot()) / 2 },
        function("logGamma", 0.5...6, { try $0.logGamma() }) { log(tgamma($0)) },
        function("polygamma", 1...5, { try $0.polygamma(1) }) { x in
            // The sum of 1 / (x + k)², with an integral for the rest.
            let w = x + 1000
            return (0..<1000).reversed().reduce(0.0) { $0 + 1 / ((x + Double($1)) * (x + Double($1))) } + 1 / w + 1 / (2 * w * w)
                + 1 / (6 * w * w * w)
        },
        Unary("ceiling", 0.1...0.9, { try $0.ceiling() }, inPlace: nil) { $0.rounded(.up) },
        Unary("floor", 0.1...0.9, { try $0.floor() }, inPlace: nil) { $0.rounded(.down) },
        Unary("truncated", -0.9 ... -0.1, { try $0.truncated() }, inPlace: nil) { $0.rounded(.towardZero) },
        Unary("rounded", 0.6...1.4, { try $0.rounded() }, inPlace: nil) { $0.rounded(.toNearestOrEven) },
    ]

    static let pairFunctions: [Binary] = [
        Binary("floorDivided", domain: 0.5...3, smooth: false, { try $0.floorDivided(by: $1) }, inPlace: nil) { ($0 / $1).rounded(.down) },
        Binary("truncatingRemainder", domain: 0.5...3, smooth: false, { try $0.truncatingRemainder(dividingBy: $1) }, inPlace: nil) {
            fmod($0, $1)
        },
        Binary("atan2", domain: 0.5...3, { try $0.atan2($1) }, inPlace: nil) { atan2($0, $1) },
        Binary("hypotenuse", domain: 0.5...3, { try $0.hypotenuse($1) }, inPlace: nil) { hypot($0, $1) },
        Binary("logAddExp", { try $0.logAddExp($1) }, inPlace: nil) { log(exp($0) + exp($1)) },
        Binary("timesLogarithm", domain: 0.5...3, { try $0.timesLogarithm(of: $1) }, inPlace: nil) { $0 * log($1) },
        Binary("magnitude", domain: 0.5...3, { try $0.magnitude(withSignOf: $1) }, inPlace: nil) { copysign($0, $1) },
        Binary("interpolated", { try $0.interpolated(to: $1, weight: 0.25.asTensor()) }, inPlace: nil) { $0 + 0.25 * ($1 - $0) },
        Binary("addingProduct", { try $0.addingProduct($1, $1, scaledBy: 0.5) }, inPlace: nil) { $0 + 0.5 * $1 * $1 },
        Binary("addingQuotient", domain: 0.5...3, { try $0.addingQuotient($0, $1, scaledBy: 2) }, inPlace: nil) { $0 + 2 * $0 / $1 },
        Binary("logicalAnd", result: .bool, smooth: false, { try $0.logicalAnd($1) }, inPlace: nil) { $0 != 0 && $1 != 0 ? 1 : 0 },
    ]

    @Test("Bits and their operators")
    func bits() throws {
        let a = try Tensor([12, -7, 3]), b = try Tensor([10, 6, 1])
        try expectTensor(a & b, [3], [8, 0, 1], dtype: .int64)
        try expectTensor(a | b, [3], [14, -1, 3], dtype: .int64)
        try expectTensor(a ^ 1, [3], [13, -8, 2], dtype: .int64)
        try expectTensor(~a, [3], [-13, 6, -4], dtype: .int64)
        try expectTensor(a << 2, [3], [48, -28, 12], dtype: .int64)
        try expectTensor(a >> 1, [3], [6, -4, 1], dtype: .int64)
        try expectTensor(a >> 100, [3], [0, -1, 0], dtype: .int64)
        try expectTensor(~Tensor([true, false]), [2], [0, 1], dtype: .bool)
        try expectTensor(a.greatestCommonDivisor(b), [3], [2, 1, 1], dtype: .int64)
        #expect(throws: TensorError.self) { _ = try Tensor([1.5]) & Tensor([1]) }
    }

    @Test("Parts of a number, limits, replacements")
    func parts() throws {
        let x = try Tensor([6.0, -0.75, 0])
        let (mantissa, exponent) = try x.mantissaAndExponent()
        try expectTensor(mantissa, [3], [0.75, -0.75, 0])
        try expectTensor(exponent, [3], [3, 0, 0], dtype: .int32)
        try expectTensor(mantissa.scaled(byPowerOf2: exponent), [3], [6, -0.75, 0], dtype: .float64)
        try expectTensor(x.clamped(toAtLeast: Tensor([0.0])), [3], [6, 0, 0])
        try expectTensor(x.clamped(min: Tensor([7.0, -1, 1]), max: 5), [3], [5, -0.75, 1])
        try expectTensor(Tensor([Double.nan, .infinity, 2]).replacingNonFinite(nan: 1, positiveInfinity: 3), [3], [1, 3, 2])
        try expectTensor(Tensor([1.25, -1.35]).rounded(decimals: 1), [2], [1.2, -1.4], tolerance: 1e-15)
        try expectTensor(Tensor([1.0, .nan]).maximumNumber(Tensor([.nan, 2.0])), [2], [1, 2])
    }
}
