import Foundation
import Testing

@testable import SwiftNN

extension CoreTests {
    @Suite("float16 and bfloat16") struct ReducedPrecisionTests {}
}

extension CoreTests.ReducedPrecisionTests {
    static let dtypes: [DType] = [.float16, .bfloat16]

    /// All patterns of 16 bits as elements of `dtype`.
    private func everyPattern(_ dtype: DType) throws -> Tensor {
        let patterns = (0...UInt16.max).map { $0 }
        return try patterns.withUnsafeBytes { try Tensor(copying: $0.baseAddress, [patterns.count], dtype) }
    }

    @Test("What the dtypes say of themselves")
    func properties() {
        for dtype in Self.dtypes {
            #expect(dtype.size == 2 && dtype.isFloatingPoint && dtype.isReducedPrecision && !dtype.isInteger)
            #expect(dtype.computeType == .float32)
        }
        #expect(DType.float64.computeType == .float64 && !DType.float32.isReducedPrecision)
        #expect(DType.float16.rawValue == 8 && DType.bfloat16.rawValue == 9)
        #expect("\(DType.float16) \(DType.bfloat16)" == "float16 bfloat16")
    }

    @Test("Every bfloat16 to float32 and back")
    func everyBFloat16() throws {
        let wide = try everyPattern(.bfloat16).to(.float32).array(of: Float.self)
        for (pattern, value) in wide.enumerated() { #expect(value.bitPattern == UInt32(pattern) << 16) }
        let back = try Tensor(wide).to(.bfloat16).array(of: BFloat16.self)
        for (pattern, value) in back.enumerated() {
            #expect(value.bitPattern == UInt16(pattern) | (wide[pattern].isNaN ? 0x40 : 0))
            #expect(BFloat16(wide[pattern]).bitPattern == value.bitPattern)
        }
    }

    #if !((os(macOS) || targetEnvironment(macCatalyst)) && arch(x86_64))
    @Test("Every float16 to float32 and back, by the standard library's type")
    func everyFloat16() throws {
        let wide = try everyPattern(.float16).to(.float32).array(of: Float.self)
        for (pattern, value) in wide.enumerated() {
            let expected = Float(Float16(bitPattern: UInt16(pattern)))
            #expect(value.isNaN ? expected.isNaN : value.bitPattern == expected.bitPattern)
        }
        let middles = zip(wide, wide.dropFirst()).map { ($0 + $1) / 2 }.filter { !$0.isNaN }
        for values in [wide, middles, middles.map(\.nextUp), middles.map(\.nextDown)] {
            for (given, value) in zip(try Tensor(values).to(.float16).array(of: Float16.self), values) {
                #expect(value.isNaN ? given.isNaN : given.bitPattern == Float16(value).bitPattern)
            }
        }
        try expectTensor(Tensor([1.5, -2] as [Float16]), [2], [1.5, -2], dtype: .float16)
        #expect(try Tensor(Float16(0.5)).item(as: Float16.self) == 0.5)
    }
    #endif

    @Test("BFloat16 as a number")
    func bfloat16() throws {
        #expect(BFloat16(1) == BFloat16(bitPattern: 0x3f80) && Float(BFloat16(3.140625)) == 3.140625)
        #expect(BFloat16(0) == BFloat16(-0.0) && BFloat16(.nan) != BFloat16(.nan) && BFloat16(2).description == "2.0")
        #expect(Float(BFloat16(.greatestFiniteMagnitude)) == .infinity)
        try expectTensor(Tensor([BFloat16(1.5), BFloat16(-2)]), [2], [1.5, -2], dtype: .bfloat16)
        #expect(try Float(Tensor(BFloat16(0.5)).item(as: BFloat16.self)) == 0.5)
        #expect(try Tensor(BFloat16(0.5)).item(as: Float.self) == 0.5)
    }

    @Test("Operators compute in float32 and round once", arguments: dtypes)
    func operators(_ dtype: DType) throws {
        let x = try Tensor.randn([7, 33], dtype: dtype), y = try Tensor.rand([33], dtype: dtype) + 0.5
        let (a, b) = (try x.to(.float32), try y.to(.float32))
        for (given, expected) in [
            (try x + y, try a + b), (try x - y, try a - b), (try x * y, try a * b), (try x / y, try a / b),
            (try x.exponential(), try a.exponential()), (try x.tanh(), try a.tanh()), (try x.relu(), try a.relu()),
            (try x.sum([0]), try a.sum([0])), (try x.sum(), try a.sum()), (try x.mean([1]), try a.mean([1])),
            (try x.amax([1]), try a.amax([1])), (try x.softmax(1), try a.softmax(1)), (try x.logSoftmax(0), try a.logSoftmax(0)),
            (try x.matmul(y), try a.matmul(b)), (try x * 0.1, try a * 0.1), (try x.clamped(min: -1, max: 1), try a.clamped(min: -1, max: 1)),
        ] {
            try expectSameBits(given, expected.to(dtype))
        }
        try expectSameBits(x .> y, a .> b)
        try expectSameBits(x.argmax(1), a.argmax(1))
        try expectSameBits(x.transposed(0, 1).exponential(), a.transposed(0, 1).exponential().to(dtype))
    }

    @Test("Gradients have the dtype of their input, and leaves sum them up", arguments: dtypes)
    func gradients(_ dtype: DType) throws {
        let x = try Tensor([1, 2, 3] as [Float]).to(dtype).setRequiresGrad(true)
        for _ in 0..<2 { try x.squared().sum().backward() }
        try expectTensor(#require(x.grad), [3], [4, 8, 12], dtype: dtype)
        let w = try Tensor.ones([3], requiresGrad: true)
        try (x.to(.float32) * w).sum().backward()
        try expectTensor(#require(w.grad), [3], [1, 2, 3], dtype: .float32)
        try expectTensor(#require(x.grad), [3], [5, 9, 13], dtype: dtype)
    }

    @Test("A layer trains", arguments: dtypes)
    func training(_ dtype: DType) throws {
        let layer = try Linear(4, 1, dtype: dtype)
        let x = try Tensor.randn([32, 4], dtype: dtype), y = try x.sum([1], keepDims: true)
        let optimizer = try Adam(layer.parameters(), learningRate: 0.05)
        var losses: [Double] = []
        for _ in 0..<60 {
            let loss = try layer(x).meanSquaredError(y)
            try optimizer.zeroGrad()
            try loss.backward()
            try optimizer.step()
            losses.append(try loss.itemAsDouble())
        }
        #expect(losses[59] < 0.2 * losses[0])
        #expect(layer.weight.dtype == dtype)
    }

    @Test("Text", arguments: dtypes)
    func text(_ dtype: DType) throws {
        #expect(try Tensor([1.5, 2] as [Float]).to(dtype).description == "tensor([1.5000, 2.0000], dtype=swiftnn.\(dtype))")
    }

    @Test("Files", arguments: dtypes)
    func files(_ dtype: DType) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("swiftnn-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("x.safetensors").path
        let x = try Tensor.randn([3, 5], dtype: dtype)
        try TensorFile.write([(name: "x", tensor: x)], metadata: [], to: path)
        try expectSameBits(TensorFile(path: path).tensor("x"), x)
    }

    @Test("The standard dtype")
    func standard() throws {
        defer { try? DType.setStandard(.float32) }
        #expect(DType.standard == .float32)
        try DType.setStandard(.bfloat16)
        #expect(try Tensor.zeros([1]).dtype == .bfloat16)
        #expect(try (Tensor([1] as [Int]) / 2).dtype == .bfloat16)
        expectError(.type, ["int8"]) { try DType.setStandard(.int8) }
        #expect(DType.standard == .bfloat16)
    }

    @Test("Limits")
    func limits() throws {
        expectError(.runtime, ["randperm", "2049"]) { _ = try Tensor.randperm(2050, dtype: .float16) }
        expectError(.runtime, ["randint", "float16"]) { _ = try Tensor.randint(0, 70_000, [1], dtype: .float16) }
        expectError(.runtime, ["uniform_", "float16"]) { try Tensor.zeros([1], dtype: .float16).uniformInPlace(from: 0, to: 1e5) }
        for (low, high) in [(Int.min, Int.min + 1), (Int.max - 1, Int.max), (Int.min, Int.max)] {
            // Whatever the bounds, a tensor or an error.
            for dtype in Self.dtypes { _ = try? Tensor.randint(low, high, [3], dtype: dtype) }
        }
        try expectTensor(Tensor.full([1], 1e6, dtype: .float16), [1], [.infinity])
        expectError(.runtime, ["float16", "masked_fill"]) {
            _ = try Tensor.zeros([1], dtype: .float16).maskedFill(Tensor([true]), with: Tensor(number: -1e9))
        }
    }
}
