import Testing

@testable import SwiftNN

/// The activation functions and normalisations under their Swift names; their values are compared with PyTorch's from Python.
@Suite struct NormalizationTests {
    @Test func everyActivationHasItsNameAndDefaults() throws {
        let x = try Tensor([-1, 0, 2] as [Float])
        let pairs: [(Module, Tensor)] = [
            (ReLU(), try x.relu()), (ReLU6(), try x.relu6()), (ELU(alpha: 0.5), try x.elu(alpha: 0.5)), (SELU(), try x.selu()),
            (CELU(), try x.celu()), (GELU(), try x.gelu()), (GELU(approximation: .tanh), try x.gelu(approximation: .tanh)),
            (SiLU(), try x.silu()), (Mish(), try x.mish()), (try Hardtanh(min: -0.5), try x.hardTanh(min: -0.5)),
            (LeakyReLU(negativeSlope: 0.1), try x.leakyReLU(negativeSlope: 0.1)), (Hardsigmoid(), try x.hardSigmoid()),
            (Hardswish(), try x.hardSwish()), (Hardshrink(), try x.hardShrink()), (Softshrink(), try x.softShrink()),
            (Tanhshrink(), try x.tanhShrink()), (Softplus(), try x.softplus()), (Softsign(), try x.softsign()),
            (LogSigmoid(), try x.logSigmoid()), (Threshold(0.5, value: 3), try x.thresholded(0.5, value: 3)),
            (try PReLU(), try x.prelu(Tensor([0.25] as [Float]))), (Softmax(0), try x.softmax(0)), (Softmin(0), try x.softmin(0)),
            (LogSoftmax(), try x.logSoftmax(0)), (ActivationBlock(.softrelu), try x.softplus()),
        ]
        for (block, want) in pairs {
            #expect(try block(x).array(of: Float.self) == want.array(of: Float.self), "\(block)")
        }
        #expect("\(Threshold(1, value: 2.5))" == "Threshold(threshold=1, value=2.5)")
    }

    @Test func blocksInPlaceWriteOverTheirInput() throws {
        let x = try Tensor([-2, 1] as [Float])
        let y = try LeakyReLU(negativeSlope: 0.5, inPlace: true)(x)
        #expect(y === x)
        #expect(try x.array(of: Float.self) == [-1, 1])
        try x.setRequiresGrad(true)
        #expect(throws: TensorError.self) { try SiLU(inPlace: true)(x) }
    }

    @Test func runningStatisticsFollowTheBatches() throws {
        let layer = try BatchNorm1d(2, momentum: 0.5)
        let x = try Tensor([1, 10, 3, 30] as [Float], shape: [2, 2])
        let y = try layer(x)
        #expect(try layer.runningMean?.array(of: Float.self) == [1, 10])
        #expect(try layer.runningVariance?.array(of: Float.self) == [1.5, 100.5])
        #expect(try layer.batchCount?.item(as: Int.self) == 1)
        #expect(try abs(y.mean().item(as: Float.self)) < 1e-6)
        try layer.eval()
        _ = try layer(x)
        #expect(try layer.batchCount?.item(as: Int.self) == 1)
        try layer.resetStatistics()
        #expect(try layer.runningVariance?.array(of: Float.self) == [1, 1])
    }

    @Test func channelsAreDeferred() throws {
        let layer = try BatchNorm2d()
        #expect(layer.features == 0 && layer.typeName == "LazyBatchNorm2d")
        let x = try Tensor.randn([2, 3, 4, 4])
        #expect(try layer(x).shape == [2, 3, 4, 4])
        #expect(layer.features == 3 && layer.typeName == "BatchNorm2d")
        let gluon = try BatchNorm(axis: -1)
        #expect(try gluon(x).shape == [2, 3, 4, 4])
        #expect(gluon.gamma.count == 4)
    }

    @Test func whatDoesNotFitIsAnError() throws {
        let x = try Tensor.randn([2, 3, 4])
        #expect(throws: TensorError.self) { try x.layerNormalized([3]) }
        #expect(throws: TensorError.self) { try x.groupNormalized(2) }
        #expect(throws: TensorError.self) { try x.batchNormalized() }
        #expect(throws: TensorError.self) { try x.batchNormalized(weight: Tensor.ones([2]), training: true) }
        #expect(throws: TensorError.self) { try Tensor.ones([1, 3]).instanceNormalized() }
        #expect(throws: TensorError.self) { try BatchNorm2d(3)(x) }
        #expect(throws: TensorError.self) { try GroupNorm(groups: 2, channels: 3) }
        #expect(throws: TensorError.self) { try Hardtanh(min: 1, max: 0) }
        #expect(throws: TensorError.self) { try Dropout2d(1.5) }
        #expect(throws: TensorError.self) { try x.glu() .glu(1) }
        // More groups than there are numbers for, of nothing.
        #expect(try Tensor.zeros([2, 0]).groupNormalized(Int.max).shape == [2, 0])
        #expect(try Tensor.zeros([0, 3, 2]).localResponseNormalized(size: Int.max).shape == [0, 3, 2])
        #expect(try Tensor.ones([1, 3, 2]).localResponseNormalized(size: Int.max).shape == [1, 3, 2])
    }

    @Test func comparisonsTakeTwoTensors() throws {
        let (a, b) = (try Tensor([3, 0] as [Float]), try Tensor([0, 4] as [Float]))
        #expect(try PairwiseDistance(epsilon: 0)(a, b).item(as: Float.self) == 5)
        #expect(try CosineSimilarity(0)(a, b).item(as: Float.self) == 0)
        #expect(try Tensor([0, 3, 7] as [Float], shape: [3, 1]).distancesOfRows().array(of: Float.self) == [3, 7, 4])
    }

    @Test func modelFilesKeepRunningStatistics() throws {
        try withTemporaryFolder { folder in
            let net = try Sequential(Linear(3, 2), BatchNorm1d(2), LayerNorm(2), GELU())
            let x = try Tensor.randn([4, 3])
            _ = try net(x)
            try net.eval()
            let path = folder + "/net.safetensors"
            try net.save(to: path)
            let loaded = try Module.load(from: path).eval()
            #expect(try loaded(x).array(of: Float.self) == net(x).array(of: Float.self))
            #expect("\(loaded)" == "\(net)")
        }
    }
}
