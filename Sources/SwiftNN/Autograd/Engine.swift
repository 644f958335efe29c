import CKernels

/// One backward pass.
///
/// The nodes that have a gradient waiting are kept in a heap by their sequence number. The highest is always ready:
/// all that consume its output have higher numbers and are done. Nothing recurses, and the graph is walked once.
struct Engine {
    private struct Entry {
        let node: Node
        var gradient: Tensor
    }

    /// A binary heap, the highest sequence first.
    private var heap: [Entry] = []
    /// Where each waiting node stands in the heap, once there are too many to look through.
    private var positions: [UInt64: Int]?
    private static let lookThrough = 16

    private let createGraph: Bool
    /// Where the gradients go that `gradients(of:withRespectTo:)` asks for; nil for `backward`.
    private var captures: Captures?
    /// The nodes that run; nil for all.
    private let needed: NeededNodes?
    /// What has arrived for the outputs of formulas that have several, until the formula's turn comes.
    private var arrivals: [ObjectIdentifier: [Tensor?]] = [:]
    /// What has arrived for leaves with hooks, which see the sum of all.
    private var waiting: [(leaf: Tensor, gradient: Tensor)] = []
    /// The formula whose results are looked at.
    private var watch: Watch?

    private struct Captures {
        var gradients: [Tensor?]
        /// By node or leaf.
        var numbers: [ObjectIdentifier: [Int]] = [:]
    }

    private struct Watch {
        let name: String
        let inputs: [Edge]
        var results: [Tensor?]
        /// Whether the results are held back for hooks.
        let isCollecting: Bool
    }

    private init(captures: Captures?, needed: NeededNodes?, createGraph: Bool) {
        self.captures = captures
        self.needed = needed
        self.createGraph = createGraph
    }

    // MARK: Entry points

    /// Adds the gradients of one root to its leaves.
    static func backward(
        _ root: Tensor, _ gradient: Tensor?, retainGraph: Bool, createGraph: Bool
    ) throws(TensorError) {
        var engine = Engine(captures: nil, needed: nil, createGraph: createGraph)
        try engine.run(retainGraph: retainGraph, operation: "backward") { (engine) throws(TensorError) in
            try engine.seed(root, gradient, number: 0, operation: "backward")
        }
    }

    /// Adds the gradients of `roots` to their leaves, or to `inputs` alone.
    static func backward(
        _ roots: [Tensor], gradients: [Tensor?], inputs: [Tensor]?, retainGraph: Bool, createGraph: Bool
    ) throws(TensorError) {
        var needed: NeededNodes?
        if let inputs {
            if inputs.isEmpty { throw TensorError(.runtime, "backward", "`inputs` argument to `backward` cannot be empty.") }
            for input in inputs where input.requiresGrad && !input.isLeaf { try input.retainGrad() }
            needed = try Engine.prune(roots, to: inputs, operation: "backward").needed
        }
        var engine = Engine(captures: nil, needed: needed, createGraph: createGraph)
        try engine.run(retainGraph: retainGraph, operation: "backward") { (engine) throws(TensorError) in
            for i in roots.indices { try engine.seed(roots[i], gradients[i], number: i, operation: "backward") }
        }
    }

    /// The gradients of `outputs` with regard to `inputs`; nil for an input that was not used.
    static func gradients(
        _ outputs: [Tensor], seeds: [Tensor?], inputs: [Tensor], retainGraph: Bool, createGraph: Bool
    ) throws(TensorError) -> [Tensor?] {
        let plan = try Engine.prune(outputs, to: inputs, operation: "grad")
        var captures = Captures(gradients: Array(repeating: nil, count: inputs.count))
        for (number, key) in plan.keys.enumerated() { if let key { captures.numbers[key, default: []].append(number) } }
        var engine = Engine(captures: captures, needed: plan.needed, createGraph: createGraph)
        try engine.run(retainGraph: retainGraph, operation: "grad") { (engine) throws(TensorError) in
            for i in outputs.indices { try engine.seed(outputs[i], seeds[i], number: i, operation: "grad") }
        }
        return engine.captures!.gradients
    }

    /// What leads from `roots` to `inputs`, and by what the latter are known.
    private static func prune(
        _ roots: [Tensor], to inputs: [Tensor], operation: String
    ) throws(TensorError) -> (needed: NeededNodes, keys: [ObjectIdentifier?]) {
        var keys: [ObjectIdentifier?] = [], edges: [Edge] = []
        for input in inputs {
            if !input.requiresGrad {
                throw TensorError(.runtime, operation, "One of the differentiated Tensors, of shape \(input.sizes), does not require grad")
            }
            let edge = try input.gradientEdge()
            keys.append(edge.node.map { ObjectIdentifier($0) } ?? edge.leaf.map { ObjectIdentifier($0) })
        }
        for root in roots where root.requiresGrad { edges.append(try root.gradientEdge()) }
        return (NeededNodes(from: edges, to: Set(keys.compactMap { $0 })), keys)
    }

    private mutating func seed(
        _ root: Tensor, _ gradient: Tensor?, number: Int, operation: StaticString
    ) throws(TensorError) {
        guard root.requiresGrad else {
            throw TensorError(.runtime, operation.description,
                "element \(number) of tensors, of shape \(root.sizes), does not require grad and does not have a grad_fn")
        }
        let start: Tensor
        if let gradient {
            if gradient.sizes != root.sizes {
                throw TensorError(.runtime, operation.description, "a gradient of shape \(gradient.sizes) for an output of shape \(root.sizes)")
            }
            start = try gradient.to(root.dtype)
        } else {
            if root.count != 1 {
                throw TensorError(.runtime, operation.description,
                    "grad can be implicitly created only for scalar outputs, of one element, not of shape \(root.sizes)")
            }
            start = try Tensor.filled(root.sizes, root.dtype, 1)
        }
        try send(start, to: try root.gradientEdge())
    }

    @inline(__always)
    private mutating func run(
        retainGraph: Bool, operation: StaticString, _ begin: (inout Engine) throws(TensorError) -> Void
    ) throws(TensorError) {
        let thread = ck_thread()!
        // Hooks and formulas may start passes of their own.
        if thread.pointee.pass_depth >= Engine.deepestPass {
            throw TensorError(.runtime, operation.description, "backward passes are nested more than \(Engine.deepestPass) deep")
        }
        let outer = (thread.pointee.needed, thread.pointee.grad_off)
        thread.pointee.pass_depth += 1
        thread.pointee.needed = needed.map { UnsafeRawPointer(Unmanaged.passUnretained($0).toOpaque()) }
        thread.pointee.grad_off = createGraph ? 0 : UInt8(CK_NO_GRAD)
        if needed != nil { ck_count_special(CK_PRUNING, 1) }
        defer {
            if needed != nil { ck_count_special(CK_PRUNING, -1) }
            thread.pointee.pass_depth -= 1
            (thread.pointee.needed, thread.pointee.grad_off) = outer
        }
        try begin(&self)
        try run(retainGraph: retainGraph)
    }

    private static var deepestPass: Int32 { 200 }

    private mutating func run(retainGraph: Bool) throws(TensorError) {
        let isPlain = captures == nil && !AnomalyMode.isEnabled
        while true {
            while let entry = popHighest() {
                // A formula may hand its argument on to an in-place sum, so the heap's reference has to go first.
                let node = entry.node
                if isPlain && node.hooks == nil {
                    try node.backward(entry.gradient, &self)
                } else if try !watchedStep(node, entry.gradient) {
                    continue
                }
                try SavedTensorHooks.check()
                if !retainGraph { node.releaseSaved() }
            }
            if waiting.isEmpty { return }
            try settle()
        }
    }

    /// Runs a node with its hooks; false where it only was to be seen.
    private mutating func watchedStep(_ node: Node, _ arrived: Tensor) throws(TensorError) -> Bool {
        var gradient = arrived
        if let hooks = node.hooks {
            for (_, hook) in hooks.tensor.hooks { gradient = try Engine.replaced(gradient, by: try hook(gradient)) }
            try keep(gradient, hooks)
        }
        if captures != nil { capture(gradient, of: node) }
        if let needed, !needed.contains(node) { return false }
        // These belong to the formula, not to the tensor that it made.
        if let hooks = node.hooks, !hooks.before.isEmpty { gradient = try prepared(gradient, node, hooks) }
        let after = node.hooks?.after
        let isCollecting = after.map { !$0.isEmpty } ?? false
        if !isCollecting && !AnomalyMode.isEnabled {
            try node.backward(gradient, &self)
            return true
        }
        let inputs = node.inputs
        let outputs = isCollecting ? (arrivals[ObjectIdentifier(node)] ?? [gradient]) : []
        watch = Watch(
            name: node.name, inputs: inputs, results: Array(repeating: nil, count: inputs.count), isCollecting: isCollecting)
        defer { watch = nil }
        do {
            try node.backward(gradient, &self)
        } catch {
            if AnomalyMode.isEnabled { AnomalyMode.report?(node.name, node.hooks?.origin) }
            throw error
        }
        guard let after, isCollecting else { return true }
        var results = watch!.results
        watch = nil
        for (_, hook) in after.hooks {
            guard let others = try hook(results, outputs) else { continue }
            if others.count != results.count {
                throw TensorError(.runtime, node.name, "a hook returned \(others.count) gradients for \(results.count)")
            }
            for i in results.indices {
                if let result = results[i] { results[i] = try Engine.replaced(result, by: others[i]) }
            }
        }
        for (edge, result) in zip(inputs, results) { if let result { try send(result, to: edge) } }
        return true
    }

    /// The gradients of a node's outputs after the hooks that run before it.
    private mutating func prepared(_ gradient: Tensor, _ node: Node, _ hooks: NodeHooks) throws(TensorError) -> Tensor {
        let key = ObjectIdentifier(node)
        var list = arrivals[key] ?? [gradient]
        for (_, hook) in hooks.before.hooks {
            guard let others = try hook(list) else { continue }
            if others.count != list.count {
                throw TensorError(.runtime, node.name, "a hook returned \(others.count) gradients for \(list.count)")
            }
            for i in list.indices { if let given = list[i] { list[i] = try Engine.replaced(given, by: others[i]) } }
        }
        if arrivals[key] != nil {
            arrivals[key] = list
            return gradient
        }
        return list[0] ?? gradient
    }

    private func keep(_ gradient: Tensor, _ hooks: NodeHooks) throws(TensorError) {
        guard let keeper = hooks.keeper?.tensor else { return }
        // Of its own memory: the user may write to it.
        if let present = keeper.gradient {
            keeper.gradient = try present + gradient
        } else {
            keeper.gradient = try createGraph ? gradient : gradient.copied()
        }
    }

    private static func replaced(_ gradient: Tensor, by other: Tensor?) throws(TensorError) -> Tensor {
        guard let other else { return gradient }
        if other.sizes != gradient.sizes {
            throw TensorError(.runtime, "hook", "a hook has changed the size of value: \(gradient.sizes) to \(other.sizes)")
        }
        if other.dtype != gradient.dtype {
            throw TensorError(.runtime, "hook", "a hook has changed the type of value: \(gradient.dtype) to \(other.dtype)")
        }
        return other
    }

    /// Hands the leaves with hooks what has come for them.
    private mutating func settle() throws(TensorError) {
        var ready: [(leaf: Tensor, gradient: Tensor)] = []
        Swift.swap(&ready, &waiting)
        for (leaf, arrived) in ready {
            var gradient = arrived
            for (_, hook) in leaf.leafHooks?.gradient.hooks ?? [] {
                gradient = try Engine.replaced(gradient, by: try hook(gradient))
            }
            try deposit(gradient, into: leaf)
            if captures == nil { for (_, hook) in leaf.leafHooks?.accumulated.hooks ?? [] { try hook(leaf) } }
        }
    }

    // MARK: Called by the formulas

    /// Sends a gradient along an edge. It must have the shape and dtype of the input.
    mutating func send(_ gradient: consuming Tensor, to edge: borrowing Edge) throws(TensorError) {
        if watch != nil, try !passesWatch(gradient, edge) { return }
        if let leaf = edge.leaf {
            try accumulate(gradient, into: leaf)
        } else if let node = edge.node {
            if let needed, !needed.leads(copy edge) { return }
            try enqueue(gradient, for: node)
        }
    }

    private mutating func passesWatch(_ gradient: Tensor, _ edge: borrowing Edge) throws(TensorError) -> Bool {
        let number = watch!.inputs.indices.first { watch!.inputs[$0].isSame(as: edge) && watch!.results[$0] == nil }
        guard let number else { return true }
        watch!.results[number] = gradient
        if AnomalyMode.isEnabled && AnomalyMode.checksNaN && gradient.dtype.isFloatingPoint {
            let isBad = try withoutGradients { () throws(TensorError) in try gradient.isNaN().any().itemAsBool() }
            if isBad {
                throw TensorError(.runtime, "", "Function '\(watch!.name)' returned nan values in its \(number)th output.")
            }
        }
        return !watch!.isCollecting
    }

    /// Adds to the gradient of one output of a formula that has several, and sees to it that the formula runs. More than one
    /// may come, where a formula used a saved output in its own derivative.
    mutating func deliver(_ gradient: consuming Tensor, of output: Int, to node: MultiOutputNode) throws(TensorError) {
        let key = ObjectIdentifier(node)
        if arrivals[key] == nil {
            arrivals[key] = Array(repeating: nil, count: node.outputCount)
            append(Entry(node: node, gradient: copy gradient))
        }
        let present = arrivals[key]?[output]
        arrivals[key]![output] = present == nil ? gradient : try sum(present, gradient)
    }

    /// What `deliver` has kept for a formula whose turn has come.
    mutating func delivered(to node: MultiOutputNode) -> [Tensor?] {
        arrivals.removeValue(forKey: ObjectIdentifier(node)) ?? Array(repeating: nil, count: node.outputCount)
    }

    private mutating func accumulate(_ gradient: consuming Tensor, into leaf: Tensor) throws(TensorError) {
        if let needed, !needed.leads(Edge(node: nil, leaf: leaf)) { return }
        if leaf.leafHooks == nil { return try deposit(gradient, into: leaf) }
        if let i = waiting.firstIndex(where: { $0.leaf === leaf }) {
            let present = waiting[i].gradient
            waiting[i].gradient = gradient
            waiting[i].gradient = try sum(present, waiting[i].gradient)
        } else {
            waiting.append((leaf, gradient))
        }
    }

    /// Adds to the gradient of a leaf, or to what is asked for in its place.
    private mutating func deposit(_ gradient: consuming Tensor, into leaf: Tensor) throws(TensorError) {
        if captures != nil {
            for i in captures!.numbers[ObjectIdentifier(leaf)] ?? [] {
                captures!.gradients[i] = try sum(captures!.gradients[i].take(), gradient)
            }
            return
        }
        // Frozen since it was used.
        if !leaf.requiresGrad { return }
        if gradient.sizes != leaf.sizes || gradient.dtype != leaf.dtype {
            throw TensorError(.runtime, "backward",
                "a gradient of \(gradient.dtype) \(gradient.sizes) arrived at a leaf of \(leaf.dtype) \(leaf.sizes); "
                    + "was the leaf's data replaced?")
        }
        // Optional, so that it can be moved out of the closure's capture: the only reference can be kept as it is.
        var arrived: Tensor? = consume gradient
        // Made and let go of outside of the lock: with a graph goes, and comes, what may call another language.
        var before: Tensor?, sum: Tensor?
        while true {
            // Graphs of several threads may share a parameter; what they write to at the same time is its gradient.
            let isDone = try Engine.leaves.withLock { (_) throws(TensorError) in
                guard let present = leaf.gradient else {
                    leaf.gradient = try owned(arrived.take()!)
                    return true
                }
                // The tensor that the user sees as `grad` stays the same object, unless it takes part in a graph.
                if !createGraph && !present.requiresGrad {
                    try present.addInPlace(arrived!)
                    return true
                }
                if sum != nil && before === present {
                    leaf.gradient = sum
                    return true
                }
                before = present
                return false
            }
            if isDone { return }
            sum = try before! + arrived!
        }
    }

    private static let leaves = Guarded(CK_LOCK_GRADIENTS, ())

    /// A tensor that nobody else will write to: the gradient itself if this is the only reference to it.
    private func owned(_ gradient: consuming Tensor) throws(TensorError) -> Tensor {
        if createGraph { return gradient }
        if isKnownUniquelyReferenced(&gradient) && gradient.isContiguous && gradient.node == nil && !gradient.isView
            && isKnownUniquelyReferenced(&gradient.storage) && gradient.foreign == nil
        {
            return gradient
        }
        return try gradient.copied()
    }

    private func sum(_ present: consuming Tensor?, _ gradient: Tensor) throws(TensorError) -> Tensor {
        guard var present else { return gradient }
        if !createGraph && isKnownUniquelyReferenced(&present) && present.isContiguous && present.node == nil
            && isKnownUniquelyReferenced(&present.storage)
        {
            try present.addInPlace(gradient)
            return present
        }
        return try present + gradient
    }

    private mutating func capture(_ gradient: Tensor, of node: Node) {
        for i in captures!.numbers[ObjectIdentifier(node)] ?? [] { captures!.gradients[i] = gradient }
    }

    // MARK: The heap

    private mutating func enqueue(_ gradient: consuming Tensor, for node: Node) throws(TensorError) {
        if let index = position(of: node) {
            // Taken out while it is summed, so that the sum can be made in place.
            let waiting = heap[index].gradient
            heap[index].gradient = gradient
            heap[index].gradient = try sum(waiting, heap[index].gradient)
            return
        }
        append(Entry(node: node, gradient: gradient))
    }

    private mutating func append(_ entry: Entry) {
        heap.append(entry)
        let node = entry.node
        if positions == nil && heap.count > Engine.lookThrough {
            positions = Dictionary(uniqueKeysWithValues: heap.indices.map { (heap[$0].node.sequence, $0) })
        } else {
            positions?[node.sequence] = heap.count - 1
        }
        siftUp(heap.count - 1)
    }

    private func position(of node: Node) -> Int? {
        if let positions { return positions[node.sequence] }
        for i in heap.indices where heap[i].node === node { return i }
        return nil
    }

    private mutating func popHighest() -> Entry? {
        if heap.isEmpty { return nil }
        swap(0, heap.count - 1)
        let entry = heap.removeLast()
        positions?[entry.node.sequence] = nil
        if heap.isEmpty { positions = nil }
        siftDown(0)
        return entry
    }

    private mutating func swap(_ i: Int, _ j: Int) {
        if i == j { return }
        heap.swapAt(i, j)
        positions?[heap[i].node.sequence] = i
        positions?[heap[j].node.sequence] = j
    }

    private mutating func siftUp(_ start: Int) {
        var index = start
        while index > 0 {
            let parent = (index - 1) / 2
            if heap[parent].node.sequence >= heap[index].node.sequence { return }
            swap(parent, index)
            index = parent
        }
    }

    private mutating func siftDown(_ start: Int) {
        var index = start
        while true {
            var highest = index
            for child in [2 * index + 1, 2 * index + 2] where child < heap.count {
                if heap[child].node.sequence > heap[highest].node.sequence { highest = child }
            }
            if highest == index { return }
            swap(index, highest)
            index = highest
        }
    }
}

extension Tensor {
    /// Adds the gradient of this tensor with regard to every leaf that it depends on to the leaf's `grad`.
    ///
    /// - Parameters:
    ///   - gradient: what the tensor's own gradient is; may be left out for one element, where it is 1.
    ///   - retainGraph: keeps what the formulas saved, for another pass. `createGraph` implies it.
    ///   - createGraph: records the pass itself, for higher derivatives.
    ///   - inputs: the tensors whose gradients are wanted; nil for all leaves. What leads to no other is not computed.
    /// - Throws: where the tensor has no history, where the shapes differ, where a saved value was overwritten or the
    ///   graph was used up by an earlier pass.
    public func backward(
        gradient: Tensor? = nil, retainGraph: Bool? = nil, createGraph: Bool = false, inputs: [Tensor]? = nil
    ) throws(TensorError) {
        let retainGraph = retainGraph ?? createGraph
        if let inputs {
            try Engine.backward(
                [self], gradients: [gradient], inputs: inputs, retainGraph: retainGraph, createGraph: createGraph)
        } else {
            try Engine.backward(self, gradient, retainGraph: retainGraph, createGraph: createGraph)
        }
    }

    /// Adds the gradients of the sum of several tensors in one pass; see `backward`.
    package static func backward(
        _ roots: [Tensor], gradients: [Tensor?], retainGraph: Bool, createGraph: Bool, inputs: [Tensor]?
    ) throws(TensorError) {
        try Engine.backward(
            roots, gradients: gradients, inputs: inputs, retainGraph: retainGraph, createGraph: createGraph)
    }
}

/// The gradients of `outputs` with regard to `inputs`, without touching the `grad` of any leaf.
///
/// - Returns: nil for an input that the outputs do not depend on.
/// - Throws: see `Tensor.backward`; and where an input does not require a gradient.
public func gradients(
    of outputs: [Tensor], withRespectTo inputs: [Tensor], outputGradients: [Tensor?]? = nil,
    retainGraph: Bool? = nil, createGraph: Bool = false
) throws(TensorError) -> [Tensor?] {
    let seeds = outputGradients ?? Array(repeating: nil, count: outputs.count)
    if seeds.count != outputs.count {
        throw TensorError(.runtime, "grad", "\(seeds.count) gradients for \(outputs.count) outputs")
    }
    return try Engine.gradients(
        outputs, seeds: seeds, inputs: inputs, retainGraph: retainGraph ?? createGraph, createGraph: createGraph)
}
