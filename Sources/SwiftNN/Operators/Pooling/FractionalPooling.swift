// The largest element of windows whose places are drawn at random (Graham 2014).

extension Tensor {
    /// The largest element of each window of the last two dimensions, where windows of one size lie at random distances, so
    /// that the output has the size that is asked for: [N, C, H, W] or [C, H, W].
    ///
    /// - Parameters:
    ///   - kernelSize: of a window.
    ///   - outputSize: nil where `outputRatio` is given.
    ///   - outputRatio: the output's sizes as fractions of the input's.
    ///   - samples: numbers from [0, 1) instead of random ones, [N, C, 2], or [1, C, 2] without a batch.
    ///   - generator: of the random numbers.
    /// - Returns: the elements, and their positions in the flattened image.
    /// - Throws: for windows that do not fit, and where neither size nor ratio is given.
    public func fractionalMaxPooled2d(
        kernelSize: Extent, outputSize: Extent? = nil, outputRatio: [Double]? = nil, samples: Tensor? = nil,
        generator: Generator = .shared
    ) throws(TensorError) -> (values: Tensor, indices: Tensor) {
        try fractionalMaxPooled(
            PoolingWindows(operation: "fractional_max_pool2d", dimensions: 2), kernelSize, outputSize, outputRatio, samples, generator)
    }

    /// The largest element of each window of the last three dimensions; see `fractionalMaxPooled2d`.
    public func fractionalMaxPooled3d(
        kernelSize: Extent, outputSize: Extent? = nil, outputRatio: [Double]? = nil, samples: Tensor? = nil,
        generator: Generator = .shared
    ) throws(TensorError) -> (values: Tensor, indices: Tensor) {
        try fractionalMaxPooled(
            PoolingWindows(operation: "fractional_max_pool3d", dimensions: 3), kernelSize, outputSize, outputRatio, samples, generator)
    }

    private func fractionalMaxPooled(
        _ windows: PoolingWindows, _ kernelSize: Extent, _ outputSize: Extent?, _ outputRatio: [Double]?, _ given: Tensor?,
        _ generator: Generator
    ) throws(TensorError) -> (values: Tensor, indices: Tensor) {
        let (operation, dimensions) = (windows.operation, windows.dimensions)
        try windows.check(self)
        let kernel = try windows.resolved(kernelSize, "kernel_size", atLeast: 1)
        let input = (0..<dimensions).map { sizes[rank - dimensions + $0] }
        let output: [Int]
        if let outputSize {
            output = try windows.outputSizes(outputSize)
        } else if let outputRatio {
            if outputRatio.count != dimensions {
                throw TensorError(.runtime, operation.description, "output_ratio must be one number or \(dimensions), got \(outputRatio.count)")
            }
            var sizes: [Int] = []
            for (size, ratio) in zip(input, outputRatio) {
                if !(ratio > 0 && ratio < 1) {
                    throw TensorError(.value, operation.description, "output_ratio must be between 0 and 1, got \(ratio)")
                }
                sizes.append(Int(Double(size) * ratio))
            }
            output = sizes
        } else {
            throw TensorError(.value, operation.description, "requires specifying either an output_size or an output_ratio")
        }
        if !dtype.isFloatingPoint { throw notImplemented(operation) }
        for i in 0..<dimensions where output[i] + kernel[i] - 1 > input[i] {
            throw TensorError(.runtime, operation.description,
                "pool size \(kernel[i]) too large relative to input size \(input[i]) for an output of size \(output[i])")
        }
        let expected: Dims = [rank == dimensions + 1 ? 1 : sizes[0], sizes[rank - dimensions - 1], dimensions]
        let samples: Tensor
        if let given {
            try given.requireInitialized(operation)
            if given.dtype != dtype {
                throw TensorError(.runtime, operation.description, "expected _random_samples to have the same dtype as input, got \(given.dtype) and \(dtype)")
            }
            if given.sizes != expected {
                throw TensorError(.runtime, operation.description, "expected _random_samples of shape \(expected), got \(given.sizes)")
            }
            samples = given
        } else {
            samples = try Tensor(uninitialized: expected, dtype, operation: operation)
            try samples.uniformInPlace(generator: generator)
        }
        let shape = windows.shape(self, output)
        let wide = try Tensor(uninitialized: shape, dtype.computeType, operation: operation)
        let places = try Tensor(uninitialized: shape, .int64, operation: operation)
        if wide.count > 0 {
            let converted = try withoutHistory().converted(to: wide.dtype)
            let source = converted.isContiguous ? converted : try converted.copied()
            let copy = try samples.withoutHistory().converted(to: .float64).copied()
            let numbers = copy.data.assumingMemoryBound(to: Double.self)
            defer { withExtendedLifetime(copy) {} }
            let isDouble = dtype == .float64
            for plane in 0..<expected[0] * expected[1] {
                var tables: [WindowTable] = []
                for i in 0..<dimensions {
                    // In two dimensions the first number is for the width.
                    let sample = numbers[plane * dimensions + (dimensions == 2 ? 1 - i : i)]
                    tables.append(try WindowTable(input: input[i], output: output[i], operation: operation) {
                        (fractionalStart($0, sample, input[i] - kernel[i], output[i], isDouble), kernel[i])
                    })
                }
                try source.findLargest(tables, planes: plane..<plane + 1, into: wide, places, operation)
            }
        }
        let values = try wide.converted(to: dtype)
        if isRecorded {
            values.node = MaxPoolBackward(
                try gradientEdge(), sizes, dimensions, Saved(places), "FractionalMaxPool\(dimensions)DBackward0")
        }
        return (values, places)
    }
}

/// Where window `j` begins, between 0 and `last`, by PyTorch's formula and in its precision.
private func fractionalStart(_ j: Int, _ sample: Double, _ last: Int, _ output: Int, _ isDouble: Bool) -> Int {
    if j == output - 1 { return last }
    func position<Number: BinaryFloatingPoint>(_ sample: Number) -> Int {
        let step = Number(last) / Number(output - 1)
        let place = ((Number(j) + sample) * step).rounded(.towardZero) - (sample * step).rounded(.towardZero)
        // Numbers of the user's may be anything.
        return place > 0 ? (place < Number(last) ? Int(place) : last) : 0
    }
    return isDouble ? position(sample) : position(Float(sample))
}
