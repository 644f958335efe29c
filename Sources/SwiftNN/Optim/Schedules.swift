#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What changes the learning rates of an optimiser's groups: it sets the first ones when it is made, and the next ones with
/// each `step`, which is called after the optimiser's, once an epoch or once a batch.
public protocol LearningRateScheduler: AnyObject {
    /// Whose rates are set.
    var optimizer: any Optimizer { get }
    /// Goes on by one epoch and sets the rates.
    func step() throws(TensorError)
}

extension LearningRateScheduler {
    /// The rates of the optimiser's groups.
    public var learningRates: [Double] { optimizer.groups.map(\.learningRate) }
}

/// A value for each group of an optimiser: `0.1` for all, or `[0.1, 0.01]`.
public struct GroupValues: Sendable, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
    private let values: [Double], isList: Bool

    /// The same for all groups.
    public init(_ value: Double) { (values, isList) = ([value], false) }
    /// One for each group.
    public init(_ values: [Double]) { (self.values, isList) = (values, true) }
    public init(floatLiteral value: Double) { self.init(value) }
    public init(integerLiteral value: Int) { self.init(Double(value)) }
    public init(arrayLiteral elements: Double...) { self.init(elements) }

    func list(for optimizer: any Optimizer, _ name: String, _ what: String) throws(TensorError) -> [Double] {
        let count = optimizer.groups.count
        if !isList { return Array(repeating: values[0], count: count) }
        if values.count != count {
            throw TensorError(.value, name, "\(what) has \(values.count) values, the optimizer has \(count) groups")
        }
        return values
    }
}

/// What schedules have in common. A schedule of one's own overrides `rates()`.
///
///     final class Halving: Schedule {
///         override func rates() -> [Double] { baseRates.map { $0 / exp2(Double(epoch)) } }
///     }
///
/// Most schedules compute a rate from the one before it, so that several can be chained.
open class Schedule: LearningRateScheduler {
    public let optimizer: any Optimizer
    /// How many steps were made.
    public internal(set) var epoch = -1
    /// The rates of the groups before the first schedule.
    public internal(set) var baseRates: [Double]
    /// Whether the first rates are being set.
    fileprivate var isFirst = false

    /// - Throws: what `rates` throws.
    public init(_ optimizer: any Optimizer) throws(TensorError) {
        self.optimizer = optimizer
        for index in optimizer.groups.indices where optimizer.groups[index].initialRate == nil {
            optimizer.groups[index].initialRate = optimizer.groups[index].learningRate
        }
        baseRates = optimizer.groups.map { $0.initialRate ?? $0.learningRate }
        try begin()
    }

    /// The rates of the groups for `epoch`.
    open func rates() throws(TensorError) -> [Double] { current }

    /// The rates for `epoch` from the first ones, where the last ones do not count.
    func directRates() throws(TensorError) -> [Double] { try rates() }

    public func step() throws(TensorError) {
        epoch += 1
        try apply(rates())
    }

    fileprivate func begin() throws(TensorError) {
        isFirst = true
        defer { isFirst = false }
        try step()
    }

    /// Begins anew, whatever the rates are.
    fileprivate func restart() throws(TensorError) {
        epoch = 0
        try apply(directRates())
    }

    private func apply(_ rates: [Double]) throws(TensorError) {
        if rates.count != optimizer.groups.count {
            throw TensorError(.value, "\(type(of: self))",
                "\(rates.count) learning rates for \(optimizer.groups.count) groups")
        }
        for (index, rate) in rates.enumerated() { optimizer.groups[index].learningRate = rate }
    }

    fileprivate var current: [Double] { optimizer.groups.map(\.learningRate) }
    fileprivate func scaled(_ factor: Double) -> [Double] { current.map { $0 * factor } }
    fileprivate func based(_ factor: Double) -> [Double] { baseRates.map { $0 * factor } }
    fileprivate var time: Double { Double(epoch) }
}

private func requirePositive(_ value: Int, _ name: String, _ what: String) throws(TensorError) {
    if value < 1 { throw TensorError(.value, name, "expected a positive \(what), got \(value)") }
}

// MARK: - By functions

/// The first rates times a function of the epoch (LambdaLR).
public final class FactorSchedule: Schedule {
    private let factors: [(Int) -> Double]

    /// - Parameter factor: of the epoch, which counts from 0.
    public init(_ optimizer: any Optimizer, factor: @escaping (Int) -> Double) throws(TensorError) {
        factors = Array(repeating: factor, count: optimizer.groups.count)
        try super.init(optimizer)
    }

    /// - Parameter factors: one for each group.
    public init(_ optimizer: any Optimizer, factors: [(Int) -> Double]) throws(TensorError) {
        if factors.count != optimizer.groups.count {
            throw TensorError(.value, "FactorSchedule", "\(factors.count) functions for \(optimizer.groups.count) groups")
        }
        self.factors = factors
        try super.init(optimizer)
    }

    public override func rates() throws(TensorError) -> [Double] { zip(baseRates, factors).map { $0 * $1(epoch) } }
}

/// The last rates times a function of the epoch (MultiplicativeLR).
public final class MultiplicativeSchedule: Schedule {
    private let factor: (Int) -> Double

    /// - Parameter factor: of the epoch, which is 1 when it is asked first.
    public init(_ optimizer: any Optimizer, factor: @escaping (Int) -> Double) throws(TensorError) {
        self.factor = factor
        try super.init(optimizer)
    }

    public override func rates() throws(TensorError) -> [Double] { isFirst ? current : scaled(factor(epoch)) }
}

// MARK: - Steps

/// The rates times a factor every so many epochs (StepLR).
public final class StepDecay: Schedule {
    private let period: Int, factor: Double

    public init(_ optimizer: any Optimizer, every period: Int, factor: Double = 0.1) throws(TensorError) {
        try requirePositive(period, "StepDecay", "period")
        (self.period, self.factor) = (period, factor)
        try super.init(optimizer)
    }

    public override func rates() throws(TensorError) -> [Double] {
        epoch == 0 || epoch % period != 0 ? current : scaled(factor)
    }

    override func directRates() throws(TensorError) -> [Double] { based(pow(factor, Double(epoch / period))) }
}

/// The rates times a factor at certain epochs; twice at one that is listed twice (MultiStepLR).
public final class MultiStepDecay: Schedule {
    private let epochs: [Int], factor: Double

    public init(_ optimizer: any Optimizer, at epochs: [Int], factor: Double = 0.1) throws(TensorError) {
        (self.epochs, self.factor) = (epochs, factor)
        try super.init(optimizer)
    }

    private func power(_ isCounted: (Int) -> Bool) -> Double { pow(factor, Double(epochs.count(where: isCounted))) }

    public override func rates() throws(TensorError) -> [Double] {
        epochs.contains(epoch) ? scaled(power { $0 == epoch }) : current
    }

    override func directRates() throws(TensorError) -> [Double] { based(power { $0 <= epoch }) }
}

/// The rates times a factor for the first epochs, and whole from then on (ConstantLR).
public final class ConstantFactor: Schedule {
    private let factor: Double, epochs: Int

    public init(_ optimizer: any Optimizer, _ factor: Double = 1.0 / 3, epochs: Int = 5) throws(TensorError) {
        try require(factor >= 0 && factor <= 1, "ConstantFactor", "factor, which must be between 0 and 1", factor)
        (self.factor, self.epochs) = (factor, epochs)
        try super.init(optimizer)
    }

    public override func rates() throws(TensorError) -> [Double] {
        epoch == 0 ? scaled(factor) : epoch != epochs ? current : scaled(1 / factor)
    }

    override func directRates() throws(TensorError) -> [Double] { based(epoch >= epochs ? 1 : factor) }
}

// MARK: - Falling and rising

/// The rates times a factor that goes from one number to another (LinearLR), as for a warmup.
public final class LinearFactor: Schedule {
    private let start: Double, end: Double, epochs: Int

    public init(
        _ optimizer: any Optimizer, from start: Double = 1.0 / 3, to end: Double = 1, epochs: Int = 5
    ) throws(TensorError) {
        try require(start > 0 && start <= 1, "LinearFactor", "start, which must be above 0 and at most 1", start)
        try require(end >= 0 && end <= 1, "LinearFactor", "end, which must be between 0 and 1", end)
        (self.start, self.end, self.epochs) = (start, end, epochs)
        try super.init(optimizer)
    }

    public override func rates() throws(TensorError) -> [Double] {
        if epoch == 0 { return scaled(start) }
        if isFirst || epoch > epochs { return current }
        return scaled(1 + (end - start) / (Double(epochs) * start + (time - 1) * (end - start)))
    }

    override func directRates() throws(TensorError) -> [Double] {
        based(start + (end - start) * Double(Swift.min(epochs, epoch)) / Double(epochs))
    }
}

/// The rates times a factor every epoch (ExponentialLR).
public final class ExponentialDecay: Schedule {
    private let factor: Double

    public init(_ optimizer: any Optimizer, factor: Double) throws(TensorError) {
        self.factor = factor
        try super.init(optimizer)
    }

    public override func rates() throws(TensorError) -> [Double] { isFirst ? current : scaled(factor) }
    override func directRates() throws(TensorError) -> [Double] { based(pow(factor, time)) }
}

/// The rates times (1 - epoch / epochs) to a power (PolynomialLR).
public final class PolynomialDecay: Schedule {
    private let epochs: Int, power: Double

    public init(_ optimizer: any Optimizer, epochs: Int = 5, power: Double = 1) throws(TensorError) {
        try requirePositive(epochs, "PolynomialDecay", "number of epochs")
        (self.epochs, self.power) = (epochs, power)
        try super.init(optimizer)
    }

    private func left(_ epoch: Double) -> Double { 1 - epoch / Double(epochs) }

    public override func rates() throws(TensorError) -> [Double] {
        isFirst || epoch > epochs ? current : scaled(pow(left(time) / left(time - 1), power))
    }

    override func directRates() throws(TensorError) -> [Double] {
        based(pow(left(Double(Swift.min(epochs, epoch))), power))
    }
}

/// From the first rates to a minimum along a cosine, and back (CosineAnnealingLR).
public final class CosineAnnealing: Schedule {
    private let epochs: Int, minimum: Double

    /// - Parameter epochs: how long it takes to the minimum.
    public init(_ optimizer: any Optimizer, epochs: Int, minimum: Double = 0) throws(TensorError) {
        try requirePositive(epochs, "CosineAnnealing", "number of epochs")
        (self.epochs, self.minimum) = (epochs, minimum)
        try super.init(optimizer)
    }

    private func height(_ epoch: Double) -> Double { 1 + cos(Double.pi * epoch / Double(epochs)) }

    public override func rates() throws(TensorError) -> [Double] {
        if isFirst { return current }
        let past = epoch - 1 - epochs
        if past % epochs == 0 && past / epochs % 2 == 0 {
            // The rate before is the least, of which no multiple is another.
            let rise = (1 - cos(Double.pi / Double(epochs))) / 2
            return zip(current, baseRates).map { $0 + ($1 - minimum) * rise }
        }
        let ratio = height(time) / height(time - 1)
        return current.map { ratio * ($0 - minimum) + minimum }
    }

    override func directRates() throws(TensorError) -> [Double] {
        baseRates.map { minimum + ($0 - minimum) * height(time) / 2 }
    }
}

/// From the first rates to a minimum along a cosine, again and again, in periods that may grow
/// (CosineAnnealingWarmRestarts).
public final class CosineRestarts: Schedule {
    private var period: Double, position = 0.0
    private let firstPeriod: Int, growth: Int, minimum: Double

    /// - Parameters:
    ///   - period: the length of the first, in epochs.
    ///   - growth: how many times as long each is as the one before.
    public init(_ optimizer: any Optimizer, period: Int, growth: Int = 1, minimum: Double = 0) throws(TensorError) {
        try requirePositive(period, "CosineRestarts", "period")
        try requirePositive(growth, "CosineRestarts", "growth")
        (self.firstPeriod, self.growth, self.minimum) = (period, growth, minimum)
        self.period = Double(period)
        try super.init(optimizer)
    }

    public override func rates() throws(TensorError) -> [Double] {
        if epoch == 0 {
            (position, period) = (0, Double(firstPeriod))
        } else {
            position += 1
            if position >= period {
                position -= period
                period *= Double(growth)
            }
        }
        return baseRates.map { minimum + ($0 - minimum) * (1 + cos(Double.pi * position / period)) / 2 }
    }
}

/// From the rates that there are to others, and constant from then on (SWALR): for averages of weights.
public final class AnnealedRates: Schedule {
    private let ends: [Double], epochs: Int, shape: AnnealingShape

    public init(
        _ optimizer: any Optimizer, to rates: GroupValues, epochs: Int = 10, shape: AnnealingShape = .cosine
    ) throws(TensorError) {
        if epochs < 0 { throw TensorError(.value, "AnnealedRates", "a negative number of epochs: \(epochs)") }
        ends = try rates.list(for: optimizer, "AnnealedRates", "the list of rates")
        (self.epochs, self.shape) = (epochs, shape)
        try super.init(optimizer)
    }

    private func part(_ epoch: Double) -> Double {
        shape.value(from: 0, to: 1, Swift.max(0, Swift.min(1, epoch / Double(Swift.max(1, epochs)))))
    }

    public override func rates() throws(TensorError) -> [Double] {
        let now = epochs == 0 ? Swift.max(1, time) : time
        let (before, after) = (part(now - 1), part(now))
        return zip(current, ends).map { rate, end in
            let start = before == 1 ? end : (rate - before * end) / (1 - before)
            return end * after + start * (1 - after)
        }
    }
}

/// How a schedule goes from one value to another.
public enum AnnealingShape: Sendable {
    case cosine, linear

    func value(from start: Double, to end: Double, _ part: Double) -> Double {
        switch self {
        case .cosine: end + (start - end) / 2 * (cos(Double.pi * part) + 1)
        case .linear: (end - start) * part + start
        }
    }
}

// MARK: - Cycles, in which momentum moves as well

/// Sets momentum, or the first beta, of a group. A group with neither is an error.
private func setMomentum(_ optimizer: any Optimizer, _ index: Int, _ value: Double, _ name: String) throws(TensorError) {
    let group = optimizer.groups[index]
    guard let setting = [OptimizerSetting.beta1, .momentum].first(where: { group[$0] != nil }) else {
        throw TensorError(.value, name, "the optimizer has neither momentum nor a first beta to move")
    }
    optimizer.groups[index][setting] = value
}

/// Up from one rate to another and down again, over and over; momentum the other way (CyclicLR).
public final class CyclicRates: Schedule {
    /// The height of the cycles.
    public enum Height: Sendable {
        /// Always the same.
        case constant
        /// Half as high in each cycle.
        case halving
        /// Times a power of this, which grows with the epoch.
        case exponential(Double)
    }

    private let low: [Double], high: [Double]
    private let up: Int, down: Int, height: Height
    private let momentum: ClosedRange<Double>?

    /// - Parameters:
    ///   - up: the epochs of a rise.
    ///   - down: those of a fall; as many as of a rise unless given.
    ///   - momentum: between what it moves; nil to leave it alone.
    /// - Throws: for an optimiser without momentum, and for lengths that are not positive.
    public init(
        _ optimizer: any Optimizer, from low: GroupValues, to high: GroupValues, up: Int = 2000, down: Int? = nil,
        height: Height = .constant, momentum: ClosedRange<Double>? = 0.8...0.9
    ) throws(TensorError) {
        try requirePositive(up, "CyclicRates", "length of a rise")
        try requirePositive(down ?? up, "CyclicRates", "length of a fall")
        self.low = try low.list(for: optimizer, "CyclicRates", "the list of lowest rates")
        self.high = try high.list(for: optimizer, "CyclicRates", "the list of highest rates")
        (self.up, self.down, self.height, self.momentum) = (up, down ?? up, height, momentum)
        try super.init(optimizer)
    }

    public override func rates() throws(TensorError) -> [Double] {
        let total = Double(up) + Double(down), rise = Double(up) / total
        let cycle = floor(1 + time / total), x = 1 + time / total - cycle
        let part = x <= rise ? x / rise : (x - 1) / (rise - 1)
        let scale = switch height {
        case .constant: 1.0
        case .halving: 1 / exp2(cycle - 1)
        case .exponential(let base): pow(base, time)
        }
        if let momentum {
            let value = momentum.upperBound - (momentum.upperBound - momentum.lowerBound) * part * scale
            for index in optimizer.groups.indices { try setMomentum(optimizer, index, value, "CyclicRates") }
        }
        return zip(low, high).map { $0 + ($1 - $0) * part * scale }
    }
}

/// One cycle for the whole training: up to a maximum, down to next to nothing; momentum the other way (OneCycleLR).
public final class OneCycle: Schedule {
    private struct Phase {
        let end: Double
        /// Each an index into the three rates of a group: first, highest, last.
        let rates: (from: Int, to: Int)
        /// Each 0 for the least momentum, 1 for the most.
        let momenta: (from: Int, to: Int)
    }

    private let phases: [Phase], levels: [[Double]], steps: Int
    private let shape: AnnealingShape, momentum: ClosedRange<Double>?

    /// - Parameters:
    ///   - maximum: the highest rates.
    ///   - steps: the length of the whole.
    ///   - rise: which part of it is the rise.
    ///   - momentum: between what it moves; nil to leave it alone.
    ///   - startDivisor: the first rate is the highest divided by this.
    ///   - endDivisor: the last is the first divided by this.
    ///   - isSymmetric: whether it falls to the first rate as fast as it rises, and then to the last.
    /// - Throws: for an optimiser without momentum, and for settings out of range. A step beyond the end is an error.
    public init(
        _ optimizer: any Optimizer, maximum: GroupValues, steps: Int, rise: Double = 0.3, shape: AnnealingShape = .cosine,
        momentum: ClosedRange<Double>? = 0.85...0.95, startDivisor: Double = 25, endDivisor: Double = 1e4,
        isSymmetric: Bool = false
    ) throws(TensorError) {
        try requirePositive(steps, "OneCycle", "number of steps")
        try require(rise >= 0 && rise <= 1, "OneCycle", "rise, which must be between 0 and 1", rise)
        let total = Double(steps), top = rise * total - 1
        let up = Phase(end: top, rates: (0, 1), momenta: (1, 0))
        phases = isSymmetric
            ? [up, Phase(end: 2 * rise * total - 2, rates: (1, 0), momenta: (0, 1)),
               Phase(end: total - 1, rates: (0, 2), momenta: (1, 1))]
            : [up, Phase(end: total - 1, rates: (1, 2), momenta: (0, 1))]
        levels = try maximum.list(for: optimizer, "OneCycle", "the list of highest rates")
            .map { [$0 / startDivisor, $0, $0 / startDivisor / endDivisor] }
        (self.steps, self.shape, self.momentum) = (steps, shape, momentum)
        for index in optimizer.groups.indices { optimizer.groups[index].initialRate = levels[index][0] }
        try super.init(optimizer)
    }

    public override func rates() throws(TensorError) -> [Double] {
        if epoch > steps {
            throw TensorError(.value, "OneCycle", "step \(epoch) of a schedule of \(steps) steps")
        }
        var start = 0.0, phase = phases[0]
        for next in phases {
            phase = next
            if time <= next.end { break }
            if next.end != phases[phases.count - 1].end { start = next.end }
        }
        let part = (time - start) / (phase.end - start)
        if let momentum {
            let ends = [momentum.lowerBound, momentum.upperBound]
            let value = shape.value(from: ends[phase.momenta.from], to: ends[phase.momenta.to], part)
            for index in optimizer.groups.indices { try setMomentum(optimizer, index, value, "OneCycle") }
        }
        return levels.map { shape.value(from: $0[phase.rates.from], to: $0[phase.rates.to], part) }
    }
}

// MARK: - Several schedules

/// Several schedules, of which each goes on from the rates of the one before it (ChainedScheduler).
public final class ChainedSchedules: LearningRateScheduler {
    public let optimizer: any Optimizer
    private let schedules: [any LearningRateScheduler]

    /// - Throws: for no schedules, and for those of different optimisers.
    public init(_ schedules: [any LearningRateScheduler]) throws(TensorError) {
        guard let first = schedules.first else {
            throw TensorError(.value, "ChainedSchedules", "expected at least one schedule, got none")
        }
        for (index, schedule) in schedules.enumerated() where schedule.optimizer !== first.optimizer {
            throw TensorError(.value, "ChainedSchedules", "the schedule at \(index) belongs to another optimizer")
        }
        (optimizer, self.schedules) = (first.optimizer, schedules)
    }

    public func step() throws(TensorError) {
        for schedule in schedules { try schedule.step() }
    }
}

/// One schedule after the other (SequentialLR).
public final class SequentialSchedules: LearningRateScheduler {
    public let optimizer: any Optimizer
    /// How many steps were made.
    public private(set) var epoch = 0
    private let schedules: [Schedule], starts: [Int]

    /// - Parameters:
    ///   - schedules: in their order.
    ///   - starts: the epochs at which the second and each later one begin.
    /// - Throws: for no schedules, those of different optimisers, and another number of starts.
    public init(_ schedules: [Schedule], at starts: [Int]) throws(TensorError) {
        guard let first = schedules.first else {
            throw TensorError(.value, "SequentialSchedules", "expected at least one schedule, got none")
        }
        for (index, schedule) in schedules.enumerated() where schedule.optimizer !== first.optimizer {
            throw TensorError(.value, "SequentialSchedules", "the schedule at \(index) belongs to another optimizer")
        }
        if starts.count != schedules.count - 1 {
            throw TensorError(.value, "SequentialSchedules", "\(starts.count) starts for \(schedules.count) schedules")
        }
        (optimizer, self.schedules, self.starts) = (first.optimizer, schedules, starts)
        // What making the schedules has set is taken back, and only the first one's step is made again.
        for index in optimizer.groups.indices {
            if let rate = optimizer.groups[index].initialRate { optimizer.groups[index].learningRate = rate }
        }
        for schedule in schedules { schedule.epoch -= 1 }
        try schedules[turn].begin()
    }

    /// Which schedule it is for.
    private var turn: Int { starts.count { $0 <= epoch } }

    public func step() throws(TensorError) {
        epoch += 1
        let turn = turn
        if turn > 0 && starts[turn - 1] == epoch {
            try schedules[turn].restart()
        } else {
            try schedules[turn].step()
        }
    }
}

// MARK: - By a metric

/// The rates times a factor when a metric has not become better for some epochs (ReduceLROnPlateau).
public final class PlateauDecay {
    /// By how much a metric must be better than the best so far to count.
    public enum Threshold: Sendable {
        case relative(Double), absolute(Double)
    }

    /// Whose rates are set.
    public let optimizer: any Optimizer
    /// The best metric so far.
    public private(set) var best: Double
    private let isRising: Bool, factor: Double, patience: Int, threshold: Threshold, cooldown: Int
    private let minimum: [Double], leastChange: Double
    private var bad = 0, resting = 0

    /// - Parameters:
    ///   - isRising: whether more is better.
    ///   - factor: less than 1.
    ///   - patience: how many epochs without improvement are put up with.
    ///   - cooldown: how many epochs after a change do not count.
    ///   - minimum: the least rates.
    ///   - leastChange: a smaller one is not made.
    /// - Throws: for a factor of 1 or more.
    public init(
        _ optimizer: any Optimizer, isRising: Bool = false, factor: Double = 0.1, patience: Int = 10,
        threshold: Threshold = .relative(1e-4), cooldown: Int = 0, minimum: GroupValues = 0, leastChange: Double = 1e-8
    ) throws(TensorError) {
        try require(factor < 1, "PlateauDecay", "factor, which must be below 1", factor)
        self.optimizer = optimizer
        self.minimum = try minimum.list(for: optimizer, "PlateauDecay", "the list of least rates")
        (self.isRising, self.factor, self.patience, self.threshold) = (isRising, factor, patience, threshold)
        (self.cooldown, self.leastChange) = (cooldown, leastChange)
        best = isRising ? -.infinity : .infinity
    }

    /// The rates of the optimiser's groups.
    public var learningRates: [Double] { optimizer.groups.map(\.learningRate) }

    /// Takes the metric of an epoch into account.
    public func step(_ metric: Double) {
        if isBetter(metric) {
            best = metric
            bad = 0
        } else {
            bad += 1
        }
        if resting > 0 {
            resting -= 1
            bad = 0
        }
        if bad <= patience { return }
        for index in optimizer.groups.indices {
            let old = optimizer.groups[index].learningRate
            let new = Swift.max(old * factor, index < minimum.count ? minimum[index] : 0)
            if old - new > leastChange { optimizer.groups[index].learningRate = new }
        }
        (resting, bad) = (cooldown, 0)
    }

    private func isBetter(_ metric: Double) -> Bool {
        let bar = switch threshold {
        case .relative(let part): best * (isRising ? 1 + part : 1 - part)
        case .absolute(let margin): best + (isRising ? margin : -margin)
        }
        return isRising ? metric > bar : metric < bar
    }
}
