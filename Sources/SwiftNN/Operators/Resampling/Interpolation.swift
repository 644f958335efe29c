// Tensors brought to another size.

/// How elements between the given ones are made up.
public enum InterpolationMode: String, CaseIterable, Sendable {
    /// The element at the position rounded down.
    case nearest
    /// Straight lines between neighbours: of sequences, images, and volumes.
    case linear, bilinear, trilinear
    /// Cubic curves through four neighbours: of images.
    case bicubic
    /// The mean of all elements that an element of the result covers.
    case area
    /// The nearest element.
    case nearestExact = "nearest-exact"

    /// Whether neighbours are weighted.
    var isWeighted: Bool { self == .linear || self == .bilinear || self == .trilinear || self == .bicubic }
}

extension Tensor {
    /// Brings [N, C, …], of one to three dimensions after the first two, to another size.
    ///
    /// - Parameters:
    ///   - size: of the result; nil where `scale` is given.
    ///   - scale: one number, or one for each dimension: the result's size as a multiple of the tensor's, rounded down.
    ///   - alignCorners: for the linear modes and `.bicubic`: whether the centers of the outermost elements stay where they are,
    ///     rather than the outermost edges. Nil counts as false.
    ///   - recomputesScale: whether elements are taken by the quotient of the sizes instead of by `scale`.
    ///   - antialias: for `.bilinear` and `.bicubic`: whether what makes an image smaller takes all its elements into account.
    /// - Throws: for settings that do not go together, and for a tensor of another rank than the mode's.
    public func interpolated(
        size: Extent? = nil, scale: [Double]? = nil, mode: InterpolationMode = .nearest, alignCorners: Bool? = nil,
        recomputesScale: Bool? = nil, antialias: Bool = false
    ) throws(TensorError) -> Tensor {
        let name = "interpolate"
        try requireInitialized("interpolate")
        if alignCorners != nil && !mode.isWeighted {
            throw TensorError(.value, name,
                "align_corners option can only be set with the interpolating modes: linear | bilinear | bicubic | trilinear")
        }
        let dimensions = rank - 2
        let needed: Int? = switch mode {
        case .linear: 1
        case .bilinear, .bicubic: 2
        case .trilinear: 3
        default: nil
        }
        if !(1...3).contains(dimensions) {
            throw TensorError(.unsupported, name, "only 3D, 4D and 5D input is supported, got \(rank)D for the mode \(mode.rawValue)")
        }
        let (output, scales) = try interpolationSizes(size, scale, recomputes: recomputesScale ?? false || (mode == .area && size == nil), recomputesScale)
        if antialias && !(mode == .bilinear || mode == .bicubic) {
            throw TensorError(.value, name,
                "antialias option is restricted to bilinear and bicubic modes and requires a 4-D tensor as input, got \(mode.rawValue)")
        }
        if let needed, needed != dimensions {
            throw TensorError(.unsupported, name, "got \(rank)D input, but \(mode.rawValue) mode needs \(needed + 2)D input")
        }
        let isCopying = mode == .nearest || mode == .nearestExact
        if !dtype.isFloatingPoint && !(isCopying && dtype == .uint8) { throw notImplemented("interpolate") }
        if mode == .area {
            return try adaptiveAveragePooled(PoolingWindows(operation: "interpolate", dimensions: dimensions), Extent(output))
        }
        let input = (0..<dimensions).map { sizes[2 + $0] }
        if input.contains(where: { $0 <= 0 }) || output.contains(where: { $0 <= 0 }) {
            throw TensorError(.runtime, name, "input and output sizes should be greater than 0, but got input \(input) output \(output)")
        }
        if sizes[1] == 0 { throw TensorError(.runtime, name, "non-empty channels expected but got a tensor with sizes \(sizes)") }
        let shape = PoolingWindows(operation: "interpolate", dimensions: dimensions).shape(self, output)
        _ = try checkedCount(shape, dtype, operation: name)
        if isCopying && !dtype.isFloatingPoint {
            var result = self
            for i in 0..<dimensions where input[i] != output[i] || mode == .nearestExact {
                let taps = try mode.taps(input[i], output[i], scales[i], false, false, .float32)
                result = try result.indexSelected(2 + i, taps.start)
            }
            return result === self ? try copied() : result
        }
        var taps: [Taps?] = []
        for i in 0..<dimensions {
            // A dimension that keeps its size stays as it is, under most modes whatever the scale.
            let stays = input[i] == output[i]
                && (scales[i] ?? 1 == 1 || antialias || !(mode == .bicubic || mode == .nearestExact))
            taps.append(stays ? nil : try mode.taps(input[i], output[i], scales[i], alignCorners ?? false, antialias, dtype.computeType))
        }
        return try SeparableMap(taps, "interpolate", formula: mode.formula(dimensions, antialias))(self)
    }

    /// The sizes of the result, and by what positions are multiplied, where that is not the quotient of the sizes.
    private func interpolationSizes(
        _ size: Extent?, _ scale: [Double]?, recomputes: Bool, _ recomputesScale: Bool?
    ) throws(TensorError) -> ([Int], [Double?]) {
        let (name, dimensions) = ("interpolate", rank - 2)
        if size != nil && scale != nil { throw TensorError(.value, name, "only one of size or scale_factor should be defined") }
        if let size {
            if !size.isUniform && size.values.count != dimensions {
                throw TensorError(.value, name,
                    "input and output must have the same number of spatial dimensions, but got input with spatial dimensions of "
                        + "\(shape.dropFirst(2)) and output size of \(size.values)")
            }
            if recomputesScale == true {
                throw TensorError(.value, name, "recompute_scale_factor is not meaningful with an explicit size.")
            }
            return (try size.resolved(dimensions, "size", operation: name), Array(repeating: nil, count: dimensions))
        }
        guard let scale else { throw TensorError(.value, name, "either size or scale_factor should be defined") }
        if scale.count != 1 && scale.count != dimensions {
            throw TensorError(.value, name,
                "input and scale_factor must have the same number of spatial dimensions, but got input with spatial dimensions of "
                    + "\(shape.dropFirst(2)) and scale_factor of shape \(scale)")
        }
        let factors = scale.count == 1 ? Array(repeating: scale[0], count: dimensions) : scale
        var output: [Int] = []
        for (i, factor) in factors.enumerated() {
            let wanted = (Double(sizes[2 + i]) * factor).rounded(recomputes ? .down : .towardZero)
            guard let whole = Int(exactly: wanted), whole.magnitude < 1 << 46 else {
                throw TensorError(.runtime, name, "scale_factor \(factor) gives a size that does not fit into memory")
            }
            output.append(whole)
        }
        return (output, recomputes ? Array(repeating: nil, count: dimensions) : factors.map { $0 > 0 ? $0 : nil })
    }
}

extension InterpolationMode {
    fileprivate func formula(_ dimensions: Int, _ antialias: Bool) -> String {
        let kind = switch self {
        case .nearest, .area: "UpsampleNearest\(dimensions)D"
        case .nearestExact: "UpsampleNearestExact\(dimensions)D"
        case .linear: "UpsampleLinear1D"
        case .bilinear: antialias ? "UpsampleBilinear2DAa" : "UpsampleBilinear2D"
        case .trilinear: "UpsampleTrilinear3D"
        case .bicubic: antialias ? "UpsampleBicubic2DAa" : "UpsampleBicubic2D"
        }
        return kind + "Backward0"
    }

    /// The elements of one dimension that each element of the result is made of.
    fileprivate func taps(
        _ input: Int, _ output: Int, _ scale: Double?, _ alignCorners: Bool, _ antialias: Bool, _ dtype: DType
    ) throws(TensorError) -> Taps {
        // Positions are reckoned in the precision of the elements, as in PyTorch: where they lie close to a whole number, the
        // nearest element depends on it.
        dtype == .float64 ? try taps(Double.self, input, output, scale, alignCorners, antialias)
            : try taps(Float.self, input, output, scale, alignCorners, antialias)
    }

    private func taps<Number: BinaryFloatingPoint & TensorElement>(
        _ type: Number.Type, _ input: Int, _ output: Int, _ scale: Double?, _ alignCorners: Bool, _ antialias: Bool
    ) throws(TensorError) -> Taps {
        let half: Number = 0.5
        let step: Number = alignCorners && isWeighted
            ? (output > 1 ? Number(input - 1) / Number(output - 1) : 0)
            : scale.map { Number(1 / $0) } ?? Number(input) / Number(output)
        /// A position that is not negative, as an index that is inside. `scale` may be as small as it likes.
        func index(_ position: Number) -> Int { position < Number(input - 1) ? Int(position) : input - 1 }
        if self == .nearest || self == .nearestExact {
            let table = try WindowTable(input: input, output: output, operation: "interpolate") { j in
                let position = self == .nearest ? Number(j) * step
                    : Swift.max((-half).addingProduct(Number(j) + half, step), 0) + half
                // Rounded down after a rounding to float32, also where positions are float64.
                return (index(Number(Float(position).rounded(.down))), 1)
            }
            return Taps(inputSize: input, start: table.start, count: table.count)
        }
        if antialias { return try antialiased(step, input, output) }
        let isCubic = self == .bicubic
        return try Taps(
            inputSize: input, outputSize: output, limit: isCubic ? 4 : 2, dtype: Number.dtype, operation: "interpolate"
        ) { j, weights in
            let position = alignCorners ? step * Number(j) : (-half).addingProduct(Number(j) + half, step)
            if isCubic {
                let whole = position.rounded(.down)
                let first = whole < Number(input - 1) ? Int(whole) : input - 1
                let t = Double(Swift.min(Swift.max(position - Number(first), 0), 1))
                let cubic = [cubicTail(t + 1, -0.75), cubicHead(t, -0.75), cubicHead(1 - t, -0.75), cubicTail(2 - t, -0.75)]
                // The weights of what is outside go to the outermost elements.
                let low = Swift.min(Swift.max(first - 1, 0), input - 1), high = Swift.min(first + 2, input - 1)
                for k in 0...(high - low) { weights[k] = 0 }
                for k in 0..<4 { weights[Swift.min(Swift.max(first - 1 + k, 0), input - 1) - low] += cubic[k] }
                return (low, high - low + 1)
            }
            let place = Swift.max(position, 0)
            let first = index(place)
            let t = Swift.min(Swift.max(place - Number(first), 0), 1)
            if first == input - 1 {
                weights[0] = 1
                return (first, 1)
            }
            weights[0] = Double(1 - t)
            weights[1] = Double(t)
            return (first, 2)
        }
    }

    /// Means weighted by a filter that is as wide as the distance of the results.
    private func antialiased<Number: BinaryFloatingPoint & TensorElement>(
        _ step: Number, _ input: Int, _ output: Int
    ) throws(TensorError) -> Taps {
        let isCubic = self == .bicubic
        let reach: Number = isCubic ? 2 : 1
        let support = step >= 1 ? reach * step : reach
        let inverse = step >= 1 ? 1 / step : 1
        // `scale` may be as small as it likes.
        let limit = support < Number(input) ? Int(support.rounded(.up)) * 2 + 1 : input
        return try Taps(
            inputSize: input, outputSize: output, limit: Swift.max(Swift.min(limit, input), 1), dtype: Number.dtype, operation: "interpolate"
        ) { j, weights in
            let center = step * (Number(j) + 0.5)
            func inside(_ position: Number) -> Int {
                position > 0 ? (position < Number(input) ? Int(position) : input) : 0
            }
            let start = Swift.min(inside(center - support + 0.5), input - 1)
            let count = Swift.max(Swift.min(inside(center + support + 0.5) - start, Swift.min(limit, input)), 1)
            var total = 0.0
            for k in 0..<count {
                let distance = abs(Double((Number(k + start) - center + 0.5) * inverse))
                weights[k] = isCubic
                    ? (distance < 1 ? cubicHead(distance, -0.5) : distance < 2 ? cubicTail(distance, -0.5) : 0)
                    : Swift.max(1 - distance, 0)
                total += weights[k]
            }
            if total != 0 { for k in 0..<count { weights[k] /= total } }
            return (start, count)
        }
    }
}

/// Keys' cubic convolution kernel for distances up to 1, and from 1 to 2.
func cubicHead(_ x: Double, _ a: Double) -> Double { ((a + 2) * x - (a + 3)) * x * x + 1 }
func cubicTail(_ x: Double, _ a: Double) -> Double { ((a * x - 5 * a) * x + 8 * a) * x - 4 * a }
