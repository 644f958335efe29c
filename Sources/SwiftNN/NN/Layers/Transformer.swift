// Stacks of layers, and the whole Transformer.

extension BlockRegistry {
    static func transformerStack(_ type: String, _ arguments: inout Arguments) throws(TensorError) -> Module? {
        if type == "TransformerEncoder" || type == "TransformerDecoder" {
            let _: Int = try arguments.value("num_layers", default: 0)  // the children tell
        }
        return switch type {
        case "TransformerEncoder": TransformerEncoder([], norm: nil)
        case "TransformerDecoder": TransformerDecoder([], norm: nil)
        case "Transformer": try Transformer(&arguments)
        case "ModuleList": ModuleList()
        default: nil
        }
    }
}

/// What encoder and decoder share: layers one after the other, and a normalisation.
open class TransformerStack: Layer {
    /// A `ModuleList`, or what another language has put in its place.
    @exclusivity(unchecked) fileprivate final var list: Module
    @exclusivity(unchecked) public final var norm: Module?

    fileprivate init(layers: [Module], norm: Module?) {
        list = ModuleList(layers)
        self.norm = norm
        super.init()
    }

    public final var layers: [Module] { (list as? ModuleList)?.blocks ?? [] }

    package override var isPlain: Bool { false }
    package override var isContainer: Bool { true }

    package override func namedChildren() throws(TensorError) -> [(name: String, block: Module)] {
        [("layers", list)] + (norm.map { [("norm", $0)] } ?? [])
    }

    package override func setChildren(_ children: [(name: String, block: Module)]) throws(TensorError) {
        list = try child("layers", in: children)
        norm = children.first { $0.name == "norm" }?.block
    }

    package override var settings: [Setting] { [setting("num_layers", fixed: layers.count)] }
    public override var argumentsDescription: String { "" }
}

/// Encoder layers one after the other.
public final class TransformerEncoder: TransformerStack {
    /// - Parameter norm: applied to the result.
    public init(_ layers: [Module], norm: Module? = nil) { super.init(layers: layers, norm: norm) }

    /// So many copies of a layer, which begin with the same values.
    ///
    /// - Throws: for a layer that is not built in.
    public init(copies count: Int, of layer: TransformerEncoderLayer, norm: Module? = nil) throws(TensorError) {
        super.init(layers: try layer.copies(count), norm: norm)
    }

    public override func forward(_ input: Tensor) throws(TensorError) -> Tensor {
        try encode(input, mask: nil, keyPaddingMask: nil, isCausal: false)
    }

    /// - Parameters: as of `TransformerEncoderLayer`.
    public func callAsFunction(
        _ source: Tensor, mask: Tensor?, keyPaddingMask: Tensor? = nil, isCausal: Bool = false
    ) throws(TensorError) -> Tensor {
        guard override == nil else {
            return try single(call([.tensor(source), .init(mask), .init(keyPaddingMask), .boolean(isCausal)]))
        }
        return try encode(source, mask: mask, keyPaddingMask: keyPaddingMask, isCausal: isCausal)
    }

    package func encode(
        _ source: Tensor, mask: Tensor?, keyPaddingMask: Tensor?, isCausal: Bool
    ) throws(TensorError) -> Tensor {
        var x = source
        for layer in layers {
            if let layer = layer as? TransformerEncoderLayer {
                x = try layer(x, mask: mask, keyPaddingMask: keyPaddingMask, isCausal: isCausal)
            } else {
                x = try single(layer.call([.tensor(x), .init(mask), .init(keyPaddingMask), .boolean(isCausal)]))
            }
        }
        return try norm.map { (norm) throws(TensorError) in try norm(x) } ?? x
    }
}

/// Decoder layers one after the other.
public final class TransformerDecoder: TransformerStack {
    /// - Parameter norm: applied to the result.
    public init(_ layers: [Module], norm: Module? = nil) { super.init(layers: layers, norm: norm) }

    /// So many copies of a layer, which begin with the same values.
    ///
    /// - Throws: for a layer that is not built in.
    public init(copies count: Int, of layer: TransformerDecoderLayer, norm: Module? = nil) throws(TensorError) {
        super.init(layers: try layer.copies(count), norm: norm)
    }

    /// - Parameters: as of `TransformerDecoderLayer`.
    public func callAsFunction(
        _ target: Tensor, memory: Tensor, masks: TransformerMasks = TransformerMasks()
    ) throws(TensorError) -> Tensor {
        guard override == nil else { return try single(call([.tensor(target), .tensor(memory)] + masks.values)) }
        return try decode(target, memory, masks)
    }

    package func decode(_ target: Tensor, _ memory: Tensor, _ masks: TransformerMasks) throws(TensorError) -> Tensor {
        var x = target
        for layer in layers {
            if let layer = layer as? TransformerDecoderLayer {
                x = try layer(x, memory: memory, masks: masks)
            } else {
                x = try single(layer.call([.tensor(x), .tensor(memory)] + masks.values))
            }
        }
        return try norm.map { (norm) throws(TensorError) in try norm(x) } ?? x
    }
}

/// An encoder and a decoder.
public final class Transformer: Layer {
    public let options: TransformerOptions
    @exclusivity(unchecked) public private(set) var encoder: Module
    @exclusivity(unchecked) public private(set) var decoder: Module

    public init(
        _ options: TransformerOptions, encoderLayers: Int = 6, decoderLayers: Int = 6
    ) throws(TensorError) {
        self.options = options
        func norm() throws(TensorError) -> Module {
            try LayerNorm([options.size], epsilon: options.epsilon, bias: options.bias, dtype: options.dtype)
        }
        encoder = try TransformerEncoder(
            copies: encoderLayers, of: try TransformerEncoderLayer(options), norm: try norm())
        decoder = try TransformerDecoder(
            copies: decoderLayers, of: try TransformerDecoderLayer(options), norm: try norm())
        super.init()
        try resetParameters()
    }

    convenience init(_ arguments: inout Arguments) throws(TensorError) {
        let layers: (Int, Int) = (
            try arguments.value("num_encoder_layers", default: 6), try arguments.value("num_decoder_layers", default: 6)
        )
        try self.init(try TransformerOptions(&arguments), encoderLayers: layers.0, decoderLayers: layers.1)
    }

    public override func resetParameters() throws(TensorError) {
        for parameter in try parameters() where parameter.rank > 1 { try Initializer.xavierUniform().fill(parameter) }
    }

    /// - Parameters:
    ///   - source: [S, N, E], or [N, S, E] with `batchFirst`, or [S, E].
    ///   - target: [T, N, E] or likewise.
    ///   - sourceMask, sourcePadding, sourceIsCausal: as of `TransformerEncoderLayer`.
    public func callAsFunction(
        _ source: Tensor, target: Tensor, sourceMask: Tensor? = nil, sourcePadding: Tensor? = nil,
        sourceIsCausal: Bool = false, masks: TransformerMasks = TransformerMasks()
    ) throws(TensorError) -> Tensor {
        try transform(source, target, sourceMask, sourcePadding, sourceIsCausal, masks)
    }

    package func transform(
        _ source: Tensor, _ target: Tensor, _ sourceMask: Tensor?, _ sourcePadding: Tensor?, _ sourceIsCausal: Bool,
        _ masks: TransformerMasks
    ) throws(TensorError) -> Tensor {
        let axis = options.batchFirst ? 0 : 1
        if source.rank != target.rank || !(2...3).contains(source.rank) {
            throw TensorError(.runtime, typeName, "src and tgt must both have 2 or 3 dimensions, got \(source.shape) and \(target.shape)")
        }
        if source.rank == 3 && source.shape[axis] != target.shape[axis] {
            throw TensorError(.runtime, typeName,
                "the batch number of src and tgt must be equal, got \(source.shape[axis]) and \(target.shape[axis])")
        }
        if source.shape[source.rank - 1] != options.size || target.shape[target.rank - 1] != options.size {
            throw TensorError(.runtime, typeName,
                "the feature number of src and tgt must be equal to d_model, \(options.size), got \(source.shape) and \(target.shape)")
        }
        let memory: Tensor
        if let encoder = encoder as? TransformerEncoder {
            memory = try encoder(source, mask: sourceMask, keyPaddingMask: sourcePadding, isCausal: sourceIsCausal)
        } else {
            memory = try single(
                encoder.call([.tensor(source), .init(sourceMask), .init(sourcePadding), .boolean(sourceIsCausal)]))
        }
        if let decoder = decoder as? TransformerDecoder { return try decoder(target, memory: memory, masks: masks) }
        return try single(decoder.call([.tensor(target), .tensor(memory)] + masks.values))
    }

    /// The mask with which position i attends to those up to i: [size, size], -∞ above the diagonal.
    public static func causalMask(_ size: Int, dtype: DType = .standard) throws(TensorError) -> Tensor {
        try Tensor.full([size, size], -Double.infinity, dtype: dtype).upperTriangle(diagonal: 1)
    }

    package override var isPlain: Bool { false }
    package override var isContainer: Bool { true }

    package override func namedChildren() throws(TensorError) -> [(name: String, block: Module)] {
        [("encoder", encoder), ("decoder", decoder)]
    }

    package override func setChildren(_ children: [(name: String, block: Module)]) throws(TensorError) {
        (encoder, decoder) = (try child("encoder", in: children), try child("decoder", in: children))
    }

    package override var settings: [Setting] {
        func layers(_ block: Module) -> Int { (block as? TransformerStack)?.layers.count ?? 0 }
        return [
            setting("d_model", fixed: options.size), setting("nhead", fixed: options.heads),
            setting("num_encoder_layers", fixed: layers(encoder)), setting("num_decoder_layers", fixed: layers(decoder)),
            setting("dim_feedforward", fixed: options.feedForwardSize), setting("dropout", fixed: options.dropout),
            setting("activation", fixed: options.activation.rawValue),
            setting("layer_norm_eps", fixed: options.epsilon), setting("batch_first", fixed: options.batchFirst),
            setting("norm_first", fixed: options.normFirst), setting("bias", fixed: options.bias),
        ]
    }

    public override var argumentsDescription: String { "" }
}
