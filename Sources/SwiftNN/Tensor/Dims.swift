/// The sizes or the strides of a tensor, without a heap allocation.
///
/// Only the first `count` of the inline values mean anything; the others stay zero so that two lists of equal sizes
/// are equal as memory.
struct Dims: Sendable, BitwiseCopyable {
    /// The largest number of dimensions of a tensor.
    static let capacity = 16

    private(set) var count: Int
    private var values: InlineArray<16, Int>

    init() {
        count = 0
        values = InlineArray(repeating: 0)
    }

    init(repeating value: Int, count: Int) {
        self.init()
        for _ in 0..<count { append(value) }
    }

    /// Nil where there are more values than a tensor has dimensions.
    init?(_ list: some Collection<Int>) {
        if list.count > Dims.capacity { return nil }
        self.init()
        for value in list { append(value) }
    }

    /// The checked counterpart of `init?`, for lists that come from a user.
    init(_ list: some Collection<Int>, operation: String) throws(TensorError) {
        guard let dims = Dims(list) else {
            throw TensorError(.value, operation,
                "a tensor has at most \(Dims.capacity) dimensions, \(list.count) were given")
        }
        self = dims
    }

    @inline(__always)
    subscript(index: Int) -> Int {
        get { values[index] }
        set { values[index] = newValue }
    }

    mutating func append(_ value: Int) {
        values[count] = value
        count += 1
    }

    mutating func insert(_ value: Int, at index: Int) {
        var i = count
        while i > index {
            values[i] = values[i - 1]
            i -= 1
        }
        values[index] = value
        count += 1
    }

    mutating func remove(at index: Int) {
        for i in index..<(count - 1) { values[i] = values[i + 1] }
        count -= 1
        values[count] = 0
    }

    mutating func removeLast() { remove(at: count - 1) }

    mutating func swap(_ i: Int, _ j: Int) {
        let value = values[i]
        values[i] = values[j]
        values[j] = value
    }

    var array: [Int] { (0..<count).map { values[$0] } }

    /// The product of the values: how many elements a tensor of these sizes has.
    @inline(__always)
    var product: Int {
        var result = 1
        for i in 0..<count { result &*= values[i] }
        return result
    }

    /// The strides of a row-major tensor of these sizes.
    @inline(__always)
    var rowMajorStrides: Dims {
        var strides = self
        var step = 1
        var i = count - 1
        while i >= 0 {
            strides.values[i] = step
            // A dimension of size 0 must not make the strides of the others 0.
            step &*= Swift.max(values[i], 1)
            i -= 1
        }
        return strides
    }
}

extension Dims: Equatable {
    @inline(__always)
    static func == (a: Dims, b: Dims) -> Bool {
        if a.count != b.count { return false }
        for i in 0..<a.count where a.values[i] != b.values[i] { return false }
        return true
    }
}

extension Dims: CustomStringConvertible {
    var description: String { array.description }
}

extension Dims: ExpressibleByArrayLiteral {
    init(arrayLiteral elements: Int...) {
        self.init()
        for element in elements { append(element) }
    }
}

/// How many elements sizes from a user ask for.
///
/// - Throws: for negative sizes, and where the elements could not be addressed.
func checkedCount(_ sizes: Dims, _ dtype: DType, operation: String) throws(TensorError) -> Int {
    var bytes = dtype.size
    var count = 1
    for i in 0..<sizes.count {
        let size = sizes[i]
        if size < 0 {
            throw TensorError(.runtime, operation, "negative size \(size) in \(sizes)")
        }
        let (product, overflow) = bytes.multipliedReportingOverflow(by: Swift.max(size, 1))
        // The limit leaves room for the allocator to round up.
        if overflow || product > 1 << 47 {
            throw TensorError(.memory, operation, "\(sizes) of \(dtype) does not fit into memory")
        }
        bytes = product
        count *= size
    }
    return count
}

/// The dimension that an index from the end or the beginning names.
func checkedDimension(_ dim: Int, rank: Int, operation: String) throws(TensorError) -> Int {
    // A tensor without dimensions accepts 0 and -1, as in PyTorch.
    let limit = Swift.max(rank, 1)
    guard dim >= -limit && dim < limit else {
        throw TensorError(.index, operation,
            "dimension \(dim) is out of range: expected \(-limit) to \(limit - 1) for \(rank) dimensions")
    }
    return dim < 0 ? dim + limit : dim
}
