// Recurrent layers, packed sequences and attention, as they are used from Swift.
import SwiftNN
import Testing

@Suite struct RecurrentTests {
    @Test func lstmGivesOutputAndState() throws {
        let lstm = try LSTM(inputSize: 3, hiddenSize: 4, layers: 2, bidirectional: true, projectionSize: 2)
        let (output, state) = try lstm(Tensor.randn([5, 2, 3]))
        #expect(output.shape == [5, 2, 4])
        #expect(state.hidden.shape == [4, 2, 2] && state.cell.shape == [4, 2, 4])
        let (_, next) = try lstm(Tensor.randn([5, 2, 3]), state)
        #expect(try !next.hidden.equals(state.hidden))
        #expect(lstm.namedParameterNames == [
            "l0", "l0_reverse", "l1", "l1_reverse",
        ].flatMap { end in ["weight_ih_", "weight_hh_", "bias_ih_", "bias_hh_", "weight_hr_"].map { $0 + end } })
    }

    @Test func singleSequencesAndSteps() throws {
        let gru = try GRU(inputSize: 3, hiddenSize: 4)
        let x = try Tensor.randn([5, 3])
        let (output, state) = try gru(x)
        #expect(output.shape == [5, 4] && state.shape == [1, 4])
        let cell = try GRUCell(inputSize: 3, hiddenSize: 4)
        (cell.inputWeight, cell.stateWeight, cell.inputBias, cell.stateBias) = (gru.weights[0], gru.weights[1], gru.weights[2], gru.weights[3])
        var h = try Tensor.zeros([4])
        for step in 0..<5 { h = try cell(try x.selected(0, step), h) }
        #expect(try (h - state.selected(0, 0)).absoluteValue().sum().item(as: Double.self) < 1e-5)
        let rnn = try RNN(inputSize: 3, hiddenSize: 4, nonlinearity: .relu, batchFirst: true)
        #expect(try rnn(Tensor.randn([2, 5, 3])).output.shape == [2, 5, 4])
        let step: LSTMState = try LSTMCell(inputSize: 3, hiddenSize: 4)(Tensor.randn([2, 3]))
        #expect(step.hidden.shape == [2, 4] && step.cell.shape == [2, 4])
        #expect(try RNNCell(inputSize: 3, hiddenSize: 4)(Tensor.randn([2, 3])).shape == [2, 4])
    }

    @Test func packedSequencesKeepTheirOrder() throws {
        let padded = try Tensor.randn([2, 3, 1])
        let packed = try PackedSequence(padded: padded, lengths: [1, 3], isBatchFirst: true)
        #expect(packed.batchSizes == [2, 1, 1])
        let lstm = try LSTM(inputSize: 1, hiddenSize: 2)
        let (output, state) = try lstm(packed)
        let (sequences, lengths) = try output.padded(isBatchFirst: true)
        #expect(lengths == [1, 3] && sequences.shape == [2, 3, 2])
        for (i, length) in lengths.enumerated() {
            let (single, last) = try lstm(padded.selected(0, i).sliced(0, to: length))
            #expect(try (single - sequences.selected(0, i).sliced(0, to: length)).absoluteValue().sum().item(as: Double.self) < 1e-5)
            #expect(try (last.cell.selected(0, 0) - state.cell.selected(0, 0).selected(0, i)).absoluteValue().sum().item(as: Double.self) < 1e-5)
        }
    }

    @Test func misuseIsAnError() throws {
        #expect(throws: TensorError.self) { try LSTM(inputSize: 0, hiddenSize: 4) }
        #expect(throws: TensorError.self) { try LSTM(inputSize: 1, hiddenSize: .max) }
        #expect(throws: TensorError.self) { try GRU(inputSize: 1, hiddenSize: 1, layers: .max) }
        #expect(throws: TensorError.self) { try RNNCell(inputSize: -1, hiddenSize: 1) }
        #expect(throws: TensorError.self) { try PackedSequence(padded: Tensor.ones([2, 2]), lengths: [3, 1]) }
        #expect(throws: TensorError.self) { try PackedSequence(padded: Tensor.ones([2, 2]), lengths: []) }
        #expect(throws: TensorError.self) { try PackedSequence(data: Tensor.ones([2, 2]), batchSizes: [.max, .max]) }
        let packed = try PackedSequence(padded: Tensor.ones([2, 2]), lengths: [2, 1])
        #expect(throws: TensorError.self) { try packed.padded(totalLength: 1) }
        #expect(throws: TensorError.self) { try packed.padded(totalLength: .max) }
        #expect(throws: TensorError.self) { try LSTM(inputSize: 1, hiddenSize: 1)(packed) }
        #expect(throws: TensorError.self) { try Tensor.ones([2]).scaledDotProductAttention(key: Tensor.ones([2]), value: Tensor.ones([2])) }
    }

    @Test func attentionOfHeadsThatShareKeys() throws {
        let query = try Tensor.randn([4, 3, 2]), key = try Tensor.randn([2, 5, 2]), value = try Tensor.randn([2, 5, 6])
        let output = try query.scaledDotProductAttention(key: key, value: value, isCausal: true, sharingHeads: true)
        #expect(output.shape == [4, 3, 6])
        // The first query sees the first key alone.
        #expect(try (output.selected(0, 3).selected(0, 0) - value.selected(0, 1).selected(0, 0)).absoluteValue().sum().item(as: Double.self) < 1e-5)
    }
}

extension Module {
    fileprivate var namedParameterNames: [String] { (try? namedParameters().map { $0.name }) ?? [] }
}
