import Testing

@testable import SwiftNN

/// The operators of shapes and creation under their Swift names; their values are compared with PyTorch's from Python.
@Suite struct ShapeTests {
    private func numbers(_ count: Int, _ shape: [Int]) throws -> Tensor {
        try Tensor((0..<count).map { Float($0) }, shape: shape)
    }

    @Test func partsAreViews() throws {
        let x = try numbers(6, [2, 3])
        for part in try x.split(every: 1) + x.split(sizes: [2, 1], dim: 1) + x.chunked(2) + x.cut(at: .indices([1]), dim: 1)
            + x.unbound(1) + [x.narrowed(1, from: 1, length: 2), x.diagonal(), x.unfolded(1, size: 2, step: 1)]
        {
            try part.fillInPlace(7)
        }
        #expect(try x.array(of: Float.self) == [Float](repeating: 7, count: 6))
    }

    @Test func stridesStayInsideTheStorage() throws {
        let x = try numbers(6, [2, 3])
        #expect(try x.strided([2, 2], strides: [1, 1]).array(of: Float.self) == [0, 1, 1, 2])
        for (shape, strides, offset) in [([7], [1], nil), ([2], [Int.max], nil), ([1], [1], Int.max), ([1], [1], -1), ([1], [-1], nil)] as [([Int], [Int], Int?)] {
            #expect(throws: TensorError.self) { try x.strided(shape, strides: strides, offset: offset) }
        }
    }

    @Test func repetitionIsLimitedByMemory() throws {
        let x = try numbers(2, [2])
        #expect(try x.repeated([2]).array(of: Float.self) == [0, 1, 0, 1])
        #expect(try x.repeatInterleaved(2).array(of: Float.self) == [0, 0, 1, 1])
        for count in [Int.max, 1 << 62, -1] {
            #expect(throws: TensorError.self) { try x.repeated([count]) }
            #expect(throws: TensorError.self) { try x.repeatInterleaved(count) }
        }
    }

    @Test func gradientsOfRegionsMeet() throws {
        let x = try numbers(3, [3])
        try x.setRequiresGrad(true)
        let windows = try x.unfolded(0, size: 2, step: 1)
        try windows.sum().backward()
        #expect(try x.grad?.array(of: Float.self) == [1, 2, 1])
    }

    @Test func generatorsAreApart() throws {
        let generator = Generator(seed: 3)
        let first = try Tensor.rand([4], generator: generator)
        let normal = try Tensor.empty([4])
        try normal.exponentialInPlace(rate: 2, generator: generator)
        generator.manualSeed(3)
        #expect(try Tensor.rand([4], generator: generator).array(of: Float.self) == first.array(of: Float.self))
        let weights = try Tensor([1, 0, 3] as [Float])
        #expect(try weights.multinomial(2, generator: generator).array(of: Int.self).sorted() == [0, 2])
        #expect(throws: TensorError.self) { try weights.multinomial(0) }
    }

    @Test func rangesAndIdentity() throws {
        #expect(try Tensor.linspace(0, 1, steps: 3).array(of: Float.self) == [0, 0.5, 1])
        #expect(try Tensor.identity(2).array(of: Float.self) == [1, 0, 0, 1])
        #expect(try Tensor.lowerTriangleIndices(2, 2).array(of: Int.self) == [0, 1, 1, 0, 0, 1])
        #expect(throws: TensorError.self) { try Tensor.linspace(0, 1, steps: -1) }
        #expect(throws: TensorError.self) { try Tensor.upperTriangleIndices(1 << 62, 1 << 62) }
    }

    @Test func aTensorResizesItself() throws {
        let x = try numbers(3, [3])
        try x.resizeInPlace([2, 3])
        #expect(try x.shape == [2, 3] && x.array(of: Float.self)[..<3] == [0, 1, 2])
        let view = try x.narrowed(0, from: 0, length: 1)
        #expect(throws: TensorError.self) { try x.resizeInPlace([100]) }
        #expect(view.shape == [1, 3])
    }
}
