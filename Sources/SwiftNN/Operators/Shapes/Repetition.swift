// The same elements repeated, or in another order.

extension Tensor {
    // MARK: Repeating

    /// The tensor `counts[i]` times along dimension i; there may be more counts than dimensions, for new ones in front.
    ///
    /// - Throws: for fewer counts than dimensions, and for negative ones.
    public func repeated(_ counts: [Int]) throws(TensorError) -> Tensor {
        try requireInitialized("repeat")
        let times = try Dims(counts, operation: "repeat")
        if times.count < rank {
            throw TensorError(.runtime, "repeat", "\(counts) has fewer dimensions than the tensor's shape \(sizes)")
        }
        var shape = Dims(repeating: 1, count: times.count - rank)
        for i in 0..<rank { shape.append(sizes[i]) }
        var target = shape
        for i in 0..<times.count {
            if times[i] < 0 { throw TensorError(.runtime, "repeat", "negative count \(times[i]) in \(counts)") }
            let (size, overflow) = target[i].multipliedReportingOverflow(by: times[i])
            if overflow { throw TensorError(.memory, "repeat", "\(sizes) repeated \(counts) does not fit into memory") }
            target[i] = size
        }
        let total = try checkedCount(target, dtype, operation: "repeat")
        var result = try reshaped(shape)
        if total == 0 {
            // Nothing is left to repeat: a gradient of zeros comes back by the sum over no copies.
            let emptied = try result.sliced(0, from: 0, to: 0)
            return try count == 0 ? result.reshaped(target).cloned() : emptied.reshaped(target).cloned()
        }
        var isCopy = false
        for i in stride(from: times.count - 1, through: 0, by: -1) where times[i] != 1 {
            // Everything from the dimension on is a block; the blocks are repeated.
            var block = 1
            for k in i..<times.count { block *= shape[k] }
            shape[i] *= times[i]
            let blocks = try result.reshaped([result.count / block, 1, block] as Dims)
            result = try blocks.expanded([blocks.sizes[0], times[i], block] as Dims).reshaped(shape)
            isCopy = true
        }
        return isCopy ? result : try result.cloned()
    }

    /// `repeated(_:)`, with counts of 1 for dimensions in front that have none.
    public func tiled(_ counts: [Int]) throws(TensorError) -> Tensor {
        try repeated([Int](repeating: 1, count: Swift.max(rank - counts.count, 0)) + counts)
    }

    /// Each element, or each slice of `dim`, `count` times in a row.
    ///
    /// - Parameters:
    ///   - dim: nil for the flattened tensor.
    ///   - outputSize: the size of the result's dimension, where the caller knows it: it is checked.
    public func repeatInterleaved(_ count: Int, dim: Int? = nil, outputSize: Int? = nil) throws(TensorError) -> Tensor {
        let (base, axis) = try interleavable(dim)
        if count < 0 { throw TensorError(.runtime, "repeat_interleave", "repeats must be non-negative, got \(count)") }
        var target = base.sizes
        let (size, overflow) = target[axis].multipliedReportingOverflow(by: count)
        if overflow { throw TensorError(.memory, "repeat_interleave", "\(count) repeats of \(sizes) do not fit into memory") }
        try requireSize(size, outputSize)
        target[axis] = size
        _ = try checkedCount(target, dtype, operation: "repeat_interleave")
        if base.count == 0 || count == 0 {
            return try base.sliced(axis, from: 0, to: 0).reshaped(target).cloned()
        }
        var inner = 1
        for i in (axis + 1)..<Swift.max(base.rank, axis + 1) { inner *= base.sizes[i] }
        let blocks = try base.reshaped([base.count / inner, 1, inner] as Dims)
        let result = try blocks.expanded([blocks.sizes[0], count, inner] as Dims).reshaped(target)
        return count == 1 ? try result.cloned() : result
    }

    /// Each slice of `dim` as many times in a row as its entry in `counts` says.
    ///
    /// - Parameter counts: int64 or int32, of one dimension and of its size, or of one element.
    public func repeatInterleaved(_ counts: Tensor, dim: Int? = nil, outputSize: Int? = nil) throws(TensorError) -> Tensor {
        try counts.requireInitialized("repeat_interleave")
        if counts.rank > 1 {
            throw TensorError(.runtime, "repeat_interleave", "expected repeats of at most 1 dimension, got shape \(counts.sizes)")
        }
        try counts.requireCounts()
        if counts.count == 1 {
            return try repeatInterleaved(try counts.itemAsInt(), dim: dim, outputSize: outputSize)
        }
        let (base, axis) = try interleavable(dim)
        if counts.count != base.sizes[axis] {
            throw TensorError(.runtime, "repeat_interleave",
                "expected as many repeats as the size \(base.sizes[axis]) of dimension \(axis), got \(counts.count)")
        }
        let positions = try counts.positionsRepeated(outputSize)
        return try base.indexSelected(axis, positions)
    }

    /// Each position of this tensor of counts as many times in a row as its count says.
    public func positionsRepeated(_ outputSize: Int? = nil) throws(TensorError) -> Tensor {
        try requireInitialized("repeat_interleave")
        if rank != 1 {
            throw TensorError(.runtime, "repeat_interleave", "expected repeats of 1 dimension, got shape \(sizes)")
        }
        try requireCounts()
        let counts = try withoutHistory().contiguous().converted(to: .int64)
        let numbers = counts.data.assumingMemoryBound(to: Int64.self)
        var total = 0
        for i in 0..<count {
            let number = Int(numbers[i])
            if number < 0 { throw TensorError(.runtime, "repeat_interleave", "repeats must be non-negative, got \(number)") }
            let (sum, overflow) = total.addingReportingOverflow(number)
            if overflow || sum > 1 << 44 {
                throw TensorError(.memory, "repeat_interleave", "the sum of the repeats does not fit into memory")
            }
            total = sum
        }
        try requireSize(total, outputSize)
        let result = try Tensor(uninitialized: [total], .int64, operation: "repeat_interleave")
        var target = result.data.assumingMemoryBound(to: Int64.self)
        for i in 0..<count {
            target.update(repeating: Int64(i), count: Int(numbers[i]))
            target += Int(numbers[i])
        }
        return try result.to(dtype)
    }

    private func requireCounts() throws(TensorError) {
        if dtype != .int64 && dtype != .int32 {
            throw TensorError(.unsupported, "repeat_interleave", "expected repeats of int64 or int32, got \(dtype)")
        }
    }

    private func requireSize(_ size: Int, _ expected: Int?) throws(TensorError) {
        if let expected, expected != size {
            throw TensorError(.runtime, "repeat_interleave", "invalid output_size: expected \(size), got \(expected)")
        }
    }

    private func interleavable(_ dim: Int?) throws(TensorError) -> (Tensor, Int) {
        try requireInitialized("repeat_interleave")
        guard let dim else { return (try reshaped([-1 as Int]), 0) }
        if rank == 0 { throw TensorError(.index, "repeat_interleave", "dimension \(dim) named, but the tensor has no dimensions") }
        return (self, try checkedDimension(dim, rank: rank, operation: "repeat_interleave"))
    }

    // MARK: Other orders

    /// The elements in reverse order along each of `dims`.
    public func flipped(_ dims: [Int]) throws(TensorError) -> Tensor {
        try requireInitialized("flip")
        var mask = 0
        for dim in dims {
            let bit = 1 << (try checkedDimension(dim, rank: rank, operation: "flip"))
            if mask & bit != 0 { throw TensorError(.runtime, "flip", "dimension \(dim) appears more than once in \(dims)") }
            mask |= bit
        }
        let result = try Tensor(uninitialized: sizes, dtype, operation: "flip")
        if count > 0 {
            // Read backwards from the last element: only for this copy, as no other tensor has negative strides.
            var (start, steps) = (offset, strides)
            for i in 0..<rank where mask & (1 << i) != 0 {
                start += (sizes[i] - 1) * strides[i]
                steps[i] = -strides[i]
            }
            Elementwise.convert(Tensor(alias: self, offset: start, sizes: sizes, strides: steps), into: result)
        }
        if isRecorded { result.node = FlipBackward(try gradientEdge(), dims) }
        return result
    }

    /// The columns in reverse order.
    public func flippedHorizontally() throws(TensorError) -> Tensor {
        if rank < 2 { throw TensorError(.runtime, "fliplr", "expected at least 2 dimensions, got shape \(sizes)") }
        return try flipped([1])
    }

    /// The rows in reverse order.
    public func flippedVertically() throws(TensorError) -> Tensor {
        if rank < 1 { throw TensorError(.runtime, "flipud", "expected at least 1 dimension, got shape \(sizes)") }
        return try flipped([0])
    }

    /// The elements moved on by `shifts[i]` along `dims[i]`; what leaves at the end comes in again at the beginning.
    ///
    /// - Parameter dims: empty for the flattened tensor, which gets its shape back.
    public func rolled(_ shifts: [Int], dims: [Int] = []) throws(TensorError) -> Tensor {
        try requireInitialized("roll")
        if shifts.isEmpty { throw TensorError(.runtime, "roll", "expected at least one shift") }
        if dims.isEmpty && shifts.count == 1 {
            return try reshaped([-1 as Int]).rolled(shifts, dims: [0]).reshaped(sizes)
        }
        if shifts.count != dims.count {
            throw TensorError(.runtime, "roll", "shifts and dimensions must align, got \(shifts) and \(dims)")
        }
        if rank == 0 { throw TensorError(.index, "roll", "dimension \(dims[0]) named, but the tensor has no dimensions") }
        var source = self
        for (shift, dim) in zip(shifts, dims) {
            let axis = try checkedDimension(dim, rank: rank, operation: "roll")
            let result = try Tensor(uninitialized: sizes, dtype, operation: "roll")
            if count > 0 {
                let size = sizes[axis]
                let by = (shift % size + size) % size
                try withoutGradients { () throws(TensorError) in
                    if by > 0 {
                        Elementwise.convert(try source.sliced(axis, from: size - by), into: try result.sliced(axis, to: by))
                    }
                    Elementwise.convert(try source.sliced(axis, to: size - by), into: try result.sliced(axis, from: by))
                }
            }
            source = result
        }
        if isRecorded { source.node = RollBackward(try gradientEdge(), shifts, dims) }
        return source
    }

    /// Turned by 90 degrees `count` times in the plane of two dimensions, from the first towards the second.
    public func rotated(_ count: Int = 1, dims: [Int] = [0, 1]) throws(TensorError) -> Tensor {
        try requireInitialized("rot90")
        if dims.count != 2 { throw TensorError(.runtime, "rot90", "expected 2 dimensions to rotate in, got \(dims)") }
        if rank < 2 { throw TensorError(.runtime, "rot90", "expected at least 2 dimensions, got shape \(sizes)") }
        let first = try checkedDimension(dims[0], rank: rank, operation: "rot90")
        let second = try checkedDimension(dims[1], rank: rank, operation: "rot90")
        if first == second { throw TensorError(.runtime, "rot90", "expected two different dimensions, got \(dims)") }
        switch count & 3 {
        case 1: return try flipped([second]).transposed(first, second)
        case 2: return try flipped([first, second])
        case 3: return try flipped([first]).transposed(first, second)
        default: return try cloned()
        }
    }
}

// MARK: - Gradients

final class FlipBackward: Node {
    private let dims: [Int]

    init(_ edge: Edge, _ dims: [Int]) {
        self.dims = dims
        super.init(edge)
    }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        try engine.send(try g.flipped(dims), to: edges.0)
    }
}

final class RollBackward: Node {
    private let shifts: [Int], dims: [Int]

    init(_ edge: Edge, _ shifts: [Int], _ dims: [Int]) {
        self.shifts = shifts
        self.dims = dims
        super.init(edge)
    }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        // The smallest integer has no counterpart, but moves by as much as its sizes' remainder.
        var back: [Int] = []
        for (shift, dim) in zip(shifts, dims) {
            let axis = try checkedDimension(dim, rank: g.rank, operation: "roll")
            back.append(g.sizes[axis] == 0 ? 0 : -(shift % g.sizes[axis]))
        }
        try engine.send(try g.rolled(back, dims: dims), to: edges.0)
    }
}
