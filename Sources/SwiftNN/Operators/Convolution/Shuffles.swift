// Elements moved between channels and space.

extension Tensor {
    /// [..., C·r², H, W] as [..., C, H·r, W·r]: the channels of a group become a square of r by r elements.
    ///
    /// - Throws: for fewer than three dimensions, for a factor that is not positive or whose square does not divide the channels.
    public func pixelShuffled(_ factor: Int) throws(TensorError) -> Tensor {
        let (channels, height, width) = try pixels(factor, "pixel_shuffle", "upscale_factor")
        let square = factor.multipliedReportingOverflow(by: factor)
        if square.overflow {
            throw TensorError(.value, "pixel_shuffle", "upscale_factor \(factor) is too large: its square overflows")
        }
        if channels % square.partialValue != 0 {
            throw TensorError(.runtime, "pixel_shuffle",
                "expected channels divisible by the square of upscale_factor \(factor), got \(channels) in shape \(sizes)")
        }
        let front = Array(shape.dropLast(3)), inner = channels / square.partialValue
        let (tall, wide) = (height.multipliedReportingOverflow(by: factor), width.multipliedReportingOverflow(by: factor))
        if tall.overflow || wide.overflow { throw TensorError(.memory, "pixel_shuffle", "an image of \(sizes) upscaled by \(factor) is too large") }
        // Each sample by itself, so that the number of dimensions in front does not matter.
        let samples = try collapsed(front)
        return try reshaped([samples, inner, factor, factor, height, width]).permuted([0, 1, 4, 2, 5, 3])
            .reshaped(front + [inner, tall.partialValue, wide.partialValue]).clonedIfSharing(with: self)
    }

    /// [..., C, H·r, W·r] as [..., C·r², H, W]: undoes `pixelShuffled`.
    public func pixelUnshuffled(_ factor: Int) throws(TensorError) -> Tensor {
        let (channels, height, width) = try pixels(factor, "pixel_unshuffle", "downscale_factor")
        if height % factor != 0 || width % factor != 0 {
            throw TensorError(.runtime, "pixel_unshuffle",
                "expected height and width divisible by downscale_factor \(factor), got shape \(sizes)")
        }
        let front = Array(shape.dropLast(3)), (tall, wide) = (height / factor, width / factor)
        let square = factor.multipliedReportingOverflow(by: factor)
        let outer = channels.multipliedReportingOverflow(by: square.partialValue)
        if square.overflow || outer.overflow {
            throw TensorError(.value, "pixel_unshuffle", "downscale_factor \(factor) is too large: its square overflows")
        }
        let samples = try collapsed(front)
        return try reshaped([samples, channels, tall, factor, wide, factor]).permuted([0, 1, 3, 5, 2, 4])
            .reshaped(front + [outer.partialValue, tall, wide]).clonedIfSharing(with: self)
    }

    private func pixels(_ factor: Int, _ operation: StaticString, _ name: String) throws(TensorError) -> (Int, Int, Int) {
        try requireInitialized(operation)
        if rank < 3 {
            throw TensorError(.runtime, operation.description, "expected an input of at least 3 dimensions, got shape \(sizes)")
        }
        if factor <= 0 { throw TensorError(.runtime, operation.description, "expected a positive \(name), got \(factor)") }
        return (sizes[rank - 3], sizes[rank - 2], sizes[rank - 1])
    }

    private func collapsed(_ front: [Int]) throws(TensorError) -> Int {
        var product = 1
        for size in front {
            let (next, overflow) = product.multipliedReportingOverflow(by: size)
            if overflow { throw TensorError(.memory, "pixel_shuffle", "\(sizes) is too large") }
            product = next
        }
        return product
    }

    /// [N, g·C, ...] with the channels taken in turn from each of g groups: channel c of group i comes to place c·g + i.
    ///
    /// - Throws: for fewer than three dimensions, and where the channels are not divisible by the number of groups.
    public func channelShuffled(groups: Int) throws(TensorError) -> Tensor {
        try requireInitialized("channel_shuffle")
        if rank < 3 {
            throw TensorError(.runtime, "channel_shuffle", "expected an input of more than 2 dimensions, got shape \(sizes)")
        }
        if groups <= 0 { throw TensorError(.runtime, "channel_shuffle", "the number of groups must be positive, got \(groups)") }
        if sizes[1] % groups != 0 {
            throw TensorError(.runtime, "channel_shuffle", "\(sizes[1]) channels are not divisible by \(groups) groups")
        }
        let split = [sizes[0], groups, sizes[1] / groups] + shape.dropFirst(2)
        if split.count > Dims.capacity { throw TensorError(.value, "channel_shuffle", "a tensor has at most \(Dims.capacity) dimensions") }
        let order = [0, 2, 1] + Array(3..<split.count)
        return try reshaped(split).permuted(order).reshaped(shape).clonedIfSharing(with: self)
    }

    /// The tensor itself, or a copy where it still looks at the memory of `source`.
    private func clonedIfSharing(with source: Tensor) throws(TensorError) -> Tensor { sharesMemory(with: source) ? try cloned() : self }
}
