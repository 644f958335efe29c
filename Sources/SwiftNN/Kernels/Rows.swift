import CKernels

/// The rows of a tensor along one dimension, one after the other, contiguous whatever the strides are.
///
/// Rows that do not lie so are collected some at a time, side by side where they neighbour each other in memory, so that
/// no cache line is read for one element alone. Results go the same way.
enum Rows {
    /// How many rows are collected at a time, and how many bytes at most (but for a row that is longer).
    private static let blockRows = 16, blockBytes = 1 << 22

    /// Calls `body` with the address of every row of `x` along `dim`, and with room for the row's results.
    ///
    /// - Parameters:
    ///   - values: of the dtype of `x`, row-major, with the sizes of `x` but for `dim`; nil for none.
    ///   - indices: int64, likewise.
    static func forEach(
        _ x: Tensor, _ dim: Int, values: Tensor?, indices: Tensor?, _ operation: StaticString,
        _ body: (UnsafeMutableRawPointer, UnsafeMutableRawPointer?, UnsafeMutablePointer<Int64>?) -> Void
    ) throws(TensorError) {
        guard let shape = (values ?? indices)?.sizes, x.count > 0, shape.product > 0 else { return }
        let (length, room, width) = (x.sizes[dim], shape[dim], x.dtype.size)
        let step = length > 1 ? x.strides[dim] : 1
        var inner = 1
        for i in (dim + 1)..<Swift.max(x.rank, dim + 1) { inner *= x.sizes[i] }
        var kept = x.sizes, steps = x.strides, targets = shape.rowMajorStrides
        kept.remove(at: dim)
        steps.remove(at: dim)
        targets.remove(at: dim)
        let numbers = indices?.data.assumingMemoryBound(to: Int64.self)

        let (readsDirectly, writesDirectly) = (step == 1, inner == 1)
        if readsDirectly && writesDirectly {
            Reduction.counted(kept, steps, targets) { from, to in
                body(x.data + from * width, values.map { $0.data + to * width }, numbers.map { $0 + to })
            }
            return
        }
        let rows = Swift.max(Swift.min(blockRows, blockBytes / (Swift.max(length, room) * width)), 1)
        let input = readsDirectly ? nil : try Tensor(uninitialized: [rows, length], x.dtype, operation: operation)
        let found = writesDirectly || values == nil ? nil : try Tensor(uninitialized: [rows, room], x.dtype, operation: operation)
        let places = writesDirectly || indices == nil ? nil : try Tensor(uninitialized: [rows, room], .int64, operation: operation)
        withUnsafeTemporaryAllocation(of: Int64.self, capacity: 2 * rows) { offsets in
            let from = offsets.baseAddress!, to = from + rows
            var waiting = 0
            func finish() {
                let count = Int64(waiting), size = Int32(width)
                if let input { ck_collect_rows(size, count, Int64(length), x.data, from, Int64(step), input.data) }
                for r in 0..<waiting {
                    let row = input.map { $0.data + r * length * width } ?? x.data + Int(from[r]) * width
                    let target = found.map { $0.data + r * room * width } ?? values.map { $0.data + Int(to[r]) * width }
                    let numbers = places.map { $0.data.assumingMemoryBound(to: Int64.self) + r * room } ?? numbers.map { $0 + Int(to[r]) }
                    body(row, target, numbers)
                }
                if let found, let values {
                    ck_distribute_rows(size, count, Int64(room), found.data, values.data, to, Int64(inner))
                }
                if let places, let indices { ck_distribute_rows(8, count, Int64(room), places.data, indices.data, to, Int64(inner)) }
                waiting = 0
            }
            Reduction.counted(kept, steps, targets) { source, target in
                from[waiting] = Int64(source)
                to[waiting] = Int64(target)
                waiting += 1
                if waiting == rows { finish() }
            }
            if waiting > 0 { finish() }
        }
    }

    /// Scratch memory for the order of a row of `length` elements of `x`.
    static func scratch(_ x: Tensor, _ length: Int, _ operation: StaticString) throws(TensorError) -> Tensor {
        // No elements, no rows: whatever length the shape names. An expanded tensor can name any, too.
        let number = x.count == 0 ? 0 : length
        if number > 1 << 40 {
            throw TensorError(.memory, operation.description, "a row of \(number) elements does not fit into memory")
        }
        return try Tensor(uninitialized: [Int(ck_order_scratch(x.dtype.kernel, Int64(number)))], .uint8, operation: operation)
    }
}
