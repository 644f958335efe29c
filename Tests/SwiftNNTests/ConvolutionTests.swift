import Testing

@testable import SwiftNN

/// Convolutions and their layers under their Swift names; values are compared with PyTorch's from Python.
@Suite struct ConvolutionTests {
    @Test func networksReadWell() throws {
        let net = try Sequential {
            try Conv2d(inputChannels: 1, outputChannels: 6, kernelSize: 5, padding: 2)
            ReLU()
            try Conv2d(inputChannels: 6, outputChannels: 16, kernelSize: [5, 4], stride: [2, 1], padding: .valid, groups: 2)
            try LazyConv2d(outputChannels: 8, kernelSize: 3, padding: .same, bias: false, paddingMode: .circular)
            try ConvTranspose2d(inputChannels: 8, outputChannels: 4, kernelSize: 2, stride: 2)
            PixelShuffle(2)
            Flatten()
        }
        let y = try net(try Tensor.randn([2, 1, 12, 12]))
        #expect(y.shape == [2, 16 * 18 * 2])
        try y.sum().backward()
        for (name, parameter) in try net.namedParameters() { #expect(parameter.grad?.shape == parameter.shape, "\(name)") }
        #expect(net.description.contains("(3): Conv2d(16, 8, kernel_size=(3, 3), stride=(1, 1), padding=same, bias=False, padding_mode=circular)"))
    }

    @Test func productsAreTheGradientsOfEachOther() throws {
        try checkGradients([sampled([2, 4, 5, 4]), sampled([6, 2, 2, 3], seed: 2), sampled([6], seed: 3)]) { x in
            try x[0].convolved(x[1], bias: x[2], stride: [2, 1], padding: [1, 0], dilation: [1, 2 - 1], groups: 2)
        }
        try checkGradients([sampled([2, 3, 5]), sampled([3, 2, 3], seed: 2), sampled([2], seed: 3)]) { x in
            try x[0].transposeConvolved(x[1], bias: x[2], stride: 2, padding: 1, outputPadding: 1)
        }
        try checkGradients([sampled([1, 2, 3, 3, 4]), sampled([2, 1, 2, 2, 2], seed: 2)]) { x in
            try x[0].convolved(x[1], padding: .same, groups: 2)
        }
    }

    @Test func foldingIsTheTransposeOfUnfolding() throws {
        let x = try sampled([2, 3, 5, 6]), y = try sampled([2, 3 * 6, 9], seed: 2)
        let columns = try x.unfoldedWindows(kernelSize: [2, 3], padding: [1, 0], stride: [2, 2 - 1 + 1])
        #expect(columns.shape == [2, 18, 6])
        let images = try y.foldedWindows(outputSize: [4, 5], kernelSize: [2, 3])
        #expect(images.shape == [2, 3, 4, 5])
        let z = try sampled([2, 3, 4, 5], seed: 4)
        let left: Double = try (images * z).sum().item(), right: Double = try (y * z.unfoldedWindows(kernelSize: [2, 3])).sum().item()
        #expect(abs(left - right) < 1e-9)
    }

    @Test func anOutputSizeIsChosen() throws {
        let layer = try ConvTranspose1d(inputChannels: 2, outputChannels: 3, kernelSize: 3, stride: 2, padding: 1)
        let x = try Tensor.randn([1, 2, 5])
        #expect(try layer(x).shape == [1, 3, 9])
        #expect(try layer(x, outputSize: [10]).shape == [1, 3, 10])
        expectError(.value, ["requested an output size of [11]", "from [9] to [10]"]) { _ = try layer(x, outputSize: [11]) }
    }

    @Test func settingsCanBeWrong() throws {
        let layer = try Conv1d(inputChannels: 2, outputChannels: 3, kernelSize: 3)
        let x = try Tensor.randn([1, 2, 5])
        for stride in [0, -1, Int.min] as [Int] {
            layer.stride = Extent(stride)
            expectError(.runtime, ["stride must be greater than zero"]) { _ = try layer(x) }
        }
        layer.stride = 1
        for amount in [Int.max, Int.max / 2, 1 << 60] {
            layer.padding = .amounts(Extent(amount))
            #expect(throws: TensorError.self) { try layer(x) }
            layer.padding = 0
            layer.dilation = Extent(amount)
            #expect(throws: TensorError.self) { try layer(x) }
            layer.padding = .same
            #expect(throws: TensorError.self) { try layer(x) }
            layer.dilation = 1
        }
        layer.groups = 0
        expectError(.runtime, ["groups must be greater than zero"]) { _ = try layer(x) }
        let circular = try Conv2d(inputChannels: 1, outputChannels: 1, kernelSize: 3, padding: 1, paddingMode: .reflect)
        for amount in [Int.min, -1, 5, Int.max] {
            circular.padding = .amounts(Extent(amount))
            #expect(throws: TensorError.self) { try circular(try Tensor.randn([1, 1, 4, 4])) }
        }
        circular.padding = .same
        circular.dilation = Extent(Int.max)
        #expect(throws: TensorError.self) { try circular(try Tensor.randn([1, 1, 4, 4])) }
        let transposed = try ConvTranspose2d(inputChannels: 1, outputChannels: 1, kernelSize: 3)
        transposed.stride = Extent(Int.max)
        #expect(throws: TensorError.self) { try transposed(try Tensor.randn([1, 1, 4, 4]), outputSize: [Int.max, 3]) }
        #expect(throws: TensorError.self) { try transposed(try Tensor.randn([1, 1, 4, 4])) }
        expectError(.value, ["divisible by groups"]) { _ = try Conv2d(inputChannels: 3, outputChannels: 2, kernelSize: 1, groups: 2) }
        #expect(throws: TensorError.self) { try Conv2d(inputChannels: .max, outputChannels: .max, kernelSize: Extent(.max)) }
        #expect(throws: TensorError.self) { try LazyConv2d(outputChannels: 2, kernelSize: -1) }
    }

    @Test func gluonsConvolutionWaitsForItsInput() throws {
        let layer = try Conv2D(channels: 4, kernelSize: 3, activation: .relu)
        #expect(layer.description == "Conv2D(None -> 4, kernel_size=(3, 3), stride=(1, 1), Activation(relu))")
        let y = try layer(try Tensor.randn([1, 2, 5, 5]))
        #expect(y.shape == [1, 4, 3, 3] && layer.inputChannels == 2)
        #expect(try numbers(y).allSatisfy { $0 >= 0 })
    }
}
