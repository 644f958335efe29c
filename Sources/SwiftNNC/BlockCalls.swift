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
    case .SNN_BLOCK_COUNT: throw TensorError(.value, "block", "there is no such block")
    }
}

private func cast<Block: Module>(_ module: Module, _ type: Block.Type) throws(TensorError) -> Block {
    guard let block = module as? Block else { throw TensorError(.type, module.typeName, "the block is no \(type)") }
    return block
}
