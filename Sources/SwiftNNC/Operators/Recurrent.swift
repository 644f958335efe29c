import CSwiftNN
import SwiftNN

func run(_ op: snn_recurrent_op, _ c: Call) throws(TensorError) -> Results {
    switch op {
    case .SNN_RECURRENT_recurrent:
        let kind: RecurrentKind = try c.choice(0) ?? .tanh
        let states = try c.tensors(3)
        if states.count != (kind == .lstm ? 2 : 1) {
            throw TensorError(.runtime, kind.name, kind == .lstm ? "lstm expects two hidden states" : "expected one hidden state, got \(states.count)")
        }
        let settings = RecurrentSettings(
            layers: try c.integer(5), dropout: try c.real(6, 0), isTraining: try c.boolean(7, false),
            isBidirectional: try c.boolean(8, false), isBatchFirst: try c.boolean(9, false))
        let result = try Tensor.recurrent(
            kind, c.tensor(1), c.optionalIntegers(2), states[0], states.count > 1 ? states[1] : nil, c.tensors(4), settings)
        return .list([result.output, result.hidden] + (result.cell.map { [$0] } ?? []))
    case .SNN_RECURRENT_lstm_cell:
        let states = try c.tensors(1)
        if states.count != 2 { throw TensorError(.runtime, c.name, "lstm_cell expects two hidden states, got \(states.count)") }
        let state = try c.tensor(0).lstmCell(
            LSTMState(hidden: states[0], cell: states[1]), inputWeight: c.tensor(2), stateWeight: c.tensor(3),
            inputBias: c.optionalTensor(4), stateBias: c.optionalTensor(5))
        return .two(state.hidden, state.cell)
    case .SNN_RECURRENT_gru_cell:
        return .one(try c.tensor(0).gruCell(
            c.tensor(1), inputWeight: c.tensor(2), stateWeight: c.tensor(3), inputBias: c.optionalTensor(4), stateBias: c.optionalTensor(5)))
    case .SNN_RECURRENT_rnn_tanh_cell, .SNN_RECURRENT_rnn_relu_cell:
        return .one(try c.tensor(0).rnnCell(
            c.tensor(1), inputWeight: c.tensor(2), stateWeight: c.tensor(3), inputBias: c.optionalTensor(4), stateBias: c.optionalTensor(5),
            relu: op == .SNN_RECURRENT_rnn_relu_cell))
    case .SNN_RECURRENT_pack_padded_sequence:
        let (data, sizes) = try c.tensor(0).packed(numbers(c, 1), isBatchFirst: c.boolean(2, false))
        return .two(data, try Tensor(sizes))
    case .SNN_RECURRENT_pad_packed_sequence:
        let total = try c.integer(4, -1)
        let (sequences, lengths) = try c.tensor(0).unpacked(
            numbers(c, 1), isBatchFirst: c.boolean(2, false), padding: c.real(3, 0), totalLength: total == -1 ? nil : total)
        return .two(sequences, try Tensor(lengths))
    case .SNN_RECURRENT_pad_sequence:
        let side = try c.optionalString(3) ?? "right"
        if side != "left" && side != "right" {
            throw TensorError(.runtime, "pad_sequence", "Expected padding_side to be one of left or right, but got \(side).")
        }
        return .one(try Tensor.padded(c.tensors(0), isBatchFirst: c.boolean(1, false), with: c.real(2, 0), isLeft: side == "left"))
    }
}

/// A list of numbers that comes as a tensor of one dimension.
private func numbers(_ c: Call, _ index: Int) throws(TensorError) -> [Int] {
    let tensor = try c.tensor(index)
    if tensor.rank != 1 || tensor.dtype != .int64 {
        throw TensorError(.runtime, c.name, "expected numbers of int64 in one dimension, got \(tensor.dtype) of shape \(tensor.shape)")
    }
    return try tensor.array(of: Int.self)
}
