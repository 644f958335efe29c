// Recurrent layers as functions of sequences, states and weights.

/// The state of an LSTM: the states h of its cells, and the cells c themselves.
public struct LSTMState: Sendable {
    public let hidden: Tensor
    public let cell: Tensor

    public init(hidden: Tensor, cell: Tensor) {
        self.hidden = hidden
        self.cell = cell
    }
}

/// How many layers and directions the weights of a recurrent function are for, and how sequences lie.
public struct RecurrentSettings: Sendable {
    public var layers: Int
    /// The probability with which elements between the layers are set to zero in training.
    public var dropout: Double
    public var isTraining: Bool
    /// Whether a second set of weights in each layer goes through the steps from the last to the first.
    public var isBidirectional: Bool
    /// Whether input and output are [batch, steps, features] instead of [steps, batch, features].
    public var isBatchFirst: Bool

    public init(
        layers: Int = 1, dropout: Double = 0, isTraining: Bool = false, isBidirectional: Bool = false, isBatchFirst: Bool = false
    ) {
        self.layers = layers
        self.dropout = dropout
        self.isTraining = isTraining
        self.isBidirectional = isBidirectional
        self.isBatchFirst = isBatchFirst
    }

    fileprivate var directions: Int { isBidirectional ? 2 : 1 }
}

extension Tensor {
    // MARK: Sequences

    /// An LSTM over sequences [steps, batch, features].
    ///
    ///     i = σ(Wᵢ x + bᵢ + Uᵢ h + cᵢ)    f = σ(…)    g = tanh(…)    o = σ(…)    c' = f c + i g    h' = o tanh c'
    ///
    /// - Parameters:
    ///   - state: hidden [layers * directions, batch, output size], cell [layers * directions, batch, hidden size].
    ///   - weights: for each layer and in it for each direction: W [4 * hidden size, features], U [4 * hidden size, output size],
    ///     with biases b and c, each [4 * hidden size], and, where the output size is another one than the hidden size, the
    ///     projection of h' [output size, hidden size].
    /// - Returns: the states of all steps [steps, batch, directions * output size], and the last state of every sequence.
    /// - Throws: where shapes or dtypes do not fit.
    public func lstm(
        _ state: LSTMState, weights: [Tensor], settings: RecurrentSettings = RecurrentSettings()
    ) throws(TensorError) -> (output: Tensor, state: LSTMState) {
        let result = try Tensor.recurrent(.lstm, self, nil, state.hidden, state.cell, weights, settings)
        return (result.output, LSTMState(hidden: result.hidden, cell: result.cell!))
    }

    /// Gated recurrent units over sequences [steps, batch, features].
    ///
    ///     r = σ(Wᵣ x + bᵣ + Uᵣ h + cᵣ)    z = σ(…)    n = tanh(Wₙ x + bₙ + r (Uₙ h + cₙ))    h' = (1 - z) n + z h
    ///
    /// - Parameters:
    ///   - hidden: [layers * directions, batch, hidden size].
    ///   - weights: as in `lstm`, of 3 * hidden size rows.
    /// - Throws: where shapes or dtypes do not fit.
    public func gru(
        _ hidden: Tensor, weights: [Tensor], settings: RecurrentSettings = RecurrentSettings()
    ) throws(TensorError) -> (output: Tensor, state: Tensor) {
        let result = try Tensor.recurrent(.gru, self, nil, hidden, nil, weights, settings)
        return (result.output, result.hidden)
    }

    /// The simple recurrent layer over sequences [steps, batch, features]: h' = f(W x + b + U h + c), with the hyperbolic tangent
    /// or max(·, 0) for f.
    ///
    /// - Parameters:
    ///   - hidden: [layers * directions, batch, hidden size].
    ///   - weights: as in `lstm`, of as many rows as the hidden size.
    /// - Throws: where shapes or dtypes do not fit.
    public func rnn(
        _ hidden: Tensor, weights: [Tensor], relu: Bool = false, settings: RecurrentSettings = RecurrentSettings()
    ) throws(TensorError) -> (output: Tensor, state: Tensor) {
        let result = try Tensor.recurrent(relu ? .relu : .tanh, self, nil, hidden, nil, weights, settings)
        return (result.output, result.hidden)
    }

    /// A recurrent function of any kind; `batchSizes` for rows that are packed.
    package static func recurrent(
        _ kind: RecurrentKind, _ input: Tensor, _ batchSizes: [Int]?, _ hidden: Tensor, _ cell: Tensor?, _ weights: [Tensor],
        _ settings: RecurrentSettings
    ) throws(TensorError) -> (output: Tensor, hidden: Tensor, cell: Tensor?) {
        let name = kind.label.description
        func mismatch(_ text: String) -> TensorError { TensorError(.runtime, name, text) }
        let sets = try Tensor.weightSets(weights, settings, name)
        for tensor in [input, hidden] + (cell.map { [$0] } ?? []) + weights { try tensor.requireInitialized(kind.label) }
        if !input.dtype.isFloatingPoint { throw Elementwise.unsupported(kind.label, input.dtype) }
        for tensor in [hidden] + (cell.map { [$0] } ?? []) + weights where tensor.dtype != input.dtype {
            throw mismatch("expected an input, states and weights of one dtype, got \(input.dtype) and \(tensor.dtype)")
        }
        if input.dtype.isReducedPrecision {
            let result = try recurrent(
                kind, input.to(.float32), batchSizes, hidden.to(.float32), cell?.to(.float32), widened(weights), settings)
            return (try result.output.to(input.dtype), try result.hidden.to(input.dtype), try result.cell?.to(input.dtype))
        }
        if !(settings.dropout >= 0 && settings.dropout <= 1) {
            throw TensorError(.value, name, "dropout probability has to be between 0 and 1, but got \(settings.dropout)")
        }
        let rank = batchSizes == nil ? 3 : 2
        if input.rank != rank { throw mismatch("expected an input of \(rank) dimensions, got shape \(input.sizes)") }
        let sequences = batchSizes == nil && settings.isBatchFirst ? try input.transposed(0, 1) : input
        let sizes = if let batchSizes { batchSizes } else { try Tensor.evenSteps(sequences.sizes, name) }
        if batchSizes != nil { try Tensor.checkPacked(sizes, rows: input.sizes[0], name) }
        let batch = sizes[0]
        for (label, state) in [("hidden[0]", hidden)] + (cell.map { [("hidden[1]", $0)] } ?? []) {
            if state.rank != 3 || state.sizes[0] != sets.count || state.sizes[1] != batch {
                throw mismatch("Expected \(label) size (\(sets.count), \(batch), *), got \(state.sizes)")
            }
        }
        let rows = batchSizes == nil ? sequences.sizes[0] * batch : input.sizes[0]
        var x = try sequences.reshaped([rows, sequences.sizes[rank - 1]] as Dims)
        var states: [Tensor] = [], cells: [Tensor] = []
        for layer in 0..<settings.layers {
            var outputs: [Tensor] = []
            for direction in 0..<settings.directions {
                let number = layer * settings.directions + direction
                let result = try Tensor.runPass(
                    kind, x, try hidden.selected(0, number), try cell?.selected(0, number), sets[number],
                    isReversed: direction == 1, sizes)
                outputs.append(result.output)
                states.append(result.state)
                if let cell = result.cell { cells.append(cell) }
            }
            x = outputs.count == 1 ? outputs[0] : try .concatenated(outputs, dim: 1)
            if layer < settings.layers - 1 { x = try x.dropout(settings.dropout, training: settings.isTraining) }
        }
        if batchSizes == nil {
            x = try x.reshaped([sequences.sizes[0], batch, x.sizes[1]] as Dims)
            if settings.isBatchFirst { x = try x.transposed(0, 1) }
        }
        func joined(_ parts: [Tensor]) throws(TensorError) -> Tensor {
            parts.count == 1 ? try parts[0].unsqueezed(0) : try .stacked(parts)
        }
        return (x, try joined(states), cells.isEmpty ? nil : try joined(cells))
    }

    private static func widened(_ tensors: [Tensor]) throws(TensorError) -> [Tensor] {
        var result: [Tensor] = []
        for tensor in tensors { result.append(try tensor.to(.float32)) }
        return result
    }

    /// A batch of the same size for each step of [steps, batch, features].
    private static func evenSteps(_ sizes: Dims, _ name: String) throws(TensorError) -> [Int] {
        if sizes[0] == 0 { throw TensorError(.runtime, name, "Expected sequence length to be larger than 0 in RNN") }
        let rows = sizes[0].multipliedReportingOverflow(by: Swift.max(sizes[1], 1))
        if rows.overflow || rows.partialValue > Int(Int32.max) {
            throw TensorError(.runtime, name, "an input of shape \(sizes) has too many rows")
        }
        return sizes[1] == 0 ? [0] : Array(repeating: sizes[1], count: sizes[0])
    }

    /// - Throws: where these are not the batch sizes of packed sequences with so many rows.
    static func checkPacked(_ batchSizes: [Int], rows: Int, _ name: String) throws(TensorError) {
        if batchSizes.isEmpty { throw TensorError(.runtime, name, "expected batch sizes of at least one step") }
        if rows > Int(Int32.max) { throw TensorError(.runtime, name, "\(rows) rows are too many") }
        var left = rows, last = Int.max
        for size in batchSizes {
            if size <= 0 || size > last {
                throw TensorError(.runtime, name, "batch sizes must be positive and must not grow, got \(size)\(last == .max ? "" : " after \(last)")")
            }
            if size > left { throw TensorError(.runtime, name, "the batch sizes are for more than the \(rows) rows of the data") }
            left -= size
            last = size
        }
        if left > 0 { throw TensorError(.runtime, name, "the batch sizes are for \(rows - left) rows, the data have \(rows)") }
    }

    /// The weights of each layer and direction: for the input, for the state, their biases, the projection.
    private static func weightSets(
        _ weights: [Tensor], _ settings: RecurrentSettings, _ name: String
    ) throws(TensorError) -> [[Tensor?]] {
        // As many as there are weights at most, so that the product below cannot overflow.
        if settings.layers < 1 || settings.layers > weights.count {
            throw TensorError(.runtime, name, "\(weights.count) weights for \(settings.layers) layers")
        }
        let number = settings.layers * settings.directions, each = weights.count / number
        if weights.count % number != 0 || !(2...5).contains(each) {
            throw TensorError(.runtime, name,
                "expected 2 weights for each of \(number) layers and directions, or 4 with biases, and one more with a projection, "
                    + "got \(weights.count)")
        }
        let plain = each >= 4 ? 4 : 2
        return (0..<number).map { index in
            let part = Array(weights[(index * each)..<((index + 1) * each)])
            let biases: [Tensor?] = plain == 4 ? [part[2], part[3]] : [nil, nil]
            return [part[0], part[1]] + biases + [each == plain ? nil : part[plain]]
        }
    }

    /// One direction of one layer, after a look at the shapes.
    private static func runPass(
        _ kind: RecurrentKind, _ x: Tensor, _ state: Tensor, _ cell: Tensor?, _ weights: [Tensor?], isReversed: Bool, _ batchSizes: [Int]
    ) throws(TensorError) -> (output: Tensor, state: Tensor, cell: Tensor?) {
        let name = kind.label.description
        let (wx, wh) = (weights[0]!, weights[1]!)
        let (inputs, outputs) = (x.sizes[1], state.sizes[1])
        if wh.rank != 2 || wh.sizes[0] % kind.gates != 0 {
            throw TensorError(.runtime, name, "expected a weight for the state of \(kind.gates) * hidden size rows, got shape \(wh.sizes)")
        }
        let columns = wh.sizes[0], hidden = columns / kind.gates
        func check(_ tensor: Tensor?, _ sizes: Dims, _ label: String) throws(TensorError) {
            if let tensor, tensor.sizes != sizes {
                throw TensorError(.runtime, name, "expected \(label) of shape \(sizes), got \(tensor.sizes)")
            }
        }
        try check(wx, [columns, inputs], "a weight for the input")
        try check(wh, [columns, outputs], "a weight for the state")
        try check(weights[2], [columns], "a bias for the input")
        try check(weights[3], [columns], "a bias for the state")
        if let projection = weights[4] {
            if kind != .lstm { throw TensorError(.runtime, name, "only an LSTM has projections") }
            try check(projection, [outputs, hidden], "a projection")
        } else {
            try check(state, [state.sizes[0], hidden], "a state")
        }
        if kind == .lstm {
            guard let cell else { throw TensorError(.runtime, name, "lstm expects two hidden states") }
            try check(cell, [state.sizes[0], hidden], "a cell")
        } else if cell != nil {
            throw TensorError(.runtime, name, "only an LSTM has cells")
        }
        for size in [columns, inputs, outputs] where size > Int(Int32.max) {
            throw TensorError(.runtime, name, "a size of \(size) is too large")
        }
        let pass = RecurrentPass(
            kind, isReversed: isReversed, batchSizes: batchSizes, inputs: inputs, hidden: hidden, outputs: outputs, dtype: x.dtype)
        return try pass([x, state, cell] + weights)
    }

    // MARK: Single steps

    /// One step of an LSTM, for inputs [batch, features]; see `lstm`.
    public func lstmCell(
        _ state: LSTMState, inputWeight: Tensor, stateWeight: Tensor, inputBias: Tensor? = nil, stateBias: Tensor? = nil
    ) throws(TensorError) -> LSTMState {
        let result = try cell(.lstm, state.hidden, state.cell, [inputWeight, stateWeight, inputBias, stateBias, nil])
        return LSTMState(hidden: result.output, cell: result.cell!)
    }

    /// One step of gated recurrent units, for inputs [batch, features]; see `gru`.
    public func gruCell(
        _ hidden: Tensor, inputWeight: Tensor, stateWeight: Tensor, inputBias: Tensor? = nil, stateBias: Tensor? = nil
    ) throws(TensorError) -> Tensor {
        try cell(.gru, hidden, nil, [inputWeight, stateWeight, inputBias, stateBias, nil]).output
    }

    /// One step of the simple recurrent layer, for inputs [batch, features]; see `rnn`.
    public func rnnCell(
        _ hidden: Tensor, inputWeight: Tensor, stateWeight: Tensor, inputBias: Tensor? = nil, stateBias: Tensor? = nil,
        relu: Bool = false
    ) throws(TensorError) -> Tensor {
        try cell(relu ? .relu : .tanh, hidden, nil, [inputWeight, stateWeight, inputBias, stateBias, nil]).output
    }

    private func cell(
        _ kind: RecurrentKind, _ hidden: Tensor, _ cell: Tensor?, _ weights: [Tensor?]
    ) throws(TensorError) -> (output: Tensor, state: Tensor, cell: Tensor?) {
        let name = kind.label.description + "_cell"
        do throws(TensorError) {
            func mismatch(_ text: String) -> TensorError { TensorError(.runtime, name, text) }
            let present = [hidden] + [cell].compactMap { $0 } + weights.compactMap { $0 }
            for tensor in [self] + present { try tensor.requireInitialized(kind.label) }
            if !dtype.isFloatingPoint { throw Elementwise.unsupported(kind.label, dtype) }
            for tensor in present where tensor.dtype != dtype {
                throw mismatch("expected an input, states and weights of one dtype, got \(dtype) and \(tensor.dtype)")
            }
            if dtype.isReducedPrecision {
                var wide: [Tensor?] = []
                for weight in weights { wide.append(try weight?.to(.float32)) }
                let result = try to(.float32).cell(kind, hidden.to(.float32), cell?.to(.float32), wide)
                return (try result.output.to(dtype), try result.state.to(dtype), try result.cell?.to(dtype))
            }
            if (weights[2] == nil) != (weights[3] == nil) { throw mismatch("expected two biases or none") }
            if rank != 2 || hidden.rank != 2 {
                throw mismatch("expected an input and states of two dimensions, got shapes \(sizes) and \(hidden.sizes)")
            }
            if sizes[0] > Int(Int32.max) { throw mismatch("\(sizes[0]) rows are too many") }
            let wx = weights[0]!
            if wx.rank == 2 && sizes[1] != wx.sizes[1] {
                throw mismatch("input has inconsistent input_size: got \(sizes[1]), expected \(wx.sizes[1])")
            }
            for (number, state) in ([hidden] + [cell].compactMap { $0 }).enumerated() where state.rank > 0 && state.sizes[0] != sizes[0] {
                throw mismatch("Input batch size \(sizes[0]) doesn't match hidden\(number) batch size \(state.sizes[0])")
            }
            return try Tensor.runPass(kind, self, hidden, cell, weights, isReversed: false, [sizes[0]])
        } catch {
            throw TensorError(error.code, name, error.detail)
        }
    }
}
