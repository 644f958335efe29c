// x[...] and x[...] = v, with PyTorch's rules.

/// One index between the brackets of `x[...]`.
public enum TensorIndex {
    /// One position; the dimension goes.
    case at(Int)
    /// Every `step`-th position from `from` to, without, `to`.
    case slice(from: Int? = nil, to: Int? = nil, step: Int = 1)
    /// A new dimension of size 1.
    case newAxis
    /// All dimensions that the other indices leave.
    case ellipsis
    /// The positions in an integer tensor, or those where a bool tensor holds.
    case tensor(Tensor)
}

extension Tensor {
    /// The elements that the indices select: a view for positions, slices and new axes, a copy where tensors index.
    ///
    /// - Throws: for too many indices, positions out of range, and index tensors that do not fit.
    public func indexed(_ indices: [TensorIndex]) throws(TensorError) -> Tensor {
        try requireInitialized("index")
        let plan = try indexPlan(indices)
        if let mask = plan.mask { return try plan.view.maskedSelected(mask, "index", "IndexBackward") }
        if let places = try plan.places { return try plan.view.taking(places, "index", "IndexBackward") }
        // Without an index that selects, still another tensor over the same memory.
        return plan.view === self ? try viewed(sizes, strides) { [sizes] in ViewBackward($0, sizes) } : plan.view
    }

    public func indexed(_ indices: TensorIndex...) throws(TensorError) -> Tensor { try indexed(indices) }

    /// The elements that the indices select: `try x[0, 1..<3, .rest]`. See `indexed`; `setElements` writes.
    public subscript(_ indices: any TensorIndexConvertible...) -> Tensor {
        get throws(TensorError) { try indexed(indices.map { $0.tensorIndex }) }
    }

    /// Writes `value`, broadcast and converted, to the elements that the indices select. Of places that are named several
    /// times the last value wins.
    public func setElements(_ indices: [TensorIndex], to value: some TensorScalar) throws(TensorError) {
        let value = value.asTensor()
        try value.requireInitialized("index_put_")
        if value.flags.contains(.wrappedNumber) { try value.requireFits(dtype, "index_put_") }
        let recorded = dtype.isFloatingPoint && (isRecorded || value.isRecorded)
        if !recorded { try requireWritable("index_put_", recorded: false) }
        // Where it is recorded, the write goes through a view and becomes part of this tensor's history that way.
        let plan = try (recorded ? self : withoutHistory()).indexPlan(indices)
        let view = plan.view
        if recorded { try view.requireWritable("index_put_", recorded: true) }
        if let mask = plan.mask, value.count == 1 {
            try view.maskedFillInPlace(mask, with: value.reshaped(Dims()))
        } else if let places = try plan.allPlaces() {
            let values = try elementValue(value, "index_put_").withoutLeadingOnes(places.shape.count)
            try requireBroadcast(values, to: places.shape, "index_put_")
            _ = try view.placing(values, at: places, adding: false, inPlace: true, "index_put_", "IndexPutBackward")
        } else {
            try view.copyInPlace(from: value.withoutLeadingOnes(view.rank))
        }
    }

    /// Writes `value`, broadcast and converted, to the elements that the indices select: `try x.set(0, 1..<3, to: 1)`.
    public func set(_ indices: any TensorIndexConvertible..., to value: some TensorScalar) throws(TensorError) {
        try setElements(indices.map { $0.tensorIndex }, to: value)
    }

    /// PyTorch drops leading dimensions of size 1 of a value that is written.
    private func withoutLeadingOnes(_ rank: Int) throws(TensorError) -> Tensor {
        var result = self
        while result.rank > rank && result.sizes[0] == 1 { result = try result.squeezed([0]) }
        return result
    }

    // MARK: The plan

    /// Indices taken apart: a view by those that allow one, and what tensors select of it.
    struct IndexPlan {
        let view: Tensor
        let groups: [BlockPlaces.Group]
        /// Instead of groups, where the only index tensor is a mask over the whole view.
        let mask: Tensor?

        var places: BlockPlaces? {
            get throws(TensorError) { groups.isEmpty ? nil : try BlockPlaces(view.sizes, groups, "index") }
        }

        /// The places, of a mask too.
        func allPlaces() throws(TensorError) -> BlockPlaces? {
            guard let mask else { return try places }
            let group = BlockPlaces.Group(first: 0, count: view.rank, positions: try mask.truePositions())
            return try BlockPlaces(view.sizes, [group], "index")
        }
    }

    func indexPlan(_ indices: [TensorIndex]) throws(TensorError) -> IndexPlan {
        // How many dimensions the indices use up, so that an ellipsis knows what is left to it.
        var used = 0
        var ellipses = 0
        for index in indices {
            switch index {
            case .at, .slice: used += 1
            case .tensor(let tensor):
                try tensor.requireInitialized("index")
                used += tensor.isMask ? tensor.rank : 1
            case .newAxis: break
            case .ellipsis: ellipses += 1
            }
        }
        if ellipses > 1 { throw TensorError(.index, "index", "an index can only have a single ellipsis ('...')") }
        if used > rank {
            throw TensorError(.index, "index", "too many indices for tensor of dimension \(rank) (got \(used)): shape \(sizes)")
        }
        var view = self
        var dim = 0
        var chosen: [(dim: Int, tensor: Tensor)] = []
        for index in indices {
            switch index {
            case .at(let position):
                view = try view.selected(dim, position)
            case .slice(let from, let to, let step):
                view = try view.sliced(dim, from: from, to: to, step: step)
                dim += 1
            case .newAxis:
                view = try view.unsqueezed(dim)
                dim += 1
            case .ellipsis:
                dim += rank - used
            case .tensor(let tensor):
                let numbers = try tensor.withoutHistory().asIndex()
                chosen.append((dim, numbers))
                dim += numbers.dtype == .bool ? numbers.rank : 1
            }
        }
        // What stood before the tensors has its place by now, what stands behind them has its size.
        for (dim, tensor) in chosen where tensor.dtype == .bool {
            for i in 0..<tensor.rank where tensor.sizes[i] != view.sizes[dim + i] {
                throw TensorError(.index, "index",
                    "the shape of the mask \(tensor.sizes) at index \(i) does not match the shape of the indexed tensor "
                        + "\(view.sizes) at index \(dim + i)")
            }
        }
        if chosen.count == 1, chosen[0].tensor.dtype == .bool, chosen[0].tensor.rank == view.rank, view.rank > 0 {
            return IndexPlan(view: view, groups: [], mask: chosen[0].tensor)
        }
        var groups: [BlockPlaces.Group] = []
        for (dim, tensor) in chosen {
            let isMask = tensor.dtype == .bool
            // A bool alone takes all or nothing, in a dimension of its own.
            let positions = try isMask
                ? tensor.rank == 0
                    ? Tensor.filled([tensor.itemAsBool() ? 1 : 0], .int64, 0) : tensor.truePositions()
                : tensor.checkedPositions(view.sizes[dim], wrap: true, dim, "index")
            groups.append(BlockPlaces.Group(first: dim, count: isMask ? tensor.rank : 1, positions: positions))
        }
        return IndexPlan(view: view, groups: groups, mask: nil)
    }

    /// PyTorch takes uint8 for bool where it indexes.
    private var isMask: Bool { dtype == .bool || dtype == .uint8 }

    /// As int64 or another integer dtype, or as bool.
    private func asIndex() throws(TensorError) -> Tensor {
        if dtype.isFloatingPoint {
            throw TensorError(.index, "index", "tensors used as indices must be integers or bool, not \(dtype)")
        }
        return dtype == .uint8 ? try converted(to: .bool) : self
    }
}

// MARK: - Spellings

/// What can stand between the brackets of `x[...]`: integers, ranges, tensors, and `TensorIndex` for all others.
public protocol TensorIndexConvertible: Sendable {
    var tensorIndex: TensorIndex { get }
}

extension TensorIndex: TensorIndexConvertible {
    public var tensorIndex: TensorIndex { self }
}

extension Int: TensorIndexConvertible {
    /// One position; negative ones count from the end.
    public var tensorIndex: TensorIndex { .at(self) }
}

extension Tensor: TensorIndexConvertible {
    public var tensorIndex: TensorIndex { .tensor(self) }
}

extension Range<Int>: TensorIndexConvertible {
    public var tensorIndex: TensorIndex { .slice(from: lowerBound, to: upperBound) }
}

extension ClosedRange<Int>: TensorIndexConvertible {
    public var tensorIndex: TensorIndex { .slice(from: lowerBound, to: upperBound == -1 || upperBound == .max ? nil : upperBound + 1) }
}

extension PartialRangeFrom<Int>: TensorIndexConvertible {
    public var tensorIndex: TensorIndex { .slice(from: lowerBound) }
}

extension PartialRangeUpTo<Int>: TensorIndexConvertible {
    public var tensorIndex: TensorIndex { .slice(to: upperBound) }
}

extension TensorIndexConvertible where Self == TensorIndex {
    /// A whole dimension.
    public static var all: TensorIndex { .slice() }
    /// All dimensions that the other indices leave: `TensorIndex.ellipsis`.
    public static var rest: TensorIndex { .ellipsis }
    /// A new dimension of size 1: `TensorIndex.newAxis`.
    public static var new: TensorIndex { .newAxis }
}
