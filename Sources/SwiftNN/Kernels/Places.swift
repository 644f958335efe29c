import CKernels

/// Where in a tensor the elements of a selection stand.
///
/// What reading and writing by index have in common, whatever the index is made of. The places are told by sizes alone:
/// the tensor's memory and strides come with each use, so that the same places serve the gradient.
protocol Places: AnyObject, Sendable {
    /// The sizes of the selection.
    var shape: Dims { get }
    /// The index, where it is the caller's own memory.
    var borrowedIndex: Tensor? { get }

    /// Copies the selection out of `source`, to a row-major tensor of its shape and dtype.
    ///
    /// - Throws: for an index out of bounds.
    func read(_ source: Tensor, into result: Tensor) throws(TensorError)
    /// Writes `values`, which broadcast to the shape, to the places in `target`, of the same dtype and apart in memory.
    ///
    /// - Parameter combination: nil where what stood there is overwritten. float16 and bfloat16 have none.
    /// - Throws: for an index out of bounds, before anything is written.
    func write(_ values: Tensor, into target: Tensor, by combination: ck_combination?) throws(TensorError)
}

extension Tensor {
    /// A tensor without dimensions counts as one of a single element where it is indexed.
    var lifted: Tensor {
        rank > 0 ? self : Tensor(alias: self, offset: offset, sizes: [1] as Dims, strides: [1] as Dims)
    }

    /// Whether the memory of the two may have bytes in common.
    func sharesMemory(with other: Tensor) -> Bool {
        if storage === other.storage { return true }
        let (a, b) = (storage, other.storage)
        return a.base < b.base + b.byteCount && b.base < a.base + a.byteCount
    }

    /// The tensor to be read while `target` is written: a copy where they may share memory.
    func apart(from target: Tensor) throws(TensorError) -> Tensor { sharesMemory(with: target) ? try copied() : self }

    /// Integers as row-major int64 of their own.
    ///
    /// - Parameter wrap: whether negative ones count from the end.
    /// - Throws: for one that is no position in a dimension of `size`.
    func checkedPositions(
        _ size: Int, wrap: Bool, _ dim: Int, _ operation: StaticString, _ code: TensorError.Code = .index
    ) throws(TensorError) -> Tensor {
        try requireInitialized(operation)
        let result = try Tensor(uninitialized: sizes, .int64, operation: operation)
        Elementwise.convert(self, into: result)
        let numbers = result.data.assumingMemoryBound(to: Int64.self)
        let count = Int64(result.count)
        let wrong = ck_find_outside(count, numbers, 1, wrap ? Int64(-size) : 0, Int64(size))
        if wrong >= 0 { throw indexError(numbers[Int(wrong)], size, dim, operation, code) }
        if wrap { ck_wrap_indices(count, numbers, Int64(size)) }
        return result
    }
}

func indexError(
    _ number: Int64, _ size: Int, _ dim: Int, _ operation: StaticString, _ code: TensorError.Code
) -> TensorError {
    TensorError(code, operation.description, "index \(number) is out of bounds for dimension \(dim) with size \(size)")
}

/// Dimensions of a tensor replaced by those of index tensors. The others are taken whole, and moved in blocks.
final class BlockPlaces: Places {
    /// Index tensors and what they index.
    struct Group {
        /// The first of the dimensions; and how many there are, 0 for a bool without dimensions.
        let first, count: Int
        /// int64, at least 0: numbers into the group's dimensions, counted through in row-major order. Memory of our own.
        let positions: Tensor
    }

    let shape: Dims
    var borrowedIndex: Tensor? { nil }
    /// Of the tensor.
    private let sizes: Dims
    private let groups: [Group]
    /// What the index tensors broadcast to, where it stands in the shape, and how many places it has.
    private let indexShape: Dims, destination: Int, indexCount: Int

    /// - Parameters:
    ///   - groups: in the order of their dimensions.
    ///   - extents: how much of the dimensions that are not indexed is taken; nil for all.
    /// - Throws: for index tensors that do not broadcast, and too many dimensions.
    init(_ sizes: Dims, _ groups: [Group], extents: Dims? = nil, _ operation: StaticString) throws(TensorError) {
        var common = groups[0].positions.sizes
        for group in groups.dropFirst() {
            do throws(TensorError) {
                common = try broadcastSizes(common, group.positions.sizes, operation)
            } catch {
                let shapes = groups.map { $0.positions.sizes.description }.joined(separator: ", ")
                throw TensorError(.index, operation.description,
                    "shape mismatch: indexing tensors could not be broadcast together with shapes \(shapes)")
            }
        }
        var adjacent = true
        for i in 1..<Swift.max(groups.count, 1) where groups[i].first != groups[i - 1].first + groups[i - 1].count { adjacent = false }
        var rest = Dims(), before = 0
        for dim in 0..<sizes.count where !groups.contains(where: { $0.first <= dim && dim < $0.first + $0.count }) {
            if adjacent && dim < groups[0].first { before += 1 }
            rest.append((extents ?? sizes)[dim])
        }
        if rest.count + common.count > Dims.capacity {
            throw TensorError(.index, operation.description,
                "the result would have \(rest.count + common.count) dimensions, a tensor has at most \(Dims.capacity)")
        }
        var shape = Dims()
        for i in 0..<before { shape.append(rest[i]) }
        for i in 0..<common.count { shape.append(common[i]) }
        for i in before..<Swift.max(rest.count, before) { shape.append(rest[i]) }
        self.sizes = sizes
        self.shape = shape
        self.groups = groups
        indexShape = common
        indexCount = common.product
        destination = before
    }

    /// One dimension replaced by those of an index tensor.
    convenience init(_ sizes: Dims, _ dim: Int, _ positions: Tensor, extents: Dims? = nil, _ operation: StaticString) throws(TensorError) {
        try self.init(sizes, [Group(first: dim, count: 1, positions: positions)], extents: extents, operation)
    }

    /// The distance of each place from the first element of a tensor with these strides, in elements; row-major.
    private func offsets(_ strides: Dims) throws(TensorError) -> Tensor {
        if groups.count == 1, groups[0].count == 1, strides[groups[0].first] == 1 { return groups[0].positions }
        let result = try Tensor.filled(indexShape, .int64, 0)
        for group in groups where group.count > 0 {
            let last = group.first + group.count - 1
            var (positions, step) = (group.positions, strides[last])
            for dim in group.first..<last where strides[dim] != sizes[dim + 1] * strides[dim + 1] {
                (positions, step) = (try distances(group, strides), 1)
                break
            }
            let steps = positions.byteStrides(broadcastTo: indexShape)
            let loop = StridedLoop(indexShape, steps, result.byteStrides(broadcastTo: indexShape))
            let (from, to) = (positions.data, result.data)
            loop.forEachRun { a, b, _, _ in
                ck_add_offsets(
                    Int64(loop.runLength), (from + a).assumingMemoryBound(to: Int64.self), Int64(loop.runStrides.0 / 8),
                    Int64(step), (to + b).assumingMemoryBound(to: Int64.self), Int64(loop.runStrides.1 / 8))
            }
        }
        return result
    }

    /// For a group whose dimensions do not lie one after the other in memory.
    private func distances(_ group: Group, _ strides: Dims) throws(TensorError) -> Tensor {
        let result = try Tensor(uninitialized: group.positions.sizes, .int64, operation: "index")
        let from = group.positions.data.assumingMemoryBound(to: Int64.self)
        let to = result.data.assumingMemoryBound(to: Int64.self)
        for i in 0..<result.count {
            var (rest, distance) = (Int(from[i]), 0)
            var dim = group.first + group.count - 1
            while dim >= group.first {
                let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: sizes[dim])
                distance &+= remainder &* strides[dim]
                rest = quotient
                dim -= 1
            }
            to[i] = Int64(distance)
        }
        return result
    }

    /// Calls `body` with byte offsets in the tensor and the selection of a block's first element, the block's length and
    /// its strides in both.
    @inline(__always)
    private func forEachBlock(
        _ tensor: Tensor, _ selection: Tensor, _ body: (Int, Int, Int64, Int64, Int64) -> Void
    ) {
        let width = tensor.dtype.size
        var front = Dims(), frontSteps = Dims(), frontTargets = Dims()
        var back = Dims(), backSteps = Dims(), backTargets = Dims()
        var position = 0
        var group = 0
        for dim in 0..<tensor.rank {
            while group < groups.count && groups[group].first + groups[group].count <= dim { group += 1 }
            if group < groups.count && groups[group].first <= dim { continue }
            if position < destination {
                front.append(shape[position])
                frontSteps.append(tensor.strides[dim] &* width)
                frontTargets.append(selection.strides[position] &* width)
            } else {
                let own = position + indexShape.count
                back.append(shape[own])
                backSteps.append(tensor.strides[dim] &* width)
                backTargets.append(selection.strides[own] &* width)
            }
            position += 1
        }
        // A few places in many rows: along the rows instead.
        if back.product == 1 && indexCount < 16 {
            (back, backSteps, backTargets) = (front, frontSteps, frontTargets)
            (front, frontSteps, frontTargets) = (Dims(), Dims(), Dims())
        }
        let loop = StridedLoop(back, backSteps, backTargets)
        let length = Int64(loop.runLength)
        let (step, target) = (Int64(loop.runStrides.0 / width), Int64(loop.runStrides.1 / width))
        Reduction.counted(front, frontSteps, frontTargets) { x, y in
            loop.forEachRun { a, b, _, _ in body(x &+ a, y &+ b, length, step, target) }
        }
    }

    /// The one stride, in elements, with which the index dimensions of a selection are counted through; nil if there is none.
    private func indexStride(_ selection: Tensor) -> Int? {
        var stride: Int?
        var expected = 0
        for i in (destination..<(destination + indexShape.count)).reversed() where shape[i] != 1 {
            if stride == nil { stride = selection.strides[i] } else if selection.strides[i] != expected { return nil }
            expected = selection.strides[i] &* shape[i]
        }
        return stride ?? 0
    }

    /// A tensor without dimensions where these places are in the one that it is then taken to have.
    private func fitted(_ tensor: Tensor) -> Tensor { tensor.rank == sizes.count ? tensor : tensor.lifted }

    func read(_ source: Tensor, into result: Tensor) throws(TensorError) {
        if result.count == 0 { return }
        let (source, width) = (fitted(source), Int32(source.dtype.size))
        let places = try offsets(source.strides)
        let numbers = places.data.assumingMemoryBound(to: Int64.self)
        let (n, stride) = (Int64(indexCount), Int64(indexStride(result) ?? 0))
        let (from, to) = (source.data, result.data)
        forEachBlock(source, result) { x, y, m, fs, ts in
            ck_gather(width, n, m, numbers, from + x, fs, to + y, stride, ts)
        }
    }

    func write(_ values: Tensor, into target: Tensor, by combination: ck_combination?) throws(TensorError) {
        var selection = try values.withoutHistory().expanded(shape)
        if selection.count == 0 { return }
        var stride = indexStride(selection)
        if stride == nil {
            selection = try selection.copied()
            stride = indexStride(selection)
        }
        let (target, width) = (fitted(target), Int32(target.dtype.size))
        let places = try offsets(target.strides)
        let numbers = places.data.assumingMemoryBound(to: Int64.self)
        let (n, fi) = (Int64(indexCount), Int64(stride ?? 0))
        let (from, to) = (selection.data, target.data)
        guard let combination else {
            forEachBlock(target, selection) { x, y, m, ts, fs in ck_scatter(width, n, m, numbers, from + y, fi, fs, to + x, ts) }
            return
        }
        guard let loop = ck_combine_blocks_lookup(combination, target.dtype.kernel) else {
            throw Elementwise.unsupported("index", target.dtype)
        }
        forEachBlock(target, selection) { x, y, m, ts, fs in loop(n, m, numbers, from + y, fi, fs, to + x, ts) }
    }
}

/// For each place of the selection the position along one dimension; along the others it is the place's own.
final class ElementPlaces: Places {
    let shape: Dims
    var borrowedIndex: Tensor? { index }
    private let size: Int, dim: Int
    /// int64, of the selection's shape.
    private let index: Tensor
    private let operation: StaticString

    /// - Parameter index: int64, without history.
    private init(_ size: Int, _ dim: Int, _ index: Tensor, _ operation: StaticString) {
        self.size = size
        self.dim = dim
        self.index = index
        self.operation = operation
        shape = index.sizes
    }

    /// - Parameters:
    ///   - sizes: of the tensor, at least one dimension.
    ///   - index: int32 or int64, in the other dimensions no larger than the tensor. Where the tensor is written to, apart
    ///     from it in memory.
    static func along(
        _ sizes: Dims, _ dim: Int, _ index: Tensor, _ operation: StaticString
    ) throws(TensorError) -> any Places {
        // An index that was expanded from one dimension names whole blocks.
        var isLine = index.rank > 1 && index.count > 0
        for i in 0..<index.rank where i != dim && index.sizes[i] > 1 && index.strides[i] != 0 { isLine = false }
        if isLine {
            let line = Tensor(
                alias: index, offset: index.offset, sizes: [index.sizes[dim]] as Dims, strides: [index.strides[dim]] as Dims)
            let positions = try line.checkedPositions(sizes[dim], wrap: false, dim, operation, .runtime)
            return try BlockPlaces(sizes, dim, positions, extents: index.sizes, operation)
        }
        let numbers = index.dtype == .int64 ? index.withoutHistory() : try index.withoutHistory().converted(to: .int64)
        return ElementPlaces(sizes[dim], dim, numbers, operation)
    }

    /// The index may be memory that others can write to, so it is checked before each use.
    private func check(_ index: Tensor) throws(TensorError) {
        let loop = StridedLoop(index.sizes, index.byteStrides(broadcastTo: index.sizes), Dims(repeating: 0, count: index.rank))
        let (n, step) = (Int64(loop.runLength), loop.runStrides.0 / 8)
        var found: Int64?
        loop.forEachRun { a, _, _, _ in
            let run = (index.data + a).assumingMemoryBound(to: Int64.self)
            let wrong = ck_find_outside(n, run, Int64(step), 0, Int64(size))
            if wrong >= 0 && found == nil { found = run[Int(wrong) * step] }
        }
        if let found { throw indexError(found, size, dim, operation, .runtime) }
    }

    /// The walk over the index, the tensor, which stands still along the indexed dimension, and the selection.
    private func walk(_ index: Tensor, _ tensor: Tensor, _ selection: Tensor) -> StridedLoop {
        let width = tensor.dtype.size
        var sizes = Dims(), a = Dims(), b = Dims(), c = Dims()
        func append(_ i: Int) {
            sizes.append(index.sizes[i])
            a.append(index.strides[i] &* 8)
            b.append(i == dim ? 0 : tensor.strides[i] &* width)
            c.append(selection.strides[i] &* width)
        }
        var inner = 1
        for i in (dim + 1)..<Swift.max(index.rank, dim + 1) { inner *= index.sizes[i] }
        // Short rows: along the indexed dimension instead. What comes to one place comes in the same order either way.
        let turned = inner < 16 && index.sizes[dim] > inner
        for i in 0..<index.rank where i != dim || !turned { append(i) }
        if turned { append(dim) }
        return StridedLoop(sizes, a, b, c)
    }

    func read(_ source: Tensor, into result: Tensor) throws(TensorError) {
        if result.count == 0 { return }
        let (index, source, result) = (self.index.lifted, source.lifted, result.lifted)
        try check(index)
        let width = source.dtype.size
        let loop = walk(index, source, result)
        let (numbers, from, to) = (index.data, source.data, result.data)
        let (n, step) = (Int64(loop.runLength), Int64(source.strides[dim]))
        let (xs, fs, ts) = (
            Int64(loop.runStrides.0 / 8), Int64(loop.runStrides.1 / width), Int64(loop.runStrides.2 / width))
        loop.forEachRun { x, y, z, _ in
            ck_gather_along(
                Int32(width), n, (numbers + x).assumingMemoryBound(to: Int64.self), xs, step, from + y, fs, to + z, ts)
        }
    }

    func write(_ values: Tensor, into target: Tensor, by combination: ck_combination?) throws(TensorError) {
        let selection = try values.withoutHistory().expanded(shape).lifted
        if selection.count == 0 { return }
        let index = self.index.lifted
        try check(index)
        let (target, width) = (target.lifted, target.dtype.size)
        let loop = walk(index, target, selection)
        let (numbers, from, to) = (index.data, selection.data, target.data)
        let (n, step) = (Int64(loop.runLength), Int64(target.strides[dim]))
        let (xs, ts, fs) = (
            Int64(loop.runStrides.0 / 8), Int64(loop.runStrides.1 / width), Int64(loop.runStrides.2 / width))
        guard let combination else {
            loop.forEachRun { x, y, z, _ in
                ck_scatter_along(
                    Int32(width), n, (numbers + x).assumingMemoryBound(to: Int64.self), xs, step, from + z, fs, to + y, ts)
            }
            return
        }
        guard let combine = ck_combine_along_lookup(combination, target.dtype.kernel) else {
            throw Elementwise.unsupported("scatter", target.dtype)
        }
        loop.forEachRun { x, y, z, _ in
            combine(n, (numbers + x).assumingMemoryBound(to: Int64.self), xs, step, from + z, fs, to + y, ts)
        }
    }
}
