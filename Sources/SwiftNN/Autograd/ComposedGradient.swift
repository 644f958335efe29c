// Gradients of operators with kernels of their own, where the backward pass is recorded.

extension Node {
    /// The gradients of a formula's inputs by the same function made of differentiable operators.
    ///
    /// - Parameters:
    ///   - values: the inputs; nil for one that is not there.
    ///   - wanted: of which a gradient is wanted.
    ///   - gradients: of the results; nil for one that nothing used.
    ///   - compose: computes the results.
    func composedGradients(
        _ values: [Tensor?], _ wanted: [Bool], _ gradients: [Tensor?],
        _ compose: ([Tensor?]) throws(TensorError) -> [Tensor]
    ) throws(TensorError) -> [Tensor?] {
        // An input may stand in several places, each of which has a gradient of its own: views tell them apart.
        var inputs: [Tensor?] = [], sought: [Tensor] = []
        for (value, isWanted) in zip(values, wanted) {
            guard let value, isWanted else {
                inputs.append(value)
                continue
            }
            // Where the user has stopped the recording of an input since then, its gradient has no history.
            let view = value.requiresGrad ? try value.expanded(value.sizes) : try value.detached().setRequiresGrad(true)
            inputs.append(view)
            sought.append(view)
        }
        let results = try compose(inputs)
        var roots: [Tensor] = [], seeds: [Tensor?] = []
        for (result, gradient) in zip(results, gradients) where gradient != nil && result.requiresGrad {
            roots.append(result)
            seeds.append(gradient)
        }
        if roots.isEmpty { return wanted.map { _ in nil } }
        var found = try SwiftNN.gradients(
            of: roots, withRespectTo: sought, outputGradients: seeds, createGraph: true).makeIterator()
        return wanted.map { $0 ? found.next()! : nil }
    }
}
