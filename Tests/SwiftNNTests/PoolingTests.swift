import SwiftNN
import Testing

@Suite struct PoolingTests {
    @Test func largestElements() throws {
        let x = try Tensor.arange(0.0, 16.0, dtype: .float32).reshaped([1, 1, 4, 4])
        #expect(try x.maxPooled2d(kernelSize: 2).array(of: Float.self) == [5, 7, 13, 15])
        #expect(try x.maxPooled2d(kernelSize: [1, 2], stride: 2).array(of: Float.self) == [1, 3, 9, 11])
        let (values, indices) = try x.maxPooledWithIndices2d(kernelSize: 3, stride: 2, padding: 1)
        #expect(try indices.array(of: Int.self) == values.array(of: Float.self).map { Int($0) })
        #expect(try values.maxUnpooled2d(indices, kernelSize: 2).shape == [1, 1, 4, 4])
        #expect(throws: TensorError.self) { try x.maxPooled2d(kernelSize: 5) }
        #expect(throws: TensorError.self) { try x.maxPooled2d(kernelSize: [2, 2, 2]) }
    }

    @Test func means() throws {
        let x = try Tensor.arange(0.0, 8.0, dtype: .float32).reshaped([1, 8]).setRequiresGrad(true)
        #expect(try x.averagePooled1d(kernelSize: 2).array(of: Float.self) == [0.5, 2.5, 4.5, 6.5])
        try x.adaptiveAveragePooled1d(2).sum().backward()
        #expect(try x.grad!.array(of: Float.self) == [Float](repeating: 0.25, count: 8))
    }

    @Test func otherSizes() throws {
        let x = try Tensor.arange(0.0, 3.0, dtype: .float32).reshaped([1, 1, 3])
        #expect(try x.padded([1, 2]).array(of: Float.self) == [0, 0, 1, 2, 0, 0])
        #expect(try x.padded([2, 1], mode: .reflect).array(of: Float.self) == [2, 1, 0, 1, 2, 1])
        #expect(try x.interpolated(size: 5, mode: .linear, alignCorners: true).array(of: Float.self) == [0, 0.5, 1, 1.5, 2])
        #expect(try x.interpolated(scale: [2]).array(of: Float.self) == [0, 0, 1, 1, 2, 2])
        #expect(throws: TensorError.self) { try x.padded([3, 0], mode: .reflect) }
    }

    @Test func blocks() throws {
        let x = try Tensor.randn([2, 3, 8, 8])
        let net = Sequential(MaxPool2d(kernelSize: 2), ZeroPad2d(1), AvgPool2d(kernelSize: 2, stride: 1), AdaptiveAvgPool2d([1, -1]))
        #expect(try net(x).shape == [2, 3, 1, 5])
        let (values, indices) = try MaxPool2d(kernelSize: 2)(indexed: x)
        #expect(try MaxUnpool2d(kernelSize: 2)(values, indices).shape == x.shape)
        #expect(try Upsample(scale: 2, mode: .bilinear)(x).shape == [2, 3, 16, 16])
        #expect(try FractionalMaxPool2d(kernelSize: 2, outputRatio: 0.5)(x).shape == [2, 3, 4, 4])
        #expect("\(MaxPool2d(kernelSize: [2, 3], stride: 1))" == "MaxPool2d(kernel_size=(2, 3), stride=1, padding=0, dilation=1, ceil_mode=False)")
    }
}
