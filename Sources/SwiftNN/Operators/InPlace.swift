/// The rules for writing to a tensor that may have a history, shared by all in-place operators.
extension Tensor {
    /// Whether two elements share one place in memory, as in an expanded tensor.
    var overlapsItself: Bool {
        for i in 0..<sizes.count where sizes[i] > 1 && strides[i] == 0 { return true }
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
        guard GradMode.isEnabled else { return }
        if node == nil && flags.contains(.requiresGrad) {
            throw TensorError(.runtime, operation.description,
                "a leaf that requires a gradient is being used in an in-place operation; use no_grad()")
        }
        if recorded && flags.contains(.view) {
            throw TensorError(.unsupported, operation.description,
                "in-place operations on a view are not offered under autograd; use clone(), or no_grad()")
        }
    }

    /// Makes a recorded in-place operator the tensor's newest history, after its memory was written.
    @inline(__always)
    func rebaseHistory(_ node: Node) {
        storage.historyVersion &+= 1
        historyVersion = storage.historyVersion
        releaseIteratively(&self.node)
        self.node = node
    }

    /// `other` as an operand that may be read while this tensor is written: a copy if the two share memory in
    /// different places.
    func safeOperand(_ other: Tensor) throws(TensorError) -> Tensor {
        if other.storage !== storage { return other }
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

    /// Writes the result of an operator on this tensor into its memory, and takes over the result's history.
    package func assignInPlace(_ result: Tensor) throws(TensorError) {
        try checkInPlace(recorded: result.requiresGrad)
        try requireResult(result.sizes, result.dtype, fits: self, "")
        let value = try result.to(dtype)
        Elementwise.convert(try safeOperand(value), into: self)
        didWrite()
        if let node = value.node { rebaseHistory(node) }
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
