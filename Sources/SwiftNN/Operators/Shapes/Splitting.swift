// Parts of a tensor, as views: each result has the formula of its own region.

/// Where a dimension is cut: into equal parts, or at positions.
public enum Cuts: Sendable {
    case sections(Int)
    case indices([Int])
}

extension Tensor {
    // MARK: One part

    /// `length` elements of `dim` from `start` on, which may count from the end.
    ///
    /// - Throws: where the part leaves the dimension, and for a tensor of no dimensions.
    public func narrowed(_ dim: Int, from start: Int, length: Int) throws(TensorError) -> Tensor {
        try requireInitialized("narrow")
        if rank == 0 { throw TensorError(.runtime, "narrow", "cannot be applied to a tensor of no dimensions") }
        let axis = try checkedDimension(dim, rank: rank, operation: "narrow")
        if length < 0 { throw TensorError(.runtime, "narrow", "length must be non-negative, got \(length)") }
        let size = sizes[axis]
        guard start >= -size && start <= size else {
            throw TensorError(.index, "narrow", "start is out of range: expected \(-size) to \(size), got \(start)")
        }
        let first = start < 0 ? start + size : start
        if length > size - first {
            throw TensorError(.runtime, "narrow", "start (\(first)) + length (\(length)) exceeds dimension size (\(size))")
        }
        return try sliced(axis, from: first, to: first + length)
    }

    /// The windows of `size` elements along `dim`, `step` apart, as a new last dimension: a view.
    ///
    /// - Throws: for a size above that of the dimension, and for a step that is not positive.
    public func unfolded(_ dim: Int, size: Int, step: Int) throws(TensorError) -> Tensor {
        try requireInitialized("unfold")
        let axis = try checkedDimension(dim, rank: rank, operation: "unfold")
        let extent = rank == 0 ? 1 : sizes[axis]
        if size < 0 { throw TensorError(.runtime, "unfold", "size is \(size) but must be >= 0") }
        if size > extent {
            throw TensorError(.runtime, "unfold", "maximum size for tensor at dimension \(axis) is \(extent) but size is \(size)")
        }
        if step <= 0 { throw TensorError(.runtime, "unfold", "step is \(step) but must be > 0") }
        if rank == Dims.capacity {
            throw TensorError(.value, "unfold", "a tensor has at most \(Dims.capacity) dimensions")
        }
        var target = sizes, steps = strides
        target.append(size)
        steps.append(rank == 0 ? 1 : strides[axis])
        if rank > 0 {
            target[axis] = (extent - size) / step + 1
            steps[axis] = target[axis] > 1 ? strides[axis] * step : strides[axis]
        }
        let own = Spec(self)
        return try viewed(target, steps) { UnfoldBackward($0, own, axis, size, step) }
    }

    // MARK: Several parts

    /// Views of `size` elements of `dim` each; the last may have fewer.
    public func split(every size: Int, dim: Int = 0) throws(TensorError) -> [Tensor] {
        let axis = try splittable(dim, "split")
        let extent = sizes[axis]
        if size < 0 { throw TensorError(.runtime, "split", "expected a split_size of at least 0, got \(size)") }
        if size == 0 && extent > 0 {
            throw TensorError(.runtime, "split", "split_size can only be 0 if dimension size is 0, but got dimension size of \(extent)")
        }
        let count = size == 0 ? 1 : Swift.max((extent - 1) / size + 1, 1)
        return Tensor.markSeveralOutputs(try parts(axis, count, "split") { index in
            (index * size, size < extent - index * size ? index * size + size : extent)
        })
    }

    /// Views of the given sizes along `dim`, which add up to that of the dimension.
    public func split(sizes lengths: [Int], dim: Int = 0) throws(TensorError) -> [Tensor] {
        let axis = try splittable(dim, "split_with_sizes")
        var rest = sizes[axis]
        for length in lengths {
            if length < 0 {
                throw TensorError(.runtime, "split_with_sizes", "expected sizes of at least 0, got \(lengths)")
            }
            rest -= Swift.min(length, rest + 1)
        }
        if rest != 0 {
            throw TensorError(.runtime, "split_with_sizes",
                "expected sizes that sum exactly to \(sizes[axis]), the size of dimension \(axis), got \(lengths)")
        }
        var start = 0
        return Tensor.markSeveralOutputs(try parts(axis, lengths.count, "split_with_sizes") { index in
            let first = start
            start += lengths[index]
            return (first, start)
        })
    }

    /// At most `count` views of equal size along `dim`; the last may be smaller.
    public func chunked(_ count: Int, dim: Int = 0) throws(TensorError) -> [Tensor] {
        let axis = try splittable(dim, "chunk")
        if count <= 0 { throw TensorError(.runtime, "chunk", "expected chunks greater than 0, got \(count)") }
        let extent = sizes[axis]
        // Nothing at all is still divided into as many parts.
        if extent == 0 { return try parts(axis, count, "chunk") { _ in (0, 0) } }
        return try split(every: (extent - 1) / count + 1, dim: axis)
    }

    /// Views along `dim`: so many parts whose sizes differ by at most 1, or cut at positions as Python's slices are.
    public func cut(at cuts: Cuts, dim: Int = 0) throws(TensorError) -> [Tensor] {
        let axis = try splittable(dim, "tensor_split")
        let extent = sizes[axis]
        switch cuts {
        case .sections(let count):
            if count <= 0 { throw TensorError(.runtime, "tensor_split", "expected more than 0 sections, got \(count)") }
            let (length, longer) = extent.quotientAndRemainder(dividingBy: count)
            return try parts(axis, count, "tensor_split") { index in
                let start = index * length + Swift.min(index, longer)
                return (start, start + length + (index < longer ? 1 : 0))
            }
        case .indices(let positions):
            func limit(_ value: Int) -> Int { Swift.min(Swift.max(value < 0 ? value + extent : value, 0), extent) }
            return try parts(axis, positions.count + 1, "tensor_split") { index in
                let start = index == 0 ? 0 : limit(positions[index - 1])
                return (start, Swift.max(index == positions.count ? extent : limit(positions[index]), start))
            }
        }
    }

    /// `cut(at:dim:)` where equal parts must be of equal size, along the dimension that NumPy's name for it means.
    private func cutEvenly(_ cuts: Cuts, _ dim: Int, least: Int, _ operation: StaticString) throws(TensorError) -> [Tensor] {
        if rank < least {
            throw TensorError(.runtime, operation.description,
                "requires a tensor with at least \(least) dimension\(least == 1 ? "" : "s"), but got a tensor with \(rank)")
        }
        if case .sections(let count) = cuts {
            if count <= 0 { throw TensorError(.runtime, operation.description, "expected more than 0 sections, got \(count)") }
            if sizes[dim] % count != 0 {
                throw TensorError(.runtime, operation.description,
                    "the size \(sizes[dim]) of dimension \(dim) is not divisible by the split_size \(count)")
            }
        }
        return try cut(at: cuts, dim: dim)
    }

    /// Cut along the second dimension, or the only one.
    public func cutHorizontally(at cuts: Cuts) throws(TensorError) -> [Tensor] {
        try cutEvenly(cuts, rank == 1 ? 0 : 1, least: 1, "hsplit")
    }

    /// Cut along the first of at least two dimensions.
    public func cutVertically(at cuts: Cuts) throws(TensorError) -> [Tensor] { try cutEvenly(cuts, 0, least: 2, "vsplit") }

    /// Cut along the third dimension.
    public func cutInDepth(at cuts: Cuts) throws(TensorError) -> [Tensor] { try cutEvenly(cuts, 2, least: 3, "dsplit") }

    /// The slices of `dim`, one view for each position.
    public func unbound(_ dim: Int = 0) throws(TensorError) -> [Tensor] {
        try requireInitialized("unbind")
        if rank == 0 { throw TensorError(.index, "unbind", "dimension \(dim) named, but the tensor has no dimensions") }
        let axis = try checkedDimension(dim, rank: rank, operation: "unbind")
        try requireListable(sizes[axis], "unbind")
        var result: [Tensor] = []
        result.reserveCapacity(sizes[axis])
        for index in 0..<sizes[axis] { result.append(try selected(axis, index)) }
        return Tensor.markSeveralOutputs(result)
    }

    private func splittable(_ dim: Int, _ operation: StaticString) throws(TensorError) -> Int {
        try requireInitialized(operation)
        if rank == 0 { throw TensorError(.runtime, operation.description, "expects at least a 1-dimensional tensor") }
        return try checkedDimension(dim, rank: rank, operation: operation.description)
    }

    /// A view for each of `count` ranges of `axis`.
    private func parts(
        _ axis: Int, _ count: Int, _ operation: StaticString, _ range: (Int) -> (Int, Int)
    ) throws(TensorError) -> [Tensor] {
        try requireListable(count, operation)
        var result: [Tensor] = []
        result.reserveCapacity(count)
        for index in 0..<count {
            let (start, end) = range(index)
            result.append(try sliced(axis, from: start, to: end))
        }
        return result
    }
}

/// An expanded dimension can be larger than any list of tensors, whose objects cannot fail to be made one by one.
private func requireListable(_ count: Int, _ operation: StaticString) throws(TensorError) {
    if count < 1 << 16 { return }
    let each = 512  // a tensor, its node and what the node keeps
    if count <= 1 << 26, let block = Allocator.allocate(count * each) { return Allocator.deallocate(block, count * each) }
    throw TensorError(.memory, operation.description, "\(count) results do not fit into memory")
}

// MARK: - Gradients

/// An element gathers the gradients of all windows that it stands in.
final class UnfoldBackward: Node {
    private let spec: Spec, axis: Int, size: Int, step: Int

    init(_ edge: Edge, _ spec: Spec, _ axis: Int, _ size: Int, _ step: Int) {
        self.spec = spec
        self.axis = axis
        self.size = size
        self.step = step
        super.init(edge)
    }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let gradient = copy g
        let full = try Tensor.filled(spec.sizes, spec.dtype, 0)
        try withoutGradients { () throws(TensorError) in
            if spec.sizes.count == 0 {
                if size == 1 { try full.addInPlace(try gradient.reshaped(Dims())) }
                return
            }
            let count = gradient.sizes[axis]
            for position in 0..<size {
                let places = try full.sliced(axis, from: position, to: position + (count - 1) * step + 1, step: step)
                try places.addInPlace(try gradient.selected(-1, position))
            }
        }
        if gradient.isRecorded { full.node = UnfoldGradientBackward(try gradient.gradientEdge(), axis, size, step) }
        try engine.send(full, to: edges.0)
    }
}

/// Windows added up: each has the gradient of the elements that it was added to.
final class UnfoldGradientBackward: Node {
    private let axis: Int, size: Int, step: Int

    init(_ edge: Edge, _ axis: Int, _ size: Int, _ step: Int) {
        self.axis = axis
        self.size = size
        self.step = step
        super.init(edge)
    }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        try engine.send(try g.unfolded(axis, size: size, step: step), to: edges.0)
    }
}
