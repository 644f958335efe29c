// A tensor with a part replaced: the counterparts of the views that show the part.

extension Tensor {
    /// A copy in which the slice at `index` of `dim` is `source`.
    public func selectScattered(_ source: Tensor, dim: Int, index: Int) throws(TensorError) -> Tensor {
        try scattered(source, "select_scatter") { (x) throws(TensorError) in try x.selected(dim, index) }
    }

    /// A copy in which every `step`-th slice of `dim` from `start` to, without, `stop` is one of `source`.
    public func sliceScattered(
        _ source: Tensor, dim: Int = 0, from start: Int? = nil, to stop: Int? = nil, step: Int = 1
    ) throws(TensorError) -> Tensor {
        try scattered(source, "slice_scatter") { (x) throws(TensorError) in
            try x.sliced(dim, from: start, to: stop, step: step)
        }
    }

    /// A copy in which a diagonal is `source`.
    public func diagonalScattered(
        _ source: Tensor, offset: Int = 0, dim1: Int = 0, dim2: Int = 1
    ) throws(TensorError) -> Tensor {
        try scattered(source, "diagonal_scatter") { (x) throws(TensorError) in
            try x.diagonal(offset: offset, dim1: dim1, dim2: dim2)
        }
    }

    private func requireEqual(_ source: Tensor, _ part: Tensor, _ operation: StaticString) throws(TensorError) {
        if source.sizes != part.sizes {
            throw TensorError(.runtime, operation.description,
                "expected a source of the size of the part: \(part.sizes), got \(source.sizes)")
        }
    }

    /// A copy in which the part that `region` shows is `source`.
    fileprivate func scattered(
        _ source: Tensor, _ operation: StaticString, _ region: @escaping (Tensor) throws(TensorError) -> Tensor
    ) throws(TensorError) -> Tensor {
        try requireInitialized(operation)
        try source.requireInitialized(operation)
        let result = try copied()
        let part: Tensor
        do throws(TensorError) {
            part = try region(result)
        } catch {
            throw TensorError(error.code, operation.description, error.detail)
        }
        try requireEqual(source, part, operation)
        Elementwise.convert(source, into: part)
        if dtype.isFloatingPoint && (isRecorded || source.isRecorded) {
            result.node = RegionScatterBackward(
                try gradientEdge(), try source.gradientEdge(), Spec(self), Spec(source), region)
        }
        return result
    }
}

/// What was replaced gets no gradient; the source gets that of its place.
final class RegionScatterBackward: BinaryBackward {
    private let region: (Tensor) throws(TensorError) -> Tensor

    init(
        _ a: Edge, _ b: Edge, _ aSpec: Spec, _ bSpec: Spec, _ region: @escaping (Tensor) throws(TensorError) -> Tensor
    ) {
        self.region = region
        super.init(a, b, aSpec, bSpec)
    }

    override class var name: String { "ScatterBackward0" }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let gradient = copy g
        if wants(0) {
            let zeros = try Tensor.filled(bSpec.sizes, gradient.dtype, 0)
            try engine.send(try gradient.scattered(zeros, "scatter", region), to: edges.0)
        }
        if wants(1) { try engine.send(try region(gradient).to(bSpec.dtype), to: edges.1) }
    }
}
