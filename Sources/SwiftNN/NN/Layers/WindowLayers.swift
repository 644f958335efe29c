// Blocks that move elements between windows, channels and space.

extension BlockRegistry {
    static func window(_ type: String, _ arguments: inout Arguments) throws(TensorError) -> Module? {
        switch type {
        case "Unfold": Unfold(kernelSize: try arguments.required("kernel_size"))
        case "Fold": Fold(outputSize: try arguments.required("output_size"), kernelSize: try arguments.required("kernel_size"))
        case "PixelShuffle": PixelShuffle(try arguments.required("upscale_factor"))
        case "PixelUnshuffle": PixelUnshuffle(try arguments.required("downscale_factor"))
        case "ChannelShuffle": ChannelShuffle(groups: try arguments.required("groups"))
        default: nil
        }
    }
}

/// The windows of images [N, C, H, W] or [C, H, W] as columns: [N, C·kernel elements, windows].
public final class Unfold: Layer {
    public var kernelSize: Extent
    public var dilation: Extent
    /// Zeros around the image.
    public var padding: Extent
    public var stride: Extent

    public init(kernelSize: Extent, dilation: Extent = 1, padding: Extent = 0, stride: Extent = 1) {
        (self.kernelSize, self.dilation, self.padding, self.stride) = (kernelSize, dilation, padding, stride)
        super.init()
    }

    public override func forward(_ input: Tensor) throws(TensorError) -> Tensor {
        try input.unfoldedWindows(kernelSize: kernelSize, dilation: dilation, padding: padding, stride: stride)
    }

    package override var settings: [Setting] {
        [
            setting("kernel_size", \Unfold.kernelSize), setting("dilation", \Unfold.dilation),
            setting("padding", \Unfold.padding), setting("stride", \Unfold.stride),
        ]
    }
}

/// Columns [N, C·kernel elements, windows] or [C·kernel elements, windows] added up to images [N, C, H, W].
public final class Fold: Layer {
    /// H and W.
    public var outputSize: Extent
    public var kernelSize: Extent
    public var dilation: Extent
    /// Zeros around the image, which are cut off.
    public var padding: Extent
    public var stride: Extent

    public init(outputSize: Extent, kernelSize: Extent, dilation: Extent = 1, padding: Extent = 0, stride: Extent = 1) {
        (self.outputSize, self.kernelSize) = (outputSize, kernelSize)
        (self.dilation, self.padding, self.stride) = (dilation, padding, stride)
        super.init()
    }

    public override func forward(_ input: Tensor) throws(TensorError) -> Tensor {
        try input.foldedWindows(
            outputSize: outputSize, kernelSize: kernelSize, dilation: dilation, padding: padding, stride: stride)
    }

    package override var settings: [Setting] {
        [
            setting("output_size", \Fold.outputSize), setting("kernel_size", \Fold.kernelSize),
            setting("dilation", \Fold.dilation), setting("padding", \Fold.padding), setting("stride", \Fold.stride),
        ]
    }
}

/// [..., C·r², H, W] as [..., C, H·r, W·r], for a factor r.
public final class PixelShuffle: Layer {
    public var upscaleFactor: Int

    public init(_ upscaleFactor: Int) {
        self.upscaleFactor = upscaleFactor
        super.init()
    }

    public override func forward(_ input: Tensor) throws(TensorError) -> Tensor { try input.pixelShuffled(upscaleFactor) }
    package override var settings: [Setting] { [setting("upscale_factor", \PixelShuffle.upscaleFactor)] }
}

/// [..., C, H·r, W·r] as [..., C·r², H, W], for a factor r.
public final class PixelUnshuffle: Layer {
    public var downscaleFactor: Int

    public init(_ downscaleFactor: Int) {
        self.downscaleFactor = downscaleFactor
        super.init()
    }

    public override func forward(_ input: Tensor) throws(TensorError) -> Tensor { try input.pixelUnshuffled(downscaleFactor) }
    package override var settings: [Setting] { [setting("downscale_factor", \PixelUnshuffle.downscaleFactor)] }
}

/// The channels of [N, C, ...] taken in turn from each of so many groups.
public final class ChannelShuffle: Layer {
    public var groups: Int

    public init(groups: Int) {
        self.groups = groups
        super.init()
    }

    public override func forward(_ input: Tensor) throws(TensorError) -> Tensor { try input.channelShuffled(groups: groups) }
    package override var settings: [Setting] { [setting("groups", \ChannelShuffle.groups)] }
}
