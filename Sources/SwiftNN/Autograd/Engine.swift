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

    /// The inputs of `gradients(of:with:)`, in whose favour leaves are left alone; nil for `backward`.
    private var captures: [Capture]?
    private let createGraph: Bool
    /// What has arrived for the outputs of formulas that have several, until the formula's turn comes.
    private var arrivals: [ObjectIdentifier: [Tensor?]] = [:]

    private struct Capture {
        let tensor: Tensor
        var gradient: Tensor?
    }

    private init(captures: [Tensor]?, createGraph: Bool) {
        self.captures = captures?.map { Capture(tensor: $0, gradient: nil) }
        self.createGraph = createGraph
    }

    // MARK: Entry points

    /// Adds the gradients of `root` to its leaves.
    static func backward(
        _ root: Tensor, gradient: Tensor?, retainGraph: Bool, createGraph: Bool
    ) throws(TensorError) {
        var engine = Engine(captures: nil, createGraph: createGraph)
        try GradMode.with(createGraph) { () throws(TensorError) in
            try engine.seed(root, gradient, operation: "backward")
            try engine.run(retainGraph: retainGraph)
        }
    }

    /// The gradients of `outputs` with regard to `inputs`; nil for an input that was not used.
    static func gradients(
        _ outputs: [Tensor], seeds: [Tensor?], inputs: [Tensor], retainGraph: Bool, createGraph: Bool
    ) throws(TensorError) -> [Tensor?] {
        for input in inputs where !input.requiresGrad {
            throw TensorError(.runtime, "grad", "one of the inputs, of shape \(input.sizes), does not require a gradient")
        }
        var engine = Engine(captures: inputs, createGraph: createGraph)
        try GradMode.with(createGraph) { () throws(TensorError) in
            for (output, seed) in zip(outputs, seeds) { try engine.seed(output, seed, operation: "grad") }
            try engine.run(retainGraph: retainGraph)
        }
        return engine.captures!.map { $0.gradient }
    }

    private mutating func seed(_ root: Tensor, _ gradient: Tensor?, operation: String) throws(TensorError) {
        guard root.requiresGrad else {
            throw TensorError(.runtime, operation, "the tensor of shape \(root.sizes) does not require a gradient and has no grad_fn")
        }
        let start: Tensor
        if let gradient {
            if gradient.sizes != root.sizes {
                throw TensorError(.runtime, operation, "a gradient of shape \(gradient.sizes) for an output of shape \(root.sizes)")
            }
            if !gradient.dtype.isFloatingPoint {
                throw TensorError(.runtime, operation, "a gradient of \(gradient.dtype) for an output of \(root.dtype)")
            }
            start = try gradient.to(root.dtype)
        } else {
            if root.count != 1 {
                throw TensorError(.runtime, operation,
                    "a gradient can be created implicitly only for an output of one element, not of shape \(root.sizes)")
            }
            start = try Tensor.filled(root.sizes, root.dtype, 1)
        }
        try send(start, to: try root.gradientEdge())
    }

    private mutating func run(retainGraph: Bool) throws(TensorError) {
        while let entry = popHighest() {
            if captures != nil { capture(entry.gradient, of: entry.node) }
            if let keeper = entry.node.keeper?.tensor {
                // Of its own memory: the user may write to it.
                if let present = keeper.gradient {
                    keeper.gradient = try present + entry.gradient
                } else {
                    keeper.gradient = try createGraph ? entry.gradient : entry.gradient.copied()
                }
            }
            // A formula may hand its argument on to an in-place sum, so the heap's reference has to go first.
            let node = entry.node
            try node.backward(entry.gradient, &self)
            if !retainGraph { node.releaseSaved() }
        }
    }

    // MARK: Called by the formulas

    /// Sends a gradient along an edge. It must have the shape and dtype of the input.
    mutating func send(_ gradient: consuming Tensor, to edge: borrowing Edge) throws(TensorError) {
        if let leaf = edge.leaf {
            try accumulate(gradient, into: leaf)
        } else if let node = edge.node {
            try enqueue(gradient, for: node)
        }
    }

    /// Keeps the gradient of one output of a formula that has several, and sees to it that the formula runs.
    mutating func deliver(_ gradient: consuming Tensor, of output: Int, to node: MultiOutputNode) {
        let key = ObjectIdentifier(node)
        if arrivals[key] == nil {
            arrivals[key] = Array(repeating: nil, count: node.outputCount)
            append(Entry(node: node, gradient: copy gradient))
        }
        arrivals[key]![output] = gradient
    }

    /// What `deliver` has kept for a formula whose turn has come.
    mutating func delivered(to node: MultiOutputNode) -> [Tensor?] {
        arrivals.removeValue(forKey: ObjectIdentifier(node)) ?? Array(repeating: nil, count: node.outputCount)
    }

    private mutating func accumulate(_ gradient: consuming Tensor, into leaf: Tensor) throws(TensorError) {
        if captures != nil {
            for i in captures!.indices where captures![i].tensor === leaf {
                captures![i].gradient = try sum(captures![i].gradient.take(), gradient)
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
        // Graphs of several threads may share a parameter; what they write to at the same time is its gradient.
        try Engine.leaves.withLock { (_) throws(TensorError) in
            if let present = leaf.gradient {
                // The tensor that the user sees as `grad` stays the same object, unless it takes part in a graph.
                if createGraph || present.requiresGrad {
                    leaf.gradient = try present + arrived!
                } else {
                    try present.addInPlace(arrived!)
                }
            } else {
                leaf.gradient = try owned(arrived.take()!)
            }
        }
    }

    private static let leaves = Guarded(CK_LOCK_GRADIENTS, ())

    /// A tensor that nobody else will write to: the gradient itself if this is the only reference to it.
    private func owned(_ gradient: consuming Tensor) throws(TensorError) -> Tensor {
        if createGraph { return gradient }
        if isKnownUniquelyReferenced(&gradient) && gradient.isContiguous && gradient.node == nil
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
        for i in captures!.indices where captures![i].tensor.node === node {
            captures![i].gradient = gradient
        }
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
    /// - Throws: where the tensor has no history, where the shapes differ, where a saved value was overwritten or the
    ///   graph was used up by an earlier pass.
    public func backward(
        gradient: Tensor? = nil, retainGraph: Bool? = nil, createGraph: Bool = false
    ) throws(TensorError) {
        try Engine.backward(
            self, gradient: gradient, retainGraph: retainGraph ?? createGraph, createGraph: createGraph)
    }

    /// Keeps the gradient of a tensor that is not a leaf: `backward` will leave it in `grad`.
    public func retainGrad() throws(TensorError) {
        if !requiresGrad {
            throw TensorError(.runtime, "retain_grad", "can't retain_grad on a tensor that has requires_grad=False")
        }
        if let node, node.keeper?.tensor !== self { node.keeper = GradientKeeper(self) }
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
