import Foundation
import Testing

@testable import SwiftNN

/// Optimisers against PyTorch's numbers.
extension CoreTests.OptimizerTests {
    typealias Value = OptimizerGoldens.Value

    @Test("There are goldens for every optimiser")
    func goldensAreRead() throws {
        let goldens = try #require(OptimizerGoldens.all)
        #expect(Set(goldens.optimizers.map(\.optimizer)).count == 13 && goldens.lbfgs.count == 4 && goldens.schedules.count > 40)
    }

    static func optimizer(_ name: String, _ s: [String: Value], _ p: [Tensor]) throws -> GradientOptimizer {
        func number(_ key: String, _ fallback: Double) -> Double { s[key]?.number ?? fallback }
        func flag(_ key: String) -> Bool { s[key]?.flag ?? false }
        let betas = s["betas"]?.pair ?? (0.9, 0.999)
        let (decay, maximize, epsilon) = (number("weight_decay", 0), flag("maximize"), number("eps", 1e-8))
        switch name {
        case "SGD":
            return try SGD(
                p, learningRate: number("lr", 1e-3), momentum: number("momentum", 0), dampening: number("dampening", 0),
                weightDecay: decay, nesterov: flag("nesterov"), maximize: maximize)
        case "Adam":
            return try Adam(
                p, learningRate: number("lr", 1e-3), betas: betas, epsilon: epsilon, weightDecay: decay, amsgrad: flag("amsgrad"),
                decoupledWeightDecay: flag("decoupled_weight_decay"), maximize: maximize)
        case "AdamW":
            return try AdamW(
                p, learningRate: number("lr", 1e-3), betas: betas, epsilon: epsilon, weightDecay: number("weight_decay", 1e-2),
                amsgrad: flag("amsgrad"), maximize: maximize)
        case "Adamax":
            return try Adamax(
                p, learningRate: number("lr", 2e-3), betas: betas, epsilon: epsilon, weightDecay: decay, maximize: maximize)
        case "NAdam":
            return try NAdam(
                p, learningRate: number("lr", 2e-3), betas: betas, epsilon: epsilon, weightDecay: decay,
                momentumDecay: number("momentum_decay", 4e-3), decoupledWeightDecay: flag("decoupled_weight_decay"),
                maximize: maximize)
        case "RAdam":
            return try RAdam(
                p, learningRate: number("lr", 1e-3), betas: betas, epsilon: epsilon, weightDecay: decay,
                decoupledWeightDecay: flag("decoupled_weight_decay"), maximize: maximize)
        case "RMSprop":
            return try RMSprop(
                p, learningRate: number("lr", 1e-2), smoothing: number("alpha", 0.99), epsilon: epsilon, weightDecay: decay,
                momentum: number("momentum", 0), centered: flag("centered"), maximize: maximize)
        case "Adagrad":
            return try Adagrad(
                p, learningRate: number("lr", 1e-2), learningRateDecay: number("lr_decay", 0), weightDecay: decay,
                initialAccumulator: number("initial_accumulator_value", 0), epsilon: number("eps", 1e-10), maximize: maximize)
        case "Adadelta":
            return try Adadelta(
                p, learningRate: number("lr", 1), rho: number("rho", 0.9), epsilon: number("eps", 1e-6), weightDecay: decay,
                maximize: maximize)
        case "ASGD":
            return try ASGD(
                p, learningRate: number("lr", 1e-2), parameterDecay: number("lambd", 1e-4), power: number("alpha", 0.75),
                averagingStart: number("t0", 1e6), weightDecay: decay, maximize: maximize)
        case "Rprop":
            return try Rprop(
                p, learningRate: number("lr", 1e-2), etas: s["etas"]?.pair ?? (0.5, 1.2),
                stepSizes: s["step_sizes"]?.pair ?? (1e-6, 50), maximize: maximize)
        case "Adafactor":
            let pair = s["eps"]?.pair
            return try Adafactor(
                p, learningRate: number("lr", 1e-2), beta2Decay: number("beta2_decay", -0.8), epsilon: pair?.0,
                epsilon2: pair?.1 ?? 1e-3, clippingThreshold: number("d", 1), weightDecay: decay, maximize: maximize)
        default:
            let c = s["ns_coefficients"]?.list?.compactMap(\.number) ?? [3.4445, -4.7750, 2.0315]
            return try Muon(
                p, learningRate: number("lr", 1e-3), weightDecay: number("weight_decay", 0.1), momentum: number("momentum", 0.95),
                nesterov: s["nesterov"]?.flag ?? true, coefficients: (c[0], c[1], c[2]),
                iterations: Int(number("ns_steps", 5)),
                rateAdjustment: s["adjust_lr_fn"]?.text == "match_rms_adamw" ? .matchingAdam : .original)
        }
    }

    @Test("Steps and state of every optimiser", arguments: OptimizerGoldens.all?.optimizers ?? [])
    func steps(_ row: OptimizerGoldens.Step) throws {
        let goldens = try #require(OptimizerGoldens.all)
        let dtype: DType = row.dtype == "float64" ? .float64 : .float32
        let tolerance = row.optimizer == "Muon" ? 3e-2 : dtype == .float64 ? 1e-12 : 3e-6
        let name = "\(row.optimizer) \(row.dtype) \(row.settings)"
        func tensor(_ values: [Double], _ index: Int) throws -> Tensor {
            let made = try Tensor(values, shape: goldens.shapes[index]).to(dtype)
            return index == 4 ? try turnedInMemory(made) : made
        }
        let parameters = try row.parameters.map { try Tensor.parameter(tensor(goldens.start[$0], $0)) }
        let optimizer = try Self.optimizer(row.optimizer, row.settings, parameters)
        var after = row.after.makeIterator()
        for (step, gradients) in goldens.gradients.enumerated() {
            for (index, parameter) in zip(row.parameters, parameters) {
                try parameter.setGrad(goldens.missing.contains([index, step]) ? nil : tensor(gradients[index], index))
            }
            try optimizer.step()
            if !goldens.kept.contains(step + 1) { continue }
            let kept = after.next()
            for (parameter, expected) in zip(parameters, try #require(kept)) {
                expectClose(try numbers(parameter), expected, tolerance: tolerance, name)
            }
        }
        var given: [String: Tensor] = [:]
        for (name, tensor) in optimizer.state() { given[name] = tensor }
        for (index, entries) in row.state.enumerated() {
            for (key, state) in entries {
                let entry = given.removeValue(forKey: "\(index).\(key)")
                let found = try #require(entry, "\(name): \(index).\(key)")
                try expectTensor(found, state.shape, state.values, tolerance: Swift.max(tolerance, 1e-6), "\(name) \(key)")
            }
        }
        #expect(given.isEmpty, "\(name): \(given.keys.sorted())")
    }

    @Test("L-BFGS on Rosenbrock's valley", arguments: OptimizerGoldens.all?.lbfgs ?? [])
    func lbfgs(_ row: OptimizerGoldens.Minimum) throws {
        let p = try Tensor.parameter(Tensor([-1.2, 1.0], shape: [2]))
        let optimizer = try LBFGS(
            [p], learningRate: row.settings["lr"]?.number ?? 1, iterations: Int(row.settings["max_iter"]?.number ?? 20),
            history: Int(row.settings["history_size"]?.number ?? 100),
            lineSearch: row.settings["line_search_fn"]?.text == nil ? .none : .strongWolfe)
        for (expected, point) in zip(row.losses, row.points) {
            let loss = try optimizer.step { () throws(TensorError) in
                optimizer.zeroGrad()
                let x = try p.selected(0, 0), y = try p.selected(0, 1)
                let loss = try (1 - x) * (1 - x) + 100 * (y - x * x) * (y - x * x)
                try loss.backward()
                return loss
            }
            expectClose([try loss.item(as: Double.self)], [expected], tolerance: 1e-6)
            expectClose(try numbers(p), point, tolerance: 1e-6)
        }
    }
}
