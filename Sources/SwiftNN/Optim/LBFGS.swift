/// L-BFGS (Nocedal 1980): directions from the last changes of the gradient, all parameters at once.
///
/// A step computes the loss several times, so that it needs a closure:
///
///     let optimizer = try LBFGS(parameters, lineSearch: .strongWolfe)
///     try optimizer.step {
///         optimizer.zeroGrad()
///         let loss = try model(x).meanSquaredError(y)
///         try loss.backward()
///         return loss
///     }
public final class LBFGS: Optimizer {
    /// How far a step goes along the direction.
    public enum LineSearch: Sendable {
        /// As far as the learning rate says.
        case none
        /// To where the loss has fallen enough and its slope as well.
        case strongWolfe
    }

    /// One group; its only setting is the learning rate.
    public var groups: [ParameterGroup]
    private let iterations: Int, evaluations: Int, history: Int
    private let gradientTolerance: Double, changeTolerance: Double
    private let lineSearch: LineSearch

    private var iteration = 0
    private var changes: [Tensor] = [], moves: [Tensor] = [], weights: [Double] = []
    private var scale = 1.0, length = 0.0
    private var direction: Tensor?, gradientBefore: Tensor?

    /// - Parameters:
    ///   - learningRate: the length of a step along the direction, or the first that the line search tries.
    ///   - iterations: how many a step makes at most.
    ///   - evaluations: how many times a step computes the loss at most; 1.25 times the iterations unless given.
    ///   - gradientTolerance: a step ends where no element of the gradient is larger.
    ///   - changeTolerance: a step ends where neither the parameters nor the loss change by more.
    ///   - history: how many changes are remembered.
    /// - Throws: for no parameters, and for settings out of range.
    public init(
        _ parameters: [Tensor], learningRate: Double = 1, iterations: Int = 20, evaluations: Int? = nil,
        gradientTolerance: Double = 1e-7, changeTolerance: Double = 1e-9, history: Int = 100, lineSearch: LineSearch = .none
    ) throws(TensorError) {
        let groups = [ParameterGroup(parameters, learningRate: learningRate)]
        try checkParameters(groups, [], "LBFGS")
        try require(learningRate >= 0, "LBFGS", "learning rate", learningRate)
        for (what, value) in [
            ("number of iterations", iterations), ("history", history), ("number of evaluations", evaluations ?? 1),
        ] where value < 1 {
            throw TensorError(.value, "LBFGS", "invalid \(what): \(value)")
        }
        self.groups = groups
        self.iterations = iterations
        self.evaluations = evaluations ?? iterations &+ iterations / 4
        self.gradientTolerance = gradientTolerance
        self.changeTolerance = changeTolerance
        self.history = history
        self.lineSearch = lineSearch
    }

    /// - Throws: always; a step needs a closure.
    public func step() throws(TensorError) {
        throw TensorError(.runtime, "LBFGS", "a step computes the loss several times: call step with a closure")
    }

    @discardableResult
    public func step(_ closure: () throws(TensorError) -> Tensor) throws(TensorError) -> Tensor {
        try withoutGradients { () throws(TensorError) in try minimize(closure) }
    }

    private func minimize(_ closure: () throws(TensorError) -> Tensor) throws(TensorError) -> Tensor {
        func evaluate() throws(TensorError) -> (loss: Tensor, value: Double) {
            let loss = try withGradients(closure)
            return (loss, try loss.itemAsDouble())
        }
        let first = try evaluate()
        var loss = first.value
        var evaluated = 1
        var gradient = try flatGradient()
        if try largest(gradient) <= gradientTolerance { return first.loss }
        for round in 1...iterations {
            iteration += 1
            let direction = try nextDirection(gradient)
            self.direction = direction
            gradientBefore = gradient
            let lossBefore = loss
            length = learningRate
            if iteration == 1 { length *= Swift.min(1, 1 / (try gradient.absoluteValue().sum().itemAsDouble())) }
            let slope = try gradient.dot(direction).itemAsDouble()
            if slope > -changeTolerance { break }
            if lineSearch == .strongWolfe {
                let start = try parameters.copies()
                let search = WolfeSearch(f: loss, slope: slope, size: try largest(direction), limit: evaluations - evaluated)
                let (found, used) = try search.run(from: length, gradient) { (t) throws(TensorError) in
                    try self.move(t, direction)
                    let value = try evaluate().value
                    let gradient = try self.flatGradient()
                    for (parameter, before) in zip(self.parameters, start) { try parameter.copyInPlace(from: before) }
                    return WolfeSearch.Point(t, value, gradient, try gradient.dot(direction).itemAsDouble())
                }
                (loss, gradient, length) = (found.f, found.gradient, found.t)
                evaluated += used
                try move(length, direction)
            } else {
                try move(length, direction)
                // After the last iteration nobody asks.
                if round == iterations { break }
                loss = try evaluate().value
                gradient = try flatGradient()
                evaluated += 1
            }
            if evaluated >= evaluations { break }
            if try largest(gradient) <= gradientTolerance { break }
            if try largest(direction) * Swift.abs(length) <= changeTolerance { break }
            if Swift.abs(loss - lossBefore) < changeTolerance { break }
        }
        return first.loss
    }

    /// Minus the approximate inverse Hessian times the gradient, by two loops over the changes so far.
    private func nextDirection(_ gradient: Tensor) throws(TensorError) -> Tensor {
        guard let before = gradientBefore, let last = direction else { return try gradient.negated() }
        let change = try gradient - before, move = try last * length
        let curvature = try change.dot(move).itemAsDouble()
        if curvature > 1e-10 {
            if changes.count == history {
                changes.removeFirst()
                moves.removeFirst()
                weights.removeFirst()
            }
            changes.append(change)
            moves.append(move)
            weights.append(1 / curvature)
            scale = curvature / (try change.dot(change).itemAsDouble())
        }
        var factors = [Double](repeating: 0, count: changes.count)
        let next = try gradient.negated()
        for i in changes.indices.reversed() {
            factors[i] = try moves[i].dot(next).itemAsDouble() * weights[i]
            try next.addInPlace(changes[i], alpha: -factors[i])
        }
        try next.multiplyInPlace(by: scale.asTensor())
        for i in changes.indices {
            let back = try changes[i].dot(next).itemAsDouble() * weights[i]
            try next.addInPlace(moves[i], alpha: factors[i] - back)
        }
        return next
    }

    private func largest(_ tensor: Tensor) throws(TensorError) -> Double {
        tensor.count == 0 ? 0 : try tensor.absoluteValue().amax().itemAsDouble()
    }

    private func flatGradient() throws(TensorError) -> Tensor {
        var parts: [Tensor] = []
        for parameter in parameters {
            if let gradient = parameter.gradient {
                parts.append(try gradient.flattened())
            } else {
                parts.append(try Tensor.filled(parameter.sizes, parameter.dtype, 0).flattened())
            }
        }
        return try Tensor.concatenated(parts)
    }

    private func move(_ length: Double, _ direction: Tensor) throws(TensorError) {
        var position = 0
        for parameter in parameters {
            let part = try direction.sliced(0, from: position, to: position + parameter.count)
            try parameter.addInPlace(part.reshaped(parameter.shape), alpha: length)
            position += parameter.count
        }
    }
}

extension [Tensor] {
    fileprivate func copies() throws(TensorError) -> [Tensor] {
        var result: [Tensor] = []
        for tensor in self { result.append(try tensor.copied()) }
        return result
    }
}

/// A search along a direction for a place where the loss has fallen enough and its slope as well (Nocedal and Wright,
/// algorithms 3.5 and 3.6).
private struct WolfeSearch {
    struct Point {
        let t: Double, f: Double, gradient: Tensor, slope: Double

        init(_ t: Double, _ f: Double, _ gradient: Tensor, _ slope: Double) {
            (self.t, self.f, self.gradient, self.slope) = (t, f, gradient, slope)
        }
    }

    let f: Double, slope: Double
    /// The largest element of the direction.
    let size: Double
    /// How many times the loss may be computed, about.
    let limit: Int

    private func isTooHigh(_ point: Point) -> Bool { point.f > f + 1e-4 * point.t * slope }
    private func isFlat(_ point: Point) -> Bool { Swift.abs(point.slope) <= -0.9 * slope }

    /// Where the cubic through two points with their slopes is least, within the bounds.
    private func cubicMinimum(_ a: Point, _ b: Point, _ low: Double, _ high: Double) -> Double {
        let d = a.slope + b.slope - 3 * (a.f - b.f) / (a.t - b.t)
        let square = d * d - a.slope * b.slope
        if !(square >= 0) { return (low + high) / 2 }
        let root = square.squareRoot()
        let x = a.t <= b.t ? b.t - (b.t - a.t) * ((b.slope + root - d) / (b.slope - a.slope + 2 * root))
            : a.t - (a.t - b.t) * ((a.slope + root - d) / (a.slope - b.slope + 2 * root))
        return Swift.min(Swift.max(x, low), high)
    }

    /// - Parameter look: the loss, the gradient and the slope at a distance.
    func run(
        from length: Double, _ gradient: Tensor, _ look: (Double) throws(TensorError) -> Point
    ) throws(TensorError) -> (Point, Int) {
        let start = Point(0, f, gradient, slope)
        var before = start, here = try look(length)
        var evaluations = 1, rounds = 0
        var bracket: (Point, Point)?
        while rounds < limit {
            if isTooHigh(here) || (rounds > 1 && here.f >= before.f) {
                bracket = (before, here)
                break
            }
            if isFlat(here) { return (here, evaluations) }
            if here.slope >= 0 {
                bracket = (before, here)
                break
            }
            let t = cubicMinimum(before, here, here.t + 0.01 * (here.t - before.t), here.t * 10)
            before = here
            here = try look(t)
            evaluations += 1
            rounds += 1
        }
        // The bracket holds a place as wanted: it is made smaller until that is found.
        var (low, high) = bracket ?? (start, here)
        if !(low.f <= high.f) { swap(&low, &high) }
        var isStuck = false
        while rounds < limit {
            if Swift.abs(high.t - low.t) * size < 1e-9 { break }
            let least = Swift.min(low.t, high.t), most = Swift.max(low.t, high.t)
            var t = cubicMinimum(low, high, least, most)
            let margin = 0.1 * (most - least)
            if Swift.min(most - t, t - least) < margin {
                // Close to an end: the second time, or beyond it, a place inside is taken.
                if isStuck || t >= most || t <= least {
                    t = Swift.abs(t - most) < Swift.abs(t - least) ? most - margin : least + margin
                    isStuck = false
                } else {
                    isStuck = true
                }
            } else {
                isStuck = false
            }
            here = try look(t)
            evaluations += 1
            rounds += 1
            if isTooHigh(here) || here.f >= low.f {
                high = here
                if !(low.f <= high.f) { swap(&low, &high) }
            } else {
                if isFlat(here) { return (here, evaluations) }
                if here.slope * (high.t - low.t) >= 0 { high = low }
                low = here
            }
        }
        return (low, evaluations)
    }
}
