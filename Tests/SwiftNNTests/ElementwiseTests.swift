import Foundation
import Testing

@testable import SwiftNN

extension CoreTests {
    @Suite("Elementwise operators") struct ElementwiseTests {}
}

// MARK: - One operand

extension CoreTests.ElementwiseTests {
    struct Unary: Sendable, CustomTestStringConvertible {
        let name: String
        /// Where it is tried; away from kinks.
        let domain: ClosedRange<Double>
        /// Of the dtypes that are not floating: what the result has; nil where they are refused.
        let integers: DType?
        let apply: @Sendable (Tensor) throws -> Tensor
        let inPlace: (@Sendable (Tensor) throws -> Void)?
        let reference: @Sendable (Double) -> Double
        var testDescription: String { name }

        init(
            _ name: String, _ domain: ClosedRange<Double>, integers: DType? = .int64,
            _ apply: @escaping @Sendable (Tensor) throws -> Tensor, inPlace: (@Sendable (Tensor) throws -> Void)?,
            _ reference: @escaping @Sendable (Double) -> Double
        ) {
            self.name = name
            self.domain = domain
            self.integers = integers
            self.apply = apply
            self.inPlace = inPlace
            self.reference = reference
        }
    }

    static let unary: [Unary] = [
        Unary("neg", -3...3, { try $0.negated() }, inPlace: { try $0.negateInPlace() }) { -$0 },
        Unary("prefix -", -3...3, { try -$0 }, inPlace: nil) { -$0 },
        Unary("abs", 0.1...3, { try $0.absoluteValue() }, inPlace: { try $0.absoluteValueInPlace() }) { abs($0) },
        Unary("abs below 0", -3 ... -0.1, { try $0.absoluteValue() }, inPlace: { try $0.absoluteValueInPlace() }) { abs($0) },
        Unary("sign", 0.1...3, { try $0.sign() }, inPlace: nil) { $0 == 0 ? 0 : ($0 < 0 ? -1 : 1) },
        Unary("square", -3...3, { try $0.squared() }, inPlace: { try $0.squareInPlace() }) { $0 * $0 },
        Unary("exp", -3...3, integers: .float32, { try $0.exponential() }, inPlace: { try $0.exponentialInPlace() }) { exp($0) },
        Unary("log", 0.2...3, integers: .float32, { try $0.logarithm() }, inPlace: { try $0.logarithmInPlace() }) { log($0) },
        Unary("sqrt", 0.2...3, integers: .float32, { try $0.squareRoot() }, inPlace: { try $0.squareRootInPlace() }) { $0.squareRoot() },
        Unary("relu", 0.1...3, { try $0.relu() }, inPlace: { try $0.reluInPlace() }) { max($0, 0) },
        Unary("relu below 0", -3 ... -0.1, { try $0.relu() }, inPlace: { try $0.reluInPlace() }) { max($0, 0) },
        Unary("sigmoid", -4...4, integers: .float32, { try $0.sigmoid() }, inPlace: { try $0.sigmoidInPlace() }) { 1 / (1 + exp(-$0)) },
        Unary("tanh", -3...3, integers: .float32, { try $0.tanh() }, inPlace: { try $0.tanhInPlace() }) { tanh($0) },
        Unary("clamp", -0.9...1.9, { try $0.clamped(min: -1, max: 2) }, inPlace: { try $0.clampInPlace(min: -1, max: 2) }) {
            min(max($0, -1), 2)
        },
        Unary("clamp above", 2.1...4, { try $0.clamped(max: 2) }, inPlace: { try $0.clampInPlace(max: 2) }) { min($0, 2) },
        Unary("clamp below", -4 ... -1.1, { try $0.clamped(min: -1) }, inPlace: { try $0.clampInPlace(min: -1) }) { max($0, -1) },
        Unary("* 2.5", -3...3, integers: .float32, { try $0 * 2.5 }, inPlace: { try $0 *= 2.5 }) { $0 * 2.5 },
        Unary("3 *", -3...3, { try 3 * $0 }, inPlace: { try $0 *= 3 }) { $0 * 3 },
        Unary("+ 2", -3...3, { try $0 + 2 }, inPlace: { try $0 += 2 }) { $0 + 2 },
        Unary("2 +", -3...3, { try 2 + $0 }, inPlace: nil) { $0 + 2 },
        Unary("- 2", -3...3, { try $0 - 2 }, inPlace: { try $0 -= 2 }) { $0 - 2 },
        Unary("2 -", -3...3, { try 2 - $0 }, inPlace: nil) { 2 - $0 },
        Unary("/ 4", -3...3, integers: .float32, { try $0 / 4 }, inPlace: { try $0 /= 4 }) { $0 / 4 },
        Unary("4 /", 0.5...3, integers: .float32, { try 4 / $0 }, inPlace: nil) { 4 / $0 },
        Unary("** 3", -2...2, { try $0.raised(to: 3.asTensor()) }, inPlace: { try $0.raiseInPlace(to: 3.asTensor()) }) { $0 * $0 * $0 },
        Unary("** -0.5", 0.3...2, integers: .float32, { try $0.raised(to: (-0.5).asTensor()) },
            inPlace: { try $0.raiseInPlace(to: (-0.5).asTensor()) }) { pow($0, -0.5) },
        Unary("2 **", -2...2, integers: nil, { try 2.asTensor().raised(to: $0) }, inPlace: nil) { pow(2, $0) },
    ] + functions

    /// The shapes that every operator meets.
    static let shapes: [[Int]] = [[], [1], [5], [2, 3], [0], [2, 0, 3], [3, 1, 40], [130]]

    @Test("Value, strides, dtypes, memory", arguments: unary)
    func unaryValues(_ row: Unary) throws {
        for shape in Self.shapes {
            let values = sample(shape.reduce(1, *), row.domain.lowerBound, row.domain.upperBound)
            let expected = values.map(row.reference)
            let x = try Tensor(values, shape: shape)
            try expectTensor(row.apply(x), shape, expected, dtype: .float64, tolerance: 1e-14, row.name)
            try expectTensor(row.apply(turnedInMemory(x)), shape, expected, tolerance: 1e-14, row.name)
            try expectTensor(x, shape, values)  // untouched
            let single = try x.to(.float32)
            try expectTensor(
                row.apply(single), shape, numbers(single).map(row.reference), dtype: .float32, tolerance: 1e-6, row.name)
            let every = try row.apply(Tensor(0.5 as Double).expanded([3] + shape))
            #expect(every.shape == [3] + shape)
            if let inPlace = row.inPlace {
                for target in try [x.cloned(), turnedInMemory(x)] {
                    let version = target.version
                    try inPlace(target)
                    try expectTensor(target, shape, expected, tolerance: 1e-14, row.name)
                    #expect(target.version > version)
                }
            }
        }
    }

    @Test("Integers", arguments: unary)
    func unaryIntegers(_ row: Unary) throws {
        let whole = try Tensor([max(1, Int(row.domain.lowerBound.rounded(.up))), Int(row.domain.upperBound.rounded(.down))])
        guard let expected = row.integers else { return }
        let result = try row.apply(whole)
        try expectTensor(result, [2], numbers(whole).map(row.reference), dtype: expected, tolerance: 1e-6, row.name)
    }

    @Test("Gradients", arguments: unary)
    func unaryGradients(_ row: Unary) throws {
        let x = try sampled([2, 3], row.domain.lowerBound, row.domain.upperBound)
        try checkGradients([x], row.name) { try row.apply($0[0]) }
        try checkGradients([turnedInMemory(x)], row.name) { try row.apply($0[0].transposed()) }
        guard let inPlace = row.inPlace else { return }
        try checkGradients([x], "\(row.name) in place") { inputs in
            let y = try inputs[0] * 1.0
            try inPlace(y)
            return y
        }
    }

    @Test("What lies at the edges of the domains")
    func edges() throws {
        let inf = Double.infinity
        let x = try Tensor([inf, -inf, .nan, 0, -0.0])
        try expectTensor(x.relu(), [5], [inf, 0, .nan, 0, 0])
        try expectTensor(x.sigmoid(), [5], [1, 0, .nan, 0.5, 0.5])
        try expectTensor(x.tanh(), [5], [1, -1, .nan, 0, 0])
        try expectTensor(x.exponential(), [5], [inf, 0, .nan, 1, 1])
        try expectTensor(x.logarithm(), [5], [inf, .nan, .nan, -inf, -inf])
        try expectTensor(x.squareRoot(), [5], [inf, .nan, .nan, 0, 0])
        try expectTensor(x.clamped(min: -1, max: 1), [5], [1, -1, .nan, 0, 0])
        try expectTensor(x.isNaN(), [5], [0, 0, 1, 0, 0], dtype: .bool)
        try expectTensor(x.isFinite(), [5], [0, 0, 0, 1, 1], dtype: .bool)
        try expectTensor(x.logicalNot(), [5], [0, 0, 0, 1, 1], dtype: .bool)
        try expectTensor(Tensor([true, false]).logicalNot(), [2], [0, 1], dtype: .bool)
        try expectTensor(x.maximum(Tensor(1.0)), [5], [inf, 1, .nan, 1, 1])
        try expectTensor(Tensor([Int64.min]).absoluteValue(), [1], [Double(Int64.min)])
        // 0 at a kink, as in PyTorch.
        let zero = try Tensor([0.0]).setRequiresGrad(true)
        try (zero.relu() + zero.absoluteValue()).sum().backward()
        try expectTensor(#require(zero.grad), [1], [0])
    }
}

// MARK: - Two operands

extension CoreTests.ElementwiseTests {
    struct Binary: Sendable, CustomTestStringConvertible {
        let name: String
        let domain: ClosedRange<Double>
        let result: DType?
        let smooth: Bool
        let apply: @Sendable (Tensor, Tensor) throws -> Tensor
        let inPlace: (@Sendable (Tensor, Tensor) throws -> Void)?
        let reference: @Sendable (Double, Double) -> Double
        var testDescription: String { name }

        init(
            _ name: String, domain: ClosedRange<Double> = -3...3, result: DType? = nil, smooth: Bool = true,
            _ apply: @escaping @Sendable (Tensor, Tensor) throws -> Tensor,
            inPlace: (@Sendable (Tensor, Tensor) throws -> Void)?,
            _ reference: @escaping @Sendable (Double, Double) -> Double
        ) {
            self.name = name
            self.domain = domain
            self.result = result
            self.smooth = smooth
            self.apply = apply
            self.inPlace = inPlace
            self.reference = reference
        }
    }

    static let binary: [Binary] = [
        Binary("+", { try $0 + $1 }, inPlace: { try $0 += $1 }) { $0 + $1 },
        Binary("adding", { try $0.adding($1, alpha: 2.5) }, inPlace: { try $0.addInPlace($1, alpha: 2.5) }) { $0 + 2.5 * $1 },
        Binary("-", { try $0 - $1 }, inPlace: { try $0 -= $1 }) { $0 - $1 },
        Binary("subtracting", { try $0.subtracting($1, alpha: -2) }, inPlace: { try $0.subtractInPlace($1, alpha: -2) }) { $0 + 2 * $1 },
        Binary("*", { try $0 * $1 }, inPlace: { try $0 *= $1 }) { $0 * $1 },
        Binary("multiplied", { try $0.multiplied(by: $1) }, inPlace: { try $0.multiplyInPlace(by: $1) }) { $0 * $1 },
        Binary("/", domain: 0.5...3, { try $0 / $1 }, inPlace: { try $0 /= $1 }) { $0 / $1 },
        Binary("divided", domain: -3 ... -0.5, { try $0.divided(by: $1) }, inPlace: { try $0.divideInPlace(by: $1) }) { $0 / $1 },
        Binary("divided, trunc", domain: 0.5...3, smooth: false, { try $0.divided(by: $1, rounding: .trunc) },
            inPlace: { try $0.divideInPlace(by: $1, rounding: .trunc) }) { ($0 / $1).rounded(.towardZero) },
        Binary("divided, floor", domain: -3 ... -0.5, smooth: false, { try $0.divided(by: $1, rounding: .floor) },
            inPlace: { try $0.divideInPlace(by: $1, rounding: .floor) }) { ($0 / $1).rounded(.down) },
        Binary("raised", domain: 0.5...2, { try $0.raised(to: $1) }, inPlace: { try $0.raiseInPlace(to: $1) }) { pow($0, $1) },
        Binary("maximum", { try $0.maximum($1) }, inPlace: nil) { max($0, $1) },
        Binary("minimum", { try $0.minimum($1) }, inPlace: nil) { min($0, $1) },
        Binary(".==", result: .bool, smooth: false, { try $0 .== $1 }, inPlace: nil) { $0 == $1 ? 1 : 0 },
        Binary(".!=", result: .bool, smooth: false, { try $0 .!= $1 }, inPlace: nil) { $0 != $1 ? 1 : 0 },
        Binary(".<", result: .bool, smooth: false, { try $0 .< $1 }, inPlace: nil) { $0 < $1 ? 1 : 0 },
        Binary(".<=", result: .bool, smooth: false, { try $0 .<= $1 }, inPlace: nil) { $0 <= $1 ? 1 : 0 },
        Binary(".>", result: .bool, smooth: false, { try $0 .> $1 }, inPlace: nil) { $0 > $1 ? 1 : 0 },
        Binary(".>=", result: .bool, smooth: false, { try $0 .>= $1 }, inPlace: nil) { $0 >= $1 ? 1 : 0 },
        Binary("equalElements", result: .bool, smooth: false, { try $0.equalElements(to: $1) }, inPlace: nil) { $0 == $1 ? 1 : 0 },
        Binary("unequalElements", result: .bool, smooth: false, { try $0.unequalElements(to: $1) }, inPlace: nil) { $0 != $1 ? 1 : 0 },
        Binary("lessThan", result: .bool, smooth: false, { try $0.lessThan($1) }, inPlace: nil) { $0 < $1 ? 1 : 0 },
        Binary("lessThanOrEqual", result: .bool, smooth: false, { try $0.lessThanOrEqual($1) }, inPlace: nil) { $0 <= $1 ? 1 : 0 },
        Binary("greaterThan", result: .bool, smooth: false, { try $0.greaterThan($1) }, inPlace: nil) { $0 > $1 ? 1 : 0 },
        Binary("greaterThanOrEqual", result: .bool, smooth: false, { try $0.greaterThanOrEqual($1) }, inPlace: nil) { $0 >= $1 ? 1 : 0 },
    ] + pairFunctions

    struct Pair: Sendable {
        let a: [Int], b: [Int], result: [Int]
    }

    static let pairs: [Pair] = [
        Pair(a: [2, 3], b: [2, 3], result: [2, 3]), Pair(a: [2, 3], b: [3], result: [2, 3]),
        Pair(a: [2, 1], b: [1, 3], result: [2, 3]), Pair(a: [], b: [2, 2], result: [2, 2]),
        Pair(a: [2, 2], b: [], result: [2, 2]), Pair(a: [], b: [], result: []),
        Pair(a: [0, 3], b: [1, 3], result: [0, 3]), Pair(a: [4, 1, 3], b: [5, 1], result: [4, 5, 3]),
        Pair(a: [70], b: [1], result: [70]),
    ]

    /// `values` of `shape`, as they stand in a broadcast result.
    private func spread(_ values: [Double], _ shape: [Int], to result: [Int]) -> [Double] {
        let padded = [Int](repeating: 1, count: result.count - shape.count) + shape
        return (0..<result.reduce(1, *)).map { flat in
            var rest = flat, index = 0, step = 1
            for dim in result.indices.reversed() {
                let position = rest % result[dim]
                rest /= result[dim]
                if padded[dim] != 1 { index += position * step }
                step *= padded[dim]
            }
            return values[index]
        }
    }

    @Test("Value, broadcasting, strides, memory", arguments: binary)
    func binaryValues(_ row: Binary) throws {
        for pair in Self.pairs {
            let (low, high) = (row.domain.lowerBound, row.domain.upperBound)
            var (va, vb) = (sample(pair.a.reduce(1, *), low, high), sample(pair.b.reduce(1, *), low, high, seed: 2))
            // Something equal, for the comparisons.
            if !va.isEmpty && !vb.isEmpty { vb[0] = va[0] }
            let (a, b) = (try Tensor(va, shape: pair.a), try Tensor(vb, shape: pair.b))
            let what = "\(row.name) \(pair.a) \(pair.b)"
            func expected(_ va: [Double], _ vb: [Double]) -> [Double] {
                zip(spread(va, pair.a, to: pair.result), spread(vb, pair.b, to: pair.result)).map(row.reference)
            }
            try expectTensor(
                row.apply(a, b), pair.result, expected(va, vb), dtype: row.result ?? .float64, tolerance: 1e-14, what)
            try expectTensor(
                row.apply(turnedInMemory(a), b), pair.result, expected(va, vb), tolerance: 1e-14, what)
            try expectTensor(
                row.apply(a, turnedInMemory(b)), pair.result, expected(va, vb), tolerance: 1e-14, what)
            if let inPlace = row.inPlace, pair.a == pair.result {
                for target in try [a.cloned(), turnedInMemory(a)] {
                    try inPlace(target, b)
                    try expectTensor(target, pair.a, expected(va, vb), tolerance: 1e-14, what)
                }
            }
            let (fa, fb) = (try a.to(.float32), try b.to(.float32))
            (va, vb) = (try numbers(fa), try numbers(fb))
            if row.smooth || row.result == .bool {
                try expectTensor(
                    row.apply(fa, fb), pair.result, expected(va, vb), dtype: row.result ?? .float32, tolerance: 2e-6, what)
            }
        }
    }

    @Test("Gradients", arguments: binary.filter { $0.result == nil })
    func binaryGradients(_ row: Binary) throws {
        let (low, high) = (row.domain.lowerBound, row.domain.upperBound)
        for pair in Self.pairs {
            let inputs = [try sampled(pair.a, low, high, seed: 3), try sampled(pair.b, low, high, seed: 4)]
            try checkGradients(inputs, secondOrder: row.smooth, row.name) { try row.apply($0[0], $0[1]) }
            if let inPlace = row.inPlace, pair.a == pair.result {
                try checkGradients(inputs, secondOrder: row.smooth, "\(row.name) in place") { inputs in
                    let y = try inputs[0] * 1.0
                    try inPlace(y, inputs[1])
                    return y
                }
            }
        }
        // One tensor on both sides.
        try checkGradients([sampled([3], 0.6, 1.9, seed: 5)], secondOrder: row.smooth, row.name) { try row.apply($0[0], $0[0]) }
    }

    @Test("A result has no history where its formula has none", arguments: binary.filter { $0.result == .bool })
    func comparisonsAreNotRecorded(_ row: Binary) throws {
        let x = try Tensor([1.0]).setRequiresGrad(true)
        #expect(try !row.apply(x, x).requiresGrad)
    }

    @Test("Integers are divided as floor, trunc or fraction")
    func integerDivision() throws {
        let a = try Tensor([7, -7, 7, -7]), b = try Tensor([2, 2, -2, -2])
        try expectTensor(a / b, [4], [3.5, -3.5, -3.5, 3.5], dtype: .float32)
        try expectTensor(a.divided(by: b, rounding: .floor), [4], [3, -4, -4, 3], dtype: .int64)
        try expectTensor(a.divided(by: b, rounding: .trunc), [4], [3, -3, -3, 3], dtype: .int64)
        // Wraps around, as in C and in PyTorch.
        let smallest = try Tensor([Int64.min])
        try expectTensor(smallest.divided(by: Tensor([-1]), rounding: .trunc), [1], [Double(Int64.min)])
        try expectTensor(smallest.divided(by: Tensor([-1]), rounding: .floor), [1], [Double(Int64.min)])
        try expectTensor(smallest - 1, [1], [Double(Int64.max)])
        try expectTensor(Tensor([2]).raised(to: Tensor([10])), [1], [1024], dtype: .int64)
    }

    @Test("Selection")
    func selection() throws {
        let condition = try Tensor([[true, false, true]]), a = try sampled([2, 3]), b = try sampled([3], seed: 2)
        let (va, vb) = (try numbers(a), try numbers(b))
        try expectTensor(Tensor.select(condition, a, b), [2, 3], [va[0], vb[1], va[2], va[3], vb[1], va[5]])
        try checkGradients([a, b]) { try Tensor.select(condition, $0[0], $0[1]).squared() }
        try expectTensor(a.maskedFill(condition, with: 7.asTensor()), [2, 3], [7, va[1], 7, 7, va[4], 7])
        try checkGradients([a, Tensor(0.3)]) { try $0[0].maskedFill(condition, with: $0[1]).squared() }
        try checkGradients([a, Tensor(0.3)]) { inputs in
            let y = try inputs[0] * 1.0
            try y.maskedFillInPlace(condition, with: inputs[1])
            return try y.squared()
        }
        let x = try Tensor([1, 2, 3] as [Int])
        try x.maskedFillInPlace(Tensor([true, false, false]), with: 9.asTensor())
        try expectTensor(x, [3], [9, 2, 3], dtype: .int64)
    }

    @Test("Filling and copying are recorded")
    func writingGradients() throws {
        try checkGradients([sampled([3]), sampled([3], seed: 2)]) { inputs in
            let y = try inputs[0] * 2.0
            let z = try y + inputs[0].squared()
            try y.copyInPlace(from: inputs[1])
            return try y.squared() + z * 0.5
        }
        let x = try sampled([3]).setRequiresGrad(true)
        for write in [
            { try $0.zeroInPlace() }, { try $0.fillInPlace(3) }, { try $0.uniformInPlace() }, { try $0.normalInPlace() },
            { try $0.bernoulliInPlace() },
        ] as [(Tensor) throws -> Void] {
            let y = try x * 2.0
            try write(y)
            let gradient = try #require(try gradients(of: [y.sum()], withRespectTo: [x])[0])
            try expectTensor(gradient, [3], [0, 0, 0])
        }
    }
}

// MARK: - Promotion

extension CoreTests.ElementwiseTests {
    /// PyTorch's table, row by row in the order of `DType.allCases`.
    static let promotion: [DType: [DType]] = [
        .float32: [.float32, .float64, .float32, .float32, .float32, .float32, .float32, .float32, .float32, .float32],
        .float64: [.float64, .float64, .float64, .float64, .float64, .float64, .float64, .float64, .float64, .float64],
        .int64: [.float32, .float64, .int64, .int64, .int64, .int64, .int64, .int64, .float16, .bfloat16],
        .int32: [.float32, .float64, .int64, .int32, .int32, .int32, .int32, .int32, .float16, .bfloat16],
        .int16: [.float32, .float64, .int64, .int32, .int16, .int16, .int16, .int16, .float16, .bfloat16],
        .int8: [.float32, .float64, .int64, .int32, .int16, .int8, .int16, .int8, .float16, .bfloat16],
        .uint8: [.float32, .float64, .int64, .int32, .int16, .int16, .uint8, .uint8, .float16, .bfloat16],
        .bool: [.float32, .float64, .int64, .int32, .int16, .int8, .uint8, .bool, .float16, .bfloat16],
        .float16: [.float32, .float64, .float16, .float16, .float16, .float16, .float16, .float16, .float16, .float32],
        .bfloat16: [.float32, .float64, .bfloat16, .bfloat16, .bfloat16, .bfloat16, .bfloat16, .bfloat16, .float32, .bfloat16],
    ]

    @Test("Two dtypes meet in a third", arguments: DType.allCases, DType.allCases)
    func promotion(_ a: DType, _ b: DType) throws {
        let expected = try #require(Self.promotion[a])[Int(b.rawValue)]
        #expect(a.promoted(with: b) == expected)
        try expectTensor(Tensor.ones([2], dtype: a) * Tensor.ones([2], dtype: b), [2], [1, 1], dtype: expected)
        // A tensor without dimensions changes the dtype of one with dimensions only by its kind.
        let category = { (dtype: DType) in dtype.isFloatingPoint ? 2 : dtype == .bool ? 0 : 1 }
        let lightened = category(b) > category(a) ? b : a
        #expect(try (Tensor.ones([2], dtype: a) * Tensor.ones([], dtype: b)).dtype == lightened)
    }

    @Test("A number beside a tensor does not widen it", arguments: DType.allCases)
    func numbers_(_ dtype: DType) throws {
        let x = try Tensor.ones([2], dtype: dtype)
        #expect(try (x + 1).dtype == (dtype == .bool ? .int64 : dtype))
        #expect(try (x * 1.5).dtype == (dtype.isFloatingPoint ? dtype : .float32))
        #expect(try (x * Float(1.5)).dtype == (dtype.isFloatingPoint ? dtype : .float32))
        #expect(try (x * true).dtype == dtype)
        #expect(try (true * x).dtype == dtype)
        #expect(try (x / 2).dtype == (dtype.isFloatingPoint ? dtype : .float32))
    }

    @Test("Gradients come back in the dtype of their input")
    func promotedGradients() throws {
        let a = try Tensor([1, 2] as [Float]).setRequiresGrad(true), b = try Tensor([3, 4] as [Double]).setRequiresGrad(true)
        try (a * b).sum().backward()
        try expectTensor(#require(a.grad), [2], [3, 4], dtype: .float32)
        try expectTensor(#require(b.grad), [2], [1, 2], dtype: .float64)
        let c = try Tensor([1, 2] as [Float]).setRequiresGrad(true)
        try c.to(.float64).squared().sum().backward()
        try expectTensor(#require(c.grad), [2], [2, 4], dtype: .float32)
    }

    @Test("Numbers that a dtype cannot hold are refused")
    func overflow() throws {
        expectError(.runtime, ["300", "int8"]) { _ = try Tensor.ones([2], dtype: .int8) + 300 }
        expectError(.runtime, ["300", "uint8"]) { try Tensor.ones([2], dtype: .uint8).fillInPlace(300) }
        expectError(.runtime, ["full", "int16"]) { _ = try Tensor.full([1], 40_000, dtype: .int16) }
        expectError(.runtime, ["inf", "int64"]) { try Tensor.zeros([1], dtype: .int64).fillInPlace(Double.infinity) }
        expectError(.runtime, ["nan", "int32"]) { _ = try Tensor.full([1], Double.nan, dtype: .int32) }
    }
}
