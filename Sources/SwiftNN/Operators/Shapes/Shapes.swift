// Operators that look at the same memory in another shape. A view records how to bring its gradient back.

extension Tensor {
    /// A view of other sizes and strides, with the formula that brings its gradient back.
    ///
    /// - Parameter shift: how many elements behind this tensor's first the view begins.
    @inline(__always)
    func viewed(
        _ sizes: Dims, _ strides: Dims, shift: Int = 0, _ makeNode: (Edge) -> Node
    ) throws(TensorError) -> Tensor {
        let result = Tensor(viewing: self, shift: shift, sizes: sizes, strides: strides)
        if !GradMode.isEnabled {
            result.markUnrecordedView()
        } else if requiresGrad {
            result.node = makeNode(try gradientEdge())
        }
        return result
    }

    /// The same memory, without history: changes through one are seen by the other.
    public func detached() throws(TensorError) -> Tensor {
        try requireInitialized("detach")
        return withoutHistory()
    }

    /// The same memory without history and with a count of writes of its own: a write through it goes unnoticed by what
    /// formulas have saved. PyTorch's `x.data`.
    package func untracked() throws(TensorError) -> Tensor {
        try requireInitialized("data")
        let result = withoutHistory()
        result.storage = Storage(untracked: storage)
        result.historyVersion = 0
        return result
    }

    /// Whether the tensor was made in inference mode.
    public var isInference: Bool { storage.isInference }

    /// `detached` for a tensor that is known to have a shape.
    func withoutHistory() -> Tensor { Tensor(alias: self, offset: offset, sizes: sizes, strides: strides) }

    /// Forgets the tensor's own history.
    ///
    /// - Throws: for a view, whose base would keep it.
    public func detachInPlace() throws(TensorError) {
        if flags.contains(.view) && !isKnownUniquelyReferenced(&base) {
            throw TensorError(.runtime, "detach_", "Can't detach views in-place. Use detach() instead.")
        }
        leaveBase()
        releaseIteratively(&node)
        flags.remove(.requiresGrad)
    }

    // MARK: reshape

    /// The same elements in another shape: a view where the strides allow one, else a copy.
    ///
    /// - Parameter shape: one size may be -1, for what is left.
    public func reshaped(_ shape: [Int]) throws(TensorError) -> Tensor {
        try reshaped(try Dims(shape, operation: "reshape"))
    }

    func reshaped(_ shape: Dims) throws(TensorError) -> Tensor {
        try requireInitialized("reshape")
        let target = try resolved(shape, "reshape")
        if let strides = viewStrides(target) { return try reshapeView(target, strides) }
        let result = try contiguous().reshapeView(target, target.rowMajorStrides)
        result.leaveBase()
        return result
    }

    /// The same memory in another shape.
    ///
    /// - Parameter shape: one size may be -1, for what is left.
    /// - Throws: where the strides do not allow a view.
    public func view(_ shape: [Int]) throws(TensorError) -> Tensor {
        try requireInitialized("view")
        let target = try resolved(try Dims(shape, operation: "view"), "view")
        guard let strides = viewStrides(target) else {
            throw TensorError(.runtime, "view",
                "a tensor of shape \(sizes) and strides \(self.strides) cannot be viewed as \(target); use reshape()")
        }
        return try reshapeView(target, strides)
    }

    private func reshapeView(_ target: Dims, _ strides: Dims) throws(TensorError) -> Tensor {
        return try viewed(target, strides) { ViewBackward($0, sizes) }
    }

    /// `shape` with -1 replaced by what is left.
    private func resolved(_ shape: Dims, _ operation: String) throws(TensorError) -> Dims {
        var target = shape
        var known = 1
        var open: Int?
        for i in 0..<shape.count {
            let size = shape[i]
            if size == -1 {
                if open != nil { throw TensorError(.runtime, operation, "only one size can be -1, not \(shape)") }
                open = i
            } else if size < 0 {
                throw TensorError(.runtime, operation, "invalid size \(size) in \(shape)")
            } else {
                let (product, overflow) = known.multipliedReportingOverflow(by: size)
                if overflow {
                    // Of no elements these sizes could have been, had a later one been met first: see below.
                    throw TensorError(count == 0 ? .memory : .runtime, operation, "\(shape) is invalid for \(count) elements")
                }
                known = product
            }
        }
        if let open {
            if known == 0 {
                throw TensorError(.runtime, operation, "-1 in \(shape) is ambiguous for a tensor without elements")
            }
            target[open] = count / known
            known *= target[open]
        }
        if known != count {
            throw TensorError(.runtime, operation, "shape \(shape) is invalid for \(count) elements of shape \(sizes)")
        }
        // Without elements any sizes multiply to none; what is computed from them later must not overflow.
        if count == 0 { _ = try checkedCount(target, dtype, operation: operation) }
        return target
    }

    /// The strides of a view of the shape `target`, or nil where there is none.
    private func viewStrides(_ target: Dims) -> Dims? {
        if isContiguous || count == 0 { return target.rowMajorStrides }
        if sizes.count == 0 { return Dims(repeating: 1, count: target.count) }
        // Dimensions that lie in memory one after the other form a block; the target's dimensions must fill each block
        // exactly.
        var result = Dims(repeating: 0, count: target.count)
        var targetDim = target.count - 1
        var step = strides[sizes.count - 1]
        var (blockCount, targetCount) = (1, 1)
        for dim in stride(from: sizes.count - 1, through: 0, by: -1) {
            blockCount *= sizes[dim]
            if dim > 0 && (sizes[dim - 1] == 1 || strides[dim - 1] == blockCount * step) { continue }
            while targetDim >= 0 && (targetCount < blockCount || target[targetDim] == 1) {
                result[targetDim] = targetCount * step
                targetCount *= target[targetDim]
                targetDim -= 1
            }
            if targetCount != blockCount { return nil }
            if dim > 0 {
                step = strides[dim - 1]
                (blockCount, targetCount) = (1, 1)
            }
        }
        return targetDim < 0 ? result : nil
    }

    /// Joins the dimensions from `start` to `end`, both included.
    public func flattened(from start: Int = 0, to end: Int = -1) throws(TensorError) -> Tensor {
        let first = try checkedDimension(start, rank: rank, operation: "flatten")
        let last = try checkedDimension(end, rank: rank, operation: "flatten")
        if first > last {
            throw TensorError(.runtime, "flatten", "start_dim \(start) comes after end_dim \(end) in \(sizes)")
        }
        if rank == 0 { return try reshaped([1] as Dims) }
        if first == last { return self }
        var target = Dims()
        for i in 0..<first { target.append(sizes[i]) }
        var joined = 1
        for i in first...last { joined *= sizes[i] }
        target.append(joined)
        for i in (last + 1)..<Swift.max(rank, last + 1) { target.append(sizes[i]) }
        return try reshaped(target)
    }

    /// Without the dimensions of size 1, or those of `dims` that have size 1.
    public func squeezed(_ dims: [Int]? = nil) throws(TensorError) -> Tensor {
        try requireInitialized("squeeze")
        var chosen = dims == nil ? ~0 : 0
        for dim in dims ?? [] {
            let bit = 1 << (try checkedDimension(dim, rank: rank, operation: "squeeze"))
            if chosen & bit != 0 {
                throw TensorError(.runtime, "squeeze", "dimension \(dim) appears more than once in \(dims ?? [])")
            }
            chosen |= bit
        }
        var target = Dims(), steps = Dims()
        for i in 0..<rank where sizes[i] != 1 || chosen & (1 << i) == 0 {
            target.append(sizes[i])
            steps.append(strides[i])
        }
        return try viewed(target, steps) { SqueezeBackward($0, sizes) }
    }

    /// With a dimension of size 1 inserted at `dim`.
    public func unsqueezed(_ dim: Int) throws(TensorError) -> Tensor {
        try requireInitialized("unsqueeze")
        let position = try checkedDimension(dim, rank: rank + 1, operation: "unsqueeze")
        if rank == Dims.capacity {
            throw TensorError(.value, "unsqueeze", "a tensor has at most \(Dims.capacity) dimensions")
        }
        var target = sizes, steps = strides
        let step = position < rank ? strides[position] * Swift.max(sizes[position], 1) : 1
        target.insert(1, at: position)
        steps.insert(step, at: position)
        return try viewed(target, steps) { UnsqueezeBackward($0, sizes) }
    }

    // MARK: permute

    /// With two dimensions exchanged.
    public func transposed(_ dim0: Int, _ dim1: Int) throws(TensorError) -> Tensor {
        try requireInitialized("transpose")
        let first = try checkedDimension(dim0, rank: rank, operation: "transpose")
        let second = try checkedDimension(dim1, rank: rank, operation: "transpose")
        var target = sizes, steps = strides
        target.swap(first, second)
        steps.swap(first, second)
        return try viewed(target, steps) { TransposeBackward($0, first, second) }
    }

    /// The transpose of a tensor of at most two dimensions.
    public func transposed() throws(TensorError) -> Tensor {
        if rank > 2 {
            throw TensorError(.runtime, "t", "expected at most 2 dimensions, got shape \(sizes)")
        }
        return rank < 2 ? self : try transposed(0, 1)
    }

    /// With the last two dimensions exchanged.
    public func matrixTransposed() throws(TensorError) -> Tensor {
        if rank < 2 { throw TensorError(.runtime, "adjoint", "expected at least 2 dimensions, got shape \(sizes)") }
        return try transposed(-2, -1)
    }

    /// With the dimensions in the given order.
    public func permuted(_ dims: [Int]) throws(TensorError) -> Tensor {
        try requireInitialized("permute")
        if dims.count != rank {
            throw TensorError(.runtime, "permute", "\(dims.count) dimensions named for a tensor of shape \(sizes)")
        }
        var target = Dims(), steps = Dims(), inverse = Dims(repeating: -1, count: rank)
        for (position, dim) in dims.enumerated() {
            let source = try checkedDimension(dim, rank: rank, operation: "permute")
            if inverse[source] != -1 { throw TensorError(.runtime, "permute", "dimension \(dim) is named twice in \(dims)") }
            inverse[source] = position
            target.append(sizes[source])
            steps.append(strides[source])
        }
        return try viewed(target, steps) { PermuteBackward($0, inverse) }
    }

    // MARK: expand

    /// Dimensions of size 1, and new ones in front, repeated without a copy.
    ///
    /// - Parameter shape: -1 keeps a size.
    public func expanded(_ shape: [Int]) throws(TensorError) -> Tensor {
        try expanded(try Dims(shape, operation: "expand"))
    }

    func expanded(_ shape: Dims) throws(TensorError) -> Tensor {
        try requireInitialized("expand")
        let shift = shape.count - rank
        if shift < 0 {
            throw TensorError(.runtime, "expand", "\(shape) has fewer dimensions than the tensor's shape \(sizes)")
        }
        var target = shape, steps = Dims()
        for i in 0..<shape.count {
            let own = i - shift
            if own < 0 {
                if shape[i] < 0 { throw TensorError(.runtime, "expand", "size \(shape[i]) of the new dimension \(i) is not allowed") }
                steps.append(0)
            } else if shape[i] == -1 || shape[i] == sizes[own] {
                target[i] = sizes[own]
                steps.append(strides[own])
            } else if sizes[own] == 1 && shape[i] >= 0 {
                steps.append(0)
            } else {
                throw TensorError(.runtime, "expand",
                    "size \(sizes[own]) of dimension \(own) cannot be expanded to \(shape[i]): \(sizes) to \(shape)")
            }
        }
        _ = try checkedCount(target, dtype, operation: "expand")
        return try viewed(target, steps) { ExpandBackward($0, Spec(self)) }
    }

    // MARK: narrow, select

    /// The elements of `dim` at `index`; the dimension goes.
    public func selected(_ dim: Int, _ index: Int) throws(TensorError) -> Tensor {
        try requireInitialized("select")
        if rank == 0 { throw TensorError(.index, "select", "a tensor of no dimensions cannot be indexed") }
        let axis = try checkedDimension(dim, rank: rank, operation: "select")
        let size = sizes[axis]
        guard index >= -size && index < size else {
            throw TensorError(.index, "select", "index \(index) is out of bounds for dimension \(axis) with size \(size)")
        }
        let position = index < 0 ? index + size : index
        var target = sizes, steps = strides
        target.remove(at: axis)
        steps.remove(at: axis)
        return try viewed(target, steps, shift: position * strides[axis]) {
            RegionBackward($0, Spec(self)) { (full) throws(TensorError) in try full.selected(axis, position) }
        }
    }

    /// Every `step`-th element of `dim` from `start` to, without, `stop`; limits as in Python.
    public func sliced(_ dim: Int, from start: Int? = nil, to stop: Int? = nil, step: Int = 1) throws(TensorError) -> Tensor {
        try requireInitialized("slice")
        if rank == 0 { throw TensorError(.index, "slice", "a tensor of no dimensions cannot be sliced") }
        let axis = try checkedDimension(dim, rank: rank, operation: "slice")
        if step <= 0 { throw TensorError(.value, "slice", "step must be greater than zero, not \(step)") }
        let size = sizes[axis]
        func limit(_ value: Int) -> Int { Swift.min(Swift.max(value < 0 ? value + size : value, 0), size) }
        let first = limit(start ?? 0)
        let last = Swift.max(limit(stop ?? size), first)
        if first == 0 && last == size && step == 1 { return try viewed(sizes, strides) { [sizes] in ViewBackward($0, sizes) } }
        var target = sizes, steps = strides
        // Written so that a huge step cannot overflow.
        target[axis] = last == first ? 0 : (last - first - 1) / step + 1
        steps[axis] = target[axis] > 1 ? strides[axis] * step : strides[axis]
        return try viewed(target, steps, shift: target[axis] == 0 ? 0 : first * strides[axis]) {
            RegionBackward($0, Spec(self)) { (full) throws(TensorError) in
                try full.sliced(axis, from: first, to: last, step: step)
            }
        }
    }

    // MARK: Copies

    /// A row-major copy, through which gradients flow.
    public func cloned() throws(TensorError) -> Tensor {
        let result = try copied()
        if isRecorded { result.node = CloneBackward(try gradientEdge()) }
        return result
    }

    /// The tensor itself if it is contiguous, else a row-major copy.
    public func contiguous() throws(TensorError) -> Tensor {
        try requireInitialized("contiguous")
        return isContiguous ? self : try cloned()
    }

    /// A row-major copy without history.
    func copied() throws(TensorError) -> Tensor {
        try requireInitialized("clone")
        let result = try Tensor(uninitialized: sizes, dtype, operation: "clone")
        Elementwise.convert(self, into: result)
        return result
    }

    /// The tensor itself if it has the dtype, else a converted copy without history.
    @inline(__always)
    func converted(to target: DType, _ operation: StaticString = "to") throws(TensorError) -> Tensor {
        if dtype == target { return self }
        if flags.contains(.wrappedNumber) { try requireFits(target, operation) }
        let result = try Tensor(uninitialized: sizes, target, operation: operation)
        Elementwise.convert(self, into: result)
        return result
    }

    /// The tensor itself if it has the dtype, else a converted copy, through which gradients flow between floating types.
    public func to(_ target: DType) throws(TensorError) -> Tensor {
        try requireInitialized("to")
        if dtype == target { return self }
        let result = try converted(to: target)
        if isRecorded && target.isFloatingPoint { result.node = ToCopyBackward(try gradientEdge(), Spec(self)) }
        return result
    }

    /// Writes the elements of `source`, broadcast and converted, into this tensor's memory.
    public func copyInPlace(from source: Tensor) throws(TensorError) {
        try source.requireInitialized("copy_")
        if source.flags.contains(.wrappedNumber) { try source.requireFits(dtype, "copy_") }
        let recorded = isRecorded || source.isRecorded
        try requireWritable("copy_", recorded: recorded && dtype.isFloatingPoint)
        if try broadcastSizes(sizes, source.sizes, "copy_") != sizes {
            throw TensorError(.runtime, "copy_", "a source of shape \(source.sizes) does not fit into shape \(sizes)")
        }
        let node = recorded && dtype.isFloatingPoint
            ? CopyBackward(try overwrittenEdge(), try source.gradientEdge(), Spec(self), Spec(source)) : nil
        Elementwise.convert(try safeOperand(source), into: self)
        didWrite()
        if let node { rebaseHistory(node) }
    }
}

// MARK: - Gradients

/// The same elements in another shape.
class ReshapingBackward: Node {
    private final let sizes: Dims

    init(_ edge: Edge, _ sizes: Dims) {
        self.sizes = sizes
        super.init(edge)
    }

    override final func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        try engine.send(try g.reshaped(sizes), to: edges.0)
    }
}

final class ViewBackward: ReshapingBackward {}
final class SqueezeBackward: ReshapingBackward {}
final class UnsqueezeBackward: ReshapingBackward {}

final class TransposeBackward: Node {
    private let dims: (Int, Int)

    init(_ edge: Edge, _ dim0: Int, _ dim1: Int) {
        dims = (dim0, dim1)
        super.init(edge)
    }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        try engine.send(try g.transposed(dims.0, dims.1), to: edges.0)
    }
}

final class PermuteBackward: Node {
    private let inverse: Dims

    init(_ edge: Edge, _ inverse: Dims) {
        self.inverse = inverse
        super.init(edge)
    }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        try engine.send(try g.permuted(inverse.array), to: edges.0)
    }
}

/// Elements that were repeated gather the gradients of all their copies.
final class ExpandBackward: Node {
    private let spec: Spec

    init(_ edge: Edge, _ spec: Spec) {
        self.spec = spec
        super.init(edge)
    }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        try engine.send(g, to: edges.0, reducedTo: spec)
    }
}

/// A part of a tensor: the gradient is zero outside of it.
class RegionBackward: Node {
    private let spec: Spec
    private let region: (Tensor) throws(TensorError) -> Tensor

    init(_ edge: Edge, _ spec: Spec, _ region: @escaping (Tensor) throws(TensorError) -> Tensor) {
        self.spec = spec
        self.region = region
        super.init(edge)
    }

    override class var name: String { "SliceBackward0" }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let gradient = copy g
        let full = try Tensor.filled(spec.sizes, spec.dtype, 0)
        try withoutGradients { () throws(TensorError) in try region(full).copyInPlace(from: gradient) }
        // Recorded as the inverse of the view, so that a second derivative flows back through the region.
        if gradient.isRecorded { full.node = RegionGradientBackward(try gradient.gradientEdge(), region) }
        try engine.send(full, to: edges.0)
    }
}

/// The gradient of a part put back into zeros: the part of the gradient.
final class RegionGradientBackward: Node {
    private let region: (Tensor) throws(TensorError) -> Tensor

    init(_ edge: Edge, _ region: @escaping (Tensor) throws(TensorError) -> Tensor) {
        self.region = region
        super.init(edge)
    }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        try engine.send(try region(g), to: edges.0)
    }
}

final class CloneBackward: Node {
    init(_ edge: Edge) { super.init(edge) }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        try engine.send(g, to: edges.0)
    }
}

final class ToCopyBackward: Node {
    private let spec: Spec

    init(_ edge: Edge, _ spec: Spec) {
        self.spec = spec
        super.init(edge)
    }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        try engine.send(try g.to(spec.dtype), to: edges.0)
    }
}

/// What was overwritten gets no gradient, the source gets all of it.
final class CopyBackward: BinaryBackward {
    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        if wants(0) { try engine.send(try Tensor.filled(g.sizes, g.dtype, 0), to: edges.0) }
        if wants(1) { try engine.send(g, to: edges.1, reducedTo: bSpec) }
    }
}
