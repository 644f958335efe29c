// The operators' symbols. Everything is documented at the method of the same meaning.

/// A number that can stand beside a tensor in an expression, without widening the tensor's dtype.
public protocol TensorScalar: Sendable {
    /// The number as a tensor of no dimensions that does not widen others.
    func asTensor() -> Tensor
}

extension Double: TensorScalar { public func asTensor() -> Tensor { Tensor(number: self) } }
extension Float: TensorScalar { public func asTensor() -> Tensor { Tensor(number: Double(self)) } }
extension Int: TensorScalar { public func asTensor() -> Tensor { Tensor(number: self) } }
extension Bool: TensorScalar { public func asTensor() -> Tensor { Tensor(number: self) } }
extension Tensor: TensorScalar { public func asTensor() -> Tensor { self } }

extension Tensor {
    public static func + (a: Tensor, b: some TensorScalar) throws(TensorError) -> Tensor { try a.adding(b.asTensor()) }
    public static func - (a: Tensor, b: some TensorScalar) throws(TensorError) -> Tensor { try a.subtracting(b.asTensor()) }
    public static func * (a: Tensor, b: some TensorScalar) throws(TensorError) -> Tensor { try a.multiplied(by: b.asTensor()) }
    public static func / (a: Tensor, b: some TensorScalar) throws(TensorError) -> Tensor { try a.divided(by: b.asTensor()) }

    public static func + (a: some TensorScalar, b: Tensor) throws(TensorError) -> Tensor { try a.asTensor().adding(b) }
    public static func - (a: some TensorScalar, b: Tensor) throws(TensorError) -> Tensor { try a.asTensor().subtracting(b) }
    public static func * (a: some TensorScalar, b: Tensor) throws(TensorError) -> Tensor { try a.asTensor().multiplied(by: b) }
    public static func / (a: some TensorScalar, b: Tensor) throws(TensorError) -> Tensor { try a.asTensor().divided(by: b) }

    // Both sides tensors: more specific than the two generic forms, which would otherwise be ambiguous.
    public static func + (a: Tensor, b: Tensor) throws(TensorError) -> Tensor { try a.adding(b) }
    public static func - (a: Tensor, b: Tensor) throws(TensorError) -> Tensor { try a.subtracting(b) }
    public static func * (a: Tensor, b: Tensor) throws(TensorError) -> Tensor { try a.multiplied(by: b) }
    public static func / (a: Tensor, b: Tensor) throws(TensorError) -> Tensor { try a.divided(by: b) }

    public static prefix func - (a: Tensor) throws(TensorError) -> Tensor { try a.negated() }

    public static func & (a: Tensor, b: some TensorScalar) throws(TensorError) -> Tensor { try a.bitwiseAnd(b.asTensor()) }
    public static func | (a: Tensor, b: some TensorScalar) throws(TensorError) -> Tensor { try a.bitwiseOr(b.asTensor()) }
    public static func ^ (a: Tensor, b: some TensorScalar) throws(TensorError) -> Tensor { try a.bitwiseXor(b.asTensor()) }
    public static func << (a: Tensor, b: some TensorScalar) throws(TensorError) -> Tensor { try a.shiftedLeft(by: b.asTensor()) }
    public static func >> (a: Tensor, b: some TensorScalar) throws(TensorError) -> Tensor { try a.shiftedRight(by: b.asTensor()) }
    public static prefix func ~ (a: Tensor) throws(TensorError) -> Tensor { try a.bitwiseNot() }

    // In place: they write to the memory that the left side refers to.
    public static func += (a: Tensor, b: some TensorScalar) throws(TensorError) { try a.addInPlace(b.asTensor()) }
    public static func -= (a: Tensor, b: some TensorScalar) throws(TensorError) { try a.subtractInPlace(b.asTensor()) }
    public static func *= (a: Tensor, b: some TensorScalar) throws(TensorError) { try a.multiplyInPlace(by: b.asTensor()) }
    public static func /= (a: Tensor, b: some TensorScalar) throws(TensorError) { try a.divideInPlace(by: b.asTensor()) }

    public static func .== (a: Tensor, b: some TensorScalar) throws(TensorError) -> Tensor { try a.equalElements(to: b.asTensor()) }
    public static func .!= (a: Tensor, b: some TensorScalar) throws(TensorError) -> Tensor { try a.unequalElements(to: b.asTensor()) }
    public static func .< (a: Tensor, b: some TensorScalar) throws(TensorError) -> Tensor { try a.lessThan(b.asTensor()) }
    public static func .<= (a: Tensor, b: some TensorScalar) throws(TensorError) -> Tensor { try a.lessThanOrEqual(b.asTensor()) }
    public static func .> (a: Tensor, b: some TensorScalar) throws(TensorError) -> Tensor { try a.greaterThan(b.asTensor()) }
    public static func .>= (a: Tensor, b: some TensorScalar) throws(TensorError) -> Tensor { try a.greaterThanOrEqual(b.asTensor()) }
}
