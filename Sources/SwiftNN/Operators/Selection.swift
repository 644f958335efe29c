// Elements and slices by position. Everything here comes down to two operations that are each other's gradient: taking
// blocks of contiguous memory by their numbers, and adding blocks back.

extension Tensor {
    /// The blocks of `length` elements with the numbers `positions`, one after the other, in the shape `shape`.
    ///
    /// - Parameter positions: int64, row-major, each inside the tensor: the callers have checked.
    func takingBlocks(_ positions: Tensor, length: Int, shape: Dims) throws(TensorError) -> Tensor {
        let source = try contiguous()
        let result = try Tensor(uninitialized: shape, dtype, operation: "index")
        let bytes = length * dtype.size
        let numbers = positions.data.assumingMemoryBound(to: Int64.self)
        if result.count > 0 {
            let (from, to) = (source.data, result.data)
            for i in 0..<positions.count {
                (to + i * bytes).copyMemory(from: from + Int(numbers[i]) * bytes, byteCount: bytes)
            }
        }
        if source.isRecorded {
            result.node = IndexBackward(try source.gradientEdge(), source.sizes, positions, length)
        }
        return result
    }

    /// A tensor of the shape `shape` and of zeros, to which this tensor's blocks are added at `positions`, in order.
    func addingBlocks(_ positions: Tensor, length: Int, shape: Dims) throws(TensorError) -> Tensor {
        if dtype.isReducedPrecision {
            return try to(.float32).addingBlocks(positions, length: length, shape: shape).to(dtype)
        }
        let source = try contiguous()
        let result = try Tensor.filled(shape, dtype, 0)
        let numbers = positions.data.assumingMemoryBound(to: Int64.self)
        func add<Element: FloatingPoint>(_ type: Element.Type) {
            let from = source.data.assumingMemoryBound(to: Element.self)
            let to = result.data.assumingMemoryBound(to: Element.self)
            for i in 0..<positions.count {
                let (row, target) = (from + i * length, to + Int(numbers[i]) * length)
                for j in 0..<length { target[j] += row[j] }
            }
        }
        if source.count > 0 {
            if dtype == .float32 { add(Float.self) } else { add(Double.self) }
        }
        if source.isRecorded {
            result.node = IndexPutBackward(try source.gradientEdge(), source.sizes, positions, length)
        }
        return result
    }

    /// A copy with zeros in the blocks at `positions`.
    func erasingBlocks(_ positions: Tensor, length: Int) throws(TensorError) -> Tensor {
        let result = try copied()
        let numbers = positions.data.assumingMemoryBound(to: Int64.self)
        let bytes = length * dtype.size
        if count > 0 {
            for i in 0..<positions.count { (result.data + Int(numbers[i]) * bytes).initializeMemory(as: UInt8.self, repeating: 0, count: bytes) }
        }
        if isRecorded { result.node = EraseBlocksBackward(try gradientEdge(), sizes, positions, length) }
        return result
    }

    /// The slices of `dim` that `index` names.
    ///
    /// - Parameter index: one-dimensional int64 or int32; negative numbers are errors, as in PyTorch.
    public func indexSelected(_ dim: Int, _ index: Tensor) throws(TensorError) -> Tensor {
        try requireInitialized("index_select")
        let axis = try checkedDimension(dim, rank: rank, operation: "index_select")
        if index.rank > 1 {
            throw TensorError(.index, "index_select", "expected an index of one dimension, got shape \(index.sizes)")
        }
        if index.dtype != .int64 && index.dtype != .int32 {
            throw TensorError(.runtime, "index_select", "expected an int32 or int64 index, got \(index.dtype)")
        }
        let base = rank == 0 ? try reshaped([1] as Dims) : self
        let numbers = try index.checkedPositions(base.sizes[axis], negative: false, axis, "index_select")
        var (outer, inner) = (1, 1)
        for i in 0..<axis { outer *= base.sizes[i] }
        for i in (axis + 1)..<Swift.max(base.rank, axis + 1) { inner *= base.sizes[i] }
        let size = base.sizes[axis]
        let positions = try Tensor(uninitialized: [outer, numbers.count], .int64, operation: "index_select")
        let target = positions.data.assumingMemoryBound(to: Int64.self)
        let chosen = numbers.data.assumingMemoryBound(to: Int64.self)
        for o in 0..<outer {
            for i in 0..<numbers.count { target[o * numbers.count + i] = Int64(o * size) + chosen[i] }
        }
        var shape = base.sizes
        shape[axis] = numbers.count
        let result = try base.takingBlocks(positions, length: inner, shape: shape)
        return rank == 0 ? try result.reshaped(Dims()) : result
    }

    /// One element along `dim` for each entry of `index`, which has size 1 there and the tensor's sizes elsewhere.
    func gathered(_ dim: Int, _ index: Tensor) throws(TensorError) -> Tensor {
        var inner = 1
        for i in (dim + 1)..<Swift.max(rank, dim + 1) { inner *= sizes[i] }
        let positions = try Tensor(uninitialized: index.sizes, .int64, operation: "gather")
        let target = positions.data.assumingMemoryBound(to: Int64.self)
        let chosen = index.data.assumingMemoryBound(to: Int64.self)
        for i in 0..<index.count {
            let (o, k) = (i / inner, i % inner)
            target[i] = Int64((o * sizes[dim] + Int(chosen[i])) * inner + k)
        }
        return try takingBlocks(positions, length: 1, shape: index.sizes)
    }

    /// Integer indices into a dimension of `size` as row-major int64 from 0.
    func checkedPositions(
        _ size: Int, negative allowed: Bool, _ dim: Int, _ operation: StaticString
    ) throws(TensorError) -> Tensor {
        try requireInitialized(operation)
        let result = try Tensor(uninitialized: sizes, .int64, operation: operation)
        Elementwise.convert(self, into: result)
        let numbers = result.data.assumingMemoryBound(to: Int64.self)
        for i in 0..<result.count {
            let number = numbers[i]
            guard number < size && number >= (allowed ? -size : 0) else {
                throw TensorError(.index, operation.description,
                    "index \(number) is out of bounds for dimension \(dim) with size \(size)")
            }
            if number < 0 { numbers[i] = number + Int64(size) }
        }
        return result
    }

    // MARK: Joining

    /// Tensors of the same shape but for `dim`, one after the other along it.
    ///
    /// - Throws: for no tensors, and where the other sizes differ.
    public static func concatenated(_ tensors: [Tensor], dim: Int = 0) throws(TensorError) -> Tensor {
        guard let first = tensors.first else {
            throw TensorError(.value, "cat", "expected a non-empty list of tensors")
        }
        var dtype = first.dtype
        for tensor in tensors {
            try tensor.requireInitialized("cat")
            if tensor.rank == 0 { throw TensorError(.runtime, "cat", "a tensor of no dimensions cannot be concatenated") }
            dtype = dtype.promoted(with: tensor.dtype)
        }
        // PyTorch lets one-dimensional empty tensors stand among others of any rank.
        let parts = tensors.filter { !($0.rank == 1 && $0.count == 0) }
        guard let model = parts.first else {
            let result = try Tensor.filled([0], dtype, 0)
            try result.recordConcatenation(tensors, try checkedDimension(dim, rank: 1, operation: "cat"))
            return result
        }
        let axis = try checkedDimension(dim, rank: model.rank, operation: "cat")
        var shape = model.sizes
        shape[axis] = 0
        for part in parts {
            var expected = model.sizes
            if part.rank == model.rank { expected[axis] = part.sizes[axis] }
            if part.sizes != expected {
                throw TensorError(.runtime, "cat",
                    "sizes must match except in dimension \(axis): \(model.sizes) and \(part.sizes)")
            }
            shape[axis] += part.sizes[axis]
        }
        _ = try checkedCount(shape, dtype, operation: "cat")
        let result = try Tensor(uninitialized: shape, dtype, operation: "cat")
        var start = 0
        for part in parts {
            let end = start + part.sizes[axis]
            Elementwise.convert(part, into: try result.sliced(axis, from: start, to: end))
            start = end
        }
        try result.recordConcatenation(tensors, axis)
        return result
    }

    private func recordConcatenation(_ tensors: [Tensor], _ axis: Int) throws(TensorError) {
        guard GradMode.isEnabled && tensors.contains(where: { $0.requiresGrad }) else { return }
        var edges: [Edge] = [], specs: [Spec] = []
        for tensor in tensors {
            edges.append(try tensor.gradientEdge())
            specs.append(Spec(tensor))
        }
        node = CatBackward(edges, specs, axis)
    }

    /// Tensors of the same shape along a new dimension.
    public static func stacked(_ tensors: [Tensor], dim: Int = 0) throws(TensorError) -> Tensor {
        guard let first = tensors.first else {
            throw TensorError(.runtime, "stack", "expected a non-empty list of tensors")
        }
        let axis = try checkedDimension(dim, rank: first.rank + 1, operation: "stack")
        var parts: [Tensor] = []
        for tensor in tensors {
            if tensor.sizes != first.sizes {
                throw TensorError(.runtime, "stack", "tensors must have equal sizes: \(first.sizes) and \(tensor.sizes)")
            }
            parts.append(try tensor.unsqueezed(axis))
        }
        return try concatenated(parts, dim: axis)
    }
}

// MARK: - Gradients

/// The base of the two formulas, each the gradient of the other.
class BlocksBackward: Node {
    /// Of the input.
    final let sizes: Dims
    final let positions: Tensor
    final let length: Int

    init(_ edge: Edge, _ sizes: Dims, _ positions: Tensor, _ length: Int) {
        self.sizes = sizes
        self.positions = positions
        self.length = length
        super.init(edge)
    }
}

/// Blocks that were taken: their gradients are added back where they came from.
final class IndexBackward: BlocksBackward {
    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        try engine.send(try g.addingBlocks(positions, length: length, shape: sizes), to: edges.0)
    }
}

/// Blocks that were added: each has the gradient of the place it went to.
final class IndexPutBackward: BlocksBackward {
    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        try engine.send(try g.takingBlocks(positions, length: length, shape: sizes), to: edges.0)
    }
}

/// Blocks that were set to zero have no gradient, the others keep theirs.
final class EraseBlocksBackward: BlocksBackward {
    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        try engine.send(try g.erasingBlocks(positions, length: length), to: edges.0)
    }
}

/// Blocks that were overwritten: the values have their gradient, what was there has none.
final class PutBlocksBackward: Node {
    private let positions: Tensor, length: Int, shape: Dims

    /// - Parameter shape: of the values.
    init(_ target: Edge, _ values: Edge, _ positions: Tensor, _ length: Int, _ shape: Dims) {
        self.positions = positions
        self.length = length
        self.shape = shape
        super.init(target, values)
    }

    override class var name: String { "IndexPutBackward0" }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let gradient = copy g
        if wants(1) { try engine.send(try gradient.takingBlocks(positions, length: length, shape: shape), to: edges.1) }
        if wants(0) { try engine.send(try gradient.erasingBlocks(positions, length: length), to: edges.0) }
    }
}

final class CatBackward: Node {
    private let specs: [Spec], axis: Int

    init(_ edges: [Edge], _ specs: [Spec], _ axis: Int) {
        self.specs = specs
        self.axis = axis
        super.init()
        moreEdges = edges
    }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let gradient = copy g
        var start = 0
        for (edge, spec) in zip(moreEdges, specs) {
            // An empty tensor that stood among others of any rank.
            if spec.sizes.count == 1 && spec.sizes[0] == 0 {
                if !edge.isNone { try engine.send(try Tensor.filled(spec.sizes, spec.dtype, 0), to: edge) }
                continue
            }
            let end = start + spec.sizes[axis]
            if !edge.isNone {
                try engine.send(try gradient.sliced(axis, from: start, to: end).to(spec.dtype), to: edge)
            }
            start = end
        }
    }
}
