/// Ways to fill a parameter, as in PyTorch's `torch.nn.init`. Each writes to the tensor without recording.
public enum Initializer: Sendable {
    case constant(Double)
    /// Uniform on [from, to).
    case uniform(from: Double, to: Double)
    case normal(mean: Double = 0, standardDeviation: Double)
    /// Glorot and Bengio (2010): uniform on ±gain √(6 / (in + out)).
    case xavierUniform(gain: Double = 1)
    /// Glorot and Bengio (2010): standard deviation gain √(2 / (in + out)).
    case xavierNormal(gain: Double = 1)
    /// He et al. (2015), for ReLU, by the number of inputs: uniform on ±√(6 / in).
    case kaimingUniform
    /// He et al. (2015), for ReLU, by the number of inputs: standard deviation √(2 / in).
    case kaimingNormal

    /// Fills the tensor.
    ///
    /// - Throws: for a tensor without shape; for fewer than two dimensions where the scheme counts inputs and outputs.
    public func fill(_ tensor: Tensor) throws(TensorError) {
        try tensor.requireInitialized("init")
        try withoutGradients { () throws(TensorError) in
            switch self {
            case .constant(let value): try tensor.fillInPlace(value)
            case .uniform(let low, let high): try tensor.uniformInPlace(from: low, to: high)
            case .normal(let mean, let deviation): try tensor.normalInPlace(mean: mean, standardDeviation: deviation)
            case .xavierUniform(let gain):
                let (inputs, outputs) = try Initializer.fans(tensor)
                let bound = 3.0.squareRoot() * (gain * (2 / (inputs + outputs)).squareRoot())
                try tensor.uniformInPlace(from: -bound, to: bound)
            case .xavierNormal(let gain):
                let (inputs, outputs) = try Initializer.fans(tensor)
                try tensor.normalInPlace(standardDeviation: gain * (2 / (inputs + outputs)).squareRoot())
            case .kaimingUniform:
                let bound = 3.0.squareRoot() * (2.0.squareRoot() / (try Initializer.fans(tensor).inputs).squareRoot())
                try tensor.uniformInPlace(from: -bound, to: bound)
            case .kaimingNormal:
                try tensor.normalInPlace(standardDeviation: 2.0.squareRoot() / (try Initializer.fans(tensor).inputs).squareRoot())
            }
        }
    }

    /// How many inputs and outputs each element of a weight [out, in, ...] connects.
    private static func fans(_ tensor: Tensor) throws(TensorError) -> (inputs: Double, outputs: Double) {
        if tensor.rank < 2 {
            throw TensorError(.value, "init", "fan in and fan out need at least 2 dimensions, got shape \(tensor.sizes)")
        }
        var field = 1
        for i in 2..<Swift.max(tensor.rank, 2) { field *= tensor.sizes[i] }
        return (Double(tensor.sizes[1] * field), Double(tensor.sizes[0] * field))
    }
}
