// Tensors made of several.

extension Tensor {
    // MARK: Joining

    /// Tensors of the same shape but for `dim`, one after the other along it.
    ///
    /// - Throws: for no tensors, and where the other sizes differ.
    public static func concatenated(_ tensors: [Tensor], dim: Int = 0) throws(TensorError) -> Tensor {
        guard let first = tensors.first else {
            throw TensorError(.value, "cat", "expected a non-empty list of tensors")
        }
        var dtype = first.dtype
        for tensor in tensors {
            try tensor.requireInitialized("cat")
            if tensor.rank == 0 { throw TensorError(.runtime, "cat", "a tensor of no dimensions cannot be concatenated") }
            dtype = dtype.promoted(with: tensor.dtype)
        }
        // PyTorch lets one-dimensional empty tensors stand among others of any rank.
        let parts = tensors.filter { !($0.rank == 1 && $0.count == 0) }
        guard let model = parts.first else {
            let result = try Tensor.filled([0], dtype, 0)
            try result.recordConcatenation(tensors, try checkedDimension(dim, rank: 1, operation: "cat"))
            return result
        }
        let axis = try checkedDimension(dim, rank: model.rank, operation: "cat")
        var shape = model.sizes
        shape[axis] = 0
        for part in parts {
            var expected = model.sizes
            if part.rank == model.rank { expected[axis] = part.sizes[axis] }
            if part.sizes != expected {
                throw TensorError(.runtime, "cat",
                    "sizes must match except in dimension \(axis): \(model.sizes) and \(part.sizes)")
            }
            shape[axis] += part.sizes[axis]
        }
        _ = try checkedCount(shape, dtype, operation: "cat")
        let result = try Tensor(uninitialized: shape, dtype, operation: "cat")
        var start = 0
        for part in parts {
            let end = start + part.sizes[axis]
            Elementwise.convert(part, into: try result.sliced(axis, from: start, to: end))
            start = end
        }
        try result.recordConcatenation(tensors, axis)
        return result
    }

    private func recordConcatenation(_ tensors: [Tensor], _ axis: Int) throws(TensorError) {
        guard GradMode.isEnabled && tensors.contains(where: { $0.requiresGrad }) else { return }
        var edges: [Edge] = [], specs: [Spec] = []
        for tensor in tensors {
            edges.append(try tensor.gradientEdge())
            specs.append(Spec(tensor))
        }
        node = CatBackward(edges, specs, axis)
    }

    /// Tensors of the same shape along a new dimension.
    public static func stacked(_ tensors: [Tensor], dim: Int = 0) throws(TensorError) -> Tensor {
        guard let first = tensors.first else {
            throw TensorError(.runtime, "stack", "expected a non-empty list of tensors")
        }
        let axis = try checkedDimension(dim, rank: first.rank + 1, operation: "stack")
        var parts: [Tensor] = []
        for tensor in tensors {
            if tensor.sizes != first.sizes {
                throw TensorError(.runtime, "stack", "tensors must have equal sizes: \(first.sizes) and \(tensor.sizes)")
            }
            parts.append(try tensor.unsqueezed(axis))
        }
        return try concatenated(parts, dim: axis)
    }
}

// MARK: - Gradients

final class CatBackward: Node {
    private let specs: [Spec], axis: Int

    init(_ edges: [Edge], _ specs: [Spec], _ axis: Int) {
        self.specs = specs
        self.axis = axis
        super.init()
        moreEdges = edges
    }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let gradient = copy g
        var start = 0
        for (edge, spec) in zip(moreEdges, specs) {
            // An empty tensor that stood among others of any rank.
            if spec.sizes.count == 1 && spec.sizes[0] == 0 {
                if !edge.isNone { try engine.send(try Tensor.filled(spec.sizes, spec.dtype, 0), to: edge) }
                continue
            }
            let end = start + spec.sizes[axis]
            if !edge.isNone {
                try engine.send(try gradient.sliced(axis, from: start, to: end).to(spec.dtype), to: edge)
            }
            start = end
        }
    }
}
