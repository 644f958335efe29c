// From tensors to Swift values.

extension Tensor {
    private func requireOne(_ operation: String) throws(TensorError) {
        try requireInitialized("item")
        if count != 1 {
            throw TensorError(.runtime, operation, "a tensor with \(count) elements cannot be converted to a number: shape \(sizes)")
        }
    }

    /// The one element, converted: to a floating type rounded, to an integer type exactly.
    ///
    /// - Throws: for more elements or none, and where the type cannot hold the element.
    public func item<Element: TensorElement>(as type: Element.Type = Element.self) throws(TensorError) -> Element {
        try requireOne("item")
        if Element.dtype.category < dtype.category {
            throw TensorError(.type, "item", "an element of \(dtype) is not a \(Element.self)")
        }
        let value = try converted(to: Element.dtype)
        if Element.dtype.isInteger {
            let (given, held) = (try itemAsInt(), try value.itemAsInt())
            if given != held { throw TensorError(.value, "item", "\(given) does not fit into \(Element.self)") }
        }
        return value.data.load(as: Element.self)
    }

    package func itemAsDouble() throws(TensorError) -> Double {
        try requireOne("item")
        switch firstElement {
        case .real(let value): return value
        case .integer(let value): return Double(value)
        case .boolean(let value): return value ? 1 : 0
        }
    }

    package func itemAsInt() throws(TensorError) -> Int {
        try requireOne("item")
        switch firstElement {
        case .real(let value):
            guard let whole = Int(exactly: value.rounded(.towardZero)) else {
                throw TensorError(.value, "item", "\(value) is not an integer")
            }
            return whole
        case .integer(let value): return Int(value)
        case .boolean(let value): return value ? 1 : 0
        }
    }

    func itemAsBool() throws(TensorError) -> Bool { try itemAsDouble() != 0 }

    /// The elements in row-major order.
    ///
    /// - Throws: where the elements are not of the type.
    public func array<Element: TensorElement>(of type: Element.Type = Element.self) throws(TensorError) -> [Element] {
        try requireInitialized("array")
        if Element.dtype != dtype {
            throw TensorError(.type, "array", "the elements are \(dtype), not \(Element.dtype); use to(_:)")
        }
        let source = isContiguous ? self : try copied()
        return [Element](unsafeUninitializedCapacity: count) { buffer, filled in
            if let target = buffer.baseAddress, count > 0 {
                UnsafeMutableRawPointer(target).copyMemory(from: source.data, byteCount: count * dtype.size)
            }
            filled = count
        }
    }

    /// Writes the elements in row-major order to `destination`, which has room for all of them.
    package func read(into destination: UnsafeMutableRawPointer) throws(TensorError) {
        try requireInitialized("read")
        let source = isContiguous ? self : try copied()
        if count > 0 { destination.copyMemory(from: source.data, byteCount: count * dtype.size) }
    }
}
