import Foundation
import Testing

@testable import SwiftNN

extension CoreTests {
    @Suite("Optimisers") struct OptimizerTests {}
}

/// The part of Tests/Goldens/random.json that tells of layers.
private struct LayerGoldens: Decodable {
    struct Draw: Decodable {
        let fill: String
        let bits: String
        let hash: String
        let count: Int
    }
    struct Case: Decodable {
        let name: String
        let seed: UInt64
        let draws: [Draw]
    }
    let cases: [Case]
}

extension CoreTests.OptimizerTests {
    @Test("A parameter of any strides moves like a row-major one", arguments: [DType.float32, .float64])
    func strides(_ dtype: DType) throws {
        for make in [
            { try SGD($0, learningRate: 0.1, momentum: 0.9, weightDecay: 0.1, nesterov: true) }, { try Adam($0, learningRate: 0.1) },
            { try Adam($0, weightDecay: 0.1, decoupledWeightDecay: true, maximize: true) },
        ] as [([Tensor]) throws -> any Optimizer] {
            let values = try sampled([3, 4]).to(dtype)
            let plain = try Tensor.parameter(values.cloned()), turned = try Tensor.parameter(turnedInMemory(values))
            #expect(!turned.isContiguous)
            let optimizers = [try make([plain]), try make([turned])]
            for step in 0..<5 as Range<UInt64> {
                let gradient = try sampled([3, 4], seed: step + 5).to(dtype)
                try plain.setGrad(gradient)
                try turned.setGrad(turnedInMemory(gradient))
                for optimizer in optimizers { try optimizer.step() }
                try expectSameBits(plain, turned)
            }
            #expect(try bytes(plain) != bytes(values))
        }
    }

    @Test("A Linear starts with PyTorch's bits for the seed", arguments: [0, 42, 12_345_678_901] as [UInt64], [(20, 256), (3, 2)])
    func initialisation(_ seed: UInt64, _ sizes: (Int, Int)) throws {
        let goldens = try JSONDecoder().decode(LayerGoldens.self, from: goldenFile("random.json"))
        let row = try #require(goldens.cases.first { $0.seed == seed && $0.name == "linear \(sizes.0) \(sizes.1)" })
        Generator.shared.manualSeed(seed)
        let layer = try Linear(sizes.0, sizes.1)
        for (parameter, draw) in zip([layer.weight, try #require(layer.bias)], row.draws) {
            #expect(parameter.count == draw.count)
            let data = try bytes(parameter)
            var hash: UInt64 = 0xcbf2_9ce4_8422_2325
            for byte in data { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
            #expect(hash == UInt64(draw.hash, radix: 16), "\(draw.fill)")
            let bits = try parameter.array(of: Float.self).prefix(10).map { String(format: "%08x", $0.bitPattern) }.joined()
            #expect(bits == draw.bits, "\(draw.fill)")
        }
    }

    @Test("A parameter without gradient stays; the rate can change; zeroGrad forgets")
    func partial() throws {
        let a = try Tensor.parameter(Tensor.ones([2])), b = try Tensor.parameter(Tensor.ones([2]))
        for make in [{ try SGD([a, b], learningRate: 0.5, momentum: 0.9) }, { try Adam([a, b], learningRate: 0.5) }]
            as [() throws -> any Optimizer]
        {
            try withoutGradients { () throws(TensorError) in
                try a.fillInPlace(1)
                try b.fillInPlace(1)
            }
            let optimizer = try make()
            try a.setGrad(Tensor.ones([2]))
            try optimizer.step()
            try expectTensor(a, [2], [0.5, 0.5], tolerance: 1e-6)
            try expectTensor(b, [2], [1, 1])
            #expect(optimizer.learningRate == 0.5)
            optimizer.learningRate = 0
            try optimizer.step()
            try expectTensor(a, [2], [0.5, 0.5], tolerance: 1e-6)
            optimizer.zeroGrad()
            #expect(a.grad == nil)
            // The state of a late parameter begins with its first gradient.
            optimizer.learningRate = 0.5
            try b.setGrad(Tensor.ones([2]))
            try optimizer.step()
            try expectTensor(b, [2], [0.5, 0.5], tolerance: 1e-6)
            optimizer.zeroGrad()
        }
    }

    @Test("Groups have settings of their own, which can change")
    func groups() throws {
        let slow = try Tensor.parameter(Tensor.ones([2])), fast = try Tensor.parameter(Tensor.ones([3]))
        let late = try Tensor.parameter(Tensor.ones([1]))
        let optimizer = try SGD(
            [ParameterGroup([slow]), ParameterGroup([fast], learningRate: 0.5, settings: [.momentum: 0.9])], learningRate: 0.1)
        #expect(optimizer.groups.map(\.learningRate) == [0.1, 0.5] && optimizer.learningRate == 0.1)
        #expect(optimizer.groups[0][.momentum] == 0 && optimizer.groups[1][.momentum] == 0.9)
        #expect(optimizer.groups[0][.rho] == nil && optimizer.parameters.count == 2)
        try optimizer.add(ParameterGroup([late], weightDecay: 1))
        for parameter in [slow, fast, late] { try parameter.setGrad(Tensor.ones(parameter.shape)) }
        for _ in 0..<2 { try optimizer.step() }
        try expectTensor(slow, [2], [0.8, 0.8], tolerance: 1e-6)
        try expectTensor(fast, [3], [-0.45, -0.45, -0.45], tolerance: 1e-6)
        try expectTensor(late, [1], [1 - 0.2 - 0.18], tolerance: 1e-6)
        optimizer.groups[0].learningRate = 1
        optimizer.groups[1][.momentum] = 0
        try optimizer.step()
        try expectTensor(slow, [2], [-0.2, -0.2], tolerance: 1e-6)
        try expectTensor(fast, [3], [-0.95, -0.95, -0.95], tolerance: 1e-6)
        optimizer.learningRate = 0.25
        #expect(optimizer.groups.map(\.learningRate) == [0.25, 0.25, 0.25])
        expectError(.value, ["SGD", "more than once"]) { try optimizer.add(ParameterGroup([slow])) }
        expectError(.value, ["SGD", "no setting power"]) {
            try optimizer.add(ParameterGroup([try Tensor.parameter(Tensor.ones([1]))], settings: [.power: 1]))
        }
        #expect(optimizer.groups.count == 3)
    }

    @Test("An optimiser goes on from its saved state")
    func savedState() throws {
        func run(_ optimizer: any Optimizer, _ parameters: [Tensor], _ steps: Range<UInt64>) throws {
            for step in steps {
                for (index, parameter) in parameters.enumerated() {
                    try parameter.setGrad(sampled(parameter.shape, seed: step * 10 + UInt64(index)))
                }
                try optimizer.step()
            }
        }
        for make in [
            { try SGD($0, learningRate: 0.1, momentum: 0.9) }, { try Adam($0, amsgrad: true) }, { try NAdam($0) },
            { try RMSprop($0, momentum: 0.5, centered: true) }, { try ASGD($0, averagingStart: 1) }, { try Rprop($0) },
            { try Adafactor($0) }, { try Adagrad($0, initialAccumulator: 0.5) },
        ] as [([Tensor]) throws -> GradientOptimizer] {
            let shapes = [[2, 3], [4]]
            let parameters = try shapes.map { try Tensor.parameter(sampled($0)) }
            let first = try make(parameters)
            #expect(first.state().isEmpty)
            try run(first, parameters, 0..<3)
            let copies = try parameters.map { try Tensor.parameter($0.cloned().detached()) }
            let second = try make(copies)
            var saved = first.state()
            try second.load(saved)
            try run(first, parameters, 3..<6)
            try run(second, copies, 3..<6)
            for (a, b) in zip(parameters, copies) { try expectSameBits(a, b) }
            let removed = saved.removeLast()
            expectError(.key, [removed.name]) { try second.load(saved) }
            expectError(.key, ["7.exp_avg"]) { try second.load(saved + [removed, ("7.exp_avg", removed.tensor)]) }
            expectError(.key, ["twice"]) { try second.load(saved + [removed, removed]) }
            let wrong = try Tensor.ones([9])
            expectError(.value, [removed.name, "[9]"]) { try second.load(saved + [(removed.name, wrong)]) }
            try run(second, copies, 6..<7)
        }
        let p = try Tensor.parameter(Tensor.ones([2]))
        try p.setGrad(Tensor.ones([2]))
        let adam = try Adam([p])
        try adam.step()
        #expect(adam.state().map(\.name) == ["0.step", "0.exp_avg", "0.exp_avg_sq"])
        #expect(try adam.state()[0].tensor.item(as: Float.self) == 1)
    }

    @Test("A closure computes the loss, recorded in any case")
    func closure() throws {
        let p = try Tensor.parameter(Tensor([3.0, -2.0], shape: [2]))
        let optimizer = try SGD([p], learningRate: 0.25)
        let loss = try withoutGradients { () throws(TensorError) in
            try optimizer.step { () throws(TensorError) in
                optimizer.zeroGrad()
                let loss = try (p * p).sum()
                try loss.backward()
                return loss
            }
        }
        #expect(try loss.item(as: Double.self) == 13)
        try expectTensor(p, [2], [1.5, -1])
    }

    @Test("A small network learns what it is shown, with either optimiser", arguments: ["SGD", "Adam"])
    func learning(_ name: String) throws {
        Generator.shared.manualSeed(1)
        let net = Sequential(try Linear(2, 16), Tanh(), try Linear(16, 2))
        let x = try Tensor.rand([200, 2]) * 2 - 1
        let labels = try (x.selected(1, 0) * x.selected(1, 1) .> 0).to(.int64)
        let optimizer: any Optimizer = try name == "SGD"
            ? SGD(net.parameters(), learningRate: 0.5, momentum: 0.9) : Adam(net.parameters(), learningRate: 0.05)
        for _ in 0..<200 {
            optimizer.zeroGrad()
            try net(x).crossEntropy(labels).backward()
            try optimizer.step()
        }
        let right = try (net(x).argmax(1) .== labels).to(.float32).mean().item(as: Float.self)
        #expect(right > 0.97)
    }

    @Test("Settings out of range, and parameters that cannot be trained")
    func misuse() throws {
        let p = try Tensor.parameter(Tensor.ones([2]))
        func check(_ code: TensorError.Code, _ parts: [String], sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void) {
            expectError(code, parts, sourceLocation: sourceLocation, body)
        }
        check(.value, ["SGD", "empty"]) { _ = try SGD([Tensor]()) }
        check(.value, ["Adam", "empty"]) { _ = try Adam([Tensor]()) }
        check(.value, ["SGD", "learning rate", "-1"]) { _ = try SGD([p], learningRate: -1) }
        check(.value, ["SGD", "nan"]) { _ = try SGD([p], learningRate: .nan) }
        check(.value, ["SGD", "momentum"]) { _ = try SGD([p], momentum: -0.5) }
        check(.value, ["SGD", "weight_decay"]) { _ = try SGD([p], weightDecay: -1) }
        check(.value, ["SGD", "Nesterov"]) { _ = try SGD([p], nesterov: true) }
        check(.value, ["Adam", "learning rate"]) { _ = try Adam([p], learningRate: -1) }
        check(.value, ["Adam", "beta", "index 1", "1.0"]) { _ = try Adam([p], betas: (0.9, 1)) }
        check(.value, ["Adam", "index 0"]) { _ = try Adam([p], betas: (-0.1, 0.9)) }
        check(.value, ["Adam", "epsilon"]) { _ = try Adam([p], epsilon: -1) }
        check(.value, ["Adam", "weight_decay"]) { _ = try Adam([p], weightDecay: -1) }
        check(.value, ["non-leaf", "[2]"]) { _ = try SGD([p * 2]) }
        let integers = try Tensor.zeros([2], dtype: .int64)
        try integers.setGrad(Tensor.ones([2], dtype: .int64))
        check(.runtime, ["SGD", "int64"]) { try SGD([integers]).step() }
        check(.runtime, ["Adam", "int64"]) { try Adam([integers]).step() }
        check(.value, ["AdamW", "learning rate"]) { _ = try AdamW([p], learningRate: -1) }
        check(.value, ["Adamax", "beta"]) { _ = try Adamax([p], betas: (0.9, 2)) }
        check(.value, ["NAdam", "momentum_decay"]) { _ = try NAdam([p], momentumDecay: -1) }
        check(.value, ["RAdam", "epsilon"]) { _ = try RAdam([p], epsilon: -1) }
        check(.value, ["RMSprop", "alpha"]) { _ = try RMSprop([p], smoothing: -1) }
        check(.value, ["Adagrad", "initial_accumulator_value"]) { _ = try Adagrad([p], initialAccumulator: -1) }
        check(.value, ["Adadelta", "rho"]) { _ = try Adadelta([p], rho: 1.5) }
        check(.value, ["ASGD", "weight_decay"]) { _ = try ASGD([p], weightDecay: -1) }
        check(.value, ["Rprop", "eta", "1.2"]) { _ = try Rprop([p], etas: (1.2, 0.5)) }
        check(.value, ["Adafactor", "beta2_decay"]) { _ = try Adafactor([p], beta2Decay: 0.5) }
        check(.value, ["Muon", "[2]"]) { _ = try Muon([p]) }
        check(.value, ["LBFGS", "iterations", "0"]) { _ = try LBFGS([p], iterations: 0) }
        check(.value, ["LBFGS", "empty"]) { _ = try LBFGS([]) }
        check(.runtime, ["LBFGS", "closure"]) { try LBFGS([p]).step() }
        check(.value, ["SGD", "[2]", "more than once"]) { _ = try SGD([p, p]) }
        check(.value, ["SGD", "no setting rho"]) { _ = try SGD([ParameterGroup([p], settings: [.rho: 1])]) }
        let matrix = try Tensor.parameter(Tensor.ones([2, 2]))
        try matrix.setGrad(Tensor.ones([2, 2]))
        check(.value, ["Muon", "less than 100", "100"]) { try Muon([matrix], iterations: 100).step() }
        // The memory was exchanged for another shape after the state was made.
        for optimizer in [try SGD([p], momentum: 0.9), try Adam([p])] as [any Optimizer] {
            try p.setGrad(Tensor.ones([2]))
            try optimizer.step()
            try p.setData(Tensor.ones([3]))
            try p.setGrad(Tensor.ones([3]))
            check(.runtime, ["[2]", "[3]"]) { try optimizer.step() }
            try p.setData(Tensor.ones([2]))
        }
        let shared = try Tensor.parameter(Tensor.ones([1]).expanded([3]))
        try shared.setGrad(Tensor.ones([3]))
        check(.runtime, ["step", "single memory location"]) { try SGD([shared]).step() }
    }
}
