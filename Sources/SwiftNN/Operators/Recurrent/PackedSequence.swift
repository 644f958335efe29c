// Sequences of different lengths in one tensor.

/// Sequences of different lengths, step by step: first the first elements of all, in the order of falling lengths, then the
/// second elements of those that have one, and so on. What `lstm` and the like go through without a step for padding.
public struct PackedSequence: Sendable {
    /// The elements [sum of the lengths, ...].
    public let data: Tensor
    /// How many sequences have an element at each step, falling.
    public let batchSizes: [Int]
    /// Which sequence of those given stands where, and where each of those given stands; nil where they came in order.
    public let sortedIndices: Tensor?
    public let unsortedIndices: Tensor?

    /// Of parts, such as those of another one whose data were changed.
    ///
    /// - Throws: where the batch sizes are not falling numbers of data's rows.
    public init(
        data: Tensor, batchSizes: [Int], sortedIndices: Tensor? = nil, unsortedIndices: Tensor? = nil
    ) throws(TensorError) {
        try data.requireInitialized("PackedSequence")
        if data.rank == 0 { throw TensorError(.runtime, "PackedSequence", "expected data of at least one dimension") }
        try Tensor.checkPacked(batchSizes, rows: data.sizes[0], "PackedSequence")
        self.data = data
        self.batchSizes = batchSizes
        self.sortedIndices = sortedIndices
        self.unsortedIndices = if let sortedIndices, unsortedIndices == nil { try sortedIndices.sortedIndices() } else { unsortedIndices }
    }

    /// Of padded sequences [steps, batch, ...], or [batch, steps, ...].
    ///
    /// - Parameter lengths: how much of each sequence counts, in any order.
    /// - Throws: for lengths that are not positive or exceed the steps.
    public init(padded: Tensor, lengths: [Int], isBatchFirst: Bool = false) throws(TensorError) {
        let falls = zip(lengths, lengths.dropFirst()).allSatisfy { $0 >= $1 }
        if falls {
            let (data, sizes) = try padded.packed(lengths, isBatchFirst: isBatchFirst)
            try self.init(data: data, batchSizes: sizes)
            return
        }
        let order = lengths.indices.sorted { lengths[$0] > lengths[$1] || (lengths[$0] == lengths[$1] && $0 < $1) }
        let indices = try Tensor(order)
        let sorted = try padded.indexSelected(isBatchFirst ? 0 : 1, indices)
        let (data, sizes) = try sorted.packed(order.map { lengths[$0] }, isBatchFirst: isBatchFirst)
        try self.init(data: data, batchSizes: sizes, sortedIndices: indices)
    }

    /// The sequences padded to one length, and their lengths, in the order in which they were given.
    ///
    /// - Throws: for a total length below that of the longest sequence.
    public func padded(
        isBatchFirst: Bool = false, with value: Double = 0, totalLength: Int? = nil
    ) throws(TensorError) -> (sequences: Tensor, lengths: [Int]) {
        let (sequences, lengths) = try data.unpacked(
            batchSizes, isBatchFirst: isBatchFirst, padding: value, totalLength: totalLength)
        guard let unsortedIndices else { return (sequences, lengths) }
        let order = try unsortedIndices.array(of: Int.self)
        for index in order where index < 0 || index >= lengths.count {
            throw TensorError(.index, "pad_packed_sequence", "index \(index) is out of bounds for \(lengths.count) sequences")
        }
        return (try sequences.indexSelected(isBatchFirst ? 0 : 1, unsortedIndices), order.map { lengths[$0] })
    }

    /// The same sequences with other elements.
    ///
    /// - Throws: where there are not as many.
    public func replacingData(_ data: Tensor) throws(TensorError) -> PackedSequence {
        try PackedSequence(data: data, batchSizes: batchSizes, sortedIndices: sortedIndices, unsortedIndices: unsortedIndices)
    }

    /// `Tensor.lstm` over these sequences. States are in the order of the packed sequences.
    public func lstm(
        _ state: LSTMState, weights: [Tensor], settings: RecurrentSettings = RecurrentSettings()
    ) throws(TensorError) -> (output: PackedSequence, state: LSTMState) {
        let result = try Tensor.recurrent(.lstm, data, batchSizes, state.hidden, state.cell, weights, settings)
        return (try replacingData(result.output), LSTMState(hidden: result.hidden, cell: result.cell!))
    }

    /// `Tensor.gru` over these sequences. States are in the order of the packed sequences.
    public func gru(
        _ hidden: Tensor, weights: [Tensor], settings: RecurrentSettings = RecurrentSettings()
    ) throws(TensorError) -> (output: PackedSequence, state: Tensor) {
        let result = try Tensor.recurrent(.gru, data, batchSizes, hidden, nil, weights, settings)
        return (try replacingData(result.output), result.hidden)
    }

    /// `Tensor.rnn` over these sequences. States are in the order of the packed sequences.
    public func rnn(
        _ hidden: Tensor, weights: [Tensor], relu: Bool = false, settings: RecurrentSettings = RecurrentSettings()
    ) throws(TensorError) -> (output: PackedSequence, state: Tensor) {
        let result = try Tensor.recurrent(relu ? .relu : .tanh, data, batchSizes, hidden, nil, weights, settings)
        return (try replacingData(result.output), result.hidden)
    }
}

extension Tensor {
    /// The elements of padded sequences in the order of packed ones, and the batch sizes.
    ///
    /// - Parameter lengths: falling.
    package func packed(_ lengths: [Int], isBatchFirst: Bool) throws(TensorError) -> (data: Tensor, batchSizes: [Int]) {
        let name = "_pack_padded_sequence"
        try requireInitialized("_pack_padded_sequence")
        if rank < 2 { throw TensorError(.runtime, name, "expected sequences of at least two dimensions, got shape \(sizes)") }
        if count == 0 { throw TensorError(.runtime, name, "Cannot pack empty tensors.") }
        let sequences = try isBatchFirst ? transposed(0, 1) : self
        let (steps, batch) = (sequences.sizes[0], sequences.sizes[1])
        if lengths.count != batch {
            throw TensorError(.runtime, name,
                "Expected `len(lengths)` to be equal to batch_size, but got \(lengths.count) (batch_size=\(batch))")
        }
        for (i, length) in lengths.enumerated() {
            if length <= 0 {
                throw TensorError(.runtime, name,
                    "Length of all samples has to be greater than 0, but found an element in 'lengths' that is <= 0")
            }
            if length > steps {
                throw TensorError(.runtime, name, "a length of \(length) exceeds the \(steps) steps of the sequences")
            }
            if i > 0 && length > lengths[i - 1] {
                throw TensorError(.runtime, name,
                    "`lengths` array must be sorted in decreasing order when `enforce_sorted` is True. You can pass "
                        + "`enforce_sorted=False` to pack_padded_sequence and/or pack_sequence to sidestep this requirement "
                        + "if you do not need ONNX exportability.")
            }
        }
        let flat = try sequences.mergingTwoDimensions()
        var rows: [Int] = [], batchSizes: [Int] = [], present = batch
        for step in 0..<lengths[0] {
            while lengths[present - 1] <= step { present -= 1 }
            for sequence in 0..<present { rows.append(step * batch + sequence) }
            batchSizes.append(present)
        }
        return (try flat.indexSelected(0, Tensor(rows)), batchSizes)
    }

    /// Packed sequences padded to one length, and their lengths, falling.
    package func unpacked(
        _ batchSizes: [Int], isBatchFirst: Bool, padding: Double, totalLength: Int?
    ) throws(TensorError) -> (sequences: Tensor, lengths: [Int]) {
        let name = "_pad_packed_sequence"
        try requireInitialized("_pad_packed_sequence")
        if rank == 0 { throw TensorError(.runtime, name, "expected data of at least one dimension") }
        try Tensor.checkPacked(batchSizes, rows: sizes[0], name)
        // Rows without elements are not limited by memory.
        if count == 0 && sizes[0] > 1 << 24 { throw TensorError(.memory, name, "\(sizes[0]) rows are too many") }
        let steps = totalLength ?? batchSizes.count, batch = batchSizes[0]
        if steps < batchSizes.count {
            throw TensorError(.runtime, name,
                "Expected total_length to be at least the length of the longest sequence in input, but got "
                    + "total_length=\(steps) and max sequence length being \(batchSizes.count)")
        }
        var rows: [Int] = []
        var lengths = [Int](repeating: 0, count: batch)
        for (step, size) in batchSizes.enumerated() {
            for sequence in 0..<size {
                rows.append(step * batch + sequence)
                lengths[sequence] += 1
            }
        }
        let result = try placedInRows(rows, steps, batch, padding, name)
        return (isBatchFirst ? try result.transposed(0, 1) : result, lengths)
    }

    /// Sequences of different lengths [length, ...] in one tensor [longest, number, ...], or [number, longest, ...].
    ///
    /// - Parameter isLeft: pads before the elements instead of behind them.
    /// - Throws: where the other sizes differ.
    public static func padded(
        _ sequences: [Tensor], isBatchFirst: Bool = false, with value: Double = 0, isLeft: Bool = false
    ) throws(TensorError) -> Tensor {
        let name = "pad_sequence"
        guard let first = sequences.first else {
            throw TensorError(.runtime, name, "received an empty list of sequences")
        }
        var parts: [Tensor] = [], longest = 0
        for sequence in sequences {
            try sequence.requireInitialized("pad_sequence")
            if sequence.rank == 0 { throw TensorError(.runtime, name, "expected sequences of at least one dimension") }
            var expected = first.sizes
            if sequence.rank == first.rank { expected[0] = sequence.sizes[0] }
            if sequence.sizes != expected {
                throw TensorError(.runtime, name, "sizes must match except in dimension 0: \(first.sizes) and \(sequence.sizes)")
            }
            longest = Swift.max(longest, sequence.sizes[0])
            parts.append(try sequence.to(first.dtype))
        }
        let number = sequences.count
        var rows: [Int] = []
        let joined = try concatenated(parts)
        // Rows without elements are not limited by memory.
        if joined.count == 0 && joined.sizes[0] > 1 << 24 {
            throw TensorError(.memory, name, "\(joined.sizes[0]) rows are too many")
        }
        for (index, part) in parts.enumerated() {
            let length = part.sizes[0], shift = isLeft ? longest - length : 0
            for step in 0..<length { rows.append(isBatchFirst ? index * longest + step + shift : (step + shift) * number + index) }
        }
        return try isBatchFirst
            ? joined.placedInRows(rows, number, longest, value, name) : joined.placedInRows(rows, longest, number, value, name)
    }

    /// A tensor [outer, inner, ...] of `value` with these rows in it.
    private func placedInRows(
        _ rows: [Int], _ outer: Int, _ inner: Int, _ value: Double, _ name: String
    ) throws(TensorError) -> Tensor {
        var shape = sizes
        shape[0] = inner
        if shape.count == Dims.capacity { throw TensorError(.runtime, name, "more than \(Dims.capacity) dimensions") }
        shape.insert(outer, at: 0)
        _ = try checkedCount(shape, dtype, operation: name)
        var flat = sizes
        flat[0] = outer &* inner
        let padded = try Tensor.filled(flat, dtype, value).indexCopying(0, Tensor(rows), self)
        return try padded.reshaped(shape)
    }

    private func mergingTwoDimensions() throws(TensorError) -> Tensor {
        var shape = sizes
        shape.remove(at: 0)
        shape[0] = sizes[0] &* sizes[1]
        return try reshaped(shape)
    }
}
