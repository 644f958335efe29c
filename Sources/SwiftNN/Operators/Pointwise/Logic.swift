import CKernels

// Logic, bits and tests of single elements: nothing here has a gradient.

extension Tensor {
    // MARK: Logic, where an element counts as true unless it is zero

    /// Where both are true, as bool.
    public func logicalAnd(_ other: Tensor) throws(TensorError) -> Tensor { try logical(.CK_LOGICAL_AND, other, "logical_and") }
    /// Where either is true, as bool.
    public func logicalOr(_ other: Tensor) throws(TensorError) -> Tensor { try logical(.CK_LOGICAL_OR, other, "logical_or") }
    /// Where one is true and the other is not, as bool.
    public func logicalXor(_ other: Tensor) throws(TensorError) -> Tensor { try logical(.CK_LOGICAL_XOR, other, "logical_xor") }

    private func logical(_ op: ck_binary, _ other: Tensor, _ operation: StaticString) throws(TensorError) -> Tensor {
        try pairwise(op, other, operation, promotedType(self, other), resultType: .bool, nil)
    }

    // MARK: Bits, of integers and bool

    /// The bits that both have. Operator: `&`.
    public func bitwiseAnd(_ other: Tensor) throws(TensorError) -> Tensor { try bits(.CK_AND, other, "bitwise_and") }
    /// The bits that either has. Operator: `|`.
    public func bitwiseOr(_ other: Tensor) throws(TensorError) -> Tensor { try bits(.CK_OR, other, "bitwise_or") }
    /// The bits that one has and the other has not. Operator: `^`.
    public func bitwiseXor(_ other: Tensor) throws(TensorError) -> Tensor { try bits(.CK_XOR, other, "bitwise_xor") }
    /// self 2^count, without the bits that leave the integer on the left; 0 for a negative count. Operator: `<<`.
    public func shiftedLeft(by count: Tensor) throws(TensorError) -> Tensor {
        try bits(.CK_SHIFT_LEFT, count, "bitwise_left_shift")
    }
    /// self / 2^count, rounded down; 0 or -1 for a negative count. Operator: `>>`.
    public func shiftedRight(by count: Tensor) throws(TensorError) -> Tensor {
        try bits(.CK_SHIFT_RIGHT, count, "bitwise_right_shift")
    }

    private func bits(_ op: ck_binary, _ other: Tensor, _ operation: StaticString) throws(TensorError) -> Tensor {
        try pairwise(op, other, operation, promotedType(self, other), nil)
    }

    /// All bits the other way round; of bool, the logical not. Operator: `~`.
    public func bitwiseNot() throws(TensorError) -> Tensor {
        try requireInitialized("bitwise_not")
        let result = try Tensor(uninitialized: sizes, dtype, operation: "bitwise_not")
        if dtype.isFloatingPoint { throw Elementwise.unsupported("bitwise_not", dtype) }
        try Elementwise.unary(.CK_BITWISE_NOT, self, into: result, "bitwise_not")
        return result
    }

    // MARK: Tests

    /// Where elements are infinite, as bool.
    public func isInfinite() throws(TensorError) -> Tensor { try predicate(self, .CK_ISINF, "isinf") }
    /// Where elements are infinity, as bool.
    public func isPositiveInfinity() throws(TensorError) -> Tensor { try predicate(self, .CK_ISPOSINF, "isposinf") }
    /// Where elements are minus infinity, as bool.
    public func isNegativeInfinity() throws(TensorError) -> Tensor { try predicate(self, .CK_ISNEGINF, "isneginf") }
    /// Where the sign is a minus, that of -0 included, as bool.
    public func hasMinusSign() throws(TensorError) -> Tensor { try predicate(self, .CK_SIGNBIT, "signbit") }
    /// True everywhere: there are no complex dtypes.
    public func isReal() throws(TensorError) -> Tensor {
        try requireInitialized("isreal")
        return try Tensor.filled(sizes, .bool, 1)
    }

    /// The tensor itself. Not for bool.
    public func positive() throws(TensorError) -> Tensor {
        try requireInitialized("positive")
        if dtype == .bool { throw Elementwise.unsupported("positive", .bool) }
        return self
    }
}
