import Testing

@testable import SwiftNN

@Suite struct DataTests {
    /// Entries 0 … n-1, and their squares.
    func numbers(_ n: Int) throws(TensorError) -> (Tensor, Tensor) {
        let x = try Tensor.arange(0, n)
        return (x, try x.squared())
    }

    @Test func batchesInOrder() throws {
        let (x, y) = try numbers(7)
        let loader = try DataLoader(x, y, batchSize: 3)
        #expect(loader.count == 3)
        var seen: [[Int]] = []
        for batch in loader {
            let (inputs, targets) = try batch.examples
            seen.append(try inputs.array(of: Int.self))
            #expect(try targets.array(of: Int.self) == seen.last!.map { $0 * $0 })
        }
        #expect(seen == [[0, 1, 2], [3, 4, 5], [6]])
        #expect(Array(try DataLoader(x, y, batchSize: 3, dropLast: true)).map(\.indices) == [[0, 1, 2], [3, 4, 5]])
        #expect(Array(try DataLoader(x, y, batchSize: 9, dropLast: true)).isEmpty)
    }

    /// The orders are those of torch.utils.data.DataLoader(range(10), batch_size=4, shuffle=True) after
    /// torch.manual_seed(3), two passes, and with a generator of seed 3.
    @Test func shufflesAsPyTorchDoes() throws {
        let (x, y) = try numbers(10)
        Generator.shared.manualSeed(3)
        let loader = try DataLoader(x, y, batchSize: 4, shuffle: true)
        #expect(loader.map(\.indices) == [[6, 2, 0, 1], [8, 3, 5, 4], [7, 9]])
        #expect(loader.map(\.indices) == [[3, 4, 0, 9], [6, 7, 1, 2], [5, 8]])
        let own = try DataLoader(x, y, batchSize: 4, shuffle: true, generator: Generator(seed: 3))
        #expect(own.map(\.indices) == [[7, 4, 2, 9], [1, 5, 0, 8], [6, 3]])
    }

    @Test func datasetOfOnesOwn() throws {
        struct Failing: Dataset {
            var count: Int { 5 }
            func batch(_ indices: [Int]) throws(TensorError) -> [Int] {
                if indices.contains(4) { throw TensorError(.io, "Failing", "cannot be read") }
                return indices
            }
        }
        var batches = try DataLoader(Failing(), batchSize: 2).makeIterator()
        #expect(try batches.next()?.examples == [0, 1])
        #expect(try batches.next()?.examples == [2, 3])
        #expect(throws: TensorError.self) { try batches.next()?.examples }
        #expect(batches.next() == nil)
    }

    @Test func misuse() throws {
        let (x, y) = try numbers(4)
        #expect(throws: TensorError.self) { try DataLoader(x, y, batchSize: 0) }
        #expect(throws: TensorError.self) { try TensorDataset(x, try Tensor.arange(0, 3)) }
        #expect(throws: TensorError.self) { try TensorDataset(try Tensor.full([], 1)) }
        #expect(throws: TensorError.self) { try TensorDataset(x).batch([4]) }
        #expect(try TensorDataset(x).batch([]).shape == [0])
        #expect(Array(try DataLoader(try TensorDataset(try Tensor.zeros([0, 2])), batchSize: 2)).isEmpty)
    }
}

@Suite struct BlockBuilderTests {
    func build(_ depth: Int, _ dropout: Double?, _ norm: Bool) throws(TensorError) -> Sequential {
        try Sequential {
            Flatten()
            for _ in 0..<depth {
                try Linear(4, 4)
                ReLU()
            }
            if let dropout { try Dropout(dropout) }
            if norm { Tanh() } else { Sigmoid() }
            [Identity(), Identity()]
        }
    }

    func names(_ net: Sequential) -> [String] { net.blocks.map(\.typeName) }

    @Test func controlFlow() throws {
        #expect(names(try build(0, nil, true)) == ["Flatten", "Tanh", "Identity", "Identity"])
        #expect(names(try build(2, 0.5, false))
            == ["Flatten", "Linear", "ReLU", "Linear", "ReLU", "Dropout", "Sigmoid", "Identity", "Identity"])
        #expect(try build(1, nil, true)(try Tensor.zeros([2, 2, 2])).shape == [2, 4])
        let none: Module? = nil
        #expect(names(try Sequential { none }) == [])
        #expect(names(try Sequential {}) == [])
    }

    @Test func errorsComeThrough() {
        #expect(throws: TensorError.self) { try build(1, 2.0, true) }
    }
}
