import CSwiftNN
import SwiftNN

/// The forward of the blocks of swiftnn_blocks.def; the compiler names a missing one. A result may be nil.
func run(_ block: snn_block, _ module: Module, _ c: Call) throws(TensorError) -> [Tensor?] {
    switch block {
    case .SNN_BLOCK_MultiheadAttention:
        let (output, weights) = try cast(module, MultiheadAttention.self).attend(
            query: c.tensor(0), key: c.tensor(1), value: c.tensor(2), keyPaddingMask: c.optionalTensor(3),
            needWeights: c.boolean(4, true), mask: c.optionalTensor(5), averageWeights: c.boolean(6, true),
            isCausal: c.boolean(7, false))
        return [output, weights]
    case .SNN_BLOCK_EmbeddingBag:
        return [try cast(module, EmbeddingBag.self).reduce(c.tensor(0), offsets: c.optionalTensor(1), factors: c.optionalTensor(2))]
    case .SNN_BLOCK_Bilinear: return [try cast(module, Bilinear.self).combine(c.tensor(0), c.tensor(1))]
    case .SNN_BLOCK_ConvTranspose1d, .SNN_BLOCK_ConvTranspose2d, .SNN_BLOCK_ConvTranspose3d, .SNN_BLOCK_LazyConvTranspose1d,
        .SNN_BLOCK_LazyConvTranspose2d, .SNN_BLOCK_LazyConvTranspose3d:
        return [try cast(module, TransposedConvolutionLayer.self).forward(c.tensor(0), outputSize: c.optionalIntegers(1))]
    case .SNN_BLOCK_RNN, .SNN_BLOCK_LSTM, .SNN_BLOCK_GRU: return try recurrent(cast(module, RecurrentLayer.self), c)
    case .SNN_BLOCK_RNNCell: return [try cast(module, RNNCell.self).run(c.tensor(0), c.optionalTensor(1))]
    case .SNN_BLOCK_LSTMCell:
        let state = try cast(module, LSTMCell.self).run(c.tensor(0), c.optionalTensor(1), c.optionalTensor(2))
        return [state.hidden, state.cell]
    case .SNN_BLOCK_GRUCell: return [try cast(module, GRUCell.self).run(c.tensor(0), c.optionalTensor(1))]
    case .SNN_BLOCK_CosineSimilarity, .SNN_BLOCK_PairwiseDistance:
        return [try cast(module, ComparisonLayer.self).compare(c.tensor(0), c.tensor(1))]
    case .SNN_BLOCK_TransformerEncoderLayer:
        return [try cast(module, TransformerEncoderLayer.self).encode(
            c.tensor(0), mask: c.optionalTensor(1), keyPaddingMask: c.optionalTensor(2), isCausal: c.boolean(3, false))]
    case .SNN_BLOCK_TransformerDecoderLayer:
        return [try cast(module, TransformerDecoderLayer.self).decode(c.tensor(0), c.tensor(1), decoderMasks(c))]
    case .SNN_BLOCK_TransformerEncoder:
        return [try cast(module, TransformerEncoder.self).encode(
            c.tensor(0), mask: c.optionalTensor(1), keyPaddingMask: c.optionalTensor(2), isCausal: c.boolean(3, false))]
    case .SNN_BLOCK_TransformerDecoder:
        return [try cast(module, TransformerDecoder.self).decode(c.tensor(0), c.tensor(1), decoderMasks(c))]
    case .SNN_BLOCK_Transformer:
        let masks = TransformerMasks(
            target: try c.optionalTensor(3), memory: try c.optionalTensor(4), targetPadding: try c.optionalTensor(6),
            memoryPadding: try c.optionalTensor(7), targetIsCausal: try c.boolean(9, false),
            memoryIsCausal: try c.boolean(10, false))
        return [try cast(module, Transformer.self).transform(
            c.tensor(0), c.tensor(1), c.optionalTensor(2), c.optionalTensor(5), c.boolean(8, false), masks)]
    case .SNN_BLOCK_COUNT: throw TensorError(.value, "block", "there is no such block")
    }
}

/// The data of packed sequences come with batch sizes.
private func recurrent(_ layer: RecurrentLayer, _ c: Call) throws(TensorError) -> [Tensor?] {
    let (hidden, cell) = (try c.optionalTensor(4), try c.optionalTensor(5))
    guard let batchSizes = try c.optionalIntegers(1) else {
        let result = try layer.run(c.tensor(0), hidden, cell)
        return [result.output, result.hidden] + (result.cell.map { [$0] } ?? [])
    }
    let input = try PackedSequence(
        data: c.tensor(0), batchSizes: batchSizes, sortedIndices: c.optionalTensor(2), unsortedIndices: c.optionalTensor(3))
    let result = try layer.run(input, hidden, cell)
    return [result.output.data, result.hidden] + (result.cell.map { [$0] } ?? [])
}

private func cast<Block: Module>(_ module: Module, _ type: Block.Type) throws(TensorError) -> Block {
    guard let block = module as? Block else { throw TensorError(.type, module.typeName, "the block is no \(type)") }
    return block
}

private func decoderMasks(_ c: Call) throws(TensorError) -> TransformerMasks {
    TransformerMasks(
        target: try c.optionalTensor(2), memory: try c.optionalTensor(3), targetPadding: try c.optionalTensor(4),
        memoryPadding: try c.optionalTensor(5), targetIsCausal: try c.boolean(6, false),
        memoryIsCausal: try c.boolean(7, false))
}
