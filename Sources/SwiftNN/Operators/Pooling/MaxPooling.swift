import CKernels

// The largest element of each window.

extension Tensor {
    // MARK: Windows of a kernel

    /// The largest element of each window along the last dimension: [N, C, L] or [C, L]. NaN counts as the largest.
    ///
    /// - Parameters:
    ///   - kernelSize: how many elements a window has.
    ///   - stride: the distance of the windows; by default the kernel's size.
    ///   - padding: how many elements, which never are the largest, stand before the first and after the last one; at most half
    ///     of the kernel.
    ///   - dilation: the distance of a window's elements.
    ///   - ceilMode: whether there is a window for a rest that does not fill one.
    /// - Throws: where no window fits, and for bool.
    public func maxPooled1d(
        kernelSize: Extent, stride: Extent? = nil, padding: Extent = 0, dilation: Extent = 1, ceilMode: Bool = false
    ) throws(TensorError) -> Tensor {
        try maxPooled(.max1d, kernelSize, stride, padding, dilation, ceilMode, indices: false).values
    }

    /// The largest element of each window of the last two dimensions; see `maxPooled1d`.
    public func maxPooled2d(
        kernelSize: Extent, stride: Extent? = nil, padding: Extent = 0, dilation: Extent = 1, ceilMode: Bool = false
    ) throws(TensorError) -> Tensor {
        try maxPooled(.max2d, kernelSize, stride, padding, dilation, ceilMode, indices: false).values
    }

    /// The largest element of each window of the last three dimensions; see `maxPooled1d`.
    public func maxPooled3d(
        kernelSize: Extent, stride: Extent? = nil, padding: Extent = 0, dilation: Extent = 1, ceilMode: Bool = false
    ) throws(TensorError) -> Tensor {
        try maxPooled(.max3d, kernelSize, stride, padding, dilation, ceilMode, indices: false).values
    }

    /// `maxPooled1d`, and the position of each largest element along the last dimension.
    public func maxPooledWithIndices1d(
        kernelSize: Extent, stride: Extent? = nil, padding: Extent = 0, dilation: Extent = 1, ceilMode: Bool = false
    ) throws(TensorError) -> (values: Tensor, indices: Tensor) {
        let (values, indices) = try maxPooled(.max1d, kernelSize, stride, padding, dilation, ceilMode, indices: true)
        return (values, indices!)
    }

    /// `maxPooled2d`, and the position of each largest element in its flattened image.
    public func maxPooledWithIndices2d(
        kernelSize: Extent, stride: Extent? = nil, padding: Extent = 0, dilation: Extent = 1, ceilMode: Bool = false
    ) throws(TensorError) -> (values: Tensor, indices: Tensor) {
        let (values, indices) = try maxPooled(.max2d, kernelSize, stride, padding, dilation, ceilMode, indices: true)
        return (values, indices!)
    }

    /// `maxPooled3d`, and the position of each largest element in its flattened volume.
    public func maxPooledWithIndices3d(
        kernelSize: Extent, stride: Extent? = nil, padding: Extent = 0, dilation: Extent = 1, ceilMode: Bool = false
    ) throws(TensorError) -> (values: Tensor, indices: Tensor) {
        let (values, indices) = try maxPooled(.max3d, kernelSize, stride, padding, dilation, ceilMode, indices: true)
        return (values, indices!)
    }

    private func maxPooled(
        _ windows: PoolingWindows, _ kernelSize: Extent, _ stride: Extent?, _ padding: Extent, _ dilation: Extent,
        _ ceilMode: Bool, indices: Bool
    ) throws(TensorError) -> (values: Tensor, indices: Tensor?) {
        let regular = try windows.regular(self, kernelSize, stride, padding, dilation, ceilMode: ceilMode)
        if dtype == .bool { throw notImplemented(windows.operation) }
        var tables: [WindowTable] = []
        for one in regular { tables.append(try WindowTable(one, operation: windows.operation)) }
        return try largest(
            windows, tables, indices: indices, formula: "MaxPool\(windows.dimensions)DWithIndicesBackward0")
    }

    // MARK: Windows by the output's size

    /// The largest element of each of `outputSize` windows of about equal size that cover the last dimension: [N, C, L] or
    /// [C, L].
    ///
    /// - Throws: for a negative size, and for other than floating-point dtypes.
    public func adaptiveMaxPooled1d(_ outputSize: Extent) throws(TensorError) -> Tensor {
        try adaptiveMaxPooled(.adaptiveMax1d, outputSize, indices: false).values
    }

    /// The largest element of each window of the last two dimensions; see `adaptiveMaxPooled1d`.
    public func adaptiveMaxPooled2d(_ outputSize: Extent) throws(TensorError) -> Tensor {
        try adaptiveMaxPooled(.adaptiveMax2d, outputSize, indices: false).values
    }

    /// The largest element of each window of the last three dimensions; see `adaptiveMaxPooled1d`.
    public func adaptiveMaxPooled3d(_ outputSize: Extent) throws(TensorError) -> Tensor {
        try adaptiveMaxPooled(.adaptiveMax3d, outputSize, indices: false).values
    }

    /// `adaptiveMaxPooled1d`, and the position of each largest element along the last dimension.
    public func adaptiveMaxPooledWithIndices1d(_ outputSize: Extent) throws(TensorError) -> (values: Tensor, indices: Tensor) {
        let (values, indices) = try adaptiveMaxPooled(.adaptiveMax1d, outputSize, indices: true)
        return (values, indices!)
    }

    /// `adaptiveMaxPooled2d`, and the position of each largest element in its flattened image.
    public func adaptiveMaxPooledWithIndices2d(_ outputSize: Extent) throws(TensorError) -> (values: Tensor, indices: Tensor) {
        let (values, indices) = try adaptiveMaxPooled(.adaptiveMax2d, outputSize, indices: true)
        return (values, indices!)
    }

    /// `adaptiveMaxPooled3d`, and the position of each largest element in its flattened volume.
    public func adaptiveMaxPooledWithIndices3d(_ outputSize: Extent) throws(TensorError) -> (values: Tensor, indices: Tensor) {
        let (values, indices) = try adaptiveMaxPooled(.adaptiveMax3d, outputSize, indices: true)
        return (values, indices!)
    }

    private func adaptiveMaxPooled(
        _ windows: PoolingWindows, _ outputSize: Extent, indices: Bool
    ) throws(TensorError) -> (values: Tensor, indices: Tensor?) {
        try windows.check(self)
        let output = try windows.outputSizes(outputSize)
        if !dtype.isFloatingPoint { throw notImplemented(windows.operation) }
        var tables: [WindowTable] = []
        for (i, size) in output.enumerated() {
            let input = sizes[rank - windows.dimensions + i]
            tables.append(try WindowTable(input: input, output: size, operation: windows.operation) { adaptiveWindow($0, size, input) })
        }
        return try largest(
            windows, tables, indices: indices, formula: "AdaptiveMaxPool\(windows.dimensions)DBackward0")
    }

    // MARK: The kernel's call

    /// The largest element of each window of the last dimensions, and where it stands, if that is asked for.
    private func largest(
        _ windows: PoolingWindows, _ tables: [WindowTable], indices: Bool, formula: String
    ) throws(TensorError) -> (values: Tensor, indices: Tensor?) {
        let shape = windows.shape(self, tables.map { $0.start.count })
        let wide = try Tensor(uninitialized: shape, dtype.computeType, operation: windows.operation)
        let places = indices || isRecorded ? try Tensor(uninitialized: shape, .int64, operation: windows.operation) : nil
        if wide.count > 0 {
            let source = try withoutHistory().converted(to: wide.dtype)
            try (source.isContiguous ? source : source.copied()).findLargest(
                tables, planes: nil, into: wide, places, windows.operation)
        }
        let values = try wide.converted(to: dtype)
        if isRecorded, let places {
            values.node = MaxPoolBackward(try gradientEdge(), sizes, windows.dimensions, Saved(places), formula)
        }
        return (values, indices ? places : nil)
    }

    /// Runs the kernel on this contiguous tensor, or on one volume of it, for one table each of its last dimensions.
    func findLargest(
        _ tables: [WindowTable], planes: Range<Int>?, into values: Tensor, _ places: Tensor?, _ operation: StaticString
    ) throws(TensorError) {
        let single = try WindowTable(input: 1, output: 1, operation: operation) { _ in (0, 1) }
        let all = Array(repeating: single, count: 3 - tables.count) + tables
        let last = all[2].regular
        var windows = ck_pooling_windows(
            in: (Int64(all[0].input), Int64(all[1].input), Int64(all[2].input)),
            out: (Int64(all[0].start.count), Int64(all[1].start.count), Int64(all[2].start.count)),
            step: (Int64(all[0].step), Int64(all[1].step), Int64(all[2].step)),
            start: (UnsafePointer(all[0].start.integers), UnsafePointer(all[1].start.integers), UnsafePointer(all[2].start.integers)),
            count: (UnsafePointer(all[0].count.integers), UnsafePointer(all[1].count.integers), UnsafePointer(all[2].count.integers)),
            stride: Int64(last?.stride ?? 0), pad: Int64(last?.padding ?? 0), taps: Int64(last?.kernel ?? 0))
        let input = all.reduce(1) { $0 * $1.input }, output = all.reduce(1) { $0 * $1.start.count }
        let range = planes ?? 0..<count / input
        withExtendedLifetime(all) {
            ck_max_pool(
                dtype.kernel, Int64(range.count), &windows, data + range.lowerBound * input * dtype.size,
                values.data + range.lowerBound * output * dtype.size, places.map { $0.integers + range.lowerBound * output })
        }
    }
}

extension PoolingWindows {
    fileprivate static var max1d: PoolingWindows { PoolingWindows(operation: "max_pool1d", dimensions: 1) }
    fileprivate static var max2d: PoolingWindows { PoolingWindows(operation: "max_pool2d", dimensions: 2) }
    fileprivate static var max3d: PoolingWindows { PoolingWindows(operation: "max_pool3d", dimensions: 3) }
    fileprivate static var adaptiveMax1d: PoolingWindows { PoolingWindows(operation: "adaptive_max_pool1d", dimensions: 1) }
    fileprivate static var adaptiveMax2d: PoolingWindows { PoolingWindows(operation: "adaptive_max_pool2d", dimensions: 2) }
    fileprivate static var adaptiveMax3d: PoolingWindows { PoolingWindows(operation: "adaptive_max_pool3d", dimensions: 3) }
}

/// Each window hands its gradient to the element that it took.
final class MaxPoolBackward: Node {
    private let sizes: Dims, dimensions: Int, label: String
    private var places: Saved

    init(_ edge: Edge, _ sizes: Dims, _ dimensions: Int, _ places: Saved, _ label: String) {
        self.sizes = sizes
        self.dimensions = dimensions
        self.places = places
        self.label = label
        super.init(edge)
    }

    override var name: String { label }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let chosen = try places.value(for: self)
        let full = try Tensor.filled(sizes.flattened(last: dimensions), g.dtype, 0)
        if g.count > 0 {
            try full.scatterAddInPlace(
                1, chosen.reshaped(chosen.sizes.flattened(last: dimensions)), g.reshaped(g.sizes.flattened(last: dimensions)))
        }
        try engine.send(try full.reshaped(sizes), to: edges.0)
    }

    override func releaseSaved() { places.release() }
}

extension Dims {
    /// Two dimensions: all but the last ones, and those.
    func flattened(last dimensions: Int) -> Dims {
        var planes = 1, plane = 1
        for i in 0..<count - dimensions { planes *= self[i] }
        for i in count - dimensions..<count { plane *= self[i] }
        return [planes, plane]
    }
}
