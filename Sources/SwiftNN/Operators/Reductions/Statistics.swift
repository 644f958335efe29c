import CKernels

// Variance, standard deviation, covariance, correlation.

extension Tensor {
    /// The variance, Σ (x - mean)² / max(0, n - correction). Floating point only.
    ///
    /// - Parameters:
    ///   - axes: the reduced dimensions; nil, or none, for all.
    ///   - correction: 1 for the unbiased estimate from a sample, 0 for the variance of the elements themselves.
    public func variance(
        _ axes: [Int]? = nil, correction: Double = 1, keepDims: Bool = false
    ) throws(TensorError) -> Tensor {
        try moments(axes, correction, keepDims, root: false, "var").spread
    }

    /// The standard deviation, the square root of `variance`. Floating point only.
    public func standardDeviation(
        _ axes: [Int]? = nil, correction: Double = 1, keepDims: Bool = false
    ) throws(TensorError) -> Tensor {
        try moments(axes, correction, keepDims, root: true, "std").spread
    }

    /// The variance and the mean, for little more than the cost of the first.
    public func varianceAndMean(
        _ axes: [Int]? = nil, correction: Double = 1, keepDims: Bool = false
    ) throws(TensorError) -> (variance: Tensor, mean: Tensor) {
        let found = try moments(axes, correction, keepDims, root: false, "var_mean")
        return (found.spread, found.mean)
    }

    /// The standard deviation and the mean, for little more than the cost of the first.
    public func standardDeviationAndMean(
        _ axes: [Int]? = nil, correction: Double = 1, keepDims: Bool = false
    ) throws(TensorError) -> (standardDeviation: Tensor, mean: Tensor) {
        let found = try moments(axes, correction, keepDims, root: true, "std_mean")
        return (found.spread, found.mean)
    }

    private func moments(
        _ axes: [Int]?, _ correction: Double, _ keepDims: Bool, root: Bool, _ operation: StaticString
    ) throws(TensorError) -> (spread: Tensor, mean: Tensor) {
        try requireInitialized(operation)
        if !dtype.isFloatingPoint {
            throw TensorError(.runtime, operation.description, "expected a floating point tensor, got \(dtype)")
        }
        if dtype.isReducedPrecision {
            let wide = try to(.float32).moments(axes, correction, keepDims, root: root, operation)
            return (try wide.spread.to(dtype), try wide.mean.to(dtype))
        }
        let mask = try Reduction.mask(axes, rank: rank, operation: operation.description)
        let shape = Reduction.resultSizes(sizes, mask, keepDims: keepDims)
        var number = 1
        for i in 0..<rank where mask & (1 << i) != 0 { number *= sizes[i] }
        let freedom = Swift.max(0, Double(number) - correction)
        // Two passes over the elements: the mean, then the squares of the distances. What the mean's rounding adds to
        // these is taken off again, (Σ (x - mean))² / n.
        let (spread, mean) = try withoutGradients { () throws(TensorError) in
            let mean = try sum(axes, keepDims: keepDims) / Double(number)
            let squares = try Tensor.filled(shape, dtype, 0), rest = try Tensor.filled(shape, dtype, 0)
            Reduction.foldDeviations(self, mask, from: mean, squares: squares, rest: rest)
            let overflows = ck_spread(
                dtype.kernel, Int64(squares.count), squares.data, rest.data, Double(number), freedom, root ? 1 : 0) != 0
            if overflows && dtype == .float32 {
                // The squares, not the elements, are out of range.
                let wide = try to(.float64).moments(axes, correction, keepDims, root: root, operation)
                return (try wide.spread.to(dtype), mean)
            }
            return (squares, mean)
        }
        if isRecorded {
            spread.node = VarBackward(
                try gradientEdge(), Saved(self), root ? Saved(output: spread) : nil, mask, keepDims, freedom)
            mean.node = MeanBackward(try gradientEdge(), Spec(self), mask, keepDims, number)
        }
        return (spread, mean)
    }

    // MARK: Covariance

    /// The matrix of the covariances of the rows: each row a variable, each column an observation of all of them. Of one
    /// variable, its variance without dimensions.
    ///
    /// - Parameters:
    ///   - correction: what is subtracted from the number of observations, 1 for the unbiased estimate.
    ///   - frequencies: how often each observation was made, integers.
    ///   - importances: the weight of each observation, floating point.
    /// - Throws: for more than two dimensions, bool, and weights that do not fit.
    public func covariance(
        correction: Int = 1, frequencies: Tensor? = nil, importances: Tensor? = nil
    ) throws(TensorError) -> Tensor {
        try requireInitialized("cov")
        if rank > 2 {
            throw TensorError(.runtime, "cov", "expected input to have two or fewer dimensions, got shape \(sizes)")
        }
        if dtype == .bool { throw TensorError(.runtime, "cov", "bool dtype is not supported for input") }
        // One variable, if it has no rows.
        let rows = rank < 2 ? try reshaped([1, count]) : self
        let observations = rows.sizes[1]
        var weights = try frequencies.map { (given) throws(TensorError) in
            try given.requireWeights(observations, "fweights", integers: true)
        }
        if let importances {
            let other = try importances.requireWeights(observations, "aweights", integers: false)
            weights = try weights.map { (given) throws(TensorError) in try given * other } ?? other
        }
        var average: Tensor, freedom: Tensor
        if let weights {
            let total = try weights.sum()
            if observations > 0, try total.to(.float64).itemAsDouble() == 0 {
                throw TensorError(.runtime, "cov", "weights sum to zero, can't be normalized")
            }
            average = try (rows * weights).sum([1], keepDims: true) / total
            if let importances, correction != 0 {
                freedom = try total - (weights * importances).sum() / total * correction
            } else {
                freedom = try total - correction
            }
        } else {
            average = try rows.sum([1], keepDims: true) / observations
            freedom = Tensor(number: Double(observations) - Double(correction))
        }
        freedom = try freedom.to(average.dtype).clamped(min: 0.0)
        let distances = try rows - average
        let weighted = try weights.map { (given) throws(TensorError) in try distances * given } ?? distances
        let products = try distances.matmul(weighted.to(distances.dtype).transposed())
        let result = try products / freedom
        return rows.sizes[0] == 1 ? try result.reshaped([Int]()) : result
    }

    /// Weights of observations, checked.
    private func requireWeights(_ number: Int, _ name: String, integers: Bool) throws(TensorError) -> Tensor {
        try requireInitialized("cov")
        if rank > 1 {
            throw TensorError(.runtime, "cov", "expected \(name) to have one or fewer dimensions, got shape \(sizes)")
        }
        if integers ? !dtype.isInteger : !dtype.isFloatingPoint {
            throw TensorError(.runtime, "cov",
                "expected \(name) to have \(integers ? "integral" : "floating point") dtype, got \(dtype)")
        }
        if count != number {
            throw TensorError(.runtime, "cov", "expected \(name) to have one element for each of \(number) observations, got \(count)")
        }
        if try lessThan(Tensor(number: 0)).any().itemAsBool() {
            throw TensorError(.runtime, "cov", "\(name) cannot be negative")
        }
        return self
    }

    /// The matrix of the correlation coefficients of the rows, cᵢⱼ / √(cᵢᵢ cⱼⱼ) for the covariances c, within [-1, 1].
    ///
    /// - Throws: for more than two dimensions, and bool.
    public func correlationCoefficients() throws(TensorError) -> Tensor {
        try requireInitialized("corrcoef")
        if rank > 2 {
            throw TensorError(.runtime, "corrcoef", "expected input to have two or fewer dimensions, got shape \(sizes)")
        }
        let c = try covariance()
        if c.rank == 0 { return try c / c }
        let n = c.sizes[0]
        // The diagonal, as every (n + 1)th element.
        let deviations = try c.reshaped([n * n]).sliced(0, step: n + 1).squareRoot()
        let scaled = try c / deviations.unsqueezed(1) / deviations.unsqueezed(0)
        return try scaled.clamped(min: -1.0, max: 1.0)
    }
}

// MARK: - Gradients

/// y = mean x: dy/dx = 1 / n.
final class MeanBackward: Node {
    private let spec: Spec, mask: Int, keptDims: Bool, number: Int

    init(_ edge: Edge, _ spec: Spec, _ mask: Int, _ keptDims: Bool, _ number: Int) {
        self.spec = spec
        self.mask = mask
        self.keptDims = keptDims
        self.number = number
        super.init(edge)
    }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        try engine.send(try (g / Double(number)).restored(spec.sizes, mask, keptDims: keptDims), to: edges.0)
    }
}

/// v = Σ (x - mean)² / f: dv/dx = 2 (x - mean) / f. Of the root s: ds/dx = (x - mean) / (f s), and 0 where s = 0.
final class VarBackward: Node {
    @exclusivity(unchecked) private var x: Saved, root: Saved?
    private let mask: Int, keptDims: Bool, freedom: Double

    init(_ edge: Edge, _ x: Saved, _ root: Saved?, _ mask: Int, _ keptDims: Bool, _ freedom: Double) {
        self.x = x
        self.root = root
        self.mask = mask
        self.keptDims = keptDims
        self.freedom = freedom
        super.init(edge)
    }

    override var name: String { root == nil ? "VarBackward0" : "StdBackward0" }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let x = try self.x.value(for: self)
        let axes = (0..<x.rank).filter { mask & (1 << $0) != 0 }
        let distances = try x - x.mean(axes, keepDims: true)
        var slope = try g * (2 / freedom)
        if let root {
            let s = try root.output(for: self)
            let safe = try s.maskedFill(s .== 0, with: Tensor(number: 1.0))
            slope = try (g * (1 / freedom) / safe).maskedFill(s .== 0, with: Tensor(number: 0.0))
        }
        try engine.send(try slope.restored(x.sizes, mask, keptDims: keptDims) * distances, to: edges.0)
    }

    override func releaseSaved() {
        x.release()
        root?.release()
    }
}
