// Transposed convolutions, by which an image grows as it shrinks by a convolution (torch.nn.ConvTranspose2d).

/// The base of transposed convolutions, which can be asked for an output of a certain size.
public class TransposedConvolutionLayer: ConvolutionLayer {
    /// The output in the size that is asked for: a stride of more than 1 leaves several that fit the input.
    ///
    /// - Parameter outputSize: of the spatial dimensions, or of all; nil for the one that `outputPadding` says.
    package final func forward(_ input: Tensor, outputSize: [Int]?) throws(TensorError) -> Tensor {
        guard let outputSize else { return try forward(input) }
        try resolve(input)
        return try transposeConvolved(input, outputPadding(input, for: outputSize))
    }

    /// The output in the size that is asked for.
    ///
    /// - Throws: for a size that no output padding gives, and where another language has put its own forward in place.
    public final func callAsFunction(_ input: Tensor, outputSize: [Int]) throws(TensorError) -> Tensor {
        if override != nil {
            throw TensorError(.unsupported, typeName, "a forward of another language is not given an output size")
        }
        return try forward(input, outputSize: outputSize)
    }
}

/// The transposed convolution of sequences [N, in, L] or [in, L]: each element adds the kernel, times itself, to the output.
public final class ConvTranspose1d: TransposedConvolutionLayer {
    /// - Parameters:
    ///   - padding: what is cut off the output at each side.
    ///   - outputPadding: what the output is larger than its windows need, at its end.
    public init(
        inputChannels: Int, outputChannels: Int, kernelSize: Extent, stride: Extent = 1, padding: Extent = 0,
        outputPadding: Extent = 0, groups: Int = 1, bias: Bool = true, dilation: Extent = 1, dtype: DType = .standard
    ) throws(TensorError) {
        try super.init(
            "ConvTranspose1d", 1, isTransposed: true,
            ConvolutionOptions(
                inputs: inputChannels, outputs: outputChannels, kernel: kernelSize, stride: stride, padding: .amounts(padding),
                outputPadding: outputPadding, dilation: dilation, groups: groups, bias: bias, dtype: dtype))
    }

    init(_ arguments: inout Arguments) throws(TensorError) {
        try super.init("ConvTranspose1d", 1, isTransposed: true, ConvolutionOptions(&arguments))
    }
}

/// The transposed convolution of images [N, in, H, W] or [in, H, W]: each element adds the kernel, times itself, to the output.
public final class ConvTranspose2d: TransposedConvolutionLayer {
    /// - Parameters:
    ///   - padding: what is cut off the output at each side.
    ///   - outputPadding: what the output is larger than its windows need, at its end.
    public init(
        inputChannels: Int, outputChannels: Int, kernelSize: Extent, stride: Extent = 1, padding: Extent = 0,
        outputPadding: Extent = 0, groups: Int = 1, bias: Bool = true, dilation: Extent = 1, dtype: DType = .standard
    ) throws(TensorError) {
        try super.init(
            "ConvTranspose2d", 2, isTransposed: true,
            ConvolutionOptions(
                inputs: inputChannels, outputs: outputChannels, kernel: kernelSize, stride: stride, padding: .amounts(padding),
                outputPadding: outputPadding, dilation: dilation, groups: groups, bias: bias, dtype: dtype))
    }

    init(_ arguments: inout Arguments) throws(TensorError) {
        try super.init("ConvTranspose2d", 2, isTransposed: true, ConvolutionOptions(&arguments))
    }
}

/// The transposed convolution of volumes [N, in, D, H, W] or [in, D, H, W]: each element adds the kernel, times itself, to the output.
public final class ConvTranspose3d: TransposedConvolutionLayer {
    /// - Parameters:
    ///   - padding: what is cut off the output at each side.
    ///   - outputPadding: what the output is larger than its windows need, at its end.
    public init(
        inputChannels: Int, outputChannels: Int, kernelSize: Extent, stride: Extent = 1, padding: Extent = 0,
        outputPadding: Extent = 0, groups: Int = 1, bias: Bool = true, dilation: Extent = 1, dtype: DType = .standard
    ) throws(TensorError) {
        try super.init(
            "ConvTranspose3d", 3, isTransposed: true,
            ConvolutionOptions(
                inputs: inputChannels, outputs: outputChannels, kernel: kernelSize, stride: stride, padding: .amounts(padding),
                outputPadding: outputPadding, dilation: dilation, groups: groups, bias: bias, dtype: dtype))
    }

    init(_ arguments: inout Arguments) throws(TensorError) {
        try super.init("ConvTranspose3d", 3, isTransposed: true, ConvolutionOptions(&arguments))
    }
}

/// A `ConvTranspose1d` whose input channels are those of the first input.
public final class LazyConvTranspose1d: TransposedConvolutionLayer {
    public init(
        outputChannels: Int, kernelSize: Extent, stride: Extent = 1, padding: Extent = 0, outputPadding: Extent = 0,
        groups: Int = 1, bias: Bool = true, dilation: Extent = 1, dtype: DType = .standard
    ) throws(TensorError) {
        try super.init(
            "LazyConvTranspose1d", 1, isTransposed: true,
            ConvolutionOptions(
                inputs: nil, outputs: outputChannels, kernel: kernelSize, stride: stride, padding: .amounts(padding),
                outputPadding: outputPadding, dilation: dilation, groups: groups, bias: bias, dtype: dtype))
    }

    init(_ arguments: inout Arguments) throws(TensorError) {
        try super.init("LazyConvTranspose1d", 1, isTransposed: true, ConvolutionOptions(&arguments, isLazy: true))
    }

    public override var typeName: String { name(lazily: "LazyConvTranspose1d", "ConvTranspose1d") }
}

/// A `ConvTranspose2d` whose input channels are those of the first input.
public final class LazyConvTranspose2d: TransposedConvolutionLayer {
    public init(
        outputChannels: Int, kernelSize: Extent, stride: Extent = 1, padding: Extent = 0, outputPadding: Extent = 0,
        groups: Int = 1, bias: Bool = true, dilation: Extent = 1, dtype: DType = .standard
    ) throws(TensorError) {
        try super.init(
            "LazyConvTranspose2d", 2, isTransposed: true,
            ConvolutionOptions(
                inputs: nil, outputs: outputChannels, kernel: kernelSize, stride: stride, padding: .amounts(padding),
                outputPadding: outputPadding, dilation: dilation, groups: groups, bias: bias, dtype: dtype))
    }

    init(_ arguments: inout Arguments) throws(TensorError) {
        try super.init("LazyConvTranspose2d", 2, isTransposed: true, ConvolutionOptions(&arguments, isLazy: true))
    }

    public override var typeName: String { name(lazily: "LazyConvTranspose2d", "ConvTranspose2d") }
}

/// A `ConvTranspose3d` whose input channels are those of the first input.
public final class LazyConvTranspose3d: TransposedConvolutionLayer {
    public init(
        outputChannels: Int, kernelSize: Extent, stride: Extent = 1, padding: Extent = 0, outputPadding: Extent = 0,
        groups: Int = 1, bias: Bool = true, dilation: Extent = 1, dtype: DType = .standard
    ) throws(TensorError) {
        try super.init(
            "LazyConvTranspose3d", 3, isTransposed: true,
            ConvolutionOptions(
                inputs: nil, outputs: outputChannels, kernel: kernelSize, stride: stride, padding: .amounts(padding),
                outputPadding: outputPadding, dilation: dilation, groups: groups, bias: bias, dtype: dtype))
    }

    init(_ arguments: inout Arguments) throws(TensorError) {
        try super.init("LazyConvTranspose3d", 3, isTransposed: true, ConvolutionOptions(&arguments, isLazy: true))
    }

    public override var typeName: String { name(lazily: "LazyConvTranspose3d", "ConvTranspose3d") }
}
