// Formulas of the user: from Swift by `DifferentiableFunction`, from another language by `CustomFormula` itself.

/// The node of a function whose gradient the user has written.
package final class CustomFormula: MultiOutputNode {
    /// Gets a gradient for each output, and gives one for each input, nil where there is none.
    package typealias Backward = ([Tensor?]) throws(TensorError) -> [Tensor?]

    private let label: String
    private let rule: Backward
    /// Of the inputs that are tensors.
    private let inputSpecs: [Spec?]
    private var outputSpecs: [Spec] = []
    // Unchecked here and in all formulas: what goes with a saved value may be anything, also something that looks at the graph.
    @exclusivity(unchecked) private var saved: [Saved?] = []
    /// The numbers of those saved values that are outputs.
    @exclusivity(unchecked) private var savedOutputs: [Int?] = []
    /// Whether an output that nothing used has a gradient of zeros, or none.
    package var materializesGradients = true
    /// What the rule was made from; see `Tensor.visitPayloads`.
    let payload: AnyObject?

    /// - Parameter inputs: in the order of the gradients; nil for what is no tensor.
    package init(
        _ name: String, inputs: [Tensor?], payload: AnyObject? = nil, backward: @escaping Backward
    ) throws(TensorError) {
        label = name
        self.payload = payload
        rule = backward
        inputSpecs = inputs.map { $0.map { Spec($0) } }
        var edges: [Edge] = []
        for input in inputs {
            if let input { edges.append(try input.gradientEdge()) } else { edges.append(.none) }
        }
        super.init(outputCount: 0)
        moreEdges = edges
    }

    override package var name: String { label }

    /// Whether the gradient of input `index` is asked for, in the pass that runs.
    package func needsGradient(_ index: Int) -> Bool { inputSpecs.indices.contains(index) && wants(3 + index) }

    /// How an output came to be.
    package enum Output: Int {
        /// Made by the function.
        case made
        /// An input that was written to.
        case written
        /// An input as it was given.
        case given
        /// Without gradient.
        case constant
    }

    /// Makes the results of the function part of the history.
    ///
    /// - Returns: the results to hand out; a tensor that must not be changed is replaced by another on its memory.
    package func attach(_ outputs: [(tensor: Tensor, kind: Output)]) throws(TensorError) -> [Tensor] {
        outputCount = outputs.count
        outputSpecs = outputs.map { Spec($0.tensor) }
        var results: [Tensor] = []
        for (number, (tensor, kind)) in outputs.enumerated() {
            var result = tensor
            if kind == .constant || !tensor.dtype.isFloatingPoint {
                // Rather than take away what it has.
                if tensor.holdsHistory { result = tensor.withoutHistory() }
            } else if kind == .written {
                if tensor.isLeaf && tensor.requiresGrad {
                    throw TensorError(.runtime, label,
                        "a leaf Variable that requires grad has been used in an in-place operation.")
                }
                if tensor.isView && outputs.count > 1 {
                    throw TensorError(.runtime, label,
                        "If your Function modifies inplace an input that is a view of another Tensor, your Function cannot "
                            + "return more than one Tensor. This is not supported by the current autograd engine. You should "
                            + "either make sure the input is not a view (using .clone() for example) or make your Function "
                            + "only return one Tensor (potentially splitting it into two Functions: one doing the inplace "
                            + "that returns a single Tensor and a second one that does the other operations).")
                }
                if tensor.isView { try tensor.requireWritableView("") }
                // Whatever way it was written to.
                tensor.didWrite()
                tensor.rebaseHistory(OutputNode(self, number))
            } else {
                if kind == .given {
                    result = try tensor.viewed(tensor.sizes, tensor.strides) { ViewBackward($0, tensor.sizes) }
                } else if tensor.holdsHistory || results.contains(where: { $0 === tensor }) {
                    result = tensor.withoutHistory()
                }
                releaseIteratively(&result.node)
                result.node = OutputNode(self, number)
                result.historyVersion = result.storage.version
                if result.isView { result.origin = outputs.count > 1 ? .severalOutputs : .customFunction }
            }
            results.append(result)
        }
        return results
    }

    /// Saves values for the backward pass, after `attach`.
    package func save(_ tensors: [Tensor?], outputs: [Tensor]) throws(TensorError) {
        for tensor in tensors {
            let number = outputs.firstIndex { $0 === tensor }
            savedOutputs.append(number)
            saved.append(tensor.map { number == nil ? Saved($0) : Saved(output: $0) })
        }
        try SavedTensorHooks.check()
    }

    package var savedCount: Int { saved.count }

    /// The saved values.
    ///
    /// - Throws: where they were dropped by an earlier pass, or overwritten since.
    package func savedTensors() throws(TensorError) -> [Tensor?] {
        var result: [Tensor?] = []
        for (value, number) in zip(saved, savedOutputs) {
            guard let value else {
                result.append(nil)
                continue
            }
            if let number {
                result.append(try value.output(for: self, number))
            } else {
                result.append(try value.value(for: self))
            }
        }
        return result
    }

    override func backward(_ gradients: [Tensor?], _ engine: inout Engine) throws(TensorError) {
        var given = gradients
        if materializesGradients {
            for i in given.indices where given[i] == nil {
                given[i] = try Tensor.filled(outputSpecs[i].sizes, outputSpecs[i].dtype, 0)
            }
        }
        let results = try rule(given)
        if results.count < inputSpecs.count || results.dropFirst(inputSpecs.count).contains(where: { $0 != nil }) {
            throw TensorError(.runtime, "",
                "function \(label) returned an incorrect number of gradients (expected \(inputSpecs.count), got \(results.count))")
        }
        for (index, spec) in inputSpecs.enumerated() {
            guard let result = results[index] else { continue }
            guard let spec else {
                throw TensorError(.runtime, "",
                    "function \(label) returned a gradient different than None at position \(index + 1), but the corresponding "
                        + "forward input was not a Variable")
            }
            let edge = moreEdges[index]
            if !edge.isNone { try engine.send(try fitted(result, to: spec, index), to: edge) }
        }
    }

    private func fitted(_ gradient: Tensor, to spec: Spec, _ index: Int) throws(TensorError) -> Tensor {
        try gradient.requireInitialized("backward")
        var result = gradient
        if result.sizes != spec.sizes {
            let broadcast = try? broadcastSizes(result.sizes, spec.sizes, "backward")
            if broadcast != result.sizes {
                throw TensorError(.runtime, "",
                    "Function \(label) returned an invalid gradient at index \(index) - got \(result.sizes) but expected shape "
                        + "compatible with \(spec.sizes)")
            }
            result = try result.summed(toSizes: spec.sizes)
        }
        if !result.dtype.isFloatingPoint {
            throw TensorError(.runtime, "",
                "Function \(label) returned an invalid gradient at index \(index) - expected dtype \(spec.dtype) but got \(result.dtype)")
        }
        return try result.to(spec.dtype)
    }

    override func releaseSaved() { for i in saved.indices { saved[i]?.release() } }
}

// MARK: - Functions written in Swift

/// A function that comes with its own gradient.
///
/// ```swift
/// struct Cube: DifferentiableFunction {
///     func forward(_ inputs: [Tensor], _ context: FunctionContext) throws(TensorError) -> [Tensor] {
///         context.save(inputs[0])
///         return [try inputs[0] * inputs[0] * inputs[0]]
///     }
///
///     func backward(_ gradients: [Tensor?], _ context: FunctionContext) throws(TensorError) -> [Tensor?] {
///         let x = try context.savedTensors()[0]
///         return [try gradients[0]! * (x * x * 3.0)]
///     }
/// }
///
/// let x = try Tensor([2.0]).setRequiresGrad(true)
/// try Cube()(x)[0].backward()
/// print(try x.grad!.item(as: Double.self))
/// ```
///
/// `forward` is not recorded. `backward` is where higher derivatives are asked for; so write it with operators.
public protocol DifferentiableFunction {
    /// What the graph calls the function.
    var name: String { get }
    /// The results.
    func forward(_ inputs: [Tensor], _ context: FunctionContext) throws(TensorError) -> [Tensor]
    /// The gradients of the inputs, nil for none, from those of the results.
    func backward(_ gradients: [Tensor?], _ context: FunctionContext) throws(TensorError) -> [Tensor?]
}

extension DifferentiableFunction {
    public var name: String { String(describing: Self.self) + "Backward" }

    /// Runs the function, and makes its results part of the history of the inputs.
    ///
    /// - Throws: what `forward` throws, and where a marked tensor is not among the results.
    public func callAsFunction(_ inputs: Tensor...) throws(TensorError) -> [Tensor] { try apply(inputs) }

    /// The same for a list of inputs.
    public func apply(_ inputs: [Tensor]) throws(TensorError) -> [Tensor] {
        for input in inputs { try input.requireInitialized("apply") }
        let context = FunctionContext(inputs.map { $0.requiresGrad })
        let isRecorded = GradMode.isEnabled && inputs.contains { $0.requiresGrad }
        let formula: CustomFormula? = isRecorded
            ? try CustomFormula(name, inputs: inputs) { (gradients) throws(TensorError) in
                try self.backward(gradients, context)
            } : nil
        let outputs = try withoutGradients { () throws(TensorError) in try forward(inputs, context) }
        for tensor in context.written where !outputs.contains(where: { $0 === tensor }) {
            throw TensorError(.runtime, name,
                "Some elements marked as dirty during the forward method were not returned as output. The inputs that are "
                    + "modified inplace must all be outputs of the Function.")
        }
        guard let formula else { return outputs }
        formula.materializesGradients = context.materializesGradients
        let results = try formula.attach(outputs.map { (tensor) in
            let isGiven = inputs.contains { $0 === tensor }
            if context.constants.contains(where: { $0 === tensor }) { return (tensor, .constant) }
            if context.written.contains(where: { $0 === tensor }) { return (tensor, .written) }
            return (tensor, isGiven ? .given : .made)
        })
        try formula.save(context.toSave, outputs: results)
        context.finish(formula)
        return results
    }
}

/// What a `DifferentiableFunction` hands from its forward pass to its backward pass.
public final class FunctionContext {
    /// Whether each input required a gradient when the function was called.
    public let neededGradients: [Bool]
    /// Whether a result that nothing used has a gradient of zeros in `backward`, or nil.
    public var materializesGradients = true
    fileprivate private(set) var toSave: [Tensor] = []
    fileprivate private(set) var written: [Tensor] = []
    fileprivate private(set) var constants: [Tensor] = []
    private weak var formula: CustomFormula?

    fileprivate init(_ needed: [Bool]) { neededGradients = needed }

    /// Saves inputs, results or other values for the backward pass, which will notice when they were overwritten.
    public func save(_ tensors: Tensor...) { toSave += tensors }

    /// Says that the function writes to inputs, which it also returns.
    public func markWritten(_ tensors: Tensor...) { written += tensors }

    /// Says that results have no gradient.
    public func markNonDifferentiable(_ tensors: Tensor...) { constants += tensors }

    /// The values that were saved.
    ///
    /// - Throws: where they were dropped by an earlier pass, or overwritten since.
    public func savedTensors() throws(TensorError) -> [Tensor] {
        guard let formula else {
            throw TensorError(.runtime, "savedTensors", "the graph that holds the saved values is gone, or not made yet")
        }
        return try formula.savedTensors().compactMap { $0 }
    }

    fileprivate func finish(_ formula: CustomFormula) {
        self.formula = formula
        (toSave, written, constants) = ([], [], [])
    }
}
