import CKernels

// Distances of all pairs of rows.

extension Tensor {
    /// Whether Euclidean distances come from a matrix product: fast, but inexact for rows that are close to each other.
    public enum DistanceMode: String, CaseIterable, Sendable {
        /// Where one of the sides has more than 25 rows.
        case productIfNecessary = "use_mm_for_euclid_dist_if_necessary"
        case product = "use_mm_for_euclid_dist"
        case direct = "donot_use_mm_for_euclid_dist"
    }

    /// The distance of each row of this tensor to each of another, (Σ |a - b|^p)^(1/p): [..., n, k] and [..., m, k] give
    /// [..., n, m]; the leading dimensions are broadcast.
    ///
    /// - Parameters:
    ///   - p: at least 0. 0 counts the elements that differ, infinity takes the largest difference.
    ///   - mode: for p = 2.
    public func pairwiseDistances(
        to other: Tensor, p: Double = 2, mode: DistanceMode = .productIfNecessary
    ) throws(TensorError) -> Tensor {
        try MatrixProduct.check(self, other, "cdist")
        if dtype != .float32 && dtype != .float64 { throw TensorError(.runtime, "cdist", "not defined for \(dtype)") }
        if !(p >= 0) { throw TensorError(.runtime, "cdist", "p must be at least 0, not \(p)") }
        if rank < 2 || other.rank < 2 {
            throw TensorError(.runtime, "cdist", "expected at least two dimensions, got shapes \(sizes) and \(other.sizes)")
        }
        if sizes[rank - 1] != other.sizes[other.rank - 1] {
            throw TensorError(.runtime, "cdist", "expected rows of equal length, got shapes \(sizes) and \(other.sizes)")
        }
        let batch = try broadcastSizes(batchSizes, other.batchSizes, "cdist")
        let (n, m) = (sizes[rank - 2], other.sizes[other.rank - 2])
        var shape = batch
        shape.append(n)
        shape.append(m)
        _ = try checkedCount(shape, dtype, operation: "cdist")
        let usesProduct = mode == .product || (mode == .productIfNecessary && (n > 25 || m > 25))
        let result = try p == 2 && usesProduct
            ? withoutGradients { () throws(TensorError) in try euclidean(other) } : distances(other, p, shape)
        if isRecorded || other.isRecorded {
            result.node = CdistBackward(
                try gradientEdge(), try other.gradientEdge(), Spec(self), Spec(other), a: Saved(self), b: Saved(other),
                Saved(output: result), p)
        }
        return result
    }

    /// √(|a|² - 2 a b + |b|²), by one product of matrices.
    private func euclidean(_ other: Tensor) throws(TensorError) -> Tensor {
        let ones = (
            try Tensor.filled(sizes.replacingLast(1), dtype, 1), try Tensor.filled(other.sizes.replacingLast(1), dtype, 1))
        let left = try Tensor.concatenated([self * -2.0, squared().sum([-1], keepDims: true), ones.0], dim: -1)
        let right = try Tensor.concatenated([other, ones.1, other.squared().sum([-1], keepDims: true)], dim: -1)
        let square = try left.matmul(right.transposed(-2, -1))
        return try square.clamped(min: 0.0).squareRoot()
    }

    private func distances(_ other: Tensor, _ p: Double, _ shape: Dims) throws(TensorError) -> Tensor {
        let result = try Tensor(uninitialized: shape, dtype, operation: "cdist")
        if result.count == 0 { return result }
        let x = isContiguous ? self : try copied()
        // The kernel goes along the rows of the other's transpose.
        let y = try other.withoutHistory().transposed(-2, -1).copied()
        let (n, m, width) = (Int64(sizes[rank - 2]), Int64(shape[shape.count - 1]), Int64(sizes[rank - 1]))
        Tensor.walk(x, y, result) { a, b, c in
            if dtype == .float32 {
                ck_cdist_f32(n, m, width, a.pointer(), b.pointer(), c.pointer(), p)
            } else {
                ck_cdist_f64(n, m, width, a.pointer(), b.pointer(), c.pointer(), p)
            }
        }
        return result
    }

    /// Calls `body` with the matrices of two stacks and where the result of each pair goes.
    fileprivate static func walk(
        _ a: Tensor, _ b: Tensor, _ result: Tensor, _ body: (UnsafeMutableRawPointer, UnsafeMutableRawPointer, UnsafeMutableRawPointer) -> Void
    ) {
        let batch = result.batchSizes
        var targets = batch.rowMajorStrides
        let matrix = result.sizes[result.rank - 2] &* result.sizes[result.rank - 1] &* result.dtype.size
        for i in 0..<batch.count { targets[i] &*= matrix }
        let plan = StridedLoop(batch, a.batchStrides(batch), b.batchStrides(batch), targets)
        let steps = plan.runStrides
        let (x, y, z) = (a.data, b.data, result.data)
        plan.forEachRun { p, q, r, _ in
            for i in 0..<plan.runLength { body(x + (p &+ i &* steps.0), y + (q &+ i &* steps.1), z + (r &+ i &* steps.2)) }
        }
    }

    /// The gradient by this tensor of its distances to another, summed over what was broadcast afterwards.
    fileprivate func distanceGradient(
        _ g: Tensor, _ distance: Tensor, _ other: Tensor, _ p: Double, transposed: Bool
    ) throws(TensorError) -> Tensor {
        let batch = g.batchSizes
        var shape = batch
        shape.append(sizes[rank - 2])
        shape.append(sizes[rank - 1])
        let result = try Tensor(uninitialized: shape, dtype, operation: "cdist")
        if result.count == 0 { return result }
        let x = isContiguous ? self : try copied()
        let y = other.isContiguous ? other : try other.copied()
        let (g, distance) = (try g.withoutHistory().contiguous(), try distance.withoutHistory().contiguous())
        let (n, m, width) = (Int64(sizes[rank - 2]), Int64(other.sizes[other.rank - 2]), Int64(sizes[rank - 1]))
        // g is [rows of the first, rows of the second], whichever this tensor is.
        let (gi, gj) = transposed ? (Int64(1), n) : (m, Int64(1))
        let pairs = Int(n &* m), step = Int(n &* width)
        Tensor.walk(x, y, result) { a, b, c in
            let index = (c - result.data) / (step &* dtype.size)
            let offset = index &* pairs &* dtype.size
            if dtype == .float32 {
                ck_cdist_grad_f32(
                    n, m, width, (g.data + offset).pointer(), (distance.data + offset).pointer(), gi, gj, a.pointer(), b.pointer(),
                    c.pointer(), p)
            } else {
                ck_cdist_grad_f64(
                    n, m, width, (g.data + offset).pointer(), (distance.data + offset).pointer(), gi, gj, a.pointer(), b.pointer(),
                    c.pointer(), p)
            }
        }
        return result
    }
}

extension UnsafeMutableRawPointer {
    fileprivate func pointer<Element>() -> UnsafeMutablePointer<Element> { assumingMemoryBound(to: Element.self) }
}

extension Dims {
    func replacingLast(_ value: Int) -> Dims {
        var result = self
        result[count - 1] = value
        return result
    }
}

// MARK: - Gradients

/// d = |a - b|_p: dd/da = sign(a - b) (|a - b| / d)^(p - 1), 0 where d = 0; the largest differences share none of it for
/// p = ∞, each has all.
final class CdistBackward: SavedBinaryBackwardWithOutput {
    private let p: Double

    init(_ ea: Edge, _ eb: Edge, _ aSpec: Spec, _ bSpec: Spec, a: Saved, b: Saved, _ output: Saved, _ p: Double) {
        self.p = p
        super.init(ea, eb, aSpec, bSpec, a: a, b: b, output)
    }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let gradient = copy g
        let a = try self.a!.value(for: self), b = try self.b!.value(for: self), d = try output!.output(for: self)
        if p == 0 {
            if wants(0) { try engine.send(try Tensor.filled(aSpec.sizes, aSpec.dtype, 0), to: edges.0) }
            if wants(1) { try engine.send(try Tensor.filled(bSpec.sizes, bSpec.dtype, 0), to: edges.1) }
        } else if p == 2 {
            let zero = try Tensor.filled(Dims(), d.dtype, 0), one = try Tensor.filled(Dims(), d.dtype, 1)
            let equal = try d .== 0
            // The quotient by 1 keeps NaN out of the derivative of what is not taken.
            let ratio = try Tensor.select(equal, zero, gradient / Tensor.select(equal, one, d))
            if wants(0) {
                let own = try a * ratio.sum([-1], keepDims: true)
                try engine.send(try own - ratio.matmul(b), to: edges.0, reducedTo: aSpec)
            }
            if wants(1) {
                let back = try ratio.transposed(-2, -1)
                let own = try b * back.sum([-1], keepDims: true)
                try engine.send(try own - back.matmul(a), to: edges.1, reducedTo: bSpec)
            }
        } else if !GradMode.isEnabled {
            if wants(0) { try engine.send(try a.distanceGradient(gradient, d, b, p, transposed: false), to: edges.0, reducedTo: aSpec) }
            if wants(1) { try engine.send(try b.distanceGradient(gradient, d, a, p, transposed: true), to: edges.1, reducedTo: bSpec) }
        } else {
            try recorded(gradient, a, b, d, &engine)
        }
    }

    /// From differentiable operators, over all pairs of rows at once.
    private func recorded(_ g: Tensor, _ a: Tensor, _ b: Tensor, _ d: Tensor, _ engine: inout Engine) throws(TensorError) {
        let difference = try a.unsqueezed(-2) - b.unsqueezed(-3)
        let sign = try difference.withoutHistory().sign(), size = try difference.absoluteValue()
        var slopes = try g.unsqueezed(-1) * sign
        let distance = try d.unsqueezed(-1)
        if p.isInfinite {
            slopes = try slopes * (size .== distance).to(g.dtype)
        } else if p != 1 {
            let one = try Tensor.filled(Dims(), d.dtype, 1), zero = try Tensor.filled(Dims(), d.dtype, 0)
            let flat = try size .== 0
            let power = try (Tensor.select(flat, one, size) / Tensor.select(distance .== 0, one, distance)).raised(to: Tensor(number: p - 1))
            slopes = try slopes * Tensor.select(flat, zero, power)
        }
        if wants(0) { try engine.send(try slopes.sum([-2]), to: edges.0, reducedTo: aSpec) }
        if wants(1) { try engine.send(try slopes.sum([-3]).negated(), to: edges.1, reducedTo: bSpec) }
    }
}

/// The base of formulas with two operands that need their values and the result's.
class SavedBinaryBackwardWithOutput: BinaryBackward {
    @exclusivity(unchecked) final var a: Saved?, b: Saved?, output: Saved?

    init(_ ea: Edge, _ eb: Edge, _ aSpec: Spec, _ bSpec: Spec, a: Saved, b: Saved, _ output: Saved) {
        self.a = a
        self.b = b
        self.output = output
        super.init(ea, eb, aSpec, bSpec)
    }

    override final func releaseSaved() {
        a?.release()
        b?.release()
        output?.release()
    }
}
