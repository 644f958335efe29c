import CKernels

// Places in an order, and membership.

/// On which side of equal elements a value is put.
public enum SearchSide: String, CaseIterable, Sendable {
    case left, right
}

extension Tensor {
    /// For each value, the index at which it can be put into this ascending row so that it stays ascending.
    ///
    /// - Parameters:
    ///   - values: any shape for a row of one dimension; else rows in the shape of this tensor's but for the last size.
    ///   - side: before equal elements, or after them.
    ///   - sorter: the indices that put the last dimension in order, if it is not; int64, in the shape of this tensor.
    ///   - dtype: of the result: int64 or int32.
    public func searchSorted(
        _ values: some TensorScalar, side: SearchSide = .left, sorter: Tensor? = nil, dtype: DType = .int64
    ) throws(TensorError) -> Tensor {
        try Tensor.search(self, values.asTensor(), side, sorter, dtype, "searchsorted")
    }

    /// The number of the bucket that each element falls into, between ascending boundaries.
    ///
    /// - Parameters:
    ///   - boundaries: of one dimension.
    ///   - right: whether a bucket has its lower boundary rather than its upper one.
    ///   - dtype: of the result: int64 or int32.
    public func bucketized(_ boundaries: Tensor, right: Bool = false, dtype: DType = .int64) throws(TensorError) -> Tensor {
        try boundaries.requireInitialized("bucketize")
        if boundaries.rank != 1 {
            throw TensorError(.runtime, "bucketize", "boundaries must be of one dimension, got shape \(boundaries.sizes)")
        }
        return try Tensor.search(boundaries, self, right ? .right : .left, nil, dtype, "bucketize")
    }

    private static func search(
        _ sequence: Tensor, _ values: Tensor, _ side: SearchSide, _ sorter: Tensor?, _ target: DType, _ operation: StaticString
    ) throws(TensorError) -> Tensor {
        try sequence.requireInitialized(operation)
        try values.requireInitialized(operation)
        if target != .int64 && target != .int32 {
            throw TensorError(.type, operation.description, "the result is int64 or int32, not \(target)")
        }
        if values.rank == 0 && sequence.rank != 1 {
            throw TensorError(.runtime, operation.description,
                "a value without dimensions needs boundaries of one dimension, got shape \(sequence.sizes)")
        }
        if sequence.rank == 0 {
            throw TensorError(.runtime, operation.description, "expected boundaries with dimensions, got none")
        }
        if sequence.rank != 1 {
            var (a, b) = (sequence.sizes, values.sizes)
            a.removeLast()
            b.removeLast()
            if a != b {
                throw TensorError(.runtime, operation.description,
                    "boundaries must be of one dimension, or agree with the values in all dimensions but the last: "
                        + "\(sequence.sizes) and \(values.sizes)")
            }
        }
        let meeting = promotedType(sequence, values)
        if meeting == .bool { throw sequence.notImplemented(operation) }
        let order = try sorter.map { (order) throws(TensorError) in try checkedSorter(order, sequence, operation) }
        let length = sequence.sizes[sequence.rank - 1]
        let rows = try sequence.comparable(meeting, operation), wanted = try values.comparable(meeting, operation)
        let result = try Tensor(uninitialized: values.sizes, .int64, operation: operation)
        if result.count > 0 {
            let (kernel, width) = (rows.dtype.kernel, rows.dtype.size)
            let number = sequence.rank == 1 ? 1 : sequence.sizes.product(butLast: 1)
            let each = result.count / number
            for r in 0..<number {
                ck_search(
                    kernel, Int64(length), rows.data + r * length * width,
                    order.map { $0.data.assumingMemoryBound(to: Int64.self) + r * length }, Int64(each),
                    wanted.data + r * each * width, side == .right ? 1 : 0,
                    result.data.assumingMemoryBound(to: Int64.self) + r * each)
            }
        }
        if target == .int32 && length > Int(Int32.max) {
            throw TensorError(.runtime, operation.description, "int32 does not hold the places in a row of \(length) elements")
        }
        return try result.converted(to: target)
    }

    private static func checkedSorter(_ sorter: Tensor, _ sequence: Tensor, _ operation: StaticString) throws(TensorError) -> Tensor {
        try sorter.requireInitialized(operation)
        if sorter.sizes != sequence.sizes {
            throw TensorError(.runtime, operation.description,
                "boundaries and sorter must have the same size, got \(sequence.sizes) and \(sorter.sizes)")
        }
        if sorter.dtype != .int64 {
            throw TensorError(.runtime, operation.description, "sorter must be int64, got \(sorter.dtype)")
        }
        let order = sorter.isContiguous ? sorter : try sorter.copied()
        let numbers = order.data.assumingMemoryBound(to: Int64.self), length = Int64(sequence.sizes[sequence.rank - 1])
        for i in 0..<order.count where numbers[i] < 0 || numbers[i] >= length {
            throw TensorError(.runtime, operation.description, "sorter index \(numbers[i]) is out of range for \(length) elements")
        }
        return order
    }

    /// Row-major, in the type in which `dtype` is compared.
    private func comparable(_ dtype: DType, _ operation: StaticString) throws(TensorError) -> Tensor {
        let value = try converted(to: dtype, operation).converted(to: dtype.computeType, operation)
        return value.isContiguous ? value : try value.copied()
    }

    // MARK: isin

    /// Whether each element is (or is not, if `inverted`) among the candidates, as bool. NaN equals nothing.
    public func isIn(_ candidates: some TensorScalar, inverted: Bool = false) throws(TensorError) -> Tensor {
        let others = candidates.asTensor()
        try requireInitialized("isin")
        try others.requireInitialized("isin")
        if dtype == .bool || others.dtype == .bool { throw TensorError(.runtime, "isin", "not defined for bool") }
        let meeting = promotedType(self, others)
        let wanted = try comparable(meeting, "isin"), given = try others.comparable(meeting, "isin")
        let set = try given.withoutHistory().reshaped([given.count]).sortedValues(0, "isin")
        let result = try Tensor(uninitialized: sizes, .bool, operation: "isin")
        ck_is_among(
            wanted.dtype.kernel, Int64(set.count), set.data, Int64(count), wanted.data, inverted ? 1 : 0,
            result.data.assumingMemoryBound(to: UInt8.self))
        return result
    }

    // MARK: unravel_index

    /// For indices into a flat tensor, those along each dimension of a tensor of `shape`, as int64.
    ///
    /// - Throws: for other dtypes than integers, and for a shape without elements.
    public func unraveled(_ shape: [Int]) throws(TensorError) -> [Tensor] {
        try requireInitialized("unravel_index")
        if !dtype.isInteger { throw TensorError(.type, "unravel_index", "expected 'indices' to be of an integer dtype, got \(dtype)") }
        if shape.contains(where: { $0 < 0 }) {
            throw TensorError(.value, "unravel_index", "'shape' cannot have negative values, but got \(shape)")
        }
        let target = try Dims(shape, operation: "unravel_index")
        if shape.contains(0) {
            throw TensorError(.runtime, "unravel_index", "a tensor of shape \(shape) has no elements to index")
        }
        var results: [Tensor] = []
        for i in 0..<target.count {
            // Row-major strides; past the largest integer every index has 0 there.
            var step = 1, isPast = false
            for k in (i + 1)..<Swift.max(target.count, i + 1) {
                let (product, overflow) = step.multipliedReportingOverflow(by: target[k])
                isPast = isPast || overflow
                step = product
            }
            let numbers = try converted(to: .int64).copied()
            let values = numbers.data.assumingMemoryBound(to: Int64.self)
            let size = Int64(target[i])
            for n in 0..<numbers.count {
                // Rounded down, as PyTorch does: -1 is the last element.
                func floor(_ a: Int64, _ b: Int64) -> Int64 { a / b - (a % b < 0 ? 1 : 0) }
                let whole = isPast ? (values[n] < 0 ? -1 : 0) : floor(values[n], Int64(step))
                values[n] = whole &- floor(whole, size) &* size
            }
            results.append(numbers)
        }
        return results
    }
}

extension Dims {
    /// The product of all values but for the last ones.
    func product(butLast number: Int) -> Int {
        var result = 1
        for i in 0..<Swift.max(count - number, 0) { result &*= self[i] }
        return result
    }
}
