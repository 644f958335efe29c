import CKernels

// The two ways through memory that a normalisation takes, each with its gradient: a kernel, or differentiable operators for
// higher derivatives. Operands are contiguous, float32 or float64, of one dtype.

// MARK: - Rows

/// Rows that are each normalised by themselves.
struct NormalizedRows {
    let rows: Int, length: Int
    /// The sizes of the dimensions that make up a row.
    let shape: Dims
    let epsilon: Double
    /// Whether the mean is subtracted.
    let centered: Bool
}

extension Tensor {
    func normalized(
        _ layout: NormalizedRows, _ weight: Tensor?, _ bias: Tensor?, _ operation: StaticString
    ) throws(TensorError) -> Tensor {
        let result = try Tensor(uninitialized: sizes, dtype, operation: operation)
        let mean = try Tensor(uninitialized: [layout.rows], dtype, operation: operation)
        let inverse = try Tensor(uninitialized: [layout.rows], dtype, operation: operation)
        ck_norm_rows(
            dtype.kernel, Int64(layout.rows), Int64(layout.length), data, weight?.data, bias?.data, layout.epsilon,
            layout.centered ? 1 : 0, result.data, mean.data, inverse.data)
        if isRecorded || (weight?.isRecorded ?? false) || (bias?.isRecorded ?? false) {
            let edges = (try gradientEdge(), try weight?.gradientEdge() ?? .none, try bias?.gradientEdge() ?? .none)
            result.node = layout.centered
                ? NativeLayerNormBackward(edges, layout, self, weight, mean, inverse)
                : FusedRmsNormBackward(edges, layout, self, weight, mean, inverse)
        }
        return result
    }
}

/// x̂ = (x - mean) r: with h = g w, dx = r (h - mean h - x̂ mean(h x̂)), dw = Σ g x̂, db = Σ g. Without a mean: its terms are 0.
class NativeLayerNormBackward: Node {
    private let layout: NormalizedRows
    private var x: Saved, weight: Saved?
    private var mean: Tensor?, inverse: Tensor?

    init(
        _ edges: (Edge, Edge, Edge), _ layout: NormalizedRows, _ x: Tensor, _ weight: Tensor?, _ mean: Tensor, _ inverse: Tensor
    ) {
        self.layout = layout
        self.x = Saved(x)
        self.weight = weight.map { Saved($0) }
        self.mean = mean
        self.inverse = inverse
        super.init(edges.0, edges.1, edges.2)
    }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let x = try self.x.value(for: self)
        let w = try self.weight.map { (saved) throws(TensorError) in try saved.value(for: self) }
        let shape = layout.shape
        if GradMode.isEnabled {
            let rows = [layout.rows, layout.length] as Dims
            let terms = try NormalizationTerms(
                g.reshaped(rows), x.reshaped(rows), w?.reshaped([1, layout.length] as Dims), over: [1], layout.epsilon, layout.centered)
            if wants(0) { try engine.send(try terms.input().reshaped(x.sizes), to: edges.0) }
            if wants(1) { try engine.send(try terms.scaled.sum([0]).reshaped(shape), to: edges.1) }
            if wants(2) { try engine.send(try g.reshaped(rows).sum([0]).reshaped(shape), to: edges.2) }
            return
        }
        guard let mean, let inverse else { throw TensorError(.runtime, name, "the saved values have been freed") }
        let gradient = try g.contiguous()
        let dx = wants(0) ? try Tensor(uninitialized: x.sizes, x.dtype, operation: "backward") : nil
        let dw = wants(1) ? try Tensor.filled(shape, x.dtype, 0) : nil
        let db = wants(2) ? try Tensor.filled(shape, x.dtype, 0) : nil
        let scratch = try Tensor(uninitialized: [2, dw == nil && db == nil ? 0 : layout.length], x.dtype, operation: "backward")
        ck_norm_rows_grad(
            x.dtype.kernel, Int64(layout.rows), Int64(layout.length), gradient.data, x.data, w?.data, mean.data, inverse.data,
            layout.centered ? 1 : 0, dx?.data, dw?.data, db?.data, scratch.data)
        if let dx { try engine.send(dx, to: edges.0) }
        if let dw { try engine.send(dw, to: edges.1) }
        if let db { try engine.send(db, to: edges.2) }
    }

    override final func releaseSaved() {
        x.release()
        weight?.release()
        mean = nil
        inverse = nil
    }
}

final class FusedRmsNormBackward: NativeLayerNormBackward {}

/// The gradients of a normalisation in differentiable operators.
struct NormalizationTerms {
    /// x̂.
    private let standard: Tensor
    /// The gradient, and the same times the weight.
    private let gradient: Tensor, weighted: Tensor
    private let inverse: Tensor, axes: [Int], centered: Bool

    init(
        _ g: Tensor, _ x: Tensor, _ weight: Tensor?, over axes: [Int], _ epsilon: Double, _ centered: Bool
    ) throws(TensorError) {
        let distance = centered ? try x - x.mean(axes, keepDims: true) : x
        inverse = try ((distance * distance).mean(axes, keepDims: true) + epsilon).reciprocalSquareRoot()
        standard = try distance * inverse
        gradient = g
        weighted = try weight.map { (weight) throws(TensorError) in try g * weight } ?? g
        self.axes = axes
        self.centered = centered
    }

    /// The gradient of x.
    func input() throws(TensorError) -> Tensor {
        let along = try standard * (weighted * standard).mean(axes, keepDims: true)
        var rest = try weighted - along
        if centered { rest = try rest - weighted.mean(axes, keepDims: true) }
        return try rest * inverse
    }

    /// g x̂, of which the sum is the weight's gradient.
    var scaled: Tensor { get throws(TensorError) { try gradient * standard } }
}

// MARK: - Planes

/// Planes [outer, channels, inner], of which several share their statistics.
struct NormalizedPlanes {
    enum Statistics {
        /// Of a channel in the whole batch, of a group of channels in one element of it, or given.
        case ofBatch, ofGroups, constant
    }

    let outer: Int, channels: Int, inner: Int
    /// Groups of channels with statistics of their own; each channel is one but for `ofGroups`.
    let groups: Int
    let epsilon: Double
    var statistics: Statistics

    /// How many times the channels' statistics are different ones: for each element of the batch, or once.
    var repeats: Int { statistics == .ofGroups ? outer : 1 }
    var step: Int { statistics == .ofGroups ? channels : 0 }
    /// How many elements a mean is of.
    var number: Double { Double(inner) * Double(statistics == .ofGroups ? channels / groups : outer) }
}

extension Tensor {
    /// - Parameter moments: the mean and the inverse root of the variance, [repeats, groups]; nil for those of the groups.
    func normalized(
        _ layout: NormalizedPlanes, _ weight: Tensor?, _ bias: Tensor?, _ moments: (mean: Tensor, inverse: Tensor)?,
        _ operation: StaticString
    ) throws(TensorError) -> Tensor {
        let result = try Tensor(uninitialized: sizes, dtype, operation: operation)
        let (outer, channels, inner) = (layout.outer, layout.channels, layout.inner)
        let (mean, inverse) = try withoutGradients { () throws(TensorError) in
            let found: (mean: Tensor, inverse: Tensor)
            if let moments {
                found = moments
            } else {
                let small = [layout.repeats, layout.groups] as Dims
                found = (try Tensor.filled(small, dtype, 0), try Tensor.filled(small, dtype, 0))
                if count > 0 && layout.statistics == .ofGroups {
                    ck_row_moments(
                        dtype.kernel, Int64(outer * layout.groups), Int64(channels / layout.groups * inner), data, layout.epsilon,
                        found.mean.data, found.inverse.data)
                }
            }
            // The mean of each plane; the inverse stays one for each group.
            return (try found.mean.spread(layout), found.inverse)
        }
        try withoutGradients { () throws(TensorError) in
            var scale = try inverse.spread(layout)
            if let weight { scale = try scale * weight.withoutHistory() }
            let small = [layout.repeats, channels] as Dims
            let shift: Tensor
            if let bias {
                shift = try bias.withoutHistory().expanded(small).contiguous()
            } else {
                shift = try Tensor.filled(small, dtype, 0)
            }
            // Empty planes can be more than one would want to count.
            if count > 0 {
                ck_norm_planes(
                    dtype.kernel, Int64(outer), Int64(channels), Int64(inner), data, mean.data, scale.data, shift.data,
                    Int64(layout.step), result.data)
            }
        }
        if isRecorded || (weight?.isRecorded ?? false) || (bias?.isRecorded ?? false) {
            let edges = (try gradientEdge(), try weight?.gradientEdge() ?? .none, try bias?.gradientEdge() ?? .none)
            result.node = layout.statistics == .ofGroups
                ? NativeGroupNormBackward(edges, layout, self, weight, mean, inverse)
                : NativeBatchNormBackward(edges, layout, self, weight, mean, inverse)
        }
        return result
    }

    /// What is one for each group, as one for each channel: [repeats, channels].
    fileprivate func spread(_ layout: NormalizedPlanes) throws(TensorError) -> Tensor {
        // A division that is not by zero: there may be no channels.
        let width = layout.groups == 0 ? 0 : layout.channels / layout.groups
        return try reshaped([layout.repeats, layout.groups, 1] as Dims)
            .expanded([layout.repeats, layout.groups, width] as Dims)
            .reshaped([layout.repeats, layout.channels] as Dims).contiguous()
    }
}

/// x̂ = (x - mean) r: as for rows, with sums over what shares the mean. Where mean and r are constants, dx = r g w.
class NativeBatchNormBackward: Node {
    private let layout: NormalizedPlanes
    private var x: Saved, weight: Saved?
    private var mean: Tensor?, inverse: Tensor?

    init(
        _ edges: (Edge, Edge, Edge), _ layout: NormalizedPlanes, _ x: Tensor, _ weight: Tensor?, _ mean: Tensor, _ inverse: Tensor
    ) {
        self.layout = layout
        self.x = Saved(x)
        self.weight = weight.map { Saved($0) }
        self.mean = mean
        self.inverse = inverse
        super.init(edges.0, edges.1, edges.2)
    }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let x = try self.x.value(for: self)
        let w = try self.weight.map { (saved) throws(TensorError) in try saved.value(for: self) }
        guard let mean, let inverse else { throw TensorError(.runtime, name, "the saved values have been freed") }
        if GradMode.isEnabled { return try recorded(g, x, w, mean, inverse, &engine) }
        let gradient = try g.contiguous()
        let (outer, channels, inner) = (Int64(layout.outer), Int64(layout.channels), Int64(layout.inner))
        let dtype = x.dtype.kernel, constant = layout.statistics == .constant
        let small = [layout.repeats, layout.channels] as Dims
        let plain = try Tensor.filled(small, .float64, 0), along = try Tensor.filled(small, .float64, 0)
        let sums = (plain.data.assumingMemoryBound(to: Double.self), along.data.assumingMemoryBound(to: Double.self))
        if x.count > 0 && (!constant || wants(1) || wants(2)) {
            ck_norm_plane_sums(dtype, outer, channels, inner, gradient.data, x.data, mean.data, Int64(layout.step), sums.0, sums.1)
        }
        let scale = try Tensor(uninitialized: small, x.dtype, operation: "backward")
        let slope = try Tensor(uninitialized: small, x.dtype, operation: "backward")
        let shift = try Tensor(uninitialized: small, x.dtype, operation: "backward")
        let dw = wants(1) ? try Tensor.filled([layout.channels], x.dtype, 0) : nil
        let db = wants(2) ? try Tensor.filled([layout.channels], x.dtype, 0) : nil
        if layout.groups > 0 {
            ck_norm_coefficients(
                dtype, Int64(layout.repeats), channels, Int64(layout.groups), layout.number, sums.0, sums.1, inverse.data, w?.data,
                constant ? 1 : 0, scale.data, slope.data, shift.data, dw?.data, db?.data)
        }
        if wants(0) {
            let dx = try Tensor(uninitialized: x.sizes, x.dtype, operation: "backward")
            if x.count > 0 {
                ck_norm_planes_grad(
                    dtype, outer, channels, inner, gradient.data, x.data, mean.data, scale.data, slope.data, shift.data,
                    Int64(layout.step), dx.data)
            }
            try engine.send(dx, to: edges.0)
        }
        if let dw { try engine.send(dw, to: edges.1) }
        if let db { try engine.send(db, to: edges.2) }
    }

    private func recorded(
        _ g: Tensor, _ x: Tensor, _ w: Tensor?, _ mean: Tensor, _ inverse: Tensor, _ engine: inout Engine
    ) throws(TensorError) {
        let width = layout.groups == 0 ? 0 : layout.channels / layout.groups
        let planes = [layout.outer, layout.groups, width, layout.inner] as Dims
        let perChannel = [1, layout.groups, width, 1] as Dims
        let (gradient, input) = (try g.reshaped(planes), try x.reshaped(planes))
        let weight = try w?.reshaped(perChannel)
        if wants(2) { try engine.send(try gradient.sum([0, 3]).reshaped([layout.channels] as Dims), to: edges.2) }
        if layout.statistics == .constant {
            let (center, factor) = (try mean.reshaped(perChannel), try inverse.reshaped(perChannel))
            if wants(0) {
                let weighted = try weight.map { (weight) throws(TensorError) in try gradient * weight } ?? gradient
                try engine.send(try (weighted * factor).reshaped(x.sizes), to: edges.0)
            }
            if wants(1) {
                let scaled = try gradient * ((input - center) * factor)
                try engine.send(try scaled.sum([0, 3]).reshaped([layout.channels] as Dims), to: edges.1)
            }
            return
        }
        let axes = layout.statistics == .ofGroups ? [2, 3] : [0, 2, 3]
        let terms = try NormalizationTerms(gradient, input, weight, over: axes, layout.epsilon, true)
        if wants(0) { try engine.send(try terms.input().reshaped(x.sizes), to: edges.0) }
        if wants(1) { try engine.send(try terms.scaled.sum([0, 3]).reshaped([layout.channels] as Dims), to: edges.1) }
    }

    override final func releaseSaved() {
        x.release()
        weight?.release()
        mean = nil
        inverse = nil
    }
}

final class NativeGroupNormBackward: NativeBatchNormBackward {}
