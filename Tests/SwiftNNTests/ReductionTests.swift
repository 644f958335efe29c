import Foundation
import Testing

@testable import SwiftNN

extension CoreTests {
    @Suite("Reductions, products, losses") struct ReductionTests {}
}

// MARK: - Reductions

extension CoreTests.ReductionTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        /// Where no elements are left to reduce.
        let ofNothing: Double?
        let smooth: Bool
        let apply: @Sendable (Tensor, [Int]?, Bool) throws -> Tensor
        let reference: @Sendable ([Double]) -> Double
        var testDescription: String { name }
    }

    /// Without names, all and any reduce nothing.
    private static func named(_ axes: [Int]?) -> [Int]? { axes?.isEmpty == true ? nil : axes }

    static let rows: [Row] = [
        Row(name: "sum", ofNothing: 0, smooth: true, apply: { try $0.sum($1, keepDims: $2) }) { $0.reduce(0, +) },
        Row(name: "mean", ofNothing: .nan, smooth: true, apply: { try $0.mean($1, keepDims: $2) }) {
            $0.reduce(0, +) / Double($0.count)
        },
        Row(name: "amax", ofNothing: nil, smooth: true, apply: { try $0.amax($1, keepDims: $2) }) { $0.max() ?? .nan },
        Row(name: "amin", ofNothing: nil, smooth: true, apply: { try $0.amin($1, keepDims: $2) }) { $0.min() ?? .nan },
        Row(name: "all", ofNothing: 1, smooth: false, apply: { try $0.all(named($1), keepDims: $2) }) { $0.allSatisfy { $0 != 0 } ? 1 : 0 },
        Row(name: "prod", ofNothing: 1, smooth: true, apply: { try $0.product($1, keepDims: $2) }) { $0.reduce(1, *) },
        Row(name: "var", ofNothing: .nan, smooth: true, apply: { try $0.variance($1, correction: 0, keepDims: $2) }) { x in
            let mean = x.reduce(0, +) / Double(x.count)
            return x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(x.count)
        },
        Row(name: "logsumexp", ofNothing: -.infinity, smooth: true, apply: { try $0.logSumExp($1 ?? [], keepDims: $2) }) {
            log($0.reduce(0) { $0 + exp($1) })
        },
        Row(name: "vector_norm", ofNothing: 0, smooth: true, apply: { try $0.vectorNorm(3, $1, keepDims: $2) }) {
            pow($0.reduce(0) { $0 + pow(abs($1), 3) }, 1.0 / 3)
        },
        Row(name: "any", ofNothing: 0, smooth: false, apply: { try ($0 .> 0.5).any(named($1), keepDims: $2) }) {
            $0.contains { $0 > 0.5 } ? 1 : 0
        },
    ]

    static let axes: [[Int]?] = [nil, [], [0], [1], [-1], [0, 2], [2, 1], [0, 1, 2]]

    /// The elements of each group that is folded into one, in the order of the result.
    private func groups(_ values: [Double], _ shape: [Int], _ axes: [Int]?) -> (groups: [[Double]], shape: [Int], kept: [Int]) {
        let chosen = Set((axes ?? []).isEmpty ? Array(shape.indices) : axes!.map { $0 < 0 ? $0 + shape.count : $0 })
        let kept = shape.indices.map { chosen.contains($0) ? 1 : shape[$0] }
        var result = [[Double]](repeating: [], count: kept.reduce(1, *))
        for (flat, value) in values.enumerated() {
            var rest = flat, index = 0, step = 1
            for dim in shape.indices.reversed() {
                let position = rest % shape[dim]
                rest /= shape[dim]
                if !chosen.contains(dim) {
                    index += position * step
                    step *= shape[dim]
                }
            }
            result[index].append(value)
        }
        return (result, shape.indices.filter { !chosen.contains($0) }.map { shape[$0] }, kept)
    }

    @Test("Value, axes, strides", arguments: rows, axes)
    func values(_ row: Row, _ axes: [Int]?) throws {
        for shape in [[2, 3, 4], [3, 17, 5], [1, 1, 70]] {
            let values = sample(shape.reduce(1, *))
            let x = try Tensor(values, shape: shape)
            let expected = groups(values, shape, axes)
            let results = expected.groups.map(row.reference)
            for input in try [x, turnedInMemory(x)] {
                try expectTensor(row.apply(input, axes, false), expected.shape, results, tolerance: 1e-13, row.name)
                try expectTensor(row.apply(input, axes, true), expected.kept, results, tolerance: 1e-13, row.name)
            }
            let single = try row.apply(x.to(.float32), axes, false)
            try expectTensor(single, expected.shape, results, tolerance: 1e-5, row.name)
        }
    }

    @Test("Nothing to reduce", arguments: rows)
    func empty(_ row: Row) throws {
        let x = try Tensor.zeros([0, 3], dtype: .float64)
        if let value = row.ofNothing {
            try expectTensor(row.apply(x, nil, false), [], [value], row.name)
            try expectTensor(row.apply(x, [0], false), [3], [value, value, value], row.name)
        } else {
            expectError(.index, [row.name, "[0, 3]"]) { _ = try row.apply(x, [0], false) }
        }
        try expectTensor(row.apply(x, [1], false), [0], [], row.name)
        let alone = (["any": 1, "all": 1, "var": 0] as [String: Double])[row.name] ?? 0.75
        try expectTensor(row.apply(Tensor(0.75), nil, false), [], [alone], tolerance: 1e-15, row.name)
    }

    @Test("Gradients", arguments: rows.filter { $0.smooth }, axes)
    func gradients(_ row: Row, _ axes: [Int]?) throws {
        let x = try sampled([2, 3, 4])
        for keepDims in [false, true] {
            try checkGradients([x], row.name) { try row.apply($0[0], axes, keepDims).squared() }
        }
    }

    @Test("Integers and bool are summed as int64")
    func integers() throws {
        try expectTensor(Tensor([100, 100] as [Int8]).sum(), [], [200], dtype: .int64)
        try expectTensor(Tensor([true, true, false]).sum(), [], [2], dtype: .int64)
        try expectTensor(Tensor([1, 2]).sum(dtype: .float32), [], [3], dtype: .float32)
        try expectTensor(Tensor([1, 2]).mean(dtype: .float64), [], [1.5], dtype: .float64)
        try expectTensor(Tensor([3, -4] as [Int32]).amin(), [], [-4], dtype: .int32)
        expectError(.runtime, ["mean", "int64"]) { _ = try Tensor([1, 2]).mean() }
    }

    @Test("Many small numbers lose nothing")
    func longSum() throws {
        // Added one after the other, 2²⁴ ones and more stay 2²⁴ in float32.
        let x = try Tensor.ones([1]).expanded([(1 << 24) + 1000]).contiguous()
        try expectTensor(x.sum(), [], [Double((1 << 24) + 1000)], tolerance: 1e-7)
        try expectTensor(x.mean(), [], [1], tolerance: 1e-6)
    }

    @Test("The largest, its place, ties and NaN")
    func extremes() throws {
        let x = try Tensor([[3, 1, 3], [2, 5, 4]] as [[Double]])
        let (values, indices) = try x.max(1)
        try expectTensor(values, [2], [3, 5])
        try expectTensor(indices, [2], [0, 1], dtype: .int64)
        let least = try x.min(0, keepDims: true)
        try expectTensor(least.values, [1, 3], [2, 1, 3])
        try expectTensor(least.indices, [1, 3], [1, 0, 0])
        try expectTensor(x.argmax(), [], [4], dtype: .int64)
        try expectTensor(x.argmax(0), [3], [0, 1, 1])
        try expectTensor(x.argmin(1, keepDims: true), [2, 1], [1, 0])
        try expectTensor(x.argmin(), [], [1])
        try expectTensor(turnedInMemory(x).argmax(1), [2], [0, 1])
        try expectTensor(Tensor([1, .nan, 3] as [Double]).argmax(), [], [1])
        try expectTensor(Tensor([1, .nan, 3] as [Double]).amax(), [], [.nan])
        try expectTensor(Tensor(2.0).max(0).values, [], [2])
        try checkGradients([sampled([2, 3])]) { try $0[0].max(1).values.squared() }
        try checkGradients([sampled([2, 3])]) { try $0[0].min(0, keepDims: true).values.squared() }
        // amax shares a gradient among equal ones, max gives it to the one whose index it names.
        let tied = try Tensor([2, 2] as [Double]).setRequiresGrad(true)
        try tied.amax().backward()
        try expectTensor(#require(tied.grad), [2], [0.5, 0.5])
        try tied.setGrad(nil)
        try tied.max(0).values.backward()
        try expectTensor(#require(tied.grad), [2], [1, 0])
    }

    @Test("Closeness and equality")
    func closeness() throws {
        let inf = Double.infinity
        let a = try Tensor([1, 1, inf, inf, .nan, 0] as [Double]), b = try Tensor([1.000001, 1.1, inf, -inf, .nan, 1e-9] as [Double])
        try expectTensor(a.isClose(to: b), [6], [1, 0, 1, 0, 0, 1], dtype: .bool)
        try expectTensor(a.isClose(to: b, equalNaN: true), [6], [1, 0, 1, 0, 1, 1])
        try expectTensor(a.isClose(to: b, rtol: 0.2, atol: 0), [6], [1, 1, 1, 0, 0, 0])
        #expect(try a.equals(a.cloned()) == false)  // NaN
        #expect(try b.indexed(.slice(to: 2)).equals(Tensor([1.000001, 1.1])))
        #expect(try !Tensor([1.0]).equals(Tensor([[1.0]])))
        #expect(try Tensor([] as [Double]).equals(Tensor([] as [Double])))
    }
}

// MARK: - Products

extension CoreTests.ReductionTests {
    /// The product of two matrices, element by element.
    private func product(_ a: [Double], _ b: [Double], _ n: Int, _ m: Int, _ p: Int) -> [Double] {
        (0..<n * p).map { i in (0..<m).reduce(0) { $0 + a[i / p * m + $1] * b[$1 * p + i % p] } }
    }

    @Test("Matrix products of every layout", arguments: [(1, 1, 1), (2, 3, 4), (9, 40, 17), (0, 3, 2), (2, 0, 3), (33, 1, 8), (8, 64, 300)])
    func matrixProduct(_ n: Int, _ m: Int, _ p: Int) throws {
        let (va, vb) = (sample(n * m), sample(m * p, seed: 2))
        let (a, b) = (try Tensor(va, shape: [n, m]), try Tensor(vb, shape: [m, p]))
        let expected = product(va, vb, n, m, p)
        for x in try [a, turnedInMemory(a), a.unsqueezed(1).expanded([n, 2, m]).contiguous().selected(1, 1)] {
            for y in try [b, turnedInMemory(b)] {
                try expectTensor(x.matrixProduct(y), [n, p], expected, dtype: .float64, tolerance: 1e-12)
                try expectTensor(x.to(.float32).matrixProduct(y.to(.float32)), [n, p], expected, dtype: .float32, tolerance: 1e-4)
                try expectTensor(x.matmul(y), [n, p], expected, tolerance: 1e-12)
                try expectTensor(x.linear(y.transposed()), [n, p], expected, tolerance: 1e-12)
            }
        }
        if n * m * p < 500 { try checkGradients([a, b]) { try $0[0].matrixProduct($0[1]) } }
    }

    struct Ranks: Sendable {
        let a: [Int], b: [Int], result: [Int]
    }

    static let ranks: [Ranks] = [
        Ranks(a: [3], b: [3], result: []), Ranks(a: [2, 3], b: [3], result: [2]), Ranks(a: [3], b: [3, 4], result: [4]),
        Ranks(a: [2, 3], b: [3, 4], result: [2, 4]), Ranks(a: [5, 2, 3], b: [3, 4], result: [5, 2, 4]),
        Ranks(a: [2, 3], b: [5, 3, 4], result: [5, 2, 4]), Ranks(a: [5, 2, 3], b: [5, 3, 4], result: [5, 2, 4]),
        Ranks(a: [5, 1, 2, 3], b: [2, 3, 4], result: [5, 2, 2, 4]), Ranks(a: [3], b: [2, 3, 4], result: [2, 4]),
        Ranks(a: [2, 2, 3], b: [3], result: [2, 2]),
    ]

    @Test("matmul over ranks", arguments: ranks)
    func matmul(_ row: Ranks) throws {
        let (a, b) = (try sampled(row.a), try sampled(row.b, seed: 2))
        // As a sum over a broadcast product.
        let left = row.a.count == 1 ? try a.view([1, -1]) : a, right = row.b.count == 1 ? try b.view([-1, 1]) : b
        let expected = try (left.unsqueezed(-1) * right.unsqueezed(-3)).sum([-2]).reshaped(row.result)
        try expectTensor(a.matmul(b), row.result, numbers(expected), tolerance: 1e-12)
        try checkGradients([a, b]) { try $0[0].matmul($0[1]) }
    }

    @Test("The fully connected layer, with and without its parts", arguments: [1, 2, 9, 40])
    func linear(_ rows: Int) throws {
        let x = try sampled([rows, 6]), w = try sampled([5, 6], seed: 2), b = try sampled([5], seed: 3)
        let plain = try x.matrixProduct(w.transposed())
        try expectTensor(x.linear(w), [rows, 5], numbers(plain), tolerance: 1e-13)
        try expectTensor(x.linear(w, b), [rows, 5], numbers(plain + b), tolerance: 1e-13)
        try expectTensor(x.linear(w, b, relu: true), [rows, 5], numbers((plain + b).relu()), tolerance: 1e-13)
        try expectSameBits(x.linear(w, b, relu: true), x.linear(w, b).relu())
        try expectTensor(x.view([rows, 1, 6]).linear(w, b), [rows, 1, 5], numbers(plain + b), tolerance: 1e-13)
        try expectTensor(x.selected(0, 0).linear(w, b), [5], numbers((plain + b).selected(0, 0)), tolerance: 1e-13)
        try expectTensor(turnedInMemory(x).linear(turnedInMemory(w), b.expanded([5])), [rows, 5], numbers(plain + b), tolerance: 1e-13)
        if rows < 10 {
            try checkGradients([x, w, b]) { try $0[0].linear($0[1], $0[2]) }
            try checkGradients([x, w, b]) { try $0[0].linear($0[1], $0[2], relu: true) }
            try checkGradients([x, w]) { try $0[0].linear($0[1]) }
        }
    }

    @Test("A row of a batch has the same bits as alone")
    func rowsAreIndependent() throws {
        let w = try Tensor.rand([300, 64], generator: Generator(seed: 1)), x = try Tensor.rand([8, 64], generator: Generator(seed: 2))
        let all = try x.linear(w)
        for i in 0..<8 { try expectSameBits(x.indexed(.slice(from: i, to: i + 1)).linear(w), all.indexed(.slice(from: i, to: i + 1))) }
    }
}

// MARK: - Softmax and losses

extension CoreTests.ReductionTests {
    @Test("softmax and its logarithm along each dimension", arguments: [0, 1, 2, -1])
    func softmax(_ dim: Int) throws {
        let x = try sampled([2, 3, 4], -2, 2)
        let e = try x.exponential()
        let expected = try e / e.sum([dim], keepDims: true)
        for input in try [x, turnedInMemory(x)] {
            try expectTensor(input.softmax(dim), [2, 3, 4], numbers(expected), tolerance: 1e-14)
            try expectTensor(input.logSoftmax(dim), [2, 3, 4], numbers(expected.logarithm()), tolerance: 1e-14)
        }
        try checkGradients([x]) { try $0[0].softmax(dim) }
        try checkGradients([x]) { try $0[0].logSoftmax(dim) }
        try expectTensor(Tensor([1000, 0] as [Float]).softmax(0), [2], [1, 0])
        try expectTensor(Tensor([1000, 0] as [Float]).logSoftmax(0), [2], [0, -1000])
        try expectTensor(Tensor([1, 1]).softmax(0, dtype: .float64), [2], [0.5, 0.5], dtype: .float64)
        try expectTensor(Tensor(5.0).softmax(0), [], [1])
    }

    @Test("Mean squared error", arguments: LossReduction.allCases)
    func meanSquaredError(_ reduction: LossReduction) throws {
        let a = try sampled([2, 3]), b = try sampled([2, 3], seed: 2)
        let squares = zip(try numbers(a), try numbers(b)).map { ($0 - $1) * ($0 - $1) }
        let loss = try a.meanSquaredError(b, reduction: reduction)
        switch reduction {
        case .none: try expectTensor(loss, [2, 3], squares, tolerance: 1e-14)
        case .sum: try expectTensor(loss, [], [squares.reduce(0, +)], tolerance: 1e-14)
        case .mean: try expectTensor(loss, [], [squares.reduce(0, +) / 6], tolerance: 1e-14)
        }
        try checkGradients([a, b]) { try $0[0].meanSquaredError($0[1], reduction: reduction) }
    }

    @Test("Cross entropy of indices", arguments: LossReduction.allCases, [0, 0.2])
    func crossEntropy(_ reduction: LossReduction, _ smoothing: Double) throws {
        let logits = try sampled([4, 3], -2, 2), target = try Tensor([2, 0, -1, 1]), weight = try Tensor([0.5, 2, 1.5])
        let rows = try logits.logSoftmax(1).array(of: Double.self)
        let w = [0.5, 2, 1.5]
        var losses: [Double] = [], weights = 0.0
        for (row, index) in [2, 0, -1, 1].enumerated() {
            if index < 0 {
                losses.append(0)
                continue
            }
            let log = Array(rows[row * 3..<row * 3 + 3])
            let spread = (0..<3).reduce(0.0) { $0 - w[$1] * log[$1] } / 3
            losses.append((1 - smoothing) * -log[index] * w[index] + smoothing * spread)
            weights += w[index]
        }
        func loss(_ logits: Tensor) throws -> Tensor {
            try logits.crossEntropy(target, weight: weight, ignoreIndex: -1, reduction: reduction, labelSmoothing: smoothing)
        }
        switch reduction {
        case .none: try expectTensor(loss(logits), [4], losses, tolerance: 1e-13)
        case .sum: try expectTensor(loss(logits), [], [losses.reduce(0, +)], tolerance: 1e-13)
        case .mean: try expectTensor(loss(logits), [], [losses.reduce(0, +) / weights], tolerance: 1e-13)
        }
        try checkGradients([logits]) { try loss($0[0]) }
    }

    @Test("Cross entropy of probabilities, of one prediction, and of predictions in space")
    func crossEntropyForms() throws {
        let logits = try sampled([4, 3], -2, 2), target = try sampled([4, 3], 0, 1, seed: 2)
        let expected = try (logits.logSoftmax(1) * target).sum().negated() / 4
        try expectTensor(logits.crossEntropy(target), [], numbers(expected), tolerance: 1e-13)
        try checkGradients([logits, target]) { try $0[0].crossEntropy($0[1]) }
        let one = try logits.selected(0, 0)
        try expectTensor(one.crossEntropy(Tensor(1 as Int)), [], [-numbers(one.logSoftmax(0))[1]], tolerance: 1e-13)
        // [N, C, d] is [N d, C] in another order.
        let space = try sampled([2, 3, 5], seed: 3), classes = try Tensor.randint(0, 3, [2, 5], generator: Generator(seed: 1))
        let flat = try space.permuted([0, 2, 1]).reshaped([10, 3]).crossEntropy(classes.reshaped([10]))
        try expectTensor(space.crossEntropy(classes), [], numbers(flat), tolerance: 1e-13)
        let none = try space.crossEntropy(classes, reduction: .none)
        #expect(none.shape == [2, 5])
        // Nothing counts: 0 / 0.
        try expectTensor(logits.crossEntropy(Tensor.full([4], -100)), [], [.nan])
    }

    @Test("Dropout keeps the expectation, and its mask for the backward pass")
    func dropout() throws {
        let x = try Tensor.ones([10_000], dtype: .float64).setRequiresGrad(true)
        let y = try x.dropout(0.25, generator: Generator(seed: 1))
        let values = try numbers(y)
        #expect(Set(values) == [0, 1 / 0.75])
        #expect((0.73...0.77).contains(values.filter { $0 != 0 }.count.asFraction(of: 10_000)))
        try y.sum().backward()
        #expect(try numbers(#require(x.grad)) == values)
        #expect(try x.dropout(0.25, training: false) === x)
        #expect(try x.dropout(0) === x)
        try expectTensor(x.dropout(1).sum(), [], [0])
        let z = try x * 1.0
        try z.dropoutInPlace(0.25, generator: Generator(seed: 1))
        #expect(try numbers(z) == values)
    }

    @Test("Initialisers fill with their schemes")
    func initializers() throws {
        Generator.shared.manualSeed(5)
        let w = try Tensor.zeros([200, 100], dtype: .float64)
        func moments() throws -> (mean: Double, deviation: Double, largest: Double) {
            let values = try numbers(w)
            let mean = values.reduce(0, +) / Double(values.count)
            let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
            return (mean, square.squareRoot(), values.map(abs).max()!)
        }
        let expected: [(Initializer, deviation: Double, bound: Double?)] = [
            (.uniform(from: -0.5, to: 0.5), 1 / 12.0.squareRoot(), 0.5), (.normal(standardDeviation: 0.3), 0.3, nil),
            (.xavierUniform(), (2 / 300.0).squareRoot(), (6 / 300.0).squareRoot()),
            (.xavierNormal(gain: 2), 2 * (2 / 300.0).squareRoot(), nil),
            (.kaimingUniform, (2 / 100.0).squareRoot(), (6 / 100.0).squareRoot()), (.kaimingNormal, (2 / 100.0).squareRoot(), nil),
        ]
        for (scheme, deviation, bound) in expected {
            try scheme.fill(w)
            let found = try moments()
            #expect(abs(found.mean) < 0.02 * deviation * 2 && abs(found.deviation / deviation - 1) < 0.02, "\(scheme)")
            if let bound { #expect(found.largest <= bound && found.largest > 0.99 * bound, "\(scheme)") }
        }
        try Initializer.normal(mean: 3, standardDeviation: 0).fill(w)
        try Initializer.constant(2).fill(w)
        #expect(try moments().mean == 2 && moments().deviation == 0)
        let parameter = try Tensor.parameter(w)
        try Initializer.xavierUniform().fill(parameter)
        #expect(parameter.requiresGrad && parameter.isLeaf)
        expectError(.value, ["init", "[3]"]) { try Initializer.xavierUniform().fill(Tensor.zeros([3])) }
    }
}

extension Int {
    fileprivate func asFraction(of whole: Int) -> Double { Double(self) / Double(whole) }
}
