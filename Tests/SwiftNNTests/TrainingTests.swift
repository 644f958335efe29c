import Foundation
import Testing

@testable import SwiftNN

extension CoreTests {
    @Suite("Training") struct TrainingTests {}
}

private struct Settings: Decodable, Sendable {
    let lr: Double
    var momentum: Double?
    var dampening: Double?
    var nesterov: Bool?
    var maximize: Bool?
    var betas: [Double]?
    var eps: Double?
    var weight_decay: Double?

    func optimizer(_ name: String, _ parameters: [Tensor]) throws -> any Optimizer {
        if name == "SGD" {
            return try SGD(
                parameters, learningRate: lr, momentum: momentum ?? 0, dampening: dampening ?? 0, weightDecay: weight_decay ?? 0,
                nesterov: nesterov ?? false, maximize: maximize ?? false)
        }
        return try Adam(
            parameters, learningRate: lr, betas: betas.map { ($0[0], $0[1]) } ?? (0.9, 0.999), epsilon: eps ?? 1e-8,
            weightDecay: weight_decay ?? 0, decoupledWeightDecay: name == "AdamW", maximize: maximize ?? false)
    }
}

/// The golden values of Tests/Goldens/make_training.py.
private struct Goldens: Decodable, Sendable {
    struct Steps: Decodable, Sendable, CustomTestStringConvertible {
        let optimizer: String
        let settings: Settings
        let dtype: String
        let shapes: [[Int]]
        let start: [[Double]]
        let gradients: [[[Double]]]
        let after: [[[Double]]]
        var testDescription: String { "\(optimizer) \(settings) \(dtype)" }
    }

    struct Curve: Decodable, Sendable, CustomTestStringConvertible {
        let activation: String
        let loss: String
        let optimizer: String
        let settings: Settings
        let seed: UInt64
        let losses: [Double]
        var testDescription: String { "\(activation) \(loss) \(optimizer)" }
    }

    let torch: String
    let steps: [Steps]
    let curves: [Curve]

    static func load() throws -> Goldens { try JSONDecoder().decode(Goldens.self, from: goldenFile("training.json")) }

    /// Empty if the file cannot be read, which `goldensAreThere` then reports.
    static let steps: [Steps] = (try? load().steps) ?? []
    static let curves: [Curve] = (try? load().curves) ?? []
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

extension CoreTests.TrainingTests {
    @Test("The golden file is there")
    func goldensAreThere() throws {
        let goldens = try Goldens.load()
        #expect(goldens.torch.hasPrefix("2.13") && goldens.steps.count == 24 && goldens.curves.count == 4)
    }

    private func steps(_ row: Goldens.Steps, turned: Bool) throws {
        let dtype: DType = row.dtype == "float64" ? .float64 : .float32
        let parameters = try zip(row.start, row.shapes).map { (values, shape) in
            let tensor = try Tensor(values, shape: shape).to(dtype)
            return try Tensor.parameter(turned ? turnedInMemory(tensor) : tensor)
        }
        let optimizer = try row.settings.optimizer(row.optimizer, parameters)
        #expect(zip(optimizer.parameters, parameters).allSatisfy { $0 === $1 })
        for (gradients, after) in zip(row.gradients, row.after) {
            for (parameter, gradient) in zip(parameters, gradients) {
                try parameter.setGrad(Tensor(gradient, shape: parameter.shape).to(dtype))
            }
            try optimizer.step()
            for (parameter, expected) in zip(parameters, after) {
                try expectTensor(
                    parameter, parameter.shape, expected, dtype: dtype, tolerance: dtype == .float64 ? 1e-14 : 2e-6,
                    row.testDescription)
            }
        }
    }

    @Test("Ten steps are PyTorch's", arguments: Goldens.steps)
    fileprivate func optimizerSteps(_ row: Goldens.Steps) throws {
        #expect(row.after.count == 10 && row.gradients.count == 10)
        for turned in [false, true] { try steps(row, turned: turned) }
    }

    @Test("50 losses of a small network are PyTorch's from the same seed", arguments: Goldens.curves)
    fileprivate func curve(_ row: Goldens.Curve) throws {
        Generator.shared.manualSeed(row.seed)
        let first = try Linear(20, 32)
        let activation: Module = row.activation == "ReLU" ? ReLU() : row.activation == "Tanh" ? Tanh() : Sigmoid()
        let net = Sequential(first, activation, try Linear(32, 5))
        let x = try Tensor.rand([40, 20])
        let target = try row.loss == "cross_entropy" ? Tensor.randint(0, 5, [40]) : Tensor.rand([40, 5])
        let optimizer = try row.settings.optimizer(row.optimizer, net.parameters())
        var losses: [Double] = []
        for _ in 0..<row.losses.count {
            let y = try net(x)
            let loss = try row.loss == "cross_entropy" ? y.crossEntropy(target) : y.meanSquaredError(target)
            optimizer.zeroGrad()
            try loss.backward()
            try optimizer.step()
            losses.append(Double(try loss.item(as: Float.self)))
        }
        #expect(losses.count == 50)
        for (step, (given, expected)) in zip(losses, row.losses).enumerated() {
            #expect(abs(given - expected) <= 1e-5 * expected, "step \(step)")
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
        check(.value, ["SGD", "empty"]) { _ = try SGD([]) }
        check(.value, ["Adam", "empty"]) { _ = try Adam([]) }
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
