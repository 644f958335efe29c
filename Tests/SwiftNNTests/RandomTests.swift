import Foundation
import Testing

@testable import SwiftNN

/// The golden values of Tests/Goldens/make_random.py.
private struct Goldens: Decodable, Sendable {
    struct Draw: Decodable, Sendable {
        let fill: String
        let a: Double?
        let b: Double?
        let low: String?
        let high: String?
        let inputs: Int?
        let sum: Double?
        let dtype: String
        let count: Int
        let bits: String
        let hash: String
    }

    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        let seed: UInt64
        let draws: [Draw]
        let state: String

        var testDescription: String { "\(name), seed \(seed)" }
    }

    struct State: Decodable, Sendable {
        let seed: UInt64
        let fresh: String
        let bytes: String
        let next: [Draw]
    }

    let torch: String
    let state: State
    let cases: [Case]

    static func load() throws -> Goldens {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let file = tests.appendingPathComponent("Goldens").appendingPathComponent("random.json")
        return try JSONDecoder().decode(Goldens.self, from: Data(contentsOf: file))
    }

    /// Empty if the file cannot be read, which `goldensAreThere` then reports.
    static let cases: [Case] = (try? load().cases) ?? []
}

private func fnv1a(_ bytes: some Sequence<UInt8>) -> String {
    var value: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in bytes { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
}

private func savedState(_ state: Goldens.State) throws -> [UInt8] {
    try #require(Data(base64Encoded: state.bytes)).map { $0 }
}

/// What a fill wrote: the values' bit patterns, and the bytes for the hash.
private struct Drawn {
    var patterns: [UInt64]
    var bytes: [UInt8]
    var sum: Double

    init<Value: BitwiseCopyable>(
        _ zero: Value, _ count: Int, pattern: (Value) -> UInt64, number: (Value) -> Double,
        fill: (UnsafeMutablePointer<Value>) -> Void
    ) {
        // One guard element at each end: a fill writes its elements and nothing else.
        var values = [Value](repeating: zero, count: count + 2)
        values.withUnsafeMutableBufferPointer { fill($0.baseAddress! + 1) }
        #expect(pattern(values[0]) == pattern(zero) && pattern(values[count + 1]) == pattern(zero))
        let filled = Array(values[1...count])
        patterns = filled.map(pattern)
        bytes = filled.withUnsafeBytes { Array($0) }
        sum = filled.reduce(0) { $0 + number($1) }
    }
}

private func draw(_ draw: Goldens.Draw, from generator: Generator) throws -> Drawn {
    let count = draw.count
    var kind = draw.fill
    var a = draw.a ?? 0
    var b = draw.b ?? 0
    if let inputs = draw.inputs {
        // torch.nn.Linear's defaults: kaiming_uniform_(weight, a: √5), and 1/√inputs for the bias.
        let slope = 5.0.squareRoot()
        let gain = (2.0 / (1 + slope * slope)).squareRoot()
        let fan = Double(inputs).squareRoot()
        b = draw.fill == "weight" ? 3.0.squareRoot() * (gain / fan) : 1 / fan
        a = -b
        kind = "uniform"
    }
    switch (kind, draw.dtype) {
    case (_, "float32"):
        return Drawn(Float(7), count, pattern: { UInt64($0.bitPattern) }, number: Double.init) { p in
            switch kind {
            case "uniform": generator.fillUniform(p, count: count, from: a, to: b)
            case "normal": generator.fillNormal(p, count: count, mean: a, std: b)
            case "bernoulli": generator.fillBernoulli(p, count: count, probability: a)
            default: Issue.record("no fill \(kind) of float32")
            }
        }
    case (_, "float64"):
        return Drawn(7.0, count, pattern: { $0.bitPattern }, number: { $0 }) { p in
            switch kind {
            case "uniform": generator.fillUniform(p, count: count, from: a, to: b)
            case "normal": generator.fillNormal(p, count: count, mean: a, std: b)
            case "bernoulli": generator.fillBernoulli(p, count: count, probability: a)
            default: Issue.record("no fill \(kind) of float64")
            }
        }
    case ("integers", _):
        let low = try #require(draw.low.flatMap { Int64($0) })
        let high = try #require(draw.high.flatMap { Int64($0) })
        return Drawn(Int64(-7), count, pattern: { UInt64(bitPattern: $0) }, number: Double.init) { p in
            generator.fillIntegers(p, count: count, low: low, high: high)
        }
    default:
        try #require(kind == "permutation")
        return Drawn(Int64(-7), count, pattern: { UInt64(bitPattern: $0) }, number: Double.init) { p in
            generator.fillPermutation(p, count: count)
        }
    }
}

private func expectSame(_ drawn: Drawn, _ golden: Goldens.Draw, _ place: String) {
    let width = golden.dtype == "float32" ? 8 : 16
    let digits = Array(golden.bits)
    let expected = stride(from: 0, to: digits.count, by: width).compactMap {
        UInt64(String(digits[$0..<($0 + width)]), radix: 16)
    }
    #expect(expected.count == digits.count / width && !expected.isEmpty, "\(place)")

    // Float32 blocks are plain arithmetic. All else normal goes through the C library's logarithm, sine and cosine,
    // which need not round alike in every C library.
    let viaLibrary = golden.fill == "normal" && (golden.dtype == "float64" || golden.count < 16)
    let units: UInt64 = !viaLibrary ? 0 : (golden.dtype == "float32" ? 1 : 4)
    for (index, (mine, theirs)) in zip(drawn.patterns, expected).enumerated() {
        let distance = mine > theirs ? mine - theirs : theirs - mine
        #expect(distance <= units, "\(place), element \(index): \(mine) instead of \(theirs)")
    }
    if !viaLibrary { #expect(fnv1a(drawn.bytes) == golden.hash, "\(place), hash of all \(golden.count) elements") }
    if let sum = golden.sum { #expect(abs(drawn.sum - sum) <= 1e-9, "\(place), sum") }
}

@Suite("Random numbers")
struct RandomTests {
    @Test("The golden file is there")
    func goldensAreThere() throws {
        let goldens = try Goldens.load()
        #expect(goldens.cases.count >= 45)
        #expect(Goldens.cases.count == goldens.cases.count)
    }

    @Test("The same seed draws PyTorch's numbers", arguments: Goldens.cases)
    fileprivate func drawsPyTorchNumbers(_ row: Goldens.Case) throws {
        let generator = Generator(seed: row.seed)
        for (index, golden) in row.draws.enumerated() {
            expectSame(
                try draw(golden, from: generator), golden, "\(row.testDescription), draw \(index) (\(golden.fill))")
        }
        // Where a cached normal number ends the case, it is the C library's to the last bit.
        let cached = generator.state[5040] == 1
        if !cached { #expect(fnv1a(generator.state) == row.state, "\(row.testDescription), state") }
    }

    @Test("A state goes to PyTorch and back")
    func stateIsPyTorchs() throws {
        let golden = try Goldens.load().state
        let generator = Generator(seed: golden.seed)
        #expect(fnv1a(generator.state) == golden.fresh)

        let saved = try savedState(golden)
        var values = [Float](repeating: 0, count: 700)
        values.withUnsafeMutableBufferPointer { p in
            generator.fillUniform(p.baseAddress!, count: 700, from: 0, to: 1)
            generator.fillNormal(p.baseAddress!, count: 3, mean: 0, std: 1)
        }
        // All but the cached number, which is the C library's to the last bit.
        let state = generator.state
        #expect(state.count == 5056)
        #expect(state[..<5024] == saved[..<5024] && state[5032...] == saved[5032...])

        let other = Generator(seed: 1)
        try other.setState(saved)
        #expect(other.state == saved)
        #expect(other.initialSeed == golden.seed)
        for (index, draws) in golden.next.enumerated() {
            expectSame(try draw(draws, from: other), draws, "after the saved state, draw \(index)")
        }
    }

    @Test("A state read in the middle continues the sequence", arguments: [0, 1, 623, 624, 625, 5000])
    func stateContinues(_ skipped: Int) throws {
        let first = Generator(seed: 3)
        var a = [Float](repeating: 0, count: max(skipped, 2000))
        a.withUnsafeMutableBufferPointer { first.fillUniform($0.baseAddress!, count: skipped, from: 0, to: 1) }
        let second = Generator(seed: 4)
        try second.setState(first.state)
        var b = a
        a.withUnsafeMutableBufferPointer { first.fillUniform($0.baseAddress!, count: 2000, from: 0, to: 1) }
        b.withUnsafeMutableBufferPointer { second.fillUniform($0.baseAddress!, count: 2000, from: 0, to: 1) }
        #expect(a == b)
        #expect(first.state == second.state)
    }

    struct BadState: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let change: @Sendable (inout [UInt8]) -> Void

        init(_ name: String, _ change: @escaping @Sendable (inout [UInt8]) -> Void) {
            testDescription = name
            self.change = change
        }
    }

    static let badStates = [
        BadState("empty") { $0 = [] },
        BadState("one byte short") { $0.removeLast() },
        BadState("one byte long") { $0.append(0) },
        BadState("all zero") { $0 = [UInt8](repeating: 0, count: 5056) },
        BadState("all 255") { $0 = [UInt8](repeating: 255, count: 5056) },
        BadState("left 0") { $0.replaceSubrange(8..<12, with: [0, 0, 0, 0]) },
        BadState("left negative") { $0.replaceSubrange(8..<12, with: [255, 255, 255, 255]) },
        BadState("left 625") { $0.replaceSubrange(8..<12, with: [0x71, 2, 0, 0]) },
        BadState("not seeded") { $0[12] = 0 },
        BadState("seeded 2") { $0[12] = 2 },
        BadState("next 625") { $0.replaceSubrange(8..<24, with: [1, 0, 0, 0, 1, 0, 0, 0, 0x71, 2, 0, 0, 0, 0, 0, 0]) },
        BadState("next 2^63") { $0[23] = 0x80 },
        BadState("left and next disagree") { $0[16] ^= 1 },
        BadState("a word of 33 bits") { $0[24 + 8 * 5 + 4] = 1 },
        BadState("all words 0") { $0.replaceSubrange(24..<5016, with: [UInt8](repeating: 0, count: 4992)) },
        BadState("normal_is_valid 2") { $0[5040] = 2 },
        BadState("cached normal NaN") { $0.replaceSubrange(5024..<5032, with: [UInt8](repeating: 255, count: 8)) },
        BadState("float flag 2") { $0[5052] = 2 },
        BadState("cached float normal infinite") { $0.replaceSubrange(5048..<5053, with: [0, 0, 0x80, 0x7f, 1]) },
    ]

    @Test("What is no state is refused, and changes nothing", arguments: badStates)
    func badStateIsRefused(_ row: BadState) throws {
        var bytes = try savedState(Goldens.load().state)
        row.change(&bytes)
        let generator = Generator(seed: 9)
        let before = generator.state
        do {
            try generator.setState(bytes)
            Issue.record("accepted: \(row.testDescription)")
        } catch {
            #expect(error.code == .value)
            #expect(error.operation == "set_rng_state")
            #expect(error.detail.contains("expected") || error.detail.contains("only zeros"), "\(error.detail)")
        }
        #expect(generator.state == before)
    }

    @Test("Seeding again starts again and forgets the cached normal number")
    func manualSeed() {
        let generator = Generator(seed: 5)
        var values = [Double](repeating: 0, count: 3)
        values.withUnsafeMutableBufferPointer { generator.fillNormal($0.baseAddress!, count: 3, mean: 0, std: 1) }
        generator.manualSeed(7)
        #expect(generator.initialSeed == 7)
        #expect(generator.state == Generator(seed: 7).state)
    }

    @Test("Nothing is written or drawn for no elements", arguments: [0, -1, Int.min])
    func emptyFills(_ count: Int) {
        let generator = Generator(seed: 0)
        let before = generator.state
        var single: Float = 7
        var double = 7.0
        var integer: Int64 = 7
        generator.fillUniform(&single, count: count, from: 0, to: 1)
        generator.fillUniform(&double, count: count, from: 0, to: 1)
        generator.fillNormal(&single, count: count, mean: 0, std: 1)
        generator.fillNormal(&double, count: count, mean: 0, std: 1)
        generator.fillIntegers(&integer, count: count, low: 0, high: 2)
        generator.fillPermutation(&integer, count: count)
        generator.fillBernoulli(&single, count: count, probability: 0.5)
        generator.fillBernoulli(&double, count: count, probability: 0.5)
        #expect(single == 7 && double == 7 && integer == 7)
        #expect(generator.state == before)
    }

    @Test(
        "Arguments outside a fill's domain do not trap",
        arguments: [Double.nan, .infinity, -.infinity, 1e300, -1e300, .leastNonzeroMagnitude])
    func oddArguments(_ odd: Double) {
        let generator = Generator(seed: 0)
        var singles = [Float](repeating: 0, count: 33)
        var doubles = [Double](repeating: 0, count: 33)
        var integers = [Int64](repeating: 0, count: 33)
        for count in [5, 33] {
            singles.withUnsafeMutableBufferPointer { buffer in
                let p = buffer.baseAddress!
                generator.fillUniform(p, count: count, from: -odd, to: odd)
                generator.fillNormal(p, count: count, mean: odd, std: odd)
                generator.fillBernoulli(p, count: count, probability: odd)
            }
            doubles.withUnsafeMutableBufferPointer { buffer in
                let p = buffer.baseAddress!
                generator.fillUniform(p, count: count, from: -odd, to: odd)
                generator.fillNormal(p, count: count, mean: odd, std: odd)
                generator.fillBernoulli(p, count: count, probability: odd)
            }
        }
        integers.withUnsafeMutableBufferPointer { buffer in
            let p = buffer.baseAddress!
            generator.fillIntegers(p, count: 33, low: 4, high: 4)
            generator.fillIntegers(p, count: 33, low: .max, high: .min)
            generator.fillIntegers(p, count: 33, low: .min, high: .max)
        }
    }

    @Test("The fused multiply-add rounds once")
    func fusedMultiplyAdd() {
        let generator = Generator(seed: 11)
        var values = [Int64](repeating: 0, count: 3 * 20_000)
        values.withUnsafeMutableBufferPointer { buffer in
            generator.fillIntegers(buffer.baseAddress!, count: buffer.count, low: 0, high: 1 << 32)
        }
        var patterns = values.map { UInt32(truncatingIfNeeded: $0) }
        // Sums next to the point halfway between two floats, on which rounding to double precision puts them:
        // (1 + 2⁻²³) + 2⁻²⁴ − 2⁻⁷⁰, and 1 + 2⁻²⁴ + 2⁻⁶⁰.
        patterns += [Float(0x1.000002p-12), Float(0x1.fffffcp-13), Float(1).nextUp].map(\.bitPattern)
        patterns += [Float(0x1.001p-12), Float(0x1.ffe002p-13), Float(1)].map(\.bitPattern)
        patterns += [Float(-0.0), Float(1), Float(0)].map(\.bitPattern)
        for start in stride(from: 0, to: patterns.count, by: 3) {
            let (a, b, c) = (
                Float(bitPattern: patterns[start]), Float(bitPattern: patterns[start + 1]),
                Float(bitPattern: patterns[start + 2])
            )
            let mine = ExactSums.fused(a, b, c)
            let exact = c.addingProduct(a, b)
            #expect(mine.bitPattern == exact.bitPattern || (mine.isNaN && exact.isNaN), "\(a) * \(b) + \(c)")
        }
    }

    @Test("Threads that share a generator share out its sequence")
    func threads() async {
        let generator = Generator(seed: 6)
        let parts = await withTaskGroup(of: [Float].self) { group in
            for _ in 0..<8 {
                group.addTask {
                    var values = [Float](repeating: 0, count: 1000)
                    values.withUnsafeMutableBufferPointer {
                        generator.fillUniform($0.baseAddress!, count: 1000, from: 0, to: 1)
                    }
                    return values
                }
            }
            return await group.reduce(into: [[Float]]()) { $0.append($1) }
        }
        var whole = [Float](repeating: 0, count: 8000)
        whole.withUnsafeMutableBufferPointer {
            Generator(seed: 6).fillUniform($0.baseAddress!, count: 8000, from: 0, to: 1)
        }
        let expected = stride(from: 0, to: 8000, by: 1000).map { Array(whole[$0..<($0 + 1000)]) }
        #expect(Set(parts) == Set(expected))
    }
}
