import Testing

@testable import SwiftNN

extension CoreTests {
    @Suite("Statistics, norms, scans") struct StatisticsTests {}
}

extension CoreTests.StatisticsTests {
    @Test("Running sums, products and extremes")
    func scans() throws {
        let x = try Tensor([[1, 3, 2], [4, 0, 5]] as [[Double]])
        try expectTensor(x.cumulativeSum(1), [2, 3], [1, 4, 6, 4, 4, 9])
        try expectTensor(x.cumulativeProduct(0), [2, 3], [1, 3, 2, 4, 0, 10])
        try expectTensor(x.cumulativeLogSumExp(-1), [2, 3], [
            1, 3.1269280110429722, 3.40760596444438, 4, 4.0181499279178094, 5.318175429247454,
        ], tolerance: 1e-14)
        let highest = try x.cumulativeMax(1), lowest = try x.cumulativeMin(0)
        try expectTensor(highest.values, [2, 3], [1, 3, 3, 4, 4, 5])
        try expectTensor(highest.indices, [2, 3], [0, 1, 1, 0, 0, 2], dtype: .int64)
        try expectTensor(lowest.values, [2, 3], [1, 3, 2, 1, 0, 2])
        try expectTensor(Tensor([100, 100] as [Int8]).cumulativeSum(0), [2], [100, 200], dtype: .int64)
        let scans: [(Tensor) throws -> Tensor] = [
            { try $0.cumulativeSum(1) }, { try $0.cumulativeProduct(1) }, { try $0.cumulativeProduct(0) },
            { try $0.cumulativeLogSumExp(1) }, { try $0.cumulativeMax(1).values }, { try $0.product([0]) },
        ]
        for (i, scan) in scans.enumerated() {
            try checkGradients([sampled([3, 4])], "scan \(i)") { try scan($0[0]).squared() }
            // Zeros, two of them in a row.
            if i < 3 || i == 5 {
                try checkGradients([Tensor([[0, 2, 3, 0], [1, 0, 0.5, 0], [2, 1, 0, 3]] as [[Double]])], "scan \(i)") {
                    try scan($0[0]).squared()
                }
            }
        }
        expectError(.index, ["cumsum", "dimension 2"]) { _ = try x.cumulativeSum(2) }
        expectError(.unsupported, ["logcumsumexp", "int64"]) { _ = try Tensor([1, 2]).cumulativeLogSumExp(0) }
    }

    @Test("Spread and mean")
    func moments() throws {
        let x = try Tensor([[1, 2, 3, 4], [2, 2, 2, 2]] as [[Double]])
        let found = try x.varianceAndMean([1])
        try expectTensor(found.variance, [2], [5.0 / 3, 0], tolerance: 1e-15)
        try expectTensor(found.mean, [2], [2.5, 2])
        try expectTensor(x.standardDeviationAndMean([1], correction: 0, keepDims: true).standardDeviation, [2, 1], [Double(1.25).squareRoot(), 0], tolerance: 1e-15)
        try expectTensor(x.variance([1], correction: 4), [2], [.infinity, .nan])
        try checkGradients([sampled([3, 4])]) { try $0[0].standardDeviation([0]).squared() }
        try checkGradients([sampled([3, 4])]) {
            let found = try $0[0].varianceAndMean([1])
            return try found.variance * found.mean
        }
        try checkGradients([sampled([3, 6])]) { try $0[0].covariance().squared() }
        try checkGradients([sampled([3, 6])]) { try $0[0].correlationCoefficients().squared() }
        expectError(.runtime, ["var", "int64"]) { _ = try Tensor([1, 2]).variance() }
        expectError(.runtime, ["cov", "fweights"]) { _ = try x.covariance(frequencies: Tensor([1, 2])) }
    }

    @Test("Norms")
    func norms() throws {
        let x = try Tensor([[3, -4], [1, 2]] as [[Double]])
        try expectTensor(x.vectorNorm(), [], [Double(30.0).squareRoot()], tolerance: 1e-15)
        try expectTensor(x.vectorNorm(.infinity, [0]), [2], [3, 4])
        try expectTensor(x.vectorNorm(0, [1]), [2], [2, 2])
        try expectTensor(x.matrixNorm(.order(1)), [], [6])
        try expectTensor(x.matrixNorm(.order(-.infinity), keepDims: true), [1, 1], [3])
        try expectTensor(x.matrixNorm(.nuclear), [], [Double(50.0).squareRoot()], tolerance: 1e-14)
        try expectTensor(x.norm(.order(1), [1]), [2], [7, 3])
        try expectTensor(x.distance(to: x * 2, 1), [], [10])
        try expectTensor(x.renormalized(1, 0, limit: 3.5), [2, 2], [1.5, -2, 1, 2], tolerance: 1e-7)
        for order in [1, 2, 3, 0.5, -1, .infinity] {
            try checkGradients([sampled([3, 4], 0.5, 2)], "order \(order)") { try $0[0].vectorNorm(order, [1]).squared() }
        }
        expectError(.runtime, ["linalg.vector_norm", "inf", "[0]"]) { _ = try Tensor.zeros([0]).vectorNorm(.infinity) }
        expectError(.runtime, ["linalg.matrix_norm", "3.0"]) { _ = try x.matrixNorm(.order(3)) }
    }

    @Test("What is left out, counts, differences, areas")
    func rest() throws {
        let x = try Tensor([[1, .nan, 3], [0, 5, .nan]] as [[Double]])
        try expectTensor(x.nanSum([1]), [2], [4, 5])
        try expectTensor(x.nanMean([0]), [3], [0.5, 5, 3])
        try expectTensor(x.countNonzero([1]), [2], [3, 2], dtype: .int64)
        let y = try Tensor([[1, 4, 9, 16]] as [[Double]])
        let ends = try y.aminmax()
        try expectTensor(ends.min, [], [1])
        try expectTensor(ends.max, [], [16])
        try expectTensor(y.differences(2), [1, 2], [2, 2])
        try expectTensor(y.differences(prepend: Tensor([[0]] as [[Double]])), [1, 4], [1, 3, 5, 7])
        try expectTensor(y.trapezoid(), [1], [21.5])
        try expectTensor(y.cumulativeTrapezoid(spacing: 2), [1, 3], [5, 18, 43])
        try expectTensor(y.summed(toShape: [1]), [1], [30])
        try expectTensor(Tensor([0, 3] as [UInt8]).any(), [], [1], dtype: .uint8)
        expectError(.runtime, ["sum_to_size", "[2]"]) { _ = try y.summed(toShape: [2]) }
        expectError(.runtime, ["diff", "-1"]) { _ = try y.differences(-1) }
    }
}
