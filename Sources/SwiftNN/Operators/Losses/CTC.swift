import CKernels

// Connectionist temporal classification (Graves et al. 2006).

/// Lengths of sequences.
public enum SequenceLengths: Sendable {
    case list([Int])
    /// Of integers.
    case tensor(Tensor)

    fileprivate func values(_ name: String, _ batch: Int, _ limit: Int) throws(TensorError) -> [Int] {
        var found: [Int]
        switch self {
        case .list(let list): found = list
        case .tensor(let tensor):
            if !tensor.dtype.isInteger { throw TensorError(.runtime, "ctc_loss", "\(name) must be integral, got \(tensor.dtype)") }
            found = try tensor.withoutHistory().to(.int64).reshaped([tensor.count]).array(of: Int.self)
        }
        if found.count != batch {
            throw TensorError(.runtime, "ctc_loss", "\(name) must be of size batch_size, \(batch), got \(found.count)")
        }
        for length in found where length < 0 || length > limit {
            throw TensorError(.runtime, "ctc_loss", "expected \(name) between 0 and \(limit), got \(length)")
        }
        return found
    }
}

extension Tensor {
    /// The negative log likelihood of sequences of labels, summed over all ways in which blanks and repetitions of labels
    /// make them as long as the input.
    ///
    /// The gradient is that with regard to logits of which the tensor is the log softmax, as in PyTorch.
    ///
    /// - Parameters:
    ///   - targets: labels, of shape [N, S] or one after the other in one dimension.
    ///   - inputLengths: how many of the T steps of each sequence count.
    ///   - targetLengths: how many labels each sequence has.
    ///   - blank: the class that stands for no label.
    ///   - reduction: the mean is that of the losses divided by their target lengths.
    ///   - zeroInfinity: whether losses of labels that do not fit into their input, and the gradients, are 0.
    /// - Returns: a loss for each sequence, or one; the tensor being log probabilities [T, N, C] or [T, C].
    public func ctcLoss(
        _ targets: Tensor, inputLengths: SequenceLengths, targetLengths: SequenceLengths, blank: Int = 0,
        reduction: LossReduction = .mean, zeroInfinity: Bool = false
    ) throws(TensorError) -> Tensor {
        let operation: StaticString = "ctc_loss"
        try requireFloatingInput(operation)
        try targets.requireInitialized(operation)
        if rank != 2 && rank != 3 {
            throw TensorError(.runtime, "ctc_loss", "expected log_probs [T, N, C] or [T, C], got shape \(sizes)")
        }
        if count == 0 { throw TensorError(.runtime, "ctc_loss", "log_probs tensor must not be empty, got shape \(sizes)") }
        // In float64, whatever the dtype: the sums go along the whole sequence.
        let logs = try (rank == 3 ? self : unsqueezed(1)).to(.float64).contiguous()
        let (steps, batch, classes) = (logs.sizes[0], logs.sizes[1], logs.sizes[2])
        if blank < 0 || blank >= classes { throw TensorError(.runtime, "ctc_loss", "blank must be in label range, 0 to \(classes - 1), got \(blank)") }
        let inputs = try inputLengths.values("input_lengths", batch, steps)
        let lengths = try targetLengths.values("target_lengths", batch, Int(Int32.max))
        let (labels, starts) = try targets.labels(lengths, batch, unbatched: rank == 2, classes)
        var places: [Int] = [], room = 0
        for i in 0..<batch {
            places.append(room)
            let states = inputs[i].multipliedReportingOverflow(by: 2 * lengths[i] + 1)
            let sum = room.addingReportingOverflow(states.partialValue)
            if states.overflow || sum.overflow { throw TensorError(.memory, "ctc_loss", "sequences of \(inputs[i]) steps and \(lengths[i]) labels do not fit into memory") }
            room = sum.partialValue
        }
        let alpha = try Tensor(uninitialized: [room] as Dims, .float64, operation: operation)
        let losses = try Tensor(uninitialized: [batch] as Dims, .float64, operation: operation)
        let (from, states, found) = (logs.data.elements() as UnsafeMutablePointer<Double>, alpha.data.elements() as UnsafeMutablePointer<Double>,
            losses.data.elements() as UnsafeMutablePointer<Double>)
        let numbers: UnsafeMutablePointer<Int64> = labels.data.elements()
        for i in 0..<batch {
            found[i] = ck_ctc(
                Int64(inputs[i]), Int64(classes), from + i * classes, Int64(batch * classes), numbers + starts[i], Int64(lengths[i]),
                Int64(blank), states + places[i])
        }
        let raw = losses
        let result = zeroInfinity ? try Tensor.select(losses .== Double.infinity, Tensor.filled(Dims(), .float64, 0), losses) : losses
        if logs.isRecorded {
            let plan = CTCPlan(inputs: inputs, lengths: lengths, starts: starts, places: places, blank: blank, zeroInfinity: zeroInfinity)
            let shown = result === raw ? try result.copied() : result
            shown.node = CtcLossBackward(try logs.gradientEdge(), logs, labels, alpha, raw, plan)
            return try shown.finished(lengths, reduction, unbatched: rank == 2).to(dtype)
        }
        return try result.finished(lengths, reduction, unbatched: rank == 2).to(dtype)
    }

    private func finished(_ lengths: [Int], _ reduction: LossReduction, unbatched: Bool) throws(TensorError) -> Tensor {
        switch reduction {
        case .none: return unbatched ? try reshaped(Dims()) : self
        case .sum: return try sum()
        case .mean: return try (self / Tensor(lengths.map { Double(Swift.max($0, 1)) })).mean()
        }
    }

    /// The labels as contiguous int64 of their own, and where those of each sequence begin.
    private func labels(
        _ lengths: [Int], _ batch: Int, unbatched: Bool, _ classes: Int
    ) throws(TensorError) -> (Tensor, [Int]) {
        var starts: [Int] = []
        if rank == 1 {
            var total = 0
            for length in lengths {
                starts.append(total)
                total &+= length
            }
            if count != total {
                throw TensorError(.runtime, "ctc_loss", "expected \(total) targets for the target lengths \(lengths), got \(count)")
            }
        } else if rank == 2 {
            if sizes[0] != batch { throw TensorError(.runtime, "ctc_loss", "expected targets of shape [\(batch), S], got \(sizes)") }
            for (i, length) in lengths.enumerated() {
                if length > sizes[1] {
                    throw TensorError(.runtime, "ctc_loss", "expected targets of at least \(length) columns, got shape \(sizes)")
                }
                starts.append(i * sizes[1])
            }
        } else {
            throw TensorError(.runtime, "ctc_loss", "expected targets of 1 or 2 dimensions, got shape \(sizes)")
        }
        if dtype == .bool { throw Elementwise.unsupported("ctc_loss", dtype) }
        let numbers = try withoutHistory().to(.int64).copied()
        let all: UnsafeMutablePointer<Int64> = numbers.data.elements()
        for (start, length) in zip(starts, lengths) {
            let wrong = ck_find_outside(Int64(length), all + start, 1, 0, Int64(classes))
            if wrong >= 0 {
                throw TensorError(.runtime, "ctc_loss", "target \(all[start + Int(wrong)]) is not a label: expected 0 to \(classes - 1)")
            }
        }
        return (numbers, starts)
    }
}

/// What the sequences of a batch are like.
struct CTCPlan {
    let inputs: [Int], lengths: [Int]
    /// Where the labels of each begin, and its forward variables.
    let starts: [Int], places: [Int]
    let blank: Int, zeroInfinity: Bool
}

// MARK: - Gradients

/// Of each sequence's loss: exp x - the probability that a class is passed at a step.
final class CtcLossBackward: Node {
    private var logs: Saved, labels: Tensor?, alpha: Tensor?, losses: Tensor?
    private let plan: CTCPlan

    init(_ edge: Edge, _ logs: Tensor, _ labels: Tensor, _ alpha: Tensor, _ losses: Tensor, _ plan: CTCPlan) {
        self.logs = Saved(logs)
        self.labels = labels
        self.alpha = alpha
        self.losses = losses
        self.plan = plan
        super.init(edge)
    }

    override func backward(_ g: consuming Tensor, _ engine: inout Engine) throws(TensorError) {
        let logs = try self.logs.value(for: self)
        guard let labels, let alpha, let losses else { throw TensorError(.runtime, name, "the saved values have been freed") }
        if GradMode.isEnabled {
            try engine.send(try plan.gradient(of: logs, labels, losses, g), to: edges.0)
            return
        }
        let gradient = try g.contiguous()
        let result = try Tensor.filled(logs.sizes, .float64, 0)
        let (batch, classes) = (logs.sizes[1], logs.sizes[2])
        let beta = try Tensor(uninitialized: [2 * (2 * (plan.lengths.max() ?? 0) + 1)] as Dims, .float64, operation: "ctc_loss")
        let (x, out) = (logs.data.elements() as UnsafeMutablePointer<Double>, result.data.elements() as UnsafeMutablePointer<Double>)
        let (states, found) = (alpha.data.elements() as UnsafeMutablePointer<Double>, losses.data.elements() as UnsafeMutablePointer<Double>)
        let (weights, numbers) = (gradient.data.elements() as UnsafeMutablePointer<Double>, labels.data.elements() as UnsafeMutablePointer<Int64>)
        for i in 0..<batch where !(plan.zeroInfinity && found[i] == .infinity) {
            ck_ctc_grad(
                Int64(plan.inputs[i]), Int64(classes), x + i * classes, Int64(batch * classes), numbers + plan.starts[i],
                Int64(plan.lengths[i]), Int64(plan.blank), states + plan.places[i], found[i], weights[i], beta.data.elements(),
                out + i * classes)
        }
        try engine.send(result, to: edges.0)
    }

    override func releaseSaved() {
        logs.release()
        (labels, alpha, losses) = (nil, nil, nil)
    }
}

extension CTCPlan {
    /// The gradient in differentiable operators: that of the sums over the steps, and exp x.
    fileprivate func gradient(of logs: Tensor, _ labels: Tensor, _ losses: Tensor, _ g: Tensor) throws(TensorError) -> Tensor {
        let found = losses.data.assumingMemoryBound(to: Double.self)
        var parts: [Tensor] = [], likelihoods: [Tensor] = [], seeds: [Tensor?] = []
        for i in inputs.indices {
            let sequence = try logs.selected(1, i), g = try g.selected(0, i)
            // What counts of a sequence is a part of its steps; where nothing fits there is no probability.
            let factor = try Tensor.filled(sequence.sizes, .float64, 0)
            let steps = Swift.max(inputs[i], 0)
            if found[i] != .infinity {
                try factor.sliced(0, to: steps).fillInPlace(1.0)
                if steps > 0 {
                    likelihoods.append(try likelihood(of: sequence, i, labels))
                    seeds.append(g)
                }
            } else if !zeroInfinity {
                try factor.sliced(0, to: steps).fillInPlace(Double.nan)
            }
            parts.append(try sequence.exponential() * factor * g)
        }
        let passed = try Tensor.stacked(parts, dim: 1)
        if likelihoods.isEmpty || !logs.isRecorded { return passed }
        let shares = try gradients(of: likelihoods, withRespectTo: [logs], outputGradients: seeds, createGraph: true)
        guard let share = shares[0] else { return passed }
        return try passed - share
    }

    /// The logarithm of the probability of sequence `i`.
    private func likelihood(of sequence: Tensor, _ i: Int, _ labels: Tensor) throws(TensorError) -> Tensor {
        let numbers = labels.data.assumingMemoryBound(to: Int64.self) + starts[i]
        let states = 2 * lengths[i] + 1
        let symbols = (0..<states).map { $0 & 1 == 1 ? Int(numbers[$0 / 2]) : blank }
        let emissions = try sequence.indexSelected(1, Tensor(symbols))
        // In place of minus infinity, of which differences have no gradient.
        let nothing = -1e30
        func barrier(_ isOpen: (Int) -> Bool) throws(TensorError) -> Tensor { try Tensor((0..<states).map { isOpen($0) ? 0 : nothing }) }
        let skips = try barrier { $0 & 1 == 1 && $0 > 1 && symbols[$0] != symbols[$0 - 2] }
        let edge = try Tensor([Double](repeating: nothing, count: 2))
        var alpha = try emissions.selected(0, 0) + barrier { $0 < 2 }
        for t in 1..<Swift.max(inputs[i], 1) {
            let padded = try Tensor.concatenated([edge, alpha])
            let moves = try [alpha, padded.narrowed(0, from: 1, length: states), padded.narrowed(0, from: 0, length: states) + skips]
            alpha = try Tensor.stacked(moves).logSumExp([0]) + emissions.selected(0, t)
        }
        return try alpha.sliced(0, from: Swift.max(states - 2, 0)).logSumExp([0])
    }
}
