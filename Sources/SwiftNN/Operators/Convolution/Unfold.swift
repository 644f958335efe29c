import CKernels

// The windows of images as columns, and columns added up to images.

extension Tensor {
    /// The windows of images [N, C, H, W] or [C, H, W] as columns: [N, C·kernel elements, windows].
    ///
    /// - Parameters:
    ///   - kernelSize: of a window, one number or one for each dimension; likewise the others.
    ///   - padding: zeros around the image.
    /// - Throws: where no window fits into the padded image.
    public func unfoldedWindows(
        kernelSize: Extent, dilation: Extent = 1, padding: Extent = 0,
        stride: Extent = 1
    ) throws(TensorError) -> Tensor {
        try requireInitialized("unfold")
        if (rank != 3 && rank != 4) || (rank - 3..<rank).contains(where: { sizes[$0] == 0 }) {
            throw TensorError(.runtime, "unfold",
                "expected an input of 3 dimensions, or 4 with a batch that may be empty, of sizes that are not 0, got shape \(sizes)")
        }
        if !dtype.isFloatingPoint && dtype != .bool { throw TensorError(.unsupported, "unfold", "not defined for \(dtype)") }
        var windows = try Windows.ofPlane(kernelSize, dilation, padding, stride, "unfold")
        windows.set(\.image, last: sizes)
        if try !windows.countPositions("unfold") {
            throw TensorError(.runtime, "unfold",
                "a window of kernel_size \(windows.list(windows.kernel)) and dilation \(windows.list(windows.dilation)) does not fit "
                    + "into an input of spatial size \(windows.list(windows.image)) with padding \(windows.list(windows.padding))")
        }
        let columns = try (rank == 4 ? self : unsqueezed(0)).columns(windows)
        return rank == 4 ? columns : try columns.squeezed([0])
    }

    /// Columns [N, C·kernel elements, windows] or [C·kernel elements, windows] added up to images [N, C, H, W]: the transpose
    /// of `unfoldedWindows`.
    ///
    /// - Parameter outputSize: H and W.
    public func foldedWindows(
        outputSize: Extent, kernelSize: Extent, dilation: Extent = 1,
        padding: Extent = 0, stride: Extent = 1
    ) throws(TensorError) -> Tensor {
        try requireInitialized("fold")
        if (rank != 2 && rank != 3) || (rank - 2..<rank).contains(where: { sizes[$0] == 0 }) {
            throw TensorError(.runtime, "fold",
                "expected an input of 2 dimensions, or 3 with a batch that may be empty, of sizes that are not 0, got shape \(sizes)")
        }
        if !dtype.isFloatingPoint && dtype != .bool { throw TensorError(.unsupported, "fold", "not defined for \(dtype)") }
        var windows = try Windows.ofPlane(kernelSize, dilation, padding, stride, "fold")
        try checkSpatial(outputSize.values, "output_size", dimensions: 2, least: 0, "fold")
        windows.set(\.image, outputSize.values)
        let (rows, columns) = (sizes[rank - 2], sizes[rank - 1])
        let fits = try windows.countPositions("fold")
        let elements = windows.kernel[1].multipliedReportingOverflow(by: windows.kernel[2])
        if elements.overflow || rows % elements.partialValue != 0 {
            throw TensorError(.runtime, "fold",
                "expected columns whose length is divisible by the product of kernel_size \(windows.list(windows.kernel)), got "
                    + "\(rows) in shape \(sizes)")
        }
        let blocks = windows.positions[1].multipliedReportingOverflow(by: windows.positions[2])
        if !fits || blocks.overflow || columns != blocks.partialValue {
            let expected = fits ? windows.list(windows.positions) : [0, 0]
            throw TensorError(.runtime, "fold",
                "output_size \(windows.list(windows.image)) with kernel_size \(windows.list(windows.kernel)) has \(expected[0]) * "
                    + "\(expected[1]) windows, got \(columns) columns in shape \(sizes)")
        }
        let image = try (rank == 3 ? self : unsqueezed(0)).imageOfColumns(windows)
        return rank == 3 ? image : try image.squeezed([0])
    }

    /// For self [N, C, …]: [N, C·K, positions].
    fileprivate func columns(_ windows: Windows) throws(TensorError) -> Tensor {
        let (rows, overflow) = sizes[1].multipliedReportingOverflow(by: windows.kernelCount)
        if overflow { throw TensorError(.memory, "unfold", "columns of windows \(windows.list(windows.kernel)) do not fit into memory") }
        let x = isContiguous ? self : try copied()
        let result = try Tensor(uninitialized: [sizes[0], rows, windows.positionCount], dtype, operation: "unfold")
        if result.count > 0 {
            withUnsafePointer(to: windows.kernelWindows) { native in
                for sample in 0..<sizes[0] {
                    ck_unfold(
                        Int32(dtype.size), native, Int64(sizes[1]), 0, Int64(windows.positionCount),
                        x.data + sample * sizes[1] * windows.imageCount * dtype.size,
                        result.data + sample * rows * windows.positionCount * dtype.size, Int64(windows.positionCount))
                }
            }
        }
        if isRecorded { result.node = Im2ColBackward(try gradientEdge(), windows) }
        return result
    }

    /// For self [N, C·K, positions]: [N, C, …].
    fileprivate func imageOfColumns(_ windows: Windows) throws(TensorError) -> Tensor {
        // bool: whether any is true.
        let type = dtype == .bool ? .int64 : dtype.computeType
        let columns = type != dtype ? try converted(to: type) : isContiguous ? self : try copied()
        var shape: Dims = [sizes[0], sizes[1] / windows.kernelCount]
        for size in windows.list(windows.image) { shape.append(size) }
        let sums = try Tensor.filled(shape, type, 0)
        if sums.count > 0 {
            withUnsafePointer(to: windows.kernelWindows) { native in
                for sample in 0..<sizes[0] {
                    ck_fold(
                        type.kernel, native, Int64(shape[1]), 0, Int64(sizes[2]),
                        columns.data + sample * sizes[1] * sizes[2] * type.size, Int64(sizes[2]),
                        sums.data + sample * shape[1] * windows.imageCount * type.size)
                }
            }
        }
        let result = try sums.converted(to: dtype)
        if isRecorded { result.node = Col2ImBackward(try gradientEdge(), windows) }
        return result
    }
}

extension Windows {
    /// Windows of a plane, whose image is not known yet.
    fileprivate static func ofPlane(
        _ kernel: Extent, _ dilation: Extent, _ padding: Extent, _ stride: Extent,
        _ operation: StaticString
    ) throws(TensorError) -> Windows {
        var windows = Windows(dimensions: 2)
        try checkSpatial(kernel.values, "kernel_size", dimensions: 2, least: 1, operation)
        try checkSpatial(dilation.values, "dilation", dimensions: 2, least: 1, operation)
        try checkSpatial(padding.values, "padding", dimensions: 2, least: 0, operation)
        try checkSpatial(stride.values, "stride", dimensions: 2, least: 1, operation)
        windows.set(\.kernel, kernel.values)
        windows.set(\.dilation, dilation.values)
        windows.set(\.padding, padding.values)
        windows.set(\.stride, stride.values)
        return windows
    }
}

// MARK: - Gradients

/// Columns of windows: an element gathers what all of its windows get.
final class Im2ColBackward: Node {
    private let windows: Windows

    init(_ edge: Edge, _ windows: Windows) {
        self.windows = windows
        super.init(edge)
    }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        try engine.send(try g.imageOfColumns(windows), to: edges.0)
    }
}

/// Windows added up: each gets what its elements do.
final class Col2ImBackward: Node {
    private let windows: Windows

    init(_ edge: Edge, _ windows: Windows) {
        self.windows = windows
        super.init(edge)
    }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        try engine.send(try g.columns(windows), to: edges.0)
    }
}
