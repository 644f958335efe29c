// The layers of a Transformer (Vaswani et al. 2017). Definitions are those of torch.nn.TransformerEncoderLayer and its like.

extension BlockRegistry {
    static func transformer(_ type: String, _ arguments: inout Arguments) throws(TensorError) -> Module? {
        switch type {
        case "TransformerEncoderLayer": try TransformerEncoderLayer(TransformerOptions(&arguments))
        case "TransformerDecoderLayer": try TransformerDecoderLayer(TransformerOptions(&arguments))
        default: nil
        }
    }
}

/// What the layers of a Transformer are made with.
public struct TransformerOptions: Sendable {
    /// The size E of inputs and outputs.
    public var size: Int
    /// How many heads the attention has; E is a multiple of it.
    public var heads: Int
    /// The size of the layer between.
    public var feedForwardSize: Int
    /// The probability with which elements are dropped in training.
    public var dropout: Double
    /// What follows the first linear layer.
    public var activation: TransformerActivation
    public var epsilon: Double
    /// Whether inputs are [N, L, E] rather than [L, N, E].
    public var batchFirst: Bool
    /// Whether attention and linear layers get normalised inputs, rather than that their sums are normalised.
    public var normFirst: Bool
    public var bias: Bool
    public var dtype: DType

    public init(
        _ size: Int, heads: Int, feedForwardSize: Int = 2048, dropout: Double = 0.1, activation: TransformerActivation = .relu,
        epsilon: Double = 1e-5, batchFirst: Bool = false, normFirst: Bool = false, bias: Bool = true, dtype: DType = .standard
    ) {
        (self.size, self.heads, self.feedForwardSize, self.dropout) = (size, heads, feedForwardSize, dropout)
        (self.activation, self.epsilon, self.batchFirst, self.normFirst) = (activation, epsilon, batchFirst, normFirst)
        (self.bias, self.dtype) = (bias, dtype)
    }

    init(_ arguments: inout Arguments) throws(TensorError) {
        self.init(
            try arguments.required("d_model"), heads: try arguments.required("nhead"),
            feedForwardSize: try arguments.value("dim_feedforward", default: 2048),
            dropout: try arguments.value("dropout", default: 0.1),
            activation: try arguments.choice("activation", default: .relu),
            epsilon: try arguments.value("layer_norm_eps", default: 1e-5),
            batchFirst: try arguments.value("batch_first", default: false),
            normFirst: try arguments.value("norm_first", default: false),
            bias: try arguments.value("bias", default: true), dtype: try arguments.dtype())
    }
}

/// What a layer of a Transformer applies between its linear layers.
public enum TransformerActivation: String, CaseIterable, Sendable {
    case relu, gelu
    /// The child "activation", which is set after the layer was made.
    case module
}

/// What an encoder's and a decoder's layer share: two linear layers with an activation between, and the normalisations.
open class TransformerLayer: Layer {
    public let options: TransformerOptions
    @exclusivity(unchecked) public final var selfAttention: Module
    @exclusivity(unchecked) public final var linear1: Module
    @exclusivity(unchecked) public final var dropout: Module
    @exclusivity(unchecked) public final var linear2: Module
    @exclusivity(unchecked) public final var norms: [Module]
    @exclusivity(unchecked) public final var dropouts: [Module]
    /// What follows the first linear layer, where it is neither of the two that the options name.
    @exclusivity(unchecked) public final var activation: Module?
    /// A decoder's attention to what the encoder gave.
    @exclusivity(unchecked) public final var crossAttention: Module?

    fileprivate init(_ options: TransformerOptions, parts: Int) throws(TensorError) {
        self.options = options
        func attention() throws(TensorError) -> Module {
            try MultiheadAttention(
                options.size, heads: options.heads, dropout: options.dropout, bias: options.bias,
                batchFirst: options.batchFirst, dtype: options.dtype)
        }
        selfAttention = try attention()
        crossAttention = parts == 3 ? try attention() : nil
        linear1 = try Linear(options.size, options.feedForwardSize, bias: options.bias, dtype: options.dtype)
        dropout = try Dropout(options.dropout)
        linear2 = try Linear(options.feedForwardSize, options.size, bias: options.bias, dtype: options.dtype)
        norms = []
        dropouts = []
        for _ in 0..<parts {
            norms.append(
                try LayerNorm([options.size], epsilon: options.epsilon, bias: options.bias, dtype: options.dtype))
            dropouts.append(try Dropout(options.dropout))
        }
        super.init()
    }

    /// One attention: dropped in training.
    fileprivate final func attend(
        _ attention: Module, _ query: Tensor, _ memory: Tensor, mask: Tensor?, keyPaddingMask: Tensor?, isCausal: Bool,
        dropout: Module
    ) throws(TensorError) -> Tensor {
        let output: Tensor
        if let attention = attention as? MultiheadAttention {
            output = try attention(
                query: query, key: memory, value: memory, keyPaddingMask: keyPaddingMask, needWeights: false, mask: mask,
                isCausal: isCausal
            ).output
        } else {
            let results = try attention.call([
                .tensor(query), .tensor(memory), .tensor(memory), .init(keyPaddingMask), .boolean(false), .init(mask),
                .boolean(true), .boolean(isCausal),
            ])
            guard let first = results.first, let tensor = first else {
                throw TensorError(.type, typeName, "the attention gave no tensor")
            }
            output = tensor
        }
        return try dropout(output)
    }

    fileprivate final func feedForward(_ x: Tensor, dropout last: Module) throws(TensorError) -> Tensor {
        var hidden = try linear1(x)
        switch options.activation {
        case .relu: hidden = try hidden.relu()
        case .gelu: hidden = try hidden.gelu()
        case .module:
            guard let activation else { throw TensorError(.runtime, typeName, "has no activation") }
            hidden = try activation(hidden)
        }
        return try last(linear2(dropout(hidden)))
    }

    /// x + part(x), normalised before or after.
    fileprivate final func residual(
        _ x: Tensor, _ norm: Module, _ part: (Tensor) throws(TensorError) -> Tensor
    ) throws(TensorError) -> Tensor {
        options.normFirst ? try x + part(norm(x)) : try norm(x + part(x))
    }

    package override var isPlain: Bool { false }
    package override var isContainer: Bool { true }

    package override func namedChildren() throws(TensorError) -> [(name: String, block: Module)] {
        var children = [(name: "self_attn", block: selfAttention)]
        if let crossAttention { children.append(("multihead_attn", crossAttention)) }
        children += [("linear1", linear1), ("dropout", dropout), ("linear2", linear2)]
        for (index, norm) in norms.enumerated() { children.append(("norm\(index + 1)", norm)) }
        for (index, dropout) in dropouts.enumerated() { children.append(("dropout\(index + 1)", dropout)) }
        if let activation { children.append(("activation", activation)) }
        return children
    }

    package override func setChildren(_ children: [(name: String, block: Module)]) throws(TensorError) {
        selfAttention = try child("self_attn", in: children)
        if crossAttention != nil { crossAttention = try child("multihead_attn", in: children) }
        (linear1, linear2) = (try child("linear1", in: children), try child("linear2", in: children))
        dropout = try child("dropout", in: children)
        for index in norms.indices {
            norms[index] = try child("norm\(index + 1)", in: children)
            dropouts[index] = try child("dropout\(index + 1)", in: children)
        }
        activation = children.first { $0.name == "activation" }?.block
    }

    package override var settings: [Setting] {
        [
            setting("d_model", fixed: options.size), setting("nhead", fixed: options.heads),
            setting("dim_feedforward", fixed: options.feedForwardSize), setting("dropout", fixed: options.dropout),
            setting("activation", fixed: options.activation.rawValue),
            setting("layer_norm_eps", fixed: options.epsilon), setting("batch_first", fixed: options.batchFirst),
            setting("norm_first", fixed: options.normFirst), setting("bias", fixed: options.bias),
        ]
    }

    public override var argumentsDescription: String { "" }
}

/// Self-attention and two linear layers, each with a residual connection and a normalisation.
///
/// ```swift
/// let layer = try TransformerEncoderLayer(TransformerOptions(8, heads: 2, feedForwardSize: 16, batchFirst: true))
/// let y = try layer(try Tensor.randn([3, 5, 8]))
/// ```
public final class TransformerEncoderLayer: TransformerLayer {
    public init(_ options: TransformerOptions) throws(TensorError) { try super.init(options, parts: 2) }

    public override func forward(_ input: Tensor) throws(TensorError) -> Tensor {
        try encode(input, mask: nil, keyPaddingMask: nil, isCausal: false)
    }

    /// - Parameters:
    ///   - source: [L, N, E], or [N, L, E] with `batchFirst`, or [L, E].
    ///   - mask, keyPaddingMask, isCausal: as in `MultiheadAttention`.
    public func callAsFunction(
        _ source: Tensor, mask: Tensor?, keyPaddingMask: Tensor? = nil, isCausal: Bool = false
    ) throws(TensorError) -> Tensor {
        guard override == nil else {
            return try single(call([.tensor(source), .init(mask), .init(keyPaddingMask), .boolean(isCausal)]))
        }
        return try encode(source, mask: mask, keyPaddingMask: keyPaddingMask, isCausal: isCausal)
    }

    /// The block's own forward, also where another language has put its own in its place.
    package func encode(
        _ source: Tensor, mask: Tensor?, keyPaddingMask: Tensor?, isCausal: Bool
    ) throws(TensorError) -> Tensor {
        let x = try residual(source, norms[0]) { (x) throws(TensorError) in
            try attend(
                selfAttention, x, x, mask: mask, keyPaddingMask: keyPaddingMask, isCausal: isCausal, dropout: dropouts[0])
        }
        return try residual(x, norms[1]) { (x) throws(TensorError) in try feedForward(x, dropout: dropouts[1]) }
    }
}

/// Self-attention, attention to what an encoder gave, and two linear layers, each with a residual connection and a
/// normalisation.
public final class TransformerDecoderLayer: TransformerLayer {
    public init(_ options: TransformerOptions) throws(TensorError) { try super.init(options, parts: 3) }

    /// - Parameters:
    ///   - target: [L, N, E], or [N, L, E] with `batchFirst`, or [L, E].
    ///   - memory: what the encoder gave.
    ///   - masks: of both attentions, as in `MultiheadAttention`.
    public func callAsFunction(
        _ target: Tensor, memory: Tensor, masks: TransformerMasks = TransformerMasks()
    ) throws(TensorError) -> Tensor {
        guard override == nil else { return try single(call([.tensor(target), .tensor(memory)] + masks.values)) }
        return try decode(target, memory, masks)
    }

    /// The block's own forward, also where another language has put its own in its place.
    package func decode(_ target: Tensor, _ memory: Tensor, _ masks: TransformerMasks) throws(TensorError) -> Tensor {
        guard let crossAttention else { throw TensorError(.runtime, typeName, "has no multihead_attn") }
        var x = try residual(target, norms[0]) { (x) throws(TensorError) in
            try attend(
                selfAttention, x, x, mask: masks.target, keyPaddingMask: masks.targetPadding, isCausal: masks.targetIsCausal,
                dropout: dropouts[0])
        }
        x = try residual(x, norms[1]) { (x) throws(TensorError) in
            try attend(
                crossAttention, x, memory, mask: masks.memory, keyPaddingMask: masks.memoryPadding,
                isCausal: masks.memoryIsCausal, dropout: dropouts[1])
        }
        return try residual(x, norms[2]) { (x) throws(TensorError) in try feedForward(x, dropout: dropouts[2]) }
    }
}

/// The masks of a decoder: of its attention to itself (`target`) and to what the encoder gave (`memory`).
public struct TransformerMasks {
    public var target: Tensor?
    public var memory: Tensor?
    public var targetPadding: Tensor?
    public var memoryPadding: Tensor?
    public var targetIsCausal: Bool
    public var memoryIsCausal: Bool

    public init(
        target: Tensor? = nil, memory: Tensor? = nil, targetPadding: Tensor? = nil, memoryPadding: Tensor? = nil,
        targetIsCausal: Bool = false, memoryIsCausal: Bool = false
    ) {
        (self.target, self.memory) = (target, memory)
        (self.targetPadding, self.memoryPadding) = (targetPadding, memoryPadding)
        (self.targetIsCausal, self.memoryIsCausal) = (targetIsCausal, memoryIsCausal)
    }

    /// In the order of another language's forward.
    var values: [ForeignValue] {
        [
            .init(target), .init(memory), .init(targetPadding), .init(memoryPadding), .boolean(targetIsCausal),
            .boolean(memoryIsCausal),
        ]
    }
}
