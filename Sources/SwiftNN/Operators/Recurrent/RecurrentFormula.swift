// A recurrent pass as a recorded operator.

extension RecurrentPass {
    /// The operator: the states of all steps, and the last state and cell of every sequence.
    ///
    /// - Parameter operands: by `Slot`, of shapes and dtypes that fit.
    func callAsFunction(_ operands: [Tensor?]) throws(TensorError) -> (output: Tensor, state: Tensor, cell: Tensor?) {
        let isRecorded = operands.contains { $0?.isRecorded ?? false }
        let outcome = try run(operands, keeping: isRecorded)
        if isRecorded {
            let node = try RecurrentBackward(self, operands, outcome)
            node.record([outcome.output, outcome.state] + (outcome.cell.map { [$0] } ?? []))
        }
        return (outcome.output, outcome.state, outcome.cell)
    }

    /// The same from differentiable operators, step by step.
    func composed(_ operands: [Tensor?]) throws(TensorError) -> [Tensor] {
        func part(_ slot: Slot) -> Tensor? { operands[slot.rawValue] }
        var state = part(.state)!, cell = part(.cell)
        let products = try part(.input)!.linear(part(.inputWeight)!, part(.inputBias))
        var results: [Tensor] = []
        var first = products.sizes[0]
        // A step's rows, and the states of the sequences that take no part in it.
        func joined(_ new: Tensor, _ old: Tensor) throws(TensorError) -> Tensor {
            new.sizes[0] == old.sizes[0] ? new : try .concatenated([new, old.sliced(0, from: new.sizes[0])])
        }
        func gate(_ number: Int, _ gates: Tensor) throws(TensorError) -> Tensor {
            try gates.sliced(1, from: number * hidden, to: (number + 1) * hidden)
        }
        if !isReversed { first = 0 }
        for size in isReversed ? batchSizes.reversed() : batchSizes {
            if isReversed { first -= size }
            let x = try products.sliced(0, from: first, to: first + size)
            if !isReversed { first += size }
            let h = try state.sliced(0, from: 0, to: size)
            let inner = try h.linear(part(.stateWeight)!, part(.stateBias))
            var next: Tensor
            switch kind {
            case .tanh: next = try (x + inner).tanh()
            case .relu: next = try (x + inner).relu()
            case .gru:
                let reset = try (gate(0, x) + gate(0, inner)).sigmoid(), update = try (gate(1, x) + gate(1, inner)).sigmoid()
                let candidate = try (gate(2, x) + reset * gate(2, inner)).tanh()
                next = try candidate + update * (h - candidate)
            case .lstm:
                let gates = try x + inner
                let before = try cell!.sliced(0, from: 0, to: size)
                let after = try gate(1, gates).sigmoid() * before + gate(0, gates).sigmoid() * gate(2, gates).tanh()
                next = try gate(3, gates).sigmoid() * after.tanh()
                if let projection = part(.projection) { next = try next.linear(projection) }
                cell = try joined(after, cell!)
            }
            results.append(next)
            state = try joined(next, state)
        }
        let output = try Tensor.concatenated(isReversed ? results.reversed() : results)
        return [output, state] + (cell.map { [$0] } ?? [])
    }
}

/// The gradient of a whole pass by one loop over the steps, or, where the backward pass is recorded, by that of the same pass
/// made of differentiable operators.
final class RecurrentBackward: MultiOutputNode {
    private let pass: RecurrentPass
    private var operands: [Saved?] = []
    private var output: Saved
    private var gates: Saved?, cells: Saved?, inner: Saved?, whole: Saved?

    init(_ pass: RecurrentPass, _ operands: [Tensor?], _ outcome: RecurrentPass.Outcome) throws(TensorError) {
        self.pass = pass
        output = Saved(output: outcome.output)
        gates = outcome.gates.map { Saved($0) }
        cells = outcome.cells.map { Saved($0) }
        inner = outcome.inner.map { Saved($0) }
        whole = outcome.whole.map { Saved($0) }
        super.init(outputCount: outcome.cell == nil ? 2 : 3)
        for operand in operands {
            moreEdges.append(try operand?.gradientEdge() ?? .none)
            self.operands.append(operand.map { Saved($0) })
        }
    }

    override var name: String {
        switch pass.kind {
        case .tanh: "RnnTanhBackward0"
        case .relu: "RnnReluBackward0"
        case .gru: "GruBackward0"
        case .lstm: "LstmBackward0"
        }
    }

    override func backward(_ gradients: [Tensor?], _ engine: inout Engine) throws(TensorError) {
        var wanted: [Bool] = [], values: [Tensor?] = []
        for (index, operand) in operands.enumerated() {
            wanted.append(operand != nil && wants(3 + index))
            values.append(try operand?.value(for: self))
        }
        let results =
            GradMode.isEnabled
            ? try composedGradients(values, wanted, gradients) { (inputs) throws(TensorError) in try pass.composed(inputs) }
            : try direct(values, gradients, wanted)
        for (index, result) in results.enumerated() {
            if let result { try engine.send(result, to: moreEdges[index]) }
        }
    }

    private func direct(_ values: [Tensor?], _ gradients: [Tensor?], _ wanted: [Bool]) throws(TensorError) -> [Tensor?] {
        let output = try self.output.value(for: self)
        let outcome = RecurrentPass.Outcome(
            output: output, state: output, cell: nil, gates: try gates?.value(for: self), cells: try cells?.value(for: self),
            inner: try inner?.value(for: self), whole: try whole?.value(for: self))
        return try pass.gradients(values, outcome, gradients, wanted)
    }

    override func releaseSaved() {
        for i in operands.indices { operands[i]?.release() }
        output.release()
        gates?.release()
        cells?.release()
        inner?.release()
        whole?.release()
    }
}
