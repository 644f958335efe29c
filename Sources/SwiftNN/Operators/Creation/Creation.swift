import CKernels

// Tensors from numbers, from arrays, and from nothing.

extension Tensor {
    /// A number in an expression: of no dimensions, and without weight in type promotion.
    convenience init(wrapping bits: UInt64, _ dtype: DType) {
        // A word of its own rather than one from the allocator, so that a number cannot fail.
        let word = UnsafeMutableRawPointer.allocate(byteCount: 8, alignment: 8)
        word.storeBytes(of: bits, as: UInt64.self)
        let storage = Storage(
            base: word, byteCount: 8, isWritable: true,
            owner: Storage.Owner(payload: word, release: { $0?.deallocate() }))
        self.init(
            storage: storage, offset: 0, sizes: Dims(), strides: Dims(), count: 1, dtype: dtype,
            flags: [.contiguous, .wrappedNumber])
    }

    package convenience init(number: Double) { self.init(wrapping: number.bitPattern, .float64) }
    package convenience init(number: Int) { self.init(wrapping: UInt64(bitPattern: Int64(number)), .int64) }
    package convenience init(number: Bool) { self.init(wrapping: number ? 1 : 0, .bool) }

    /// Checks that a number of an expression can be an element of an integer dtype.
    ///
    /// As in PyTorch, an unsigned type also takes negative numbers, and wraps them around.
    func requireFits(_ target: DType, _ operation: StaticString) throws(TensorError) {
        let range: ClosedRange<Double>
        switch target {
        case .float32, .float64, .bool, .float16, .bfloat16: return
        case .int64: range = -0x1p63...0x1.fffffffffffffp62
        case .int32: range = -0x1p31...0x1.fffffffcp30
        case .int16: range = -32768...32767
        case .int8: range = -128...127
        case .uint8: range = -255...255
        }
        let value = try itemAsDouble()
        // An int64 is in its own range, although a double may round it up and out.
        if !range.contains(value.rounded(.towardZero)) && !(dtype == .int64 && target == .int64) {
            let number = dtype == .float64 ? "\(value)" : "\(try itemAsInt())"
            throw TensorError(.runtime, operation.description, "the number \(number) cannot be converted to \(target) without overflow")
        }
    }

    /// A tensor of `values` in row-major order.
    ///
    /// - Parameter shape: nil for one dimension.
    /// - Throws: where the shape has not as many elements as there are values.
    public convenience init<Element: TensorElement>(_ values: [Element], shape: [Int]? = nil) throws(TensorError) {
        let sizes = try Dims(shape ?? [values.count], operation: "Tensor")
        if try checkedCount(sizes, Element.dtype, operation: "Tensor") != values.count {
            throw TensorError(.runtime, "Tensor", "\(values.count) values for shape \(sizes)")
        }
        try self.init(uninitialized: sizes, Element.dtype, operation: "Tensor")
        values.withUnsafeBytes { bytes in
            if let source = bytes.baseAddress { data.copyMemory(from: source, byteCount: bytes.count) }
        }
    }

    /// A matrix of rows of equal length.
    public convenience init<Element: TensorElement>(_ rows: [[Element]]) throws(TensorError) {
        let width = rows.first?.count ?? 0
        for (index, row) in rows.enumerated() where row.count != width {
            throw TensorError(.value, "Tensor", "expected rows of length \(width), row \(index) has \(row.count)")
        }
        try self.init(rows.flatMap { $0 }, shape: [rows.count, width])
    }

    /// A tensor of no dimensions.
    public convenience init<Element: TensorElement>(_ value: Element) throws(TensorError) {
        try self.init([value], shape: [])
    }

    /// A copy of row-major memory.
    package convenience init(
        copying source: UnsafeRawPointer?, _ shape: [Int], _ dtype: DType
    ) throws(TensorError) {
        let sizes = try Dims(shape, operation: "tensor")
        let count = try checkedCount(sizes, dtype, operation: "tensor")
        try self.init(uninitialized: sizes, dtype, operation: "tensor")
        if let source { data.copyMemory(from: source, byteCount: count * dtype.size) }
    }

    /// A look at another owner's memory.
    ///
    /// - Parameter release: run with `payload` when the last tensor that shares the memory is gone; not where this throws.
    package convenience init(
        borrowing base: UnsafeMutableRawPointer, _ shape: [Int], strides: [Int], _ dtype: DType, isWritable: Bool,
        payload: UnsafeMutableRawPointer?, release: @escaping @convention(c) (UnsafeMutableRawPointer?) -> Void
    ) throws(TensorError) {
        let sizes = try Dims(shape, operation: "from_memory")
        let steps = try Dims(strides, operation: "from_memory")
        let count = try checkedCount(sizes, dtype, operation: "from_memory")
        var extent = 1
        for i in 0..<sizes.count {
            if steps[i] < 0 {
                throw TensorError(.value, "from_memory", "negative strides \(steps) are not supported; make a copy")
            }
            let (reach, tooFar) = Swift.max(sizes[i] - 1, 0).multipliedReportingOverflow(by: steps[i])
            if tooFar || reach > 1 << 44 {
                throw TensorError(.value, "from_memory", "strides \(steps) leave the address space for shape \(sizes)")
            }
            extent += reach
        }
        if UInt(bitPattern: base) % UInt(dtype.size) != 0 {
            throw TensorError(.value, "from_memory", "the memory is not aligned for \(dtype); make a copy")
        }
        self.init(
            storage: Storage(
                base: base, byteCount: Swift.max(extent, 0) * dtype.size, isWritable: isWritable,
                owner: Storage.Owner(payload: payload, release: release)),
            offset: 0, sizes: sizes, strides: steps, count: count, dtype: dtype,
            flags: isRowMajor(sizes, steps) ? .contiguous : [])
    }

    /// Any size and dtype, one value everywhere. For constants that every dtype holds.
    static func filled(_ sizes: Dims, _ dtype: DType, _ value: Double) throws(TensorError) -> Tensor {
        let result = try Tensor(uninitialized: sizes, dtype, operation: "full")
        result.fillMemory(value)
        return result
    }

    func fillMemory(_ value: Double) {
        switch dtype {
        case .float32: withUnsafeBytes(of: Float(value)) { Elementwise.fill(self, with: $0.baseAddress!) }
        case .float64: withUnsafeBytes(of: value) { Elementwise.fill(self, with: $0.baseAddress!) }
        case .bool: withUnsafeBytes(of: UInt8(value != 0 ? 1 : 0)) { Elementwise.fill(self, with: $0.baseAddress!) }
        case .float16, .bfloat16:
            withUnsafeBytes(of: dtype.bits(Float(value))) { Elementwise.fill(self, with: $0.baseAddress!) }
        default:
            // The low bytes of the two's complement are the number in every integer type.
            withUnsafeBytes(of: Int64(exactly: value.rounded(.towardZero)) ?? 0) { Elementwise.fill(self, with: $0.baseAddress!) }
        }
    }

    /// Checks what a creation function was given, and makes its tensor.
    static func created(
        _ shape: [Int], _ dtype: DType, requiresGrad: Bool, _ operation: StaticString
    ) throws(TensorError) -> Tensor {
        let sizes = try Dims(shape, operation: operation.description)
        _ = try checkedCount(sizes, dtype, operation: operation.description)
        let result = try Tensor(uninitialized: sizes, dtype, operation: operation)
        if requiresGrad { try result.setRequiresGrad(true) }
        return result
    }

    /// Zeros.
    public static func zeros(_ shape: [Int], dtype: DType = .standard, requiresGrad: Bool = false) throws(TensorError) -> Tensor {
        let result = try created(shape, dtype, requiresGrad: requiresGrad, "zeros")
        result.fillMemory(0)
        return result
    }

    /// Ones.
    public static func ones(_ shape: [Int], dtype: DType = .standard, requiresGrad: Bool = false) throws(TensorError) -> Tensor {
        let result = try created(shape, dtype, requiresGrad: requiresGrad, "ones")
        result.fillMemory(1)
        return result
    }

    /// Memory with whatever it holds.
    public static func empty(_ shape: [Int], dtype: DType = .standard, requiresGrad: Bool = false) throws(TensorError) -> Tensor {
        try created(shape, dtype, requiresGrad: requiresGrad, "empty")
    }

    /// `value` everywhere.
    ///
    /// - Parameter dtype: nil for the default of the value's type: `DType.standard`, int64 or bool.
    public static func full(
        _ shape: [Int], _ value: some TensorScalar, dtype: DType? = nil, requiresGrad: Bool = false
    ) throws(TensorError) -> Tensor {
        let number = value.asTensor()
        let chosen = dtype ?? (number.dtype.isFloatingPoint ? .standard : number.dtype)
        try number.requireFits(chosen, "full")
        let result = try created(shape, chosen, requiresGrad: requiresGrad, "full")
        Elementwise.convert(number, into: result)
        return result
    }

    /// start, start + step, … up to, without, end.
    ///
    /// - Parameter dtype: nil for int64 where all three are whole-number types, else `DType.standard`.
    /// - Throws: where step is zero or leads away from end.
    public static func arange(
        _ start: some TensorScalar, _ end: some TensorScalar, step: some TensorScalar = 1, dtype: DType? = nil,
        requiresGrad: Bool = false
    ) throws(TensorError) -> Tensor {
        let (first, last, by) = (start.asTensor(), end.asTensor(), step.asTensor())
        let whole = !first.dtype.isFloatingPoint && !last.dtype.isFloatingPoint && !by.dtype.isFloatingPoint
        let (a, b, s) = (try first.itemAsDouble(), try last.itemAsDouble(), try by.itemAsDouble())
        if s == 0 { throw TensorError(.runtime, "arange", "step must be nonzero") }
        guard a.isFinite && b.isFinite && s.isFinite else {
            throw TensorError(.runtime, "arange", "unsupported range: \(a) to \(b) by \(s)")
        }
        if (b - a) * s < 0 {
            throw TensorError(.runtime, "arange", "upper bound and lower bound inconsistent with step sign: \(a) to \(b) by \(s)")
        }
        let length = ((b - a) / s).rounded(.up)
        guard length < 1e15 else { throw TensorError(.memory, "arange", "\(length) elements do not fit into memory") }
        let chosen = dtype ?? (whole ? .int64 : .standard)
        if chosen == .bool { throw TensorError(.unsupported, "arange", "not defined for bool") }
        // Integers are counted as integers: a double does not hold all of them.
        if !chosen.isFloatingPoint {
            let (i, j, k) = (Int64(try first.itemAsInt()), Int64(try last.itemAsInt()), Int64(try by.itemAsInt()))
            if k == 0 && chosen == .int64 { throw TensorError(.runtime, "arange", "step must be nonzero in int64, got \(s)") }
            // The distance can exceed Int64; its magnitude in UInt64 cannot.
            let distance = UInt64(bitPattern: j &- i)
            let (steps, rest) = (k > 0 ? distance : 0 &- distance).quotientAndRemainder(dividingBy: Swift.max(k.magnitude, 1))
            // Of other numbers, int64 counts what is left of the limits; the narrower types, what lies between them.
            let exact = whole || chosen == .int64 ? (rest == 0 ? steps : steps + 1) : UInt64(length)
            let result = try created([Int(clamping: exact)], .int64, requiresGrad: false, "arange")
            let target = result.data.assumingMemoryBound(to: Int64.self)
            var value = i
            for index in 0..<result.count {
                target[index] = value
                value = value &+ k
            }
            let typed = try result.to(chosen)
            if requiresGrad { try typed.setRequiresGrad(true) }
            return typed
        }
        let result = try created([Int(length)], .float64, requiresGrad: false, "arange")
        let target = result.data.assumingMemoryBound(to: Double.self)
        for index in 0..<result.count { target[index] = a + Double(index) * s }
        let typed = try result.to(chosen)
        if requiresGrad { try typed.setRequiresGrad(true) }
        return typed
    }

    // MARK: Random

    /// Uniform on [0, 1).
    public static func rand(
        _ shape: [Int], dtype: DType = .standard, requiresGrad: Bool = false, generator: Generator = .shared
    ) throws(TensorError) -> Tensor {
        let result = try created(shape, dtype, requiresGrad: requiresGrad, "rand")
        try result.fillUniform(0, 1, generator, "rand")
        return result
    }

    /// Standard normal.
    public static func randn(
        _ shape: [Int], dtype: DType = .standard, requiresGrad: Bool = false, generator: Generator = .shared
    ) throws(TensorError) -> Tensor {
        let result = try created(shape, dtype, requiresGrad: requiresGrad, "randn")
        try result.fillNormal(0, 1, generator, "randn")
        return result
    }

    /// Integers uniform on [low, high).
    public static func randint(
        _ low: Int, _ high: Int, _ shape: [Int], dtype: DType = .int64, requiresGrad: Bool = false,
        generator: Generator = .shared
    ) throws(TensorError) -> Tensor {
        let (first, width) = try dtype.integers(from: low, to: high, "randint")
        let drawn = try created(shape, .int64, requiresGrad: false, "randint")
        generator.fillIntegers(drawn.data.assumingMemoryBound(to: Int64.self), count: drawn.count, from: first, width: width)
        let result = try drawn.to(dtype)
        if requiresGrad { try result.setRequiresGrad(true) }
        return result
    }

    /// The integers from 0 to n - 1 in random order.
    public static func randperm(_ n: Int, dtype: DType = .int64, generator: Generator = .shared) throws(TensorError) -> Tensor {
        if n < 0 { throw TensorError(.runtime, "randperm", "n must be non-negative, got \(n)") }
        if dtype == .bool { throw TensorError(.unsupported, "randperm", "not defined for bool") }
        // The last number has to be exact, as PyTorch has it for all types but bfloat16.
        let limit = dtype == .float16 ? 2049 : dtype == .float32 ? 1 << 24 + 1 : 1 << 53 + 1
        if dtype.isFloatingPoint && dtype != .bfloat16 && n > limit {
            throw TensorError(.runtime, "randperm", "n cannot be greater than \(limit) for \(dtype), got \(n)")
        }
        if dtype.isInteger && n > 0 { try Tensor(number: n - 1).requireFits(dtype, "randperm") }
        let result = try created([n], .int64, requiresGrad: false, "randperm")
        generator.fillPermutation(result.data.assumingMemoryBound(to: Int64.self), count: n)
        return try result.to(dtype)
    }

    func fillUniform(_ low: Double, _ high: Double, _ generator: Generator, _ operation: StaticString) throws(TensorError) {
        switch dtype {
        case .float32:
            generator.fillUniform(data.assumingMemoryBound(to: Float.self), count: count, from: low, to: high)
        case .float64:
            generator.fillUniform(data.assumingMemoryBound(to: Double.self), count: count, from: low, to: high)
        case .float16, .bfloat16:
            let wide = try Tensor(uninitialized: sizes, .float32, operation: operation)
            generator.fillUniform(wide.data.assumingMemoryBound(to: Float.self), count: count, from: low, to: high)
            Elementwise.convert(wide, into: self)
            // Here too rounding can reach the upper bound.
            let (first, end) = (dtype.bits(Float(low)), dtype.bits(Float(high)))
            let elements = data.assumingMemoryBound(to: UInt16.self)
            for i in 0..<count where elements[i] == end { elements[i] = first }
        default: throw Elementwise.unsupported(operation, dtype)
        }
    }

    func fillNormal(_ mean: Double, _ deviation: Double, _ generator: Generator, _ operation: StaticString) throws(TensorError) {
        switch dtype {
        case .float32:
            generator.fillNormal(data.assumingMemoryBound(to: Float.self), count: count, mean: mean, std: deviation)
        case .float64:
            generator.fillNormal(data.assumingMemoryBound(to: Double.self), count: count, mean: mean, std: deviation)
        case .float16, .bfloat16:
            let wide = try Tensor(uninitialized: sizes, .float32, operation: operation)
            generator.fillNormal(
                wide.data.assumingMemoryBound(to: Float.self), count: count, mean: mean, std: deviation, drawsBlocks: true)
            Elementwise.convert(wide, into: self)
        default: throw Elementwise.unsupported(operation, dtype)
        }
    }

    // MARK: Writing

    /// Writes zeros.
    public func zeroInPlace() throws(TensorError) { try fillInPlace(Tensor(number: 0), "zero_") }

    /// Writes `value`, a number or a tensor of no dimensions, everywhere.
    public func fillInPlace(_ value: some TensorScalar) throws(TensorError) { try fillInPlace(value.asTensor(), "fill_") }

    private func fillInPlace(_ value: Tensor, _ operation: StaticString) throws(TensorError) {
        if value.rank != 0 {
            throw TensorError(.runtime, operation.description, "expected a value of no dimensions, not of shape \(value.sizes)")
        }
        let recorded = isRecorded || value.isRecorded
        try requireWritable(operation, recorded: recorded)
        let node = recorded
            ? CopyBackward(try overwrittenEdge(), try value.gradientEdge(), Spec(self), Spec(value)) : nil
        let fitted = try safeOperand(value).converted(to: dtype, operation)
        Elementwise.fill(self, with: fitted.data)
        didWrite()
        if let node { rebaseHistory(node) }
    }

    /// Draws every element from the uniform distribution on [low, high).
    public func uniformInPlace(from low: Double = 0, to high: Double = 1, generator: Generator = .shared) throws(TensorError) {
        let range = dtype == .float64 ? high - low : Double(Float(high) - Float(low))
        if dtype.isReducedPrecision && !(abs(low) <= dtype.largest && abs(high) <= dtype.largest) {
            throw TensorError(.runtime, "uniform_", "the bounds \(low) and \(high) are out of bounds for \(dtype)")
        }
        guard low <= high && range.isFinite else {
            throw TensorError(.runtime, "uniform_", "expected finite from <= to, got \(low) and \(high)")
        }
        try draw("uniform_") { (target) throws(TensorError) in try target.fillUniform(low, high, generator, "uniform_") }
    }

    /// Draws every element from the normal distribution.
    ///
    /// - Parameter standardDeviation: not negative.
    public func normalInPlace(
        mean: Double = 0, standardDeviation: Double = 1, generator: Generator = .shared
    ) throws(TensorError) {
        if !(standardDeviation >= 0) {
            throw TensorError(.runtime, "normal_", "expected std >= 0, got \(standardDeviation)")
        }
        try draw("normal_") { (target) throws(TensorError) in
            try target.fillNormal(mean, standardDeviation, generator, "normal_")
        }
    }

    /// Draws 1 with the given probability, else 0.
    public func bernoulliInPlace(probability: Double = 0.5, generator: Generator = .shared) throws(TensorError) {
        guard probability >= 0 && probability <= 1 else {
            throw TensorError(.runtime, "bernoulli_", "expected 0 <= p <= 1, got \(probability)")
        }
        try requireWritable("bernoulli_", recorded: isRecorded)
        let drawn = try Tensor(uninitialized: sizes, .float64, operation: "bernoulli_")
        generator.fillBernoulli(drawn.data.assumingMemoryBound(to: Double.self), count: count, probability: probability)
        try write(drawn)
    }

    func draw(_ operation: StaticString, _ fill: (Tensor) throws(TensorError) -> Void) throws(TensorError) {
        try requireWritable(operation, recorded: isRecorded)
        // Row-major order decides which number goes where, so a strided tensor is filled from a row-major one.
        let drawn = try Tensor(uninitialized: sizes, dtype, operation: operation)
        try fill(drawn)
        try write(drawn)
    }

    func write(_ values: Tensor) throws(TensorError) {
        let node = isRecorded
            ? CopyBackward(try overwrittenEdge(), .none, Spec(self), Spec(values)) : nil
        Elementwise.convert(values, into: self)
        didWrite()
        if let node { rebaseHistory(node) }
    }
}
