import Testing

@testable import SwiftNN

extension CoreTests {
    @Suite("Elements by position") struct PlacesTests {}
}

extension CoreTests.PlacesTests {
    /// 0 … 11 in the shape [3, 4].
    static func base() throws -> Tensor { try Tensor.arange(0, 12, dtype: .float64).view([3, 4]) }

    @Test("Between brackets stand integers, ranges, tensors and names")
    func spellings() throws {
        let x = try Self.base()
        let i = 1
        try expectTensor(x[i, 2], [], [6])
        try expectTensor(x[-1], [4], [8, 9, 10, 11])
        try expectTensor(x[.all, 1..<3], [3, 2], [1, 2, 5, 6, 9, 10])
        try expectTensor(x[1...], [2, 4], [4, 5, 6, 7, 8, 9, 10, 11])
        try expectTensor(x[..<1, 2...3], [1, 2], [2, 3])
        try expectTensor(x[(-2)...(-1), 0], [2], [4, 8])
        try expectTensor(x[.rest, 3, .new], [3, 1], [3, 7, 11])
        try expectTensor(x[Tensor([2, 0]), TensorIndex.slice(step: 3)], [2, 2], [8, 11, 0, 3])
        try expectTensor(x[x .> 9], [2], [10, 11])
        try expectTensor(x[0, Tensor([1, 0, 0, 1] as [UInt8])], [2], [0, 3])
        try x.set(0, 1..., to: -1)
        try x.set(Tensor([2]), to: Tensor([5, 6, 7, 8]))
        try x.set(x .== 7, to: 70)
        try expectTensor(x, [3, 4], [0, -1, -1, -1, 4, 5, 6, 70, 5, 6, 70, 8])
        expectError(.index, ["index 3", "dimension 0", "size 3"]) { _ = try x[3] }
        expectError(.index, ["too many indices", "[3, 4]"]) { _ = try x[0, 0, 0] }
        expectError(.index, ["-4", "size 3"]) { try x.set(Tensor([-4]), to: 1) }
    }

    @Test("gathered, taken")
    func gathered() throws {
        let x = try Self.base()
        let index = try Tensor([[3, 0], [1, 1], [2, 3]])
        try expectTensor(x.gathered(1, index), [3, 2], [3, 0, 5, 5, 10, 11])
        try expectTensor(turnedInMemory(x).gathered(1, index.to(.int32)), [3, 2], [3, 0, 5, 5, 10, 11])
        try expectTensor(x.gathered(0, Tensor([[2, 0, 1, 2]])), [1, 4], [8, 1, 6, 11])
        try expectTensor(x.taken(Tensor([[0, -1]])), [1, 2], [0, 11])
        try expectTensor(x.taken(Tensor([[2], [0], [1]]), along: 1), [3, 1], [2, 4, 9])
        try expectTensor(x.taken(Tensor([5]), along: nil), [1], [5])
        try checkGradients([sampled([3, 4])]) { try $0[0].gathered(1, index).squared() }
        try checkGradients([sampled([3, 4])]) { try $0[0].taken(Tensor([1, 1, -2])).squared() }
        expectError(.runtime, ["index 4", "dimension 1", "size 4"]) { _ = try x.gathered(1, Tensor([[4]])) }
    }

    @Test("scattered, scatterAdding, scatterReducing")
    func scattered() throws {
        let x = try Self.base()
        let index = try Tensor([[1, 1, 0, 2]]), source = try Tensor([[20, 30, 40, 50]] as [[Double]])
        try expectTensor(x.scattered(0, index, source), [3, 4], [0, 1, 40, 3, 20, 30, 6, 7, 8, 9, 10, 50])
        try expectTensor(x.scattered(0, index, 1), [3, 4], [0, 1, 1, 3, 1, 1, 6, 7, 8, 9, 10, 1])
        try expectTensor(x.scatterAdding(0, index, source), [3, 4], [0, 1, 42, 3, 24, 35, 6, 7, 8, 9, 10, 61])
        let twice = try Tensor([0, 0, 2]), values = try Tensor([2, 4, 8] as [Double])
        let line = try Tensor([1, 2, 3] as [Double])
        let expected: [PlaceReduction: ([Double], [Double])] = [
            .sum: ([7, 2, 11], [6, 2, 8]), .prod: ([8, 2, 24], [8, 2, 8]), .mean: ([7.0 / 3, 2, 5.5], [3, 2, 8]),
            .amax: ([4, 2, 8], [4, 2, 8]), .amin: ([1, 2, 3], [2, 2, 8]),
        ]
        for (reduction, (including, without)) in expected {
            try expectTensor(line.scatterReducing(0, twice, values, by: reduction), [3], including)
            let own = try line.cloned()
            try own.scatterReduceInPlace(0, twice, values, by: reduction, includesSelf: false)
            try expectTensor(own, [3], without)
            for includesSelf in [true, false] {
                try checkGradients([sampled([3], 0.5, 1), sampled([3], 1.5, 3, seed: 2)]) {
                    try $0[0].scatterReducing(0, twice, $0[1], by: reduction, includesSelf: includesSelf).squared()
                }
            }
        }
        try checkGradients([sampled([3, 4]), sampled([1, 4], seed: 2)]) { try $0[0].scattered(0, index, $0[1]).squared() }
        try checkGradients([sampled([3, 4]), sampled([2, 4], seed: 2)]) { try $0[0].scatterAdding(0, index, $0[1]).squared() }
    }

    @Test("Slices by a one-dimensional index")
    func slices() throws {
        let x = try Self.base()
        let index = try Tensor([2, 0]), rows = try Tensor.ones([2, 4], dtype: .float64)
        try expectTensor(x.indexAdding(0, index, rows, scale: 2), [3, 4], [2, 3, 4, 5, 4, 5, 6, 7, 10, 11, 12, 13])
        try expectTensor(x.indexCopying(0, index, rows), [3, 4], [1, 1, 1, 1, 4, 5, 6, 7, 1, 1, 1, 1])
        try expectTensor(x.indexFilled(1, Tensor([-1]), with: 9), [3, 4], [0, 1, 2, 9, 4, 5, 6, 9, 8, 9, 10, 9])
        try expectTensor(x.indexReducing(0, index, rows, by: .amin), [3, 4], [0, 1, 1, 1, 4, 5, 6, 7, 1, 1, 1, 1])
        try expectTensor(x.indexPutting([index, Tensor([1, 1])], Tensor(-1 as Double)), [3, 4], [0, -1, 2, 3, 4, 5, 6, 7, 8, -1, 10, 11])
        try expectTensor(x.putting(Tensor([5, -1]), Tensor([50, 60] as [Double]), accumulate: true).sum(), [], [176])
        try checkGradients([sampled([3, 4]), sampled([2, 4], seed: 2)]) { try $0[0].indexAdding(0, index, $0[1], scale: 3).squared() }
        try checkGradients([sampled([3, 4]), sampled([2, 4], seed: 2)]) { try $0[0].indexCopying(0, index, $0[1]).squared() }
        try checkGradients([sampled([3, 4]), sampled([], seed: 2)]) { try $0[0].indexFilled(0, index, with: $0[1]).squared() }
        try checkGradients([sampled([3, 4]), sampled([2], seed: 2)]) { try $0[0].putting(Tensor([5, -1]), $0[1]).squared() }
        let own = try x.cloned()
        try own.indexAddInPlace(0, index, rows)
        try own.indexCopyInPlace(1, Tensor([0]), Tensor.zeros([3, 1], dtype: .float64))
        try own.indexFillInPlace(1, Tensor([1]), with: -2)
        try own.putInPlace(Tensor([2]), Tensor([7] as [Double]))
        try own.indexPutInPlace([index], Tensor(1 as Double), accumulate: true)
        try own.indexReduceInPlace(0, Tensor([1]), Tensor.filled([1, 4], .float64, 6), by: .amax)
        try expectTensor(own, [3, 4], [1, -1, 8, 5, 6, 6, 6, 7, 1, -1, 12, 13])
    }

    @Test("Masks, and where the elements are not zero")
    func masks() throws {
        let x = try Self.base()
        let mask = try Tensor([true, false, false, true])
        try expectTensor(x.maskedSelected(mask), [6], [0, 3, 4, 7, 8, 11])
        let source = try Tensor.arange(100, 112, dtype: .float64)
        try expectTensor(x.maskedScattered(mask, source), [3, 4], [100, 1, 2, 101, 102, 5, 6, 103, 104, 9, 10, 105])
        try expectTensor(Tensor([[0, 1], [2, 0]]).nonzero(), [2, 2], [0, 1, 1, 0])
        let columns = try Tensor([[0, 1], [2, 0]]).nonzeroIndices()
        try expectTensor(columns[0], [2], [0, 1])
        try expectTensor(columns[1], [2], [1, 0])
        try checkGradients([sampled([3, 4])]) { try $0[0].maskedSelected(mask).squared() }
        try checkGradients([sampled([3, 4]), sampled([7], seed: 2)]) { try $0[0].maskedScattered(mask, $0[1]).squared() }
        expectError(.runtime, ["5 < 6"]) { _ = try x.maskedScattered(mask, Tensor.zeros([5], dtype: .float64)) }
    }

    @Test("A chain of writes by index is one history")
    func history() throws {
        let x = try Tensor([1, 2, 3, 4] as [Double]).setRequiresGrad(true)
        let y = try x * 2
        try y.set(1..<3, to: x[..<2])
        try y.set(Tensor([0]), to: 5)
        try (y * y).sum().backward()
        // y = [5, x0, x1, 2 x3]
        try expectTensor(#require(x.grad), [4], [2, 4, 0, 32])
    }
}
