// The mean of each window.

extension Tensor {
    // MARK: Windows of a kernel

    /// The mean of each window along the last dimension: [N, C, L] or [C, L].
    ///
    /// - Parameters:
    ///   - kernelSize: how many elements a window has.
    ///   - stride: the distance of the windows; by default the kernel's size.
    ///   - padding: how many zeros stand before the first element and after the last one; at most half of the kernel.
    ///   - ceilMode: whether there is a window for a rest that does not fill one.
    ///   - countsPadding: whether the zeros count as elements.
    /// - Throws: where no window fits, and for other dtypes than floating point and int64.
    public func averagePooled1d(
        kernelSize: Extent, stride: Extent? = nil, padding: Extent = 0, ceilMode: Bool = false, countsPadding: Bool = true
    ) throws(TensorError) -> Tensor {
        try averagePooled(.average1d, kernelSize, stride, padding, ceilMode, countsPadding, nil)
    }

    /// The mean of each window of the last two dimensions; see `averagePooled1d`.
    ///
    /// - Parameter divisor: by which the sum of a window is divided, whatever its size.
    public func averagePooled2d(
        kernelSize: Extent, stride: Extent? = nil, padding: Extent = 0, ceilMode: Bool = false, countsPadding: Bool = true,
        divisor: Int? = nil
    ) throws(TensorError) -> Tensor {
        try averagePooled(.average2d, kernelSize, stride, padding, ceilMode, countsPadding, divisor)
    }

    /// The mean of each window of the last three dimensions; see `averagePooled2d`.
    public func averagePooled3d(
        kernelSize: Extent, stride: Extent? = nil, padding: Extent = 0, ceilMode: Bool = false, countsPadding: Bool = true,
        divisor: Int? = nil
    ) throws(TensorError) -> Tensor {
        try averagePooled(.average3d, kernelSize, stride, padding, ceilMode, countsPadding, divisor)
    }

    private func averagePooled(
        _ windows: PoolingWindows, _ kernelSize: Extent, _ stride: Extent?, _ padding: Extent, _ ceilMode: Bool,
        _ countsPadding: Bool, _ divisor: Int?
    ) throws(TensorError) -> Tensor {
        let regular = try windows.regular(self, kernelSize, stride, padding, 1, ceilMode: ceilMode)
        if windows.dimensions == 3, let small = regular.first(where: { $0.input < $0.kernel }) {
            throw TensorError(.runtime, windows.operation.description,
                "input of size \(small.input) is smaller than the kernel's size \(small.kernel)")
        }
        if divisor == 0 { throw TensorError(.runtime, windows.operation.description, "divisor must be not zero") }
        if !dtype.isFloatingPoint && dtype != .int64 { throw notImplemented(windows.operation) }
        var (taps, counts): ([Taps], [Tensor]) = ([], [])
        for one in regular {
            let table = try WindowTable(one, operation: windows.operation)
            taps.append(Taps(inputSize: one.input, start: table.start, count: table.count))
            if countsPadding {
                counts.append(try WindowTable(input: one.input, output: one.output, operation: windows.operation) {
                    (0, one.paddedCount($0))
                }.count)
            } else {
                counts.append(table.count)
            }
        }
        let type = dtype.computeType
        let number: Tensor
        if let divisor { number = try divisor.asTensor().converted(to: type) } else { number = try windows.volumes(counts, type) }
        return try windows.means(taps, divisor: number, formula: "Avg")(self)
    }

    // MARK: Windows by the output's size

    /// The mean of each of `outputSize` windows of about equal size that cover the last dimension: [N, C, L] or [C, L].
    ///
    /// - Throws: for a negative size, and for other than floating-point dtypes.
    public func adaptiveAveragePooled1d(_ outputSize: Extent) throws(TensorError) -> Tensor {
        try adaptiveAveragePooled(.adaptiveAverage1d, outputSize)
    }

    /// The mean of each window of the last two dimensions; see `adaptiveAveragePooled1d`.
    public func adaptiveAveragePooled2d(_ outputSize: Extent) throws(TensorError) -> Tensor {
        try adaptiveAveragePooled(.adaptiveAverage2d, outputSize)
    }

    /// The mean of each window of the last three dimensions; see `adaptiveAveragePooled1d`.
    public func adaptiveAveragePooled3d(_ outputSize: Extent) throws(TensorError) -> Tensor {
        try adaptiveAveragePooled(.adaptiveAverage3d, outputSize)
    }

    func adaptiveAveragePooled(_ windows: PoolingWindows, _ outputSize: Extent) throws(TensorError) -> Tensor {
        try windows.check(self, channelsMayBeEmpty: true)
        let output = try windows.outputSizes(outputSize)
        if !dtype.isFloatingPoint { throw notImplemented(windows.operation) }
        var taps: [Taps] = []
        for (i, size) in output.enumerated() {
            let input = sizes[rank - windows.dimensions + i]
            let table = try WindowTable(input: input, output: size, operation: windows.operation) { adaptiveWindow($0, size, input) }
            taps.append(Taps(inputSize: input, start: table.start, count: table.count))
        }
        let divisor = try windows.volumes(taps.map { $0.count }, dtype.computeType)
        return try windows.means(taps, divisor: divisor, formula: "AdaptiveAvg")(self)
    }

    // MARK: Power means

    /// (Σ xᵖ)^(1/p) of each window along the last dimension: [N, C, L] or [C, L].
    ///
    /// - Parameters:
    ///   - p: not 0. Integers are taken as numbers of the default floating dtype.
    ///   - kernelSize: how many elements a window has.
    ///   - stride: the distance of the windows; by default the kernel's size.
    ///   - ceilMode: whether there is a window for a rest that does not fill one.
    public func powerPooled1d(
        _ p: Double, kernelSize: Extent, stride: Extent? = nil, ceilMode: Bool = false
    ) throws(TensorError) -> Tensor {
        try powerPooled(PoolingWindows(operation: "lp_pool1d", dimensions: 1), p, kernelSize, stride, ceilMode)
    }

    /// (Σ xᵖ)^(1/p) of each window of the last two dimensions; see `powerPooled1d`.
    public func powerPooled2d(
        _ p: Double, kernelSize: Extent, stride: Extent? = nil, ceilMode: Bool = false
    ) throws(TensorError) -> Tensor {
        try powerPooled(PoolingWindows(operation: "lp_pool2d", dimensions: 2), p, kernelSize, stride, ceilMode)
    }

    /// (Σ xᵖ)^(1/p) of each window of the last three dimensions; see `powerPooled1d`.
    public func powerPooled3d(
        _ p: Double, kernelSize: Extent, stride: Extent? = nil, ceilMode: Bool = false
    ) throws(TensorError) -> Tensor {
        try powerPooled(PoolingWindows(operation: "lp_pool3d", dimensions: 3), p, kernelSize, stride, ceilMode)
    }

    private func powerPooled(
        _ windows: PoolingWindows, _ p: Double, _ kernelSize: Extent, _ stride: Extent?, _ ceilMode: Bool
    ) throws(TensorError) -> Tensor {
        try requireInitialized(windows.operation)
        if p == 0 { throw TensorError(.value, windows.operation.description, "norm_type must not be 0") }
        if !dtype.isFloatingPoint { return try to(.standard).powerPooled(windows, p, kernelSize, stride, ceilMode) }
        var volume = 1.0
        for size in try windows.resolved(kernelSize, "kernel_size", atLeast: 1) { volume *= Double(size) }
        if dtype.isReducedPrecision {
            return try to(.float32).powerPooled(windows, p, kernelSize, stride, ceilMode).to(dtype)
        }
        let mean = try raised(to: p.asTensor()).averagePooled(windows, kernelSize, stride, 0, ceilMode, true, nil)
        return try (mean.sign() * mean.absoluteValue().relu() * volume).raised(to: (1 / p).asTensor())
    }
}

extension PoolingWindows {
    fileprivate static var average1d: PoolingWindows { PoolingWindows(operation: "avg_pool1d", dimensions: 1) }
    fileprivate static var average2d: PoolingWindows { PoolingWindows(operation: "avg_pool2d", dimensions: 2) }
    fileprivate static var average3d: PoolingWindows { PoolingWindows(operation: "avg_pool3d", dimensions: 3) }
    fileprivate static var adaptiveAverage1d: PoolingWindows { PoolingWindows(operation: "adaptive_avg_pool1d", dimensions: 1) }
    fileprivate static var adaptiveAverage2d: PoolingWindows { PoolingWindows(operation: "adaptive_avg_pool2d", dimensions: 2) }
    fileprivate static var adaptiveAverage3d: PoolingWindows { PoolingWindows(operation: "adaptive_avg_pool3d", dimensions: 3) }

    fileprivate func means(_ taps: [Taps], divisor: Tensor, formula: String) -> SeparableMap {
        SeparableMap(taps, divisor: divisor, operation, formula: "\(formula)Pool\(dimensions)DBackward0")
    }

    /// How many elements each window has, from the counts along each dimension: one number where all have the same.
    fileprivate func volumes(_ counts: [Tensor], _ type: DType) throws(TensorError) -> Tensor {
        var volume = 1.0
        let isUniform = counts.allSatisfy { one in
            if one.count == 0 { return true }
            let numbers = one.integers
            volume *= Double(numbers[0])
            return (0..<one.count).allSatisfy { numbers[$0] == numbers[0] }
        }
        if isUniform { return try volume.asTensor().converted(to: type) }
        var result = try Tensor.filled([], type, 1)
        for (i, one) in counts.enumerated() {
            var shape = Dims(repeating: 1, count: dimensions)
            shape[i] = one.count
            result = try result * one.converted(to: type).reshaped(shape)
        }
        return result
    }
}
