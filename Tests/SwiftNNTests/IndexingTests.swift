import Testing

@testable import SwiftNN

extension CoreTests {
    @Suite("Indexing") struct IndexingTests {}
}

extension CoreTests.IndexingTests {
    /// 0 … 23 in the shape [2, 3, 4].
    static func base() throws -> Tensor { try Tensor.arange(0, 24, dtype: .float64).view([2, 3, 4]) }

    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let shape: [Int], values: [Double]
        let isView: Bool
        let indices: @Sendable () throws -> [TensorIndex]
        var testDescription: String { name }
    }

    static let rows: [Row] = [
        Row(name: "x[1]", shape: [3, 4], values: (12..<24).map(Double.init), isView: true) { [.at(1)] },
        Row(name: "x[-1, 0, -2]", shape: [], values: [14], isView: true) { [.at(-1), .at(0), .at(-2)] },
        Row(name: "x[:, 1]", shape: [2, 4], values: [4, 5, 6, 7, 16, 17, 18, 19], isView: true) { [.slice(), .at(1)] },
        Row(name: "x[..., 3]", shape: [2, 3], values: [3, 7, 11, 15, 19, 23], isView: true) { [.ellipsis, .at(3)] },
        Row(name: "x[0, ..., 1:3]", shape: [3, 2], values: [1, 2, 5, 6, 9, 10], isView: true) {
            [.at(0), .ellipsis, .slice(from: 1, to: 3)]
        },
        Row(name: "x[:, ::2, ::3]", shape: [2, 2, 2], values: [0, 3, 8, 11, 12, 15, 20, 23], isView: true) {
            [.slice(), .slice(step: 2), .slice(step: 3)]
        },
        Row(name: "x[:, -2:]", shape: [2, 2, 4], values: (4..<12).map(Double.init) + (16..<24).map(Double.init), isView: true) {
            [.slice(), .slice(from: -2)]
        },
        Row(name: "x[5:]", shape: [0, 3, 4], values: [], isView: true) { [.slice(from: 5)] },
        Row(name: "x[0, 0, None]", shape: [1, 4], values: [0, 1, 2, 3], isView: true) { [.at(0), .at(0), .newAxis] },
        Row(name: "x[None, 1, None, 2]", shape: [1, 1, 4], values: [20, 21, 22, 23], isView: true) {
            [.newAxis, .at(1), .newAxis, .at(2)]
        },
        Row(name: "x[()]", shape: [2, 3, 4], values: (0..<24).map(Double.init), isView: true) { [] },
        Row(name: "x[[1, 0, 1]]", shape: [3, 3, 4], values: (12..<24).map(Double.init) + (0..<24).map(Double.init), isView: false) {
            [.tensor(try Tensor([1, 0, 1]))]
        },
        Row(name: "x[0, [0, -1], [1, 2]]", shape: [2], values: [1, 10], isView: false) {
            [.at(0), .tensor(try Tensor([0, -1])), .tensor(try Tensor([1, 2]))]
        },
        Row(name: "x[0, [[0], [2]], [1, 2]]", shape: [2, 2], values: [1, 2, 9, 10], isView: false) {
            [.at(0), .tensor(try Tensor([[0], [2]])), .tensor(try Tensor([1, 2]))]
        },
        Row(name: "x[:, [0, 2], 1:3]", shape: [2, 2, 2], values: [1, 2, 9, 10, 13, 14, 21, 22], isView: false) {
            [.slice(), .tensor(try Tensor([0, 2] as [Int32])), .slice(from: 1, to: 3)]
        },
        // Index tensors with a slice between them: their dimension comes first.
        Row(name: "x[[1, 0], :, [0, 3]]", shape: [2, 3], values: [12, 16, 20, 3, 7, 11], isView: false) {
            [.tensor(try Tensor([1, 0])), .slice(), .tensor(try Tensor([0, 3]))]
        },
        Row(name: "x[None, [1, 0], :, [0, 3]]", shape: [2, 1, 3], values: [12, 16, 20, 3, 7, 11], isView: false) {
            [.newAxis, .tensor(try Tensor([1, 0])), .slice(), .tensor(try Tensor([0, 3]))]
        },
        Row(name: "x[[[1]]] on a 0-d index", shape: [3, 4], values: (12..<24).map(Double.init), isView: false) {
            [.tensor(try Tensor(1 as Int))]
        },
        Row(name: "x[mask of the first dimension]", shape: [1, 3, 4], values: (12..<24).map(Double.init), isView: false) {
            [.tensor(try Tensor([false, true]))]
        },
        Row(name: "x[mask of two dimensions]", shape: [2, 4], values: [4, 5, 6, 7, 20, 21, 22, 23], isView: false) {
            [.tensor(try Tensor([[false, true, false], [false, false, true]]))]
        },
        Row(name: "x[x > 21]", shape: [2], values: [22, 23], isView: false) { [.tensor(try base() .> 21)] },
        Row(name: "x[True]", shape: [1, 2, 3, 4], values: (0..<24).map(Double.init), isView: false) { [.tensor(try Tensor(true))] },
        Row(name: "x[no indices]", shape: [0, 3, 4], values: [], isView: false) { [.tensor(try Tensor([] as [Int]))] },
    ]

    @Test("Elements, slices and gradients by index", arguments: rows)
    func indexed(_ row: Row) throws {
        let x = try Self.base()
        let y = try x.indexed(row.indices())
        try expectTensor(y, row.shape, row.values, dtype: .float64)
        #expect((y.storage === x.storage) == row.isView)
        // From other strides the same elements.
        try expectTensor(turnedInMemory(x).indexed(row.indices()), row.shape, row.values)
        try checkGradients([sampled([2, 3, 4])], row.name) { try $0[0].indexed(row.indices()).squared() }
    }

    @Test("Writing by index writes exactly there", arguments: rows)
    func written(_ row: Row) throws {
        for turned in [false, true] {
            let x = try turned ? turnedInMemory(Self.base()) : Self.base()
            try x.setElements(row.indices(), to: -1)
            let chosen = Set(row.values)
            try expectTensor(x, [2, 3, 4], (0..<24).map { chosen.contains(Double($0)) ? -1 : Double($0) })
            // A tensor of the shape that reading gives, element by element.
            let fresh = try turned ? turnedInMemory(Self.base()) : Self.base()
            try fresh.setElements(row.indices(), to: fresh.indexed(row.indices()) * 10)
            try expectTensor(fresh, [2, 3, 4], (0..<24).map { chosen.contains(Double($0)) ? 10 * Double($0) : Double($0) })
        }
    }

    @Test("A value is broadcast and converted when it is written")
    func broadcastValue() throws {
        let x = try Tensor.zeros([2, 3], dtype: .int32)
        try x.setElements([.slice(), .slice(from: 1)], to: Tensor([1.9, 2.9] as [Float]))
        try expectTensor(x, [2, 3], [0, 1, 2, 0, 1, 2], dtype: .int32)
        try x.setElements([.tensor(Tensor([1]))], to: Tensor([7, 8, 9], shape: [1, 1, 3]))
        try expectTensor(x, [2, 3], [0, 1, 2, 7, 8, 9])
        expectError(.runtime, ["[2]", "[2, 3]"]) { try x.setElements([], to: Tensor([1, 2])) }
    }

    @Test("indexSelected along each dimension")
    func indexSelected() throws {
        let x = try Self.base()
        for dim in 0..<3 {
            let index = try Tensor([1, 0, 1])
            var indices: [TensorIndex] = [TensorIndex](repeating: .slice(), count: dim)
            indices.append(.tensor(index))
            let expected = try x.indexed(indices)
            try expectTensor(x.indexSelected(dim, index), expected.shape, numbers(expected))
            try checkGradients([sampled([2, 3, 4])]) { try $0[0].indexSelected(dim, index).squared() }
        }
        try expectTensor(Tensor(5 as Float).indexSelected(0, Tensor([0])), [], [5])
    }

    @Test("A position that was taken twice gathers both gradients")
    func repeated() throws {
        let x = try Tensor([1, 2, 3] as [Double]).setRequiresGrad(true)
        try x.indexed(.tensor(Tensor([0, 2, 0, 0]))).sum().backward()
        try expectTensor(#require(x.grad), [3], [3, 0, 1])
    }

    @Test("Joining")
    func joining() throws {
        let a = try Tensor([[1, 2]] as [[Float]]), b = try Tensor([[3, 4], [5, 6]] as [[Float]])
        try expectTensor(.concatenated([a, b]), [3, 2], [1, 2, 3, 4, 5, 6])
        try expectTensor(.concatenated([b, b.transposed()], dim: -1), [2, 4], [3, 4, 3, 5, 5, 6, 4, 6])
        try expectTensor(.concatenated([a, Tensor([[7, 8]])]), [2, 2], [1, 2, 7, 8], dtype: .float32)
        try expectTensor(.concatenated([a, Tensor.zeros([0])]), [1, 2], [1, 2])
        try expectTensor(.stacked([b, b]), [2, 2, 2], [3, 4, 5, 6, 3, 4, 5, 6])
        try expectTensor(.stacked([b, b], dim: -1), [2, 2, 2], [3, 3, 4, 4, 5, 5, 6, 6])
        try expectTensor(.stacked([Tensor(1 as Float), Tensor(2 as Float)]), [2], [1, 2])
        try checkGradients([sampled([2, 3]), sampled([1, 3], seed: 2)]) { try Tensor.concatenated([$0[0], $0[1], $0[0]]).squared() }
        try checkGradients([sampled([2, 3]), sampled([2, 3], seed: 2)]) { try Tensor.stacked([$0[0], $0[1]], dim: 1).squared() }
    }
}
