import CKernels

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

// Tensors whose elements follow from their positions.

extension Tensor {
    /// A tensor of no dimensions with the number `value`.
    public static func scalar(
        _ value: some TensorScalar, dtype: DType = .float32, requiresGrad: Bool = false
    ) throws(TensorError) -> Tensor {
        do throws(TensorError) {
            return try full([], value, dtype: dtype, requiresGrad: requiresGrad)
        } catch {
            throw TensorError(error.code, "scalar_tensor", error.detail)
        }
    }

    /// The identity matrix of `rows` and as many columns, or `columns`.
    public static func identity(
        _ rows: Int, _ columns: Int? = nil, dtype: DType = .float32, requiresGrad: Bool = false
    ) throws(TensorError) -> Tensor {
        if rows < 0 { throw TensorError(.runtime, "eye", "n must be greater or equal to 0, got \(rows)") }
        if let columns, columns < 0 { throw TensorError(.runtime, "eye", "m must be greater or equal to 0, got \(columns)") }
        let result = try created([rows, columns ?? rows], dtype, requiresGrad: false, "eye")
        result.fillMemory(0)
        try result.diagonal().fillMemory(1)
        if requiresGrad { try result.setRequiresGrad(true) }
        return result
    }

    /// `steps` numbers from `start` to `end`, both included, at equal distances.
    ///
    /// The first half is counted from `start`, the second from `end`, each number by one multiplication.
    public static func linspace(
        _ start: some TensorScalar, _ end: some TensorScalar, steps: Int, dtype: DType = .float32, requiresGrad: Bool = false
    ) throws(TensorError) -> Tensor {
        let (first, last) = try limits(start.asTensor(), end.asTensor(), steps, dtype, "linspace")
        let result: Tensor
        switch dtype {
        case .float32:
            result = try created([steps], dtype, requiresGrad: false, "linspace")
            let target = result.data.assumingMemoryBound(to: Float.self)
            let (a, b) = (Float(first), Float(last))
            let step = (b - a) / Float(Swift.max(steps - 1, 1))
            for i in 0..<steps {
                target[i] = i < steps / 2
                    ? ExactSums.fused(step, Float(i), a) : ExactSums.fused(-step, Float(steps - i - 1), b)
            }
            if steps == 1 { target[0] = a }
        case .float16, .bfloat16:
            // Each step of the computation is rounded, as in PyTorch.
            let wide = try created([steps], .float32, requiresGrad: false, "linspace")
            let target = wide.data.assumingMemoryBound(to: Float.self)
            let (a, b) = (dtype.rounded(Float(first)), dtype.rounded(Float(last)))
            let step = dtype.rounded(dtype.rounded(b - a) / dtype.rounded(Float(Swift.max(steps - 1, 1))))
            for i in 0..<steps {
                let count = i < steps / 2 ? i : steps - i - 1
                let distance = dtype.rounded(step * dtype.rounded(Float(count)))
                target[i] = i < steps / 2 ? a + distance : b - distance
            }
            if steps == 1 { target[0] = a }
            result = try wide.to(dtype)
        default:
            let wide = try created([steps], .float64, requiresGrad: false, "linspace")
            let target = wide.data.assumingMemoryBound(to: Double.self)
            let step = (last - first) / Double(Swift.max(steps - 1, 1))
            for i in 0..<steps {
                target[i] = i < steps / 2
                    ? first.addingProduct(step, Double(i)) : last.addingProduct(-step, Double(steps - i - 1))
            }
            if steps == 1 { target[0] = first }
            result = try wide.to(dtype)
        }
        if requiresGrad { try result.setRequiresGrad(true) }
        return result
    }

    /// `base` to the power of `steps` numbers from `start` to `end` at equal distances.
    public static func logspace(
        _ start: some TensorScalar, _ end: some TensorScalar, steps: Int, base: Double = 10, dtype: DType = .float32,
        requiresGrad: Bool = false
    ) throws(TensorError) -> Tensor {
        let (first, last) = try limits(start.asTensor(), end.asTensor(), steps, dtype, "logspace")
        let powers = try created([steps], .float64, requiresGrad: false, "logspace")
        let target = powers.data.assumingMemoryBound(to: Double.self)
        let step = dtype.held(last - first) / Double(Swift.max(steps - 1, 1))
        for i in 0..<steps {
            target[i] = pow(base, i < steps / 2 ? first + step * Double(i) : last - step * Double(steps - i - 1))
        }
        if steps == 1 { target[0] = pow(base, first) }
        let result = try powers.to(dtype)
        if requiresGrad { try result.setRequiresGrad(true) }
        return result
    }

    /// The ends of a range as numbers that the dtype holds.
    private static func limits(
        _ start: Tensor, _ end: Tensor, _ steps: Int, _ dtype: DType, _ operation: StaticString
    ) throws(TensorError) -> (Double, Double) {
        if steps < 0 { throw TensorError(.runtime, operation.description, "number of steps must be non-negative, got \(steps)") }
        if dtype == .bool && steps > 1 { throw TensorError(.unsupported, operation.description, "not defined for bool") }
        var ends: [Double] = []
        for number in [start, end] {
            if number.rank != 0 {
                throw TensorError(.runtime, operation.description,
                    "expected start and end of no dimensions, got shape \(number.sizes)")
            }
            let value = try number.itemAsDouble()
            let limit = dtype == .float32 ? Double(Float.greatestFiniteMagnitude) : dtype.isReducedPrecision ? dtype.largest : .infinity
            if value.isFinite && abs(value) > limit || !dtype.isFloatingPoint && !value.isFinite {
                throw TensorError(.runtime, operation.description, "the number \(value) cannot be converted to \(dtype) without overflow")
            }
            if dtype.isFloatingPoint {
                ends.append(dtype.held(value))
                continue
            }
            try number.requireFits(dtype, operation)
            if dtype == .uint8 && value < 0 && number.dtype.isFloatingPoint {
                throw TensorError(.runtime, operation.description, "the number \(value) cannot be converted to \(dtype) without overflow")
            }
            // A negative integer wraps around, as it does in PyTorch.
            ends.append(value.rounded(.towardZero) + (dtype == .uint8 && value < 0 ? 256 : 0))
        }
        return (ends[0], ends[1])
    }

    /// The powers of a vector's elements as the columns of a matrix, the highest first unless `increasing`.
    ///
    /// - Parameter columns: nil for as many as there are elements.
    public func vandermonde(_ columns: Int? = nil, increasing: Bool = false) throws(TensorError) -> Tensor {
        try requireInitialized("vander")
        if rank != 1 { throw TensorError(.runtime, "vander", "expected a tensor of 1 dimension, got shape \(sizes)") }
        let number = columns ?? count
        if number < 0 { throw TensorError(.runtime, "vander", "N must be non-negative, got \(number)") }
        let base = dtype.isFloatingPoint ? self : try to(.int64)
        _ = try checkedCount([count, number] as Dims, base.dtype, operation: "vander")
        let source = try base.withoutHistory().contiguous().converted(to: base.dtype.computeType)
        let wide = try Tensor(uninitialized: [count, number], source.dtype, operation: "vander")
        func fill<Element: Numeric>(_ type: Element.Type, _ multiply: (Element, Element) -> Element) {
            let (from, to) = (source.data.assumingMemoryBound(to: type), wide.data.assumingMemoryBound(to: type))
            for row in 0..<count {
                var power: Element = 1
                for k in 0..<number {
                    to[row * number + (increasing ? k : number - 1 - k)] = power
                    power = multiply(power, from[row])
                }
            }
        }
        if wide.count > 0 {
            switch source.dtype {
            case .float64: fill(Double.self, *)
            case .float32: fill(Float.self, *)
            default: fill(Int64.self, &*)
            }
        }
        let result = try wide.converted(to: base.dtype)
        // The first power does not depend on the elements.
        if isRecorded && number > 1 && count > 0 { result.node = VanderBackward(try gradientEdge(), self, number, increasing) }
        return result
    }
}

/// xᵏ: k xᵏ⁻¹, added up over the columns.
final class VanderBackward: Node {
    @exclusivity(unchecked) private var saved: Saved
    private let columns: Int, increasing: Bool

    init(_ edge: Edge, _ x: Tensor, _ columns: Int, _ increasing: Bool) {
        saved = Saved(x)
        self.columns = columns
        self.increasing = increasing
        super.init(edge)
    }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let x = try saved.value(for: self)
        let powers = try x.vandermonde(columns - 1, increasing: increasing)
        let (first, last) = increasing ? (1, columns) : (columns - 1, 0)
        let factors = try Tensor.arange(first, last, step: increasing ? 1 : -1, dtype: x.dtype)
        let others = increasing ? try g.sliced(1, from: 1) : try g.sliced(1, to: columns - 1)
        try engine.send(try (others * (powers * factors)).sum([1]), to: edges.0)
    }

    override func releaseSaved() { saved.release() }
}

extension DType {
    /// For the 16-bit floating types: the nearest number that the type has.
    func rounded(_ value: Float) -> Float {
        var (bits, wide) = (bits(value), Float(0))
        ck_cast_lookup(kernel, .CK_FLOAT32)(1, &bits, 1, &wide, 1)
        return wide
    }
}
