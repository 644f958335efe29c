import CKernels

/// What a recurrent layer computes at each step.
public enum RecurrentKind: String, CaseIterable, Sendable {
    /// h' = tanh(W x + b + U h + c).
    case tanh = "RNN_TANH"
    /// h' = max(W x + b + U h + c, 0).
    case relu = "RNN_RELU"
    /// Long short-term memory (Hochreiter and Schmidhuber 1997).
    case lstm = "LSTM"
    /// Gated recurrent units (Cho et al. 2014).
    case gru = "GRU"

    /// How many blocks of the hidden size the rows of a weight make.
    public var gates: Int {
        switch self {
        case .tanh, .relu: 1
        case .gru: 3
        case .lstm: 4
        }
    }

    /// The name of the function, for messages.
    package var name: String { label.description }

    var label: StaticString {
        switch self {
        case .tanh: "rnn_tanh"
        case .relu: "rnn_relu"
        case .gru: "gru"
        case .lstm: "lstm"
        }
    }
}

/// One direction of one layer over whole sequences: the rows of a step are those sequences that last so long, and the steps
/// lie one after the other.
///
/// The products of all inputs are one matrix product, and so is each gradient of a weight; between them goes a loop over the
/// steps, with the product of the states and a kernel for the gates.
struct RecurrentPass {
    let kind: RecurrentKind
    let isReversed: Bool
    /// The rows of each step, falling.
    let batchSizes: [Int]
    /// The first row of each step.
    private let starts: [Int]
    let rows: Int
    let inputs: Int, hidden: Int
    /// The size of a state: the hidden size, or that of its projection.
    let outputs: Int
    /// float32 or float64.
    let dtype: DType

    /// What goes in, by number.
    enum Slot: Int, CaseIterable {
        case input, state, cell, inputWeight, stateWeight, inputBias, stateBias, projection
    }

    /// What comes out: the states of all steps [rows, outputs], and the last state and cell of every sequence.
    struct Outcome {
        let output: Tensor, state: Tensor, cell: Tensor?
        /// For the gradient.
        var gates: Tensor?, cells: Tensor?, inner: Tensor?, whole: Tensor?
    }

    init(
        _ kind: RecurrentKind, isReversed: Bool, batchSizes: [Int], inputs: Int, hidden: Int, outputs: Int, dtype: DType
    ) {
        self.kind = kind
        self.isReversed = isReversed
        self.batchSizes = batchSizes
        self.inputs = inputs
        self.hidden = hidden
        self.outputs = outputs
        self.dtype = dtype
        var starts: [Int] = [], rows = 0
        for size in batchSizes {
            starts.append(rows)
            rows += size
        }
        self.starts = starts
        self.rows = rows
    }

    private var batch: Int { batchSizes.first ?? 0 }
    private var columns: Int { kind.gates * hidden }

    private func memory(_ rows: Int, _ columns: Int) throws(TensorError) -> Tensor {
        try Tensor(uninitialized: [rows, columns], dtype, operation: kind.label)
    }

    /// The operands as the kernels read them, without history.
    private func readable(_ operands: [Tensor?]) throws(TensorError) -> [Tensor?] {
        var result: [Tensor?] = []
        for operand in operands {
            guard let operand else {
                result.append(nil)
                continue
            }
            result.append(operand.isContiguous ? operand.withoutHistory() : try operand.withoutHistory().copied())
        }
        return result
    }

    // MARK: Forward

    /// The operator, unless the operands are differentiated.
    func run(_ operands: [Tensor?], keeping: Bool) throws(TensorError) -> Outcome {
        let o = try readable(operands)
        func data(_ slot: Slot) -> UnsafeMutableRawPointer? { o[slot.rawValue]?.data }
        let width = dtype.size
        let gates = try memory(rows, columns), products = try memory(batch, columns), output = try memory(rows, outputs)
        let state = try o[Slot.state.rawValue]!.copied(), cell = try o[Slot.cell.rawValue]?.copied()
        let (wx, wh, wr) = (data(.inputWeight)!, data(.stateWeight)!, data(.projection))
        let (bx, bh) = (data(.inputBias), data(.stateBias))
        let cells = keeping && kind == .lstm ? try memory(rows, hidden) : nil
        let inner = keeping && kind == .gru ? try memory(rows, hidden) : nil
        let whole = wr == nil ? nil : try memory(keeping ? rows : batch, hidden)
        // Below there are only pointers to them.
        defer { withExtendedLifetime((o, gates, products, output, state, cell, cells, inner, whole)) {} }
        MatrixProduct.multiply(
            MatrixProduct.Operand(data(.input)!, leading: inputs), MatrixProduct.Operand(wx, leading: inputs, isTransposed: true),
            into: gates.data, rows, columns, inputs, dtype)
        for step in isReversed ? Array(batchSizes.indices.reversed()) : Array(batchSizes.indices) {
            let (first, b) = (starts[step], batchSizes[step])
            let x = gates.data + first &* columns &* width, y = output.data + first &* outputs &* width
            MatrixProduct.multiply(
                MatrixProduct.Operand(state.data, leading: outputs), MatrixProduct.Operand(wh, leading: outputs, isTransposed: true),
                into: products.data, b, columns, outputs, dtype)
            switch kind {
            case .tanh, .relu: StepKernel.rnn(dtype, b, hidden, x, products.data, bx, bh, kind == .relu, y)
            case .gru:
                StepKernel.gru(dtype, b, hidden, x, products.data, bx, bh, state.data)
                y.copyMemory(from: state.data, byteCount: b &* outputs &* width)
                if let inner {
                    let target = inner.data + first &* hidden &* width
                    for row in 0..<b {
                        (target + row &* hidden &* width).copyMemory(
                            from: products.data + (row &* columns &+ 2 &* hidden) &* width, byteCount: hidden &* width)
                    }
                }
            case .lstm:
                let target = whole.map { $0.data + (keeping ? first &* hidden &* width : 0) } ?? y
                StepKernel.lstm(dtype, b, hidden, x, products.data, bx, bh, cell!.data, target)
                if let cells {
                    (cells.data + first &* hidden &* width).copyMemory(from: cell!.data, byteCount: b &* hidden &* width)
                }
                if let wr {
                    MatrixProduct.multiply(
                        MatrixProduct.Operand(target, leading: hidden), MatrixProduct.Operand(wr, leading: hidden, isTransposed: true),
                        into: y, b, outputs, hidden, dtype)
                }
            }
            if kind != .gru { state.data.copyMemory(from: y, byteCount: b &* outputs &* width) }
        }
        return Outcome(
            output: output, state: state, cell: cell, gates: keeping ? gates : nil, cells: cells, inner: inner, whole: keeping ? whole : nil)
    }

    /// For each row the state that its step began with, from the states after each step and those before the first.
    private func before(_ states: Tensor, _ initial: Tensor) throws(TensorError) -> Tensor {
        let width = initial.sizes[1] &* dtype.size
        let result = try memory(rows, initial.sizes[1])
        defer { withExtendedLifetime((states, initial, result)) {} }
        for step in batchSizes.indices {
            let target = result.data + starts[step] &* width
            let neighbour = isReversed ? step + 1 : step - 1
            let known = batchSizes.indices.contains(neighbour) ? Swift.min(batchSizes[neighbour], batchSizes[step]) : 0
            if known > 0 { target.copyMemory(from: states.data + starts[neighbour] &* width, byteCount: known &* width) }
            (target + known &* width).copyMemory(
                from: initial.data + known &* width, byteCount: (batchSizes[step] - known) &* width)
        }
        return result
    }

    // MARK: Gradient

    /// The gradients of the operands that are wanted, given those of output, last state and last cell.
    func gradients(
        _ operands: [Tensor?], _ outcome: Outcome, _ given: [Tensor?], _ wanted: [Bool]
    ) throws(TensorError) -> [Tensor?] {
        let o = try readable(operands), g = try readable(given)
        func operand(_ slot: Slot) -> Tensor? { o[slot.rawValue] }
        func wants(_ slot: Slot) -> Bool { wanted[slot.rawValue] }
        let width = dtype.size
        let output = try readable([outcome.output])[0]!
        func started(_ gradient: Tensor?, _ columns: Int) throws(TensorError) -> Tensor {
            if let gradient { try gradient.copied() } else { try .filled([batch, columns], dtype, 0) }
        }
        let dstate = try started(g[1], outputs), dcell = kind == .lstm ? try started(g[2], hidden) : nil
        let states = try before(output, operand(.state)!)
        let cells = try outcome.cells.map { (cells) throws(TensorError) in try before(cells, operand(.cell)!) }
        let dx = try memory(rows, columns), dh = kind == .gru ? try memory(rows, columns) : dx
        let wh = operand(.stateWeight)!, wr = operand(.projection)
        let dprojected = wr == nil ? nil : try memory(rows, outputs)
        let dwhole = wr == nil ? nil : try memory(batch, hidden)
        let scratch = try memory(Swift.min(batch, MatrixProduct.thinRows), outputs)
        // Below there are only pointers to them.
        defer {
            withExtendedLifetime((o, g, outcome, output, dstate, dcell, states, cells, dx, dh)) {}
            withExtendedLifetime((wh, wr, dprojected, dwhole, scratch)) {}
        }
        let add = ck_binary_lookup(.CK_ADD, dtype.kernel)!
        for step in isReversed ? Array(batchSizes.indices) : Array(batchSizes.indices.reversed()) {
            let (first, b) = (starts[step], batchSizes[step])
            func row(_ tensor: Tensor) -> UnsafeMutableRawPointer { tensor.data + first &* tensor.sizes[1] &* width }
            if let g = g[0] { add(Int64(b &* outputs), dstate.data, 1, row(g), 1, dstate.data, 1) }
            var arrived = dstate.data
            if let wr, let dprojected, let dwhole {
                row(dprojected).copyMemory(from: dstate.data, byteCount: b &* outputs &* width)
                MatrixProduct.multiply(
                    MatrixProduct.Operand(dstate.data, leading: outputs), MatrixProduct.Operand(wr.data, leading: hidden),
                    into: dwhole.data, b, hidden, outputs, dtype)
                arrived = dwhole.data
            }
            switch kind {
            case .tanh, .relu: StepKernel.rnnGradient(dtype, b, hidden, arrived, row(output), kind == .relu, row(dx))
            case .gru:
                StepKernel.gruGradient(
                    dtype, b, hidden, row(outcome.gates!), row(outcome.inner!), row(states), arrived, row(dx), row(dh))
            case .lstm:
                StepKernel.lstmGradient(
                    dtype, b, hidden, row(outcome.gates!), row(cells!), row(outcome.cells!), arrived, dcell!.data, row(dx))
            }
            StepKernel.product(dtype, b, columns, outputs, row(dh), wh.data, into: dstate.data, accumulate: kind == .gru, scratch)
        }
        var result: [Tensor?] = Array(repeating: nil, count: Slot.allCases.count)
        func set(_ slot: Slot, _ value: Tensor) { result[slot.rawValue] = value }
        if wants(.state) { set(.state, dstate) }
        if wants(.cell) { set(.cell, dcell!) }
        if wants(.input) {
            let product = try memory(rows, inputs)
            MatrixProduct.multiply(
                MatrixProduct.Operand(dx.data, leading: columns), MatrixProduct.Operand(operand(.inputWeight)!.data, leading: inputs),
                into: product.data, rows, inputs, columns, dtype)
            set(.input, product)
        }
        if wants(.inputWeight) { try set(.inputWeight, weightGradient(dx, operand(.input)!)) }
        if wants(.stateWeight) { try set(.stateWeight, weightGradient(dh, states)) }
        if wants(.inputBias) { try set(.inputBias, dx.sum([0])) }
        if wants(.stateBias) { try set(.stateBias, dh.sum([0])) }
        if wants(.projection) { try set(.projection, weightGradient(dprojected!, outcome.whole!)) }
        return result
    }

    /// gᵀ x, over the rows of all steps.
    private func weightGradient(_ g: Tensor, _ x: Tensor) throws(TensorError) -> Tensor {
        let (m, n) = (g.sizes[1], x.sizes[1])
        let result = try memory(m, n)
        defer { withExtendedLifetime((g, x)) {} }
        MatrixProduct.multiply(
            MatrixProduct.Operand(g.data, leading: m, isTransposed: true), MatrixProduct.Operand(x.data, leading: n),
            into: result.data, m, n, rows, dtype)
        return result
    }
}

/// The kernels of a step, for float32 and float64.
private enum StepKernel {
    typealias Memory = UnsafeMutableRawPointer

    private static func f(_ memory: Memory) -> UnsafeMutablePointer<Float> { memory.assumingMemoryBound(to: Float.self) }
    private static func d(_ memory: Memory) -> UnsafeMutablePointer<Double> { memory.assumingMemoryBound(to: Double.self) }

    static func rnn(
        _ type: DType, _ rows: Int, _ n: Int, _ x: Memory, _ h: Memory, _ bx: Memory?, _ bh: Memory?, _ relu: Bool, _ state: Memory
    ) {
        if type == .float32 {
            ck_rnn_f32(Int64(rows), Int64(n), f(x), f(h), bx.map(f), bh.map(f), relu ? 1 : 0, f(state))
        } else {
            ck_rnn_f64(Int64(rows), Int64(n), d(x), d(h), bx.map(d), bh.map(d), relu ? 1 : 0, d(state))
        }
    }

    static func rnnGradient(_ type: DType, _ rows: Int, _ n: Int, _ g: Memory, _ state: Memory, _ relu: Bool, _ dx: Memory) {
        if type == .float32 {
            ck_rnn_grad_f32(Int64(rows), Int64(n), f(g), f(state), relu ? 1 : 0, f(dx))
        } else {
            ck_rnn_grad_f64(Int64(rows), Int64(n), d(g), d(state), relu ? 1 : 0, d(dx))
        }
    }

    static func lstm(
        _ type: DType, _ rows: Int, _ n: Int, _ x: Memory, _ h: Memory, _ bx: Memory?, _ bh: Memory?, _ cell: Memory, _ state: Memory
    ) {
        if type == .float32 {
            ck_lstm_f32(Int64(rows), Int64(n), f(x), f(h), bx.map(f), bh.map(f), f(cell), f(state))
        } else {
            ck_lstm_f64(Int64(rows), Int64(n), d(x), d(h), bx.map(d), bh.map(d), d(cell), d(state))
        }
    }

    static func lstmGradient(
        _ type: DType, _ rows: Int, _ n: Int, _ gates: Memory, _ before: Memory, _ cell: Memory, _ g: Memory, _ dcell: Memory,
        _ dx: Memory
    ) {
        if type == .float32 {
            ck_lstm_grad_f32(Int64(rows), Int64(n), f(gates), f(before), f(cell), f(g), f(dcell), f(dx))
        } else {
            ck_lstm_grad_f64(Int64(rows), Int64(n), d(gates), d(before), d(cell), d(g), d(dcell), d(dx))
        }
    }

    static func gru(
        _ type: DType, _ rows: Int, _ n: Int, _ x: Memory, _ h: Memory, _ bx: Memory?, _ bh: Memory?, _ state: Memory
    ) {
        if type == .float32 {
            ck_gru_f32(Int64(rows), Int64(n), f(x), f(h), bx.map(f), bh.map(f), f(state))
        } else {
            ck_gru_f64(Int64(rows), Int64(n), d(x), d(h), bx.map(d), bh.map(d), d(state))
        }
    }

    static func gruGradient(
        _ type: DType, _ rows: Int, _ n: Int, _ gates: Memory, _ inner: Memory, _ before: Memory, _ g: Memory, _ dx: Memory,
        _ dh: Memory
    ) {
        if type == .float32 {
            ck_gru_grad_f32(Int64(rows), Int64(n), f(gates), f(inner), f(before), f(g), f(dx), f(dh))
        } else {
            ck_gru_grad_f64(Int64(rows), Int64(n), d(gates), d(inner), d(before), d(g), d(dx), d(dh))
        }
    }

    /// target[rows, n] = g[rows, k] w[k, n], added to it where `accumulate`.
    ///
    /// - Parameter scratch: memory of `MatrixProduct.thinRows` rows, or as many as there are.
    static func product(
        _ type: DType, _ rows: Int, _ k: Int, _ n: Int, _ g: Memory, _ w: Memory, into target: Memory, accumulate: Bool, _ scratch: Tensor
    ) {
        if rows == 0 || n == 0 { return }
        guard rows <= MatrixProduct.thinRows && k > 0 else {
            MatrixProduct.multiply(
                MatrixProduct.Operand(g, leading: k), MatrixProduct.Operand(w, leading: n), into: target, rows, n, k, type,
                accumulate: accumulate)
            return
        }
        let result = accumulate ? scratch.data : target
        if type == .float32 {
            ck_linear_grad_input_f32(Int64(rows), Int64(k), Int64(n), f(g), Int64(k), f(w), Int64(n), f(result), Int64(n))
        } else {
            ck_linear_grad_input_f64(Int64(rows), Int64(k), Int64(n), d(g), Int64(k), d(w), Int64(n), d(result), Int64(n))
        }
        if accumulate { ck_binary_lookup(.CK_ADD, type.kernel)!(Int64(rows &* n), target, 1, result, 1, target, 1) }
    }
}
