import CKernels

/// An n-dimensional array of numbers, with the history that reverse-mode differentiation needs.
///
/// Tensors are references: views share memory, and an in-place operator is seen by all of them. Reading a tensor from
/// several threads at once is safe; a thread that writes to it (in place, or `backward` to its gradient) must be alone.
/// That contract, not the compiler, is what makes the type `Sendable`, so that one model can serve many tasks.
public final class Tensor: @unchecked Sendable {
    // Each access to these properties is one load or store, so accesses cannot overlap; the check that they do not
    // would cost as much as an operator on a small tensor.
    @exclusivity(unchecked) var storage: Storage
    /// The first element. Inside the storage, and kept here since every kernel starts from it.
    @exclusivity(unchecked) package internal(set) var data: UnsafeMutableRawPointer
    @exclusivity(unchecked) var sizes: Dims
    /// In elements.
    @exclusivity(unchecked) var strides: Dims
    /// The number of elements.
    @exclusivity(unchecked) public internal(set) var count: Int
    @exclusivity(unchecked) public internal(set) var dtype: DType
    @exclusivity(unchecked) var flags: Flags
    /// Changes when `data` or a deferred shape gives the tensor other memory.
    @exclusivity(unchecked) var generation: UInt32 = 0
    /// Of a view: the storage's version when its history was written. See `refreshHistory`.
    @exclusivity(unchecked) var historyVersion: UInt32
    @exclusivity(unchecked) var origin = ViewOrigin.ordinary
    /// The gradient formula that made the tensor; nil for a leaf.
    @exclusivity(unchecked) var node: Node?
    /// The sum of the gradients that `backward` has brought here.
    @exclusivity(unchecked) var gradient: Tensor?
    /// Of a view (`Flags.view`): the tensor that it shows a part of and that holds the history of the memory, itself no
    /// view; nil for others.
    @exclusivity(unchecked) var base: Tensor?
    /// What goes with the tensor: the hooks of a leaf, or the packed value that it carries for a formula.
    @exclusivity(unchecked) var attachment: AnyObject?
    /// The binding's own object for this tensor; not owned.
    @exclusivity(unchecked) package var foreign: UnsafeMutableRawPointer?

    struct Flags: OptionSet {
        let rawValue: UInt8
        /// A leaf that collects gradients.
        static let requiresGrad = Flags(rawValue: 1)
        static let parameter = Flags(rawValue: 2)
        /// Stands for a number in an expression: takes part in type promotion as the weakest.
        static let wrappedNumber = Flags(rawValue: 4)
        static let contiguous = Flags(rawValue: 8)
        /// Shows a part of `base`, and shares its history.
        static let view = Flags(rawValue: 16)
        /// A parameter whose shape waits for the first input. `sizes` holds what is known, -1 elsewhere.
        static let uninitialized = Flags(rawValue: 32)
    }

    init(storage: Storage, offset: Int, sizes: Dims, strides: Dims, count: Int, dtype: DType, flags: Flags) {
        self.storage = storage
        data = storage.base + offset &* dtype.size
        self.sizes = sizes
        self.strides = strides
        self.count = count
        self.dtype = dtype
        self.flags = flags
        historyVersion = storage.version
    }

    /// Row-major memory whose elements are not set.
    convenience init(uninitialized sizes: Dims, _ dtype: DType, operation: StaticString) throws(TensorError) {
        // Checked here, once for every operator: broadcasting can ask for more elements than there are addresses.
        var count = 1
        var overflow = false
        for i in 0..<sizes.count {
            let product = count.multipliedReportingOverflow(by: sizes[i])
            count = product.partialValue
            overflow = overflow || product.overflow
        }
        if overflow || count > 1 << 44 {
            throw TensorError(.memory, operation.description, "a result of shape \(sizes) does not fit into memory")
        }
        self.init(
            storage: try Storage(byteCount: count &* dtype.size, operation: operation), offset: 0, sizes: sizes,
            strides: sizes.rowMajorStrides, count: count, dtype: dtype, flags: .contiguous)
    }

    /// Another look at the same memory, without history.
    init(alias source: Tensor, offset: Int, sizes: Dims, strides: Dims) {
        storage = source.storage
        data = source.storage.base + offset &* source.dtype.size
        self.sizes = sizes
        self.strides = strides
        count = sizes.product
        dtype = source.dtype
        flags = isRowMajor(sizes, strides) ? .contiguous : []
        historyVersion = source.storage.version
    }

    /// A view of this tensor's memory from `shift` elements behind its first on.
    init(viewing source: Tensor, shift: Int, sizes: Dims, strides: Dims) {
        storage = source.storage
        data = source.data + shift &* source.dtype.size
        self.sizes = sizes
        self.strides = strides
        count = sizes.product
        dtype = source.dtype
        flags = isRowMajor(sizes, strides) ? [.contiguous, .view] : .view
        historyVersion = source.storage.version
        if source.flags.contains(.view) {
            base = source.base
            origin = source.origin
        } else {
            base = source
        }
    }

    deinit {
        if node != nil { releaseIteratively(&node) }
    }

    // MARK: Description

    /// The size of each dimension.
    public var shape: [Int] { sizes.array }
    /// The number of dimensions.
    public var rank: Int { sizes.count }
    /// How many elements lie between neighbours along each dimension.
    public var stridesInElements: [Int] { strides.array }
    /// Whether the elements lie in row-major order without gaps.
    public var isContiguous: Bool { flags.contains(.contiguous) }
    /// Whether the tensor stands for a number in an expression.
    package var isNumber: Bool { flags.contains(.wrappedNumber) }
    package var isInitialized: Bool { !flags.contains(.uninitialized) }
    package var isWritable: Bool { storage.isWritable }
    /// The position of the first element in the storage, in elements.
    package var offset: Int { (data - storage.base) / dtype.size }
    /// How many times the memory has been written to.
    package var version: Int { Int(storage.version) }

    /// For an operator that is about to read or view the memory.
    ///
    /// - Throws: where the tensor is a parameter whose shape is not known yet.
    @inline(__always)
    func requireInitialized(_ operation: StaticString) throws(TensorError) {
        if flags.contains(.uninitialized) {
            throw TensorError(.runtime, operation.description,
                "a parameter is not initialised yet: its shape is known after the block's first call")
        }
    }

    // MARK: Differentiation

    /// Whether operators on this tensor are recorded for the backward pass.
    @inline(__always)
    public var requiresGrad: Bool {
        node != nil || flags.contains(.requiresGrad) || (flags.contains(.view) && base!.holdsHistory)
    }
    /// Whether no recorded operator made the tensor.
    public var isLeaf: Bool { node == nil && !(hasOutdatedHistory && base!.holdsHistory) }
    /// The gradient that `backward` has summed up here, or nil.
    public var grad: Tensor? { gradient }
    /// The name of the formula that gives the tensor's gradient, such as "AddBackward0"; nil for a leaf.
    public var gradientFunctionName: String? { (try? currentNode())?.name }

    /// Starts or stops recording operators on a leaf.
    ///
    /// - Throws: for a tensor that a recorded operator made, and for integers.
    @discardableResult
    public func setRequiresGrad(_ value: Bool) throws(TensorError) -> Tensor {
        if !isLeaf {
            if value { return self }
            throw TensorError(.runtime, "requires_grad_",
                "you can only change requires_grad flags of leaf variables. If you want to use a computed variable in a "
                    + "subgraph that doesn't require differentiation use var_no_grad = var.detach().")
        }
        if value && storage.isInference && !GradMode.isInference {
            throw TensorError(.runtime, "requires_grad_",
                "Setting requires_grad=True on inference tensor outside InferenceMode is not allowed.")
        }
        if value && !dtype.isFloatingPoint {
            throw TensorError(.runtime, "requires_grad_", "only floating point tensors can require gradients, not \(dtype)")
        }
        if value { flags.insert(.requiresGrad) } else { flags.remove(.requiresGrad) }
        return self
    }

    /// Replaces the gradient.
    ///
    /// - Throws: where the shape or dtype is not the tensor's.
    public func setGrad(_ value: Tensor?) throws(TensorError) {
        if let value {
            if value.sizes != sizes {
                throw TensorError(.runtime, "grad", "a gradient of shape \(value.sizes) for a tensor of shape \(sizes)")
            }
            if value.dtype != dtype {
                throw TensorError(.runtime, "grad", "a gradient of \(value.dtype) for a tensor of \(dtype)")
            }
            if value === self {
                throw TensorError(.runtime, "grad", "a tensor cannot be its own gradient")
            }
        }
        gradient = value
    }

    /// Marks the tensor as a parameter of a block: a leaf that requires a gradient unless told otherwise.
    package func setParameter(_ value: Bool) throws(TensorError) {
        if value && !isLeaf {
            throw TensorError(.runtime, "Parameter", "a parameter must be a leaf; use detach()")
        }
        if value { flags.insert(.parameter) } else { flags.remove(.parameter) }
    }

    package var isParameter: Bool { flags.contains(.parameter) }

    /// Makes the tensor refer to the memory, shape and dtype of another, as `x.data = y` does.
    ///
    /// - Throws: where the tensor has a history or `source` has no shape yet, and where a tensor that requires
    ///   gradients would become integer.
    public func setData(_ source: Tensor) throws(TensorError) {
        try source.requireInitialized("set_data")
        if requiresGrad && !source.dtype.isFloatingPoint {
            throw TensorError(.runtime, "set_data", "a tensor that requires gradients cannot become \(source.dtype)")
        }
        if !isInitialized && source.sizes == [0] {
            // A parameter that waits for its shape holds nothing, and goes on waiting as one of another dtype.
            dtype = source.dtype
            return
        }
        if let gradient, gradient.sizes != source.sizes || gradient.dtype != source.dtype { self.gradient = nil }
        storage = source.storage
        data = source.data
        sizes = source.sizes
        strides = source.strides
        count = source.count
        dtype = source.dtype
        var kept = flags.intersection([.requiresGrad, .parameter])
        kept.formUnion(source.flags.intersection(.contiguous))
        flags = kept
        generation &+= 1
        historyVersion = storage.version
        base = nil
        origin = .ordinary
    }

    /// Notes that the memory was written to.
    @inline(__always)
    func didWrite() { storage.version &+= 1 }
}

/// Whether a tensor of these sizes and strides lies in row-major order without gaps.
@inline(__always)
func isRowMajor(_ sizes: Dims, _ strides: Dims) -> Bool {
    var step = 1
    var i = sizes.count - 1
    while i >= 0 {
        let size = sizes[i]
        if size == 0 { return true }
        if size != 1 {
            if strides[i] != step { return sizes.product == 0 }
            step &*= size
        }
        i -= 1
    }
    return true
}

extension Tensor: CustomStringConvertible {
    /// The tensor as PyTorch prints it.
    public var description: String { describe(prefix: "tensor") }

    package func describe(prefix: String) -> String {
        if !isInitialized { return "<UninitializedParameter>" }
        let sizes = self.sizes, strides = self.strides
        return TensorFormatter.format(
            prefix: prefix, shape: shape, dtype: dtype,
            element: { flat in
                var rest = flat
                var position = self.offset
                for i in stride(from: sizes.count - 1, through: 0, by: -1) {
                    position += rest % sizes[i] * strides[i]
                    rest /= sizes[i]
                }
                return self.element(at: position)
            },
            requiresGrad: requiresGrad, gradientFunction: gradientFunctionName, isParameter: isParameter)
    }

    private func element(at position: Int) -> TensorFormatter.Element {
        let base = storage.base
        switch dtype {
        case .float32: return .real(Double(base.load(fromByteOffset: position * 4, as: Float.self)))
        case .float64: return .real(base.load(fromByteOffset: position * 8, as: Double.self))
        case .int64: return .integer(base.load(fromByteOffset: position * 8, as: Int64.self))
        case .int32: return .integer(Int64(base.load(fromByteOffset: position * 4, as: Int32.self)))
        case .int16: return .integer(Int64(base.load(fromByteOffset: position * 2, as: Int16.self)))
        case .int8: return .integer(Int64(base.load(fromByteOffset: position, as: Int8.self)))
        case .uint8: return .integer(Int64(base.load(fromByteOffset: position, as: UInt8.self)))
        case .bool: return .boolean(base.load(fromByteOffset: position, as: UInt8.self) != 0)
        case .float16, .bfloat16:
            var value: Float = 0
            ck_cast_lookup(dtype.kernel, .CK_FLOAT32)(1, base + position * 2, 1, &value, 1)
            return .real(Double(value))
        }
    }

    /// The element at the front of the memory; for a tensor of one element.
    var firstElement: TensorFormatter.Element { element(at: offset) }
}

extension Tensor {
    /// Writes the sizes and strides to lists with room for `rank` numbers.
    package func copyGeometry(sizes target: UnsafeMutablePointer<Int64>, strides steps: UnsafeMutablePointer<Int64>) {
        for i in 0..<sizes.count {
            target[i] = Int64(sizes[i])
            steps[i] = Int64(strides[i])
        }
    }
}
