import CKernels

// Functions of one tensor, elementwise. Each gradient stands with its function.

/// Runs a unary kernel, out of place or in place, and records it.
///
/// - Parameter node: makes the gradient formula from the edge, before anything is written; a formula that needs the
///   output gets it by `keep` afterwards.
@inline(__always)
func unary<Formula: UnaryBackward>(
    _ x: Tensor, _ op: ck_unary, _ operation: StaticString, floating: Bool, inPlace: Bool,
    node makeNode: (Edge) throws(TensorError) -> Formula
) throws(TensorError) -> Tensor {
    try x.requireInitialized(operation)
    let recorded = x.isRecorded
    let dtype = floating ? floatingType(x.dtype) : x.dtype
    if inPlace {
        try x.requireWritable(operation, recorded: recorded)
        try requireResult(x.sizes, dtype, fits: x, operation)
        let node = recorded ? try makeNode(try x.gradientEdge()) : nil
        try Elementwise.unary(op, x, into: x, operation)
        x.didWrite()
        if let node {
            node.keep(output: x)
            x.rebaseHistory(node)
        }
        return x
    }
    let result = try Tensor(uninitialized: x.sizes, dtype, operation: operation)
    try Elementwise.unary(op, try x.converted(to: dtype), into: result, operation)
    if recorded {
        let node = try makeNode(try x.gradientEdge())
        node.keep(output: result)
        result.node = node
    }
    return result
}

/// A kernel from any dtype to bool.
func predicate(_ x: Tensor, _ op: ck_unary, _ operation: StaticString) throws(TensorError) -> Tensor {
    try x.requireInitialized(operation)
    let result = try Tensor(uninitialized: x.sizes, .bool, operation: operation)
    try Elementwise.unary(op, x, into: result, operation)
    return result
}

extension Tensor {
    /// -x. Not for bool.
    public func negated() throws(TensorError) -> Tensor { try negate("neg", false) }
    /// Changes the sign in memory.
    public func negateInPlace() throws(TensorError) { _ = try negate("neg_", true) }
    private func negate(_ operation: StaticString, _ inPlace: Bool) throws(TensorError) -> Tensor {
        try unary(self, .CK_NEG, operation, floating: false, inPlace: inPlace) { NegBackward($0) }
    }

    /// |x|.
    public func absoluteValue() throws(TensorError) -> Tensor { try absolute("abs", false) }
    /// Takes the absolute value in memory.
    public func absoluteValueInPlace() throws(TensorError) { _ = try absolute("abs_", true) }
    private func absolute(_ operation: StaticString, _ inPlace: Bool) throws(TensorError) -> Tensor {
        try unary(self, .CK_ABS, operation, floating: false, inPlace: inPlace) { (edge) throws(TensorError) in
            AbsBackward(edge, input: try self.savedBeforeWrite(inPlace))
        }
    }

    /// -1, 0 or 1; its gradient is zero.
    public func sign() throws(TensorError) -> Tensor {
        try unary(self, .CK_SIGN, "sign", floating: false, inPlace: false) { SignBackward($0) }
    }

    /// x². Bool gives int64.
    public func squared() throws(TensorError) -> Tensor { try square("square", false) }
    /// Squares in memory.
    public func squareInPlace() throws(TensorError) { _ = try square("square_", true) }
    private func square(_ operation: StaticString, _ inPlace: Bool) throws(TensorError) -> Tensor {
        // As the power with a number as its exponent: int64 for bool.
        if dtype == .bool {
            if inPlace { try requireResult(sizes, .int64, fits: self, operation) }
            return try to(.int64).square(operation, false)
        }
        return try unary(self, .CK_SQUARE, operation, floating: false, inPlace: inPlace) { (edge) throws(TensorError) in
            SquareBackward(edge, input: try self.savedBeforeWrite(inPlace))
        }
    }

    /// eˣ. Integers give the default floating dtype.
    public func exponential() throws(TensorError) -> Tensor { try exponential("exp", false) }
    /// Raises e to each element, in memory.
    public func exponentialInPlace() throws(TensorError) { _ = try exponential("exp_", true) }
    private func exponential(_ operation: StaticString, _ inPlace: Bool) throws(TensorError) -> Tensor {
        try unary(self, .CK_EXP, operation, floating: true, inPlace: inPlace) { ExpBackward($0) }
    }

    /// The natural logarithm. Integers give the default floating dtype.
    public func logarithm() throws(TensorError) -> Tensor { try logarithm("log", false) }
    /// Takes the natural logarithm in memory.
    public func logarithmInPlace() throws(TensorError) { _ = try logarithm("log_", true) }
    private func logarithm(_ operation: StaticString, _ inPlace: Bool) throws(TensorError) -> Tensor {
        try unary(self, .CK_LOG, operation, floating: true, inPlace: inPlace) { (edge) throws(TensorError) in
            LogBackward(edge, input: try self.savedBeforeWrite(inPlace))
        }
    }

    /// The square root. Integers give the default floating dtype.
    public func squareRoot() throws(TensorError) -> Tensor { try squareRoot("sqrt", false) }
    /// Takes the square root in memory.
    public func squareRootInPlace() throws(TensorError) { _ = try squareRoot("sqrt_", true) }
    private func squareRoot(_ operation: StaticString, _ inPlace: Bool) throws(TensorError) -> Tensor {
        try unary(self, .CK_SQRT, operation, floating: true, inPlace: inPlace) { SqrtBackward($0) }
    }

    /// max(x, 0), the rectified linear unit. Not for bool.
    public func relu() throws(TensorError) -> Tensor { try relu("relu", false) }
    /// Sets negative elements to zero.
    public func reluInPlace() throws(TensorError) { _ = try relu("relu_", true) }
    private func relu(_ operation: StaticString, _ inPlace: Bool) throws(TensorError) -> Tensor {
        try unary(self, .CK_RELU, operation, floating: false, inPlace: inPlace) { ReluBackward($0) }
    }

    /// 1 / (1 + e⁻ˣ), the logistic function.
    public func sigmoid() throws(TensorError) -> Tensor { try sigmoid("sigmoid", false) }
    /// Takes the logistic function in memory.
    public func sigmoidInPlace() throws(TensorError) { _ = try sigmoid("sigmoid_", true) }
    private func sigmoid(_ operation: StaticString, _ inPlace: Bool) throws(TensorError) -> Tensor {
        try unary(self, .CK_SIGMOID, operation, floating: true, inPlace: inPlace) { SigmoidBackward($0) }
    }

    /// The hyperbolic tangent.
    public func tanh() throws(TensorError) -> Tensor { try tanh("tanh", false) }
    /// Takes the hyperbolic tangent in memory.
    public func tanhInPlace() throws(TensorError) { _ = try tanh("tanh_", true) }
    private func tanh(_ operation: StaticString, _ inPlace: Bool) throws(TensorError) -> Tensor {
        try unary(self, .CK_TANH, operation, floating: true, inPlace: inPlace) { TanhBackward($0) }
    }

    /// Where elements are not a number, as bool.
    public func isNaN() throws(TensorError) -> Tensor { try predicate(self, .CK_ISNAN, "isnan") }
    /// Where elements are neither infinite nor NaN, as bool.
    public func isFinite() throws(TensorError) -> Tensor { try predicate(self, .CK_ISFINITE, "isfinite") }
    /// Where elements are zero, as bool.
    public func logicalNot() throws(TensorError) -> Tensor { try predicate(self, .CK_LOGICAL_NOT, "logical_not") }

    // MARK: Selection

    /// `a` where the bool `condition` holds, `b` elsewhere, all three broadcast.
    public static func select(_ condition: Tensor, _ a: Tensor, _ b: Tensor) throws(TensorError) -> Tensor {
        try condition.requireInitialized("where")
        try a.requireInitialized("where")
        try b.requireInitialized("where")
        if condition.dtype == .uint8 { return try select(condition.converted(to: .bool), a, b) }
        if condition.dtype != .bool {
            throw TensorError(.runtime, "where", "expected a bool condition, not \(condition.dtype)")
        }
        var dtype = promotedType(a, b)
        if dtype.isFloatingPoint && a.flags.contains(.wrappedNumber) && b.flags.contains(.wrappedNumber) { dtype = .standard }
        let sizes = try broadcastSizes(condition.sizes, try broadcastSizes(a.sizes, b.sizes, "where"), "where")
        let result = try Tensor(uninitialized: sizes, dtype, operation: "where")
        Elementwise.select(condition, try a.converted(to: dtype), try b.converted(to: dtype), into: result)
        if a.isRecorded || b.isRecorded {
            result.node = WhereBackward(
                try a.gradientEdge(), try b.gradientEdge(), Spec(a), Spec(b), Saved(condition))
        }
        return result
    }

    /// `value` where the bool `mask` holds, the tensor's elements elsewhere. The mask is broadcast.
    ///
    /// - Parameter value: of no dimensions; it is converted to the tensor's dtype.
    public func maskedFill(_ mask: Tensor, with value: Tensor) throws(TensorError) -> Tensor {
        let fitted = try fillValue(mask, value, "masked_fill")
        return try Tensor.select(mask, fitted, self)
    }

    /// Writes `value` where the bool `mask` holds.
    public func maskedFillInPlace(_ mask: Tensor, with value: Tensor) throws(TensorError) {
        let fitted = try fillValue(mask, value, "masked_fill_")
        let recorded = isRecorded || value.isRecorded
        try requireWritable("masked_fill_", recorded: recorded)
        try requireResult(try broadcastSizes(sizes, mask.sizes, "masked_fill_"), dtype, fits: self, "masked_fill_")
        let condition = try safeOperand(mask)
        let node = recorded
            ? WhereBackward(try fitted.gradientEdge(), try gradientEdge(), Spec(fitted), Spec(self), Saved(condition)) : nil
        Elementwise.select(condition, fitted, self, into: self)
        didWrite()
        if let node { rebaseHistory(node) }
    }

    private func fillValue(_ mask: Tensor, _ value: Tensor, _ operation: StaticString) throws(TensorError) -> Tensor {
        try requireInitialized(operation)
        if mask.dtype != .bool {
            throw TensorError(.runtime, operation.description, "expected a bool mask, not \(mask.dtype)")
        }
        if value.rank != 0 {
            throw TensorError(.runtime, operation.description, "expected a value of no dimensions, not of shape \(value.sizes)")
        }
        if value.flags.contains(.wrappedNumber) {
            try value.requireFits(dtype, operation)
            try dtype.requireFinite(value.itemAsDouble(), operation)
        }
        return try value.to(dtype)
    }
}

// MARK: - Gradients

/// The base of the formulas with one operand.
class UnaryBackward: Node {
    @exclusivity(unchecked) final var saved: Saved?

    init(_ edge: Edge, input: Saved? = nil) {
        saved = input
        super.init(edge)
    }

    /// Saves the output, for a formula that is shortest in terms of it.
    func keep(output: Tensor) {}

    override final func releaseSaved() { saved?.release() }
}

/// The base of the formulas that need the output.
class OutputBackward: UnaryBackward {
    override final func keep(output: Tensor) { saved = Saved(output: output) }
}

/// The base of the formulas dy/dx = f(x).
class SlopeBackward: UnaryBackward {
    required init(_ edge: Edge, at x: Saved) { super.init(edge, input: x) }

    /// dy/dx.
    func slope(_ x: Tensor) throws(TensorError) -> Tensor { throw TensorError(.unsupported, name, "has no gradient") }

    override final func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let slope = try slope(saved!.value(for: self))
        try engine.send(try g * slope, to: edges.0)
    }
}

/// The base of the formulas dy/dx = f(y).
class OutputSlopeBackward: OutputBackward {
    required init(_ edge: Edge) { super.init(edge) }

    /// dy/dx.
    func slope(_ y: Tensor) throws(TensorError) -> Tensor { throw TensorError(.unsupported, name, "has no gradient") }

    override final func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let slope = try slope(saved!.output(for: self))
        try engine.send(try g * slope, to: edges.0)
    }
}

extension Tensor {
    /// A function by one kernel, integers in the default floating dtype.
    func function(_ op: ck_unary, _ operation: StaticString, _ formula: SlopeBackward.Type) throws(TensorError) -> Tensor {
        try unary(self, op, operation, floating: true, inPlace: false) { formula.init($0, at: Saved(self)) }
    }

    func function(
        _ op: ck_unary, _ operation: StaticString, _ formula: OutputSlopeBackward.Type
    ) throws(TensorError) -> Tensor {
        try unary(self, op, operation, floating: true, inPlace: false) { formula.init($0) }
    }
}

/// y = -x: dy/dx = -1.
final class NegBackward: UnaryBackward {
    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        try engine.send(try g.negated(), to: edges.0)
    }
}

/// y = |x|: dy/dx = sign x, 0 at 0.
final class AbsBackward: UnaryBackward {
    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let x = try saved!.value(for: self)
        let result = GradMode.isEnabled ? try g * x.sign() : try gradientKernel(.CK_ABS_GRAD, g, x, "abs")
        try engine.send(result, to: edges.0)
    }
}

/// A step function: its gradient is zero wherever it exists.
class StepBackward: UnaryBackward {
    override final func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        try engine.send(try Tensor.filled(g.sizes, g.dtype, 0), to: edges.0)
    }
}

/// y = sign x.
final class SignBackward: StepBackward {}

/// y = x²: dy/dx = 2x.
final class SquareBackward: UnaryBackward {
    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        try engine.send(try g * (saved!.value(for: self) * 2.0), to: edges.0)
    }
}

/// y = eˣ: dy/dx = y.
final class ExpBackward: OutputBackward {
    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        try engine.send(try g * saved!.output(for: self), to: edges.0)
    }
}

/// y = log x: dy/dx = 1 / x.
final class LogBackward: UnaryBackward {
    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        try engine.send(try g / saved!.value(for: self), to: edges.0)
    }
}

/// y = √x: dy/dx = 1 / 2y.
final class SqrtBackward: OutputBackward {
    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        try engine.send(try g / (saved!.output(for: self) * 2.0), to: edges.0)
    }
}

/// y = max(x, 0): dy/dx = 1 where y > 0, else 0.
final class ReluBackward: OutputBackward {
    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let y = try saved!.output(for: self)
        let result = GradMode.isEnabled ? try g * (y .> 0).to(g.dtype) : try gradientKernel(.CK_RELU_GRAD, g, y, "relu")
        try engine.send(result, to: edges.0)
    }
}

/// y = 1 / (1 + e⁻ˣ): dy/dx = y (1 - y).
final class SigmoidBackward: OutputBackward {
    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let y = try saved!.output(for: self)
        let result = GradMode.isEnabled ? try g * (y * (1 - y)) : try gradientKernel(.CK_SIGMOID_GRAD, g, y, "sigmoid")
        try engine.send(result, to: edges.0)
    }
}

/// y = tanh x: dy/dx = 1 - y².
final class TanhBackward: OutputBackward {
    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let y = try saved!.output(for: self)
        let result = GradMode.isEnabled ? try g * (1 - y * y) : try gradientKernel(.CK_TANH_GRAD, g, y, "tanh")
        try engine.send(result, to: edges.0)
    }
}

/// y = condition ? a : b: the gradient goes to the side that was taken.
final class WhereBackward: BinaryBackward {
    @exclusivity(unchecked) private var condition: Saved

    init(_ a: Edge, _ b: Edge, _ aSpec: Spec, _ bSpec: Spec, _ condition: Saved) {
        self.condition = condition
        super.init(a, b, aSpec, bSpec)
    }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let condition = try self.condition.value(for: self)
        let zero = try Tensor.filled(Dims(), g.dtype, 0)
        if wants(0) { try engine.send(try Tensor.select(condition, g, zero), to: edges.0, reducedTo: aSpec) }
        if wants(1) { try engine.send(try Tensor.select(condition, zero, g), to: edges.1, reducedTo: bSpec) }
    }

    override func releaseSaved() { condition.release() }
}

/// A gradient in one pass over memory, where the pass itself is not recorded.
private func gradientKernel(
    _ op: ck_binary, _ g: Tensor, _ value: Tensor, _ operation: StaticString
) throws(TensorError) -> Tensor {
    let result = try Tensor(uninitialized: value.sizes, value.dtype, operation: operation)
    try Elementwise.binary(op, g, value, into: result, operation)
    return result
}
