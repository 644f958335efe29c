// Pooling as blocks. Names, arguments and texts are those of torch.nn.

extension BlockRegistry {
    static func pooling(_ type: String, _ arguments: inout Arguments) throws(TensorError) -> Module? {
        switch type {
        case "MaxPool1d": try MaxPool1d(&arguments)
        case "MaxPool2d": try MaxPool2d(&arguments)
        case "MaxPool3d": try MaxPool3d(&arguments)
        case "AvgPool1d": try AvgPool1d(&arguments)
        case "AvgPool2d": try AvgPool2d(&arguments)
        case "AvgPool3d": try AvgPool3d(&arguments)
        case "AdaptiveMaxPool1d": try AdaptiveMaxPool1d(&arguments)
        case "AdaptiveMaxPool2d": try AdaptiveMaxPool2d(&arguments)
        case "AdaptiveMaxPool3d": try AdaptiveMaxPool3d(&arguments)
        case "AdaptiveAvgPool1d": try AdaptiveAvgPool1d(&arguments)
        case "AdaptiveAvgPool2d": try AdaptiveAvgPool2d(&arguments)
        case "AdaptiveAvgPool3d": try AdaptiveAvgPool3d(&arguments)
        case "LPPool1d": try LPPool1d(&arguments)
        case "LPPool2d": try LPPool2d(&arguments)
        case "LPPool3d": try LPPool3d(&arguments)
        case "FractionalMaxPool2d": try FractionalMaxPool2d(&arguments)
        case "FractionalMaxPool3d": try FractionalMaxPool3d(&arguments)
        case "MaxUnpool1d": try MaxUnpool1d(&arguments)
        case "MaxUnpool2d": try MaxUnpool2d(&arguments)
        case "MaxUnpool3d": try MaxUnpool3d(&arguments)
        default: nil
        }
    }
}

extension Layer {
    /// The settings of these names as they are printed.
    final func listing(_ names: String...) -> String {
        settings.filter { names.contains($0.name) }.map { "\($0.name)=\($0.value)" }.joined(separator: ", ")
    }
}

/// The base of the blocks that may give positions beside elements.
public class IndexedPooling: Layer {
    /// Whether `callAsFunction(indexed:)` is what a call from Python gives.
    public var returnsIndices: Bool

    init(returnsIndices: Bool) {
        self.returnsIndices = returnsIndices
        super.init()
    }

    /// The largest elements, and their positions in the flattened last dimensions.
    public func callAsFunction(indexed input: Tensor) throws(TensorError) -> (values: Tensor, indices: Tensor) {
        let (values, indices) = try pooled(input, indices: true)
        return (values, indices!)
    }

    func pooled(_ input: Tensor, indices: Bool) throws(TensorError) -> (values: Tensor, indices: Tensor?) { (input, nil) }

    public final override func forward(_ input: Tensor) throws(TensorError) -> Tensor { try pooled(input, indices: false).values }

    /// What a call gives: the largest elements, and where they are, if that is wanted.
    package final func results(_ input: Tensor) throws(TensorError) -> [Tensor] {
        let (values, indices) = try pooled(input, indices: returnsIndices)
        return [values] + (indices.map { [$0] } ?? [])
    }

    package final override var isPlain: Bool { !returnsIndices }
}

/// The base of max pooling: the largest element of each window.
public class MaxPooling: IndexedPooling {
    public var kernelSize: Extent
    public var stride: Extent
    public var padding: Extent
    public var dilation: Extent
    public var ceilMode: Bool
    class var dimensions: Int { 0 }

    /// - Parameters: as of `Tensor.maxPooled1d`.
    public init(
        kernelSize: Extent, stride: Extent? = nil, padding: Extent = 0, dilation: Extent = 1, returnsIndices: Bool = false,
        ceilMode: Bool = false
    ) {
        (self.kernelSize, self.stride, self.padding, self.dilation) = (kernelSize, stride ?? kernelSize, padding, dilation)
        self.ceilMode = ceilMode
        super.init(returnsIndices: returnsIndices)
    }

    convenience init(_ arguments: inout Arguments) throws(TensorError) {
        let size: Extent = try arguments.required("kernel_size")
        self.init(kernelSize: size, stride: try arguments.value("stride", default: nil))
    }

    override func pooled(_ input: Tensor, indices: Bool) throws(TensorError) -> (values: Tensor, indices: Tensor?) {
        try input.maxPooled(.max(Self.dimensions), kernelSize, stride, padding, dilation, ceilMode, indices: indices)
    }

    package override var settings: [Setting] {
        [
            setting("kernel_size", \MaxPooling.kernelSize), setting("stride", \MaxPooling.stride), setting("padding", \MaxPooling.padding),
            setting("dilation", \MaxPooling.dilation), setting("return_indices", \MaxPooling.returnsIndices),
            setting("ceil_mode", \MaxPooling.ceilMode),
        ]
    }

    public override var argumentsDescription: String { listing("kernel_size", "stride", "padding", "dilation", "ceil_mode") }
}

/// The largest element of each window of [N, C, L] or [C, L].
public final class MaxPool1d: MaxPooling {
    override class var dimensions: Int { 1 }
}

/// The largest element of each window of [N, C, H, W] or [C, H, W].
public final class MaxPool2d: MaxPooling {
    override class var dimensions: Int { 2 }
}

/// The largest element of each window of [N, C, D, H, W] or [C, D, H, W].
public final class MaxPool3d: MaxPooling {
    override class var dimensions: Int { 3 }
}

/// The base of average pooling: the mean of each window.
public class AveragePooling: Layer {
    public var kernelSize: Extent
    public var stride: Extent
    public var padding: Extent
    public var ceilMode: Bool
    public var countsPadding: Bool
    /// By which the sum of a window is divided, whatever its size.
    public var divisor: Int?
    class var dimensions: Int { 0 }

    fileprivate init(_ kernelSize: Extent, _ stride: Extent?, _ padding: Extent, _ ceilMode: Bool, _ countsPadding: Bool, _ divisor: Int?) {
        (self.kernelSize, self.stride, self.padding) = (kernelSize, stride ?? kernelSize, padding)
        (self.ceilMode, self.countsPadding, self.divisor) = (ceilMode, countsPadding, divisor)
        super.init()
    }

    public final override func forward(_ input: Tensor) throws(TensorError) -> Tensor {
        try input.averagePooled(.average(Self.dimensions), kernelSize, stride, padding, ceilMode, countsPadding, divisor)
    }

    package override var settings: [Setting] {
        [
            setting("kernel_size", \AveragePooling.kernelSize), setting("stride", \AveragePooling.stride),
            setting("padding", \AveragePooling.padding), setting("ceil_mode", \AveragePooling.ceilMode),
            setting("count_include_pad", \AveragePooling.countsPadding),
        ] + (Self.dimensions > 1 ? [setting("divisor_override", \AveragePooling.divisor)] : [])
    }

    public override var argumentsDescription: String { listing("kernel_size", "stride", "padding") }
}

/// The mean of each window of [N, C, L] or [C, L].
public final class AvgPool1d: AveragePooling {
    /// - Parameters: as of `Tensor.averagePooled1d`.
    public init(
        kernelSize: Extent, stride: Extent? = nil, padding: Extent = 0, ceilMode: Bool = false, countsPadding: Bool = true
    ) {
        super.init(AvgPool1d.listed(kernelSize), stride.map(AvgPool1d.listed), AvgPool1d.listed(padding), ceilMode, countsPadding, nil)
    }

    convenience init(_ arguments: inout Arguments) throws(TensorError) {
        let size: Extent = try arguments.required("kernel_size")
        self.init(
            kernelSize: size, stride: try arguments.value("stride", default: nil), padding: try arguments.value("padding", default: 0))
    }

    /// In one dimension the numbers are kept as lists.
    private static func listed(_ extent: Extent) -> Extent { Extent(extent.values) }

    override class var dimensions: Int { 1 }
}

/// The mean of each window of [N, C, H, W] or [C, H, W].
public final class AvgPool2d: AveragePooling {
    /// - Parameters: as of `Tensor.averagePooled2d`.
    public init(
        kernelSize: Extent, stride: Extent? = nil, padding: Extent = 0, ceilMode: Bool = false, countsPadding: Bool = true,
        divisor: Int? = nil
    ) {
        super.init(kernelSize, stride, padding, ceilMode, countsPadding, divisor)
    }

    convenience init(_ arguments: inout Arguments) throws(TensorError) {
        let size: Extent = try arguments.required("kernel_size")
        self.init(kernelSize: size, stride: try arguments.value("stride", default: nil))
    }

    override class var dimensions: Int { 2 }
}

/// The mean of each window of [N, C, D, H, W] or [C, D, H, W].
public final class AvgPool3d: AveragePooling {
    /// - Parameters: as of `Tensor.averagePooled3d`.
    public init(
        kernelSize: Extent, stride: Extent? = nil, padding: Extent = 0, ceilMode: Bool = false, countsPadding: Bool = true,
        divisor: Int? = nil
    ) {
        super.init(kernelSize, stride, padding, ceilMode, countsPadding, divisor)
    }

    convenience init(_ arguments: inout Arguments) throws(TensorError) {
        let size: Extent = try arguments.required("kernel_size")
        self.init(kernelSize: size, stride: try arguments.value("stride", default: nil))
    }

    override class var dimensions: Int { 3 }
}

/// The base of pooling by the output's size.
public class AdaptiveMaxPooling: IndexedPooling {
    /// Of the output; -1 for that of the input.
    public var outputSize: Extent
    class var dimensions: Int { 0 }

    /// - Parameter outputSize: how many windows of about equal size there are; -1 for as many as elements.
    public init(_ outputSize: Extent, returnsIndices: Bool = false) {
        self.outputSize = outputSize
        super.init(returnsIndices: returnsIndices)
    }

    convenience init(_ arguments: inout Arguments) throws(TensorError) { self.init(try arguments.required("output_size")) }

    override func pooled(_ input: Tensor, indices: Bool) throws(TensorError) -> (values: Tensor, indices: Tensor?) {
        try input.adaptiveMaxPooled(.adaptiveMax(Self.dimensions), outputSize.completed(from: input), indices: indices)
    }

    package override var settings: [Setting] {
        [setting("output_size", \AdaptiveMaxPooling.outputSize), setting("return_indices", \AdaptiveMaxPooling.returnsIndices)]
    }

    public override var argumentsDescription: String { "output_size=\(outputSize.shown)" }
}

/// The largest element of each of so many windows of about equal size of [N, C, L] or [C, L].
public final class AdaptiveMaxPool1d: AdaptiveMaxPooling {
    override class var dimensions: Int { 1 }
}

/// The largest element of each of so many windows of about equal size of [N, C, H, W] or [C, H, W].
public final class AdaptiveMaxPool2d: AdaptiveMaxPooling {
    override class var dimensions: Int { 2 }
}

/// The largest element of each of so many windows of about equal size of [N, C, D, H, W] or [C, D, H, W].
public final class AdaptiveMaxPool3d: AdaptiveMaxPooling {
    override class var dimensions: Int { 3 }
}

/// The base of averaging by the output's size.
public class AdaptiveAveragePooling: Layer {
    /// Of the output; -1 for that of the input.
    public var outputSize: Extent
    class var dimensions: Int { 0 }

    /// - Parameter outputSize: how many windows of about equal size there are; -1 for as many as elements.
    public init(_ outputSize: Extent) {
        self.outputSize = outputSize
        super.init()
    }

    convenience init(_ arguments: inout Arguments) throws(TensorError) { self.init(try arguments.required("output_size")) }

    public final override func forward(_ input: Tensor) throws(TensorError) -> Tensor {
        try input.adaptiveAveragePooled(.adaptiveAverage(Self.dimensions), outputSize.completed(from: input))
    }

    package override var settings: [Setting] { [setting("output_size", \AdaptiveAveragePooling.outputSize)] }
    public override var argumentsDescription: String { "output_size=\(outputSize.shown)" }
}

/// The mean of each of so many windows of about equal size of [N, C, L] or [C, L].
public final class AdaptiveAvgPool1d: AdaptiveAveragePooling {
    override class var dimensions: Int { 1 }
}

/// The mean of each of so many windows of about equal size of [N, C, H, W] or [C, H, W].
public final class AdaptiveAvgPool2d: AdaptiveAveragePooling {
    override class var dimensions: Int { 2 }
}

/// The mean of each of so many windows of about equal size of [N, C, D, H, W] or [C, D, H, W].
public final class AdaptiveAvgPool3d: AdaptiveAveragePooling {
    override class var dimensions: Int { 3 }
}

extension Extent {
    /// With the sizes of the last dimensions of `input` in the place of -1.
    fileprivate func completed(from input: Tensor) -> Extent {
        if !values.contains(-1) { return self }
        if isUniform { return Extent(input.shape.suffix(Swift.max(input.rank - 2, 0)).map { $0 }) }
        let own = input.shape.suffix(values.count)
        return own.count == values.count ? Extent(zip(values, own).map { $0 == -1 ? $1 : $0 }) : self
    }

    /// As Python writes it, with None for -1.
    fileprivate var shown: String {
        if isUniform { return values[0] == -1 ? "None" : "\(values[0])" }
        let items = values.map { $0 == -1 ? "None" : "\($0)" }
        return "(" + items.joined(separator: ", ") + (items.count == 1 ? ",)" : ")")
    }
}

/// The base of power pooling: (Σ xᵖ)^(1/p) of each window.
public class PowerPooling: Layer {
    /// p.
    public var norm: Number
    public var kernelSize: Extent
    /// Nil for the kernel's size.
    public var stride: Extent?
    public var ceilMode: Bool
    class var dimensions: Int { 0 }

    /// - Parameters: as of `Tensor.powerPooled1d`.
    public init(norm: Number, kernelSize: Extent, stride: Extent? = nil, ceilMode: Bool = false) {
        (self.norm, self.kernelSize, self.stride, self.ceilMode) = (norm, kernelSize, stride, ceilMode)
        super.init()
    }

    convenience init(_ arguments: inout Arguments) throws(TensorError) {
        self.init(norm: try arguments.required("norm_type"), kernelSize: try arguments.required("kernel_size"))
    }

    public final override func forward(_ input: Tensor) throws(TensorError) -> Tensor {
        try input.powerPooled(.power(Self.dimensions), norm.value, kernelSize, stride, ceilMode)
    }

    package override var settings: [Setting] {
        [
            setting("norm_type", \PowerPooling.norm), setting("kernel_size", \PowerPooling.kernelSize),
            setting("stride", \PowerPooling.stride), setting("ceil_mode", \PowerPooling.ceilMode),
        ]
    }
}

/// (Σ xᵖ)^(1/p) of each window of [N, C, L] or [C, L].
public final class LPPool1d: PowerPooling {
    override class var dimensions: Int { 1 }
}

/// (Σ xᵖ)^(1/p) of each window of [N, C, H, W] or [C, H, W].
public final class LPPool2d: PowerPooling {
    override class var dimensions: Int { 2 }
}

/// (Σ xᵖ)^(1/p) of each window of [N, C, D, H, W] or [C, D, H, W].
public final class LPPool3d: PowerPooling {
    override class var dimensions: Int { 3 }
}

/// The base of fractional max pooling: the largest element of windows that lie at random distances.
public class FractionalMaxPooling: IndexedPooling {
    public var kernelSize: Extent
    /// Nil where `outputRatio` says it.
    public let outputSize: Extent?
    public let outputRatio: ScaleFactor?
    /// The numbers to be used instead of random ones; see `Tensor.fractionalMaxPooled2d`.
    @exclusivity(unchecked) public var samples: Tensor?
    class var dimensions: Int { 0 }

    /// - Parameters:
    ///   - kernelSize: of a window.
    ///   - outputSize: and `outputRatio`: one of both.
    ///   - outputRatio: the output's sizes as fractions of the input's, between 0 and 1.
    public init(
        kernelSize: Extent, outputSize: Extent? = nil, outputRatio: ScaleFactor? = nil, returnsIndices: Bool = false
    ) throws(TensorError) {
        let name = String(describing: Self.self)
        if outputSize != nil && outputRatio != nil {
            throw TensorError(.value, name, "only one of output_size and output_ratio may be specified")
        }
        if outputSize == nil && outputRatio == nil {
            throw TensorError(.value, name, "requires specifying either an output size, or a pooling ratio")
        }
        if let outputRatio, !outputRatio.values.allSatisfy({ $0 > 0 && $0 < 1 }) {
            throw TensorError(.value, name, "output_ratio must be between 0 and 1 (got \(outputRatio.values))")
        }
        self.kernelSize = Extent(try kernelSize.resolved(Self.dimensions, "kernel_size", operation: name))
        self.outputSize = try outputSize.map { (size) throws(TensorError) in
            Extent(try size.resolved(Self.dimensions, "output_size", operation: name))
        }
        self.outputRatio = try outputRatio.map { (ratio) throws(TensorError) in
            ScaleFactor(try ratio.resolved(Self.dimensions, "output_ratio", operation: name))
        }
        super.init(returnsIndices: returnsIndices)
    }

    convenience init(_ arguments: inout Arguments) throws(TensorError) {
        try self.init(
            kernelSize: try arguments.required("kernel_size"), outputSize: try arguments.value("output_size", default: nil),
            outputRatio: try arguments.value("output_ratio", default: nil))
        // A file tells what numbers there are.
        let (dtype, shape) = (try arguments.dtype(), try arguments.value("samples_shape", default: Extent?.none))
        samples = try shape.map { (shape) throws(TensorError) in
            try Tensor.created(shape.values, dtype, requiresGrad: false, "FractionalMaxPool")
        }
    }

    override func pooled(_ input: Tensor, indices: Bool) throws(TensorError) -> (values: Tensor, indices: Tensor?) {
        try input.fractionalMaxPooled(
            .fractional(Self.dimensions), kernelSize, outputSize, outputRatio?.values, samples, .shared)
    }

    package override var settings: [Setting] {
        [
            setting("kernel_size", \FractionalMaxPooling.kernelSize), setting("return_indices", \FractionalMaxPooling.returnsIndices),
            setting("output_size", fixed: outputSize), setting("output_ratio", fixed: outputRatio),
            setting("samples_shape", fixed: samples.map { Extent($0.shape) }),
        ]
    }

    package override var slots: [Slot] { [slot("_random_samples", \FractionalMaxPooling.samples, isBuffer: true)] }
    public override var argumentsDescription: String { "" }
}

/// The largest element of randomly placed windows of [N, C, H, W] or [C, H, W].
public final class FractionalMaxPool2d: FractionalMaxPooling {
    override class var dimensions: Int { 2 }
}

/// The largest element of randomly placed windows of [N, C, D, H, W] or [C, D, H, W].
public final class FractionalMaxPool3d: FractionalMaxPooling {
    override class var dimensions: Int { 3 }
}

/// The base of the blocks that put elements back to where max pooling found them.
public class MaxUnpooling: Layer {
    public var kernelSize: Extent
    public var stride: Extent
    public var padding: Extent
    class var dimensions: Int { 0 }

    /// - Parameters: those of the pooling.
    public init(kernelSize: Extent, stride: Extent? = nil, padding: Extent = 0) throws(TensorError) {
        let name = String(describing: Self.self)
        func each(_ extent: Extent, _ argument: String) throws(TensorError) -> Extent {
            Extent(try extent.resolved(Self.dimensions, argument, operation: name))
        }
        self.kernelSize = try each(kernelSize, "kernel_size")
        self.stride = try each(stride ?? kernelSize, "stride")
        self.padding = try each(padding, "padding")
        super.init()
    }

    convenience init(_ arguments: inout Arguments) throws(TensorError) {
        try self.init(
            kernelSize: try arguments.required("kernel_size"), stride: try arguments.value("stride", default: nil),
            padding: try arguments.value("padding", default: 0))
    }

    /// The elements of `input` at the positions that the pooling has given for them, and zeros elsewhere.
    public final func callAsFunction(_ input: Tensor, _ indices: Tensor, outputSize: [Int]? = nil) throws(TensorError) -> Tensor {
        if override == nil { return try unpool(input, indices, outputSize: outputSize) }
        if outputSize != nil {
            throw TensorError(.unsupported, typeName, "an output size is not handed to a forward of another language")
        }
        return try single(try call([.tensor(input), .tensor(indices)]))
    }

    /// The block's own forward, also where another language has put its own in its place.
    package final func unpool(_ input: Tensor, _ indices: Tensor, outputSize: [Int]?) throws(TensorError) -> Tensor {
        try input.maxUnpooled(.unpooling(Self.dimensions), indices, kernelSize, stride, padding, outputSize)
    }

    package override var settings: [Setting] {
        [
            setting("kernel_size", \MaxUnpooling.kernelSize), setting("stride", \MaxUnpooling.stride),
            setting("padding", \MaxUnpooling.padding),
        ]
    }

    package final override var isPlain: Bool { false }
}

/// Elements put back to where max pooling found them in [N, C, L] or [C, L].
public final class MaxUnpool1d: MaxUnpooling {
    override class var dimensions: Int { 1 }
}

/// Elements put back to where max pooling found them in [N, C, H, W] or [C, H, W].
public final class MaxUnpool2d: MaxUnpooling {
    override class var dimensions: Int { 2 }
}

/// Elements put back to where max pooling found them in [N, C, D, H, W] or [C, D, H, W].
public final class MaxUnpool3d: MaxUnpooling {
    override class var dimensions: Int { 3 }
}
