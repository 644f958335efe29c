import Foundation
import Testing

@testable import SwiftNN

/// Optimisers and whole trainings against PyTorch's numbers; Goldens/make_training.py made them.
extension CoreTests {
    @Suite("Training")
    struct TrainingTests {
        struct Goldens: Decodable {
            let steps: [Steps]
            let curves: [Curve]
        }

        struct Settings: Decodable, Sendable {
            var lr: Double?
            var momentum: Double?
            var dampening: Double?
            var weight_decay: Double?
            var nesterov: Bool?
            var maximize: Bool?
            var betas: [Double]?
            var eps: Double?
        }

        struct Steps: Decodable, Sendable, CustomTestStringConvertible {
            let optimizer: String, settings: Settings, dtype: String, shapes: [[Int]]
            let start: [[Double]], gradients: [[[Double]]], after: [[[Double]]]
            var testDescription: String { "\(optimizer) \(dtype) \(settings)" }
        }

        struct Curve: Decodable, Sendable, CustomTestStringConvertible {
            let activation: String, loss: String, optimizer: String, settings: Settings, seed: UInt64, losses: [Double]
            var testDescription: String { "\(activation) \(loss) \(optimizer)" }
        }

        static let goldens: Goldens? = try? JSONDecoder().decode(Goldens.self, from: goldenFile("training.json"))

        static func optimizer(_ name: String, _ s: Settings, _ parameters: [Tensor]) throws -> any Optimizer {
            if name == "SGD" {
                return try SGD(
                    parameters, learningRate: s.lr ?? 1e-3, momentum: s.momentum ?? 0, dampening: s.dampening ?? 0,
                    weightDecay: s.weight_decay ?? 0, nesterov: s.nesterov ?? false, maximize: s.maximize ?? false)
            }
            return try Adam(
                parameters, learningRate: s.lr ?? 1e-3, betas: (s.betas?[0] ?? 0.9, s.betas?[1] ?? 0.999),
                epsilon: s.eps ?? 1e-8, weightDecay: s.weight_decay ?? 0, decoupledWeightDecay: name == "AdamW",
                maximize: s.maximize ?? false)
        }

        @Test("There are goldens")
        func goldensAreRead() throws {
            let goldens = try #require(Self.goldens)
            #expect(goldens.steps.count >= 6 && goldens.curves.count == 4)
        }

        static func tensors(_ numbers: [[Double]], _ shapes: [[Int]], _ dtype: DType) throws -> [Tensor] {
            try zip(numbers, shapes).map { try Tensor($0, shape: $1).to(dtype) }
        }

        @Test("Steps of the optimisers", arguments: goldens?.steps ?? [])
        func steps(_ row: Steps) throws {
            let dtype: DType = row.dtype == "float64" ? .float64 : .float32
            let tolerance = dtype == .float64 ? 1e-12 : 1e-6
            let parameters = try Self.tensors(row.start, row.shapes, dtype).map { try Tensor.parameter($0) }
            let optimizer = try Self.optimizer(row.optimizer, row.settings, parameters)
            for (gradients, expected) in zip(row.gradients, row.after) {
                for (parameter, gradient) in zip(parameters, try Self.tensors(gradients, row.shapes, dtype)) {
                    try parameter.setGrad(gradient)
                }
                try optimizer.step()
                for (parameter, values) in zip(parameters, expected) {
                    expectClose(try numbers(parameter), values, tolerance: tolerance)
                }
            }
        }

        @Test("Loss curves from the same seed", arguments: goldens?.curves ?? [])
        func curves(_ row: Curve) throws {
            Generator.shared.manualSeed(row.seed)
            let activation: Module = switch row.activation {
            case "ReLU": ReLU()
            case "Tanh": Tanh()
            default: Sigmoid()
            }
            let net = Sequential(try Linear(20, 32), activation, try Linear(32, 5))
            let x = try Tensor.rand([40, 20])
            let isClasses = row.loss == "cross_entropy"
            let target = try isClasses ? Tensor.randint(0, 5, [40]) : Tensor.rand([40, 5])
            let optimizer = try Self.optimizer(row.optimizer, row.settings, net.parameters())
            for expected in row.losses {
                let y = try net(x)
                let loss = try isClasses ? y.crossEntropy(target) : y.meanSquaredError(target)
                optimizer.zeroGrad()
                try loss.backward()
                try optimizer.step()
                let given = try loss.item(as: Double.self)
                #expect(abs(given - expected) <= 1e-5 * abs(expected), "\(given), in PyTorch \(expected)")
            }
        }
    }
}
