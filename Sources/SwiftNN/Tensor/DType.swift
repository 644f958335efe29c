/// The element type of a tensor.
///
/// The raw values index the kernel tables of `CKernels` and are those of `ck_dtype`.
public enum DType: UInt8, CaseIterable, Sendable {
    case float32 = 0, float64, int64, int32, int16, int8, uint8, bool

    /// Bytes per element.
    public var size: Int {
        switch self {
        case .float64, .int64: 8
        case .float32, .int32: 4
        case .int16: 2
        case .int8, .uint8, .bool: 1
        }
    }

    public var isFloatingPoint: Bool { self == .float32 || self == .float64 }

    /// True for the signed and unsigned integers; `bool` is not an integer.
    public var isInteger: Bool { !isFloatingPoint && self != .bool }

    /// `bool` < integers < floating point: the kinds between which type promotion moves.
    var category: Int { isFloatingPoint ? 2 : (self == .bool ? 0 : 1) }

    /// The type in which an operator on `self` and `other` computes and returns (PyTorch's table).
    public func promoted(with other: DType) -> DType {
        if self == other { return self }
        if category != other.category { return category > other.category ? self : other }
        if isFloatingPoint { return .float64 }
        // Two different integers. uint8 and int8 have no common 8-bit type.
        if size == other.size { return .int16 }
        let wider = size > other.size ? self : other
        return wider
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
