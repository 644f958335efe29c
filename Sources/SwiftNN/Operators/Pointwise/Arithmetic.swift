import CKernels

// Binary operators on numbers: broadcasting, type promotion, recording. Each gradient stands with its operator.

/// The dtype in which `a` and `b` meet. Tensors with dimensions weigh more than those without, and those more than
/// numbers in an expression, unless the lighter one is of a higher category (PyTorch's rule).
@inline(__always)
func promotedType(_ a: Tensor, _ b: Tensor) -> DType {
    if a.dtype == b.dtype && !a.flags.contains(.wrappedNumber) && !b.flags.contains(.wrappedNumber) { return a.dtype }
    return promotedDifferent(a, b)
}

private func promotedDifferent(_ a: Tensor, _ b: Tensor) -> DType {
    func weight(_ tensor: Tensor) -> Int { tensor.flags.contains(.wrappedNumber) ? 0 : (tensor.rank == 0 ? 1 : 2) }
    /// A number that is a float counts as the default floating type among others.
    func type(_ tensor: Tensor) -> DType {
        tensor.flags.contains(.wrappedNumber) && tensor.dtype == .float64 ? .standard : tensor.dtype
    }
    let (wa, wb) = (weight(a), weight(b))
    if wa == 0 && wb == 0 { return a.dtype.promoted(with: b.dtype) }
    if wa == wb { return type(a).promoted(with: type(b)) }
    let (heavy, light) = wa > wb ? (type(a), type(b)) : (type(b), type(a))
    return light.category > heavy.category ? light : heavy
}

/// The dtype of a function that gives fractions: integers and bool become the default floating type.
@inline(__always)
func floatingType(_ dtype: DType) -> DType { dtype.isFloatingPoint ? dtype : .standard }

/// The dtype of an operand of a product in `dtype`: a number that float16 or bfloat16 would round stays float32.
@inline(__always)
private func factorType(_ x: Tensor, _ dtype: DType) -> DType {
    dtype.isReducedPrecision && x.rank == 0 && x.dtype != dtype ? .float32 : dtype
}

/// The dtype in which several operands meet, by the same rule.
func promotedType(_ operands: [Tensor]) -> DType {
    var types: (DType?, DType?, DType?)
    for x in operands {
        if x.flags.contains(.wrappedNumber) {
            let type = x.dtype == .float64 ? DType.standard : x.dtype
            types.0 = types.0?.promoted(with: type) ?? type
        } else if x.rank == 0 {
            types.1 = types.1?.promoted(with: x.dtype) ?? x.dtype
        } else {
            types.2 = types.2?.promoted(with: x.dtype) ?? x.dtype
        }
    }
    var result = types.2
    for case let light? in [types.1, types.0] {
        if let heavy = result, heavy.category >= light.category { continue }
        result = light
    }
    return result ?? .standard
}

extension Tensor {
    /// The operand of a kernel for `target`. A number of an expression wraps in a narrower integer, as in PyTorch.
    @inline(__always)
    func operand(_ target: DType, _ operation: StaticString) throws(TensorError) -> Tensor {
        if dtype == target { return self }
        if !flags.contains(.wrappedNumber) || target.isFloatingPoint { return try converted(to: target, operation) }
        let result = try Tensor(uninitialized: sizes, target, operation: operation)
        Elementwise.convert(self, into: result)
        return result
    }

    /// Whether the elements stay what they are in `target`; for a number of an expression.
    fileprivate func survives(_ target: DType) throws(TensorError) -> Bool {
        if !flags.contains(.wrappedNumber) || !dtype.isInteger || !target.isInteger { return true }
        return try operand(target, "").itemAsInt() == itemAsInt()
    }
}

/// Runs a binary kernel, out of place or into `a`, and records it.
///
/// - Parameters:
///   - dtype: in which to compute; the operands are converted.
///   - resultType: nil where it is `dtype`.
///   - factors: whether numbers beside float16 or bfloat16 keep the digits of float32, as in PyTorch's mul and div.
///   - node: makes the gradient formula, given the edges of the operands; called before anything is written.
@inline(__always)
func binary(
    _ a: Tensor, _ b: Tensor, _ operation: StaticString, dtype: DType, resultType: DType? = nil, factors: Bool = false,
    inPlace: Bool,
    kernel: (Tensor, Tensor, Tensor) throws(TensorError) -> Void,
    node makeNode: ((Edge, Edge) throws(TensorError) -> Node)?
) throws(TensorError) -> Tensor {
    try a.requireInitialized(operation)
    try b.requireInitialized(operation)
    let recorded = makeNode != nil && (a.isRecorded || b.isRecorded)
    let sizes = try broadcastSizes(a.sizes, b.sizes, operation)
    if inPlace {
        try a.requireWritable(operation, recorded: recorded)
        try requireResult(sizes, resultType ?? dtype, fits: a, operation)
        let node = recorded ? try makeNode!(try a.gradientEdge(), try b.gradientEdge()) : nil
        let other = try a.safeOperand(b).operand(factors ? factorType(b, dtype) : dtype, operation)
        if a.dtype == dtype && resultType == nil {
            try kernel(a, other, a)
        } else {
            let result = try Tensor(uninitialized: sizes, resultType ?? dtype, operation: operation)
            try kernel(try a.operand(dtype, operation), other, result)
            Elementwise.convert(result, into: a)
        }
        a.didWrite()
        if let node { a.rebaseHistory(node) }
        return a
    }
    let result = try Tensor(uninitialized: sizes, resultType ?? dtype, operation: operation)
    try kernel(
        try a.operand(factors && a.flags.contains(.wrappedNumber) ? factorType(a, dtype) : dtype, operation),
        try b.operand(factors ? factorType(b, dtype) : dtype, operation), result)
    if recorded { result.node = try makeNode!(try a.gradientEdge(), try b.gradientEdge()) }
    return result
}

extension Tensor {
    // MARK: add, sub

    /// self + alpha * other, with broadcasting and type promotion.
    public func adding(_ other: Tensor, alpha: Double = 1) throws(TensorError) -> Tensor {
        try sum(other, alpha: alpha, "add", inPlace: false)
    }

    /// self - alpha * other.
    public func subtracting(_ other: Tensor, alpha: Double = 1) throws(TensorError) -> Tensor {
        try difference(other, alpha: alpha, "sub", inPlace: false)
    }

    /// Adds alpha * other to this tensor's memory.
    public func addInPlace(_ other: Tensor, alpha: Double = 1) throws(TensorError) {
        _ = try sum(other, alpha: alpha, "add_", inPlace: true)
    }

    /// Subtracts alpha * other from this tensor's memory.
    public func subtractInPlace(_ other: Tensor, alpha: Double = 1) throws(TensorError) {
        _ = try difference(other, alpha: alpha, "sub_", inPlace: true)
    }

    @inline(__always)
    private func sum(
        _ other: Tensor, alpha: Double, _ operation: StaticString, inPlace: Bool
    ) throws(TensorError) -> Tensor {
        let dtype = promotedType(self, other)
        return try binary(
            self, other, operation, dtype: dtype, inPlace: inPlace,
            kernel: { (a, b, out) throws(TensorError) in
                try Tensor.addScaled(.CK_ADD, a, b, alpha, into: out, operation)
            },
            node: { (ea, eb) throws(TensorError) in AddBackward(ea, eb, Spec(self), Spec(other), alpha) })
    }

    @inline(__always)
    private func difference(
        _ other: Tensor, alpha: Double, _ operation: StaticString, inPlace: Bool
    ) throws(TensorError) -> Tensor {
        if dtype == .bool || other.dtype == .bool {
            throw TensorError(.runtime, operation.description,
                "subtraction with a bool tensor is not defined: \(dtype) - \(other.dtype); use logical_not for its complement")
        }
        let dtype = promotedType(self, other)
        return try binary(
            self, other, operation, dtype: dtype, inPlace: inPlace,
            kernel: { (a, b, out) throws(TensorError) in
                try Tensor.addScaled(.CK_SUB, a, b, alpha, into: out, operation)
            },
            node: { (ea, eb) throws(TensorError) in SubBackward(ea, eb, Spec(self), Spec(other), -alpha) })
    }

    /// a ± alpha * b by `op`.
    private static func addScaled(
        _ op: ck_binary, _ a: Tensor, _ b: Tensor, _ alpha: Double, into out: Tensor, _ operation: StaticString
    ) throws(TensorError) {
        if alpha == 1 {
            try Elementwise.binary(op, a, b, into: out, operation)
            return
        }
        if !a.dtype.isFloatingPoint && Int64(exactly: alpha) == nil {
            throw TensorError(.runtime, operation.description, "for integral tensors alpha must be an integer, not \(alpha)")
        }
        if a.dtype == .bool {
            throw TensorError(.runtime, operation.description, "alpha other than 1 is not defined for bool tensors")
        }
        try a.dtype.requireFinite(alpha, operation)
        Elementwise.addScaled(a, b, op == .CK_SUB ? -alpha : alpha, into: out)
    }

    // MARK: mul

    /// self * other, elementwise, with broadcasting and type promotion.
    public func multiplied(by other: Tensor) throws(TensorError) -> Tensor { try product(other, "mul", inPlace: false) }

    /// Multiplies this tensor's memory by other.
    public func multiplyInPlace(by other: Tensor) throws(TensorError) { _ = try product(other, "mul_", inPlace: true) }

    @inline(__always)
    private func product(_ other: Tensor, _ operation: StaticString, inPlace: Bool) throws(TensorError) -> Tensor {
        try binary(
            self, other, operation, dtype: promotedType(self, other), factors: true, inPlace: inPlace,
            kernel: { (a, b, out) throws(TensorError) in try Elementwise.binary(.CK_MUL, a, b, into: out, operation) },
            node: { (ea, eb) throws(TensorError) in
                MulBackward(
                    ea, eb, Spec(self), Spec(other), a: eb.isNone ? nil : try self.savedBeforeWrite(inPlace),
                    b: ea.isNone ? nil : other === self ? try self.savedBeforeWrite(inPlace) : Saved(other))
            })
    }

    // MARK: div

    /// How a quotient is rounded.
    public enum RoundingMode: String, CaseIterable, Sendable {
        /// Towards zero, as `/` on Swift's integers.
        case trunc
        /// Towards minus infinity.
        case floor
    }

    /// self / other. Without rounding, integers give the default floating dtype.
    ///
    /// - Throws: for integers divided by zero under a rounding mode.
    public func divided(by other: Tensor, rounding: RoundingMode? = nil) throws(TensorError) -> Tensor {
        try quotient(other, rounding, "div", inPlace: false)
    }

    /// self / other, rounded down.
    ///
    /// - Throws: for integers divided by zero.
    public func floorDivided(by other: Tensor) throws(TensorError) -> Tensor {
        try quotient(other, .floor, "floor_divide", inPlace: false)
    }

    /// Divides this tensor's memory by other.
    public func divideInPlace(by other: Tensor, rounding: RoundingMode? = nil) throws(TensorError) {
        _ = try quotient(other, rounding, "div_", inPlace: true)
    }

    @inline(__always)
    private func quotient(
        _ other: Tensor, _ rounding: RoundingMode?, _ operation: StaticString, inPlace: Bool
    ) throws(TensorError) -> Tensor {
        var dtype = promotedType(self, other)
        guard let rounding else {
            dtype = floatingType(dtype)
            return try binary(
                self, other, operation, dtype: dtype, factors: true, inPlace: inPlace,
                kernel: { (a, b, out) throws(TensorError) in try Elementwise.binary(.CK_DIV, a, b, into: out, operation) },
                node: { (ea, eb) throws(TensorError) in
                    DivBackward(
                        ea, eb, Spec(self), Spec(other), a: eb.isNone ? nil : try self.savedBeforeWrite(inPlace),
                        b: other === self ? try self.savedBeforeWrite(inPlace) : Saved(other))
                })
        }
        if dtype == .bool {
            throw TensorError(.runtime, operation.description, "rounding_mode='\(rounding.rawValue)' is not defined for bool tensors")
        }
        try requireNonzero(other, dividing: self, dtype, operation)
        return try binary(
            self, other, operation, dtype: dtype, factors: true, inPlace: inPlace,
            kernel: { (a, b, out) throws(TensorError) in
                try Elementwise.binary(rounding == .trunc ? .CK_DIV_TRUNC : .CK_DIV_FLOOR, a, b, into: out, operation)
            },
            node: { (ea, eb) throws(TensorError) in ZeroBackward(ea, eb, Spec(self), Spec(other)) })
    }

    // MARK: pow

    /// self to the power of exponent. An integer to a negative power is rounded towards zero.
    ///
    /// - Throws: for integers to a negative number.
    public func raised(to exponent: Tensor) throws(TensorError) -> Tensor { try power(exponent, "pow", inPlace: false) }

    /// Raises this tensor's memory to the power of exponent.
    public func raiseInPlace(to exponent: Tensor) throws(TensorError) { _ = try power(exponent, "pow_", inPlace: true) }

    @inline(__always)
    private func power(_ exponent: Tensor, _ operation: StaticString, inPlace: Bool) throws(TensorError) -> Tensor {
        let dtype = promotedType(self, exponent)
        // In a tensor they are: the result is then rounded towards zero.
        if !dtype.isFloatingPoint && exponent.flags.contains(.wrappedNumber), try exponent.itemAsInt() < 0 {
            throw TensorError(.runtime, operation.description, "integers to negative integer powers are not allowed")
        }
        if dtype == .bool { throw TensorError(.runtime, operation.description, "not defined for bool") }
        return try binary(
            self, exponent, operation, dtype: dtype, inPlace: inPlace,
            kernel: { (a, b, out) throws(TensorError) in
                // The square is the usual power, and far from one in cost.
                if exponent.flags.contains(.wrappedNumber), try exponent.itemAsDouble() == 2 {
                    try Elementwise.unary(.CK_SQUARE, a, into: out, operation)
                } else {
                    try Elementwise.binary(.CK_POW, a, b, into: out, operation)
                }
            },
            node: { (ea, eb) throws(TensorError) in
                PowBackward(
                    ea, eb, Spec(self), Spec(exponent), a: try self.savedBeforeWrite(inPlace),
                    b: exponent === self ? try self.savedBeforeWrite(inPlace) : Saved(exponent))
            })
    }

    // MARK: maximum, minimum

    /// The larger of the two, elementwise; NaN where either is NaN. Equal elements share the gradient.
    public func maximum(_ other: Tensor) throws(TensorError) -> Tensor { try extreme(.CK_MAXIMUM, other, "maximum") }

    /// The smaller of the two, elementwise; NaN where either is NaN. Equal elements share the gradient.
    public func minimum(_ other: Tensor) throws(TensorError) -> Tensor { try extreme(.CK_MINIMUM, other, "minimum") }

    private func extreme(_ op: ck_binary, _ other: Tensor, _ operation: StaticString) throws(TensorError) -> Tensor {
        try binary(
            self, other, operation, dtype: promotedType(self, other), inPlace: false,
            kernel: { (a, b, out) throws(TensorError) in try Elementwise.binary(op, a, b, into: out, operation) },
            node: { (ea, eb) throws(TensorError) in
                ExtremeBackward(ea, eb, Spec(self), Spec(other), Saved(self), Saved(other), isMaximum: op == .CK_MAXIMUM)
            })
    }

    // MARK: comparison

    /// self == other, elementwise, as bool. Operator: `.==`.
    public func equalElements(to other: Tensor) throws(TensorError) -> Tensor { try compare(.CK_EQ, other, "eq") }
    /// self != other, elementwise, as bool. Operator: `.!=`.
    public func unequalElements(to other: Tensor) throws(TensorError) -> Tensor { try compare(.CK_NE, other, "ne") }
    /// self < other, elementwise, as bool. Operator: `.<`.
    public func lessThan(_ other: Tensor) throws(TensorError) -> Tensor { try compare(.CK_LT, other, "lt") }
    /// self <= other, elementwise, as bool. Operator: `.<=`.
    public func lessThanOrEqual(_ other: Tensor) throws(TensorError) -> Tensor { try compare(.CK_LE, other, "le") }
    /// self > other, elementwise, as bool. Operator: `.>`.
    public func greaterThan(_ other: Tensor) throws(TensorError) -> Tensor { try compare(.CK_GT, other, "gt") }
    /// self >= other, elementwise, as bool. Operator: `.>=`.
    public func greaterThanOrEqual(_ other: Tensor) throws(TensorError) -> Tensor { try compare(.CK_GE, other, "ge") }

    private func compare(_ op: ck_binary, _ other: Tensor, _ operation: StaticString) throws(TensorError) -> Tensor {
        var dtype = promotedType(self, other)
        // A number may be out of the range of the tensor's integers.
        let (fits, otherFits) = (try survives(dtype), try other.survives(dtype))
        if !fits || !otherFits { dtype = .int64 }
        return try binary(
            self, other, operation, dtype: dtype, resultType: .bool, inPlace: false,
            kernel: { (a, b, out) throws(TensorError) in try Elementwise.binary(op, a, b, into: out, operation) },
            node: nil)
    }
}

// MARK: - Gradients

extension Engine {
    /// Sends a gradient to an input of `spec`: summed over the dimensions that were broadcast, in the input's dtype.
    @inline(__always)
    mutating func send(
        _ gradient: consuming Tensor, to edge: borrowing Edge, reducedTo spec: borrowing Spec
    ) throws(TensorError) {
        if spec.matches(gradient) {
            try send(gradient, to: edge)
        } else {
            try send(try gradient.summed(toSizes: spec.sizes).to(spec.dtype), to: edge)
        }
    }
}

/// The integers' quotient by zero is an error.
func requireNonzero(
    _ divisor: Tensor, dividing dividend: Tensor, _ dtype: DType, _ operation: StaticString
) throws(TensorError) {
    if dtype.isFloatingPoint || divisor.count == 0 || dividend.count == 0 { return }
    if try divisor.operand(dtype, operation).equalElements(to: Tensor(number: 0)).any().itemAsBool() {
        throw TensorError(.runtime, operation.description, "ZeroDivisionError: integer division by zero")
    }
}

/// The base of the formulas with two operands.
class BinaryBackward: Node {
    final let aSpec: Spec, bSpec: Spec

    init(_ a: Edge, _ b: Edge, _ aSpec: Spec, _ bSpec: Spec) {
        self.aSpec = aSpec
        self.bSpec = bSpec
        super.init(a, b)
    }

    override final var inputCount: Int { 2 }
}

/// The base of the formulas with two operands that need their values.
class SavedBinaryBackward: BinaryBackward {
    @exclusivity(unchecked) final var a: Saved?
    @exclusivity(unchecked) final var b: Saved?

    init(_ ea: Edge, _ eb: Edge, _ aSpec: Spec, _ bSpec: Spec, a: Saved?, b: Saved?) {
        self.a = a
        self.b = b
        super.init(ea, eb, aSpec, bSpec)
    }

    override final func releaseSaved() {
        a?.release()
        b?.release()
    }
}

/// The base of the formulas dc/da = first(a, b), dc/db = second(a, b), both operands in the dtype of the result.
class PairBackward: SavedBinaryBackward {
    required init(_ ea: Edge, _ eb: Edge, _ a: Tensor, _ b: Tensor) {
        super.init(ea, eb, Spec(a), Spec(b), a: Saved(a), b: Saved(b))
    }

    /// dc/da.
    func first(_ a: Tensor, _ b: Tensor) throws(TensorError) -> Tensor {
        throw TensorError(.unsupported, name, "has no gradient by its first operand")
    }

    /// dc/db.
    func second(_ a: Tensor, _ b: Tensor) throws(TensorError) -> Tensor {
        throw TensorError(.unsupported, name, "has no gradient by its second operand")
    }

    override final func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let a = try self.a!.value(for: self).to(g.dtype), b = try self.b!.value(for: self).to(g.dtype)
        if wants(0) { try engine.send(try g * first(a, b), to: edges.0, reducedTo: aSpec) }
        if wants(1) { try engine.send(try g * second(a, b), to: edges.1, reducedTo: bSpec) }
    }
}

extension Tensor {
    /// A function of two operands by one kernel, out of place.
    func pairwise(
        _ op: ck_binary, _ other: Tensor, _ operation: StaticString, _ dtype: DType, resultType: DType? = nil,
        _ formula: PairBackward.Type?
    ) throws(TensorError) -> Tensor {
        var makeNode: ((Edge, Edge) throws(TensorError) -> Node)?
        if let formula { makeNode = { formula.init($0, $1, self, other) } }
        return try binary(
            self, other, operation, dtype: dtype, resultType: resultType, inPlace: false,
            kernel: { (a, b, out) throws(TensorError) in try Elementwise.binary(op, a, b, into: out, operation) },
            node: makeNode)
    }
}

/// c = a + alpha b: dc/da = 1, dc/db = alpha.
final class AddBackward: BinaryBackward {
    private let alpha: Double

    init(_ a: Edge, _ b: Edge, _ aSpec: Spec, _ bSpec: Spec, _ alpha: Double) {
        self.alpha = alpha
        super.init(a, b, aSpec, bSpec)
    }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        if wants(1) {
            let scaled = alpha == 1 ? g : try g * alpha
            try engine.send(scaled, to: edges.1, reducedTo: bSpec)
        }
        if wants(0) { try engine.send(g, to: edges.0, reducedTo: aSpec) }
    }
}

/// c = a - alpha b; `alpha` here carries the sign.
final class SubBackward: BinaryBackward {
    private let alpha: Double

    init(_ a: Edge, _ b: Edge, _ aSpec: Spec, _ bSpec: Spec, _ alpha: Double) {
        self.alpha = alpha
        super.init(a, b, aSpec, bSpec)
    }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        if wants(1) {
            let scaled = alpha == -1 ? try g.negated() : try g * alpha
            try engine.send(scaled, to: edges.1, reducedTo: bSpec)
        }
        if wants(0) { try engine.send(g, to: edges.0, reducedTo: aSpec) }
    }
}

/// c = a b: dc/da = b, dc/db = a.
final class MulBackward: SavedBinaryBackward {
    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        if wants(0) { try engine.send(try g * b!.value(for: self), to: edges.0, reducedTo: aSpec) }
        if wants(1) { try engine.send(try g * a!.value(for: self), to: edges.1, reducedTo: bSpec) }
    }
}

/// c = a / b: dc/da = 1 / b, dc/db = -a / b².
final class DivBackward: SavedBinaryBackward {
    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let b = try self.b!.value(for: self)
        if wants(0) { try engine.send(try g / b, to: edges.0, reducedTo: aSpec) }
        if wants(1) {
            let a = try self.a!.value(for: self)
            try engine.send(try g.negated() * (a / b / b), to: edges.1, reducedTo: bSpec)
        }
    }
}

/// A step function of its operands: its gradient is zero wherever it exists.
final class ZeroBackward: BinaryBackward {
    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let zero = try Tensor.filled(g.sizes, g.dtype, 0)
        if wants(0) { try engine.send(zero, to: edges.0, reducedTo: aSpec) }
        if wants(1) { try engine.send(zero, to: edges.1, reducedTo: bSpec) }
    }
}

/// c = a^b: dc/da = b a^(b-1), and 0 where b = 0; dc/db = a^b log a, and 0 where a = 0 and b >= 0.
final class PowBackward: SavedBinaryBackward {
    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let a = try self.a!.value(for: self), b = try self.b!.value(for: self)
        if wants(0) {
            let zero = try Tensor.filled(Dims(), g.dtype, 0)
            let slope = try b * a.raised(to: b - 1)
            try engine.send(try g * Tensor.select(b .== 0, zero, slope), to: edges.0, reducedTo: aSpec)
        }
        if wants(1) {
            let zero = try Tensor.filled(Dims(), g.dtype, 0)
            let slope = try a.raised(to: b) * a.to(g.dtype).logarithm()
            let flat = try (a .== 0).multiplied(by: b .>= 0)
            try engine.send(try g * Tensor.select(flat, zero, slope), to: edges.1, reducedTo: bSpec)
        }
    }
}

/// c = max(a, b) or min(a, b): the gradient goes to the operand that was taken, half to each of equal ones.
final class ExtremeBackward: SavedBinaryBackward {
    private let isMaximum: Bool

    init(_ ea: Edge, _ eb: Edge, _ aSpec: Spec, _ bSpec: Spec, _ a: Saved, _ b: Saved, isMaximum: Bool) {
        self.isMaximum = isMaximum
        super.init(ea, eb, aSpec, bSpec, a: a, b: b)
    }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let a = try self.a!.value(for: self), b = try self.b!.value(for: self)
        let half = try (a .== b).to(g.dtype) * 0.5
        let first = try (isMaximum ? a .> b : a .< b).to(g.dtype)
        let second = try (isMaximum ? b .> a : b .< a).to(g.dtype)
        if wants(0) { try engine.send(try g * (first + half), to: edges.0, reducedTo: aSpec) }
        if wants(1) { try engine.send(try g * (second + half), to: edges.1, reducedTo: bSpec) }
    }
}
