// Recurrent layers. Definitions, names of the parameters and default initialisation are those of torch.nn.

extension BlockRegistry {
    static func recurrent(_ type: String, _ arguments: inout Arguments) throws(TensorError) -> Module? {
        switch type {
        case "RNN": try RNN(&arguments)
        case "LSTM": try LSTM(&arguments)
        case "GRU": try GRU(&arguments)
        case "RNNCell": try RNNCell(&arguments)
        case "LSTMCell": try LSTMCell(&arguments)
        case "GRUCell": try GRUCell(&arguments)
        default: nil
        }
    }
}

/// The function that a simple recurrent layer applies.
public enum RecurrentNonlinearity: String, CaseIterable, Sendable {
    case tanh, relu
}

/// The base of the layers that go through sequences step by step: `RNN`, `LSTM` and `GRU`.
public class RecurrentLayer: Layer {
    public let inputSize: Int
    public let hiddenSize: Int
    /// How many layers follow one another, each on the states of the one before.
    public let layers: Int
    public let hasBias: Bool
    /// Whether sequences are [batch, steps, features] instead of [steps, batch, features].
    public final var isBatchFirst: Bool
    /// The probability with which elements between the layers are set to zero in training.
    public private(set) final var dropout: Double
    /// Whether each layer goes through the steps from the last to the first too.
    public let isBidirectional: Bool
    /// The size to which the states are projected; 0 for none.
    public let projectionSize: Int
    /// For each layer and direction: the weights for input and state, their biases, and the projection.
    @exclusivity(unchecked) public final var weights: [Tensor]
    let kind: RecurrentKind
    private let names: [String]

    init(
        _ kind: RecurrentKind, _ inputSize: Int, _ hiddenSize: Int, _ layers: Int, _ bias: Bool, _ batchFirst: Bool,
        _ dropout: Double, _ bidirectional: Bool, _ projectionSize: Int, _ dtype: DType
    ) throws(TensorError) {
        let type = "\(Self.self)"
        func refuse(_ text: String) -> TensorError { TensorError(.value, type, text) }
        try RecurrentLayer.check(dropout, type)
        if inputSize <= 0 { throw refuse("input_size must be greater than zero") }
        if hiddenSize <= 0 { throw refuse("hidden_size must be greater than zero") }
        if layers <= 0 { throw refuse("num_layers must be greater than zero") }
        if layers > 1 << 16 { throw refuse("num_layers must be at most \(1 << 16), got \(layers)") }
        if projectionSize < 0 { throw refuse("proj_size should be a positive integer or zero to disable projections") }
        if projectionSize >= hiddenSize { throw refuse("proj_size has to be smaller than hidden_size") }
        try Linear.check(dtype, type)
        let rows = hiddenSize.multipliedReportingOverflow(by: kind.gates)
        let size = projectionSize > 0 ? projectionSize : hiddenSize
        if rows.overflow || size > Int.max / 2 { throw refuse("hidden_size \(hiddenSize) is too large") }
        (self.kind, self.inputSize, self.hiddenSize, self.layers, hasBias) = (kind, inputSize, hiddenSize, layers, bias)
        (isBatchFirst, self.dropout, isBidirectional, self.projectionSize) = (batchFirst, dropout, bidirectional, projectionSize)
        var names: [String] = [], weights: [Tensor] = []
        func add(_ name: String, _ shape: [Int]) throws(TensorError) {
            names.append(name)
            weights.append(try Tensor.parameter(try Tensor.created(shape, dtype, requiresGrad: false, "RNN")))
        }
        for layer in 0..<layers {
            for suffix in bidirectional ? ["", "_reverse"] : [""] {
                let end = "l\(layer)\(suffix)"
                let inputs = layer == 0 ? inputSize : size * (bidirectional ? 2 : 1)
                try add("weight_ih_" + end, [rows.partialValue, inputs])
                try add("weight_hh_" + end, [rows.partialValue, size])
                if bias {
                    try add("bias_ih_" + end, [rows.partialValue])
                    try add("bias_hh_" + end, [rows.partialValue])
                }
                if projectionSize > 0 { try add("weight_hr_" + end, [projectionSize, hiddenSize]) }
            }
        }
        (self.names, self.weights) = (names, weights)
        super.init()
        try resetParameters()
    }

    private static func check(_ dropout: Double, _ type: String) throws(TensorError) {
        if !(dropout >= 0 && dropout <= 1) {
            throw TensorError(.value, type,
                "dropout should be a number in range [0, 1] representing the probability of an element being zeroed")
        }
    }

    public override func resetParameters() throws(TensorError) {
        try initializeRecurrent(weights, hiddenSize)
    }

    private var directions: Int { isBidirectional ? 2 : 1 }
    private var stateSize: Int { projectionSize > 0 ? projectionSize : hiddenSize }

    private var operatorSettings: RecurrentSettings {
        RecurrentSettings(
            layers: layers, dropout: dropout, isTraining: isTraining, isBidirectional: isBidirectional, isBatchFirst: isBatchFirst)
    }

    // MARK: Forward

    func requireOwnForward() throws(TensorError) {
        if override != nil {
            throw TensorError(.unsupported, typeName, "a forward of another language is not called with sequences and states")
        }
    }

    /// The states of all steps, and the last state and cell of each sequence, for a batch of sequences or a single one.
    package final func run(
        _ input: Tensor, _ hidden: Tensor?, _ cell: Tensor?
    ) throws(TensorError) -> (output: Tensor, hidden: Tensor, cell: Tensor?) {
        try input.requireInitialized("RNN")
        if input.rank != 2 && input.rank != 3 {
            let noun = kind == .tanh || kind == .relu ? " tensor" : ""
            throw TensorError(.value, typeName, "Expected input to be 2D or 3D, got \(input.rank)D\(noun) instead")
        }
        let isBatched = input.rank == 3
        try checkRanks(hidden, cell, isBatched)
        let batchDimension = isBatchFirst ? 0 : 1
        let sequences = isBatched ? input : try input.unsqueezed(batchDimension)
        let state = try states(
            isBatched ? hidden : hidden?.unsqueezed(1), isBatched ? cell : cell?.unsqueezed(1), sequences,
            batch: sequences.sizes[batchDimension])
        let result = try Tensor.recurrent(kind, sequences, nil, state.hidden, state.cell, weights, operatorSettings)
        if isBatched { return result }
        return (try result.output.squeezed([batchDimension]), try result.hidden.squeezed([1]), try result.cell?.squeezed([1]))
    }

    /// The same for packed sequences. States are in the order in which the sequences were given.
    package final func run(
        _ input: PackedSequence, _ hidden: Tensor?, _ cell: Tensor?
    ) throws(TensorError) -> (output: PackedSequence, hidden: Tensor, cell: Tensor?) {
        let order = input.sortedIndices
        func permuted(_ state: Tensor?, _ order: Tensor?) throws(TensorError) -> Tensor? {
            guard let state, let order else { return state }
            return state.rank < 2 ? state : try state.indexSelected(1, order)
        }
        let state = try states(permuted(hidden, order), permuted(cell, order), input.data, batch: input.batchSizes[0])
        let result = try Tensor.recurrent(kind, input.data, input.batchSizes, state.hidden, state.cell, weights, operatorSettings)
        return (
            try input.replacingData(result.output), try permuted(result.hidden, input.unsortedIndices)!,
            try permuted(result.cell, input.unsortedIndices)
        )
    }

    private func checkRanks(_ hidden: Tensor?, _ cell: Tensor?, _ isBatched: Bool) throws(TensorError) {
        let rank = isBatched ? 3 : 2
        let start = isBatched ? "For batched 3-D input" : "For unbatched 2-D input"
        if kind == .lstm {
            if let hidden, let cell, hidden.rank != rank || cell.rank != rank {
                throw TensorError(.runtime, typeName,
                    "\(start), hx and cx should also be \(rank)-D but got (\(hidden.rank)-D, \(cell.rank)-D) tensors")
            }
        } else if let hidden, hidden.rank != rank {
            throw TensorError(.runtime, typeName, "\(start), hx should also be \(rank)-D but got \(hidden.rank)-D tensor")
        }
    }

    /// The states as they are given, or zeros; after a look at what is given.
    private func states(
        _ hidden: Tensor?, _ cell: Tensor?, _ input: Tensor, batch: Int
    ) throws(TensorError) -> (hidden: Tensor, cell: Tensor?) {
        func refuse(_ code: TensorError.Code, _ text: String) -> TensorError { TensorError(code, typeName, text) }
        if input.rank < 2 { throw refuse(.runtime, "input must have 2 dimensions, got \(input.rank)") }
        let dtype = weights[0].dtype
        if input.dtype != dtype {
            throw refuse(.value,
                "RNN input dtype (swiftnn.\(input.dtype)) does not match weight dtype (swiftnn.\(dtype)). Convert input: "
                    + "input.to(swiftnn.\(dtype)), or convert model: model.to(swiftnn.\(input.dtype))")
        }
        let features = input.sizes[input.rank - 1]
        if features != inputSize {
            throw refuse(.runtime, "input.size(-1) must be equal to input_size. Expected \(inputSize), got \(features)")
        }
        if (hidden == nil) != (cell == nil) && kind == .lstm { throw refuse(.runtime, "expects two hidden states") }
        func state(_ given: Tensor?, _ size: Int, _ label: String) throws(TensorError) -> Tensor {
            let expected: Dims = [layers * directions, batch, size]
            guard let given else { return try Tensor.filled(expected, input.dtype, 0) }
            if given.sizes != expected {
                throw refuse(.runtime, "Expected \(label) size (\(expected[0]), \(expected[1]), \(expected[2])), got \(given.sizes)")
            }
            return given
        }
        let isPair = kind == .lstm
        return (
            try state(hidden, stateSize, isPair ? "hidden[0]" : "hidden"), isPair ? try state(cell, hiddenSize, "hidden[1]") : nil
        )
    }

    // MARK: What the layer holds

    package override var isPlain: Bool { false }

    package override var slots: [Slot] {
        names.indices.map { index in
            Slot(name: names[index], isBuffer: false, tensor: weights[index]) { [self] (tensor) throws(TensorError) in
                guard let tensor else { throw TensorError(.runtime, typeName, "the \(names[index]) cannot be None") }
                weights[index] = tensor
            }
        }
    }

    package override var settings: [Setting] {
        let type = typeName
        return [
            setting("input_size", fixed: inputSize), setting("hidden_size", fixed: hiddenSize), setting("num_layers", fixed: layers),
            setting("bias", fixed: hasBias), setting("batch_first", \RecurrentLayer.isBatchFirst),
            setting("dropout", \RecurrentLayer.dropout, check: { (value) throws(TensorError) in try RecurrentLayer.check(value, type) }),
            setting("bidirectional", fixed: isBidirectional),
        ]
    }

    public override var argumentsDescription: String {
        var text = "\(inputSize), \(hiddenSize)"
        if projectionSize != 0 { text += ", proj_size=\(projectionSize)" }
        if layers != 1 { text += ", num_layers=\(layers)" }
        if !hasBias { text += ", bias=False" }
        if isBatchFirst { text += ", batch_first=True" }
        if dropout != 0 { text += ", dropout=\(AttributeValue.real(dropout))" }
        if isBidirectional { text += ", bidirectional=True" }
        return text
    }
}

/// Uniform on ±1/√(hidden size), for all parameters in order.
private func initializeRecurrent(_ parameters: [Tensor], _ hiddenSize: Int) throws(TensorError) {
    let bound = hiddenSize > 0 ? 1 / Double(hiddenSize).squareRoot() : 0
    try withoutGradients { () throws(TensorError) in
        for parameter in parameters { try parameter.uniformInPlace(from: -bound, to: bound) }
    }
}

/// The simple recurrent layer (Elman 1990): h' = tanh(W x + b + U h + c), or with max(·, 0).
///
/// ```swift
/// let rnn = try RNN(inputSize: 10, hiddenSize: 20)
/// let (output, state) = try rnn(Tensor.randn([5, 3, 10]))   // [5, 3, 20], [1, 3, 20]
/// ```
public final class RNN: RecurrentLayer {
    public let nonlinearity: RecurrentNonlinearity

    /// - Parameters:
    ///   - layers: how many layers follow one another.
    ///   - batchFirst: takes sequences as [batch, steps, features].
    ///   - dropout: the probability with which elements between the layers are set to zero in training.
    ///   - bidirectional: goes through the steps from the last to the first too.
    public init(
        inputSize: Int, hiddenSize: Int, layers: Int = 1, nonlinearity: RecurrentNonlinearity = .tanh, bias: Bool = true,
        batchFirst: Bool = false, dropout: Double = 0, bidirectional: Bool = false, dtype: DType = .standard
    ) throws(TensorError) {
        self.nonlinearity = nonlinearity
        try super.init(
            nonlinearity == .relu ? .relu : .tanh, inputSize, hiddenSize, layers, bias, batchFirst, dropout, bidirectional, 0, dtype)
    }

    convenience init(_ arguments: inout Arguments) throws(TensorError) {
        let name: String = try arguments.value("nonlinearity", default: "tanh")
        guard let nonlinearity = RecurrentNonlinearity(rawValue: name) else {
            throw TensorError(.value, "RNN", "Unknown nonlinearity '\(name)'. Select from 'tanh' or 'relu'.")
        }
        try self.init(
            inputSize: try arguments.required("input_size"), hiddenSize: try arguments.required("hidden_size"),
            layers: try arguments.value("num_layers", default: 1), nonlinearity: nonlinearity,
            bias: try arguments.value("bias", default: true), batchFirst: try arguments.value("batch_first", default: false),
            dropout: try arguments.value("dropout", default: 0), bidirectional: try arguments.value("bidirectional", default: false),
            dtype: try arguments.dtype())
    }

    /// The states of all steps, and the last state of each sequence, from states of zeros.
    public func callAsFunction(_ input: Tensor) throws(TensorError) -> (output: Tensor, state: Tensor) { try self(input, nil) }

    /// The states of all steps, and the last state of each sequence.
    ///
    /// - Parameters:
    ///   - input: [steps, batch, features], [batch, steps, features] with `isBatchFirst`, or [steps, features].
    ///   - state: [layers * directions, batch, hidden size], or without the batch; nil for zeros.
    public func callAsFunction(_ input: Tensor, _ state: Tensor?) throws(TensorError) -> (output: Tensor, state: Tensor) {
        try requireOwnForward()
        let result = try run(input, state, nil)
        return (result.output, result.hidden)
    }

    /// The same for sequences of different lengths.
    public func callAsFunction(
        _ input: PackedSequence, _ state: Tensor? = nil
    ) throws(TensorError) -> (output: PackedSequence, state: Tensor) {
        try requireOwnForward()
        let result = try run(input, state, nil)
        return (result.output, result.hidden)
    }

    package override var settings: [Setting] { super.settings + [setting("nonlinearity", fixed: nonlinearity.rawValue)] }
}

/// Long short-term memory (Hochreiter and Schmidhuber 1997), with or without projected states; see `Tensor.lstm`.
///
/// ```swift
/// let lstm = try LSTM(inputSize: 10, hiddenSize: 20, layers: 2)
/// let (output, state) = try lstm(Tensor.randn([5, 3, 10]))   // [5, 3, 20]
/// print(state.hidden.shape, state.cell.shape)                 // [2, 3, 20] [2, 3, 20]
/// ```
public final class LSTM: RecurrentLayer {
    /// - Parameters:
    ///   - layers: how many layers follow one another.
    ///   - batchFirst: takes sequences as [batch, steps, features].
    ///   - dropout: the probability with which elements between the layers are set to zero in training.
    ///   - bidirectional: goes through the steps from the last to the first too.
    ///   - projectionSize: the size to which states are projected, below `hiddenSize`; 0 for none.
    public init(
        inputSize: Int, hiddenSize: Int, layers: Int = 1, bias: Bool = true, batchFirst: Bool = false, dropout: Double = 0,
        bidirectional: Bool = false, projectionSize: Int = 0, dtype: DType = .standard
    ) throws(TensorError) {
        try super.init(
            .lstm, inputSize, hiddenSize, layers, bias, batchFirst, dropout, bidirectional, projectionSize, dtype)
    }

    convenience init(_ arguments: inout Arguments) throws(TensorError) {
        try self.init(
            inputSize: try arguments.required("input_size"), hiddenSize: try arguments.required("hidden_size"),
            layers: try arguments.value("num_layers", default: 1), bias: try arguments.value("bias", default: true),
            batchFirst: try arguments.value("batch_first", default: false), dropout: try arguments.value("dropout", default: 0),
            bidirectional: try arguments.value("bidirectional", default: false),
            projectionSize: try arguments.value("proj_size", default: 0), dtype: try arguments.dtype())
    }

    /// The states of all steps, and the last state of each sequence, from states of zeros.
    public func callAsFunction(_ input: Tensor) throws(TensorError) -> (output: Tensor, state: LSTMState) { try self(input, nil) }

    /// The states of all steps, and the last state of each sequence.
    ///
    /// - Parameters:
    ///   - input: [steps, batch, features], [batch, steps, features] with `isBatchFirst`, or [steps, features].
    ///   - state: hidden [layers * directions, batch, output size], cell [layers * directions, batch, hidden size], or without the
    ///     batch; nil for zeros.
    public func callAsFunction(_ input: Tensor, _ state: LSTMState?) throws(TensorError) -> (output: Tensor, state: LSTMState) {
        try requireOwnForward()
        let result = try run(input, state?.hidden, state?.cell)
        return (result.output, LSTMState(hidden: result.hidden, cell: result.cell!))
    }

    /// The same for sequences of different lengths.
    public func callAsFunction(
        _ input: PackedSequence, _ state: LSTMState? = nil
    ) throws(TensorError) -> (output: PackedSequence, state: LSTMState) {
        try requireOwnForward()
        let result = try run(input, state?.hidden, state?.cell)
        return (result.output, LSTMState(hidden: result.hidden, cell: result.cell!))
    }

    package override var settings: [Setting] { super.settings + [setting("proj_size", fixed: projectionSize)] }
}

/// Gated recurrent units (Cho et al. 2014); see `Tensor.gru`.
///
/// ```swift
/// let gru = try GRU(inputSize: 10, hiddenSize: 20)
/// let (output, state) = try gru(Tensor.randn([5, 3, 10]))   // [5, 3, 20], [1, 3, 20]
/// ```
public final class GRU: RecurrentLayer {
    /// - Parameters:
    ///   - layers: how many layers follow one another.
    ///   - batchFirst: takes sequences as [batch, steps, features].
    ///   - dropout: the probability with which elements between the layers are set to zero in training.
    ///   - bidirectional: goes through the steps from the last to the first too.
    public init(
        inputSize: Int, hiddenSize: Int, layers: Int = 1, bias: Bool = true, batchFirst: Bool = false, dropout: Double = 0,
        bidirectional: Bool = false, dtype: DType = .standard
    ) throws(TensorError) {
        try super.init(.gru, inputSize, hiddenSize, layers, bias, batchFirst, dropout, bidirectional, 0, dtype)
    }

    convenience init(_ arguments: inout Arguments) throws(TensorError) {
        try self.init(
            inputSize: try arguments.required("input_size"), hiddenSize: try arguments.required("hidden_size"),
            layers: try arguments.value("num_layers", default: 1), bias: try arguments.value("bias", default: true),
            batchFirst: try arguments.value("batch_first", default: false), dropout: try arguments.value("dropout", default: 0),
            bidirectional: try arguments.value("bidirectional", default: false), dtype: try arguments.dtype())
    }

    /// The states of all steps, and the last state of each sequence, from states of zeros.
    public func callAsFunction(_ input: Tensor) throws(TensorError) -> (output: Tensor, state: Tensor) { try self(input, nil) }

    /// The states of all steps, and the last state of each sequence.
    ///
    /// - Parameters:
    ///   - input: [steps, batch, features], [batch, steps, features] with `isBatchFirst`, or [steps, features].
    ///   - state: [layers * directions, batch, hidden size], or without the batch; nil for zeros.
    public func callAsFunction(_ input: Tensor, _ state: Tensor?) throws(TensorError) -> (output: Tensor, state: Tensor) {
        try requireOwnForward()
        let result = try run(input, state, nil)
        return (result.output, result.hidden)
    }

    /// The same for sequences of different lengths.
    public func callAsFunction(
        _ input: PackedSequence, _ state: Tensor? = nil
    ) throws(TensorError) -> (output: PackedSequence, state: Tensor) {
        try requireOwnForward()
        let result = try run(input, state, nil)
        return (result.output, result.hidden)
    }
}

// MARK: - Single steps

/// The base of the layers that take one step: `RNNCell`, `LSTMCell` and `GRUCell`.
public class RecurrentCell: Layer {
    public let inputSize: Int
    public let hiddenSize: Int
    /// [gates * hidden size, input size]
    @exclusivity(unchecked) public final var inputWeight: Tensor
    /// [gates * hidden size, hidden size]
    @exclusivity(unchecked) public final var stateWeight: Tensor
    /// [gates * hidden size], or nil.
    @exclusivity(unchecked) public final var inputBias: Tensor?
    /// [gates * hidden size], or nil.
    @exclusivity(unchecked) public final var stateBias: Tensor?

    init(_ kind: RecurrentKind, _ inputSize: Int, _ hiddenSize: Int, _ bias: Bool, _ dtype: DType) throws(TensorError) {
        let type = "\(Self.self)"
        try Linear.check(dtype, type)
        let rows = hiddenSize.multipliedReportingOverflow(by: kind.gates)
        if rows.overflow { throw TensorError(.value, type, "hidden_size \(hiddenSize) is too large") }
        func parameter(_ shape: [Int]) throws(TensorError) -> Tensor {
            try Tensor.parameter(try Tensor.created(shape, dtype, requiresGrad: false, "RNNCell"))
        }
        self.inputSize = inputSize
        self.hiddenSize = hiddenSize
        inputWeight = try parameter([rows.partialValue, inputSize])
        stateWeight = try parameter([rows.partialValue, hiddenSize])
        inputBias = bias ? try parameter([rows.partialValue]) : nil
        stateBias = bias ? try parameter([rows.partialValue]) : nil
        super.init()
        try resetParameters()
    }

    public override func resetParameters() throws(TensorError) {
        try initializeRecurrent([inputWeight, stateWeight] + [inputBias, stateBias].compactMap { $0 }, hiddenSize)
    }

    /// Runs a step on input and states with a batch, and takes the batch from the results again where there was none.
    func step(
        _ input: Tensor, _ states: [Tensor?], _ label: (Int) -> String,
        _ body: (Tensor, [Tensor]) throws(TensorError) -> [Tensor]
    ) throws(TensorError) -> [Tensor] {
        try input.requireInitialized("RNNCell")
        if input.rank != 1 && input.rank != 2 {
            throw TensorError(.value, typeName, "Expected input to be 1D or 2D, got \(input.rank)D instead")
        }
        for (number, state) in states.enumerated() {
            if let state, state.rank != 1 && state.rank != 2 {
                throw TensorError(.value, typeName, "Expected \(label(number)) to be 1D or 2D, got \(state.rank)D instead")
            }
        }
        let isBatched = input.rank == 2
        let x = isBatched ? input : try input.unsqueezed(0)
        var given: [Tensor] = []
        for state in states {
            guard let state else {
                given.append(try Tensor.filled([x.sizes[0], hiddenSize], x.dtype, 0))
                continue
            }
            given.append(isBatched ? state : try state.unsqueezed(0))
        }
        let results = try body(x, given)
        if isBatched { return results }
        var single: [Tensor] = []
        for result in results { single.append(try result.squeezed([0])) }
        return single
    }

    package override var slots: [Slot] {
        [
            slot("weight_ih", \RecurrentCell.inputWeight), slot("weight_hh", \RecurrentCell.stateWeight),
            slot("bias_ih", \RecurrentCell.inputBias), slot("bias_hh", \RecurrentCell.stateBias),
        ]
    }

    package override var settings: [Setting] {
        [
            setting("input_size", fixed: inputSize), setting("hidden_size", fixed: hiddenSize),
            setting("bias", fixed: inputBias != nil),
        ]
    }

    public override var argumentsDescription: String { "\(inputSize), \(hiddenSize)" + (inputBias == nil ? ", bias=False" : "") }
}

/// One step of the simple recurrent layer: h' = tanh(W x + b + U h + c), or with max(·, 0).
public final class RNNCell: RecurrentCell {
    public let nonlinearity: RecurrentNonlinearity

    public init(
        inputSize: Int, hiddenSize: Int, bias: Bool = true, nonlinearity: RecurrentNonlinearity = .tanh, dtype: DType = .standard
    ) throws(TensorError) {
        self.nonlinearity = nonlinearity
        try super.init(.tanh, inputSize, hiddenSize, bias, dtype)
    }

    convenience init(_ arguments: inout Arguments) throws(TensorError) {
        let name: String = try arguments.value("nonlinearity", default: "tanh")
        guard let nonlinearity = RecurrentNonlinearity(rawValue: name) else {
            throw TensorError(.runtime, "RNNCell", "Unknown nonlinearity: \(name)")
        }
        try self.init(
            inputSize: try arguments.required("input_size"), hiddenSize: try arguments.required("hidden_size"),
            bias: try arguments.value("bias", default: true), nonlinearity: nonlinearity, dtype: try arguments.dtype())
    }

    /// The state after a step that begins with zeros.
    public override func forward(_ input: Tensor) throws(TensorError) -> Tensor { try run(input, nil) }

    /// The state after a step.
    ///
    /// - Parameters:
    ///   - input: [batch, input size], or [input size].
    ///   - state: [batch, hidden size], or [hidden size].
    public func callAsFunction(_ input: Tensor, _ state: Tensor) throws(TensorError) -> Tensor {
        if let result = try overriddenStep(input, state) { result } else { try run(input, state) }
    }

    package func run(_ input: Tensor, _ state: Tensor?) throws(TensorError) -> Tensor {
        try step(input, [state], { _ in "hidden" }) { (x, states) throws(TensorError) in
            [
                try x.rnnCell(
                    states[0], inputWeight: inputWeight, stateWeight: stateWeight, inputBias: inputBias, stateBias: stateBias,
                    relu: nonlinearity == .relu)
            ]
        }[0]
    }

    package override var settings: [Setting] { super.settings + [setting("nonlinearity", fixed: nonlinearity.rawValue)] }

    public override var argumentsDescription: String {
        super.argumentsDescription + (nonlinearity == .tanh ? "" : ", nonlinearity=\(nonlinearity.rawValue)")
    }
}

extension RecurrentCell {
    /// What a forward of another language gives, where there is one.
    fileprivate func overriddenStep(_ input: Tensor, _ state: Tensor) throws(TensorError) -> Tensor? {
        guard let override else { return nil }
        let results = try override.call([.tensor(input), .tensor(state)], typeName)
        guard results.count == 1, let result = results[0] else {
            throw TensorError(.type, typeName, "forward returned \(results.count) results, a Tensor is expected")
        }
        return result
    }
}

/// One step of an LSTM; see `Tensor.lstm`.
public final class LSTMCell: RecurrentCell {
    public init(inputSize: Int, hiddenSize: Int, bias: Bool = true, dtype: DType = .standard) throws(TensorError) {
        try super.init(.lstm, inputSize, hiddenSize, bias, dtype)
    }

    convenience init(_ arguments: inout Arguments) throws(TensorError) {
        try self.init(
            inputSize: try arguments.required("input_size"), hiddenSize: try arguments.required("hidden_size"),
            bias: try arguments.value("bias", default: true), dtype: try arguments.dtype())
    }

    /// The state after a step that begins with zeros.
    public func callAsFunction(_ input: Tensor) throws(TensorError) -> LSTMState { try self(input, nil) }

    /// The state after a step.
    ///
    /// - Parameters:
    ///   - input: [batch, input size], or [input size].
    ///   - state: hidden and cell, each [batch, hidden size], or [hidden size]; nil for zeros.
    public func callAsFunction(_ input: Tensor, _ state: LSTMState?) throws(TensorError) -> LSTMState {
        if override != nil {
            throw TensorError(.unsupported, typeName, "a forward of another language is not called with states")
        }
        return try run(input, state?.hidden, state?.cell)
    }

    package func run(_ input: Tensor, _ hidden: Tensor?, _ cell: Tensor?) throws(TensorError) -> LSTMState {
        if (hidden == nil) != (cell == nil) { throw TensorError(.runtime, typeName, "expects two hidden states") }
        let results = try step(input, [hidden, cell], { "hx[\($0)]" }) { (x, states) throws(TensorError) in
            let state = try x.lstmCell(
                LSTMState(hidden: states[0], cell: states[1]), inputWeight: inputWeight, stateWeight: stateWeight,
                inputBias: inputBias, stateBias: stateBias)
            return [state.hidden, state.cell]
        }
        return LSTMState(hidden: results[0], cell: results[1])
    }

    package override var isPlain: Bool { false }
}

/// One step of gated recurrent units; see `Tensor.gru`.
public final class GRUCell: RecurrentCell {
    public init(inputSize: Int, hiddenSize: Int, bias: Bool = true, dtype: DType = .standard) throws(TensorError) {
        try super.init(.gru, inputSize, hiddenSize, bias, dtype)
    }

    convenience init(_ arguments: inout Arguments) throws(TensorError) {
        try self.init(
            inputSize: try arguments.required("input_size"), hiddenSize: try arguments.required("hidden_size"),
            bias: try arguments.value("bias", default: true), dtype: try arguments.dtype())
    }

    /// The state after a step that begins with zeros.
    public override func forward(_ input: Tensor) throws(TensorError) -> Tensor { try run(input, nil) }

    /// The state after a step.
    ///
    /// - Parameters:
    ///   - input: [batch, input size], or [input size].
    ///   - state: [batch, hidden size], or [hidden size].
    public func callAsFunction(_ input: Tensor, _ state: Tensor) throws(TensorError) -> Tensor {
        if let result = try overriddenStep(input, state) { result } else { try run(input, state) }
    }

    package func run(_ input: Tensor, _ state: Tensor?) throws(TensorError) -> Tensor {
        try step(input, [state], { _ in "hidden" }) { (x, states) throws(TensorError) in
            [
                try x.gruCell(
                    states[0], inputWeight: inputWeight, stateWeight: stateWeight, inputBias: inputBias, stateBias: stateBias)
            ]
        }[0]
    }
}
