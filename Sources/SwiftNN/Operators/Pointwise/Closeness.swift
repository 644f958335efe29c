// Whether tensors are equal, or nearly so.

extension Tensor {
    /// |self - other| <= atol + rtol |other|, elementwise, as bool. Equal infinities are close.
    public func isClose(
        to other: Tensor, rtol: Double = 1e-5, atol: Double = 1e-8, equalNaN: Bool = false
    ) throws(TensorError) -> Tensor {
        if dtype != other.dtype {
            throw TensorError(.runtime, "isclose", "dtypes differ: \(dtype) and \(other.dtype)")
        }
        if !(rtol >= 0 && atol >= 0) {
            throw TensorError(.runtime, "isclose", "expected rtol and atol of at least 0, got \(rtol) and \(atol)")
        }
        _ = try broadcastSizes(sizes, other.sizes, "isclose")
        return try withoutGradients { () throws(TensorError) in
            var close = try self .== other
            if dtype.isFloatingPoint || dtype.isInteger {
                let (a, b) = dtype.isFloatingPoint ? (self, other) : (try self.to(.float64), try other.to(.float64))
                let allowed = try b.absoluteValue() * rtol + atol
                let difference = try (a - b).absoluteValue()
                let near = try (difference .<= allowed).multiplied(by: difference.isFinite())
                close = try close.maximum(near)
            }
            if equalNaN && dtype.isFloatingPoint {
                close = try close.maximum(try isNaN().multiplied(by: other.isNaN()))
            }
            return close
        }
    }

    /// Whether shapes and all elements are equal.
    public func equals(_ other: Tensor) throws(TensorError) -> Bool {
        try requireInitialized("equal")
        try other.requireInitialized("equal")
        if sizes != other.sizes { return false }
        return try (self .== other).all().itemAsBool()
    }
}
