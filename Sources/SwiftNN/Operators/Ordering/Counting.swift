import CKernels

// Counting elements by their value: how often each integer occurs, and how many elements fall between the edges of bins.

extension Tensor {
    /// How often each integer from 0 to the largest element occurs, or the sum of the weights of its occurrences.
    ///
    /// - Parameters:
    ///   - weights: one for each element; float32 gives float32, other dtypes float64.
    ///   - minimumLength: of the result, which has zeros for what does not occur.
    /// - Throws: for other inputs than integers from 0 in one dimension.
    public func bincount(weights: Tensor? = nil, minimumLength: Int = 0) throws(TensorError) -> Tensor {
        try requireInitialized("bincount")
        try weights?.requireInitialized("bincount")
        if !dtype.isInteger { throw notImplemented("bincount") }
        if minimumLength < 0 { throw TensorError(.runtime, "bincount", "minlength must be at least 0, got \(minimumLength)") }
        if rank != 1 {
            throw TensorError(.runtime, "bincount", "only 1-d non-negative integral inputs are supported, got shape \(sizes)")
        }
        if let weights, weights.sizes != sizes {
            throw TensorError(.runtime, "bincount",
                "weights must be 1-d and have the same length as the input: \(weights.sizes) and \(sizes)")
        }
        let source = try converted(to: .int64)
        let numbers = source.isContiguous ? source : try source.copied()
        let values = numbers.data.assumingMemoryBound(to: Int64.self)
        var largest = Int64(-1)
        for i in 0..<count {
            if values[i] < 0 {
                throw TensorError(.runtime, "bincount", "only 1-d non-negative integral inputs are supported, got \(values[i])")
            }
            largest = Swift.max(largest, values[i])
        }
        if largest == .max {
            throw TensorError(.runtime, "bincount", "the largest element must be below \(Int64.max)")
        }
        let shape: Dims = [Swift.max(Int(largest) + 1, minimumLength)]
        _ = try checkedCount(shape, .int64, operation: "bincount")
        guard let weights, count > 0 else {
            let result = try Tensor.filled(shape, .int64, 0)
            let counts = result.data.assumingMemoryBound(to: Int64.self)
            for i in 0..<count { counts[Int(values[i])] += 1 }
            return result
        }
        let target: DType = weights.dtype == .float32 ? .float32 : .float64
        let result = try Tensor.filled(shape, target, 0)
        let factors = try weights.withoutHistory().converted(to: target).contiguous()
        func add<Element: BinaryFloatingPoint>(_ type: Element.Type) {
            let sums = result.data.assumingMemoryBound(to: Element.self), parts = factors.data.assumingMemoryBound(to: Element.self)
            for i in 0..<count { sums[Int(values[i])] += parts[i] }
        }
        if target == .float32 { add(Float.self) } else { add(Double.self) }
        return result
    }

    /// How many elements fall into each of `bins` bins of equal width, in the dtype of the input.
    ///
    /// Elements outside of the range do not count; the last bin has its upper edge too.
    ///
    /// - Parameters:
    ///   - min: the lower end of the range. Where the ends are equal, the smallest and largest element are taken.
    ///   - max: the upper end of the range.
    /// - Throws: for no bins, integers, and a range that is not finite.
    public func histogramCounts(_ bins: Int = 100, min: Double = 0, max: Double = 0) throws(TensorError) -> Tensor {
        try requireInitialized("histc")
        if !dtype.isFloatingPoint { throw notImplemented("histc") }
        try Histogram.check(bins: bins, dimension: 0, "histc")
        var (low, high) = (min, max)
        let values = try withoutHistory().converted(to: dtype.computeType).contiguous()
        if low == high && count > 0 { (low, high) = try values.limits() }
        if !(low.isFinite && high.isFinite) {
            throw TensorError(.runtime, "histc", "range of [\(low), \(high)] is not finite")
        }
        if low > high { throw TensorError(.runtime, "histc", "max must be larger than min, got [\(low), \(high)]") }
        if low == high { (low, high) = (low - 1, high + 1) }
        let shape: Dims = [bins]
        _ = try checkedCount(shape, .float64, operation: "histc")
        let counts = try Tensor.filled(shape, .float64, 0)
        if values.dtype == .float32 {
            try Histogram.count(Float.self, values, [.even(low, high, bins)], nil, into: counts)
        } else {
            try Histogram.count(Double.self, values, [.even(low, high, bins)], nil, into: counts)
        }
        return try counts.converted(to: dtype)
    }

    /// How many elements fall into each of `bins` bins of equal width, and the edges of the bins.
    ///
    /// - Parameters:
    ///   - range: the outer edges; nil for the smallest and the largest element.
    ///   - weight: what each element counts, in the shape and dtype of the input.
    ///   - density: whether to divide by the sum and the bins' widths, so that the integral is 1.
    /// - Throws: for no bins, integers, and a range that is not finite.
    public func histogram(
        _ bins: Int = 100, range: (Double, Double)? = nil, weight: Tensor? = nil, density: Bool = false
    ) throws(TensorError) -> (hist: Tensor, binEdges: Tensor) {
        let result = try flatColumn().multidimensional(
            .numbers([bins]), range.map { [$0.0, $0.1] }, try flatWeight(weight, "histogram"), density, "histogram")
        return (result.hist, result.binEdges[0])
    }

    /// How many elements fall into each of the bins between ascending edges, and the edges.
    ///
    /// - Parameters:
    ///   - edges: of one dimension, in the dtype of the input.
    ///   - weight: what each element counts, in the shape and dtype of the input.
    ///   - density: whether to divide by the sum and the bins' widths, so that the integral is 1.
    public func histogram(
        edges: Tensor, weight: Tensor? = nil, density: Bool = false
    ) throws(TensorError) -> (hist: Tensor, binEdges: Tensor) {
        let result = try flatColumn().multidimensional(
            .edges([edges]), nil, try flatWeight(weight, "histogram"), density, "histogram")
        return (result.hist, result.binEdges[0])
    }

    /// How many points fall into each box of a grid. The last dimension has the coordinates of a point.
    ///
    /// - Parameters:
    ///   - bins: how many for each coordinate.
    ///   - range: the outer edges, two for each coordinate; nil for the smallest and the largest.
    ///   - weight: what each point counts, in the shape of the input but for the last dimension.
    ///   - density: whether to divide by the sum and the boxes' volumes, so that the integral is 1.
    public func histogramMultidimensional(
        _ bins: [Int], range: [Double]? = nil, weight: Tensor? = nil, density: Bool = false
    ) throws(TensorError) -> (hist: Tensor, binEdges: [Tensor]) {
        try multidimensional(.numbers(bins), range, weight, density, "histogramdd")
    }

    /// Likewise between given edges.
    ///
    /// - Parameter edges: for each coordinate, ascending, in the dtype of the input.
    public func histogramMultidimensional(
        edges: [Tensor], weight: Tensor? = nil, density: Bool = false
    ) throws(TensorError) -> (hist: Tensor, binEdges: [Tensor]) {
        try multidimensional(.edges(edges), nil, weight, density, "histogramdd")
    }

    /// The elements as points of one coordinate.
    private func flatColumn() throws(TensorError) -> Tensor {
        try requireInitialized("histogram")
        return try withoutHistory().reshaped([count, 1])
    }

    private func flatWeight(_ weight: Tensor?, _ operation: String) throws(TensorError) -> Tensor? {
        guard let weight else { return nil }
        try weight.requireInitialized("histogram")
        if weight.sizes != sizes {
            throw TensorError(.runtime, operation, "weight must have the shape of the input: \(weight.sizes) and \(sizes)")
        }
        return try weight.withoutHistory().reshaped([count])
    }

    private func multidimensional(
        _ bins: Histogram.Bins, _ range: [Double]?, _ weight: Tensor?, _ density: Bool, _ operation: StaticString
    ) throws(TensorError) -> (hist: Tensor, binEdges: [Tensor]) {
        try requireInitialized(operation)
        if !dtype.isFloatingPoint { throw notImplemented(operation) }
        if rank < 2 { throw TensorError(.runtime, operation.description, "expected at least 2 dimensions, got shape \(sizes)") }
        let coordinates = sizes[rank - 1]
        if let weight {
            try weight.requireInitialized(operation)
            var shape = sizes
            shape.removeLast()
            if weight.sizes != shape {
                throw TensorError(.runtime, operation.description,
                    "weight must have the shape of the input without its last dimension: \(weight.sizes) and \(sizes)")
            }
            if weight.dtype != dtype {
                throw TensorError(.runtime, operation.description, "weight must have the dtype of the input, \(dtype), got \(weight.dtype)")
            }
        }
        let points = try withoutHistory().converted(to: dtype.computeType).contiguous()
        let axes = try Histogram.axes(points, dtype, coordinates, bins, range, operation)
        let shape = try Dims(axes.map { $0.bins }, operation: operation.description)
        _ = try checkedCount(shape, .float64, operation: operation.description)
        let counts = try Tensor.filled(shape, .float64, 0)
        let weights = try weight?.withoutHistory().converted(to: points.dtype).contiguous()
        if points.dtype == .float32 {
            try Histogram.count(Float.self, points, axes, weights, into: counts)
        } else {
            try Histogram.count(Double.self, points, axes, weights, into: counts)
        }
        var result = counts
        if density {
            result = try result / result.sum()
            for (i, axis) in axes.enumerated() {
                let edges = try axis.edges.converted(to: .float64)
                let widths = try edges.sliced(0, from: 1) - edges.sliced(0, to: axis.bins)
                var column = Dims(repeating: 1, count: shape.count)
                column[i] = axis.bins
                result = try result / widths.reshaped(column)
            }
        }
        // In the dtype of the input, which holds them: those of a 16-bit type were only widened.
        var edges: [Tensor] = []
        for axis in axes { edges.append(try axis.edges.converted(to: dtype)) }
        return (try result.converted(to: dtype), edges)
    }

    /// The smallest and the largest element; not for no elements.
    fileprivate func limits() throws(TensorError) -> (Double, Double) {
        (try withoutHistory().amin().itemAsDouble(), try withoutHistory().amax().itemAsDouble())
    }
}

/// Bins, and how points are told to them.
enum Histogram {
    enum Bins {
        case numbers([Int])
        case edges([Tensor])
    }

    /// The bins of one coordinate.
    struct Axis {
        let bins: Int
        let low: Double, high: Double
        /// Contiguous, in the type that is computed in; of no elements where bins are found by their width alone.
        let edges: Tensor
        /// Whether the edges are as far from each other, so that the bin can be computed.
        let isEven: Bool

        static func even(_ low: Double, _ high: Double, _ bins: Int) throws(TensorError) -> Axis {
            Axis(bins: bins, low: low, high: high, edges: try Tensor.filled([0], .float64, 0), isEven: true)
        }
    }

    static func check(bins: Int, dimension: Int, _ operation: StaticString) throws(TensorError) {
        if bins <= 0 {
            throw TensorError(.runtime, operation.description, "bins must be > 0, but got \(bins) for dimension \(dimension)")
        }
    }

    static func axes(
        _ points: Tensor, _ dtype: DType, _ coordinates: Int, _ bins: Bins, _ range: [Double]?, _ operation: StaticString
    ) throws(TensorError) -> [Axis] {
        let name = operation.description
        switch bins {
        case .edges(let edges):
            if edges.count != coordinates {
                throw TensorError(.runtime, name, "expected edges for \(coordinates) coordinates, got \(edges.count)")
            }
            var axes: [Axis] = []
            for (i, edge) in edges.enumerated() {
                try edge.requireInitialized(operation)
                if edge.dtype != dtype {
                    throw TensorError(.runtime, name,
                        "input and bins must have the same dtype, got \(dtype) and \(edge.dtype) for dimension \(i)")
                }
                if edge.rank != 1 { throw TensorError(.runtime, name, "bins must be of one dimension, got shape \(edge.sizes) for dimension \(i)") }
                try check(bins: edge.count - 1, dimension: i, operation)
                let row = try edge.copied().converted(to: points.dtype)
                let numbers = try row.converted(to: .float64).array(of: Double.self)
                axes.append(Axis(bins: edge.count - 1, low: numbers[0], high: numbers[edge.count - 1], edges: row, isEven: false))
            }
            return axes
        case .numbers(let numbers):
            if numbers.count != coordinates {
                throw TensorError(.runtime, name, "expected the number of bins for \(coordinates) coordinates, got \(numbers.count)")
            }
            if let range, range.count != 2 * coordinates {
                throw TensorError(.runtime, name,
                    "for a \(coordinates)-dimensional histogram range must have \(2 * coordinates) elements, but got \(range.count)")
            }
            for (i, number) in numbers.enumerated() { try check(bins: number, dimension: i, operation) }
            // Before the edges, which may be as many.
            _ = try checkedCount(try Dims(numbers, operation: name), .float64, operation: name)
            var axes: [Axis] = []
            for (i, number) in numbers.enumerated() {
                var (low, high) = (0.0, 1.0)
                if let range {
                    (low, high) = (range[2 * i], range[2 * i + 1])
                } else if points.count > 0 {
                    (low, high) = try points.selected(points.rank - 1, i).limits()
                }
                if !(low.isFinite && high.isFinite) {
                    throw TensorError(.runtime, name, "dimension \(i)'s range [\(low), \(high)] is not finite")
                }
                if low > high {
                    throw TensorError(.runtime, name, "min should not exceed max, but got min \(low) max \(high) for dimension \(i)")
                }
                if low == high { (low, high) = (low - 0.5, high + 0.5) }
                let edges = try Tensor.linspace(low, high, steps: number + 1, dtype: dtype).converted(to: points.dtype)
                if dtype.isReducedPrecision {
                    // The ends as the type has them.
                    let ends = edges.data.assumingMemoryBound(to: Float.self)
                    (low, high) = (Double(ends[0]), Double(ends[number]))
                }
                axes.append(Axis(bins: number, low: low, high: high, edges: edges, isEven: true))
            }
            return axes
        }
    }

    /// Adds every point, or its weight, to its bin. The weights are of the dtype of the points, float32 or float64. NaN and what lies outside of the edges do not count.
    ///
    /// - Parameters:
    ///   - points: row-major; as many coordinates as axes stand one after the other.
    ///   - counts: float64, row-major, with the numbers of bins as sizes.
    static func count<Element: BinaryFloatingPoint & TensorElement>(
        _ type: Element.Type, _ points: Tensor, _ axes: [Axis], _ weights: Tensor?, into counts: Tensor
    ) throws(TensorError) {
        let coordinates = axes.count
        if coordinates == 0 { return }
        let values = points.data.assumingMemoryBound(to: Element.self)
        let sums = counts.data.assumingMemoryBound(to: Double.self)
        let parts = weights?.data.assumingMemoryBound(to: Element.self)
        if coordinates == 1 && axes[0].isEven {
            let axis = axes[0], n = Int64(points.count), bins = Int64(axis.bins)
            let edges = axis.edges.count > 0 ? axis.edges.data : nil
            if points.dtype == .float32 {
                ck_histogram_f32(
                    n, points.data.assumingMemoryBound(to: Float.self), axis.low, axis.high, bins,
                    edges?.assumingMemoryBound(to: Float.self), weights?.data.assumingMemoryBound(to: Float.self), sums)
            } else {
                ck_histogram_f64(
                    n, points.data.assumingMemoryBound(to: Double.self), axis.low, axis.high, bins,
                    edges?.assumingMemoryBound(to: Double.self), weights?.data.assumingMemoryBound(to: Double.self), sums)
            }
            return
        }
        if coordinates == 1 {
            let bin = Bin<Element>(axes[0])
            for i in 0..<points.count {
                let place = bin.place(values[i])
                if place >= 0 { sums[place] += parts.map { Double($0[i]) } ?? 1 }
            }
            return
        }
        let bins = axes.map { Bin<Element>($0) }
        for i in 0..<(points.count / coordinates) {
            var place = 0, isInside = true
            for (d, bin) in bins.enumerated() {
                let at = bin.place(values[i * coordinates + d])
                if at < 0 {
                    isInside = false
                    break
                }
                place = place &* axes[d].bins &+ at
            }
            if isInside { sums[place] += parts.map { Double($0[i]) } ?? 1 }
        }
    }

    /// One coordinate's bins in the dtype of the points.
    private struct Bin<Element: BinaryFloatingPoint> {
        let bins: Int
        let low: Element, high: Element, number: Element, width: Element
        let edges: UnsafePointer<Element>?
        let isEven: Bool
        private let owner: Tensor

        init(_ axis: Axis) {
            bins = axis.bins
            (low, high) = (Element(axis.low), Element(axis.high))
            number = Element(axis.bins)
            width = high - low
            isEven = axis.isEven
            owner = axis.edges
            edges = axis.edges.count > 0 ? UnsafePointer(axis.edges.data.assumingMemoryBound(to: Element.self)) : nil
        }

        /// The bin, or -1.
        @inline(__always)
        func place(_ value: Element) -> Int {
            guard value >= low && value <= high else { return -1 }
            var at: Int
            if isEven {
                var quotient = (value - low) * number / width
                if !quotient.isFinite {
                    // The range is wider than the largest number.
                    quotient = (value / 4 - low / 4) / (high / 4 - low / 4) * number
                }
                at = quotient.isFinite && quotient < Element(bins) ? Int(quotient) : bins - 1
                if let edges {
                    // Rounding may be one bin off: what the edges say counts.
                    let first = Swift.max(at - 1, 0), last = Swift.min(at + 2, bins + 1)
                    at = first + Bin.upperBound(edges + first, last - first, value) - 1
                }
            } else {
                guard let edges else { return -1 }
                at = Bin.upperBound(edges, bins + 1, value) - 1
            }
            return Swift.min(Swift.max(at, 0), bins - 1)
        }

        /// How many of the ascending numbers are not above the value.
        @inline(__always)
        private static func upperBound(_ numbers: UnsafePointer<Element>, _ count: Int, _ value: Element) -> Int {
            var (first, rest) = (0, count)
            while rest > 0 {
                let half = rest / 2
                if value < numbers[first + half] {
                    rest = half
                } else {
                    first += half + 1
                    rest -= half + 1
                }
            }
            return first
        }
    }
}
