import CKernels

// Scaled dot-product attention (Vaswani et al. 2017).

extension Tensor {
    /// Attention of queries to keys: softmax(scale · Q Kᵀ + mask) V.
    ///
    /// - Parameters:
    ///   - key: [..., S, E], for queries self of shape [..., L, E].
    ///   - value: [..., S, F].
    ///   - mask: broadcast to [..., L, S]: bool, where false takes a key out, or numbers that are added to the scores.
    ///   - dropout: the probability with which weights are dropped.
    ///   - isCausal: takes the keys out that come after the query, of the same number.
    ///   - scale: 1 / √E by default.
    ///   - sharingHeads: whether dimension -3 of key and value, which divides that of the queries, is repeated.
    /// - Returns: [..., L, F]; zeros for a query of which all keys are taken out.
    /// - Throws: where shapes or dtypes do not fit.
    public func scaledDotProductAttention(
        key: Tensor, value: Tensor, mask: Tensor? = nil, dropout: Double = 0, isCausal: Bool = false, scale: Double? = nil,
        sharingHeads: Bool = false
    ) throws(TensorError) -> Tensor {
        let name: StaticString = "scaled_dot_product_attention"
        func refuse(_ text: String) -> TensorError { TensorError(.runtime, name.description, text) }
        for tensor in [self, key, value] + (mask.map { [$0] } ?? []) { try tensor.requireInitialized(name) }
        if !dtype.isFloatingPoint { throw Elementwise.unsupported(name, dtype) }
        if key.dtype != dtype || value.dtype != dtype {
            throw refuse("Expected query, key, and value to have the same dtype, but got \(dtype), \(key.dtype) and \(value.dtype) instead.")
        }
        if rank < 2 || key.rank < 2 || value.rank < 2 {
            throw refuse(
                "Expected query, key, and value to all be at least 2 dimensional, but got \(rank), \(key.rank) and \(value.rank) dimensions instead.")
        }
        if let mask {
            if isCausal { throw refuse("Explicit attn_mask should not be set when is_causal=True") }
            if mask.dtype != .bool && mask.dtype != dtype && mask.dtype != .float32 {
                throw refuse("Expected attn_mask dtype to be bool or float or to match query dtype, but got \(mask.dtype) for \(dtype) instead.")
            }
        }
        if !(dropout >= 0 && dropout <= 1) {
            throw refuse("dropout probability has to be between 0 and 1, but got \(dropout)")
        }
        if dtype.isReducedPrecision {
            return try to(.float32).scaledDotProductAttention(
                key: key.to(.float32), value: value.to(.float32), mask: mask?.dtype == .bool ? mask : mask?.to(.float32),
                dropout: dropout, isCausal: isCausal, scale: scale, sharingHeads: sharingHeads
            ).to(dtype)
        }
        var (keys, values) = (key, value)
        if sharingHeads {
            if rank < 3 || key.rank < 3 || value.rank < 3 {
                throw TensorError(.index, name.description, "enable_gqa needs at least three dimensions, of which -3 are the heads")
            }
            let heads = sizes[rank - 3], (ofKeys, ofValues) = (key.sizes[key.rank - 3], value.sizes[value.rank - 3])
            if ofKeys == 0 || ofValues == 0 || heads % ofKeys != 0 || heads % ofValues != 0 {
                throw refuse(
                    "Number of heads in key and value must divide the number of heads in query, but got \(ofKeys), \(ofValues) and \(heads)")
            }
            if ofKeys != heads { keys = try key.repeatInterleaved(heads / ofKeys, dim: -3) }
            if ofValues != heads { values = try value.repeatInterleaved(heads / ofValues, dim: -3) }
        }
        let (length, size, count) = (sizes[rank - 2], sizes[rank - 1], keys.sizes[keys.rank - 2])
        if keys.sizes[keys.rank - 1] != size || values.sizes[values.rank - 2] != count {
            throw refuse("query, key and value do not belong together: \(sizes), \(key.sizes), \(value.sizes)")
        }
        for tensor in [self, keys, values] {
            for i in (tensor.rank - 2)..<tensor.rank where tensor.sizes[i] > Int(Int32.max) {
                throw refuse("dimension \(i) of shape \(tensor.sizes) is too large")
            }
        }
        // All with the same leading dimensions, as views.
        let batch = try broadcastSizes(broadcastSizes(batchSizes, keys.batchSizes, name), values.batchSizes, name)
        func led(_ tensor: Tensor, _ rows: Int, _ columns: Int) throws(TensorError) -> Tensor {
            var shape = batch
            if shape.count > Dims.capacity - 2 { throw refuse("more than \(Dims.capacity) dimensions") }
            shape.append(rows)
            shape.append(columns)
            return tensor.sizes == shape ? tensor : try tensor.expanded(shape)
        }
        let bias = try mask.map { (mask) throws(TensorError) in
            try led(mask.dtype == .bool ? mask : mask.to(dtype), length, count)
        }
        let pass = AttentionPass(
            batch: batch, length: length, count: count, size: size, outputSize: values.sizes[values.rank - 1], dtype: dtype,
            isCausal: isCausal, scale: scale ?? (size == 0 ? 1 : 1 / Double(size).squareRoot()))
        return try pass([led(self, length, size), led(keys, count, size), led(values, count, pass.outputSize), bias], dropout: dropout)
    }
}

/// Attention for queries, keys and values with the same leading dimensions. The weights are made block by block, a number of
/// queries each, and made again for the gradient.
struct AttentionPass {
    let batch: Dims
    /// Queries L, keys S, and the sizes E and F.
    let length: Int, count: Int, size: Int, outputSize: Int
    /// float32 or float64.
    let dtype: DType
    let isCausal: Bool
    let scale: Double

    /// The weights of one block stay in the second-level cache.
    private static let blockElements = 1 << 16, leastRows = 32

    private var rowsPerBlock: Int {
        Swift.max(1, Swift.min(length, Swift.max(AttentionPass.leastRows, AttentionPass.blockElements / Swift.max(count, 1))))
    }

    private func shape(_ rows: Int, _ columns: Int) -> Dims {
        var shape = batch
        shape.append(rows)
        shape.append(columns)
        return shape
    }

    private func memory(_ sizes: Dims) throws(TensorError) -> Tensor {
        try Tensor(uninitialized: sizes, dtype, operation: "scaled_dot_product_attention")
    }

    /// - Parameter operands: query, key, value and mask, broadcast to the leading dimensions.
    func callAsFunction(_ operands: [Tensor?], dropout: Double) throws(TensorError) -> Tensor {
        var dropped: Tensor?
        if dropout > 0 {
            let ones = try Tensor.filled(shape(length, count), dtype, 1)
            dropped = try withoutGradients { () throws(TensorError) in try ones.dropout(dropout) }
        }
        let result = try run(operands, dropped)
        if operands.contains(where: { $0?.isRecorded ?? false }) {
            result.node = try AttentionBackward(self, operands, dropped)
        }
        return result
    }

    /// Where the matrices of an operand lie, one for each of the leading dimensions' positions.
    private struct Matrices {
        let operand: MatrixProduct.Operand
        private let batch: Dims, strides: Dims

        init(_ tensor: Tensor, _ batch: Dims) throws(TensorError) {
            // A pointer: the caller keeps the tensor alive.
            operand = MatrixProduct.Operand(tensor)!
            self.batch = batch
            strides = tensor.batchStrides(batch)
        }

        func offset(_ index: Int) -> Int { AttentionPass.offset(index, batch, strides) }

        func at(_ index: Int, transposed: Bool = false) -> MatrixProduct.Operand {
            MatrixProduct.Operand(
                operand.data + offset(index), leading: operand.leading, isTransposed: operand.isTransposed != transposed)
        }

        /// Rows from `row` on.
        func rows(_ index: Int, from row: Int, _ width: Int) -> MatrixProduct.Operand {
            at(index).moved(by: row &* (operand.isTransposed ? 1 : operand.leading) &* width)
        }
    }

    private static func offset(_ index: Int, _ batch: Dims, _ strides: Dims) -> Int {
        var rest = index, offset = 0
        for i in stride(from: batch.count - 1, through: 0, by: -1) {
            offset &+= rest % batch[i] &* strides[i]
            rest /= batch[i]
        }
        return offset
    }

    private func readable(_ tensor: Tensor) throws(TensorError) -> Tensor { try MatrixProduct.readable(tensor.withoutHistory()) }

    /// Makes the weights of `rows` queries from `first` on, in `target`.
    private func weights(
        _ queries: Matrices, _ keys: Matrices, _ mask: Tensor?, _ index: Int, _ first: Int, _ rows: Int, _ target: Tensor
    ) {
        MatrixProduct.multiply(
            queries.rows(index, from: first, dtype.size), keys.at(index, transposed: true), into: target.data, rows, count, size, dtype)
        var (rowStep, columnStep): (Int64, Int64) = (0, 0)
        var start: UnsafeMutableRawPointer?
        if let mask {
            let r = mask.rank
            (rowStep, columnStep) = (Int64(mask.strides[r - 2]), Int64(mask.strides[r - 1]))
            start = mask.data + AttentionPass.offset(index, batch, mask.batchStrides(batch)) + first &* mask.strides[r - 2] &* mask.dtype.size
        }
        let keep = mask?.dtype == .bool ? start?.assumingMemoryBound(to: UInt8.self) : nil
        let causal = Int64(isCausal ? first : -1)
        if dtype == .float32 {
            let bias = keep == nil ? start?.assumingMemoryBound(to: Float.self) : nil
            ck_attention_weights_f32(
                Int64(rows), Int64(count), target.data.assumingMemoryBound(to: Float.self), scale, keep, bias, rowStep, columnStep, causal)
        } else {
            let bias = keep == nil ? start?.assumingMemoryBound(to: Double.self) : nil
            ck_attention_weights_f64(
                Int64(rows), Int64(count), target.data.assumingMemoryBound(to: Double.self), scale, keep, bias, rowStep, columnStep, causal)
        }
    }

    /// The block of contiguous [..., L, n] that belongs to the queries from `first` on.
    private func rows(_ tensor: Tensor, _ index: Int, _ first: Int, _ columns: Int) -> UnsafeMutableRawPointer {
        tensor.data + (index &* length &+ first) &* columns &* dtype.size
    }

    private func multiply(_ n: Int, _ a: UnsafeMutableRawPointer, by b: UnsafeMutableRawPointer) {
        ck_binary_lookup(.CK_MUL, dtype.kernel)!(Int64(n), a, 1, b, 1, a, 1)
    }

    private func run(_ operands: [Tensor?], _ dropped: Tensor?) throws(TensorError) -> Tensor {
        let (q, k, v) = (try readable(operands[0]!), try readable(operands[1]!), try readable(operands[2]!))
        let (queries, keys, values) = (try Matrices(q, batch), try Matrices(k, batch), try Matrices(v, batch))
        let output = try memory(shape(length, outputSize))
        if output.count == 0 { return output }
        let block = try memory([rowsPerBlock, count])
        try withExtendedLifetime([q, k, v, block, output]) { () throws(TensorError) in
            for index in 0..<batch.product {
                for first in stride(from: 0, to: length, by: rowsPerBlock) {
                    let n = Swift.min(rowsPerBlock, length - first)
                    weights(queries, keys, operands[3], index, first, n, block)
                    if let dropped { multiply(n &* count, block.data, by: rows(dropped, index, first, count)) }
                    MatrixProduct.multiply(
                        MatrixProduct.Operand(block.data, leading: count), values.at(index),
                        into: rows(output, index, first, outputSize), n, outputSize, count, dtype)
                }
            }
        }
        return output
    }

    /// The gradients of query, key, value and mask that are wanted. With P the weights and D what dropout multiplies them by:
    /// dV = (P D)ᵀ G, dP = (G Vᵀ) D, dS = P (dP - Σ dP P), dQ = scale dS K, dK = scale dSᵀ Q.
    func gradients(
        _ operands: [Tensor?], _ dropped: Tensor?, _ gradient: Tensor, _ wanted: [Bool]
    ) throws(TensorError) -> [Tensor?] {
        let (q, k, v) = (try readable(operands[0]!), try readable(operands[1]!), try readable(operands[2]!))
        let g = try gradient.withoutHistory().contiguous()
        let (queries, keys, values) = (try Matrices(q, batch), try Matrices(k, batch), try Matrices(v, batch))
        func wantedMemory(_ number: Int, _ rows: Int, _ columns: Int) throws(TensorError) -> Tensor? {
            // Zeros, for the case that there are no queries.
            wanted[number] ? try Tensor.filled(shape(rows, columns), dtype, 0) : nil
        }
        let dq = try wantedMemory(0, length, size), dk = try wantedMemory(1, count, size)
        let dv = try wantedMemory(2, count, outputSize), dmask = try wantedMemory(3, length, count)
        let block = try memory([rowsPerBlock, count]), slopes = try memory([rowsPerBlock, count])
        let width = dtype.size
        try withExtendedLifetime([q, k, v, g, block, slopes]) { () throws(TensorError) in
            for index in 0..<batch.product {
                for first in stride(from: 0, to: length, by: rowsPerBlock) {
                    let n = Swift.min(rowsPerBlock, length - first)
                    weights(queries, keys, operands[3], index, first, n, block)
                    let arrived = MatrixProduct.Operand(rows(g, index, first, outputSize), leading: outputSize)
                    let factors = dropped.map { rows($0, index, first, count) }
                    if let dv {
                        var used = block.data
                        if let factors {
                            used = slopes.data
                            used.copyMemory(from: block.data, byteCount: n &* count &* width)
                            multiply(n &* count, used, by: factors)
                        }
                        MatrixProduct.multiply(
                            MatrixProduct.Operand(used, leading: count, isTransposed: true), arrived,
                            into: dv.data + index &* count &* outputSize &* width, count, outputSize, n, dtype, accumulate: first > 0)
                    }
                    if dq == nil && dk == nil && dmask == nil { continue }
                    MatrixProduct.multiply(arrived, values.at(index, transposed: true), into: slopes.data, n, count, outputSize, dtype)
                    if let factors { multiply(n &* count, slopes.data, by: factors) }
                    softmaxGradient(n, slopes.data, block.data)
                    if let dmask { rows(dmask, index, first, count).copyMemory(from: slopes.data, byteCount: n &* count &* width) }
                    if let dq {
                        MatrixProduct.multiply(
                            MatrixProduct.Operand(slopes.data, leading: count), keys.at(index), into: rows(dq, index, first, size),
                            n, size, count, dtype, alpha: scale)
                    }
                    if let dk {
                        MatrixProduct.multiply(
                            MatrixProduct.Operand(slopes.data, leading: count, isTransposed: true),
                            queries.rows(index, from: first, width), into: dk.data + index &* count &* size &* width, count, size, n,
                            dtype, alpha: scale, accumulate: first > 0)
                    }
                }
            }
        }
        return [dq, dk, dv, dmask]
    }

    private func softmaxGradient(_ n: Int, _ g: UnsafeMutableRawPointer, _ y: UnsafeMutableRawPointer) {
        let (rows, columns) = (Int64(n), Int64(count))
        if dtype == .float32 {
            let slopes = g.assumingMemoryBound(to: Float.self)
            ck_softmax_grad_f32(rows, columns, slopes, y.assumingMemoryBound(to: Float.self), slopes)
        } else {
            let slopes = g.assumingMemoryBound(to: Double.self)
            ck_softmax_grad_f64(rows, columns, slopes, y.assumingMemoryBound(to: Double.self), slopes)
        }
    }

    /// The same from differentiable operators.
    func composed(_ operands: [Tensor?], _ dropped: Tensor?) throws(TensorError) -> Tensor {
        var scores = try operands[0]!.matmul(operands[1]!.transposed(-2, -1)) * scale
        let nothing = try Tensor.filled(Dims(), dtype, -Double.infinity), zero = try Tensor.filled(Dims(), dtype, 0)
        if let mask = operands[3] {
            scores = mask.dtype == .bool ? try .select(mask, scores, nothing) : try scores + mask
        }
        if isCausal {
            let kept = try Tensor.ones([length, count], dtype: .bool).lowerTriangle()
            scores = try .select(kept, scores, nothing)
        }
        // A row of which nothing is left has the weights 0 and no gradient.
        let empty = try withoutGradients { () throws(TensorError) in
            try (scores.detached() .== -Double.infinity).all([-1], keepDims: true)
        }
        var weights = try Tensor.select(empty, zero, Tensor.select(empty, zero, scores).softmax(-1))
        if let dropped { weights = try weights * dropped }
        return try weights.matmul(operands[2]!)
    }
}

// MARK: - Gradients

/// The gradient of attention by `AttentionPass.gradients`, or, where the backward pass is recorded, by that of the same
/// function made of differentiable operators.
final class AttentionBackward: Node {
    private let pass: AttentionPass
    private var operands: [Saved?] = []
    private var dropped: Saved?

    init(_ pass: AttentionPass, _ operands: [Tensor?], _ dropped: Tensor?) throws(TensorError) {
        self.pass = pass
        self.dropped = dropped.map { Saved($0) }
        super.init(try operands[0]!.gradientEdge(), try operands[1]!.gradientEdge(), try operands[2]!.gradientEdge())
        moreEdges = [try operands[3]?.gradientEdge() ?? .none]
        self.operands = operands.map { $0.map { Saved($0) } }
    }

    override var name: String { "ScaledDotProductAttentionBackward0" }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        var wanted: [Bool] = [], values: [Tensor?] = []
        for (index, operand) in operands.enumerated() {
            wanted.append(operand != nil && wants(index))
            values.append(try operand?.value(for: self))
        }
        let factors = try dropped?.value(for: self), gradient = copy g
        let results: [Tensor?]
        if GradMode.isEnabled {
            results = try composedGradients(values, wanted, [gradient]) { (inputs) throws(TensorError) in
                [try pass.composed(inputs, factors)]
            }
        } else {
            results = try pass.gradients(values, factors, gradient, wanted)
        }
        for (index, result) in results.enumerated() {
            if let result { try engine.send(result, to: edge(index)) }
        }
    }

    override func releaseSaved() {
        for i in operands.indices { operands[i]?.release() }
        dropped?.release()
    }
}
