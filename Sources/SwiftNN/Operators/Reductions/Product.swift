import CKernels

extension Tensor {
    /// The product of the elements. Integers and bool are multiplied as int64.
    ///
    /// - Parameters:
    ///   - axes: the reduced dimensions; nil, or none, for all.
    ///   - dtype: converts the elements first.
    public func product(_ axes: [Int]? = nil, keepDims: Bool = false, dtype: DType? = nil) throws(TensorError) -> Tensor {
        try requireInitialized("prod")
        let target = dtype ?? (self.dtype.isFloatingPoint ? self.dtype : .int64)
        // The integer kernels multiply into int64 themselves.
        let direct = !self.dtype.isFloatingPoint && !target.isFloatingPoint && target != .bool
        let source = direct ? self : try to(target.computeType)
        let mask = try Reduction.mask(axes, rank: rank, operation: "prod")
        let accumulator: DType = source.dtype.isFloatingPoint ? source.dtype : .int64
        let result = try Tensor.filled(Reduction.resultSizes(sizes, mask, keepDims: keepDims), accumulator, 1)
        try Reduction.fold(.CK_PROD, source, mask, into: result, "prod")
        if source.isRecorded {
            result.node = ProdBackward(try source.gradientEdge(), Saved(source), Saved(output: result), mask, keepDims)
        }
        return try result.to(target)
    }

    /// For each element the product of the others, over the dimensions of `mask`.
    fileprivate func productOfOthers(_ mask: Int) throws(TensorError) -> Tensor {
        if count == 0 || rank == 0 { return try Tensor.filled(sizes, dtype, 1) }
        let order = (0..<rank).filter { mask & (1 << $0) == 0 } + (0..<rank).filter { mask & (1 << $0) != 0 }
        let front = try permuted(order)
        var shape = Reduction.resultSizes(sizes, mask, keepDims: false)
        let length = shape.product == 0 ? 1 : count / shape.product
        shape.append(length)
        let axis = shape.count - 1
        let rows = try front.reshaped(shape)
        let before = try rows.shifted(axis, backwards: false, filledWith: 1).cumulativeProduct(axis)
        let after = try rows.shifted(axis, backwards: true, filledWith: 1).reversedCumulativeProduct(axis)
        var back = [Int](repeating: 0, count: rank)
        for (position, dim) in order.enumerated() { back[dim] = position }
        return try (before * after).reshaped(front.sizes).permuted(back)
    }
}

// MARK: - Gradients

/// y = Π x: dxᵢ = g Πⱼ≠ᵢ xⱼ, which is g y / xᵢ unless there are zeros.
final class ProdBackward: SavedReductionBackward {
    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let x = try self.x.value(for: self), y = try self.y.output(for: self)
        // A result that is finite and not zero has no factor that could not be divided by.
        let plain = y.withoutHistory()
        let divides = try plain.isFinite().multiplied(by: plain .!= 0).all().itemAsBool()
        let gradient = try g.restored(x.sizes, mask, keptDims: keptDims)
        let others = divides
            ? try y.restored(x.sizes, mask, keptDims: keptDims) / x : try x.productOfOthers(mask)
        try engine.send(try gradient * others, to: edges.0)
    }
}
