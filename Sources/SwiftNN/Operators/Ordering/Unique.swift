import CKernels

// Different elements, and runs of equal ones. NaN equals nothing, so that each is one of its own.

extension Tensor {
    /// The different elements in ascending order, or the different slices along `dim` in the order of their elements.
    ///
    /// - Parameters:
    ///   - dim: nil for single elements.
    ///   - inverse: whether to say where each element, or slice, is among the results.
    ///   - counts: whether to say how often each one occurs.
    public func unique(
        _ dim: Int? = nil, inverse: Bool = false, counts: Bool = false
    ) throws(TensorError) -> (values: Tensor, inverse: Tensor?, counts: Tensor?) {
        try requireInitialized("unique")
        if let dim { return try uniqueSlices(dim, "unique", sorting: true, inverse, counts) }
        let scratch = try Rows.scratch(self, count, "unique")
        return try differentElements("unique", inverse, counts) { (kernel, n, row, values, places, numbers) in
            ck_unique_row(kernel, n, row, scratch.data, values, places, numbers)
        }
    }

    /// The first of each run of equal elements, or of equal slices along `dim`.
    ///
    /// - Parameters:
    ///   - dim: nil for single elements.
    ///   - inverse: whether to say in which run each element, or slice, is.
    ///   - counts: whether to say how long each run is.
    public func uniqueConsecutive(
        _ dim: Int? = nil, inverse: Bool = false, counts: Bool = false
    ) throws(TensorError) -> (values: Tensor, inverse: Tensor?, counts: Tensor?) {
        try requireInitialized("unique_consecutive")
        if let dim { return try uniqueSlices(dim, "unique_consecutive", sorting: false, inverse, counts) }
        return try differentElements("unique_consecutive", inverse, counts) { (kernel, n, row, values, places, numbers) in
            ck_runs_row(kernel, n, row, values, places, numbers)
        }
    }

    private func differentElements(
        _ operation: StaticString, _ wantsInverse: Bool, _ wantsCounts: Bool,
        _ find: (
            ck_dtype, Int64, UnsafeRawPointer, UnsafeMutableRawPointer, UnsafeMutablePointer<Int64>?, UnsafeMutablePointer<Int64>?
        ) -> Int64
    ) throws(TensorError) -> (values: Tensor, inverse: Tensor?, counts: Tensor?) {
        let row = isContiguous ? self : try copied()
        let values = try Tensor(uninitialized: [count], dtype, operation: operation)
        let inverse = wantsInverse ? try Tensor(uninitialized: sizes, .int64, operation: operation) : nil
        let counts = wantsCounts ? try Tensor(uninitialized: [count], .int64, operation: operation) : nil
        let found = Int(find(
            dtype.kernel, Int64(count), row.data, values.data, inverse?.data.assumingMemoryBound(to: Int64.self),
            counts?.data.assumingMemoryBound(to: Int64.self)))
        return (try values.first(found), inverse, try counts?.first(found))
    }

    /// The first elements of a row that was made larger than needed.
    private func first(_ number: Int) throws(TensorError) -> Tensor {
        number == count ? self : try sliced(0, from: 0, to: number).copied()
    }

    private func uniqueSlices(
        _ dim: Int, _ operation: StaticString, sorting: Bool, _ wantsInverse: Bool, _ wantsCounts: Bool
    ) throws(TensorError) -> (values: Tensor, inverse: Tensor?, counts: Tensor?) {
        if rank == 0 { throw TensorError(.index, operation.description, "dimension specified as \(dim) but the tensor has no dimensions") }
        let axis = try checkedDimension(dim, rank: rank, operation: operation.description)
        let rows = sizes[axis]
        let empty = (0..<rank).filter { sizes[$0] == 0 }
        if !empty.isEmpty && empty != [axis] {
            throw TensorError(.runtime, operation.description,
                "there are dimensions of size 0 that are not selected, so it cannot be applied: shape \(sizes), dim \(axis)")
        }
        var order = Array(0..<rank)
        order.insert(order.remove(at: axis), at: 0)
        let front = try withoutHistory().permuted(order).copied()
        let width = rows == 0 ? 0 : count / rows, bytes = width * dtype.size

        // The rows in order, by the bytes of their elements.
        let indices = try Tensor(uninitialized: [rows], .int64, operation: operation)
        let places = indices.data.assumingMemoryBound(to: Int64.self)
        if sorting {
            let keys = try Tensor(uninitialized: [count * dtype.size], .uint8, operation: operation)
            let scratch = try Tensor(uninitialized: [rows], .int64, operation: operation)
            ck_order_bytes(dtype.kernel, Int64(count), front.data, keys.data)
            ck_sort_bytes(Int64(rows), Int64(bytes), keys.data, scratch.data.assumingMemoryBound(to: Int64.self), places)
        } else {
            for i in 0..<rows { places[i] = Int64(i) }
        }

        let inverse = try Tensor(uninitialized: [rows], .int64, operation: operation)
        let counts = try Tensor(uninitialized: [rows], .int64, operation: operation)
        let numbers = inverse.data.assumingMemoryBound(to: Int64.self), frequencies = counts.data.assumingMemoryBound(to: Int64.self)
        var found = 0
        for i in 0..<rows {
            let row = Int(places[i])
            let equal = i > 0 && ck_rows_equal(
                dtype.kernel, Int64(width), front.data + row * bytes, front.data + Int(places[i - 1]) * bytes) != 0
            if !equal {
                frequencies[found] = 0
                found += 1
            }
            numbers[row] = Int64(found - 1)
            frequencies[found - 1] += 1
        }
        // The first row of each kind: the order is stable.
        var shape = front.sizes
        shape[0] = found
        let values = try Tensor(uninitialized: shape, dtype, operation: operation)
        var (written, at) = (0, 0)
        while at < rows {
            (values.data + written * bytes).copyMemory(from: front.data + Int(places[at]) * bytes, byteCount: bytes)
            at += Int(frequencies[written])
            written += 1
        }
        var back = Array(1..<rank)
        back.insert(0, at: axis)
        return (
            try values.permuted(back).contiguous(), wantsInverse ? inverse : nil, wantsCounts ? try counts.first(found) : nil
        )
    }
}
