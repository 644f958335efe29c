// Diagonals and triangles of matrices, which are the last two dimensions unless others are named.

extension Tensor {
    /// The diagonal of the matrices in `dim1` and `dim2` as the last dimension: a view.
    ///
    /// - Parameter offset: above the main diagonal, or below it where negative.
    public func diagonal(offset: Int = 0, dim1: Int = 0, dim2: Int = 1) throws(TensorError) -> Tensor {
        try diagonal(offset: offset, dim1: dim1, dim2: dim2, "diagonal")
    }

    package func diagonal(
        offset diagonal: Int, dim1: Int, dim2: Int, _ operation: StaticString
    ) throws(TensorError) -> Tensor {
        try requireInitialized(operation)
        let first = try checkedDimension(dim1, rank: rank, operation: operation.description)
        let second = try checkedDimension(dim2, rank: rank, operation: operation.description)
        if first == second {
            throw TensorError(.runtime, operation.description, "diagonal dimensions cannot be identical: \(dim1), \(dim2)")
        }
        // A number of a dimension's size added to one of the other sign, which cannot overflow.
        let length = diagonal >= 0
            ? Swift.max(Swift.min(sizes[first], sizes[second] - diagonal), 0)
            : Swift.max(Swift.min(sizes[first] + diagonal, sizes[second]), 0)
        var shift = 0
        if length > 0 { shift = diagonal >= 0 ? diagonal * strides[second] : -diagonal * strides[first] }
        var target = sizes, steps = strides
        let step = strides[first] &+ strides[second]
        for dim in [Swift.max(first, second), Swift.min(first, second)] {
            target.remove(at: dim)
            steps.remove(at: dim)
        }
        target.append(length)
        steps.append(step)
        return try viewed(target, steps, shift: shift) {
            DiagonalBackward($0, Spec(self)) { (full) throws(TensorError) in
                try full.diagonal(offset: diagonal, dim1: first, dim2: second)
            }
        }
    }

    /// The last dimension as the diagonal of matrices of zeros, in `dim1` and `dim2` of the result.
    public func diagonalEmbedded(offset: Int = 0, dim1: Int = -2, dim2: Int = -1) throws(TensorError) -> Tensor {
        try requireInitialized("diag_embed")
        if rank == 0 { throw TensorError(.index, "diag_embed", "expected at least 1 dimension, got none") }
        if rank == Dims.capacity {
            throw TensorError(.value, "diag_embed", "a tensor has at most \(Dims.capacity) dimensions")
        }
        let first = try checkedDimension(dim1, rank: rank + 1, operation: "diag_embed")
        let second = try checkedDimension(dim2, rank: rank + 1, operation: "diag_embed")
        if first == second {
            throw TensorError(.runtime, "diag_embed", "diagonal dimensions cannot be identical: \(dim1), \(dim2)")
        }
        let (length, overflow) = sizes[rank - 1].addingReportingOverflow(Int(clamping: offset.magnitude))
        if overflow { throw TensorError(.memory, "diag_embed", "a diagonal \(offset) away does not fit into memory") }
        var target = sizes
        target.removeLast()
        target.insert(length, at: Swift.min(first, second))
        target.insert(length, at: Swift.max(first, second))
        _ = try checkedCount(target, dtype, operation: "diag_embed")
        let result = try Tensor.filled(target, dtype, 0)
        Elementwise.convert(self, into: try result.diagonal(offset: offset, dim1: first, dim2: second))
        if isRecorded { result.node = DiagEmbedBackward(try gradientEdge(), offset, first, second) }
        return result
    }

    /// A vector as the diagonal of a matrix of zeros, or a copy of the diagonal of a matrix.
    public func diagonalMatrix(offset: Int = 0) throws(TensorError) -> Tensor {
        switch rank {
        case 1: return try diagonalEmbedded(offset: offset)
        case 2: return try diagonal(offset: offset).cloned()
        default: throw TensorError(.runtime, "diag", "expected 1 or 2 dimensions, got shape \(sizes)")
        }
    }

    /// All elements as the diagonal of a matrix of zeros.
    public func flattenedDiagonalMatrix(offset: Int = 0) throws(TensorError) -> Tensor {
        try reshaped([-1 as Int]).diagonalEmbedded(offset: offset)
    }

    /// The elements on and below a diagonal of the last two dimensions, zero above it.
    public func lowerTriangle(diagonal: Int = 0) throws(TensorError) -> Tensor {
        try triangle("tril", diagonal, keepsLower: true) { TrilBackward($0, diagonal) }
    }

    /// The elements on and above a diagonal of the last two dimensions, zero below it.
    public func upperTriangle(diagonal: Int = 0) throws(TensorError) -> Tensor {
        try triangle("triu", diagonal, keepsLower: false) { TriuBackward($0, diagonal) }
    }

    private func triangle(
        _ operation: StaticString, _ diagonal: Int, keepsLower: Bool, _ makeNode: (Edge) -> Node
    ) throws(TensorError) -> Tensor {
        try requireInitialized(operation)
        if rank < 2 {
            throw TensorError(.runtime, operation.description, "expected at least 2 dimensions, got shape \(sizes)")
        }
        let source = try isContiguous ? self : copied()
        let result = try Tensor(uninitialized: sizes, dtype, operation: operation)
        let (height, width, bytes) = (sizes[rank - 2], sizes[rank - 1], dtype.size)
        // Beyond the matrix all diagonals are alike.
        let shift = Swift.min(Swift.max(diagonal, -height - 1), width + 1)
        if result.count > 0 {
            for row in 0..<(result.count / width) {
                // The first column that the row's other part begins at.
                let edge = Swift.min(Swift.max(row % height + shift + (keepsLower ? 1 : 0), 0), width)
                let (from, to) = (source.data + row * width * bytes, result.data + row * width * bytes)
                let (low, high) = (edge * bytes, (width - edge) * bytes)
                if keepsLower {
                    to.copyMemory(from: from, byteCount: low)
                    (to + low).initializeMemory(as: UInt8.self, repeating: 0, count: high)
                } else {
                    to.initializeMemory(as: UInt8.self, repeating: 0, count: low)
                    (to + low).copyMemory(from: from + low, byteCount: high)
                }
            }
        }
        if isRecorded { result.node = makeNode(try gradientEdge()) }
        return result
    }

    /// The row and column numbers of the elements on and below a diagonal of a matrix, as an int64 tensor [2, count].
    public static func lowerTriangleIndices(
        _ rows: Int, _ columns: Int, offset: Int = 0, dtype: DType = .int64
    ) throws(TensorError) -> Tensor {
        try triangleIndices("tril_indices", rows, columns, offset, dtype) { row, edge in 0..<edge }
    }

    /// The row and column numbers of the elements on and above a diagonal of a matrix, as an int64 tensor [2, count].
    public static func upperTriangleIndices(
        _ rows: Int, _ columns: Int, offset: Int = 0, dtype: DType = .int64
    ) throws(TensorError) -> Tensor {
        // On and above a diagonal is what is not below it.
        try triangleIndices("triu_indices", rows, columns, Swift.max(offset, -Int.max) - 1, dtype) { row, edge in edge..<columns }
    }

    /// - Parameter range: the columns of a row, given the first column beyond the diagonal.
    private static func triangleIndices(
        _ operation: StaticString, _ rows: Int, _ columns: Int, _ offset: Int, _ dtype: DType, _ range: (Int, Int) -> Range<Int>
    ) throws(TensorError) -> Tensor {
        if rows < 0 { throw TensorError(.runtime, operation.description, "row must be non-negative, got \(rows)") }
        if columns < 0 { throw TensorError(.runtime, operation.description, "col must be non-negative, got \(columns)") }
        if dtype != .int64 && dtype != .int32 {
            throw TensorError(.unsupported, operation.description, "expected int64 or int32, not \(dtype)")
        }
        if columns == 0 { return try Tensor(uninitialized: [2, 0], dtype, operation: operation) }
        // A row of each kind that differs: those before the diagonal, those it crosses, those behind it.
        let limit = 1 << 44
        if rows > limit || columns > limit {
            throw TensorError(.memory, operation.description, "the indices of [\(rows), \(columns)] do not fit into memory")
        }
        let shift = Swift.min(Swift.max(offset, -limit - 1), limit + 1)
        func columnsOf(_ row: Int) -> Range<Int> { range(row, Swift.min(Swift.max(row + shift + 1, 0), columns)) }
        let first = Swift.min(Swift.max(-shift - 1, 0), rows)
        let last = Swift.min(Swift.max(columns - shift - 1, first), rows)
        var count = 0
        var overflow = false
        func add(_ number: Int, _ each: Int) {
            let product = number.multipliedReportingOverflow(by: each)
            let sum = count.addingReportingOverflow(product.partialValue)
            overflow = overflow || product.overflow || sum.overflow
            count = sum.partialValue
        }
        if first > 0 { add(first, columnsOf(0).count) }
        if last > first {
            // An arithmetic series.
            let sum = columnsOf(first).count.addingReportingOverflow(columnsOf(last - 1).count)
            let product = sum.partialValue.multipliedReportingOverflow(by: last - first)
            overflow = overflow || product.overflow
            add(1, product.partialValue / 2)
        }
        if rows > last { add(rows - last, columnsOf(rows - 1).count) }
        if overflow || count > limit {
            throw TensorError(.memory, operation.description, "the indices of [\(rows), \(columns)] do not fit into memory")
        }
        let result = try Tensor(uninitialized: [2, count], .int64, operation: operation)
        let target = result.data.assumingMemoryBound(to: Int64.self)
        var position = 0
        if count > 0 {
            for row in 0..<rows {
                for column in columnsOf(row) {
                    target[position] = Int64(row)
                    target[count + position] = Int64(column)
                    position += 1
                }
            }
        }
        return try result.to(dtype)
    }
}

// MARK: - Gradients

final class DiagonalBackward: RegionBackward {
    override class var name: String { "DiagonalBackward0" }
}

final class DiagEmbedBackward: Node {
    private let offset: Int, dims: (Int, Int)

    init(_ edge: Edge, _ offset: Int, _ dim1: Int, _ dim2: Int) {
        self.offset = offset
        dims = (dim1, dim2)
        super.init(edge)
    }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        try engine.send(try g.diagonal(offset: offset, dim1: dims.0, dim2: dims.1), to: edges.0)
    }
}

class TriangleBackward: Node {
    final let diagonal: Int

    init(_ edge: Edge, _ diagonal: Int) {
        self.diagonal = diagonal
        super.init(edge)
    }
}

final class TrilBackward: TriangleBackward {
    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        try engine.send(try g.lowerTriangle(diagonal: diagonal), to: edges.0)
    }
}

final class TriuBackward: TriangleBackward {
    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        try engine.send(try g.upperTriangle(diagonal: diagonal), to: edges.0)
    }
}
