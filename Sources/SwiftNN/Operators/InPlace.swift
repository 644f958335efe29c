/// The rules for writing to a tensor that may have a history, shared by all in-place operators.
extension Tensor {
    /// Whether two elements share one place in memory, as in an expanded tensor.
    var overlapsItself: Bool {
        for i in 0..<sizes.count where sizes[i] > 1 && strides[i] == 0 { return count > 0 }
        return false
    }

    /// - Parameter recorded: whether the operator becomes part of the tensor's history.
    /// - Throws: where the tensor must not be written to.
    func requireWritable(_ operation: StaticString, recorded: Bool) throws(TensorError) {
        try requireInitialized(operation)
        if !storage.isWritable {
            throw TensorError(.runtime, operation.description, "the tensor shares memory that is read-only; use clone()")
        }
        if overlapsItself {
            throw TensorError(.runtime, operation.description,
                "more than one element of the written-to tensor of shape \(sizes) refers to a single memory location; use clone()")
        }
        if storage.isInference && !GradMode.isInference {
            throw TensorError(.runtime, operation.description,
                "Inplace update to inference tensor outside InferenceMode is not allowed. You can make a clone to get a "
                    + "normal tensor before doing inplace update.")
        }
        try requireRecordable(operation, recorded: recorded)
    }

    /// - Throws: where the tensor's history must not be changed by an operator in place.
    @inline(__always)
    func requireRecordable(_ operation: StaticString, recorded: Bool) throws(TensorError) {
        guard GradMode.isEnabled else { return }
        if recorded && flags.contains(.view) { try requireWritableView(operation) }
        if flags.contains(.requiresGrad) && node == nil && !hasOutdatedHistory {
            throw TensorError(.runtime, operation.description,
                "a leaf Variable that requires grad is being used in an in-place operation.")
        }
    }

    /// `other` as an operand that may be read while this tensor is written: a copy if the two share memory in
    /// different places.
    func safeOperand(_ other: Tensor) throws(TensorError) -> Tensor {
        if other.storage.base != storage.base { return other }
        if other.offset == offset && other.sizes == sizes && other.strides == strides && other.dtype == dtype { return other }
        return try other.copied()
    }

    /// The value of an operand that is overwritten where `inPlace`: the formula then needs a copy, whose history is the
    /// operand's before the write.
    func savedBeforeWrite(_ inPlace: Bool) throws(TensorError) -> Saved { Saved(inPlace ? try cloned() : self) }
}

// MARK: - Operators without a kernel that works in place

extension Tensor {
    /// - Throws: where the tensor must not be written to; see `requireWritable`.
    package func checkInPlace(recorded: Bool) throws(TensorError) { try requireWritable("", recorded: recorded) }

    /// The tensor as an operand of an operator whose result will replace it: where the formula may keep the operand, a copy
    /// with the history from before.
    package func copyForFormula() throws(TensorError) -> Tensor { isRecorded ? try cloned() : self }

    /// Writes into this tensor a result that was computed, out of place, from the value that it has: what every operator
    /// in place without a kernel of its own comes down to. The result's history becomes the tensor's.
    ///
    /// - Throws: where the tensor must not be written to, and where the result does not fit into it.
    package func assignInPlace(_ result: Tensor, _ operation: StaticString = "") throws(TensorError) {
        let recorded = dtype.isFloatingPoint && (isRecorded || result.isRecorded)
        try requireWritable(operation, recorded: recorded)
        try requireResult(result.sizes, result.dtype, fits: self, operation)
        var history: Node?
        if recorded {
            let value = try result.to(dtype)
            // A result without history, of a function with no gradient, ends what led here.
            history = try value.currentNode()
            if history == nil {
                history = CopyBackward(try overwrittenEdge(), try value.gradientEdge(), Spec(self), Spec(value))
            }
        }
        Elementwise.convert(try safeOperand(result), into: self)
        didWrite()
        if let history { rebaseHistory(history) }
    }

    /// - Throws: where this tensor cannot hold a result that `out=` sends to it.
    package func checkOutput(_ result: Tensor, _ operation: String) throws(TensorError) {
        if result.dtype.category > dtype.category {
            throw TensorError(.runtime, operation, "result type \(result.dtype) can't be cast to the desired output type \(dtype)")
        }
        do throws(TensorError) {
            if sizes == result.sizes { try requireWritable("", recorded: false) } else { try requireInitialized("") }
        } catch {
            throw TensorError(error.code, operation, error.detail)
        }
    }

    /// Takes over a result that `checkOutput` let pass: in its own memory, or in new memory where the shapes differ.
    package func becomeOutput(_ result: Tensor) throws(TensorError) {
        if sizes == result.sizes {
            Elementwise.convert(try safeOperand(result), into: self)
            didWrite()
        } else {
            try setData(dtype == result.dtype ? result.copied() : result.withoutHistory().converted(to: dtype))
        }
    }
}

/// Checks that an operator's result may be written into `target`.
func requireResult(
    _ sizes: Dims, _ dtype: DType, fits target: Tensor, _ operation: StaticString
) throws(TensorError) {
    if sizes != target.sizes {
        throw TensorError(.runtime, operation.description,
            "the result of shape \(sizes) does not fit into the written-to tensor of shape \(target.sizes)")
    }
    if dtype.category > target.dtype.category {
        throw TensorError(.runtime, operation.description,
            "result type \(dtype) can't be cast to the written-to tensor's type \(target.dtype)")
    }
}
