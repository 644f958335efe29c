#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

// Random numbers of all distributions, drawn as PyTorch's CPU generator draws them. Each element is computed in double
// precision from the uniform numbers of the sequence and then rounded to the tensor's dtype.

/// Named apart from the operator on tensors.
private func tangent(_ x: Double) -> Double { tan(x) }

extension Tensor {
    // MARK: In place

    /// Draws every element from the exponential distribution: the density rate · exp(-rate · x).
    public func exponentialInPlace(rate: Double = 1, generator: Generator = .shared) throws(TensorError) {
        if !(rate > 0) { throw TensorError(.runtime, "exponential_", "expected lambda > 0, got \(rate)") }
        try drawReals("exponential_", generator) { state in -1 / rate * log1p(-state.engine.nextUnit()) }
    }

    /// Draws every element from the Cauchy distribution.
    ///
    /// - Parameter scale: half the width at half the height, positive.
    public func cauchyInPlace(median: Double = 0, scale: Double = 1, generator: Generator = .shared) throws(TensorError) {
        if !(scale > 0) { throw TensorError(.runtime, "cauchy_", "expected sigma > 0, got \(scale)") }
        try drawReals("cauchy_", generator) { state in median + scale * tangent(Double.pi * (state.engine.nextUnit() - 0.5)) }
    }

    /// Draws every element from the distribution whose logarithm is normal.
    ///
    /// - Parameters: mean and standard deviation of the logarithm; the latter is positive.
    public func logNormalInPlace(
        mean: Double = 1, standardDeviation: Double = 2, generator: Generator = .shared
    ) throws(TensorError) {
        if !(standardDeviation > 0) { throw TensorError(.runtime, "log_normal_", "expected std > 0, got \(standardDeviation)") }
        try drawReals("log_normal_", generator) { state in exp(state.nextNormal() * standardDeviation + mean) }
    }

    /// Draws every element from the geometric distribution: the number of trials up to the first success.
    ///
    /// - Parameter probability: of a success, between 0 and 1.
    public func geometricInPlace(probability: Double, generator: Generator = .shared) throws(TensorError) {
        if !(probability > 0 && probability < 1) {
            throw TensorError(.runtime, "geometric_", "expected p to be in (0, 1), got \(probability)")
        }
        if dtype == .bool { throw TensorError(.unsupported, "geometric_", "not defined for bool") }
        try drawReals("geometric_", generator, anyDType: true) { state in
            ceil(log(state.engine.nextUnit()) / log1p(-probability))
        }
    }

    private func drawReals(
        _ operation: StaticString, _ generator: Generator, anyDType: Bool = false,
        _ next: (inout GeneratorState) -> Double
    ) throws(TensorError) {
        if !dtype.isFloatingPoint && !anyDType {
            throw TensorError(.unsupported, operation.description, "expected a floating point tensor, not \(dtype)")
        }
        try requireWritable(operation, recorded: isRecorded)
        let drawn = try Tensor(uninitialized: sizes, .float64, operation: operation)
        let target = drawn.data.assumingMemoryBound(to: Double.self)
        generator.withState { state in
            for i in 0..<drawn.count { target[i] = next(&state) }
        }
        try write(drawn)
    }

    /// Draws every element from the integers from `low` to, without, `high`.
    ///
    /// - Parameters:
    ///   - low: nil for 0; where both are nil, every number of the dtype may come, as far as it is exact.
    ///   - high: nil for the largest number of the dtype.
    public func randomInPlace(from low: Int? = nil, to high: Int? = nil, generator: Generator = .shared) throws(TensorError) {
        try requireWritable("random_", recorded: isRecorded)
        let drawn = try Tensor(uninitialized: sizes, .int64, operation: "random_")
        let target = drawn.data.assumingMemoryBound(to: Int64.self)
        guard low == nil && high == nil else {
            let (first, width) = try dtype.integers(from: low ?? 0, to: high, "random_")
            generator.fillIntegers(target, count: count, from: first, width: width)
            return try write(drawn)
        }
        let type = dtype
        generator.withState { state in
            for i in 0..<drawn.count {
                switch type {
                case .bool: target[i] = Int64(state.engine.next32() & 1)
                case .float64: target[i] = Int64(state.engine.next64() % (1 << 53 + 1))
                case .int64: target[i] = Int64(state.engine.next64() & 0x7fff_ffff_ffff_ffff)
                case .float32: target[i] = Int64(state.engine.next32() % (1 << 24 + 1))
                case .float16: target[i] = Int64(state.engine.next32() % (1 << 11 + 1))
                case .bfloat16: target[i] = Int64(state.engine.next32() % (1 << 8 + 1))
                case .int32: target[i] = Int64(state.engine.next32() & 0x7fff_ffff)
                case .int16: target[i] = Int64(state.engine.next32() & 0x7fff)
                case .int8: target[i] = Int64(state.engine.next32() & 0x7f)
                case .uint8: target[i] = Int64(state.engine.next32() & 0xff)
                }
            }
        }
        try write(drawn)
    }

    /// Draws 1 with the probability that the element of `probabilities` says, else 0.
    ///
    /// - Parameter probabilities: of floating point, from 0 to 1, broadcast to the tensor.
    public func bernoulliInPlace(probabilities: Tensor, generator: Generator = .shared) throws(TensorError) {
        try probabilities.requireInitialized("bernoulli_")
        try requireWritable("bernoulli_", recorded: isRecorded)
        if !probabilities.dtype.isFloatingPoint {
            throw TensorError(.unsupported, "bernoulli_", "expected probabilities of floating point, not \(probabilities.dtype)")
        }
        let chances = try probabilities.withoutHistory().expanded(sizes).to(.float64).contiguous()
        let limits = chances.data.assumingMemoryBound(to: Double.self)
        for i in 0..<count where !(limits[i] >= 0 && limits[i] <= 1) {
            throw TensorError(.runtime, "bernoulli_", "expected 0 <= p <= 1, got \(limits[i])")
        }
        let drawn = try Tensor(uninitialized: sizes, .uint8, operation: "bernoulli_")
        let target = drawn.data.assumingMemoryBound(to: UInt8.self)
        // A probability in double precision is compared with a number of 53 random bits, any other with one of 24.
        let double = probabilities.dtype == .float64
        generator.withState { state in
            for i in 0..<drawn.count {
                let unit = double ? state.engine.nextUnit() : Double(state.engine.next32() & 0xff_ffff) * 0x1p-24
                target[i] = unit < limits[i] ? 1 : 0
            }
        }
        try write(drawn)
    }

    // MARK: New tensors

    /// 1 with the probability that the tensor's element says, else 0.
    public func bernoulli(generator: Generator = .shared) throws(TensorError) -> Tensor {
        try requireInitialized("bernoulli")
        if !dtype.isFloatingPoint {
            throw TensorError(.unsupported, "bernoulli", "expected probabilities of floating point, not \(dtype)")
        }
        let result = try Tensor(uninitialized: sizes, dtype, operation: "bernoulli")
        try result.bernoulliInPlace(probabilities: self, generator: generator)
        return try fresh(result, recordedFor: self)
    }

    /// 1 with one probability for all elements of the tensor's shape, else 0.
    public func bernoulli(probability: Double, generator: Generator = .shared) throws(TensorError) -> Tensor {
        try requireInitialized("bernoulli")
        let result = try Tensor(uninitialized: sizes, dtype, operation: "bernoulli")
        try result.bernoulliInPlace(probability: probability, generator: generator)
        return try fresh(result, recordedFor: self)
    }

    /// Numbers of the Poisson distribution whose rates are the tensor's elements.
    public func poisson(generator: Generator = .shared) throws(TensorError) -> Tensor {
        try requireInitialized("poisson")
        if !dtype.isFloatingPoint { throw TensorError(.unsupported, "poisson", "expected rates of floating point, not \(dtype)") }
        let rates = try withoutHistory().to(.float64).contiguous()
        let rate = rates.data.assumingMemoryBound(to: Double.self)
        for i in 0..<count where !(rate[i] >= 0 && rate[i] < 0x1p62) {
            throw TensorError(.runtime, "poisson", "invalid Poisson rate, expected one that is non-negative and below 2^62, got \(rate[i])")
        }
        let drawn = try Tensor(uninitialized: sizes, .float64, operation: "poisson")
        let target = drawn.data.assumingMemoryBound(to: Double.self)
        generator.withState { state in
            for i in 0..<drawn.count { target[i] = state.nextPoisson(rate[i]) }
        }
        return try fresh(try drawn.to(dtype), recordedFor: self)
    }

    /// Normal numbers of the given means and standard deviations, broadcast.
    ///
    /// - Parameter standardDeviation: not negative.
    public static func normal(
        mean: some TensorScalar, standardDeviation: some TensorScalar, generator: Generator = .shared
    ) throws(TensorError) -> Tensor {
        let (center, width) = (mean.asTensor(), standardDeviation.asTensor())
        try center.requireInitialized("normal")
        try width.requireInitialized("normal")
        let model = center.flags.contains(.wrappedNumber) ? width : center
        if model.flags.contains(.wrappedNumber) {
            throw TensorError(.type, "normal", "expected a tensor as mean or std, or a size")
        }
        for tensor in [center, width] where !tensor.dtype.isFloatingPoint && !tensor.flags.contains(.wrappedNumber) {
            throw TensorError(.unsupported, "normal", "not defined for \(tensor.dtype)")
        }
        let sizes = try broadcastSizes(center.sizes, width.sizes, "normal")
        let scale = width.flags.contains(.wrappedNumber) ? try width.itemAsDouble() : nil
        let widths = try width.withoutHistory().to(.float64).contiguous()
        let values = widths.data.assumingMemoryBound(to: Double.self)
        for i in 0..<widths.count where !(values[i] >= 0) {
            throw TensorError(.runtime, "normal", "expected std >= 0, got \(values[i])")
        }
        let drawn = try Tensor(uninitialized: sizes, model.dtype, operation: "normal")
        try drawn.fillNormal(0, scale ?? 1, generator, "normal")
        try withoutGradients { () throws(TensorError) in
            if scale == nil { try drawn.multiplyInPlace(by: width) }
            try drawn.addInPlace(center)
        }
        return try fresh(drawn, recordedFor: center, width)
    }

    /// Normal numbers of one mean and standard deviation.
    public static func normal(
        mean: Double, standardDeviation: Double, _ shape: [Int], dtype: DType = .float32, requiresGrad: Bool = false,
        generator: Generator = .shared
    ) throws(TensorError) -> Tensor {
        if !(standardDeviation >= 0) { throw TensorError(.runtime, "normal", "expected std >= 0, got \(standardDeviation)") }
        let result = try created(shape, dtype, requiresGrad: requiresGrad, "normal")
        try result.fillNormal(mean, standardDeviation, generator, "normal")
        return result
    }

    /// The tensor without the writes that made it, as the result of an operator on `inputs` whose gradients are zero.
    private static func fresh(_ drawn: Tensor, recordedFor inputs: Tensor...) throws(TensorError) -> Tensor {
        let result = drawn
        result.storage.version = 0
        if inputs.contains(where: { $0.isRecorded }) {
            result.node = DrawnBackward(
                try inputs[0].gradientEdge(), inputs.count > 1 ? try inputs[1].gradientEdge() : .none,
                Spec(inputs[0]), Spec(inputs[inputs.count - 1]))
        }
        return result
    }

    private func fresh(_ drawn: Tensor, recordedFor input: Tensor) throws(TensorError) -> Tensor {
        try Tensor.fresh(drawn, recordedFor: input)
    }

    /// `count` positions of each row, drawn with the row's elements as weights.
    ///
    /// - Parameter replacement: whether a position may be drawn more than once.
    /// - Throws: for weights that are negative, not finite or add up to nothing, and for more draws than positions.
    public func multinomial(
        _ count: Int, replacement: Bool = false, generator: Generator = .shared
    ) throws(TensorError) -> Tensor {
        try requireInitialized("multinomial")
        func misuse(_ text: String) -> TensorError { TensorError(.runtime, "multinomial", text) }
        if rank != 1 && rank != 2 { throw misuse("expected weights of 1 or 2 dimensions, got shape \(sizes)") }
        let width = sizes[rank - 1]
        if count <= 0 { throw misuse("cannot sample n_sample <= 0 samples, got \(count)") }
        if !dtype.isFloatingPoint { throw misuse("only floating-point dtypes are supported for the weights, got \(dtype)") }
        if !replacement && count > width {
            throw misuse("cannot sample n_sample > prob_dist.size(-1) samples without replacement: \(count) of \(width)")
        }
        if width >= 1 << 24 { throw misuse("number of categories cannot exceed 2^24, got \(width)") }
        let rows = rank == 2 ? sizes[0] : 1
        if width == 0 { throw misuse("expected at least one category") }
        let shape = (rank == 2 ? [rows, count] : [count]) as Dims
        _ = try checkedCount(shape, .int64, operation: "multinomial")
        let result = try Tensor(uninitialized: shape, .int64, operation: "multinomial")
        // Of its own: it is overwritten below.
        let wide = try (dtype == .float64 ? copied() : withoutHistory().converted(to: .float64))
        let weights = wide.data.assumingMemoryBound(to: Double.self)
        for row in 0..<rows {
            var sum = 0.0
            for i in row * width..<(row + 1) * width {
                if !(weights[i] >= 0 && weights[i] < .infinity) {
                    throw misuse("probability tensor contains either `inf`, `nan` or element < 0: \(weights[i])")
                }
                sum += weights[i]
            }
            if !(sum > 0) { throw misuse("invalid multinomial distribution (sum of probabilities <= 0)") }
        }
        let target = result.data.assumingMemoryBound(to: Int64.self)
        if replacement && count > 1 {
            try drawWithReplacement(weights, rows, width, count, generator, target)
        } else {
            try drawWithoutReplacement(weights, rows, width, count, generator, target)
        }
        return result
    }

    /// Each row's sums, in the precision in which the dtype computes, are searched for uniform numbers.
    private func drawWithReplacement(
        _ weights: UnsafeMutablePointer<Double>, _ rows: Int, _ width: Int, _ count: Int, _ generator: Generator,
        _ target: UnsafeMutablePointer<Int64>
    ) throws(TensorError) {
        let type = dtype.computeType
        let memory = try Tensor(uninitialized: [width], .float64, operation: "multinomial")
        let sums = memory.data.assumingMemoryBound(to: Double.self)
        generator.withState { state in
            for row in 0..<rows {
                var sum = 0.0
                for i in 0..<width {
                    sum = type.held(sum + weights[row * width + i])
                    sums[i] = sum
                }
                for i in 0..<width { sums[i] = type.held(sums[i] / sum) }
                sums[width - 1] = 1
                for sample in 0..<count {
                    let unit = state.engine.nextUnit()
                    var (low, high) = (0, width)
                    while low < high {
                        let middle = low + (high - low) / 2
                        if sums[middle] < unit { low = middle + 1 } else { high = middle }
                    }
                    target[row * count + sample] = Int64(low)
                }
            }
        }
    }

    /// The weights, replaced by their quotients with exponential numbers: the positions of the largest are the sample.
    private func drawWithoutReplacement(
        _ weights: UnsafeMutablePointer<Double>, _ rows: Int, _ width: Int, _ count: Int, _ generator: Generator,
        _ target: UnsafeMutablePointer<Int64>
    ) throws(TensorError) {
        let type = dtype
        generator.withState { state in
            for i in 0..<rows * width {
                let quotient = type.held(weights[i] / type.held(-log1p(-state.engine.nextUnit())))
                weights[i] = quotient.isNaN ? -1 : quotient
            }
        }
        let memory = try Tensor(uninitialized: [count == 1 ? 0 : width], .int64, operation: "multinomial")
        var order = UnsafeMutableBufferPointer(start: memory.data.assumingMemoryBound(to: Int64.self), count: memory.count)
        for row in 0..<rows {
            let values = weights + row * width
            if count == 1 {
                var best = 0
                for i in 1..<Swift.max(width, 1) where values[i] > values[best] { best = i }
                target[row] = Int64(best)
            } else {
                for i in 0..<width { order[i] = Int64(i) }
                order.sort { values[Int($0)] > values[Int($1)] }
                for i in 0..<count { target[row * count + i] = order[i] }
            }
        }
    }
}

extension DType {
    /// The nearest number that a floating type has.
    func held(_ value: Double) -> Double {
        switch self {
        case .float32: Double(Float(value))
        case .float16, .bfloat16: Double(rounded(Float(value)))
        default: value
        }
    }

    /// The first integer of [low, high), and how many there are, 0 for all of 64 bits: narrowed for a floating type
    /// so that rounding does not leave the interval.
    ///
    /// - Parameter high: nil for one past the largest integer of the dtype.
    func integers(from low: Int, to high: Int?, _ operation: StaticString) throws(TensorError) -> (Int64, UInt64) {
        let name = operation.description
        let range: ClosedRange<Int>
        switch self {
        case .int64: range = Int.min...Int.max
        case .int32: range = Int(Int32.min)...Int(Int32.max)
        case .int16: range = Int(Int16.min)...Int(Int16.max)
        case .int8: range = Int(Int8.min)...Int(Int8.max)
        case .uint8: range = 0...255
        case .bool: range = 0...1
        case .float16: range = -65504...65504
        case .float32, .float64, .bfloat16: range = Int.min...Int.max
        }
        var first = low
        let last: Int
        if let high {
            if low >= high { throw TensorError(.runtime, name, "expected from < to, got \(low) and \(high)") }
            var end = high
            if isFloatingPoint {
                let (from, to) = drawable(from: Int64(low), to: Int64(high))
                (first, end) = (Int(from), Int(to))
                if first >= end { throw TensorError(.runtime, name, "no number from \(low) to \(high) is exact in \(self)") }
            }
            last = end - 1
        } else {
            switch self {
            case .float64: last = 1 << 53
            case .float32: last = 1 << 24
            case .float16: last = 1 << 11
            case .bfloat16: last = 1 << 8
            default: last = range.upperBound
            }
            if low == Int.min && range.lowerBound == low { return (Int64.min, 0) }
            if isFloatingPoint { first = Int(drawable(from: Int64(low), to: Int64(last)).0) }
            if first > last { throw TensorError(.runtime, name, "expected from <= \(last) for \(self), got \(low)") }
        }
        if !range.contains(first) { throw TensorError(.runtime, name, "from = \(low) is out of bounds for \(self)") }
        if !range.contains(last) { throw TensorError(.runtime, name, "to - 1 = \(last) is out of bounds for \(self)") }
        return (Int64(first), UInt64(bitPattern: Int64(last &- first)) &+ 1)
    }
}

extension GeneratorState {
    /// A number of the Poisson distribution: by transformed rejection (W. Hörmann, 1993) from a rate of 10 on, else by
    /// multiplying uniform numbers.
    mutating func nextPoisson(_ rate: Double) -> Double {
        if rate >= 10 {
            let logRate = log(rate)
            let b = 0.931 + 2.53 * rate.squareRoot()
            let a = -0.059 + 0.02483 * b
            let inverseAlpha = 1.1239 + 1.1328 / (b - 3.4)
            let limit = 0.9277 - 3.6224 / (b - 2)
            while true {
                let u = engine.nextUnit() - 0.5
                let v = engine.nextUnit()
                let us = 0.5 - abs(u)
                let k = ((2 * a / us + b) * u + rate + 0.43).rounded(.down)
                if us >= 0.07 && v <= limit { return k }
                if k < 0 || (us < 0.013 && v > us) { continue }
                if log(v) + log(inverseAlpha) - log(a / (us * us) + b) <= -rate + k * logRate - lgamma(k + 1) { return k }
            }
        }
        if rate == 0 { return 0 }
        let limit = exp(-rate)
        var (number, product) = (0.0, 1.0)
        while true {
            product *= engine.nextUnit()
            if product <= limit { return number }
            number += 1
        }
    }
}

/// What was drawn does not depend on its parameters differentiably: their gradients are zero, as in PyTorch.
final class DrawnBackward: BinaryBackward {
    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        if wants(0) { try engine.send(try Tensor.filled(aSpec.sizes, aSpec.dtype, 0), to: edges.0) }
        if wants(1) { try engine.send(try Tensor.filled(bSpec.sizes, bSpec.dtype, 0), to: edges.1) }
    }
}
