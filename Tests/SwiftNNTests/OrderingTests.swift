import Testing

@testable import SwiftNN

extension CoreTests {
    @Suite("Sorting, searching, counting") struct OrderingTests {}
}

extension CoreTests.OrderingTests {
    @Test func sorts() throws {
        let x = try Tensor([3, .nan, -1, 0, -0.0, 3] as [Float])
        let (values, indices) = try x.sorted()
        #expect(try indices.array(of: Int.self) == [2, 3, 4, 0, 5, 1])
        #expect(try numbers(values).dropLast() == [-1, 0, 0, 3, 3])
        #expect(try x.sortedIndices(descending: true).array(of: Int.self) == [1, 0, 5, 3, 4, 2])
        let (largest, places) = try x.topK(2)
        #expect(try numbers(largest)[0].isNaN && numbers(largest)[1] == 3)
        #expect(try places.array(of: Int.self) == [1, 0])
        #expect(try x.topK(2, largest: false).indices.array(of: Int.self) == [2, 3])
        #expect(try x.kthSmallest(2).indices.array(of: Int.self) == [3])
        let matrix = try Tensor([[3, 1], [2, 5]] as [[Int32]])
        #expect(try numbers(matrix.sortedAlongFirstDimension()) == [2, 1, 3, 5])
        #expect(try matrix.sorted(0, descending: true).indices.array(of: Int.self) == [0, 1, 1, 0])
    }

    /// Against Swift's own sort, for each engine: few elements, merged rows, radix passes, narrow and wide keys.
    @Test(arguments: [1, 12, 13, 160, 161, 700, 701, 3000]) func longRowsKeepTheOrderOfEqualElements(_ count: Int) throws {
        func check<Element: TensorElement & Comparable>(_ values: [Element]) throws {
            let want = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
            #expect(try Tensor(values).sortedIndices().array(of: Int.self) == want, "\(Element.self)")
            let falling = values.indices.sorted { values[$0] != values[$1] ? values[$0] > values[$1] : $0 < $1 }
            #expect(try Tensor(values).sortedIndices(descending: true).array(of: Int.self) == falling)
            for k in Set([1, count / 3 + 1, count]) {
                #expect(try Tensor(values).topK(k, largest: false).indices.array(of: Int.self) == Array(want.prefix(k)))
                #expect(try Tensor(values).kthSmallest(k).indices.array(of: Int.self) == [want[k - 1]])
            }
        }
        let draws = sample(count, -40, 40)
        try check(draws)
        try check(draws.map { Float($0.rounded()) })
        try check(draws.map { Int($0) })
        try check(draws.map { Int($0) << 50 })
        try check(draws.map { Int32($0) })
        try check(draws.map { Int16($0) })
        try check(draws.map { Int8($0) })
        try check(draws.map { UInt8(abs($0)) })
        try check(draws.map { Float16($0.rounded()) })
    }

    @Test func statistics() throws {
        let x = try Tensor([[4, 1, 3], [2, 9, 2]] as [[Double]])
        #expect(try x.median().item(as: Double.self) == 2)
        #expect(try numbers(x.median(1).values) == [3, 2])
        #expect(try numbers(x.mode(1, keepDims: true).values) == [1, 2])
        #expect(try numbers(x.quantile(0.5)) == [2.5])
        #expect(try numbers(x.quantile(Tensor([0, 0.25] as [Double]), 1)) == [1, 2, 2, 2])
        #expect(try numbers(x.quantile(0.25, 1, keepDims: true, interpolation: .higher)) == [3, 2])
        let missing = try Tensor([.nan, 1, 5] as [Double])
        #expect(try missing.median().item(as: Double.self).isNaN && missing.quantile(0.5).item(as: Double.self).isNaN)
        #expect(try missing.nanMedian().item(as: Double.self) == 1)
        #expect(try missing.nanQuantile(0.5).item(as: Double.self) == 3)
    }

    @Test func differentElements() throws {
        let x = try Tensor([3, 1, 3, 2, 1])
        let (values, inverse, counts) = try x.unique(inverse: true, counts: true)
        #expect(try values.array(of: Int.self) == [1, 2, 3])
        #expect(try inverse?.array(of: Int.self) == [2, 0, 2, 1, 0] && counts?.array(of: Int.self) == [2, 1, 2])
        #expect(try x.unique().inverse == nil)
        #expect(try x.uniqueConsecutive(counts: true).counts?.array(of: Int.self) == [1, 1, 1, 1, 1])
        let rows = try Tensor([[2, 1], [1, 5], [2, 1]])
        #expect(try rows.unique(0, inverse: true).values.array(of: Int.self) == [1, 5, 2, 1])
        #expect(try rows.unique(0, inverse: true).inverse?.array(of: Int.self) == [1, 0, 1])
    }

    @Test func searchesAndCounts() throws {
        let row = try Tensor([1, 3, 5] as [Double]), x = try Tensor([0, 3, 9, .nan] as [Double])
        #expect(try row.searchSorted(x).array(of: Int.self) == [0, 1, 3, 3])
        #expect(try row.searchSorted(x, side: .right, dtype: .int32).array(of: Int32.self) == [0, 2, 3, 3])
        #expect(try x.bucketized(row, right: true).array(of: Int.self) == [0, 2, 3, 3])
        #expect(try x.isIn(row).array(of: Bool.self) == [false, true, false, false])
        #expect(try x.isIn(9.0, inverted: true).array(of: Bool.self) == [true, true, false, true])
        #expect(try Tensor([1, 3, 1]).bincount(minimumLength: 5).array(of: Int.self) == [0, 2, 0, 1, 0])
        #expect(try numbers(row.histogramCounts(2)) == [1, 2])
        let (hist, edges) = try row.histogram(2, range: (0, 4))
        #expect(try numbers(hist) == [1, 1] && numbers(edges) == [0, 2, 4])
        #expect(try numbers(row.histogram(edges: edges, weight: row, density: true).hist) == [0.125, 0.375])
        #expect(try Tensor([7]).unraveled([2, 4]).map { try $0.array(of: Int.self) } == [[1], [3]])
    }

    @Test func gradients() throws {
        try checkGradients([sampled([3, 4])]) { try $0[0].sorted(0).values.squared() }
        try checkGradients([sampled([3, 4])]) { try $0[0].topK(2).values.squared() }
        try checkGradients([sampled([3, 4])]) { try $0[0].kthSmallest(2, 0).values.squared() }
        try checkGradients([sampled([3, 4])]) { try $0[0].median().squared() }
        try checkGradients([sampled([3, 4]), sampled([2], 0.3, 0.6, seed: 3)]) { try $0[0].quantile($0[1], 0).squared() }
    }

    @Test func misuse() throws {
        let x = try Tensor([1, 2] as [Float])
        expectError(.runtime, ["topk", "3"]) { _ = try x.topK(3) }
        expectError(.runtime, ["kthvalue", "0"]) { _ = try x.kthSmallest(0) }
        expectError(.index, ["sort", "1"]) { _ = try x.sorted(1) }
        expectError(.runtime, ["quantile", "1.5"]) { _ = try x.quantile(1.5) }
        expectError(.memory, ["bincount"]) { _ = try Tensor([1]).bincount(minimumLength: .max) }
        expectError(.runtime, ["bincount", "-1"]) { _ = try Tensor([-1]).bincount() }
        expectError(.memory, ["histc"]) { _ = try x.histogramCounts(1 << 60) }
        expectError(.runtime, ["searchsorted", "sorter", "9"]) { _ = try x.searchSorted(1.0, sorter: Tensor([0, 9])) }
    }
}
