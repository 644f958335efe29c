import CKernels

// Limits of the elements. Each gradient stands with its function.

/// The limits of `clamp`, as numbers of an expression or tensors.
struct Limits {
    fileprivate let min: Tensor?
    fileprivate let max: Tensor?

    init(_ min: (any TensorScalar)?, _ max: (any TensorScalar)?) {
        self.min = min?.asTensor()
        self.max = max?.asTensor()
    }

    /// Whether the limits are the same for all elements, and constants.
    fileprivate var areNumbers: Bool {
        for case let limit? in [min, max] where limit.rank != 0 || limit.isRecorded { return false }
        return true
    }

    /// - Throws: where there is no limit.
    fileprivate func check(_ operation: StaticString) throws(TensorError) {
        if min == nil && max == nil {
            throw TensorError(.runtime, operation.description, "at least one of min and max must not be None")
        }
        try min?.requireInitialized(operation)
        try max?.requireInitialized(operation)
    }

    fileprivate func promoted(_ x: Tensor) -> DType { promotedType([x, min, max].compactMap { $0 }) }

    /// Limits that are numbers.
    fileprivate func apply(_ x: Tensor, into output: Tensor, _ operation: StaticString) throws(TensorError) {
        if x.dtype == .bool { throw Elementwise.unsupported(operation, .bool) }
        for case let limit? in [min, max] where limit.flags.contains(.wrappedNumber) {
            try x.dtype.requireFinite(limit.itemAsDouble(), operation)
        }
        let lower = try min?.converted(to: x.dtype, operation), upper = try max?.converted(to: x.dtype, operation)
        Elementwise.clamp(x, lower, upper, into: output)
    }
}

extension Tensor {
    /// x, but no less than `min` and no more than `max`; where they cross, `max`. The gradient of x is that of the elements
    /// which were kept.
    ///
    /// - Parameters:
    ///   - min: a number or a tensor, which is broadcast.
    ///   - max: likewise.
    /// - Throws: where both limits are nil.
    public func clamped(
        min: (any TensorScalar)? = nil, max: (any TensorScalar)? = nil
    ) throws(TensorError) -> Tensor {
        try clamped(Limits(min, max), "clamp")
    }

    /// x, but no less than `limit`.
    public func clamped(toAtLeast limit: Tensor) throws(TensorError) -> Tensor {
        try clamped(Limits(limit, nil), "clamp_min")
    }

    /// x, but no more than `limit`.
    public func clamped(toAtMost limit: Tensor) throws(TensorError) -> Tensor {
        try clamped(Limits(nil, limit), "clamp_max")
    }

    private func clamped(_ limits: Limits, _ operation: StaticString) throws(TensorError) -> Tensor {
        try requireInitialized(operation)
        try limits.check(operation)
        let dtype = limits.promoted(self)
        if limits.areNumbers && dtype != .bool {
            let result = try Tensor(uninitialized: sizes, dtype, operation: operation)
            try limits.apply(try converted(to: dtype), into: result, operation)
            if isRecorded { result.node = ClampBackward(try gradientEdge(), input: Saved(self), limits) }
            return result
        }
        return try clampedElementwise(limits, dtype, operation)
    }

    /// Limits that are tensors.
    private func clampedElementwise(
        _ limits: Limits, _ dtype: DType, _ operation: StaticString
    ) throws(TensorError) -> Tensor {
        let isNumber = [limits.min, limits.max].contains { $0?.flags.contains(.wrappedNumber) ?? false }
        if dtype == .bool && (isNumber || (limits.min != nil && limits.max != nil)) {
            throw Elementwise.unsupported(operation, .bool)
        }
        var sizes = sizes
        for case let limit? in [limits.min, limits.max] { sizes = try broadcastSizes(sizes, limit.sizes, operation) }
        let result = try Tensor(uninitialized: sizes, dtype, operation: operation)
        var x = try converted(to: dtype)
        if let min = limits.min {
            try Elementwise.binary(.CK_MAXIMUM, x, try min.converted(to: dtype, operation), into: result, operation)
            x = result
        }
        if let max = limits.max {
            try Elementwise.binary(.CK_MINIMUM, x, try max.converted(to: dtype, operation), into: result, operation)
        }
        if isRecorded || (limits.min?.isRecorded ?? false) || (limits.max?.isRecorded ?? false) {
            result.node = ClampTensorsBackward(self, try gradientEdge(), limits, try limits.min?.gradientEdge() ?? .none,
                try limits.max?.gradientEdge() ?? .none)
        }
        return result
    }

    /// Limits the elements in memory.
    public func clampInPlace(min: (any TensorScalar)? = nil, max: (any TensorScalar)? = nil) throws(TensorError) {
        let limits = Limits(min, max)
        try limits.check("clamp_")
        let recorded = isRecorded || (limits.min?.isRecorded ?? false) || (limits.max?.isRecorded ?? false)
        try requireWritable("clamp_", recorded: recorded)
        let dtype = limits.promoted(self)
        if !limits.areNumbers {
            let result = try copyForFormula().clampedElementwise(limits, dtype, "clamp_")
            try requireResult(result.sizes, dtype, fits: self, "clamp_")
            try assignInPlace(result)
            return
        }
        try requireResult(sizes, dtype, fits: self, "clamp_")
        // The formula asks where x was within the limits, which the output no longer tells.
        let node = recorded ? ClampBackward(try gradientEdge(), input: try savedBeforeWrite(true), limits) : nil
        try limits.apply(self, into: self, "clamp_")
        didWrite()
        if let node { rebaseHistory(node) }
    }

    // MARK: fmin, fmax

    /// The larger of the two, elementwise; the number where the other one is NaN.
    public func maximumNumber(_ other: Tensor) throws(TensorError) -> Tensor {
        try pairwise(.CK_FMAX, other, "fmax", promotedType(self, other), FmaxBackward.self)
    }

    /// The smaller of the two, elementwise; the number where the other one is NaN.
    public func minimumNumber(_ other: Tensor) throws(TensorError) -> Tensor {
        try pairwise(.CK_FMIN, other, "fmin", promotedType(self, other), FminBackward.self)
    }

    // MARK: nan_to_num

    /// x with numbers in place of NaN and the infinities.
    ///
    /// - Parameters:
    ///   - positiveInfinity: nil for the largest finite number of the dtype.
    ///   - negativeInfinity: nil for the smallest.
    public func replacingNonFinite(
        nan: Double = 0, positiveInfinity: Double? = nil, negativeInfinity: Double? = nil
    ) throws(TensorError) -> Tensor {
        try requireInitialized("nan_to_num")
        if !dtype.isFloatingPoint { return try copied() }
        let compute = dtype.computeType
        let largest: Double = switch dtype {
        case .float32: Double(Float.greatestFiniteMagnitude)
        case .float64: Double.greatestFiniteMagnitude
        default: dtype.largest
        }
        let values = [nan, positiveInfinity ?? largest, negativeInfinity ?? -largest]
        var replacements: [Tensor] = []
        for value in values { replacements.append(try Tensor(number: value).converted(to: compute, "nan_to_num")) }
        let x = try converted(to: compute)
        let finite = try Tensor(uninitialized: sizes, compute, operation: "nan_to_num")
        Elementwise.replaceNonFinite(x, replacements[0], replacements[1], replacements[2], into: finite)
        let result = try finite.converted(to: dtype)
        if isRecorded { result.node = NanToNumBackward(try gradientEdge(), at: Saved(self)) }
        return result
    }
}

/// y = x within the limits: dy/dx = 1 there, the limits included, else 0.
final class ClampBackward: UnaryBackward {
    private let limits: Limits

    init(_ edge: Edge, input: Saved, _ limits: Limits) {
        self.limits = limits
        super.init(edge, input: input)
    }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let x = try saved!.value(for: self).withoutHistory()
        var result = copy g
        if let min = limits.min { result = try result * (x .>= min).to(g.dtype) }
        if let max = limits.max { result = try result * (x .<= max).to(g.dtype) }
        try engine.send(result, to: edges.0)
    }
}

/// y = min(max(x, low), high): the gradient goes to the operand that was taken, to x where it equals a limit.
final class ClampTensorsBackward: Node {
    private let specs: (Spec, Spec?, Spec?)
    @exclusivity(unchecked) private var x: Saved
    @exclusivity(unchecked) private var low: Saved?
    @exclusivity(unchecked) private var high: Saved?

    init(_ x: Tensor, _ edge: Edge, _ limits: Limits, _ lowEdge: Edge, _ highEdge: Edge) {
        specs = (Spec(x), limits.min.map { Spec($0) }, limits.max.map { Spec($0) })
        self.x = Saved(x)
        low = limits.min.map { Saved($0) }
        high = limits.max.map { Saved($0) }
        super.init(edge, lowEdge, highEdge)
    }

    override class var name: String { "ClampBackward1" }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let x = try self.x.value(for: self)
        let low = try self.low?.value(for: self), high = try self.high?.value(for: self)
        if wants(0) {
            var result = copy g
            if let low { result = try result * (x .>= low).to(g.dtype) }
            if let high { result = try result * (x .<= high).to(g.dtype) }
            try engine.send(result, to: edges.0, reducedTo: specs.0)
        }
        if wants(1), let low, let spec = specs.1 {
            var taken = try (x .< low).to(g.dtype)
            if let high { taken = try taken * (low .< high).to(g.dtype) }
            try engine.send(try g * taken, to: edges.1, reducedTo: spec)
        }
        if wants(2), let high, let spec = specs.2 {
            var taken = try x .> high
            if let low { taken = try taken.logicalOr(high .< low) }
            try engine.send(try g * taken.to(g.dtype), to: edges.2, reducedTo: spec)
        }
    }

    override func releaseSaved() {
        x.release()
        low?.release()
        high?.release()
    }
}

/// c = fmax(a, b): the gradient goes to a where it is taken or equal, else to b.
final class FmaxBackward: PairBackward {
    override func first(_ a: Tensor, _ b: Tensor) throws(TensorError) -> Tensor {
        try (a .>= b).logicalOr(b.isNaN()).to(a.dtype)
    }
    override func second(_ a: Tensor, _ b: Tensor) throws(TensorError) -> Tensor { try 1 - first(a, b) }
}

/// c = fmin(a, b): likewise.
final class FminBackward: PairBackward {
    override func first(_ a: Tensor, _ b: Tensor) throws(TensorError) -> Tensor {
        try (a .<= b).logicalOr(b.isNaN()).to(a.dtype)
    }
    override func second(_ a: Tensor, _ b: Tensor) throws(TensorError) -> Tensor { try 1 - first(a, b) }
}

/// y = x where it is finite: dy/dx = 1 there, else 0.
final class NanToNumBackward: SlopeBackward {
    override func slope(_ x: Tensor) throws(TensorError) -> Tensor { try x.isFinite().to(x.dtype) }
}
