// Views by sizes and strides given outright, and tensors that change their own shape.

extension Tensor {
    // MARK: Shapes

    /// One dimension replaced by several; one of their sizes may be -1, for what is left.
    public func unflattened(_ dim: Int, _ shape: [Int]) throws(TensorError) -> Tensor {
        try requireInitialized("unflatten")
        if shape.isEmpty { throw TensorError(.runtime, "unflatten", "expected at least one size") }
        if rank == 0 { throw TensorError(.runtime, "unflatten", "dimension \(dim) named, but the tensor has no dimensions") }
        let axis = try checkedDimension(dim, rank: rank, operation: "unflatten")
        var parts = try Dims(shape, operation: "unflatten")
        if parts.count + rank - 1 > Dims.capacity {
            throw TensorError(.value, "unflatten", "a tensor has at most \(Dims.capacity) dimensions")
        }
        var known = 1
        var open: Int?
        for i in 0..<parts.count {
            if parts[i] == -1 && open == nil {
                open = i
                continue
            }
            if parts[i] < 0 { throw TensorError(.runtime, "unflatten", "invalid size \(parts[i]) in \(shape)") }
            let (product, overflow) = known.multipliedReportingOverflow(by: parts[i])
            known = overflow ? -1 : product
            if overflow { break }
        }
        if let open, known > 0 {
            parts[open] = sizes[axis] / known
            known *= parts[open]
        } else if open != nil && known == 0 {
            throw TensorError(.runtime, "unflatten", "-1 in \(shape) is ambiguous beside a size of 0")
        }
        if known != sizes[axis] {
            throw TensorError(.runtime, "unflatten",
                "\(shape) does not multiply up to \(sizes[axis]), the size of dimension \(axis)")
        }
        var target = Dims()
        for i in 0..<rank {
            if i == axis { for k in 0..<parts.count { target.append(parts[k]) } } else { target.append(sizes[i]) }
        }
        return try reshaped(target)
    }

    /// The elements as one dimension: a view where they are contiguous.
    public func raveled() throws(TensorError) -> Tensor { try contiguous().view([-1 as Int]) }

    /// With the dimensions `sources` at the places `destinations`, the others in their order.
    public func movingDimensions(_ sources: [Int], to destinations: [Int]) throws(TensorError) -> Tensor {
        try requireInitialized("movedim")
        if sources.count != destinations.count {
            throw TensorError(.runtime, "movedim", "expected as many source as destination dimensions, got \(sources) and \(destinations)")
        }
        var order = [Int](repeating: -1, count: rank)
        var moved = 0
        for (source, destination) in zip(sources, destinations) {
            let from = try checkedDimension(source, rank: rank, operation: "movedim")
            let to = try checkedDimension(destination, rank: rank, operation: "movedim")
            if rank == 0 { continue }
            if moved & (1 << from) != 0 { throw TensorError(.runtime, "movedim", "repeated dimension in the source \(sources)") }
            if order[to] != -1 { throw TensorError(.runtime, "movedim", "repeated dimension in the destination \(destinations)") }
            moved |= 1 << from
            order[to] = from
        }
        var next = 0
        for place in order.indices where order[place] == -1 {
            while moved & (1 << next) != 0 { next += 1 }
            order[place] = next
            next += 1
        }
        return try permuted(order)
    }

    /// The tensors, each expanded to the shape that all of them have after broadcasting.
    public static func broadcast(_ tensors: [Tensor]) throws(TensorError) -> [Tensor] {
        var shape = Dims()
        for tensor in tensors {
            try tensor.requireInitialized("broadcast_tensors")
            shape = try broadcastSizes(shape, tensor.sizes, "broadcast_tensors")
        }
        var result: [Tensor] = []
        for tensor in tensors { result.append(try tensor.expanded(shape)) }
        return result
    }

    // MARK: Strides

    /// A view of the memory with the given sizes and strides, both in elements.
    ///
    /// - Parameter offset: the position of the first element in the storage; nil for the tensor's own.
    /// - Throws: where an element would lie outside of the storage.
    public func strided(_ shape: [Int], strides: [Int], offset: Int? = nil) throws(TensorError) -> Tensor {
        try requireInitialized("as_strided")
        let target = try Dims(shape, operation: "as_strided"), steps = try Dims(strides, operation: "as_strided")
        if target.count != steps.count {
            throw TensorError(.runtime, "as_strided", "mismatch in length of strides and shape: \(strides) and \(shape)")
        }
        let start = offset ?? self.offset
        if start < 0 { throw TensorError(.runtime, "as_strided", "invalid storage offset \(start)") }
        for i in 0..<steps.count where steps[i] < 0 {
            throw TensorError(.runtime, "as_strided", "negative strides are not supported, got \(strides)")
        }
        let total = try checkedCount(target, dtype, operation: "as_strided")
        let room = storage.byteCount / dtype.size
        if total > 0 {
            let last = reach(target, steps, from: start)
            guard let last, last < room else {
                throw TensorError(.runtime, "as_strided",
                    "sizes \(shape), strides \(strides) and storage offset \(start) are out of bounds for a storage of \(room) elements")
            }
        }
        let first = total > 0 ? start : Swift.min(start, room)
        let own = Spec(self), ownSteps = self.strides, ownStart = self.offset
        return try viewed(target, steps, shift: first - self.offset) {
            StridedBackward($0, own, ownSteps, ownStart, StorageLayout(sizes: target, strides: steps, offset: first))
        }
    }

    /// Memory that is not set, with the given sizes and strides.
    public static func empty(
        _ shape: [Int], strides: [Int], dtype: DType = .float32, requiresGrad: Bool = false
    ) throws(TensorError) -> Tensor {
        let target = try Dims(shape, operation: "empty_strided"), steps = try Dims(strides, operation: "empty_strided")
        if target.count != steps.count {
            throw TensorError(.runtime, "empty_strided",
                "dimensionality of sizes (\(target.count)) must match dimensionality of strides (\(steps.count))")
        }
        let total = try checkedCount(target, dtype, operation: "empty_strided")
        for i in 0..<steps.count where steps[i] < 0 && total > 0 {
            throw TensorError(.runtime, "empty_strided", "negative strides are not supported, got \(strides)")
        }
        guard let last = total > 0 ? reach(target, steps, from: 0) : -1 else {
            throw TensorError(.memory, "empty_strided", "sizes \(shape) and strides \(strides) do not fit into memory")
        }
        let memory = try Tensor(uninitialized: [last + 1] as Dims, dtype, operation: "empty_strided")
        let result = Tensor(
            storage: memory.storage, offset: 0, sizes: target, strides: steps, count: total, dtype: dtype,
            flags: isRowMajor(target, steps) ? .contiguous : [])
        if requiresGrad { try result.setRequiresGrad(true) }
        return result
    }

    /// The same memory as elements of another dtype, without history. Where their sizes differ, the last dimension,
    /// which then has to be contiguous, has as many more or fewer.
    public func viewed(as other: DType) throws(TensorError) -> Tensor {
        try requireInitialized("view")
        var (target, steps, start) = (sizes, strides, offset)
        if other.size != dtype.size {
            func mismatch(_ what: String) -> TensorError {
                TensorError(.runtime, "view", "\(what) to view \(dtype) as \(other) (different element sizes)")
            }
            let last = rank - 1
            if rank == 0 { throw mismatch("the tensor must have a dimension") }
            if count > 0 && sizes[last] != 1 && strides[last] != 1 { throw mismatch("the last stride must be 1, not \(strides[last]),") }
            if other.size < dtype.size {
                let ratio = dtype.size / other.size
                func scaled(_ value: Int) throws(TensorError) -> Int {
                    let (product, overflow) = value.multipliedReportingOverflow(by: ratio)
                    if overflow { throw mismatch("the sizes \(sizes) and strides \(strides) are too large") }
                    return product
                }
                target[last] = try scaled(target[last])
                for i in 0..<last { steps[i] = try scaled(steps[i]) }
                start = try scaled(start)
            } else {
                let ratio = other.size / dtype.size
                func divided(_ value: Int, _ what: String) throws(TensorError) -> Int {
                    if value % ratio != 0 { throw mismatch("\(what) must be divisible by \(ratio), not \(value),") }
                    return value / ratio
                }
                target[last] = try divided(target[last], "the last size")
                for i in 0..<last { steps[i] = try divided(steps[i], "the stride of dimension \(i)") }
                start = try divided(start, "the storage offset")
            }
            steps[last] = 1
        }
        if count > 0 && UInt(bitPattern: storage.base) % UInt(other.size) != 0 {
            throw TensorError(.runtime, "view", "the memory is not aligned for \(other)")
        }
        return Tensor(
            storage: storage, offset: start, sizes: target, strides: steps, count: target.product, dtype: other,
            flags: isRowMajor(target, steps) ? .contiguous : [])
    }

    // MARK: In place

    /// Makes the tensor its own view: the memory stays, the shape and the history are those of `view`.
    private func becomeView(
        _ operation: StaticString, _ view: (Tensor) throws(TensorError) -> Tensor
    ) throws(TensorError) {
        try requireInitialized(operation)
        try requireRecordable(operation, recorded: requiresGrad)
        let result: Tensor
        do throws(TensorError) {
            // Recorded in any case: a history that gives gradients of the shape before would be wrong.
            result = try node == nil ? view(self) : GradMode.with(true) { () throws(TensorError) in try view(self) }
        } catch {
            throw TensorError(error.code, operation.description, error.detail)
        }
        if result !== self {
            take(result.sizes, result.strides, at: result.data)
            if let made = result.node {
                releaseIteratively(&node)
                node = made
            }
        }
        didWrite()
    }

    private func take(_ sizes: Dims, _ strides: Dims, at data: UnsafeMutableRawPointer) {
        self.sizes = sizes
        self.strides = strides
        self.data = data
        count = sizes.product
        if isRowMajor(sizes, strides) { flags.insert(.contiguous) } else { flags.remove(.contiguous) }
        if let gradient, gradient.sizes != sizes { self.gradient = nil }
        generation &+= 1
    }

    /// Exchanges two dimensions of the tensor itself.
    public func transposeInPlace(_ dim0: Int, _ dim1: Int) throws(TensorError) {
        try becomeView("transpose_") { (x) throws(TensorError) in try x.transposed(dim0, dim1) }
    }

    /// Transposes the tensor itself, which has at most two dimensions.
    public func transposeInPlace() throws(TensorError) {
        try becomeView("t_") { (x) throws(TensorError) in try x.transposed() }
    }

    /// Drops dimensions of size 1 of the tensor itself.
    public func squeezeInPlace(_ dims: [Int]? = nil) throws(TensorError) {
        try becomeView("squeeze_") { (x) throws(TensorError) in try x.squeezed(dims) }
    }

    /// Gives the tensor itself a dimension of size 1 at `dim`.
    public func unsqueezeInPlace(_ dim: Int) throws(TensorError) {
        try becomeView("unsqueeze_") { (x) throws(TensorError) in try x.unsqueezed(dim) }
    }

    /// Gives the tensor itself other sizes and strides over its memory.
    public func stridedInPlace(_ shape: [Int], strides: [Int], offset: Int? = nil) throws(TensorError) {
        try becomeView("as_strided_") { (x) throws(TensorError) in try x.strided(shape, strides: strides, offset: offset) }
    }

    /// Gives the tensor itself another row-major shape. Elements that the memory holds stay; others are not set.
    ///
    /// - Throws: for a tensor that requires a gradient, and where more memory is needed but the memory is another
    ///   owner's or shared with other tensors, which could not follow.
    public func resizeInPlace(_ shape: [Int]) throws(TensorError) {
        try requireInitialized("resize_")
        if requiresGrad { throw TensorError(.runtime, "resize_", "cannot resize variables that require grad") }
        let target = try Dims(shape, operation: "resize_")
        let total = try checkedCount(target, dtype, operation: "resize_")
        let start = offset
        let (end, overflow) = start.addingReportingOverflow(total)
        let bytes = end.multipliedReportingOverflow(by: dtype.size)
        if overflow || bytes.overflow || bytes.partialValue > 1 << 47 {
            throw TensorError(.memory, "resize_", "\(target) of \(dtype) does not fit into memory")
        }
        if total > 0 && bytes.partialValue > storage.byteCount {
            if !storage.isOwn { throw TensorError(.runtime, "resize_", "trying to resize storage that is not resizable") }
            if !isKnownUniquelyReferenced(&storage) {
                throw TensorError(.unsupported, "resize_",
                    "more memory for a tensor that shares its memory with others is not offered; use clone() first")
            }
            let grown = try Storage(byteCount: bytes.partialValue, operation: "resize_")
            grown.base.copyMemory(from: storage.base, byteCount: storage.byteCount)
            grown.version = storage.version
            storage = grown
        }
        take(target, target.rowMajorStrides, at: storage.base + start * dtype.size)
        didWrite()
    }
}

/// The largest position that elements of these sizes and strides have; nil where that is no number.
private func reach(_ sizes: Dims, _ strides: Dims, from start: Int) -> Int? {
    var last = start
    for i in 0..<sizes.count {
        let far = (sizes[i] - 1).multipliedReportingOverflow(by: strides[i])
        let sum = last.addingReportingOverflow(far.partialValue)
        if far.overflow || sum.overflow { return nil }
        last = sum.partialValue
    }
    return last > 1 << 46 ? nil : last
}

/// Where the elements of a tensor lie in its storage.
struct StorageLayout {
    let sizes: Dims, strides: Dims, offset: Int

    /// One past the last position.
    var end: Int { sizes.product == 0 ? offset : (reach(sizes, strides, from: offset) ?? offset) + 1 }

    /// The position of each element in row-major order, counted from `origin`.
    func positions(from origin: Int) throws(TensorError) -> Tensor {
        let result = try Tensor(uninitialized: [sizes.product], .int64, operation: "as_strided")
        if result.count == 0 { return result }
        let target = result.data.assumingMemoryBound(to: Int64.self)
        let start = offset - origin
        Reduction.counted(sizes, strides, sizes.rowMajorStrides) { from, to in target[to] = Int64(start + from) }
        return result
    }
}

// MARK: - Gradients

/// Elements gather the gradients of all places that show them. An input that shows an element several times itself
/// shares the sum among those.
final class StridedBackward: Node {
    private let spec: Spec, input: StorageLayout, output: StorageLayout

    init(_ edge: Edge, _ spec: Spec, _ strides: Dims, _ offset: Int, _ output: StorageLayout) {
        self.spec = spec
        input = StorageLayout(sizes: spec.sizes, strides: strides, offset: offset)
        self.output = output
        super.init(edge)
    }

    override class var name: String { "AsStridedBackward0" }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let gradient = copy g
        let origin = Swift.min(input.offset, output.offset)
        let memory = try Tensor.filled([Swift.max(input.end, output.end) - origin], spec.dtype, 0)
        let shown = try output.positions(from: origin), own = try input.positions(from: origin)
        /// Elements at their places in memory, added up, and read at the input's places.
        func gathered(_ elements: Tensor, _ places: Tensor) throws(TensorError) -> Tensor {
            let sums = try memory.indexAdding(0, places, elements.reshaped([elements.count] as Dims))
            return try sums.indexSelected(0, own).reshaped(spec.sizes)
        }
        let shares = try withoutGradients { () throws(TensorError) in
            try gathered(Tensor.filled(spec.sizes, spec.dtype, 1), own)
        }
        try engine.send(try gathered(gradient, shown) / shares, to: edges.0)
    }
}
