import CKernels

// What max pooling has left, put back to where it was.

extension Tensor {
    /// Elements at the positions along the last dimension that max pooling has given for them, and zeros elsewhere: [N, C, L]
    /// or [C, L].
    ///
    /// - Parameters:
    ///   - indices: int64, of the tensor's shape. Of equal positions the last wins.
    ///   - kernelSize: and `stride`, `padding` as of the pooling.
    ///   - outputSize: where it is not the smallest one that gives this tensor's size; it may also name the whole shape.
    /// - Throws: for positions out of bounds, and for an output size that pooling would not bring to this one.
    public func maxUnpooled1d(
        _ indices: Tensor, kernelSize: Extent, stride: Extent? = nil, padding: Extent = 0, outputSize: [Int]? = nil
    ) throws(TensorError) -> Tensor {
        try maxUnpooled(PoolingWindows(operation: "max_unpool1d", dimensions: 1), indices, kernelSize, stride, padding, outputSize)
    }

    /// Elements at their positions in flattened images; see `maxUnpooled1d`.
    public func maxUnpooled2d(
        _ indices: Tensor, kernelSize: Extent, stride: Extent? = nil, padding: Extent = 0, outputSize: [Int]? = nil
    ) throws(TensorError) -> Tensor {
        try maxUnpooled(PoolingWindows(operation: "max_unpool2d", dimensions: 2), indices, kernelSize, stride, padding, outputSize)
    }

    /// Elements at their positions in flattened volumes; see `maxUnpooled1d`.
    public func maxUnpooled3d(
        _ indices: Tensor, kernelSize: Extent, stride: Extent? = nil, padding: Extent = 0, outputSize: [Int]? = nil
    ) throws(TensorError) -> Tensor {
        try maxUnpooled(PoolingWindows(operation: "max_unpool3d", dimensions: 3), indices, kernelSize, stride, padding, outputSize)
    }

    private func maxUnpooled(
        _ windows: PoolingWindows, _ indices: Tensor, _ kernelSize: Extent, _ stride: Extent?, _ padding: Extent, _ outputSize: [Int]?
    ) throws(TensorError) -> Tensor {
        let (operation, dimensions) = (windows.operation, windows.dimensions)
        let kernel = try windows.resolved(kernelSize, "kernel_size", atLeast: 1)
        let strides = try stride.map { (stride) throws(TensorError) in try windows.resolved(stride, "stride", atLeast: 1) } ?? kernel
        let paddings = try windows.resolved(padding, "padding", atLeast: 0)
        try windows.check(self)
        try indices.requireInitialized(operation)
        if indices.dtype != .int64 {
            throw TensorError(.runtime, operation.description, "elements in indices should be type int64 but got \(indices.dtype)")
        }
        if indices.sizes != sizes {
            throw TensorError(.runtime, operation.description,
                "expected shape of indices to be same as that of the input tensor (\(sizes)) but got indices tensor with shape \(indices.sizes)")
        }
        if !dtype.isFloatingPoint { throw notImplemented(operation) }
        var output: [Int] = []
        for i in 0..<dimensions {
            let steps = (sizes[rank - dimensions + i] - 1).multipliedReportingOverflow(by: strides[i])
            let size = steps.partialValue.addingReportingOverflow(kernel[i] - 2 * paddings[i])
            if steps.overflow || size.overflow {
                throw TensorError(.memory, operation.description, "the output does not fit into memory")
            }
            output.append(size.partialValue)
        }
        if let outputSize {
            if outputSize.count != dimensions && outputSize.count != dimensions + 2 {
                throw TensorError(.value, operation.description,
                    "output_size should be a sequence containing \(dimensions) or \(dimensions + 2) elements, but it has a length of '\(outputSize.count)'")
            }
            let wanted = Array(outputSize.suffix(dimensions))
            for i in 0..<dimensions where !(wanted[i] > output[i] - strides[i] && wanted[i] < output[i] &+ strides[i]) {
                throw TensorError(.value, operation.description,
                    "invalid output_size \(wanted) (dim \(i) must be between \(output[i] - strides[i]) and \(output[i] &+ strides[i]))")
            }
            output = wanted
        }
        let shape = windows.shape(self, output)
        _ = try checkedCount(shape, dtype, operation: operation.description)
        let flat = shape.flattened(last: dimensions)
        let places = try indices.withoutHistory().contiguous()
        let outside = ck_find_outside(Int64(places.count), places.integers, 1, 0, Int64(flat[1]))
        if outside >= 0 {
            throw TensorError(.runtime, operation.description,
                "found an invalid max index: \(places.integers[Int(outside)]) (output volumes are of size \(output))")
        }
        let full = try Tensor.filled(flat, dtype, 0)
        try full.scatterInPlace(
            1, places.reshaped(sizes.flattened(last: dimensions)), reshaped(sizes.flattened(last: dimensions)))
        return try full.reshaped(shape)
    }
}
