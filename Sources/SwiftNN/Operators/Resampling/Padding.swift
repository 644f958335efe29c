// Tensors with something around them.

/// What stands around a padded tensor.
public enum PaddingMode: String, CaseIterable, Sendable {
    /// One number.
    case constant
    /// The tensor mirrored at its first and last elements, which are not repeated.
    case reflect
    /// The first and the last element.
    case replicate
    /// The tensor again: before the first element stands the last one.
    case circular
}

extension Tensor {
    /// The tensor with elements added at both ends of the last dimensions.
    ///
    /// ```swift
    /// let wider = try Tensor([[1, 2, 3] as [Float]]).padded([1, 2])   // [[0, 1, 2, 3, 0, 0]]
    /// ```
    ///
    /// - Parameters:
    ///   - amounts: how many before and after the elements of the last dimension, then of the one before it, and so on.
    ///     Negative ones take elements away.
    ///   - mode: other modes than `.constant` pad all dimensions but the first one or two, of which there are one to three.
    ///   - value: the number, for `.constant`.
    /// - Throws: for amounts that do not fit the tensor.
    public func padded(
        _ amounts: [Int], mode: PaddingMode = .constant, value: (any TensorScalar)? = nil
    ) throws(TensorError) -> Tensor {
        try requireInitialized("pad")
        if !amounts.count.isMultiple(of: 2) {
            throw TensorError(.runtime, "pad", "padding length must be divisible by 2, got \(amounts.count)")
        }
        if amounts.count > 2 * rank {
            throw TensorError(mode == .constant ? .runtime : .unsupported, "pad",
                "padding length should be less than or equal to two times the input dimension but got padding length \(amounts.count) "
                    + "and input of dimension \(rank)")
        }
        if mode == .constant { return try paddedWithConstant(amounts, (value?.asTensor() ?? 0.0.asTensor())) }
        if let value, try value.asTensor().itemAsDouble() != 0 {
            throw TensorError(.runtime, "pad", "padding mode \"\(mode.rawValue)\" doesn't take in value argument")
        }
        let dimensions = amounts.count / 2
        if !(1...3).contains(dimensions) || (rank != dimensions + 1 && rank != dimensions + 2) {
            throw TensorError(.unsupported, "pad",
                "padding size \(amounts.count) is not supported for \(rank)D input tensor with mode \"\(mode.rawValue)\"")
        }
        if mode != .circular && dtype == .bool { throw notImplemented("pad") }
        for i in (rank == dimensions + 2 ? 1 : 0)..<rank where sizes[i] == 0 && (mode != .circular || i >= rank - dimensions) {
            throw TensorError(.runtime, "pad", "expected non-zero sizes but for the batch, got shape \(sizes)")
        }
        var result = self
        for i in 0..<dimensions {
            let axis = rank - 1 - i
            let (before, after) = (amounts[2 * i], amounts[2 * i + 1])
            if before == 0 && after == 0 { continue }
            let index = try mode.positions(sizes[axis], before, after, axis)
            result = try result.indexSelected(axis, index)
        }
        return result === self ? try cloned() : result
    }

    private func paddedWithConstant(_ amounts: [Int], _ value: Tensor) throws(TensorError) -> Tensor {
        var shape = sizes
        for i in 0..<amounts.count / 2 {
            let axis = rank - 1 - i
            let first = sizes[axis].addingReportingOverflow(amounts[2 * i])
            let size = first.partialValue.addingReportingOverflow(amounts[2 * i + 1])
            if first.overflow || size.overflow {
                throw TensorError(.memory, "pad", "\(sizes) padded by \(amounts) does not fit into memory")
            }
            // As many elements must be there as are taken away, in either order.
            if size.partialValue < 0 || first.partialValue < 0 || sizes[axis] &+ amounts[2 * i + 1] < 0 {
                throw TensorError(.runtime, "pad",
                    "padding \(amounts[2 * i]) and \(amounts[2 * i + 1]) of dimension \(axis) resulted in a negative size of \(sizes)")
            }
            shape[axis] = size.partialValue
        }
        _ = try checkedCount(shape, dtype, operation: "pad")
        let result = try Tensor(uninitialized: shape, dtype, operation: "pad")
        try withoutGradients { () throws(TensorError) in
            try result.fillInPlace(value)
            var (from, to) = (withoutHistory(), result)
            for i in 0..<amounts.count / 2 {
                let axis = rank - 1 - i
                let (before, after) = (amounts[2 * i], amounts[2 * i + 1])
                from = try from.sliced(axis, from: Swift.max(-before, 0), to: sizes[axis] - Swift.max(-after, 0))
                to = try to.sliced(axis, from: Swift.max(before, 0), to: shape[axis] - Swift.max(after, 0))
            }
            if from.count > 0 { Elementwise.convert(from, into: to) }
        }
        if isRecorded { result.node = ConstantPadBackward(try gradientEdge(), amounts) }
        return result
    }
}

extension PaddingMode {
    /// Which element stands at each position of a padded dimension.
    fileprivate func positions(_ size: Int, _ before: Int, _ after: Int, _ axis: Int) throws(TensorError) -> Tensor {
        let first = size.addingReportingOverflow(before)
        let total = first.partialValue.addingReportingOverflow(after)
        if first.overflow || total.overflow {
            throw TensorError(.memory, "pad", "size \(size) padded by \(before) and \(after) does not fit into memory")
        }
        let length = total.partialValue
        if self == .reflect && (before >= size || after >= size) {
            throw TensorError(.runtime, "pad",
                "padding size should be less than the corresponding input dimension, but got: padding (\(before), \(after)) at "
                    + "dimension \(axis) of size \(size)")
        }
        if self == .circular && (before > size || after > size) {
            throw TensorError(.runtime, "pad", "padding value causes wrapping around more than once: \(before) and \(after) of size \(size)")
        }
        // Circular padding may leave nothing. What it takes away does not come again.
        let (cut, kept) = (before < 0 ? before &* -1 : 0, size &+ Swift.min(before, 0) &+ Swift.min(after, 0))
        let isPossible = self == .circular
            ? before >= -size && after >= -size && (kept > 0 || (kept == 0 && length == 0)) : length >= 1
        if !isPossible {
            throw TensorError(.runtime, "pad", "size \(size) is too small for padding \(before) and \(after) of dimension \(axis)")
        }
        let result = try Tensor(uninitialized: [length], .int64, operation: "pad")
        let places = result.integers
        for j in 0..<length {
            let i = j - before
            switch self {
            case .reflect: places[j] = Int64(i < 0 ? -i : i < size ? i : 2 * (size - 1) - i)
            case .circular:
                let place = (j - Swift.max(before, 0)) % kept
                places[j] = Int64(cut + (place < 0 ? place + kept : place))
            case .replicate, .constant: places[j] = Int64(Swift.min(Swift.max(i, 0), size - 1))
            }
        }
        return result
    }
}

/// What was added is taken away from the gradient, and what was taken away is 0.
private final class ConstantPadBackward: Node {
    private let amounts: [Int]

    init(_ edge: Edge, _ amounts: [Int]) {
        self.amounts = amounts
        super.init(edge)
    }

    override class var name: String { "ConstantPadNdBackward0" }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        try engine.send(try g.padded(amounts.map { -$0 }), to: edges.0)
    }
}
