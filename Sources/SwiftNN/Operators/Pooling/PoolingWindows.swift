import CKernels

/// The windows of pooling along one dimension: those of a kernel that moves on by a stride.
struct KernelWindows {
    let input: Int, output: Int
    let kernel: Int, stride: Int, padding: Int, dilation: Int

    /// The part of window `j` that is inside.
    func run(_ j: Int) -> (start: Int, count: Int) {
        let begin = j * stride - padding
        let skipped = begin < 0 ? (-begin + dilation - 1) / dilation : 0
        let last = Swift.min(kernel - 1, (input - 1 - begin) / dilation)
        if last < skipped { return (Swift.min(Swift.max(begin, 0), input - 1), 0) }
        return (begin + skipped * dilation, last - skipped + 1)
    }

    /// How many elements window `j` has with those of the padding.
    func paddedCount(_ j: Int) -> Int {
        let begin = j * stride - padding
        return Swift.min(begin + kernel, input + padding) - begin
    }
}

/// The windows of a pooling operator.
struct PoolingWindows {
    /// "max_pool2d", for errors and names.
    let operation: StaticString
    /// How many dimensions the windows have.
    let dimensions: Int

    /// Checks that `x` is [N, C, …] or [C, …], and that only the batch is empty.
    func check(_ x: Tensor, channelsMayBeEmpty: Bool = false) throws(TensorError) {
        try x.requireInitialized(operation)
        if x.rank != dimensions + 1 && x.rank != dimensions + 2 {
            throw TensorError(.runtime, operation.description,
                "expected \(dimensions + 1)D or \(dimensions + 2)D (batch mode) input, got shape \(x.sizes)")
        }
        let channels = x.rank - dimensions - 1
        for i in (channelsMayBeEmpty ? channels + 1 : channels)..<x.rank where x.sizes[i] == 0 {
            throw TensorError(.runtime, operation.description,
                "expected non-zero sizes but for the batch, got shape \(x.sizes) with dimension \(i) being empty")
        }
    }

    /// One number for each dimension of the windows, each at least `least` and small enough to be reckoned with.
    func resolved(_ extent: Extent, _ name: String, atLeast least: Int) throws(TensorError) -> [Int] {
        let values = try extent.resolved(dimensions, name, operation: operation.description)
        for value in values where value < least || value > Int(Int32.max) {
            throw TensorError(.runtime, operation.description,
                "\(name) should be \(least == 0 ? "non-negative" : "greater than zero") and fit into 32 bits, got \(value)")
        }
        return values
    }

    /// The windows along each of the last dimensions of `x`.
    func regular(
        _ x: Tensor, _ kernelSize: Extent, _ stride: Extent?, _ padding: Extent, _ dilation: Extent, ceilMode: Bool
    ) throws(TensorError) -> [KernelWindows] {
        let kernel = try resolved(kernelSize, "kernel_size", atLeast: 1)
        let strides = try stride.map { (stride) throws(TensorError) in try resolved(stride, "stride", atLeast: 1) } ?? kernel
        let paddings = try resolved(padding, "padding", atLeast: 0)
        let dilations = try resolved(dilation, "dilation", atLeast: 1)
        try check(x)
        var windows: [KernelWindows] = []
        for i in 0..<dimensions {
            // Below 2^62, as the factors are below 2^31.
            let reach = dilations[i] * (kernel[i] - 1) + 1
            if paddings[i] > reach / 2 {
                throw TensorError(.runtime, operation.description,
                    "padding should be at most half of effective kernel size, but got padding=\(paddings[i]), "
                        + "kernel_size=\(kernel[i]) and dilation=\(dilations[i])")
            }
            let input = x.sizes[x.rank - dimensions + i]
            let room = input + 2 * paddings[i] - reach + (ceilMode ? strides[i] - 1 : 0)
            var output = room < 0 ? 0 : room / strides[i] + 1
            // No window begins in the padding behind.
            if ceilMode && (output - 1) * strides[i] >= input + paddings[i] { output -= 1 }
            if output < 1 {
                throw TensorError(.runtime, operation.description,
                    "output size is too small: no window of \(kernel[i]) elements, dilation \(dilations[i]), fits into size \(input) "
                        + "with padding \(paddings[i])")
            }
            windows.append(KernelWindows(
                input: input, output: output, kernel: kernel[i], stride: strides[i], padding: paddings[i], dilation: dilations[i]))
        }
        return windows
    }

    /// The sizes of an adaptive operator's output.
    func outputSizes(_ extent: Extent) throws(TensorError) -> [Int] {
        let values = try extent.resolved(dimensions, "output_size", operation: operation.description)
        for value in values where value < 0 {
            throw TensorError(.runtime, operation.description, "elements of output_size must be greater than or equal to 0 but received \(values)")
        }
        return values
    }

    /// The shape of `x` with other sizes in the last dimensions.
    func shape(_ x: Tensor, _ output: [Int]) -> Dims {
        var shape = x.sizes
        for i in 0..<dimensions { shape[x.rank - dimensions + i] = output[i] }
        return shape
    }
}

/// The window at `j` of `output` of about equal size that cover `input` elements.
func adaptiveWindow(_ j: Int, _ output: Int, _ input: Int) -> (start: Int, count: Int) {
    func position(_ j: Int) -> (quotient: Int, remainder: Int) { output.dividingFullWidth(j.multipliedFullWidth(by: input)) }
    let (start, end) = (position(j).quotient, position(j + 1))
    return (start, end.quotient + (end.remainder > 0 ? 1 : 0) - start)
}

/// Windows along one dimension as the kernels take them.
struct WindowTable {
    let input: Int
    /// int64, for each window: where it begins, and how many elements it has.
    let start: Tensor, count: Tensor
    /// The distance of a window's elements.
    var step = 1
    /// Where windows come at a distance: that, what they begin before the first element, and how many elements they have.
    var regular: (stride: Int, padding: Int, kernel: Int)?

    init(input: Int, output: Int, operation: StaticString, _ run: (Int) -> (start: Int, count: Int)) throws(TensorError) {
        self.input = input
        start = try Tensor(uninitialized: [output], .int64, operation: operation)
        count = try Tensor(uninitialized: [output], .int64, operation: operation)
        let (starts, counts) = (start.integers, count.integers)
        for j in 0..<output {
            let window = run(j)
            (starts[j], counts[j]) = (Int64(window.start), Int64(window.count))
        }
    }

    init(_ windows: KernelWindows, operation: StaticString) throws(TensorError) {
        try self.init(input: windows.input, output: windows.output, operation: operation, windows.run)
        step = windows.dilation
        regular = (windows.stride, windows.padding, windows.kernel)
    }
}
