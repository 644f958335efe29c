import CKernels

/// A linear map along one dimension: each result is the sum of a run of elements, weighted or not. Runs may overlap, but
/// neither their beginnings nor their ends go back from one result to the next.
struct Taps {
    let inputSize: Int
    let outputSize: Int
    /// int64, for each result: the first element of its run, and the run's length.
    let start: Tensor
    let count: Tensor
    /// int64: where the weights of each result begin, and the weights, one run after the other; nil for ones.
    let weights: (first: Tensor, values: Tensor)?

    /// Sums of runs without weights.
    init(inputSize: Int, start: Tensor, count: Tensor) {
        (self.inputSize, self.outputSize, self.start, self.count) = (inputSize, start.count, start, count)
        weights = nil
    }

    private init(inputSize: Int, start: Tensor, count: Tensor, weights: (Tensor, Tensor)?) {
        (self.inputSize, self.outputSize, self.start, self.count) = (inputSize, start.count, start, count)
        self.weights = weights
    }

    /// Sums of runs of at most `limit` elements. For each result `body` writes the weights and returns where the run begins
    /// and how long it is.
    ///
    /// - Parameter dtype: float32 or float64, that in which the sums are taken.
    init(
        inputSize: Int, outputSize: Int, limit: Int, dtype: DType, operation: StaticString,
        _ body: (Int, UnsafeMutablePointer<Double>) -> (start: Int, count: Int)
    ) throws(TensorError) {
        let total = outputSize.multipliedReportingOverflow(by: limit)
        if total.overflow { throw TensorError(.memory, operation.description, "\(outputSize) sums of \(limit) elements do not fit into memory") }
        let start = try Tensor(uninitialized: [outputSize], .int64, operation: operation)
        let count = try Tensor(uninitialized: [outputSize], .int64, operation: operation)
        let first = try Tensor(uninitialized: [outputSize], .int64, operation: operation)
        let values = try Tensor(uninitialized: [total.partialValue], .float64, operation: operation)
        let (starts, counts, firsts) = (start.integers, count.integers, first.integers)
        let numbers = values.data.assumingMemoryBound(to: Double.self)
        var used = 0
        for j in 0..<outputSize {
            let run = body(j, numbers + used)
            (starts[j], counts[j], firsts[j]) = (Int64(run.start), Int64(run.count), Int64(used))
            used += run.count
        }
        self.init(inputSize: inputSize, start: start, count: count, weights: (first, try values.converted(to: dtype)))
    }

    /// The map whose matrix is this one's transpose: that of the gradients.
    func transposed(_ operation: StaticString) throws(TensorError) -> Taps {
        let start = try Tensor(uninitialized: [inputSize], .int64, operation: operation)
        let count = try Tensor(uninitialized: [inputSize], .int64, operation: operation)
        let (starts, counts) = (start.integers, count.integers)
        let (from, length) = (self.start.integers, self.count.integers)
        var (low, high, total) = (0, 0, 0)
        for i in 0..<inputSize {
            while low < outputSize && Int(from[low] &+ length[low]) <= i { low += 1 }
            high = Swift.max(high, low)
            while high < outputSize && Int(from[high]) <= i { high += 1 }
            (starts[i], counts[i]) = (Int64(low), Int64(high - low))
            total += high - low
        }
        guard let weights else { return Taps(inputSize: outputSize, start: start, count: count) }
        let first = try Tensor(uninitialized: [inputSize], .int64, operation: operation)
        let values = try Tensor(uninitialized: [total], weights.values.dtype, operation: operation)
        func fill<Element: BitwiseCopyable>(_ type: Element.Type) {
            let (firsts, own) = (first.integers, weights.first.integers)
            let source = weights.values.data.assumingMemoryBound(to: type)
            let target = values.data.assumingMemoryBound(to: type)
            var used = 0
            for i in 0..<inputSize {
                firsts[i] = Int64(used)
                for j in Int(starts[i])..<Int(starts[i] + counts[i]) {
                    target[used] = source[Int(own[j]) + i - Int(from[j])]
                    used += 1
                }
            }
        }
        if values.dtype == .float32 { fill(Float.self) } else { fill(Double.self) }
        return Taps(inputSize: outputSize, start: start, count: count, weights: (first, values))
    }
}

extension Tensor {
    /// The elements of a contiguous tensor of int64.
    var integers: UnsafeMutablePointer<Int64> { data.assumingMemoryBound(to: Int64.self) }
}

/// A linear map of the last dimensions, along each by itself: means of windows, interpolation. Its gradient is its
/// transpose, whose gradient it is in turn.
struct SeparableMap {
    /// For each of the last dimensions; nil for one that stays as it is.
    private let taps: [Taps?]
    /// What results are divided by, a number or a tensor of the last dimensions; in the transpose, what comes in.
    private let divisor: Tensor?
    private let isTransposed: Bool
    private let operation: StaticString
    private let formula: String

    /// - Parameter formula: the name of the gradient's formula.
    init(_ taps: [Taps?], divisor: Tensor? = nil, _ operation: StaticString, formula: String) {
        self.init(taps, divisor, isTransposed: false, operation, formula)
    }

    private init(_ taps: [Taps?], _ divisor: Tensor?, isTransposed: Bool, _ operation: StaticString, _ formula: String) {
        (self.taps, self.divisor, self.isTransposed) = (taps, divisor, isTransposed)
        (self.operation, self.formula) = (operation, formula)
    }

    fileprivate func transposed() throws(TensorError) -> SeparableMap {
        var turned: [Taps?] = []
        for one in taps { turned.append(try one?.transposed(operation)) }
        let name = isTransposed ? String(formula.dropLast("BackwardBackward0".count)) + "Backward0"
            : String(formula.dropLast("0".count)) + "Backward0"
        return SeparableMap(turned, divisor, isTransposed: !isTransposed, operation, name)
    }

    /// The map of `x`, float32, float64 or int64; the 16-bit floats go through float32.
    func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor {
        let type = x.dtype.computeType
        var source = try x.withoutHistory().converted(to: type)
        if isTransposed { source = try divided(source) }
        var result = try run(source.isContiguous ? source : try source.copied(), type)
        if !isTransposed { result = try divided(result) }
        result = try result.converted(to: x.dtype)
        if x.isRecorded { result.node = SeparableBackward(try x.gradientEdge(), self, formula) }
        return result
    }

    private func divided(_ x: Tensor) throws(TensorError) -> Tensor {
        guard let divisor else { return x }
        return try x.divided(by: divisor, rounding: x.dtype.isFloatingPoint ? nil : .trunc)
    }

    private func run(_ x: Tensor, _ type: DType) throws(TensorError) -> Tensor {
        let (lead, size) = (x.rank - taps.count, type.size)
        var shape = x.sizes
        for (i, one) in taps.enumerated() { if let one { shape[lead + i] = one.outputSize } }
        let result = try Tensor(uninitialized: shape, type, operation: operation)
        if result.count == 0 { return result }
        if x.count == 0 {
            result.fillMemory(0)
            return result
        }
        // What makes the volume smaller comes first, then what makes it larger, so that nothing between is larger than
        // both. The last dimension is the slowest to go along: it has its turn where the volume is smallest.
        func growth(_ i: Int) -> Double { Double(taps[i]!.outputSize) / Double(taps[i]!.inputSize) }
        let order = taps.indices.filter { taps[$0] != nil }.sorted { a, b in
            let (left, right) = (growth(a), growth(b))
            return left != right ? left < right : left > 1 ? a > b : a < b
        }
        if order.isEmpty { return try x.copied() }
        var sizes = taps.indices.map { x.sizes[lead + $0] }
        var (plane, largest) = (sizes.reduce(1, *), 0)
        let (planes, input) = (x.count / plane, plane)
        for i in order.dropLast() {
            plane = plane / sizes[i] * taps[i]!.outputSize
            sizes[i] = taps[i]!.outputSize
            largest = Swift.max(largest, plane)
        }
        // As many volumes at a time as stay in the cache between one dimension and the next.
        let atOnce = Swift.max(Swift.min(planes, (1 << 15) / Swift.max(largest, input)), 1)
        let scratch = (
            try Tensor(uninitialized: [order.count > 1 ? atOnce * largest : 0], type, operation: operation),
            try Tensor(uninitialized: [order.count > 2 ? atOnce * largest : 0], type, operation: operation))
        let output = result.count / planes
        var done = 0
        while done < planes {
            let number = Swift.min(atOnce, planes - done)
            sizes = taps.indices.map { x.sizes[lead + $0] }
            var source = UnsafeRawPointer(x.data + done * input * size)
            for (step, i) in order.enumerated() {
                let target = step == order.count - 1 ? result.data + done * output * size
                    : step.isMultiple(of: 2) ? scratch.0.data : scratch.1.data
                let one = taps[i]!
                ck_taps(
                    type.kernel, Int64(number * sizes[..<i].reduce(1, *)), Int64(one.inputSize), Int64(one.outputSize),
                    Int64(sizes[(i + 1)...].reduce(1, *)), one.start.integers, one.count.integers,
                    one.weights?.first.integers, one.weights?.values.data, source, target)
                sizes[i] = one.outputSize
                source = UnsafeRawPointer(target)
            }
            done += number
        }
        return result
    }
}

/// y = A x: dx = Aᵀ g.
private final class SeparableBackward: Node {
    private let map: SeparableMap
    private let label: String

    init(_ edge: Edge, _ map: SeparableMap, _ label: String) {
        self.map = map
        self.label = label
        super.init(edge)
    }

    override var name: String { label }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        try engine.send(try map.transposed()(g), to: edges.0)
    }
}
