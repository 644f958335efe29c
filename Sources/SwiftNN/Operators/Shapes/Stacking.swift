// Tensors joined in NumPy's ways, and all combinations of their elements.

extension Tensor {
    // MARK: Dimensions in front and behind

    /// With at least one dimension.
    public func withAtLeastOneDimension() throws(TensorError) -> Tensor {
        try requireInitialized("atleast_1d")
        return rank == 0 ? try reshaped([1] as Dims) : self
    }

    /// With at least two dimensions, new ones in front.
    public func withAtLeastTwoDimensions() throws(TensorError) -> Tensor {
        try requireInitialized("atleast_2d")
        switch rank {
        case 0: return try reshaped([1, 1] as Dims)
        case 1: return try unsqueezed(0)
        default: return self
        }
    }

    /// With at least three dimensions: of a vector, the second, of a matrix, the first two.
    public func withAtLeastThreeDimensions() throws(TensorError) -> Tensor {
        try requireInitialized("atleast_3d")
        switch rank {
        case 0: return try reshaped([1, 1, 1] as Dims)
        case 1: return try unsqueezed(0).unsqueezed(-1)
        case 2: return try unsqueezed(-1)
        default: return self
        }
    }

    // MARK: Joining

    /// One after the other along the second dimension, or along the only one.
    public static func stackedHorizontally(_ tensors: [Tensor]) throws(TensorError) -> Tensor {
        let parts = try prepared(tensors, "hstack") { (x) throws(TensorError) in try x.withAtLeastOneDimension() }
        return try concatenated(parts, dim: parts[0].rank == 1 ? 0 : 1)
    }

    /// One after the other along the first dimension; vectors count as rows.
    public static func stackedVertically(_ tensors: [Tensor]) throws(TensorError) -> Tensor {
        try concatenated(try prepared(tensors, "vstack") { (x) throws(TensorError) in try x.withAtLeastTwoDimensions() })
    }

    /// One after the other along the third dimension.
    public static func stackedInDepth(_ tensors: [Tensor]) throws(TensorError) -> Tensor {
        try concatenated(try prepared(tensors, "dstack") { (x) throws(TensorError) in try x.withAtLeastThreeDimensions() }, dim: 2)
    }

    /// One after the other along the second dimension; vectors count as columns.
    public static func stackedAsColumns(_ tensors: [Tensor]) throws(TensorError) -> Tensor {
        let parts = try prepared(tensors, "column_stack") { (x) throws(TensorError) in
            x.rank > 1 ? x : try x.reshaped([-1, 1] as Dims)
        }
        return try concatenated(parts, dim: 1)
    }

    private static func prepared(
        _ tensors: [Tensor], _ operation: StaticString, _ prepare: (Tensor) throws(TensorError) -> Tensor
    ) throws(TensorError) -> [Tensor] {
        if tensors.isEmpty { throw TensorError(.runtime, operation.description, "expected a non-empty list of tensors") }
        var parts: [Tensor] = []
        for tensor in tensors {
            try tensor.requireInitialized(operation)
            parts.append(try prepare(tensor))
        }
        return parts
    }

    /// The tensors as blocks along the diagonal of a matrix of zeros. Vectors and single elements count as rows.
    public static func blockDiagonal(_ tensors: [Tensor]) throws(TensorError) -> Tensor {
        var (height, width) = (tensors.isEmpty ? 1 : 0, 0)
        var dtype = tensors.first?.dtype ?? .float32
        var blocks: [Tensor] = []
        for (index, tensor) in tensors.enumerated() {
            try tensor.requireInitialized("block_diag")
            if tensor.rank > 2 {
                throw TensorError(.runtime, "block_diag",
                    "expected tensors of at most 2 dimensions, but tensor \(index) has shape \(tensor.sizes)")
            }
            let block = try tensor.withAtLeastTwoDimensions()
            dtype = dtype.promoted(with: tensor.dtype)
            let (rows, tall) = height.addingReportingOverflow(block.sizes[0])
            let (columns, wide) = width.addingReportingOverflow(block.sizes[1])
            if tall || wide { throw TensorError(.memory, "block_diag", "the blocks do not fit into memory") }
            (height, width) = (rows, columns)
            blocks.append(block)
        }
        _ = try checkedCount([height, width] as Dims, dtype, operation: "block_diag")
        let result = try Tensor.filled([height, width], dtype, 0)
        var edges: [Edge] = [], corners: [(Int, Int)] = []
        var corner = (0, 0)
        for block in blocks {
            if block.count > 0 { Elementwise.convert(block, into: try result.block(corner, block.sizes)) }
            corners.append(corner)
            corner = (corner.0 + block.sizes[0], corner.1 + block.sizes[1])
            edges.append(try block.gradientEdge())
        }
        if dtype.isFloatingPoint && GradMode.isEnabled && edges.contains(where: { !$0.isNone }) {
            result.node = BlockDiagBackward(edges, blocks.map { Spec($0) }, corners)
        }
        return result
    }

    fileprivate func block(_ corner: (Int, Int), _ sizes: Dims) throws(TensorError) -> Tensor {
        try sliced(0, from: corner.0, to: corner.0 + sizes[0]).sliced(1, from: corner.1, to: corner.1 + sizes[1])
    }

    // MARK: Combinations

    /// How the first two dimensions of a grid are ordered: as the vectors are given (`ij`), or exchanged (`xy`).
    public enum GridIndexing: String, CaseIterable, Sendable { case ij, xy }

    /// For each vector a view, expanded to the grid that all of them span.
    public static func grid(_ vectors: [Tensor], indexing: GridIndexing = .ij) throws(TensorError) -> [Tensor] {
        guard let first = vectors.first else {
            throw TensorError(.runtime, "meshgrid", "expected a non-empty list of tensors")
        }
        if vectors.count > Dims.capacity {
            throw TensorError(.value, "meshgrid", "a tensor has at most \(Dims.capacity) dimensions, got \(vectors.count) tensors")
        }
        let exchanged = indexing == .xy && vectors.count > 1
        var shape = Dims()
        for vector in vectors {
            try vector.requireInitialized("meshgrid")
            if vector.rank > 1 {
                throw TensorError(.runtime, "meshgrid", "expected tensors of at most 1 dimension, got shape \(vector.sizes)")
            }
            if vector.dtype != first.dtype {
                throw TensorError(.runtime, "meshgrid",
                    "expected tensors of the same dtype, got \(first.dtype) and \(vector.dtype)")
            }
            shape.append(vector.count)
        }
        if exchanged { shape.swap(0, 1) }
        var result: [Tensor] = []
        for (index, vector) in vectors.enumerated() {
            let axis = exchanged && index < 2 ? 1 - index : index
            var own = Dims(repeating: 1, count: vectors.count)
            own[axis] = vector.count
            result.append(try vector.reshaped(own).expanded(shape))
        }
        return result
    }

    /// All tuples of an element from each vector, as the rows of a matrix; of one vector, the vector itself.
    public static func cartesianProduct(_ vectors: [Tensor]) throws(TensorError) -> Tensor {
        for vector in vectors where vector.rank != 1 {
            throw TensorError(.runtime, "cartesian_prod", "expected tensors of 1 dimension, got shape \(vector.sizes)")
        }
        if vectors.count == 1 { return vectors[0] }
        var columns: [Tensor] = []
        do throws(TensorError) {
            for part in try grid(vectors) { columns.append(try part.reshaped([-1 as Int])) }
        } catch {
            throw TensorError(error.code, "cartesian_prod", error.detail)
        }
        return try stacked(columns, dim: 1)
    }

    /// All choices of `length` elements of a vector in their order, as the rows of a matrix.
    ///
    /// - Parameter withReplacement: whether an element may be chosen more than once.
    public func combinations(_ length: Int = 2, withReplacement: Bool = false) throws(TensorError) -> Tensor {
        try requireInitialized("combinations")
        if rank != 1 { throw TensorError(.runtime, "combinations", "expected a tensor of 1 dimension, got shape \(sizes)") }
        if length < 0 { throw TensorError(.runtime, "combinations", "expected a non-negative length, got \(length)") }
        if length == 0 { return try Tensor(uninitialized: [0], dtype, operation: "combinations") }
        let number = try combinationCount(length, withReplacement)
        let positions = try Tensor(uninitialized: [number, length], .int64, operation: "combinations")
        let target = positions.data.assumingMemoryBound(to: Int64.self)
        if number > 0 {
            for i in 0..<length { target[i] = withReplacement ? 0 : Int64(i) }
            for row in 1..<Swift.max(number, 1) {
                // As the row before, but for the last position that can move on; those after it start as low as they may.
                let chosen = target + row * length
                chosen.update(from: chosen - length, count: length)
                var i = length - 1
                while i > 0 && chosen[i] == Int64(withReplacement ? count - 1 : count - length + i) { i -= 1 }
                chosen[i] += 1
                for k in (i + 1)..<Swift.max(length, i + 1) { chosen[k] = withReplacement ? chosen[i] : chosen[k - 1] + 1 }
            }
        }
        return try taken(positions)
    }

    /// The binomial coefficient of the choices.
    private func combinationCount(_ length: Int, _ withReplacement: Bool) throws(TensorError) -> Int {
        let tooMany = TensorError(.memory, "combinations", "the choices of \(length) of \(count) do not fit into memory")
        if count == 0 || (!withReplacement && length > count) { return 0 }
        let (sum, overflow) = count.addingReportingOverflow(length - 1)
        if overflow { throw tooMany }
        let elements = withReplacement ? sum : count
        var result = 1
        for i in 0..<Swift.min(length, elements - length) {
            // Divisible: it is the binomial coefficient of one step before, times the next factor.
            let (product, overflow) = result.multipliedReportingOverflow(by: elements - i)
            if overflow { throw tooMany }
            result = product / (i + 1)
        }
        if result.multipliedReportingOverflow(by: length).overflow || result * length > 1 << 44 { throw tooMany }
        return result
    }
}

// MARK: - Gradients

final class BlockDiagBackward: Node {
    private let specs: [Spec], corners: [(Int, Int)]

    init(_ edges: [Edge], _ specs: [Spec], _ corners: [(Int, Int)]) {
        self.specs = specs
        self.corners = corners
        super.init()
        moreEdges = edges
    }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let gradient = copy g
        for (index, edge) in moreEdges.enumerated() where !edge.isNone {
            try engine.send(try gradient.block(corners[index], specs[index].sizes).to(specs[index].dtype), to: edge)
        }
    }
}
