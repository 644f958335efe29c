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
    case .SNN_BLOCK_RNN, .SNN_BLOCK_LSTM, .SNN_BLOCK_GRU: return try recurrent(cast(module, RecurrentLayer.self), c)
    case .SNN_BLOCK_RNNCell: return [try cast(module, RNNCell.self).run(c.tensor(0), c.optionalTensor(1))]
    case .SNN_BLOCK_LSTMCell:
        let state = try cast(module, LSTMCell.self).run(c.tensor(0), c.optionalTensor(1), c.optionalTensor(2))
        return [state.hidden, state.cell]
    case .SNN_BLOCK_GRUCell: return [try cast(module, GRUCell.self).run(c.tensor(0), c.optionalTensor(1))]
    case .SNN_BLOCK_CosineSimilarity, .SNN_BLOCK_PairwiseDistance:
        return [try cast(module, ComparisonLayer.self).compare(c.tensor(0), c.tensor(1))]
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
