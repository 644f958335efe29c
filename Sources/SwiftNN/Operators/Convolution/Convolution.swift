// Convolutions over one to three spatial dimensions: one operator for all, and its transpose. Output, image and weight are
// linear in each other, so that the gradients of each of the three products are the other two.

/// How many zeros stand around an image: so many in front and behind (`2`, or `[2, 1]` for height and width), as many as keep
/// its size (`.same`), or none (`.valid`).
public enum ConvolutionPadding: Equatable, Sendable, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
    case valid, same, amounts(Extent)

    public init(integerLiteral value: Int) { self = .amounts(Extent(value)) }
    public init(arrayLiteral elements: Int...) { self = .amounts(Extent(elements)) }
}

extension Tensor {
    /// The convolution with a weight, over as many dimensions as the weight has beyond two:
    /// y[n, o, t] = bias[o] + Σ weight[o, c, k] x[n, c, t·stride + k·dilation - padding].
    ///
    /// - Parameters:
    ///   - weight: [out, in / groups, …], for self of shape [N, in, …] or [in, …].
    ///   - bias: [out], or nil.
    ///   - groups: into how many groups the channels are divided, each convolved by itself.
    /// - Throws: where shapes or dtypes do not fit, and where the kernel is larger than the padded image.
    public func convolved(
        _ weight: Tensor, bias: Tensor? = nil, stride: Extent = 1, padding: ConvolutionPadding = 0,
        dilation: Extent = 1, groups: Int = 1
    ) throws(TensorError) -> Tensor {
        try weight.requireInitialized("conv")
        if !(3...5).contains(weight.rank) {
            throw TensorError(.runtime, "conv", "expected a weight of one to three spatial dimensions, got shape \(weight.sizes)")
        }
        return try convolved(
            weight, bias, dimensions: weight.rank - 2, stride: stride.values, padding: padding,
            dilation: dilation.values, groups: groups)
    }

    /// The transpose of `convolved`, by which gradients go through it: each element of self adds the weight, times itself, to
    /// the image.
    ///
    /// - Parameters:
    ///   - weight: [in, out / groups, …], for self of shape [N, in, …] or [in, …].
    ///   - outputPadding: what the image is larger than its windows need, at its end.
    public func transposeConvolved(
        _ weight: Tensor, bias: Tensor? = nil, stride: Extent = 1, padding: Extent = 0,
        outputPadding: Extent = 0, groups: Int = 1, dilation: Extent = 1
    ) throws(TensorError) -> Tensor {
        try weight.requireInitialized("conv_transpose")
        if !(3...5).contains(weight.rank) {
            throw TensorError(.runtime, "conv_transpose",
                "expected a weight of one to three spatial dimensions, got shape \(weight.sizes)")
        }
        return try transposeConvolved(
            weight, bias, dimensions: weight.rank - 2, stride: stride.values, padding: padding.values,
            outputPadding: outputPadding.values, groups: groups, dilation: dilation.values)
    }

    /// `convolved`, for a weight that must have so many spatial dimensions.
    package func convolved(
        _ weight: Tensor, _ bias: Tensor?, dimensions: Int, stride: [Int], padding: ConvolutionPadding, dilation: [Int],
        groups: Int, _ label: StaticString? = nil
    ) throws(TensorError) -> Tensor {
        let operation = label ?? Convolution.name(dimensions, transposed: false)
        try Convolution.check(self, weight, bias, dimensions, groups, transposed: false, operation)
        try checkSpatial(stride, "stride", dimensions: dimensions, least: 1, operation)
        try checkSpatial(dilation, "dilation", dimensions: dimensions, least: 1, operation)
        var windows = Windows(dimensions: dimensions)
        windows.set(\.image, last: sizes)
        windows.set(\.kernel, last: weight.sizes)
        windows.set(\.stride, stride)
        windows.set(\.dilation, dilation)
        switch padding {
        case .valid: break
        case .amounts(let extent):
            let amounts = extent.values
            try checkSpatial(amounts, "padding", dimensions: dimensions, least: 0, operation)
            windows.set(\.padding, amounts)
        case .same:
            if stride.contains(where: { $0 != 1 }) {
                throw TensorError(.runtime, operation.description, "padding='same' is not supported for strided convolutions")
            }
        }
        try Convolution.requireElements(windows, windows.image, self, operation)
        if padding == .same { try windows.keepSize(operation.description) } else {
            if try !windows.countPositions(operation.description) {
                throw TensorError(.runtime, operation.description,
                    "a kernel of size \(windows.list(windows.kernel)) with dilation \(windows.list(windows.dilation)) is larger "
                        + "than the input of size \(windows.list(windows.image)) with padding \(windows.list(windows.padding))")
            }
        }
        let convolution = Convolution(windows, groups, operation)
        let batched = rank == dimensions + 2 ? self : try unsqueezed(0)
        let result = try convolution.output(batched, weight, bias)
        return rank == dimensions + 2 ? result : try result.squeezed([0])
    }

    /// `transposeConvolved`, for a weight that must have so many spatial dimensions.
    package func transposeConvolved(
        _ weight: Tensor, _ bias: Tensor?, dimensions: Int, stride: [Int], padding: [Int], outputPadding: [Int], groups: Int,
        dilation: [Int]
    ) throws(TensorError) -> Tensor {
        let operation = Convolution.name(dimensions, transposed: true)
        try Convolution.check(self, weight, bias, dimensions, groups, transposed: true, operation)
        try checkSpatial(stride, "stride", dimensions: dimensions, least: 1, operation)
        try checkSpatial(padding, "padding", dimensions: dimensions, least: 0, operation)
        try checkSpatial(outputPadding, "output_padding", dimensions: dimensions, least: 0, operation)
        try checkSpatial(dilation, "dilation", dimensions: dimensions, least: 1, operation)
        var windows = Windows(dimensions: dimensions)
        windows.set(\.positions, last: sizes)
        windows.set(\.kernel, last: weight.sizes)
        windows.set(\.stride, stride)
        windows.set(\.padding, padding)
        windows.set(\.dilation, dilation)
        for i in 0..<dimensions {
            let more = outputPadding[outputPadding.count == 1 ? 0 : i], at = 3 - dimensions + i
            if more >= windows.stride[at] && more >= windows.dilation[at] {
                throw TensorError(.runtime, operation.description,
                    "output_padding must be smaller than either stride or dilation, got output_padding \(outputPadding), "
                        + "stride \(stride) and dilation \(dilation)")
            }
        }
        try Convolution.requireElements(windows, windows.positions, self, operation)
        if try !windows.sizeImage(extra: outputPadding, operation.description) {
            throw TensorError(.runtime, operation.description,
                "nothing is left of the output of an input of size \(windows.list(windows.positions)) with kernel size "
                    + "\(windows.list(windows.kernel)) and padding \(padding)")
        }
        let convolution = Convolution(windows, groups, operation)
        let batched = rank == dimensions + 2 ? self : try unsqueezed(0)
        let result = try convolution.image(batched, weight, bias)
        return rank == dimensions + 2 ? result : try result.squeezed([0])
    }

    /// A convolution over time, of [time, batch, in] with a weight [width, in, out]: [time, batch, out].
    public func convolvedOverTime(_ weight: Tensor, bias: Tensor, padding: Int = 0) throws(TensorError) -> Tensor {
        if rank != 3 || weight.rank != 3 {
            throw TensorError(.runtime, "conv_tbc",
                "expected an input of 3 dimensions (time, batch, channels) and a weight of 3, got shapes \(sizes) and \(weight.sizes)")
        }
        return try permuted([1, 2, 0]).convolved(
            weight.permuted([2, 1, 0]), bias, dimensions: 1, stride: [1], padding: .amounts(Extent(padding)), dilation: [1],
            groups: 1, "conv_tbc"
        ).permuted([2, 0, 1])
    }
}

extension Windows {
    /// As many windows as elements, by padding on both sides; where it is uneven, there is more behind.
    mutating func keepSize(_ operation: String) throws(TensorError) {
        for i in 0..<3 {
            let (total, overflow) = (kernel[i] - 1).multipliedReportingOverflow(by: dilation[i])
            padding[i] = overflow ? .max : total / 2
            positions[i] = image[i]
        }
        var probe = self
        _ = try probe.countPositions(operation)
        simplify()
    }
}

/// A convolution, as the relation of image, weight and output.
struct Convolution: Sendable {
    let windows: Windows
    let groups: Int
    let label: StaticString

    init(_ windows: Windows, _ groups: Int, _ label: StaticString) {
        self.windows = windows
        self.groups = groups
        self.label = label
    }

    static func name(_ dimensions: Int, transposed: Bool) -> StaticString {
        switch (dimensions, transposed) {
        case (1, false): "conv1d"
        case (2, false): "conv2d"
        case (_, false): "conv3d"
        case (1, true): "conv_transpose1d"
        case (2, true): "conv_transpose2d"
        case (_, true): "conv_transpose3d"
        }
    }

    /// - Parameter transposed: whether the input is what the weight's first dimension stands for.
    static func check(
        _ input: Tensor, _ weight: Tensor, _ bias: Tensor?, _ dimensions: Int, _ groups: Int, transposed: Bool,
        _ operation: StaticString
    ) throws(TensorError) {
        func failure(_ text: String) -> TensorError { TensorError(.runtime, operation.description, text) }
        try input.requireInitialized(operation)
        try weight.requireInitialized(operation)
        try bias?.requireInitialized(operation)
        if weight.rank != dimensions + 2 {
            throw failure("expected a weight of \(dimensions + 2) dimensions, got shape \(weight.sizes)")
        }
        if input.rank != dimensions + 1 && input.rank != dimensions + 2 {
            throw failure(
                "expected an input of \(dimensions + 1) dimensions (unbatched) or \(dimensions + 2) (batched), got shape \(input.sizes)")
        }
        if input.dtype != weight.dtype || input.dtype != bias?.dtype ?? input.dtype {
            let biasType = bias.map { ", bias \($0.dtype)" } ?? ""
            throw failure("expected one dtype, got input \(input.dtype), weight \(weight.dtype)\(biasType)")
        }
        if input.dtype == .bool || (transposed && input.dtype.isInteger && input.dtype != .int64) {
            throw Elementwise.unsupported(operation, input.dtype)
        }
        if groups <= 0 { throw failure("groups must be greater than zero, got \(groups)") }
        let (first, second) = (weight.sizes[0], weight.sizes[1])
        if first < groups || first % groups != 0 {
            throw failure("expected a weight whose first dimension is divisible into \(groups) groups, got shape \(weight.sizes)")
        }
        let channels = input.sizes[input.rank - dimensions - 1]
        let (inputs, overflow) = transposed ? (first, false) : second.multipliedReportingOverflow(by: groups)
        if overflow || channels != inputs {
            throw failure("expected an input of \(inputs) channels for a weight of shape \(weight.sizes) and \(groups) groups, got "
                + "\(channels) in shape \(input.sizes)")
        }
        let (outputs, tooMany) = transposed ? second.multipliedReportingOverflow(by: groups) : (first, false)
        if tooMany || outputs == 0 { throw failure("expected a weight with outputs, got shape \(weight.sizes)") }
        if let bias, bias.rank != 1 || bias.sizes[0] != outputs {
            throw failure("expected a bias of shape [\(outputs)] for a weight of shape \(weight.sizes), got \(bias.sizes)")
        }
        for i in 2..<weight.rank where weight.sizes[i] == 0 {
            throw failure("a kernel must have elements, got a weight of shape \(weight.sizes)")
        }
    }

    /// Batches and channels may be empty, images may not.
    static func requireElements(
        _ windows: Windows, _ sizes: Windows.Three, _ input: Tensor, _ operation: StaticString
    ) throws(TensorError) {
        if (0..<3).contains(where: { sizes[$0] == 0 }) {
            throw TensorError(.runtime, operation.description,
                "an input may have no samples or no channels, but its images must have elements, got shape \(input.sizes)")
        }
    }

    private func passes(_ batch: Int, _ weight: Dims, _ dtype: DType) throws(TensorError) -> ConvolutionPasses {
        try ConvolutionPasses(windows, groups: groups, batch: batch, weight: weight, dtype.computeType, label)
    }

    /// Contiguous, in the dtype that is computed with.
    private func prepared(_ tensor: Tensor) throws(TensorError) -> Tensor {
        let type = tensor.dtype.computeType
        return type != tensor.dtype ? try tensor.converted(to: type) : tensor.isContiguous ? tensor : try tensor.copied()
    }

    // MARK: The three products, with history

    /// The output of an image [N, in, …] and a weight [out, in / groups, …].
    func output(_ x: Tensor, _ w: Tensor, _ bias: Tensor? = nil) throws(TensorError) -> Tensor {
        let passes = try passes(x.sizes[0], w.sizes, x.dtype)
        let addend = x.dtype.isFloatingPoint ? try bias?.converted(to: x.dtype.computeType) : nil
        var result = try passes.output(prepared(x), prepared(w), addend).converted(to: x.dtype)
        if !x.dtype.isFloatingPoint, let bias { result = try result.adding(channels(bias)) }
        if x.isRecorded || w.isRecorded || bias?.isRecorded ?? false {
            let (ex, ew) = (try x.gradientEdge(), try w.gradientEdge())
            result.node = ConvolutionBackward(
                self, ex, ew, try bias?.gradientEdge() ?? .none, a: ew.isNone ? nil : Saved(x), b: ex.isNone ? nil : Saved(w),
                bSizes: w.sizes)
        }
        return result
    }

    /// The image that outputs [N, out, …] come from, by a weight [out, in / groups, …]; a bias of the image's channels.
    func image(_ y: Tensor, _ w: Tensor, _ bias: Tensor? = nil) throws(TensorError) -> Tensor {
        let passes = try passes(y.sizes[0], w.sizes, y.dtype)
        let addend = y.dtype.isFloatingPoint ? try bias?.converted(to: y.dtype.computeType) : nil
        var result = try passes.image(prepared(y), prepared(w), addend).converted(to: y.dtype)
        if !y.dtype.isFloatingPoint, let bias { result = try result.adding(channels(bias)) }
        if y.isRecorded || w.isRecorded || bias?.isRecorded ?? false {
            let (ey, ew) = (try y.gradientEdge(), try w.gradientEdge())
            result.node = TransposedConvolutionBackward(
                self, ey, ew, try bias?.gradientEdge() ?? .none, a: ew.isNone ? nil : Saved(y), b: ey.isNone ? nil : Saved(w),
                bSizes: w.sizes)
        }
        return result
    }

    /// The weight that leads from an image [N, in, …] to outputs [N, out, …].
    func weight(_ y: Tensor, _ x: Tensor, _ sizes: Dims) throws(TensorError) -> Tensor {
        let passes = try passes(x.sizes[0], sizes, x.dtype)
        let result = try passes.weight(prepared(y), prepared(x), sizes).converted(to: x.dtype)
        if y.isRecorded || x.isRecorded {
            let (ey, ex) = (try y.gradientEdge(), try x.gradientEdge())
            result.node = ConvolutionWeightBackward(
                self, ey, ex, .none, a: ex.isNone ? nil : Saved(y), b: ey.isNone ? nil : Saved(x), bSizes: x.sizes)
        }
        return result
    }

    /// A bias as it is added to images.
    private func channels(_ bias: Tensor) throws(TensorError) -> Tensor {
        try bias.reshaped([bias.count] + [Int](repeating: 1, count: windows.dimensions))
    }
}

// MARK: - Gradients

/// The base of the formulas of a convolution's products of `a` and `b`. Each knows its own two by what `gradients` makes.
class ConvolutionProductBackward: Node {
    final let convolution: Convolution
    @exclusivity(unchecked) private var a: Saved?, b: Saved?
    final let bSizes: Dims

    init(_ convolution: Convolution, _ ea: Edge, _ eb: Edge, _ bias: Edge, a: Saved?, b: Saved?, bSizes: Dims) {
        self.convolution = convolution
        self.a = a
        self.b = b
        self.bSizes = bSizes
        super.init(ea, eb, bias)
    }

    override class var name: String { "ConvolutionBackward0" }

    /// The gradient of `a`, from b, and of `b`, from a.
    func first(_ g: Tensor, _ b: Tensor) throws(TensorError) -> Tensor { throw TensorError(.unsupported, name, "has no gradient") }
    func second(_ g: Tensor, _ a: Tensor) throws(TensorError) -> Tensor { throw TensorError(.unsupported, name, "has no gradient") }

    override final func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let gradient = copy g
        if wants(0) { try engine.send(try first(gradient, b!.value(for: self)), to: edges.0) }
        if wants(1) { try engine.send(try second(gradient, a!.value(for: self)), to: edges.1) }
        if wants(2) { try engine.send(try gradient.sum([0] + Array(2..<gradient.rank)), to: edges.2) }
    }

    override final func releaseSaved() {
        a?.release()
        b?.release()
    }
}

/// y of x and w.
final class ConvolutionBackward: ConvolutionProductBackward {
    override func first(_ g: Tensor, _ b: Tensor) throws(TensorError) -> Tensor { try convolution.image(g, b) }
    override func second(_ g: Tensor, _ a: Tensor) throws(TensorError) -> Tensor { try convolution.weight(g, a, bSizes) }
}

/// x of y and w.
final class TransposedConvolutionBackward: ConvolutionProductBackward {
    override func first(_ g: Tensor, _ b: Tensor) throws(TensorError) -> Tensor { try convolution.output(g, b) }
    override func second(_ g: Tensor, _ a: Tensor) throws(TensorError) -> Tensor { try convolution.weight(a, g, bSizes) }
}

/// w of y and x.
final class ConvolutionWeightBackward: ConvolutionProductBackward {
    override func first(_ g: Tensor, _ b: Tensor) throws(TensorError) -> Tensor { try convolution.output(b, g) }
    override func second(_ g: Tensor, _ a: Tensor) throws(TensorError) -> Tensor { try convolution.image(a, g) }
}
