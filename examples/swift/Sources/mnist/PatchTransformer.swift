import SwiftNN

/// A small Transformer encoder over the patches of an image (after Dosovitskiy et al. 2021).
final class PatchTransformer: Module {
    let embed: Conv2d
    let position: Tensor
    let encoder: TransformerEncoder
    let head: Linear

    init(size: Int = 64, patch: Int = 7) throws(TensorError) {
        embed = try Conv2d(inputChannels: 1, outputChannels: size, kernelSize: Extent(patch), stride: Extent(patch))
        position = try Tensor.parameter(Tensor.randn([1, (28 / patch) * (28 / patch), size]) * 0.02)
        let options = TransformerOptions(
            size, heads: 4, feedForwardSize: 128, dropout: 0, activation: .gelu, batchFirst: true, normFirst: true)
        encoder = try TransformerEncoder(
            copies: 2, of: TransformerEncoderLayer(options), norm: LayerNorm([size]))
        head = try Linear(size, 10)
        try super.init()
    }

    override func forward(_ images: Tensor) throws(TensorError) -> Tensor {
        let patches = try embed(images).flattened(from: 2).transposed(1, 2)  // [N, 16, size]
        return try head(encoder(patches + position).mean([1]))
    }
}

func patchTransformer() throws(TensorError) -> (Module, any Optimizer) {
    let net = try PatchTransformer()
    return (net, try AdamW(net.parameters(), learningRate: 1e-3))
}
