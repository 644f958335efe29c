import CKernels

/// A block of a network: a layer, a container, or a whole model.
///
/// A block of your own is a subclass with a `forward`. Blocks and parameters in its stored properties are found by
/// reflection when they are asked for, never during `forward`, so a property that is replaced counts from then on:
///
/// ```swift
/// final class MLP: Module {
///     let hidden: Linear
///     let out: Linear
///
///     override init() throws(TensorError) {
///         hidden = try Linear(20, 256)
///         out = try Linear(256, 10)
///         try super.init()
///     }
///
///     override func forward(_ x: Tensor) throws(TensorError) -> Tensor {
///         try out(hidden(x).relu())
///     }
/// }
/// ```
///
/// A stored `Tensor` is a parameter if `Tensor.parameter(_:)` made it, and a constant otherwise. Calling one block from
/// several threads at once is safe as long as nobody changes it; the compiler cannot know that, so the class is not
/// `Sendable`.
open class Module {
    /// Whether blocks such as `Dropout` behave as in training. Set it for a whole tree with `train()` and `eval()`; within
    /// `withTrainingMode` it is the same for all blocks.
    public final var isTraining: Bool {
        get { TrainingMode.forced ?? trainsByItself }
        set { trainsByItself = newValue }
    }
    @exclusivity(unchecked) private final var trainsByItself = true

    /// What another language does in place of `forward`, where its user said so.
    @exclusivity(unchecked) package final var override: ForeignForward?

    public init() throws(TensorError) {}

    /// For the blocks of this library whose arguments cannot be wrong.
    init(builtIn: Void) {}

    /// The block's output. Subclasses override it.
    ///
    /// - Throws: what the operators in it throw; where it is not overridden, `.unsupported`.
    open func forward(_ input: Tensor) throws(TensorError) -> Tensor {
        throw TensorError(.unsupported, typeName, "has no forward(_:) for one input")
    }

    @inline(__always)
    public final func callAsFunction(_ input: Tensor) throws(TensorError) -> Tensor {
        // A block that contains itself, or a tree too deep for the stack, must end as an error.
        let thread = ck_thread()!
        thread.pointee.call_depth &+= 1
        defer { thread.pointee.call_depth &-= 1 }
        if thread.pointee.call_depth > Module.deepestCall { throw Module.tooDeep(typeName) }
        if let override { return try override.call(input, typeName) }
        let result = try forward(input)
        try SavedTensorHooks.check()
        return result
    }

    private static var deepestCall: Int32 { 1000 }

    private static func tooDeep(_ name: String) -> TensorError {
        TensorError(.runtime, name, "blocks are nested more than \(deepestCall) deep, or one contains itself")
    }

    /// The block's name when it is printed, and in files.
    open var typeName: String { String(describing: type(of: self)) }

    // MARK: What the block holds

    /// The children in order, by name.
    ///
    /// - Throws: where a stored property holds blocks in a container that reflection cannot follow.
    package func namedChildren() throws(TensorError) -> [(name: String, block: Module)] {
        try reflectedContents().children
    }

    /// The parameters and buffers that the block itself holds, by name.
    package func namedOwnTensors() throws(TensorError) -> [(name: String, tensor: Tensor, isBuffer: Bool)] {
        try reflectedContents().parameters.map { ($0.name, $0.tensor, false) }
    }

    // MARK: Built-in blocks

    /// The tensors that a built-in block holds, in the order of its state.
    package var slots: [Slot] { [] }

    /// The constructor arguments of a built-in block: what it is printed with, and rebuilt from.
    package var settings: [Setting] { [] }

    /// Whether the children can be set.
    package var isContainer: Bool { false }

    /// Puts other blocks in the place of all children.
    package func setChildren(_ children: [(name: String, block: Module)]) throws(TensorError) {
        throw TensorError(.type, typeName, "is not a container whose children can be set")
    }

    /// Whether `forward` of one tensor says all: no other arguments, no other results.
    package var isPlain: Bool { true }

    /// Whether a file can hold the block's structure.
    package var isBuiltIn: Bool { false }

    /// The arguments between the parentheses when the block is printed.
    open var argumentsDescription: String {
        settings.map { "\($0.name)=\($0.value)" }.joined(separator: ", ")
    }

    /// Draws the block's own parameters anew by its default scheme. Children are left alone.
    open func resetParameters() throws(TensorError) {}
}

extension Module {
    /// Every block of the tree with its path, this one first under "". A block that stands in several places is listed
    /// once, at the first.
    public final func namedModules() throws(TensorError) -> [(name: String, module: Module)] {
        var found: [(name: String, module: Module)] = []
        var seen: Set<ObjectIdentifier> = []
        // An explicit stack: a tree can be deep, and one that contains itself must end.
        var stack: [(name: String, module: Module)] = [("", self)]
        while let (name, module) = stack.popLast() {
            if !seen.insert(ObjectIdentifier(module)).inserted { continue }
            found.append((name, module))
            for child in try module.namedChildren().reversed() {
                stack.append((name.isEmpty ? child.name : "\(name).\(child.name)", child.block))
            }
        }
        return found
    }

    /// The parameters of the tree by path. One that several blocks share is listed once, at the first.
    public final func namedParameters() throws(TensorError) -> [(name: String, parameter: Tensor)] {
        var found: [(name: String, parameter: Tensor)] = []
        var seen: Set<ObjectIdentifier> = []
        for (path, module) in try namedModules() {
            for (name, tensor, isBuffer) in try module.namedOwnTensors()
            where !isBuffer && seen.insert(ObjectIdentifier(tensor)).inserted {
                found.append((path.isEmpty ? name : "\(path).\(name)", tensor))
            }
        }
        return found
    }

    /// The parameters of the tree, each once.
    public final func parameters() throws(TensorError) -> [Tensor] { try namedParameters().map { $0.parameter } }

    /// Everything that a file keeps, by path: parameters and buffers, shared ones under each of their names.
    public final func state() throws(TensorError) -> [(name: String, tensor: Tensor)] {
        var result: [(name: String, tensor: Tensor)] = []
        var path: Set<ObjectIdentifier> = []
        try collectState("", &path, into: &result)
        return result
    }

    private final func collectState(
        _ prefix: String, _ path: inout Set<ObjectIdentifier>, into result: inout [(name: String, tensor: Tensor)]
    ) throws(TensorError) {
        // A block that holds its parent, or itself, is not gone through again.
        if !path.insert(ObjectIdentifier(self)).inserted { return }
        defer { path.remove(ObjectIdentifier(self)) }
        if path.count > 1000 { throw TensorError(.value, typeName, "blocks are nested more than 1000 deep") }
        for (name, tensor, _) in try namedOwnTensors() { result.append((prefix + name, tensor)) }
        for (name, child) in try namedChildren() {
            try child.collectState("\(prefix)\(name).", &path, into: &result)
        }
    }

    /// Copies values into the tree's parameters and buffers.
    ///
    /// - Throws: an error that lists every missing and unexpected name and every shape that differs; nothing is
    ///   changed then.
    public final func load(_ values: [(name: String, tensor: Tensor)]) throws(TensorError) {
        var given: [String: Tensor] = [:]
        for (name, tensor) in values { given[name] = tensor }
        var problems: [String] = []
        let own = try state()
        for (name, tensor) in own {
            guard let value = given.removeValue(forKey: name) else {
                problems.append("missing: \(name)")
                continue
            }
            if !tensor.accepts(value.sizes) {
                problems.append("\(name): shape \(value.sizes) given, \(tensor.sizes) expected")
            }
        }
        for name in given.keys.sorted() { problems.append("unexpected: \(name)") }
        if !problems.isEmpty { throw TensorError(.key, "load", "\(typeName): " + problems.joined(separator: "; ")) }
        let byName = Dictionary(values.map { ($0.name, $0.tensor) }, uniquingKeysWith: { $1 })
        try withoutGradients { () throws(TensorError) in
            for (name, tensor) in own {
                if !tensor.isInitialized { try tensor.initialize(sizes: byName[name]!.sizes) }
                try tensor.copyInPlace(from: byName[name]!)
            }
        }
    }

    /// Makes every block of the tree behave as in training.
    @discardableResult
    public final func train(_ mode: Bool = true) throws(TensorError) -> Self {
        for (_, module) in try namedModules() { module.isTraining = mode }
        return self
    }

    /// Makes every block of the tree behave as in use, after training.
    @discardableResult
    public final func eval() throws(TensorError) -> Self { try train(false) }

    /// Forgets the gradients of the tree's parameters.
    public final func zeroGrad() throws(TensorError) {
        for parameter in try parameters() { parameter.gradient = nil }
    }

    /// Calls `body` with every block of the tree, children first.
    public final func apply(_ body: (Module) throws(TensorError) -> Void) throws(TensorError) {
        for (_, module) in try namedModules().reversed() { try body(module) }
    }
}

extension Module: CustomStringConvertible {
    /// The tree of blocks, as PyTorch prints it.
    public final var description: String {
        var path: Set<ObjectIdentifier> = []
        return describe(&path)
    }

    private final func describe(_ path: inout Set<ObjectIdentifier>) -> String {
        if path.count > 100 || !path.insert(ObjectIdentifier(self)).inserted { return "\(typeName)(...)" }
        defer { path.remove(ObjectIdentifier(self)) }
        let children = (try? namedChildren()) ?? []
        if children.isEmpty { return "\(typeName)(\(argumentsDescription))" }
        var lines = ["\(typeName)("]
        for (name, child) in children {
            let text = child.describe(&path).split(separator: "\n", omittingEmptySubsequences: false)
            lines.append("  (\(name)): " + text.joined(separator: "\n  "))
        }
        lines.append(")")
        return lines.joined(separator: "\n")
    }
}

extension Tensor {
    /// Makes a leaf a parameter: what a block holds, an optimiser trains and a file keeps.
    ///
    /// - Throws: for integers, and for a result of recorded operators.
    public static func parameter(_ values: Tensor, requiresGrad: Bool = true) throws(TensorError) -> Tensor {
        let result = try values.detached()
        try result.setRequiresGrad(requiresGrad)
        try result.setParameter(true)
        return result
    }

    /// A parameter whose shape waits for the first input.
    ///
    /// - Parameter known: the sizes, -1 where unknown.
    static func uninitializedParameter(_ known: Dims, _ dtype: DType) throws(TensorError) -> Tensor {
        let result = try Tensor(uninitialized: [0], dtype, operation: "Parameter")
        result.sizes = known
        result.strides = Dims(repeating: 0, count: known.count)
        result.count = 0
        result.flags = [.requiresGrad, .parameter, .uninitialized]
        return result
    }

    /// A buffer whose shape waits for the first input.
    ///
    /// - Parameter known: the sizes, -1 where unknown.
    static func uninitializedBuffer(_ known: Dims, _ dtype: DType) throws(TensorError) -> Tensor {
        let result = try uninitializedParameter(known, dtype)
        result.flags = .uninitialized
        return result
    }

    /// Whether a value of these sizes fits: the tensor's own, or those that a deferred shape leaves open.
    fileprivate func accepts(_ target: Dims) -> Bool {
        sizes.count == target.count
            && (0..<target.count).allSatisfy { sizes[$0] == target[$0] || (sizes[$0] == -1 && !isInitialized) }
    }

    /// Gives a parameter that waits for its shape the memory for it; the tensor stays the same object.
    func initialize(sizes target: Dims) throws(TensorError) {
        if isInitialized { return }
        if !accepts(target) {
            throw TensorError(.runtime, "Parameter", "shape \(target) does not fit the known sizes \(sizes)")
        }
        _ = try checkedCount(target, dtype, operation: "Parameter")
        let memory = try Tensor(uninitialized: target, dtype, operation: "Parameter")
        storage = memory.storage
        data = memory.data
        sizes = target
        strides = memory.strides
        count = memory.count
        generation &+= 1
        historyVersion = storage.version
        flags.insert(.contiguous)
        flags.remove(.uninitialized)
    }
}
