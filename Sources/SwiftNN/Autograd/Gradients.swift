// Derivatives of functions of Swift.

/// The value of a function and its gradients with regard to its arguments.
///
/// ```swift
/// let x = try Tensor([1.0, 2.0]), y = try Tensor([3.0, 4.0])
/// let (value, slopes) = try valueAndGrad(at: [x, y]) { (list) throws(TensorError) in
///     try (list[0] * list[1]).sum()
/// }
/// print(value, slopes[0])
/// ```
///
/// - Parameters:
///   - arguments: floating point; they and their gradients are left as they are.
///   - function: gets tensors with the values of the arguments, and gives a tensor of one element.
/// - Returns: the value, without history, and a gradient for each argument; zeros for one that the function did not use.
/// - Throws: what the function throws, and where its result has not one element.
public func valueAndGrad(
    at arguments: [Tensor], of function: ([Tensor]) throws(TensorError) -> Tensor
) throws(TensorError) -> (value: Tensor, gradients: [Tensor]) {
    var leaves: [Tensor] = []
    for argument in arguments { leaves.append(try argument.detached().setRequiresGrad(true)) }
    let value = try withGradients { () throws(TensorError) in try function(leaves) }
    if value.count != 1 {
        throw TensorError(.runtime, "valueAndGrad", "the function gave a tensor of shape \(value.shape), expected one element")
    }
    var found: [Tensor?] = Array(repeating: nil, count: leaves.count)
    if value.requiresGrad { found = try gradients(of: [value], withRespectTo: leaves) }
    var result: [Tensor] = []
    for (gradient, leaf) in zip(found, leaves) {
        if let gradient { result.append(gradient) } else { result.append(try Tensor.filled(leaf.sizes, leaf.dtype, 0)) }
    }
    return (try value.detached(), result)
}

/// The value of a function of one argument, and its gradient.
///
/// - Throws: see `valueAndGrad(at:of:)`.
public func valueAndGrad(
    at argument: Tensor, of function: (Tensor) throws(TensorError) -> Tensor
) throws(TensorError) -> (value: Tensor, gradient: Tensor) {
    let (value, gradients) = try valueAndGrad(at: [argument]) { (list) throws(TensorError) in try function(list[0]) }
    return (value, gradients[0])
}

/// The gradient function of a function: what gives, for an argument, the gradient of `function` there.
///
/// ```swift
/// let slope = gradient(of: { (x) throws(TensorError) in try (x * x * x).sum() })
/// print(try slope(Tensor([2.0])).item(as: Double.self))
/// ```
public func gradient(
    of function: @escaping (Tensor) throws(TensorError) -> Tensor
) -> (Tensor) throws(TensorError) -> Tensor {
    { (argument) throws(TensorError) in try valueAndGrad(at: argument, of: function).gradient }
}

/// The gradients of a function of a block's parameters, and of others.
///
/// - Parameters:
///   - parameters: leaves that require gradients, as `Module.parameters()` gives them. Their `grad` is left alone.
///   - function: gives the loss; it uses the parameters where they are.
/// - Returns: the value, without history, and a gradient for each parameter; nil for one that was not used.
/// - Throws: what the function throws, where its result has not one element, and where a parameter requires no gradient.
public func valueAndGrad(
    withRespectTo parameters: [Tensor], of function: () throws(TensorError) -> Tensor
) throws(TensorError) -> (value: Tensor, gradients: [Tensor?]) {
    let value = try withGradients(function)
    return (try value.detached(), try gradients(of: [value], withRespectTo: parameters))
}
