// Images read at positions that another tensor names (Jaderberg et al. 2015).

/// What is read outside of a sampled image.
public enum SamplingBorder: String, CaseIterable, Sendable {
    /// Zeros.
    case zeros
    /// The outermost elements.
    case border
    /// The image mirrored at its borders.
    case reflection
}

/// How an image is read between its elements.
public enum SamplingMode: String, CaseIterable, Sendable {
    /// Straight lines between neighbours; in volumes too.
    case bilinear
    /// The nearest element.
    case nearest
    /// Cubic curves through four neighbours; of images only.
    case bicubic
}

extension Tensor {
    /// Reads images [N, C, H, W], or volumes [N, C, D, H, W], at the positions that a grid names for each element of the
    /// result.
    ///
    /// - Parameters:
    ///   - grid: [N, …, 2] or [N, …, 3], of the tensor's dtype: x, y and z, where -1 and 1 are the image's borders.
    ///   - mode: what is between the elements.
    ///   - border: what is outside.
    ///   - alignCorners: whether -1 and 1 are the centers of the outermost elements, rather than their edges.
    /// - Returns: [N, C, …], the middle dimensions being the grid's.
    /// - Throws: for shapes that do not go together, and for other than floating-point dtypes.
    public func gridSampled(
        _ grid: Tensor, mode: SamplingMode = .bilinear, border: SamplingBorder = .zeros, alignCorners: Bool = false
    ) throws(TensorError) -> Tensor {
        let name = "grid_sample"
        try requireInitialized("grid_sample")
        try grid.requireInitialized("grid_sample")
        let dimensions = rank - 2
        if !(2...3).contains(dimensions) || grid.rank != rank {
            throw TensorError(.runtime, name,
                "expected 4D or 5D input and grid with same number of dimensions, but got input with sizes \(sizes) and grid with sizes \(grid.sizes)")
        }
        if grid.sizes[0] != sizes[0] {
            throw TensorError(.runtime, name,
                "expected grid and input to have same batch size, but got input with sizes \(sizes) and grid with sizes \(grid.sizes)")
        }
        if grid.sizes[rank - 1] != dimensions {
            throw TensorError(.runtime, name,
                "expected grid to have size \(dimensions) in last dimension, but got grid with sizes \(grid.sizes)")
        }
        for i in 2..<rank where sizes[i] == 0 {
            throw TensorError(.runtime, name,
                "expected input to have non-empty spatial dimensions, but input has sizes \(sizes) with dimension \(i) being empty")
        }
        if grid.dtype != dtype {
            throw TensorError(.runtime, name, "expected input and grid of the same dtype, got \(dtype) and \(grid.dtype)")
        }
        if mode == .bicubic && dimensions == 3 { throw TensorError(.runtime, name, "bicubic interpolation only supports 4D input") }
        if !dtype.isFloatingPoint { throw notImplemented("grid_sample") }
        if dtype.isReducedPrecision {
            return try to(.float32).gridSampled(grid.to(.float32), mode: mode, border: border, alignCorners: alignCorners).to(dtype)
        }
        var shape: Dims = [sizes[0], sizes[1]]
        for i in 1..<(rank - 1) { shape.append(grid.sizes[i]) }
        _ = try checkedCount(shape, dtype, operation: name)
        let points = shape.count > 2 ? (2..<shape.count).reduce(1) { $0 * shape[$1] } : 1
        var plane = 1
        for i in 2..<rank { plane *= sizes[i] }

        // Along each dimension: which elements, and with what weights. The grid names the last dimension first.
        var choices: [[SampledElement]] = []
        for i in 0..<dimensions {
            let place = try grid.selected(-1, dimensions - 1 - i).reshaped([sizes[0], 1, points] as Dims)
            choices.append(try place.sampledElements(sizes[2 + i], mode, border, alignCorners))
        }
        let source = try reshaped([sizes[0], sizes[1], plane] as Dims)
        let target: Dims = [sizes[0], sizes[1], points]
        var sum: Tensor?
        var chosen = Array(repeating: 0, count: dimensions)
        repeat {
            var (index, inside, weight): (Tensor?, Tensor?, Tensor?)
            for i in 0..<dimensions {
                let one = choices[i][chosen[i]]
                index = try index.map { (index) throws(TensorError) in try index * sizes[2 + i] + one.index } ?? one.index
                if let mask = one.inside { inside = try inside?.logicalAnd(mask) ?? mask }
                if let factor = one.weight { weight = try weight.map { (weight) throws(TensorError) in try weight * factor } ?? factor }
            }
            var value = try source.gathered(2, index!.expanded(target))
            if let inside { value = try Tensor.select(inside, value, Tensor.filled([], dtype, 0)) }
            if let weight { value = try value * weight }
            sum = try sum.map { (sum) throws(TensorError) in try sum + value } ?? value
            // The next choice, the last dimension's first.
            var i = dimensions - 1
            while i >= 0 {
                chosen[i] += 1
                if chosen[i] < choices[i].count { break }
                chosen[i] = 0
                i -= 1
            }
            if i < 0 { break }
        } while true
        var result = sum!
        if mode == .nearest && grid.isRecorded {
            // Between two elements nothing changes: the grid's gradient is zero.
            let ones = try Tensor.filled([], dtype, 1)
            ones.node = ZeroSampleBackward(try grid.gradientEdge(), grid.sizes)
            result = try result * ones
        }
        return try result.reshaped(shape)
    }

    /// Of positions between -1 and 1 along a dimension: the elements to read.
    private func sampledElements(
        _ size: Int, _ mode: SamplingMode, _ border: SamplingBorder, _ alignCorners: Bool
    ) throws(TensorError) -> [SampledElement] {
        let place = try alignCorners ? (self + 1.0) / 2.0 * Double(size - 1) : ((self + 1.0) * Double(size) - 1.0) / 2.0
        switch mode {
        case .nearest:
            let nearest = try place.kept(size, border, alignCorners).withoutHistory().rounded()
            return [try nearest.element(size, masked: border == .zeros, weight: nil)]
        case .bilinear:
            let kept = try place.kept(size, border, alignCorners)
            let low = try kept.withoutHistory().floor()
            let rest = try kept - low
            return [
                try low.element(size, masked: border == .zeros, weight: 1.0 - rest),
                try (low + 1.0).element(size, masked: true, weight: rest),
            ]
        case .bicubic:
            let low = try place.withoutHistory().floor()
            let t = try place - low
            let weights = try [cubicTail(t + 1.0), cubicHead(t), cubicHead(1.0 - t), cubicTail(2.0 - t)]
            var elements: [SampledElement] = []
            for (k, weight) in weights.enumerated() {
                let one = try (low + Double(k - 1)).kept(size, border, alignCorners)
                elements.append(try one.element(size, masked: border == .zeros, weight: weight))
            }
            return elements
        }
    }

    /// The element at these whole numbers.
    private func element(_ size: Int, masked: Bool, weight: Tensor?) throws(TensorError) -> SampledElement {
        let last = Double(size - 1)
        let inside = try (self .>= 0.0).logicalAnd(self .<= last)
        let index = try Tensor.select(inside, self, Tensor.filled([], dtype, 0)).converted(to: .int64)
        // What is infinite or no number has been replaced; what is outside by less than that is read at the border.
        return SampledElement(index: index, inside: masked ? inside : nil, weight: weight)
    }

    /// Positions brought inside, but for a border of zeros.
    private func kept(_ size: Int, _ border: SamplingBorder, _ alignCorners: Bool) throws(TensorError) -> Tensor {
        var place = self
        if border == .zeros { return place }
        if border == .reflection {
            let (low, span) = alignCorners ? (0.0, Double(size - 1)) : (-0.5, Double(size))
            if span == 0 { return try self * 0.0 }
            let distance = try (self - low).absoluteValue()
            let rest = try distance.remainder(dividingBy: span.asTensor())
            let isOdd = try (distance.withoutHistory() / span).floor().remainder(dividingBy: 2.0.asTensor()) .> 0.0
            place = try Tensor.select(isOdd, span - rest, rest) + low
        }
        // What is moved to the border has no gradient, and what is no number is read there.
        let last = Double(size - 1)
        let free = place.withoutHistory()
        let inside = try (free .> 0.0).logicalAnd(free .< last)
        let moved = try Tensor.select(free.isNaN(), Tensor.filled([], dtype, 0), free.clamped(min: 0.0, max: last))
        return try Tensor.select(inside, place, moved)
    }

    // MARK: Affine grids

    /// The grid that `gridSampled` takes for affine maps of the result's positions to those of the image.
    ///
    /// - Parameters:
    ///   - size: of the result: [N, C, H, W] for maps of shape [N, 2, 3], [N, C, D, H, W] for those of shape [N, 3, 4].
    ///   - alignCorners: whether -1 and 1 are the centers of the outermost elements, rather than their edges.
    /// - Returns: [N, H, W, 2] or [N, D, H, W, 3].
    /// - Throws: for other shapes and sizes, and for other than floating-point dtypes.
    public func affineGrid(_ size: [Int], alignCorners: Bool = false) throws(TensorError) -> Tensor {
        let name = "affine_grid"
        try requireInitialized("affine_grid")
        if !dtype.isFloatingPoint { throw TensorError(.value, name, "expected theta to have floating point type, but got \(dtype)") }
        let dimensions = size.count - 2
        if !(2...3).contains(dimensions) {
            throw TensorError(.unsupported, name,
                "supports only 4D and 5D sizes, for 2D and 3D affine transforms, respectively; got size \(size)")
        }
        if rank != 3 || sizes[1] != dimensions || sizes[2] != dimensions + 1 {
            throw TensorError(.value, name,
                "expected a batch of affine matrices of shape Nx\(dimensions)x\(dimensions + 1) for size \(size), got \(sizes)")
        }
        if size.contains(where: { $0 <= 0 }) { throw TensorError(.value, name, "expected non-zero, positive output size, got \(size)") }
        if sizes[0] != size[0] {
            throw TensorError(.runtime, name, "expected as many matrices as the size's \(size[0]), got \(sizes[0])")
        }
        if dtype.isReducedPrecision { return try to(.float32).affineGrid(size, alignCorners: alignCorners).to(dtype) }
        var shape = try Dims(Array(size.dropFirst(2)), operation: name)
        _ = try checkedCount(try Dims(size + [dimensions], operation: name), dtype, operation: name)
        let positions = shape
        shape.append(dimensions + 1)
        let base = try Tensor.filled(shape, dtype, 1)
        for i in 0..<dimensions {
            let n = positions[i]
            var line = try Tensor.linspace(-1.0, 1.0, steps: n, dtype: dtype)
            if n == 1 { line = try Tensor.filled([1], dtype, 0) } else if !alignCorners { line = try line * Double(n - 1) / Double(n) }
            var along = Dims(repeating: 1, count: dimensions)
            along[i] = n
            // x, the last dimension's position, comes first.
            Elementwise.convert(try line.reshaped(along).expanded(positions), into: try base.selected(-1, dimensions - 1 - i))
        }
        let product = try base.reshaped([1, positions.product, dimensions + 1] as Dims).expanded([size[0], positions.product, dimensions + 1] as Dims)
            .matmul(transposed(1, 2))
        return try product.reshaped([size[0]] + positions.array + [dimensions])
    }
}

/// Elements of one dimension that are read for each point.
private struct SampledElement {
    /// int64, inside of the dimension.
    let index: Tensor
    /// Whether they are there, as bool; nil where all are.
    let inside: Tensor?
    /// By what they are multiplied; nil for 1.
    let weight: Tensor?
}

private func cubicHead(_ x: Tensor) throws(TensorError) -> Tensor { try (x * 1.25 - 2.25) * x * x + 1.0 }
private func cubicTail(_ x: Tensor) throws(TensorError) -> Tensor { try ((x * -0.75 + 3.75) * x - 6.0) * x + 3.0 }

/// A factor that does not depend on the grid that it is recorded for.
private final class ZeroSampleBackward: Node {
    private let sizes: Dims

    init(_ edge: Edge, _ sizes: Dims) {
        self.sizes = sizes
        super.init(edge)
    }

    override class var name: String { "GridSamplerBackward0" }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        try engine.send(try Tensor.filled(sizes, g.dtype, 0), to: edges.0)
    }
}
