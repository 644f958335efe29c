/// Scales the gradients of parameters so that their norm, as if they were one vector, is at most `limit`.
///
/// ```swift
/// let net = try Linear(3, 2)
/// try net(Tensor.ones([4, 3])).sum().backward()
/// let before = try clipGradients(of: net.parameters(), toNorm: 0.5)
/// ```
///
/// - Parameter order: p of the p-norm.
/// - Returns: the norm as it was.
/// - Throws: for a limit that is no number.
@discardableResult
public func clipGradients(
    of parameters: [Tensor], toNorm limit: Double, order: Double = 2
) throws(TensorError) -> Double {
    if !(limit >= 0) { throw TensorError(.value, "clipGradients", "the limit must not be negative, got \(limit)") }
    let gradients = parameters.compactMap { $0.gradient }
    if gradients.isEmpty { return 0 }
    return try withoutGradients { () throws(TensorError) in
        var norms: [Tensor] = []
        for gradient in gradients { norms.append(try gradient.vectorNorm(order)) }
        // In the dtype of the gradients, as PyTorch's clip_grad_norm_ does it.
        let total = try Tensor.stacked(norms).vectorNorm(order)
        let scale = try (limit / (total + 1e-6)).clamped(toAtMost: Tensor(number: 1.0))
        for gradient in gradients { try gradient.multiplyInPlace(by: scale.to(gradient.dtype)) }
        return try total.to(.float64).item(as: Double.self)
    }
}
