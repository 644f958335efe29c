import Foundation
import Testing

@testable import SwiftNN

extension CoreTests {
    @Suite("Tensor") struct TensorTests {}
    @Suite("Allocator") struct AllocatorTests {}
}

// MARK: - Creation

extension CoreTests.TensorTests {
    @Test("Tensors from arrays, rows and numbers")
    func fromValues() throws {
        try expectTensor(Tensor([1, 2, 3] as [Float]), [3], [1, 2, 3], dtype: .float32)
        try expectTensor(Tensor([1, 2, 3, 4] as [Double], shape: [2, 2]), [2, 2], [1, 2, 3, 4], dtype: .float64)
        try expectTensor(Tensor([[1, 2, 3], [4, 5, 6]] as [[Int64]]), [2, 3], [1, 2, 3, 4, 5, 6], dtype: .int64)
        try expectTensor(Tensor([1, -2] as [Int]), [2], [1, -2], dtype: .int64)
        try expectTensor(Tensor([1, -2] as [Int32]), [2], [1, -2], dtype: .int32)
        try expectTensor(Tensor([1, -2] as [Int16]), [2], [1, -2], dtype: .int16)
        try expectTensor(Tensor([1, -2] as [Int8]), [2], [1, -2], dtype: .int8)
        try expectTensor(Tensor([1, 255] as [UInt8]), [2], [1, 255], dtype: .uint8)
        try expectTensor(Tensor([true, false]), [2], [1, 0], dtype: .bool)
        try expectTensor(Tensor(2.5 as Double), [], [2.5], dtype: .float64)
        try expectTensor(Tensor([] as [Float]), [0], [], dtype: .float32)
        try expectTensor(Tensor([[], []] as [[Float]]), [2, 0], [], dtype: .float32)
        try expectTensor(Tensor([7] as [Float], shape: []), [], [7])
    }

    @Test("Filled tensors")
    func filled() throws {
        try expectTensor(.zeros([2, 3]), [2, 3], [0, 0, 0, 0, 0, 0], dtype: .float32)
        try expectTensor(.ones([2], dtype: .int8), [2], [1, 1], dtype: .int8)
        try expectTensor(.full([2], 2.5), [2], [2.5, 2.5], dtype: .float32)
        try expectTensor(.full([2], 7), [2], [7, 7], dtype: .int64)
        try expectTensor(.full([1], true), [1], [1], dtype: .bool)
        try expectTensor(.full([2], 7, dtype: .float64), [2], [7, 7], dtype: .float64)
        try expectTensor(.zeros([]), [], [0])
        try expectTensor(.ones([0, 3]), [0, 3], [])
        let empty = try Tensor.empty([3, 4], dtype: .int16)
        #expect(empty.shape == [3, 4] && empty.dtype == .int16 && empty.count == 12)
        #expect(try Tensor.zeros([2], requiresGrad: true).requiresGrad)
        #expect(try !Tensor.zeros([2]).requiresGrad)
    }

    @Test("arange in integers", arguments: [(0, 5, 1), (2, 11, 3), (2, 10, 4), (5, 0, -2), (3, 3, 1), (-4, 4, 8)])
    func integerRange(_ start: Int, _ end: Int, _ step: Int) throws {
        let expected = stride(from: start, to: end, by: step).map(Double.init)
        try expectTensor(.arange(start, end, step: step), [expected.count], expected, dtype: .int64)
        try expectTensor(
            .arange(Double(start), Double(end), step: step), [expected.count], expected, dtype: .float32)
    }

    @Test("arange in fractions, and at the ends of the integers")
    func fractionRange() throws {
        try expectTensor(.arange(0.0, 1.0, step: 0.25), [4], [0, 0.25, 0.5, 0.75], dtype: .float32)
        try expectTensor(.arange(0, 3, dtype: .float64), [3], [0, 1, 2], dtype: .float64)
        let high = try Tensor.arange(Int.max - 2, Int.max)
        #expect(try high.array(of: Int.self) == [Int.max - 2, Int.max - 1])
        let wide = try Tensor.arange(Int.min, Int.max, step: Int.max)
        #expect(try wide.array(of: Int.self) == [Int.min, -1, Int.max - 1])
    }

    @Test("Random tensors draw what a generator of the same seed draws")
    func random() throws {
        let a = Generator(seed: 5), b = Generator(seed: 5)
        for dtype in [DType.float32, .float64] {
            let uniform = try Tensor.rand([4, 5], dtype: dtype, generator: a)
            let filled = try Tensor.empty([4, 5], dtype: dtype)
            try filled.uniformInPlace(generator: b)
            try expectSameBits(uniform, filled)
            #expect(try numbers(uniform).allSatisfy { $0 >= 0 && $0 < 1 })
            let normal = try Tensor.randn([4, 5], dtype: dtype, generator: a)
            try filled.normalInPlace(generator: b)
            try expectSameBits(normal, filled)
        }
        let integers = try Tensor.randint(-2, 3, [200], generator: a)
        #expect(try Set(integers.array(of: Int.self)) == [-2, -1, 0, 1, 2] && integers.dtype == .int64)
        let permutation = try Tensor.randperm(50, generator: a)
        #expect(try permutation.array(of: Int.self).sorted() == Array(0..<50))
        #expect(try permutation.array(of: Int.self) != Array(0..<50))
        let coins = try Tensor.empty([400])
        try coins.bernoulliInPlace(probability: 0.25, generator: a)
        #expect(try Set(numbers(coins)) == [0, 1])
        #expect(try (40...160).contains(numbers(coins.sum())[0]))
        Generator.shared.manualSeed(3)
        let first = try Tensor.rand([3])
        Generator.shared.manualSeed(3)
        try expectSameBits(Tensor.rand([3]), first)
    }

    @Test("A fill of a strided tensor goes in row-major order")
    func randomStrided() throws {
        let plain = try Tensor.empty([3, 4]), turned = try Tensor.empty([4, 3]).transposed(0, 1)
        try plain.uniformInPlace(from: -2, to: 2, generator: Generator(seed: 1))
        try turned.uniformInPlace(from: -2, to: 2, generator: Generator(seed: 1))
        #expect(try numbers(plain) == numbers(turned))
    }
}

// MARK: - Reading

extension CoreTests.TensorTests {
    @Test("Elements come out in row-major order, whatever the strides")
    func array() throws {
        let x = try Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3])
        #expect(try x.array(of: Float.self) == [1, 2, 3, 4, 5, 6])
        #expect(try x.transposed().array(of: Float.self) == [1, 4, 2, 5, 3, 6])
        #expect(try x.expanded([2, 2, 3]).array(of: Float.self) == [1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6])
        expectError(.type, ["array", "float32", "float64"]) { _ = try x.array(of: Double.self) }
    }

    @Test("One element becomes a number")
    func item() throws {
        #expect(try Tensor(2.5 as Float).item(as: Double.self) == 2.5)
        #expect(try Tensor([[3]] as [[Int32]]).item(as: Int.self) == 3)
        #expect(try Tensor([[3]] as [[Int32]]).item(as: Float.self) == 3)
        #expect(try Tensor(true).item(as: Bool.self))
        #expect(try Tensor(true).item(as: Int8.self) == 1)
        #expect(try Tensor(Int.max).item(as: Int.self) == Int.max)
        expectError(.value, ["item", "300", "Int8"]) { _ = try Tensor(300 as Int).item(as: Int8.self) }
        expectError(.value, ["item", "-1", "UInt8"]) { _ = try Tensor(-1 as Int).item(as: UInt8.self) }
        expectError(.type, ["item", "float32", "Int"]) { _ = try Tensor(1 as Float).item(as: Int.self) }
        expectError(.runtime, ["item", "[2]"]) { _ = try Tensor.zeros([2]).item(as: Float.self) }
        expectError(.runtime, ["item", "[0]"]) { _ = try Tensor.zeros([0]).item(as: Float.self) }
    }

    @Test("Description of shape and memory")
    func properties() throws {
        let x = try Tensor.zeros([2, 3, 4], dtype: .float64)
        #expect(x.rank == 3 && x.count == 24 && x.stridesInElements == [12, 4, 1] && x.isContiguous)
        #expect(x.isLeaf && x.grad == nil && x.gradientFunctionName == nil)
        #expect(x.description.hasPrefix("tensor([[[0., 0., 0., 0.]") && x.description.hasSuffix("dtype=swiftnn.float64)"))
        let scalar = try Tensor.zeros([])
        #expect(scalar.rank == 0 && scalar.count == 1 && scalar.stridesInElements == [])
    }
}

// MARK: - Views and copies

extension CoreTests.TensorTests {
    struct ViewRow: Sendable, CustomTestStringConvertible {
        let name: String
        let shape: [Int], strides: [Int], values: [Double]
        let make: @Sendable (Tensor) throws -> Tensor
        var testDescription: String { name }
    }

    static let views: [ViewRow] = [
        ViewRow(name: "view", shape: [3, 2], strides: [2, 1], values: [0, 1, 2, 3, 4, 5]) { try $0.view([3, -1]) },
        ViewRow(name: "reshaped", shape: [6], strides: [1], values: [0, 1, 2, 3, 4, 5]) { try $0.reshaped([6]) },
        ViewRow(name: "flattened", shape: [6], strides: [1], values: [0, 1, 2, 3, 4, 5]) { try $0.flattened() },
        ViewRow(name: "transposed", shape: [3, 2], strides: [1, 3], values: [0, 3, 1, 4, 2, 5]) { try $0.transposed() },
        ViewRow(name: "transposed(0, -1)", shape: [3, 2], strides: [1, 3], values: [0, 3, 1, 4, 2, 5]) {
            try $0.transposed(0, -1)
        },
        ViewRow(name: "permuted", shape: [3, 2], strides: [1, 3], values: [0, 3, 1, 4, 2, 5]) { try $0.permuted([1, 0]) },
        ViewRow(name: "unsqueezed", shape: [2, 1, 3], strides: [3, 3, 1], values: [0, 1, 2, 3, 4, 5]) { try $0.unsqueezed(1) },
        ViewRow(name: "squeezed", shape: [2, 3], strides: [3, 1], values: [0, 1, 2, 3, 4, 5]) {
            try $0.view([2, 1, 3, 1]).squeezed()
        },
        ViewRow(name: "squeezed([-1])", shape: [2, 1, 3], strides: [3, 3, 1], values: [0, 1, 2, 3, 4, 5]) {
            try $0.view([2, 1, 3, 1]).squeezed([-1])
        },
        ViewRow(name: "expanded", shape: [2, 2, 3], strides: [0, 3, 1], values: [0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5]) {
            try $0.expanded([2, -1, 3])
        },
        ViewRow(name: "selected", shape: [2], strides: [3], values: [2, 5]) { try $0.selected(1, -1) },
        ViewRow(name: "sliced", shape: [2, 2], strides: [3, 2], values: [0, 2, 3, 5]) { try $0.sliced(1, step: 2) },
        ViewRow(name: "sliced from the end", shape: [2, 2], strides: [3, 1], values: [1, 2, 4, 5]) { try $0.sliced(1, from: -2) },
        ViewRow(name: "sliced to nothing", shape: [0, 3], strides: [3, 1], values: []) { try $0.sliced(0, from: 5, to: 1) },
        ViewRow(name: "detached", shape: [2, 3], strides: [3, 1], values: [0, 1, 2, 3, 4, 5]) { try $0.detached() },
        ViewRow(name: "indexed", shape: [3], strides: [1], values: [3, 4, 5]) { try $0.indexed(.at(1)) },
    ]

    @Test("A view has its own shape and strides, and the memory of its base", arguments: views)
    func view(_ row: ViewRow) throws {
        let base = try Tensor([0, 1, 2, 3, 4, 5] as [Float], shape: [2, 3])
        let view = try row.make(base)
        try expectTensor(view, row.shape, row.values)
        #expect(view.stridesInElements == row.strides)
        #expect(view.storage === base.storage)
        try base.fillInPlace(9)
        #expect(try numbers(view).allSatisfy { $0 == 9 })
        if view.count > 0 && !view.overlapsItself {
            try view.zeroInPlace()
            #expect(try numbers(base).contains(0))
        }
    }

    @Test("reshaped copies only where it must; view refuses there")
    func reshapeOfTurned() throws {
        let base = try Tensor([0, 1, 2, 3, 4, 5] as [Float], shape: [2, 3])
        let turned = try base.transposed()
        let copy = try turned.reshaped([6])
        try expectTensor(copy, [6], [0, 3, 1, 4, 2, 5])
        #expect(copy.storage !== base.storage)
        expectError(.runtime, ["view", "[3, 2]", "[1, 3]", "[6]"]) { _ = try turned.view([6]) }
        #expect(try turned.view([3, 1, 2]).storage === base.storage)
        let block = try Tensor.zeros([4, 6]).sliced(1, to: 3)
        #expect(try block.view([2, 2, 3]).stridesInElements == [12, 6, 1])
    }

    @Test("Copies have memory of their own")
    func copies() throws {
        let base = try Tensor([1, 2, 3, 4] as [Float], shape: [2, 2])
        let turned = try base.transposed()
        for copy in try [base.cloned(), turned.contiguous(), base.to(.float64), turned.cloned()] {
            #expect(copy.storage !== base.storage && copy.isContiguous)
        }
        #expect(try base.contiguous() === base)
        #expect(try base.to(.float32) === base)
        let clone = try base.cloned()
        try clone.fillInPlace(0)
        try expectTensor(base, [2, 2], [1, 2, 3, 4])
    }

    @Test("A value that reads and writes the same memory is copied first")
    func overlap() throws {
        let x = try Tensor([1, 2, 3, 4] as [Float])
        try x.sliced(0, from: 1).copyInPlace(from: x.sliced(0, to: 3))
        try expectTensor(x, [4], [1, 1, 2, 3])
        let y = try Tensor([1, 2, 3, 4] as [Float], shape: [2, 2])
        try y.addInPlace(y.transposed())
        try expectTensor(y, [2, 2], [2, 5, 5, 8])
        let z = try Tensor([1, 2, 3] as [Float])
        try z.setElements([.slice(from: 1)], to: z.indexed(.slice(to: 2)))
        try expectTensor(z, [3], [1, 1, 2])
        let w = try Tensor([2, 3, 4] as [Float])
        try w.multiplyInPlace(by: w)
        try expectTensor(w, [3], [4, 9, 16])
    }

    @Test("copyInPlace broadcasts and converts")
    func copyInPlace() throws {
        let x = try Tensor.zeros([2, 3])
        try x.copyInPlace(from: Tensor([1, 2, 3] as [Int64]))
        try expectTensor(x, [2, 3], [1, 2, 3, 1, 2, 3], dtype: .float32)
        let bits = try Tensor.zeros([2], dtype: .bool)
        try bits.copyInPlace(from: Tensor([0, 0.5] as [Float]))
        try expectTensor(bits, [2], [0, 1], dtype: .bool)
    }

    @Test("setData makes a tensor look at other memory")
    func setData() throws {
        let x = try Tensor.zeros([2], requiresGrad: true), y = try Tensor([[1, 2, 3]] as [[Double]])
        try x.setGrad(Tensor.ones([2]))
        try x.setData(y)
        try expectTensor(x, [1, 3], [1, 2, 3], dtype: .float64)
        #expect(x.storage === y.storage && x.requiresGrad && x.grad == nil)
        expectError(.runtime, ["set_data", "int64"]) { try x.setData(Tensor([1] as [Int])) }
    }

    @Test("A dtype converts to every other", arguments: DType.allCases, DType.allCases)
    func conversion(_ source: DType, _ target: DType) throws {
        let values: [Double] = source == .bool ? [0, 1] : source == .uint8 ? [0, 1, 100] : [0, 1, 100, -3]
        let x = try Tensor(values).to(source)
        let expected = values.map { value -> Double in
            if target == .bool { return value != 0 ? 1 : 0 }
            return target == .uint8 && value < 0 ? 256 + value : value
        }
        // What lies below zero in a floating type has no value in uint8.
        let isDefined = !(target == .uint8 && source.isFloatingPoint)
        let converted = try x.to(target)
        #expect(converted.dtype == target)
        if isDefined { try expectTensor(converted, [values.count], expected) }
    }
}

// MARK: - Limits

extension CoreTests.TensorTests {
    @Test("Up to 16 dimensions")
    func rankLimit() throws {
        let sixteen = [Int](repeating: 1, count: 16)
        let x = try Tensor.ones(sixteen)
        #expect(x.rank == 16)
        #expect(try (x + x).shape == sixteen)
        for make in [
            { try Tensor.zeros(sixteen + [1]) }, { try x.unsqueezed(0) }, { try x.reshaped(sixteen + [1]) },
            { try x.expanded([2] + sixteen) }, { try Tensor([1] as [Float], shape: sixteen + [1]) }, { try x.view(sixteen + [1]) },
            { try Tensor.stacked([x, x]) },
        ] as [() throws -> Tensor] {
            expectError(.value, ["at most 16 dimensions"]) { _ = try make() }
        }
        expectError(.index, ["at most 16"]) {
            let index = try Tensor.zeros([1, 1, 1], dtype: .int64)
            _ = try x.indexed(.tensor(index))
        }
    }

    @Test("Sizes that memory cannot hold", arguments: [
        [Int.max], [Int.max, Int.max], [1 << 40, 1 << 40], [1 << 62], [0, Int.max, Int.max], [1 << 48],
    ])
    func hugeSizes(_ shape: [Int]) throws {
        for make in [
            { try Tensor.zeros(shape) }, { try Tensor.ones(shape, dtype: .int8) }, { try Tensor.rand(shape) },
            { try Tensor.randint(0, 3, shape) }, { try Tensor.full(shape, 1) }, { try Tensor.empty(shape, dtype: .float64) },
        ] as [() throws -> Tensor] {
            expectError(.memory, ["does not fit into memory"]) { _ = try make() }
        }
    }

    @Test("More memory than there is")
    func memoryEnds() throws {
        // 64 TiB can be addressed but not had.
        expectError(.memory, ["zeros", "bytes"]) { _ = try Tensor.zeros([1 << 43], dtype: .float64) }
        let row = try Tensor.zeros([1]).expanded([1 << 30])
        expectError(.memory, ["add", "\(1 << 30)"]) { _ = try row + row.unsqueezed(1) }
        expectError(.memory, ["arange"]) { _ = try Tensor.arange(Int.min, Int.max) }
        expectError(.memory, ["randperm"]) { _ = try Tensor.randperm(Int.max) }
    }
}

// MARK: - Memory

extension CoreTests.AllocatorTests {
    @Test("Blocks are aligned to 64 bytes", arguments: [0, 1, 3, 16, 17, 100, 1000, 4097, 100_000])
    func alignment(_ count: Int) throws {
        for dtype in DType.allCases {
            let tensors = try (0..<3).map { _ in try Tensor.empty([count], dtype: dtype) }
            for tensor in tensors { #expect(UInt(bitPattern: tensor.data) % 64 == 0) }
        }
    }

    // The next three count bytes, so each has a process to itself.

    @Test("A block that was given back is used again")
    func reuse() async {
        await #expect(processExitsWith: .success) {
            MemoryStatistics.emptyCache()
            #expect(MemoryStatistics.current.cachedBytes == 0)
            var address: UnsafeMutableRawPointer?
            do { address = try Tensor.zeros([12_345]).data }
            #expect(MemoryStatistics.current.cachedBytes >= 4 * 12_345)
            let again = try Tensor.empty([12_345])
            #expect(again.data == address)
            #expect(MemoryStatistics.current.cachedBytes < 4 * 12_345)
        }
    }

    @Test("Statistics follow what lives, the peak and the cache")
    func statistics() async {
        await #expect(processExitsWith: .success) {
            MemoryStatistics.emptyCache()
            MemoryStatistics.resetPeak()
            let start = MemoryStatistics.current
            #expect(start.peakBytes == start.liveBytes && start.cachedBytes == 0)
            var x: Tensor? = try Tensor.zeros([1 << 20])
            let during = MemoryStatistics.current
            #expect(during.liveBytes - start.liveBytes == 4 << 20)
            #expect(during.peakBytes == during.liveBytes)
            x = nil
            let after = MemoryStatistics.current
            #expect(x == nil && after.liveBytes == start.liveBytes)
            #expect(after.peakBytes == during.peakBytes && after.cachedBytes == 4 << 20)
            MemoryStatistics.resetPeak()
            #expect(MemoryStatistics.current.peakBytes == start.liveBytes)
            MemoryStatistics.emptyCache()
            #expect(MemoryStatistics.current.cachedBytes == 0)
        }
    }

    @Test("No size class wastes more than a quarter, or overlaps its neighbour")
    func sizeClasses() async {
        await #expect(processExitsWith: .success) {
            var tensors: [(tensor: Tensor, value: UInt8)] = []
            for exponent in 0..<21 {
                for count in [(1 << exponent) - 1, 1 << exponent, (1 << exponent) + 1, (3 << exponent) / 2] where count > 0 {
                    let before = MemoryStatistics.current.liveBytes
                    let value = UInt8(truncatingIfNeeded: tensors.count)
                    tensors.append((try Tensor.full([count], Int(value), dtype: .uint8), value))
                    let held = MemoryStatistics.current.liveBytes - before
                    // Rounded up to 64 bytes below 256; a quarter of the power of two above.
                    #expect(held >= count && held <= max(64, count + count / 4 + 64))
                }
            }
            for (tensor, value) in tensors {
                #expect(try tensor.array(of: UInt8.self).allSatisfy { $0 == value })
            }
        }
    }

    @Test("Many threads allocate and release at once")
    func threads() throws {
        let before = MemoryStatistics.current.liveBytes
        try onThreads((0..<4).map { thread in
            {
                for round in 0..<500 {
                    let count = (round * 37 + thread * 11) % 3000 + 1
                    let x = try Tensor.full([count], thread, dtype: .int16)
                    if try !x.array(of: Int16.self).allSatisfy({ $0 == Int16(thread) }) {
                        throw TensorError(.runtime, "threads", "another thread wrote to a live block")
                    }
                }
            }
        })
        expectReleased(to: before)
    }

    @Test("Borrowed memory is handed back once, when its last view is gone")
    func borrowed() throws {
        final class Owner { var released = 0 }
        let owner = Owner()
        let memory = UnsafeMutableRawPointer.allocate(byteCount: 24, alignment: 8)
        defer { memory.deallocate() }
        memory.storeBytes(of: 5, toByteOffset: 8, as: Double.self)
        var view: Tensor?
        do {
            let x = try Tensor(
                borrowing: memory, [3], strides: [1], .float64, isWritable: false,
                payload: Unmanaged.passUnretained(owner).toOpaque(),
                release: { Unmanaged<Owner>.fromOpaque($0!).takeUnretainedValue().released += 1 })
            view = try x.selected(0, 1)
            expectError(.runtime, ["read-only"]) { try x.zeroInPlace() }
        }
        #expect(owner.released == 0)
        #expect(try view?.item(as: Double.self) == 5)
        view = nil
        #expect(owner.released == 1)
    }
}
