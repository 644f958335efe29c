// Attention of several heads (Vaswani et al. 2017). Definitions and initialisation are those of torch.nn.MultiheadAttention.

extension BlockRegistry {
    static func attention(_ type: String, _ arguments: inout Arguments) throws(TensorError) -> Module? {
        switch type {
        case "MultiheadAttention": try MultiheadAttention(&arguments)
        case "NonDynamicallyQuantizableLinear": try NonDynamicallyQuantizableLinear(&arguments)
        default: nil
        }
    }
}

/// The last layer of an attention, which other libraries know by this name.
final class NonDynamicallyQuantizableLinear: Linear {
    override var isBuiltIn: Bool { true }
    override var typeName: String { "NonDynamicallyQuantizableLinear" }
}

/// Attention of several heads: softmax(Q Kᵀ / √d) V for each, where Q, K and V are projections of three inputs, and a
/// projection of all heads' results.
///
/// ```swift
/// let attention = try MultiheadAttention(8, heads: 2, batchFirst: true)
/// let x = try Tensor.randn([4, 5, 8])
/// let (output, weights) = try attention(query: x, key: x, value: x)   // [4, 5, 8], [4, 5, 5]
/// ```
public final class MultiheadAttention: Layer {
    /// The size E of the queries and of the output.
    public let embedSize: Int
    public let heads: Int
    /// The probability with which weights are dropped in training.
    public private(set) var dropout: Double
    /// Whether inputs are [N, L, E] rather than [L, N, E].
    public private(set) var batchFirst: Bool
    /// Whether a key and value of zeros are added to those of the input.
    public private(set) var addZeroAttention: Bool
    private let keySize: Int
    private let valueSize: Int

    /// [3 E, E]: the projections of query, key and value; nil where keys or values have another size.
    @exclusivity(unchecked) public var inputWeight: Tensor?
    /// [E, E], where `inputWeight` is nil.
    @exclusivity(unchecked) public var queryWeight: Tensor?
    /// [E, keySize], where `inputWeight` is nil.
    @exclusivity(unchecked) public var keyWeight: Tensor?
    /// [E, valueSize], where `inputWeight` is nil.
    @exclusivity(unchecked) public var valueWeight: Tensor?
    /// [3 E], or nil.
    @exclusivity(unchecked) public var inputBias: Tensor?
    /// [1, 1, E], or nil: a key that is added to those of the input.
    @exclusivity(unchecked) public var keyBias: Tensor?
    /// [1, 1, E], or nil: a value that is added to those of the input.
    @exclusivity(unchecked) public var valueBias: Tensor?
    /// The projection of all heads' results.
    @exclusivity(unchecked) public var outputProjection: Module

    /// - Parameters:
    ///   - embedSize: divisible by `heads`.
    ///   - keySize: of the keys' last dimension; by default `embedSize`.
    ///   - valueSize: of the values' last dimension; by default `embedSize`.
    public init(
        _ embedSize: Int, heads: Int, dropout: Double = 0, bias: Bool = true, addBiasToKeysAndValues: Bool = false,
        addZeroAttention: Bool = false, keySize: Int? = nil, valueSize: Int? = nil, batchFirst: Bool = false,
        dtype: DType = .standard
    ) throws(TensorError) {
        let name: StaticString = "MultiheadAttention"
        if embedSize <= 0 || heads <= 0 {
            throw TensorError(.value, name.description,
                "embed_dim and num_heads must be greater than 0, got embed_dim=\(embedSize) and num_heads=\(heads) instead")
        }
        if !embedSize.isMultiple(of: heads) {
            throw TensorError(.value, name.description, "embed_dim must be divisible by num_heads, got \(embedSize) and \(heads)")
        }
        try Linear.check(dtype, name.description)
        (self.embedSize, self.heads) = (embedSize, heads)
        (self.keySize, self.valueSize) = (keySize ?? embedSize, valueSize ?? embedSize)
        (self.dropout, self.batchFirst, self.addZeroAttention) = (dropout, batchFirst, addZeroAttention)
        func parameter(_ shape: [Int]) throws(TensorError) -> Tensor {
            try Tensor.parameter(try Tensor.created(shape, dtype, requiresGrad: false, name))
        }
        if self.keySize == embedSize && self.valueSize == embedSize {
            let rows = embedSize.multipliedReportingOverflow(by: 3)
            if rows.overflow { throw TensorError(.value, name.description, "embed_dim \(embedSize) is too large") }
            inputWeight = try parameter([rows.partialValue, embedSize])
        } else {
            queryWeight = try parameter([embedSize, embedSize])
            keyWeight = try parameter([embedSize, self.keySize])
            valueWeight = try parameter([embedSize, self.valueSize])
        }
        inputBias = bias ? try parameter([3 * embedSize]) : nil
        outputProjection = try NonDynamicallyQuantizableLinear(embedSize, embedSize, bias: bias, dtype: dtype)
        keyBias = addBiasToKeysAndValues ? try parameter([1, 1, embedSize]) : nil
        valueBias = addBiasToKeysAndValues ? try parameter([1, 1, embedSize]) : nil
        super.init()
        try resetParameters()
    }

    convenience init(_ arguments: inout Arguments) throws(TensorError) {
        try self.init(
            try arguments.required("embed_dim"), heads: try arguments.required("num_heads"),
            dropout: try arguments.value("dropout", default: 0), bias: try arguments.value("bias", default: true),
            addBiasToKeysAndValues: try arguments.value("add_bias_kv", default: false),
            addZeroAttention: try arguments.value("add_zero_attn", default: false),
            keySize: try arguments.value("kdim", default: nil), valueSize: try arguments.value("vdim", default: nil),
            batchFirst: try arguments.value("batch_first", default: false), dtype: try arguments.dtype())
    }

    public override func resetParameters() throws(TensorError) {
        for weight in [inputWeight, queryWeight, keyWeight, valueWeight] {
            if let weight { try Initializer.xavierUniform().fill(weight) }
        }
        if let inputBias {
            try Initializer.constant(0).fill(inputBias)
            if let bias = (outputProjection as? Linear)?.bias { try Initializer.constant(0).fill(bias) }
        }
        for bias in [keyBias, valueBias] {
            if let bias { try Initializer.xavierNormal().fill(bias) }
        }
    }

    /// Attends from each query to the keys, and gives the sums of their values.
    ///
    /// - Parameters:
    ///   - query: [L, N, E], or [N, L, E] with `batchFirst`, or [L, E] without a batch.
    ///   - key: [S, N, keySize], or likewise.
    ///   - value: [S, N, valueSize], or likewise.
    ///   - keyPaddingMask: [N, S], or [S]: true for keys that do not count, or numbers to be added to the scores.
    ///   - needWeights: whether the weights are given.
    ///   - mask: [L, S] or [N heads, L, S]: true for pairs that do not count, or numbers to be added to the scores.
    ///   - averageWeights: whether the weights are averaged over the heads.
    ///   - isCausal: a hint that `mask` is the causal one, which must be given.
    /// - Returns: the output in the shape of the query, and the weights [N, L, S], [N, heads, L, S] or without N.
    public func callAsFunction(
        query: Tensor, key: Tensor, value: Tensor, keyPaddingMask: Tensor? = nil, needWeights: Bool = true,
        mask: Tensor? = nil, averageWeights: Bool = true, isCausal: Bool = false
    ) throws(TensorError) -> (output: Tensor, weights: Tensor?) {
        if override == nil {
            return try attend(
                query: query, key: key, value: value, keyPaddingMask: keyPaddingMask, needWeights: needWeights, mask: mask,
                averageWeights: averageWeights, isCausal: isCausal)
        }
        let results = try call([
            .tensor(query), .tensor(key), .tensor(value), .init(keyPaddingMask), .boolean(needWeights), .init(mask),
            .boolean(averageWeights), .boolean(isCausal),
        ])
        guard let first = results.first, let output = first else {
            throw TensorError(.type, typeName, "forward returned no tensor; an output, and weights or None, are expected")
        }
        return (output, results.count > 1 ? results[1] : nil)
    }

    /// The block's own forward, also where another language has put its own in its place.
    package func attend(
        query: Tensor, key: Tensor, value: Tensor, keyPaddingMask: Tensor?, needWeights: Bool, mask: Tensor?,
        averageWeights: Bool, isCausal: Bool
    ) throws(TensorError) -> (output: Tensor, weights: Tensor?) {
        let batched = query.rank == 3
        try checkShapes(query, key, value, keyPaddingMask, mask)
        if isCausal && mask == nil {
            throw TensorError(.runtime, typeName, "need attn_mask if specifying the is_causal hint")
        }
        // Batches first from here on, as the products want them.
        func leading(_ x: Tensor) throws(TensorError) -> Tensor {
            batched ? (batchFirst ? x : try x.transposed(0, 1)) : try x.unsqueezed(0)
        }
        let (q, k, v) = (try leading(query), try leading(key), try leading(value))
        let (batch, length) = (q.shape[0], q.shape[1])
        if k.shape[0] != batch || v.shape[0] != batch || k.shape[1] != v.shape[1] {
            throw TensorError(.runtime, typeName,
                "query, key and value do not belong together: \(query.shape), \(key.shape), \(value.shape)")
        }
        var (queries, keys, values) = try projected(q, k, v)
        if let keyBias, let valueBias {
            keys = try Tensor.concatenated([keys, try keyBias.expanded([batch, 1, embedSize])], dim: 1)
            values = try Tensor.concatenated([values, try valueBias.expanded([batch, 1, embedSize])], dim: 1)
        }
        let headSize = embedSize / heads
        func divided(_ x: Tensor) throws(TensorError) -> Tensor {
            try x.reshaped([batch, x.shape[1], heads, headSize]).transposed(1, 2)
        }
        queries = try divided(queries)
        (keys, values) = (try divided(keys), try divided(values))
        if addZeroAttention {
            let zero = try Tensor.zeros([batch, heads, 1, headSize], dtype: keys.dtype)
            keys = try Tensor.concatenated([keys, zero], dim: 2)
            values = try Tensor.concatenated([values, zero], dim: 2)
        }
        let added = keys.shape[2] - k.shape[1]
        let bias = try additiveMask(keyPaddingMask, mask, batch, length, k.shape[1], added, queries.dtype)
        let dropped = isTraining ? dropout : 0
        var weights: Tensor?
        var output: Tensor
        if needWeights {
            var scores = try (queries * (1 / Double(headSize)).squareRoot()).matmul(try keys.transposed(-2, -1))
            if let bias { scores = try scores + bias }
            let all = try scores.softmax(-1).dropout(dropped)
            output = try all.matmul(values)
            weights = averageWeights ? try all.mean([1]) : all
        } else {
            output = try queries.scaledDotProductAttention(key: keys, value: values, mask: bias, dropout: dropped)
        }
        output = try output.transposed(1, 2).reshaped([batch, length, embedSize])
        output = try outputProjection(output)
        output = batched ? (batchFirst ? output : try output.transposed(0, 1)) : try output.squeezed([0])
        return (output, batched ? weights : try weights?.squeezed([0]))
    }

    private func projected(_ q: Tensor, _ k: Tensor, _ v: Tensor) throws(TensorError) -> (Tensor, Tensor, Tensor) {
        let e = embedSize
        func bias(_ part: Int) throws(TensorError) -> Tensor? { try inputBias?.narrowed(0, from: part * e, length: e) }
        if let inputWeight {
            if q === k && k === v {
                let all = try q.linear(inputWeight, inputBias)
                return (
                    try all.narrowed(-1, from: 0, length: e), try all.narrowed(-1, from: e, length: e),
                    try all.narrowed(-1, from: 2 * e, length: e)
                )
            }
            func part(_ x: Tensor, _ number: Int) throws(TensorError) -> Tensor {
                try x.linear(try inputWeight.narrowed(0, from: number * e, length: e), try bias(number))
            }
            return (try part(q, 0), try part(k, 1), try part(v, 2))
        }
        guard let queryWeight, let keyWeight, let valueWeight else {
            throw TensorError(.runtime, typeName, "has neither in_proj_weight nor q_proj_weight, k_proj_weight and v_proj_weight")
        }
        return (
            try q.linear(queryWeight, try bias(0)), try k.linear(keyWeight, try bias(1)),
            try v.linear(valueWeight, try bias(2))
        )
    }

    private func checkShapes(
        _ query: Tensor, _ key: Tensor, _ value: Tensor, _ keyPaddingMask: Tensor?, _ mask: Tensor?
    ) throws(TensorError) {
        func refuse(_ detail: String) -> TensorError { TensorError(.runtime, typeName, detail) }
        guard query.rank == 2 || query.rank == 3 else {
            throw refuse("query should be unbatched 2D or batched 3D but received \(query.rank)-D query tensor")
        }
        if key.rank != query.rank || value.rank != query.rank {
            throw refuse("for a \(query.rank)-D query, expected key and value to be \(query.rank)-D but found \(key.rank)-D and \(value.rank)-D")
        }
        if let keyPaddingMask, keyPaddingMask.rank != query.rank - 1 {
            throw refuse("for a \(query.rank)-D query, expected key_padding_mask to be \(query.rank - 1)-D but found \(keyPaddingMask.rank)-D")
        }
        if let mask, mask.rank != 2 && mask.rank != 3 {
            throw refuse("expected attn_mask to be 2-D or 3-D but found \(mask.rank)-D")
        }
        let sizes = [query.shape[query.rank - 1], key.shape[key.rank - 1], value.shape[value.rank - 1]]
        if sizes != [embedSize, keySize, valueSize] {
            throw refuse("expected embedding sizes \([embedSize, keySize, valueSize]) of query, key and value, but got \(sizes)")
        }
    }

    /// Both masks as one number for each score, broadcast to [N, heads, L, S]; keys that were added are open to all.
    private func additiveMask(
        _ keyPaddingMask: Tensor?, _ mask: Tensor?, _ batch: Int, _ length: Int, _ keys: Int, _ added: Int, _ dtype: DType
    ) throws(TensorError) -> Tensor? {
        func numbers(_ mask: Tensor, _ name: String) throws(TensorError) -> Tensor {
            if mask.dtype.isFloatingPoint { return try mask.to(dtype) }
            guard mask.dtype == .bool else {
                throw TensorError(.runtime, typeName, "only bool and floating types of \(name) are supported, not \(mask.dtype)")
            }
            return try Tensor.zeros(mask.shape, dtype: dtype).maskedFill(mask, with: Tensor(number: -Double.infinity))
        }
        func widened(_ x: Tensor) throws(TensorError) -> Tensor {
            if added == 0 { return x }
            var shape = x.shape
            shape[shape.count - 1] = added
            return try Tensor.concatenated([x, try Tensor.zeros(shape, dtype: dtype)], dim: -1)
        }
        var total: Tensor?
        if let mask {
            let wanted = mask.rank == 2 ? [length, keys] : [batch * heads, length, keys]
            if mask.shape != wanted {
                throw TensorError(.runtime, typeName, "the shape of the \(mask.rank)-D attn_mask is \(mask.shape), but should be \(wanted)")
            }
            let own = try widened(try numbers(mask, "attn_mask"))
            total = mask.rank == 2 ? own : try own.reshaped([batch, heads, length, keys + added])
        }
        if let keyPaddingMask {
            let wanted = keyPaddingMask.rank == 1 ? [keys] : [batch, keys]
            if keyPaddingMask.shape != wanted {
                throw TensorError(.runtime, typeName,
                    "the shape of key_padding_mask is \(keyPaddingMask.shape), but should be \(wanted)")
            }
            let own = try widened(try numbers(keyPaddingMask, "key_padding_mask")).reshaped([batch, 1, 1, keys + added])
            total = try total.map { (mask) throws(TensorError) in try mask + own } ?? own
        }
        return total
    }

    package override var isPlain: Bool { false }
    package override var isContainer: Bool { true }

    package override func namedChildren() throws(TensorError) -> [(name: String, block: Module)] {
        [("out_proj", outputProjection)]
    }

    package override func setChildren(_ children: [(name: String, block: Module)]) throws(TensorError) {
        outputProjection = try child("out_proj", in: children)
    }

    package override var slots: [Slot] {
        [
            slot("in_proj_weight", \MultiheadAttention.inputWeight), slot("q_proj_weight", \MultiheadAttention.queryWeight),
            slot("k_proj_weight", \MultiheadAttention.keyWeight), slot("v_proj_weight", \MultiheadAttention.valueWeight),
            slot("in_proj_bias", \MultiheadAttention.inputBias), slot("bias_k", \MultiheadAttention.keyBias),
            slot("bias_v", \MultiheadAttention.valueBias),
        ]
    }

    package override var settings: [Setting] {
        [
            setting("embed_dim", fixed: embedSize), setting("num_heads", fixed: heads),
            setting("dropout", \MultiheadAttention.dropout), setting("bias", fixed: inputBias != nil),
            setting("add_bias_kv", fixed: keyBias != nil), setting("add_zero_attn", \MultiheadAttention.addZeroAttention),
            setting("kdim", fixed: keySize), setting("vdim", fixed: valueSize),
            setting("batch_first", \MultiheadAttention.batchFirst),
        ]
    }

    public override var argumentsDescription: String { "" }
}
