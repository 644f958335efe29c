// Convolutions. Definitions and default initialisation are PyTorch's (torch.nn.Conv2d) and Gluon's (Conv2D).

extension BlockRegistry {
    static func convolution(_ type: String, _ arguments: inout Arguments) throws(TensorError) -> Module? {
        switch type {
        case "Conv1d": try Conv1d(&arguments)
        case "Conv2d": try Conv2d(&arguments)
        case "Conv3d": try Conv3d(&arguments)
        case "LazyConv1d": try LazyConv1d(&arguments)
        case "LazyConv2d": try LazyConv2d(&arguments)
        case "LazyConv3d": try LazyConv3d(&arguments)
        case "ConvTranspose1d": try ConvTranspose1d(&arguments)
        case "ConvTranspose2d": try ConvTranspose2d(&arguments)
        case "ConvTranspose3d": try ConvTranspose3d(&arguments)
        case "LazyConvTranspose1d": try LazyConvTranspose1d(&arguments)
        case "LazyConvTranspose2d": try LazyConvTranspose2d(&arguments)
        case "LazyConvTranspose3d": try LazyConvTranspose3d(&arguments)
        case "Conv2D": try Conv2D(&arguments)
        default: nil
        }
    }
}

/// What stands around the images of a convolution.
public enum ConvolutionPaddingMode: String, CaseIterable, Sendable {
    case zeros
    /// The image mirrored at its edge, which is not repeated.
    case reflect
    /// The edge repeated.
    case replicate
    /// The image repeated.
    case circular
}

/// What a convolution is made with.
struct ConvolutionOptions {
    /// Channels; nil where they are the first input's.
    var inputs: Int?
    var outputs: Int
    var kernel: Extent
    var stride: Extent = 1
    var padding: ConvolutionPadding = 0
    var outputPadding: Extent = 0
    var dilation: Extent = 1
    var groups = 1
    var hasBias = true
    var paddingMode = ConvolutionPaddingMode.zeros
    var dtype = DType.standard

    /// From the arguments of a constructor, by PyTorch's names.
    init(_ arguments: inout Arguments, isLazy: Bool = false) throws(TensorError) {
        inputs = isLazy ? nil : try arguments.required("in_channels", Int.self)
        outputs = try arguments.required("out_channels")
        kernel = try arguments.required("kernel_size")
        // A copy of a layer that waits says 0; what is transposed is told by the type.
        if isLazy { let _: Int = try arguments.value("in_channels", default: 0) }
        let _: Bool = try arguments.value("transposed", default: false)
        stride = try arguments.value("stride", default: 1)
        padding = try arguments.value("padding", default: PaddingArgument.padding(0)).checked(arguments.type)
        outputPadding = try arguments.value("output_padding", default: 0)
        dilation = try arguments.value("dilation", default: 1)
        groups = try arguments.value("groups", default: 1)
        hasBias = try arguments.value("bias", default: true)
        paddingMode = try arguments.choice("padding_mode", default: .zeros)
        dtype = try arguments.dtype()
    }

    init(
        inputs: Int?, outputs: Int, kernel: Extent, stride: Extent, padding: ConvolutionPadding, outputPadding: Extent = 0,
        dilation: Extent, groups: Int, bias: Bool, paddingMode: ConvolutionPaddingMode = .zeros, dtype: DType
    ) {
        (self.inputs, self.outputs, self.kernel) = (inputs, outputs, kernel)
        (self.stride, self.padding, self.outputPadding, self.dilation) = (stride, padding, outputPadding, dilation)
        (self.groups, hasBias, self.paddingMode, self.dtype) = (groups, bias, paddingMode, dtype)
    }
}

/// A padding as other languages name it.
private enum PaddingArgument: SettingValue {
    case padding(ConvolutionPadding)
    case unknown(String)

    init?(_ value: AttributeValue) {
        switch value {
        case .string("valid"): self = .padding(.valid)
        case .string("same"): self = .padding(.same)
        case .string(let text): self = .unknown(text)
        default:
            guard let extent = Extent(value) else { return nil }
            self = .padding(.amounts(extent))
        }
    }

    var attribute: AttributeValue {
        switch self {
        case .padding(.valid): .string("valid")
        case .padding(.same): .string("same")
        case .padding(.amounts(let extent)): extent.attribute
        case .unknown(let text): .string(text)
        }
    }

    static var expected: String { "an integer, a list of integers, 'valid' or 'same'" }

    func checked(_ type: String) throws(TensorError) -> ConvolutionPadding {
        switch self {
        case .padding(let padding): return padding
        case .unknown(let text):
            throw TensorError(.value, type, "invalid padding string '\(text)', should be one of 'valid', 'same'")
        }
    }
}

/// The base of all convolutions: their parameters, settings and forward.
public class ConvolutionLayer: Layer {
    /// Spatial dimensions of the images.
    public final let dimensions: Int
    /// 0 while it is not known.
    public internal(set) final var inputChannels: Int
    public final let outputChannels: Int
    /// One number for each spatial dimension, as the next ones.
    public final let kernelSize: [Int]
    public final var stride: Extent
    public final var padding: ConvolutionPadding
    public final var dilation: Extent
    /// What a transposed convolution's output is larger than its windows need.
    public final var outputPadding: Extent
    /// Into how many groups the channels are divided, each convolved by itself.
    public final var groups: Int
    public final let paddingMode: ConvolutionPaddingMode
    /// [out, in / groups, …], or [in, out / groups, …] of a transposed convolution; without a shape before the first input where
    /// the layer waits for it.
    @exclusivity(unchecked) public final var weight: Tensor
    /// [out], or nil.
    @exclusivity(unchecked) public final var bias: Tensor?
    private let isTransposed: Bool

    init(
        _ name: StaticString, _ dimensions: Int, isTransposed: Bool = false, _ options: ConvolutionOptions
    ) throws(TensorError) {
        let type = name.description
        let (inputs, outputs) = (options.inputs, options.outputs)
        func extent(_ value: Extent, _ name: String) throws(TensorError) -> [Int] {
            try value.resolved(dimensions, name, operation: type)
        }
        try Linear.check(options.dtype, type)
        let groups = options.groups
        if groups <= 0 { throw TensorError(.value, type, "groups must be a positive integer, got \(groups)") }
        for (count, name) in [(inputs ?? 0, "in_channels"), (outputs, "out_channels")] {
            if count < 0 { throw TensorError(.runtime, type, "negative \(name) \(count)") }
            if count % groups != 0 {
                throw TensorError(.value, type, "\(name) must be divisible by groups, got \(count) and \(groups)")
            }
        }
        (self.dimensions, self.isTransposed, self.groups, paddingMode) = (dimensions, isTransposed, groups, options.paddingMode)
        (inputChannels, outputChannels) = (inputs ?? 0, outputs)
        kernelSize = try extent(options.kernel, "kernel_size")
        if kernelSize.contains(where: { $0 < 0 }) {
            throw TensorError(.runtime, type, "negative size in kernel_size \(kernelSize)")
        }
        stride = Extent(try extent(options.stride, "stride"))
        dilation = Extent(try extent(options.dilation, "dilation"))
        outputPadding = Extent(try extent(options.outputPadding, "output_padding"))
        padding = options.padding
        switch padding {
        case .amounts(let amounts): padding = .amounts(Extent(try extent(amounts, "padding")))
        case .same where stride.values.contains { $0 != 1 }:
            throw TensorError(.value, type, "padding='same' is not supported for strided convolutions")
        case .same, .valid: break
        }
        if isTransposed && paddingMode != .zeros {
            throw TensorError(.value, type, "only 'zeros' padding mode is supported for \(type), got '\(paddingMode.rawValue)'")
        }
        if isTransposed, case .amounts = padding {} else if isTransposed {
            throw TensorError(.type, type, "argument 'padding' must be an integer or a list of integers")
        }
        let shape = ConvolutionLayer.shape(inputs, outputs, kernelSize, groups, isTransposed)
        let waits = inputs == nil
        _ = try checkedCount([outputs], options.dtype, operation: type)
        if waits {
            var known = try Dims(shape, operation: type)
            known[isTransposed ? 0 : 1] = -1
            weight = try Tensor.uninitializedParameter(known, options.dtype)
            bias = options.hasBias ? try Tensor.uninitializedParameter([outputs], options.dtype) : nil
        } else {
            weight = try Tensor.parameter(try Tensor.created(shape, options.dtype, requiresGrad: false, name))
            bias = options.hasBias
                ? try Tensor.parameter(try Tensor.created([outputs], options.dtype, requiresGrad: false, name)) : nil
        }
        super.init()
        if !waits { try resetParameters() }
    }

    public override func forward(_ input: Tensor) throws(TensorError) -> Tensor {
        try resolve(input)
        if isTransposed { return try transposeConvolved(input, outputPadding.values) }
        let (x, rest) = try input.paddedForConvolution(self)
        return try x.convolved(
            weight, bias, dimensions: dimensions, stride: stride.values, padding: rest, dilation: dilation.values, groups: groups)
    }

    final func transposeConvolved(_ input: Tensor, _ outputPadding: [Int]) throws(TensorError) -> Tensor {
        guard case .amounts(let amounts) = padding else {
            throw TensorError(.type, typeName, "the padding of a transposed convolution is an integer or a list of integers")
        }
        return try input.transposeConvolved(
            weight, bias, dimensions: dimensions, stride: stride.values, padding: amounts.values, outputPadding: outputPadding,
            groups: groups, dilation: dilation.values)
    }

    /// The output padding that makes the output as large as is asked for.
    ///
    /// - Parameter size: of the spatial dimensions, or of all.
    final func outputPadding(_ input: Tensor, for size: [Int]) throws(TensorError) -> [Int] {
        let front = input.rank == dimensions + 2 ? 2 : 1
        let wanted = size.count == front + dimensions ? Array(size.dropFirst(front)) : size
        if wanted.count != dimensions {
            throw TensorError(.value, typeName,
                "for \(input.rank)D input, output_size must have \(dimensions) or \(front + dimensions) elements (got \(size.count))")
        }
        if input.rank != front + dimensions { return [0] }  // told by the convolution
        func values(_ extent: Extent, _ name: String) throws(TensorError) -> [Int] {
            try extent.resolved(dimensions, name, operation: typeName)
        }
        let (stride, dilation) = (try values(stride, "stride"), try values(dilation, "dilation"))
        var amounts = [Int](repeating: 0, count: dimensions)
        if case .amounts(let extent) = padding { amounts = try values(extent, "padding") }
        var least: [Int] = [], most: [Int] = []
        for i in 0..<dimensions {
            let given = [input.sizes[front + i], stride[i], dilation[i], amounts[i], kernelSize[i], wanted[i]]
            if given.contains(where: { $0.magnitude > 1 << 30 }) {
                throw TensorError(.value, typeName, "an output size of \(size) for an input of \(input.sizes) is too large")
            }
            least.append((given[0] - 1) * stride[i] - 2 * amounts[i] + dilation[i] * (kernelSize[i] - 1) + 1)
            most.append(least[i] + stride[i] - 1)
        }
        if (0..<dimensions).contains(where: { wanted[$0] < least[$0] || wanted[$0] > most[$0] }) {
            throw TensorError(.value, typeName,
                "requested an output size of \(wanted), but valid sizes range from \(least) to \(most) (for an input of "
                    + "\(Array(input.shape.dropFirst(front))))")
        }
        return (0..<dimensions).map { wanted[$0] - least[$0] }
    }

    /// The name that the layer has before and after its first input.
    final func name(lazily waiting: String, _ final: String) -> String { weight.isInitialized ? final : waiting }

    /// The weight's; -1 for what the input has to say.
    private static func shape(_ inputs: Int?, _ outputs: Int, _ kernel: [Int], _ groups: Int, _ isTransposed: Bool) -> [Int] {
        (isTransposed ? [inputs ?? -1, outputs / groups] : [outputs, inputs.map { $0 / groups } ?? -1]) + kernel
    }

    public override func resetParameters() throws(TensorError) {
        if weight.isInitialized { try initializeLinear(weight, bias) }
    }

    /// Gives the parameters that wait for it their shape.
    final func resolve(_ input: Tensor) throws(TensorError) {
        if !weight.isInitialized || !(bias?.isInitialized ?? true) {
            if input.rank != dimensions + 1 && input.rank != dimensions + 2 {
                throw TensorError(.runtime, typeName,
                    "expected an input of \(dimensions + 1) dimensions (unbatched) or \(dimensions + 2) (batched), got shape \(input.sizes)")
            }
            let channels = input.sizes[input.rank - dimensions - 1]
            if groups <= 0 || channels % groups != 0 {
                throw TensorError(.value, typeName, "in_channels must be divisible by groups, got \(channels) and \(groups)")
            }
            let shape = ConvolutionLayer.shape(channels, outputChannels, kernelSize, groups, isTransposed)
            // The bias first: its shape is known, and the weight's initialisation tells others that all is done.
            try DeferredShapes.resolve(
                [(bias, bias?.sizes ?? Dims()), (weight, try Dims(shape, operation: typeName))]
            ) { () throws(TensorError) in try initializeLinear(weight, bias) }
        }
        learnChannels()
    }

    /// Takes over the number of channels that a file or another block has given to the weight.
    private final func learnChannels() {
        if inputChannels != 0 || weight.rank != dimensions + 2 { return }
        let (channels, overflow) = isTransposed ? (weight.sizes[0], false) : weight.sizes[1].multipliedReportingOverflow(by: groups)
        if !overflow { inputChannels = channels }
    }

    package final override var slots: [Slot] {
        [slot("weight", \ConvolutionLayer.weight), slot("bias", \ConvolutionLayer.bias)]
    }

    package override var settings: [Setting] {
        [
            setting("in_channels", fixed: inputChannels), setting("out_channels", fixed: outputChannels),
            setting("kernel_size", fixed: Extent(kernelSize)), setting("stride", \ConvolutionLayer.stride),
            Setting(name: "padding", value: PaddingArgument.padding(padding).attribute) { [self] (value) throws(TensorError) in
                guard let padding = PaddingArgument(value) else {
                    throw TensorError(.type, typeName, "argument 'padding' must be \(PaddingArgument.expected), not \(value)")
                }
                self.padding = try padding.checked(typeName)
            },
            setting("dilation", \ConvolutionLayer.dilation), setting("groups", \ConvolutionLayer.groups),
            setting("bias", fixed: bias != nil), setting("padding_mode", fixed: paddingMode.rawValue),
            setting("output_padding", \ConvolutionLayer.outputPadding), setting("transposed", fixed: isTransposed),
        ]
    }

    public override var argumentsDescription: String {
        "\(inputChannels), \(outputChannels), kernel_size=\(Extent(kernelSize).attribute), \(optionsDescription)"
    }

    /// The stride, and what is not as usual.
    final var optionsDescription: String {
        func usual(_ extent: Extent, _ value: Int) -> Bool { extent.values.allSatisfy { $0 == value } && !extent.isUniform }
        var text = "stride=\(stride.attribute)"
        switch padding {
        case .valid: text += ", padding=valid"
        case .same: text += ", padding=same"
        case .amounts(let amounts): if !usual(amounts, 0) { text += ", padding=\(amounts.attribute)" }
        }
        if !usual(dilation, 1) { text += ", dilation=\(dilation.attribute)" }
        if !usual(outputPadding, 0) { text += ", output_padding=\(outputPadding.attribute)" }
        if groups != 1 { text += ", groups=\(groups)" }
        if bias == nil { text += ", bias=False" }
        if paddingMode != .zeros { text += ", padding_mode=\(paddingMode.rawValue)" }
        return text
    }
}

extension Tensor {
    /// The images with the padding that a layer's mode says, and what of the padding is left to the convolution.
    fileprivate func paddedForConvolution(_ layer: ConvolutionLayer) throws(TensorError) -> (Tensor, ConvolutionPadding) {
        // Zeros are none of the modes of `padded`: the convolution itself reads them.
        guard let mode = PaddingMode(rawValue: layer.paddingMode.rawValue) else { return (self, layer.padding) }
        // What does not fit is told by the convolution.
        if rank != layer.dimensions + 1 && rank != layer.dimensions + 2 { return (self, 0) }
        let dilation = try layer.dilation.resolved(layer.dimensions, "dilation", operation: layer.typeName)
        var amounts: [Int] = []
        for i in (0..<layer.dimensions).reversed() {
            switch layer.padding {
            case .valid: return (self, 0)
            case .same:
                let (total, overflow) = (layer.kernelSize[i] - 1).multipliedReportingOverflow(by: dilation[i])
                if overflow || total < 0 {
                    throw TensorError(.runtime, layer.typeName, "a kernel with dilation \(dilation) is too large")
                }
                amounts += [total / 2, total - total / 2]
            case .amounts(let extent):
                let amount = try extent.resolved(layer.dimensions, "padding", operation: layer.typeName)[i]
                amounts += [amount, amount]
            }
        }
        return (amounts.allSatisfy { $0 == 0 } ? self : try padded(amounts, mode: mode), 0)
    }
}

// MARK: - Convolutions

/// The convolution of sequences [N, in, L] or [in, L] with a kernel for each pair of channels, and a bias.
public final class Conv1d: ConvolutionLayer {
    /// - Parameters:
    ///   - padding: zeros around the input, or what `paddingMode` says.
    ///   - groups: into how many groups the channels are divided, each convolved by itself.
    public init(
        inputChannels: Int, outputChannels: Int, kernelSize: Extent, stride: Extent = 1, padding: ConvolutionPadding = 0,
        dilation: Extent = 1, groups: Int = 1, bias: Bool = true, paddingMode: ConvolutionPaddingMode = .zeros,
        dtype: DType = .standard
    ) throws(TensorError) {
        try super.init(
            "Conv1d", 1,
            ConvolutionOptions(
                inputs: inputChannels, outputs: outputChannels, kernel: kernelSize, stride: stride, padding: padding,
                dilation: dilation, groups: groups, bias: bias, paddingMode: paddingMode, dtype: dtype))
    }

    init(_ arguments: inout Arguments) throws(TensorError) { try super.init("Conv1d", 1, ConvolutionOptions(&arguments)) }
}

/// The convolution of images [N, in, H, W] or [in, H, W] with a kernel for each pair of channels, and a bias.
public final class Conv2d: ConvolutionLayer {
    /// - Parameters:
    ///   - padding: zeros around the input, or what `paddingMode` says.
    ///   - groups: into how many groups the channels are divided, each convolved by itself.
    public init(
        inputChannels: Int, outputChannels: Int, kernelSize: Extent, stride: Extent = 1, padding: ConvolutionPadding = 0,
        dilation: Extent = 1, groups: Int = 1, bias: Bool = true, paddingMode: ConvolutionPaddingMode = .zeros,
        dtype: DType = .standard
    ) throws(TensorError) {
        try super.init(
            "Conv2d", 2,
            ConvolutionOptions(
                inputs: inputChannels, outputs: outputChannels, kernel: kernelSize, stride: stride, padding: padding,
                dilation: dilation, groups: groups, bias: bias, paddingMode: paddingMode, dtype: dtype))
    }

    init(_ arguments: inout Arguments) throws(TensorError) { try super.init("Conv2d", 2, ConvolutionOptions(&arguments)) }
}

/// The convolution of volumes [N, in, D, H, W] or [in, D, H, W] with a kernel for each pair of channels, and a bias.
public final class Conv3d: ConvolutionLayer {
    /// - Parameters:
    ///   - padding: zeros around the input, or what `paddingMode` says.
    ///   - groups: into how many groups the channels are divided, each convolved by itself.
    public init(
        inputChannels: Int, outputChannels: Int, kernelSize: Extent, stride: Extent = 1, padding: ConvolutionPadding = 0,
        dilation: Extent = 1, groups: Int = 1, bias: Bool = true, paddingMode: ConvolutionPaddingMode = .zeros,
        dtype: DType = .standard
    ) throws(TensorError) {
        try super.init(
            "Conv3d", 3,
            ConvolutionOptions(
                inputs: inputChannels, outputs: outputChannels, kernel: kernelSize, stride: stride, padding: padding,
                dilation: dilation, groups: groups, bias: bias, paddingMode: paddingMode, dtype: dtype))
    }

    init(_ arguments: inout Arguments) throws(TensorError) { try super.init("Conv3d", 3, ConvolutionOptions(&arguments)) }
}

/// A `Conv1d` whose input channels are those of the first input.
public final class LazyConv1d: ConvolutionLayer {
    public init(
        outputChannels: Int, kernelSize: Extent, stride: Extent = 1, padding: ConvolutionPadding = 0, dilation: Extent = 1,
        groups: Int = 1, bias: Bool = true, paddingMode: ConvolutionPaddingMode = .zeros, dtype: DType = .standard
    ) throws(TensorError) {
        try super.init(
            "LazyConv1d", 1,
            ConvolutionOptions(
                inputs: nil, outputs: outputChannels, kernel: kernelSize, stride: stride, padding: padding, dilation: dilation,
                groups: groups, bias: bias, paddingMode: paddingMode, dtype: dtype))
    }

    init(_ arguments: inout Arguments) throws(TensorError) {
        try super.init("LazyConv1d", 1, ConvolutionOptions(&arguments, isLazy: true))
    }

    public override var typeName: String { name(lazily: "LazyConv1d", "Conv1d") }
}

/// A `Conv2d` whose input channels are those of the first input.
public final class LazyConv2d: ConvolutionLayer {
    public init(
        outputChannels: Int, kernelSize: Extent, stride: Extent = 1, padding: ConvolutionPadding = 0, dilation: Extent = 1,
        groups: Int = 1, bias: Bool = true, paddingMode: ConvolutionPaddingMode = .zeros, dtype: DType = .standard
    ) throws(TensorError) {
        try super.init(
            "LazyConv2d", 2,
            ConvolutionOptions(
                inputs: nil, outputs: outputChannels, kernel: kernelSize, stride: stride, padding: padding, dilation: dilation,
                groups: groups, bias: bias, paddingMode: paddingMode, dtype: dtype))
    }

    init(_ arguments: inout Arguments) throws(TensorError) {
        try super.init("LazyConv2d", 2, ConvolutionOptions(&arguments, isLazy: true))
    }

    public override var typeName: String { name(lazily: "LazyConv2d", "Conv2d") }
}

/// A `Conv3d` whose input channels are those of the first input.
public final class LazyConv3d: ConvolutionLayer {
    public init(
        outputChannels: Int, kernelSize: Extent, stride: Extent = 1, padding: ConvolutionPadding = 0, dilation: Extent = 1,
        groups: Int = 1, bias: Bool = true, paddingMode: ConvolutionPaddingMode = .zeros, dtype: DType = .standard
    ) throws(TensorError) {
        try super.init(
            "LazyConv3d", 3,
            ConvolutionOptions(
                inputs: nil, outputs: outputChannels, kernel: kernelSize, stride: stride, padding: padding, dilation: dilation,
                groups: groups, bias: bias, paddingMode: paddingMode, dtype: dtype))
    }

    init(_ arguments: inout Arguments) throws(TensorError) {
        try super.init("LazyConv3d", 3, ConvolutionOptions(&arguments, isLazy: true))
    }

    public override var typeName: String { name(lazily: "LazyConv3d", "Conv3d") }
}

// MARK: - Gluon

/// Gluon's convolution: activation(conv(x, weight) + bias), the input channels deferred to the first input.
public final class Conv2D: ConvolutionLayer {
    public let activation: Activation?

    /// - Parameter inputChannels: 0 to take them from the first input.
    public init(
        channels: Int, kernelSize: Extent, strides: Extent = 1, padding: ConvolutionPadding = 0, dilation: Extent = 1,
        groups: Int = 1, activation: Activation? = nil, useBias: Bool = true, inputChannels: Int = 0, dtype: DType = .standard
    ) throws(TensorError) {
        self.activation = activation
        try super.init(
            "Conv2D", 2,
            ConvolutionOptions(
                inputs: inputChannels == 0 ? nil : inputChannels, outputs: channels, kernel: kernelSize, stride: strides,
                padding: padding, dilation: dilation, groups: groups, bias: useBias, dtype: dtype))
    }

    convenience init(_ arguments: inout Arguments) throws(TensorError) {
        let layout: String = try arguments.value("layout", default: "NCHW")
        if layout != "NCHW" { throw TensorError(.value, "Conv2D", "layout '\(layout)' is not offered; there is 'NCHW'") }
        let extent: Extent = try arguments.value("padding", default: 0)
        try self.init(
            channels: try arguments.required("channels"), kernelSize: try arguments.required("kernel_size"),
            strides: try arguments.value("strides", default: 1), padding: .amounts(extent),
            dilation: try arguments.value("dilation", default: 1), groups: try arguments.value("groups", default: 1),
            activation: try Activation.named(&arguments), useBias: try arguments.value("use_bias", default: true),
            inputChannels: try arguments.value("in_channels", default: 0), dtype: try arguments.dtype())
    }

    public override func forward(_ input: Tensor) throws(TensorError) -> Tensor {
        let y = try super.forward(input)
        return try activation.map { (activation) throws(TensorError) in try activation(y) } ?? y
    }

    package override var settings: [Setting] {
        var amounts: Extent = 0
        if case .amounts(let extent) = padding { amounts = extent }
        return [
            setting("channels", fixed: outputChannels), setting("kernel_size", fixed: Extent(kernelSize)),
            setting("strides", fixed: stride), setting("padding", fixed: amounts), setting("dilation", fixed: dilation),
            setting("groups", fixed: groups), setting("layout", fixed: "NCHW"), setting("activation", fixed: activation?.rawValue),
            setting("use_bias", fixed: bias != nil), setting("in_channels", fixed: inputChannels),
        ]
    }

    public override var argumentsDescription: String {
        let inputs = weight.isInitialized && weight.rank > 1 ? "\(weight.sizes[1])" : "None"
        let text = "\(inputs) -> \(outputChannels), kernel_size=\(Extent(kernelSize).attribute), \(optionsDescription)"
        return text + (activation.map { ", Activation(\($0.rawValue))" } ?? "")
    }
}
