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
        guard let places = plan.places else {
            // Without an index that selects, still another tensor over the same memory.
            return plan.view === self ? try viewed(sizes, strides) { [sizes] in ViewBackward($0, sizes) } : plan.view
        }
        let front = try plan.view.permuted(places.order)
        let shape = try places.resultShape(front)
        let taken = try front.takingBlocks(places.positions, length: places.blockLength, shape: shape)
        return try places.moveBack(taken)
    }

    public func indexed(_ indices: TensorIndex...) throws(TensorError) -> Tensor { try indexed(indices) }

    /// Writes `value`, broadcast and converted, to the elements that the indices select.
    public func setElements(_ indices: [TensorIndex], to value: some TensorScalar) throws(TensorError) {
        let value = value.asTensor()
        try value.requireInitialized("index_put_")
        if value.flags.contains(.wrappedNumber) { try value.requireFits(dtype, "index_put_") }
        let recorded = dtype.isFloatingPoint && (isRecorded || value.isRecorded)
        if !recorded { try requireWritable("index_put_", recorded: false) }
        // Where it is recorded, the write goes through a view and becomes part of this tensor's history that way.
        let plan = try (recorded ? self : withoutHistory()).indexPlan(indices)
        guard let places = plan.places else {
            // PyTorch drops leading dimensions of size 1 of the value.
            try plan.view.copyInPlace(from: try value.withoutLeadingOnes(plan.view.rank))
            return
        }
        if recorded { try plan.view.requireWritable("index_put_", recorded: true) }
        let front = try plan.view.permuted(places.order)
        let shape = try places.resultShape(front)
        let given = recorded ? try value.to(dtype) : try value.withoutHistory().converted(to: dtype)
        let fitted = try places.moveFront(try given.withoutLeadingOnes(shape.count), shape)
        let node = recorded
            ? PutBlocksBackward(try front.gradientEdge(), try fitted.gradientEdge(), places.positions, places.blockLength, shape)
            : nil
        let target = try front.contiguous()
        let bytes = places.blockLength * dtype.size
        let numbers = places.positions.data.assumingMemoryBound(to: Int64.self)
        let source = try (fitted.storage.base == storage.base ? fitted.copied() : fitted.contiguous())
        if fitted.count > 0 {
            let (from, to) = (source.data, target.data)
            for i in 0..<places.positions.count {
                (to + Int(numbers[i]) * bytes).copyMemory(from: from + i * bytes, byteCount: bytes)
            }
        }
        if target !== front { Elementwise.convert(target, into: front) }
        didWrite()
        if let node { front.rebaseHistory(node) }
    }

    private func withoutLeadingOnes(_ rank: Int) throws(TensorError) -> Tensor {
        var result = self
        while result.rank > rank && result.sizes[0] == 1 { result = try result.squeezed([0]) }
        return result
    }

    /// Where index tensors point, after the other indices have made a view.
    private struct Places {
        /// The dimensions of the view that index tensors stand at.
        let dims: [Int]
        /// The view's dimensions, those of the index tensors first.
        let order: [Int]
        /// The index tensors' common shape.
        let shape: Dims
        /// Numbers of blocks in the permuted view, row-major.
        let positions: Tensor
        let blockLength: Int
        /// Where the index tensors' dimensions stand in the result.
        let destination: Int

        /// [index dimensions, rest], for a view with its dimensions in `order`.
        func resultShape(_ front: Tensor) throws(TensorError) -> Dims {
            let rest = front.rank - dims.count
            if shape.count + rest > Dims.capacity {
                throw TensorError(.index, "index",
                    "the result would have \(shape.count + rest) dimensions, a tensor has at most \(Dims.capacity)")
            }
            var result = shape
            for i in dims.count..<front.rank { result.append(front.sizes[i]) }
            return result
        }

        /// From [index dimensions, rest] to the order of the result.
        func moveBack(_ taken: Tensor) throws(TensorError) -> Tensor {
            if destination == 0 { return taken }
            return try taken.permuted(backOrder(taken.rank))
        }

        private func backOrder(_ rank: Int) -> [Int] {
            let rest = Array(shape.count..<rank)
            return Array(rest[..<destination]) + Array(0..<shape.count) + Array(rest[destination...])
        }

        /// A value broadcast to the result, brought into the order [index dimensions, rest].
        func moveFront(_ value: Tensor, _ frontShape: Dims) throws(TensorError) -> Tensor {
            let back = backOrder(frontShape.count)
            var shape = Dims()
            for dim in back { shape.append(frontShape[dim]) }
            var inverse = [Int](repeating: 0, count: back.count)
            for (position, dim) in back.enumerated() { inverse[dim] = position }
            return try value.expanded(shape).permuted(inverse)
        }
    }

    private func indexPlan(_ indices: [TensorIndex]) throws(TensorError) -> (view: Tensor, places: Places?) {
        // How many dimensions the indices use up, so that an ellipsis knows what is left to it.
        var used = 0
        var ellipses = 0
        for index in indices {
            switch index {
            case .at, .slice: used += 1
            case .tensor(let tensor): used += tensor.dtype == .bool ? tensor.rank : 1
            case .newAxis: break
            case .ellipsis: ellipses += 1
            }
        }
        if ellipses > 1 { throw TensorError(.index, "index", "an index can only have a single ellipsis ('...')") }
        if used > rank {
            throw TensorError(.index, "index", "too many indices: \(used) for a tensor of shape \(sizes)")
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
                try tensor.requireInitialized("index")
                if tensor.dtype == .bool {
                    for i in 0..<tensor.rank where tensor.sizes[i] != view.sizes[dim + i] {
                        throw TensorError(.index, "index",
                            "the mask of shape \(tensor.sizes) does not fit the tensor of shape \(sizes) at dimension \(dim + i)")
                    }
                    if tensor.rank == 0 {
                        view = try view.unsqueezed(dim)
                        let none = try !tensor.itemAsBool()
                        chosen.append((dim, try Tensor.filled([none ? 0 : 1], .int64, 0)))
                        dim += 1
                    } else {
                        for column in try tensor.nonzeroColumns() {
                            chosen.append((dim, column))
                            dim += 1
                        }
                    }
                } else if tensor.dtype.isInteger {
                    chosen.append((dim, tensor))
                    dim += 1
                } else {
                    throw TensorError(.index, "index", "tensors used as indices must be integers or bool, not \(tensor.dtype)")
                }
            }
        }
        if chosen.isEmpty { return (view, nil) }
        return (view, try places(view, chosen))
    }

    private func places(_ view: Tensor, _ chosen: [(dim: Int, tensor: Tensor)]) throws(TensorError) -> Places {
        var shape = chosen[0].tensor.sizes
        for (_, tensor) in chosen.dropFirst() { shape = try broadcastSizes(shape, tensor.sizes, "index") }
        let positions = try Tensor.filled(shape, .int64, 0)
        var stride = 1
        for (dim, tensor) in chosen.reversed() {
            let numbers = try tensor.checkedPositions(view.sizes[dim], negative: true, dim, "index")
            try positions.addInPlace(try numbers * stride)
            stride *= view.sizes[dim]
        }
        let dims = chosen.map { $0.dim }
        let rest = (0..<view.rank).filter { !dims.contains($0) }
        let adjacent = dims.last! - dims.first! == dims.count - 1
        return Places(
            dims: dims, order: dims + rest, shape: shape, positions: positions,
            blockLength: rest.reduce(1) { $0 * view.sizes[$1] }, destination: adjacent ? dims.first! : 0)
    }

    /// For each dimension, the positions along it of the true elements of a bool tensor, in row-major order.
    private func nonzeroColumns() throws(TensorError) -> [Tensor] {
        let mask = try withoutHistory().contiguous()
        let bytes = mask.data.assumingMemoryBound(to: UInt8.self)
        var found: [Int] = []
        for i in 0..<mask.count where bytes[i] != 0 { found.append(i) }
        var columns: [Tensor] = []
        var inner = 1
        for dim in stride(from: rank - 1, through: 0, by: -1) {
            let size = sizes[dim]
            columns.append(try Tensor(found.map { Int64($0 / inner % Swift.max(size, 1)) }))
            inner *= Swift.max(size, 1)
        }
        return columns.reversed()
    }
}
