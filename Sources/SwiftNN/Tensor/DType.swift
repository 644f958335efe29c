import CKernels

/// The element type of a tensor.
///
/// The raw values index the kernel tables of `CKernels` and are those of `ck_dtype`.
public enum DType: UInt8, CaseIterable, Sendable {
    case float32 = 0, float64, int64, int32, int16, int8, uint8, bool, float16, bfloat16

    /// Bytes per element.
    public var size: Int {
        switch self {
        case .float64, .int64: 8
        case .float32, .int32: 4
        case .int16, .float16, .bfloat16: 2
        case .int8, .uint8, .bool: 1
        }
    }

    public var isFloatingPoint: Bool {
        switch self {
        case .float32, .float64, .float16, .bfloat16: true
        default: false
        }
    }

    /// True for the 16-bit floating types, which are stored as such and computed with as float32.
    public var isReducedPrecision: Bool { self == .float16 || self == .bfloat16 }

    /// The type in which arithmetic on this one is done before the result is rounded to it: float32 for the 16-bit
    /// floating types, else the type itself.
    public var computeType: DType { isReducedPrecision ? .float32 : self }

    /// The floating type of numbers that name none: of quotients of integers, of creation functions. One for the
    /// process, float32 at first.
    public static var standard: DType { DType(rawValue: UInt8(truncatingIfNeeded: ck_default_dtype().rawValue)) ?? .float32 }

    /// - Throws: for a dtype that is not floating point.
    public static func setStandard(_ dtype: DType) throws(TensorError) {
        if !dtype.isFloatingPoint {
            throw TensorError(.type, "set_default_dtype", "only floating-point types are supported as the default type, not \(dtype)")
        }
        ck_set_default_dtype(dtype.kernel)
    }

    /// True for the signed and unsigned integers; `bool` is not an integer.
    public var isInteger: Bool { !isFloatingPoint && self != .bool }

    /// `bool` < integers < floating point: the kinds between which type promotion moves.
    var category: Int { isFloatingPoint ? 2 : (self == .bool ? 0 : 1) }

    /// The type in which an operator on `self` and `other` computes and returns (PyTorch's table).
    public func promoted(with other: DType) -> DType {
        if self == other { return self }
        if category != other.category { return category > other.category ? self : other }
        if isFloatingPoint {
            // float16 has more digits, bfloat16 the greater range: float32 has both.
            return self == .float64 || other == .float64 ? .float64 : .float32
        }
        // Two different integers. uint8 and int8 have no common 8-bit type.
        if size == other.size { return .int16 }
        let wider = size > other.size ? self : other
        return wider
    }
}

extension DType {
    /// For the 16-bit floating types: how `value` is stored.
    func bits(_ value: Float) -> UInt16 {
        var (wide, bits) = (value, UInt16(0))
        ck_cast_lookup(.CK_FLOAT32, kernel)(1, &wide, 1, &bits, 1)
        return bits
    }

    /// For the 16-bit floating types: the largest finite number.
    var largest: Double { self == .float16 ? 65504 : 0x1.fep127 }

    /// Checks that a number of an expression does not become infinite where PyTorch refuses that.
    func requireFinite(_ value: Double, _ operation: StaticString) throws(TensorError) {
        if isReducedPrecision && value.isFinite && abs(value) > largest {
            throw TensorError(.runtime, operation.description, "the number \(value) cannot be converted to \(self) without overflow")
        }
    }

    /// For the floating types: the interval of integers narrowed so that rounding does not leave it, by PyTorch's rule.
    func drawable(from low: Int64, to high: Int64) -> (Int64, Int64) {
        let digits = self == .float16 ? 11 : self == .bfloat16 ? 8 : self == .float32 ? 24 : 53
        func nearest(_ value: Int64) -> Int64 {
            let number: Double
            switch self {
            case .float64: number = Double(value)
            case .float32: number = Double(Float(value))
            default: number = Double(rounded(Float(value)))
            }
            return Int64(exactly: number) ?? (value < 0 ? .min : .max)
        }
        /// The distance of the type's numbers at `value`.
        func step(_ value: Int64) -> Int64 {
            let exponent = 63 - Swift.max(value.magnitude, 1).leadingZeroBitCount
            return 1 << Swift.max(exponent - digits + 1, 0)
        }
        var (from, to) = (low, high)
        if from < .max, nearest(from + 1) < from { from = nearest(from + 1) &+ step(from + 1) }
        if to > .min, nearest(to - 1) >= to { to = nearest(to - 1) &- step(to - 1) }
        return (from, to)
    }
}

extension DType: CustomStringConvertible {
    public var description: String {
        switch self {
        case .float32: "float32"
        case .float64: "float64"
        case .int64: "int64"
        case .int32: "int32"
        case .int16: "int16"
        case .int8: "int8"
        case .uint8: "uint8"
        case .bool: "bool"
        case .float16: "float16"
        case .bfloat16: "bfloat16"
        }
    }
}

/// A Swift type that can stand in a tensor's memory.
public protocol TensorElement: Sendable, BitwiseCopyable {
    static var dtype: DType { get }
}

extension Float: TensorElement { public static var dtype: DType { .float32 } }
extension Double: TensorElement { public static var dtype: DType { .float64 } }
extension Int64: TensorElement { public static var dtype: DType { .int64 } }
extension Int: TensorElement { public static var dtype: DType { .int64 } }
extension Int32: TensorElement { public static var dtype: DType { .int32 } }
extension Int16: TensorElement { public static var dtype: DType { .int16 } }
extension Int8: TensorElement { public static var dtype: DType { .int8 } }
extension UInt8: TensorElement { public static var dtype: DType { .uint8 } }
extension Bool: TensorElement { public static var dtype: DType { .bool } }

#if !((os(macOS) || targetEnvironment(macCatalyst)) && arch(x86_64))
@available(macOS 11, iOS 14, tvOS 14, watchOS 7, *)
extension Float16: TensorElement { public static var dtype: DType { .float16 } }
#endif

/// A number with the range of `Float` and eight significant bits, the upper half of a `Float`.
public struct BFloat16: TensorElement, Equatable, CustomStringConvertible {
    public static var dtype: DType { .bfloat16 }

    public var bitPattern: UInt16

    public init(bitPattern: UInt16) { self.bitPattern = bitPattern }

    /// The nearest number to `value`, the even one of two.
    public init(_ value: Float) {
        let bits = value.bitPattern
        // A NaN stays one: rounding could carry its payload into the sign.
        bitPattern = UInt16(truncatingIfNeeded: value.isNaN ? bits >> 16 | 0x40 : (bits &+ 0x7fff &+ (bits >> 16 & 1)) >> 16)
    }

    public static func == (a: BFloat16, b: BFloat16) -> Bool { Float(a) == Float(b) }

    public var description: String { Float(self).description }
}

extension Float {
    /// The same number.
    public init(_ value: BFloat16) { self.init(bitPattern: UInt32(value.bitPattern) << 16) }
}
