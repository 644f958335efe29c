import CKernels

// Elements that a bool tensor lets through, and where they are.

extension Tensor {
    private func requireMask(_ mask: Tensor, _ operation: StaticString) throws(TensorError) {
        try requireInitialized(operation)
        try mask.requireInitialized(operation)
        if mask.dtype != .bool {
            throw TensorError(.runtime, operation.description, "expected a bool mask, not \(mask.dtype)")
        }
    }

    /// The number of elements of a bool tensor that are true.
    func trueCount() -> Int {
        let loop = StridedLoop(sizes, byteStrides(broadcastTo: sizes), Dims(repeating: 0, count: rank))
        var total: Int64 = 0
        loop.forEachRun { a, _, _, _ in
            total += ck_count_true(Int64(loop.runLength), (data + a).assumingMemoryBound(to: UInt8.self), Int64(loop.runStrides.0))
        }
        return Int(total)
    }

    /// The row-major numbers of the true elements of a bool tensor, as int64.
    func truePositions() throws(TensorError) -> Tensor {
        let mask = try isContiguous ? self : copied()
        let result = try Tensor(uninitialized: [mask.trueCount()] as Dims, .int64, operation: "nonzero")
        _ = ck_true_positions(
            Int64(count), mask.data.assumingMemoryBound(to: UInt8.self), 1, 0,
            result.data.assumingMemoryBound(to: Int64.self), Int64(result.count))
        return result
    }

    // MARK: masked_select, masked_scatter

    /// The elements where the bool `mask` holds, in one dimension. Tensor and mask broadcast.
    public func maskedSelected(_ mask: Tensor) throws(TensorError) -> Tensor {
        try maskedSelected(mask, "masked_select", "MaskedSelectBackward")
    }

    func maskedSelected(
        _ mask: Tensor, _ operation: StaticString, _ formula: StaticString
    ) throws(TensorError) -> Tensor {
        try requireMask(mask, operation)
        let shape = try broadcastSizes(sizes, mask.sizes, operation)
        let (flags, source) = (try mask.expanded(shape), try withoutHistory().expanded(shape))
        let result = try Tensor(uninitialized: [flags.trueCount()] as Dims, dtype, operation: operation)
        let width = dtype.size
        let loop = StridedLoop(shape, flags.byteStrides(broadcastTo: shape), source.byteStrides(broadcastTo: shape))
        let (n, ms, fs) = (Int64(loop.runLength), Int64(loop.runStrides.0), Int64(loop.runStrides.1 / width))
        var found = 0
        loop.forEachRun { a, b, _, _ in
            if found == result.count { return }
            found += Int(ck_compress(
                Int32(width), n, (flags.data + a).assumingMemoryBound(to: UInt8.self), ms, source.data + b, fs,
                result.data + found * width, Int64(result.count - found)))
        }
        if isRecorded { result.node = MaskedSelectBackward(try gradientEdge(), Spec(self), Saved(mask), shape, formula) }
        return result
    }

    /// The tensor with the elements of `source`, one after the other, where the bool `mask` holds. Tensor and mask
    /// broadcast.
    ///
    /// - Parameter source: of the tensor's dtype, with at least as many elements as the mask holds.
    public func maskedScattered(_ mask: Tensor, _ source: Tensor) throws(TensorError) -> Tensor {
        try maskedScatter(mask, source, inPlace: false, "masked_scatter")
    }

    /// Writes the elements of `source`, one after the other, to where the bool `mask` holds.
    ///
    /// - Parameters:
    ///   - mask: broadcasts to the tensor.
    ///   - source: as of `maskedScattered`.
    public func maskedScatterInPlace(_ mask: Tensor, _ source: Tensor) throws(TensorError) {
        _ = try maskedScatter(mask, source, inPlace: true, "masked_scatter_")
    }

    private func maskedScatter(
        _ mask: Tensor, _ source: Tensor, inPlace: Bool, _ operation: StaticString
    ) throws(TensorError) -> Tensor {
        if inPlace { try requireWritable(operation, recorded: false) }
        try requireMask(mask, operation)
        try requireSameType(source, operation)
        let shape = try broadcastSizes(sizes, mask.sizes, operation)
        let recorded = dtype.isFloatingPoint && (isRecorded || source.isRecorded)
        if inPlace {
            try requireWritable(operation, recorded: recorded)
            try requireResult(shape, dtype, fits: self, operation)
        }
        let flags = try (inPlace ? mask.apart(from: self) : mask).expanded(shape)
        if source.count < flags.trueCount() {
            throw TensorError(.runtime, operation.description,
                "number of elements of source < number of ones in mask: \(source.count) < \(flags.trueCount())")
        }
        let elements = try (inPlace ? source.apart(from: self) : source).withoutHistory().contiguous()
        let node = recorded
            ? MaskedScatterBackward(
                try gradientEdge(), try source.gradientEdge(), Spec(self), Spec(source), Saved(inPlace ? flags : mask)) : nil
        let result = try inPlace ? self : withoutHistory().expanded(shape).copied()
        let width = dtype.size
        let loop = StridedLoop(shape, flags.byteStrides(broadcastTo: shape), result.byteStrides(broadcastTo: shape))
        let (n, ms, ts) = (Int64(loop.runLength), Int64(loop.runStrides.0), Int64(loop.runStrides.1 / width))
        var used = 0
        loop.forEachRun { a, b, _, _ in
            used += Int(ck_expand(
                Int32(width), n, (flags.data + a).assumingMemoryBound(to: UInt8.self), ms, elements.data + used * width,
                result.data + b, ts, Int64(elements.count - used)))
        }
        if inPlace { didWrite() }
        guard let node else { return result }
        if inPlace { rebaseHistory(node) } else { result.node = node }
        return result
    }

    // MARK: nonzero

    /// Where the elements are not zero: a row of positions for each of them, in row-major order.
    ///
    /// - Returns: int64 of the shape [number of such elements, rank].
    public func nonzero() throws(TensorError) -> Tensor {
        try requireInitialized("nonzero")
        let mask = try withoutHistory().converted(to: .bool)
        let result = try Tensor(uninitialized: [mask.trueCount(), rank] as Dims, .int64, operation: "nonzero")
        if result.count == 0 { return result }
        var front = [Int64](repeating: 0, count: rank)
        let last = rank - 1
        let (n, ms) = (Int64(sizes[last]), Int64(mask.strides[last]))
        var found = 0
        var position = 0
        while true {
            found += Int(ck_true_coordinates(
                n, (mask.data + position).assumingMemoryBound(to: UInt8.self), ms, Int64(rank), front,
                result.data.assumingMemoryBound(to: Int64.self) + found * rank, Int64(result.sizes[0] - found)))
            var dim = last - 1
            while dim >= 0 {
                front[dim] += 1
                position += mask.strides[dim]
                if front[dim] < Int64(sizes[dim]) { break }
                position -= mask.strides[dim] * sizes[dim]
                front[dim] = 0
                dim -= 1
            }
            if dim < 0 { return result }
        }
    }

    /// Where the elements are not zero: for each dimension their positions along it, in row-major order, as int64. A
    /// tensor of no dimensions counts as one of a single element.
    public func nonzeroIndices() throws(TensorError) -> [Tensor] {
        try requireInitialized("nonzero")
        let rows = try lifted.nonzero()
        var columns: [Tensor] = []
        for dim in 0..<rows.sizes[1] { columns.append(try rows.selected(1, dim)) }
        return columns
    }
}

// MARK: - Gradients

/// The elements that were selected: their gradients go back where they came from.
final class MaskedSelectBackward: Node {
    @exclusivity(unchecked) private var mask: Saved
    private let spec: Spec, shape: Dims, label: StaticString

    /// - Parameter shape: of tensor and mask after broadcasting.
    init(_ edge: Edge, _ spec: Spec, _ mask: Saved, _ shape: Dims, _ formula: StaticString) {
        self.spec = spec
        self.mask = mask
        self.shape = shape
        label = formula
        super.init(edge)
    }

    override package var name: String { label.description + "0" }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let full = try Tensor.filled(shape, spec.dtype, 0).maskedScattered(mask.value(for: self), g)
        try engine.send(full, to: edges.0, reducedTo: spec)
    }

    override func releaseSaved() { mask.release() }
}

/// The elements of the source have the gradient of the places they went to; what was overwritten has none.
final class MaskedScatterBackward: Node {
    override var inputCount: Int { 2 }
    @exclusivity(unchecked) private var mask: Saved
    private let spec: Spec, sourceSpec: Spec

    init(_ target: Edge, _ source: Edge, _ spec: Spec, _ sourceSpec: Spec, _ mask: Saved) {
        self.spec = spec
        self.sourceSpec = sourceSpec
        self.mask = mask
        super.init(target, source)
    }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let gradient = copy g
        let mask = try self.mask.value(for: self)
        if wants(1) {
            let used = try gradient.maskedSelected(mask)
            let unused = try Tensor.filled([sourceSpec.sizes.product - used.count] as Dims, used.dtype, 0)
            try engine.send(try Tensor.concatenated([used, unused]).reshaped(sourceSpec.sizes), to: edges.1)
        }
        if wants(0) {
            try engine.send(try gradient.maskedFill(mask, with: Tensor(number: 0.0)), to: edges.0, reducedTo: spec)
        }
    }

    override func releaseSaved() { mask.release() }
}
