// Padding and other sizes as blocks. Names, arguments and texts are those of torch.nn.

extension BlockRegistry {
    static func resampling(_ type: String, _ arguments: inout Arguments) throws(TensorError) -> Module? {
        switch type {
        case "ConstantPad1d": try ConstantPad1d(&arguments)
        case "ConstantPad2d": try ConstantPad2d(&arguments)
        case "ConstantPad3d": try ConstantPad3d(&arguments)
        case "ZeroPad1d": try ZeroPad1d(&arguments)
        case "ZeroPad2d": try ZeroPad2d(&arguments)
        case "ZeroPad3d": try ZeroPad3d(&arguments)
        case "ReflectionPad1d": try ReflectionPad1d(&arguments)
        case "ReflectionPad2d": try ReflectionPad2d(&arguments)
        case "ReflectionPad3d": try ReflectionPad3d(&arguments)
        case "ReplicationPad1d": try ReplicationPad1d(&arguments)
        case "ReplicationPad2d": try ReplicationPad2d(&arguments)
        case "ReplicationPad3d": try ReplicationPad3d(&arguments)
        case "CircularPad1d": try CircularPad1d(&arguments)
        case "CircularPad2d": try CircularPad2d(&arguments)
        case "CircularPad3d": try CircularPad3d(&arguments)
        case "Upsample": try Upsample(&arguments)
        case "UpsamplingNearest2d": try UpsamplingNearest2d(&arguments)
        case "UpsamplingBilinear2d": try UpsamplingBilinear2d(&arguments)
        default: nil
        }
    }
}

/// The base of padding: elements added at both ends of the last dimensions.
public class Padding: Layer {
    /// How many before and after the elements of the last dimension, then of the one before it.
    public var padding: Extent
    class var dimensions: Int { 0 }
    class var mode: PaddingMode { .constant }

    /// - Parameter padding: one number for both ends of all dimensions, or two for each, the last dimension's first. Negative
    ///   ones take elements away.
    public init(_ padding: Extent) {
        self.padding = padding.isUniform ? Extent(Array(repeating: padding.values[0], count: 2 * Self.dimensions)) : padding
        super.init()
    }

    convenience init(_ arguments: inout Arguments) throws(TensorError) { self.init(try arguments.required("padding")) }

    public override func forward(_ input: Tensor) throws(TensorError) -> Tensor { try input.padded(padding.values, mode: Self.mode) }

    package override var settings: [Setting] { [setting("padding", \Padding.padding)] }
    public override var argumentsDescription: String { padding.attribute.description }
}

/// The base of padding with a number.
public class ConstantPadding: Padding {
    public var value: Number

    /// - Parameters:
    ///   - padding: one number for both ends of all dimensions, or two for each, the last dimension's first.
    ///   - value: of the elements that are added.
    public init(_ padding: Extent, value: Number) {
        self.value = value
        super.init(padding)
    }

    convenience init(_ arguments: inout Arguments) throws(TensorError) {
        self.init(try arguments.required("padding"), value: try arguments.required("value"))
    }

    public final override func forward(_ input: Tensor) throws(TensorError) -> Tensor {
        try input.padded(padding.values, value: value.value)
    }

    package override var settings: [Setting] { super.settings + [setting("value", \ConstantPadding.value)] }
    public override var argumentsDescription: String { listing("padding", "value") }
}

/// The base of padding with zeros.
public class ZeroPadding: Padding {}

/// The base of padding with what lies on the other side of the border elements.
public class ReflectionPadding: Padding {
    override class var mode: PaddingMode { .reflect }
}

/// The base of padding with the border elements.
public class ReplicationPadding: Padding {
    override class var mode: PaddingMode { .replicate }
}

/// The base of padding with what stands at the other end.
public class CircularPadding: Padding {
    override class var mode: PaddingMode { .circular }
}

/// A number around [N, C, L] or [C, L].
public final class ConstantPad1d: ConstantPadding {
    override class var dimensions: Int { 1 }
}

/// A number around [N, C, H, W] or [C, H, W].
public final class ConstantPad2d: ConstantPadding {
    override class var dimensions: Int { 2 }
}

/// A number around [N, C, D, H, W] or [C, D, H, W].
public final class ConstantPad3d: ConstantPadding {
    override class var dimensions: Int { 3 }
}

/// Zeros around [N, C, L] or [C, L].
public final class ZeroPad1d: ZeroPadding {
    override class var dimensions: Int { 1 }
}

/// Zeros around [N, C, H, W] or [C, H, W].
public final class ZeroPad2d: ZeroPadding {
    override class var dimensions: Int { 2 }
}

/// Zeros around [N, C, D, H, W] or [C, D, H, W].
public final class ZeroPad3d: ZeroPadding {
    override class var dimensions: Int { 3 }
}

/// The mirrored tensor around [N, C, L] or [C, L].
public final class ReflectionPad1d: ReflectionPadding {
    override class var dimensions: Int { 1 }
}

/// The mirrored tensor around [N, C, H, W] or [C, H, W].
public final class ReflectionPad2d: ReflectionPadding {
    override class var dimensions: Int { 2 }
}

/// The mirrored tensor around [N, C, D, H, W] or [C, D, H, W].
public final class ReflectionPad3d: ReflectionPadding {
    override class var dimensions: Int { 3 }
}

/// The border elements around [N, C, L] or [C, L].
public final class ReplicationPad1d: ReplicationPadding {
    override class var dimensions: Int { 1 }
}

/// The border elements around [N, C, H, W] or [C, H, W].
public final class ReplicationPad2d: ReplicationPadding {
    override class var dimensions: Int { 2 }
}

/// The border elements around [N, C, D, H, W] or [C, D, H, W].
public final class ReplicationPad3d: ReplicationPadding {
    override class var dimensions: Int { 3 }
}

/// The tensor itself around [N, C, L] or [C, L].
public final class CircularPad1d: CircularPadding {
    override class var dimensions: Int { 1 }
}

/// The tensor itself around [N, C, H, W] or [C, H, W].
public final class CircularPad2d: CircularPadding {
    override class var dimensions: Int { 2 }
}

/// The tensor itself around [N, C, D, H, W] or [C, D, H, W].
public final class CircularPad3d: CircularPadding {
    override class var dimensions: Int { 3 }
}

/// A factor for each dimension, or one for all of them: `0.5`, or `[1.5, 2]` for height and width.
public struct ScaleFactor: Equatable, Sendable, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
    /// One number for all dimensions, or one for each.
    public let values: [Double]
    /// Whether one number stands for all dimensions.
    public let isUniform: Bool

    public init(_ value: Double) {
        values = [value]
        isUniform = true
    }

    public init(_ values: [Double]) {
        self.values = values
        isUniform = false
    }

    public init(floatLiteral value: Double) { self.init(value) }
    public init(integerLiteral value: Int) { self.init(Double(value)) }
    public init(arrayLiteral elements: Double...) { self.init(elements) }

    /// A number for each of `rank` dimensions.
    ///
    /// - Throws: for a list of another length.
    func resolved(_ rank: Int, _ name: String, operation: String) throws(TensorError) -> [Double] {
        if isUniform { return Array(repeating: values[0], count: rank) }
        if values.count != rank {
            throw TensorError(.runtime, operation, "\(name) must be a single number or \(rank) numbers, got \(values)")
        }
        return values
    }
}

extension ScaleFactor: SettingValue {
    package init?(_ value: AttributeValue) {
        switch value {
        case .real(let number): self.init(number)
        case .integer(let number): self.init(Double(number))
        case .reals(let numbers): self.init(numbers)
        case .integers(let numbers): self.init(numbers.map { Double($0) })
        default: return nil
        }
    }
    package var attribute: AttributeValue { isUniform ? .real(values[0]) : .reals(values) }
    package static var expected: String { "a number or a list of numbers" }
}

extension InterpolationMode: SettingValue {
    package init?(_ value: AttributeValue) {
        guard case .string(let text) = value else { return nil }
        self.init(rawValue: text)
    }
    package var attribute: AttributeValue { .string(rawValue) }
    package static var expected: String { allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ") }
}

/// Brings [N, C, …], of one to three dimensions after the first two, to another size: see `Tensor.interpolated`.
public class Upsample: Layer {
    /// Of the result; nil where `scale` says it.
    public var size: Extent?
    public var scale: ScaleFactor?
    public var mode: InterpolationMode
    public var alignCorners: Bool?
    public var recomputesScale: Bool?

    /// - Parameters: as of `Tensor.interpolated`.
    public init(
        size: Extent? = nil, scale: ScaleFactor? = nil, mode: InterpolationMode = .nearest, alignCorners: Bool? = nil,
        recomputesScale: Bool? = nil
    ) {
        (self.size, self.scale, self.mode, self.alignCorners) = (size, scale, mode, alignCorners)
        self.recomputesScale = recomputesScale
        super.init()
    }

    convenience init(_ arguments: inout Arguments) throws(TensorError) {
        let mode: InterpolationMode = try arguments.choice("mode", default: .nearest)
        self.init(size: try arguments.value("size", default: nil), scale: try arguments.value("scale_factor", default: nil), mode: mode)
    }

    public final override func forward(_ input: Tensor) throws(TensorError) -> Tensor {
        // A list of one number is not the same as a number.
        if let scale, !scale.isUniform, scale.values.count != input.rank - 2 {
            throw TensorError(.value, typeName, "expected a scale_factor for each of \(input.rank - 2) dimensions, got \(scale.values)")
        }
        return try input.interpolated(
            size: size, scale: scale?.values, mode: mode, alignCorners: alignCorners, recomputesScale: recomputesScale)
    }

    package override var settings: [Setting] {
        [
            setting("size", \Upsample.size), setting("scale_factor", \Upsample.scale), setting("mode", \Upsample.mode),
            setting("align_corners", \Upsample.alignCorners), setting("recompute_scale_factor", \Upsample.recomputesScale),
        ]
    }

    public override var argumentsDescription: String { scale == nil ? listing("size", "mode") : listing("scale_factor", "mode") }
}

/// Brings images to another size with the nearest elements.
public final class UpsamplingNearest2d: Upsample {
    public convenience init(size: Extent? = nil, scale: ScaleFactor? = nil) { self.init(size: size, scale: scale, mode: .nearest) }
}

/// Brings images to another size by straight lines, with the centers of the outermost elements where they were.
public final class UpsamplingBilinear2d: Upsample {
    public convenience init(size: Extent? = nil, scale: ScaleFactor? = nil) {
        self.init(size: size, scale: scale, mode: .bilinear, alignCorners: true)
    }

    convenience init(_ arguments: inout Arguments) throws(TensorError) {
        self.init(size: try arguments.value("size", default: nil), scale: try arguments.value("scale_factor", default: nil))
    }
}
