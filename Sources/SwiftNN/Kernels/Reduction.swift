import CKernels

/// Reductions over any set of dimensions: which elements are folded together, and in which order.
///
/// The order depends on the shape and strides alone, never on threads, so that results are repeatable.
enum Reduction {
    /// The reduced dimensions as a bit set.
    ///
    /// - Parameter dims: nil or empty for all.
    static func mask(_ dims: [Int]?, rank: Int, operation: String) throws(TensorError) -> Int {
        guard let dims, !dims.isEmpty else { return rank == 0 ? 0 : (1 << rank) - 1 }
        var mask = 0
        for dim in dims {
            let axis = try checkedDimension(dim, rank: rank, operation: operation)
            if rank == 0 { continue }
            if mask & (1 << axis) != 0 {
                throw TensorError(.runtime, operation, "dimension \(dim) appears more than once in \(dims)")
            }
            mask |= 1 << axis
        }
        return mask
    }

    /// The sizes of the result.
    @inline(__always)
    static func resultSizes(_ sizes: Dims, _ mask: Int, keepDims: Bool) -> Dims {
        var result = Dims()
        for i in 0..<sizes.count {
            if mask & (1 << i) == 0 {
                result.append(sizes[i])
            } else if keepDims {
                result.append(1)
            }
        }
        return result
    }

    /// Folds the elements of `x` over the dimensions of `mask` into `output`, whose elements hold the start values.
    ///
    /// - Parameter output: row-major, of the kept sizes and the kernel's accumulator type.
    static func fold(
        _ op: ck_reduction, _ x: Tensor, _ mask: Int, into output: Tensor, _ operation: StaticString
    ) throws(TensorError) {
        guard let loop = ck_reduce_lookup(op, x.dtype.kernel), let rows = ck_reduce_rows_lookup(op, x.dtype.kernel) else {
            throw Elementwise.unsupported(operation, x.dtype)
        }
        let (source, sink) = (x.data, output.data)
        walk(
            x, mask, output,
            one: { count, from, step, to in loop(count, source + from, step, sink + to) },
            rows: { count, length, from, step, to in rows(count, length, source + from, step, sink + to) })
    }

    /// Adds to `squares` the sums of (x - center)², and to `rest` those of x - center, over the dimensions of `mask`.
    ///
    /// - Parameter center: as `squares` and `rest` row-major, of the kept sizes and of the floating dtype of `x`.
    static func foldDeviations(_ x: Tensor, _ mask: Int, from center: Tensor, squares: Tensor, rest: Tensor) {
        let dtype = x.dtype.kernel
        let (source, middle, first, second) = (x.data, center.data, squares.data, rest.data)
        walk(
            x, mask, squares,
            one: { count, from, step, to in
                ck_deviations(dtype, count, source + from, step, middle + to, first + to, second + to)
            },
            rows: { count, length, from, step, to in
                ck_deviations_rows(dtype, count, length, source + from, step, middle + to, first + to, second + to)
            })
    }

    /// Goes through `x` in runs that a kernel does by itself.
    ///
    /// - Parameters:
    ///   - output: row-major, of the kept sizes; where the results lie.
    ///   - one: folds `count` elements from the byte offset `from` on, `step` elements apart, into the result at the byte
    ///     offset `to`.
    ///   - rows: folds `count` rows of `length` neighbours into as many neighbouring results.
    @inline(__always)
    private static func walk(
        _ x: Tensor, _ mask: Int, _ output: Tensor, one: (Int64, Int, Int64, Int) -> Void,
        rows: (Int64, Int64, Int, Int64, Int) -> Void
    ) {
        if x.count == 0 { return }
        if mask == (1 << x.rank) - 1 && x.isContiguous {
            one(Int64(x.count), 0, 1, 0)
            return
        }
        // Kept and reduced dimensions apart, each with the strides of x, and of the output for the kept ones.
        var kept = Dims(), keptSteps = Dims(), keptTargets = Dims()
        var reduced = Dims(), reducedSteps = Dims()
        let width = x.dtype.size, targetWidth = output.dtype.size
        var target = output.count
        for i in 0..<x.rank {
            if mask & (1 << i) == 0 {
                let size = x.sizes[i], step = x.strides[i] &* width
                target /= size
                let last = kept.count - 1
                if last >= 0, keptSteps[last] == size &* step {
                    // Together they are one dimension, in the output as well.
                    kept[last] &*= size
                    keptSteps[last] = step
                    keptTargets[last] = target &* targetWidth
                } else {
                    kept.append(size)
                    keptSteps.append(step)
                    keptTargets.append(target &* targetWidth)
                }
            } else {
                reduced.append(x.sizes[i])
                reducedSteps.append(x.strides[i] &* width)
            }
        }
        let zero = Dims(repeating: 0, count: reduced.count)
        let inner = StridedLoop(reduced, reducedSteps, zero)
        let step = Int64(inner.runStrides.0 / width), count = Int64(inner.runLength)
        // Where neighbours in memory belong to neighbouring results, whole rows are folded: going down the columns one
        // at a time would touch a cache line for each element.
        let last = kept.count - 1
        if last >= 0, keptSteps[last] == width, kept[last] > 1 {
            let length = Int64(kept[last])
            kept.removeLast()
            keptSteps.removeLast()
            keptTargets.removeLast()
            counted(kept, keptSteps, keptTargets) { from, to in
                inner.forEachRun { a, _, _, _ in rows(count, length, from + a, step, to) }
            }
            return
        }
        if inner.isOneRun {
            counted(kept, keptSteps, keptTargets) { from, to in one(count, from, step, to) }
            return
        }
        counted(kept, keptSteps, keptTargets) { from, to in
            inner.forEachRun { a, _, _, _ in one(count, from + a, step, to) }
        }
    }

    /// Calls `body` with the byte offsets of every result, in row-major order.
    @inline(__always)
    static func counted(_ sizes: Dims, _ steps: Dims, _ targets: Dims, _ body: (Int, Int) -> Void) {
        var index = Dims(repeating: 0, count: sizes.count)
        var (from, to) = (0, 0)
        // The last dimension by itself, without the bookkeeping of the others.
        let last = sizes.count - 1
        let (inner, step, target) = last < 0 ? (1, 0, 0) : (sizes[last], steps[last], targets[last])
        while true {
            var (x, y) = (from, to)
            for _ in 0..<inner {
                body(x, y)
                x &+= step
                y &+= target
            }
            var i = last - 1
            while i >= 0 {
                index[i] &+= 1
                from &+= steps[i]
                to &+= targets[i]
                if index[i] < sizes[i] { break }
                from &-= steps[i] &* sizes[i]
                to &-= targets[i] &* sizes[i]
                index[i] = 0
                i -= 1
            }
            if i < 0 { return }
        }
    }
}
