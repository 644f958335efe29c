import Foundation
import Testing

@testable import SwiftNN

extension CoreTests {
    @Suite("Schedules") struct SchedulerTests {}
}

extension CoreTests.SchedulerTests {
    typealias Value = OptimizerGoldens.Value

    static func twoGroups(_ method: String = "SGD") throws -> any Optimizer {
        let groups = try [0.1, 0.5].map { ParameterGroup([try Tensor.parameter(Tensor.zeros([1]))], learningRate: $0) }
        return method == "SGD" ? try SGD(groups, momentum: 0.9) : try Adam(groups)
    }

    static func function(_ name: String) -> (Int) -> Double {
        switch name {
        case "powers": { pow(0.95, Double($0)) }
        case "steps": { 1 / Double(1 + $0 / 10) }
        default: { _ in 0.97 }
        }
    }

    static func values(_ value: Value?, _ fallback: Double = 0) -> GroupValues {
        if let list = value?.list { return GroupValues(list.compactMap(\.number)) }
        return GroupValues(value?.number ?? fallback)
    }

    /// The schedule that stands under PyTorch's name and arguments.
    static func schedule(_ optimizer: any Optimizer, _ name: String, _ a: [String: Value]) throws -> Schedule {
        func number(_ key: String, _ fallback: Double) -> Double { a[key]?.number ?? fallback }
        func count(_ key: String, _ fallback: Int) -> Int { a[key]?.number.map { Int($0) } ?? fallback }
        let cycles = a["cycle_momentum"]?.flag ?? true
        switch name {
        case "LambdaLR":
            if let list = a["lr_lambda"]?.list {
                return try FactorSchedule(optimizer, factors: list.compactMap(\.text).map(function))
            }
            return try FactorSchedule(optimizer, factor: function(a["lr_lambda"]?.text ?? ""))
        case "MultiplicativeLR": return try MultiplicativeSchedule(optimizer, factor: function(a["lr_lambda"]?.text ?? ""))
        case "StepLR": return try StepDecay(optimizer, every: count("step_size", 1), factor: number("gamma", 0.1))
        case "MultiStepLR":
            let epochs = a["milestones"]?.list?.compactMap(\.number).map { Int($0) } ?? []
            return try MultiStepDecay(optimizer, at: epochs, factor: number("gamma", 0.1))
        case "ConstantLR": return try ConstantFactor(optimizer, number("factor", 1.0 / 3), epochs: count("total_iters", 5))
        case "LinearLR":
            return try LinearFactor(
                optimizer, from: number("start_factor", 1.0 / 3), to: number("end_factor", 1), epochs: count("total_iters", 5))
        case "ExponentialLR": return try ExponentialDecay(optimizer, factor: number("gamma", 0.1))
        case "PolynomialLR":
            return try PolynomialDecay(optimizer, epochs: count("total_iters", 5), power: number("power", 1))
        case "CosineAnnealingLR":
            return try CosineAnnealing(optimizer, epochs: count("T_max", 1), minimum: number("eta_min", 0))
        case "CosineAnnealingWarmRestarts":
            return try CosineRestarts(
                optimizer, period: count("T_0", 1), growth: count("T_mult", 1), minimum: number("eta_min", 0))
        case "CyclicLR":
            let height: CyclicRates.Height = switch a["mode"]?.text {
            case "triangular2": .halving
            case "exp_range": .exponential(number("gamma", 1))
            default: .constant
            }
            return try CyclicRates(
                optimizer, from: values(a["base_lr"]), to: values(a["max_lr"]), up: count("step_size_up", 2000),
                down: a["step_size_down"]?.number.map { Int($0) }, height: height,
                momentum: cycles ? number("base_momentum", 0.8)...number("max_momentum", 0.9) : nil)
        case "OneCycleLR":
            return try OneCycle(
                optimizer, maximum: values(a["max_lr"]),
                steps: count("total_steps", count("epochs", 1) * count("steps_per_epoch", 1)), rise: number("pct_start", 0.3),
                shape: a["anneal_strategy"]?.text == "linear" ? .linear : .cosine, momentum: cycles ? 0.85...0.95 : nil,
                startDivisor: number("div_factor", 25), endDivisor: number("final_div_factor", 1e4),
                isSymmetric: a["three_phase"]?.flag ?? false)
        default:
            return try AnnealedRates(
                optimizer, to: values(a["swa_lr"]), epochs: count("anneal_epochs", 10),
                shape: a["anneal_strategy"]?.text == "linear" ? .linear : .cosine)
        }
    }

    @Test("The rates of 60 steps", arguments: OptimizerGoldens.all?.schedules ?? [])
    func rates(_ row: OptimizerGoldens.Schedule) throws {
        let metrics = try #require(OptimizerGoldens.all).metrics
        let optimizer = try Self.twoGroups(row.optimizer), a = row.arguments
        let name = "\(row.schedule) \(row.optimizer) \(row.arguments)"
        var parts: [Schedule] = []
        for part in a["schedulers"]?.list ?? [] {
            guard let entry = part.list, case .table(let arguments) = entry[1] else { continue }
            parts.append(try Self.schedule(optimizer, entry[0].text ?? "", arguments))
        }
        var plateau: PlateauDecay?
        var scheduler: (any LearningRateScheduler)?
        switch row.schedule {
        case "ReduceLROnPlateau":
            let threshold = a["threshold"]?.number ?? 1e-4
            plateau = try PlateauDecay(
                optimizer, isRising: a["mode"]?.text == "max", factor: a["factor"]?.number ?? 0.1,
                patience: Int(a["patience"]?.number ?? 10),
                threshold: a["threshold_mode"]?.text == "abs" ? .absolute(threshold) : .relative(threshold),
                cooldown: Int(a["cooldown"]?.number ?? 0), minimum: Self.values(a["min_lr"]))
        case "ChainedScheduler": scheduler = try ChainedSchedules(parts)
        case "SequentialLR":
            scheduler = try SequentialSchedules(parts, at: a["milestones"]?.list?.compactMap(\.number).map { Int($0) } ?? [])
        default: scheduler = try Self.schedule(optimizer, row.schedule, a)
        }
        for (epoch, expected) in row.rates.enumerated() {
            let given = optimizer.groups.map(\.learningRate)
            for (rate, wanted) in zip(given, expected) {
                #expect(abs(rate - wanted) <= 1e-12 * abs(wanted) + 1e-16, "\(name), epoch \(epoch): \(rate), \(wanted)")
            }
            if let momenta = row.momenta {
                let given = optimizer.groups.map { $0[.beta1] ?? $0[.momentum] ?? 0 }
                expectClose(given, momenta[epoch], tolerance: 1e-12, "\(name), epoch \(epoch)")
            }
            try optimizer.step()
            if epoch == row.rates.count - 1 { break }
            plateau?.step(metrics[epoch])
            try scheduler?.step()
        }
        if let scheduler { #expect(scheduler.learningRates == optimizer.groups.map(\.learningRate)) }
    }

    final class Halving: Schedule {
        override func rates() -> [Double] { baseRates.map { $0 / exp2(Double(epoch)) } }
    }

    @Test("A schedule of one's own")
    func own() throws {
        let optimizer = try Self.twoGroups()
        let schedule = try Halving(optimizer)
        for _ in 0..<2 { try schedule.step() }
        #expect(schedule.learningRates == [0.025, 0.125] && schedule.epoch == 2 && schedule.baseRates == [0.1, 0.5])
    }

    @Test("Settings out of range")
    func misuse() throws {
        let optimizer = try Self.twoGroups()
        func check(_ parts: [String], sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void) {
            expectError(.value, parts, sourceLocation: sourceLocation, body)
        }
        check(["StepDecay", "period", "0"]) { _ = try StepDecay(optimizer, every: 0) }
        check(["FactorSchedule", "1 functions", "2 groups"]) { _ = try FactorSchedule(optimizer, factors: [{ _ in 1 }]) }
        check(["ConstantFactor", "1.5"]) { _ = try ConstantFactor(optimizer, 1.5) }
        check(["LinearFactor", "start"]) { _ = try LinearFactor(optimizer, from: 0) }
        check(["LinearFactor", "end"]) { _ = try LinearFactor(optimizer, to: 2) }
        check(["PolynomialDecay"]) { _ = try PolynomialDecay(optimizer, epochs: 0) }
        check(["CosineAnnealing"]) { _ = try CosineAnnealing(optimizer, epochs: -1) }
        check(["CosineRestarts", "growth"]) { _ = try CosineRestarts(optimizer, period: 3, growth: 0) }
        check(["CyclicRates", "rise"]) { _ = try CyclicRates(optimizer, from: 0.1, to: 1, up: 0) }
        check(["CyclicRates", "1 values"]) { _ = try CyclicRates(optimizer, from: [0.1], to: 1) }
        check(["OneCycle", "steps"]) { _ = try OneCycle(optimizer, maximum: 1, steps: 0) }
        check(["OneCycle", "rise"]) { _ = try OneCycle(optimizer, maximum: 1, steps: 5, rise: 2) }
        check(["AnnealedRates"]) { _ = try AnnealedRates(optimizer, to: 0.1, epochs: -1) }
        check(["PlateauDecay", "factor"]) { _ = try PlateauDecay(optimizer, factor: 1) }
        check(["ChainedSchedules", "at least one"]) { _ = try ChainedSchedules([]) }
        check(["SequentialSchedules", "at least one"]) { _ = try SequentialSchedules([], at: []) }
        let schedule = try StepDecay(optimizer, every: 1), stranger = try StepDecay(Self.twoGroups(), every: 1)
        check(["SequentialSchedules", "1 starts"]) { _ = try SequentialSchedules([schedule], at: [1]) }
        check(["SequentialSchedules", "another optimizer"]) { _ = try SequentialSchedules([schedule, stranger], at: [1]) }
        check(["ChainedSchedules", "another optimizer"]) { _ = try ChainedSchedules([schedule, stranger]) }
        let adagrad = try Adagrad([try Tensor.parameter(Tensor.ones([1]))])
        check(["OneCycle", "momentum"]) { _ = try OneCycle(adagrad, maximum: 1, steps: 5) }
        let cycle = try OneCycle(optimizer, maximum: 1, steps: 2)
        for _ in 0..<2 { try cycle.step() }
        check(["OneCycle", "step 3"]) { try cycle.step() }
        // A group that came later has no rate of its own in the schedule.
        let late = try SGD([try Tensor.parameter(Tensor.ones([1]))])
        let factor = try FactorSchedule(late) { _ in 0.5 }
        try late.add(ParameterGroup([try Tensor.parameter(Tensor.ones([1]))]))
        check(["FactorSchedule", "1 learning rates", "2 groups"]) { try factor.step() }
    }
}
