// Elements dropped at random (Srivastava et al. 2014).

extension Tensor {
    /// Elements set to zero with probability `p`, the others divided by 1 - p; outside of training the tensor itself.
    public func dropout(_ p: Double = 0.5, training: Bool = true, generator: Generator = .shared) throws(TensorError) -> Tensor {
        try requireInitialized("dropout")
        if !(p >= 0 && p <= 1) {
            throw TensorError(.value, "dropout", "dropout probability has to be between 0 and 1, but got \(p)")
        }
        if !training || p == 0 || count == 0 { return self }
        if !dtype.isFloatingPoint { throw Elementwise.unsupported("dropout", dtype) }
        return try self * dropoutMask(p, generator)
    }

    /// Sets elements to zero with probability `p`, and divides the others by 1 - p, in memory.
    public func dropoutInPlace(_ p: Double = 0.5, generator: Generator = .shared) throws(TensorError) {
        if !(p >= 0 && p <= 1) {
            throw TensorError(.value, "dropout", "dropout probability has to be between 0 and 1, but got \(p)")
        }
        if p == 0 || count == 0 { return }
        if !dtype.isFloatingPoint { throw Elementwise.unsupported("dropout", dtype) }
        try multiplyInPlace(by: dropoutMask(p, generator))
    }

    private func dropoutMask(_ p: Double, _ generator: Generator) throws(TensorError) -> Tensor {
        let mask = try Tensor.filled(sizes, dtype, 0)
        if p < 1 {
            try mask.bernoulliInPlace(probability: 1 - p, generator: generator)
            try mask.divideInPlace(by: Tensor(number: 1 - p))
        }
        return mask
    }
}
